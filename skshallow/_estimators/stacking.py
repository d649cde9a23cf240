"""Several classifiers fitted as one stack, and what is asked of them afterwards."""

from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.fitting import fit_together
from skshallow._estimators.validation import check_features

# What a subclass may have of its own without training or predicting in another way.
OWN = {"__module__", "__doc__", "__init__", "__annotations__", "__firstlineno__"}
OWN |= {"__static_attributes__", "_parameter_constraints", "set_score_request"}
OWN |= {"set_fit_request", "set_partial_fit_request"}
INHERITED = set(dir(OneHiddenLayerClassifier)) - OWN


def works_as_ours(estimator):
    """Whether an estimator is a classifier of ours, or of a subclass that overrides no method."""
    classes = type(estimator).__mro__
    if OneHiddenLayerClassifier not in classes:
        return False
    between = classes[: classes.index(OneHiddenLayerClassifier)]
    return not any(INHERITED.intersection(vars(one)) for one in between)


def fit_stacked(estimators, X, y, **fit_params):
    """Fit estimators as :func:`~skshallow._estimators.fitting.fit_together` does.

    Parameters
    ----------
    estimators : list of OneHiddenLayerClassifier
        Unfitted; fitted in place.
    X, y : array-like
        Samples and targets.
    **fit_params : dict
        What their `fit` takes beside these.

    Returns
    -------
    results : list of Result
        For :func:`~skshallow._estimators.fitting.conclude`.
    """
    for estimator in estimators:
        estimator._validate_params()
    results = fit_together(estimators, X, y, **fit_params)
    lead = estimators[0]
    for estimator in estimators[1:]:
        for name in ("n_features_in_", "feature_names_in_"):
            if hasattr(lead, name):
                setattr(estimator, name, getattr(lead, name))
    return results


def targets_of(estimator):
    """The :class:`~skshallow._data.targets.Targets` of a fitted estimator."""
    return estimator._targets


def classes_learned(estimator):
    """The classes of which a fitted estimator had samples."""
    return estimator.classes_[estimator._training["counts"] > 0]


def raw_outputs_of_each(estimators, X):
    """Yield the raw outputs of each estimator, all fitted to the same samples.

    `X` is checked once: on a small table that takes longer than the training.
    """
    X = check_features(estimators[0], X)
    for estimator in estimators:
        yield estimator._raw_outputs(X, checked=True)
