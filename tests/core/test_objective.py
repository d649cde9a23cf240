"""The objective J and its gradient, for stacks of networks and for batches."""

import numpy as np
import pytest
from scipy import sparse

from helpers.problems import KINDS, draw_codes, draw_problem, in_blocks, loss_of, make_objective
from skshallow._core.network import (
    ACTIVATION_BYTES,
    SMALLEST_BLOCK,
    STACK_BYTES,
    Network,
    block_size,
    most_stacked_units,
)
from skshallow._core.objective import MOST_PARTS, PARTS_BYTES, in_parts
from skshallow._data import samples as samples_module


def evaluate(objective, theta, batch=None):
    gradient = np.empty_like(theta)
    value = objective.value_and_gradient(theta, gradient, batch)
    return value, gradient


@pytest.mark.parametrize("kind", KINDS)
def test_value_is_the_formula(kind):
    random_state = np.random.RandomState(3)
    X = random_state.standard_normal((8, 2))
    codes, weights = draw_codes(kind, 8, random_state), random_state.uniform(0, 2, 8)
    (loss, n_outputs), alpha = loss_of(kind), 0.7
    network = Network(2, 3, n_outputs, "tanh")
    theta = random_state.standard_normal((1, network.n_params))
    objective = make_objective(network, loss, in_blocks(X, None, 8), codes, weights, [alpha])
    (W1, W2), (b1, b2) = network.unpack(theta[0])
    logits = np.tanh(X @ W1 + b1) @ W2 + b2
    encoded = loss.encode(codes, np.float64)
    data = loss.value_and_gradient(logits.T[np.newaxis].copy(), encoded, weights)[0]
    expected = (data + alpha / 2 * ((W1**2).sum() + (W2**2).sum())) / weights.sum()
    assert objective.value(theta)[0] == pytest.approx(expected, rel=1e-12)


def test_of_a_stream_the_penalty_is_weighed_against_all_samples_so_far():
    plain, theta = draw_problem(alpha=[0.0])
    stream, _ = draw_problem(alpha=[2.0], total=1000.0)
    (W1, W2), _ = Network(2, 3, 1, "tanh").unpack(theta[0])
    penalty = (W1**2).sum() + (W2**2).sum()
    expected = plain.value(theta) + penalty / 1000
    np.testing.assert_allclose(stream.value(theta), expected, rtol=1e-13)


def test_arrays_that_come_again_may_come_in_other_pairs():
    """Their views are kept from call to call."""
    objective, first = draw_problem("multiclass", n_networks=2)
    second, gradient, other = first + 0.1, np.empty_like(first), np.empty_like(first)
    for theta, out in ((first, gradient), (second, gradient), (second, other), (first, other)):
        value = objective.value_and_gradient(theta, out)
        fresh, _ = draw_problem("multiclass", n_networks=2)
        np.testing.assert_array_equal(value, evaluate(fresh, theta)[0])
        np.testing.assert_array_equal(out, evaluate(fresh, theta)[1])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("activation", ["relu", "silu"])
def test_a_stack_is_its_networks_one_by_one(kind, activation):
    objective, theta = draw_problem(kind, activation, n_networks=5, block_size=3)
    value, gradient = evaluate(objective, theta)
    for row in range(5):
        alone = evaluate(objective.take([row]), theta[[row]])
        np.testing.assert_allclose(value[[row]], alone[0], rtol=1e-13)
        np.testing.assert_allclose(gradient[[row]], alone[1], rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("members", [[0], [3, 1]])
def test_some_of_a_stack_on_a_table_in_parts(members):
    """So long a table is summed up in parts, each with room for the gradients of all networks."""
    objective, theta = draw_problem("multiclass", n_networks=4, n_samples=50, block_size=3)
    value, gradient = evaluate(objective, theta)
    some = objective.take(members)
    np.testing.assert_allclose(some.value(theta[members]), value[members], rtol=1e-13)
    for found, expected in zip(evaluate(some, theta[members]), (value, gradient), strict=True):
        np.testing.assert_allclose(found, expected[members], rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("block_size", [1, 2, 3, 7])
def test_blocks_make_no_difference(block_size):
    whole, theta = draw_problem(n_networks=2)
    parts, _ = draw_problem(n_networks=2, block_size=block_size)
    for one, other in zip(evaluate(whole, theta), evaluate(parts, theta), strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("batch", [None, np.array([5, 0, 3])], ids=["table", "batch"])
def test_value_alone_agrees_with_value_and_gradient(batch):
    objective, theta = draw_problem("multiclass", n_networks=3, block_size=2)
    expected, _ = evaluate(objective, theta, batch)
    np.testing.assert_allclose(objective.value(theta, batch), expected, rtol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_batches_are_an_unbiased_estimate(kind, size):
    objective, theta = draw_problem(kind, n_samples=30, n_networks=2, block_size=4)
    value, gradient = evaluate(objective, theta)
    batches = np.random.RandomState(0).permutation(30).reshape(-1, size)
    estimates = [evaluate(objective, theta, batch) for batch in batches]
    np.testing.assert_allclose(np.mean([v for v, _ in estimates], axis=0), value, rtol=1e-12)
    np.testing.assert_allclose(
        np.mean([g for _, g in estimates], axis=0), gradient, rtol=1e-10, atol=1e-14
    )


def test_batches_do_not_spoil_a_table_too_large_to_prepare(monkeypatch):
    monkeypatch.setattr(samples_module, "PREPARED_BYTES", 0)
    objective, theta = draw_problem(n_samples=20)
    before = evaluate(objective, theta)
    evaluate(objective, theta, np.array([7, 3, 7, 11]))
    for old, new in zip(before, evaluate(objective, theta), strict=True):
        np.testing.assert_array_equal(new, old)


def test_sparse_samples_give_the_same_as_dense_ones():
    X = sparse.random(20, 6, density=0.3, format="csr", random_state=0)
    dense, theta = draw_problem(
        "multiclass", n_samples=20, n_features=6, X=X.toarray(), n_networks=2
    )
    thin, _ = draw_problem(
        "multiclass", n_samples=20, n_features=6, X=X, n_networks=2, block_size=7
    )
    for batch in (None, np.array([3, 19, 0, 4])):
        one, other = evaluate(dense, theta, batch), evaluate(thin, theta, batch)
        np.testing.assert_allclose(other[0], one[0], rtol=1e-12)
        np.testing.assert_allclose(other[1], one[1], rtol=1e-10, atol=1e-14)


def test_a_batch_of_zero_weights_leaves_the_penalty_alone():
    X, weights = np.random.RandomState(0).standard_normal((7, 2)), np.ones(7)
    weights[:3] = 0
    (loss, _), network = loss_of("binary"), Network(2, 3, 1, "tanh")
    objective = make_objective(network, loss, in_blocks(X, None, 7), weights > 0, weights, [0.5])
    theta = np.random.RandomState(1).standard_normal((1, network.n_params))
    value, gradient = evaluate(objective, theta, np.array([0, 1, 2]))
    decay = 0.5 / 4 * network.penalised(np.float64)
    np.testing.assert_allclose(value, 0.5 * (decay * theta**2).sum(axis=1))
    np.testing.assert_allclose(gradient, decay * theta)


@pytest.mark.parametrize("n_samples", [7, 10, 50], ids=["block", "blocks", "parts"])
@pytest.mark.parametrize("n_networks", [1, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_float32_stays_close_to_float64(kind, n_networks, n_samples):
    settings = {"n_networks": n_networks, "n_samples": n_samples, "n_features": 4, "block_size": 7}
    single, theta = draw_problem(kind, dtype=np.float32, **settings)
    double, _ = draw_problem(kind, **settings)
    narrow, wide = evaluate(single, theta), evaluate(double, theta.astype(np.float64))
    assert {array.dtype for array in narrow} == {np.dtype(np.float32)}
    np.testing.assert_allclose(narrow[0], wide[0], rtol=1e-6)
    np.testing.assert_allclose(narrow[1], wide[1], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("n_networks", [1, 35])
def test_activations_of_a_block_fit_the_cache_unless_that_leaves_few_samples(n_networks):
    size = block_size(10**6, n_networks * 32, np.float64)
    fit = ACTIVATION_BYTES // (n_networks * 32 * 8)
    assert size == pytest.approx(max(fit, SMALLEST_BLOCK), rel=0.01)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_are_about_as_long(dtype):
    most = ACTIVATION_BYTES // (32 * np.dtype(dtype).itemsize)
    for n_samples, n_blocks in ((most, 1), (most + 1, 2), (2 * most + 1, 3), (10 * most, 10)):
        size = block_size(n_samples, 32, dtype)
        assert isinstance(size, int)
        assert size * n_blocks - n_samples in range(n_blocks)


def test_small_tables_are_one_block():
    assert block_size(400, 4, np.float64) == 400


def test_only_weights_are_penalised_of_a_single_feature():
    """In the parameter vector every other number of the first layer is then a bias."""
    (plain, theta), (penalised, _) = (draw_problem(n_features=1, alpha=[a]) for a in (0.0, 5.0))
    assert penalised.value(theta)[0] > plain.value(theta)[0] + 0.1


@pytest.mark.parametrize(
    ("n_samples", "gradient_bytes", "n_parts"),
    [(100, 8, 1), (101, 8, 2), (350, 8, 4), (10**6, 8, 8), (10**6, 2**23, 4), (500, 2**26, 1)],
)
def test_a_table_is_summed_up_in_parts(n_samples, gradient_bytes, n_parts):
    parts = in_parts(n_samples, 100, gradient_bytes)
    assert len(parts) == n_parts <= MOST_PARTS
    assert n_parts == 1 or n_parts * gradient_bytes <= PARTS_BYTES
    assert [sample for part in parts for sample in part] == list(range(n_samples))
    assert {len(part) % 100 for part in parts[:-1]} <= {0}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_of_the_largest_stack_take_a_few_mebibytes(dtype):
    n_units = most_stacked_units(dtype)
    assert isinstance(n_units, int)
    assert n_units * SMALLEST_BLOCK * np.dtype(dtype).itemsize == STACK_BYTES
