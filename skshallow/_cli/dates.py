"""Dates and times, written as text or as such, and the numbers that a model can learn from."""

import re

import numpy as np
import pandas as pd

ISO = "ISO8601"
ISO_PATTERN = re.compile(r"\d{4}-\d\d(-\d\d([T ]\d\d(:\d\d)?.*)?)?")
DAYS = (
    *("%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y"),
    *("%d.%m.%y", "%m/%d/%y", "%d/%m/%y", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %B %Y"),
    *("%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%Y%m%d"),
)
TIMES = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
FORMATS = (*DAYS, *(f"{day} {time}" for day in DAYS for time in TIMES), *TIMES)
FIRST_TRIED = 50
# Of the values that are not missing, this share has to be dates.
MOST_ARE = 0.9
DAY, YEARDAY, WEEKDAY, HOUR = "day", "day of the year", "weekday", "hour"
PARTS = (DAY, YEARDAY, WEEKDAY, HOUR)


def parse_dates(values, format_):
    """Return the dates that are written in a column.

    Parameters
    ----------
    values : Series of shape (n_rows,)
        Text or dates.
    format_ : str
        The format of the text, as `learn_format` returns it.

    Returns
    -------
    dates : Series of shape (n_rows,)
        Dates without a time zone, those that had one in UTC; NaT for what is missing or no date.
    """
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.dt.tz_convert(None) if values.dt.tz is not None else values
    if format_ == ISO:
        dates = values.astype(object)
        dates = dates.where(dates.map(lambda value: bool(ISO_PATTERN.fullmatch(str(value)))))
        return pd.to_datetime(dates, format=ISO, errors="coerce", utc=True).dt.tz_convert(None)
    return pd.to_datetime(values.astype(object), format=format_, errors="coerce")


def learn_format(values):
    """Learn how the dates of a column are written.

    Parameters
    ----------
    values : Series of shape (n_rows,)
        Text without missing values.

    Returns
    -------
    format_ : str or None
        The format; None if the values are no dates.
    ambiguous : str or None
        A value that would be another date in another format, as would all others.
    """
    first = pd.Series(values.unique()[:FIRST_TRIED], dtype=object)
    if not first.str.contains(r"\d", regex=True).mean() >= MOST_ARE:
        return None, None
    # Dates repeat, so that few are to be read.
    values = pd.Series(values.unique(), dtype=object)
    likely = [f for f in (ISO, *FORMATS) if parse_dates(first, f).notna().mean() >= MOST_ARE]
    read = {f: dates for f in likely if _are_dates(dates := parse_dates(values, f))}
    if not read:
        return None, None
    best = max(read, key=lambda f: read[f].notna().mean())
    for dates in read.values():
        if dates.notna().sum() == read[best].notna().sum() and (dates != read[best]).any():
            differ = (dates != read[best]) & dates.notna()
            return best, values[differ].iloc[0] if differ.any() else None
    return best, None


def _are_dates(dates):
    """Whether most are dates of our times: eight digits may be anything else."""
    years = dates.dt.year.dropna()
    return dates.notna().mean() >= MOST_ARE and bool(years.between(1800, 2200).all())


def learn_parts(dates):
    """Return which parts of some dates differ, and so tell something.

    Parameters
    ----------
    dates : Series of shape (n_rows,)
        Dates, or NaT.

    Returns
    -------
    parts : list of str
        Some of "day", "day of the year", "weekday" and "hour".
    """
    span = dates.max() - dates.min()
    long_enough = {
        DAY: pd.Timedelta(days=1),
        # Within a year, this is the day again.
        YEARDAY: pd.Timedelta(days=366),
        WEEKDAY: pd.Timedelta(days=7),
        HOUR: pd.Timedelta(0),
    }
    numbers = {part: take_part(dates, part) for part in PARTS}
    return [
        part
        for part in PARTS
        if span >= long_enough[part] and np.nanmax(numbers[part]) > np.nanmin(numbers[part])
    ]


def take_part(dates, part):
    """Return a part of some dates as a number.

    Parameters
    ----------
    dates : Series of shape (n_rows,)
        Dates, or NaT.
    part : {"day", "day of the year", "weekday", "hour"}
        The part: days since 1970 with fractions, days since New Year's Eve, days since Monday, or
        hours since midnight with fractions.

    Returns
    -------
    numbers : Series of shape (n_rows,)
        Floats; NaN for NaT.
    """
    if part == DAY:
        return (dates - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1)
    if part == YEARDAY:
        return dates.dt.day_of_year.astype(float)
    if part == WEEKDAY:
        return dates.dt.day_of_week.astype(float)
    return (dates - dates.dt.normalize()) / pd.Timedelta(hours=1)
