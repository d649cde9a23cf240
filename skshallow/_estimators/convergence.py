"""Warnings of trainings that did not end as they should."""

import warnings

from sklearn.exceptions import ConvergenceWarning


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
    rate = estimator.learning_rate
    has_rate = result.state.solver.default_learning_rate is not None
    return (
        f"Training diverged{f' with learning_rate={rate!r}' if has_rate else ''}: by iteration "
        f"{estimator.n_iter_ + 1} the loss was no longer finite, or higher than at the start. "
        f"The best weights before that are kept; try {_smaller_steps(estimator, has_rate)}."
    )


def _not_converged(estimator, result):
    return (
        f"Solver {estimator.solver!r} reached max_iter={estimator.max_iter} before the loss "
        f"converged to tol={estimator.tol!r}; raise max_iter or tol."
    )


def _worse(estimator, result):
    has_rate = result.state.solver.default_learning_rate is not None
    return (
        f"After {estimator.best_iter_} iterations the loss of the training samples is "
        f"{result.training_loss:.3g}; a constant prediction, of the class frequencies, would have "
        f"{result.constant_loss:.3g}. Try more iterations, or "
        f"{_smaller_steps(estimator, has_rate)}."
    )


def _flat(estimator, result):
    return (
        f"The network predicts about the same for all samples: alpha={result.state.alpha:g} "
        f"outweighs samples whose weights sum to {result.state.total:g}. Try a lower alpha."
    )


def _smaller_steps(estimator, has_rate):
    """What helps where training goes too far."""
    scaled = "" if estimator.standardize else "standardize=True, or other units of the features"
    rate = "a lower learning_rate" if has_rate else "" if scaled else "a higher alpha"
    return " or ".join(filter(None, (rate, scaled)))


MESSAGES = {"diverged": _diverged, "limit": _not_converged, "worse": _worse, "flat": _flat}
