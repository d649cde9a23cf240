"""The network: its weights in one vector, and the gradient with respect to them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.problems import KINDS, draw_problem, in_blocks
from skshallow._core.activations import ACTIVATIONS
from skshallow._core.losses import LogLoss
from skshallow._core.network import Network, Workspace

NETWORK = Network(n_features=5, n_h=4, n_outputs=3, activation="tanh")


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("kind", KINDS)
@given(
    n_networks=st.integers(1, 4),
    n_h=st.integers(1, 5),
    n_features=st.integers(1, 4),
    block_size=st.integers(1, 7),
    seed=st.integers(0, 2**16),
)
def test_gradient_along_a_random_direction(
    kind, activation, n_networks, n_h, n_features, block_size, seed
):
    objective, theta = draw_problem(
        kind,
        activation,
        n_networks=n_networks,
        n_h=n_h,
        n_features=n_features,
        block_size=block_size,
        seed=seed,
    )
    direction = np.random.RandomState(seed + 1).standard_normal(theta.shape)
    gradient = np.empty_like(theta)
    objective.value_and_gradient(theta, gradient)
    expected = (gradient * direction).sum(axis=1)
    # The line may cross a kink of a rectified unit at one step length, hardly at all three.
    errors = []
    for step in (1e-5, 1e-6, 1e-7):
        ahead, behind = (objective.value(theta + s * direction) for s in (step, -step))
        errors.append(np.abs((ahead - behind) / (2 * step) - expected))
    np.testing.assert_array_less(np.min(errors, axis=0), 1e-5 * (1 + np.abs(expected)))


@pytest.mark.parametrize("n_networks", [1, 3])
def test_gradient_with_two_outputs(n_networks, monkeypatch):
    monkeypatch.setitem(KINDS, "multilabel", (LogLoss(), 2))
    objective, theta = draw_problem("multilabel", n_networks=n_networks)
    gradient = np.empty_like(theta)
    objective.value_and_gradient(theta, gradient)
    for place in range(theta.shape[1]):
        step = np.zeros_like(theta)
        step[:, place] = 1e-6
        expected = (objective.value(theta + step) - objective.value(theta - step)) / 2e-6
        np.testing.assert_allclose(gradient[:, place], expected, atol=1e-8)


def test_forward_is_the_textbook_formula():
    random_state = np.random.RandomState(0)
    X = random_state.standard_normal((6, 5))
    theta = random_state.standard_normal((2, NETWORK.n_params))
    work = Workspace(NETWORK, 2, 6, np.float64).layout(2, 6)
    block = in_blocks(X, None, 6).reader().block(slice(0, 6))
    NETWORK.forward(NETWORK.matrices(theta), block, work)
    for weights, raw in zip(theta, work.raw, strict=True):
        (W1, W2), (b1, b2) = NETWORK.unpack(weights)
        np.testing.assert_allclose(raw.T, np.tanh(X @ W1 + b1) @ W2 + b2, rtol=1e-12)


def test_unpack_inverts_pack():
    theta = np.random.RandomState(0).standard_normal(NETWORK.n_params)
    coefs, intercepts = NETWORK.unpack(theta)
    assert [coef.shape for coef in coefs] == [(5, 4), (4, 3)]
    assert [intercept.shape for intercept in intercepts] == [(4,), (3,)]
    np.testing.assert_array_equal(NETWORK.pack(coefs, intercepts, np.float64), theta)


def test_unpacked_weights_are_copies():
    theta = np.zeros(NETWORK.n_params)
    coefs, intercepts = NETWORK.unpack(theta)
    theta += 1
    assert not any(array.any() for array in (*coefs, *intercepts))


def test_penalised_are_the_weights_and_not_the_biases():
    coefs, intercepts = NETWORK.unpack(NETWORK.penalised(np.float64))
    assert all((coef == 1).all() for coef in coefs)
    assert all((intercept == 0).all() for intercept in intercepts)


def test_small_weights_are_drawn_in_the_order_of_the_tutorials():
    coefs, intercepts = NETWORK.unpack(NETWORK.draw("small", np.random.RandomState(42), np.float64))
    expected = np.random.RandomState(42)
    np.testing.assert_array_equal(coefs[0], expected.randn(5, 4) * 0.01)
    np.testing.assert_array_equal(coefs[1], expected.randn(4, 3) * 0.01)
    assert not any(intercept.any() for intercept in intercepts)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_initial_weights_keep_the_scale(activation):
    wide = Network(n_features=400, n_h=300, n_outputs=2, activation=activation)
    coefs, _ = wide.unpack(wide.draw("auto", np.random.RandomState(0), np.float64))
    gain = ACTIVATIONS[activation].gain
    assert coefs[0].std() == pytest.approx(np.sqrt(gain / 400), rel=0.02)
    assert coefs[1].std() == pytest.approx(np.sqrt(1 / 300), rel=0.1)


def test_equal_draws_for_both_types():
    single = NETWORK.draw("auto", np.random.RandomState(0), np.float32)
    double = NETWORK.draw("auto", np.random.RandomState(0), np.float64)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, double.astype(np.float32))


def test_buffers_are_laid_out_anew_only_for_another_shape():
    work = Workspace(NETWORK, 3, 10, np.float64)
    full = work.layout(3, 10).a_and_one
    assert work.layout(3, 10).a_and_one is full
    full[:, -1] = 7
    assert (work.layout(2, 4).a_and_one[:, -1] == 1).all()
    assert (work.layout(3, 10).a_and_one[:, -1] == 1).all()
