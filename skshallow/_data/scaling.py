"""Standardisation inside the network: measured on the samples, then folded into the weights.

Training sees features of zero mean and unit variance, but those of two values at distance 1. A
network W1, b1 on standardised features is the plain network W1/σ, b1 − W1·(μ/σ) on raw ones, which
is what the user is given.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from sklearn.utils.sparsefuncs import mean_variance_axis, min_max_axis

# Samples per pass: as many as make a block of about this many entries.
BLOCK_ENTRIES = 2**16
# A feature has two values if its variance falls short of the largest possible by no larger a share.
TWO_VALUED = 1e-6


@dataclass(frozen=True)
class Scaling:
    """What is subtracted from every feature, and what it is then multiplied with.

    Attributes
    ----------
    center, inverse_scale : ndarray of shape (n_features,)
        In the type the network trains in. The center is rounded to that type first and the weights
        are folded with the rounded one, so that rounding it costs no accuracy.
    """

    center: np.ndarray
    inverse_scale: np.ndarray

    def fold(self, coefs, intercepts):
        """Weights for raw features that equal the given ones for standardised features.

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
            shift = self.center.astype(np.float64) @ raw.astype(np.float64)
            bias = (intercepts[0] - shift).astype(raw.dtype)
        if not (np.isfinite(raw).all() and np.isfinite(bias).all()):
            raise ValueError(
                f"Weights on raw features overflow {raw.dtype}: learning_rate is too high, or "
                "features of X vary too little."
            )
        return [raw, coefs[1]], [bias, intercepts[1]]

    def unfold(self, coefs, intercepts):
        """Inverse of :meth:`fold`."""
        shift = self.center.astype(np.float64) @ coefs[0].astype(np.float64)
        standard = coefs[0] / self.inverse_scale[:, np.newaxis]
        return [standard, coefs[1]], [(intercepts[0] + shift).astype(standard.dtype), intercepts[1]]


@dataclass(frozen=True)
class Moments:
    """Weighted mean, variance and range of every feature, which add up over parts of a table.

    Attributes
    ----------
    weight : float
        Sum of the weights of the samples so far.
    mean, variance, low, high : ndarray of shape (n_features,)
        In float64, whatever the type of the table; the lowest and highest value of samples of a
        weight above 0.
    """

    weight: float
    mean: np.ndarray
    variance: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, X, weights):
        """Moments of samples, dense or CSR, with weights of shape (n_samples,).

        Where a feature varies too much for double precision they are not finite.
        """
        with np.errstate(all="ignore"):
            return (cls._of_sparse if sparse.issparse(X) else cls._of_dense)(X, weights)

    @classmethod
    def _of_dense(cls, X, weights):
        size = max(1, BLOCK_ENTRIES // max(1, X.shape[1]))
        # Every block is measured from the same sample: a constant feature is then exactly 0, and
        # one whose mean dwarfs its standard deviation keeps its digits.
        origin = X[np.argmax(weights > 0)].astype(np.float64)
        total = None
        for start in range(0, len(X), size):
            part = cls._of_block(X[start : start + size], weights[start : start + size], origin)
            total = part if total is None else total.merge(part)
        return replace(total, mean=total.mean + origin)

    @classmethod
    def _of_block(cls, X, weights, origin):
        weight = float(weights.sum())
        if weight == 0:
            none = np.zeros_like(origin)
            return cls(0.0, none, none, none + np.inf, none - np.inf)
        offset = X - origin
        share = weights / weight
        mean = share @ offset
        offset -= mean
        np.square(offset, out=offset)
        return cls(weight, mean, share @ offset, *_range(X, weights))

    @classmethod
    def _of_sparse(cls, X, weights):
        X = X.astype(np.float64)
        # An entry in several parts would count as several.
        X.sum_duplicates()
        mean, variance = mean_variance_axis(X, axis=0, weights=np.ascontiguousarray(weights))
        # Rounding may take it below zero.
        return cls(float(weights.sum()), mean, np.maximum(variance, 0), *_range(X, weights))

    def merge(self, other):
        """Moments of both parts together (Chan, Golub and LeVeque, 1979)."""
        weight = self.weight + other.weight
        if weight == 0:
            return self
        share = other.weight / weight
        with np.errstate(all="ignore"):
            delta = other.mean - self.mean
            variance = (1 - share) * self.variance + share * other.variance
            variance += share * (1 - share) * delta**2
            low, high = np.minimum(self.low, other.low), np.maximum(self.high, other.high)
            return Moments(weight, self.mean + share * delta, variance, low, high)

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
        scale, size = self._scale(), np.abs(self.mean)
        # The inverse of a smaller scale leaves no room for weights.
        smallest = np.finfo(dtype).tiny / np.finfo(dtype).eps
        constant = (scale <= 10 * np.finfo(np.float64).eps * size) | (scale <= smallest)
        scale[constant] = np.maximum(1, size[constant])
        return Scaling(self.mean.astype(dtype), (1 / scale).astype(dtype))

    def _scale(self):
        """The standard deviation, or of two values the distance.

        Between `low` and `high` no variance is larger than that of these two values alone (Bhatia
        and Davis, A better bound on the variance, 2000).
        """
        with np.errstate(all="ignore"):
            largest = (self.mean - self.low) * (self.high - self.mean)
            two_valued = self.variance >= (1 - TWO_VALUED) * largest
            return np.where(two_valued, self.high - self.low, np.sqrt(self.variance))


def _range(X, weights):
    """The lowest and highest value of every feature in samples of a weight above 0."""
    counted = weights > 0
    if not counted.all():
        X = X[counted]
    ends = min_max_axis(X, axis=0) if sparse.issparse(X) else (X.min(axis=0), X.max(axis=0))
    return [end.astype(np.float64) for end in ends]
