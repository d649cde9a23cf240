"""How samples are prepared for training, by the moments of their features and targets."""

from dataclasses import replace

import numpy as np

from skshallow._data.far_samples import measure
from skshallow._data.scaling import Moments
from skshallow._data.squashing import find_squashing, no_squashing
from skshallow._data.stream_sample import go_on, start_sample


def prepare_targets(states, dataset, validation=None, *, incremental=False):
    """Standardise targets that are numbers, and let networks that start afresh predict about those.

    Parameters
    ----------
    states : list of State
        Where networks start.
    dataset, validation : Dataset
        As for :func:`fit_stack`, but for targets in their own units.
    incremental : bool, default=False
        Whether these samples are some more of a stream.

    Returns
    -------
    states, dataset, validation
        For :func:`fit_stack`.
    """
    total = dataset.total + (states[0].total if incremental else 0)
    loss = dataset.loss.suited(dataset.X.shape[1], total)
    dataset = replace(dataset, loss=loss)
    if loss.location is not None:
        squash = find_squashing if loss.location == "median" else no_squashing
        columns = dataset.codes.reshape(len(dataset), -1), dataset.sample_weight
        known = states[0].target_moments, states[0].target_sample
        moments, sample = known
        if incremental:
            moments, sample = _moments_of_stream(*known, squash, columns)
        elif moments is None:
            moments = Moments.of(*columns, squash(*columns))
        states = [replace(one, target_moments=moments, target_sample=sample) for one in states]
        scaling = states[0].target_scaling
        dataset = replace(dataset, codes=scaling.standardise(dataset.codes))
        if validation is not None:
            validation = replace(validation, loss=loss, codes=scaling.standardise(validation.codes))
    if any(_is_drawn(state) for state in states):
        states = start_at(loss.start(dataset.codes, dataset.weights), states)
    return states, dataset, validation


def start_at(outputs, states):
    """States of which those whose networks were drawn at random give about these raw outputs."""
    return [_start_at(outputs, state) if _is_drawn(state) else state for state in states]


def _is_drawn(state):
    return state.theta is not None and state.history is None


def _start_at(outputs, state):
    if not np.any(outputs):
        return state
    theta = state.theta.copy()
    _, second = state.network.matrices(theta)
    second[:, :, -1] = outputs
    return replace(state, theta=theta)


def prepare_features(states, dataset, *, standardize, squash, incremental=False):
    """Measure the features; samples of a table with values far outside count for less.

    Parameters
    ----------
    states : list of State
        Where networks start.
    dataset : Dataset
        The samples to train on.
    standardize, squash : bool
        Whether features are standardised, and squashed before.
    incremental : bool, default=False
        Whether these samples are some more of a stream.

    Returns
    -------
    states, dataset
    """
    moments, sample, shares = states[0].moments, states[0].sample, None
    find = find_squashing if squash else no_squashing
    samples = dataset.X, dataset.sample_weight
    if not standardize:
        moments = sample = None
    elif incremental:
        moments, sample = _moments_of_stream(moments, sample, find, samples)
    elif moments is None:
        moments, shares = measure(*samples, find(*samples))
    else:
        _, shares = measure(*samples, moments.squashing)
    states = [replace(state, moments=moments, sample=sample) for state in states]
    return states, dataset if shares is None else dataset.weighted(shares)


def _moments_of_stream(moments, sample, squash, samples):
    """Moments of samples that go on with a stream, and some of its samples."""
    if moments is None:
        moments = Moments.of(*samples, squash(*samples))
        return moments, start_sample(moments, *samples)
    return go_on(moments, sample, *samples)
