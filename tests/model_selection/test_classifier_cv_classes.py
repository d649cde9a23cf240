"""OneHiddenLayerClassifierCV where a split lacks a class, or samples altogether."""

import warnings
from inspect import signature

import numpy as np
import pytest
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.metrics import brier_score_loss, get_scorer, log_loss
from sklearn.model_selection import KFold, TimeSeriesSplit

from helpers.classifiers import chooser
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier

# Scores of probabilities that can be told all classes; in scikit-learn 1.6 the Brier score cannot.
SCORES_OF_CLASSES = ["neg_log_loss"]
if "labels" in signature(brier_score_loss).parameters:
    SCORES_OF_CLASSES.append("neg_brier_score")


def sorted_samples(n_classes):
    X, y = draw_samples("multiclass" if n_classes == 3 else "binary")
    order = np.argsort(y, kind="stable")
    return X[order], np.array(["a", "b", "c"])[y[order]]


def split_scores(clf):
    return np.array([clf.cv_results_[f"split{k}_test_score"] for k in range(clf.n_splits_)])


@pytest.mark.parametrize("cv", [KFold(3), KFold(2), TimeSeriesSplit(4)], ids=str)
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("scoring", [None, "neg_log_loss", "accuracy", "f1_macro"])
def test_a_split_may_lack_a_class(scoring, n_classes, cv):
    X, y = sorted_samples(n_classes)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "F-score is ill-defined")
        clf = chooser(cv=cv, scoring=scoring).fit(X, y)
    assert np.isfinite(split_scores(clf)).all()
    assert clf.classes_.tolist() == sorted(set(y))
    assert clf.score(X, y) is not None


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("scoring", SCORES_OF_CLASSES)
def test_samples_to_score_may_lack_a_class(scoring, n_classes):
    X, y = sorted_samples(n_classes)
    test = np.flatnonzero(y != "a")
    clf = chooser(cv=[(np.arange(90), test)], alphas=[1.0], scoring=scoring, tol=1e-4).fit(X, y)
    assert clf.score(X[test], y[test]) == pytest.approx(clf.best_score_, rel=1e-12)
    weights = np.linspace(0, 1, len(test))
    weighted = clf.score(X[test], y[test], sample_weight=weights)
    assert weighted == clf.score(X[test], y[test], weights) != clf.score(X[test], y[test])


@pytest.mark.parametrize("scoring", ["neg_log_loss", "adjusted_rand_score", "roc_auc"])
def test_a_column_of_classes_is_scored_as_it_was_fitted(scoring):
    X, y = sorted_samples(2)
    with pytest.warns(DataConversionWarning):
        clf = chooser(cv=3, scoring=scoring).fit(X, y[:, np.newaxis])
    with pytest.warns(DataConversionWarning):
        score = clf.score(X, y[:, np.newaxis])
    assert score == clf.score(X, y)


@pytest.mark.parametrize("scoring", [None, "neg_log_loss", "accuracy"])
def test_nothing_is_scored_before_it_is_fitted(scoring):
    X, y = sorted_samples(2)
    with pytest.raises(NotFittedError):
        chooser(scoring=scoring).score(X, y)
    clf = chooser(scoring=scoring, refit=False).fit(X, y)
    with pytest.raises(NotFittedError):
        clf.score(X, y)


def test_a_probability_is_scored_by_all_classes():
    X, y = sorted_samples(3)
    # Neither the samples trained on nor those to score have a "b".
    a, c = np.flatnonzero(y == "a"), np.flatnonzero(y == "c")
    train, test = np.r_[a[:20], c[:20]], np.r_[a[20:], c[20:]]
    scores = {
        scoring: split_scores(chooser(cv=[(train, test)], scoring=scoring).fit(X, y))
        for scoring in (None, "neg_log_loss")
    }
    np.testing.assert_allclose(scores[None], scores["neg_log_loss"], rtol=1e-6)


@pytest.mark.parametrize("scoring", ["roc_auc_ovr", "roc_auc"])
def test_a_split_that_no_score_is_defined_on_does_not_count(scoring):
    X, y = sorted_samples(2)
    mixed = np.random.RandomState(0).permutation(90)
    splits = [(mixed[:60], mixed[60:]), (mixed[:60], np.flatnonzero(y == "a")[:5])]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        clf = chooser(cv=splits, scoring=scoring).fit(X, y)
    said = {str(one.message) for one in caught}
    assert any("Only one class" in one for one in said)
    assert any("non-finite" in one for one in said)
    scores = split_scores(clf)
    assert np.isnan(scores[1]).all()
    np.testing.assert_array_equal(clf.cv_results_["mean_test_score"], scores[0])
    assert clf.best_score_ == scores[0].max()


def test_without_any_score_only_that_is_warned_of():
    X, y = sorted_samples(3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        clf = chooser(cv=KFold(3), scoring="roc_auc_ovr").fit(X, y)
    assert np.isnan(clf.best_score_)
    for said in {str(one.message) for one in caught}:
        assert "Only one class" in said or "non-finite" in said


@pytest.mark.parametrize("scoring", [None, "accuracy", lambda clf, X, y: clf.score(X, y)])
def test_an_empty_split_scores_nan_and_does_not_count(scoring):
    X, y = draw_samples()
    splits = [(np.arange(60), np.arange(60, 90)), (np.arange(90), np.arange(0))]
    with pytest.warns(UserWarning, match="test scores are non-finite"):
        clf = chooser(cv=splits, scoring=scoring).fit(X, y)
    scores = split_scores(clf)
    assert np.isfinite(scores[0]).all()
    assert np.isnan(scores[1]).all()
    assert clf.n_splits_ == 2
    only = chooser(cv=splits[:1], scoring=scoring).fit(X, y)
    assert clf.alpha_ == only.alpha_
    np.testing.assert_array_equal(clf.coefs_[0], only.coefs_[0])
    with pytest.raises(ValueError, match="nothing to fit"):
        chooser(cv=[(np.arange(90), [])], scoring=scoring).fit(X, y)


def test_a_candidate_that_fails_to_score_is_not_chosen():
    X, y = draw_samples()

    def loss_of_strong(clf, X, y):
        return -log_loss(y, clf.predict_proba(X)) if clf.alpha > 0.5 else np.nan

    with pytest.warns(UserWarning, match="non-finite"):
        clf = chooser(alphas=5, cv=2, scoring=loss_of_strong).fit(X, y)
    assert clf.alpha_ > 0.5


def test_each_class_needs_two_samples():
    with pytest.raises(ValueError, match="each class needs two samples"):
        chooser().fit([[0], [1], [2]], list("abc"))
    clf = chooser(cv=[([0, 1], [2])]).fit([[0], [1], [2]], list("abc"))
    assert clf.classes_.tolist() == list("abc")


def test_no_hint_names_a_parameter_that_fit_does_not_have():
    X, y = draw_samples()
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:2]]
    with pytest.raises(ValueError, match="early_stopping=False") as error:
        chooser(early_stopping=True).fit(X[keep], y[keep])
    assert "X_val" not in str(error.value)


@pytest.mark.parametrize("kind", ["binary", "multilabel"])
def test_without_refit_the_classes_are_known(kind):
    X, y = draw_samples(kind)
    clf = chooser(refit=False).fit(X, y)
    assert clf.classes_.tolist() == [0, 1] if kind == "binary" else list(range(y.shape[1]))


@pytest.mark.parametrize("scoring", ["roc_auc", "accuracy", "average_precision", "f1_macro"])
def test_several_labels_are_scored_by_name(scoring):
    X, y = draw_samples("multilabel")
    split = np.arange(60), np.arange(60, 90)
    clf = chooser(alphas=[1.0], cv=[split], scoring=scoring).fit(X, y)
    plain = OneHiddenLayerClassifier(4, max_iter=300, random_state=0, alpha=1.0)
    expected = get_scorer(scoring)(plain.fit(X[:60], y[:60]), X[60:], y[60:])
    assert clf.best_score_ == pytest.approx(expected)


@pytest.mark.parametrize("verbose", [1, 2, 3, 10])
def test_lines_name_split_and_candidate(verbose, capsys):
    X, y = draw_samples()
    chooser(verbose=verbose, cv=2, tol=1e-3).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Fitting 2 folds for each of 3 candidates, totalling 6 fits"
    of_fits = [line for line in lines if line.startswith("[CV")]
    assert len(of_fits) == {1: 0, 2: 6, 3: 6, 10: 12}[verbose]
    assert all("alpha=" in line for line in of_fits)
    if verbose > 2:
        ends = [line for line in of_fits if "END" in line]
        assert all("[CV 1/2" in line or "[CV 2/2" in line for line in ends)
        assert all("score=" in line for line in ends)
    # What is left is of the one training on all samples.
    rest = lines[1 + len(of_fits) :]
    assert rest
    assert not any("[CV" in line for line in rest)
    assert all(line.startswith("iteration") for line in rest)
