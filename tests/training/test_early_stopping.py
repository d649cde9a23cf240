"""Validation samples, and whose weights are returned."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import logsumexp
from sklearn.metrics import log_loss

from helpers.cases import FULL_BATCH, every_kind, every_solver
from helpers.classifiers import assert_same_bits, classifier, parameters
from helpers.formulas import first_settled, mean_cross_entropy, objective
from helpers.samples import draw_halves, draw_unscaled

N, D = 60, 4


@every_solver
@every_kind
def test_the_best_weights_on_validation_samples_are_returned(solver, kind):
    training, validation = draw_halves(kind)
    X_val, y_val = validation.values()
    clf = classifier(solver=solver, alpha=0, max_iter=150, n_h=20).fit(*training, **validation)
    curve = clf.validation_loss_curve_
    assert len(curve) == clf.n_iter_ == 150
    assert np.argmin(curve) < 149
    assert clf.best_loss_ == min(curve)
    assert clf.best_iter_ == np.argmin(curve) + 1
    shorter = classifier(solver=solver, alpha=0, max_iter=clf.best_iter_, n_h=20)
    assert_same_bits(shorter.fit(*training, **validation), clf)
    assert mean_cross_entropy(clf, X_val, y_val) == pytest.approx(min(curve), rel=1e-9)
    assert clf.loss_ == pytest.approx(objective(clf, *training), rel=1e-9)
    if kind != "multilabel":
        assert log_loss(y_val, clf.predict_proba(X_val)) == pytest.approx(min(curve), rel=1e-9)


@every_solver
def test_the_validation_curve_holds_the_loss_after_each_iteration(solver):
    training, validation = draw_halves()
    clf = classifier(solver=solver).fit(*training, **validation)
    for iteration in (1, 2, 5):
        shorter = classifier(solver=solver, max_iter=iteration).fit(*training, **validation)
        assert shorter.validation_loss_curve_ == clf.validation_loss_curve_[:iteration]
    first = classifier(solver=solver, max_iter=1).fit(*training)
    expected = mean_cross_entropy(first, *validation.values())
    assert clf.validation_loss_curve_[0] == pytest.approx(expected, rel=1e-9)


@every_solver
def test_watching_validation_samples_does_not_change_the_training(solver):
    training, validation = draw_halves()
    watched = classifier(solver=solver).fit(*training, **validation)
    assert watched.loss_curve_ == classifier(solver=solver).fit(*training).loss_curve_


@every_solver
@pytest.mark.parametrize("own_rows", [True, False])
def test_early_stopping_stops_early_and_quietly(solver, own_rows):
    training, validation = draw_halves()
    clf = classifier(solver=solver, alpha=0, tol=1e-4, max_iter=5000, n_h=20, n_iter_no_change=5)
    clf.set_params(early_stopping=not own_rows)
    clf.fit(*training, **validation if own_rows else {})
    assert clf.n_iter_ < 5000
    curve = clf.validation_loss_curve_
    assert clf.n_iter_ == first_settled(curve, 1e-4, 5)
    assert clf.best_loss_ == min(curve)


@pytest.mark.parametrize("early_stopping", [True, False])
def test_given_validation_samples_take_the_place_of_a_split(early_stopping):
    training, validation = draw_halves()
    clf = classifier(early_stopping=early_stopping, max_iter=30).fit(*training, **validation)
    assert_array_equal(
        parameters(clf), parameters(classifier(max_iter=30).fit(*training, **validation))
    )


def test_validation_samples_are_weighted():
    training, validation = draw_halves()
    weights = np.random.RandomState(0).uniform(size=N)
    weighted = classifier().fit(*training, **validation, sample_weight_val=weights)
    expected = mean_cross_entropy(weighted, *validation.values(), weights)
    assert min(weighted.validation_loss_curve_) == pytest.approx(expected, rel=1e-9)


@every_solver
@every_kind
def test_weights_count_as_repetition_with_validation_samples(solver, kind):
    (X, y), validation = draw_halves(kind)
    X_val, y_val = validation.values()
    random_state = np.random.RandomState(0)
    s, s_val = random_state.randint(0, 3, size=(2, N))
    clf = classifier(solver=solver, tol=1e-3, max_iter=3000)
    clf.fit(X, y, s, **validation, sample_weight_val=s_val)
    repeated = classifier(solver=solver, tol=1e-3, max_iter=3000).fit(
        np.repeat(X, s, axis=0),
        np.repeat(y, s, axis=0),
        X_val=np.repeat(X_val, s_val, axis=0),
        y_val=np.repeat(y_val, s_val, axis=0),
    )
    assert clf.n_iter_ == repeated.n_iter_
    assert_allclose(clf.predict_proba(X), repeated.predict_proba(X), rtol=1e-6, atol=1e-9)


def shares_of_classes(counts, fraction):
    """Shares of the classes among the training samples and among those split off.

    Every logit of the network is its bias, so the losses of a sample depend on its class alone.
    """
    n_classes = len(counts)
    y = np.repeat(np.arange(n_classes), counts)
    X = np.random.RandomState(0).normal(size=(len(y), D))
    shares = []
    for favoured in range(n_classes):
        init = np.zeros((D, 1)), np.zeros(1), np.zeros((1, n_classes)), np.eye(n_classes)[favoured]
        clf = classifier(n_h=1, init=init, solver="gd", learning_rate=1e-14, alpha=0, max_iter=1)
        clf.set_params(early_stopping=True, validation_fraction=fraction).fit(X, y)
        losses = np.array([clf.loss_curve_[0], clf.validation_loss_curve_[0]])
        shares.append(logsumexp(init[3]) - losses)
    return np.array(shares).T


@pytest.mark.parametrize(
    ("counts", "fraction", "held_out"),
    [
        ((60, 30, 10), 0.1, (6, 3, 1)),
        ((50, 40, 2), 0.1, (5, 4, 1)),
        ((30, 2, 3, 20), 0.2, (6, 1, 1, 4)),
        ((20, 20, 20), 0.5, (10, 10, 10)),
    ],
)
def test_the_split_takes_the_same_share_of_every_class(counts, fraction, held_out):
    in_training, in_validation = shares_of_classes(counts, fraction)
    kept = np.subtract(counts, held_out)
    assert_allclose(in_validation, held_out / np.sum(held_out), rtol=1e-6)
    assert_allclose(in_training, kept / kept.sum(), rtol=1e-6)


@every_kind
@every_solver
def test_early_stopping_on_a_split(kind, solver):
    X, y = draw_unscaled(kind, 300)
    clf = classifier(solver=solver, early_stopping=True, tol=1e-4, max_iter=3000).fit(X, y)
    assert len(clf.validation_loss_curve_) == clf.n_iter_ < 3000
    assert clf.score(X, y) > 0.6


@every_solver
def test_the_best_iteration_is_the_last_one_without_validation_samples(solver):
    X, y = draw_halves()[0]
    clf = classifier(solver=solver).fit(X, y)
    assert clf.best_iter_ == clf.n_iter_ == 12
    assert clf.full_batch_ == (solver in FULL_BATCH)
