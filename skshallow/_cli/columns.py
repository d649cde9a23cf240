"""What is learned of the columns of a table, and how it turns a new table into features."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from skshallow._cli.dates import ISO, learn_format, learn_parts, parse_dates, take_part
from skshallow._cli.numerals import MOST_ARE, Numerals, learn_numerals
from skshallow._cli.sources import BLANKS, MISSING
from skshallow._cli.wording import count, listing, quote

NUMBER, FLAG, CATEGORY, DATE = "number", "true/false", "category", "date"
FEW_NUMBERS = 10


@dataclass
class Column:
    """What was learned of a column.

    Attributes
    ----------
    name : str
        Its name.
    kind : str
        "number", "true/false", "category" or "date"; else why the column is not used.
    numerals : Numerals or None, default=None
        How numbers are written.
    date_format : str or None, default=None
        How dates are written.
    parts : list of str
        What is taken of the dates.
    lower : bool, default=False
        Whether categories that differ only in upper and lower case are the same.
    notes : list of str
        What the user should know of it.
    """

    name: str
    kind: str
    numerals: Numerals | None = None
    date_format: str | None = None
    parts: list[str] = field(default_factory=list)
    lower: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def is_used(self):
        """Whether features are made of the column."""
        return self.kind in {NUMBER, FLAG, CATEGORY, DATE}

    @property
    def is_plain(self):
        """Whether its values are numbers, written as Python writes them."""
        return self.kind == NUMBER and self.numerals == Numerals()

    def features(self, values):
        """Return the features that the column gives.

        Parameters
        ----------
        values : Series of shape (n_rows,)
            The column of a table.

        Returns
        -------
        features : dict of str to Series of shape (n_rows,)
            Floats or text, with NaN for what is missing or cannot be read.
        """
        if self.kind == CATEGORY:
            text = as_text(values)
            return {self.name: text.str.lower() if self.lower else text}
        if self.kind == DATE:
            dates = parse_dates(_dates_or_text(values), self.date_format)
            return {f"{self.name} ({part})": take_part(dates, part) for part in self.parts}
        if pd.api.types.is_numeric_dtype(values.dtype):
            numbers = values.astype(float)
        elif self.kind == FLAG:
            numbers = as_text(values).str.lower().map({"true": 1.0, "false": 0.0}).astype(float)
        else:
            numbers = self.numerals.parse(as_text(values))
        # No model can compute with infinite values. As missing values they are imputed.
        return {self.name: numbers.replace([np.inf, -np.inf], np.nan)}

    def unread(self, values):
        """Return which values are there, but cannot be read as what the column holds."""
        if self.kind == CATEGORY:
            return pd.Series(False, index=values.index)
        if self.kind == DATE:
            numbers = parse_dates(_dates_or_text(values), self.date_format)
        else:
            numbers = self.features(values)[self.name]
        return numbers.isna() & _present(values)


def learn_column(values, *, comma_first=False):
    """Learn of what kind a column is, and how its values are written.

    Parameters
    ----------
    values : Series of shape (n_rows,)
        The column; its index counts the rows of the file from 0.
    comma_first : bool, default=False
        Whether a single comma is rather a decimal mark than one of thousands.

    Returns
    -------
    column : Column
        What was learned.
    """
    name, dtype = str(values.name), values.dtype
    if not pd.api.types.is_numeric_dtype(dtype) and not _holds_dates(dtype):
        values = as_text(values)
    present = values[_present(values)]
    n_levels = present.nunique()
    if n_levels < 2:
        return Column(name, "constant" if n_levels else "no values")
    if pd.api.types.is_bool_dtype(dtype):
        return Column(name, FLAG)
    if _holds_dates(dtype):
        return _date_column(name, present, ISO)
    if not pd.api.types.is_numeric_dtype(dtype):
        return _text_column(name, present, comma_first)
    if any(np.array_equal(values, values.index + start) for start in (0, 1)):
        return Column(name, "row number")
    if _are_dates_in_digits(present):
        return _text_column(name, as_text(present), comma_first)
    return Column(name, NUMBER, Numerals(), notes=_identifier_note(present))


def as_text(values):
    """Return a column as text without blanks around it, with NaN for what is missing."""
    text = values.astype(object)
    missing = text.isna()
    if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        # A missing value turns whole numbers into floats, which do not look the same.
        text = text[~missing].map(lambda value: str(int(value))).reindex(text.index)
    else:
        text = text.map(str)
    text = text.where(~missing).str.strip(BLANKS).astype(object)
    return text.mask(text.isin(["", *MISSING]), np.nan)


def _present(values):
    """Return which values are not missing."""
    if pd.api.types.is_numeric_dtype(values.dtype) or _holds_dates(values.dtype):
        return values.notna()
    return as_text(values).notna()


def _holds_dates(dtype):
    return pd.api.types.is_datetime64_any_dtype(dtype)


def _dates_or_text(values):
    return values if _holds_dates(values.dtype) else as_text(values)


def _are_dates_in_digits(numbers):
    """Return whether numbers are dates such as 20201231."""
    if not numbers.between(1800_01_01, 2200_12_31).all() or (numbers % 1 != 0).any():
        return False
    return learn_format(as_text(numbers))[0] is not None


def _text_column(name, text, comma_first):
    """Learn of a column of text, without its missing values."""
    if set(text.str.lower().unique()) <= {"true", "false"}:
        return Column(name, FLAG)
    numerals, ambiguous = learn_numerals(text, comma_first=comma_first)
    numbers = numerals.parse(text)
    share = numbers.notna().mean()
    few = numbers.nunique() <= FEW_NUMBERS and share < 1
    in_digits = share >= MOST_ARE and _are_dates_in_digits(numbers.dropna())
    if share >= MOST_ARE and not few and not in_digits:
        notes = []
        if ambiguous:
            value = numerals.parse(pd.Series([ambiguous]))[0]
            notes.append(f"{quote(ambiguous)} is read as {value:g}")
        notes += _words_note(text[numbers.isna()], len(text))
        return Column(name, NUMBER, numerals, notes=notes + _identifier_note(numbers.dropna()))
    format_, ambiguous = learn_format(text)
    if format_ is not None:
        notes = [f"{quote(ambiguous)} is read as {format_}"] if ambiguous else []
        notes += ["eight digits taken for dates"] if in_digits else []
        dates = parse_dates(text, format_)
        return _date_column(name, text, format_, notes + _words_note(text[dates.isna()], len(text)))
    return _category_column(name, text, numbers)


def _category_column(name, text, numbers):
    """Learn of a column of categories, unless it holds free text."""
    lower = text.str.lower().nunique() < text.nunique()
    notes = []
    if lower:
        variants = text.groupby(text.str.lower()).unique().map(len)
        example = text[text.str.lower() == variants.idxmax()].unique()[:2]
        notes.append(f"{' and '.join(map(quote, example))} are one level, as upper and lower case")
    n_levels = text.str.lower().nunique() if lower else text.nunique()
    if n_levels < 2:
        return Column(name, "constant")
    # Names and free text differ in almost every row, so there is nothing to learn from them.
    if n_levels <= max(2, len(text) // 2):
        return Column(name, CATEGORY, lower=lower, notes=notes)
    why = f"text: {n_levels:,} different values in {count(len(text), 'row')}"
    if numbers.notna().mean() >= 1 - MOST_ARE:
        word = quote(text[numbers.isna()].value_counts().index[0])
        share = f"{numbers.notna().mean():.0%}".replace("%", " %")
        why += f", {share} numbers; --missing {word} would help"
    return Column(name, why)


def _date_column(name, values, format_, notes=()):
    """Learn which parts of the dates differ."""
    dates = parse_dates(values, format_)
    parts = learn_parts(dates)
    if not parts:
        return Column(name, "constant")
    return Column(name, DATE, date_format=format_, parts=parts, notes=list(notes))


def _words_note(words, n_values):
    """Return a note on words among numbers or dates."""
    if words.empty:
        return []
    named = listing((f"{quote(w)} ({n:,})" for w, n in words.value_counts().items()), limit=3)
    return [f"{named} of {n_values:,} values taken for missing"]


def _identifier_note(numbers):
    """Return a note on whole numbers that may only name the rows."""
    if len(numbers) < 20 or numbers.nunique() < len(numbers) or (numbers % 1 != 0).any():
        return []
    return ["a different whole number in every row; if it only names the rows, --drop it"]
