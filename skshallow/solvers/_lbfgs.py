"""Limited-memory BFGS for a whole stack of parameter vectors at once.

Each network of the stack has a quasi-Newton method of its own; only the arithmetic is shared. With
the last m steps s and changes of the gradient y as the rows of S and Y, the product of the inverse
Hessian with a gradient g is taken from the compact representation (Byrd, Nocedal and Schnabel,
1994, (3.1) with H₀ = γI): a few small products instead of the 4m vector operations of the two-loop
recursion, ::

    u = R⁻¹·S·g
    v = R⁻ᵀ·((D + γ·Y·Yᵀ)·u − γ·Y·g)
    H·g = γ·g + Sᵀ·v − γ·Yᵀ·u

where R is the upper triangle of S·Yᵀ, oldest first, and D its diagonal. R⁻¹ is kept up to date
instead of R: a new pair appends a column, and dropping the oldest pair drops its first row and
column. No product depends on the order of the pairs, so a new one simply takes the place of the
oldest. A pair that is not there is a row of zeros in S, Y and R⁻¹, and has no effect.

The line search is for the weak Wolfe conditions, by the bracketing of Lewis and Overton (2013): a
step that does not lower J enough bounds the next one from above, a step after which J still falls
steeply bounds it from below. The next one is where a cubic through both ends is lowest.
"""

from numbers import Integral
from typing import ClassVar

import numpy as np

from skshallow._compat import Interval
from skshallow.solvers._base import Solver
from skshallow.solvers._steep_penalties import InUnits, suitable_units
from skshallow.solvers._underflow import flush, flush_weights

# The weak Wolfe conditions: how much of the expected decrease, and how flat J has to be.
DECREASE = 1e-4
CURVATURE = 0.9
# Between two values of J that differ by no more than rounding, neither is taken for the lower one.
ROUNDING = 8
# The next step keeps this share of the bracket away from its lower end; without an upper, it grows.
MARGIN, GROWTH = 0.1, 4.0


class LBFGS(Solver):
    """Limited-memory BFGS on all samples, with a line search for the weak Wolfe conditions.

    The search (Lewis and Overton, 2013) ends for functions with kinks, too, as with ReLU units.

    Parameters
    ----------
    memory : int, default=10
        How many past steps shape the next one; at least 1.
    max_evaluations : int, default=25
        The most evaluations of J in one line search; at least 1.

    See Also
    --------
    Adam : Steps on mini-batches, for large tables.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier, solvers
    >>> X, y = make_moons(100, noise=0.2, random_state=0)
    >>> clf = OneHiddenLayerClassifier(solver=solvers.LBFGS(memory=5)).fit(X, y)
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

    def automatic_tol(self, params_per_sample, loosest):
        """What ``tol="auto"`` stands for: the more parameters per sample, the sooner it ends.

        With fewer samples than parameters, iterations that gain little mostly fit noise.
        """
        return loosest * min(1.0, params_per_sample)

    def start(self, theta):
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

    def resume(self, state):
        """State with which to go on: J is computed anew, for the samples may be others."""
        return state | {"value": None, "stuck": np.zeros_like(state["stuck"])}

    def last_value(self, state):
        """J after the last iteration, shape (K,)."""
        return state["value"]

    def iterate(self, objective, theta, state, batches, rates):
        """One quasi-Newton step; see :class:`~skshallow.solvers.Solver`.

        Where no step along the direction lowers J, the memory is forgotten. Where there was none,
        along the gradient that is, the network is stuck at the limit of rounding and stays there.
        """
        if state["value"] is None:
            self._choose_units(objective, state)
        if "units" not in state:
            return self._step(objective, theta, state)
        scaled = theta / state["units"]
        value = self._step(InUnits(objective, state["units"]), scaled, state)
        np.multiply(scaled, state["units"], out=theta)
        return value

    def _choose_units(self, objective, state):
        """Choose the units of steps and gradients, and forget those in other units."""
        former, units = state.pop("units", None), suitable_units(objective.decay)
        if units is not None:
            state["units"] = units
        if not np.array_equal(former, units):
            self._forget(state, slice(None))

    def _step(self, objective, theta, state):
        if state["value"] is None:
            state["value"] = objective.value_and_gradient(theta, state["gradient"])
            flush(state["gradient"])
        value, gradient = state["value"], state["gradient"]
        direction = self._direction(gradient, state)
        derivative = _row_dots(gradient, direction).astype(np.float64)
        fresh = state["gamma"] == 0
        active = ~state["stuck"] & (derivative < 0)
        reached, new_gradient, new_value, found = search(
            objective, theta, gradient, value, direction, derivative, active, self.max_evaluations
        )
        flush(reached, new_gradient)
        self._remember(state, reached - theta, new_gradient - gradient)
        if not found.all():
            state["stuck"] |= ~found & fresh
            self._forget(state, ~found)
        np.copyto(theta, reached)
        if state["newest"] == self.memory - 1:
            flush_weights(theta)
        state["value"], state["gradient"] = new_value, new_gradient
        return value

    @staticmethod
    def _forget(state, networks):
        # Without R⁻¹ the pairs have no effect.
        state["inverse_r"][networks] = 0
        state["gamma"][networks] = 0

    def _direction(self, gradient, state):
        m, inverse_r = self.memory, state["inverse_r"]
        along = np.matmul(state["pairs"], gradient[:, :, np.newaxis])
        s_g, y_g = along[:, :m], along[:, m:]
        gamma = state["gamma"]
        u = inverse_r @ s_g
        v = inverse_r.swapaxes(1, 2) @ (
            state["diagonal"][:, :, np.newaxis] * u
            + gamma[:, np.newaxis, np.newaxis] * (state["yy"] @ u - y_g)
        )
        along[:, :m] = v
        np.multiply(u, -gamma[:, np.newaxis, np.newaxis], out=along[:, m:])
        direction = np.matmul(along.swapaxes(1, 2), state["pairs"])[:, 0]
        scale = gamma
        if not gamma.all():
            # Without a memory the first step has length 1, in whatever units.
            length = np.linalg.norm(gradient * state.get("units", 1), axis=1)
            scale = np.where(gamma > 0, gamma, 1 / np.where(length > 0, length, 1))
        direction += scale[:, np.newaxis] * gradient
        return np.negative(direction, out=direction)

    def _remember(self, state, s, y):
        m, pairs = self.memory, state["pairs"]
        state["newest"] = newest = (state["newest"] + 1) % m
        pairs[:, newest] = s
        pairs[:, m + newest] = y
        along = np.matmul(pairs, y[:, :, np.newaxis])[:, :, 0]
        s_y, y_y = along[:, :m], along[:, m:]
        curvature = s_y[:, newest].copy()
        lengths = np.sqrt(_row_dots(s, s) * y_y[:, newest])
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


def search(objective, theta, gradient, value, direction, derivative, active, max_evaluations):
    """Find a step along each line, trying length 1 first.

    Parameters
    ----------
    objective : Objective
        Gives J and its gradient.
    theta, gradient, direction : ndarray of shape (K, n_params)
        Where the lines start, the gradient of J there, and where the lines lead.
    value, derivative : ndarray of shape (K,)
        J at the start, and its derivative along the lines there.
    active : ndarray of bool, shape (K,)
        The lines to search; their derivatives are negative.
    max_evaluations : int
        The most evaluations for a line.

    Returns
    -------
    theta, gradient : ndarray of shape (K, n_params)
        The points found and the gradients there; where none was found, the start.
    value : ndarray of shape (K,)
        J there.
    found : ndarray of bool, shape (K,)
        False where no evaluated point was lower than the start.
    """
    if not active.any():
        return theta.copy(), gradient.copy(), value.copy(), active
    slack = ROUNDING * np.finfo(theta.dtype).eps * np.abs(value)
    # Most lines end here, and the whole stack takes fewer copies than some of its rows.
    best = theta + direction, np.empty_like(theta)
    best = *best, objective.value_and_gradient(*best)
    slope = _row_dots(best[1], direction)
    found = active & (best[2] <= value + DECREASE * derivative + slack)
    done = found & (slope >= CURVATURE * derivative)
    if done.all():
        return (*best, found)
    # Of each line a step, J there, and the derivative along the line.
    start = np.stack([np.zeros(len(theta)), value, derivative])
    here = np.stack([np.ones(len(theta)), best[2], slope])
    lines = np.flatnonzero(active & ~done)
    lower = np.where(found, here, start)[:, lines]
    upper = np.where(found, np.inf, here)[:, lines]
    n_evaluations = 1
    while len(lines) and n_evaluations < max_evaluations:
        n_evaluations += 1
        step, along = _next_step(lower, upper), direction[lines]
        moved = step[:, np.newaxis].astype(theta.dtype) * along
        points = theta[lines] + moved, np.empty_like(along)
        points = *points, objective.take(lines).value_and_gradient(*points)
        here = np.stack([step, points[2], _row_dots(points[1], along)])
        low = here[1] <= value[lines] + DECREASE * step * derivative[lines] + slack[lines]
        for target, source in zip(best, points, strict=True):
            target[lines[low]] = source[low]
        found[lines[low]] = True
        rest = ~(low & (here[2] >= CURVATURE * derivative[lines]))
        lower = np.where(low, here, lower)[:, rest]
        upper = np.where(low, upper, here)[:, rest]
        lines = lines[rest]
    if not found.all():
        for target, source in zip(best, (theta, gradient, value), strict=True):
            target[~found] = source[~found]
    return (*best, found)


def _next_step(lower, upper):
    width = upper[0] - lower[0]
    with np.errstate(all="ignore"):
        cubic = _cubic_minimum(lower, upper)
        # With J no lower at the upper end, it is never beyond two thirds of the bracket.
        inside = np.where(
            np.isfinite(cubic), np.maximum(cubic, lower[0] + MARGIN * width), lower[0] + width / 2
        )
    return np.where(np.isfinite(width), inside, GROWTH * lower[0])


def _cubic_minimum(a, b):
    """Where the cubic with the values and derivatives of both points is lowest.

    Nocedal and Wright, Numerical Optimization (2006), (3.59); not finite where there is no such
    point or J was not finite.
    """
    (step_a, value_a, derivative_a), (step_b, value_b, derivative_b) = a, b
    first = derivative_a + derivative_b - 3 * (value_a - value_b) / (step_a - step_b)
    second = np.sqrt(first**2 - derivative_a * derivative_b)
    share = (derivative_b + second - first) / (derivative_b - derivative_a + 2 * second)
    return step_b - (step_b - step_a) * share


def _row_dots(a, b):
    """Inner product of each row of `a` with that of `b`, both (K, n): shape (K,)."""
    return np.matmul(a[:, np.newaxis], b[:, :, np.newaxis])[:, 0, 0]
