"""The regressor that chooses its penalty, and searches over regressors."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.compose import TransformedTargetRegressor
from sklearn.metrics import mean_pinball_loss, r2_score
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.regressors import (
    NUMBER_LOSSES,
    SEVERAL_QUANTILES,
    candidate,
    chooser,
    draw_for,
    draw_numbers,
)
from skshallow import OneHiddenLayerRegressor, StackedGridSearchCV

every_loss = pytest.mark.parametrize("loss", NUMBER_LOSSES)
SPLITS = KFold(3, shuffle=True, random_state=0)


@every_loss
@pytest.mark.parametrize("n_targets", [1, 2])
def test_it_chooses_and_predicts(loss, n_targets):
    X, y = draw_for(loss, n_targets)
    reg = chooser(loss=loss).fit(X, y)
    assert reg.alpha_ in (0.1, 3.0, 100.0)
    assert reg.n_splits_ == 5
    assert reg.predict(X).shape == y.shape
    assert reg.score(X, y) == pytest.approx(r2_score(y, reg.predict(X)))
    assert reg.score(X, y) > 0.3


def test_scores_are_minus_the_loss_in_variances_of_the_samples_trained_on():
    X, y = draw_numbers(2)
    reg = chooser(alphas=[3.0], cv=SPLITS, refit=False).fit(X, y)
    expected = []
    for train, test in SPLITS.split(X):
        settings = {"alpha": 3.0, "max_iter": 300, "random_state": 0}
        one = OneHiddenLayerRegressor(4, **settings).fit(X[train], y[train])
        errors = (one.predict(X[test]) - y[test]) / y[train].std(axis=0)
        expected.append(-0.5 * np.mean(np.sum(errors**2, axis=1)))
    assert reg.best_score_ == pytest.approx(np.mean(expected), rel=1e-9)


def test_units_of_the_targets_do_not_matter():
    X, y = draw_numbers()
    settings = {"alphas": 5}
    reg, other = chooser(**settings).fit(X, y), chooser(**settings).fit(X, 1e6 * y + 1e9)
    assert other.alpha_ == pytest.approx(reg.alpha_, rel=1e-6)
    assert other.best_score_ == pytest.approx(reg.best_score_, rel=1e-6)


def test_several_quantiles_are_chosen_for():
    X, y = draw_numbers(n_samples=200)
    reg = chooser(**SEVERAL_QUANTILES).fit(X, y)
    levels = SEVERAL_QUANTILES["quantile"]
    assert (np.diff(reg.predict(X), axis=1) >= 0).all()
    constant = np.quantile(y, levels)
    for p, level, alike in zip(reg.predict(X).T, levels, constant, strict=True):
        found, expected = (mean_pinball_loss(y, one, alpha=level) for one in (p, 0 * y + alike))
        assert found < 0.8 * expected


def test_a_scoring_of_its_own_decides():
    X, y = draw_numbers()
    reg = chooser(scoring="neg_mean_absolute_error").fit(X, y)
    assert reg.score(X, y) == pytest.approx(-np.abs(reg.predict(X) - y).mean())
    assert reg.best_score_ < 0


def test_groups_stay_together():
    X, y = draw_numbers()
    groups = np.arange(90) // 10
    reg = chooser(cv=GroupKFold(3)).fit(X, y, groups=groups)
    assert reg.n_splits_ == 3


def test_whole_numbers_are_not_split_like_classes():
    X, y = draw_for("poisson")
    whole = np.floor(3 * y)
    plain = chooser(loss="poisson", cv=3, refit=False).fit(X, whole)
    other = chooser(loss="poisson", cv=KFold(3), refit=False).fit(X, whole)
    assert plain.best_score_ == other.best_score_


def test_refitting_goes_on_for_at_least_as_long_as_a_plain_fit():
    """With many samples per parameter "auto" is a lower tol than the one of the refit."""
    X, y = draw_numbers(n_samples=3000)
    reg = chooser(alphas=[1.0], max_iter=1000).fit(X, y)
    plain = OneHiddenLayerRegressor(4, alpha=1.0, random_state=0).fit(X, y)
    assert reg.n_iter_ == plain.n_iter_
    assert_array_equal(reg.predict(X), plain.predict(X))


def test_two_samples_are_needed():
    with pytest.raises(ValueError, match="n_samples = 1"):
        chooser().fit([[1.0]], [2.0])


@pytest.mark.parametrize("loss", ["squared_error", "quantile", "poisson"])
def test_a_search_scores_as_grid_search_cv(loss):
    X, y = draw_for(loss)
    grid = {"alpha": [0.1, 10.0], "n_h": [2, 4]}
    ours, plain = (
        search(candidate(loss=loss), grid, cv=SPLITS, error_score="raise").fit(X, y)
        for search in (StackedGridSearchCV, GridSearchCV)
    )
    scores = [one.cv_results_["mean_test_score"] for one in (ours, plain)]
    assert_allclose(*scores, rtol=1e-9)
    assert_allclose(ours.predict(X), plain.predict(X), rtol=1e-9)


def test_a_search_chooses_among_losses_of_a_pipeline():
    X, y = draw_for("gamma")
    pipeline = make_pipeline(StandardScaler(), candidate(solver="lbfgs", max_iter=50))
    grid = {
        "onehiddenlayerregressor__loss": ["squared_error", "gamma", "huber"],
        "onehiddenlayerregressor__alpha": [0.1, 10.0],
    }
    ours, plain = (
        search(pipeline, grid, cv=SPLITS, scoring="neg_mean_gamma_deviance").fit(X, np.exp(y))
        for search in (StackedGridSearchCV, GridSearchCV)
    )
    scores = [one.cv_results_["mean_test_score"] for one in (ours, plain)]
    assert_allclose(*scores, rtol=1e-6)


def test_a_search_refuses_a_regressor_of_transformed_targets_by_name():
    X, y = draw_numbers()
    search = StackedGridSearchCV(
        TransformedTargetRegressor(candidate()), {"regressor__alpha": [1.0]}
    )
    with pytest.raises(TypeError, match=r"(?s)got TransformedTargetRegressor.*Use"):
        search.fit(X, y)
