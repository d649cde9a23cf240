"""StackedGridSearchCV with several metrics, and with scorers that fail."""

import numpy as np
import pytest
from sklearn.metrics import get_scorer, make_scorer

from helpers.classifiers import candidate
from helpers.samples import draw_samples
from helpers.searches import (
    assert_same_error,
    assert_same_results,
    both,
    errors_in,
    search_both,
    warnings_of,
)
from skshallow import StackedGridSearchCV

METRICS = ["accuracy", "neg_log_loss"]


def fails(clf, X, y):
    raise ArithmeticError("no score today")


def fails_where_alpha_is_high(clf, X, y):
    if clf.alpha > 1:
        fails(clf, X, y)
    return clf.score(X, y)


def several(clf, X, y):
    return {"all": clf.score(X, y), "half": clf.score(X[::2], y[::2])}


def several_where_alpha_is_low(clf, X, y):
    return fails_where_alpha_is_high(clf, X, y) and several(clf, X, y)


@pytest.mark.parametrize(
    "scoring",
    [
        fails_where_alpha_is_high,
        {"good": "accuracy", "bad": make_scorer(fails, response_method="predict")},
        {"good": "accuracy", "bad": fails},
        "roc_auc_ovr",
    ],
    ids=["callable", "metric", "scorer", "multiclass only"],
)
def test_a_scorer_that_fails_is_told_like_by_grid_search(scoring):
    X, y = draw_samples()
    settings = {"scoring": scoring, "refit": "good" if isinstance(scoring, dict) else True}
    plain, ours = search_both(candidate(), {"alpha": [0.1, 10]}, **settings)
    expected, found = (warnings_of(search, X, y, UserWarning) for search in (plain, ours))
    assert errors_in(found) == errors_in(expected)
    assert len(found) == len(expected)
    assert_same_results(plain, ours)


@pytest.mark.parametrize("scoring", [fails, {"good": "accuracy", "bad": fails}, several])
def test_a_scorer_that_fails_raises_where_asked_to(scoring):
    X, y = draw_samples()
    clf = candidate()
    if scoring is several:
        scoring = several_where_alpha_is_low
    settings = {"scoring": scoring, "refit": False, "error_score": "raise"}
    assert_same_error(clf, {"alpha": [0.1, 10]}, X, y, words="no score today", **settings)


def test_several_metrics_at_once_may_all_fail_for_a_candidate():
    search = StackedGridSearchCV(
        candidate(), {"alpha": [10, 0.1]}, scoring=several_where_alpha_is_low, refit="all", cv=3
    )
    found = warnings_of(search, *draw_samples(), UserWarning)
    assert sum("Scoring failed" in one for one in found) == 3
    for name in ("all", "half"):
        assert np.isnan(search.cv_results_[f"mean_test_{name}"]).tolist() == [True, False]
    assert search.best_params_ == {"alpha": 0.1}


@pytest.mark.parametrize(
    "scoring",
    [lambda clf, X, y: "high", lambda clf, X, y: np.ones(2), lambda clf, X, y: {"name": None}],
    ids=["str", "array", "dict"],
)
def test_a_score_is_a_number(scoring):
    settings = {"scoring": scoring, "refit": False, "words": "scoring must return a number"}
    assert_same_error(candidate(), {"alpha": [0.1]}, *draw_samples(), **settings)


@pytest.mark.parametrize("container", [np.float64, np.array, lambda score: np.array([score])])
def test_a_score_may_be_a_number_of_numpys(container):
    plain, ours = both(
        candidate(),
        {"alpha": [0.1, 10]},
        *draw_samples(),
        scoring=lambda clf, X, y: container(clf.score(X, y)),
    )
    assert_same_results(plain, ours)


@pytest.mark.parametrize(
    "scoring",
    [METRICS, tuple(METRICS), {"low": "accuracy", "log": get_scorer("neg_log_loss")}, several],
    ids=["list", "tuple", "dict", "callable"],
)
@pytest.mark.parametrize("by", ["first", "last", "nothing", "function"])
def test_several_metrics(scoring, by):
    X, y = draw_samples()
    names = ["all", "half"] if scoring is several else list(scoring)
    refit = {"first": names[0], "last": names[-1], "nothing": False}.get(
        by, lambda results: int(results[f"mean_test_{names[0]}"].argmin())
    )
    settings = {"scoring": scoring, "refit": refit, "return_train_score": True}
    plain, ours = both(candidate(), {"alpha": [0.1, 10]}, X, y, **settings, cv=2)
    assert_same_results(plain, ours)
    assert repr(ours.scorer_) == repr(plain.scorer_)
    fitted = {name for name in vars(plain) if name[-1] == "_" and name[0] != "_"}
    assert {name for name in vars(ours) if name[-1] == "_"} == fitted
    if isinstance(refit, str):
        assert ours.score(X, y) == pytest.approx(plain.score(X, y))
        assert ours.best_score_ == pytest.approx(plain.best_score_)
    if refit:
        assert ours.best_params_ == plain.best_params_
        np.testing.assert_array_equal(ours.predict(X), plain.predict(X))
