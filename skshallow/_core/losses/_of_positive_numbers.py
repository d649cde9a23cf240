"""Losses of numbers that are not negative, such as counts and amounts, through the logarithm.

Both are half the deviance, as in generalised linear models (McCullagh and Nelder, Generalized
linear models, 1989), for raw outputs z that are logarithms of means. What of it only the target
decides is encoded in a row of its own.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import xlogy

from skshallow._core.losses._base import LOWEST_EXPONENT, OF_LOG_LOSS, NumberLoss, in_rows


class _Deviance(NumberLoss):
    """What both have in common."""

    link = "exponential"
    location: ClassVar[str | None] = None
    lowest: ClassVar[float] = 0.0

    def encode(self, targets, dtype):
        """The numbers, a row for each target, then what of the loss they alone decide."""
        numbers = in_rows(targets, dtype).astype(np.float64)
        if numbers.max(initial=0) < targets.max(initial=0) * (1 - np.finfo(dtype).eps):
            raise ValueError(
                f"y holds {targets.max():g}, which leaves {np.dtype(dtype)} no room to compute "
                "with: measure it in larger units."
            )
        return np.concatenate([numbers, self._alone(numbers)]).astype(dtype)

    def of_constant(self, targets, weights):
        """That of the mean, summed over the targets; see :class:`~skshallow._core.losses.Loss`."""
        raw = np.log(np.maximum(self._means(targets, weights), np.finfo(np.float64).tiny))
        raw = np.repeat(raw[np.newaxis, :, np.newaxis], len(targets), axis=2)
        encoded, share = self.encode(targets, np.float64), weights / weights.sum()
        return float(self.value_and_gradient(raw, encoded, share)[0])

    def start(self, targets, weights):
        """The logarithms of the means, and 0 of a mean that is 0."""
        means = self._means(targets, weights)
        return np.log(np.where(means > 0, means, 1.0))

    @staticmethod
    def _means(targets, weights):
        return in_rows(targets, np.float64) @ (weights / weights.sum())


@dataclass(frozen=True)
class Poisson(_Deviance):
    """Half the Poisson deviance, y·log(y/μ) − y + μ, of counts."""

    # Counts vary at least as the Poisson distribution says.
    least_dispersion: ClassVar[float | None] = 1.0

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of exp(z) − y·z and what of y; see :class:`Loss`."""
        numbers, alone = np.split(encoded, 2)
        means = np.maximum(raw, LOWEST_EXPONENT[raw.dtype.char])
        np.exp(means, out=means)
        raw *= numbers
        np.subtract(means, raw, out=raw)
        raw += alone
        value = np.dot(raw, weights)
        np.subtract(means, numbers, out=raw)
        raw *= weights
        return value.sum(axis=1)

    def curve(self, raw, encoded, directions, weights):
        """Multiply by the mean; see :class:`~skshallow._core.losses.Loss`."""
        directions *= np.exp(np.maximum(raw, LOWEST_EXPONENT[raw.dtype.char]))
        directions *= weights

    def curvature(self, targets, weights):
        """That of the largest mean of a target; see :class:`~skshallow._core.losses.Loss`."""
        return float(self._means(targets, weights).max()) / OF_LOG_LOSS

    @staticmethod
    def _alone(numbers):
        return xlogy(numbers, numbers) - numbers


@dataclass(frozen=True)
class Gamma(_Deviance):
    """Half the gamma deviance, log(μ/y) + y/μ − 1, of amounts."""

    takes_lowest: ClassVar[bool] = False

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of z + y·exp(−z) and what of y; see :class:`Loss`."""
        numbers, alone = np.split(encoded, 2)
        ratios = np.maximum(np.negative(raw), LOWEST_EXPONENT[raw.dtype.char])
        np.exp(ratios, out=ratios)
        ratios *= numbers
        raw += ratios
        raw += alone
        value = np.dot(raw, weights)
        np.subtract(1, ratios, out=raw)
        raw *= weights
        return value.sum(axis=1)

    def curve(self, raw, encoded, directions, weights):
        """Multiply by y/μ; see :class:`~skshallow._core.losses.Loss`."""
        ratios = np.exp(np.maximum(-raw, LOWEST_EXPONENT[raw.dtype.char]))
        ratios *= encoded[: len(raw)]
        directions *= ratios
        directions *= weights

    @staticmethod
    def _alone(numbers):
        return -np.log(numbers) - 1
