"""Checks of what users pass in, beyond those of scikit-learn; messages name what is at fault."""

from numbers import Number

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, validate_data

DTYPES = (np.float64, np.float32)


def check_features(estimator, X, *, dtype=DTYPES):
    """Validate features as in fit: dense or CSR, float64 or float32, not copied without need."""
    # Sums of huge numbers, by which scikit-learn looks for NaN, may overflow.
    with np.errstate(all="ignore"):
        return validate_data(estimator, X, accept_sparse="csr", dtype=dtype, reset=False)


def check_validation_samples(estimator, X_val, y_val, sample_weight_val, *, dtype):
    """Validate samples to stop early by, in the type of the training samples.

    Returns
    -------
    X_val, y_val, sample_weight_val : ndarray
        Weights are all ones if none are given.

    Raises
    ------
    ValueError
        If one of `X_val` and `y_val` is missing, or they do not fit each other or the training
        samples; the message starts with what is at fault.
    """
    if X_val is None:
        name = "y_val" if y_val is not None else "sample_weight_val"
        raise ValueError(f"{name} is given, but X_val is missing.")
    if y_val is None:
        raise ValueError("X_val is given, but y_val is missing.")
    try:
        X_val = check_features(estimator, X_val, dtype=dtype)
        check_consistent_length(X_val, y_val)
    except ValueError as error:
        raise ValueError(f"X_val does not fit: {error}") from error
    y_val = check_array(y_val, accept_sparse="csr", ensure_2d=False, dtype=None, input_name="y_val")
    if sample_weight_val is None:
        return X_val, y_val, np.broadcast_to(1.0, X_val.shape[0])
    return X_val, y_val, check_weights(sample_weight_val, X_val, name="sample_weight_val")


def check_weights(weights, X, *, name="sample_weight"):
    """Weights of samples as float64, shape (n_samples,), not to be written to.

    Raises
    ------
    ValueError
        If there is not one finite weight of at least 0 for each sample, or if all are 0.
    """
    n_samples = X.shape[0]
    if isinstance(weights, Number):
        weights = np.full(n_samples, weights)
    weights = check_array(
        weights, ensure_2d=False, dtype=np.float64, order="C", input_name=name, allow_nd=True
    )
    if weights.ndim != 1:
        raise ValueError(f"{name} must be 1D; got an array of shape {weights.shape}.")
    if len(weights) != n_samples:
        raise ValueError(
            f"{name} must hold a weight for each of the {n_samples} samples; got {len(weights)}."
        )
    if weights.min() < 0:
        raise ValueError(
            f"Negative values in {name}: weights must be at least 0; got {weights.min()}."
        )
    if not weights.any():
        raise ValueError(f"{name} must not be zero for all samples.")
    return weights


def check_classes(classes):
    """The classes announced to partial_fit, in ascending order.

    Raises
    ------
    ValueError
        If they are not in one dimension, or NaN.
    """
    if np.ndim(classes) != 1:
        raise ValueError(f"classes must be 1D; got {classes!r}.")
    return np.unique(check_array(classes, ensure_2d=False, dtype=None, input_name="classes"))


def check_init(init, network):
    """Validate initial weights (W1, b1, W2, b2) and sort them into coefs and intercepts.

    Raises
    ------
    ValueError
        If an array has another shape than the network, or is not finite.
    """
    n_features, n_h, n_outputs = network.n_features, network.n_h, network.n_outputs
    names = ("W1", "b1", "W2", "b2")
    shapes = ((n_features, n_h), (n_h,), (n_h, n_outputs), (n_outputs,))
    if len(init) != len(names):
        raise ValueError(f"init must hold the 4 arrays (W1, b1, W2, b2); got {len(init)}.")
    arrays = []
    for name, shape, given in zip(names, shapes, init, strict=True):
        try:
            array = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError(f"init's {name} must hold numbers: {error}") from error
        if not np.isfinite(array).all():
            raise ValueError(f"init's {name} must be finite; it holds NaN or infinity.")
        if array.shape != shape:
            raise ValueError(f"init's {name} must be of shape {shape}; got {array.shape}.")
        arrays.append(array)
    return arrays[0::2], arrays[1::2]
