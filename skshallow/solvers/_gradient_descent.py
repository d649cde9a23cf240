"""Gradient descent, on all samples or on mini-batches."""

from numbers import Real
from typing import ClassVar

import numpy as np

from skshallow._compat import Interval
from skshallow.solvers._base import FirstOrderSolver
from skshallow.solvers._schedules import Schedule


class GradientDescent(FirstOrderSolver):
    """Full-batch gradient descent, one step an iteration.

    ::

        θ ← θ − learning_rate · ∇J(θ)

    Parameters
    ----------
    schedule : Schedule or None, default=None
        How the learning rate changes from step to step; None for a constant one.

    See Also
    --------
    SGD : The same on mini-batches, with momentum.
    LBFGS : Needs fewer steps, and no learning rate.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import GradientDescent
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> clf = OneHiddenLayerClassifier(solver=GradientDescent(), max_iter=5, tol=0, random_state=0)
    >>> len(clf.fit(X, y).loss_curve_)
    5
    """

    full_batch = True
    default_learning_rate = 0.5
    _parameter_constraints: ClassVar[dict] = {"schedule": [Schedule, None]}

    def __init__(self, schedule: Schedule | None = None) -> None:
        self.schedule = schedule

    def step(self, theta, gradient, state, rate):
        """Move against the gradient."""
        gradient *= rate
        theta -= gradient


class SGD(FirstOrderSolver):
    """Stochastic gradient descent on mini-batches, with momentum.

    ::

        v ← momentum · v − learning_rate · g
        θ ← θ + v                                    plain
        θ ← θ + momentum · v − learning_rate · g     Nesterov's

    Parameters
    ----------
    momentum : float, default=0.9
        How much of the last step is kept, in [0, 1).
    nesterov : bool, default=True
        Whether the gradient counts as taken where the momentum leads (Sutskever et al., 2013).
    average : float, default=0.1
        The weights that are judged and returned are a mean of those of the last steps, of about
        this share of all steps so far, in [0, 1); 0 for those of the last step.
    schedule : Schedule or None, default=None
        How the learning rate changes from step to step; None for a constant one.

    See Also
    --------
    Adam : Steps scaled by running means of squared gradients.
    GradientDescent : Steps on all samples.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import SGD
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> clf = OneHiddenLayerClassifier(solver=SGD(momentum=0.5), max_iter=5, tol=0, random_state=0)
    >>> len(clf.fit(X, y).loss_curve_)
    5
    """

    default_learning_rate = 0.05
    _parameter_constraints: ClassVar[dict] = {
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "nesterov": ["boolean"],
        "average": [Interval(Real, 0, 1, closed="left")],
        "schedule": [Schedule, None],
    }

    def __init__(
        self,
        momentum: float = 0.9,
        nesterov: bool = True,
        average: float = 0.1,
        schedule: Schedule | None = None,
    ) -> None:
        self.momentum = momentum
        self.nesterov = nesterov
        self.average = average
        self.schedule = schedule

    def start(self, theta):
        """State before the first epoch: no velocity yet."""
        return super().start(theta) | {"velocity": np.zeros_like(theta)}

    def step(self, theta, gradient, state, rate):
        """Move by the velocity, or where it leads."""
        velocity = state["velocity"]
        gradient *= rate
        velocity *= self.momentum
        velocity -= gradient
        if self.nesterov:
            theta -= gradient
            np.multiply(velocity, self.momentum, out=gradient)
            theta += gradient
        else:
            theta += velocity
