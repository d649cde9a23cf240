"""Mini-batches on a cluster: replicas take steps on samples of their own, then are averaged.

This is local SGD (Stich, Local SGD converges fast and communicates little, 2019), or federated
averaging (McMahan et al., Communication-efficient learning of deep networks from decentralized
data, 2017), with every replica in every round. What the solver remembers is averaged along with
the weights (Yu, Jin and Yang, On the linear speedup analysis of communication efficient momentum
SGD, 2019).

A batch is shared out: each replica takes its part of it, so that an epoch is as many steps as on
one machine. Gradients of a part of a batch, one R-th, are noisier by √R. So is what Adam divides
by, the root of their squares, and the learning rate makes up for that (as in the square root
scaling rule of Malladi et al., On the SDEs and scaling rules for adaptive gradient algorithms,
2022). Averaged over R replicas the noise then is that of the whole batch again.
"""

import math
from copy import deepcopy

import numpy as np
from sklearn.utils import check_random_state

from skshallow._training.fit import SEED_LIMIT
from skshallow.dask import _replica
from skshallow.solvers import SGD, Adam

# What ``local_steps="auto"`` stands for.
LOCAL_STEPS = 100
# Fewer samples take about as long as these: a replica's part of a batch is no smaller.
SMALLEST_PART = 50


class LocalSteps:
    """An epoch of mini-batches; takes the place of a solver's method `iterate`.

    Parameters
    ----------
    cluster : Cluster
        Where the samples are.
    configuration : Configuration
        The solver, the size of a batch, and whether batches are shuffled.
    dataset : ClusterDataset
        The samples.
    order : int or RandomState
        Decides the order of the batches.
    n_replicas : "auto" or int
        How many replicas there are; "auto" for as many as workers have threads.
    local_steps : "auto" or int
        How many steps they take between two averages.

    Raises
    ------
    ValueError
        If what the solver remembers cannot be averaged.
    """

    def __init__(self, cluster, configuration, dataset, order, n_replicas, local_steps):
        if not isinstance(configuration.solver, (Adam, SGD)):
            raise ValueError(
                f"solver={configuration.solver!r} trains on mini-batches; on a cluster it then has "
                "to be 'adam', 'sgd', or an object of a class derived from Adam or SGD."
            )
        self._cluster, self._configuration = cluster, configuration
        self._seed = int(deepcopy(check_random_state(order)).randint(SEED_LIMIT))
        groups = cluster.group(cluster.n_threads() if n_replicas == "auto" else n_replicas)
        counts, size = dataset.counted_by_partition, configuration.batch_size
        self._size = part = min(size, max(-(-size // len(groups)), SMALLEST_PART))
        self._longer = math.sqrt(size / part) if configuration.solver.scale_free else 1.0
        self._n_batches = [sum(-(-counts[n] // part) for n in numbers) for numbers in groups]
        local_steps = LOCAL_STEPS if local_steps == "auto" else local_steps
        self._n_rounds = -(-max(self._n_batches) // local_steps)

    def __call__(self, objective, theta, state, batches, rates):
        """Move `theta` by an epoch; see :meth:`skshallow.solvers.Solver.iterate`."""
        solver, names = self._configuration.solver, _averaged(theta, state)
        work = _replica.Work(
            solver=solver,
            one=objective.loss_sum.one,
            penalties=objective.decay[:, 0],
            rates=rates * rates.dtype.type(self._longer),
            averaged=names,
            fixed={name: one for name, one in state.items() if name not in (*names, "gradient")},
            batch_size=self._size,
            shuffle=self._configuration.shuffle,
            seed=self._seed,
            n_replicas=len(self._n_batches),
        )
        arrays = [theta, *(state[name] for name in names)]
        epoch, losses = state["n_iter"], 0.0
        for number in range(self._n_rounds):
            turn = _replica.Round(state["n_steps"], epoch, number, self._n_rounds)
            mean = self._cluster.sum_of_groups(_replica.train, np.stack(arrays), work, turn)
            losses += mean[0, :, -1]
            for array, found in zip(arrays, mean, strict=True):
                array[...] = found[:, :-1]
            state["n_steps"] += max(len(turn.batches(n_batches)) for n_batches in self._n_batches)
        state["n_iter"] = epoch + 1
        return losses


def _averaged(theta, state):
    """The arrays that a solver remembers of every weight, in a fixed order."""
    arrays = {name: one for name, one in state.items() if isinstance(one, np.ndarray)}
    return sorted(n for n, one in arrays.items() if one.shape == theta.shape and n != "gradient")
