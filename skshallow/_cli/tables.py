"""Reads a CSV file and checks its column of classes."""

import warnings
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer

from skshallow._cli.columns import Columns, sort_columns
from skshallow._cli.errors import InputError
from skshallow._cli.wording import count, first_line, listing, quote

SEPARATORS = ",;\t|"
# A file with a longer header or more columns is not a table of features and classes. pandas would
# need minutes and gigabytes to read it.
LONGEST_HEADER = 2**20
MOST_COLUMNS = 10_000
LONGEST_CLASS = 1_000
# A target with more different numbers than this is taken for continuous if it has fractions, or a
# number that is too rare for the folds.
MOST_NUMERIC_CLASSES = 20


@dataclass
class Table:
    """A table ready for the comparison.

    Attributes
    ----------
    title : str
        Name of the table.
    X : DataFrame of shape (n_samples, n_features)
        The usable columns.
    y : ndarray of shape (n_samples,)
        The class of each sample.
    columns : Columns
        Which columns are numbers and which are categories.
    notes : list of str
        What was done with the content of the file.
    """

    title: str
    X: pd.DataFrame
    y: np.ndarray
    columns: Columns
    notes: list[str] = field(default_factory=list)


def load_table(path, target, n_folds):
    """Read a CSV file into a Table.

    Parameters
    ----------
    path : str
        The file; the ending of its name tells whether it is compressed.
    target : str
        Name of the column of classes.
    n_folds : int
        Number of folds of the cross-validation; each class needs at least as many samples.

    Returns
    -------
    table : Table
        The usable columns, the classes, and notes on what was left out.

    Raises
    ------
    InputError
        If the file, the target or the other columns cannot be used.
    """
    path = Path(path)
    frame, notes = _read(path, target)
    if target not in frame.columns:
        similar = get_close_matches(target, frame.columns, n=3, cutoff=0.5)
        hint = "did you mean " if similar else "its columns are "
        raise InputError(
            f"{path.name} has no column {quote(target)}; "
            f"{hint}{listing(map(quote, similar or frame.columns))}"
        )
    missing = frame[target].isna()
    if missing.any():
        notes.append(f"{count(int(missing.sum()), 'row')} without a target dropped")
        frame = frame[~missing]
    y = _classes(frame[target], n_folds)
    columns, X = sort_columns(frame.drop(columns=target))
    return Table(path.name, X, y, columns, notes + columns.notes)


def column_names(path):
    """Return the column names of a CSV file, for a message about a missing --target."""
    return list(_read(Path(path), "")[0].columns)


def bundled_table(n_folds):
    """Return scikit-learn's breast cancer table as a Table.

    Parameters
    ----------
    n_folds : int
        Number of folds of the cross-validation.

    Returns
    -------
    table : Table
        569 samples, 30 numeric columns, 2 classes.

    Raises
    ------
    InputError
        If a class has fewer samples than there are folds.
    """
    data = load_breast_cancer(as_frame=True)
    y = _classes(data.target.map(dict(enumerate(data.target_names))), n_folds)
    columns, X = sort_columns(data.data)
    return Table("Breast cancer (bundled with scikit-learn)", X, y, columns, columns.notes)


def check_folds(y, n_folds, name):
    """Check that every class has a sample for every fold.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        The class of each sample.
    n_folds : int
        Number of folds.
    name : str
        Name of the column of classes in the message.

    Raises
    ------
    InputError
        If the table or a class has fewer samples than there are folds.
    """
    if len(y) < n_folds:
        raise InputError(f"{count(len(y), 'row')} cannot be split into the {n_folds} folds of --cv")
    labels, counts = np.unique(y, return_counts=True)
    if counts.min() < n_folds:
        label, rows = quote(labels[counts.argmin()]), count(int(counts.min()), "row")
        raise InputError(
            f"class {label} of {name} has {rows}, fewer than the {n_folds} folds of --cv"
        )


def _read(path, target):
    """Read the file into a data frame; return it with notes on its header."""
    _check_file(path)
    try:
        headers = {sep: _header(path, sep) for sep in SEPARATORS}
        sep = max(SEPARATORS, key=lambda sep: (target in headers[sep], len(headers[sep])))
        _check_n_columns(path, len(headers[sep]))
        # Where a semicolon separates the columns, a comma is usually the decimal point.
        frames = [_values(path, sep, decimal) for decimal in (".," if sep == ";" else ".")]
    except pd.errors.ParserWarning as error:
        message = f"{path.name}: the rows have more values than the header has names"
        raise InputError(message) from error
    except InputError:
        raise
    # Any other error, as of a wrong encoding or a damaged archive, has its cause in the file.
    except Exception as error:
        raise InputError(f"{path.name} cannot be read as CSV: {first_line(error)}") from error
    frame = max(frames, key=lambda frame: frame.select_dtypes("number").shape[1])
    if frame.empty:
        raise InputError(f"{path.name} has a header but no rows")
    repeated = {name for name, times in Counter(headers[sep]).items() if times > 1}
    if target in repeated:
        raise InputError(f"{path.name} has several columns {quote(target)}: rename all but one")
    notes = []
    if repeated:
        names = listing(sorted(map(quote, repeated)))
        notes.append(f"columns of the same name told apart by .1, .2, …: {names}")
    return frame, notes


def _check_file(path):
    """Check that the path is that of a text file which is not empty."""
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
    compressed = path.suffix in {".gz", ".bz2", ".zip", ".xz", ".zst"}
    if compressed:
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


def _header(path, sep):
    """Return the names in the first line, as written."""
    first = pd.read_csv(path, sep=sep, header=None, nrows=1, dtype=str, keep_default_na=False)
    return list(first.iloc[0])


def _values(path, sep, decimal):
    """Return the file as a data frame."""
    with warnings.catch_warnings():
        # pandas only warns when it drops values.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        # Many public tables write a missing value as "?".
        return pd.read_csv(
            path, sep=sep, decimal=decimal, na_values=["?"], index_col=False, low_memory=False
        )


def _classes(target, n_folds):
    """Return the classes as an array of integers, booleans or strings, after checking them."""
    name = f"column {quote(target.name)}"
    longest = max(map(len, filter(lambda value: isinstance(value, str), target)), default=0)
    if longest > LONGEST_CLASS:
        raise InputError(
            f"{name} has a value of {longest:,} characters; the longest class allowed has "
            f"{LONGEST_CLASS:,}"
        )
    labels, counts = np.unique(target.to_numpy(dtype=object).astype(str), return_counts=True)
    if len(labels) == 0:
        raise InputError(f"{name} has no values")
    if len(labels) == 1:
        raise InputError(f"{name} has one class only, {quote(labels[0])}; at least 2 are needed")
    is_number = pd.api.types.is_numeric_dtype(target) and target.dtype != bool
    is_whole = is_number and bool((target == target.round()).all()) and target.abs().max() < 2**53
    many = is_number and len(labels) > MOST_NUMERIC_CLASSES
    if many and (not is_whole or counts.min() < n_folds):
        raise InputError(
            f"{name} looks continuous ({len(labels):,} different numbers); "
            "a column of classes is needed"
        )
    if is_whole:
        y = target.to_numpy(dtype=np.int64)
    else:
        y = target.to_numpy() if target.dtype == bool else np.asarray(target, dtype=str)
    check_folds(y, n_folds, name)
    return y
