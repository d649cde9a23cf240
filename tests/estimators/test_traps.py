"""The traps of MLPClassifier, one test each."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from helpers.cases import NO_STEP, every_mini_batch_solver, every_solver
from helpers.classifiers import as_init, classifier, parameters
from helpers.samples import draw_blobs
from skshallow.solvers import SGD, SOLVERS, Adam

N = 60


def squared_weights(clf):
    return sum((coef**2).sum() for coef in clf.coefs_)


def test_trap_penalty_divided_by_the_batch_size():
    X, y = load_iris(return_X_y=True)
    norms = [
        squared_weights(
            classifier(solver="sgd", learning_rate=0.005, batch_size=size, max_iter=epochs).fit(
                X, y
            )
        )
        for size, epochs in ((10, 300), (30, 900), (150, 4500))
    ]
    assert_allclose(norms, norms[-1], rtol=0.02)


@every_mini_batch_solver
@pytest.mark.parametrize("batch_size", [1, 7, 20])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_trap_division_by_zero_on_a_batch_of_weight_zero(solver, batch_size, container):
    X, y = draw_blobs()
    weights = np.zeros(N)
    weights[[0, 1, 2, 30]] = 1
    clf = classifier(solver=solver, batch_size=batch_size, shuffle=False, alpha=1)
    clf.fit(container(X), y, sample_weight=weights)
    assert np.isfinite(clf.loss_curve_).all()
    assert np.isfinite(parameters(clf)).all()


@pytest.mark.parametrize("batch_size", [1, 5, 12, 20])
def test_trap_gradient_normalised_by_the_weights_of_its_batch(batch_size):
    X, y = draw_blobs("multiclass")
    weights = np.random.RandomState(0).exponential(size=N)
    settings = {"standardize": False, "max_iter": 1, "alpha": 9, "shuffle": False}
    rate = 1e-7  # so short a step that an epoch adds up the gradients of its batches
    start = parameters(classifier(learning_rate=NO_STEP, solver="gd", **settings).fit(X, y))
    whole = classifier(solver="gd", learning_rate=rate, **settings).fit(X, y, weights)
    solver = SGD(momentum=0.0, nesterov=False, average=0.0)
    parts = classifier(solver=solver, learning_rate=rate, batch_size=batch_size, **settings)
    n_batches = N // batch_size
    step = (parameters(parts.fit(X, y, weights)) - start) / n_batches
    expected = parameters(whole) - start
    assert_allclose(step, expected, atol=1e-4 * np.abs(expected).max())


def test_trap_validation_split_without_a_rare_class():
    X, y = draw_blobs("multiclass")
    rare = np.r_[np.flatnonzero(y == 0)[:2], np.flatnonzero(y > 0)]
    for seed in range(10):
        clf = classifier(early_stopping=True, max_iter=2, random_state=seed).fit(X[rare], y[rare])
        assert clf.predict_proba(X).shape == (N, 3)
        assert np.isfinite(clf.validation_loss_curve_).all()


def test_trap_validation_accuracy_moves_in_jumps():
    clf = classifier(early_stopping=True, solver="adam", max_iter=50).fit(*draw_blobs())
    assert len(np.unique(clf.validation_loss_curve_)) == 50


@every_solver
def test_trap_returned_weights_are_overwritten_by_the_next_fit(solver):
    X, y = draw_blobs()
    clf = classifier(solver=solver, warm_start=True, early_stopping=True).fit(X, y)
    returned = [*clf.coefs_, *clf.intercepts_]
    before = [part.copy() for part in returned]
    clf.fit(X, y)
    for part, copy in zip(returned, before, strict=True):
        assert_array_equal(part, copy)


@every_solver
def test_trap_changing_the_returned_weights_changes_later_training(solver):
    X, y = draw_blobs()
    clf = classifier(solver=solver, warm_start=True).fit(X, y)
    for part in [*clf.coefs_, *clf.intercepts_]:
        part *= 0
    untouched = classifier(solver=solver, warm_start=True).fit(X, y).fit(X, y)
    assert_array_equal(parameters(clf.fit(X, y)), parameters(untouched))


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
def test_trap_divergence_is_noticed_after_training_only(solver):
    clf = classifier(solver=solver, learning_rate=1e200, max_iter=10**7)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(*draw_blobs())
    assert clf.n_iter_ <= 2


def test_trap_patience_is_off_by_one():
    clf = classifier(solver="gd", learning_rate=NO_STEP, tol=1e-4, n_iter_no_change=5, max_iter=100)
    assert clf.fit(*draw_blobs()).n_iter_ == 1 + 5


def test_trap_patience_is_not_reset():
    X, y = draw_blobs()
    settings = {"solver": "gd", "learning_rate": NO_STEP, "tol": 1e-4, "n_iter_no_change": 5}
    clf = classifier(max_iter=100, early_stopping=True, **settings).fit(X, y)
    assert clf.fit(X, y).n_iter_ == 6


def test_trap_tolerance_is_absolute():
    X, y = draw_blobs()
    X = np.where(y == 1, 30, 0)[:, np.newaxis] + X  # so easy that J is soon below 1e-3
    clf = classifier(alpha=0, solver="gd", tol=1e-3, max_iter=10**4, n_iter_no_change=1).fit(X, y)
    assert clf.loss_ < 1e-3


def test_trap_partial_fit_begins_its_random_stream_anew():
    X, y = draw_blobs()
    solver = SGD(momentum=0.0)
    again = classifier(solver=solver, batch_size=1).partial_fit(X, y, classes=[0, 1])
    weights = as_init(again.coefs_, again.intercepts_)
    again.partial_fit(X, y)
    anew = classifier(solver=solver, batch_size=1, init=weights).partial_fit(X, y, classes=[0, 1])
    assert not np.allclose(parameters(again), parameters(anew), rtol=1e-6)


def test_trap_partial_fit_ignores_a_changed_learning_rate():
    X, y = draw_blobs()
    clf = classifier(solver="adam").partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    clf.set_params(learning_rate=NO_STEP).partial_fit(X, y)
    assert_allclose(clf.predict_proba(X), before, rtol=1e-6)


def test_trap_partial_fit_counts_one_iteration_for_ever():
    X, y = draw_blobs()
    clf = classifier(solver="adam")
    for call in range(1, 4):
        assert clf.partial_fit(X, y, classes=[0, 1]).n_iter_ == call


def test_trap_a_grid_search_goes_on_after_control_c():
    fitted = []

    class Interrupted(Adam):
        def iterate(self, objective, theta, state, batches, learning_rate):
            fitted.append(self.beta_1)
            raise KeyboardInterrupt

    search = GridSearchCV(classifier(solver=Interrupted()), {"solver__beta_1": [0.1, 0.2]}, cv=2)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*draw_blobs())
    assert fitted == [0.1]


def test_trap_one_class_has_two_columns_of_probabilities():
    X, _ = draw_blobs()
    with pytest.raises(ValueError, match="class"):
        classifier().fit(X, np.zeros(N))


def test_trap_log_probability_of_a_rounded_probability():
    X, y = draw_blobs()
    clf = classifier(activation="relu").fit(X, y)
    log_p = clf.predict_log_proba(X * 1e5)
    assert np.isfinite(log_p).all()
    z = clf.decision_function(X * 1e5)
    assert_allclose(log_p[:, 1] - log_p[:, 0], z, rtol=1e-9)


@every_solver
def test_trap_some_solvers_have_no_curve_and_ignore_early_stopping(solver):
    X, y = draw_blobs(n_samples=100)
    clf = classifier(solver=solver, early_stopping=True, alpha=0, n_h=20, max_iter=5000, tol=1e-4)
    clf.fit(X, y)
    assert len(clf.loss_curve_) == len(clf.validation_loss_curve_) == clf.n_iter_ < 5000


def test_trap_columns_are_sliced_as_rows():
    X, y = draw_blobs()
    columns = classifier(solver="adam", batch_size=7).fit(sparse.csc_array(X), y)
    rows = classifier(solver="adam", batch_size=7).fit(sparse.csr_array(X), y)
    assert_array_equal(parameters(columns), parameters(rows))


@every_solver
def test_trap_narrow_weights_are_updated_in_wide_arithmetic(solver):
    seen = set()

    class Watched(SOLVERS[solver]):
        def iterate(self, objective, theta, state, batches, learning_rate):
            result = super().iterate(objective, theta, state, batches, learning_rate)
            arrays = [theta, *(value for value in state.values() if np.ndim(value) >= 2)]
            seen.update(array.dtype for array in arrays)
            return result

    X, y = draw_blobs()
    classifier(solver=Watched()).fit(X.astype(np.float32), y)
    assert seen == {np.dtype(np.float32)}


def test_trap_a_warm_start_is_not_one_long_fit():
    X, y = draw_blobs()
    clf = classifier(solver="adam", warm_start=True, batch_size=10).fit(X, y).fit(X, y)
    straight = classifier(solver="adam", max_iter=24, batch_size=10).fit(X, y)
    assert_array_equal(parameters(clf), parameters(straight))
