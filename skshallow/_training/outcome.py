"""What came of a training, and whether the network has learned what it could."""

import math
from dataclasses import replace

import numpy as np

from skshallow._core.squashing import Squashing
from skshallow._training.state import Result

# A network whose loss is lower than that of a constant prediction by this share has learned.
CLEAR_GAIN = 0.01
# The loss of targets that are all the same, but for rounding: there is nothing to learn.
NIL = 1e-12
# Penalties below this share of the weight of the samples hardly keep a network from learning.
WEAK_PENALTY = 1e-3
# Where a penalty does keep it from that, the squares of the weights end below this share.
SHRUNK = 0.5
# Features as large as this hide where they vary from a network that does not standardise them, and
# those so many times as large as others hide these. A loss below this share of that of a constant
# prediction says it did see them.
HUGE, UNEVEN, SEEN = 1e2, 1e3, 0.1


def result_of(
    scaling,
    target_scaling,
    validated,
    constant_loss,
    state,
    dataset,
    error,
    configuration,
    *members,
):
    """The best network of a configuration, and all that is to be known of it.

    With a dataset a network that may not have learned what it could is looked at more closely.
    """
    losses = [one.history.best_loss if validated else one.history.loss for one in members]
    best = members[int(np.argmin(losses))]
    history, (theta, solver_state) = best.history, best.last
    coefs, intercepts = state.network.unpack(history.weights)
    squares = sum(float(np.vdot(coef, coef)) for coef in coefs)
    training_loss = history.loss - configuration.alpha / state.total * squares / 2
    training_loss = math.inf if math.isnan(training_loss) else training_loss
    end = "completed" if best.end == "limit" and configuration.tol == 0 else best.end
    if dataset is not None and end in ("converged", "completed", "stopped"):
        shrunk = squares < SHRUNK * float(np.vdot(best.start, best.start))
        # A penalty found by the evidence is as strong as the samples ask for.
        given = shrunk and not configuration.finds_alpha
        strong = given and configuration.alpha >= WEAK_PENALTY * state.total
        end = _doubt(training_loss, constant_loss, strong, scaling, dataset) or end
    squashing = Squashing.none(np.zeros(len(coefs[0]), coefs[0].dtype))
    if scaling is not None:
        coefs, intercepts = scaling.fold(coefs, intercepts)
        squashing = squashing if scaling.squashing.plain else scaling.squashing
    if target_scaling is not None:
        coefs, intercepts = target_scaling.fold(coefs, intercepts)
    after = replace(
        state,
        theta=history.weights[np.newaxis] if theta is None else theta,
        history=history,
        alpha=configuration.alpha,
        solver_state=solver_state,
    )
    ends = end, training_loss, constant_loss, error
    return Result(coefs, intercepts, squashing, history, np.array(losses), validated, *ends, after)


def _doubt(loss, constant_loss, strong, scaling, dataset):
    """Why a network has not learned, if its loss is not clearly below that of a constant."""
    if constant_loss <= NIL:
        return None
    if loss > (1 + CLEAR_GAIN) * constant_loss:
        return "worse"
    no_gain = loss > (1 - CLEAR_GAIN) * constant_loss
    if no_gain and strong and dataset.targets_depend_on_features():
        return "flat"
    if loss > SEEN * constant_loss and scaling is None:
        smallest, largest = dataset.feature_sizes()
        if largest > min(HUGE, UNEVEN * smallest):
            return "unscaled"
    return None
