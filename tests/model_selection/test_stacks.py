"""Candidates that train together score as GridSearchCV scores them one by one."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import assert_same_results, both
from skshallow import StackedGridSearchCV, solvers
from skshallow._estimators.stacking import fit_stacked
from skshallow.model_selection import _evaluation, _stacks

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

    def counted(estimators, *args, **params):
        sizes.append(len(estimators))
        return fit_stacked(estimators, *args, **params)

    monkeypatch.setattr(_evaluation, "fit_stacked", counted)
    return sizes


@pytest.mark.parametrize("kind", LOG_LOSS)
@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
def test_scores_of_fifty_iterations_are_the_same(solver, kind):
    grid = {"alpha": [0.01, 1, 100], "learning_rate": ["auto", 0.02]}
    clf = candidate(solver=solver, batch_size="auto" if solver == "gd" else 20, **FIFTY)
    plain, ours = both(clf, grid, *draw_samples(kind), scoring=LOG_LOSS[kind])
    assert_same_results(plain, ours)
    assert np.ptp(ours.cv_results_["mean_test_score"]) > 0.01
    assert ours.best_params_ == plain.best_params_
    for coef, expected in zip(
        ours.best_estimator_.coefs_, plain.best_estimator_.coefs_, strict=True
    ):
        np.testing.assert_array_equal(coef, expected)


@pytest.mark.parametrize("kind", LOG_LOSS)
def test_lbfgs_finds_the_same_optimum(kind):
    clf = candidate(n_h=3, activation="tanh", solver="lbfgs", tol=1e-7, max_iter=2000)
    grid = {"alpha": [2, 10, 50]}
    plain, ours = both(clf, grid, *draw_samples(kind), scoring=LOG_LOSS[kind])
    assert_same_results(plain, ours, atol=0, rtol=1e-3)


def test_candidates_of_one_shape_train_as_one_stack(stack_sizes):
    grid = {"n_h": [3, 4], "alpha": [0.1, 1], "learning_rate": [0.1, 0.5]}
    StackedGridSearchCV(candidate(), grid, cv=3).fit(*draw_samples())
    assert stack_sizes == 2 * 3 * [4]


def test_a_grid_over_all_that_a_stack_may_differ_in(stack_sizes):
    X, y = draw_samples()
    draw = np.random.RandomState(0).standard_normal
    given = (draw((4, 4)), draw(4), draw((4, 1)), draw(1))
    grid = {"random_state": [0, 1], "init": ["auto", "small", given], "alpha": [0.1, 10]}
    plain, ours = both(candidate(), grid, X, y, scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert len(np.unique(ours.cv_results_["mean_test_score"])) > 6
    assert stack_sizes == 3 * [12]


@pytest.mark.parametrize("solver", ["gd", "adam"])
def test_random_states_decide_batches_and_validation_samples_too(solver):
    settings = {"batch_size": 15} if solver == "adam" else {}
    clf = candidate(solver=solver, early_stopping=True, **settings)
    states = [0, 1, np.random.RandomState(2)]
    grid = {"random_state": states, "alpha": [0.1, 10], "init": ["auto", "small"]}
    plain, ours = both(clf, grid, *draw_samples(), scoring="neg_log_loss", cv=2)
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
        *both(candidate(**settings), grid, *draw_samples("multiclass"), scoring="neg_log_loss")
    )


def test_settings_that_do_not_go_into_one_stack():
    grid = {
        "n_h": [2, 4],
        "activation": ["relu", "tanh"],
        "solver": ["gd", solvers.GradientDescent(), "lbfgs"],
        "class_weight": [None, {0: 1, 1: 3}],
    }
    assert_same_results(*both(candidate(), grid, *draw_samples(), scoring="neg_log_loss", cv=2))


def test_an_automatic_solver_depends_on_the_learning_rate():
    clf = candidate(solver="auto", max_iter=5, batch_size="auto")
    grid = {"learning_rate": ["auto", 0.01, 0.1], "alpha": [1, 10]}
    assert_same_results(*both(clf, grid, *draw_samples(), scoring="neg_log_loss"))


def test_an_automatic_solver_depends_on_the_samples_left_by_early_stopping():
    X = np.random.RandomState(0).standard_normal((20_400, 1)).astype(np.float32)
    clf = candidate(n_h=1, solver="auto", max_iter=2, early_stopping=True)
    # 10 200 samples are too many for lbfgs, the 9 180 of them to train on are not.
    grid = {"learning_rate": ["auto", 0.01]}
    settings = {"cv": 2, "scoring": "neg_log_loss", "refit": False}
    assert_same_results(*both(clf, grid, X, X[:, 0] > 0, **settings), atol=1e-5)


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
def test_a_candidate_that_diverges_costs_its_own_score_only(solver):
    X, y = draw_samples()
    clf = candidate(solver=solver, max_iter=30)
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


def test_candidates_of_one_seed_share_no_weights(stack_sizes, monkeypatch):
    """What they draw is drawn once; where the stack is cut in two, they must not meet there."""
    monkeypatch.setattr(_stacks, "most_stacked_units", lambda dtype: 4)
    grid = {"learning_rate": [0.001, 0.01, 0.1], "random_state": [0, 1]}
    clf = candidate(solver="adam")
    plain, ours = both(clf, grid, *draw_samples(), scoring="neg_log_loss")
    assert_same_results(plain, ours)
    assert max(stack_sizes) == 1
