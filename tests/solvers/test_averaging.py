"""Mini-batch training steps along noisy weights, and judges and returns a mean of them."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from helpers.cases import every_mini_batch_solver
from helpers.classifiers import batch_classifier, parameters
from helpers.samples import draw_blobs
from skshallow.solvers import SGD, Adam

FAMILIES = pytest.mark.parametrize("family", [SGD, Adam])
N_STEPS = 1000


class Noise:
    """An objective whose gradients are noise around the gradient of ‖θ‖²/2."""

    def __init__(self):
        self._random = np.random.RandomState(0)

    def value_and_gradient(self, theta, gradient, batch):
        gradient[...] = theta + self._random.standard_normal(theta.shape)
        return (theta**2).sum(axis=1) / 2


def trained(solver, n_steps=N_STEPS):
    """Weights and state after an epoch of so many steps."""
    theta = np.ones((2, 50))
    state = solver.start(theta)
    batches = [(np.arange(1), 1 / n_steps)] * n_steps
    solver.iterate(Noise(), theta, state, batches, np.full((2, 1), 0.02))
    return theta, state


@FAMILIES
def test_the_mean_is_much_nearer_to_the_minimum_than_the_last_weights(family):
    theta, state = trained(family())
    assert (theta**2).mean() < (state["latest"] ** 2).mean() / 2


@FAMILIES
def test_the_steps_themselves_are_those_without_a_mean(family):
    _, state = trained(family())
    last, plain = trained(family(average=0.0))
    assert_array_equal(state["latest"], last)
    assert "latest" not in plain


def test_the_mean_is_over_the_share_asked_for():
    """Of weights that grow by one every step, it lags behind by the length of the window."""

    class Ramp:
        def value_and_gradient(self, theta, gradient, batch):
            gradient[...] = -1
            return np.zeros(len(theta))

    for average in (0.05, 0.2):
        solver = SGD(momentum=0.0, nesterov=False, average=average)
        theta = np.zeros((1, 1))
        state = solver.start(theta)
        batches = [(np.arange(1), 1e-4)] * 10_000
        solver.iterate(Ramp(), theta, state, batches, np.ones((1, 1)))
        lag = state["latest"] - theta
        assert_allclose(lag, 10_000 * average / (1 + average), rtol=0.15)


@every_mini_batch_solver
def test_a_mean_survives_pickling_and_goes_on(solver):
    X, y = draw_blobs()
    stream = batch_classifier(solver)
    for _ in range(3):
        stream.partial_fit(X, y, classes=[0, 1])
    copied = pickle.loads(pickle.dumps(stream))
    assert_array_equal(parameters(copied.partial_fit(X, y)), parameters(stream.partial_fit(X, y)))


@every_mini_batch_solver
def test_samples_that_weigh_nothing_are_in_no_batch(solver):
    X, y = draw_blobs()
    weights = np.repeat([1.0, 0.0], [48, 12])
    settings = {"shuffle": False, "standardize": False}
    with_them = batch_classifier(solver, **settings).fit(X, y, sample_weight=weights)
    without = batch_classifier(solver, **settings).fit(X[:48], y[:48])
    assert_allclose(parameters(with_them), parameters(without), rtol=1e-9)
    assert_allclose(with_them.loss_curve_, without.loss_curve_, rtol=1e-9)
