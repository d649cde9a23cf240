"""Real tables for the benchmarks: those bundled with scikit-learn, those of a folder, OpenML's."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.preprocessing import LabelEncoder, OneHotEncoder

BUNDLED = ("iris", "wine", "breast_cancer", "digits")
ENDING = ".csv.gz"


def real_tables(folder=None):
    """Go through the tables of a folder and those bundled with scikit-learn.

    Parameters
    ----------
    folder : str or Path, optional
        Holds gzipped CSV files with a column `target`.

    Yields
    ------
    name : str
    X : DataFrame
        Features; columns that are not numeric are categories.
    y : ndarray of int
        Classes, encoded as 0, 1, ….
    """
    paths = sorted(Path(folder).glob(f"*{ENDING}")) if folder is not None else []
    if folder is not None and not paths:
        raise SystemExit(f"{folder} holds no *{ENDING}.")
    for path in paths:
        table = pd.read_csv(path)
        yield _split(path.name.removesuffix(ENDING), table.drop(columns="target"), table["target"])
    for name in BUNDLED:
        yield _split(name, *getattr(datasets, f"load_{name}")(return_X_y=True, as_frame=True))


def openml_tables(names):
    """As :func:`real_tables`, for names on openml.org; needs a network the first time."""
    for name in names:
        yield _split(name, *datasets.fetch_openml(name, return_X_y=True, as_frame=True))


def encoder(scaler="passthrough"):
    """A transformer that one-hot encodes category columns and hands the others to `scaler`."""
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_column_transformer(
        (scaler, make_column_selector(dtype_include="number")),
        (one_hot, make_column_selector(dtype_exclude="number")),
    )


def numeric(X):
    """Features as a float64 ndarray, category columns one-hot."""
    return np.ascontiguousarray(encoder().fit_transform(X), dtype=np.float64)


def _split(name, X, y):
    return name, X, LabelEncoder().fit_transform(y)
