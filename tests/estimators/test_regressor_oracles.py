"""Other programs as oracles of regression: what they find, and what our networks find."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose
from sklearn.linear_model import GammaRegressor, PoissonRegressor, QuantileRegressor, Ridge
from sklearn.metrics import mean_pinball_loss
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import scale
from sklearn.utils.fixes import parse_version

from helpers.cases import may_not_converge
from helpers.classifiers import as_init
from helpers.regressors import draw_for
from skshallow import OneHiddenLayerRegressor
from skshallow.solvers import LBFGS

MLP_HAS_LOSSES = parse_version(sklearn.__version__) >= parse_version("1.7")
MLP_LOSSES = ["squared_error", "poisson"] if MLP_HAS_LOSSES else ["squared_error"]
CONVERGED = {"tol": 0, "max_iter": 1500, "standardize": False, "random_state": 0}


def linear_network(**params):
    """Trained to the optimum on features as they are."""
    settings = {"n_h": 2, "activation": "identity", "solver": LBFGS()}
    return OneHiddenLayerRegressor(**(settings | CONVERGED | params))


def slope(reg):
    return (reg.coefs_[0] @ reg.coefs_[1])[:, 0]


@pytest.mark.parametrize("alpha", [0.5, 20.0])
@pytest.mark.parametrize("weighted", [True, False])
def test_a_linear_network_is_ridge_regression(alpha, weighted):
    """Its penalty α/2·(‖W1‖² + ‖W2‖²) is α·‖w‖ at the optimum, for the slope w = W1·W2."""
    X, y = draw_for("squared_error")
    X = scale(X)
    weights = np.random.RandomState(0).uniform(0.5, 2, len(y)) if weighted else None
    deviation = np.sqrt(np.cov(y, aweights=weights, ddof=0))
    ours = linear_network(alpha=alpha).fit(X, y, sample_weight=weights)
    mapped = alpha / np.linalg.norm(slope(ours) / deviation)
    ridge = Ridge(alpha=mapped).fit(X, y, sample_weight=weights)
    assert_allclose(slope(ours), ridge.coef_, rtol=1e-6, atol=1e-6 * deviation)
    assert_allclose(ours.predict(X), ridge.predict(X), rtol=1e-6)


@pytest.mark.parametrize("linear", [PoissonRegressor, GammaRegressor])
def test_a_linear_network_of_positive_numbers_is_a_generalised_linear_model(linear):
    loss = "poisson" if linear is PoissonRegressor else "gamma"
    X, y = draw_for(loss)
    X = scale(X)
    ours = linear_network(loss=loss, alpha=3.0).fit(X, y)
    mapped = 3.0 / len(y) / np.linalg.norm(slope(ours))
    other = linear(alpha=mapped, tol=1e-10, max_iter=10_000).fit(X, y)
    assert_allclose(slope(ours), other.coef_, rtol=1e-5, atol=1e-6)
    assert_allclose(ours.predict(X), other.predict(X), rtol=1e-5)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.8])
def test_a_linear_network_of_a_quantile_is_quantile_regression(level):
    X, y = draw_for("quantile", n_samples=400)
    X = scale(X)
    ours = linear_network(loss="quantile", quantile=level, alpha=0).fit(X, y)
    linear = QuantileRegressor(quantile=level, alpha=0).fit(X, y)
    best = mean_pinball_loss(y, linear.predict(X), alpha=level)
    found = mean_pinball_loss(y, ours.predict(X), alpha=level)
    assert best <= found <= 1.01 * best


@may_not_converge
@pytest.mark.parametrize("loss", MLP_LOSSES)
@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("alpha", [0, 10])
def test_the_objective_is_that_of_mlp_regressor(loss, activation, alpha):
    X, y = draw_for(loss)
    X, y = scale(X), y if loss == "poisson" else scale(y)
    named = {"loss": loss} if MLP_HAS_LOSSES else {}
    settings = {"activation": activation, "solver": "lbfgs", "alpha": alpha, "max_iter": 9}
    mlp = MLPRegressor(hidden_layer_sizes=(5,), random_state=0, **settings, **named).fit(X, y)
    settings = {"activation": activation, "solver": "gd", "alpha": alpha, "max_iter": 1}
    ours = OneHiddenLayerRegressor(5, loss=loss, standardize=False, tol=0, **settings)
    ours.set_params(init=as_init(mlp.coefs_, mlp.intercepts_)).fit(X, y)
    assert ours.loss_curve_[0] == pytest.approx(mlp.loss_, rel=1e-9)
    assert ours.out_activation_ == ("exponential" if loss == "poisson" else "identity")


@pytest.mark.parametrize("loss", MLP_LOSSES)
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_networks_reach_the_objective_of_mlp_regressor(loss, activation):
    X, y = draw_for(loss)
    X, y = scale(X), y if loss == "poisson" else scale(y)
    named = {"loss": loss} if MLP_HAS_LOSSES else {}
    settings = {"activation": activation, "alpha": 1.0}
    mlp = MLPRegressor(hidden_layer_sizes=(5,), solver="lbfgs", random_state=0, **settings, **named)
    mlp.set_params(max_iter=20_000, max_fun=100_000, tol=1e-7).fit(X, y)
    ours = OneHiddenLayerRegressor(5, loss=loss, **settings, **CONVERGED)
    ours.set_params(init=as_init(mlp.coefs_, mlp.intercepts_)).fit(X, y)
    assert ours.loss_ <= mlp.loss_ * (1 + 1e-9)
    afresh = ours.set_params(init="auto", n_init=10).fit(X, y)
    assert afresh.loss_ <= 1.02 * mlp.loss_
