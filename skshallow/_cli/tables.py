"""Reads a CSV file: the target, and the columns to predict it from."""

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
from skshallow._cli.targets import check_folds, find_target
from skshallow._cli.wording import count, first_line, listing, quote

SEPARATORS = ",;\t|"
# A file with a longer header or more columns is not a table of features and classes. pandas would
# need minutes and gigabytes to read it.
LONGEST_HEADER = 2**20
MOST_COLUMNS = 10_000


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
        The class or the number of each sample.
    columns : Columns
        Which columns are numbers and which are categories.
    task : {"classification", "regression"}
        What `y` holds.
    notes : list of str
        What was done with the content of the file.
    """

    title: str
    X: pd.DataFrame
    y: np.ndarray
    columns: Columns
    task: str
    notes: list[str] = field(default_factory=list)


def load_table(path, target, n_folds, task):
    """Read a CSV file into a Table.

    Parameters
    ----------
    path : str
        The file; the ending of its name tells whether it is compressed.
    target : str
        Name of the column to predict.
    n_folds : int
        Number of folds of the cross-validation; each class needs at least as many samples.
    task : {"auto", "classification", "regression"}
        What the target holds; "auto" chooses by its values.

    Returns
    -------
    table : Table
        The usable columns, the target, and notes on what was left out.

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
    task, reason, y = find_target(frame[target], task, n_folds)
    columns, X = sort_columns(frame.drop(columns=target))
    return Table(path.name, X, y, columns, task, [f"{task}: {reason}", *notes, *columns.notes])


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
    y = np.asarray(data.target_names)[data.target]
    check_folds(y, n_folds, "breast cancer")
    columns, X = sort_columns(data.data)
    title = "Breast cancer (bundled with scikit-learn)"
    return Table(title, X, y, columns, "classification", columns.notes)


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
