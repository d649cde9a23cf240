"""Arithmetic on stacks: arrays with one row per network."""

import numpy as np


def row_dots(a, b):
    """Inner product of each row of `a` with that of `b`, both (K, n): shape (K,)."""
    return np.matmul(a[:, np.newaxis], b[:, :, np.newaxis])[:, 0, 0]


def products(a, b, out):
    """Write the product of each matrix of `a`, (K, l, m), with that of `b`, (K, m, n), to `out`."""
    if len(a) == 1:
        # The same product, with less to do beforehand.
        np.dot(a[0], b[0], out=out[0])
    else:
        np.matmul(a, b, out=out)
