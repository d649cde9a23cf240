"""Mini-batches on a worker: the steps of one replica of the networks between two averages.

A replica trains on a group of partitions. It keeps nothing that could not be computed anew: the
weights, and what the solver remembers, come with every task and go back with its answer. None of
this needs Dask.
"""

from contextlib import ExitStack
from typing import NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from skshallow._core.objective import NumpyObjective
from skshallow.dask._recipes import Sum, uniform
from skshallow.solvers import Solver

# Bits of a seed.
SEED_BITS = 32


class Work(NamedTuple):
    """What replicas do, the same in all rounds.

    Attributes
    ----------
    solver : Solver
        What moves the weights.
    one : Sum
        The loss.
    penalties : ndarray of shape (K,)
        The factors α/S of the networks' penalties.
    rates : ndarray of shape (K, 1)
        Their learning rates.
    averaged : list of str
        Names of the arrays that the solver remembers of every weight.
    fixed : dict
        All else that it remembers.
    batch_size : int
        Samples of a batch; the last one of a partition takes what is left.
    shuffle : bool
        Whether batches are drawn in a new order every epoch.
    seed : int
        Decides these orders.
    n_replicas : int
        How many replicas there are.
    """

    solver: Solver
    one: Sum
    penalties: np.ndarray
    rates: np.ndarray
    averaged: list
    fixed: dict
    batch_size: int
    shuffle: bool
    seed: int
    n_replicas: int


class Round(NamedTuple):
    """The steps between two averages.

    Attributes
    ----------
    n_steps : int
        How many steps there were before.
    epoch : int
        How many epochs there were before.
    number, n_rounds : int
        Which round of the epoch it is, from 0 on, and how many the epoch has.
    """

    n_steps: int
    epoch: int
    number: int
    n_rounds: int

    def batches(self, n_batches):
        """Which batches of an epoch a replica takes that has so many."""
        start, stop = (n_batches * at // self.n_rounds for at in (self.number, self.number + 1))
        return range(start, stop)


class Replica:
    """The loss over a group of partitions, batch by batch, each from one of the partitions.

    Parameters
    ----------
    partitions : list of Partition
        Those of the group.
    one : Sum
        The loss.

    Attributes
    ----------
    n_samples : int
        How many samples weigh something.
    share : float
        Their share of the weight of all samples, of all groups.
    """

    def __init__(self, partitions, one):
        some = [partition for partition in partitions if partition.loss_sum(one) is not None]
        self._loss_sums = [partition.loss_sum(one)[0] for partition in some]
        self._counted = [partition.dataset(one.recipe).counted for partition in some]
        self.n_samples = sum(map(len, self._counted))
        shares = [partition.loss_sum(one)[1] for partition in some]
        self.share = sum(shares)
        # A batch estimates the mean of its partition; it counts for the weight of its samples.
        self._factors = [
            share / self.share * (self.n_samples / len(counted))
            for share, counted in zip(shares, self._counted, strict=True)
        ]
        self._epoch, self._batches = None, []

    def batches(self, work, number, turn):
        """The batches of a round, each with its share of the samples, and the share before them.

        Those of replica `number`.
        """
        if turn.epoch != self._epoch:
            self._batches = self._draw(work, turn.epoch * work.n_replicas + number)
            self._epoch = turn.epoch
        few = turn.batches(len(self._batches))
        before = sum(share for _, share in self._batches[: few.start])
        return self._batches[few.start : few.stop], before

    def _draw(self, work, number):
        order, size = self._counted, work.batch_size
        if work.shuffle:
            seed = int(uniform(work.seed, np.array([number]))[0] * 2**SEED_BITS)
            random_state = check_random_state(seed)
            order = [counted.copy() for counted in order]
            for samples in order:
                random_state.shuffle(samples)
        batches = [
            (place, samples[start : start + size])
            for place, samples in enumerate(order)
            for start in range(0, len(samples), size)
        ]
        if work.shuffle:
            # Partitions take turns: each may hold samples of its own kind.
            batches = [batches[place] for place in random_state.permutation(len(batches))]
        return [(batch, len(batch[1]) / self.n_samples) for batch in batches]

    def value(self, theta, batch, gradient=None):
        """The mean loss as a batch estimates it; see :class:`skshallow._core.objective.LossSum`."""
        place, samples = batch
        value, factor = self._loss_sums[place].value(theta, samples, gradient), self._factors[place]
        if factor != 1:
            value *= factor
            if gradient is not None:
                gradient *= gradient.dtype.type(factor)
        return value


def train(partitions, number, weights, work, turn):
    """Take the steps of a round.

    Parameters
    ----------
    partitions : list of Partition
        The group of the replica.
    number : int
        Its number.
    weights : ndarray of shape (1 + n_averaged, K, n_params)
        The weights, and what the solver remembers in arrays of their shape.
    work : Work
    turn : Round

    Returns
    -------
    share : ndarray of shape (1 + n_averaged, K, n_params + 1) or None
        The same after the steps, and beside the weights the sum of the losses, all times the
        replica's share of the samples; None of a replica without samples.
    """
    with ExitStack() as held, np.errstate(all="ignore"):
        for partition in partitions:
            held.enter_context(partition.lock)
        key = work.one.token, work.n_replicas
        replica = partitions[0].once(key, lambda: Replica(partitions, work.one))
        if not replica.n_samples:
            return None
        # Workers that are threads of the client's process would change the client's arrays.
        theta, *arrays = weights.copy()
        batches, before = replica.batches(work, number, turn)
        state = work.fixed | dict(zip(work.averaged, arrays, strict=True))
        state |= {"gradient": np.empty_like(theta), "n_steps": turn.n_steps}
        state["n_iter"] = turn.epoch + before
        objective = NumpyObjective.of(replica, work.one.network, work.penalties, theta.dtype)
        losses = work.solver.iterate(objective, theta, state, batches, work.rates)
        out = np.zeros((len(weights), len(theta), theta.shape[1] + 1), theta.dtype)
        for place, array in enumerate([theta, *(state[name] for name in work.averaged)]):
            out[place, :, :-1] = array
        # There are no losses of no batches.
        out[0, :, -1] = 0 if losses is None else losses
        out *= theta.dtype.type(replica.share)
        return out
