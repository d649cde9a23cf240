"""Standardisation inside the network: measured on the samples, then folded into the weights.

Training sees features of zero mean and unit variance, but those of two values at distance 1. A
network W1, b1 on standardised features is the plain network W1/σ, b1 − W1·(μ/σ) on raw ones, which
is what the user is given.

Before that every feature is limited to a range that wild values do not widen. A few of them would
otherwise leave the others next to no variance in training, and in a prediction one would outweigh
all other features.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from sklearn.utils.sparsefuncs import mean_variance_axis, min_max_axis

from skshallow._core.limits import limit_sparse

# Samples per pass: as many as make a block of about this many entries.
BLOCK_ENTRIES = 2**16
# Values are limited to the quartiles and so many interquartile ranges beyond: 7 standard deviations
# of a normal feature. Tukey (Exploratory data analysis, 1977) calls what is 3 beyond "far out".
FAR_OUT = 5.0
# Enough samples to find quartiles, and no more entries of a table than these, or 200 samples.
QUARTILE_SAMPLES, QUARTILE_ENTRIES = 2000, 2**20
# Shares of the weight that differ by less than this are equal but for rounding.
ROUNDING = 1e-9
# A feature has two values if its variance falls short of the largest possible by no larger a share.
TWO_VALUED = 1e-6


@dataclass(frozen=True)
class Scaling:
    """Limits of every feature, what is subtracted from it, and what it is then multiplied with.

    Attributes
    ----------
    limits : ndarray of shape (2, n_features)
        The lowest and the highest value; what is beyond is taken for these.
    center, inverse_scale : ndarray of shape (n_features,)
        In the type the network trains in. The center is rounded to that type first and the weights
        are folded with the rounded one, so that rounding it costs no accuracy.
    """

    limits: np.ndarray
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
    """Weighted mean, variance, range and limits of every feature, which add up over parts.

    Attributes
    ----------
    weight : float
        Sum of the weights of the samples so far.
    mean, variance, low, high : ndarray of shape (n_features,)
        Of values within the limits, in float64, whatever the type of the table; the lowest and
        highest value of samples of a weight above 0.
    limits : ndarray of shape (2, n_features)
        What values further out are taken for. Each part of a table has limits of its own, and the
        widest of them are those of the whole.
    """

    weight: float
    mean: np.ndarray
    variance: np.ndarray
    low: np.ndarray
    high: np.ndarray
    limits: np.ndarray

    @classmethod
    def of(cls, X, weights):
        """Moments of samples, dense or CSR, with weights of shape (n_samples,).

        Where a feature varies too much for double precision they are not finite.
        """
        with np.errstate(all="ignore"):
            limits = limits_of(X, weights)
            of = cls._of_sparse if sparse.issparse(X) else cls._of_dense
            moments = of(X, weights, limits)
            # Where no limits were found the range of the samples is the best guess.
            limits = np.where(np.isinf(limits), [moments.low, moments.high], limits)
            return replace(moments, limits=limits)

    @classmethod
    def _of_dense(cls, X, weights, limits):
        size = max(1, BLOCK_ENTRIES // max(1, X.shape[1]))
        # Every block is measured from the same sample: a constant feature is then exactly 0, and
        # one whose mean dwarfs its standard deviation keeps its digits.
        origin = X[np.argmax(weights > 0)].astype(np.float64)
        total = None
        for start in range(0, len(X), size):
            block = slice(start, start + size)
            part = cls._of_block(X[block], weights[block], limits, origin)
            total = part if total is None else total.merge(part)
        return replace(total, mean=total.mean + origin)

    @classmethod
    def _of_block(cls, X, weights, limits, origin):
        weight = float(weights.sum())
        if weight == 0:
            none = np.zeros_like(origin)
            return cls(0.0, none, none, none + np.inf, none - np.inf, limits)
        offset = np.clip(X, *limits)
        offset -= origin
        share = weights / weight
        mean = share @ offset
        offset -= mean
        np.square(offset, out=offset)
        return cls(weight, mean, share @ offset, *_range(X, weights, limits), limits)

    @classmethod
    def _of_sparse(cls, X, weights, limits):
        X = X.astype(np.float64)
        # An entry in several parts would count as several.
        X.sum_duplicates()
        ends = _range(X, weights, limits)
        X, base = limit_sparse(X, limits)
        mean, variance = mean_variance_axis(X, axis=0, weights=np.ascontiguousarray(weights))
        # Rounding may take it below zero.
        return cls(float(weights.sum()), mean + base, np.maximum(variance, 0), *ends, limits)

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
            lower, upper = np.swapaxes([self.limits, other.limits], 0, 1)
            limits = np.stack([lower.min(axis=0), upper.max(axis=0)])
            return Moments(weight, self.mean + share * delta, variance, low, high, limits)

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
        of_type = (one.astype(dtype) for one in (self.limits, self.mean, 1 / scale))
        return Scaling(*of_type)

    def _scale(self):
        """The standard deviation, or of two values the distance.

        Between `low` and `high` no variance is larger than that of these two values alone (Bhatia
        and Davis, A better bound on the variance, 2000).
        """
        with np.errstate(all="ignore"):
            largest = (self.mean - self.low) * (self.high - self.mean)
            two_valued = self.variance >= (1 - TWO_VALUED) * largest
            return np.where(two_valued, self.high - self.low, np.sqrt(self.variance))


def _range(X, weights, limits):
    """The lowest and highest value, within limits, of samples of a weight above 0."""
    counted = weights > 0
    if not counted.all():
        X = X[counted]
    ends = min_max_axis(X, axis=0) if sparse.issparse(X) else (X.min(axis=0), X.max(axis=0))
    return [np.clip(end.astype(np.float64), *limits) for end in ends]


def limits_of(X, weights):
    """Limits that wild values do not widen, infinite where a feature hardly varies.

    Of samples in order, those at a depth of a quarter of their weight are the quartiles. Where both
    are equal, as most values of a rare category are, samples at half that depth take their place,
    and so on (Tukey's letter values).

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_samples, n_features)
        The samples, of which some are looked at.
    weights : ndarray of shape (n_samples,)
        A weight of 2 counts as the sample twice, one of 0 not at all.

    Returns
    -------
    limits : ndarray of shape (2, n_features)
    """
    counted, n_features = np.flatnonzero(weights > 0), X.shape[1]
    most = min(QUARTILE_SAMPLES, max(200, QUARTILE_ENTRIES // n_features))
    few = counted[:: max(1, -(-len(counted) // most))]
    X, weights, limits = X[few], weights[few], np.full((2, n_features), [[-np.inf], [np.inf]])
    size = max(1, QUARTILE_ENTRIES // max(1, len(few)))
    even = len(few) and weights.min() == weights.max()
    for start in range(0, n_features, size):
        columns = np.arange(start, min(start + size, n_features))
        values = X[:, columns].toarray() if sparse.issparse(X) else X[:, columns]
        if even:
            # To sort takes a third of the time that it takes to find the order.
            values = np.sort(values, axis=0).astype(np.float64)
            weight = np.full((len(few), 1), 1 / len(few))
        else:
            order = values.argsort(axis=0)
            values = np.take_along_axis(values, order, axis=0).astype(np.float64)
            weight = weights[order] / weights.sum()
        above, depth = weight.cumsum(axis=0), 0.25
        below = above - weight
        while len(columns) and depth * len(few) >= 1:
            first = (above < (1 - ROUNDING) * depth).sum(axis=0, keepdims=True)
            last = (below <= 1 - (1 - ROUNDING) * depth).sum(axis=0, keepdims=True) - 1
            low, high = (np.take_along_axis(values, at, axis=0)[0] for at in (first, last))
            found, reach = high > low, FAR_OUT * (high - low)
            limits[:, columns[found]] = (low - reach)[found], (high + reach)[found]
            columns, values = columns[~found], values[:, ~found]
            if not even:
                above, below = above[:, ~found], below[:, ~found]
            depth /= 2
    return limits
