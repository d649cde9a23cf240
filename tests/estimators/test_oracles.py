"""Other programs as oracles: what they find, and what our networks find."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

from helpers.cases import every_kind, may_not_converge
from helpers.classifiers import as_init, classifier
from helpers.samples import draw_blobs
from skshallow.solvers import LBFGS

N, H = 60, 5
MLP_ACTIVATIONS = ["identity", "logistic", "tanh", "relu"]


@may_not_converge
@every_kind
@pytest.mark.parametrize("activation", MLP_ACTIVATIONS)
@pytest.mark.parametrize("alpha", [0, 0.1, 10])
@pytest.mark.parametrize("weighted", [True, False])
def test_the_objective_is_that_of_mlp_classifier(kind, activation, alpha, weighted):
    """Both divide the penalty by the samples of a full batch, so alpha is the same number."""
    X, y = draw_blobs(kind)
    X = scale(X)
    weights = None
    mlp = MLPClassifier((H,), activation=activation, solver="lbfgs", alpha=alpha, max_iter=9)
    if weighted:  # as repeated samples, for MLPClassifier takes no weights in scikit-learn 1.6
        weights = np.arange(N) % 3
        mlp.set_params(random_state=0).fit(
            np.repeat(X, weights, axis=0), np.repeat(y, weights, axis=0)
        )
    else:
        mlp.set_params(random_state=0).fit(X, y)
    ours = classifier(
        activation=activation, alpha=alpha, standardize=False, solver="gd", max_iter=1
    )
    ours.set_params(init=as_init(mlp.coefs_, mlp.intercepts_)).fit(X, y, sample_weight=weights)
    assert ours.loss_curve_[0] == pytest.approx(mlp.loss_, rel=1e-9)


@every_kind
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh"])
def test_an_optimum_of_mlp_classifier_is_one_of_ours(kind, activation):
    X, y = draw_blobs(kind)
    X = scale(X)
    mlp = MLPClassifier((H,), activation=activation, solver="lbfgs", alpha=1, random_state=0)
    mlp.set_params(max_iter=20_000, max_fun=100_000, tol=1e-7).fit(X, y)
    ours = classifier(activation=activation, alpha=1, standardize=False, tol=1e-9, max_iter=10_000)
    ours.set_params(init=as_init(mlp.coefs_, mlp.intercepts_)).fit(X, y)
    assert ours.loss_ == pytest.approx(mlp.loss_, rel=1e-5)
    assert_allclose(ours.predict_proba(X), mlp.predict_proba(X), atol=1e-2)


@may_not_converge
@every_kind
@pytest.mark.parametrize("activation", MLP_ACTIVATIONS)
def test_mlp_classifier_predicts_the_same_with_our_weights(kind, activation):
    X, y = draw_blobs(kind)
    ours = classifier(activation=activation).fit(X, y)
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
    X, y = draw_blobs(kind)
    linear = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000).fit(scale(X), y)
    ours = classifier(activation="identity", alpha=0, solver=solver, max_iter=max_iter).fit(X, y)
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
    X, y = draw_blobs()
    X = scale(X)
    weights = np.random.RandomState(0).uniform(0.5, 2, size=N) if weighted else None
    ours = classifier(activation="identity", n_h=n_h, alpha=alpha, standardize=False, max_iter=500)
    ours.set_params(solver=LBFGS()).fit(X, y, sample_weight=weights)
    w = (ours.coefs_[0] @ ours.coefs_[1])[:, 0]
    linear = LogisticRegression(C=np.linalg.norm(w) / alpha, tol=1e-10, max_iter=10_000)
    linear.fit(X, y, sample_weight=weights)
    assert_allclose(w, linear.coef_[0], rtol=1e-4, atol=1e-5)
