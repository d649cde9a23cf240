"""Weights and validation samples find their way through pipelines and searches."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.classifiers import assert_same_bits, classifier
from helpers.samples import draw_unscaled

N = 60


@pytest.mark.usefixtures("routing")
def test_weights_and_validation_samples_are_routed_through_a_pipeline():
    X, y = draw_unscaled()
    weights = np.linspace(1, 2, N)
    requested = classifier(standardize=False).set_fit_request(
        sample_weight=True, X_val=True, y_val=True, sample_weight_val=True
    )
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    pipeline = Pipeline([("scaler", scaler), ("clf", requested)], transform_input=["X_val"])
    validation = {"X_val": X[::3], "y_val": y[::3], "sample_weight_val": weights[::3]}
    pipeline.fit(X, y, sample_weight=weights, **validation)

    scaled = StandardScaler().fit_transform(X)
    direct = classifier(standardize=False)
    direct.fit(scaled, y, sample_weight=weights, **validation | {"X_val": scaled[::3]})
    assert_same_bits(pipeline[-1], direct)
    assert pipeline[-1].validation_loss_curve_ == direct.validation_loss_curve_


@pytest.mark.usefixtures("routing")
def test_validation_samples_are_transformed_in_a_pipeline_only_on_request():
    X, y = draw_unscaled()
    requested = classifier(standardize=False).set_fit_request(X_val=True, y_val=True)
    as_given = make_pipeline(StandardScaler(), clone(requested))
    as_given.fit(X, y, X_val=X[::3], y_val=y[::3])
    transformed = make_pipeline(StandardScaler(), clone(requested), transform_input=["X_val"])
    transformed.fit(X, y, X_val=X[::3], y_val=y[::3])
    assert as_given[-1].validation_loss_curve_ != transformed[-1].validation_loss_curve_


@pytest.mark.usefixtures("routing")
def test_weights_and_validation_samples_are_routed_through_a_grid_search():
    X, y = draw_unscaled()
    weights = np.linspace(1, 2, N)
    requested = classifier().set_fit_request(sample_weight=True, X_val=True, y_val=True)
    requested.set_score_request(sample_weight=True)
    search = GridSearchCV(requested, {"n_h": [2, 6]}, cv=3)
    search.fit(X, y, sample_weight=weights, X_val=X[:7], y_val=y[:7])
    direct = classifier(**search.best_params_)
    direct.fit(X, y, sample_weight=weights, X_val=X[:7], y_val=y[:7])
    assert_same_bits(search.best_estimator_, direct)
    assert search.best_estimator_.validation_loss_curve_ is not None


@pytest.mark.usefixtures("routing")
def test_partial_fit_can_request_its_metadata():
    clf = classifier(solver="adam").set_partial_fit_request(sample_weight=True, classes=True)
    assert clf.get_metadata_routing().partial_fit.requests == {
        "sample_weight": True,
        "classes": True,
    }
