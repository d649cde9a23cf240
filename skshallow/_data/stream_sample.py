"""Some samples of a stream, by which its features are squashed as those of a table are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from skshallow._data.scaling import Moments
from skshallow._data.squashing import enough_samples

# Of a table more can be looked at; these are kept.
MOST_ENTRIES = 2**18


@dataclass(frozen=True)
class StreamSample:
    """Every so many-th sample of a stream, of those of a weight above 0.

    Attributes
    ----------
    X : ndarray or CSR array of shape (n_samples, n_features)
        The samples kept.
    weights : ndarray of shape (n_samples,)
        Their weights.
    stride : int
        One in so many is kept; a power of two, which grows with the stream.
    n_seen : int
        How many there have been so far.
    n_used : int
        How many there had been when the squashing was last found.
    """

    X: np.ndarray | sparse.csr_array
    weights: np.ndarray
    stride: int = 1
    n_seen: int = 0
    n_used: int = 0

    def extend(self, X, weights):
        """With some more samples."""
        counted = np.flatnonzero(weights > 0)
        most = enough_samples(X.shape[1], MOST_ENTRIES)
        stride, step = self.stride, 1
        while len(self.weights[::step]) + len(counted[-self.n_seen % stride :: stride]) > most:
            stride, step = 2 * stride, 2 * step
        few = counted[-self.n_seen % stride :: stride]
        known = self
        if step > 1 or len(few):
            weights = np.concatenate([self.weights[::step], weights[few]])
            known = replace(self, X=_stack(self.X[::step], X[few]), weights=weights)
        return replace(known, stride=stride, n_seen=self.n_seen + len(counted))


def _stack(first, second):
    """Samples below each other, in CSR format if some are."""
    if sparse.issparse(first) or sparse.issparse(second):
        return sparse.vstack([sparse.csr_array(part) for part in (first, second)], format="csr")
    return np.concatenate([first, second])


def start_sample(moments, X, weights):
    """What is kept of the first samples of a stream, which have these moments.

    Returns
    -------
    sample : StreamSample or None
        None if features are not squashed.
    """
    if moments.squashing.plain:
        return None
    sample = StreamSample(X[:0], weights[:0]).extend(X, weights)
    return replace(sample, n_used=sample.n_seen)


def go_on(moments, sample, X, weights):
    """Moments with some more samples, squashed anew whenever there are twice as many as last time.

    Parameters
    ----------
    moments : Moments
        Of the samples so far.
    sample : StreamSample or None
        Those of them that were kept; None after a table, which has settled how to squash.
    X, weights : ndarray or CSR array, ndarray
        Samples and weights.

    Returns
    -------
    moments, sample
    """
    merged = moments.merge(Moments.of(X, weights, moments.squashing))
    if sample is None:
        return merged, None
    sample = sample.extend(X, weights)
    if sample.n_seen < 2 * sample.n_used:
        return merged, sample
    anew = Moments.of(sample.X, sample.weights)
    return replace(anew, weight=merged.weight), replace(sample, n_used=sample.n_seen)
