import inspect
import re
from ast import literal_eval

import numpy as np
import pytest
from problems import ALL_ROWS, Quadratic, draw_problem, run
from scipy.optimize import minimize
from sklearn.base import clone

from skshallow.batches import Batches
from skshallow.solvers import LBFGS, SGD, SOLVERS, Adam, GradientDescent
from skshallow.solvers.line_search import CURVATURE, DECREASE, search


@pytest.mark.parametrize("name", SOLVERS)
def test_reaches_the_bottom_of_a_bowl(name):
    bowl = Quadratic([1.0, 4.0, 0.5], [3.0, -1.0, 0.0])
    theta, _ = run(SOLVERS[name](), bowl, np.zeros((2, 3)), 800, rate=0.05)
    np.testing.assert_allclose(theta, np.tile(bowl.target, (2, 1)), atol=1e-3)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_a_stack_moves_as_its_networks_one_by_one(name, kind):
    objective, theta = draw_problem(kind, n_networks=4, n_rows=20)
    together, losses = run(SOLVERS[name](), objective, theta, 15)
    for row in range(4):
        alone, loss = run(SOLVERS[name](), objective.take([row]), theta[[row]], 15)
        np.testing.assert_allclose(together[[row]], alone, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(losses[:, [row]], loss, rtol=1e-8)


@pytest.mark.parametrize("name", SOLVERS)
def test_parameters_are_those_of_an_estimator(name):
    solver = SOLVERS[name]()
    assert clone(solver).get_params() == solver.get_params()
    assert set(inspect.signature(SOLVERS[name]).parameters) == set(solver.get_params())


@pytest.mark.parametrize("name", SOLVERS)
def test_defaults_are_the_documented_ones(name):
    documented = re.findall(r"^(\w+) : \w+, default=(.+)$", inspect.getdoc(SOLVERS[name]), re.M)
    assert SOLVERS[name]().get_params() == {key: literal_eval(text) for key, text in documented}


@pytest.mark.parametrize(
    ("name", "rate", "tols"),
    [
        ("gd", 0.5, [1e-4, 1e-4, 1e-4]),
        ("sgd", 0.05, [1e-3, 1e-3, 1e-3]),
        ("adam", 0.005, [1e-3, 1e-3, 1e-3]),
        ("lbfgs", None, [0.001, 0.02, 0.02]),
    ],
)
def test_what_auto_stands_for_is_what_the_classifier_documents(name, rate, tols):
    assert SOLVERS[name].default_learning_rate == rate
    solver = SOLVERS[name]()
    assert [solver.automatic_tol(per_row) for per_row in (0.05, 1.0, 1.5)] == pytest.approx(tols)


@pytest.mark.parametrize("name", SOLVERS)
def test_float32_stays_float32(name):
    objective, theta = draw_problem(dtype=np.float32, n_rows=20)
    moved, _ = run(SOLVERS[name](), objective, theta, 3)
    solver = SOLVERS[name]()
    state = solver.start(moved, np.ones((1, 1), np.float32))
    solver.iterate(objective, moved, state, ALL_ROWS)
    arrays = [v for v in state.values() if isinstance(v, np.ndarray) and v.dtype != bool]
    assert {array.dtype for array in (moved, *arrays)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", SOLVERS)
def test_learning_rates_differ_along_the_stack(name):
    if SOLVERS[name].default_learning_rate is None:
        return
    objective, theta = draw_problem(alpha=[1, 1], n_networks=2)
    theta[1] = theta[0]
    state = SOLVERS[name]().start(theta, np.array([[0.1], [0.2]]))
    before = theta.copy()
    SOLVERS[name]().iterate(objective, theta, state, ALL_ROWS)
    np.testing.assert_allclose(theta[1] - before[1], 2 * (theta[0] - before[0]), rtol=1e-10)


@pytest.mark.parametrize("name", ["gd", "sgd", "adam"])
def test_every_batch_is_a_step_and_the_loss_their_mean(name):
    objective, theta = draw_problem("multiclass", n_networks=2, n_rows=10)
    batches = [(np.arange(4), 0.4), (np.arange(4, 7), 0.3), (np.arange(7, 10), 0.3)]
    moved, losses = run(SOLVERS[name](), objective, theta, 1, batches=batches)
    solver, expected, stepped = SOLVERS[name](), 0, theta.copy()
    state = solver.start(stepped, np.full((2, 1), 0.1))
    for batch, share in batches:
        gradient = np.empty_like(stepped)
        expected = expected + share * objective.value_and_gradient(stepped, gradient, batch)
        solver.step(stepped, gradient, state)
    np.testing.assert_array_equal(moved, stepped)
    np.testing.assert_allclose(losses[0], expected, rtol=1e-14)


@pytest.mark.parametrize("name", SOLVERS)
def test_resumed_training_steps_on_the_new_objective_by_the_new_rate(name):
    """What was remembered of the old one, J and its gradient, must not count any more."""
    first, second = Quadratic([1.0, 2.0], [1.0, 1.0]), Quadratic([3.0, 1.0], [-4.0, 2.0])
    solver, theta = SOLVERS[name](), np.array([[3.0, -2.0]])
    state = solver.start(theta, np.array([[0.1]]))
    for _ in range(2):
        solver.iterate(first, theta, state, ALL_ROWS)
    before = theta.copy()
    state = solver.resume(state, np.array([[0.02]]))
    loss = solver.iterate(second, theta, state, ALL_ROWS)
    expected = 0.5 * (second.curvature * (before[0] - second.target) ** 2).sum()
    assert loss[0] == pytest.approx(expected, rel=1e-14)
    if name != "lbfgs":
        assert state["learning_rate"] == 0.02


def gradients(bowl, theta):
    out = np.empty_like(theta)
    bowl.value_and_gradient(theta, out)
    return out


def test_gradient_descent_is_its_formula():
    bowl, theta = Quadratic([1.0, 2.0], [1.0, 1.0]), np.array([[3.0, -2.0]])
    moved, _ = run(GradientDescent(), bowl, theta, 1, rate=0.3)
    np.testing.assert_allclose(moved, theta - 0.3 * gradients(bowl, theta))


@pytest.mark.parametrize("nesterov", [True, False])
def test_momentum_is_its_formula(nesterov):
    bowl, theta = Quadratic([1.0, 2.0], [1.0, 1.0]), np.array([[3.0, -2.0]])
    moved, _ = run(SGD(momentum=0.8, nesterov=nesterov), bowl, theta, 6, rate=0.1)
    velocity = 0
    for _ in range(6):
        step = 0.1 * gradients(bowl, theta)
        velocity = 0.8 * velocity - step
        theta = theta + (0.8 * velocity - step if nesterov else velocity)
    np.testing.assert_allclose(moved, theta, rtol=1e-12)


def test_adam_is_algorithm_1_of_its_paper():
    bowl, theta = Quadratic([1.0, 2.0], [1.0, 1.0]), np.array([[3.0, -2.0]])
    moved, _ = run(Adam(beta_1=0.8, beta_2=0.99, epsilon=1e-3), bowl, theta, 7, rate=0.1)
    m = v = 0
    for t in range(1, 8):
        g = gradients(bowl, theta)
        m, v = 0.8 * m + 0.2 * g, 0.99 * v + 0.01 * g**2
        theta = theta - 0.1 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.99**t)) + 1e-3)
    np.testing.assert_allclose(moved, theta, rtol=1e-12)


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_lbfgs_reaches_the_optimum_that_scipy_reaches(kind):
    objective, theta = draw_problem(kind, n_rows=60, n_h=4, alpha=[1.0])

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
    objective, theta = draw_problem("multiclass", "relu", n_networks=5, n_rows=40, n_h=6)
    _, losses = run(LBFGS(), objective, theta, 200)
    rounding = 1e-14 * np.abs(losses[:-1])
    assert (np.diff(losses, axis=0) <= rounding).all()


def test_lbfgs_takes_about_one_evaluation_an_iteration():
    objective, theta = draw_problem(n_rows=60, n_h=4, alpha=[1.0])
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


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_line_search_ends_with_the_weak_wolfe_conditions(scale):
    objective, theta = draw_problem("multiclass", n_networks=6, n_rows=30, n_h=4)
    gradient = np.empty_like(theta)
    value = objective.value_and_gradient(theta, gradient)
    direction = -scale * gradient
    slope = (gradient * direction).sum(axis=1)
    reached, there, lower, found = search(
        objective, theta, gradient, value, direction, slope, np.ones(6, bool), 40
    )
    step = (reached - theta)[:, 0] / direction[:, 0]
    assert found.all()
    assert (lower <= value + DECREASE * step * slope + 1e-14).all()
    assert ((there * direction).sum(axis=1) >= CURVATURE * slope).all()
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


def test_every_epoch_holds_every_row_once():
    batches = Batches(103, 10, True, 0)
    first, second = ([batch for batch, _ in batches.epoch()] for _ in range(2))
    for epoch in (first, second):
        assert [len(batch) for batch in epoch] == [10] * 10 + [3]
        np.testing.assert_array_equal(np.sort(np.concatenate(epoch)), np.arange(103))
    assert not np.array_equal(first[0], second[0])
    assert sum(share for _, share in batches.epoch()) == pytest.approx(1)


def test_batches_come_in_order_without_shuffling():
    batches = [batch for batch, _ in Batches(25, 10, False, 0).epoch()]
    np.testing.assert_array_equal(np.concatenate(batches), np.arange(25))


def test_a_batch_of_all_rows_needs_no_order():
    assert list(Batches(10, 10, True, 0).epoch()) == [(None, 1.0)]
