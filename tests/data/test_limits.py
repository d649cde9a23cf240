"""Limits of features: found on samples, not widened by wild values, and kept everywhere."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from skshallow._core.limits import limit_sparse
from skshallow._data.scaling import FAR_OUT, Moments, limits_of

RANDOM = np.random.RandomState(0)
CONTAINERS = pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])


@CONTAINERS
def test_limits_are_the_quartiles_and_what_is_not_far_out(container):
    X = np.column_stack([np.arange(101.0), 1000 - np.arange(101.0)])
    lower, upper = limits_of(container(X), np.ones(101))
    assert_allclose(lower, [25 - FAR_OUT * 50, 925 - FAR_OUT * 50])
    assert_allclose(upper, [75 + FAR_OUT * 50, 975 + FAR_OUT * 50])


@CONTAINERS
@pytest.mark.parametrize("n_wild", [1, 3, 10])
def test_wild_values_do_not_widen_them(n_wild, container):
    X = RANDOM.standard_normal((200, 3))
    tame = limits_of(container(X), np.ones(200))
    wild = X.copy()
    wild[:n_wild, 0] = 10.0 ** np.arange(3, 3 + n_wild)
    found = limits_of(container(wild), np.ones(200))
    assert_allclose(found[:, 0], tame[:, 0], rtol=0.3)
    assert_array_equal(found[:, 1:], tame[:, 1:])


@CONTAINERS
def test_a_weight_of_2_is_a_sample_twice_and_of_0_none(container):
    X, times = RANDOM.standard_normal((40, 2)), RANDOM.randint(0, 4, 40)
    weighted = limits_of(container(X), times.astype(float))
    assert_array_equal(
        weighted, limits_of(container(X.repeat(times, axis=0)), np.ones(times.sum()))
    )
    assert_array_equal(weighted, limits_of(container(X), times / times.sum()))
    assert_array_equal(-weighted[::-1], limits_of(container(-X), times.astype(float)))


@CONTAINERS
@pytest.mark.parametrize("share", [0.5, 0.2, 0.05, 0.01])
def test_rare_categories_and_counts_are_within_them(share, container):
    X = (np.arange(400) < share * 400).astype(float)[:, np.newaxis]
    lower, upper = limits_of(container(X), np.ones(400))
    assert lower < 0 < 1 < upper


@CONTAINERS
def test_limits_of_what_hardly_varies_are_its_range(container):
    X = np.zeros((5000, 2))
    X[123, 1] = 7
    moments = Moments.of(container(X), np.ones(5000))
    assert_array_equal(moments.limits, [[0, 0], [0, 7]])


@CONTAINERS
def test_moments_are_those_of_limited_values(container):
    X = RANDOM.standard_normal((100, 2)) + 5
    X[3, 0] = 1e9
    moments = Moments.of(container(X), np.ones(100))
    limited = np.clip(X, *moments.limits)
    assert_allclose(moments.mean, limited.mean(axis=0), rtol=1e-12)
    assert_allclose(moments.variance, limited.var(axis=0), rtol=1e-9)
    assert_array_equal(moments.high, limited.max(axis=0))


def test_limits_of_parts_are_the_widest():
    first, second = (Moments.of(RANDOM.standard_normal((50, 2)) * k, np.ones(50)) for k in (1, 9))
    assert_array_equal(first.merge(second).limits, second.limits)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_samples_are_limited_like_dense_ones(dtype):
    X = sparse.random(50, 6, density=0.4, format="csr", random_state=0, dtype=dtype)
    limits = np.array([[-1, 0.2, 0.3, -1, -np.inf, 0], [1, 0.5, 0.9, -0.5, 0.5, 0]], dtype=dtype)
    before = X.copy()
    rest, base = limit_sparse(X, limits)
    assert_allclose(rest.toarray() + base, np.clip(X.toarray(), *limits), rtol=1e-6)
    assert rest.dtype == base.dtype == dtype
    assert (before != X).nnz == 0
