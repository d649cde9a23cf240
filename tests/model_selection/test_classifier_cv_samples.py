"""OneHiddenLayerClassifierCV on samples of any kind: sparse, weighted, rare, with names."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.metrics import get_scorer, log_loss

from helpers.cases import every_kind
from helpers.classifiers import chooser
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier
from skshallow._compat import WEIGHTED_SCORES


@every_kind
def test_sparse_tables_give_the_same(kind):
    X, y = draw_samples(kind)
    X[np.abs(X) < 0.5] = 0
    dense = chooser(solver="adam", tol=0, max_iter=20).fit(X, y)
    thin = clone(dense).fit(sparse.csr_array(X), y)
    assert thin.alpha_ == dense.alpha_
    np.testing.assert_allclose(thin.predict_proba(X), dense.predict_proba(X), atol=1e-6)
    scores = [clf.cv_results_["mean_test_score"] for clf in (dense, thin)]
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-6)


@every_kind
def test_a_weight_counts_like_a_repeated_sample(kind):
    X, y = draw_samples(kind)
    weights = np.random.RandomState(0).randint(0, 3, 90)
    rows = np.repeat(np.arange(90), weights)
    half = np.arange(90) % 2 == 0
    settings = {"solver": "gd", "tol": 0, "max_iter": 30}
    weighted = chooser(cv=[(half, ~half), (~half, half)], **settings)
    weighted.fit(X, y, sample_weight=weights)
    repeated = chooser(cv=[(half[rows], ~half[rows]), (~half[rows], half[rows])], **settings)
    repeated.fit(X[rows], y[rows])
    np.testing.assert_allclose(
        weighted.cv_results_["mean_test_score"], repeated.cv_results_["mean_test_score"], atol=1e-9
    )
    assert weighted.alpha_ == repeated.alpha_
    np.testing.assert_allclose(weighted.coefs_[0], repeated.coefs_[0], atol=1e-6)


def test_weights_count_in_scores_that_take_them():
    X, y = draw_samples()
    weights = np.where(np.arange(90) % 2, 2.0, 0.0)
    splits = [(np.arange(60), np.arange(60, 90))]
    scores = {}
    for scoring in (None, "neg_log_loss"):
        clf = chooser(scoring=scoring, cv=splits, alphas=[1.0])
        scores[scoring] = clf.fit(X, y, sample_weight=weights).best_score_
    plain = OneHiddenLayerClassifier(4, alpha=1, max_iter=300, random_state=0)
    plain.fit(X[:60], y[:60], sample_weight=weights[:60])
    odd = np.arange(61, 90, 2)
    assert scores[None] == pytest.approx(-log_loss(y[odd], plain.predict_proba(X[odd])))
    rows = odd if WEIGHTED_SCORES else np.arange(60, 90)
    expected = get_scorer("neg_log_loss")(plain, X[rows], y[rows])
    assert scores["neg_log_loss"] == pytest.approx(expected)


def test_a_score_that_takes_no_weights_is_warned_of():
    X, y = draw_samples()

    def accuracy(clf, X, y):
        return clf.score(X, y)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        chooser(scoring=accuracy, cv=2).fit(X, y, sample_weight=np.ones(90))
    # scikit-learn below 1.7 never gives scorers any.
    found = ["does not support sample_weight" in str(one.message) for one in caught]
    assert found == WEIGHTED_SCORES * [True]


def test_class_weights_shift_the_prediction():
    X, y = draw_samples()
    keep = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:12]]
    X, y = X[keep], y[keep]
    predicted = [
        chooser(class_weight=weight).fit(X, y).predict(X).sum()
        for weight in (None, "balanced", {0: 1, 1: 30})
    ]
    assert predicted[0] < min(predicted[1:])


def test_given_initial_weights_are_what_training_starts_from():
    X, y = draw_samples()
    start = np.full((X.shape[1], 4), 0.1), np.zeros(4), np.full((4, 1), 0.1), np.zeros(1)
    settings = {"init": start, "solver": "gd", "max_iter": 3, "tol": 0}
    clf = chooser(alphas=[1.0], **settings).fit(X, y)
    plain = OneHiddenLayerClassifier(4, alpha=1, **settings).fit(X, y)
    np.testing.assert_array_equal(clf.coefs_[0], plain.coefs_[0])


def test_a_list_of_class_weights_counts():
    X, y = draw_samples("multilabel")
    heavy = [{0: 1, 1: 30}] * y.shape[1]
    plain, weighted = (
        chooser(class_weight=weight, max_iter=2000).fit(X, y) for weight in (None, heavy)
    )
    assert weighted.predict(X).sum() > plain.predict(X).sum()


@pytest.mark.parametrize(
    "names", [["no", "yes", "maybe"], [10, -1, 3], [0.5, 1.5, 2.5]], ids=["str", "int", "float"]
)
def test_classes_of_any_kind(names):
    X, codes = draw_samples("multiclass")
    y = np.array(names)[codes]
    if y.dtype == float:
        y = y.astype(object).astype(str)
    clf = chooser().fit(X, y)
    assert clf.classes_.tolist() == sorted(set(y.tolist()))
    assert set(clf.predict(X)) == set(y)
    assert clf.score(X, y) > 0.7


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
@pytest.mark.parametrize("n_rare", [1, 2, 3])
def test_a_class_may_be_rare(n_rare, kind):
    X, y = draw_samples(kind)
    keep = np.r_[np.flatnonzero(y > 0), np.flatnonzero(y == 0)[:n_rare]]
    X, y = X[keep], y[keep]
    clf = chooser().fit(X, y)
    assert clf.n_splits_ == {1: 5}.get(n_rare, n_rare)
    # A class that was not there to learn from would have cost more.
    assert clf.best_score_ > -0.55
    assert clf.classes_.tolist() == np.unique(y).tolist()


def test_a_split_without_a_class_costs_a_finite_loss():
    X, y = draw_samples("multiclass")
    train, test = np.flatnonzero(y > 0), np.flatnonzero(y == 0)
    clf = chooser(cv=[(train, test), (np.r_[train[::2], test[::2]], train[1::2])]).fit(X, y)
    known, unknown = (clf.cv_results_[f"split{split}_test_score"] for split in (1, 0))
    assert np.isfinite(unknown).all()
    assert (unknown < known).all()
    np.testing.assert_allclose(unknown, np.log(np.finfo(float).eps))


def test_names_of_features():
    X, y = draw_samples()
    table = pd.DataFrame(X, columns=list("abcd"))
    clf = chooser().fit(table, pd.Series(y))
    assert clf.feature_names_in_.tolist() == list("abcd")
    assert clf.n_features_in_ == 4
    np.testing.assert_array_equal(clf.predict(table), chooser().fit(X, y).predict(X))
    with pytest.raises(ValueError, match="feature names should match"):
        clf.predict(table[["b", "a", "c", "d"]])
    assert not hasattr(clf.fit(X, y), "feature_names_in_")


def test_bad_weights_are_named():
    X, y = draw_samples()
    for weights in (np.ones(3), np.full(90, -1.0), np.zeros(90)):
        with pytest.raises(ValueError, match="sample_weight"):
            chooser().fit(X, y, sample_weight=weights)


def test_float32_is_trained_on_in_float32():
    X, y = draw_samples()
    assert chooser().fit(X.astype(np.float32), y).coefs_[0].dtype == np.float32
