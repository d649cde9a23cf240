"""Moments of features, and what is made of them."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.preprocessing import StandardScaler

from helpers.samples import draw_weighted, squashed, standardised
from skshallow._core.squashing import Squashing
from skshallow._data import squashing as squashing_module
from skshallow._data.scaling import Moments

X, WEIGHTS = draw_weighted()
RANDOM = np.random.RandomState(1)
ONES = np.ones(50)


def test_weighted_moments_are_those_of_standard_scaler():
    moments = Moments.of(X, WEIGHTS)
    distances = moments.squashing.distances(X)
    scaler = StandardScaler().fit(distances, sample_weight=WEIGHTS)
    np.testing.assert_allclose(moments.mean, scaler.mean_, rtol=1e-12)
    np.testing.assert_allclose(np.sqrt(moments.variance), scaler.scale_, rtol=1e-10)


def test_moments_of_sparse_and_dense_tables_agree():
    dense, thin = Moments.of(X, WEIGHTS), Moments.of(sparse.csr_array(X), WEIGHTS)
    np.testing.assert_allclose(thin.mean, dense.mean, rtol=1e-12)
    np.testing.assert_allclose(thin.variance, dense.variance, rtol=1e-6)


def test_moments_of_parts_add_up():
    whole = Moments.of(X, WEIGHTS)
    parts = [
        Moments.of(X[part], WEIGHTS[part], whole.squashing)
        for part in (slice(0, 1), slice(1, 20), slice(20, 50))
    ]
    merged = parts[0].merge(parts[1]).merge(parts[2])
    assert merged.weight == pytest.approx(whole.weight)
    np.testing.assert_allclose(merged.mean, whole.mean, rtol=1e-12)
    np.testing.assert_allclose(merged.variance, whole.variance, rtol=1e-10)


def test_variance_far_from_zero_keeps_its_digits():
    noise = np.random.RandomState(1).standard_normal((1000, 1))
    moments, near = (Moments.of(noise + far, np.ones(1000)) for far in (1e9, 0))
    assert moments.variance[0] == pytest.approx(near.variance[0], rel=1e-6)


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("constant", [0.0, 0.1, -1e-9, 1.0, -1e12])
def test_a_constant_feature_keeps_its_scale_or_is_measured_by_its_size(container, constant):
    table = np.column_stack([np.full(50, constant), X[:, 0]])
    scaling = Moments.of(container(table), WEIGHTS).scaling(np.float64)
    assert scaling.inverse_scale[0] == pytest.approx(1 / max(1, abs(constant)))


TWO_VALUES = {
    "rare": ([0, 1], [0.98, 0.02]),
    "balanced": ([-3, 7], [0.5, 0.5]),
    "far from zero": ([1e9, 1e9 + 1], [0.7, 0.3]),
    "tiny": ([1e-30, 3e-30], [0.7, 0.3]),
    "only one zero": ([-1, 0], [0.98, 0.02]),
}


@pytest.mark.parametrize("case", TWO_VALUES)
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_feature_of_two_values_is_scaled_by_their_distance(container, case):
    values, shares = TWO_VALUES[case]
    feature = np.repeat(values, np.round(50 * np.array(shares)).astype(int))
    table = np.column_stack([RANDOM.permutation(feature), X[:, 0]])
    # A third value in a sample without weight is not one.
    table, weights = np.vstack([table, [[1e3, 0]]]), np.append(WEIGHTS, 0)
    moments = Moments.of(container(table), weights)
    scaling = moments.scaling(np.float64)
    low, high = moments.squashing.distances(np.column_stack([values, [0, 0]]))[:, 0]
    assert high - low == pytest.approx(values[1] - values[0], rel=0.03)
    assert scaling.inverse_scale[0] == pytest.approx(1 / (high - low), rel=1e-6)
    assert scaling.inverse_scale[1] == pytest.approx(1 / np.sqrt(moments.variance[1]))


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
def test_a_third_value_is_noticed_in_a_later_part(container):
    squashing = Squashing(np.zeros(2), np.full(2, 1e9))
    tables = [[0.0, 5], [1, 5]], [[0.0, 6]], [[0.5, 5]]
    first, second, third = (
        Moments.of(container(np.array(table)), np.ones(len(table)), squashing) for table in tables
    )
    np.testing.assert_allclose(first.merge(second).scaling(np.float64).inverse_scale, [1, 1])
    expected = [1 / np.std([0, 1, 0, 0.5]), 1]
    merged = first.merge(second).merge(third)
    np.testing.assert_allclose(merged.scaling(np.float64).inverse_scale, expected)


def test_samples_of_weight_zero_do_not_count():
    with_zeros, weights = np.vstack([X, X[:5] + 1e6]), np.append(WEIGHTS, np.zeros(5))
    np.testing.assert_allclose(Moments.of(with_zeros, weights).mean, Moments.of(X, WEIGHTS).mean)


def test_blocks_of_weight_zero_do_not_count(monkeypatch):
    """Blocks without weight before, between and after the others, and nothing but such blocks."""
    monkeypatch.setattr(squashing_module, "BLOCK_ENTRIES", 20)
    table = np.vstack([np.full((15, 4), 1e6), X, np.full((5, 4), 1e6), X])
    weights = np.concatenate([np.zeros(15), WEIGHTS, np.zeros(5), WEIGHTS])
    moments = Moments.of(table, weights)
    expected = Moments.of(X, WEIGHTS, moments.squashing)
    assert moments.weight == pytest.approx(2 * WEIGHTS.sum())
    np.testing.assert_allclose(moments.mean, expected.mean, rtol=1e-12)
    np.testing.assert_allclose(moments.variance, expected.variance, rtol=1e-10)
    assert Moments.of(X, np.zeros(50)).weight == 0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_folded_weights_act_on_raw_features_as_the_others_on_standardised(dtype):
    scaling = Moments.of(X, ONES).scaling(dtype)
    W1, W2 = (
        RANDOM.standard_normal((4, 3)).astype(dtype),
        RANDOM.standard_normal((3, 1)).astype(dtype),
    )
    b1, b2 = np.ones(3, dtype), np.ones(1, dtype)
    (raw, same), (bias, same_bias) = scaling.fold([W1, W2], [b1, b2])
    assert raw.dtype == bias.dtype == dtype
    assert same is W2
    assert same_bias is b2
    expected = standardised(X, Moments.of(X, ONES)) @ W1 + b1
    np.testing.assert_allclose(
        squashed(X, *scaling.squashing) @ raw + bias,
        expected,
        rtol=2e3 * np.finfo(dtype).eps,
        atol=1e-3 if dtype == np.float32 else 1e-9,
    )


def test_unfold_inverts_fold():
    scaling = Moments.of(X, ONES).scaling(np.float64)
    given = [RANDOM.standard_normal((4, 3)), np.ones((3, 1))], [np.ones(3), np.ones(1)]
    coefs, intercepts = scaling.unfold(*scaling.fold(*given))
    np.testing.assert_allclose(coefs[0], given[0][0], rtol=1e-12)
    np.testing.assert_allclose(intercepts[0], given[1][0], rtol=1e-9)
