"""Fitted estimators that are stored: what they hold, and that nothing is lost on the way."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import skops.io
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, InconsistentVersionWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers import regressors
from helpers.cases import MINI_BATCH, every_kind, every_mini_batch_solver, every_solver
from helpers.classifiers import candidate, chooser
from helpers.samples import draw_samples
from helpers.searches import assert_same_results
from helpers.stored import FAMILIES, OURS, assert_same_fit, every_way, fitted, is_plain, leaves
from skshallow import (
    OneHiddenLayerClassifier,
    OneHiddenLayerClassifierCV,
    OneHiddenLayerRegressor,
    OneHiddenLayerRegressorCV,
    StackedGridSearchCV,
)
from skshallow.solvers import LBFGS, SGD, Adam


def labelled(kind):
    X, y = draw_samples(kind)
    return X, y if kind == "multilabel" else np.array(["no", "yes", "maybe"], dtype=object)[y]


def stream(solver, kind="binary", **params):
    X, y = draw_samples(kind)
    classes = None if kind == "multilabel" else np.unique(y)
    clf = candidate(solver=solver, batch_size=20, **params)
    for rows in (slice(0, 40), slice(40, 90)):
        clf.partial_fit(X[rows], y[rows], classes=classes)
    return clf


# What is held


@every_solver
@pytest.mark.parametrize("warm_start", [False, True])
def test_what_a_fit_leaves_is_plain(warm_start, solver):
    X, y = labelled("multiclass")
    frame = pd.DataFrame(X, columns=list("abcd")).astype(np.float32)
    clf = candidate(solver=solver, n_init=2, early_stopping=True, warm_start=warm_start)
    for _ in range(2):
        found = list(leaves(fitted(clf.fit(frame, y))))
        assert [path for path, value in found if not is_plain(path, value)] == []
        assert (("_training", "continuation", "theta") in dict(found)) == warm_start


@every_mini_batch_solver
@every_kind
def test_what_a_stream_leaves_is_plain(kind, solver):
    found = list(leaves(fitted(stream(solver, kind))))
    assert [path for path, value in found if not is_plain(path, value)] == []
    assert ("_training", "continuation", "theta") in dict(found)


@pytest.mark.parametrize("refit", [True, False])
def test_what_a_choice_leaves_is_plain(refit):
    X, y = labelled("multiclass")
    clf = chooser(n_h=[2, 4], activation=["relu", "tanh"], cv=2, refit=refit)
    clf.fit(X, y, sample_weight=np.ones(len(y)))
    found = list(leaves(fitted(clf)))
    assert [path for path, value in found if not is_plain(path, value)] == []


def test_after_divergence_what_is_left_is_plain():
    X, y = draw_samples()
    clf = candidate(learning_rate=1e200, warm_start=True)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(X, y)
    assert [path for path, value in leaves(fitted(clf)) if not is_plain(path, value)] == []


def test_numbers_of_numpy_as_parameters_leave_nothing_else():
    X, y = draw_samples()
    params = {"n_h": np.int64(3), "alpha": np.float32(0.5), "learning_rate": np.float64(0.1)}
    clf = candidate(max_iter=np.int64(4), warm_start=np.True_, **params).fit(X, y)
    assert [path for path, value in leaves(fitted(clf)) if not is_plain(path, value)] == []


# skops


@every_way
@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
def test_a_stored_network_is_the_same(kind, way, tmp_path):
    X, y = labelled(kind)
    clf = candidate(random_state=np.random.RandomState(0), class_weight="balanced").fit(X, y)
    again = way(clf, tmp_path)
    assert_same_fit(again, clf)
    assert_array_equal(again.predict_proba(X), clf.predict_proba(X))
    assert_array_equal(again.predict(X), clf.predict(X))


@every_way
def test_a_stored_choice_is_the_same(way, tmp_path):
    X, y = labelled("multiclass")
    clf = chooser(activation=["relu", "tanh"], solver=LBFGS(memory=4), cv=2).fit(X, y)
    again = way(clf, tmp_path)
    assert_same_fit(again, clf)
    assert again.best_params_ == clf.best_params_
    assert_array_equal(again.predict_proba(X), clf.predict_proba(X))


@pytest.mark.parametrize("scoring", [None, "neg_log_loss", ["accuracy", "neg_log_loss"]], ids=str)
def test_of_a_stored_search_skops_asks_no_more_than_of_grid_search(scoring):
    X, y = draw_samples()
    settings = {"scoring": scoring, "refit": scoring[0] if isinstance(scoring, list) else True}
    grid = [{"alpha": [0.1, 10]}, {"solver": ["gd", "adam"]}]
    search = StackedGridSearchCV(candidate(), grid, cv=2, **settings).fit(X, y)
    plain = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2, **settings).fit(X, y)
    content = skops.io.dumps(search)
    trusted = skops.io.get_untrusted_types(data=content)
    expected = skops.io.get_untrusted_types(data=skops.io.dumps(plain))
    assert set(trusted) <= OURS | set(expected)
    again = skops.io.loads(content, trusted=trusted)
    assert_same_results(search, again, atol=0)
    assert_array_equal(again.predict_proba(X), search.predict_proba(X))
    assert again.score(X, y) == search.score(X, y)


def test_skops_asks_for_solvers_only_if_they_are_parameters():
    X, y = draw_samples()
    asked = {}
    for solver in ("sgd", SGD(momentum=0.5)):
        clf = candidate(solver=solver, warm_start=True).fit(X, y)
        asked[type(solver)] = skops.io.get_untrusted_types(data=skops.io.dumps(clf))
    assert asked[str] == ["skshallow.OneHiddenLayerClassifier"]
    assert asked[SGD] == [*asked[str], "skshallow.solvers.SGD"]


# Training that goes on


@every_way
@every_solver
@pytest.mark.parametrize("validated", [False, True])
def test_two_fits_equal_one_with_a_file_between_them(validated, solver, way, tmp_path):
    X, y = draw_samples("multiclass")
    rows = {"X": X, "y": y}
    if validated:
        rows |= {"X_val": X[::4], "y_val": y[::4], "sample_weight_val": np.arange(1, 24)}
    settings = {"solver": solver, "batch_size": 20 if solver in MINI_BATCH else "auto"}
    half = candidate(warm_start=True, max_iter=7, **settings).fit(**rows)
    straight = candidate(warm_start=True, max_iter=14, **settings).fit(**rows)
    again = way(half, tmp_path)
    assert_same_fit(again.fit(**rows), straight)
    assert_same_fit(half.fit(**rows), straight)


@every_way
@every_mini_batch_solver
def test_a_stream_goes_on_from_a_file(solver, way, tmp_path):
    X, y = draw_samples()
    straight = stream(solver)
    again = way(straight, tmp_path)
    for clf in (straight, again):
        clf.partial_fit(X[:70], y[:70]).partial_fit(X[:5], y[:5])
    assert_same_fit(again, straight)
    assert again.n_iter_ == 4


class Halved(Adam):
    """A solver of the user's own, with a parameter that is not a number."""

    def __init__(self, beta_1=0.9, beta_2=0.999, epsilon=1e-8, inner=None):
        super().__init__(beta_1, beta_2, epsilon)
        self.inner = inner


def test_a_solver_of_ones_own_goes_on_from_a_pickle():
    X, y = draw_samples()
    settings = {"batch_size": 20, "warm_start": True}
    half = candidate(solver=Halved(inner=Adam()), max_iter=7, **settings).fit(X, y)
    straight = candidate(solver=Halved(inner=Adam()), max_iter=14, **settings).fit(X, y)
    again = pickle.loads(pickle.dumps(half)).fit(X, y)
    assert_array_equal(again.coefs_[0], straight.coefs_[0])
    steps = [clf._training["continuation"]["solver_state"]["n_steps"] for clf in (again, straight)]
    assert steps[0] == steps[1]
    assert clone(half).fit(X, y).set_params(solver="adam").fit(X, y).n_iter_ == 14


@pytest.mark.parametrize(
    ("solver", "changed"),
    [(LBFGS(memory=3), LBFGS(memory=8)), (Adam(), Adam(beta_1=0.2)), (SGD(), SGD(momentum=0.1))],
    ids=str,
)
def test_a_solver_changed_in_place_is_as_good_as_a_new_one(solver, changed):
    X, y = draw_samples()
    in_place, anew = (candidate(solver=clone(solver), warm_start=True).fit(X, y) for _ in range(2))
    params = {f"solver__{name}": value for name, value in changed.get_params().items()}
    in_place.set_params(**params).fit(X, y)
    anew.set_params(solver=changed).fit(X, y)
    assert_same_fit(in_place, anew)


@every_mini_batch_solver
@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_goes_its_own_way(duplicate, solver):
    X, y = draw_samples()
    clf, expected = stream(solver), stream(solver)
    twin = duplicate(clf)
    for _ in range(3):
        clf.partial_fit(X, y)
    assert_same_fit(twin, expected)
    assert clf.n_iter_ == twin.n_iter_ + 3


@pytest.mark.parametrize("kind", FAMILIES)
def test_a_clone_holds_parameters_only(kind):
    X, y = draw_samples()
    clf = {
        OneHiddenLayerClassifier: candidate(warm_start=True),
        OneHiddenLayerClassifierCV: chooser(cv=2),
        OneHiddenLayerRegressor: regressors.candidate(warm_start=True),
        OneHiddenLayerRegressorCV: regressors.chooser(cv=2),
        StackedGridSearchCV: StackedGridSearchCV(candidate(), {"alpha": [1, 2]}, cv=2),
    }[kind].fit(X, y)
    assert fitted(clf)
    assert fitted(clone(clf)) == {}


# Versions


def test_another_version_of_scikit_learn_matters_to_its_own_steps_only(monkeypatch):
    X, y = draw_samples()
    pipeline = make_pipeline(StandardScaler(), candidate(warm_start=True)).fit(X, y)
    with monkeypatch.context() as patch:
        patch.setattr("sklearn.base.__version__", "1.5.0")
        stored = pickle.dumps(pipeline)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        again = pickle.loads(stored)
    assert {one.category for one in caught} == {InconsistentVersionWarning}
    # Our classifiers hold arrays, which mean the same to every version.
    named = {one.message.estimator_name for one in caught}
    assert named == {"Pipeline", "StandardScaler"}
    assert_array_equal(again.predict_proba(X), pipeline.predict_proba(X))
    assert_same_fit(again[-1], pipeline[-1])


@every_solver
def test_training_of_an_unknown_format_is_refused(solver):
    X, y = draw_samples()
    clf = candidate(solver=solver).fit(X, y)
    clf._training["format"] = 987
    stored = pickle.dumps(clf)
    with pytest.raises(ValueError, match=r"format 987.*reads the format \d+ only"):
        pickle.loads(stored)


@every_solver
def test_a_copy_of_a_warm_start_goes_its_own_way(solver):
    X, y = draw_samples()
    clf, expected = (
        candidate(solver=solver, warm_start=True, early_stopping=True).fit(X, y) for _ in range(2)
    )
    twin = copy.copy(clf)
    assert twin.get_params() == clf.get_params()
    clf.fit(X, y)
    assert_same_fit(twin, expected)
    assert_same_fit(twin.fit(X, y), clf)
