"""How features and targets are prepared, found by passes over the partitions.

As for a table in memory: the squashing is found on every so many-th sample, of all partitions
together, and moments add up. What is found does not depend on how samples are divided.
"""

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from scipy import sparse

from skshallow._data.far_samples import FAR, most_beyond
from skshallow._data.samples import ENOUGH_SAMPLES, Dataset
from skshallow._data.scaling import Moments
from skshallow._data.squashing import no_squashing, squashing_by, stride_of_few
from skshallow.dask import _partition
from skshallow.dask._placement import sums_before
from skshallow.dask._recipes import Recipe

# So many targets say what the best constant prediction is, if there are more.
MOST_TARGETS = 2**17


@dataclass(frozen=True)
class ClusterDataset(Dataset):
    """Samples on a cluster; where a few of them will do, as arrays, these stand for all.

    Attributes
    ----------
    recipe : Recipe
        What becomes of the samples of a partition.
    some_targets : tuple of ndarray
        Every so many-th target, and its weight; all of them if they are not many.
    counted_by_partition : tuple of int
        How many samples of each partition weigh something together with their classes.
    sizes : tuple of int, int and float
        How many samples there are, how many of them have a weight, and what they weigh.
    """

    recipe: Recipe
    some_targets: tuple
    counted_by_partition: tuple
    sizes: tuple

    @property
    def n_weighted(self):
        """How many samples have a weight, whatever their classes weigh."""
        return self.sizes[1]

    @property
    def n_counted(self):
        """How many samples weigh something."""
        return sum(self.counted_by_partition)

    @property
    def total(self):
        """Sum of the weights."""
        return self.sizes[2]

    @property
    def counted(self):
        """As many numbers as samples weigh something."""
        return range(self.n_counted)

    @property
    def constant_loss(self):
        """The loss of the best constant prediction."""
        return self.loss.of_constant(*self.some_targets)

    @property
    def curvature(self):
        """How many times as curved as log loss the loss usually is on these targets."""
        return self.loss.curvature(*self.some_targets)

    def __len__(self):
        return self.sizes[0]


def measure_features(cluster, recipe, known, *, standardize, squash):
    """The moments of the features, and a recipe by which samples far outside count for less.

    Those that are known from an earlier fit stay.

    Returns
    -------
    moments : Moments or None
        None if features are not standardised.
    recipe : Recipe
    """
    if not standardize:
        return None, recipe
    if known is None:
        moments = _measure(cluster, recipe, "features", squash=squash)
    else:
        moments = _moments(cluster, recipe, "features", known.squashing)
    columns, squashing = moments.with_values_beyond(FAR), moments.squashing
    if len(columns):
        beyond = sum(cluster.map(_partition.far_weights, recipe, squashing, columns))
        few = columns[beyond <= most_beyond(moments.weight)]
        recipe = replace(recipe, squashing=squashing, far=tuple(few.tolist()))
    if known is not None:
        return known, recipe
    return _moments(cluster, recipe, "features", squashing) if recipe.far else moments, recipe


def prepare_targets(cluster, recipe, states):
    """Standardise targets that are numbers; see :mod:`skshallow._training.preparation`.

    Returns
    -------
    states : list of State
    recipe : Recipe
    loss : Loss
        Suited to the samples.
    """
    total = total_of(cluster, recipe)
    loss = recipe.targets.loss.suited(states[0].network.n_features, total)
    if loss.location is not None and states[0].target_moments is None:
        moments = _measure(cluster, recipe, "targets", squash=loss.location == "median")
        states = [replace(state, target_moments=moments) for state in states]
    return states, replace(recipe, target_scaling=states[0].target_scaling), loss


def total_of(cluster, recipe):
    """The weight of the samples of a recipe."""
    return float(sum(weight for _, weight, _ in cluster.map(_partition.totals, recipe)))


def describe(cluster, recipe, loss, n_samples):
    """What a training is told of the samples: a :class:`ClusterDataset`."""
    by_partition = cluster.map(_partition.totals, recipe)
    counted = [counted for counted, _, _ in by_partition]
    n_counted, total = sum(counted), float(sum(weight for _, weight, _ in by_partition))
    n_weighted = sum(weighted for _, _, weighted in by_partition)
    if not n_counted:
        raise ValueError("sample_weight and class_weight leave no sample a weight above 0.")
    stride = max(1, -(-n_counted // MOST_TARGETS))
    some = cluster.map(_partition.few_targets, recipe, stride, each=sums_before(counted))
    some = tuple(np.concatenate(arrays) for arrays in zip(*some, strict=True))
    stride = max(1, -(-n_counted // ENOUGH_SAMPLES))
    few = cluster.map(_partition.few_samples, recipe, stride, each=sums_before(counted))
    X, codes, weights = map(_joined, zip(*few, strict=True))
    arrays = X, loss, codes, weights, weights, recipe.class_weights, recipe.class_weights
    return ClusterDataset(*arrays, recipe, some, tuple(counted), (n_samples, n_weighted, total))


def _measure(cluster, recipe, kind, *, squash):
    """Moments of features or targets, squashed as they ask for, or not at all."""
    counted = [counted for _, _, counted in cluster.map(_partition.totals, recipe)]
    n_counted, before = sum(counted), sums_before(counted)

    def every(stride):
        some = cluster.map(_partition.few_columns, recipe, kind, stride, each=before)
        X, weights = zip(*some, strict=True)
        return _joined(X), np.concatenate(weights)

    def range_of_all(columns):
        ends = cluster.map(_partition.range_of, recipe, kind, columns)
        low, high = np.float64([one for one in ends if one is not None]).swapaxes(0, 1)
        return np.stack([low.min(axis=0), high.max(axis=0)])

    if squash:
        n_columns = every(n_counted)[0].shape[1]
        squashing = squashing_by(*every(stride_of_few(n_counted, n_columns)), range_of_all)
    else:
        # Of the first sample that weighs something, as in a table.
        squashing = no_squashing(*every(n_counted))
    return _moments(cluster, recipe, kind, squashing)


def _moments(cluster, recipe, kind, squashing):
    parts = cluster.map(_partition.moments_of, recipe, kind, squashing)
    return reduce(Moments.merge, [part for part in parts if part is not None])


def _joined(parts):
    """Samples below each other."""
    if any(map(sparse.issparse, parts)):
        return sparse.vstack([sparse.csr_array(part) for part in parts], format="csr")
    return np.concatenate(parts)
