"""Checks of what users pass in, beyond those of scikit-learn; every message names the culprit."""

from contextlib import contextmanager
from numbers import Number

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, validate_data

DTYPES = (np.float64, np.float32)


@contextmanager
def all_or_nothing(estimator):
    """Give the estimator back all its attributes if the block fails."""
    before = vars(estimator).copy()
    # Curves grow in place: to copy them in every call would make a stream slower and slower.
    lengths = [(value, len(value)) for value in before.values() if isinstance(value, list)]
    try:
        yield
    except BaseException:
        # In one stroke, for whoever interrupts may do so twice.
        estimator.__dict__ = before
        for value, length in lengths:
            del value[length:]
        raise


def check_features(estimator, X, *, dtype=DTYPES):
    """Validate features as in fit: dense or CSR, float64 or float32, not copied without need."""
    # Sums of huge numbers, by which scikit-learn looks for NaN, may overflow.
    with np.errstate(all="ignore"):
        return validate_data(estimator, X, accept_sparse="csr", dtype=dtype, reset=False)


def check_validation_rows(estimator, X_val, y_val, sample_weight_val, *, dtype):
    """Validate rows to stop early by, in the type of the training rows; None if there are none.

    Raises
    ------
    ValueError
        If one of `X_val` and `y_val` is missing, or they do not fit each other or the training
        rows; the message starts with what is at fault.
    """
    if X_val is None:
        for name, given in (("y_val", y_val), ("sample_weight_val", sample_weight_val)):
            if given is not None:
                raise ValueError(f"{name} is given, but X_val is missing.")
        return None
    if y_val is None:
        raise ValueError("X_val is given, but y_val is missing.")
    try:
        X_val = check_features(estimator, X_val, dtype=dtype)
        check_consistent_length(X_val, y_val)
    except ValueError as error:
        raise ValueError(f"X_val does not fit: {error}") from error
    y_val = check_array(y_val, accept_sparse="csr", ensure_2d=False, dtype=None, input_name="y_val")
    return X_val, y_val, check_weights(sample_weight_val, X_val, name="sample_weight_val")


def check_features_and_target(estimator, X, y, *, reset):
    """Validate features together with a target of one or more columns.

    Unless `reset`, training goes on in the type it began with.
    """
    with np.errstate(all="ignore"):
        return validate_data(
            estimator,
            X,
            y,
            accept_sparse="csr",
            dtype=DTYPES if reset else estimator.coefs_[0].dtype,
            multi_output=True,
            y_numeric=False,
            reset=reset,
        )


def check_weights(weights, X, *, name="sample_weight"):
    """Weights of rows as float64, shape (n,), not to be written to; ones for None.

    Raises
    ------
    ValueError
        If there is not one finite weight of at least 0 for each row, or if all are 0.
    """
    n_rows = X.shape[0]
    if weights is None:
        # One number that is read n times: a long table has room for few columns of its length.
        return np.broadcast_to(1.0, n_rows)
    if isinstance(weights, Number):
        weights = np.full(n_rows, weights)
    weights = check_array(
        weights, ensure_2d=False, dtype=np.float64, order="C", input_name=name, allow_nd=True
    )
    if weights.ndim != 1:
        raise ValueError(f"{name} must be 1D; got an array of shape {weights.shape}.")
    if len(weights) != n_rows:
        raise ValueError(
            f"{name} must hold a weight for each of the {n_rows} rows; got {len(weights)}."
        )
    if weights.min() < 0:
        raise ValueError(
            f"Negative values in {name}: weights must be at least 0; got {weights.min()}."
        )
    if not weights.any():
        raise ValueError(f"{name} must not be zero for all rows.")
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


def check_init(init, n_features, n_h, n_outputs):
    """Validate initial weights (W1, b1, W2, b2) and sort them into coefs and intercepts.

    Raises
    ------
    ValueError
        If an array has another shape than the network, or is not finite.
    """
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
