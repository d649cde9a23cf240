"""Features squashed: pulled towards their centers, smoothly, and none further than a reach away."""

from typing import NamedTuple

import numpy as np


class Squashing(NamedTuple):
    """What takes a value at a distance d from its center c to c + d/√(1 + (d/r)²), with a reach r.

    Distances well below the reach hardly change, and none is larger than it. Here they are what is
    computed, so that a center far from zero costs no digits (Holzmüller, Grinsztajn and Steinwart,
    "Better by default", NeurIPS 2024, do the same with features in units of their quartiles).

    Attributes
    ----------
    center, reach : ndarray of shape (n_features,)
        In the type of the features. An infinite reach, which all of them have then, squashes none.
    """

    center: np.ndarray
    reach: np.ndarray

    @classmethod
    def none(cls, center):
        """Distances from a center, and nothing squashed."""
        return cls(center, np.full_like(center, np.inf))

    @property
    def plain(self):
        """Whether nothing is squashed."""
        return bool(np.isinf(self.reach[0]))

    def distances(self, X, out=None, scratch=None):
        """Squashed distances of dense samples from the centers.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            The samples.
        out, scratch : ndarray of the same shape, optional
            Where the distances go, and room to compute them.
        """
        distances = np.subtract(X, self.center, out=out)
        return distances if self.plain else _squash(distances, self.reach, scratch)

    def sparse_distances(self, X):
        """Squashed distances of sparse samples, less those of zeros, which need not be stored.

        Parameters
        ----------
        X : CSR array of shape (n_samples, n_features)
            The samples.

        Returns
        -------
        rest : CSR array of shape (n_samples, n_features)
            The squashed distances less `base`.
        base : ndarray of shape (n_features,)
            The squashed distances of zeros.
        """
        if not X.has_canonical_format:
            # An entry in several parts would be squashed part by part.
            X = X.copy()
            X.sum_duplicates()
        if self.plain:
            return X.copy(), -self.center
        base = _squash(-self.center, self.reach)
        data = _squash(X.data - self.center[X.indices], self.reach[X.indices])
        data -= base[X.indices]
        return type(X)((data, X.indices, X.indptr), shape=X.shape), base


def _squash(distances, reach, scratch=None):
    """Squash distances in place: d/√(1 + (d/r)²)."""
    with np.errstate(all="ignore"):
        scratch = np.divide(distances, reach, out=scratch)
        scratch *= scratch
        if not scratch.max(initial=0) < np.inf:
            return _squash_huge(distances, reach, scratch)
        scratch += 1
        np.sqrt(scratch, out=scratch)
        distances /= scratch
        return distances


def _squash_huge(distances, reach, scratch):
    """The same as ±r/√(1 + (r/d)²), which does not overflow and takes half as long again."""
    np.divide(reach, distances, out=scratch)
    scratch *= scratch
    scratch += 1
    np.sqrt(scratch, out=scratch)
    np.divide(reach, scratch, out=scratch)
    return np.copysign(scratch, distances, out=distances)
