"""Limited-memory BFGS for a whole stack of parameter vectors at once.

Each network of the stack has a quasi-Newton method of its own; only the arithmetic is shared. With
the last m steps s and changes of gradient y as the rows of S and Y, the inverse Hessian's product
with a gradient g is taken from the compact representation (Byrd, Nocedal and Schnabel, 1994, (3.1)
with H₀ = γI): a few small products instead of the two-loop recursion's 4m vector operations, ::

    u = R⁻¹·S·g
    v = R⁻ᵀ·((D + γ·Y·Yᵀ)·u − γ·Y·g)
    H·g = γ·g + Sᵀ·v − γ·Yᵀ·u

where R is the upper triangle of S·Yᵀ, oldest first, and D its diagonal. R⁻¹ is kept up to date
instead of R: a new pair appends a column, and dropping the oldest pair drops its first row and
column. No product depends on the order of the pairs, so a new one simply takes the place of the
oldest. A pair that is not there is a row of zeros in S, Y and R⁻¹, and has no effect; so there is
no special case for the first m iterations or for a pair that was refused.
"""

from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from skshallow.solvers.base import Solver
from skshallow.solvers.line_search import search
from skshallow.stacks import row_dots

LOOSEST_TOL = 0.02


class LBFGS(Solver):
    """Limited-memory BFGS on all rows, with a line search for the weak Wolfe conditions.

    Parameters
    ----------
    memory : int, default=10
        How many past steps shape the next one; at least 1.
    max_evaluations : int, default=25
        The most evaluations of J in one line search; at least 1.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.solvers import LBFGS
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> clf = OneHiddenLayerClassifier(solver=LBFGS(memory=5), random_state=0).fit(X, y)
    >>> bool(clf.loss_curve_[-1] < clf.loss_curve_[0])
    True
    """

    full_batch = True
    _parameter_constraints: ClassVar[dict] = {
        "memory": [Interval(Integral, 1, None, closed="left")],
        "max_evaluations": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, memory: int = 10, max_evaluations: int = 25) -> None:
        self.memory = memory
        self.max_evaluations = max_evaluations

    def automatic_tol(self, params_per_row):
        """What ``tol="auto"`` stands for: the more parameters to a row, the sooner it ends.

        With fewer rows than parameters, iterations that gain less than 2 % mostly fit noise; the
        figure was chosen for the log loss on held-out rows of real tables.
        """
        return LOOSEST_TOL * min(1.0, params_per_row)

    def start(self, theta, learning_rate):
        """State before the first iteration: an empty memory, J not yet known."""
        n_networks, n_params = theta.shape
        m, dtype = self.memory, theta.dtype
        return {
            "value": None,
            "gradient": np.empty_like(theta),
            "stuck": np.zeros(n_networks, dtype=bool),
            "newest": -1,
            # Rows 0 to m − 1 are S, the others Y; both are overwritten in turn rather than moved.
            "pairs": np.zeros((n_networks, 2 * m, n_params), dtype),
            "inverse_r": np.zeros((n_networks, m, m), dtype),
            "diagonal": np.zeros((n_networks, m), dtype),
            "yy": np.zeros((n_networks, m, m), dtype),
            "gamma": np.zeros(n_networks, dtype),
        }

    def resume(self, state, learning_rate):
        """State with which to go on: J is computed anew, for the rows may be others."""
        return state | {"value": None, "stuck": np.zeros_like(state["stuck"])}

    def iterate(self, objective, theta, state, batches):
        """One quasi-Newton step; see :class:`~skshallow.solvers.base.Solver`.

        Where no step along the direction lowers J, the memory is forgotten. Where there was none,
        along the gradient that is, the network is stuck at the limit of rounding and stays there.
        """
        if state["value"] is None:
            state["value"] = objective.value_and_gradient(theta, state["gradient"])
        value, gradient = state["value"], state["gradient"]
        direction = self._direction(gradient, state)
        slope = row_dots(gradient, direction).astype(np.float64)
        fresh = state["gamma"] == 0
        active = ~state["stuck"] & (slope < 0)
        reached, new_gradient, new_value, found = search(
            objective, theta, gradient, value, direction, slope, active, self.max_evaluations
        )
        self._remember(state, reached - theta, new_gradient - gradient)
        if not found.all():
            state["stuck"] |= ~found & fresh
            self._forget(state, ~found)
        np.copyto(theta, reached)
        state["value"], state["gradient"] = new_value, new_gradient
        return value

    def _direction(self, gradient, state):
        m, inverse_r = self.memory, state["inverse_r"]
        along = np.matmul(state["pairs"], gradient[:, :, np.newaxis])
        s_g, y_g = along[:, :m], along[:, m:]
        gamma = state["gamma"][:, np.newaxis, np.newaxis]
        u = inverse_r @ s_g
        v = inverse_r.swapaxes(1, 2) @ (
            state["diagonal"][:, :, np.newaxis] * u + gamma * (state["yy"] @ u - y_g)
        )
        along[:, :m] = v
        np.multiply(u, -gamma, out=along[:, m:])
        direction = np.matmul(along.swapaxes(1, 2), state["pairs"])[:, 0]
        direction += _scale(gradient, state["gamma"])[:, np.newaxis] * gradient
        return np.negative(direction, out=direction)

    def _remember(self, state, s, y):
        m, pairs = self.memory, state["pairs"]
        state["newest"] = newest = (state["newest"] + 1) % m
        pairs[:, newest] = s
        pairs[:, m + newest] = y
        along = np.matmul(pairs, y[:, :, np.newaxis])[:, :, 0]
        s_y, y_y = along[:, :m], along[:, m:]
        curvature = s_y[:, newest].copy()
        lengths = np.sqrt(row_dots(s, s) * y_y[:, newest])
        accepted = curvature > np.finfo(s.dtype).eps * lengths
        np.divide(curvature, y_y[:, newest], out=state["gamma"], where=accepted)
        inverse = np.divide(1, curvature, out=np.zeros_like(curvature), where=accepted)
        if not accepted.all():
            refused = ~accepted
            pairs[refused, newest] = pairs[refused, m + newest] = along[refused] = 0
            curvature[refused] = 0
        state["diagonal"][:, newest] = curvature
        state["yy"][:, newest] = state["yy"][:, :, newest] = y_y

        # The pair that was in this place leaves R⁻¹ before the new one joins it.
        inverse_r = state["inverse_r"]
        inverse_r[:, newest] = inverse_r[:, :, newest] = 0
        column = np.matmul(inverse_r, s_y[:, :, np.newaxis])[:, :, 0]
        np.multiply(column, -inverse[:, np.newaxis], out=inverse_r[:, :, newest])
        inverse_r[:, newest, newest] = inverse

    @staticmethod
    def _forget(state, networks):
        # Without R⁻¹ the pairs have no effect.
        state["inverse_r"][networks] = 0
        state["gamma"][networks] = 0


def _scale(gradient, gamma):
    """γ, or without a memory what makes the first step one of length 1."""
    if gamma.all():
        return gamma
    length = np.sqrt(row_dots(gradient, gradient))
    return np.where(gamma > 0, gamma, 1 / np.where(length > 0, length, 1))
