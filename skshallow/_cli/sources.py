"""Reads files of tables: CSV in any encoding and with any separator, Excel and Parquet."""

import warnings
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skshallow._cli.errors import InputError, require
from skshallow._cli.wording import count, first_line, listing, quote

SEPARATORS = ",;\t|"
# A file with a longer header or more columns is not a table of features and targets. pandas would
# need minutes and gigabytes to read it.
LONGEST_HEADER = 2**20
MOST_COLUMNS = 10_000
# What pandas takes for missing where there are no blanks around it, and what it does not take for
# missing, but stands so in many public tables.
MISSING = (
    *("NA", "N/A", "n/a", "nan", "NaN", "null", "NULL", "None", "<NA>", "#N/A"),
    *("?", "-", "--", ".", "n.a.", "na"),
)
BLANKS = " \t\N{NO-BREAK SPACE}"
COMPRESSED = {".gz", ".bz2", ".zip", ".xz", ".zst"}
FORMATS = {".parquet": "Parquet", ".pq": "Parquet", ".xlsx": "Excel"}
# The packages that pandas reads them with.
READERS = {"Parquet": "pyarrow", "Excel": "openpyxl"}
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


@dataclass(frozen=True)
class Source:
    """How a file is written.

    Attributes
    ----------
    format : {"CSV", "Excel", "Parquet"}
        The format.
    separator : str, default=","
        What separates the columns of a CSV file.
    encoding : str, default="utf-8"
        The encoding of a CSV file.
    """

    format: str
    separator: str = ","
    encoding: str = "utf-8"


def read_table(path, *, wanted=(), encoding=None, missing=(), text=(), like=None):
    """Read a file into a data frame.

    Parameters
    ----------
    path : Path
        The file. The ending of its name tells its format, and whether a CSV file is compressed.
    wanted : collection of str, default=()
        Columns that are looked for: the separator is the one that gives most of them.
    encoding : str, default=None
        The encoding of a CSV file; None takes that of `like`, or UTF-8, or what a byte order mark
        says.
    missing : collection of str, default=()
        Words that mean a missing value, beside the usual ones.
    text : collection of str, default=()
        Columns to be read as text, whatever they hold.
    like : Source, default=None
        How an earlier file was written: its separator is taken if it gives as many of the wanted
        columns as any other.

    Returns
    -------
    frame : DataFrame of shape (n_rows, n_columns)
        Columns of numbers, true/false and dates have such types; others hold text, or NaN.
    source : Source
        How the file is written.
    notes : list of str
        What is odd about the header.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    start = _check_file(path)
    format_ = FORMATS.get(path.suffix.lower(), "CSV")
    absent = [*MISSING, *missing]
    if format_ != "CSV":
        frame, source = _read_binary(path, format_, absent), Source(format_)
        names = list(map(str, frame.columns))
    else:
        encoding = encoding or _marked_encoding(start) or _known_encoding(like)
        _check_text(path, start, encoding)
        try:
            headers = {sep: _header(path, sep, encoding) for sep in SEPARATORS}
            separator = _best_separator(headers, wanted, like)
            _check_n_columns(path, len(headers[separator]))
            source = Source(format_, separator, encoding)
            frame = _values(path, source, headers[separator], absent, text)
        except pd.errors.ParserWarning as error:
            message = (
                f"{path.name}: the rows have more values than the header has names; the first "
                "line has to hold the names of all columns"
            )
            raise InputError(message) from error
        except InputError:
            raise
        # Any other error, as of a wrong encoding or a damaged archive, has its cause in the file.
        except Exception as error:
            raise InputError(_unreadable(path, error)) from error
        names = headers[separator]
    if frame.empty:
        raise InputError(f"{path.name} has a header but no rows")
    notes = _name_columns(path, frame, names, wanted)
    repeats = _repeat_header(frame)
    if repeats.any():
        # As in files that were joined end to end.
        notes.append(f"{count(int(repeats.sum()), 'row')} dropped for repeating the header")
        frame = frame[~repeats].reset_index(drop=True)
    return frame, source, notes


def _check_file(path):
    """Check that the path is that of a file which is not empty; return how it begins."""
    try:
        if not path.exists():
            raise InputError(f"no such file: {path}")
        if not path.is_file():
            raise InputError(f"{path} is not a file" + ", but a folder" * path.is_dir())
        with path.open("rb") as stream:
            start = stream.read(LONGEST_HEADER)
    except (OSError, ValueError) as error:
        raise InputError(f"{quote(path)} cannot be opened: {first_line(error)}") from error
    if not start.strip():
        raise InputError(f"{path.name} is empty")
    return start


def _marked_encoding(start):
    """Return the encoding that a byte order mark tells of, None without one."""
    return next((name for mark, name in BYTE_ORDER_MARKS.items() if start.startswith(mark)), None)


def _known_encoding(like):
    """Return the encoding that an earlier file was said to have; UTF-8 if there was no need to."""
    marked = like is None or like.encoding in BYTE_ORDER_MARKS.values()
    return "utf-8" if marked else like.encoding


def _check_text(path, start, encoding):
    """Check that a file which begins like this can be a table in text."""
    try:
        wide = len("x".encode(encoding)) > 1
    except LookupError as error:
        raise InputError(f"--encoding {encoding}: Python knows no such encoding") from error
    if path.suffix in COMPRESSED or wide:
        return
    if b"\0" in start[:4096]:
        raise InputError(f"{path.name} is not a CSV file in UTF-8 text")
    header = start.strip().splitlines()[0]
    if len(header) >= LONGEST_HEADER - 1:
        raise InputError(f"the first line of {path.name}, of column names, is longer than 1 MB")
    _check_n_columns(path, 1 + max(header.count(sep.encode()) for sep in SEPARATORS))


def _check_n_columns(path, n_columns):
    if n_columns > MOST_COLUMNS:
        raise InputError(f"{path.name} has {n_columns:,} columns, more than {MOST_COLUMNS:,}")


def _header(path, separator, encoding):
    """Return the names in the first line, without blanks around them."""
    first = pd.read_csv(
        path,
        sep=separator,
        encoding=encoding,
        header=None,
        nrows=1,
        dtype=str,
        keep_default_na=False,
    )
    return [name.strip(BLANKS) for name in first.iloc[0]]


def _best_separator(headers, wanted, like):
    """Return the separator that gives most of the wanted columns, or else most columns."""

    def worth(separator):
        n_wanted = len(set(wanted) & set(headers[separator]))
        known = like is not None and separator == like.separator
        return n_wanted, known, len(headers[separator])

    return max(SEPARATORS, key=worth)


def _values(path, source, names, missing, text):
    """Return a CSV file as a data frame."""
    with warnings.catch_warnings():
        # pandas only warns when it drops values.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return pd.read_csv(
            path,
            sep=source.separator,
            encoding=source.encoding,
            dtype={i: str for i, name in enumerate(names) if name in text},
            na_values=missing,
            index_col=False,
            skipinitialspace=True,
            low_memory=False,
        )


def _read_binary(path, format_, missing):
    """Return an Excel or Parquet file as a data frame."""
    require(READERS[format_])
    try:
        if format_ == "Excel":
            return pd.read_excel(path, na_values=missing, engine="openpyxl")
        return pd.read_parquet(path, engine="pyarrow").reset_index(drop=True)
    except Exception as error:
        message = f"{path.name} cannot be read as {format_}: {first_line(error)}"
        raise InputError(message) from error


def _unreadable(path, error):
    """Return what keeps a file from being read, and what to do about an encoding."""
    hint = "; --encoding names the right one, often cp1252" * isinstance(error, UnicodeError)
    return f"{path.name} cannot be read as CSV: {first_line(error)}{hint}"


def _name_columns(path, frame, names, wanted):
    """Take blanks off the names of columns; return a note on those of the same name."""
    repeated = {name for name, times in Counter(names).items() if times > 1}
    if wanted_twice := sorted(repeated.intersection(wanted)):
        several = quote(wanted_twice[0])
        raise InputError(f"{path.name} has several columns {several}: rename all but one")
    stripped = [str(name).strip(BLANKS) for name in frame.columns]
    frame.columns = stripped if len(set(stripped)) == len(stripped) else map(str, frame.columns)
    if not repeated:
        return []
    told_apart = listing(sorted(map(quote, repeated)))
    return [f"columns of the same name told apart by .1, .2, …: {told_apart}"]


def _repeat_header(frame):
    """Return which rows hold nothing but the names of the columns."""
    repeats = np.ones(len(frame), dtype=bool)
    for name in frame.columns:
        if pd.api.types.is_numeric_dtype(frame[name].dtype):
            return np.zeros(len(frame), dtype=bool)
        repeats &= (frame[name].astype(object) == name).to_numpy()
    return repeats
