"""StackedGridSearchCV finds what GridSearchCV finds: scores, tables and the best candidate."""

import pickle
import time

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from searches import assert_same_results, both, draw_rows, network
from sklearn.base import clone, is_classifier
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, ShuffleSplit, cross_val_score
from sklearn.utils.validation import check_is_fitted

from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV, solvers
from skshallow.search import together

LOG_LOSS = {
    "binary": "neg_log_loss",
    "multiclass": "neg_log_loss",
    # Of several labels at once scikit-learn has no log loss.
    "multilabel": lambda clf, X, y: -log_loss(np.ravel(y), np.ravel(clf.predict_proba(X))),
}
FIFTY = {"max_iter": 50, "tol": 0}


@pytest.fixture
def stack_sizes(monkeypatch):
    """How many candidates train together in each stack."""
    sizes = []
    fit_stack = together.fit_stack

    def counted(members, *args):
        sizes.append(len(members))
        return fit_stack(members, *args)

    monkeypatch.setattr(together, "fit_stack", counted)
    return sizes


@pytest.mark.parametrize("kind", LOG_LOSS)
@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
def test_scores_of_fifty_iterations_are_the_same(solver, kind):
    grid = {"alpha": [0.01, 1, 100], "learning_rate": ["auto", 0.02]}
    clf = network(solver=solver, batch_size="auto" if solver == "gd" else 20, **FIFTY)
    plain, ours = both(clf, grid, *draw_rows(kind), scoring=LOG_LOSS[kind])
    assert_same_results(plain, ours)
    assert np.ptp(ours.cv_results_["mean_test_score"]) > 0.01
    assert ours.best_params_ == plain.best_params_
    for coef, expected in zip(
        ours.best_estimator_.coefs_, plain.best_estimator_.coefs_, strict=True
    ):
        np.testing.assert_array_equal(coef, expected)


@pytest.mark.parametrize("kind", LOG_LOSS)
def test_lbfgs_finds_the_same_optimum(kind):
    clf = network(n_h=3, activation="tanh", solver="lbfgs", tol=1e-7, max_iter=2000)
    grid = {"alpha": [2, 10, 50]}
    plain, ours = both(clf, grid, *draw_rows(kind), scoring=LOG_LOSS[kind])
    assert_same_results(plain, ours, atol=0, rtol=1e-3)


def test_candidates_of_one_shape_train_as_one_stack(stack_sizes):
    grid = {"n_h": [3, 4], "alpha": [0.1, 1], "learning_rate": [0.1, 0.5]}
    StackedGridSearchCV(network(), grid, cv=3).fit(*draw_rows())
    assert stack_sizes == 2 * 3 * [4]


def test_a_grid_over_all_that_a_stack_may_differ_in(stack_sizes):
    X, y = draw_rows()
    draw = np.random.RandomState(0).standard_normal
    given = (draw((4, 4)), draw(4), draw((4, 1)), draw(1))
    grid = {"random_state": [0, 1], "init": ["auto", "small", given], "alpha": [0.1, 10]}
    plain, ours = both(network(), grid, X, y, scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert len(np.unique(ours.cv_results_["mean_test_score"])) > 6
    # Halves of the last one make the number of units even.
    assert stack_sizes == [12, 12, 6, 6]


@pytest.mark.parametrize("solver", ["gd", "adam"])
def test_random_states_decide_batches_and_validation_rows_too(solver):
    settings = {"batch_size": 15} if solver == "adam" else {}
    clf = network(solver=solver, early_stopping=True, **settings)
    states = [0, 1, np.random.RandomState(2)]
    grid = {"random_state": states, "alpha": [0.1, 10], "init": ["auto", "small"]}
    plain, ours = both(clf, grid, *draw_rows(), scoring="neg_log_loss", cv=2)
    assert_same_results(plain, ours)


@pytest.mark.parametrize(
    "settings",
    [
        {"n_init": 2},
        {"early_stopping": True, "validation_fraction": 0.2},
        {"early_stopping": True, "tol": 1e-3, "max_iter": 300, "n_init": 2},
        {"class_weight": "balanced"},
        {"standardize": False},
        {"solver": solvers.Adam(beta_2=0.9), "batch_size": 30},
        {"solver": "sgd", "shuffle": False, "batch_size": 30},
        {"warm_start": True},
    ],
    ids=str,
)
def test_settings_that_all_candidates_share(settings):
    grid = {"alpha": [0.1, 10], "learning_rate": [0.01, 0.3]}
    assert_same_results(
        *both(network(**settings), grid, *draw_rows("multiclass"), scoring="neg_log_loss")
    )


def test_settings_that_do_not_go_into_one_stack():
    grid = {
        "n_h": [2, 4],
        "activation": ["relu", "tanh"],
        "solver": ["gd", solvers.GradientDescent(), "lbfgs"],
        "class_weight": [None, {0: 1, 1: 3}],
    }
    assert_same_results(*both(network(), grid, *draw_rows(), scoring="neg_log_loss", cv=2))


def test_an_automatic_solver_depends_on_the_learning_rate():
    clf = network(solver="auto", max_iter=5, batch_size="auto")
    grid = {"learning_rate": ["auto", 0.01, 0.1], "alpha": [1, 10]}
    assert_same_results(*both(clf, grid, *draw_rows(), scoring="neg_log_loss"))


def test_an_automatic_solver_depends_on_the_rows_left_by_early_stopping():
    X = np.random.RandomState(0).standard_normal((20_400, 1)).astype(np.float32)
    clf = network(n_h=1, solver="auto", max_iter=2, early_stopping=True)
    # 10 200 rows are too many for lbfgs, the 9 180 of them to train on are not.
    grid = {"learning_rate": ["auto", 0.01]}
    settings = {"cv": 2, "scoring": "neg_log_loss", "refit": False}
    assert_same_results(*both(clf, grid, X, X[:, 0] > 0, **settings), atol=1e-5)


def test_a_list_of_grids_leaves_gaps_in_the_table():
    grid = [
        {"alpha": [0.1, 1], "n_h": [2]},
        {"learning_rate": [0.1], "activation": ["tanh", "relu"]},
        {"random_state": [1, 2], "solver": ["gd"]},
        {},
    ]
    plain, ours = both(network(), grid, *draw_rows())
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
    X, y = draw_rows()
    X = table(X)
    grid = {"alpha": [0.1, 10], "n_h": [2, 4]}
    plain, ours = both(network(), grid, X, y, scoring="neg_log_loss", return_train_score=True)
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
    X, y = draw_rows()
    plain, ours = both(network(), {"alpha": [0.1, 10]}, X, target(y))
    assert_same_results(plain, ours)
    assert ours.classes_.tolist() == plain.classes_.tolist()
    assert ours.predict(X).tolist() == plain.predict(X).tolist()


def masks(n_rows):
    test = np.arange(n_rows) % 3 == 0
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
    X, y = draw_rows()
    X = X.tolist() if as_list else X
    plain, ours = (
        search(network(), {"alpha": [0.1, 10]}, cv=splits()).fit(X, y)
        for search in (GridSearchCV, StackedGridSearchCV)
    )
    assert_same_results(plain, ours)


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_workers_find_the_same(backend):
    X, y = draw_rows()
    grid = {"alpha": [0.1, 10], "n_h": [2, 4]}
    search = StackedGridSearchCV(network(), grid, cv=3, scoring="neg_log_loss")
    alone = clone(search).fit(X, y)
    with joblib.parallel_backend(backend):
        side_by_side = clone(search).set_params(n_jobs=2).fit(X, y)
    assert_same_results(alone, side_by_side, atol=0)


def test_times_are_those_it_took():
    search = StackedGridSearchCV(network(max_iter=100), {"alpha": [0.1, 1, 10]}, cv=2)
    start = time.perf_counter()
    search.fit(*draw_rows())
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
    X, y = draw_rows("multiclass")
    plain, ours = both(network(), {"alpha": [0.1, 10, 50]}, X, y, scoring="neg_log_loss")
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
    X, y = draw_rows()
    search = StackedGridSearchCV(network(), {"alpha": [0.1, 10]}, cv=2)
    assert isinstance(search, GridSearchCV)
    assert is_classifier(search)
    plain = GridSearchCV(network(), {"alpha": [0.1, 10]}, cv=2)
    assert list(search.get_params()) == list(plain.get_params())
    assert clone(search).set_params(estimator__n_h=7).estimator.n_h == 7
    with pytest.raises(NotFittedError):
        check_is_fitted(search)
    scores = cross_val_score(search, X, y, cv=3)
    np.testing.assert_allclose(scores, cross_val_score(plain, X, y, cv=3))


def test_leaves_its_estimator_and_its_grid_alone():
    clf, grid = network(), {"alpha": [0.1, 10]}
    StackedGridSearchCV(clf, grid, cv=2).fit(*draw_rows())
    assert not hasattr(clf, "coefs_")
    assert clf.alpha == 1
    assert grid == {"alpha": [0.1, 10]}


def test_survives_pickling():
    X, y = draw_rows()
    search = StackedGridSearchCV(network(), {"alpha": [0.1, 10]}, cv=2).fit(X, y)
    again = pickle.loads(pickle.dumps(search))
    assert_same_results(search, again, atol=0)
    np.testing.assert_array_equal(again.predict_proba(X), search.predict_proba(X))


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
def test_a_candidate_that_diverges_costs_its_own_score_only(solver):
    X, y = draw_rows()
    clf = network(solver=solver, max_iter=30)
    grid = {"learning_rate": [0.02, 1e200, 0.1]}
    with pytest.warns(ConvergenceWarning, match="diverged"):
        plain, ours = both(clf, grid, X, y, scoring="neg_log_loss")
    assert_same_results(plain, ours)
    mean = ours.cv_results_["mean_test_score"]
    without = StackedGridSearchCV(
        clf, {"learning_rate": [0.02, 0.1]}, cv=3, scoring="neg_log_loss"
    ).fit(X, y)
    np.testing.assert_allclose(mean[[0, 2]], without.cv_results_["mean_test_score"], atol=1e-9)
    assert mean[1] < mean[[0, 2]].min()


@pytest.mark.parametrize(
    "estimator",
    [LogisticRegression(), GridSearchCV(network(), {}), StackedGridSearchCV(network(), {})],
    ids=lambda estimator: type(estimator).__name__,
)
def test_sends_other_estimators_to_scikit_learn(estimator):
    with pytest.raises(TypeError, match=r"Use sklearn\.model_selection\.GridSearchCV"):
        StackedGridSearchCV(estimator, {}).fit(*draw_rows())


def test_candidates_of_one_seed_share_no_weights(stack_sizes, monkeypatch):
    """What they draw is drawn once; where the stack is cut in two, they must not meet there."""
    monkeypatch.setattr(together, "units_of_stack", lambda dtype: 4)
    grid = {"learning_rate": [0.001, 0.01, 0.1], "random_state": [0, 1]}
    clf = network(solver="adam")
    plain, ours = both(clf, grid, *draw_rows(), scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert max(stack_sizes) == 1
