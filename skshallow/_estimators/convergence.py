"""Warnings of trainings that did not end as they should."""

import warnings

from sklearn.exceptions import ConvergenceWarning


def warn_of_end(estimator, end):
    """Warn of a training that diverged, or did not converge within `max_iter` iterations.

    Parameters
    ----------
    estimator : TrainingMixin
        What was fitted.
    end : {"diverged", "limit"}
        How its training ended.

    Warns
    -----
    ConvergenceWarning
        Always.
    """
    if end == "diverged":
        message = (
            f"Training diverged with learning_rate={estimator.learning_rate!r}: by iteration "
            f"{estimator.n_iter_ + 1} the loss was no longer finite, or higher than at the start. "
            "The best weights before that are kept; try a lower learning_rate."
        )
    else:
        message = (
            f"Solver {estimator.solver!r} reached max_iter={estimator.max_iter} before the loss "
            f"converged to tol={estimator.tol!r}; raise max_iter or tol."
        )
    warnings.warn(message, ConvergenceWarning, stacklevel=4)
