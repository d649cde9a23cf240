"""Warnings of trainings that did not end as they should."""

import warnings

from sklearn.exceptions import ConvergenceWarning

from skshallow._training.outcome import WEAK_PENALTY


def warn_of_end(estimator, result):
    """Warn of a training that diverged, did not converge, or has not learned.

    Parameters
    ----------
    estimator : TrainingMixin
        What was fitted.
    result : Result
        What came of its training; nothing is said of one that ended as it should.

    Warns
    -----
    ConvergenceWarning
        With the cause, and what may help.
    """
    describe = MESSAGES.get(result.end)
    if describe is not None:
        warnings.warn(describe(estimator, result), ConvergenceWarning, stacklevel=4)


def _diverged(estimator, result):
    with_rate = f" with learning_rate={estimator.learning_rate!r}" if _has_rate(result) else ""
    return (
        f"Training diverged{with_rate}: by iteration {estimator.n_iter_ + 1} the loss was no "
        "longer finite, or higher than at the start. The best weights before that are kept; try "
        f"{' or '.join(_remedies(estimator, result) or ['a higher alpha'])}."
    )


def _not_converged(estimator, result):
    return (
        f"Solver {estimator.solver!r} reached max_iter={estimator.max_iter} before the loss "
        f"converged to tol={estimator.tol!r}; raise max_iter or tol."
    )


def _worse(estimator, result):
    more = "more iterations"
    if estimator.tol != 0 and estimator.n_iter_ < estimator.max_iter:
        more = "more iterations, with a lower tol"
    others = " or ".join(_remedies(estimator, result))
    return (
        f"After {estimator.best_iter_} iterations the loss of the training samples is "
        f"{result.training_loss:.3g}; a constant prediction would have "
        f"{result.constant_loss:.3g}. Try {more}{', or ' if others else ''}{others}."
    )


def _flat(estimator, result):
    return (
        f"The network predicts about the same for all samples: alpha={result.state.alpha:g} "
        f"outweighs samples whose weights sum to {result.state.total:g}. Try a lower alpha."
    )


def _unscaled(estimator, result):
    return (
        f"The loss of the training samples, {result.training_loss:.3g}, is not much lower than "
        f"that of a constant prediction, {result.constant_loss:.3g}, and features are too large, "
        "or differ too much in size, for standardize=False. Set standardize=True, or measure them "
        "in other units."
    )


def _has_rate(result):
    return result.state.solver.default_learning_rate is not None


def _remedies(estimator, result):
    """What helps where training goes too far, or not far enough."""
    ways = ["a lower learning_rate"] if _has_rate(result) else []
    if not estimator.standardize:
        ways.append("standardize=True, or other units of the features")
    state = result.state
    if state.alpha > state.total:
        ways.append("a lower alpha")
    elif not ways and state.alpha < WEAK_PENALTY * state.total:
        ways.append("a higher alpha")
    return ways


MESSAGES = {
    "diverged": _diverged,
    "limit": _not_converged,
    "worse": _worse,
    "flat": _flat,
    "unscaled": _unscaled,
}
