"""Adam: steps scaled by running means of the gradient and of its square."""

import math
from numbers import Real
from typing import ClassVar

import numpy as np

from skshallow._compat import Interval
from skshallow._kernels import kernels_in_use
from skshallow.solvers._base import FirstOrderSolver
from skshallow.solvers._schedules import Schedule


class Adam(FirstOrderSolver):
    """Adam on mini-batches (Kingma and Ba, 2015).

    With running means m of the gradient and v of its square, both corrected for having started at
    zero, ::

        θ ← θ − learning_rate · m / (√v + epsilon)

    Parameters
    ----------
    beta_1 : float, default=0.9
        Memory of the gradient's mean, in [0, 1).
    beta_2 : float, default=0.999
        Memory of the squared gradient's mean, in [0, 1).
    epsilon : float, default=1e-8
        Keeps the divisor from zero; above 0.
    average : float, default=0.1
        The weights that are judged and returned are a mean of those of the last steps, of about
        this share of all steps so far, in [0, 1); 0 for those of the last step.
    schedule : Schedule or None, default=None
        How the learning rate changes from step to step; None for a constant one.

    See Also
    --------
    SGD : Steps that are not scaled, with momentum.
    LBFGS : Steps on all samples, without a learning rate.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import Adam
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> clf = OneHiddenLayerClassifier(solver=Adam(beta_2=0.99), max_iter=5, tol=0, random_state=0)
    >>> len(clf.fit(X, y).loss_curve_)
    5
    """

    default_learning_rate = 0.01
    scale_free = True
    _parameter_constraints: ClassVar[dict] = {
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "average": [Interval(Real, 0, 1, closed="left")],
        "schedule": [Schedule, None],
    }

    def __init__(
        self,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        average: float = 0.1,
        schedule: Schedule | None = None,
    ) -> None:
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.average = average
        self.schedule = schedule

    def start(self, theta):
        """State before the first epoch: both means at zero."""
        return super().start(theta) | {
            "mean": np.zeros_like(theta),
            "square": np.zeros_like(theta),
        }

    def step(self, theta, gradient, state, rate):
        """Move by the scaled mean of the gradients.

        The means are kept without their factors 1 − β, which then need not be multiplied in: one
        factor for the whole step makes up for them. Where there are compiled kernels, all of it is
        one pass over the parameters.
        """
        mean, square, n_steps = state["mean"], state["square"], state["n_steps"]
        mean_factor = (1 - self.beta_1) / (1 - self.beta_1**n_steps)
        root_factor = math.sqrt((1 - self.beta_2) / (1 - self.beta_2**n_steps))
        epsilon, factor = float(self.epsilon / root_factor), float(mean_factor / root_factor)
        if kernels := kernels_in_use():
            numbers = self.beta_1, self.beta_2, epsilon, factor
            kernels.adam(numbers, rate, theta, gradient, mean, square)
            return
        mean *= self.beta_1
        mean += gradient
        gradient *= gradient
        square *= self.beta_2
        square += gradient
        np.sqrt(square, out=gradient)
        gradient += epsilon
        np.divide(mean, gradient, out=gradient)
        gradient *= rate * theta.dtype.type(factor)
        theta -= gradient
