"""Tables with numbers as targets that nobody would make up, and regressors with odd settings."""

import numpy as np

from skshallow import OneHiddenLayerRegressor, OneHiddenLayerRegressorCV

POSITIVE = {"gamma": 1e-12, "poisson": 0.0}
LOSSES = ["squared_error", "absolute_error", "huber", "quantile", *POSITIVE]
SOLVERS = ["auto", "adam", "sgd", "gd", "lbfgs"]


def draw_number_case(seed):
    """An unfitted regressor, and the arguments of its fit."""
    draw = np.random.RandomState(seed)
    n_samples, loss, X = draw.randint(1, 80), LOSSES[draw.randint(6)], None
    X = _features(draw, n_samples)
    y = _targets(draw, X)
    if loss in POSITIVE:
        y = np.abs(y) + POSITIVE[loss]
    y = y * 10 ** (draw.uniform(-20, 20) if draw.rand() < 0.3 else draw.uniform(-2, 2))
    if loss not in POSITIVE:
        y = y + draw.choice([0, 0, 1e6])
    if draw.rand() < 0.2:
        y = np.column_stack([y, y[::-1]])
    weights = (
        None if draw.rand() < 0.5 else draw.randint(0, 4, n_samples) * 10 ** draw.uniform(-2, 2)
    )
    dtype = np.float32 if draw.rand() < 0.3 else np.float64
    return _regressor(draw, loss), (X.astype(dtype), y, weights)


def _features(draw, n_samples):
    n_features = draw.randint(1, 6)
    X = draw.standard_normal((n_samples, n_features)) * 10 ** draw.uniform(-6, 6, n_features)
    X += draw.choice([0, 1e3, -1e8], n_features)
    if draw.rand() < 0.2:
        X[:, 0] = X[0, 0]
    if draw.rand() < 0.2:
        X = np.sign(X)
    if draw.rand() < 0.1:
        X[draw.randint(n_samples)] *= 1e30
    return X


def _targets(draw, X):
    y = draw.standard_normal(len(X)) + X[:, 0] / max(X[:, 0].std(), 1e-9) * draw.rand()
    kind = draw.choice(["plain", "wild", "whole", "constant", "two", "one far out"])
    if kind == "wild":
        y = draw.standard_cauchy(len(X)) ** 3
    elif kind == "whole":
        y = np.round(y)
    elif kind == "constant":
        y = np.full(len(X), y[0])
    elif kind == "two":
        y = (y > 0).astype(float)
    elif kind == "one far out":
        y[draw.randint(len(X))] = 10 ** draw.uniform(5, 100)
    return y


def _regressor(draw, loss):
    params = {"loss": loss, "random_state": 0, "n_h": int(draw.randint(1, 20))}
    params |= {"solver": str(draw.choice(SOLVERS)), "max_iter": int(draw.choice([3, 100, 1000]))}
    if loss == "quantile":
        params["quantile"] = [0.5, 0.05, [0.1, 0.9]][draw.randint(3)]
    if loss == "huber":
        params["huber_threshold"] = 10 ** draw.uniform(-3, 2)
    if draw.rand() < 0.15:
        params["early_stopping"] = True
    if draw.rand() < 0.15:
        return OneHiddenLayerRegressorCV(alphas=3, **params)
    alpha = 10 ** draw.uniform(-8, 6) if draw.rand() < 0.3 else "auto"
    return OneHiddenLayerRegressor(alpha=alpha, **params)
