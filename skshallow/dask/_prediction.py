"""Predictions block by block, as lazy Dask arrays, and scores that add up over blocks."""

import copy
from functools import reduce

import dask.array as da
import numpy as np
from dask import delayed
from sklearn.base import is_classifier

from skshallow._data.scaling import Moments
from skshallow._data.squashing import no_squashing
from skshallow.dask._collections import blocks_of, check_collection, lengths_of, partitions_of


def predict_blocks(local, method, X):
    """What a method of a fitted estimator gives for each block of a collection.

    Parameters
    ----------
    local : estimator
        Fitted, of this process.
    method : str
        Takes features.
    X : Dask array or data frame of shape (n_samples, n_features)
        The features.

    Returns
    -------
    predicted : Dask array
        Lazy, with chunks as `X` has them.
    """
    check_collection(X, "X")
    example = getattr(_nameless(local), method)(np.zeros((1, local.n_features_in_)))
    # One estimator for all blocks; it travels once to each worker.
    predict, predictor = delayed(_predict, pure=False), delayed(local, pure=False)
    kinds = {"dtype": example.dtype}
    parts = [
        da.from_delayed(
            predict(predictor, method, block, example), (length, *example.shape[1:]), **kinds
        )
        for block, length in zip(blocks_of(X), lengths_of(X), strict=True)
    ]
    return da.concatenate(parts, allow_unknown_chunksizes=True)


def _nameless(local):
    """An estimator that asks for no names of features: checked samples have none."""
    twin = copy.copy(local)
    vars(twin).pop("feature_names_in_", None)
    return twin


def _predict(local, method, block, example):
    return getattr(local, method)(block) if block.shape[0] else example[:0]


def score_blocks(local, client, X, y, sample_weight):
    """Accuracy or R² on collections; no more than sums comes to the client.

    Parameters
    ----------
    local : estimator
        Fitted, of this process.
    client : Client
        Of the cluster.
    X, y, sample_weight : Dask array or data frame
        The samples; weights may be None.

    Returns
    -------
    score : float

    Raises
    ------
    ValueError
        If the estimator predicts several quantiles.
    """
    if getattr(local, "quantiles_", None) is not None and len(local.quantiles_) > 1:
        raise ValueError(
            "score has no meaning for several quantiles on a cluster: that of to_local() takes "
            "samples in memory."
        )
    partitions = partitions_of(X, y, sample_weight, numeric=not is_classifier(local))
    part, total = (_right, _accuracy) if is_classifier(local) else (_errors, _r2)
    score_part, predictor = delayed(part, pure=False), delayed(_nameless(local), pure=False)
    parts = [score_part(predictor, partition) for partition in partitions]
    return total([one for one in client.gather(client.compute(parts)) if one is not None])


def _right(local, partition):
    """The weight of samples that are classified correctly, and that of all."""
    if not len(partition):
        return None
    right = local.predict(partition.X) == partition.y
    right = right if right.ndim == 1 else right.all(axis=1)
    return partition.sample_weight @ right, partition.sample_weight.sum()


def _accuracy(parts):
    right, weight = np.sum(parts, axis=0)
    return float(right / weight)


def _errors(local, partition):
    """Weighted squares of the errors of each target, and the moments of the target."""
    if not partition.sample_weight.any():
        return None
    y, weights = partition.y.reshape(len(partition), -1), partition.sample_weight
    errors = y - local.predict(partition.X).reshape(y.shape)
    plain = no_squashing(np.zeros_like(y[:1]), np.ones(1))
    return weights @ errors**2, Moments.of(y, weights, plain)


def _r2(parts):
    errors, moments = zip(*parts, strict=True)
    moments = reduce(Moments.merge, moments)
    explained = 1 - sum(errors) / (moments.weight * moments.variance)
    return float(np.mean(explained))
