"""Ways to store a fitted estimator, and what it then holds."""

import copy

import joblib
import numpy as np
import pytest
import skops.io
from numpy.testing import assert_array_equal

from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressor,
    OneHiddenLayerRegressorCV,
    StackedGridSearchCV,
)
from skshallow.solvers import SOLVERS

FAMILIES = [
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressor,
    OneHiddenLayerRegressorCV,
    StackedGridSearchCV,
]
OURS = {f"{kind.__module__}.{kind.__qualname__}" for kind in [*FAMILIES, *SOLVERS.values()]}
PLAIN = {int, float, bool, str, type(None)}
# Names are objects wherever scikit-learn has made the array.
ARRAYS_OF_NAMES = {"classes_", "feature_names_in_"}


def through_skops(model, folder):
    """Stored by skops, which trusts our own types only."""
    content = skops.io.dumps(model)
    trusted = skops.io.get_untrusted_types(data=content)
    assert set(trusted) <= OURS
    return skops.io.loads(content, trusted=trusted)


def through_joblib(model, folder):
    """Stored by joblib and mapped from the file."""
    joblib.dump(model, folder / "model")
    # Mapped arrays cannot be written to.
    return joblib.load(folder / "model", mmap_mode="r")


def through_deepcopy(model, folder):
    """Not stored, but copied with all it holds."""
    return copy.deepcopy(model)


WAYS = [through_skops, through_joblib, through_deepcopy]
every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[8:])


def fitted(estimator):
    """All attributes that are no parameters."""
    params = estimator.get_params(deep=False)
    return {name: value for name, value in vars(estimator).items() if name not in params}


def leaves(value, path=()):
    """What dicts, lists and tuples hold in the end, each with the keys that lead there."""
    if type(value) not in (dict, list, tuple):
        yield path, value
        return
    entries = value.items() if type(value) is dict else enumerate(value)
    for key, entry in entries:
        yield from leaves(entry, (*path, key))


def is_plain(path, value):
    """Whether a leaf is a number, a text or an array of such."""
    if path == ("_training", "continuation", "order"):
        # A seed until the first batch is drawn.
        return type(value) in (int, np.random.RandomState)
    if path[0] == "cv_results_" and path[1].startswith("param_"):
        return type(value) is np.ma.MaskedArray  # as in GridSearchCV
    if type(value) is np.ndarray:
        return value.dtype.kind in ("biufUO" if path[-1] in ARRAYS_OF_NAMES else "biuf")
    return type(value) in PLAIN


def assert_same_fit(first, second):
    """Every bit of what was fitted is the same, what training goes on from included."""
    pairs = zip(leaves(fitted(first)), leaves(fitted(second)), strict=True)
    for (path, value), (other_path, other) in pairs:
        assert path == other_path
        # A solver's room for the next gradient holds what was there before.
        if path[-1] == "gradient":
            continue
        if isinstance(value, np.random.RandomState):
            value, other = value.get_state()[1], other.get_state()[1]
        assert_array_equal(value, other, err_msg=str(path), strict=True)
