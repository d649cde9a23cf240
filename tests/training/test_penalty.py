"""The penalty that alpha="auto" finds by the evidence."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_iris, make_moons

from helpers.classifiers import parameters
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV

MOONS = make_moons(300, noise=0.2, random_state=0)
IRIS = load_iris(return_X_y=True)


def found(X, y, *weights, **params):
    return OneHiddenLayerClassifier(random_state=0, **params).fit(X, y, *weights)


def test_training_is_the_one_with_the_penalty_that_was_found():
    for params in ({}, {"solver": "gd"}, {"solver": "adam"}, {"n_init": 3}):
        clf = found(*MOONS, n_h=8, max_iter=50, tol=1e-2, **params)
        given = found(*MOONS, n_h=8, max_iter=50, tol=1e-2, alpha=clf.alpha_, **params)
        assert clf.alpha_ != 1
        assert_array_equal(parameters(clf), parameters(given))
        assert clf.loss_curve_ == given.loss_curve_


def test_the_penalty_is_the_same_whatever_the_solver():
    penalties = {found(*MOONS, n_h=8, solver=name).alpha_ for name in ("lbfgs", "adam", "sgd")}
    assert len(penalties) == 1


def test_clear_classes_ask_for_a_weaker_penalty_than_noise():
    X, y = IRIS
    random_state = np.random.RandomState(0)
    noisy = np.where(
        random_state.uniform(size=len(y)) < 0.4, random_state.randint(3, size=len(y)), y
    )
    assert found(X, y).alpha_ < found(X, noisy).alpha_ / 1.5


def test_what_features_do_not_tell_is_not_learned():
    random_state = np.random.RandomState(0)
    X, y = random_state.standard_normal((200, 5)), random_state.randint(2, size=200)
    clf, usual = found(X, y), found(X, y, alpha=1)
    assert clf.alpha_ > 3
    assert np.ptp(clf.predict_proba(X)[:, 1]) < np.ptp(usual.predict_proba(X)[:, 1])


def test_the_penalty_is_about_where_the_evidence_is_highest():
    """Training with it asks for nothing else: γ/‖w‖² is within a factor of it."""
    X, y = load_breast_cancer(return_X_y=True)
    penalties = [found(X, y, n_h=n_h).alpha_ for n_h in (16, 64, 256)]
    # What the samples determine hardly depends on how many units there are.
    assert max(penalties) / min(penalties) < 3


def test_a_weight_of_two_is_the_sample_twice():
    X, y = MOONS
    weights = np.random.RandomState(0).randint(3, size=len(y))
    weighted, repeated = found(X, y, weights), found(X.repeat(weights, 0), y.repeat(weights))
    assert_allclose(weighted.alpha_, repeated.alpha_, rtol=1e-4)


@pytest.mark.parametrize("scale", [1e-3, 1e-6])
def test_samples_of_small_weight_ask_for_a_penalty_as_small(scale):
    X, y = MOONS
    heavy, light = found(X, y, np.full(300, 0.1)), found(X, y, np.full(300, 0.1 * scale))
    assert_allclose(light.alpha_, scale * heavy.alpha_, rtol=1e-4)


def test_sparse_samples_and_single_precision_find_about_the_same():
    X, y = draw_samples("multiclass", n_samples=200)
    dense = found(X, y, n_h=8)
    assert_allclose(found(sparse.csr_array(X), y, n_h=8).alpha_, dense.alpha_, rtol=0.3)
    single = found(X.astype(np.float32), y, n_h=8)
    assert_allclose(single.alpha_, dense.alpha_, rtol=0.3)
    assert single.coefs_[0].dtype == np.float32


def test_candidates_find_their_own_penalty_in_a_stack_as_alone():
    X, y = MOONS
    grid = {"n_h": [4, 16], "random_state": [0, 1], "alpha": ["auto", 3.0]}
    cv = [(np.arange(300), np.arange(300))]
    search = StackedGridSearchCV(
        OneHiddenLayerClassifier(), grid, cv=cv, scoring="neg_log_loss", refit=False
    ).fit(X, y)
    results = search.cv_results_
    for params, score in zip(results["params"], results["mean_test_score"], strict=True):
        clf = OneHiddenLayerClassifier(**params).fit(X, y)
        proba = clf.predict_proba(X)[np.arange(len(y)), y]
        assert_allclose(score, np.log(proba).mean(), rtol=1e-4)


def test_a_warm_start_keeps_its_penalty():
    clf = found(*MOONS, n_h=8, max_iter=5, tol=0, warm_start=True)
    before = clf.alpha_
    assert clf.fit(*MOONS).alpha_ == before != 1
    assert clf.n_iter_ == 10


def test_large_tables_and_streams_take_the_usual_penalty():
    X, y = np.random.RandomState(0).standard_normal((10_001, 2)), np.arange(10_001) % 2
    settings = {"n_h": 2, "max_iter": 1, "tol": 0}
    assert found(X, y, **settings).alpha_ == 1
    assert found(X[:-1], y[:-1], **settings).alpha_ != 1
    stream = OneHiddenLayerClassifier(2).partial_fit(X[:100], y[:100], classes=[0, 1])
    assert stream.alpha_ == 1


def test_samples_held_out_have_no_part_in_it():
    X, y = MOONS
    given = OneHiddenLayerClassifier(8, random_state=0).fit(X, y, X_val=X[:50], y_val=1 - y[:50])
    assert given.alpha_ == found(X, y, n_h=8).alpha_
