"""The traps of MLPClassifier, one test each, and other programs as oracles."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import load_iris, make_blobs
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import LBFGS, SGD, SOLVERS, Adam

N, D, H = 60, 4, 5
MINI_BATCH = [name for name, solver in SOLVERS.items() if not solver.full_batch]
MLP_ACTIVATIONS = ["identity", "logistic", "tanh", "relu"]
NO_STEP = 1e-14

every_solver = pytest.mark.parametrize("solver", SOLVERS)
every_kind = pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
every_mini_batch_solver = pytest.mark.parametrize("solver", MINI_BATCH)
mlp_may_end_early = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def table(kind="binary", n=N):
    centers = 2 if kind == "binary" else 3
    X, y = make_blobs(n, n_features=D, centers=centers, cluster_std=6.0, random_state=0)
    return X, np.column_stack([y > 0, y > 1]).astype(int) if kind == "multilabel" else y


def network(**params):
    defaults = {"n_h": H, "activation": "tanh", "tol": 0, "max_iter": 12, "random_state": 0}
    return OneHiddenLayerClassifier(**defaults | params)


def parameters(clf):
    return np.concatenate([part.ravel() for part in [*clf.coefs_, *clf.intercepts_]])


def in_order(coefs, intercepts):
    """(W1, b1, W2, b2), as `init` takes them."""
    return coefs[0], intercepts[0], coefs[1], intercepts[1]


def squared_weights(clf):
    return sum((coef**2).sum() for coef in clf.coefs_)


# Traps


def test_trap_penalty_divided_by_the_batch_size():
    X, y = load_iris(return_X_y=True)
    norms = [
        squared_weights(
            network(solver="sgd", learning_rate=0.005, batch_size=size, max_iter=epochs).fit(X, y)
        )
        for size, epochs in ((10, 300), (30, 900), (150, 4500))
    ]
    assert_allclose(norms, norms[-1], rtol=0.02)


@every_mini_batch_solver
@pytest.mark.parametrize("batch_size", [1, 7, 20])
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_trap_division_by_zero_on_a_batch_of_weight_zero(solver, batch_size, container):
    X, y = table()
    weights = np.zeros(N)
    weights[[0, 1, 2, 30]] = 1
    clf = network(solver=solver, batch_size=batch_size, shuffle=False)
    clf.fit(container(X), y, sample_weight=weights)
    assert np.isfinite(clf.loss_curve_).all()
    assert np.isfinite(parameters(clf)).all()


@pytest.mark.parametrize("batch_size", [1, 5, 12, 20])
def test_trap_gradient_normalised_by_the_weights_of_its_batch(batch_size):
    X, y = table("multiclass")
    weights = np.random.RandomState(0).exponential(size=N)
    settings = {"standardize": False, "max_iter": 1, "alpha": 9, "shuffle": False}
    rate = 1e-7  # so short a step that an epoch adds up the gradients of its batches
    start = parameters(network(learning_rate=NO_STEP, solver="gd", **settings).fit(X, y))
    whole = network(solver="gd", learning_rate=rate, **settings).fit(X, y, weights)
    solver = SGD(momentum=0.0, nesterov=False)
    parts = network(solver=solver, learning_rate=rate, batch_size=batch_size, **settings)
    n_batches = N // batch_size
    step = (parameters(parts.fit(X, y, weights)) - start) / n_batches
    expected = parameters(whole) - start
    assert_allclose(step, expected, atol=1e-4 * np.abs(expected).max())


def test_trap_validation_split_without_a_rare_class():
    X, y = table("multiclass")
    rare = np.r_[np.flatnonzero(y == 0)[:2], np.flatnonzero(y > 0)]
    for seed in range(10):
        clf = network(early_stopping=True, max_iter=2, random_state=seed).fit(X[rare], y[rare])
        assert clf.predict_proba(X).shape == (N, 3)
        assert np.isfinite(clf.validation_loss_curve_).all()


def test_trap_validation_accuracy_moves_in_jumps():
    clf = network(early_stopping=True, solver="adam", max_iter=50).fit(*table())
    assert len(np.unique(clf.validation_loss_curve_)) == 50


@every_solver
def test_trap_returned_weights_are_overwritten_by_the_next_fit(solver):
    X, y = table()
    clf = network(solver=solver, warm_start=True, early_stopping=True).fit(X, y)
    returned = [*clf.coefs_, *clf.intercepts_]
    before = [part.copy() for part in returned]
    clf.fit(X, y)
    for part, copy in zip(returned, before, strict=True):
        assert_array_equal(part, copy)


@every_solver
def test_trap_changing_the_returned_weights_changes_later_training(solver):
    X, y = table()
    clf = network(solver=solver, warm_start=True).fit(X, y)
    for part in [*clf.coefs_, *clf.intercepts_]:
        part *= 0
    untouched = network(solver=solver, warm_start=True).fit(X, y).fit(X, y)
    assert_array_equal(parameters(clf.fit(X, y)), parameters(untouched))


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam"])
def test_trap_divergence_is_noticed_after_training_only(solver):
    clf = network(solver=solver, learning_rate=1e200, max_iter=10**7)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        clf.fit(*table())
    assert clf.n_iter_ <= 2


def test_trap_patience_is_off_by_one():
    clf = network(solver="gd", learning_rate=NO_STEP, tol=1e-4, n_iter_no_change=5, max_iter=100)
    assert clf.fit(*table()).n_iter_ == 1 + 5


def test_trap_patience_is_not_reset():
    X, y = table()
    settings = {"solver": "gd", "learning_rate": NO_STEP, "tol": 1e-4, "n_iter_no_change": 5}
    clf = network(max_iter=100, early_stopping=True, **settings).fit(X, y)
    assert clf.fit(X, y).n_iter_ == 6


def test_trap_tolerance_is_absolute():
    X, y = table()
    X = np.where(y == 1, 30, 0)[:, np.newaxis] + X  # so easy that J is soon below 1e-3
    clf = network(alpha=0, solver="gd", tol=1e-3, max_iter=10**4, n_iter_no_change=1).fit(X, y)
    assert clf.loss_ < 1e-3


def test_trap_partial_fit_begins_its_random_stream_anew():
    X, y = table()
    solver = SGD(momentum=0.0)
    again = network(solver=solver, batch_size=1).partial_fit(X, y, classes=[0, 1])
    weights = in_order(again.coefs_, again.intercepts_)
    again.partial_fit(X, y)
    anew = network(solver=solver, batch_size=1, init=weights).partial_fit(X, y, classes=[0, 1])
    assert not np.allclose(parameters(again), parameters(anew), rtol=1e-6)


def test_trap_partial_fit_ignores_a_changed_learning_rate():
    X, y = table()
    clf = network(solver="adam").partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    clf.set_params(learning_rate=NO_STEP).partial_fit(X, y)
    assert_allclose(clf.predict_proba(X), before, rtol=1e-6)


def test_trap_partial_fit_counts_one_iteration_for_ever():
    X, y = table()
    clf = network(solver="adam")
    for call in range(1, 4):
        assert clf.partial_fit(X, y, classes=[0, 1]).n_iter_ == call


def test_trap_a_grid_search_goes_on_after_control_c():
    fitted = []

    class Interrupted(Adam):
        def iterate(self, objective, theta, state, batches):
            fitted.append(self.beta_1)
            raise KeyboardInterrupt

    search = GridSearchCV(network(solver=Interrupted()), {"solver__beta_1": [0.1, 0.2]}, cv=2)
    with pytest.raises(KeyboardInterrupt):
        search.fit(*table())
    assert fitted == [0.1]


def test_trap_one_class_has_two_columns_of_probabilities():
    X, _ = table()
    with pytest.raises(ValueError, match="class"):
        network().fit(X, np.zeros(N))


def test_trap_log_probability_of_a_rounded_probability():
    X, y = table()
    clf = network(activation="relu").fit(X, y)
    log_p = clf.predict_log_proba(X * 1e5)
    assert np.isfinite(log_p).all()
    z = clf.decision_function(X * 1e5)
    assert_allclose(log_p[:, 1] - log_p[:, 0], z, rtol=1e-9)


@every_solver
def test_trap_some_solvers_have_no_curve_and_ignore_early_stopping(solver):
    X, y = table(n=100)
    clf = network(solver=solver, early_stopping=True, alpha=0, n_h=20, max_iter=5000, tol=1e-4)
    clf.fit(X, y)
    assert len(clf.loss_curve_) == len(clf.validation_loss_curve_) == clf.n_iter_ < 5000


def test_trap_columns_are_sliced_as_rows():
    X, y = table()
    columns = network(solver="adam", batch_size=7).fit(sparse.csc_array(X), y)
    rows = network(solver="adam", batch_size=7).fit(sparse.csr_array(X), y)
    assert_array_equal(parameters(columns), parameters(rows))


@every_solver
def test_trap_narrow_weights_are_updated_in_wide_arithmetic(solver):
    seen = set()

    class Watched(SOLVERS[solver]):
        def iterate(self, objective, theta, state, batches):
            result = super().iterate(objective, theta, state, batches)
            arrays = [theta, *(value for value in state.values() if np.ndim(value) >= 2)]
            seen.update(array.dtype for array in arrays)
            return result

    X, y = table()
    network(solver=Watched()).fit(X.astype(np.float32), y)
    assert seen == {np.dtype(np.float32)}


def test_trap_a_warm_start_is_not_one_long_fit():
    X, y = table()
    clf = network(solver="adam", warm_start=True, batch_size=10).fit(X, y).fit(X, y)
    straight = network(solver="adam", max_iter=24, batch_size=10).fit(X, y)
    assert_array_equal(parameters(clf), parameters(straight))


# Oracles


@mlp_may_end_early
@every_kind
@pytest.mark.parametrize("activation", MLP_ACTIVATIONS)
@pytest.mark.parametrize("alpha", [0, 0.1, 10])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_objective_is_that_of_mlp_classifier(kind, activation, alpha, weighted):
    """Both divide the penalty by the rows of a full batch, so alpha is the same number."""
    X, y = table(kind)
    X = scale(X)
    weights = None
    mlp = MLPClassifier((H,), activation=activation, solver="lbfgs", alpha=alpha, max_iter=9)
    if weighted:  # as repeated rows, for MLPClassifier takes no weights in scikit-learn 1.6
        weights = np.arange(N) % 3
        mlp.set_params(random_state=0).fit(
            np.repeat(X, weights, axis=0), np.repeat(y, weights, axis=0)
        )
    else:
        mlp.set_params(random_state=0).fit(X, y)
    ours = network(activation=activation, alpha=alpha, standardize=False, solver="gd", max_iter=1)
    ours.set_params(init=in_order(mlp.coefs_, mlp.intercepts_)).fit(X, y, sample_weight=weights)
    assert ours.loss_curve_[0] == pytest.approx(mlp.loss_, rel=1e-9)


@every_kind
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh"])
def test_an_optimum_of_mlp_classifier_is_one_of_ours(kind, activation):
    X, y = table(kind)
    X = scale(X)
    mlp = MLPClassifier((H,), activation=activation, solver="lbfgs", alpha=1, random_state=0)
    mlp.set_params(max_iter=20_000, max_fun=100_000, tol=1e-7).fit(X, y)
    ours = network(activation=activation, alpha=1, standardize=False, tol=1e-9, max_iter=10_000)
    ours.set_params(init=in_order(mlp.coefs_, mlp.intercepts_)).fit(X, y)
    assert ours.loss_ == pytest.approx(mlp.loss_, rel=1e-5)
    assert_allclose(ours.predict_proba(X), mlp.predict_proba(X), atol=1e-2)


@mlp_may_end_early
@every_kind
@pytest.mark.parametrize("activation", MLP_ACTIVATIONS)
def test_mlp_classifier_predicts_the_same_with_our_weights(kind, activation):
    X, y = table(kind)
    ours = network(activation=activation).fit(X, y)
    mlp = MLPClassifier((H,), activation=activation, max_iter=1).fit(X, y)
    mlp.coefs_, mlp.intercepts_ = ours.coefs_, ours.intercepts_
    assert_allclose(mlp.predict_proba(X), ours.predict_proba(X), rtol=1e-9, atol=1e-12)
    assert_array_equal(mlp.predict(X), ours.predict(X))
    assert (mlp.n_layers_, mlp.n_outputs_, mlp.out_activation_) == (
        ours.n_layers_,
        ours.n_outputs_,
        ours.out_activation_,
    )


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
@pytest.mark.parametrize(("solver", "max_iter"), [("lbfgs", 200), ("gd", 3000)])
def test_a_linear_network_without_penalty_is_logistic_regression(kind, solver, max_iter):
    X, y = table(kind)
    linear = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(scale(X), y)
    ours = network(activation="identity", alpha=0, solver=solver, max_iter=max_iter).fit(X, y)
    best = log_loss(y, linear.predict_proba(scale(X)))
    assert ours.loss_ == pytest.approx(best, rel=1e-6)
    assert_allclose(ours.predict_proba(X), linear.predict_proba(scale(X)), atol=1e-3)


@pytest.mark.parametrize("alpha", [0.5, 3])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("n_h", [1, 3])
def test_a_linear_network_with_penalty_is_logistic_regression(alpha, weighted, n_h):
    """The smallest (‖W1‖² + ‖w2‖²)/2 with the product W1·w2 = w is ‖w‖.

    So the gradient of the summed loss is −alpha·w/‖w‖ at our optimum; at that of
    LogisticRegression it is −w/C, which is the same for C = ‖w‖/alpha.
    """
    X, y = table()
    X = scale(X)
    weights = np.random.RandomState(0).uniform(0.5, 2, size=N) if weighted else None
    ours = network(activation="identity", n_h=n_h, alpha=alpha, standardize=False, max_iter=500)
    ours.set_params(solver=LBFGS()).fit(X, y, sample_weight=weights)
    w = (ours.coefs_[0] @ ours.coefs_[1])[:, 0]
    linear = LogisticRegression(C=np.linalg.norm(w) / alpha, tol=1e-10, max_iter=10_000)
    linear.fit(X, y, sample_weight=weights)
    assert_allclose(w, linear.coef_[0], rtol=1e-4, atol=1e-5)
