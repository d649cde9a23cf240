"""The samples of a sparse table as the network reads them: scaled, and never filled in."""

from typing import NamedTuple

import numpy as np
from scipy import sparse


class SparseBlock(NamedTuple):
    """As :class:`~skshallow._data.samples.DenseBlock`, for samples in CSR format.

    Two columns are implied. Centring would fill the zeros in. Instead the products are corrected
    for it: ::

        W·[X − c; 1] = W·X + (b − W·c)·1ᵀ
        D·[X − c; 1]ᵀ = D·Xᵀ − (D·1)·cᵀ beside D·1

    Attributes
    ----------
    values : CSR array of shape (n_samples, n_features)
        The samples, scaled.
    center : ndarray of shape (n_features,)
        What is to be subtracted from them.
    """

    values: sparse.csr_array
    center: np.ndarray

    def project(self, weights, out):
        """Write ``weights``·[X − c; 1], shape (n_units, n_samples)."""
        matrix, bias = weights[:, :-1], weights[:, -1]
        shift = bias - matrix @ self.center
        np.add((self.values @ matrix.T).T, shift[:, np.newaxis], out=out)

    def correlate(self, errors, out, scales=None):
        """Write ``errors``·diag(``scales``)·[X − c; 1]ᵀ; the errors may be scaled in place."""
        if scales is not None:
            errors *= scales
        total = errors.sum(axis=1)
        out[:, :-1] = (self.values.T @ errors.T).T
        out[:, :-1] -= np.outer(total, self.center)
        out[:, -1] = total


class SparseBlocks:
    """Blocks of a CSR table, as :class:`~skshallow._data.samples.DenseBlocks` of a dense one."""

    lasting = True

    def __init__(self, X, scaling, size):
        self.size = size
        self.dtype = X.dtype
        self._center = np.zeros(X.shape[1], X.dtype)
        if scaling is not None:
            X, base = scaling.squashing.sparse_distances(X)
            X.data *= scaling.inverse_scale[X.indices]
            self._center = (scaling.mean - base) * scaling.inverse_scale
        self.table = X

    def reader(self):
        """These samples: nothing is read into a buffer."""
        return self

    def block(self, samples):
        """The samples of a slice or an index array."""
        return SparseBlock(self.table[samples], self._center)
