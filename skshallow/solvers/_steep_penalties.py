"""Parameters in other units, where penalties bend J far more than the samples do.

The Hessian of J is then about α/S at weights, and at biases, which are not penalised, about 1. From
the scale that a quasi-Newton method takes from weights, biases hardly move, and by the time that it
has learned theirs, training has ended for want of a gain. With weights in units of √(S/α) both are
of one size.
"""

import numpy as np

# Penalties of less than this bend J about as much as standardised samples do. Those of usual
# strength, up to 100 for 30 samples or more, are not steep: their training needs no units.
STEEP = 10.0


def suitable_units(decay):
    """Units in which no penalty is steep: powers of two, so that changing them rounds nothing.

    Parameters
    ----------
    decay : ndarray of shape (K, n_params)
        Second derivatives of the penalties.

    Returns
    -------
    units : ndarray of shape (K, n_params) or None
        All 1 for a network without a steep penalty; None if no network has one.
    """
    steep = decay > STEEP
    if not steep.any():
        return None
    exponents = np.where(steep, np.ceil(np.log2(np.where(steep, decay, 1)) / 2), 0)
    return np.ldexp(np.ones_like(decay), -exponents.astype(np.int64))


class InUnits:
    """An objective of parameters in units of their own.

    Parameters
    ----------
    objective : Objective
        Of parameters in units of 1.
    units : ndarray of shape (K, n_params)
        How much 1 is in those.
    """

    def __init__(self, objective, units):
        self._objective = objective
        self._units = units

    def value_and_gradient(self, theta, gradient):
        """J, shape (K,), at `theta`, whose gradient goes into `gradient`."""
        value = self._objective.value_and_gradient(theta * self._units, gradient)
        gradient *= self._units
        return value

    def take(self, networks):
        """The objective of some of the networks."""
        return InUnits(self._objective.take(networks), self._units[networks])
