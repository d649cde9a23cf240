"""Small regressors, and numbers for them to learn."""

import numpy as np

from helpers.samples import draw_samples
from skshallow import OneHiddenLayerRegressor, OneHiddenLayerRegressorCV
from skshallow._core.losses import LOSSES, NumberLoss

NUMBER_LOSSES = [name for name, loss in LOSSES.items() if issubclass(loss, NumberLoss)]
SEVERAL_QUANTILES = {"loss": "quantile", "quantile": [0.1, 0.25, 0.5, 0.75, 0.9]}


def candidate(**params):
    """A regressor that trains for exactly a few iterations, and with others as one stack."""
    settings = {"n_h": 4, "solver": "gd", "max_iter": 8, "tol": 0, "random_state": 0}
    return OneHiddenLayerRegressor(**(settings | params))


def chooser(**params):
    """A small regressor that chooses its penalty."""
    settings = {"n_h": 4, "alphas": [0.1, 3.0, 100.0], "n_init": 1, "random_state": 0}
    return OneHiddenLayerRegressorCV(**(settings | {"max_iter": 300} | params))


def draw_numbers(n_targets=1, n_samples=90, *, positive=False):
    """Samples of four features, and one or several numbers for each, far from zero mean."""
    X, _ = draw_samples(n_samples=n_samples)
    noise = np.random.RandomState(1).standard_normal((n_samples, n_targets))
    y = np.sin(X @ np.linspace(-1, 1, 4 * n_targets).reshape(4, n_targets)) + 0.3 * noise
    y = np.exp(y) if positive else 5 + 20 * y
    return X, y[:, 0] if n_targets == 1 else y


def draw_for(loss, n_targets=1, n_samples=90):
    """Samples, and numbers that a loss takes."""
    return draw_numbers(n_targets, n_samples, positive=LOSSES[loss].lowest == 0)
