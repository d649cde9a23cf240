"""Training that diverges says so, and leaves finite weights."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning

from helpers.cases import WITH_RATE, every_mini_batch_solver
from helpers.classifiers import classifier, parameters
from helpers.formulas import objective
from helpers.samples import draw_halves, draw_unscaled
from skshallow import OneHiddenLayerClassifier


@pytest.mark.parametrize("solver", WITH_RATE)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_init", [1, 3])
def test_divergence_warns_at_once_and_keeps_finite_weights(solver, dtype, n_init):
    X, y = draw_unscaled()
    rate = 1e200 if dtype == np.float64 else 1e25
    clf = classifier(solver=solver, learning_rate=rate, n_init=n_init, batch_size="auto")
    with pytest.warns(ConvergenceWarning, match="iteration 2"):
        clf.fit(X.astype(dtype), y)
    start = classifier(solver=solver, learning_rate=1e-14, n_init=n_init).fit(X, y)
    assert np.isfinite(parameters(clf)).all()
    assert clf.loss_ == pytest.approx(start.loss_, rel=1e-5)
    assert np.isfinite(clf.loss_curve_).all()
    assert clf.n_iter_ == 1
    assert np.isfinite(clf.predict_log_proba(X.astype(dtype))).all()


@pytest.mark.parametrize("solver", ["gd", "sgd"])
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_divergence_names_learning_rate_and_iteration(solver, kind):
    X, y = draw_unscaled(kind)
    clf = classifier(solver=solver, learning_rate=1e6, standardize=False, max_iter=1000)
    with pytest.warns(ConvergenceWarning, match=r"learning_rate=1000000\.0") as caught:
        clf.fit(X, y)
    [warning] = caught
    assert int(re.search(r"iteration (\d+)", str(warning.message))[1]) == clf.n_iter_ + 1
    assert np.isfinite(parameters(clf)).all()
    assert clf.loss_ <= clf.loss_curve_[0]
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@every_mini_batch_solver
def test_divergence_within_the_first_epoch(solver):
    X, y = draw_unscaled()
    clf = classifier(solver=solver, learning_rate=1e200, batch_size=10)
    with pytest.warns(ConvergenceWarning, match="iteration 1"):
        clf.fit(X, y)
    assert clf.n_iter_ == 0
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@every_mini_batch_solver
@pytest.mark.parametrize("seed", range(3))
def test_a_fit_that_never_finds_anything_better_goes_back_to_its_start(solver, seed):
    X, y = draw_unscaled()
    settings = {"solver": solver, "batch_size": 10, "random_state": seed}
    clf = classifier(learning_rate=300.0, **settings)
    with pytest.warns(ConvergenceWarning, match="learning_rate=300"):
        clf.fit(X, y)
    start = classifier(learning_rate=1e-14, **settings).fit(X, y)
    assert_allclose(parameters(clf), parameters(start), rtol=1e-9, atol=1e-9)
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@pytest.mark.parametrize("solver", WITH_RATE)
def test_divergence_with_validation_samples(solver):
    training, validation = draw_halves()
    clf = classifier(solver=solver, learning_rate=1e200)
    with pytest.warns(ConvergenceWarning, match="learning_rate=1e"):
        clf.fit(*training, **validation)
    assert np.isfinite(parameters(clf)).all()
    assert np.isfinite(clf.validation_loss_curve_).all()
    assert np.isfinite(clf.loss_)
    assert clf.loss_ == pytest.approx(objective(clf, *training), rel=1e-9)


def test_divergence_in_the_first_epoch_is_reported_with_verbose_too():
    X, y = make_blobs(50, 3, centers=2, random_state=0)
    clf = OneHiddenLayerClassifier(solver="sgd", learning_rate=1e300, verbose=1, batch_size=10)
    with pytest.warns(ConvergenceWarning, match="learning_rate"):
        clf.fit(X, y)
    assert np.isfinite(clf.predict_proba(X)).all()
