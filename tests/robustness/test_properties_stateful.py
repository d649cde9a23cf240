"""A classifier that is trained, broken, changed, copied and asked in any order."""

import copy
import pickle
import warnings

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from helpers.verdict import check_model
from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import SOLVERS

N, D, H = 24, 3, 3
TABLES = [
    make_blobs(N, n_features=D, centers=3, cluster_std=3.0, random_state=seed) for seed in range(2)
]
X, y = TABLES[0]
STREAMING = ["auto", "adam", "sgd", "gd"]
# What no call accepts.
MISTAKES = {
    "NaN among the features": {"X": np.full((N, D), np.nan), "y": y},
    "no rows": {"X": X[:0], "y": y[:0]},
    "an unknown class": {"X": X, "y": np.arange(N) + 7.5},
    "a negative weight": {"X": X, "y": y, "sample_weight": np.full(N, -1.0)},
    "weights too heavy to compute with": {"X": X, "y": y, "sample_weight": np.full(N, 1e300)},
    "features too far apart": {"X": X * 1e300, "y": np.arange(N) % 3},
}
BAD_SETTINGS = {"alpha": -1.0, "n_h": 0, "solver": "magic", "max_iter": 0, "tol": -1.0}
GOOD_SETTINGS = st.one_of(
    st.fixed_dictionaries({"alpha": st.sampled_from([0.0, 1.0, 30.0])}),
    st.fixed_dictionaries({"learning_rate": st.sampled_from(["auto", 0.01, 1e9])}),
    st.fixed_dictionaries({"solver": st.sampled_from(["auto", *SOLVERS])}),
    st.fixed_dictionaries({"class_weight": st.sampled_from([None, "balanced"])}),
    st.fixed_dictionaries({"early_stopping": st.booleans()}),
    st.fixed_dictionaries({"standardize": st.booleans()}),
)


class Life(RuleBasedStateMachine):
    """What happens to a classifier; its twin is spared all that must leave no trace."""

    @initialize(standardize=st.booleans(), solver=st.sampled_from(STREAMING))
    def begin(self, standardize, solver):
        self.clf = OneHiddenLayerClassifier(
            H, solver=solver, standardize=standardize, max_iter=2, tol=0, random_state=0
        )
        self.twin = clone(self.clf)

    @property
    def fitted(self):
        return hasattr(self.twin, "coefs_")

    def train(self, method, table, **params):
        rows, classes = TABLES[table]
        for clf in (self.clf, self.twin):
            with warnings.catch_warnings():
                # Some learning rates are too high, and some solvers have none.
                warnings.simplefilter("ignore", ConvergenceWarning)
                warnings.filterwarnings("ignore", "learning_rate=.* has no effect", UserWarning)
                getattr(clf, method)(rows, classes, **params)

    @rule(table=st.integers(0, 1))
    def fit(self, table):
        self.clf.set_params(warm_start=False)
        self.twin.set_params(warm_start=False)
        self.train("fit", table)
        assert self.clf.n_iter_ <= 2

    @rule(table=st.integers(0, 1))
    def fit_warm(self, table):
        curve = list(self.twin.loss_curve_) if self.fitted else []
        self.clf.set_params(warm_start=True)
        self.twin.set_params(warm_start=True)
        self.train("fit", table)
        assert self.clf.loss_curve_[: len(curve)] == curve
        assert self.clf.n_iter_ <= len(curve) + 2

    @precondition(lambda self: self.clf.solver != "lbfgs")
    @rule(table=st.integers(0, 1))
    def partial_fit(self, table):
        curve = list(self.twin.loss_curve_) if self.fitted else []
        self.train("partial_fit", table, classes=[0, 1, 2])
        assert self.clf.loss_curve_[: len(curve)] == curve
        assert self.clf.n_iter_ <= len(curve) + 1

    @rule(settings=GOOD_SETTINGS)
    def set_params(self, settings):
        self.clf.set_params(**settings)
        self.twin.set_params(**settings)

    # None of these leaves a trace.

    @rule(mistake=st.sampled_from(sorted(MISTAKES)), warm=st.booleans())
    def fail_to_fit(self, mistake, warm):
        settings = self.clf.get_params()
        # A warm start goes on with the moments it began with, whatever the features.
        warm = warm and mistake != "features too far apart"
        self.clf.set_params(warm_start=warm, standardize=True)
        with pytest.raises(ValueError):  # noqa: PT011
            self.clf.fit(**MISTAKES[mistake])
        self.clf.set_params(**settings)

    @precondition(lambda self: self.clf.solver != "lbfgs")
    @rule(mistake=st.sampled_from(sorted(MISTAKES)))
    def fail_to_fit_partially(self, mistake):
        settings = self.clf.get_params()
        self.clf.set_params(standardize=True)
        with pytest.raises(ValueError):  # noqa: PT011
            self.clf.partial_fit(**MISTAKES[mistake], classes=[0, 1, 2])
        self.clf.set_params(**settings)

    @rule(name=st.sampled_from(sorted(BAD_SETTINGS)))
    def fail_by_a_setting(self, name):
        settings = self.clf.get_params()
        methods = ["fit"] if self.clf.solver == "lbfgs" else ["fit", "partial_fit"]
        self.clf.set_params(**{name: BAD_SETTINGS[name]})
        for method in methods:
            with pytest.raises(ValueError, match=f"The '{name}' parameter"):
                getattr(self.clf, method)(*TABLES[0])
        self.clf.set_params(**settings)

    @rule()
    def pickle(self):
        self.clf = pickle.loads(pickle.dumps(self.clf))

    @rule()
    def train_a_copy(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", (ConvergenceWarning, UserWarning))
            copy.deepcopy(self.clf).set_params(warm_start=True).fit(*TABLES[1])

    @rule()
    def clone(self):
        twin = clone(self.clf)
        assert twin.get_params() == self.clf.get_params()
        with pytest.raises(NotFittedError):
            twin.predict(X)

    @invariant()
    def nothing_is_lost(self):
        assert vars(self.clf).keys() == vars(self.twin).keys()
        if self.fitted:
            check_model(self.clf, X)
            assert_array_equal(self.clf.predict_proba(X), self.twin.predict_proba(X))
            assert self.clf.loss_curve_ == self.twin.loss_curve_
            assert self.clf.loss_ == self.twin.loss_


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
