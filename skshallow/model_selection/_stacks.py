"""Which candidates of a search train together, and what they have in common."""

from contextlib import suppress
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from skshallow._core.network import most_stacked_units
from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._training.fit import choose_solver

# In these the members of a stack may differ.
STACKED = ("alpha", "learning_rate", "random_state", "init")


def final_step(estimator):
    """The classifier of a pipeline and the prefix of its parameters; of a classifier itself, ""."""
    if isinstance(estimator, Pipeline):
        name, step = estimator.steps[-1]
        return step, f"{name}__"
    return estimator, ""


def is_stackable(estimator):
    """Whether an estimator is a classifier of ours, or a pipeline that ends in one."""
    return type(final_step(estimator)[0]) is OneHiddenLayerClassifier


def group_candidates(estimator, candidates, n_samples):
    """Divide candidates into groups that share one preprocessing, and these into stacks.

    Candidates of a bare classifier share none: each of their stacks is a group, and so a piece of
    work of its own.

    Parameters
    ----------
    estimator : OneHiddenLayerClassifier or Pipeline
        What is searched.
    candidates : list of dict
        Their parameters.
    n_samples : int
        The most samples that a candidate is trained on.

    Returns
    -------
    groups : list of list of list of int
        Of each group its stacks, and of each stack the places of its candidates.
    """
    classifier, prefix = final_step(estimator)
    groups = {}
    for place, candidate in enumerate(candidates):
        own = {n[len(prefix) :]: v for n, v in candidate.items() if n.startswith(prefix)}
        preprocessing = _tokens(n_v for n_v in candidate.items() if not n_v[0].startswith(prefix))
        stack = _stack_key(classifier, own, n_samples)
        key = preprocessing if prefix else stack
        groups.setdefault(key, {}).setdefault(stack, []).append(place)
    cut = partial(_cut, classifier, candidates, prefix)
    units = [
        [part for stack in stacks.values() for part in cut(stack)] for stacks in groups.values()
    ]
    return units if prefix else [[stack] for unit in units for stack in unit]


def _stack_key(classifier, own, n_samples):
    """What candidates of one stack have in common; `own` are parameters of the classifier."""
    params = {**vars(classifier), **own}
    shared = _tokens((name, value) for name, value in own.items() if name not in STACKED)
    # "auto" is decided by whether a rate is given.
    rate_given = not isinstance(params["learning_rate"], str)
    # Members of a stack share what is random after the start: these have to draw the same.
    seed = _token(params["random_state"]) if _draws_later(params, n_samples) else None
    n_networks = _token(1 if isinstance(params["init"], tuple) else params["n_init"])
    return shared, rate_given, n_networks, seed


def _draws_later(params, n_samples):
    """Whether anything random comes after the initial weights: a split, or mini-batches."""
    # A solver that is not valid is refused when it is fitted.
    with suppress(Exception):
        solver = choose_solver(params["solver"], params["learning_rate"], n_samples)
        return params["early_stopping"] or not solver.full_batch
    return True


def _cut(classifier, candidates, prefix, places):
    """Parts of a stack that are no larger than is worth it."""
    params = {**vars(classifier)}
    for name in ("n_h", "n_init"):
        params[name] = candidates[places[0]].get(prefix + name, params[name])
    size = len(places)
    # Numbers that are not valid are refused when they are fitted.
    with suppress(TypeError, ValueError, ZeroDivisionError):
        n_units = int(params["n_h"]) * int(params["n_init"])
        size = max(1, most_stacked_units(np.float64) // n_units)
    return [places[start : start + size] for start in range(0, len(places), size)]


def _tokens(items):
    return tuple(sorted((name, _token(value)) for name, value in items))


def _token(value):
    """What tells values apart: a grid holds each but once, so identity will do for an object."""
    if isinstance(value, str | bytes | int | float | bool | None | np.generic):
        return type(value).__name__, repr(value)
    return "object", str(id(value))


class InputRecorder(BaseEstimator):
    """Stands in for the last step of a pipeline, and keeps what its `fit` is given.

    Parameters
    ----------
    estimator : estimator
        The last step, which says what metadata it takes.
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y=None, **params):
        """Keep the arguments."""
        self.given_ = X, y, params
        return self

    def get_metadata_routing(self):
        """What metadata the last step takes."""
        return self.estimator.get_metadata_routing()


def preprocess(pipelines, X, y, fit_params):
    """Fit once what comes before the classifier of pipelines that share it.

    Parameters
    ----------
    pipelines : list of Pipeline
        They differ in the parameters of their classifier only. The preprocessing of the first is
        fitted in place, and becomes that of the others.
    X, y : array-like
        The samples.
    fit_params : dict
        What their `fit` takes beside these.

    Returns
    -------
    X, y, fit_params
        What the `fit` of their last steps is to be given.
    """
    lead = pipelines[0]
    name, classifier = lead.steps[-1]
    recorder = InputRecorder(clone(classifier))
    # The pipeline itself knows best what goes to which step, and in what form.
    try:
        lead.set_params(**{name: recorder}).fit(X, y, **fit_params)
    finally:
        lead.set_params(**{name: classifier})
    for pipeline in pipelines[1:]:
        pipeline.steps = [*lead.steps[:-1], pipeline.steps[-1]]
    return recorder.given_
