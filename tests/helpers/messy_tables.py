"""Tables as people keep them, made by code, each with what a careful person would make of it.

A case is a function of a random generator. It returns the columns as they stand in the file, the
features made of them by hand, and how likely the first of two classes is, as its logit.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

N_ROWS = 360
# The last rows are new to the model.
N_NEW = 60
EPOCH = pd.Timestamp(1970, 1, 1)


@dataclass
class Case:
    """A messy table.

    Attributes
    ----------
    make : callable
        ``make(rng)`` returns the columns, the features made by hand, and the logits.
    write : callable
        ``write(frame, path)`` writes the file.
    name : str
        The name of the file.
    options : tuple of str
        What the command line needs to be told.
    words : tuple of str
        What its notes tell.
    padded : bool
        Whether blanks follow the class in some rows.
    """

    make: object
    write: object
    name: str = "data.csv"
    options: tuple = ()
    words: tuple = ()
    padded: bool = False

    def tables(self):
        """Return the messy table with its target "kind", the features by hand, and the classes."""
        rng = np.random.default_rng(17)
        columns, by_hand, logits = self.make(rng)
        is_first = rng.random(N_ROWS) < 1 / (1 + np.exp(-logits))
        kind = np.where(is_first, "in", "out").astype(object)
        written = np.array([text + " " * (i % 7 == 0) for i, text in enumerate(kind)], dtype=object)
        messy = pd.DataFrame(columns | {"kind": written if self.padded else kind})
        return messy, pd.DataFrame(by_hand), kind


def to_csv(**options):
    """Return what writes a frame as CSV."""
    return lambda frame, path: frame.to_csv(path, index=False, **options)


def two_numbers(rng):
    return rng.normal(size=(2, N_ROWS)).round(3)


def thousands(rng):
    a, b = two_numbers(rng)
    income = (np.exp(b) * 20_000).round(2)
    columns = {"a": a, "income": [f"{value:,.2f}" for value in income]}
    return columns, {"a": a, "income": income}, a + 3 * b


def currencies(rng):
    a, b = two_numbers(rng)
    profit = (b * 3000).round()
    texts = [f"${value:,.0f}" if value >= 0 else f"(${-value:,.0f})" for value in profit]
    return {"a": a, "profit": texts}, {"a": a, "profit": profit}, a + 3 * b


def units(rng):
    a, b = (two_numbers(rng) * 10).round(1)
    columns = {"share": [f"{x:.1f}%" for x in a], "weight": [f"{x:.1f} kg" for x in b]}
    return columns, {"share": a, "weight": b}, (a + 3 * b) / 10


def words(rng):
    a, b = two_numbers(rng)
    unknown = np.arange(N_ROWS) % 20 == 3
    texts = np.where(unknown, "unknown", [f"{x:.3f}" for x in b])
    return {"a": a, "b": texts}, {"a": a, "b": np.where(unknown, np.nan, b)}, a + 3 * b


def dates(rng):
    a, _ = two_numbers(rng)
    day = pd.Series(pd.Timestamp(2021, 1, 1) + pd.to_timedelta(rng.integers(0, 1400, N_ROWS), "D"))
    by_hand = {
        "a": a,
        "sold (day)": (day - EPOCH) / pd.Timedelta(days=1),
        "sold (day of the year)": day.dt.day_of_year.astype(float),
        "sold (weekday)": day.dt.day_of_week.astype(float),
    }
    season = np.cos(2 * np.pi * day.dt.day_of_year / 365).to_numpy()
    return {"a": a, "sold": day.dt.strftime("%d.%m.%Y")}, by_hand, a + 3 * season


def digits_of_dates(rng):
    columns, by_hand, logits = dates(rng)
    sold = pd.to_datetime(columns["sold"], format="%d.%m.%Y")
    return columns | {"sold": sold.dt.strftime("%Y%m%d").astype(int)}, by_hand, logits


def many_levels(rng):
    a, _ = two_numbers(rng)
    level = rng.integers(0, 60, N_ROWS)
    names = np.array([f"code {i}" for i in range(60)], dtype=object)[level]
    effects = rng.normal(size=60) * 2
    return {"a": a, "code": names}, {"a": a, "code": names}, a + effects[level]


def blanks(rng):
    a, b = two_numbers(rng)
    gone = np.arange(N_ROWS) % 9 == 2
    work = np.array(["private", "state"], dtype=object)[(b > 0).astype(int)]
    columns = {
        "a": [" ?" if lost else f" {x:.3f}" for lost, x in zip(gone, a, strict=True)],
        "work": [f" {text}" if not lost else " ?" for lost, text in zip(gone, work, strict=True)],
    }
    by_hand = {"a": np.where(gone, np.nan, a), "work": np.where(gone, np.nan, work)}
    return columns, by_hand, a + 2 * np.sign(b)


def decimal_commas(rng):
    a, b = two_numbers(rng)
    income = (np.exp(b) * 20_000).round(2)
    swapped = str.maketrans(",.", ".,")
    columns = {
        "a": [f"{x:.3f}".translate(swapped) for x in a],
        "income": [f"{x:,.2f} €".translate(swapped) for x in income],
    }
    return columns, {"a": a, "income": income}, a + 3 * b


def umlauts(rng):
    a, b = two_numbers(rng)
    size = np.array(["groß", "klein"], dtype=object)[(b > 0).astype(int)]
    return {"a": a, "Größe": size}, {"a": a, "Größe": size}, a + 2 * np.sign(b)


def spellings(rng):
    a, b = two_numbers(rng)
    color = np.array(["red", "blue"], dtype=object)[(b > 0).astype(int)]
    styles = (str.lower, str.upper, str.title, lambda text: f"{text} ")
    written = [styles[i % 4](text) for i, text in enumerate(color)]
    return {"a": a, "color": written}, {"a": a, "color": color}, a + 2 * np.sign(b)


def typed(rng):
    a, b = two_numbers(rng)
    columns, by_hand, logits = dates(rng)
    flag = b > 0
    columns = {
        "a": a,
        "sold": pd.to_datetime(columns["sold"], format="%d.%m.%Y"),
        "flag": flag,
        "many": pd.array(np.where(flag, 3, 1), dtype="Int64"),
    }
    by_hand = by_hand | {"a": a, "flag": flag.astype(float), "many": np.where(flag, 3.0, 1.0)}
    return columns, by_hand, logits + 2 * np.sign(b)


def repeat_header(frame, path):
    """Write files of 50 rows, one after the other."""
    parts = [frame.iloc[i : i + 50].to_csv(index=False) for i in range(0, len(frame), 50)]
    path.write_text("".join(parts), encoding="utf-8")


def to_excel(frame, path):
    """Write an Excel file in which some numbers are text."""
    frame = frame.astype(object)
    frame.loc[::5, "a"] = frame.loc[::5, "a"].astype(str)
    frame["sold"] = [dt.datetime(2000, 1, 1) + (x - dt.datetime(2000, 1, 1)) for x in frame["sold"]]
    frame.to_excel(path, index=False)


CASES = {
    "thousands": Case(thousands, to_csv()),
    "currencies": Case(currencies, to_csv()),
    "units": Case(units, to_csv()),
    "words among numbers": Case(words, to_csv(), words=("'b': 'unknown' (15) of 300 values",)),
    "dates": Case(dates, to_csv(), words=("'sold' (day, day of the year, weekday)",)),
    "dates of eight digits": Case(digits_of_dates, to_csv(), words=("eight digits taken",)),
    "many levels": Case(many_levels, to_csv(), words=("encoded by the target: 'code' (",)),
    "blanks and question marks": Case(
        blanks,
        to_csv(),
        padded=True,
        words=("'in ' and 'in' are one class", "a level of their own: 'work' (34)"),
    ),
    "decimal commas": Case(decimal_commas, to_csv(sep=";")),
    "an old encoding": Case(umlauts, to_csv(encoding="cp1252"), options=("--encoding", "cp1252")),
    "two bytes a letter": Case(umlauts, to_csv(encoding="utf-16", sep="\t"), name="data.tsv"),
    "spellings": Case(spellings, to_csv(), words=("are one level, as upper and lower case",)),
    "repeated headers": Case(
        thousands, repeat_header, words=("5 rows dropped for repeating the header",)
    ),
    "Excel": Case(typed, to_excel, name="data.xlsx"),
    "Parquet": Case(typed, lambda frame, path: frame.to_parquet(path), name="data.parquet"),
}
