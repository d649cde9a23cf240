"""Samples with values far outside of the others: how much they count.

A sample alone at the reach of a feature bends hidden units for itself, whatever its target, and
what these units say of all other samples changes with it. So it counts for the less the further
away it is. Weights that depend on the features alone leave it to the targets what is to be
predicted from these features: they are Mallows' (Carroll and Pederson, On robustness in the
logistic regression model, 1993).
"""

import numpy as np
from scipy import sparse

from skshallow._core.prediction import samples_with
from skshallow._data.scaling import Moments

# In reaches, from the median: of a normal feature 135 standard deviations.
FAR = 20.0
# Where more than such a share of the weight is as far away, or as much of it as the samples of a
# small table have, no sample is alone there.
MOST_FAR = 0.05
FEWEST_TO_LEARN_FROM = 50.0
# So many reaches away a value is wild, to whoever scores: 15 interquartile ranges.
WILD = 3.0


def measure(X, weights, squashing):
    """Moments of samples, of which those far outside count for less.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_samples, n_features)
        The samples.
    weights : ndarray of shape (n_samples,)
        Their weights.
    squashing : Squashing
        What they are squashed by.

    Returns
    -------
    moments : Moments
    shares : ndarray of shape (n_samples,) or None
        What is left of every weight: all of it within :data:`FAR` reaches of the medians, and
        beyond that inversely as the distance; None if it is all of it everywhere.
    """
    moments = Moments.of(X, weights, squashing)
    columns = moments.with_values_beyond(FAR)
    beyond = weights_beyond(X, weights, squashing, columns)
    shares = shares_of(X, squashing, columns[beyond <= most_beyond(moments.weight)])
    if shares.min() == 1:
        return moments, None
    return Moments.of(X, weights * shares, squashing), shares


def most_beyond(total):
    """The most weight that samples far outside may have, of so much, to count for less."""
    return min(MOST_FAR * total, FEWEST_TO_LEARN_FROM)


def weights_beyond(X, weights, squashing, columns):
    """For some features, the weight of the samples that are far outside, shape (n_columns,)."""
    return np.array([weights[_distances(X, one, squashing) > FAR].sum() for one in columns])


def shares_of(X, squashing, columns):
    """What is left of every weight, given the features that decide, shape (n_samples,)."""
    furthest = np.ones(X.shape[0])
    for column in columns:
        np.maximum(furthest, _distances(X, column, squashing) / FAR, out=furthest)
    return 1 / furthest


# A distance that overflows is as far as any.
@np.errstate(over="ignore")
def _distances(X, column, squashing):
    """How many reaches the values of a feature are away from its median."""
    values = X[:, [column]].toarray()[:, 0] if sparse.issparse(X) else X[:, column]
    distances = np.abs(values.astype(np.float64) - squashing.center[column])
    return distances / squashing.reach[column]


def are_wild(X, center, reach):
    """Whether samples have a value so far beyond the reach of its feature that it is an error."""
    # Of a feature that did not vary nobody knows what is wild.
    reach = np.where(reach > np.finfo(reach.dtype).tiny, WILD * reach, np.inf)
    values = X
    if sparse.issparse(X):
        values, center, reach = X.data, center[X.indices], reach[X.indices]
    with np.errstate(over="ignore"):
        return samples_with(np.abs(values - center) > reach, X)
