"""Names of features: checked as scikit-learn checks them, also behind preprocessing."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from helpers.classifiers import candidate
from helpers.frames import (
    ESTIMATORS,
    FRAMES,
    NAMED,
    NAMES,
    assert_same_but_for_rounding,
    every_estimator,
    every_frame,
    network_of,
)
from helpers.samples import draw_samples
from helpers.searches import assert_same_results, both

# Names


def complaint(method, *args):
    """What an estimator has to say of its input, as an error or as a warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            method(*args)
        except ValueError as error:
            return type(error), str(error)
    return [(one.category, str(one.message)) for one in caught]


@pytest.mark.parametrize(
    "other",
    [
        lambda X: X[["b", "a", "c", "d"]],
        lambda X: X.rename(columns={"a": "z"}) if hasattr(X, "iloc") else X.rename({"a": "z"}),
        lambda X: X[["a", "b", "c"]],
        np.asarray,
    ],
    ids=["order", "unknown", "missing", "no names"],
)
@every_frame
@every_estimator
def test_names_are_checked_as_scikit_learn_checks_them(estimator, frame, other):
    X, y = draw_samples()
    table = FRAMES[frame](X)
    clf, plain = ESTIMATORS[estimator]().fit(table, y), LogisticRegression().fit(table, y)
    found = complaint(clf.predict_proba, other(table))
    expected = complaint(plain.predict_proba, other(table))
    name = type(network_of(clf)).__name__
    assert repr(found).replace(name, "LogisticRegression") == repr(expected)
    assert found or frame not in NAMED


@every_estimator
def test_names_after_a_fit_without_any_are_warned_of(estimator):
    X, y = draw_samples()
    clf = ESTIMATORS[estimator]().fit(X, y)
    with pytest.warns(UserWarning, match="X has feature names, but .* was fitted without"):
        clf.predict(FRAMES["pandas"](X))


@pytest.mark.parametrize("call", ["fit", "partial_fit"])
def test_names_are_checked_where_training_goes_on(call):
    X, y = draw_samples()
    table = FRAMES["pandas"](X)
    clf = candidate(warm_start=True).fit(table, y)
    before = clf.coefs_[0]
    with pytest.raises(ValueError, match="feature names should match"):
        getattr(clf, call)(table[["b", "a", "c", "d"]], y)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        getattr(clf, call)(X, y)
    assert clf.feature_names_in_.tolist() == NAMES
    assert not np.array_equal(clf.coefs_[0], before)


# Preprocessing


def mixed(X, frame):
    """A table of two numbers, a word and a flag, and the same as one of numbers."""
    words = np.array(["red", "green", "blue"])[np.digitize(X[:, 2], [-0.5, 0.5])]
    columns = {"a": X[:, 0], "b": X[:, 1], "word": words, "flag": X[:, 3] > 0}
    one_hot = (words[:, np.newaxis] == np.array(["blue", "green", "red"])).astype(float)
    numbers = np.column_stack([X[:, :2], one_hot, X[:, 3] > 0])
    return {"pandas": pd.DataFrame, "polars": pl.DataFrame}[frame](columns), numbers


def by_column():
    return make_column_transformer(
        (StandardScaler(), ["a", "b"]),
        (OneHotEncoder(sparse_output=False, handle_unknown="ignore"), ["word"]),
        ("passthrough", ["flag"]),
        verbose_feature_names_out=False,
    )


@pytest.mark.parametrize("output", ["default", *NAMED])
@pytest.mark.parametrize("frame", NAMED)
def test_columns_of_each_kind_are_prepared(frame, output):
    X, y = draw_samples()
    table, numbers = mixed(X, frame)
    pipeline = Pipeline([("columns", by_column()), ("clf", candidate(standardize=False))])
    pipeline.set_output(transform=output)
    grid = {"clf__alpha": [0.1, 10]}
    plain, ours = both(pipeline, grid, table, y, scoring="neg_log_loss", cv=2)
    assert_same_results(plain, ours)
    prepared = numbers.copy()
    prepared[:, :2] = StandardScaler().fit_transform(numbers[:, :2])
    direct = candidate(standardize=False, alpha=ours.best_params_["clf__alpha"]).fit(prepared, y)
    assert_same_but_for_rounding(ours.best_estimator_[-1], direct)
    assert_allclose(ours.predict_proba(table), plain.predict_proba(table), atol=1e-6)


@pytest.mark.parametrize("output", NAMED)
@every_estimator
def test_names_come_from_the_step_before(estimator, output):
    X, y = draw_samples()
    table, _ = mixed(X, "pandas")
    plain = make_pipeline(by_column(), ESTIMATORS[estimator]()).fit(table, y)
    with config_context(transform_output=output):
        pipeline = make_pipeline(by_column(), ESTIMATORS[estimator]()).fit(table, y)
        predicted = pipeline.predict(table)
    names = ["a", "b", "word_blue", "word_green", "word_red", "flag"]
    assert pipeline[-1].feature_names_in_.tolist() == names
    assert not hasattr(plain[-1], "feature_names_in_")
    assert_same_but_for_rounding(pipeline[-1], plain[-1])
    assert_array_equal(predicted, plain.predict(table))
