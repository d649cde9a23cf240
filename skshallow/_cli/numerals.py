"""Numbers written as text: with thousands apart, a currency, a unit, or in parentheses.

How the numbers of a column are written is learned from all of its values, for a single one such as
"1,234" may be read in two ways.
"""

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd

CURRENCIES = {
    *("AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY"),
    *("KRW", "MXN", "NOK", "NZD", "PLN", "RUB", "SEK", "SGD", "TRY", "USD", "ZAR", "Fr.", "kr"),
}
PLAIN = str.maketrans(
    dict.fromkeys("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}", " ")
    | {"\N{MINUS SIGN}": "-"}
)
# Of decimal mark and mark of thousands. Where two read a column equally well, the first is taken.
MARKS = (
    *((".", ""), (".", ","), (",", ""), (",", "."), (".", " "), (",", " ")),
    *((".", "'"), (",", "'"), (".", "\N{RIGHT SINGLE QUOTATION MARK}")),
)
LONGEST_UNIT = 8
# So many different values tell how all are written.
MOST_LOOKED_AT = 2_000
# Of the values that are not missing, this share has to be numbers.
MOST_ARE = 0.9


@dataclass(frozen=True)
class Numerals:
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal : str, default="."
        The decimal mark.
    thousands : str, default=""
        What stands between groups of three digits; an empty text if nothing does.
    affixes : tuple of str, default=()
        What may stand before or after a number: currencies, "%", a unit.
    """

    decimal: str = "."
    thousands: str = ""
    affixes: tuple[str, ...] = ()

    def parse(self, values):
        """Return the numbers that are written in a column of text.

        Parameters
        ----------
        values : Series of shape (n_rows,)
            Text, or NaN.

        Returns
        -------
        numbers : Series of shape (n_rows,)
            Floats; NaN for what is missing or no number.
        """
        unique = values.dropna().unique()
        pattern = self._pattern()
        numbers = {text: self._number(text, pattern) for text in unique}
        return values.map(numbers).astype(float)

    def _pattern(self):
        decimal, thousands = re.escape(self.decimal), re.escape(self.thousands)
        # "0.294" is no number of thousands.
        apart = rf"[1-9]\d{{0,2}}(?:{thousands}\d{{3}})+"
        whole = rf"(?:{apart}|\d+)" if self.thousands else r"\d+"
        return re.compile(
            rf"[+-]?(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?", re.ASCII
        )

    def _number(self, text, pattern):
        """Return the number that a text stands for, NaN if it is none."""
        text, negative = _normal(text)
        for affix in self.affixes:
            sign = text[:1] if text[:1] in {"-", "+"} else ""
            text = sign + text[len(sign) :].removeprefix(affix).removesuffix(affix).strip()
        if text.lower().lstrip("+-") in {"inf", "infinity"}:
            return float(text)
        if not pattern.fullmatch(text):
            return float("nan")
        plain = text.replace(self.thousands, "") if self.thousands else text
        number = float(plain.replace(self.decimal, "."))
        return -number if negative else number


def learn_numerals(values, *, comma_first=False):
    """Learn how the numbers of a column are written.

    Parameters
    ----------
    values : Series of shape (n_rows,)
        Text without missing values.
    comma_first : bool, default=False
        Whether a single comma is rather a decimal mark than one of thousands.

    Returns
    -------
    numerals : Numerals
        What reads most values as numbers.
    ambiguous : str or None
        A value that could also be another number, as could all others.
    """
    counts = values.value_counts()
    some = np.linspace(0, len(counts) - 1, min(len(counts), MOST_LOOKED_AT)).astype(int)
    counts = counts.iloc[some]
    affixes = _affixes(counts)
    marks = sorted(MARKS, key=lambda pair: (pair[0] == ".") == comma_first)
    candidates = [Numerals(decimal, thousands, affixes) for decimal, thousands in marks]
    numbers = [candidate.parse(pd.Series(counts.index)) for candidate in candidates]
    read = [int(counts.to_numpy()[parsed.notna()].sum()) for parsed in numbers]
    best = read.index(max(read))
    for other, parsed in enumerate(numbers):
        both = parsed.notna() & numbers[best].notna()
        if read[other] == read[best] > 0 and (parsed != numbers[best])[both].any():
            return candidates[best], counts.index[(parsed != numbers[best]) & both][0]
    return candidates[best], None


def _normal(text):
    """Return a text with plain spaces and signs, and whether parentheses make it negative."""
    text = text.translate(PLAIN).strip()
    if text.startswith("(") and text.endswith(")") and any(map(str.isdigit, text)):
        return text[1:-1].strip(), True
    return text, False


def _affixes(counts):
    """Return what stands before or after the numbers of most values, the longest first.

    Before a number that is a currency: "code 7" is no number. After it, it may be any unit, but
    then the same for all.
    """
    before, after = {}, {}
    for text, times in counts.items():
        text = _normal(text)[0].lstrip("+-")
        lead = re.match(r"[^\d.,]*", text)[0].strip(" -+")
        trail = re.search(r"[^\d.,]*$", text)[0].strip()
        if len(lead) < len(text):
            before[lead] = before.get(lead, 0) + times
            after[trail] = after.get(trail, 0) + times
    enough = MOST_ARE * counts.sum()
    found = {lead for lead in before if _is_currency(lead)}
    found |= {trail for trail in after if _is_currency(trail)}
    found |= {t for t, times in after.items() if _is_unit(t) and times >= enough}
    return tuple(sorted(found, key=lambda affix: (-len(affix), affix)))


def _is_currency(text):
    symbols = {letter for letter in text if unicodedata.category(letter) == "Sc"}
    return text in CURRENCIES or (len(symbols) == 1 and len(text) <= 3)


def _is_unit(text):
    return 0 < len(text) <= LONGEST_UNIT and not re.search(r"[-:_(),;#\d]", text)
