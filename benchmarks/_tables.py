"""Real tables for the benchmarks: those bundled with scikit-learn, those of a folder, OpenML's."""

from pathlib import Path

import numpy as np
import pandas as pd
from _suites import SUITES
from sklearn import datasets
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.preprocessing import LabelEncoder, OneHotEncoder

BUNDLED = ("iris", "wine", "breast_cancer", "digits")
ENDING = ".csv.gz"


def real_tables(folder=None):
    """Go through the tables of a folder, if there is one, and those bundled with scikit-learn.

    Parameters
    ----------
    folder : str or Path, optional
        As for :func:`folder_tables`.

    Yields
    ------
    name : str
    X : DataFrame
        Features; columns that are not numeric are categories.
    y : ndarray of int
        Classes, encoded as 0, 1, ….
    """
    if folder is not None:
        yield from folder_tables(folder)
    yield from bundled_tables()


def as_classes(y):
    """A target as classes 0, 1, …."""
    return LabelEncoder().fit_transform(y)


def folder_tables(folder, encode=as_classes):
    """As :func:`real_tables`, for gzipped CSV files with a column `target`.

    Targets are what `encode` makes of them.
    """
    paths = sorted(Path(folder).glob(f"*{ENDING}"))
    if not paths:
        raise SystemExit(f"{folder} holds no *{ENDING}.")
    for path in paths:
        table = pd.read_csv(path)
        y = encode(table["target"])
        yield path.name.removesuffix(ENDING), table.drop(columns="target"), y


def bundled_tables():
    """As :func:`real_tables`, for those bundled with scikit-learn."""
    for name in BUNDLED:
        X, y = getattr(datasets, f"load_{name}")(return_X_y=True, as_frame=True)
        yield name, X, as_classes(y)


def openml_tables(names, encode=as_classes):
    """As :func:`real_tables`, for tables of openml.org; needs a network the first time.

    All are fetched before the first is given, so that a long run does not end for want of the last.

    Parameters
    ----------
    names : list of str
        Names of tables there, or of suites of them in `SUITES`.
    encode : callable
        Makes targets of what is there.
    """
    numbers = {}
    for name in names:
        numbers |= SUITES.get(name, {name: None})
    for name, number in numbers.items():
        _fetch(name, number)
    for name, number in numbers.items():
        X, y = _fetch(name, number)
        yield name, X, encode(y)


def encoder(scaler="passthrough", max_categories=None):
    """A transformer that one-hot encodes category columns and hands the others to `scaler`.

    Of a column with more than `max_categories` the rarest share one code.
    """
    one_hot = OneHotEncoder(
        handle_unknown="ignore", sparse_output=False, max_categories=max_categories
    )
    return make_column_transformer(
        (scaler, make_column_selector(dtype_include="number")),
        (one_hot, make_column_selector(dtype_exclude="number")),
    )


def numeric(X):
    """Features as a float64 ndarray, category columns one-hot."""
    return np.ascontiguousarray(encoder().fit_transform(X), dtype=np.float64)


def _fetch(name, number):
    # Scikit-learn keeps what it fetched, so that a second call only reads it.
    which = {"name": name} if number is None else {"data_id": number}
    try:
        return datasets.fetch_openml(**which, return_X_y=True, as_frame=True)
    except (OSError, ValueError) as error:
        raise SystemExit(
            f"{name} cannot be had from openml.org: {error}. Its tables need a network, the first "
            "time; --tables takes a folder of files instead."
        ) from error
