"""The kinds of columns in a table, and how they are prepared for a model."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skshallow._cli.errors import InputError
from skshallow._cli.wording import count, listing, quote

MOST_LEVELS = 100


@dataclass
class Columns:
    """The usable columns of a table by kind, with notes on how they were sorted.

    Attributes
    ----------
    numbers : list of str
        Columns of numbers, and of true/false, which count as 1 and 0.
    categories : list of str
        Columns to be one-hot encoded.
    notes : list of str
        What is done with the columns, and which columns were dropped.
    """

    numbers: list[str]
    categories: list[str]
    notes: list[str] = field(default_factory=list)


def sort_columns(features):
    """Sort columns into numbers, categories and unusable ones.

    Parameters
    ----------
    features : DataFrame of shape (n_samples, n_columns)
        All columns except the target.

    Returns
    -------
    columns : Columns
        The usable columns by kind.
    X : DataFrame of shape (n_samples, n_features)
        The usable columns; infinite values are replaced by missing ones.

    Raises
    ------
    InputError
        If no column is usable.
    """
    # No model can compute with infinite values. As missing values they are imputed.
    features = features.replace([np.inf, -np.inf], np.nan)
    kinds = {name: _kind(features[name]) for name in features.columns}
    numbers = [name for name, kind in kinds.items() if kind in {"number", "true/false"}]
    categories = [name for name, kind in kinds.items() if kind == "category"]
    unusable = [name for name in features.columns if name not in {*numbers, *categories}]
    dropped = [f"{quote(name)} ({kinds[name]})" for name in unusable]
    if not numbers and not categories:
        why = f"; unusable: {listing(dropped)}" if dropped else ""
        raise InputError(f"no numeric or category column beside the target{why}")
    X = features[numbers + categories]
    flags = [name for name in numbers if kinds[name] == "true/false"]
    notes = _kind_notes(len(numbers) - len(flags), flags, X[categories])
    if missing := _missing_note(X):
        notes.append(missing)
    if dropped:
        notes.append(f"dropped: {listing(dropped)}")
    return Columns(numbers, categories, notes), X


def preparation(columns, *, scale):
    """Build the transformer that imputes and encodes the columns, and standardises them on request.

    Parameters
    ----------
    columns : Columns
        The columns by kind.
    scale : bool
        Whether columns of numbers are standardised.

    Returns
    -------
    transformer : ColumnTransformer
        Not fitted.
    """
    number_steps = [SimpleImputer(strategy="median", keep_empty_features=True)]
    if scale:
        number_steps.append(StandardScaler())
    category_steps = [
        SimpleImputer(strategy="most_frequent", keep_empty_features=True),
        OneHotEncoder(handle_unknown="ignore"),
    ]
    parts = [(number_steps, columns.numbers), (category_steps, columns.categories)]
    return make_column_transformer(*((make_pipeline(*s), names) for s, names in parts if names))


def _kind(column):
    """Return "number", "true/false", "category", or the reason why the column cannot be used."""
    values = column.dropna()
    levels = values.nunique()
    if levels == 0:
        return "no values"
    if levels == 1:
        return "constant"
    if set(values.unique()) <= {True, False} and not pd.api.types.is_numeric_dtype(column.dtype):
        return "true/false"
    if column.dtype == bool:
        return "true/false"
    if pd.api.types.is_numeric_dtype(column):
        return "row number" if _numbers_the_rows(column) else "number"
    # Names and free text differ in almost every row, so there is nothing to learn from them.
    if levels > min(MOST_LEVELS, max(2, len(values) // 2)):
        return f"text: {levels:,} different values in {count(len(values), 'row')}"
    return "category"


def _numbers_the_rows(column):
    """Return whether a column only numbers the rows of the file, from 0 or 1."""
    # The index holds the positions in the file, also after rows without a target were dropped.
    return any(np.array_equal(column, column.index + start) for start in (0, 1))


def _kind_notes(n_numbers, flags, categories):
    """Return notes on how each kind of column is used."""
    notes = []
    if n_numbers:
        notes.append(
            f"{count(n_numbers, 'numeric column')} "
            "(standardised for the linear model; the network does so itself)"
        )
    if flags:
        notes.append(f"true/false as 1 and 0: {listing(map(quote, flags))}")
    if categories.shape[1]:
        levels = [f"{quote(c)} ({count(categories[c].nunique(), 'level')})" for c in categories]
        notes.append(f"one-hot encoded: {listing(levels)}")
    return notes


def _missing_note(X):
    """Return a note on what is imputed in which columns; None if nothing is."""
    missing = X.isna().sum()
    missing = missing[missing > 0]
    if missing.empty:
        return None
    where = listing(f"{quote(name)} ({n:,})" for name, n in missing.items())
    return (
        f"{count(int(missing.sum()), 'missing value')} imputed, numbers by the median, "
        f"categories by the most frequent level: {where}"
    )
