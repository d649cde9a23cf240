"""A fit on a cluster, from the caller's collections to fitted attributes."""

from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from sklearn.base import is_regressor

from skshallow._estimators.continuation import continued_state
from skshallow._estimators.early_stopping import share_held_out
from skshallow._estimators.fitting import draw_states, make_monitors_of, store_result
from skshallow._estimators.stacking import find_targets
from skshallow._training.fit import configure, fit_stack, grows
from skshallow._training.preparation import start_at
from skshallow.dask import _partition
from skshallow.dask._cluster import Cluster
from skshallow.dask._collections import dtype_of, partitions_of
from skshallow.dask._local_steps import LocalSteps
from skshallow.dask._objective import cluster_objectives
from skshallow.dask._preparation import describe, measure_features, prepare_targets, total_of
from skshallow.dask._recipes import Recipe, Split


class Steps:
    """A monitor of a training that names the tasks of its passes."""

    def __init__(self, cluster):
        self._cluster, self._n_iter = cluster, 0

    def begin(self):
        """Before an iteration."""
        self._n_iter += 1
        self._cluster.step = f"iteration-{self._n_iter}"

    def end(self, training):
        """After it; there is no reason to stop."""
        return False


@contextmanager
def on_cluster(local, client, timeout, X, y, sample_weight=None, folds=None):
    """The partitions of collections on a cluster, and what is known of them.

    Parameters
    ----------
    local : OneHiddenLayerClassifier or OneHiddenLayerRegressor
        What is to be fitted.
    client : Client
        Of the cluster.
    timeout : float or None
        Seconds that a pass over the samples may take.
    X, y, sample_weight, folds : Dask array or data frame
        The samples; the last two may be None.

    Yields
    ------
    cluster : Cluster
    table : Table
    """
    numeric = is_regressor(local)
    partitions = partitions_of(X, y, sample_weight, folds, numeric=numeric)
    with Cluster(client, partitions, timeout) as cluster:
        yield cluster, Table.of(cluster, local, X.shape[1], dtype_of(X), numeric)


@dataclass(frozen=True)
class Table:
    """What is known of a table before anything is measured.

    Attributes
    ----------
    n_samples, n_counted : int
        How many samples there are, and how many of them weigh something.
    like : ndarray of shape (0, n_features)
        Of the type that is trained in.
    counts : ndarray
        Weight of the samples of every class.
    total : float
        Weight of all samples, class weights included.
    recipe : Recipe
        With classes and their weights.
    """

    n_samples: int
    n_counted: int
    like: np.ndarray
    counts: np.ndarray
    total: float
    recipe: Recipe

    @classmethod
    def of(cls, cluster, local, n_features, dtype, numeric):
        """The table that a cluster holds, for an estimator."""
        summaries = cluster.map(_partition.summarise, numeric)
        lengths = [one.n_samples for one in summaries]
        if not sum(lengths):
            raise ValueError("X holds no samples.")
        cluster.number_samples(lengths)
        examples = [one.example for one in summaries if one.n_samples]
        targets = find_targets(local, np.concatenate(examples))
        counts, counted = zip(*cluster.map(_partition.count, targets, None), strict=True)
        counts = sum(counts)
        recipe = Recipe(targets, targets.class_weights(local.class_weight, counts))
        total = total_of(cluster, recipe)
        like = np.empty((0, n_features), dtype)
        return cls(sum(lengths), sum(counted), like, counts, total, recipe)


def fit_on_cluster(local, cluster, table, callbacks=None, *, replicas=("auto", "auto")):
    """Fit an estimator to the samples of a cluster.

    Parameters
    ----------
    local : OneHiddenLayerClassifier or OneHiddenLayerRegressor
        Fitted in place.
    cluster, table : Cluster, Table
        As :func:`on_cluster` gives them.
    callbacks : tuple of CallbackContext and dict, optional
        As for :class:`~skshallow._estimators.callbacks.EpochMonitor`.
    replicas : tuple of "auto" or int
        How many replicas train on mini-batches, and how many steps they take between two averages.

    Returns
    -------
    result : Result
        For :func:`~skshallow._estimators.fitting.conclude`.
    """
    targets, large = table.recipe.targets, grows(local.solver, local.learning_rate, table.n_samples)
    if local.warm_start and hasattr(local, "coefs_"):
        states = [continued_state(local, targets, table.like.dtype)]
    else:
        states = draw_states([local], targets, table.like, large)
    recipe, fraction = table.recipe, share_held_out(local, table.n_samples, large)
    if fraction:
        split = Split(False, states[0].split_seed, 0.0, fraction)
        recipe = replace(recipe, split=split)
    states, dataset = prepare(cluster, recipe, states, local, table.n_samples)
    validation = None
    if fraction:
        # Samples held out count in full, however far outside they are.
        held_out = replace(dataset.recipe, split=split.others(), far=())
        validation = describe(cluster, held_out, dataset.loss, table.n_samples)
    validated = validation is not None
    parts = dataset, states[0].network, table.n_counted
    configuration = configure(vars(local), *parts, validated=validated)
    # The evidence for a penalty would take many trainings more.
    configuration, iterate = replace(configuration, finds_alpha=False), None
    if not configuration.solver.full_batch:
        parts = configuration, dataset, states[0].order
        iterate = LocalSteps(cluster, *parts, *replicas)

    def make_monitors(describe):
        return [Steps(cluster), *make_monitors_of(targets, int(local.verbose), callbacks, describe)]

    (result,) = fit_stack(
        [configuration],
        states,
        dataset,
        validation,
        make_monitors=make_monitors,
        objectives=cluster_objectives(cluster),
        iterate=iterate,
    )
    store_result(local, result, targets, table.counts, resumable=local.warm_start)
    return result


def prepare(cluster, recipe, states, local, n_samples):
    """Measure features and targets.

    Returns
    -------
    states : list of State
        Where the networks start.
    dataset : ClusterDataset
        For :func:`~skshallow._training.fit.fit_stack`.
    """
    stages = {"standardize": local.standardize, "squash": local.squash}
    moments, recipe = measure_features(cluster, recipe, states[0].moments, **stages)
    states = [replace(state, moments=moments) for state in states]
    states, recipe, loss = prepare_targets(cluster, recipe, states)
    dataset = describe(cluster, recipe, loss, n_samples)
    return start_at(loss.start(*dataset.some_targets), states), dataset
