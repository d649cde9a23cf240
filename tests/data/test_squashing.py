"""Squashed features: how is found on samples, wild values do not widen it, and zeros stay zeros."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.preprocessing import RobustScaler

from skshallow._core.squashing import Squashing
from skshallow._data.scaling import Moments
from skshallow._data.squashing import MOST_SAMPLES, REACH, find_squashing
from skshallow._data.stream_sample import go_on, start_sample

RANDOM = np.random.RandomState(0)
CONTAINERS = pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])


@CONTAINERS
def test_the_center_is_the_median_and_the_reach_so_many_interquartile_ranges(container):
    X = np.column_stack([np.arange(101.0), 1000 - np.arange(101.0)])
    center, reach = find_squashing(container(X), np.ones(101))
    assert_allclose(center, [50, 950])
    assert_allclose(reach, [REACH * 50, REACH * 50])


def test_squashed_samples_are_those_of_squashing_scaler():
    """Of skrub: z/√(1 + (z/B)²), with z of RobustScaler, whose quartiles here are samples, too."""
    X = RANDOM.standard_normal((401, 3)) * [1, 10, 0.1] + [0, 1e3, -5]
    z, bound = RobustScaler().fit_transform(X), 3.0
    center, reach = find_squashing(X, np.ones(401))
    unit = reach / REACH
    squashed = Squashing(center, bound * unit).distances(X) / unit
    assert_allclose(squashed, z / np.sqrt(1 + (z / bound) ** 2), rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_distances_hardly_change_nearby_and_are_never_beyond_the_reach(dtype):
    most = np.finfo(dtype).max
    X = np.array([[0.0, 1e-3, -1e-3, 4.0, -4.0, 1e9, -1e15, most, -most]], dtype=dtype).T
    squashing = Squashing(np.zeros(1, dtype), np.full(1, 3, dtype))
    expected = np.array([0, 1e-3, -1e-3, 2.4, -2.4, 3, -3, 3, -3])
    distances = squashing.distances(X)
    assert distances.dtype == dtype
    assert_allclose(distances[:, 0], expected, rtol=1e-6)
    assert np.isnan(squashing.distances(np.array([[np.nan]], dtype=dtype))).all()


@CONTAINERS
@pytest.mark.parametrize("n_wild", [1, 3, 10])
def test_wild_values_do_not_widen_them(n_wild, container):
    X = RANDOM.standard_normal((200, 3))
    tame = find_squashing(container(X), np.ones(200))
    wild = X.copy()
    wild[:n_wild, 0] = 10.0 ** np.arange(3, 3 + n_wild)
    found = find_squashing(container(wild), np.ones(200))
    assert_allclose(found.center[0], tame.center[0], atol=0.2)
    assert_allclose(found.reach[0], tame.reach[0], rtol=0.3)
    assert_array_equal(np.array(found)[:, 1:], np.array(tame)[:, 1:])


@CONTAINERS
def test_a_weight_of_2_is_a_sample_twice_and_of_0_none(container):
    X, times = RANDOM.standard_normal((40, 2)), RANDOM.randint(0, 4, 40)
    weighted = find_squashing(container(X), times.astype(float))
    repeated = find_squashing(container(X.repeat(times, axis=0)), np.ones(times.sum()))
    assert_array_equal(weighted, repeated)
    assert_array_equal(weighted, find_squashing(container(X), times / times.sum()))
    mirrored = find_squashing(container(-X), times.astype(float))
    assert_array_equal([-weighted.center, weighted.reach], mirrored)


@CONTAINERS
@pytest.mark.parametrize("share", [0.5, 0.2, 0.05, 0.01, 0.0003])
def test_rare_categories_keep_their_distance(share, container):
    X = (np.arange(4000) < share * 4000).astype(float)[:, np.newaxis]
    moments = Moments.of(container(X), np.ones(4000))
    assert moments.high - moments.low > 0.9
    distance = 1 / moments.scaling(np.float64).inverse_scale
    assert distance == pytest.approx(moments.high - moments.low)


@CONTAINERS
def test_values_that_a_feature_never_had_say_nothing(container):
    X = np.zeros((5000, 2))
    X[123, 1] = 7
    squashing = find_squashing(container(X), np.ones(5000))
    assert_array_equal(squashing.center, [0, 0])
    assert squashing.reach[1] == REACH * 7
    assert squashing.distances(np.array([[5.0, 5.0]]))[0, 0] == pytest.approx(0, abs=1e-300)


@CONTAINERS
def test_moments_are_those_of_squashed_distances(container):
    X = RANDOM.standard_normal((100, 2)) + 5
    X[3, 0] = 1e9
    moments = Moments.of(container(X), np.ones(100))
    distances = moments.squashing.distances(X)
    assert_allclose(moments.mean, distances.mean(axis=0), rtol=1e-9)
    assert_allclose(moments.variance, distances.var(axis=0), rtol=1e-9)
    assert_allclose(moments.high, distances.max(axis=0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_samples_are_squashed_like_dense_ones(dtype):
    X = sparse.random(50, 4, density=0.4, format="csr", random_state=0, dtype=dtype)
    center = np.array([0, 0.3, -2, 0.9], dtype=dtype)
    squashing = Squashing(center, np.array([0.1, 0.5, 1, 100], dtype=dtype))
    before = X.copy()
    rest, base = squashing.sparse_distances(X)
    assert_allclose(rest.toarray() + base, squashing.distances(X.toarray()), rtol=1e-5, atol=1e-6)
    assert rest.nnz == X.nnz
    assert rest.dtype == base.dtype == dtype
    assert (before != X).nnz == 0


def stream(parts, container=np.asarray):
    """Moments and sample after the parts of a stream."""
    first = container(parts[0]), np.ones(len(parts[0]))
    moments = Moments.of(*first)
    sample = start_sample(moments, *first)
    for part in parts[1:]:
        moments, sample = go_on(moments, sample, container(part), np.ones(len(part)))
    return moments, sample


@CONTAINERS
@pytest.mark.parametrize("size", [1, 7, 256])
def test_a_stream_is_squashed_like_its_table(size, container):
    # The same samples whatever ran before: medians of half of them are off by chance.
    X = np.random.RandomState(0).standard_normal((1024, 3)) * [1, 10, 0.1] + [0, 100, -5]
    moments, sample = stream(np.split(X, range(size, 1024, size)), container)
    whole = Moments.of(X, np.ones(1024))
    assert sample.n_seen == len(sample.weights) == 1024
    assert_allclose(moments.center, whole.center, rtol=0.03, atol=0.03)
    assert_allclose(moments.reach, whole.reach, rtol=0.1)
    assert_allclose(moments.variance, whole.variance, rtol=0.1)
    assert moments.weight == 1024


@pytest.mark.parametrize("size", [1000, 9000])
def test_the_sample_of_a_stream_is_even_and_of_a_limited_size(size):
    values = np.arange(36_000.0)[:, np.newaxis]
    moments, sample = stream(np.split(values, range(size, 36_000, size)))
    assert MOST_SAMPLES / 2 < len(sample.X) <= MOST_SAMPLES
    assert_array_equal(np.diff(sample.X[:, 0]), sample.stride)
    assert moments.weight == sample.n_seen == 36_000
    # Its first samples do not decide how later ones are squashed.
    assert moments.center > 12_000


def test_samples_of_weight_zero_are_not_kept():
    X = RANDOM.standard_normal((10, 2))
    samples = X, np.array([1.0, 0] * 5)
    sample = start_sample(Moments.of(*samples), *samples)
    assert_array_equal(sample.X, X[::2])
