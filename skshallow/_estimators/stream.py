"""Learning from a stream: one epoch on some more samples."""

from skshallow._data.samples import Dataset
from skshallow._estimators.continuation import continued_state
from skshallow._estimators.convergence import warn_of_end
from skshallow._estimators.fitting import (
    all_or_nothing,
    check_samples,
    draw_states,
    store_result,
)
from skshallow._training.fit import configure, fit_stack
from skshallow._training.preparation import prepare_features, prepare_targets


def fit_increment(estimator, X, y, sample_weight, find_targets):
    """Train an estimator for one epoch on some more samples, or not at all.

    Parameters
    ----------
    estimator : TrainingMixin
        Trained in place.
    X, y, sample_weight : array-like
        Samples, targets and weights, as for its `partial_fit`.
    find_targets : callable
        ``find_targets(y)`` are the :class:`~skshallow._data.targets.Targets` of the whole stream,
        of checked `y`.
    """
    with all_or_nothing(estimator):
        continued = hasattr(estimator, "coefs_")
        if continued:
            # scikit-learn looks at the parameters before the first call only.
            estimator._validate_params()
        X, y, weights = check_samples(estimator, X, y, sample_weight, reset=not continued)
        targets = find_targets(y)
        if continued:
            state = continued_state(estimator, targets, X.dtype)
        else:
            (state,) = draw_states([estimator], targets, X, large=False)
        classes = targets, estimator.class_weight
        dataset = Dataset.of(X, y, weights, *classes, earlier=state.counts)
        stages = {"standardize": estimator.standardize, "squash": estimator.squash}
        states, dataset = prepare_features([state], dataset, **stages, incremental=True)
        (state,), dataset, _ = prepare_targets(states, dataset, incremental=True)
        parts = dataset, state.network, len(dataset)
        configuration = configure(vars(estimator), *parts, incremental=True, earlier=state.total)
        (result,) = fit_stack([configuration], [state], dataset, incremental=True)
        if result.error is not None:
            raise result.error
        store_result(estimator, result, targets, dataset.counts, resumable=True)
    if result.end == "diverged":
        warn_of_end(estimator, result)
