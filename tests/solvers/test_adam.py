"""Adam is its paper's algorithm."""

import numpy as np

from helpers.problems import Quadratic, run
from skshallow.solvers import Adam


def test_adam_is_algorithm_1_of_its_paper():
    bowl, theta = Quadratic([1.0, 2.0], [1.0, 1.0]), np.array([[3.0, -2.0]])
    moved, _ = run(Adam(beta_1=0.8, beta_2=0.99, epsilon=1e-3), bowl, theta, 7, rate=0.1)
    m = v = 0
    for t in range(1, 8):
        g = bowl.gradient(theta)
        m, v = 0.8 * m + 0.2 * g, 0.99 * v + 0.01 * g**2
        theta = theta - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-3)
    np.testing.assert_allclose(moved, theta, rtol=1e-12)
