"""What all solvers have in common."""

import inspect
import re
from ast import literal_eval

import numpy as np
import pytest
from sklearn.base import clone

from helpers.problems import ALL_SAMPLES, Quadratic, constant_rate, draw_problem, run
from skshallow._core.losses import LogLoss, SquaredError
from skshallow.solvers import SOLVERS


@pytest.mark.parametrize("name", SOLVERS)
def test_reaches_the_bottom_of_a_bowl(name):
    bowl = Quadratic([1.0, 4.0, 0.5], [3.0, -1.0, 0.0])
    theta, _ = run(SOLVERS[name](), bowl, np.zeros((2, 3)), 800, rate=0.05)
    np.testing.assert_allclose(theta, np.tile(bowl.target, (2, 1)), atol=1e-3)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_a_stack_moves_as_its_networks_one_by_one(name, kind):
    objective, theta = draw_problem(kind, n_networks=4, n_samples=20)
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
    documented = re.findall(r"^(\w+) : [\w ]+, default=(.+)$", inspect.getdoc(SOLVERS[name]), re.M)
    assert SOLVERS[name]().get_params() == {key: literal_eval(text) for key, text in documented}


@pytest.mark.parametrize(
    ("name", "rate", "tols"),
    [
        ("gd", 0.5, [1e-4, 1e-4, 1e-4]),
        ("sgd", 0.05, [1e-3, 1e-3, 1e-3]),
        ("adam", 0.01, [1e-3, 1e-3, 1e-3]),
        ("lbfgs", None, [0.001, 0.02, 0.02]),
    ],
)
def test_what_auto_stands_for_is_what_the_classifier_documents(name, rate, tols):
    assert SOLVERS[name].default_learning_rate == rate
    solver = SOLVERS[name]()
    assert [solver.automatic_tol(one, 0.02) for one in (0.05, 1.0, 1.5)] == pytest.approx(tols)


@pytest.mark.parametrize("name", SOLVERS)
def test_float32_stays_float32(name):
    objective, theta = draw_problem(dtype=np.float32, n_samples=20)
    moved, _ = run(SOLVERS[name](), objective, theta, 3)
    solver = SOLVERS[name]()
    state = solver.start(moved)
    solver.iterate(objective, moved, state, ALL_SAMPLES, constant_rate(moved))
    arrays = [v for v in state.values() if isinstance(v, np.ndarray) and v.dtype != bool]
    assert {array.dtype for array in (moved, *arrays)} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", SOLVERS)
def test_learning_rates_differ_along_the_stack(name):
    if SOLVERS[name].default_learning_rate is None:
        return
    objective, theta = draw_problem(alpha=[1, 1], n_networks=2)
    theta[1] = theta[0]
    solver, before = SOLVERS[name](), theta.copy()
    rates = np.array([[0.1], [0.2]])
    solver.iterate(objective, theta, solver.start(theta), ALL_SAMPLES, rates)
    np.testing.assert_allclose(theta[1] - before[1], 2 * (theta[0] - before[0]), rtol=1e-10)


@pytest.mark.parametrize("name", ["gd", "sgd", "adam"])
def test_every_batch_is_a_step_and_the_loss_their_mean(name):
    objective, theta = draw_problem("multiclass", n_networks=2, n_samples=10)
    batches = [(np.arange(4), 0.4), (np.arange(4, 7), 0.3), (np.arange(7, 10), 0.3)]
    moved, losses = run(SOLVERS[name](), objective, theta, 1, batches=batches)
    solver, expected, stepped = SOLVERS[name](), 0, theta.copy()
    state = solver.start(stepped)
    for batch, share in batches:
        gradient = np.empty_like(stepped)
        expected = expected + share * objective.value_and_gradient(stepped, gradient, batch)
        state["n_steps"] += 1
        solver.step(stepped, gradient, state, np.full((2, 1), 0.1))
    np.testing.assert_array_equal(moved, stepped)
    np.testing.assert_allclose(losses[0], expected, rtol=1e-14)


@pytest.mark.parametrize("name", SOLVERS)
def test_resumed_training_steps_on_the_new_objective_by_the_new_rate(name):
    """What was remembered of the old one, J and its gradient, must not count any more."""
    first, second = Quadratic([1.0, 2.0], [1.0, 1.0]), Quadratic([3.0, 1.0], [-4.0, 2.0])
    solver, theta = SOLVERS[name](), np.array([[3.0, -2.0]])
    state = solver.start(theta)
    for _ in range(2):
        solver.iterate(first, theta, state, ALL_SAMPLES, constant_rate(theta))
    before = theta.copy()
    state = solver.resume(state)
    loss = solver.iterate(second, theta, state, ALL_SAMPLES, np.array([[0.02]]))
    expected = 0.5 * (second.curvature * (before[0] - second.target) ** 2).sum()
    assert loss[0] == pytest.approx(expected, rel=1e-14)
    # lbfgs counts no steps.
    assert state.get("n_steps", 3) == 3


@pytest.mark.parametrize(
    ("name", "rates"), [("gd", [0.5, 0.0625]), ("sgd", [0.05, 0.00625]), ("adam", [0.01, 0.01])]
)
def test_the_automatic_rate_is_shorter_for_a_loss_that_is_more_curved(name, rates):
    """Those that the regressor documents for squared errors, unless steps are free of scale."""
    curvatures = [loss.curvature(np.ones(2), np.ones(2)) for loss in (LogLoss(), SquaredError())]
    assert [SOLVERS[name]().automatic_rate(one) for one in curvatures] == rates
