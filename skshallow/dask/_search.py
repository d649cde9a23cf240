"""A penalty chosen by cross-validation on a cluster: all candidates on all splits at once."""

import time
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.base import clone

from skshallow._estimators.fitting import draw_states
from skshallow._training.fit import configure, fit_stack
from skshallow.dask import _partition
from skshallow.dask._fitting import prepare
from skshallow.dask._objective import sum_of
from skshallow.dask._preparation import total_of
from skshallow.dask._recipes import Split
from skshallow.dask._shared_passes import SharedPasses, objectives_by


class Outcome(NamedTuple):
    """What came of a candidate on a split; see :mod:`skshallow._estimators.search_results`."""

    test_scores: float
    fit_time: float
    score_time: float


class Prepared(NamedTuple):
    """What candidates have in common that train on the samples of one split.

    Attributes
    ----------
    split : Split
        The samples held out.
    states : list of State
        Where a network starts.
    dataset : ClusterDataset
        The others.
    one : Sum
        Their loss.
    """

    split: Split
    states: list
    dataset: object
    one: object


def splits_of(cluster, cv, folds, seed):
    """The samples held out by each split.

    Parameters
    ----------
    cluster : Cluster
        Where the samples are.
    cv : int
        How many splits, drawn by `seed`, if no folds are given.
    folds : Dask array or None
        The fold of every sample.
    seed : int
        Decides which samples are held out together.

    Returns
    -------
    splits : list of Split

    Raises
    ------
    ValueError
        If there are fewer than two folds.
    """
    if folds is None:
        ends = np.linspace(0, 1, cv + 1).tolist()
        ends[-1] = 2.0
        return [Split(True, seed, *ends[place : place + 2]) for place in range(cv)]
    found = np.unique(np.concatenate(cluster.map(_partition.folds_of)))
    found = [int(one) for one in found if one >= 0]
    if len(found) < 2:
        raise ValueError(f"folds must hold at least 2 numbers from 0 on; it holds {found}.")
    return [Split(True, None, float(one), 0.0) for one in found]


def evaluate(cluster, local, table, alphas, splits):
    """Train candidates on all samples but those held out, and score them there.

    Parameters
    ----------
    cluster : Cluster
        Where the samples are.
    local : estimator
        The plain estimator with all parameters but `alpha`.
    table : Table
        What is known of the samples.
    alphas : list of float
        The candidates.
    splits : list of Split
        The samples that each split holds out.

    Returns
    -------
    outcomes : list of list of Outcome
        For each candidate that of every split. Scores are minus the mean loss of samples held out,
        without wild ones.
    """
    start = time.perf_counter()
    candidates = [clone(local).set_params(alpha=alpha) for alpha in alphas]
    states = draw_states([local], table.recipe.targets, table.like, large=False)
    cluster.step = "prepare"
    prepared = [
        _prepare(cluster, local, table, states, split, place, len(alphas))
        for place, split in enumerate(splits)
    ]
    trainings = [partial(_train, one, candidate) for one in prepared for candidate in candidates]
    cluster.step = "search"
    results = SharedPasses(cluster).run(trainings)
    trained = time.perf_counter()
    cluster.step = "score"
    scores = _score(cluster, table, prepared, results, len(alphas))
    fit_time = (trained - start) / len(trainings)
    score_time = (time.perf_counter() - trained) / len(trainings)
    return [[Outcome(float(score), fit_time, score_time) for score in row] for row in scores.T]


def _prepare(cluster, local, table, states, split, place, n_candidates):
    """Measure features and targets of the samples that a split trains on."""
    targets, others = table.recipe.targets, split.others()
    counts, _ = zip(*cluster.map(_partition.count, targets, others), strict=True)
    counts = sum(counts)
    if not np.all(counts > 0):
        lacking = [
            targets.stratum_name(int(code)) for code in np.flatnonzero(np.ravel(counts) <= 0)
        ]
        raise ValueError(f"A split trains on no sample of {lacking[0]}: give others by folds.")
    recipe = replace(
        table.recipe, split=others, class_weights=targets.class_weights(local.class_weight, counts)
    )
    states, dataset = prepare(cluster, recipe, states, local, table.n_samples)
    network, moments = states[0].network, states[0].moments
    scaling = None if moments is None else moments.scaling(dataset.X.dtype)
    return Prepared(split, states, dataset, sum_of(dataset, network, scaling, n_candidates, place))


def _train(prepared, candidate, ask):
    """Train one candidate on one split; its result."""
    _, states, dataset, one = prepared
    parts = dataset, states[0].network, dataset.n_counted
    configuration = replace(configure(vars(candidate), *parts), finds_alpha=False)
    objectives = objectives_by(ask, one)
    (result,) = fit_stack([configuration], states, dataset, objectives=objectives)
    if result.error is not None:
        raise result.error
    return result


def _score(cluster, table, prepared, results, n_candidates):
    """Minus the mean losses of samples held out, shape (n_splits, n_candidates)."""
    targets, sums = table.recipe.targets, []
    for place, (split, states, _, one) in enumerate(prepared):
        recipe = replace(
            table.recipe,
            split=split,
            class_weights=targets.class_weights(None, table.counts),
            target_scaling=states[0].target_scaling,
            wild=None if one.scaling is None else one.scaling.squashing,
        )
        total = total_of(cluster, recipe)
        if not total:
            # All are wild: then they count after all.
            recipe = replace(recipe, wild=None)
            total = total_of(cluster, recipe)
        if not total:
            raise ValueError("A split holds no sample of a weight above 0 to score on.")
        rows = tuple(range(place * n_candidates, (place + 1) * n_candidates))
        own = {"recipe": recipe, "loss": targets.loss, "total": total, "rows": rows}
        sums.append(replace(one, token=f"score of {one.token}", **own))
    theta = np.stack([result.history.weights for result in results])
    values = cluster.sum(_partition.values, theta, sums, False)
    return -values[:, 0].astype(np.float64).reshape(len(prepared), n_candidates)
