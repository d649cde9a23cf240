"""What a regressor is: its attributes, units of y, and targets at the limits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes
from sklearn.metrics import d2_pinball_score, r2_score

from helpers.cases import every_solver, may_not_converge
from helpers.regressors import NUMBER_LOSSES, SEVERAL_QUANTILES, candidate, draw_for, draw_numbers
from helpers.samples import squashed
from skshallow import OneHiddenLayerRegressor

every_loss = pytest.mark.parametrize("loss", NUMBER_LOSSES)
OF_EITHER_SIGN = ["squared_error", "absolute_error", "huber", "quantile"]


@every_loss
@pytest.mark.parametrize("n_targets", [1, 2])
def test_predictions_follow_from_the_public_attributes(loss, n_targets):
    X, y = draw_for(loss, n_targets)
    reg = candidate(loss=loss, activation="tanh").fit(X, y)
    S = squashed(X, reg.feature_center_, reg.feature_reach_)
    raw = np.tanh(S @ reg.coefs_[0] + reg.intercepts_[0]) @ reg.coefs_[1] + reg.intercepts_[1]
    expected = np.exp(raw) if loss in ("poisson", "gamma") else raw
    assert_allclose(reg.predict(X), expected[:, 0] if n_targets == 1 else expected, rtol=1e-9)
    assert reg.predict(X).shape == y.shape
    assert (reg.n_outputs_, reg.n_features_in_) == (n_targets, 4)
    assert reg.target_type_ == ("continuous" if n_targets == 1 else "continuous-multioutput")
    assert (reg.quantiles_ is not None) == (loss == "quantile")


@pytest.mark.parametrize("loss", OF_EITHER_SIGN)
@every_solver
def test_units_of_the_targets_do_not_matter(loss, solver):
    X, y = draw_for(loss)
    reg = candidate(loss=loss, solver=solver).fit(X, y)
    other = candidate(loss=loss, solver=solver).fit(X, 1e6 * y + 1e9)
    assert_allclose(other.predict(X), 1e6 * reg.predict(X) + 1e9, rtol=1e-6)
    assert_allclose(other.loss_curve_, reg.loss_curve_, rtol=1e-6)


def test_units_of_the_targets_do_not_matter_to_the_penalty_found():
    X, y = draw_numbers()
    reg, other = (OneHiddenLayerRegressor(4, random_state=0).fit(X, one) for one in (y, 1e-3 * y))
    assert other.alpha_ == pytest.approx(reg.alpha_, rel=1e-6)
    assert_allclose(other.predict(X), 1e-3 * reg.predict(X), rtol=1e-5)


def test_every_target_of_several_has_units_of_its_own():
    X, y = draw_numbers(2)
    reg = candidate().fit(X, y)
    other = candidate().fit(X, y * [1e-3, 1e3] + [0, 50])
    assert_allclose(other.predict(X), reg.predict(X) * [1e-3, 1e3] + [0, 50], rtol=1e-6)


def test_the_loss_is_in_variances_of_the_target():
    X, y = draw_numbers()
    reg = candidate(alpha=0).fit(X, y)
    assert reg.loss_ == pytest.approx(np.mean((reg.predict(X) - y) ** 2) / 2 / y.var(), rel=1e-9)


@pytest.mark.parametrize("loss", ["poisson", "gamma"])
def test_positive_numbers_keep_their_units(loss):
    X, y = draw_for(loss)
    reg = candidate(loss=loss, alpha=0, solver="lbfgs").fit(X, y)
    p = reg.predict(X)
    assert (p > 0).all()
    ratio = y / p
    deviance = y * np.log(ratio) - y + p if loss == "poisson" else ratio - np.log(ratio) - 1
    assert reg.loss_ == pytest.approx(deviance.mean(), rel=1e-9)


@every_loss
def test_a_constant_target_is_predicted(loss):
    X, _ = draw_numbers()
    reg = OneHiddenLayerRegressor(4, loss=loss, random_state=0).fit(X, np.full(90, 1234.5))
    if loss in OF_EITHER_SIGN:
        assert_array_equal(reg.predict(X), np.full(90, 1234.5))
    else:
        assert_allclose(reg.predict(X), 1234.5, rtol=0.02)


def test_one_constant_target_among_several():
    X, y = draw_numbers(2)
    y[:, 1] = -7
    reg = OneHiddenLayerRegressor(4, random_state=0).fit(X, y)
    assert_array_equal(reg.predict(X)[:, 1], np.full(90, -7.0))
    assert r2_score(y[:, 0], reg.predict(X)[:, 0]) > 0.3


def test_counts_that_are_all_zero_are_predicted_to_be_next_to_nothing():
    X, _ = draw_numbers()
    reg = OneHiddenLayerRegressor(4, loss="poisson", random_state=0).fit(X, np.zeros(90))
    assert (reg.predict(X) < 0.1).all()


@every_loss
def test_a_single_sample_is_predicted(loss):
    reg = OneHiddenLayerRegressor(4, loss=loss, random_state=0).fit([[1.0, 2.0]], [3.0])
    assert reg.predict([[1.0, 2.0]]) == pytest.approx([3.0], rel=0.05)


@pytest.mark.parametrize(
    ("loss", "y", "message"),
    [
        ("squared_error", [1, np.nan, 2], "NaN"),
        ("squared_error", [1, np.inf, 2], "infinity"),
        ("squared_error", ["a", "b", "c"], "y must hold numbers"),
        ("squared_error", [1e200, -1e200, 0], "y varies too much"),
        ("poisson", [1, -2, 0], r"y must hold numbers at least 0 for loss='poisson'; it holds -2"),
        ("gamma", [1, 0, 2], r"y must hold numbers above 0 for loss='gamma'; it holds 0"),
    ],
)
def test_targets_that_cannot_be_learned_are_refused(loss, y, message):
    X = [[0.0], [1.0], [2.0]]
    with pytest.raises(ValueError, match=message):
        OneHiddenLayerRegressor(2, loss=loss).fit(X, y)


def test_numbers_may_be_objects():
    X, y = draw_numbers()
    plain, objects = candidate().fit(X, y), candidate().fit(X, y.astype(object))
    assert_array_equal(plain.predict(X), objects.predict(X))


def test_whole_numbers_are_numbers():
    X, y = draw_numbers()
    whole = np.round(y).astype(np.int64)
    assert_array_equal(
        candidate().fit(X, whole).predict(X), candidate().fit(X, whole.astype(float)).predict(X)
    )


def test_quantiles_ascend():
    X, y = draw_numbers()
    reg = candidate(**SEVERAL_QUANTILES, solver="lbfgs", max_iter=60).fit(X, y)
    bands = reg.predict(np.random.RandomState(0).normal(scale=4, size=(500, 4)))
    assert bands.shape == (500, 5)
    assert (np.diff(bands, axis=1) >= 0).all()
    assert_array_equal(reg.quantiles_, SEVERAL_QUANTILES["quantile"])
    raw = np.column_stack([reg.predict(X)])
    below = (y[:, np.newaxis] <= raw).mean(axis=0)
    assert_allclose(below, reg.quantiles_, atol=0.12)


def test_several_quantiles_are_scored_by_the_mean():
    X, y = draw_numbers()
    reg = candidate(**SEVERAL_QUANTILES).fit(X, y)
    each = zip(reg.predict(X).T, reg.quantiles_, strict=True)
    expected = np.mean([d2_pinball_score(y, p, alpha=level) for p, level in each])
    assert reg.score(X, y) == pytest.approx(expected)


def test_several_quantiles_are_of_one_target():
    X, y = draw_numbers(2)
    with pytest.raises(ValueError, match="Several quantiles are those of one target, but y has 2"):
        candidate(**SEVERAL_QUANTILES).fit(X, y)


@pytest.mark.parametrize("quantile", [1.5, [], [0.9, 0.1], [0.2, 0.2], ["0.5"]])
def test_quantiles_that_are_none_are_named(quantile):
    X, y = draw_numbers()
    with pytest.raises(ValueError, match="quantile"):
        candidate(loss="quantile", quantile=quantile).fit(X, y)


def test_wild_targets_hardly_move_a_median():
    X, y = draw_numbers(n_samples=300)
    wild = y.copy()
    wild[:6] += 1e4
    scores = {}
    for loss in ("squared_error", "absolute_error", "huber"):
        reg = OneHiddenLayerRegressor(8, loss=loss, random_state=0).fit(X, wild)
        scores[loss] = r2_score(y, reg.predict(X))
    assert scores["absolute_error"] > 0.5
    assert scores["huber"] > 0.5
    assert scores["squared_error"] < 0


def test_sparse_samples_are_the_same():
    X, y = draw_numbers()
    X[np.abs(X) < 0.5] = 0
    dense, other = candidate().fit(X, y), candidate().fit(sparse.csr_array(X), y)
    assert_allclose(other.predict(sparse.csr_array(X)), dense.predict(X), rtol=1e-9)


@every_loss
def test_float32_stays_float32(loss):
    X, y = draw_for(loss)
    reg = candidate(loss=loss).fit(X.astype(np.float32), y)
    assert reg.predict(X.astype(np.float32)).dtype == np.float32
    assert {part.dtype for part in [*reg.coefs_, *reg.intercepts_]} == {np.dtype(np.float32)}
    expected = candidate(loss=loss).fit(X, y).predict(X)
    assert_allclose(reg.predict(X), expected, atol=5e-3 * y.std())


@may_not_converge
def test_a_validation_set_is_measured_like_the_samples():
    X, y = draw_numbers(n_samples=200)
    reg = candidate(solver="adam", max_iter=30).fit(X[:100], y[:100], X_val=X[100:], y_val=y[100:])
    error = np.mean((reg.predict(X[100:]) - y[100:]) ** 2) / 2 / y[:100].var()
    assert reg.best_loss_ == pytest.approx(error, rel=1e-9)
    assert reg.best_loss_ == min(reg.validation_loss_curve_)


def test_early_stopping_splits_off_samples():
    X, y = draw_numbers(n_samples=200)
    reg = OneHiddenLayerRegressor(8, early_stopping=True, random_state=0).fit(X, y)
    assert len(reg.validation_loss_curve_) == reg.n_iter_
    assert reg.score(X, y) > 0.5


def test_targets_may_be_transformed():
    X, y = draw_for("gamma")
    reg = TransformedTargetRegressor(candidate(), func=np.log, inverse_func=np.exp).fit(X, y)
    assert_allclose(reg.predict(X), np.exp(candidate().fit(X, np.log(y)).predict(X)))


def test_equal_seeds_give_equal_bits():
    X, y = load_diabetes(return_X_y=True)
    first, second = (OneHiddenLayerRegressor(random_state=3).fit(X, y) for _ in range(2))
    assert_array_equal(first.predict(X), second.predict(X))
