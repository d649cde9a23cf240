"""Numbers next to nothing, with which processors are slow.

What is smaller than the smallest normal number, about 1e-308 or in float32 1e-38, is subnormal, and
arithmetic on it takes up to a hundred times as long. The weights of units that are hardly ever
active get there: the penalty divides them by about the same in every step.
"""

import numpy as np


def flush_weights(theta):
    """Set weights to 0, in place, that are next to nothing beside all others.

    They are flushed before the squares of their gradients, penalties only, become subnormal.
    """
    theta[np.abs(theta) < np.finfo(theta.dtype).eps ** 1.5] = 0


def flush_means(state):
    """Set entries of a solver's arrays to 0, in place, before they become subnormal.

    Between two calls a running mean has room to fall by a factor of the rounding error.
    """
    for array in state.values():
        if isinstance(array, np.ndarray) and array.dtype.kind == "f":
            flush(array)


def flush(*arrays):
    """Set entries to 0, in place, that are so small that a rounding error of them is subnormal.

    No two numbers that are left differ by a subnormal one.
    """
    for array in arrays:
        limits = np.finfo(array.dtype)
        array[np.abs(array) < limits.tiny / limits.eps] = 0
