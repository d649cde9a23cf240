"""What is left of a fit that is interrupted, or fails."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from helpers.cases import FULL_BATCH, every_mini_batch_solver, every_solver
from helpers.classifiers import classifier
from helpers.formulas import mean_cross_entropy, objective
from helpers.samples import draw_halves, draw_unscaled
from helpers.solvers import breaking_iteration

N = 60


@every_solver
@pytest.mark.parametrize("at", [0, 5])
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("validated", [True, False])
def test_an_interrupted_fit_leaves_a_fitted_model(solver, at, error, validated):
    (X, y), validation = draw_halves()
    clf = classifier(solver=breaking_iteration(solver, at, error("stop here")))
    with pytest.raises(error, match="stop here"):
        clf.fit(X, y, **validation if validated else {})
    assert clf.n_iter_ == len(clf.loss_curve_) == at
    assert clf.predict(X).shape == (N,)
    assert np.isfinite(clf.predict_log_proba(X)).all()


@every_solver
@pytest.mark.parametrize("at", [0, 5])
@pytest.mark.parametrize("validated", [True, False])
def test_the_loss_of_an_interrupted_fit_is_that_of_its_weights(solver, at, validated):
    (X, y), validation = draw_halves()
    clf = classifier(solver=breaking_iteration(solver, at, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, y, **validation if validated else {})
    assert clf.loss_ == pytest.approx(objective(clf, X, y), rel=1e-9)


@every_solver
def test_an_interrupted_fit_keeps_the_best_weights_on_validation_samples(solver):
    training, validation = draw_halves()
    clf = classifier(
        solver=breaking_iteration(solver, 100, KeyboardInterrupt()), alpha=0, max_iter=200, n_h=20
    )
    with pytest.raises(KeyboardInterrupt):
        clf.fit(*training, **validation)
    best = min(clf.validation_loss_curve_)
    assert mean_cross_entropy(clf, *validation.values()) == pytest.approx(best, rel=1e-9)
    assert len(clf.validation_loss_curve_) == 100


@pytest.mark.parametrize("solver", FULL_BATCH)
def test_an_interrupted_fit_keeps_the_best_weights(solver):
    X, y = draw_unscaled()
    rates = {"learning_rate": 8.0} if solver == "gd" else {}  # too long a step: J goes up and down
    clf = classifier(
        solver=breaking_iteration(solver, 30, KeyboardInterrupt()), max_iter=60, **rates
    )
    with pytest.raises(KeyboardInterrupt):
        clf.fit(X, y)
    assert objective(clf, X, y) == pytest.approx(min(clf.loss_curve_), rel=1e-9)


@every_mini_batch_solver
def test_an_interrupted_partial_fit_leaves_a_fitted_model(solver):
    X, y = draw_unscaled()
    clf = classifier(solver=breaking_iteration(solver, 3, KeyboardInterrupt()))
    for _ in range(3):
        clf.partial_fit(X, y, classes=[0, 1])
    before = clf.predict_proba(X)
    with pytest.raises(KeyboardInterrupt):
        clf.partial_fit(X, y)
    assert_array_equal(clf.predict_proba(X), before)


@pytest.mark.parametrize(
    ("settings", "data"),
    [
        ({}, lambda X, y: (X, np.full(N, np.nan))),
        ({}, lambda X, y: (X * np.nan, y)),
        ({}, lambda X, y: (X, y[:-1])),
        ({}, lambda X, y: (X[:, :2], y[:-1])),
        ({"n_h": 0}, lambda X, y: (X, y)),
        ({"activation": "softsign"}, lambda X, y: (X, y)),
        ({"batch_size": 61, "solver": "adam"}, lambda X, y: (X, y)),
        ({"class_weight": {5: 1}}, lambda X, y: (X, y)),
    ],
)
@pytest.mark.parametrize("warm_start", [True, False])
def test_a_failed_fit_leaves_the_former_one_alone(settings, data, warm_start):
    def state():
        return {name: value for name, value in vars(clf).items() if name not in settings}

    X, y = draw_unscaled()
    clf = classifier(warm_start=warm_start).fit(X, y)
    before = joblib.hash(state())
    clf.set_params(**settings)
    with pytest.raises(ValueError):  # noqa: PT011
        clf.fit(*data(X, y))
    assert joblib.hash(state()) == before
