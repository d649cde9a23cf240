"""Frames of pandas and polars: the same numbers as from arrays, and names that are checked."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from searches import assert_same_results, both, choosing, draw_rows, network
from sklearn import config_context
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skshallow import StackedGridSearchCV

NAMES = list("abcd")
FRAMES = {
    # As what is left of a longer table after sorting: rows are taken by place, never by label.
    "pandas": lambda X: pd.DataFrame(X, columns=NAMES, index=np.arange(len(X))[::-1] * 3),
    "polars": lambda X: pl.DataFrame(X, schema=NAMES),
}
ESTIMATORS = {
    "classifier": network,
    "choice": lambda: choosing(cv=2, solver="gd", tol=0, max_iter=8),
    "search": lambda: StackedGridSearchCV(network(), {"alpha": [0.1, 10]}, cv=2),
}
# Below 1.8 or so scikit-learn does not see the names of newer polars' columns, nor choose by them.
NAMED = [
    name
    for name, frame in FRAMES.items()
    if hasattr(StandardScaler().fit(frame(np.eye(4))), "feature_names_in_")
]
every_frame = pytest.mark.parametrize("frame", FRAMES)
every_estimator = pytest.mark.parametrize("estimator", ESTIMATORS)


def series(frame, values):
    if frame == "polars":
        return pl.Series(values)
    return pd.Series(values, index=np.random.RandomState(1).permutation(len(values)))


def network_of(fitted):
    """The network that predicts in the end."""
    return fitted.best_estimator_ if hasattr(fitted, "best_estimator_") else fitted


def assert_same_network(first, second):
    """The same but for rounding: a frame holds its table column by column."""
    first, second = network_of(first), network_of(second)
    for part, other in zip(
        [*first.coefs_, *first.intercepts_], [*second.coefs_, *second.intercepts_], strict=True
    ):
        assert_allclose(part, other, rtol=1e-9, atol=1e-12)
    assert_allclose(first.loss_curve_, second.loss_curve_, rtol=1e-12)
    if second.validation_loss_curve_ is not None:
        assert_allclose(first.validation_loss_curve_, second.validation_loss_curve_, rtol=1e-12)


@pytest.fixture
def routing():
    with config_context(enable_metadata_routing=True):
        yield


# Rows


@every_frame
@every_estimator
def test_rows_labels_and_weights_in_frames_are_those_of_arrays(estimator, frame):
    X, y = draw_rows()
    weights = np.random.RandomState(0).randint(1, 4, len(y)).astype(float)
    plain = ESTIMATORS[estimator]().fit(X, y, sample_weight=weights)
    table = FRAMES[frame](X)
    framed = ESTIMATORS[estimator]()
    framed.fit(table, series(frame, y), sample_weight=series(frame, weights))
    assert_same_network(framed, plain)
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
    X, y = draw_rows()
    X = change(X)
    framed = ESTIMATORS[estimator]().fit(cast(X), y)
    assert_same_network(framed, ESTIMATORS[estimator]().fit(X, y))


def test_columns_of_different_types():
    X, y = draw_rows()
    X[:, 0], X[:, 1] = np.rint(X[:, 0]), X[:, 1] > 0
    table = FRAMES["pandas"](X).astype({"a": "Int64", "b": bool, "c": "Float64"})
    assert_same_network(ESTIMATORS["search"]().fit(table, y), ESTIMATORS["search"]().fit(X, y))


@every_frame
def test_a_stream_of_frames_with_rows_to_come_back_to(frame):
    X, y = draw_rows()
    framed, plain = network(solver="adam"), network(solver="adam")
    for rows in (slice(0, 30), slice(30, 90)):
        framed.partial_fit(FRAMES[frame](X[rows]), series(frame, y[rows]), [0, 1])
        plain.partial_fit(X[rows], y[rows], classes=[0, 1])
    assert_same_network(framed, plain)


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
    X, codes = draw_rows("multiclass")
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
    X, codes = draw_rows("multiclass")
    series, _ = LABELS[labels]
    rank = np.unique(np.asarray(series(np.arange(3))), return_inverse=True)[1].ravel()
    clf = network().fit(X, series(codes), X_val=X[:30], y_val=series(codes[:30]))
    assert_same_network(clf, network().fit(X, rank[codes], X_val=X[:30], y_val=rank[codes[:30]]))


@pytest.mark.parametrize("held", [pd.DataFrame, lambda y: pl.DataFrame(y, schema=list("xyz"))])
@every_estimator
def test_several_labels_in_a_frame(estimator, held):
    X, y = draw_rows("multilabel")
    framed = ESTIMATORS[estimator]().fit(X, held(y))
    assert_same_network(framed, ESTIMATORS[estimator]().fit(X, y))


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "category", "Float64"])
def test_a_missing_label_is_refused(dtype):
    X, y = draw_rows()
    y = pd.Series(y).astype(dtype)
    y[3] = pd.NA
    with pytest.raises(ValueError, match="y contains NaN"):
        network().fit(X, y)


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
    X, y = draw_rows()
    table = FRAMES[frame](X)
    clf, plain = ESTIMATORS[estimator]().fit(table, y), LogisticRegression().fit(table, y)
    found = complaint(clf.predict_proba, other(table))
    expected = complaint(plain.predict_proba, other(table))
    name = type(network_of(clf)).__name__
    assert repr(found).replace(name, "LogisticRegression") == repr(expected)
    assert found or frame not in NAMED


@every_estimator
def test_names_after_a_fit_without_any_are_warned_of(estimator):
    X, y = draw_rows()
    clf = ESTIMATORS[estimator]().fit(X, y)
    with pytest.warns(UserWarning, match="X has feature names, but .* was fitted without"):
        clf.predict(FRAMES["pandas"](X))


@pytest.mark.parametrize("call", ["fit", "partial_fit"])
def test_names_are_checked_where_training_goes_on(call):
    X, y = draw_rows()
    table = FRAMES["pandas"](X)
    clf = network(warm_start=True).fit(table, y)
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
    X, y = draw_rows()
    table, numbers = mixed(X, frame)
    pipeline = Pipeline([("columns", by_column()), ("clf", network(standardize=False))])
    pipeline.set_output(transform=output)
    grid = {"clf__alpha": [0.1, 10]}
    plain, ours = both(pipeline, grid, table, y, scoring="neg_log_loss", cv=2)
    assert_same_results(plain, ours)
    prepared = numbers.copy()
    prepared[:, :2] = StandardScaler().fit_transform(numbers[:, :2])
    direct = network(standardize=False, alpha=ours.best_params_["clf__alpha"]).fit(prepared, y)
    assert_same_network(ours.best_estimator_[-1], direct)
    assert_allclose(ours.predict_proba(table), plain.predict_proba(table), atol=1e-6)


@pytest.mark.parametrize("output", NAMED)
@every_estimator
def test_names_come_from_the_step_before(estimator, output):
    X, y = draw_rows()
    table, _ = mixed(X, "pandas")
    plain = make_pipeline(by_column(), ESTIMATORS[estimator]()).fit(table, y)
    with config_context(transform_output=output):
        pipeline = make_pipeline(by_column(), ESTIMATORS[estimator]()).fit(table, y)
        predicted = pipeline.predict(table)
    names = ["a", "b", "word_blue", "word_green", "word_red", "flag"]
    assert pipeline[-1].feature_names_in_.tolist() == names
    assert not hasattr(plain[-1], "feature_names_in_")
    assert_same_network(pipeline[-1], plain[-1])
    assert_array_equal(predicted, plain.predict(table))


# Metadata


@every_frame
@pytest.mark.usefixtures("routing")
@pytest.mark.parametrize("search", [GridSearchCV, StackedGridSearchCV])
def test_weights_and_validation_rows_in_frames_find_their_way(search, frame):
    X, y = draw_rows()
    weights = np.random.RandomState(0).randint(1, 4, len(y)).astype(float)
    clf = network(max_iter=40, standardize=False).set_fit_request(
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
    assert_same_network(framed.best_estimator_[-1], plain.best_estimator_[-1])
    assert len(framed.best_estimator_[-1].validation_loss_curve_) == 40


@every_frame
@pytest.mark.usefixtures("routing")
def test_weights_reach_the_classifier_that_chooses(frame):
    X, y = draw_rows()
    weights = np.random.RandomState(0).randint(0, 4, len(y)).astype(float)
    plain = ESTIMATORS["choice"]().fit(X, y, sample_weight=weights)
    clf = ESTIMATORS["choice"]().set_fit_request(sample_weight=True)
    pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), clf)
    pipeline.set_params(standardscaler="passthrough")
    pipeline.fit(FRAMES[frame](X), series(frame, y), sample_weight=series(frame, weights))
    assert_same_network(pipeline[-1], plain)
    with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError, match="sample_weight"):
        make_pipeline(ESTIMATORS["choice"]()).fit(X, y, sample_weight=weights)
