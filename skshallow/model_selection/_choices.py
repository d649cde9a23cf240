"""Parameters that may be lists of values to choose from, and what such lists may hold."""

import sys
from numbers import Integral, Real

import numpy as np

from skshallow._compat import Interval
from skshallow._estimators.parameters import CONSTRAINTS

# What each value of a list may be. How many units "auto" stands for is not to be chosen.
ALLOWED = {
    "alphas": [Interval(Real, 0, None, closed="left")],
    "n_h": [Interval(Integral, 1, None, closed="left")],
    "activation": CONSTRAINTS["activation"],
    "learning_rate": CONSTRAINTS["learning_rate"],
}


def is_list(value):
    """Whether a parameter is not one value but several, in whatever container."""
    return not isinstance(value, str | Real)


def check_choices(estimator):
    """Check the values to choose from, before any of them is tried.

    Parameters
    ----------
    estimator : OneHiddenLayerClassifierCV or OneHiddenLayerRegressorCV
        Its parameters are what they may be, but for what lists hold.

    Raises
    ------
    ValueError
        If a list is empty, not in one dimension, or holds what the parameter may not be.
    """
    for name, rules in ALLOWED.items():
        values = getattr(estimator, name)
        if not is_list(values):
            continue
        flat = getattr(values, "ndim", 1) == 1 and len(values) > 0
        if not (flat and all(_is_allowed(value, rules) for value in listed(values))):
            allowed = " or ".join(map(str, rules))
            raise ValueError(
                f"The {name!r} parameter of {type(estimator).__name__}, as a list, must be "
                f"one-dimensional and hold at least one value, each {allowed}. "
                f"Got {values!r} instead."
            )


def listed(values):
    """The values of a container, numbers also where they come as arrays of no dimension."""
    return [
        value[()] if isinstance(value, np.ndarray) and value.ndim == 0 else value
        for value in values
    ]


def _is_allowed(value, rules):
    # Integers may be beyond the range of floats.
    if isinstance(value, Integral) and value > sys.float_info.max:
        return False
    return any(rule.is_satisfied_by(value) for rule in rules)
