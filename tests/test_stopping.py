"""When training ends, what the loss curves hold, and whose weights are returned."""

import re

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import logsumexp
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import SOLVERS

N, D, H = 60, 4, 5
FULL_BATCH = [name for name, solver in SOLVERS.items() if solver.full_batch]
MINI_BATCH = [name for name, solver in SOLVERS.items() if not solver.full_batch]
WITH_RATE = [name for name, solver in SOLVERS.items() if solver.default_learning_rate]

every_solver = pytest.mark.parametrize("solver", SOLVERS)
every_kind = pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])


def table(kind="binary", n=N):
    centers = 2 if kind == "binary" else 3
    X, y = make_blobs(n, n_features=D, centers=centers, cluster_std=6.0, random_state=0)
    X = X * [1.0, 0.1, 3.0, 1.0] + [0.0, 1.0, -5.0, 0.0]
    return X, np.column_stack([y > 0, y > 1]).astype(int) if kind == "multilabel" else y


def halves(kind="binary"):
    X, y = table(kind, 2 * N)
    return (X[:N], y[:N]), {"X_val": X[N:], "y_val": y[N:]}


def network(**params):
    defaults = {"n_h": H, "activation": "tanh", "tol": 0, "max_iter": 12, "random_state": 0}
    return OneHiddenLayerClassifier(**defaults | params)


def parameters(clf):
    return np.concatenate([part.ravel() for part in [*clf.coefs_, *clf.intercepts_]])


def cross_entropies(coefs, intercepts, X, y):
    """The loss of every row, in plain NumPy."""
    z = np.tanh(X @ coefs[0] + intercepts[0]) @ coefs[1] + intercepts[1]
    if y.ndim == 1 and z.shape[1] > 1:
        return logsumexp(z, axis=1) - z[np.arange(len(y)), y]
    return (np.logaddexp(0, z) - y.reshape(z.shape) * z).sum(axis=1)


def mean_cross_entropy(clf, X, y, weights=None):
    return np.average(cross_entropies(clf.coefs_, clf.intercepts_, X, y), weights=weights)


def objective(clf, X, y, weights=None):
    """J at the fitted weights, in plain NumPy."""
    weights = np.ones(len(X)) if weights is None else weights
    W1, W2 = clf.coefs_
    if clf.standardize:
        mean = np.average(X, axis=0, weights=weights)
        W1 = W1 * np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weights))[:, np.newaxis]
    penalty = clf.alpha / 2 * ((W1**2).sum() + (W2**2).sum())
    return mean_cross_entropy(clf, X, y, weights) + penalty / weights.sum()


# The objective and its curve


@every_solver
@every_kind
@pytest.mark.parametrize("alpha", [0, 1, 50])
@pytest.mark.parametrize("standardize", [True, False])
def test_loss_is_the_objective_at_the_returned_weights(solver, kind, alpha, standardize):
    X, y = table(kind)
    weights = np.random.RandomState(0).uniform(size=N)
    clf = network(solver=solver, alpha=alpha, standardize=standardize)
    clf.fit(X, y, sample_weight=weights)
    assert clf.loss_ == pytest.approx(objective(clf, X, y, weights), rel=1e-9)


@pytest.mark.parametrize("solver", FULL_BATCH)
@every_kind
@pytest.mark.parametrize("alpha", [0, 5])
def test_the_curve_holds_the_objective_before_each_iteration(solver, kind, alpha):
    X, y = table(kind)
    curve = network(solver=solver, alpha=alpha).fit(X, y).loss_curve_
    for iteration in (1, 2, 3, 8):
        shorter = network(solver=solver, alpha=alpha, max_iter=iteration).fit(X, y)
        assert shorter.loss_curve_ == curve[:iteration]
        assert curve[iteration] == pytest.approx(objective(shorter, X, y), rel=1e-9)


@every_solver
def test_the_curve_begins_with_the_objective_at_the_initial_weights(solver):
    X, y = table()
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, 1)), rng.normal(size=1)
    clf = network(solver=solver, init=init, standardize=False, alpha=0).fit(X, y)
    losses = cross_entropies(init[::2], init[1::2], X, y)
    assert clf.loss_curve_[0] == pytest.approx(losses.mean(), rel=1e-9)


@pytest.mark.parametrize("solver", MINI_BATCH)
@pytest.mark.parametrize("batch_size", [1, 7, 20, N])
def test_the_mean_over_an_epochs_batches_estimates_the_objective(solver, batch_size):
    X, y = table("multiclass")
    weights = np.random.RandomState(0).uniform(size=N)
    clf = network(solver=solver, batch_size=batch_size, learning_rate=1e-14, alpha=3)
    clf.fit(X, y, sample_weight=weights)
    assert_allclose(clf.loss_curve_, objective(clf, X, y, weights), rtol=1e-6)


# tol, patience and max_iter


@every_solver
@pytest.mark.parametrize("early_stopping", [True, False])
def test_without_a_tolerance_all_iterations_run_and_nothing_warns(solver, early_stopping):
    clf = network(solver=solver, max_iter=80, early_stopping=early_stopping).fit(*table())
    assert clf.n_iter_ == len(clf.loss_curve_) == 80


def test_without_a_tolerance_lbfgs_runs_on_at_the_optimum():
    clf = network(solver="lbfgs", max_iter=600, alpha=10).fit(*table())
    assert clf.n_iter_ == 600
    assert clf.loss_curve_[-1] == pytest.approx(clf.loss_, rel=1e-12)


@every_solver
def test_running_out_of_iterations_warns(solver):
    clf = network(solver=solver, max_iter=2, tol=1e-4)
    with pytest.warns(ConvergenceWarning, match=f"{solver}.*max_iter=2.*tol=0.0001"):
        clf.fit(*table())
    assert clf.n_iter_ == 2


@pytest.mark.parametrize("solver", WITH_RATE)
@pytest.mark.parametrize("patience", [1, 3, 10])
@pytest.mark.parametrize("early_stopping", [True, False])
def test_patience_is_the_number_of_iterations_without_change(solver, patience, early_stopping):
    clf = network(solver=solver, learning_rate=1e-12, n_iter_no_change=patience, tol=1e-4)
    clf.set_params(max_iter=99, early_stopping=early_stopping).fit(*table())
    assert clf.n_iter_ == 1 + patience


def first_settled(curve, tol, patience):
    """How many losses it takes until `patience` in a row were no lower than all before by `tol`."""
    unchanged = 0
    for n_iter in range(1, len(curve)):
        lowest = min(curve[:n_iter])
        unchanged = 0 if curve[n_iter] < lowest - tol * lowest else unchanged + 1
        if unchanged == patience:
            return n_iter + 1
    raise AssertionError("the curve never settles")


@every_solver
@pytest.mark.parametrize(("tol", "patience"), [(0.3, 1), (1e-2, 4), (1e-3, 10)])
def test_tolerance_is_a_share_of_the_loss(solver, tol, patience):
    X, y = table()
    clf = network(solver=solver, max_iter=600, n_iter_no_change=patience)
    curve = clf.fit(X, y).loss_curve_
    clf.set_params(tol=tol).fit(X, y)
    assert clf.n_iter_ == first_settled(curve, tol, patience)
    assert clf.loss_curve_ == curve[: clf.n_iter_]


def test_a_loss_near_zero_still_counts_as_falling():
    X, y = table()
    X[y == 1] += 100
    clf = network(alpha=0, solver="gd", tol=1e-3, max_iter=10**4, n_iter_no_change=1)
    assert clf.fit(X, y).loss_ < 1e-2


@pytest.mark.parametrize("n_init", [1, 4])
def test_each_restart_ends_as_it_would_alone(n_init):
    X, y = table()
    settings = {"solver": "gd", "tol": 1e-3, "max_iter": 2000}
    clf = network(n_init=n_init, **settings).fit(X, y)
    alone = network(**settings).fit(X, y)
    assert clf.restart_losses_[0] == pytest.approx(alone.loss_, rel=1e-6)
    assert clf.loss_ == clf.restart_losses_.min()


# Divergence


@pytest.mark.parametrize("solver", WITH_RATE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_init", [1, 3])
def test_divergence_warns_at_once_and_keeps_finite_weights(solver, dtype, n_init):
    X, y = table()
    rate = 1e200 if dtype == np.float64 else 1e25
    clf = network(solver=solver, learning_rate=rate, n_init=n_init, batch_size="auto")
    with pytest.warns(ConvergenceWarning, match="iteration 2"):
        clf.fit(X.astype(dtype), y)
    start = network(solver=solver, learning_rate=1e-14, n_init=n_init).fit(X, y)
    assert np.isfinite(parameters(clf)).all()
    assert clf.loss_ == pytest.approx(start.loss_, rel=1e-5)
    assert np.isfinite(clf.loss_curve_).all()
    assert clf.n_iter_ == 1
    assert np.isfinite(clf.predict_log_proba(X.astype(dtype))).all()


@pytest.mark.parametrize("solver", ["gd", "sgd"])
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_divergence_names_learning_rate_and_iteration(solver, kind):
    X, y = table(kind)
    clf = network(solver=solver, learning_rate=1e6, standardize=False, max_iter=1000)
    with pytest.warns(ConvergenceWarning, match=r"learning_rate=1000000\.0") as caught:
        clf.fit(X, y)
    [warning] = caught
    assert int(re.search(r"iteration (\d+)", str(warning.message))[1]) == clf.n_iter_ + 1
    assert np.isfinite(parameters(clf)).all()
    assert clf.loss_ <= clf.loss_curve_[0]
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@pytest.mark.parametrize("solver", MINI_BATCH)
def test_divergence_within_the_first_epoch(solver):
    X, y = table()
    clf = network(solver=solver, learning_rate=1e200, batch_size=10)
    with pytest.warns(ConvergenceWarning, match="iteration 1"):
        clf.fit(X, y)
    assert clf.n_iter_ == 0
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@pytest.mark.parametrize("solver", MINI_BATCH)
@pytest.mark.parametrize("seed", range(3))
def test_a_fit_that_never_finds_anything_better_goes_back_to_its_start(solver, seed):
    X, y = table()
    settings = {"solver": solver, "batch_size": 10, "random_state": seed}
    clf = network(learning_rate=30.0, **settings)
    with pytest.warns(ConvergenceWarning, match="learning_rate=30"):
        clf.fit(X, y)
    start = network(learning_rate=1e-14, **settings).fit(X, y)
    assert_allclose(parameters(clf), parameters(start), rtol=1e-9, atol=1e-9)
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@pytest.mark.parametrize("solver", WITH_RATE)
def test_divergence_with_validation_rows(solver):
    training, validation = halves()
    clf = network(solver=solver, learning_rate=1e200)
    with pytest.warns(ConvergenceWarning, match="learning_rate=1e"):
        clf.fit(*training, **validation)
    assert np.isfinite(parameters(clf)).all()
    assert np.isfinite(clf.validation_loss_curve_).all()
    assert np.isfinite(clf.loss_)
    assert clf.loss_ == pytest.approx(objective(clf, *training), rel=1e-9)


# Early stopping


@every_solver
@every_kind
def test_the_best_weights_on_validation_rows_are_returned(solver, kind):
    training, validation = halves(kind)
    X_val, y_val = validation.values()
    clf = network(solver=solver, alpha=0, max_iter=150, n_h=20).fit(*training, **validation)
    curve = clf.validation_loss_curve_
    assert len(curve) == clf.n_iter_ == 150
    assert np.argmin(curve) < 149
    assert clf.best_loss_ == min(curve)
    assert mean_cross_entropy(clf, X_val, y_val) == pytest.approx(min(curve), rel=1e-9)
    assert clf.loss_ == pytest.approx(objective(clf, *training), rel=1e-9)
    if kind != "multilabel":
        assert log_loss(y_val, clf.predict_proba(X_val)) == pytest.approx(min(curve), rel=1e-9)


@every_solver
def test_the_validation_curve_holds_the_loss_after_each_iteration(solver):
    training, validation = halves()
    clf = network(solver=solver).fit(*training, **validation)
    for iteration in (1, 2, 5):
        shorter = network(solver=solver, max_iter=iteration).fit(*training, **validation)
        assert shorter.validation_loss_curve_ == clf.validation_loss_curve_[:iteration]
    first = network(solver=solver, max_iter=1).fit(*training)
    expected = mean_cross_entropy(first, *validation.values())
    assert clf.validation_loss_curve_[0] == pytest.approx(expected, rel=1e-9)


@every_solver
def test_watching_validation_rows_does_not_change_the_training(solver):
    training, validation = halves()
    watched = network(solver=solver).fit(*training, **validation)
    assert watched.loss_curve_ == network(solver=solver).fit(*training).loss_curve_


@every_solver
@pytest.mark.parametrize("own_rows", [True, False])
def test_early_stopping_stops_early_and_quietly(solver, own_rows):
    training, validation = halves()
    clf = network(solver=solver, alpha=0, tol=1e-4, max_iter=5000, n_h=20, n_iter_no_change=5)
    clf.set_params(early_stopping=not own_rows)
    clf.fit(*training, **validation if own_rows else {})
    assert clf.n_iter_ < 5000
    curve = clf.validation_loss_curve_
    assert clf.n_iter_ == first_settled(curve, 1e-4, 5)
    assert clf.best_loss_ == min(curve)


@pytest.mark.parametrize("early_stopping", [True, False])
def test_given_validation_rows_take_the_place_of_a_split(early_stopping):
    training, validation = halves()
    clf = network(early_stopping=early_stopping, max_iter=30).fit(*training, **validation)
    assert_array_equal(
        parameters(clf), parameters(network(max_iter=30).fit(*training, **validation))
    )


def test_validation_rows_are_weighted():
    training, validation = halves()
    weights = np.random.RandomState(0).uniform(size=N)
    weighted = network().fit(*training, **validation, sample_weight_val=weights)
    expected = mean_cross_entropy(weighted, *validation.values(), weights)
    assert min(weighted.validation_loss_curve_) == pytest.approx(expected, rel=1e-9)


@every_solver
@every_kind
def test_weights_count_as_repetition_with_validation_rows(solver, kind):
    (X, y), validation = halves(kind)
    X_val, y_val = validation.values()
    random_state = np.random.RandomState(0)
    s, s_val = random_state.randint(0, 3, size=(2, N))
    clf = network(solver=solver, tol=1e-3, max_iter=3000)
    clf.fit(X, y, s, **validation, sample_weight_val=s_val)
    repeated = network(solver=solver, tol=1e-3, max_iter=3000).fit(
        np.repeat(X, s, axis=0),
        np.repeat(y, s, axis=0),
        X_val=np.repeat(X_val, s_val, axis=0),
        y_val=np.repeat(y_val, s_val, axis=0),
    )
    assert clf.n_iter_ == repeated.n_iter_
    assert_allclose(clf.predict_proba(X), repeated.predict_proba(X), rtol=1e-6, atol=1e-9)


def shares_of_classes(counts, fraction):
    """Shares of the classes among the training rows and among those split off.

    Every logit of the network is its bias, so the losses of a row depend on its class alone.
    """
    n_classes = len(counts)
    y = np.repeat(np.arange(n_classes), counts)
    X = np.random.RandomState(0).normal(size=(len(y), D))
    shares = []
    for favoured in range(n_classes):
        init = np.zeros((D, 1)), np.zeros(1), np.zeros((1, n_classes)), np.eye(n_classes)[favoured]
        clf = network(n_h=1, init=init, solver="gd", learning_rate=1e-14, alpha=0, max_iter=1)
        clf.set_params(early_stopping=True, validation_fraction=fraction).fit(X, y)
        losses = np.array([clf.loss_curve_[0], clf.validation_loss_curve_[0]])
        shares.append(logsumexp(init[3]) - losses)
    return np.array(shares).T


@pytest.mark.parametrize(
    ("counts", "fraction", "held_out"),
    [
        ((60, 30, 10), 0.1, (6, 3, 1)),
        ((50, 40, 2), 0.1, (5, 4, 1)),
        ((30, 2, 3, 20), 0.2, (6, 1, 1, 4)),
        ((20, 20, 20), 0.5, (10, 10, 10)),
    ],
)
def test_the_split_takes_the_same_share_of_every_class(counts, fraction, held_out):
    in_training, in_validation = shares_of_classes(counts, fraction)
    kept = np.subtract(counts, held_out)
    assert_allclose(in_validation, held_out / np.sum(held_out), rtol=1e-6)
    assert_allclose(in_training, kept / kept.sum(), rtol=1e-6)


@every_kind
@every_solver
def test_early_stopping_on_a_split(kind, solver):
    X, y = table(kind, 300)
    clf = network(solver=solver, early_stopping=True, tol=1e-4, max_iter=3000).fit(X, y)
    assert len(clf.validation_loss_curve_) == clf.n_iter_ < 3000
    assert clf.score(X, y) > 0.6


# Interruption


def breaking(solver, at, error):
    """A solver that raises `error` in iteration `at`, when the weights are half changed."""

    class Breaking(SOLVERS[solver]):
        def start(self, theta, learning_rate):
            return super().start(theta, learning_rate) | {"n_iterations": 0}

        def iterate(self, objective, theta, state, batches):
            if state["n_iterations"] == at:
                theta[...] = np.nan
                raise error
            state["n_iterations"] += 1
            return super().iterate(objective, theta, state, batches)

    return Breaking()


@every_solver
@pytest.mark.parametrize("at", [0, 5])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("validated", [True, False])
def test_an_interrupted_fit_leaves_a_fitted_model(solver, at, error, validated):
    (X, y), validation = halves()
    clf = network(solver=breaking(solver, at, error("stop here")))
    with pytest.raises(error, match="stop here"):
        clf.fit(X, y, **validation if validated else {})
    assert clf.n_iter_ == len(clf.loss_curve_) == at
    assert clf.predict(X).shape == (N,)
    assert np.isfinite(clf.predict_log_proba(X)).all()


@every_solver
@pytest.mark.parametrize("at", [0, 5])
@pytest.mark.parametrize("validated", [True, False])
def test_the_loss_of_an_interrupted_fit_is_that_of_its_weights(solver, at, validated):
    (X, y), validation = halves()
    clf = network(solver=breaking(solver, at, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, y, **validation if validated else {})
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@every_solver
def test_an_interrupted_fit_keeps_the_best_weights_on_validation_rows(solver):
    training, validation = halves()
    clf = network(solver=breaking(solver, 100, KeyboardInterrupt()), alpha=0, max_iter=200, n_h=20)
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*training, **validation)
    best = min(clf.validation_loss_curve_)
    assert mean_cross_entropy(clf, *validation.values()) == pytest.approx(best, rel=1e-9)
    assert len(clf.validation_loss_curve_) == 100


@pytest.mark.parametrize("solver", FULL_BATCH)
def test_an_interrupted_fit_keeps_the_best_weights(solver):
    X, y = table()
    rates = {"learning_rate": 8.0} if solver == "gd" else {}  # too long a step: J goes up and down
    clf = network(solver=breaking(solver, 30, KeyboardInterrupt()), max_iter=60, **rates)
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, y)
    assert objective(clf, X, y) == pytest.approx(min(clf.loss_curve_), rel=1e-9)


@pytest.mark.parametrize("solver", MINI_BATCH)
def test_an_interrupted_partial_fit_leaves_a_fitted_model(solver):
    X, y = table()
    clf = network(solver=breaking(solver, 3, KeyboardInterrupt()))
    for _ in range(3):
        clf.partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    with pytest.raises(KeyboardInterrupt):
        clf.partial_fit(X, y)
    assert_array_equal(clf.predict_proba(X), before)


@pytest.mark.parametrize(
    ("settings", "data"),
    [
        ({}, lambda X, y: (X, np.full(N, np.nan))),
        ({}, lambda X, y: (X * np.nan, y)),
        ({}, lambda X, y: (X, y[:-1])),
        ({}, lambda X, y: (X[:, :2], y[:-1])),
        ({"n_h": 0}, lambda X, y: (X, y)),
        ({"activation": "softsign"}, lambda X, y: (X, y)),
        ({"batch_size": 61, "solver": "adam"}, lambda X, y: (X, y)),
        ({"class_weight": {5: 1}}, lambda X, y: (X, y)),
    ],
)
@pytest.mark.parametrize("warm_start", [True, False])
def test_a_failed_fit_leaves_the_former_one_alone(settings, data, warm_start):
    def state():
        return {name: value for name, value in vars(clf).items() if name not in settings}

    X, y = table()
    clf = network(warm_start=warm_start).fit(X, y)
    before = joblib.hash(state())
    clf.set_params(**settings)
    with pytest.raises(ValueError):  # noqa: PT011
        clf.fit(*data(X, y))
    assert joblib.hash(state()) == before


def test_divergence_in_the_first_epoch_is_reported_with_verbose_too():
    X, y = make_blobs(50, 3, centers=2, random_state=0)
    clf = OneHiddenLayerClassifier(solver="sgd", learning_rate=1e300, verbose=1, batch_size=10)
    with pytest.warns(ConvergenceWarning, match="learning_rate"):
        clf.fit(X, y)
    assert np.isfinite(clf.predict_proba(X)).all()
