"""How features are squashed: found on some of the samples."""

import numpy as np
from scipy import sparse
from sklearn.utils.sparsefuncs import min_max_axis

from skshallow._core.squashing import Squashing

# Samples per pass: as many as make a block of about this many entries.
BLOCK_ENTRIES = 2**16
# Interquartile ranges that a squashed value may be away from the median: 7 standard deviations of a
# normal feature, whose own values hardly move.
REACH = 5.0
# Enough samples to find quartiles, of short samples and of long ones, and the most entries between.
MOST_SAMPLES, FEWEST_SAMPLES, QUARTILE_ENTRIES = 2000, 200, 2**20
# Shares of the weight that differ by less than this are equal but for rounding.
ROUNDING = 1e-9


def blocks_of(X):
    """Slices of a dense table whose entries stay in a core's cache."""
    size = max(1, BLOCK_ENTRIES // max(1, X.shape[1]))
    return [slice(start, start + size) for start in range(0, len(X), size)]


def range_of(X, weights):
    """The lowest and highest value of samples of a weight above 0, of which there are some."""
    counted = weights > 0
    if not counted.all():
        X = X[counted]
    return min_max_axis(X, axis=0) if sparse.issparse(X) else (X.min(axis=0), X.max(axis=0))


def enough_samples(n_features, n_entries):
    """How many samples are enough to find quartiles by, given the most entries to look at."""
    return min(MOST_SAMPLES, max(FEWEST_SAMPLES, n_entries // n_features))


def no_squashing(X, weights):
    """Distances from a sample, or from zero where samples are sparse, and nothing squashed.

    Measured from there a constant feature is exactly 0, and one whose mean dwarfs its standard
    deviation keeps its digits.
    """
    center = np.zeros(X.shape[1], X.dtype)
    if not sparse.issparse(X):
        center += X[np.argmax(weights > 0)]
    return Squashing.none(center)


# A distance that overflows has moments that are not finite, which is told of there.
@np.errstate(all="ignore")
def find_squashing(X, weights):
    """Squashing that wild values do not widen.

    The center is the median. Of samples in order, those at a depth of a quarter of their weight are
    the quartiles. Where both are equal, as most values of a rare category are, samples at half that
    depth take their place, and so on (Tukey's letter values, Exploratory data analysis, 1977), and
    the range where no letter values differ. What is beyond the value of a feature that does not
    vary at all was never there to learn from, and is squashed to next to nothing.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_samples, n_features)
        The samples, of which some are looked at.
    weights : ndarray of shape (n_samples,)
        A weight of 2 counts as the sample twice, one of 0 not at all.

    Returns
    -------
    squashing : Squashing
        With the medians, and a reach of :data:`REACH` times the distance between the quartiles.
    """
    counted = np.flatnonzero(weights > 0)
    few = counted[:: stride_of_few(len(counted), X.shape[1])]

    def range_of_all(columns):
        return range_of_features(X, weights, columns)

    return squashing_by(X[few], weights[few], range_of_all)


def stride_of_few(n_counted, n_features):
    """One in so many samples, of those that weigh something, is looked at to find the squashing."""
    return max(1, -(-n_counted // enough_samples(n_features, QUARTILE_ENTRIES)))


@np.errstate(all="ignore")
def squashing_by(X, weights, range_of_all):
    """The squashing that some samples ask for; see :func:`find_squashing`.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_samples, n_features)
        Some of the samples.
    weights : ndarray of shape (n_samples,)
        Their weights, above 0.
    range_of_all : callable
        ``range_of_all(columns)`` are the lowest and the highest values of these features in all of
        the samples, an array of shape (2, n_columns).

    Returns
    -------
    squashing : Squashing
    """
    n_samples, n_features = X.shape
    center, spread = np.zeros((2, n_features))
    size = max(1, QUARTILE_ENTRIES // max(1, n_samples))
    for start in range(0, n_features if n_samples else 0, size):
        columns = slice(start, start + size)
        values = X[:, columns].toarray() if sparse.issparse(X) else X[:, columns]
        center[columns], spread[columns] = _letter_values(values, weights)
    lacking = np.flatnonzero(spread == 0)
    if len(lacking) and n_samples:
        low, high = range_of_all(lacking)
        spread[lacking] = high - low
    reach = np.maximum(REACH * spread, np.finfo(X.dtype).tiny)
    return Squashing(center.astype(X.dtype), reach.astype(X.dtype))


def _letter_values(values, weights):
    """Medians, and distances between the first letter values that differ, 0 where none do."""
    n_samples, n_features = values.shape
    if weights.min() == weights.max():
        # To sort takes a third of the time that it takes to find the order.
        values = np.sort(values, axis=0).astype(np.float64)
        weight = np.full((n_samples, 1), 1 / n_samples)
    else:
        order = values.argsort(axis=0)
        values = np.take_along_axis(values, order, axis=0).astype(np.float64)
        weight = weights[order] / weights.sum()
    above = weight.cumsum(axis=0)
    below = above - weight

    def at_depth(depth):
        first = (above < (1 - ROUNDING) * depth).sum(axis=0, keepdims=True)
        last = (below <= 1 - (1 - ROUNDING) * depth).sum(axis=0, keepdims=True) - 1
        if first.shape[1] < n_features:
            return values[first[0, 0]], values[last[0, 0]]
        return [np.take_along_axis(values, at, axis=0)[0] for at in (first, last)]

    low, high = at_depth(0.5)
    median, spread, depth = low / 2 + high / 2, np.zeros(n_features), 0.25
    while depth * n_samples >= 1 and not spread.all():
        low, high = at_depth(depth)
        np.copyto(spread, high - low, where=spread == 0)
        depth /= 2
    return median, spread


def range_of_features(X, weights, columns):
    """The lowest and highest values of some features, of samples of a weight above 0."""
    blocks = [slice(None)] if sparse.issparse(X) else blocks_of(X)
    ends = [range_of(X[at][:, columns], weights[at]) for at in blocks if weights[at].any()]
    low, high = np.float64(ends).swapaxes(0, 1)
    return np.stack([low.min(axis=0), high.max(axis=0)])
