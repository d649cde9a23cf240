"""Regressors that learn from a stream, or go on where they were left."""

import copy

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from helpers.regressors import NUMBER_LOSSES, SEVERAL_QUANTILES, candidate, draw_for, draw_numbers
from skshallow import OneHiddenLayerRegressor

every_loss = pytest.mark.parametrize("loss", NUMBER_LOSSES)


@every_loss
def test_a_warm_start_is_a_longer_training(loss):
    X, y = draw_for(loss)
    whole = candidate(loss=loss, max_iter=12, alpha=1.0).fit(X, y)
    parts = candidate(loss=loss, max_iter=5, alpha=1.0, warm_start=True).fit(X, y)
    parts.set_params(max_iter=7).fit(X, y)
    assert_array_equal(parts.predict(X), whole.predict(X))
    assert parts.loss_curve_ == whole.loss_curve_


def test_training_goes_on_with_the_same_loss_only():
    X, y = draw_numbers()
    reg = candidate(warm_start=True).fit(X, y)
    before = reg.predict(X)
    with pytest.raises(ValueError, match=r"loss AbsoluteError.* differs from SquaredError"):
        reg.set_params(loss="absolute_error").fit(X, y)
    assert_array_equal(reg.predict(X), before)


@every_loss
def test_a_stream_is_learned(loss):
    X, y = draw_for(loss, n_samples=600)
    reg = OneHiddenLayerRegressor(16, loss=loss, learning_rate=0.02, random_state=0)
    for _ in range(30):
        for start in range(0, 600, 100):
            reg.partial_fit(X[start : start + 100], y[start : start + 100])
    assert reg.score(X, y) > 0.5
    assert reg.n_iter_ == 180


def test_the_targets_of_a_stream_are_standardised_by_all_so_far():
    X, y = draw_numbers(2, n_samples=300)
    weights = np.random.RandomState(0).uniform(size=300)
    reg = candidate(solver="adam")
    for start in range(0, 300, 50):
        part = slice(start, start + 50)
        reg.partial_fit(X[part], y[part], sample_weight=weights[part])
    whole = candidate(solver="adam", max_iter=1).fit(X, y, sample_weight=weights)
    for name in ("weight", "variance"):
        found, expected = (one._training["target_moments"][name] for one in (reg, whole))
        assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("loss", ["absolute_error", "huber"])
def test_the_targets_of_a_stream_are_measured_robustly_where_the_loss_is(loss):
    X, y = draw_numbers(n_samples=400)
    wild = y.copy()
    wild[::50] = 1e7
    reg = OneHiddenLayerRegressor(16, loss=loss, random_state=0)
    for _ in range(30):
        for start in range(0, 400, 40):
            reg.partial_fit(X[start : start + 40], wild[start : start + 40])
    assert np.abs(reg.predict(X) - y).mean() < 20


def test_a_call_that_fails_is_as_if_it_had_not_been():
    X, y = draw_numbers(n_samples=200)
    reg = candidate(solver="adam").partial_fit(X[:100], y[:100])
    twin = copy.deepcopy(reg)
    with pytest.raises(ValueError, match="y must hold 1 number for each sample"):
        reg.partial_fit(X[100:], np.column_stack([y, y])[100:])
    with pytest.raises(ValueError, match="NaN"):
        reg.partial_fit(X[100:], np.full(100, np.nan))
    reg.partial_fit(X[100:], y[100:])
    twin.partial_fit(X[100:], y[100:])
    assert_array_equal(reg.predict(X), twin.predict(X))


def test_several_quantiles_of_a_stream():
    X, y = draw_numbers(n_samples=400)
    reg = OneHiddenLayerRegressor(16, **SEVERAL_QUANTILES, random_state=0)
    for _ in range(40):
        for start in range(0, 400, 100):
            reg.partial_fit(X[start : start + 100], y[start : start + 100])
    below = (y[:, np.newaxis] <= reg.predict(X)).mean(axis=0)
    assert_allclose(below, reg.quantiles_, atol=0.1)


def test_counts_of_a_stream_may_all_be_zero_at_first():
    X, y = draw_for("poisson", n_samples=200)
    reg = OneHiddenLayerRegressor(8, loss="poisson", random_state=0).partial_fit(X[:5], np.zeros(5))
    for _ in range(50):
        reg.partial_fit(X, y)
    assert reg.score(X, y) > 0.3


def test_a_stream_goes_on_after_a_table():
    X, y = draw_numbers(n_samples=200)
    reg = OneHiddenLayerRegressor(8, solver="adam", max_iter=50, tol=0, random_state=0)
    before = reg.fit(X[:100], y[:100]).score(X[100:], y[100:])
    for _ in range(20):
        reg.partial_fit(X[100:], y[100:])
    assert reg.score(X[100:], y[100:]) > before
