"""Frames of pandas and polars: the same network as from arrays."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from helpers.classifiers import candidate
from helpers.frames import (
    ESTIMATORS,
    FRAMES,
    assert_same_but_for_rounding,
    every_estimator,
    every_frame,
    series,
)
from helpers.samples import draw_samples
from helpers.searches import assert_same_results
from skshallow import StackedGridSearchCV

# Samples


@every_frame
@every_estimator
def test_samples_labels_and_weights_in_frames_are_those_of_arrays(estimator, frame):
    X, y = draw_samples()
    weights = np.random.RandomState(0).randint(1, 4, len(y)).astype(float)
    plain = ESTIMATORS[estimator]().fit(X, y, sample_weight=weights)
    table = FRAMES[frame](X)
    framed = ESTIMATORS[estimator]()
    framed.fit(table, series(frame, y), sample_weight=series(frame, weights))
    assert_same_but_for_rounding(framed, plain)
    assert_allclose(framed.predict_proba(table), plain.predict_proba(X), rtol=1e-9)
    assert framed.score(table, series(frame, y)) == plain.score(X, y)
    if estimator != "classifier":
        assert framed.best_params_ == plain.best_params_
        scores = [clf.cv_results_["mean_test_score"] for clf in (framed, plain)]
        assert_allclose(*scores, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "cast"),
    [
        (np.rint, lambda X: FRAMES["pandas"](X).astype("Int64")),
        (np.rint, lambda X: FRAMES["polars"](X).cast(pl.Int8)),
        (np.asarray, lambda X: FRAMES["pandas"](X).astype("Float64")),
        (np.sign, lambda X: FRAMES["pandas"](X).astype(pd.SparseDtype(float, 0.0))),
        (lambda X: X > 0, lambda X: FRAMES["polars"](X)),
    ],
    ids=["nullable", "small", "nullable floats", "sparse", "true or false"],
)
@every_estimator
def test_columns_of_any_type(estimator, change, cast):
    X, y = draw_samples()
    X = change(X)
    framed = ESTIMATORS[estimator]().fit(cast(X), y)
    assert_same_but_for_rounding(framed, ESTIMATORS[estimator]().fit(X, y))


def test_columns_of_different_types():
    X, y = draw_samples()
    X[:, 0], X[:, 1] = np.rint(X[:, 0]), X[:, 1] > 0
    table = FRAMES["pandas"](X).astype({"a": "Int64", "b": bool, "c": "Float64"})
    assert_same_but_for_rounding(
        ESTIMATORS["search"]().fit(table, y), ESTIMATORS["search"]().fit(X, y)
    )


@every_frame
def test_a_stream_of_frames_with_samples_to_come_back_to(frame):
    X, y = draw_samples()
    framed, plain = candidate(solver="adam"), candidate(solver="adam")
    for rows in (slice(0, 30), slice(30, 90)):
        framed.partial_fit(FRAMES[frame](X[rows]), series(frame, y[rows]), [0, 1])
        plain.partial_fit(X[rows], y[rows], classes=[0, 1])
    assert_same_but_for_rounding(framed, plain)


# Labels

LABELS = {
    "nullable": (lambda y: pd.Series(y + 3).astype("Int64"), [3.0, 4.0, 5.0]),
    "categories": (lambda y: pd.Series(np.array(list("cab"))[y]).astype("category"), list("abc")),
    "numbers as categories": (lambda y: pd.Series(y * 2).astype("category"), [0, 2, 4]),
    "pandas strings": (lambda y: pd.Series(np.array(list("cab"))[y]).astype("string"), list("abc")),
    "objects": (lambda y: pd.Series(np.array(list("cab"), dtype=object)[y]), list("abc")),
    "polars": (lambda y: pl.Series(y), [0, 1, 2]),
    "polars strings": (lambda y: pl.Series(np.array(list("cab"))[y]), list("abc")),
    "polars categories": (
        lambda y: pl.Series(np.array(list("cab"))[y], dtype=pl.Categorical),
        list("abc"),
    ),
    "one column": (lambda y: pd.DataFrame({"y": y}), [0, 1, 2]),
}


@pytest.mark.parametrize("labels", LABELS)
@every_estimator
@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
def test_labels_of_any_type(estimator, labels):
    X, codes = draw_samples("multiclass")
    series, expected = LABELS[labels]
    y = series(codes)
    clf = ESTIMATORS[estimator]().fit(X, y)
    plain = LogisticRegression().fit(X, y)
    assert clf.classes_.tolist() == expected == plain.classes_.tolist()
    predicted = clf.predict(X)
    assert set(predicted.tolist()) <= set(expected)
    agreement = predicted == np.ravel(np.asarray(y))
    assert np.mean(agreement) > 0.6
    assert clf.score(X, y) == pytest.approx(np.mean(agreement))


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
def test_labels_of_any_type_to_stop_early_by(labels):
    X, codes = draw_samples("multiclass")
    series, _ = LABELS[labels]
    rank = np.unique(np.asarray(series(np.arange(3))), return_inverse=True)[1].ravel()
    clf = candidate().fit(X, series(codes), X_val=X[:30], y_val=series(codes[:30]))
    assert_same_but_for_rounding(
        clf, candidate().fit(X, rank[codes], X_val=X[:30], y_val=rank[codes[:30]])
    )


@pytest.mark.parametrize("held", [pd.DataFrame, lambda y: pl.DataFrame(y, schema=list("xyz"))])
@every_estimator
def test_several_labels_in_a_frame(estimator, held):
    X, y = draw_samples("multilabel")
    framed = ESTIMATORS[estimator]().fit(X, held(y))
    assert_same_but_for_rounding(framed, ESTIMATORS[estimator]().fit(X, y))


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "category", "Float64"])
def test_a_missing_label_is_refused(dtype):
    X, y = draw_samples()
    y = pd.Series(y).astype(dtype)
    y[3] = pd.NA
    with pytest.raises(ValueError, match="y contains NaN"):
        candidate().fit(X, y)


# Metadata


@every_frame
@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize("search", [GridSearchCV, StackedGridSearchCV])
def test_weights_and_validation_samples_in_frames_find_their_way(search, frame):
    X, y = draw_samples()
    weights = np.random.RandomState(0).randint(1, 4, len(y)).astype(float)
    clf = candidate(max_iter=40, standardize=False).set_fit_request(
        sample_weight=True, X_val=True, y_val=True, sample_weight_val=True
    )
    scoring = get_scorer("neg_log_loss").set_score_request(sample_weight=True)
    scaler = StandardScaler().set_fit_request(sample_weight=True)
    pipeline = Pipeline([("scale", scaler), ("clf", clf)], transform_input=["X_val"])
    results = []
    for hold, column in [
        (FRAMES[frame], lambda values: series(frame, values)),
        (np.asarray, np.asarray),
    ]:
        given = {
            "sample_weight": column(weights),
            "X_val": hold(X[:20]),
            "y_val": column(y[:20]),
            "sample_weight_val": column(weights[:20]),
        }
        searched = search(pipeline, {"clf__alpha": [0.1, 10]}, cv=2, scoring=scoring)
        results.append(searched.fit(hold(X), column(y), **given))
    framed, plain = results
    assert_same_results(plain, framed, atol=1e-12)
    assert_same_but_for_rounding(framed.best_estimator_[-1], plain.best_estimator_[-1])
    assert len(framed.best_estimator_[-1].validation_loss_curve_) == 40


@every_frame
@pytest.mark.usefixtures("routing")
def test_weights_reach_the_classifier_that_chooses(frame):
    X, y = draw_samples()
    weights = np.random.RandomState(0).randint(0, 4, len(y)).astype(float)
    clf = ESTIMATORS["choice"]().set_fit_request(sample_weight=True)
    clf.set_score_request(sample_weight=True)
    plain = clone(clf).fit(X, y, sample_weight=weights)
    pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), clf)
    pipeline.set_params(standardscaler="passthrough")
    pipeline.fit(FRAMES[frame](X), series(frame, y), sample_weight=series(frame, weights))
    assert_same_but_for_rounding(pipeline[-1], plain)
    with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError, match="sample_weight"):
        make_pipeline(ESTIMATORS["choice"]()).fit(X, y, sample_weight=weights)
