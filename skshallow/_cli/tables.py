"""Turns a file into a table for the comparison: the target, and the features to predict it from."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer

from skshallow._cli.columns import as_text
from skshallow._cli.errors import InputError
from skshallow._cli.features import Features, learn_features
from skshallow._cli.sources import Source, read_table
from skshallow._cli.targets import check_folds, find_target, look_alikes
from skshallow._cli.wording import count, listing, quote


@dataclass
class Table:
    """A table ready for the comparison.

    Attributes
    ----------
    title : str
        Name of the table.
    X : DataFrame of shape (n_samples, n_features)
        The features.
    y : ndarray of shape (n_samples,)
        The class or the number of each sample.
    features : Features
        Which features are numbers and which are categories, and which columns they come from.
    task : {"classification", "regression"}
        What `y` holds.
    notes : list of str
        What was done with the content of the file.
    source : Source or None, default=None
        How the file is written.
    """

    title: str
    X: pd.DataFrame
    y: np.ndarray
    features: Features
    task: str
    notes: list[str] = field(default_factory=list)
    source: Source | None = None


def load_table(options, n_folds):
    """Read a file into a Table.

    Parameters
    ----------
    options : argparse.Namespace
        ``data``, ``target``, ``task``, ``encoding``, ``missing`` and ``drop``.
    n_folds : int
        Number of folds of the cross-validation; each class needs at least as many samples.

    Returns
    -------
    table : Table
        The features, the target, and notes on what was left out.

    Raises
    ------
    InputError
        If the file, the target or the other columns cannot be used.
    """
    path, target = Path(options.data), options.target
    frame, source, notes = read_table(
        path, wanted=[target, *options.drop], encoding=options.encoding, missing=options.missing
    )
    for name in (target, *options.drop):
        check_column(path, frame, name)
    if target in options.drop:
        raise InputError(f"--drop {target}: this is the target")
    frame, dropped = _drop_rows(frame.drop(columns=options.drop), target)
    # Where a semicolon separates the columns, a comma is usually the decimal mark.
    comma_first = source.separator == ";"
    column = frame[target]
    task, reason, y = find_target(column, options.task or "auto", n_folds, comma_first=comma_first)
    features, X = learn_features(frame.drop(columns=target), comma_first=comma_first)
    notes = [f"{task}: {reason}", *notes, *dropped]
    if task == "classification":
        notes += look_alikes(column, y)
    return Table(path.name, X, y, features, task, [*notes, *features.notes], source)


def check_column(path, frame, name):
    """Check that a table has a column.

    Parameters
    ----------
    path : Path
        The file.
    frame : DataFrame
        The table.
    name : str
        The column.

    Raises
    ------
    InputError
        If it has not; the message names similar columns.
    """
    if name not in frame.columns:
        similar = get_close_matches(name, frame.columns, n=3, cutoff=0.5)
        hint = "did you mean " if similar else "the names in its first line are "
        raise InputError(
            f"{path.name} has no column {quote(name)}; "
            f"{hint}{listing(map(quote, similar or frame.columns))}"
        )


def column_names(options):
    """Return the names of the columns of a file, for a message about a missing --target."""
    return list(read_table(Path(options.data), encoding=options.encoding)[0].columns)


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
    features, X = learn_features(data.data)
    title = "Breast cancer (bundled with scikit-learn)"
    return Table(title, X, y, features, "classification", features.notes)


def _drop_rows(frame, target):
    """Return the rows that have a target, with a note on the others."""
    missing = as_text(frame[target]).isna()
    if not missing.any():
        return frame, []
    return frame[~missing], [f"{count(int(missing.sum()), 'row')} without a target dropped"]
