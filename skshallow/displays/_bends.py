"""Where the hidden units of a fitted regressor bend its curve over one feature."""

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from skshallow.displays._drawing import safe_label
from skshallow.displays._hidden_layer import SCALERS

# Activation functions that step from one level to another; all others, but for the identity, have
# a slope on one side and less of it on the other.
STEPS = ("logistic", "tanh")
CALLER = "RegressionCurveDisplay"


def check_regressor(scalers, network):
    """Raise an error unless this is a fitted regressor of one feature, target and hidden layer."""
    check_is_fitted(network)
    name = type(network).__name__
    if is_classifier(network):
        raise TypeError(f"{name} is a classifier, and {CALLER} draws regressors")
    if len(getattr(network, "coefs_", ())) != 2:
        raise TypeError(
            f"{name} is not a fitted regressor with one hidden layer, which is what {CALLER} draws"
        )
    n_features = len(network.coefs_[0])
    if n_features != 1:
        raise ValueError(f"{CALLER} draws regressors of one feature, and this one has {n_features}")
    n_outputs = network.coefs_[1].shape[1]
    if n_outputs > 1 and levels_of(network) is None:
        raise ValueError(
            f"{CALLER} draws one target, and this regressor predicts {n_outputs}: fit one for each"
        )
    for scaler in scalers:
        if not isinstance(scaler, SCALERS) or getattr(scaler, "clip", False):
            raise TypeError(
                f"{CALLER} sees through scalers that move and stretch features, not through "
                f"{scaler!r}"
            )


def levels_of(network):
    """Return the levels of the quantiles that a regressor predicts of one target, or None."""
    one_target = getattr(network, "target_type_", None) == "continuous"
    return network.quantiles_ if one_target else None


def activation_of(network):
    """Return the name of the activation function of the hidden units."""
    return getattr(network, "activation_", None) or network.activation


def bends_of(scalers, network):
    """Return where each hidden unit's input is 0, in units of the feature before any scaling.

    Returns
    -------
    bends : ndarray of shape (n_h,)
        NaN for a unit whose input is 0 nowhere, or everywhere.
    """
    w, b = np.asarray(network.coefs_[0][0], float), np.asarray(network.intercepts_[0], float)
    center = float(getattr(network, "feature_center_", [0.0])[0])
    reach = float(getattr(network, "feature_reach_", [np.inf])[0])
    with np.errstate(all="ignore"):
        distances = -(b + center * w) / w
        # A squashed distance is less than the reach; this is how far away it was before.
        bends = center + distances / np.sqrt(1 - (distances / reach) ** 2)
    bends[~np.isfinite(bends)] = np.nan
    for scaler in reversed(scalers):
        bends = np.ravel(scaler.inverse_transform(bends[:, np.newaxis]))
    return bends


def sides_of(network):
    """Return the output weight of each unit, and what those below and above 0 are called.

    A unit's weight is above 0 if it bends the curve upwards or, where units are steps, if it lets
    the curve rise. For several outputs all are the norms of weights, and there is one name.
    """
    V = np.asarray(network.coefs_[1], dtype=float)
    if V.shape[1] > 1:
        return np.linalg.norm(V, axis=1), ("hidden unit", "hidden unit")
    if activation_of(network) in STEPS:
        rising = np.sign(np.asarray(network.coefs_[0], dtype=float)[0])
        return V[:, 0] * rising, ("unit steps down", "unit steps up")
    return V[:, 0], ("unit bends down", "unit bends up")


def check_column(X):
    """Return X as an array of shape (n_samples, 1)."""
    column = np.asarray(X, dtype=float)
    if column.ndim != 2 or column.shape[1] != 1:
        raise ValueError(f"X has shape {column.shape}; {CALLER} draws one feature, a column of X")
    return column


def name_of(data, otherwise):
    """Return the name of a data frame's only column, or of a series."""
    names = list(data.columns) if hasattr(data, "columns") else [getattr(data, "name", None)]
    return safe_label(otherwise if names[0] is None else names[0])
