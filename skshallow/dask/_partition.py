"""What a worker holds of a table, and what it computes of that. None of it needs Dask."""

import threading
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skshallow._core.objective import sum_losses
from skshallow._data.far_samples import are_wild, shares_of, weights_beyond
from skshallow._data.samples import Dataset
from skshallow._data.scaling import Moments
from skshallow._data.squashing import range_of_features


class Summary(NamedTuple):
    """What a client is told of a partition.

    Attributes
    ----------
    n_samples : int
        How many samples there are.
    example : ndarray
        Targets that hold all that those of the partition hold: each class once, or one number.
    """

    n_samples: int
    example: np.ndarray


class Partition:
    """Some samples of a table, and what was computed of them last.

    Parameters
    ----------
    X : ndarray or CSR array of shape (n_samples, n_features)
        Features.
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
        Targets.
    sample_weight : ndarray of shape (n_samples,)
        Weights.
    folds : ndarray of shape (n_samples,) or None
        The fold of every sample, where folds are given.
    """

    def __init__(self, X, y, sample_weight, folds=None):
        self.X, self.y, self.sample_weight, self.folds = X, y, sample_weight, folds
        # Samples before these in the whole table; whoever asks for something says how many.
        self.first = 0
        self._forget()

    def _forget(self):
        self.lock = threading.Lock()
        self._made = {}

    def __getstate__(self):
        return self.X, self.y, self.sample_weight, self.folds

    def __setstate__(self, state):
        self.__init__(*state)

    def __sizeof__(self):
        arrays = self.X, self.y, self.sample_weight, self.folds
        return sum(_n_bytes(array) for array in arrays if array is not None)

    def __len__(self):
        return self.X.shape[0]

    def numbers(self):
        """The numbers of the samples in the whole table."""
        return np.arange(self.first, self.first + len(self))

    def dataset(self, recipe):
        """The samples of a recipe; those of the table that are not among them weigh nothing."""
        codes = recipe.targets.encode(self.y)
        weights = recipe.targets.weigh(recipe.class_weights, codes)
        weights = self.sample_weight * weights
        loss, sample_weight = recipe.targets.loss, self.sample_weight
        counts = recipe.class_weights
        dataset = Dataset(self.X, loss, codes, weights, sample_weight, counts, counts)
        if recipe.split is not None:
            meant = recipe.split.mask(self.numbers(), self.folds)
            if recipe.split.held_out:
                dataset = dataset.subset(np.flatnonzero(meant))
            else:
                dataset = dataset.without(~meant)
        if recipe.far:
            dataset = dataset.weighted(shares_of(dataset.X, recipe.squashing, recipe.far))
        if recipe.wild is not None:
            dataset = dataset.weighted(~are_wild(dataset.X, *recipe.wild))
        if recipe.target_scaling is not None:
            dataset = replace(dataset, codes=recipe.target_scaling.standardise(dataset.codes))
        return dataset

    def once(self, key, make):
        """What ``make()`` gives, made once and kept as long as the partition is."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def loss_sum(self, one):
        """The :class:`skshallow._core.objective.LossSum` of a Sum, and its share; None if empty."""
        return self.once(one.token, lambda: self._make(one))

    def _make(self, one):
        dataset = replace(self.dataset(one.recipe), loss=one.loss)
        if dataset.total <= 0:
            return None
        made = sum_losses(one.network, one.n_networks, dataset, one.scaling)
        return made, dataset.total / one.total

    def values(self, theta, sums, *, gradients):
        """Values and gradients of several networks; see :func:`values`."""
        with self.lock, np.errstate(all="ignore"):
            out = None
            for one in sums:
                made = self.loss_sum(one)
                if made is None:
                    continue
                if out is None:
                    out = np.zeros((len(theta), 1 + gradients * theta.shape[1]), theta.dtype)
                loss_sum, share = made
                rows = list(one.rows)
                of_rows = theta[rows]
                gradient = np.empty_like(of_rows) if gradients else None
                out[rows, 0] = loss_sum.value(of_rows, None, gradient) * share
                if gradients:
                    gradient *= share
                    out[rows, 1:] = gradient
            return out


def assemble(number, X, y, sample_weight, folds, *, dtype, n_features, numeric):
    """Check a partition, on the worker that will hold it.

    Parameters
    ----------
    number : int
        Its place among the partitions, for errors.
    X, y, sample_weight, folds : array-like or data frame
        What the collections hold there; the last two may be None.
    dtype : numpy dtype
        Floating-point type to train in.
    n_features : int
        How many features there are in other partitions.
    numeric : bool
        Whether targets are numbers.

    Returns
    -------
    partition : Partition
    """
    try:
        settings = {"ensure_min_samples": 0, "input_name": "X"}
        with np.errstate(all="ignore"):
            X = check_array(X, accept_sparse="csr", dtype=dtype, order="C", **settings)
        if X.shape[1] != n_features:
            raise ValueError(f"X has {X.shape[1]} features, and {n_features} elsewhere.")
        y = _targets(y, numeric)
        weights = _weights(sample_weight, X.shape[0])
        folds = None if folds is None else column_or_1d(np.asarray(folds))
        for name, column in {"y": y, "sample_weight": weights, "folds": folds}.items():
            if column is not None and len(column) != X.shape[0]:
                raise ValueError(f"{name} has {len(column)} samples, and X {X.shape[0]}.")
    except (TypeError, ValueError) as error:
        raise type(error)(f"Partition {number} of the samples: {error}") from error
    return Partition(X, y, weights, folds)


def _targets(y, numeric):
    settings = {"ensure_2d": False, "ensure_min_samples": 0, "input_name": "y"}
    y = check_array(y, dtype=np.float64 if numeric else None, **settings)
    return y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y


def _weights(weights, n_samples):
    if weights is None:
        return np.ones(n_samples)
    settings = {"ensure_2d": False, "ensure_min_samples": 0, "input_name": "sample_weight"}
    weights = column_or_1d(check_array(weights, dtype=np.float64, **settings))
    if weights.min(initial=0) < 0:
        raise ValueError(f"sample_weight must be at least 0; got {weights.min()}.")
    return weights


def _n_bytes(array):
    return array.data.nbytes if hasattr(array, "indptr") else array.nbytes


# What a client asks of every partition. Answers are small, whatever the number of samples.


def summarise(partition, numeric):
    """The :class:`Summary` of a partition."""
    y = partition.y
    if numeric or not len(partition):
        return Summary(len(partition), y[:1])
    check_classification_targets(y)
    if type_of_target(y).startswith("multilabel") or y.ndim == 2:
        # Whatever it holds: the recipe's targets look at every sample.
        return Summary(len(partition), np.eye(2, y.shape[1], dtype=np.int64))
    return Summary(len(partition), np.unique(y))


def count(partition, targets, split):
    """Weight of the samples of every class, and how many samples weigh something."""
    codes, weights = targets.encode(partition.y), partition.sample_weight
    if split is not None:
        weights = weights * split.mask(partition.numbers(), partition.folds)
    return targets.count(codes, weights), int(np.count_nonzero(weights))


def folds_of(partition):
    """The folds that are given, each once."""
    return np.unique(partition.folds)


def totals(partition, recipe):
    """How many samples weigh something, their weight, and how many do without their classes."""
    dataset = partition.dataset(recipe)
    return dataset.n_counted, dataset.total, int(np.count_nonzero(dataset.sample_weight))


def columns_of(partition, recipe, kind):
    """What is measured, features or targets, as columns, and the weights of the samples."""
    dataset = partition.dataset(recipe)
    if kind == "features":
        return dataset.X, dataset.sample_weight
    return dataset.codes.reshape(len(dataset), -1), dataset.sample_weight


def few_columns(partition, before, recipe, kind, stride):
    """Every so many-th sample of weight, given how many there are before; and its weight."""
    X, weights = columns_of(partition, recipe, kind)
    few = np.flatnonzero(weights)[-before % stride :: stride]
    return X[few], weights[few]


def few_samples(partition, before, recipe, stride):
    """Every so many-th sample that weighs something with its class: features, target, weight."""
    dataset = partition.dataset(recipe)
    few = dataset.subset(dataset.counted[-before % stride :: stride])
    return few.X, few.codes, few.weights


def few_targets(partition, before, recipe, stride):
    """The same without the features."""
    dataset = partition.dataset(recipe)
    few = dataset.counted[-before % stride :: stride]
    return dataset.codes[few], dataset.weights[few]


def range_of(partition, recipe, kind, columns):
    """The lowest and the highest values of some columns; None without samples of weight."""
    X, weights = columns_of(partition, recipe, kind)
    return range_of_features(X, weights, columns) if weights.any() else None


def moments_of(partition, recipe, kind, squashing):
    """Their moments; None without samples of weight."""
    X, weights = columns_of(partition, recipe, kind)
    return Moments.of(X, weights, squashing) if weights.any() else None


def far_weights(partition, recipe, squashing, columns):
    """For some features, the weight of samples far outside."""
    return weights_beyond(*columns_of(partition, recipe, "features"), squashing, columns)


def values(partition, theta, sums, gradients):
    """What the partition adds to J and to its gradient.

    Returns
    -------
    values : ndarray of shape (K, 1 + n_params) or (K, 1)
        J in the first column; None of a partition that adds nothing.
    """
    return partition.values(theta, sums, gradients=gradients)
