"""Several estimators fitted as one stack, and what is asked of them afterwards."""

import numpy as np

from skshallow._data.scaling import Moments
from skshallow._data.target_scaling import TargetScaling
from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.fitting import fit_together
from skshallow._estimators.regressor import OneHiddenLayerRegressor
from skshallow._estimators.validation import check_features

# What a subclass may have of its own without training or predicting in another way.
OWN = {"__module__", "__doc__", "__init__", "__annotations__", "__firstlineno__"}
OWN |= {"__static_attributes__", "_parameter_constraints", "set_score_request"}
OWN |= {"set_fit_request", "set_partial_fit_request"}
# The estimators that train together.
OURS = (OneHiddenLayerClassifier, OneHiddenLayerRegressor)
INHERITED = {ours: set(dir(ours)) - OWN for ours in OURS}


def works_as_ours(estimator):
    """Whether an estimator is one of ours, or of a subclass that overrides no method."""
    classes = type(estimator).__mro__
    ours = next((one for one in classes if one in OURS), None)
    if ours is None:
        return False
    between = classes[: classes.index(ours)]
    return not any(INHERITED[ours].intersection(vars(one)) for one in between)


def fit_stacked(estimators, X, y, **fit_params):
    """Fit estimators as :func:`~skshallow._estimators.fitting.fit_together` does.

    Parameters
    ----------
    estimators : list of estimator
        Of ours and unfitted; fitted in place.
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


def find_targets(estimator, y):
    """The :class:`~skshallow._data.targets.Targets` that `y` holds for an estimator."""
    return estimator._find_targets(y)


def targets_of(estimator):
    """The :class:`~skshallow._data.targets.Targets` of a fitted estimator."""
    return estimator._targets


def tells_classes_apart(estimator):
    """Whether the targets of a fitted estimator are classes that exclude each other."""
    return estimator.target_type_ in ("binary", "multiclass")


def have_learned(estimator, y):
    """Of which targets a fitted estimator had samples like them, a mask of shape (n_samples,).

    Only of classes that exclude each other there may have been none.
    """
    if not tells_classes_apart(estimator):
        return np.ones(y.shape[0], dtype=bool)
    return np.isin(y, estimator.classes_[estimator._training["counts"] > 0])


def target_scaling_of(estimator):
    """By what a fitted estimator standardised its targets, or None."""
    moments = estimator._training["target_moments"]
    return None if moments is None else TargetScaling.of(Moments(**moments))


def raw_outputs_of_each(estimators, X):
    """Yield the raw outputs of each estimator, all fitted to the same samples.

    `X` is checked once: on a small table that takes longer than the training.
    """
    X = check_features(estimators[0], X)
    for estimator in estimators:
        yield estimator._raw_outputs(X, checked=True)
