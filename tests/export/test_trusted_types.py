"""The types that skops has to trust to load our estimators: all of them, and no others."""

import numpy as np
import pytest
import skops.io
from numpy.testing import assert_array_equal
from sklearn.metrics import get_scorer, get_scorer_names

from helpers import classifiers, regressors
from helpers.regressors import draw_numbers
from helpers.samples import draw_samples
from skshallow import StackedGridSearchCV
from skshallow.export import trusted_types
from skshallow.solvers import LBFGS, SGD, Adam, Cosine, GradientDescent, ReduceOnPlateau

# As parameters they are stored.
SOLVERS = [LBFGS(), GradientDescent(schedule=Cosine(9)), SGD(schedule=ReduceOnPlateau()), Adam()]
# A search stores them with its scorer, in some versions of scikit-learn.
REQUESTS = {
    "sklearn.utils._metadata_requests.MetadataRequest",
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
}


def search(estimator, **settings):
    return StackedGridSearchCV(estimator, {"alpha": [1, 2]}, cv=2, **settings)


ESTIMATORS = [
    *(classifiers.candidate(solver=solver, warm_start=True) for solver in SOLVERS),
    classifiers.candidate(solver="adam", random_state=np.random.RandomState(0)),
    classifiers.chooser(cv=2),
    classifiers.chooser(cv=2, scoring="neg_log_loss"),
    regressors.candidate(loss="huber"),
    regressors.chooser(cv=2, max_iter=20, tol=0),
    search(classifiers.candidate()),
    search(classifiers.candidate(), scoring=["accuracy", "neg_log_loss"], refit="accuracy"),
    search(regressors.candidate()),
    search(regressors.candidate(), scoring="r2"),
]


def stored(estimator):
    X, y = draw_samples() if hasattr(estimator, "predict_proba") else draw_numbers()
    return skops.io.dumps(estimator.fit(X, y)), X


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda one: type(one).__name__)
def test_every_estimator_is_loaded(estimator):
    content, X = stored(estimator)
    again = skops.io.loads(content, trusted=trusted_types())
    assert_array_equal(again.predict(X), estimator.predict(X))


def test_none_is_listed_in_vain():
    asked = set()
    for estimator in ESTIMATORS:
        asked |= set(skops.io.get_untrusted_types(data=stored(estimator)[0]))
    for name in get_scorer_names():
        asked |= set(skops.io.get_untrusted_types(data=skops.io.dumps(get_scorer(name))))
    listed = trusted_types()
    assert asked - set(listed) == set()
    assert set(listed) - asked <= REQUESTS
    assert listed == sorted(set(listed))
