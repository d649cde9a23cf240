"""Samples with values far outside of the others count for less."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import make_moons
from sklearn.metrics import log_loss

from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV
from skshallow._data.far_samples import FAR, measure
from skshallow._data.scaling import Moments
from skshallow._data.squashing import find_squashing, no_squashing

N_SAMPLES = 100


def table(n_far=2, reaches=40.0, dtype=np.float64):
    """Samples, the last of which are so many reaches away in their second feature."""
    X = np.random.RandomState(0).standard_normal((N_SAMPLES, 3))
    squashing = find_squashing(X, np.ones(N_SAMPLES))
    X[-n_far:, 1] = squashing.center[1] - reaches * squashing.reach[1]
    return X.astype(dtype)


def measured(X, weights=None):
    weights = np.ones(X.shape[0]) if weights is None else weights
    squashing = find_squashing(X, weights)
    return *measure(X, weights, squashing), squashing


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_share_is_inverse_to_the_distance(dtype):
    X = table(dtype=dtype)
    moments, shares, squashing = measured(X)
    distances = np.abs(X[-2:, 1] - squashing.center[1]) / squashing.reach[1]
    assert_allclose(shares, np.r_[np.ones(N_SAMPLES - 2), FAR / distances], rtol=1e-6)
    expected = Moments.of(X, shares, squashing)
    assert_array_equal(moments.mean, expected.mean)
    assert_array_equal(moments.variance, expected.variance)


def test_nothing_is_far_in_a_table_without_wild_values():
    X = table(reaches=0.99 * FAR)
    moments, shares, squashing = measured(X)
    assert shares is None
    assert_array_equal(moments.mean, Moments.of(X, np.ones(N_SAMPLES), squashing).mean)


def test_the_furthest_value_of_a_sample_decides():
    X = table()
    X[-1, 2] = 1e9
    _, shares, squashing = measured(X)
    assert_allclose(shares[-1], FAR * squashing.reach[2] / 1e9, rtol=1e-6)
    assert 0.3 < shares[-2] < 0.7


def test_samples_far_away_that_are_not_alone_there_count_in_full():
    # More than so many reach the letter values, and the reach.
    assert measured(table(n_far=5))[1] is not None
    assert measured(table(n_far=6))[1] is None


@pytest.mark.parametrize("n_far", [50, 51])
def test_as_many_as_make_a_table_are_not_alone_however_large_the_table(n_far):
    X = np.random.RandomState(0).standard_normal((5000, 2))
    X[:n_far, 1] = 1e6
    assert (measured(X)[1] is None) == (n_far > 50)


def test_a_weight_of_two_counts_as_the_sample_twice():
    X = table()
    weights = np.where(np.arange(N_SAMPLES) % 3, 1.0, 2.0)
    twice = np.repeat(np.arange(N_SAMPLES), weights.astype(int))
    moments, shares, _ = measured(X, weights)
    expected, repeated, _ = measured(X[twice])
    assert_allclose(shares[twice], repeated)
    assert_allclose(moments.variance, expected.variance)


def test_sparse_tables_count_alike():
    X = table()
    X[::2, 0] = 0
    moments, shares, _ = measured(X)
    expected, of_sparse, _ = measured(sparse.csr_array(X))
    assert_allclose(of_sparse, shares)
    assert_allclose(moments.variance, expected.variance)


def test_values_of_a_feature_that_did_not_vary_are_not_far():
    X = table()
    X[:, 0] = 3
    weights = np.ones(N_SAMPLES)
    squashing = find_squashing(X, weights)
    X[7, 0] = 4
    assert_allclose(measure(X, weights, squashing)[1][7], 1)


def test_nothing_is_far_where_nothing_is_squashed():
    X = table()
    assert measure(X, np.ones(N_SAMPLES), no_squashing(X, np.ones(N_SAMPLES)))[1] is None


@pytest.fixture
def spoiled():
    """Moons of which 6 in 120 samples are spoiled, and which these are."""
    X, y = make_moons(120, noise=0.2, random_state=0)
    random_state = np.random.RandomState(0)
    who, feature = random_state.choice(120, 6, replace=False), random_state.randint(2, size=6)
    X[who, feature] = 1e4 * random_state.choice([-1, 1], 6)
    return X, y, who


def test_spoiled_samples_do_little_more_harm_than_their_absence(spoiled):
    X, y, who = spoiled
    X_test, y_test = make_moons(3000, noise=0.2, random_state=100)
    losses = []
    for rows in (np.delete(np.arange(len(y)), who), slice(None)):
        clf = OneHiddenLayerClassifier(random_state=0).fit(X[rows], y[rows])
        losses.append(log_loss(y_test, clf.predict_proba(X_test)))
    without, spoilt = losses
    assert spoilt <= 1.1 * without


def test_a_warm_start_and_a_search_count_alike(spoiled):
    X, y, _ = spoiled
    params = {"n_h": 4, "alpha": 1.0, "max_iter": 6, "tol": 0, "random_state": 0}
    whole = OneHiddenLayerClassifier(**params).fit(X, y)
    parts = OneHiddenLayerClassifier(**params | {"max_iter": 3}, warm_start=True)
    parts.fit(X, y).fit(X, y)
    assert_allclose(parts.coefs_[0], whole.coefs_[0], rtol=1e-6)
    search = StackedGridSearchCV(OneHiddenLayerClassifier(**params), {"alpha": [1.0]}, cv=2)
    assert_allclose(search.fit(X, y).best_estimator_.coefs_[0], whole.coefs_[0], rtol=1e-6)
