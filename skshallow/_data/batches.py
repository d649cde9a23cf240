"""Mini-batches of samples."""

from sklearn.utils import check_random_state


class Batches:
    """Batches of sample numbers, newly shuffled every epoch.

    Parameters
    ----------
    samples : ndarray of int
        Which samples to take.
    size : int
        Samples of a batch; the last batch of an epoch takes what is left.
    shuffle : bool
        Whether each epoch has an order of its own.
    random_state : int or RandomState
        Where the orders come from.
    """

    def __init__(self, samples, size, shuffle, random_state):
        self.samples = samples
        self.size = size
        # To make a random stream takes longer than an epoch of a small table.
        shuffles = shuffle and size < len(samples)
        self.random_state = check_random_state(random_state) if shuffles else None

    def epoch(self):
        """Yield each batch with its share of the samples; None stands for all of them."""
        if self.size >= len(self.samples):
            yield None, 1.0
            return
        order = self.samples
        if self.random_state is not None:
            order = order.copy()
            self.random_state.shuffle(order)
        for start in range(0, len(order), self.size):
            batch = order[start : start + self.size]
            yield batch, len(batch) / len(order)
