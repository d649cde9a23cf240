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
from typing import Any, Protocol

import numpy as np

from skshallow._core.compiled_passes import suitable_passes
from skshallow._core.numpy_passes import NumpyPass
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
            loss_sum = sum_losses(network, n_networks, dataset, scaling, team)
            return NumpyObjective.of(loss_sum, network, alpha / total, dataset.X.dtype)

        yield make


def sum_losses(network, n_networks, dataset, scaling, team=SINGLE_THREAD):
    """The :class:`LossSum` of a dataset, by the passes that suit it."""
    passes = suitable_passes(network, dataset.loss, dataset.X)
    size = passes.block_size(network, n_networks, dataset.X.shape[0], dataset.X.dtype)
    samples = dataset.in_blocks(scaling, size), dataset.codes, dataset.weights
    return LossSum(network, dataset.loss, *samples, n_networks, team, passes)


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
        self.loss_sum = loss_sum
        self.decay = decay
        self._penalty = np.empty_like(decay)
        # The first parameter is a weight.
        self._penalises = bool(decay[:, 0].any())

    @classmethod
    def of(cls, loss_sum, network, penalties, dtype):
        """The objective for penalties α/S, shape (K,), on the weights of networks of a shape."""
        return cls(loss_sum, np.outer(penalties, network.penalised(dtype)).astype(dtype))

    def take(self, networks):
        """The objective of some of the networks; all buffers are shared."""
        return NumpyObjective(self.loss_sum, self.decay[networks])

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
        value = self.loss_sum.value(theta, batch, gradient)
        if self._penalises:
            value += self._penalise(theta)
            gradient += self._penalty
        return value

    def value(self, theta, batch=None):
        """J at `theta`, shape (K,), without its gradient."""
        value = self.loss_sum.value(theta, batch)
        if self._penalises:
            value += self._penalise(theta)
        return value

    def _penalise(self, theta):
        """The penalty, shape (K,), whose gradient is left in `_penalty`."""
        np.multiply(self.decay, theta, out=self._penalty)
        inner = np.matmul(self._penalty[:, np.newaxis], theta[:, :, np.newaxis])
        return 0.5 * inner[:, 0, 0]


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
    passes : type, default=NumpyPass
        What computes; see ``numpy_passes.py``.
    """

    def __init__(
        self,
        network,
        loss,
        blocks,
        targets,
        weights,
        n_networks,
        team=SINGLE_THREAD,
        passes=NumpyPass,
    ):
        self.n_samples = len(weights)
        # Batches are of samples that weigh something.
        self._n_counted = np.count_nonzero(weights)
        dtype = blocks.dtype
        targets = passes.reads(loss, targets, dtype)
        # Samples that all weigh nothing contribute nothing.
        weights = (weights / (weights.sum() or 1)).astype(dtype)
        n_bytes = network.n_params * dtype.itemsize
        n_bytes *= passes.networks_at_a_time(network, n_networks, dtype)
        parts = in_parts(self.n_samples, blocks.size, n_bytes)
        self._team = team if len(parts) > 1 else SINGLE_THREAD
        self._passes = [
            passes(network, loss, blocks.reader(), targets, weights, n_networks)
            for _ in range(self._team.size)
        ]
        self._parts = [_runs(part, self._passes[0].size) for part in parts]
        shape = len(parts), n_networks, network.n_params
        self._sums = np.empty(shape if len(parts) > 1 else 0, dtype)
        self._seen = None, None, None, None

    def value(self, theta, batch=None, gradient=None):
        """The mean loss, shape (K,), of a batch or all samples; its gradient into `gradient`."""
        first = self._passes[0]
        # First-order solvers pass the same two arrays every time.
        if theta is not self._seen[0] or gradient is not self._seen[1]:
            of_gradient = None if gradient is None else first.view(gradient)
            self._seen = theta, gradient, first.view(theta), of_gradient
        _, _, of_theta, of_gradient = self._seen
        if batch is not None:
            scale, size = self._n_counted / len(batch), first.size
            runs = [batch[start : start + size] for start in range(0, len(batch), size)]
            return _add_up(first, runs, of_theta, of_gradient, scale)
        if len(self._parts) == 1:
            return _add_up(first, self._parts[0], of_theta, of_gradient)
        return self._add_up_parts(of_theta, gradient, len(theta))

    def _add_up_parts(self, of_theta, gradient, n_networks):
        """Let the threads sum up the parts of the table, then add these sums in their order."""
        values = [None] * len(self._parts)
        sums = self._sums[:, :n_networks]

        def work(member, part):
            passes = self._passes[member]
            of_gradient = None if gradient is None else passes.view(sums[part])
            values[part] = _add_up(passes, self._parts[part], of_theta, of_gradient)

        self._team.share_out(len(values), work)
        if gradient is not None:
            np.copyto(gradient, sums[0])
            for other in sums[1:]:
                gradient += other
        return sum(values)


def _add_up(passes, runs, theta, gradient, scale=1.0):
    """The loss, shape (K,), over runs of samples; its gradient goes into `gradient`, if any."""
    value = passes.loss(runs[0], scale, theta, gradient, False)
    for samples in runs[1:]:
        value += passes.loss(samples, scale, theta, gradient, True)
    return value


def _runs(part, size):
    """The samples of a part of the table, at most so many at a time."""
    return [slice(at, min(at + size, part.stop)) for at in range(part.start, part.stop, size)]


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
