"""Arguments that are right, and what a call has to say of those that are not."""

import joblib
import numpy as np
import pytest

from helpers.classifiers import classifier
from helpers.samples import draw_blobs
from skshallow import OneHiddenLayerClassifier

N, D, H = 40, 3, 4
X_GOOD, Y_GOOD = draw_blobs("binary", N, D)
GOOD_INIT = np.ones((D, H)), np.zeros(H), np.ones((H, 1)), np.zeros(1)


def good_samples(kind="binary"):
    """Samples that can be trained on."""
    return draw_blobs(kind, N, D)


def good_classifier(**params):
    """A classifier that can be trained."""
    return classifier(**({"n_h": H, "max_iter": 5} | params))


def with_one(array, value, where=7):
    """A copy with one entry replaced."""
    array = np.array(array, dtype=float)
    array.flat[where] = value
    return array


def assert_refused(words, kind="binary", error=ValueError, method="fit", **given):
    """Assert that a call is refused with these words, before any fit and after one.

    `given` are parameters of the estimator, and arguments that take the place of good ones.
    """
    X, y = good_samples(kind)
    arguments = {"X": X, "y": y}
    settings = {}
    for name, value in given.items():
        (settings if name in OneHiddenLayerClassifier().get_params() else arguments)[name] = value
    for clf in (good_classifier(), good_classifier().fit(X, y)):
        clf.set_params(**settings)
        before = joblib.hash(vars(clf))
        with pytest.raises(error) as caught:
            getattr(clf, method)(**arguments)
        missing = [word for word in words if word not in str(caught.value)]
        assert not missing, str(caught.value)
        assert joblib.hash(vars(clf)) == before
