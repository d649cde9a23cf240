"""Mini-batches of samples."""

import numpy as np
from sklearn.utils import check_random_state


class Batches:
    """Batches of sample numbers, newly shuffled every epoch.

    Parameters
    ----------
    samples : int or ndarray of int
        How many samples there are, or which of them to take.
    size : int
        Samples of a batch; the last batch of an epoch takes what is left.
    shuffle : bool
        Whether each epoch has an order of its own.
    random_state : int or RandomState
        Where the orders come from.
    """

    def __init__(self, samples, size, shuffle, random_state):
        self._samples = samples
        self.n_samples = samples if isinstance(samples, int) else len(samples)
        self.size = size
        # To make a random stream takes longer than an epoch of a small table.
        shuffles = shuffle and size < self.n_samples
        self.random_state = check_random_state(random_state) if shuffles else None

    def epoch(self):
        """Yield each batch with its share of the samples; None stands for all of them."""
        if self.size >= self.n_samples:
            yield None, 1.0
            return
        one_by_one = isinstance(self._samples, int)
        order = np.arange(self.n_samples) if one_by_one else self._samples.copy()
        if self.random_state is not None:
            self.random_state.shuffle(order)
        for start in range(0, self.n_samples, self.size):
            batch = order[start : start + self.size]
            yield batch, len(batch) / self.n_samples
