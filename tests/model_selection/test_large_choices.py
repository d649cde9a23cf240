"""OneHiddenLayerClassifierCV on much data: less searching, and more averaging."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.datasets import make_classification

from helpers.classifiers import predictions
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV
from skshallow._training.penalty_range import beyond

N_LARGE = 10_001
# Enough to see what is done; nothing has to be learned.
QUICK = {"max_iter": 1, "tol": 0, "random_state": 0}


@pytest.fixture(scope="module")
def large():
    return make_classification(
        12_000, 5, n_classes=3, n_informative=4, n_redundant=1, random_state=0
    )


@pytest.fixture(scope="module")
def chosen(large):
    return OneHiddenLayerClassifierCV(n_h=6, **QUICK).fit(*large)


def test_a_large_table_is_judged_by_one_split_and_few_penalties(chosen, large):
    assert chosen.n_splits_ == 1
    assert_allclose([one["alpha"] for one in chosen.cv_results_["params"]], [0.1, 1])


def test_candidates_have_half_of_the_units_of_what_is_trained_then(large):
    X, y = large
    clf = OneHiddenLayerClassifierCV(n_networks=1, alphas=[1.0, 2.0], **QUICK).fit(X, y)
    assert clf.coefs_[0].shape[1] == clf.n_h_ == 512
    small = OneHiddenLayerClassifierCV(n_h=256, n_networks=1, alphas=[1.0, 2.0], **QUICK).fit(X, y)
    scores = (one.cv_results_["mean_test_score"] for one in (clf, small))
    assert_array_equal(*scores)


def test_the_network_averages_the_raw_outputs_of_three(chosen, large):
    X, y = large
    assert chosen.n_h_ == chosen.coefs_[0].shape[1] == 18
    assert len(chosen.restart_losses_) == 3
    first = OneHiddenLayerClassifier(6, alpha=chosen.alpha_, **QUICK).fit(X, y)
    assert_array_equal(chosen.coefs_[0][:, :6], first.coefs_[0])
    assert_allclose(chosen.coefs_[1][:6], first.coefs_[1] / 3)
    raw = 0
    for part in (slice(0, 6), slice(6, 12), slice(12, 18)):
        one = OneHiddenLayerClassifier(6, alpha=chosen.alpha_, **QUICK).fit(X, y)
        one.coefs_ = [chosen.coefs_[0][:, part], 3 * chosen.coefs_[1][part]]
        one.intercepts_ = [chosen.intercepts_[0][part], chosen.intercepts_[1]]
        raw = raw + one.decision_function(X) / 3
    assert_allclose(chosen.decision_function(X), raw, rtol=1e-9, atol=1e-12)


def test_networks_that_are_averaged_differ_and_seeds_repeat_them(chosen, large):
    parts = np.split(chosen.coefs_[0], 3, axis=1)
    assert not np.array_equal(parts[0], parts[1])
    assert not np.array_equal(parts[1], parts[2])
    again = OneHiddenLayerClassifierCV(n_h=6, **QUICK).fit(*large)
    assert_array_equal(predictions(again, large[0]), predictions(chosen, large[0]))


def test_every_choice_can_be_made_otherwise(large):
    X, y = large
    settings = {"n_h": 4, "alphas": 2, "n_networks": 1, "n_init": 2, "cv": 2, **QUICK}
    clf = OneHiddenLayerClassifierCV(early_stopping=False, **settings).fit(X, y)
    assert clf.n_splits_ == 2
    assert clf.n_h_ == 4
    assert_allclose([one["alpha"] for one in clf.cv_results_["params"][:2]], [0.01, 100])
    assert len(clf.restart_losses_) == 2
    assert clf.validation_loss_curve_ is None


def test_small_tables_average_networks_if_asked_to(large):
    X, y = large[0][:300], large[1][:300]
    clf = OneHiddenLayerClassifierCV(n_h=3, alphas=[1.0], n_networks=2, n_init=3, random_state=0)
    clf.fit(X, y)
    assert clf.n_h_ == 6
    assert len(clf.restart_losses_) == 6


def test_one_sample_of_a_class_is_trained_on():
    X, y = make_classification(N_LARGE, 4, random_state=0)
    y[7] = 2
    clf = OneHiddenLayerClassifierCV(n_h=2, n_networks=1, alphas=[1.0], **QUICK).fit(X, y)
    assert clf.classes_.tolist() == [0, 1, 2]
    assert np.isfinite(clf.best_score_)


def test_several_labels_of_a_large_table():
    X, y = make_classification(N_LARGE, 4, random_state=0)
    labels = np.column_stack([y, 1 - y])
    clf = OneHiddenLayerClassifierCV(n_h=2, alphas=[1.0], **QUICK).fit(X, labels)
    assert clf.predict(X).shape == (N_LARGE, 2)


def test_classes_told_apart_easily_are_given_weaker_penalties():
    X = np.random.RandomState(0).standard_normal((200, 2))
    X[:, 0] += np.where(X[:, 0] > 0, 3, -3)
    clf = OneHiddenLayerClassifierCV(n_h=4, n_init=1, random_state=0).fit(X, X[:, 0] > 0)
    alphas = np.sort([one["alpha"] for one in clf.cv_results_["params"]])
    assert alphas[0] < 0.009
    assert_allclose(alphas[1:] / alphas[:-1], 10**0.5)
    assert clf.alpha_ < 0.01


def test_penalties_beyond_the_weakest_and_the_strongest():
    alphas = np.geomspace(0.01, 100, 9)
    assert beyond(alphas, alphas[1], 1.0) == []
    assert_allclose(beyond(alphas, 0.01, 1.0), 0.01 / 10 ** np.array([0.5, 1, 1.5]))
    assert_allclose(beyond(alphas[:3] * 1e-3, 1e-5, 1.0), [])
    assert beyond(np.array([1.0]), 1.0, 1.0) == []
    assert_allclose(beyond(alphas, 100.0, 1.0), 100 * 10 ** np.array([0.5, 1, 1.5]))
    assert_allclose(beyond(alphas[-3:] * 1e3, 1e5, 1.0), [])
