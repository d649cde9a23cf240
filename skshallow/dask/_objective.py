"""J of networks on a cluster: each evaluation is one pass over the partitions."""

import uuid
from contextlib import contextmanager

from skshallow._core.objective import NumpyObjective
from skshallow.dask import _partition
from skshallow.dask._recipes import Sum


def cluster_objectives(cluster):
    """What makes objectives on a cluster, for :func:`skshallow._training.fit.fit_stack`."""

    @contextmanager
    def objectives(network, n_networks, batch_size=None):
        def make(dataset, scaling, alpha, total):
            loss_sum = ClusterLossSum(cluster, network, dataset, scaling, n_networks)
            return NumpyObjective.of(loss_sum, network, alpha / total, dataset.X.dtype)

        yield make

    return objectives


def sum_of(dataset, network, scaling, n_networks, place=0):
    """The :class:`~skshallow.dask._recipes.Sum` of a ClusterDataset, new to all workers."""
    return Sum(
        token=uuid.uuid4().hex,
        place=place,
        recipe=dataset.recipe,
        network=network,
        scaling=scaling,
        loss=dataset.loss,
        total=dataset.total,
        n_networks=n_networks,
        rows=(),
    )


class ClusterLossSum:
    """The weighted mean loss over all samples; see :class:`~skshallow._core.objective.LossSum`.

    Parameters
    ----------
    cluster : Cluster
        Where the samples are.
    network : Network
        The shape of the networks.
    dataset : ClusterDataset
        The samples.
    scaling : Scaling or None
        How features are standardised.
    n_networks : int
        The most networks that will come.

    Attributes
    ----------
    one : Sum
        What workers are told of it.
    """

    def __init__(self, cluster, network, dataset, scaling, n_networks):
        self.n_samples = len(dataset)
        self._cluster = cluster
        self.one = sum_of(dataset, network, scaling, n_networks)

    def value(self, theta, batch=None, gradient=None):
        """The mean loss, shape (K,); its gradient into `gradient`. A batch is all samples, too."""
        one = self.one.of(len(theta))
        values = self._cluster.sum(_partition.values, theta, [one], gradient is not None)
        if gradient is not None:
            gradient[...] = values[:, 1:]
        return values[:, 0].copy()
