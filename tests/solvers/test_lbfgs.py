"""What L-BFGS remembers, what it refuses to, and when it gives up."""

import numpy as np
import pytest
from scipy.optimize import minimize

from helpers.cases import every_kind
from helpers.problems import ALL_SAMPLES, Quadratic, draw_problem, run
from skshallow.solvers import LBFGS


class Separable:
    """J = Σ f(x), as an objective for every network."""

    decay = np.zeros((1, 1))

    def __init__(self, function, derivative):
        self.function, self.derivative = function, derivative

    def take(self, networks):
        return self

    def value_and_gradient(self, theta, gradient, batch=None):
        gradient[...] = self.derivative(theta)
        return self.function(theta).sum(axis=1)


CONE = Separable(
    lambda x: np.where(np.abs(x) < 1, x**2 / 2, np.abs(x) - 0.5), lambda x: np.clip(x, -1, 1)
)
WAVE = Separable(np.cos, lambda x: -np.sin(x))


def start(solver, theta):
    theta = np.array(theta)
    return theta, solver.start(theta)


def two_loop(pairs, gradient):
    """The direction of the textbook (Nocedal and Wright, 2006, algorithm 7.4)."""
    if not pairs:
        return -gradient / np.linalg.norm(gradient)
    q, alphas = gradient.copy(), []
    for s, y in reversed(pairs):
        alphas.append(s @ q / (y @ s))
        q -= alphas[-1] * y
    s, y = pairs[-1]
    q *= (s @ y) / (y @ y)
    for (s, y), alpha in zip(pairs, reversed(alphas), strict=True):
        q += s * (alpha - y @ q / (y @ s))
    return -q


@pytest.mark.parametrize("memory", [1, 3, 10])
def test_lbfgs_direction_is_the_two_loop_recursion(memory):
    objective, theta = draw_problem(n_samples=30)
    solver, pairs, directions = LBFGS(memory=memory), [], []
    state = solver.start(theta)
    for _ in range(8):
        before, old_gradient = theta.copy(), np.empty_like(theta)
        objective.value_and_gradient(theta, old_gradient)
        solver.iterate(objective, theta, state, ALL_SAMPLES, None)
        gradient = state["gradient"]
        pairs = [*pairs, ((theta - before)[0], (gradient - old_gradient)[0])][-memory:]
        directions.append((solver._direction(gradient, state)[0], two_loop(pairs, gradient[0])))
    for ours, textbook in directions:
        np.testing.assert_allclose(ours, textbook, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize("derivative", [0.2, 30.0])
def test_the_first_step_tried_is_of_length_1(derivative):
    solver = LBFGS(max_evaluations=1)
    objective = Separable(lambda x: derivative * x, lambda x: np.full_like(x, derivative))
    theta, state = start(solver, [[3.0, -1.0]])
    solver.iterate(objective, theta, state, ALL_SAMPLES, None)
    np.testing.assert_allclose(theta[0], [3 - np.sqrt(0.5), -1 - np.sqrt(0.5)], rtol=1e-14)


@pytest.mark.parametrize(
    ("objective", "begin"),
    [(CONE, [[4.0, 3.0], [0.6, -0.3]]), (WAVE, [[0.1, 0.01], [2.0, 4.0]])],
    ids=["no curvature", "negative curvature"],
)
def test_a_pair_without_positive_curvature_is_left_out(objective, begin):
    """The first network of the stack begins where it meets some, the other where it does not."""
    solver = LBFGS(max_evaluations=1)
    theta, state = start(solver, begin)
    pairs, refused = [[], []], [0, 0]
    for _ in range(8):
        before, old = theta.copy(), objective.derivative(theta)
        solver.iterate(objective, theta, state, ALL_SAMPLES, None)
        gradient = objective.derivative(theta)
        for row, (s, y) in enumerate(zip(theta - before, gradient - old, strict=True)):
            if not s.any():
                pairs[row] = []
            elif s @ y > 0:
                pairs[row].append((s, y))
            else:
                refused[row] += 1
        directions = solver._direction(gradient, state)
        for row in range(2):
            if gradient[row].any():
                expected = two_loop(pairs[row], gradient[row])
                np.testing.assert_allclose(directions[row], expected, rtol=1e-6, atol=1e-12)
    assert refused[0] > 0 < len(pairs[0])
    assert refused[1] == 0


class Walled(Quadratic):
    """A bowl, around which a wall may rise: wherever one steps, J is infinite then."""

    wall = False

    def value_and_gradient(self, theta, gradient, batch=None):
        value = super().value_and_gradient(theta, gradient)
        return np.full_like(value, np.inf) if self.wall else value


def after_three_iterations():
    bowl, solver = Walled([1.0, 10.0, 3.0], [3.0, -1.0, 2.0]), LBFGS()
    theta, state = start(solver, [[0.0, 0.0, 0.0]])
    for _ in range(3):
        solver.iterate(bowl, theta, state, ALL_SAMPLES, None)
    return bowl, solver, theta, state


def test_where_no_step_is_lower_the_next_one_is_along_the_gradient():
    bowl, solver, theta, state = after_three_iterations()
    before, gradient = theta.copy(), np.empty_like(theta)
    value = bowl.value_and_gradient(theta, gradient)
    bowl.wall = True
    assert solver.iterate(bowl, theta, state, ALL_SAMPLES, None) == value
    np.testing.assert_array_equal(theta, before)
    bowl.wall = False
    assert solver.iterate(bowl, theta, state, ALL_SAMPLES, None) == value
    step = theta - before
    assert bowl.value_and_gradient(theta, np.empty_like(theta)) < value
    np.testing.assert_allclose(step / np.linalg.norm(step), -gradient / np.linalg.norm(gradient))


def test_where_no_step_along_the_gradient_is_lower_it_stays_until_resumed():
    bowl, solver, theta, state = after_three_iterations()
    before = theta.copy()
    bowl.wall = True
    for _ in range(2):
        solver.iterate(bowl, theta, state, ALL_SAMPLES, None)
    bowl.wall = False
    evaluations = bowl.evaluations
    for _ in range(2):
        solver.iterate(bowl, theta, state, ALL_SAMPLES, None)
    assert bowl.evaluations == evaluations
    np.testing.assert_array_equal(theta, before)
    state = solver.resume(state)
    for _ in range(40):
        solver.iterate(bowl, theta, state, ALL_SAMPLES, None)
    np.testing.assert_allclose(theta[0], bowl.target, atol=1e-6)


def test_a_pair_without_curvature_is_not_remembered():
    draw = np.random.RandomState(0).standard_normal
    solver = LBFGS(memory=4)
    _, state = start(solver, np.zeros((2, 5)))
    first, gradient = draw((2, 5)), draw((2, 5))
    solver._remember(state, first.copy(), 2 * first)
    before = solver._direction(gradient, state)
    second = draw((2, 5))
    # The gradient of the first network falls along the step, as on the top of a hill.
    solver._remember(state, second.copy(), second * np.array([[-3.0], [3.0]]))
    after = solver._direction(gradient, state)
    np.testing.assert_allclose(after[0], before[0], rtol=1e-12)
    pairs = [(first[1], 2 * first[1]), (second[1], 3 * second[1])]
    np.testing.assert_allclose(after[1], two_loop(pairs, gradient[1]), rtol=1e-10)


@every_kind
def test_lbfgs_reaches_the_optimum_that_scipy_reaches(kind):
    objective, theta = draw_problem(kind, n_samples=60, n_h=4, alpha=[1.0])

    def value_and_gradient(x):
        gradient = np.empty((1, len(x)))
        return objective.value_and_gradient(x[np.newaxis], gradient)[0], gradient[0]

    expected = minimize(
        value_and_gradient,
        theta[0],
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 2000, "maxfun": 4000, "ftol": 0, "gtol": 1e-10},
    )
    _, losses = run(LBFGS(), objective, theta, 600)
    assert losses[-1, 0] == pytest.approx(expected.fun, rel=1e-8)


def test_lbfgs_never_raises_the_loss():
    objective, theta = draw_problem("multiclass", "relu", n_networks=5, n_samples=40, n_h=6)
    _, losses = run(LBFGS(), objective, theta, 200)
    rounding = 1e-14 * np.abs(losses[:-1])
    assert (np.diff(losses, axis=0) <= rounding).all()


def test_lbfgs_takes_about_one_evaluation_an_iteration():
    objective, theta = draw_problem(n_samples=60, n_h=4, alpha=[1.0])
    evaluations = []
    evaluate = objective.value_and_gradient
    objective.value_and_gradient = lambda *args: evaluations.append(1) or evaluate(*args)
    objective.take = lambda networks: objective
    run(LBFGS(), objective, theta, 50)
    assert len(evaluations) <= 65


def test_lbfgs_stays_where_nothing_is_lower():
    bowl = Quadratic([1.0, 2.0], [1.0, 1.0])
    theta, losses = run(LBFGS(), bowl, bowl.target[np.newaxis].copy(), 20)
    np.testing.assert_array_equal(theta[0], bowl.target)
    assert not losses.any()
    assert bowl.evaluations < 5
