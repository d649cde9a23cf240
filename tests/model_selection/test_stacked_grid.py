"""StackedGridSearchCV finds what GridSearchCV finds, in data of any kind."""

import pickle
import time

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, ShuffleSplit, cross_val_score
from sklearn.utils.validation import check_is_fitted

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import assert_same_results, both
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV


def test_a_list_of_grids_leaves_gaps_in_the_table():
    grid = [
        {"alpha": [0.1, 1], "n_h": [2]},
        {"learning_rate": [0.1], "activation": ["tanh", "relu"]},
        {"random_state": [1, 2], "solver": ["gd"]},
        {},
    ]
    plain, ours = both(candidate(), grid, *draw_samples())
    assert_same_results(plain, ours)
    assert ours.cv_results_["param_alpha"].mask.tolist() == 2 * [False] + 5 * [True]


@pytest.mark.parametrize(
    "table",
    [
        sparse.csr_matrix,
        sparse.csc_array,
        sparse.coo_array,
        lambda X: X.astype(np.float32),
        lambda X: X.tolist(),
        lambda X: pd.DataFrame(X, columns=list("abcd")),
        lambda X: pl.DataFrame(X, schema=list("abcd")),
        np.asfortranarray,
    ],
    ids=["csr", "csc", "coo", "float32", "list", "pandas", "polars", "columns"],
)
def test_tables_of_any_kind(table):
    X, y = draw_samples()
    X = table(X)
    grid = {"alpha": [0.1, 10], "n_h": [2, 4]}
    plain, ours = both(candidate(), grid, X, y, scoring="neg_log_loss", return_train_score=True)
    assert_same_results(plain, ours, atol=1e-5 if getattr(X, "dtype", None) == "f4" else 1e-6)
    np.testing.assert_allclose(ours.predict_proba(X), plain.predict_proba(X), atol=1e-5)
    assert ours.n_features_in_ == 4
    assert hasattr(ours, "feature_names_in_") == hasattr(plain, "feature_names_in_")
    if hasattr(plain, "feature_names_in_"):
        assert ours.feature_names_in_.tolist() == list("abcd")


@pytest.mark.parametrize(
    "target",
    [
        lambda y: np.array(["no", "yes"])[y],
        lambda y: np.array(["no", "yes"])[y].tolist(),
        lambda y: pd.Series(y, index=np.arange(len(y))[::-1]),
        lambda y: y > 0,
        lambda y: pl.Series(y),
    ],
    ids=["strings", "list", "pandas", "bool", "polars"],
)
def test_classes_of_any_kind(target):
    X, y = draw_samples()
    plain, ours = both(candidate(), {"alpha": [0.1, 10]}, X, target(y))
    assert_same_results(plain, ours)
    assert ours.classes_.tolist() == plain.classes_.tolist()
    assert ours.predict(X).tolist() == plain.predict(X).tolist()


def masks(n_samples):
    test = np.arange(n_samples) % 3 == 0
    return [(~test, test), (test, ~test)]


@pytest.mark.parametrize(
    "splits",
    [
        lambda: None,
        lambda: 4,
        lambda: ShuffleSplit(2, random_state=0),
        lambda: [(range(60), range(60, 90)), (list(range(30, 90)), list(range(30)))],
        lambda: masks(90),
        # Used up by the first search that takes it.
        lambda: iter(masks(90)),
    ],
    ids=["none", "int", "splitter", "lists", "masks", "iterator"],
)
@pytest.mark.parametrize("as_list", [False, True])
def test_splits_of_any_kind(splits, as_list):
    X, y = draw_samples()
    X = X.tolist() if as_list else X
    plain, ours = (
        search(candidate(), {"alpha": [0.1, 10]}, cv=splits()).fit(X, y)
        for search in (GridSearchCV, StackedGridSearchCV)
    )
    assert_same_results(plain, ours)


@pytest.mark.parametrize("backend", ["threading", pytest.param("loky", marks=pytest.mark.slow)])
def test_workers_find_the_same(backend):
    X, y = draw_samples()
    grid = {"alpha": [0.1, 10], "n_h": [2, 4]}
    search = StackedGridSearchCV(candidate(), grid, cv=3, scoring="neg_log_loss")
    alone = clone(search).fit(X, y)
    with joblib.parallel_backend(backend):
        side_by_side = clone(search).set_params(n_jobs=2).fit(X, y)
    assert_same_results(alone, side_by_side, atol=0)


def test_times_are_those_it_took():
    search = StackedGridSearchCV(candidate(max_iter=100), {"alpha": [0.1, 1, 10]}, cv=2)
    start = time.perf_counter()
    search.fit(*draw_samples())
    took = time.perf_counter() - start
    results = search.cv_results_
    assert (results["mean_fit_time"] > 0).all()
    assert (results["mean_score_time"] > 0).all()
    assert search.refit_time_ > 0
    each = results["mean_fit_time"] + results["mean_score_time"]
    assert 0.3 * took < 2 * each.sum() + search.refit_time_ < took
    # The three of a split share its time equally.
    assert np.ptp(results["mean_fit_time"]) == 0


def test_predicts_with_the_best_candidate():
    X, y = draw_samples("multiclass")
    plain, ours = both(candidate(), {"alpha": [0.1, 10, 50]}, X, y, scoring="neg_log_loss")
    for method in ("predict", "predict_proba", "predict_log_proba", "decision_function"):
        found, expected = getattr(ours, method)(X), getattr(plain, method)(X)
        np.testing.assert_allclose(found, expected, atol=1e-6)
    assert ours.score(X, y) == pytest.approx(plain.score(X, y))
    assert ours.score(X, y) == pytest.approx(-log_loss(y, ours.predict_proba(X)))
    assert ours.classes_.tolist() == [0, 1, 2]
    assert ours.n_features_in_ == 4
    assert ours.best_score_ == pytest.approx(plain.best_score_)
    assert ours.best_index_ == plain.best_index_ == ours.cv_results_["rank_test_score"].argmin()
    assert isinstance(ours.best_estimator_, OneHiddenLayerClassifier)
    assert repr(ours.scorer_) == repr(plain.scorer_)
    fitted = {name for name in vars(plain) if name[-1] == "_"}
    assert fitted <= {name for name in vars(ours) if name[-1] == "_"}


def test_is_a_grid_search_to_scikit_learn():
    X, y = draw_samples()
    search = StackedGridSearchCV(candidate(), {"alpha": [0.1, 10]}, cv=2)
    assert isinstance(search, GridSearchCV)
    assert is_classifier(search)
    plain = GridSearchCV(candidate(), {"alpha": [0.1, 10]}, cv=2)
    assert list(search.get_params()) == list(plain.get_params())
    assert clone(search).set_params(estimator__n_h=7).estimator.n_h == 7
    with pytest.raises(NotFittedError):
        check_is_fitted(search)
    scores = cross_val_score(search, X, y, cv=3)
    np.testing.assert_allclose(scores, cross_val_score(plain, X, y, cv=3))


def test_leaves_its_estimator_and_its_grid_alone():
    clf, grid = candidate(), {"alpha": [0.1, 10]}
    StackedGridSearchCV(clf, grid, cv=2).fit(*draw_samples())
    assert not hasattr(clf, "coefs_")
    assert clf.alpha == "auto"
    assert grid == {"alpha": [0.1, 10]}


def test_survives_pickling():
    X, y = draw_samples()
    search = StackedGridSearchCV(candidate(), {"alpha": [0.1, 10]}, cv=2).fit(X, y)
    again = pickle.loads(pickle.dumps(search))
    assert_same_results(search, again, atol=0)
    np.testing.assert_array_equal(again.predict_proba(X), search.predict_proba(X))


@pytest.mark.parametrize(
    "estimator",
    [LogisticRegression(), GridSearchCV(candidate(), {}), StackedGridSearchCV(candidate(), {})],
    ids=lambda estimator: type(estimator).__name__,
)
def test_sends_other_estimators_to_scikit_learn(estimator):
    with pytest.raises(TypeError, match=r"Use sklearn\.model_selection\.GridSearchCV"):
        StackedGridSearchCV(estimator, {}).fit(*draw_samples())
