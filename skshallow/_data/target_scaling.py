"""Standardisation of targets that are numbers: measured on the samples, then folded into W2 and b2.

Training sees targets of zero mean and unit variance, so that a penalty means the same for euros and
for cents. A loss that is robust has them measured by their median and quartiles, which a few wild
ones do not move. What is standardised by the logarithm of its mean, or not at all, has no scaling.
"""

from typing import NamedTuple

import numpy as np

from skshallow._data.squashing import REACH

# Interquartile ranges of a normal distribution in its standard deviations.
NORMAL_RANGE = 1.3489795
# A standard deviation below so many rounding errors of the numbers themselves is none.
ROUNDING = 10


class TargetScaling(NamedTuple):
    """What is subtracted from every target, and what it is divided by then.

    Attributes
    ----------
    location, scale : ndarray of shape (n_targets,)
        In the units of the targets. A scale of 0 is that of a target that does not vary, which is
        then predicted exactly.
    """

    location: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, moments):
        """The scaling of targets with these moments, squashed if they are to be measured robustly.

        Raises
        ------
        ValueError
            If the variance of a target overflows.
        """
        if moments.squashing.plain:
            location, scale = moments.center + moments.mean, np.sqrt(moments.variance)
        else:
            location, scale = moments.center.copy(), moments.reach / (REACH * NORMAL_RANGE)
        if not (np.isfinite(scale).all() and np.isfinite(location).all()):
            raise ValueError(
                "y varies too much: its variance overflows. Measure it in larger units."
            )
        rounding = ROUNDING * np.finfo(np.float64).eps * np.abs(location)
        scale[scale <= np.maximum(rounding, np.finfo(np.float64).tiny)] = 0
        return cls(location, scale)

    def standardise(self, numbers):
        """The targets, of shape (n_samples,) or (n_samples, n_targets), in standard deviations."""
        columns = (numbers.reshape(len(numbers), -1) - self.location) * self._inverse()
        return columns.reshape(numbers.shape)

    def fold(self, coefs, intercepts):
        """Weights that give targets, of those that give standardised ones.

        Raises
        ------
        ValueError
            If they overflow.
        """
        dtype = coefs[1].dtype
        with np.errstate(all="ignore"):
            second = (coefs[1] * self.scale).astype(dtype)
            bias = (intercepts[1] * self.scale + self.location).astype(dtype)
        if not (np.isfinite(second).all() and np.isfinite(bias).all()):
            raise ValueError(
                f"Weights for y in its own units overflow {dtype}: measure it in larger units, or "
                "lower the learning_rate."
            )
        return [coefs[0], second], [intercepts[0], bias]

    def unfold(self, coefs, intercepts):
        """Inverse of :meth:`fold`; of a target that does not vary the weights are zeros."""
        inverse = self._inverse()
        second = (coefs[1] * inverse).astype(coefs[1].dtype)
        bias = ((intercepts[1] - self.location) * inverse).astype(intercepts[1].dtype)
        return [coefs[0], second], [intercepts[0], bias]

    def _inverse(self):
        return np.divide(1.0, self.scale, out=np.zeros_like(self.scale), where=self.scale > 0)
