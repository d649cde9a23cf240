"""Features are standardised inside, and the weights are those of raw features."""

import numpy as np
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.cases import both_scalings, every_kind, every_solver
from helpers.classifiers import classifier
from helpers.samples import draw_unscaled

N, D, H = 60, 4, 5


@every_solver
@every_kind
def test_standardisation_inside_equals_a_standard_scaler_before(solver, kind):
    X, y = draw_unscaled(kind)
    inside = classifier(solver=solver).fit(X, y)
    before = make_pipeline(StandardScaler(), classifier(solver=solver, standardize=False)).fit(X, y)
    assert_allclose(inside.predict_proba(X), before.predict_proba(X), rtol=1e-7)
    assert_allclose(inside.loss_curve_, before[-1].loss_curve_, rtol=1e-9)


@every_solver
def test_weighted_standardisation_equals_a_weighted_standard_scaler(solver):
    X, y = draw_unscaled()
    weights = np.random.RandomState(0).uniform(size=N)
    inside = classifier(solver=solver).fit(X, y, sample_weight=weights)
    scaler = StandardScaler().fit(X, sample_weight=weights)
    before = classifier(solver=solver, standardize=False)
    before.fit(scaler.transform(X), y, sample_weight=weights)
    assert_allclose(
        inside.decision_function(X), before.decision_function(scaler.transform(X)), rtol=1e-6
    )


@every_solver
def test_units_of_measurement_do_not_matter(solver):
    X, y = draw_unscaled()
    factors, shifts = np.array([1e-6, 1e6, 3.0, 1.0]), np.array([1e-3, 0.0, 10.0, -1e3])
    original = classifier(solver=solver).fit(X, y)
    converted = classifier(solver=solver).fit(X * factors + shifts, y)
    assert_allclose(
        converted.predict_proba(X * factors + shifts), original.predict_proba(X), rtol=1e-6
    )


@both_scalings
def test_given_initial_weights_are_those_of_raw_features(standardize):
    X, y = draw_unscaled()
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)) / 9, rng.normal(size=H), rng.normal(size=(H, 1)), np.zeros(1)
    clf = classifier(
        init=init, solver="gd", learning_rate=1e-12, max_iter=1, standardize=standardize
    ).fit(X, y)
    for given, fitted in zip(init[::2], clf.coefs_, strict=True):
        assert_allclose(fitted, given, rtol=1e-6)
    for given, fitted in zip(init[1::2], clf.intercepts_, strict=True):
        assert_allclose(fitted, given, rtol=1e-6, atol=1e-9)


@both_scalings
def test_a_constant_feature_is_harmless(standardize):
    X, y = draw_unscaled()
    X = np.column_stack([X, np.full(N, 1e6 / 3)]) if standardize else np.c_[X, np.ones(N)]
    clf = classifier(standardize=standardize).fit(X, y)
    assert np.isfinite(clf.decision_function(X)).all()
    assert clf.score(X, y) > 0.6
