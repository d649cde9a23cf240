"""Which candidates of a search train together, and what they have in common."""

from itertools import chain
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from skshallow._core.network import most_stacked_units
from skshallow._estimators.stacking import OURS, works_as_ours
from skshallow.model_selection._setups import setup_of


class Group(NamedTuple):
    """Candidates that share one preprocessing.

    Attributes
    ----------
    places : list of int
        Which they are.
    stacks : list of list of int
        Those that train together. Without any, the one candidate trains by its own `fit`.
    """

    places: list
    stacks: list


def final_step(estimator, candidate=None):
    """The classifier of a pipeline and the prefix of its parameters; of a classifier itself, "".

    Among the parameters of a `candidate` there may be another one.
    """
    if not isinstance(estimator, Pipeline):
        return estimator, ""
    candidate = candidate or {}
    name, step = candidate.get("steps", estimator.steps)[-1]
    return candidate.get(name, step), f"{name}__"


def is_ours(estimator, candidate):
    """Whether a candidate is an estimator of ours, or a pipeline that ends in one."""
    return isinstance(final_step(estimator, candidate)[0], OURS)


def each_alone(candidates):
    """Groups of one candidate each, which trains by its own `fit`."""
    return [Group([place], []) for place in range(len(candidates))]


def group_candidates(estimator, candidates, n_samples):
    """Divide candidates into groups that share one preprocessing, and these into stacks.

    Candidates of a bare classifier share none: each of their stacks is a group, and so a piece of
    work of its own. So is a candidate of a class with methods of its own.

    Parameters
    ----------
    estimator : OneHiddenLayerClassifier, OneHiddenLayerRegressor or Pipeline
        What is searched.
    candidates : list of dict
        Their parameters.
    n_samples : int
        The most samples that a candidate is trained on.

    Returns
    -------
    groups : list of Group
    """
    alone, shared, prefix = [], {}, ""
    for place, candidate in enumerate(candidates):
        classifier, prefix = final_step(estimator, candidate)
        if not works_as_ours(classifier):
            alone.append(Group([place], []))
            continue
        own = {n[len(prefix) :]: v for n, v in candidate.items() if n.startswith(prefix)}
        preprocessing = _tokens(n_v for n_v in candidate.items() if not n_v[0].startswith(prefix))
        setup = setup_of(classifier, own, n_samples)
        stacks = shared.setdefault(preprocessing if prefix else setup.shared, {})
        twins, _ = stacks.setdefault(setup.shared, ({}, setup.n_units))
        twins.setdefault(setup.varying, []).append(place)
    divided = [[part for stack in one.values() for part in _cut(*stack)] for one in shared.values()]
    if not prefix:
        divided = [[stack] for stacks in divided for stack in stacks]
    return alone + [Group(sorted(chain(*stacks)), stacks) for stacks in divided]


def _cut(twins, n_units):
    """Parts of a stack that are no larger than is worth it; what cannot differ stays together."""
    size, twins = max(1, most_stacked_units(np.float64) // n_units), list(twins.values())
    return [list(chain(*twins[start : start + size])) for start in range(0, len(twins), size)]


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
