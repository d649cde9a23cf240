"""The objective J and its gradient, for a stack of networks, summed over blocks of rows.

For weights W1, W2 and rows i of weight s_i, with S the sum of all s_i, ::

    J = (1/S)·[ Σ_i s_i·loss(z_i, y_i) + (α/2)·(‖W1‖² + ‖W2‖²) ]

Biases are not penalised, and α means what 1/C means to LogisticRegression. A batch estimates the
sum over i by the rows it holds, scaled by n/|batch|, and leaves the rest as it is: its gradient is
an unbiased estimate of J's, whatever the batch size.
"""

import copy

import numpy as np

from skshallow.network import Workspace
from skshallow.stacks import row_dots

# A block's activations should stay in a core's second-level cache.
BLOCK_BYTES = 2**18
SMALLEST_BLOCK = 64


def rows_per_block(network, n_networks, n_rows, dtype):
    """How many rows make a block whose activations stay in the cache."""
    row_bytes = n_networks * network.n_h * np.dtype(dtype).itemsize
    return int(min(n_rows, max(SMALLEST_BLOCK, BLOCK_BYTES // row_bytes)))


class Objective:
    """J for a stack of networks on one table.

    Parameters
    ----------
    network : Network
        The shape of the networks.
    loss : Loss
        The loss of a row.
    rows : DenseRows or SparseRows
        The table.
    targets : ndarray of shape (n_outputs, n)
        Targets as `loss` encodes them.
    weights : ndarray of shape (n,)
        The s_i.
    alpha : ndarray of shape (K,)
        Strength of the penalty, one per network.
    total : float, optional
        What α is divided by; default S. For rows that are part of a stream, the weight of all rows
        so far: the loss is then a mean over these rows, the penalty weighed against them all.
    """

    def __init__(self, network, loss, rows, targets, weights, alpha, total=None):
        here = weights.sum()
        total = here if total is None else total
        dtype = targets.dtype
        self.network = network
        self.n_rows = len(rows)
        self._loss = loss
        self._rows = rows
        self._targets = targets
        # Rows that all weigh nothing contribute nothing.
        self._weights = (weights / (here or 1)).astype(dtype)
        self._decay = np.outer(alpha / total, network.penalised(dtype)).astype(dtype)
        self._penalises = bool(np.any(alpha > 0))
        self._work = Workspace(network, len(self._decay), rows.size, dtype)
        self._part = np.empty_like(self._decay)
        self._seen = None, None, None, None
        # One block of a small table is the same at every evaluation.
        one_block = rows.lasting and self.n_rows <= rows.size
        self._whole = list(self._table_in_blocks()) if one_block else None

    def take(self, members):
        """The same objective for some of the networks, sharing all buffers."""
        part = copy.copy(self)
        part._decay = self._decay[members]
        part._part = self._part[: len(part._decay)]
        return part

    def value_and_gradient(self, theta, gradient, batch=None):
        """J at `theta`; its gradient goes into `gradient`.

        Parameters
        ----------
        theta : ndarray of shape (K, n_params)
            The stack of networks.
        gradient : ndarray of shape (K, n_params)
            Overwritten.
        batch : ndarray of int, optional
            The rows of a batch; default all of them.

        Returns
        -------
        J : ndarray of shape (K,)
        """
        if theta is not self._seen[0] or gradient is not self._seen[1]:
            # First-order solvers pass the same two arrays every time.
            matrices, gradients = self.network.split(theta), self.network.split(gradient)
            self._seen = theta, gradient, matrices, gradients
        _, _, matrices, gradients = self._seen
        value = 0
        for number, (block, targets, weights) in enumerate(self._blocks(batch)):
            value += self._forward(matrices, block, targets, weights)
            if number == 0:
                self.network.backward(matrices, block, self._work, gradients)
            else:
                self.network.backward(matrices, block, self._work, self.network.split(self._part))
                gradient += self._part
        if self._penalises:
            np.multiply(self._decay, theta, out=self._part)
            value += 0.5 * row_dots(self._part, theta)
            gradient += self._part
        return value

    def value(self, theta):
        """J at `theta`, shape (K,), without its gradient."""
        matrices = self.network.split(theta)
        value = sum(self._forward(matrices, *part) for part in self._blocks(None))
        if self._penalises:
            value += 0.5 * row_dots(self._decay * theta, theta)
        return value

    def _forward(self, matrices, block, targets, weights):
        work = self._work.shape(len(matrices[0]), len(weights))
        self.network.forward(matrices, block, work)
        return self._loss.value_and_gradient(work.logits, targets, weights)

    def _blocks(self, batch):
        """Blocks of a batch or of all rows, with their targets and weights."""
        if batch is None:
            return self._whole or self._table_in_blocks()
        return self._batch_in_blocks(batch)

    def _table_in_blocks(self):
        size = self._rows.size
        for start in range(0, self.n_rows, size):
            rows = slice(start, min(start + size, self.n_rows))
            yield self._rows.block(rows), self._targets[:, rows], self._weights[rows]

    def _batch_in_blocks(self, batch):
        scale = self.n_rows / len(batch)
        for start in range(0, len(batch), self._rows.size):
            rows = batch[start : start + self._rows.size]
            weights = self._weights[rows]
            weights *= scale
            yield self._rows.block(rows), np.take(self._targets, rows, axis=1), weights
