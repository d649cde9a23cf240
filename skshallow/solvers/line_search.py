"""A line search for the weak Wolfe conditions, for a whole stack of lines at once.

The bracketing of Lewis and Overton (2013): a step that does not lower J enough bounds the next one
from above, a step after which J still falls steeply bounds it from below. It ends for smooth
functions and, unlike searches for the strong conditions, also for those with kinks, as networks of
rectified units are. Inside the bracket the next step is where a cubic through both ends is lowest.
"""

from typing import NamedTuple

import numpy as np

from skshallow.stacks import row_dots

DECREASE = 1e-4
CURVATURE = 0.9
# Between two values of J that differ by no more than rounding, neither is taken for the lower one.
ROUNDING = 8
# The next step keeps this share of the bracket away from its lower end; without an upper, it grows.
MARGIN = 0.1
GROWTH = 4.0


def search(objective, theta, gradient, value, direction, slope, active, max_evaluations):
    """Find a step along each line, trying length 1 first.

    Parameters
    ----------
    objective : Objective
        Gives J and its gradient.
    theta, gradient : ndarray of shape (K, n_params)
        Where the lines start, and the gradient of J there.
    value : ndarray of shape (K,)
        J there.
    direction : ndarray of shape (K, n_params)
        Where the lines lead.
    slope : ndarray of shape (K,)
        The derivative of J along them, at the start.
    active : ndarray of bool, shape (K,)
        The lines to search; their slopes are negative.
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
    best = _evaluate(objective, theta + direction)
    here = Point(np.ones(len(theta)), best[2], _slope(best[1], direction))
    found = active & (here.value <= value + DECREASE * slope + slack)
    done = found & (here.slope >= CURVATURE * slope)
    if done.all():
        return (*best, found)
    lines = np.flatnonzero(active & ~done)
    if len(lines):
        start = Point(np.zeros(len(theta)), value, slope)
        lower = start.replaced(found, here).take(lines)
        upper = Point(*np.full((3, len(theta)), np.inf)).replaced(~found, here).take(lines)
    for _ in range(max_evaluations - 1 if len(lines) else 0):
        step = _next_step(lower, upper)
        along, fall = direction[lines], slope[lines]
        trial = theta[lines] + step[:, np.newaxis].astype(theta.dtype) * along
        points = _evaluate(objective.take(lines), trial)
        here = Point(step, points[2], _slope(points[1], along))
        low = here.value <= value[lines] + DECREASE * step * fall + slack[lines]
        for target, source in zip(best, points, strict=True):
            target[lines[low]] = source[low]
        found[lines[low]] = True
        rest = ~(low & (here.slope >= CURVATURE * fall))
        if not rest.any():
            break
        lower, upper = lower.replaced(low, here).take(rest), upper.replaced(~low, here).take(rest)
        lines = lines[rest]
    if not found.all():
        for target, source in zip(best, (theta, gradient, value), strict=True):
            target[~found] = source[~found]
    return (*best, found)


def _evaluate(objective, theta):
    gradient = np.empty_like(theta)
    return theta, gradient, objective.value_and_gradient(theta, gradient)


def _slope(gradient, direction):
    return row_dots(gradient, direction).astype(np.float64, copy=False)


class Point(NamedTuple):
    """Where a step along each line leads: its length, J there, and the derivative along the line.

    Each is an array of shape (number of lines,).
    """

    step: np.ndarray
    value: np.ndarray
    slope: np.ndarray

    def take(self, lines):
        """Only some of the lines."""
        return Point(*(column[lines] for column in self))

    def replaced(self, mask, other):
        """The columns of `other` where `mask`, else these."""
        return Point(*(np.where(mask, new, old) for old, new in zip(self, other, strict=True)))


def _next_step(lower, upper):
    width = upper.step - lower.step
    with np.errstate(all="ignore"):
        cubic = _cubic_minimum(lower, upper)
        # With J no lower at the upper end, it is never beyond two thirds of the bracket.
        inside = np.where(
            np.isfinite(cubic),
            np.maximum(cubic, lower.step + MARGIN * width),
            lower.step + width / 2,
        )
    return np.where(np.isfinite(width), inside, GROWTH * lower.step)


def _cubic_minimum(a, b):
    """Where the cubic with the values and slopes of both points is lowest.

    Nocedal and Wright, Numerical Optimization (2006), (3.59); not finite where there is no such
    point or J was not finite.
    """
    first = a.slope + b.slope - 3 * (a.value - b.value) / (a.step - b.step)
    second = np.sqrt(first**2 - a.slope * b.slope)
    share = (b.slope + second - first) / (b.slope - a.slope + 2 * second)
    return b.step - (b.step - a.step) * share
