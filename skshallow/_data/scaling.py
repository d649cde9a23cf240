"""Standardisation inside the network: measured on the samples, then folded into the weights.

Every feature is squashed first, towards its median and within a reach that wild values do not
widen. A few of them would otherwise leave the others next to no variance in training, and in a
prediction one would outweigh all other features.

Training then sees features of zero mean and unit variance, but those of two values at distance 1. A
network W1, b1 on standardised features is the plain network W1/σ, b1 − W1·(μ/σ) on squashed ones,
which is what the user is given.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from sklearn.utils.sparsefuncs import mean_variance_axis

from skshallow._core.squashing import Squashing
from skshallow._data.squashing import blocks_of, find_squashing, range_of

# A feature has two values if its variance falls short of the largest possible by no larger a share.
TWO_VALUED = 1e-6


@dataclass(frozen=True)
class Scaling:
    """How every feature is squashed, what is subtracted then, and what it is multiplied with.

    Attributes
    ----------
    squashing : Squashing
        Gives distances from the centers.
    mean, inverse_scale : ndarray of shape (n_features,)
        Of these distances, in the type the network trains in. The mean is rounded to that type
        first and the weights are folded with the rounded one, so that rounding it costs no
        accuracy.
    """

    squashing: Squashing
    mean: np.ndarray
    inverse_scale: np.ndarray

    def fold(self, coefs, intercepts):
        """Weights for squashed features that equal the given ones for standardised features.

        Parameters
        ----------
        coefs, intercepts : list of two ndarrays
            In scikit-learn's shapes.

        Returns
        -------
        coefs, intercepts : list of two ndarrays

        Raises
        ------
        ValueError
            If weights on raw features overflow.
        """
        with np.errstate(all="ignore"):
            raw = coefs[0] * self.inverse_scale[:, np.newaxis]
            bias = (intercepts[0] - self._shift(raw)).astype(raw.dtype)
        if not (np.isfinite(raw).all() and np.isfinite(bias).all()):
            raise ValueError(
                f"Weights on raw features overflow {raw.dtype}: learning_rate is too high, or "
                "features of X vary too little."
            )
        return [raw, coefs[1]], [bias, intercepts[1]]

    def unfold(self, coefs, intercepts):
        """Inverse of :meth:`fold`."""
        standard = coefs[0] / self.inverse_scale[:, np.newaxis]
        bias = (intercepts[0] + self._shift(coefs[0])).astype(standard.dtype)
        return [standard, coefs[1]], [bias, intercepts[1]]

    def _shift(self, coefs):
        means = self.squashing.center.astype(np.float64) + self.mean
        return means @ coefs.astype(np.float64)


@dataclass(frozen=True)
class Moments:
    """How features are squashed, and weighted mean and variance of that, which add up over parts.

    Attributes
    ----------
    weight : float
        Sum of the weights of the samples so far.
    mean, variance : ndarray of shape (n_features,)
        Of squashed distances, in float64, whatever the type of the table.
    low, high : ndarray of shape (n_features,)
        The lowest and highest squashed distance of samples of a weight above 0.
    center, reach : ndarray of shape (n_features,)
        What the features are squashed by, in the type of the table.
    """

    weight: float
    mean: np.ndarray
    variance: np.ndarray
    low: np.ndarray
    high: np.ndarray
    center: np.ndarray
    reach: np.ndarray

    @property
    def squashing(self):
        """What the features are squashed by."""
        return Squashing(self.center, self.reach)

    def with_values_beyond(self, n_reaches):
        """Numbers of the features with values more than so many reaches from their centers."""
        squashed = self.reach.astype(np.float64) / np.sqrt(1 + n_reaches**-2)
        lone = self.reach > np.finfo(self.reach.dtype).tiny
        return np.flatnonzero(lone & (np.maximum(-self.low, self.high) > squashed))

    @classmethod
    def of(cls, X, weights, squashing=None):
        """Moments of samples, dense or CSR, with weights of shape (n_samples,).

        They are squashed as they ask for themselves, unless it is said how. Where a feature varies
        too much for double precision the moments are not finite.
        """
        with np.errstate(all="ignore"):
            squashing = squashing or find_squashing(X, weights)
            of = cls._of_sparse if sparse.issparse(X) else cls._of_dense
            return of(X, weights, squashing)

    @classmethod
    def _of_dense(cls, X, weights, squashing):
        total = None
        for block in blocks_of(X):
            part = cls._of_block(X[block], weights[block], squashing)
            total = part if total is None else total.merge(part)
        return total

    @classmethod
    def _of_block(cls, X, weights, squashing):
        weight = float(weights.sum())
        if weight == 0:
            none = np.zeros(X.shape[1])
            return cls(0.0, none, none, none + np.inf, none - np.inf, *squashing)
        distances = squashing.distances(X).astype(np.float64, copy=False)
        ends = range_of(distances, weights)
        share = weights / weight
        mean = share @ distances
        distances -= mean
        np.square(distances, out=distances)
        return cls(weight, mean, share @ distances, *ends, *squashing)

    @classmethod
    def _of_sparse(cls, X, weights, squashing):
        rest, base = squashing.sparse_distances(X)
        rest = rest.astype(np.float64)
        low, high = range_of(rest, weights) if weights.any() else (np.inf, -np.inf)
        mean, variance = mean_variance_axis(rest, axis=0, weights=np.ascontiguousarray(weights))
        # Rounding may take the variance below zero.
        spread = np.maximum(variance, 0), low + base, high + base
        return cls(float(weights.sum()), mean + base, *spread, *squashing)

    def merge(self, other):
        """Moments of both parts together, squashed alike (Chan, Golub and LeVeque, 1979)."""
        weight = self.weight + other.weight
        if weight == 0:
            return self
        share = other.weight / weight
        with np.errstate(all="ignore"):
            delta = other.mean - self.mean
            variance = (1 - share) * self.variance + share * other.variance
            variance += share * (1 - share) * delta**2
            low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
            mean = self.mean + share * delta
        return replace(self, weight=weight, mean=mean, variance=variance, low=low, high=high)

    def scaling(self, dtype):
        """The :class:`Scaling` to zero mean and unit variance, or to a distance of 1 of two values.

        Divided by its standard deviation, the indicator of a rare category would be all but free of
        the penalty; at a distance of 1, as one-hot codes are, rare and common categories are
        penalised alike. A constant feature, one that does not vary beyond its rounding, keeps its
        scale; far from zero it is measured by its size, for its weight times its size is what is
        rounded.

        Raises
        ------
        ValueError
            If the variance of a feature overflows.
        """
        wide = np.flatnonzero(~np.isfinite(self.variance))
        if len(wide):
            raise ValueError(
                f"X varies too much to be standardised in the features {wide[:5].tolist()}: their "
                "variances overflow. Measure them in larger units, or set standardize=False."
            )
        scale, size = self._scale(), np.abs(self.center + self.mean)
        # The inverse of a smaller scale leaves no room for weights.
        smallest = np.finfo(dtype).tiny / np.finfo(dtype).eps
        constant = (scale <= 10 * np.finfo(np.float64).eps * size) | (scale <= smallest)
        scale[constant] = np.maximum(1, size[constant])
        return Scaling(self.squashing, self.mean.astype(dtype), (1 / scale).astype(dtype))

    def _scale(self):
        """The standard deviation, or of two values the distance.

        Between `low` and `high` no variance is larger than that of these two values alone (Bhatia
        and Davis, A better bound on the variance, 2000).
        """
        with np.errstate(all="ignore"):
            largest = (self.mean - self.low) * (self.high - self.mean)
            two_valued = self.variance >= (1 - TWO_VALUED) * largest
            return np.where(two_valued, self.high - self.low, np.sqrt(self.variance))
