"""Gradient descent with and without momentum is its formula."""

import numpy as np
import pytest

from helpers.problems import Quadratic, run
from skshallow.solvers import SGD, GradientDescent


def test_gradient_descent_is_its_formula():
    bowl, theta = Quadratic([1.0, 2.0], [1.0, 1.0]), np.array([[3.0, -2.0]])
    moved, _ = run(GradientDescent(), bowl, theta, 1, rate=0.3)
    np.testing.assert_allclose(moved, theta - 0.3 * bowl.gradient(theta))


@pytest.mark.parametrize("nesterov", [True, False])
def test_momentum_is_its_formula(nesterov):
    bowl, theta = Quadratic([1.0, 2.0], [1.0, 1.0]), np.array([[3.0, -2.0]])
    moved, _ = run(SGD(momentum=0.8, nesterov=nesterov), bowl, theta, 6, rate=0.1)
    velocity = 0
    for _ in range(6):
        step = 0.1 * bowl.gradient(theta)
        velocity = 0.8 * velocity - step
        theta = theta + (0.8 * velocity - step if nesterov else velocity)
    np.testing.assert_allclose(moved, theta, rtol=1e-12)
