"""Training that goes on where it ended: warm_start."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning

from helpers.cases import MINI_BATCH, NO_STEP, WITH_RATE, every_kind, every_solver
from helpers.classifiers import (
    BATCH,
    assert_same_training,
    batch_classifier,
    parameters,
)
from helpers.samples import draw_blobs
from skshallow.solvers import Adam

N, H = 64, 5


@every_solver
@every_kind
@pytest.mark.parametrize("parts", [(7, 4), (1, 1, 9)])
def test_two_fits_equal_one_long_fit(solver, kind, parts):
    X, y = draw_blobs(kind, N)
    clf = batch_classifier(solver, warm_start=True)
    for part in parts:
        clf.set_params(max_iter=part).fit(X, y)
    assert_same_training(clf, batch_classifier(solver, max_iter=sum(parts)).fit(X, y))


@every_solver
@pytest.mark.parametrize(
    "settings",
    [
        {"alpha": 0, "n_h": 20, "early_stopping": True, "validation_fraction": 0.25},
        {"standardize": False},
        {"class_weight": "balanced"},
        {"activation": "relu", "random_state": 7},
    ],
    ids=lambda settings: list(settings)[-1],
)
def test_two_fits_equal_one_long_fit_with(settings, solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, **settings)
    for part in (60, 40):
        clf.set_params(max_iter=part).fit(X, y)
    assert_same_training(clf, batch_classifier(solver, max_iter=100, **settings).fit(X, y))


@every_solver
@pytest.mark.parametrize("container", [sparse.csr_array, np.float32], ids=["sparse", "float32"])
def test_two_fits_equal_one_long_fit_on(container, solver):
    X, y = container(draw_blobs(n_samples=N)[0]), draw_blobs(n_samples=N)[1]
    clf = batch_classifier(solver, warm_start=True, max_iter=6).fit(X, y).fit(X, y)
    assert_same_training(clf, batch_classifier(solver, max_iter=12).fit(X, y))


@every_solver
def test_two_fits_equal_one_long_fit_with_validation_samples(solver):
    X, y = draw_blobs(n_samples=2 * N)
    rows = {"X": X[:N], "y": y[:N], "X_val": X[N:], "y_val": y[N:]}
    settings = {"alpha": 0, "n_h": 20}
    clf = batch_classifier(solver, warm_start=True, max_iter=50, **settings).fit(**rows).fit(**rows)
    assert_same_training(clf, batch_classifier(solver, max_iter=100, **settings).fit(**rows))


@every_solver
def test_two_fits_settle_where_one_long_fit_does(solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, max_iter=8, tol=1e-2, n_iter_no_change=6)
    with pytest.warns(ConvergenceWarning, match="max_iter=8"):
        clf.fit(X, y)
    clf.set_params(max_iter=5000).fit(X, y)
    straight = batch_classifier(solver, max_iter=5008, tol=1e-2, n_iter_no_change=6).fit(X, y)
    assert_same_training(clf, straight)


@every_solver
def test_two_fits_with_a_pickle_between_them(solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, max_iter=6).fit(X, y)
    clf = pickle.loads(pickle.dumps(clf)).fit(X, y)
    assert_same_training(clf, batch_classifier(solver, max_iter=12).fit(X, y))


def test_a_solver_object_goes_on_too():
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(Adam(beta_2=0.9), warm_start=True, max_iter=6, batch_size=BATCH).fit(
        X, y
    )
    straight = batch_classifier(Adam(beta_2=0.9), max_iter=12, batch_size=BATCH).fit(X, y)
    assert_same_training(clf.fit(X, y), straight)


@pytest.mark.parametrize("solver", WITH_RATE)
def test_a_changed_learning_rate_counts(solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, max_iter=5, learning_rate=0.1).fit(X, y)
    before = clf.predict_proba(X)
    longer = pickle.loads(pickle.dumps(clf)).fit(X, y)
    stopped = pickle.loads(pickle.dumps(clf)).set_params(learning_rate=NO_STEP)
    assert not np.allclose(longer.predict_proba(X), before, rtol=1e-3)
    if solver in MINI_BATCH:
        # Its mean of weights, or velocity, carries it on for a while.
        stopped.set_params(max_iter=1)
        rates_differ = parameters(stopped.fit(X, y)) != parameters(longer)
        assert rates_differ.all()
    else:
        assert_allclose(stopped.fit(X, y).predict_proba(X), before, rtol=1e-6)


def test_gradient_descent_steps_by_the_changed_learning_rate():
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier("gd", warm_start=True, max_iter=5, learning_rate=0.1, standardize=False)
    clf.fit(X, y)
    weights = clf.coefs_[0], clf.intercepts_[0], clf.coefs_[1], clf.intercepts_[1]
    clf.set_params(learning_rate=0.7).fit(X, y)
    fresh = batch_classifier("gd", max_iter=5, learning_rate=0.7, standardize=False, init=weights)
    assert_array_equal(parameters(clf), parameters(fresh.fit(X, y)))


@pytest.mark.parametrize(
    "changed",
    [
        {"standardize": False},
        {"solver": "gd"},
        {"solver": "sgd"},
        {"solver": "adam"},
        {"batch_size": 5},
        {"alpha": 100},
        {"class_weight": "balanced"},
        {"n_init": 3},
        {"random_state": 5},
        {"init": "small"},
        {"early_stopping": True},
        {"shuffle": False},
    ],
    ids=str,
)
@pytest.mark.parametrize("solver", ["gd", Adam(average=0.0)])
def test_changed_settings_go_on_from_the_same_network(changed, solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, max_iter=8).fit(X * [1, 9, 1, 1] + 3, y)
    before = clf.predict_proba(X)
    clf.set_params(learning_rate=NO_STEP, max_iter=2, **changed).fit(X * [1, 9, 1, 1] + 3, y)
    assert_allclose(clf.predict_proba(X), before, rtol=1e-6)
    assert clf.n_iter_ == 10


@every_solver
def test_a_changed_penalty_counts(solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, max_iter=20, alpha=0).fit(X, y)
    before = np.linalg.norm(clf.coefs_[1])
    clf.set_params(alpha=60, max_iter=100).fit(X, y)
    assert np.linalg.norm(clf.coefs_[1]) < before / 2


def test_a_changed_solver_goes_on():
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier("adam", warm_start=True, max_iter=10).fit(X, y)
    loss = clf.loss_
    clf.set_params(solver="lbfgs", batch_size="auto").fit(X, y)
    assert clf.solver_ == "lbfgs"
    assert clf.loss_curve_[10] == pytest.approx(loss, rel=1e-9)
    assert clf.loss_ < loss


@every_solver
def test_other_samples_are_learned_from_where_the_first_left_off(solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, max_iter=5).fit(X, y).fit(X[:40], y[:40])
    assert clf.n_iter_ == 10
    assert np.isfinite(clf.loss_)
    assert clf.fit(X[y == 1], y[y == 1]).classes_.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n_h": H + 1}, "n_h=6 differs from the 5 hidden units"),
        ({"activation": "relu"}, "activation='relu' differs from 'tanh', fitted so far"),
    ],
    ids=["n_h", "activation"],
)
def test_a_network_of_another_shape_is_refused(changed, words):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier("gd", warm_start=True, max_iter=3).fit(X, y)
    before = parameters(clf)
    clf.set_params(**changed)
    with pytest.raises(ValueError, match=words):
        clf.fit(X, y)
    assert_array_equal(parameters(clf), before)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (lambda X, y: (X, y + 5), r"y holds the classes \[5, 6\]"),
        (lambda X, y: (X, np.where(y, "yes", "no")), "y "),
        (lambda X, y: (X[:, :2], y), "2 features"),
        (lambda X, y: (X, np.column_stack([y, 1 - y])), "y "),
    ],
    ids=["classes", "type of the classes", "features", "several labels"],
)
def test_data_of_another_kind_is_refused(data, words):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier("gd", warm_start=True, max_iter=3).fit(X, y)
    before = parameters(clf)
    with pytest.raises(ValueError, match=words):
        clf.fit(*data(X, y))
    assert_array_equal(parameters(clf), before)


@pytest.mark.parametrize("solver", WITH_RATE)
def test_after_divergence_a_lower_learning_rate_goes_on(solver):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier(solver, warm_start=True, max_iter=20, learning_rate=1e200)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(X, y)
    clf.set_params(learning_rate=0.1, max_iter=100).fit(X, y)
    assert np.isfinite(parameters(clf)).all()
    assert clf.loss_ < clf.loss_curve_[0] / 1.5


def test_after_an_interruption_training_goes_on(monkeypatch):
    X, y = draw_blobs(n_samples=N)
    clf = batch_classifier("adam", warm_start=True, max_iter=20)
    iterate = Adam.iterate
    calls = []

    def interrupted(self, *arguments):
        calls.append(1)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return iterate(self, *arguments)

    monkeypatch.setattr(Adam, "iterate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, y)
    loss = clf.loss_
    assert clf.fit(X, y).loss_ < loss
    assert clf.n_iter_ == 27
