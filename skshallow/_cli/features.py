"""The features of a table: which columns they come from, and what a model needs them to be."""

from dataclasses import dataclass, field

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skshallow._cli.columns import CATEGORY, DATE, FLAG, NUMBER, learn_column
from skshallow._cli.errors import InputError
from skshallow._cli.wording import count, listing, quote
from skshallow._compat import target_encoder

# More levels than this are encoded by the target: one column each for so many would be mostly zero.
MOST_LEVELS = 40
ENCODER_FOLDS = 5


@dataclass
class Features:
    """The features of a table by kind, and how they are made.

    Attributes
    ----------
    numbers : list of str
        Features of numbers; true/false counts as 1 and 0, dates as days and parts of them.
    categories : list of str
        Features to be one-hot encoded.
    many_levels : list of str
        Features of so many categories that they are encoded by the target.
    columns : list of Column
        What was learned of the columns that are used.
    notes : list of str
        What is done with the columns, and which columns are left out.
    """

    numbers: list[str]
    categories: list[str]
    many_levels: list[str] = field(default_factory=list)
    columns: list = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def learn_features(frame, *, comma_first=False):
    """Learn what the columns of a table are, and turn them into features.

    Parameters
    ----------
    frame : DataFrame of shape (n_samples, n_columns)
        All columns except the target; its index counts the rows of the file from 0.
    comma_first : bool, default=False
        Whether a single comma is rather a decimal mark than one of thousands.

    Returns
    -------
    features : Features
        The features by kind.
    X : DataFrame of shape (n_samples, n_features)
        The features.

    Raises
    ------
    InputError
        If no column is usable.
    """
    columns = [learn_column(frame[name], comma_first=comma_first) for name in frame.columns]
    used = [column for column in columns if column.is_used]
    dropped = [f"{quote(c.name)} ({c.kind})" for c in columns if not c.is_used]
    if not used:
        why = f"; unusable: {listing(dropped)}" if dropped else ""
        raise InputError(f"no numeric or category column beside the target{why}")
    X = make_features(frame, used)
    texts = [column.name for column in used if column.kind == CATEGORY]
    levels = {name: X[name].nunique() for name in texts}
    categories = [name for name in texts if levels[name] <= MOST_LEVELS]
    numbers = [name for name in X.columns if name not in levels]
    many_levels = [name for name in texts if levels[name] > MOST_LEVELS]
    features = Features(numbers, categories, many_levels, used)
    features.notes = [*_kind_notes(used, levels), *_missing_notes(X, numbers, texts)]
    features.notes += [f"{quote(c.name)}: {note}" for c in used for note in c.notes]
    if dropped:
        features.notes.append(f"dropped: {listing(dropped)}")
    return features, X


def make_features(frame, columns):
    """Turn a table into features.

    Parameters
    ----------
    frame : DataFrame of shape (n_samples, n_columns)
        A table that has the columns.
    columns : list of Column
        What was learned of the columns.

    Returns
    -------
    X : DataFrame of shape (n_samples, n_features)
        Columns of floats and of text, in which NaN is missing.
    """
    made = [pair for column in columns for pair in column.features(frame[column.name]).items()]
    return pd.DataFrame(dict(made), index=frame.index)


def preparation(features, *, scale, splits, target_type="auto"):
    """Build the transformer that imputes and encodes features, and standardises them on request.

    Parameters
    ----------
    features : Features
        The features by kind.
    scale : bool
        Whether features of numbers are standardised.
    splits : splitter
        How samples are split to learn an encoding by the target: no sample is encoded by its own.
    target_type : {"auto", "continuous"}, default="auto"
        Whether the target are numbers; whole ones would be taken for classes.

    Returns
    -------
    transformer : ColumnTransformer
        Not fitted.
    """
    scaling = [StandardScaler()] if scale else []
    median = SimpleImputer(strategy="median", keep_empty_features=True)
    level = SimpleImputer(strategy="constant", fill_value="", keep_empty_features=True)
    parts = [
        ([median, *scaling], features.numbers),
        ([level, OneHotEncoder(handle_unknown="ignore")], features.categories),
        ([level, target_encoder(target_type, splits), *scaling], features.many_levels),
    ]
    return make_column_transformer(*((make_pipeline(*s), names) for s, names in parts if names))


def _kind_notes(columns, levels):
    """Return notes on how each kind of column is used."""
    named = {
        kind: [column for column in columns if column.kind == kind] for kind in (NUMBER, FLAG, DATE)
    }
    notes = []
    if named[NUMBER]:
        notes.append(
            f"{count(len(named[NUMBER]), 'numeric column')} "
            "(standardised for the linear model; the network does so itself)"
        )
    if named[FLAG]:
        notes.append(f"true/false as 1 and 0: {listing(quote(c.name) for c in named[FLAG])}")
    if named[DATE]:
        dates = listing(f"{quote(c.name)} ({', '.join(c.parts)})" for c in named[DATE])
        notes.append(f"dates as numbers: {dates}")
    for what, chosen in (
        ("one-hot encoded", {n: k for n, k in levels.items() if k <= MOST_LEVELS}),
        ("encoded by the target", {n: k for n, k in levels.items() if k > MOST_LEVELS}),
    ):
        if chosen:
            each = listing(f"{quote(n)} ({count(k, 'level')})" for n, k in chosen.items())
            notes.append(f"{what}: {each}")
    return notes


def _missing_notes(X, numbers, texts):
    """Return notes on what is missing in which features, and what becomes of it."""
    notes = []
    missing = X.isna().sum()
    for what, names in (("imputed by the median", numbers), ("a level of their own", texts)):
        where = [(name, int(missing[name])) for name in names if missing[name]]
        if where:
            total = count(sum(n for _, n in where), "missing value")
            each = listing(f"{quote(name)} ({n:,})" for name, n in where)
            notes.append(f"{total} {what}: {each}")
    return notes
