"""Samples in frames of pandas and polars, and estimators that are given them."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose
from sklearn.preprocessing import StandardScaler

from helpers.classifiers import candidate, chooser
from skshallow import StackedGridSearchCV

NAMES = list("abcd")
FRAMES = {
    # As what is left of a longer frame after sorting: samples are taken by place, never by label.
    "pandas": lambda X: pd.DataFrame(X, columns=NAMES, index=np.arange(len(X))[::-1] * 3),
    "polars": lambda X: pl.DataFrame(X, schema=NAMES),
}
ESTIMATORS = {
    "classifier": candidate,
    "choice": lambda: chooser(cv=2, solver="gd", tol=0, max_iter=8),
    "search": lambda: StackedGridSearchCV(candidate(), {"alpha": [0.1, 10]}, cv=2),
}
# Below 1.8 or so scikit-learn does not see the names of newer polars' columns, nor choose by them.
NAMED = [
    name
    for name, frame in FRAMES.items()
    if hasattr(StandardScaler().fit(frame(np.eye(4))), "feature_names_in_")
]
every_frame = pytest.mark.parametrize("frame", FRAMES)
every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS)


def series(frame, values):
    """A column of numbers in the kind of series that belongs to a kind of frame."""
    if frame == "polars":
        return pl.Series(values)
    return pd.Series(values, index=np.random.RandomState(1).permutation(len(values)))


def network_of(fitted):
    """The network that predicts in the end."""
    return fitted.best_estimator_ if hasattr(fitted, "best_estimator_") else fitted


def assert_same_but_for_rounding(first, second):
    """The same weights and curves but for rounding: a frame holds its numbers column by column."""
    first, second = network_of(first), network_of(second)
    for part, other in zip(
        [*first.coefs_, *first.intercepts_], [*second.coefs_, *second.intercepts_], strict=True
    ):
        assert_allclose(part, other, rtol=1e-9, atol=1e-12)
    assert_allclose(first.loss_curve_, second.loss_curve_, rtol=1e-12)
    if second.validation_loss_curve_ is not None:
        assert_allclose(first.validation_loss_curve_, second.validation_loss_curve_, rtol=1e-12)
