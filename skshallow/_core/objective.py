"""The objective J and its gradient, for a stack of networks, summed over blocks of samples.

For weights W1, W2 and samples i of weight s_i, with S the sum of all s_i, ::

    J = (1/S)·[ Σ_i s_i·loss(z_i, y_i) + (α/2)·(‖W1‖² + ‖W2‖²) ]

Biases are not penalised, and α means what 1/C means to LogisticRegression. A batch of samples
estimates the sum over i, scaled by n/|batch|, and leaves the rest as it is: its gradient is an
unbiased estimate of the gradient of J, whatever the batch size.

How the sum comes about is known here only. Solvers and training see an :class:`Objective`.
"""

from contextlib import contextmanager, nullcontext
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import numpy as np

from skshallow._core.network import Workspace, block_size
from skshallow._core.threads import SINGLE_THREAD, thread_team

# A penalty of 1 outweighs samples of a small total weight, such as weights that are shares of 1. Of
# real tables it outweighs those with fewer samples than this (20 to 100 samples of 13 tables).
FULL_PENALTY_WEIGHT = 30.0
# A table of many blocks is summed up in so many parts, which threads share. Each part has a
# gradient of its own, and all of these together take no more than this much memory.
MOST_PARTS = 8
PARTS_BYTES = 2**25
# BLAS shares out the products of a mini-batch with more multiplications than this.
LARGE_PRODUCT = 10_000_000


def automatic_alpha(total):
    """What ``alpha="auto"`` stands for, given the total weight of the samples.

    It depends on nothing else: a weight of 2 remains the same as the sample twice.
    """
    return min(1.0, total / FULL_PENALTY_WEIGHT)


class Objective(Protocol):
    """What solvers and training ask of an objective of K networks.

    Attributes
    ----------
    n_samples : int
        How many samples it sums over, those that weigh nothing included.
    decay : ndarray of shape (K, n_params)
        Second derivatives of the penalties: α/S at weights and 0 at biases.
    """

    n_samples: int
    decay: Any

    def value(self, theta, batch=None):
        """J at `theta`, shape (K, n_params), as an array of shape (K,); of a batch, an estimate."""

    def value_and_gradient(self, theta, gradient, batch=None):
        """As :meth:`value`, and the gradient into `gradient`, of the shape of `theta`."""

    def take(self, networks):
        """The objective of some of the networks."""


@contextmanager
def numpy_objectives(network, n_networks, batch_size=None):
    """For as long as a training lasts, a function that makes its objectives.

    Parameters
    ----------
    network : Network
        The shape of the networks.
    n_networks : int
        How many there are.
    batch_size : int, optional
        Samples of a mini-batch, if all are not taken at once.

    Yields
    ------
    make : callable
        ``make(dataset, scaling, alpha, total)`` gives an :class:`Objective` of the samples of a
        :class:`~skshallow._data.samples.Dataset`, for penalties α of shape (K,) and the weight S
        that they are divided by.
    """
    product = n_networks * network.n_h * (network.n_features + 1) * (batch_size or 0)
    with nullcontext(SINGLE_THREAD) if product >= LARGE_PRODUCT else thread_team() as team:

        def make(dataset, scaling, alpha, total):
            n_samples, dtype = dataset.X.shape[0], dataset.X.dtype
            size = block_size(n_samples, n_networks * network.n_h, dtype)
            blocks, loss = dataset.in_blocks(scaling, size), dataset.loss
            targets, weights = dataset.codes, dataset.weights
            loss_sum = LossSum(network, loss, blocks, targets, weights, n_networks, team)
            decay = np.outer(alpha / total, network.penalised(dtype)).astype(dtype)
            return NumpyObjective(loss_sum, decay)

        yield make


class NumpyObjective:
    """An objective computed by NumPy.

    Parameters
    ----------
    loss_sum : LossSum
        The first part of J.
    decay : ndarray of shape (K, n_params)
        α/S at weights and 0 at biases.
    """

    def __init__(self, loss_sum, decay):
        self.n_samples = loss_sum.n_samples
        self._loss_sum = loss_sum
        self.decay = decay
        self._penalty = np.empty_like(decay)
        # The first parameter is a weight.
        self._penalises = bool(decay[:, 0].any())

    def take(self, networks):
        """The objective of some of the networks; all buffers are shared."""
        return NumpyObjective(self._loss_sum, self.decay[networks])

    def value_and_gradient(self, theta, gradient, batch=None):
        """J at `theta`; its gradient goes into `gradient`.

        Parameters
        ----------
        theta : ndarray of shape (K, n_params)
            The stack of networks.
        gradient : ndarray of shape (K, n_params)
            Overwritten.
        batch : ndarray of int, optional
            The samples of a batch; default all of them.

        Returns
        -------
        J : ndarray of shape (K,)
        """
        value = self._loss_sum.value(theta, batch, gradient)
        if self._penalises:
            value += self._penalise(theta)
            gradient += self._penalty
        return value

    def value(self, theta, batch=None):
        """J at `theta`, shape (K,), without its gradient."""
        value = self._loss_sum.value(theta, batch)
        if self._penalises:
            value += self._penalise(theta)
        return value

    def _penalise(self, theta):
        """The penalty, shape (K,), whose gradient is left in `_penalty`."""
        np.multiply(self.decay, theta, out=self._penalty)
        inner = np.matmul(self._penalty[:, np.newaxis], theta[:, :, np.newaxis])
        return 0.5 * inner[:, 0, 0]


class _Worker(NamedTuple):
    """What a thread has for itself: buffers to read samples into and to compute in."""

    reader: Any
    workspace: Workspace


class LossSum:
    """The weighted mean loss of K networks or fewer over all samples or a batch of them.

    Parameters
    ----------
    network : Network
        The shape of the networks.
    loss : Loss
        The loss of a sample.
    blocks : DenseBlocks or SparseBlocks
        The features.
    targets : ndarray
        Class numbers or values; see :meth:`~skshallow._core.losses.Loss.encode`.
    weights : ndarray of shape (n_samples,)
        The s_i.
    n_networks : int
        The most networks that will come.
    team : ThreadTeam, default=SINGLE_THREAD
        The threads that share a large table. How many they are changes no bit of the result.
    """

    def __init__(self, network, loss, blocks, targets, weights, n_networks, team=SINGLE_THREAD):
        self.n_samples = len(weights)
        # Batches are of samples that weigh something.
        self._n_counted = np.count_nonzero(weights)
        self._network = network
        self._loss = loss
        self._targets = loss.encode(targets, blocks.dtype)
        # Samples that all weigh nothing contribute nothing.
        self._weights = (weights / (weights.sum() or 1)).astype(blocks.dtype)
        n_bytes = n_networks * network.n_params * blocks.dtype.itemsize
        self._parts = in_parts(self.n_samples, blocks.size, n_bytes)
        shape = len(self._parts), n_networks, network.n_params
        self._sums = np.empty(shape if len(self._parts) > 1 else 0, blocks.dtype)
        self._team = team if len(self._parts) > 1 else SINGLE_THREAD
        self._workers = [
            _Worker(blocks.reader(), Workspace(network, n_networks, blocks.size, blocks.dtype))
            for _ in range(self._team.size)
        ]
        self._seen = None, None, None, None
        # The only block of a small table is the same at every evaluation.
        reader = self._workers[0].reader
        one_block = reader.lasting and self.n_samples <= reader.size
        self._only = [next(self._table_in_blocks(reader, self._parts[0]))] if one_block else None

    def value(self, theta, batch=None, gradient=None):
        """The mean loss, shape (K,), of a batch or all samples; its gradient into `gradient`."""
        # First-order solvers pass the same two arrays every time.
        if theta is not self._seen[0] or gradient is not self._seen[1]:
            matrices = self._network.matrices
            of_gradient = None if gradient is None else matrices(gradient)
            self._seen = theta, gradient, matrices(theta), of_gradient
        _, _, matrices, gradients = self._seen
        worker = self._workers[0]
        if batch is not None:
            blocks = self._batch_in_blocks(worker.reader, batch)
        elif len(self._parts) == 1:
            blocks = self._only or self._table_in_blocks(worker.reader, self._parts[0])
        else:
            return self._add_up_parts(matrices, gradients)
        return self._add_up(worker.workspace, blocks, matrices, gradients)

    def _add_up_parts(self, matrices, gradients):
        """Let the threads sum up the parts of the table, then add these sums in their order."""
        values = [None] * len(self._parts)
        of_parts = [None] * len(self._parts)
        if gradients is not None:
            n_networks = len(matrices[0])
            of_parts = [self._network.matrices(part[:n_networks]) for part in self._sums]

        def work(member):
            reader, workspace = self._workers[member]
            for part in range(member, len(values), self._team.size):
                blocks = self._table_in_blocks(reader, self._parts[part])
                values[part] = self._add_up(workspace, blocks, matrices, of_parts[part])

        self._team.run(work)
        if gradients is not None:
            for total, first, *others in zip(gradients, *of_parts, strict=True):
                np.copyto(total, first)
                for other in others:
                    total += other
        return sum(values)

    def _add_up(self, workspace, blocks, matrices, gradients):
        """The loss, shape (K,), over some blocks; its gradient goes into `gradients`, if any."""
        value = 0
        for number, (block, targets, weights) in enumerate(blocks):
            work = workspace.layout(len(matrices[0]), len(weights))
            self._network.forward(matrices, block, work)
            value += self._loss.value_and_gradient(work.raw, targets, weights)
            if gradients is None:
                continue
            if number == 0:
                self._network.backward(matrices, block, work, gradients)
            else:
                self._network.backward(matrices, block, work, work.gradients)
                for total, more in zip(gradients, work.gradients, strict=True):
                    total += more
        return value

    def _table_in_blocks(self, reader, part):
        """Blocks of a part of the table, with their targets and weights."""
        for start in range(part.start, part.stop, reader.size):
            samples = slice(start, min(start + reader.size, part.stop))
            yield reader.block(samples), self._targets[:, samples], self._weights[samples]

    def _batch_in_blocks(self, reader, batch):
        scale = self._n_counted / len(batch)
        for start in range(0, len(batch), reader.size):
            samples = batch[start : start + reader.size]
            weights = self._weights[samples]
            weights *= scale
            yield reader.block(samples), self._targets.take(samples, axis=1), weights


def in_parts(n_samples, block_size, gradient_bytes):
    """Ranges of samples to sum up one by one, all but the last a whole number of blocks long.

    There are no more than `MOST_PARTS` of them, and so few that their gradients, of so many bytes
    each, take no more than `PARTS_BYTES` together.
    """
    n_blocks = -(-n_samples // block_size)
    most = max(1, min(MOST_PARTS, n_blocks, PARTS_BYTES // gradient_bytes))
    # A power of two suits most numbers of cores.
    n_parts = 2 ** (most.bit_length() - 1)
    bounds = [block_size * (n_blocks * part // n_parts) for part in range(n_parts)] + [n_samples]
    return [range(start, stop) for start, stop in pairwise(bounds)]
