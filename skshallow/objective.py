"""The objective J and its gradient, for a stack of networks, summed over blocks of rows.

For weights W1, W2 and rows i of weight s_i, with S the sum of all s_i, ::

    J = (1/S)·[ Σ_i s_i·loss(z_i, y_i) + (α/2)·(‖W1‖² + ‖W2‖²) ]

Biases are not penalised, and α means what 1/C means to LogisticRegression. A batch estimates the
sum over i by the rows it holds, scaled by n/|batch|, and leaves the rest as it is: its gradient is
an unbiased estimate of J's, whatever the batch size.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from skshallow.network import Workspace
from skshallow.rows import DenseRows, SparseRows, even_size, rows_in_cache
from skshallow.stacks import row_dots
from skshallow.threads import ALONE

# A table of many blocks is summed up in so many parts, which threads share. Each part has a
# gradient of its own, and all of these together take no more than this much memory.
MOST_PARTS = 8
PARTS_BYTES = 2**25


def rows_per_block(network, n_networks, n_rows, dtype):
    """How many rows make a block: as many as stay in the cache, all blocks about as long."""
    return even_size(n_rows, rows_in_cache(n_networks * network.n_h, dtype))


class Lane(NamedTuple):
    """What a thread needs for itself: its own buffers to read rows into and to compute in."""

    rows: DenseRows | SparseRows
    work: Workspace


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
    targets : ndarray of shape (n_targets, n)
        Targets as `loss` encodes them.
    weights : ndarray of shape (n,)
        The s_i.
    alpha : ndarray of shape (K,)
        Strength of the penalty, one per network.
    total : float, optional
        What α is divided by; default S. For rows that are part of a stream, the weight of all rows
        so far: the loss is then a mean over these rows, the penalty weighed against them all.
    crew : Crew, default=ALONE
        The threads that share a large table. How many they are changes no bit of the result.
    """

    def __init__(self, network, loss, rows, targets, weights, alpha, total=None, crew=ALONE):
        here = weights.sum()
        total = here if total is None else total
        self.network = network
        self.n_rows = len(rows)
        self._loss = loss
        self._targets = targets
        # Rows that all weigh nothing contribute nothing.
        self._weights = (weights / (here or 1)).astype(rows.dtype)
        self._decay = np.outer(alpha / total, network.penalised(rows.dtype)).astype(rows.dtype)
        self._penalty = np.empty_like(self._decay)
        self._penalises = bool(np.any(alpha > 0))
        self._parts = _divide(self.n_rows, rows.size, self._decay.nbytes)
        self._sums = np.empty((len(self._parts), *self._decay.shape), rows.dtype)
        self._crew = crew if len(self._parts) > 1 else ALONE
        self._lanes = [
            Lane(rows.reader(), Workspace(network, len(alpha), rows.size, rows.dtype))
            for _ in range(self._crew.size)
        ]
        self._seen = None, None, None, None
        # The only block of a small table is the same at every evaluation.
        reader = self._lanes[0].rows
        one_block = reader.lasting and self.n_rows <= reader.size
        self._only = list(self._table_in_blocks(reader, self._parts[0])) if one_block else None

    def take(self, members):
        """The same objective for some of the networks, sharing all buffers."""
        # As copy.copy does, in a fifth of the time.
        part = object.__new__(type(self))
        vars(part).update(vars(self))
        part._decay = self._decay[members]
        part._penalty = self._penalty[: len(part._decay)]
        part._sums = self._sums[:, : len(part._decay)]
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
        matrices, gradients = self._split(theta, gradient)
        value = self._loss_of(matrices, batch, gradients)
        if self._penalises:
            value += self._penalise(theta)
            gradient += self._penalty
        return value

    def value(self, theta, batch=None):
        """J at `theta`, shape (K,), without its gradient; of a batch, an estimate of it."""
        value = self._loss_of(self.network.split(theta), batch)
        if self._penalises:
            value += self._penalise(theta)
        return value

    def _penalise(self, theta):
        """The penalty, shape (K,), whose gradient is left in `_penalty`."""
        np.multiply(self._decay, theta, out=self._penalty)
        return 0.5 * row_dots(self._penalty, theta)

    def _loss_of(self, matrices, batch, gradients=None):
        """The loss, shape (K,), of a batch or the whole table; its gradient into `gradients`."""
        if batch is not None:
            blocks = self._batch_in_blocks(self._lanes[0].rows, batch)
            return self._sum(self._lanes[0], blocks, matrices, gradients)
        if len(self._parts) == 1:
            return self._sum_part(self._lanes[0], 0, matrices, gradients)
        if gradients is None:
            return self._share(matrices, [None] * len(self._parts))
        of_parts = [self.network.split(part) for part in self._sums]
        value = self._share(matrices, of_parts)
        for total, first, *others in zip(gradients, *of_parts, strict=True):
            np.copyto(total, first)
            for other in others:
                total += other
        return value

    def _split(self, theta, gradient):
        # First-order solvers pass the same two arrays every time.
        if theta is not self._seen[0] or gradient is not self._seen[1]:
            matrices, gradients = self.network.split(theta), self.network.split(gradient)
            self._seen = theta, gradient, matrices, gradients
        return self._seen[2:]

    def _share(self, matrices, gradients):
        """Let the crew sum up the parts of the table; each part's gradient goes into its own."""
        values = [None] * len(self._parts)

        def work(member):
            for part in range(member, len(values), self._crew.size):
                values[part] = self._sum_part(self._lanes[member], part, matrices, gradients[part])

        self._crew.share(work)
        return sum(values)

    def _sum_part(self, lane, part, matrices, gradients):
        blocks = self._only or self._table_in_blocks(lane.rows, self._parts[part])
        return self._sum(lane, blocks, matrices, gradients)

    def _sum(self, lane, blocks, matrices, gradients):
        """The loss, shape (K,), over some blocks; its gradient goes into `gradients`, if any."""
        value = 0
        for number, (block, targets, weights) in enumerate(blocks):
            work = lane.work.shape(len(matrices[0]), len(weights))
            self.network.forward(matrices, block, work)
            value += self._loss.value_and_gradient(work.logits, targets, weights)
            if gradients is None:
                continue
            if number == 0:
                self.network.backward(matrices, block, work, gradients)
            else:
                self.network.backward(matrices, block, work, work.gradients)
                for total, more in zip(gradients, work.gradients, strict=True):
                    total += more
        return value

    def _table_in_blocks(self, reader, part):
        """Blocks of a part of the table, with their targets and weights."""
        for start in range(part.start, part.stop, reader.size):
            rows = slice(start, min(start + reader.size, part.stop))
            yield reader.block(rows), self._targets[:, rows], self._weights[rows]

    def _batch_in_blocks(self, reader, batch):
        scale = self.n_rows / len(batch)
        for start in range(0, len(batch), reader.size):
            rows = batch[start : start + reader.size]
            weights = self._weights[rows]
            weights *= scale
            yield reader.block(rows), self._targets.take(rows, axis=1), weights


def _divide(n_rows, size, bytes_each):
    """Ranges of rows, all but the last a whole number of blocks long."""
    n_blocks = -(-n_rows // size)
    most = min(MOST_PARTS, n_blocks, PARTS_BYTES // bytes_each)
    # A power of two suits most numbers of cores.
    n_parts = 2 ** (most.bit_length() - 1) if most > 1 else 1
    bounds = [size * (n_blocks * part // n_parts) for part in range(n_parts)] + [n_rows]
    return [range(start, stop) for start, stop in pairwise(bounds)]
