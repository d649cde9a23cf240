"""What candidates are judged by."""

import numpy as np
import pytest
from sklearn.metrics import check_scoring
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV
from skshallow._estimators import stacking
from skshallow.model_selection._scoring import (
    SAMPLE_SCORES,
    NegativeLoss,
    StackScorer,
    checked_once,
)

every_scoring = pytest.mark.parametrize("scoring", SAMPLE_SCORES)


def fitted(kind, dtype=np.float64, n=60):
    X, y = draw_samples(kind)
    X = X.astype(dtype)
    return OneHiddenLayerClassifier(4, max_iter=20, tol=0, random_state=0).fit(X, y), X[:n], y[:n]


def refuse(*args, **kwargs):
    pytest.fail("scikit-learn's scorer was asked")


@every_scoring
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_are_scikit_learns(kind, scoring, dtype):
    clf, X, y = fitted(kind, dtype)
    expected = check_scoring(clf, scoring)
    quick = checked_once(refuse, scoring)
    weights = np.random.RandomState(0).uniform(0, 2, len(y))
    rel = 1e-6 if dtype == np.float32 else 1e-12
    for params in ({}, {"sample_weight": weights}):
        assert quick(clf, X, y, **params) == pytest.approx(expected(clf, X, y, **params), rel=rel)


def test_probabilities_of_zero_are_clipped_as_scikit_learn_clips_them():
    clf, X, y = fitted("binary")
    clf.coefs_[1] *= 1e6
    expected = check_scoring(clf, "neg_log_loss")(clf, X, y)
    assert expected < -1
    assert checked_once(refuse, "neg_log_loss")(clf, X, y) == pytest.approx(expected, rel=1e-12)


def test_a_class_without_test_samples_is_left_to_scikit_learn():
    clf, X, y = fitted("multiclass")
    with pytest.raises(ValueError, match="labels"):
        checked_once(check_scoring(clf, "neg_log_loss"), "neg_log_loss")(clf, X[y != 0], y[y != 0])


@every_scoring
def test_a_scorer_is_shown_as_scikit_learns(scoring):
    clf, *_ = fitted("binary")
    assert repr(checked_once(check_scoring(clf, scoring), scoring)) == repr(
        check_scoring(clf, scoring)
    )


@pytest.mark.parametrize("scoring", ["roc_auc", refuse, {"accuracy": "accuracy"}])
def test_other_scorers_stay_as_they_are(scoring):
    assert checked_once(refuse, scoring) is refuse


def test_pipelines_and_several_labels_are_left_to_scikit_learn():
    asked = []

    def scorer(estimator, X, y):
        asked.append(type(estimator).__name__)
        return 0.5

    quick = checked_once(scorer, "accuracy")
    X, y = draw_samples("binary")
    pipeline = make_pipeline(StandardScaler(), OneHiddenLayerClassifier(2, max_iter=2, tol=0))
    assert quick(pipeline.fit(X, y), X, y) == 0.5
    assert quick(*fitted("multilabel")) == 0.5
    assert asked == ["Pipeline", "OneHiddenLayerClassifier"]


@every_scoring
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_several_at_once_score_as_one_by_one(kind, scoring):
    (one, X, y), other = fitted(kind), fitted(kind)[0]
    other.coefs_[1] *= 0.5
    for scorer in (checked_once(refuse, scoring), NegativeLoss()):
        together = scorer.score_all([one, other], X, y)
        assert together == pytest.approx([scorer(one, X, y), scorer(other, X, y)], rel=1e-12)


def test_candidates_of_one_split_have_their_samples_checked_once(monkeypatch):
    asked = []
    check = stacking.check_features
    monkeypatch.setattr(
        stacking,
        "check_features",
        lambda estimator, X: asked.append(len(X)) or check(estimator, X),
    )
    X, y = draw_samples("binary")
    clf = OneHiddenLayerClassifier(2, max_iter=2, tol=0, random_state=0)
    StackedGridSearchCV(clf, {"alpha": [0.1, 1, 10]}, cv=KFold(2)).fit(X, y)
    assert sum(asked) == len(X)


def test_one_that_cannot_be_scored_costs_no_other_its_score():
    X, y = draw_samples("binary")
    clf = OneHiddenLayerClassifier(2, max_iter=2, tol=0, random_state=0)
    grid = {"alpha": [0.1, 1, 10]}
    search = StackedGridSearchCV(clf, grid, scoring=_BreaksAtOne(), refit=False, cv=2)
    not_finite = pytest.warns(UserWarning, match="non-finite")
    with not_finite, pytest.warns(UserWarning, match="alpha is one"):
        search.fit(X, y)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False, True, False]


class _BreaksAtOne(StackScorer):
    def score_all(self, estimators, X, y):
        if any(estimator.alpha == 1 for estimator in estimators):
            raise RuntimeError("alpha is one")
        return [0.5] * len(estimators)
