"""Where the line search steps, seen by the points it evaluates J at."""

import numpy as np
import pytest

from helpers.problems import Quadratic, draw_problem
from skshallow.solvers._lbfgs import CURVATURE, DECREASE, search


class Lines:
    """A polynomial along each line, as an objective that notes where it is evaluated.

    Parameters
    ----------
    *coefficients : list of float
        Those of each polynomial, the constant first.
    """

    def __init__(self, *coefficients):
        self.functions = [np.polynomial.Polynomial(given) for given in coefficients]
        self.derivatives = [function.deriv() for function in self.functions]
        self.trials = [[] for _ in coefficients]
        self.members = range(len(coefficients))

    def take(self, members):
        part = Lines()
        part.__dict__.update(self.__dict__, members=[self.members[member] for member in members])
        return part

    def value_and_gradient(self, theta, gradient):
        for member, (step,) in zip(self.members, theta, strict=True):
            self.trials[member].append(step)
        gradient[:, 0] = self.of_each(self.derivatives, theta)
        return self.of_each(self.functions, theta)

    def of_each(self, functions, theta):
        pairs = zip(self.members, theta[:, 0], strict=True)
        return np.array([functions[member](step) for member, step in pairs])

    def search(self, max_evaluations=25, active=None):
        """Search along all lines from 0, in the direction of growing steps."""
        n, zero = len(self.functions), np.zeros((len(self.functions), 1))
        value, derivative = self.of_each(self.functions, zero), self.of_each(self.derivatives, zero)
        active = np.ones(n, bool) if active is None else np.array(active)
        start = zero, derivative[:, np.newaxis], value
        return search(self, *start, zero + 1, derivative, active, max_evaluations)


def integral(*coefficients):
    """The polynomial that is 0 at 0 and has this derivative."""
    return np.polynomial.Polynomial(coefficients).integ().coef


def by_minimum(lowest, other):
    """A cubic that is lowest at `lowest` and highest at `other`, falling at 0."""
    return integral(*np.sign(lowest - other) * np.array([lowest * other, -lowest - other, 1]))


def test_length_1_is_tried_first():
    lines = Lines([0.0, -1.0, 0.5])
    _, gradient, value, found = lines.search()
    assert lines.trials == [[1.0]]
    assert (gradient[0, 0], value[0], found[0]) == (0.0, -0.5, True)


@pytest.mark.parametrize(("lowest", "other"), [(0.3, -1.0), (0.4, 2.0), (0.15, -3.0)])
def test_too_long_a_step_is_cut_to_where_the_cubic_is_lowest(lowest, other):
    lines = Lines(by_minimum(lowest, other))
    theta, *_ = lines.search()
    assert lines.trials == [[1.0, pytest.approx(lowest, rel=1e-12)]]
    assert theta[0, 0] == lines.trials[0][-1]


@pytest.mark.parametrize(("fall", "enough"), [(2e-4, True), (0.5e-4, False)])
def test_a_fall_is_enough_from_a_ten_thousandth_of_what_the_derivative_promises(fall, enough):
    lines = Lines([0.0, -1.0, 1 - fall])
    lines.search()
    assert (len(lines.trials[0]) == 1) == enough


@pytest.mark.parametrize(("fall", "enough"), [(2e-4, True), (0.5e-4, False)])
def test_so_it_is_after_a_second_step(fall, enough):
    lines = Lines([0.0, -1.0])
    lines.functions[0] = lambda step: -fall * step if step < 1 else step
    lines.derivatives[0] = lambda step: -1.0 if step == 0 else 0.0
    lines.search()
    assert (len(lines.trials[0]) == 2) == enough


@pytest.mark.parametrize(("derivative", "enough"), [(-0.89, True), (-0.91, False)])
def test_a_derivative_is_small_enough_at_nine_tenths_of_the_one_at_the_start(derivative, enough):
    lines = Lines(integral(-1.0, 1 + derivative))
    lines.search()
    assert (len(lines.trials[0]) == 1) == enough


def test_while_the_loss_falls_steeply_the_step_grows_fourfold():
    lines = Lines([0.0, -100.0, 0.5])
    theta, *_ = lines.search()
    assert lines.trials == [[1.0, 4.0, 16.0]]
    assert theta[0, 0] == 16


def test_between_a_step_too_short_and_one_too_long_the_cubic_counts_too():
    lines = Lines(integral(-1, -0.45, 0.5))
    theta, *_ = lines.search()
    lowest = 0.45 + np.sqrt(0.45**2 + 2)
    assert lines.trials == [[1.0, 4.0, pytest.approx(lowest, rel=1e-12)]]
    assert theta[0, 0] == lines.trials[0][-1]


def test_the_next_step_keeps_a_tenth_of_the_bracket_away_from_its_lower_end():
    lines = Lines(by_minimum(0.02, -1.0))
    lines.search()
    np.testing.assert_allclose(lines.trials, [[1.0, 0.1, 0.02]], rtol=1e-12)


def test_where_the_loss_is_not_finite_the_bracket_is_halved():
    lines = Lines([0.0, -1.0, 2.0])
    polynomial = lines.functions[0]
    lines.functions[0] = lambda step: polynomial(step) if step < 0.3 else np.nan
    theta, _, value, found = lines.search()
    assert lines.trials == [[1.0, 0.5, 0.25]]
    assert (theta[0, 0], value[0], found[0]) == (0.25, -0.125, True)


def test_no_more_evaluations_than_allowed():
    rising = Lines([5.0, -1e-3, 1e4])
    _, _, value, found = rising.search(max_evaluations=2)
    assert len(rising.trials[0]) == 2
    assert (value[0], found[0]) == (5.0, False)


def test_a_lower_point_is_kept_though_a_longer_step_would_have_been_better():
    lines = Lines([0.0, -100.0, 0.5])
    theta, gradient, value, found = lines.search(max_evaluations=2)
    assert (theta[0, 0], gradient[0, 0], value[0], found[0]) == (4.0, -96.0, -392.0, True)


def test_a_fall_below_rounding_counts_as_low():
    """Else a network at its optimum would be searched in vain, for as long as is allowed."""
    lines = Lines([1.0, -1e-18])
    lines.functions[0] = lambda step: 1 + np.finfo(float).eps * (step > 0)
    lines.derivatives[0] = lambda step: -1e-18 * (step == 0)
    assert lines.search()[-1].tolist() == [True]
    assert lines.trials == [[1.0]]


def test_every_line_is_searched_until_it_is_done_and_no_longer():
    kinds = [
        [0.0, -1.0, 0.5],
        by_minimum(0.3, -1.0),
        [0.0, -100.0, 0.5],
        by_minimum(0.02, -1.0),
        [7.0, -1.0, 0.5],
    ]
    lines = Lines(*kinds)
    together = lines.search(active=[True, True, True, True, False])
    # The first trial is one of the whole stack.
    assert lines.trials[4] == [1.0]
    assert (together[0][4, 0], together[2][4], together[3][4]) == (0.0, 7.0, False)
    for row, coefficients in enumerate(kinds[:4]):
        alone = Lines(coefficients)
        for ours, expected in zip(together, alone.search(), strict=True):
            np.testing.assert_array_equal(ours[row], expected[0])
        assert lines.trials[row] == alone.trials[0]


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_line_search_ends_with_the_weak_wolfe_conditions(scale):
    objective, theta = draw_problem("multiclass", n_networks=6, n_samples=30, n_h=4)
    gradient = np.empty_like(theta)
    value = objective.value_and_gradient(theta, gradient)
    direction = -scale * gradient
    derivative = (gradient * direction).sum(axis=1)
    reached, there, lower, found = search(
        objective, theta, gradient, value, direction, derivative, np.ones(6, bool), 40
    )
    step = (reached - theta)[:, 0] / direction[:, 0]
    assert found.all()
    assert (lower <= value + DECREASE * step * derivative + 1e-14).all()
    assert ((there * direction).sum(axis=1) >= CURVATURE * derivative).all()
    check = np.empty_like(theta)
    np.testing.assert_allclose(objective.value_and_gradient(reached, check), lower, rtol=1e-12)
    np.testing.assert_allclose(check, there, rtol=1e-9, atol=1e-14)


def test_line_search_survives_values_that_are_not_finite():
    class Cliff(Quadratic):
        def value_and_gradient(self, theta, gradient, batch=None):
            value = super().value_and_gradient(theta, gradient)
            gradient[theta[:, 0] > 2] = np.nan
            return np.where(theta[:, 0] > 2, np.nan, value)

    cliff, theta = Cliff([1.0], [1.9]), np.zeros((1, 1))
    reached, _, value, found = search(
        cliff,
        theta,
        np.array([[-1.9]]),
        np.array([1.805]),
        np.full((1, 1), 1e3),
        np.array([-1900.0]),
        np.ones(1, bool),
        40,
    )
    assert found.all()
    assert 0 < reached[0, 0] <= 2
    assert value[0] < 1.805
