"""Rows of a table as the network reads them: standardised, with a constant 1, block by block.

A block is either a run of rows (a slice) or a batch of them (an index array). Dense tables, memory
maps included, are standardised in a buffer the size of a block, so a large table is never copied;
a small one is prepared once and for all. A sparse table stays sparse.
"""

import copy

import numpy as np
from scipy import sparse

# A block's activations should stay in a core's cache, dense features close by. Yet a block of few
# rows is slow however well it fits: what a call to NumPy costs beside the arithmetic weighs more.
ACTIVATION_BYTES = 2**20
FEATURE_BYTES = 2**21
SMALLEST_BLOCK = 512
# Stacks whose activations take more than this in the smallest block are no faster per network.
STACK_BYTES = 2**22
# A table that takes less than this once prepared is prepared whole, which saves a pass a block.
PREPARED_BYTES = 2**25
# Starting on another row of an array takes numpy as long as so many multiplications.
LOOP_COST = 32


def rows_in_cache(n_units, dtype):
    """Rows of a block of so many units: as many as stay in the cache, but not few."""
    return max(SMALLEST_BLOCK, ACTIVATION_BYTES // (n_units * np.dtype(dtype).itemsize))


def even_size(n_rows, most):
    """The size of blocks that are about as long, of no more rows than `most`."""
    n_blocks = max(1, -(-n_rows // most))
    return -(-n_rows // n_blocks)


def units_of_stack(dtype):
    """The most hidden units that are worth stacking."""
    return STACK_BYTES // (SMALLEST_BLOCK * np.dtype(dtype).itemsize)


class DenseBlock:
    """Rows with a last column of ones, and the two products the network needs of them.

    For two matrices np.dot is np.matmul with less to do beforehand, which tiny networks notice.

    Parameters
    ----------
    values : ndarray of shape (rows, n_features + 1)
        The rows.
    scratch : ndarray of the same shape
        Overwritten when rows are to be scaled.
    """

    __slots__ = ("scratch", "values")

    def __init__(self, values, scratch):
        self.values = values
        self.scratch = scratch

    def project(self, weights, out):
        """Write ``weights``·[X; 1], shape (units, rows)."""
        np.dot(weights, self.values.T, out=out)

    def correlate(self, errors, out, scales=None):
        """Write ``errors``·diag(``scales``)·[X; 1]ᵀ, shape (units, n_features + 1).

        The errors may be scaled in place, the rows are where that is less work.
        """
        values = self.values
        if scales is not None:
            if values.shape[1] + LOOP_COST < len(errors):
                values = np.multiply(values, scales[:, np.newaxis], out=self.scratch)
            else:
                errors *= scales
        np.dot(errors, values, out=out)


class SparseBlock:
    """As :class:`DenseBlock`, for rows in CSR format, with two columns implied.

    Centring would fill the zeros in. Instead the products are corrected for it: ::

        W·[X − c; 1] = W·X + (b − W·c)·1ᵀ
        D·[X − c; 1]ᵀ = D·Xᵀ − (D·1)·cᵀ beside D·1

    Parameters
    ----------
    values : CSR array of shape (rows, n_features)
        The rows, scaled.
    center : ndarray of shape (n_features,)
        What is to be subtracted from them.
    """

    __slots__ = ("center", "values")

    def __init__(self, values, center):
        self.values = values
        self.center = center

    def project(self, weights, out):
        """Write ``weights``·[X − c; 1], shape (units, rows)."""
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


class DenseRows:
    """Blocks of a dense table.

    Parameters
    ----------
    X : ndarray of shape (n, n_features)
        The table, never written to.
    scaling : Scaling or None
        Subtracted and multiplied on the way; None leaves the features as they are.
    size : int
        The most rows of a block; fewer where these are long.

    Attributes
    ----------
    size : int
        The most rows of a block.
    dtype : numpy dtype
        Type of the features.
    lasting : bool
        Whether a run of rows stays valid when other blocks are read.
    """

    def __init__(self, X, scaling, size):
        self.dtype = X.dtype
        self._scaling = scaling
        n, self._n_features = X.shape
        row_bytes = (self._n_features + 1) * X.itemsize
        self.size = even_size(n, min(size, max(1, FEATURE_BYTES // row_bytes)))
        self.lasting = n * row_bytes <= PREPARED_BYTES
        self._table = self._standardise(X, _ones_beside(n, X)) if self.lasting else X
        self._gathered = self._standardised = self._scratch = None

    def __len__(self):
        return len(self._table)

    def reader(self):
        """The same rows, read into buffers of their own."""
        reader = copy.copy(self)
        reader._gathered = np.empty((self.size, self._table.shape[1]), self.dtype)
        reader._scratch = np.empty((self.size, self._n_features + 1), self.dtype)
        if not self.lasting:
            reader._standardised = _ones_beside(self.size, self._table)
        return reader

    def block(self, rows):
        """The rows of a slice or an index array, valid until the next call; of readers only."""
        if isinstance(rows, slice):
            values = self._table[rows]
        else:
            values = self._gathered[: len(rows)]
            # mode="raise" would make numpy gather into a temporary first.
            self._table.take(rows, axis=0, out=values, mode="clip")
        if not self.lasting:
            values = self._standardise(values, self._standardised[: len(values)])
        return DenseBlock(values, self._scratch[: len(values)])

    def _standardise(self, X, out):
        features = out[:, :-1]
        if self._scaling is None:
            features[...] = X
        else:
            np.subtract(X, self._scaling.center, out=features)
            features *= self._scaling.inverse_scale
        return out


class SparseRows:
    """Blocks of a CSR table; parameters and attributes as in :class:`DenseRows`."""

    lasting = True

    def __init__(self, X, scaling, size):
        self.size = size
        self.dtype = X.dtype
        self._center = np.zeros(X.shape[1], X.dtype)
        if scaling is not None:
            self._center = scaling.center * scaling.inverse_scale
            data = X.data * scaling.inverse_scale[X.indices]
            X = sparse.csr_array((data, X.indices, X.indptr), shape=X.shape)
        self._table = X

    def __len__(self):
        return self._table.shape[0]

    def reader(self):
        """These rows: nothing is read into a buffer."""
        return self

    def block(self, rows):
        """The rows of a slice or an index array."""
        return SparseBlock(self._table[rows], self._center)


def as_rows(X, scaling, size):
    """Blocks of a dense or CSR table; see :class:`DenseRows`."""
    return (SparseRows if sparse.issparse(X) else DenseRows)(X, scaling, size)


def _ones_beside(n_rows, X):
    return np.ones((n_rows, X.shape[1] + 1), X.dtype)
