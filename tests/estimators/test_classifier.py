"""What a fitted OneHiddenLayerClassifier is, and what it predicts."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import expit, softmax
from sklearn.base import is_classifier
from sklearn.utils.multiclass import type_of_target

from helpers.cases import every_kind, every_solver
from helpers.classifiers import classifier
from helpers.samples import draw_unscaled, hidden_inputs
from skshallow import OneHiddenLayerClassifier
from skshallow._core.activations import ACTIVATIONS

KINDS = {"binary": (1, 2), "multiclass": (3, 3), "multilabel": (2, 2)}  # outputs, probabilities
N, D, H = 60, 4, 5

# Attributes


@every_kind
@every_solver
def test_shapes(kind, solver):
    X, y = draw_unscaled(kind)
    n_outputs, n_columns = KINDS[kind]
    clf = classifier(solver=solver).fit(X, y)
    assert [coef.shape for coef in clf.coefs_] == [(D, H), (H, n_outputs)]
    assert [intercept.shape for intercept in clf.intercepts_] == [(H,), (n_outputs,)]
    assert clf.predict(X).shape == y.shape
    assert clf.predict_proba(X).shape == clf.predict_log_proba(X).shape == (N, n_columns)
    assert clf.decision_function(X).shape == ((N,) if kind == "binary" else (N, n_outputs))


@every_kind
@every_solver
def test_attributes(kind, solver):
    X, y = draw_unscaled(kind)
    clf = classifier(solver=solver).fit(X, y)
    classes = np.arange(y.shape[1]) if kind == "multilabel" else np.unique(y)
    assert_array_equal(clf.classes_, classes)
    assert (clf.n_features_in_, clf.n_outputs_, clf.n_layers_) == (D, KINDS[kind][0], 3)
    assert clf.out_activation_ == ("softmax" if kind == "multiclass" else "logistic")
    assert clf.target_type_ == type_of_target(y)
    assert clf.solver_ == solver
    assert clf.n_iter_ == len(clf.loss_curve_) == 12
    assert all(isinstance(loss, float) for loss in clf.loss_curve_)
    assert isinstance(clf.loss_, float)
    assert clf.loss_curve_[-1] < clf.loss_curve_[0]
    assert clf.best_loss_ <= min(clf.loss_curve_)
    assert clf.validation_loss_curve_ is None
    assert_array_equal(clf.restart_losses_, [clf.loss_])
    assert not hasattr(clf, "feature_names_in_")


def test_it_is_a_classifier_for_sparse_and_multilabel_data():
    clf = OneHiddenLayerClassifier()
    assert is_classifier(clf)
    assert clf.__sklearn_tags__().input_tags.sparse
    assert clf.__sklearn_tags__().classifier_tags.multi_label


# Predictions


@every_kind
def test_two_lines_of_numpy_reproduce_the_probabilities(kind):
    X, y = draw_unscaled(kind)
    clf = classifier(activation="relu").fit(X, y)
    (W1, W2), (b1, b2) = clf.coefs_, clf.intercepts_
    z = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    p = softmax(z, axis=1) if kind == "multiclass" else expit(z)
    p = np.hstack([1 - p, p]) if kind == "binary" else p
    assert_allclose(clf.predict_proba(X), p, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_hidden_layer_applies_the_activation(activation):
    X, y = draw_unscaled()
    clf = classifier(activation=activation).fit(X, y)
    hidden = np.empty((N, H))
    ACTIVATIONS[activation].value(hidden_inputs(clf, X), hidden)
    logits = hidden @ clf.coefs_[1] + clf.intercepts_[1]
    assert_allclose(clf.decision_function(X), logits[:, 0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-14), (np.float32, 1e-6)])
def test_probabilities_of_all_classes_sum_to_one(kind, dtype, rtol):
    X, y = draw_unscaled(kind)
    clf = classifier(max_iter=50).fit(X.astype(dtype), y)
    p = clf.predict_proba(np.vstack([X, 1e4 * X]).astype(dtype))
    assert_allclose(p.sum(axis=1), 1, rtol=rtol)
    assert p.min() >= 0


@every_kind
def test_log_probabilities_are_the_logarithms_of_the_probabilities(kind):
    X, y = draw_unscaled(kind)
    clf = classifier().fit(X, y)
    assert_allclose(clf.predict_log_proba(X), np.log(clf.predict_proba(X)), rtol=1e-9, atol=1e-12)


@every_kind
def test_log_probabilities_are_finite_however_small_the_probability(kind):
    X, y = draw_unscaled(kind)
    # Otherwise features are limited to about what was there to learn from.
    clf = classifier(activation="relu", standardize=False).fit(X, y)
    log_p = clf.predict_log_proba(1e6 * X)
    assert np.isfinite(log_p).all()
    assert log_p.min() < -1e4
    assert clf.predict_proba(1e6 * X).min() == 0


@every_kind
def test_the_decision_function_decides(kind):
    X, y = draw_unscaled(kind)
    clf = classifier().fit(X, y)
    z = clf.decision_function(X)
    decided = z.argmax(axis=1) if kind == "multiclass" else z > 0
    assert_array_equal(clf.predict(X), decided)
    p = clf.predict_proba(X)
    assert_array_equal(clf.predict(X), p > 0.5 if kind == "multilabel" else p.argmax(axis=1))


@pytest.mark.parametrize(
    "names",
    [
        ["ham", "spam"],
        [False, True],
        [-1, 1],
        [-7, 3, 40],
        np.array(["b", "a", "longer"], dtype=object),
        [0.0, 1.0, 2.0],
    ],
    ids=str,
)
def test_labels_come_back_as_they_were_given(names):
    names = np.asarray(names)
    X, codes = draw_unscaled("binary" if len(names) == 2 else "multiclass", cluster_std=4.0)
    y = names[codes]
    clf = classifier(max_iter=100).fit(X, y)
    predicted = clf.predict(X)
    assert_array_equal(clf.classes_, np.unique(y))
    assert predicted.dtype == clf.classes_.dtype == y.dtype
    assert (predicted == y).mean() > 0.8
    assert clf.score(X, y) == (predicted == y).mean()
