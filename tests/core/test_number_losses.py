"""Losses of numbers: those that scikit-learn measures, and what is best for all samples."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.metrics import (
    mean_absolute_error,
    mean_gamma_deviance,
    mean_pinball_loss,
    mean_poisson_deviance,
    mean_squared_error,
)

from helpers.problems import NUMBER_KINDS, draw_codes, loss_of
from skshallow._core.links import LINKS
from skshallow._core.losses import AbsoluteError, Huber, Poisson, Quantile

every_kind = pytest.mark.parametrize("kind", NUMBER_KINDS)
METRICS = {
    "squared_error": lambda y, p, w: mean_squared_error(y, p, sample_weight=w) / 2,
    "absolute_error": lambda y, p, w: mean_absolute_error(y, p, sample_weight=w),
    "quantile": lambda y, p, w: mean_pinball_loss(y, p, sample_weight=w, alpha=0.2),
    "poisson": lambda y, p, w: mean_poisson_deviance(y, p, sample_weight=w) / 2,
    "gamma": lambda y, p, w: mean_gamma_deviance(y, p, sample_weight=w) / 2,
}


def draw(kind, n_samples=40):
    random_state = np.random.RandomState(3)
    loss, n_outputs = loss_of(kind)
    targets = draw_codes(kind, n_samples, random_state)
    raw = random_state.standard_normal((n_outputs, n_samples))
    return loss, targets, raw, random_state.uniform(0.5, 2, n_samples)


def value_of(loss, raw, targets, weights):
    encoded = loss.encode(targets, np.float64)
    return loss.value_and_gradient(raw[np.newaxis].copy(), encoded, weights)[0]


@pytest.mark.parametrize("kind", METRICS)
def test_values_are_the_metrics_of_scikit_learn(kind):
    loss, targets, raw, weights = draw(kind)
    predictions = LINKS[loss.link].inverse(raw.T)
    columns = zip(targets.reshape(len(weights), -1).T, predictions.T, strict=True)
    expected = sum(METRICS[kind](y, p, weights) for y, p in columns)
    found = value_of(loss, raw, targets, weights) / weights.sum()
    assert found == pytest.approx(expected, rel=1e-12)


def test_huber_is_half_the_square_of_small_errors_and_linear_in_large_ones():
    loss, targets = Huber(0.5), np.zeros(4)
    values = [
        value_of(loss, np.array([[e, 0.0, 0.0, 0.0]]), targets, np.ones(4)) for e in (-3, 0.4, 2)
    ]
    assert values == pytest.approx([0.5 * 3 - 0.125, 0.08, 0.5 * 2 - 0.125])


def test_several_quantiles_cost_what_each_of_them_does():
    targets, raw = np.array([1.0, 2.0, 4.0]), np.array([[0.0, 2.5, 3.0], [2.0, 2.0, 5.0]])
    both = value_of(Quantile((0.1, 0.7)), raw, targets, np.ones(3))
    each = [
        value_of(Quantile((level,)), raw[[row]], targets, np.ones(3))
        for row, level in enumerate((0.1, 0.7))
    ]
    assert both == pytest.approx(sum(each))


@pytest.mark.parametrize("loss", [Quantile((0.2,), corner=0.3), AbsoluteError(corner=0.3)])
def test_a_corner_is_the_mean_over_targets_spread_evenly(loss):
    errors, spread = np.linspace(-0.5, 0.5, 21), np.linspace(-0.3, 0.3, 4001)
    level = loss.levels[0]
    factor = 2 if isinstance(loss, AbsoluteError) else 1
    e = errors[:, np.newaxis] - spread
    expected = factor * np.maximum((1 - level) * e, -level * e).mean(axis=1)
    found = [value_of(loss, np.array([[one]]), np.zeros(1), np.ones(1)) for one in errors]
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("corner", [0.05, 0.7])
def test_the_gradient_inside_a_corner(corner):
    loss, raw = Quantile((0.3, 0.9), corner), np.linspace(-1, 1, 24).reshape(2, 12)
    weights, gradient, step = np.arange(1.0, 13.0), raw[np.newaxis].copy(), 1e-7
    loss.value_and_gradient(gradient, np.zeros((1, 12)), weights)
    for index in np.ndindex(*raw.shape):
        moved = [raw.copy(), raw.copy()]
        moved[0][index] += step
        moved[1][index] -= step
        values = [value_of(loss, one, np.zeros(12), weights) for one in moved]
        assert gradient[0][index] == pytest.approx((values[0] - values[1]) / (2 * step), abs=1e-5)
    curved, there = np.ones_like(raw), raw.copy()
    loss.curve(there, np.zeros((1, 12)), curved, weights)
    np.testing.assert_allclose(curved, weights * (np.abs(raw) <= corner) / (2 * corner))


def test_corners_are_narrow_where_samples_are_many():
    corners = [Quantile((0.5,)).suited(10, total).corner for total in (0.5, 5, 500, 1e6)]
    assert corners[:2] == [1, 1]
    assert corners[2] == pytest.approx(1.2 * ((10 + np.log(500)) / 500) ** 0.4)
    assert 0 < corners[3] < 0.02


@every_kind
def test_the_best_constant_is_no_worse_than_any_other(kind):
    loss, targets, raw, weights = draw(kind)

    def mean_loss(constant):
        there = np.repeat(np.reshape(constant, (-1, 1)), len(weights), axis=1)
        return value_of(loss, there, targets, weights) / weights.sum()

    best = loss.of_constant(targets, weights)
    found = minimize(mean_loss, np.zeros(len(raw)), method="Nelder-Mead", options={"xatol": 1e-7})
    assert best == pytest.approx(found.fun, rel=1e-4)
    assert best <= found.fun + 1e-9


@pytest.mark.parametrize("kind", ["quantile", "quantiles", "poisson", "gamma"])
def test_training_starts_from_the_best_constant(kind):
    loss, targets, _, weights = draw(kind)
    there = np.repeat(loss.start(targets, weights)[:, np.newaxis], len(weights), axis=1)
    value = value_of(loss, there, targets, weights) / weights.sum()
    assert value == pytest.approx(loss.of_constant(targets, weights), rel=1e-12)


@every_kind
def test_a_weight_of_two_is_a_sample_twice(kind):
    loss, targets, _, _ = draw(kind, n_samples=12)
    weights = np.arange(12) % 3
    repeated = np.repeat(np.arange(12), weights)
    ones = np.ones(len(repeated))
    assert loss.of_constant(targets, weights) == pytest.approx(
        loss.of_constant(targets[repeated], ones), rel=1e-12
    )
    assert np.ravel(loss.start(targets, weights)) == pytest.approx(
        np.ravel(loss.start(targets[repeated], ones)), rel=1e-12
    )


def test_counts_that_are_all_zero_start_at_one():
    assert Poisson().start(np.zeros(3), np.ones(3)) == pytest.approx([0.0])
    assert Poisson().of_constant(np.zeros(3), np.ones(3)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("quantile", [0.0, 1.0, [0.5, 0.5], [0.9, 0.1], [], ["a"], [[0.1]], np.nan])
def test_quantiles_lie_between_0_and_1_and_ascend(quantile):
    with pytest.raises(ValueError, match=r"quantile must be a number between 0 and 1, or a list"):
        Quantile.from_params({"quantile": quantile})
