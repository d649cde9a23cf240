"""Losses of raw outputs: for each, its value and its derivatives.

To add a loss, write a class with the members of :class:`Loss` and a line in :data:`LOSSES`. A loss
of numbers is then one that :class:`~skshallow.OneHiddenLayerRegressor` takes.
"""

from skshallow._core.losses._base import LOWEST_EXPONENT, Loss, NumberLoss
from skshallow._core.losses._of_classes import LogLoss, MultinomialLogLoss
from skshallow._core.losses._of_numbers import AbsoluteError, Huber, Quantile, SquaredError
from skshallow._core.losses._of_positive_numbers import Gamma, Poisson

LOSSES: dict[str, type[Loss]] = {
    "log_loss": LogLoss,
    "multinomial_log_loss": MultinomialLogLoss,
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "huber": Huber,
    "quantile": Quantile,
    "poisson": Poisson,
    "gamma": Gamma,
}

__all__ = [
    "LOSSES",
    "LOWEST_EXPONENT",
    "AbsoluteError",
    "Gamma",
    "Huber",
    "LogLoss",
    "Loss",
    "MultinomialLogLoss",
    "NumberLoss",
    "Poisson",
    "Quantile",
    "SquaredError",
]
