"""Where the hidden units of a fitted network switch, in the plane of two features."""

import numpy as np
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.utils.validation import check_is_fitted

from skshallow.displays._plane import check_points, points_like, span

SCALERS = (MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler)
CURVE_POINTS = 50
# The corners of the unit square, counterclockwise.
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


def check_network(network):
    """Raise an error unless this is a fitted classifier with two features and one hidden layer."""
    check_is_fitted(network)
    if len(getattr(network, "coefs_", ())) != 2 or not hasattr(network, "classes_"):
        raise TypeError(
            f"{type(network).__name__} is not a fitted classifier with one hidden layer, which is "
            "what HiddenUnitsDisplay draws"
        )
    n_features = len(network.coefs_[0])
    if n_features != 2:
        raise ValueError(
            f"HiddenUnitsDisplay draws networks of two features, and this one has {n_features}"
        )


def hidden_layer(scalers, network, X):
    """Return what the hidden units see of the features in X before any scaling.

    Returns
    -------
    W, b : ndarrays of shapes (2, n_h) and (n_h,)
        Weights and biases for features that are squashed, and not scaled.
    squashing : tuple of two ndarrays of shape (2,), or None
        Center and reach of the features; None if they are not squashed.
    """
    W, b = (np.asarray(part[0], dtype=float) for part in (network.coefs_, network.intercepts_))
    squashing = None
    if np.isfinite(getattr(network, "feature_reach_", np.inf)).all():
        squashing = network.feature_center_.astype(float), network.feature_reach_.astype(float)
    if not scalers:
        return W, b, squashing
    for scaler in scalers:
        if not isinstance(scaler, SCALERS) or getattr(scaler, "clip", False):
            raise TypeError(
                "HiddenUnitsDisplay sees through scalers that move and stretch features, not "
                f"through {scaler!r}"
            )
    # The input of a unit is an affine function of X, so its values at three points determine it.
    # With corners of the picture the rounding error is smaller than with the origin, which may be
    # far from the data.
    low, high = span(check_points(X, "HiddenUnitsDisplay"))
    corners = points_like(X, np.array([low, [high[0], low[1]], [low[0], high[1]]]))
    for scaler in scalers:
        corners = scaler.transform(corners)
    corners = np.asarray(corners)
    z = corners @ W + b
    W = (z[1:] - z[0]) / (high - low)[:, np.newaxis]
    if squashing is not None:
        scale = (corners[[1, 2], [0, 1]] - corners[0]) / (high - low)
        center, reach = squashing
        squashing = low + (center - corners[0]) / scale, reach / np.abs(scale)
    return W, z[0] - low @ W, squashing


def classes_of(network):
    """Return the classes of a network, or None if its targets are multilabel."""
    two_classes = network.n_outputs_ == 1 and len(network.classes_) == 2
    return network.classes_ if two_classes or network.out_activation_ == "softmax" else None


def switching_curve(w, b, squashing, low, high):
    """Return points of the curve w·s(x) + b = 0 in a picture, or None if it lies outside.

    Seen from the first point to the last, w·s(x) + b is positive on the left side. Of features that
    are not squashed the curve is a line, and its two ends are enough.
    """
    if squashing is None:
        return _switching_line(w, b, low, high)
    center, reach = squashing
    corners = np.array([low, high]) - center
    ends = _switching_line(w, b, *(center + corners / np.hypot(1, corners / reach)))
    if ends is None:
        return None
    shares = np.linspace(0, 1, CURVE_POINTS)[:, np.newaxis]
    distances = ends[0] - center + shares * (ends[1] - ends[0])
    within = np.maximum(1 - (distances / reach) ** 2, np.finfo(float).tiny)
    return np.clip(center + distances / np.sqrt(within), low, high)


def _switching_line(w, b, low, high):
    corners = low + SQUARE * (high - low)
    following = np.roll(corners, -1, axis=0)
    z, z_following = corners @ w + b, following @ w + b
    active, active_following = z > 0, z_following > 0
    leaves = np.flatnonzero(active & ~active_following)
    if len(leaves) == 0:
        return None
    edges = [leaves[0], np.flatnonzero(~active & active_following)[0]]
    share = z[edges] / (z[edges] - z_following[edges])
    return corners[edges] + share[:, np.newaxis] * (following[edges] - corners[edges])
