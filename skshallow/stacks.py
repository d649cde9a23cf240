"""Arithmetic on stacks: arrays with one row per network."""

import numpy as np


def row_dots(a, b):
    """Inner product of each row of `a` with that of `b`, both (K, n): shape (K,)."""
    return np.matmul(a[:, np.newaxis], b[:, :, np.newaxis])[:, 0, 0]
