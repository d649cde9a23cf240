"""Losses of numbers that may be of either sign, through the identity."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from skshallow._core.losses._base import NumberLoss, in_rows

# Half the width of the corner of the pinball loss, in robust standard deviations of the target, is
# this times the share of the samples that there are parameters for, to the power of 2/5.
CORNER, WIDEST = 1.2, 1.0
# Less noise than this, in the same units, is none.
LEAST_NOISE = 1e-6


@dataclass(frozen=True)
class SquaredError(NumberLoss):
    """Half the squared error, which is least at the mean."""

    link = "identity"

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of e²/2 with e = z − y; see :class:`~skshallow._core.losses.Loss`."""
        raw -= encoded
        value = 0.5 * np.dot(np.square(raw), weights)
        raw *= weights
        return value.sum(axis=1)

    def curve(self, raw, encoded, directions, weights):
        """Multiply by 1; see :class:`~skshallow._core.losses.Loss`."""
        directions *= weights

    def of_constant(self, targets, weights):
        """Half the variance, summed over the targets; see :class:`~skshallow._core.losses.Loss`."""
        share, numbers = weights / weights.sum(), in_rows(targets, np.float64)
        return float(0.5 * np.sum(np.square(numbers - (numbers @ share)[:, np.newaxis]) @ share))


@dataclass(frozen=True)
class Huber(NumberLoss):
    """Squared error of small errors, absolute error of large ones (Huber, 1964).

    Parameters
    ----------
    threshold : float
        Where one becomes the other, in robust standard deviations of the target.
    """

    threshold: float

    link = "identity"
    location: ClassVar[str | None] = "median"
    # What is learned may be a small share of the loss, most of which wild targets are.
    loosest_tol: ClassVar[float] = 0.001

    @classmethod
    def from_params(cls, params):
        """By `huber_threshold`."""
        return cls(float(params["huber_threshold"]))

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of c·(e − c/2), where c is e = z − y but no further than the threshold."""
        raw -= encoded
        near = np.clip(raw, -self.threshold, self.threshold)
        raw -= 0.5 * near
        raw *= near
        value = np.dot(raw, weights)
        np.multiply(near, weights, out=raw)
        return value.sum(axis=1)

    def curve(self, raw, encoded, directions, weights):
        """Multiply by 1, or by 0 for large errors; see :class:`~skshallow._core.losses.Loss`."""
        raw -= encoded
        directions *= np.abs(raw) <= self.threshold
        directions *= weights

    def of_constant(self, targets, weights):
        """Found by averaging anew without what is too far; see :class:`Loss`."""
        numbers, share = in_rows(targets, np.float64), weights / weights.sum()
        center = _quantiles(numbers, weights, np.full((len(numbers), 1), 0.5))
        # Each round moves the center by the mean of the errors as far as they count.
        for _ in range(20):
            near = np.clip(numbers - center, -self.threshold, self.threshold)
            center += near @ share[:, np.newaxis]
        raw = np.broadcast_to(center, numbers.shape)[np.newaxis].copy()
        return float(self.value_and_gradient(raw, numbers, share)[0])


@dataclass(frozen=True)
class Quantile(NumberLoss):
    """Pinball loss, which is least at quantiles (Koenker and Bassett, 1978).

    An error of e = z − y costs (1 − τ)·e above the target and −τ·e below it, for a level of τ: that
    is abs(e)/2 + (1/2 − τ)·e. Its corner is rounded off, as if targets were spread evenly over an
    interval (He, Pan, Tan and Zhou, Smoothed quantile regression with large-scale inference, 2023):
    which side of a target a prediction is on would otherwise be a matter of rounding, methods for
    smooth functions slow, and quantiles too close together, for those of few samples are closer to
    these than to others.

    Parameters
    ----------
    levels : tuple of float
        The levels τ, in ascending order: one for all targets, or several for one target, each of
        them an output of its own.
    corner : float, default=0.01
        Half the width of the corner, in robust standard deviations of the target.
    noise : float or None, default=None
        The scale of asymmetric Laplace noise, by which the loss is curved then.
    """

    levels: tuple
    corner: float = 0.01
    noise: float | None = None

    link = "identity"
    location: ClassVar[str | None] = "median"
    # As for Huber's loss; and with its corner J is less smooth, and may rest before it falls on.
    loosest_tol: ClassVar[float] = 0.001

    @classmethod
    def from_params(cls, params):
        """By `quantile`.

        Raises
        ------
        ValueError
            If that is not a number between 0 and 1, or several of them in ascending order.
        """
        levels = np.atleast_1d(np.asarray(params["quantile"]))
        numbers = levels.ndim == 1 and len(levels) and levels.dtype.kind in "fiu"
        if not (numbers and levels[0] > 0 and levels[-1] < 1 and (np.diff(levels) > 0).all()):
            raise ValueError(
                "quantile must be a number between 0 and 1, or a list of such numbers in ascending "
                f"order; got {params['quantile']!r}."
            )
        return cls(tuple(levels.tolist()))

    @property
    def quantiles(self):
        """The levels as an array."""
        return np.array(self.levels)

    @property
    def outputs_per_target(self):
        """One for each level."""
        return len(self.levels)

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of the costs above; see :class:`~skshallow._core.losses.Loss`."""
        tilt = 0.5 - np.array(self.levels, dtype=raw.dtype)[:, np.newaxis]
        raw -= encoded
        slopes = np.clip(raw, -self.corner, self.corner)
        slopes *= 0.5 / self.corner
        # abs(e)/2 is e·s, and inside a corner of half the width c it is e·s/2 + c/4.
        value = np.dot((raw - self.corner * slopes) * slopes + raw * tilt, weights)
        value += 0.25 * self.corner * weights.sum()
        np.add(slopes, tilt, out=raw)
        raw *= weights
        return value.sum(axis=1)

    def suited(self, n_features, total):
        """With a corner of a width that goes with 2/5 of the power of features per sample."""
        share = (n_features + np.log(max(total, 1.0))) / total
        return replace(self, corner=float(min(WIDEST, CORNER * share**0.4)))

    @property
    def told_dispersion(self):
        """The scale of the noise; see :class:`~skshallow._core.losses.NumberLoss`."""
        return self.noise

    def measured(self, mean):
        """With the noise of which it is the likelihood (Yu and Moyeed, 2001)."""
        return replace(self, noise=max(float(mean), LEAST_NOISE))

    def curve(self, raw, encoded, directions, weights):
        """Multiply by that of the corner, or by the density at the quantile; see :class:`Loss`."""
        raw -= encoded
        if self.noise is None:
            directions *= np.abs(raw) <= self.corner
            directions *= 0.5 / self.corner
        else:
            levels = np.array(self.levels, dtype=raw.dtype)[:, np.newaxis]
            directions *= levels * (1 - levels) / raw.dtype.type(self.noise)
        directions *= weights

    def of_constant(self, targets, weights):
        """That of the quantiles, summed over them; see :class:`~skshallow._core.losses.Loss`."""
        numbers, share = in_rows(targets, np.float64), weights / weights.sum()
        raw = self.start(targets, weights)[:, np.newaxis]
        raw = np.broadcast_to(raw, (len(raw), numbers.shape[1]))[np.newaxis].copy()
        return float(self.value_and_gradient(raw, numbers, share)[0])

    def start(self, targets, weights):
        """The quantiles of the targets, shape (n_outputs,)."""
        numbers = in_rows(targets, np.float64)
        levels = np.array([self.levels] * len(numbers))
        return _quantiles(numbers, weights, levels).ravel()


@dataclass(frozen=True)
class AbsoluteError(Quantile):
    """Absolute error, which is least at the median: twice the pinball loss of it."""

    levels: tuple = (0.5,)

    @classmethod
    def from_params(cls, params):
        """There is nothing to choose."""
        return cls()

    @property
    def quantiles(self):
        """Not asked for as such."""
        return None

    def value_and_gradient(self, raw, encoded, weights):
        """Weighted sum of abs(e); see :class:`~skshallow._core.losses.Loss`."""
        return super().value_and_gradient(raw, encoded, 2 * weights)

    def curve(self, raw, encoded, directions, weights):
        """Twice that of the pinball loss, whose noise is half as large; see :class:`Loss`."""
        super().curve(raw, encoded, directions, (2 if self.noise is None else 4) * weights)


def _quantiles(numbers, weights, levels):
    """Weighted quantiles of each row, shape (n_rows, n_levels): the lowest number of enough weight.

    Parameters
    ----------
    numbers : ndarray of shape (n_rows, n_samples)
        Rows of samples.
    weights : ndarray of shape (n_samples,)
        Weight of each sample.
    levels : ndarray of shape (n_rows, n_levels)
        Shares of the weight that no more than that is to be below.
    """
    quantiles = np.empty(levels.shape)
    for row, of_row, at in zip(numbers, levels, quantiles, strict=True):
        order = np.argsort(row)
        below = np.cumsum(weights[order])
        place = np.searchsorted(below, of_row * below[-1])
        at[...] = row[order[np.minimum(place, len(row) - 1)]]
    return quantiles
