"""MLPs of scikit-learn, made of fitted networks, say the same as they do."""

import pickle
from inspect import signature

import numpy as np
import pandas as pd
import pytest
import skops.io
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline

from helpers import classifiers, regressors
from helpers.cases import KINDS, may_not_converge
from helpers.regressors import NUMBER_LOSSES, SEVERAL_QUANTILES, draw_for, draw_numbers
from helpers.samples import draw_samples
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerRegressor, StackedGridSearchCV
from skshallow._core.activations import ACTIVATIONS
from skshallow.export import to_mlp

OF_MLP = ["identity", "logistic", "tanh", "relu"]
# In standard deviations of the predictions.
TOLERANCES = {np.float64: 1e-12, np.float32: 1e-5}
WITH_EXPONENTIAL = "loss" in signature(MLPRegressor).parameters
EXPONENTIAL = ["poisson", "gamma"]

whether_squashed = pytest.mark.parametrize("squash", [True, False], ids=["squash", "plain"])
every_type = pytest.mark.parametrize("dtype", TOLERANCES)


def draw(kind):
    """Samples of classes, or of one or several numbers."""
    return draw_samples(kind) if kind in KINDS else draw_numbers(int(kind[0]))


def fitted(kind="binary", dtype=np.float64, **params):
    """A small network, and samples: those that it was fitted to, and some that are far out."""
    X, y = draw(kind)
    X = (X * [1, 0.1, 10, 1] + [0, 1, -5, 0]).astype(dtype)
    make = classifiers.candidate if kind in KINDS else regressors.candidate
    return make(**params).fit(X, y), np.concatenate([X, 30 * X])


def assert_same(model, estimator, X):
    """The same predictions, and probabilities if there are any."""
    names = ["predict_proba"] if hasattr(estimator, "classes_") else ["predict"]
    for name in names:
        expected = getattr(estimator, name)(X)
        tolerance = TOLERANCES.get(getattr(X, "dtype", np.dtype(float)).type, 1e-12)
        found = getattr(model, name)(X)
        assert found.shape == expected.shape
        assert_allclose(found, expected, rtol=tolerance, atol=tolerance * expected.std())
    if hasattr(estimator, "classes_"):
        assert_array_equal(model.predict(X), estimator.predict(X))


# Predictions


@pytest.mark.parametrize("activation", OF_MLP)
@pytest.mark.parametrize("kind", [*KINDS, "1 number", "3 numbers"])
@whether_squashed
@every_type
def test_an_mlp_predicts_the_same(dtype, squash, kind, activation):
    estimator, X = fitted(kind, dtype, activation=activation, squash=squash)
    model = to_mlp(estimator)
    mlp = model[-1] if squash else model
    assert type(mlp) is (MLPClassifier if kind in KINDS else MLPRegressor)
    assert {one.dtype for one in [*mlp.coefs_, *mlp.intercepts_]} == {np.dtype(dtype)}
    assert_same(model, estimator, X)
    y = estimator.predict(X[::-1])
    assert model.score(X, y) == pytest.approx(estimator.score(X, y), abs=1e-5)


@whether_squashed
def test_those_that_choose_their_penalty(squash):
    X, y = draw_samples("multiclass")
    estimator = classifiers.chooser(squash=squash, cv=2).fit(X, y)
    assert_same(to_mlp(estimator), estimator, X)
    X, y = draw_numbers()
    estimator = regressors.chooser(squash=squash, cv=2).fit(X, y)
    assert_same(to_mlp(estimator), estimator, X)


@pytest.mark.parametrize("loss", NUMBER_LOSSES)
def test_every_loss(loss):
    X, y = draw_for(loss)
    estimator = regressors.candidate(loss=loss).fit(X, y)
    if loss not in EXPONENTIAL or WITH_EXPONENTIAL:
        assert_same(to_mlp(estimator), estimator, X)


@pytest.mark.parametrize(
    "classes",
    [[False, True], [3, 7], [0.0, 1.0], ["no", "yes"], np.array(["no", "yes"], object)],
    ids=str,
)
def test_classes_of_any_type(classes):
    X, y = draw_samples()
    estimator = classifiers.candidate().fit(X, np.array(classes)[y])
    model = to_mlp(estimator)
    assert model.classes_.tolist() == list(classes)
    assert_same(model, estimator, X)


def test_many_classes():
    X = np.random.RandomState(0).standard_normal((100, 3))
    estimator = classifiers.candidate().fit(X, np.arange(100) % 30)
    assert_same(to_mlp(estimator), estimator, X)


@pytest.mark.parametrize("container", ["csr_matrix", "csc_matrix", "csr_array", "csc_array"])
@whether_squashed
def test_sparse_samples(squash, container):
    X, y = draw_samples()
    X = getattr(sparse, container)(np.where(X > 1, X, 0))
    estimator = classifiers.candidate(squash=squash).fit(X, y)
    assert not squash or not estimator.feature_center_.any()
    assert_same(to_mlp(estimator), estimator, X)


def test_scikit_learn_does_not_center_sparse_samples():
    estimator, X = fitted()
    with pytest.raises(ValueError, match="Cannot center sparse"):
        to_mlp(estimator).predict(sparse.csr_matrix(X))


@whether_squashed
def test_feature_names(squash):
    X, y = draw_samples()
    X = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    estimator = classifiers.candidate(squash=squash).fit(X, y)
    model = to_mlp(estimator)
    assert model.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    assert model.n_features_in_ == 4
    assert_array_equal(model.predict(X), estimator.predict(X))
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X[["b", "a", "c", "d"]])


@every_type
def test_a_constant_feature_that_changes(dtype):
    X, y = draw_samples()
    X[:, 1] = 5
    X = X.astype(dtype)
    estimator = classifiers.candidate().fit(X, y)
    X[::2, 1] = -1e9
    assert_same(to_mlp(estimator), estimator, X)


# What is refused


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - set(OF_MLP)))
def test_an_activation_that_mlps_lack(activation):
    for kind in ("binary", "1 number"):
        estimator, _ = fitted(kind, activation=activation)
        with pytest.raises(ValueError, match=f"activation='{activation}'.*'relu'"):
            to_mlp(estimator)


@pytest.mark.parametrize("loss", EXPONENTIAL)
def test_an_exponential_function_before_there_was_one(loss, monkeypatch):
    estimator = regressors.candidate(loss=loss).fit(*draw_for(loss))
    monkeypatch.setattr("skshallow.export._mlp.EXPONENTIAL_MLP", False)
    with pytest.raises(ValueError, match=rf"loss='{loss}'.* 1\.7 on, and this is 1\."):
        to_mlp(estimator)


def test_quantiles_in_order():
    X, y = draw_numbers()
    estimator = regressors.candidate(**SEVERAL_QUANTILES).fit(X, y)
    with pytest.raises(ValueError, match=r"quantile=\[0\.1, 0\.25, .*: take a single one"):
        to_mlp(estimator)


def test_something_else():
    X, y = draw_samples()
    search = StackedGridSearchCV(classifiers.candidate(), {"alpha": [1, 2]}, cv=2).fit(X, y)
    with pytest.raises(TypeError, match=r"not StackedGridSearchCV.*search\.best_estimator_"):
        to_mlp(search)
    assert_same(to_mlp(search.best_estimator_), search, X)
    with pytest.raises(TypeError, match=r"not Pipeline.*pipeline\[-1\]"):
        to_mlp(make_pipeline(search.best_estimator_))


@pytest.mark.parametrize("kind", [OneHiddenLayerClassifier, OneHiddenLayerRegressor])
def test_a_network_that_is_not_fitted(kind):
    with pytest.raises(NotFittedError, match=kind.__name__):
        to_mlp(kind())


# What it then is: an MLP like any other


@whether_squashed
def test_files_need_scikit_learn_only(squash):
    estimator, X = fitted("multiclass", squash=squash)
    model = to_mlp(estimator)
    content = pickle.dumps(model)
    assert b"skshallow" not in content
    assert_array_equal(pickle.loads(content).predict_proba(X), model.predict_proba(X))
    content = skops.io.dumps(model)
    assert skops.io.get_untrusted_types(data=content) == []
    assert_array_equal(skops.io.loads(content).predict_proba(X), model.predict_proba(X))


def test_weights_are_copies():
    estimator, X = fitted(squash=False)
    expected = estimator.predict_proba(X)
    model = to_mlp(estimator)
    for part in [*model.coefs_, *model.intercepts_]:
        part += 1
    assert_array_equal(estimator.predict_proba(X), expected)


@may_not_converge
@pytest.mark.parametrize("kind", ["multiclass", "1 number"])
def test_it_has_the_attributes_of_a_fitted_mlp(kind):
    model = to_mlp(fitted(kind, squash=False)[0])
    trained = clone(model).set_params(max_iter=1).fit(*draw(kind))
    public = [
        {name for name in vars(one) if name.endswith("_") and not name.startswith("_")}
        for one in (model, trained)
    ]
    assert public[1] - public[0] == {"loss_"}
    assert public[0] <= public[1]
    for name in ("n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        assert getattr(model, name) == getattr(trained, name)


@may_not_converge
@whether_squashed
def test_a_clone_starts_anew(squash):
    estimator, X = fitted("multiclass", squash=squash)
    anew = clone(to_mlp(estimator))
    with pytest.raises(NotFittedError):
        anew.predict(X)
    (anew[-1] if squash else anew).set_params(solver="lbfgs", random_state=0)
    X, y = draw("multiclass")
    assert anew.fit(X, y).score(X, y) > 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_training_goes_on_from_these_weights(kind):
    estimator, _ = fitted(kind, squash=False)
    X, y = draw(kind)
    model = to_mlp(estimator)
    # A single step, on all samples, whose loss is measured before it.
    model.set_params(alpha=0, batch_size=len(X)).partial_fit(X, y)
    p = estimator.predict_proba(X)
    if kind == "multilabel":
        expected = sum(log_loss(one, q) for one, q in zip(y.T, p.T, strict=True))
    else:
        expected = log_loss(y, p)
    assert model.loss_ == pytest.approx(expected)
    assert model.n_iter_ == 1
    assert model.t_ == len(X)
    for _ in range(20):
        model.partial_fit(X, y)
    assert model.loss_ < expected
    assert len(model.loss_curve_) == 21


@may_not_converge
@pytest.mark.parametrize("solver", ["lbfgs", "sgd", "adam"])
@pytest.mark.parametrize("kind", ["binary", "3 numbers"])
def test_a_warm_start_is_that_of_an_mlp_with_these_weights(kind, solver):
    estimator, _ = fitted(kind, squash=False)
    X, y = draw(kind)
    model = to_mlp(estimator)
    model.set_params(solver=solver, warm_start=True, max_iter=5, random_state=0)
    trained = clone(model).set_params(max_iter=1).fit(X, y)
    trained.coefs_ = [one.copy() for one in estimator.coefs_]
    trained.intercepts_ = [one.copy() for one in estimator.intercepts_]
    trained.set_params(max_iter=5).fit(X, y)
    model.fit(X, y)
    for found, expected in zip(model.coefs_, trained.coefs_, strict=True):
        assert_array_equal(found, expected)
