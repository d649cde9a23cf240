"""What skl2onnx makes of fitted classifiers says the same as they do."""

import subprocess
import sys
import textwrap
from contextlib import nullcontext

import numpy as np
import pandas as pd
import pytest
from skl2onnx import to_onnx
from skl2onnx._parse import sklearn_parsers_map
from skl2onnx._supported_operators import sklearn_operator_name_map
from skl2onnx.common._registration import _converter_pool, _shape_calculator_pool
from skl2onnx.proto import get_latest_tested_opset_version
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import skshallow.onnx
from helpers.classifiers import candidate as network
from helpers.classifiers import chooser as choosing
from helpers.onnx_models import session_of
from helpers.samples import draw_samples as draw_rows
from skshallow import StackedGridSearchCV
from skshallow._core.activations import ACTIVATIONS
from skshallow.onnx._activations import ACTIVATIONS as CONVERTED

TOLERANCES = {np.float32: 1e-5, np.float64: 1e-7}
GRID = {"n_h": [2, 4], "alpha": [0.1, 10]}

every_type = pytest.mark.parametrize("dtype", TOLERANCES)
every_activation = pytest.mark.parametrize("activation", ACTIVATIONS)
every_kind = pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])


def fitted(kind="binary", dtype=np.float32, **params):
    X, y = draw_rows(kind)
    X = X.astype(dtype)
    return network(**params).fit(X, y), X


@pytest.fixture(scope="module", autouse=True)
def _registered():
    skshallow.onnx.register()


def run(model, X, target_opset=None, **options):
    """Outputs of the converted model: labels and probabilities, or what the options ask for."""
    session = session_of(model, X, {id(model): {"zipmap": False} | options}, target_opset)
    return session.run(None, {"X": X})


def assert_same(model, X, atol=1e-5, **settings):
    labels, probabilities = run(model, X, **settings)
    np.testing.assert_array_equal(labels, model.predict(X))
    np.testing.assert_allclose(probabilities, model.predict_proba(X), rtol=0, atol=atol)


@every_activation
@every_kind
@every_type
def test_labels_and_probabilities(activation, kind, dtype):
    clf, X = fitted(kind, dtype, activation=activation)
    known = activation in CONVERTED
    with nullcontext() if known else pytest.raises(NotImplementedError, match=activation):
        assert_same(clf, X, TOLERANCES[dtype])


def test_an_activation_that_onnx_lacks():
    clf, X = fitted()
    clf.activation_ = "sine"
    with pytest.raises(NotImplementedError, match=r"activation='sine' cannot .* 'relu', "):
        to_onnx(clf, X[:1])


@every_activation
@every_kind
@every_type
def test_far_out(activation, kind, dtype):
    clf, X = fitted(kind, dtype, activation=activation)
    X *= 1e4
    assert_same(clf, X)
    _, probabilities = run(clf, X)
    assert np.isfinite(probabilities).all()


@every_kind
@every_type
def test_ties_go_the_same_way(kind, dtype):
    clf, X = fitted(kind, dtype)
    for array in (clf.coefs_[1], clf.intercepts_[1]):
        array.fill(0)
    assert_same(clf, X)


@every_kind
@every_type
def test_saturated_probabilities(kind, dtype):
    clf, X = fitted(kind, dtype)
    clf.coefs_[1] *= 1e4
    assert_same(clf, X)
    assert (np.abs(clf.predict_proba(X) - 0.5) == 0.5).any()


@every_kind
@pytest.mark.parametrize("opset", range(9, get_latest_tested_opset_version() + 1))
def test_every_opset(kind, opset):
    clf, X = fitted(kind, activation="gelu")
    domains = {"": opset, "ai.onnx.ml": 1}
    assert_same(clf, X, target_opset=domains)
    session = session_of(clf, X, {"zipmap": "columns"}, target_opset=domains)
    np.testing.assert_array_equal(session.run(None, {"X": X})[0], clf.predict(X))


@pytest.mark.parametrize(
    "classes",
    [
        [-1, 7, 2**40],
        np.array([0, 1, 2], dtype=np.uint8),
        [0.0, 1.0, 5.0],
        ["ant", "bee", "Käfer"],
        np.array(["ant", "bee", "cat"], dtype=object),
        [False, True],
    ],
    ids=["integers", "unsigned", "whole", "strings", "objects", "booleans"],
)
def test_classes_of_any_kind(classes):
    X, y = draw_rows("multiclass" if len(classes) == 3 else "binary")
    X = X.astype(np.float32)
    clf = network().fit(X, np.array(classes)[y])
    assert_same(clf, X)
    labels, dicts = session_of(clf, X).run(None, {"X": X})
    np.testing.assert_array_equal(labels, clf.predict(X))
    for found, expected in zip(dicts, clf.predict_proba(X), strict=True):
        assert found == pytest.approx(dict(zip(clf.classes_, expected, strict=True)), abs=1e-5)


@pytest.mark.parametrize("n_labels", [2, 3])
def test_several_labels_are_a_table(n_labels):
    X, y = draw_rows("multilabel")
    clf = network().fit(X, y[:, :n_labels])
    session = session_of(clf, X, {"zipmap": False})
    assert [output.shape for output in session.get_outputs()] == [[None, n_labels]] * 2
    assert_same(clf, X)
    labels, dicts = session_of(clf, X).run(None, {"X": X})
    assert labels.dtype == np.int64
    np.testing.assert_array_equal(labels, clf.predict(X))
    found = [[row[label] for label in range(n_labels)] for row in dicts]
    np.testing.assert_allclose(found, clf.predict_proba(X), atol=1e-5)


def test_a_column_for_each_class():
    X, y = draw_rows("multiclass")
    clf = network().fit(X, np.array(["ant", "bee", "cat"])[y])
    session = session_of(clf, X, {"zipmap": "columns"})
    names = [output.name for output in session.get_outputs()]
    assert names == ["output_label", "sant", "sbee", "scat"]
    _, *columns = session.run(None, {"X": X})
    np.testing.assert_allclose(np.column_stack(columns), clf.predict_proba(X), atol=1e-7)


@every_kind
def test_raw_scores(kind):
    clf, X = fitted(kind)
    labels, scores = run(clf, X, raw_scores=True)
    logits = clf.decision_function(X)
    if kind == "binary":
        logits = np.column_stack([-logits, logits])
    np.testing.assert_allclose(scores, logits, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(labels, clf.predict(X))


def test_class_numbers_and_classes_as_outputs():
    X, y = draw_rows("multiclass")
    names = np.array(["ant", "bee", "cat"])
    clf = network().fit(X, names[y])
    numbers, _ = run(clf, X, nocl=True)
    assert numbers.dtype == np.int64
    np.testing.assert_array_equal(names[numbers], clf.predict(X))
    *_, classes = run(clf, X, output_class_labels=True)
    np.testing.assert_array_equal(classes, names)


@pytest.mark.parametrize(
    ("options", "error", "complaint"),
    [
        ({"zip_map": False}, NameError, "Option 'zip_map' not in"),
        ({"zipmap": "rows"}, ValueError, "Unexpected value"),
    ],
)
def test_wrong_options_are_refused(options, error, complaint):
    clf, X = fitted()
    with pytest.raises(error, match=complaint):
        to_onnx(clf, X[:1], options={id(clf): options})


@every_type
def test_the_type_of_the_input_is_kept(dtype):
    clf, X = fitted("multiclass", dtype)
    _, probabilities = run(clf, X)
    assert probabilities.dtype == dtype


def test_whole_numbers_as_features():
    X, y = draw_rows()
    X = np.round(10 * X).astype(np.int64)
    assert_same(network().fit(X, y), X)


def test_one_sample():
    clf, X = fitted("multiclass")
    session = session_of(clf, X, {"zipmap": False})
    labels, probabilities = session.run(None, {"X": X[:1]})
    assert labels.shape == (1,)
    assert probabilities.shape == (1, 3)


@every_kind
@every_type
def test_a_pipeline(kind, dtype):
    X, y = draw_rows(kind)
    X = X.astype(dtype)
    assert_same(make_pipeline(StandardScaler(), network()).fit(X, y), X)


def test_options_of_a_step():
    X, y = draw_rows("multiclass")
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", network())]).fit(X, y)
    session = session_of(pipeline, X, {"clf__raw_scores": True, "clf__zipmap": False})
    _, scores = session.run(None, {"X": X})
    np.testing.assert_allclose(scores, pipeline.decision_function(X), atol=1e-7)


def test_a_table_with_categories():
    X, y = draw_rows("multiclass")
    table = pd.DataFrame(X.astype(np.float32), columns=["a", "b", "c", "d"])
    table["colour"] = np.array(["red", "green", "blue"])[np.arange(len(X)) % 3]
    encode = make_column_transformer(
        (OneHotEncoder(), ["colour"]), (StandardScaler(), ["a", "b", "c", "d"])
    )
    pipeline = make_pipeline(encode, network()).fit(table, y)
    session = session_of(pipeline, table, {"zipmap": False})
    columns = {name: table[[name]].to_numpy() for name in table}
    labels, probabilities = session.run(None, columns)
    np.testing.assert_array_equal(labels, pipeline.predict(table))
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(table), atol=1e-5)


@every_kind
@pytest.mark.parametrize("search", [GridSearchCV, StackedGridSearchCV])
def test_a_search(kind, search):
    X, y = draw_rows(kind)
    assert_same(search(network(), GRID, cv=3).fit(X, y), X)


@pytest.mark.parametrize("search", [GridSearchCV, StackedGridSearchCV])
def test_a_search_of_a_pipeline(search):
    X, y = draw_rows("multiclass")
    y = np.array(["ant", "bee", "cat"])[y]
    pipeline = Pipeline([("scale", StandardScaler()), ("clf", network())])
    grid = {f"clf__{name}": values for name, values in GRID.items()}
    model = search(pipeline, grid, cv=3).fit(X, y)
    assert_same(model, X)
    _, scores = run(model, X, raw_scores=True)
    np.testing.assert_allclose(scores, model.decision_function(X), atol=1e-7)
    _, dicts = session_of(model, X).run(None, {"X": X})
    assert set(dicts[0]) == {"ant", "bee", "cat"}


def test_a_search_within_a_pipeline():
    X, y = draw_rows()
    search = StackedGridSearchCV(network(), GRID, cv=3)
    assert_same(make_pipeline(StandardScaler(), search).fit(X, y), X)


@every_kind
def test_the_classifier_that_chooses(kind):
    X, y = draw_rows(kind)
    assert_same(choosing().fit(X, y), X)


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_calibration_of_raw_scores(kind):
    X, y = draw_rows(kind)
    X = X.astype(np.float32)
    assert_same(CalibratedClassifierCV(network(), cv=3).fit(X, y), X)


def test_other_classifiers_are_converted_as_before():
    X, y = draw_rows()
    assert_same(GridSearchCV(LogisticRegression(), {"C": [0.1, 10]}, cv=3).fit(X, y), X)


# Registration


def tables():
    """Copies of what skl2onnx knows of classes and of how to convert them."""
    return [
        dict(table)
        for table in (
            sklearn_operator_name_map,
            sklearn_parsers_map,
            {name: converter.__dict__ for name, converter in _converter_pool.items()},
            _shape_calculator_pool,
        )
    ]


def test_to_register_twice_does_no_harm():
    before = tables()
    assert StackedGridSearchCV in before[0]
    skshallow.onnx.register()
    assert tables() == before
    clf, X = fitted("multiclass")
    assert_same(clf, X)


SCRIPT = """
    import sys
    import warnings

    import numpy as np
    from skl2onnx import to_onnx
    from skl2onnx._parse import sklearn_parsers_map
    from skl2onnx._supported_operators import sklearn_operator_name_map
    from skl2onnx.common._registration import _converter_pool, _shape_calculator_pool
    from skl2onnx.common.exceptions import MissingShapeCalculator

    from skshallow import OneHiddenLayerClassifier

    known = sklearn_operator_name_map, sklearn_parsers_map, _converter_pool, _shape_calculator_pool
    before = [dict(table) for table in known]
    modules, filters = set(sys.modules), list(warnings.filters)

    import skshallow.onnx

    assert set(sys.modules) - modules == {"skshallow.onnx"}
    assert [dict(table) for table in known] == before
    assert warnings.filters == filters

    X = np.arange(12, dtype=np.float32).reshape(6, 2)
    clf = OneHiddenLayerClassifier(2, random_state=0).fit(X, [0, 1] * 3)
    try:
        to_onnx(clf, X)
    except MissingShapeCalculator:
        pass
    else:
        raise AssertionError("it is converted before it is registered")
    skshallow.onnx.register()
    to_onnx(clf, X)
"""


def test_the_import_changes_nothing():
    subprocess.run([sys.executable, "-c", textwrap.dedent(SCRIPT)], check=True)


def test_without_skl2onnx(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("skshallow.onnx")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    import skshallow.onnx as anew

    with pytest.raises(ImportError, match=r'pip install "skshallow\[onnx\]"'):
        anew.register()
