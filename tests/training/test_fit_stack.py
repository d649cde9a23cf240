"""The way into a training and out of it: configurations, states and a dataset, then results."""

from contextlib import contextmanager
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier
from skshallow._core.network import Network
from skshallow._core.objective import numpy_objectives
from skshallow._data.samples import Dataset
from skshallow._data.targets import Classes
from skshallow._training.fit import configure, draw_state, fit_stack
from skshallow._training.preparation import prepare_features

PARAMS = OneHiddenLayerClassifier(
    3, activation="tanh", max_iter=15, tol=0, batch_size=20, random_state=0
).get_params()


def problem(**params):
    """A configuration, a state and a dataset of two classes, made as an estimator makes them."""
    X, y = draw_samples("binary")
    targets = Classes(np.unique(y))
    dataset = Dataset.of(X, y, np.linspace(0.5, 2, len(y)), targets)
    network = Network(X.shape[1], 3, targets.n_outputs, "tanh")
    params = PARAMS | params
    states = [draw_state(network, 0, X.dtype)]
    stages = {name: params[name] for name in ("standardize", "squash")}
    (state,), dataset = prepare_features(states, dataset, **stages)
    return configure(params, dataset, network, len(y)), state, dataset


class PlainObjective:
    """J of two classes and tanh by its definition, gradients by central differences."""

    def __init__(self, network, X, signs, weights, alpha, total):
        self.n_samples = len(X)
        self.decay = np.outer(alpha / total, network.penalised(np.float64))
        self._arguments = network, X, signs, weights, alpha, total

    def take(self, networks):
        network, X, signs, weights, alpha, total = self._arguments
        return PlainObjective(network, X, signs, weights, alpha[networks], total)

    def value(self, theta, batch=None):
        network, X, signs, weights, alpha, total = self._arguments
        rows = slice(None) if batch is None else batch
        values = []
        for one, penalty in zip(theta, alpha, strict=True):
            (W1, W2), (b1, b2) = network.unpack(one)
            raw = np.tanh(X[rows] @ W1 + b1) @ W2[:, 0] + b2
            loss = weights[rows] * np.logaddexp(0, signs[rows] * raw)
            squares = (W1**2).sum() + (W2**2).sum()
            scale = self.n_samples / len(loss)
            values.append(scale * loss.sum() / weights.sum() + penalty * squares / (2 * total))
        return np.array(values)

    def value_and_gradient(self, theta, gradient, batch=None):
        for number in range(theta.shape[1]):
            step = np.zeros(theta.shape[1])
            step[number] = 1e-5
            difference = self.value(theta + step, batch) - self.value(theta - step, batch)
            gradient[:, number] = difference / 2e-5
        return self.value(theta, batch)


@contextmanager
def plain_objectives(network, n_networks, batch_size=None):
    def make(dataset, scaling, alpha, total):
        X = (scaling.squashing.distances(dataset.X) - scaling.mean) * scaling.inverse_scale
        signs = 1.0 - 2.0 * dataset.codes
        return PlainObjective(network, X, signs, dataset.weights, np.array(alpha), total)

    yield make


@pytest.mark.parametrize("solver", ["gd", "sgd", "adam", "lbfgs"])
def test_nothing_but_the_factory_knows_how_an_objective_is_computed(solver):
    configuration, state, dataset = problem(solver=solver)
    (expected,) = fit_stack([configuration], [state], dataset)
    (result,) = fit_stack([configuration], [state], dataset, objectives=plain_objectives)
    assert_allclose(result.history.loss_curve, expected.history.loss_curve, rtol=1e-5)
    assert_allclose(result.coefs[0], expected.coefs[0], rtol=1e-3, atol=1e-4)


def test_a_stack_trains_each_of_its_configurations():
    configuration, state, dataset = problem(solver="gd")
    other = replace(configuration, alpha=30.0, learning_rate=0.1)
    together = fit_stack([configuration, other], [state, state], dataset)
    for one, result in zip([configuration, other], together, strict=True):
        (alone,) = fit_stack([one], [state], dataset)
        assert_allclose(result.history.weights, alone.history.weights, rtol=1e-10)
        assert result.history.best_iter == alone.history.best_iter


@pytest.mark.parametrize("standardize", [True, False])
def test_networks_that_cannot_differ_are_trained_once_and_share_nothing(standardize):
    configuration, state, dataset = problem(solver="lbfgs", standardize=standardize)
    other = replace(configuration, alpha=30.0)
    given, widths = [configuration, other, replace(configuration)], []

    @contextmanager
    def counted(network, n_networks, batch_size=None):
        widths.append(n_networks)
        with numpy_objectives(network, n_networks, batch_size) as make:
            yield make

    copied = replace(state, theta=state.theta.copy())
    results = fit_stack(given, [state, state, copied], dataset, objectives=counted)
    assert widths == [2]
    first, _, last = results
    assert_array_equal(first.coefs[0], last.coefs[0])
    assert first.history.loss_curve == last.history.loss_curve
    assert first.history.loss_curve is not last.history.loss_curve
    arrays = [(*one.coefs, *one.intercepts, one.history.weights) for one in (first, last)]
    assert not any(np.shares_memory(a, b) for a in arrays[0] for b in arrays[1])


def test_what_one_of_a_stack_needs_to_go_on_is_kept():
    configuration, state, dataset = problem(solver="gd")
    resumable = replace(configuration, resumable=True)
    together = fit_stack([configuration, resumable], [state, state], dataset)
    (alone,) = fit_stack([resumable], [state], dataset)
    assert_array_equal(together[1].state.theta, alone.state.theta)
    assert together[1].state.solver_state["n_steps"] == alone.state.solver_state["n_steps"] == 15


def test_a_rate_without_effect_is_none_of_the_configuration():
    with pytest.warns(UserWarning, match="learning_rate=0.1 has no effect"):
        configuration, *_ = problem(solver="lbfgs", learning_rate=0.1)
    assert configuration.learning_rate == 0


def test_a_training_leaves_the_state_it_starts_from_as_it_was():
    configuration, state, dataset = problem(solver="adam")
    theta = state.theta.copy()
    first, second = (fit_stack([configuration], [state], dataset)[0] for _ in range(2))
    assert_array_equal(state.theta, theta)
    assert_array_equal(first.history.weights, second.history.weights)


def test_a_configuration_is_decided_and_stays_so():
    integers = {"max_iter": np.int64(7), "batch_size": np.int32(5), "n_iter_no_change": np.int8(3)}
    configuration, *_ = problem(**integers, solver="adam", learning_rate="auto", tol="auto")
    numbers = configuration.max_iter, configuration.batch_size, configuration.n_iter_no_change
    assert [type(number) for number in numbers] == [int, int, int]
    assert configuration.learning_rate == configuration.solver.default_learning_rate
    assert isinstance(configuration.tol, float)
    with pytest.raises(FrozenInstanceError):
        configuration.max_iter = 8
