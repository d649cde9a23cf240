"""What skl2onnx makes of fitted regressors says the same as they do."""

import numpy as np
import pandas as pd
import pytest
from skl2onnx import to_onnx
from skl2onnx.proto import get_latest_tested_opset_version
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import skshallow.onnx
from helpers.onnx_models import session_of
from helpers.regressors import (
    NUMBER_LOSSES,
    SEVERAL_QUANTILES,
    candidate,
    chooser,
    draw_for,
    draw_numbers,
)
from skshallow import OneHiddenLayerRegressor, StackedGridSearchCV
from skshallow._core.activations import ACTIVATIONS

# In standard deviations of the predictions. In double precision, too, erf has but seven digits.
TOLERANCES = {np.float32: 1e-5, np.float64: 1e-10}
GELU_TOLERANCE = 1e-6
GRID = {"n_h": [2, 4], "alpha": [0.1, 10]}

every_type = pytest.mark.parametrize("dtype", TOLERANCES)
every_loss = pytest.mark.parametrize("loss", NUMBER_LOSSES)
some_targets = pytest.mark.parametrize("n_targets", [1, 3])


@pytest.fixture(scope="module", autouse=True)
def _registered():
    skshallow.onnx.register()


def fitted(dtype=np.float32, loss="squared_error", n_targets=1, **params):
    X, y = draw_for(loss, n_targets)
    X = X.astype(dtype)
    return candidate(loss=loss, **params).fit(X, y), X


def run(model, X, target_opset=None):
    session = session_of(model, X, target_opset=target_opset)
    [predicted] = session.run(None, {"X": X})
    return predicted


def assert_same(model, X, tolerance=None, **settings):
    """The same predictions, in columns, as single numbers are for other regressors, too."""
    expected = model.predict(X).reshape(len(X), -1)
    unit = expected.astype(np.float64).std()
    tolerance = TOLERANCES.get(X.dtype.type, 1e-5) if tolerance is None else tolerance
    predicted = run(model, X, **settings)
    assert predicted.shape == expected.shape
    np.testing.assert_allclose(predicted / unit, expected / unit, rtol=0, atol=tolerance)


@every_loss
@some_targets
@every_type
def test_predictions(dtype, n_targets, loss):
    assert_same(*fitted(dtype, loss, n_targets))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@every_type
def test_every_activation(dtype, activation):
    model, X = fitted(dtype, activation=activation)
    assert_same(model, X, GELU_TOLERANCE if activation == "gelu" else None)


@every_loss
def test_a_network_of_double_precision_run_in_single(loss):
    model, X = fitted(np.float64, loss)
    assert model.coefs_[0].dtype == np.float64
    assert_same(model, X.astype(np.float32))


@every_loss
def test_a_network_of_single_precision_run_in_double(loss):
    model, X = fitted(np.float32, loss)
    assert model.coefs_[0].dtype == np.float32
    assert_same(model, X.astype(np.float64))


@every_loss
@pytest.mark.parametrize("squash", [True, False])
@every_type
def test_a_network_trained_to_the_end(dtype, squash, loss):
    X, y = draw_for(loss)
    X = X.astype(dtype)
    assert_same(OneHiddenLayerRegressor(loss=loss, squash=squash, random_state=0).fit(X, y), X)


# Links


@every_type
def test_quantiles_that_cross_are_sorted(dtype):
    model, X = fitted(dtype, **SEVERAL_QUANTILES)
    ascending = model.predict(X)
    assert (np.diff(ascending, axis=1) > 0).any(axis=1).all()
    model.coefs_[1][:] = model.coefs_[1][:, ::-1]
    model.intercepts_[1][:] = model.intercepts_[1][::-1]
    np.testing.assert_allclose(model.predict(X), ascending, rtol=1e-5)
    assert_same(model, X)


@every_type
def test_quantiles_of_one_value(dtype):
    model, X = fitted(dtype, **SEVERAL_QUANTILES)
    model.coefs_[1][:], model.intercepts_[1][:] = 0, 3
    np.testing.assert_array_equal(run(model, X), model.predict(X))


@every_type
def test_one_quantile_of_several_targets_is_not_sorted(dtype):
    model, X = fitted(dtype, "quantile", 3, quantile=[0.3])
    assert (np.diff(model.predict(X), axis=1) < 0).any()
    assert_same(model, X)


@pytest.mark.parametrize("loss", ["poisson", "gamma"])
@every_type
def test_exponents_that_are_too_large_or_small(dtype, loss):
    model, X = fitted(dtype, loss)
    model.coefs_[1] *= 1e5
    predicted, expected = run(model, X)[:, 0], model.predict(X)
    assert np.isfinite(predicted).all()
    np.testing.assert_allclose(predicted, expected, rtol=1e-4)
    assert len(np.unique(expected)) < 0.6 * len(X), "most are at one of the limits"


@every_loss
@every_type
def test_far_out(dtype, loss):
    model, X = fitted(dtype, loss)
    assert_same(model, 1e4 * X)


# Precision


@pytest.mark.parametrize("n_h", [4, 512])
@every_type
def test_a_mean_far_from_zero(dtype, n_h):
    X, y = draw_numbers()
    X, y = X.astype(dtype), 1e6 + (y - y.mean()) / y.std()
    model = candidate(n_h=n_h, solver="lbfgs").fit(X, y)
    predicted, expected = run(model, X)[:, 0], model.predict(X)
    # The numbers of a type are so far from each other there: in single precision 1/16.
    step = np.spacing(dtype(1e6))
    np.testing.assert_allclose(predicted.astype(float), expected, rtol=0, atol=step * 1.01)


@every_type
def test_units_far_from_one(dtype):
    X, y = draw_numbers()
    for unit in (1e-20, 1e20):
        model = candidate().fit(X.astype(dtype), unit * y)
        assert_same(model, X.astype(dtype))


# Shapes and types


@every_type
@some_targets
def test_type_and_shape(n_targets, dtype):
    model, X = fitted(dtype, n_targets=n_targets)
    session = session_of(model, X)
    [output] = session.get_outputs()
    assert output.shape == [None, n_targets]
    for n_samples in (1, 7):
        [predicted] = session.run(None, {"X": X[:n_samples]})
        assert predicted.dtype == dtype
        assert predicted.shape == (n_samples, n_targets)


@pytest.mark.parametrize("dtype", [np.int64, bool])
def test_features_that_are_no_fractions(dtype):
    X, y = draw_numbers()
    X = np.round(10 * X).astype(dtype)
    assert_same(candidate().fit(X, y), X)


@pytest.mark.parametrize("opset", range(9, get_latest_tested_opset_version() + 1))
@every_type
def test_every_opset(dtype, opset):
    domains = {"": opset, "ai.onnx.ml": 1}
    for params in (SEVERAL_QUANTILES, {"loss": "poisson"}, {"n_targets": 2}):
        assert_same(*fitted(dtype, **params), target_opset=domains)


def test_there_are_no_options():
    model, X = fitted()
    with pytest.raises(NameError, match="Option 'zipmap' not in"):
        to_onnx(model, X[:1], options={id(model): {"zipmap": False}})


def test_an_activation_that_onnx_lacks():
    model, X = fitted()
    model.activation_ = "sine"
    with pytest.raises(NotImplementedError, match=r"activation='sine' cannot .* 'relu', "):
        to_onnx(model, X[:1])


def test_a_link_that_onnx_lacks():
    model, X = fitted()
    model.out_activation_ = "probit"
    with pytest.raises(NotImplementedError, match=r"out_activation_='probit' cannot .* 'identity'"):
        to_onnx(model, X[:1])


# Pipelines, searches and other meta-estimators


@every_type
@pytest.mark.parametrize(
    "params", [{}, SEVERAL_QUANTILES, {"loss": "gamma"}], ids=["mean", "quantiles", "gamma"]
)
def test_the_regressor_that_chooses(params, dtype):
    X, y = draw_for(params.get("loss", "squared_error"))
    X = X.astype(dtype)
    assert_same(chooser(cv=3, **params).fit(X, y), X)


@every_type
def test_several_networks_that_are_averaged(dtype):
    X, y = draw_numbers()
    X = X.astype(dtype)
    assert_same(chooser(cv=3, n_networks=3).fit(X, y), X)


@every_type
@some_targets
def test_a_pipeline(n_targets, dtype):
    X, y = draw_numbers(n_targets)
    X = X.astype(dtype)
    assert_same(make_pipeline(StandardScaler(), candidate()).fit(X, y), X)


def test_a_table_with_categories():
    X, y = draw_numbers()
    table = pd.DataFrame(X.astype(np.float32), columns=["a", "b", "c", "d"])
    table["colour"] = np.array(["red", "green", "blue"])[np.arange(len(X)) % 3]
    encode = make_column_transformer(
        (OneHotEncoder(), ["colour"]), (StandardScaler(), ["a", "b", "c", "d"])
    )
    pipeline = make_pipeline(encode, candidate()).fit(table, y)
    session = session_of(pipeline, table)
    columns = {name: table[[name]].to_numpy() for name in table}
    [predicted] = session.run(None, columns)
    np.testing.assert_allclose(predicted[:, 0], pipeline.predict(table), atol=1e-5 * y.std())


@some_targets
@every_type
@pytest.mark.parametrize("search", [GridSearchCV, StackedGridSearchCV])
def test_a_search(search, dtype, n_targets):
    X, y = draw_numbers(n_targets)
    X = X.astype(dtype)
    assert_same(search(candidate(), GRID, cv=3).fit(X, y), X)


@pytest.mark.parametrize("search", [GridSearchCV, StackedGridSearchCV])
def test_a_search_of_a_pipeline(search):
    X, y = draw_numbers()
    pipeline = Pipeline([("scale", StandardScaler()), ("reg", candidate(**SEVERAL_QUANTILES))])
    grid = {f"reg__{name}": values for name, values in GRID.items()}
    assert_same(search(pipeline, grid, cv=3).fit(X, y), X)


def test_a_search_within_a_pipeline():
    X, y = draw_numbers()
    search = StackedGridSearchCV(candidate(loss="huber"), GRID, cv=3)
    assert_same(make_pipeline(StandardScaler(), search).fit(X, y), X)


@pytest.mark.parametrize("combine", [VotingRegressor, StackingRegressor])
def test_several_regressors_that_are_combined(combine):
    X, y = draw_numbers()
    X = X.astype(np.float32)
    assert_same(combine([("ours", candidate()), ("ridge", Ridge())]).fit(X, y), X)


def test_other_regressors_are_converted_as_before():
    X, y = draw_numbers()
    assert_same(GridSearchCV(Ridge(), {"alpha": [0.1, 10]}, cv=3).fit(X, y), X)
