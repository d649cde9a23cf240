"""Restarts and random numbers."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from helpers.cases import every_solver
from helpers.classifiers import assert_same_bits, classifier, parameters
from helpers.samples import draw_unscaled
from skshallow import OneHiddenLayerClassifier

D, H = 4, 5


@every_solver
def test_the_best_of_the_restarts_is_kept(solver):
    X, y = draw_unscaled()
    clf = classifier(solver=solver, n_init=5).fit(X, y)
    assert clf.restart_losses_.shape == (5,)
    assert len(np.unique(clf.restart_losses_)) == 5
    assert clf.loss_ == clf.restart_losses_.min()
    first = classifier(solver=solver).fit(X, y)
    assert_allclose(clf.restart_losses_[0], first.loss_, rtol=1e-9)


@every_solver
def test_restarts_are_kept_by_their_validation_loss(solver):
    X, y = draw_unscaled()
    clf = classifier(solver=solver, n_init=4).fit(X, y, X_val=X[::2], y_val=y[::2])
    assert clf.best_loss_ == clf.restart_losses_.min() == min(clf.validation_loss_curve_)


def test_given_initial_weights_are_used_once():
    X, y = draw_unscaled()
    init = np.ones((D, H)), np.zeros(H), np.ones((H, 1)), np.zeros(1)
    assert classifier(init=init, n_init=5).fit(X, y).restart_losses_.shape == (1,)


@every_solver
@pytest.mark.parametrize("early_stopping", [True, False])
def test_the_same_random_state_gives_the_same_bits(solver, early_stopping):
    X, y = draw_unscaled(n_samples=250)
    clf = classifier(solver=solver, n_init=2, early_stopping=early_stopping, max_iter=5)
    first, second = (clone(clf).fit(X, y) for _ in range(2))
    assert_same_bits(first, second)
    assert_same_bits(first, clf.fit(X, y).fit(X, y))
    other = clone(clf).set_params(random_state=1).fit(X, y)
    assert not np.array_equal(parameters(first), parameters(other))


def test_fits_in_several_threads_give_the_same_bits():
    X, y = draw_unscaled(n_samples=250)
    clf = classifier(solver="adam", n_init=2)
    fit = joblib.delayed(OneHiddenLayerClassifier.fit)
    parallel = joblib.Parallel(n_jobs=4, backend="threading")
    for fitted in parallel(fit(clone(clf), X, y) for _ in range(8)):
        assert_same_bits(fitted, clf.fit(X, y))


def test_one_network_predicts_in_several_threads():
    X, y = draw_unscaled(n_samples=2000)
    clf = classifier().fit(X, y)
    predict = joblib.delayed(clf.predict_proba)
    for p in joblib.Parallel(n_jobs=4, backend="threading")(predict(X) for _ in range(20)):
        assert_array_equal(p, clf.predict_proba(X))


def test_a_random_state_object_moves_on():
    X, y = draw_unscaled()
    random_state = np.random.RandomState(0)
    first = classifier(random_state=random_state).fit(X, y)
    assert_same_bits(first, classifier(random_state=0).fit(X, y))
    second = classifier(random_state=random_state).fit(X, y)
    assert not np.array_equal(parameters(first), parameters(second))


@every_solver
def test_numpy_is_left_as_it_was(solver):
    X, y = draw_unscaled()
    before, errors = np.random.get_state(), np.geterr()  # noqa: NPY002
    classifier(solver=solver, early_stopping=True, random_state=5).fit(X, y).predict_proba(X)
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    assert np.geterr() == errors


@pytest.mark.parametrize("init", ["auto", "small"])
def test_initial_weights_are_drawn_first_layer_first(init):
    X, y = draw_unscaled()
    clf = classifier(init=init, solver="gd", learning_rate=1e-12, max_iter=1, standardize=False)
    clf.fit(X, y)
    rng = np.random.RandomState(0)
    W1, W2 = rng.normal(size=(D, H)), rng.normal(size=(H, 1))
    for drawn, fitted in zip((W1, W2), clf.coefs_, strict=True):
        ratio = fitted / drawn
        assert_allclose(ratio, ratio[0, 0], rtol=1e-6)
        assert init == "auto" or ratio[0, 0] == pytest.approx(0.01)
    assert_allclose(np.concatenate(clf.intercepts_), 0, atol=1e-9)
