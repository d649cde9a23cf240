"""The batches of an epoch, in an order of their own random stream."""

import numpy as np
from sklearn.utils import check_random_state


class Batches:
    """Batches of row numbers, newly shuffled every epoch.

    Parameters
    ----------
    n_rows : int
        How many rows there are.
    size : int
        Rows of a batch; the last batch of an epoch takes what is left.
    shuffle : bool
        Whether each epoch has an order of its own.
    random_state : int or RandomState
        Where the orders come from.
    """

    def __init__(self, n_rows, size, shuffle, random_state):
        self.n_rows = n_rows
        self.size = size
        # To make a random stream takes longer than an epoch of a small table.
        self.random_state = check_random_state(random_state) if shuffle and size < n_rows else None

    def epoch(self):
        """Yield each batch with its share of the rows; None stands for all rows."""
        if self.size >= self.n_rows:
            yield None, 1.0
            return
        order = np.arange(self.n_rows)
        if self.random_state is not None:
            self.random_state.shuffle(order)
        for start in range(0, self.n_rows, self.size):
            batch = order[start : start + self.size]
            yield batch, len(batch) / self.n_rows
