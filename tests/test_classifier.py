"""What a fitted OneHiddenLayerClassifier is: shapes, types, containers, weights, settings."""

import ast
import pickle

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from scipy.special import expit, softmax
from sklearn.base import clone, is_classifier
from sklearn.datasets import make_blobs, make_moons
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import compute_sample_weight, estimator_html_repr

from skshallow import OneHiddenLayerClassifier
from skshallow.activations import ACTIVATIONS
from skshallow.solvers import SOLVERS, Adam

KINDS = {"binary": (1, 2), "multiclass": (3, 3), "multilabel": (2, 2)}  # outputs, probabilities
N, D, H = 60, 4, 5

every_kind = pytest.mark.parametrize("kind", KINDS)
every_solver = pytest.mark.parametrize("solver", SOLVERS)
both_scalings = pytest.mark.parametrize("standardize", [True, False])


def table(kind="binary", n=N):
    """Overlapping blobs on features of very different scales."""
    centers = 2 if kind == "binary" else 3
    X, y = make_blobs(n, n_features=D, centers=centers, cluster_std=4.0, random_state=0)
    X = X * [1.0, 0.1, 10.0, 1.0] + [0.0, 1.0, -5.0, 0.0]
    return X, np.column_stack([y > 0, y > 1]).astype(int) if kind == "multilabel" else y


def network(max_iter=12, **params):
    """A network that runs for exactly `max_iter` iterations, smooth unless it is told otherwise."""
    defaults = {"n_h": H, "activation": "tanh", "tol": 0, "random_state": 0}
    return OneHiddenLayerClassifier(max_iter=max_iter, **defaults | params)


def parameters(clf):
    return np.concatenate([part.ravel() for part in [*clf.coefs_, *clf.intercepts_]])


def assert_same_bits(first, second):
    assert_array_equal(parameters(first), parameters(second))


def assert_same_network(first, second, rtol=1e-7):
    expected = parameters(second)
    assert_allclose(parameters(first), expected, rtol=rtol, atol=rtol * np.abs(expected).max())


# Attributes


@every_kind
@every_solver
def test_shapes(kind, solver):
    X, y = table(kind)
    n_outputs, n_columns = KINDS[kind]
    clf = network(solver=solver).fit(X, y)
    assert [coef.shape for coef in clf.coefs_] == [(D, H), (H, n_outputs)]
    assert [intercept.shape for intercept in clf.intercepts_] == [(H,), (n_outputs,)]
    assert clf.predict(X).shape == y.shape
    assert clf.predict_proba(X).shape == clf.predict_log_proba(X).shape == (N, n_columns)
    assert clf.decision_function(X).shape == ((N,) if kind == "binary" else (N, n_outputs))


@every_kind
@every_solver
def test_attributes(kind, solver):
    X, y = table(kind)
    clf = network(solver=solver).fit(X, y)
    classes = np.arange(y.shape[1]) if kind == "multilabel" else np.unique(y)
    assert_array_equal(clf.classes_, classes)
    assert (clf.n_features_in_, clf.n_outputs_, clf.n_layers_) == (D, KINDS[kind][0], 3)
    assert clf.out_activation_ == ("softmax" if kind == "multiclass" else "logistic")
    assert clf.solver_ == solver
    assert clf.n_iter_ == len(clf.loss_curve_) == 12
    assert all(isinstance(loss, float) for loss in clf.loss_curve_)
    assert isinstance(clf.loss_, float)
    assert clf.loss_curve_[-1] < clf.loss_curve_[0]
    assert clf.best_loss_ <= min(clf.loss_curve_)
    assert clf.validation_loss_curve_ is None
    assert_array_equal(clf.restart_losses_, [clf.loss_])
    assert not hasattr(clf, "feature_names_in_")


def test_every_fitted_attribute_is_documented():
    clf = network().fit(pd.DataFrame(table()[0], columns=list("abcd")), table()[1])
    documented = OneHiddenLayerClassifier.__doc__.split("Attributes\n")[1].split("See Also")[0]
    fitted = {name for name in vars(clf) if name.endswith("_") and not name.startswith("_")}
    assert {name for name in fitted if f"    {name} : " not in documented} == set()


def test_every_parameter_is_documented_with_its_default():
    documented = OneHiddenLayerClassifier.__doc__.split("Attributes\n")[0]
    for name, default in OneHiddenLayerClassifier().get_params(deep=False).items():
        kind = documented.split(f"    {name} : ")[1].splitlines()[0]
        assert ast.literal_eval(kind.split("default=")[1]) == default


def test_it_is_a_classifier_for_sparse_and_multilabel_data():
    clf = OneHiddenLayerClassifier()
    assert is_classifier(clf)
    assert clf.__sklearn_tags__().input_tags.sparse
    assert clf.__sklearn_tags__().classifier_tags.multi_label


# Predictions


@every_kind
def test_two_lines_of_numpy_reproduce_the_probabilities(kind):
    X, y = table(kind)
    clf = network(activation="relu").fit(X, y)
    (W1, W2), (b1, b2) = clf.coefs_, clf.intercepts_
    z = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    p = softmax(z, axis=1) if kind == "multiclass" else expit(z)
    p = np.hstack([1 - p, p]) if kind == "binary" else p
    assert_allclose(clf.predict_proba(X), p, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_hidden_layer_applies_the_activation(activation):
    X, y = table()
    clf = network(activation=activation).fit(X, y)
    hidden = np.empty((N, H))
    ACTIVATIONS[activation].value(X @ clf.coefs_[0] + clf.intercepts_[0], hidden)
    logits = hidden @ clf.coefs_[1] + clf.intercepts_[1]
    assert_allclose(clf.decision_function(X), logits[:, 0], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
@pytest.mark.parametrize(("dtype", "rtol"), [(np.float64, 1e-14), (np.float32, 1e-6)])
def test_probabilities_of_all_classes_sum_to_one(kind, dtype, rtol):
    X, y = table(kind)
    clf = network(max_iter=50).fit(X.astype(dtype), y)
    p = clf.predict_proba(np.vstack([X, 1e4 * X]).astype(dtype))
    assert_allclose(p.sum(axis=1), 1, rtol=rtol)
    assert p.min() >= 0


@every_kind
def test_log_probabilities_are_the_logarithms_of_the_probabilities(kind):
    X, y = table(kind)
    clf = network().fit(X, y)
    assert_allclose(clf.predict_log_proba(X), np.log(clf.predict_proba(X)), rtol=1e-9, atol=1e-12)


@every_kind
def test_log_probabilities_are_finite_however_small_the_probability(kind):
    X, y = table(kind)
    clf = network(activation="relu").fit(X, y)
    log_p = clf.predict_log_proba(1e6 * X)
    assert np.isfinite(log_p).all()
    assert log_p.min() < -1e4
    assert clf.predict_proba(1e6 * X).min() == 0


@every_kind
def test_the_decision_function_decides(kind):
    X, y = table(kind)
    clf = network().fit(X, y)
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
    X, codes = table("binary" if len(names) == 2 else "multiclass")
    y = names[codes]
    clf = network(max_iter=100).fit(X, y)
    predicted = clf.predict(X)
    assert_array_equal(clf.classes_, np.unique(y))
    assert predicted.dtype == clf.classes_.dtype == y.dtype
    assert (predicted == y).mean() > 0.8
    assert clf.score(X, y) == (predicted == y).mean()


# Containers and types


def as_memmap(X, folder):
    joblib.dump(X, folder / "X.joblib")
    return joblib.load(folder / "X.joblib", mmap_mode="r")


def read_only(X):
    X = X.copy()
    X.setflags(write=False)
    return X


CONTAINERS = {
    "csr_array": sparse.csr_array,
    "csr_matrix": sparse.csr_matrix,
    "csc_array": sparse.csc_array,
    "csc_matrix": sparse.csc_matrix,
    "pandas": lambda X: pd.DataFrame(X, columns=list("abcd")),
    "polars": lambda X: pl.DataFrame(X, schema=list("abcd")),
    "list": np.ndarray.tolist,
    "Fortran order": np.asfortranarray,
    "every other row and column": lambda X: np.repeat(np.repeat(X, 2, axis=0), 2, axis=1)[::2, ::2],
    "backwards": lambda X: X[::-1].copy()[::-1],
    "read-only": read_only,
    "other byte order": lambda X: X.astype(">f8"),
}


@pytest.mark.parametrize("container", CONTAINERS)
@every_solver
def test_the_container_of_the_features_does_not_matter(container, solver):
    X, y = table()
    held = CONTAINERS[container](X)
    expected = network(solver=solver, batch_size=20 if solver in ("sgd", "adam") else "auto")
    clf = clone(expected).fit(held, y)
    expected.fit(X, y)
    assert_same_network(clf, expected)
    assert_allclose(clf.predict_proba(held), expected.predict_proba(X), rtol=1e-7)


@every_solver
def test_memory_mapped_features(solver, tmp_path):
    X, y = table()
    mapped = as_memmap(X, tmp_path)
    assert isinstance(mapped, np.memmap)
    clf = network(solver=solver).fit(mapped, y)
    assert_same_bits(clf, network(solver=solver).fit(X, y))
    assert_array_equal(clf.predict(mapped), clf.predict(X))
    assert all(type(part) is np.ndarray for part in [*clf.coefs_, *clf.intercepts_])


@pytest.mark.parametrize(
    "series", [list, pd.Series, pl.Series, read_only], ids=lambda s: s.__name__
)
@every_kind
def test_the_container_of_labels_and_weights_does_not_matter(series, kind):
    X, y = table(kind)
    weights = np.linspace(1, 2, N)
    held_y = series(y) if y.ndim == 1 else read_only(y)
    clf = network().fit(X, held_y, sample_weight=series(weights))
    assert_same_bits(clf, network().fit(X, y, sample_weight=weights))


@pytest.mark.parametrize("held", [sparse.csr_array, pd.DataFrame, np.asfortranarray])
def test_the_container_of_several_labels_does_not_matter(held):
    X, y = table("multilabel")
    assert_same_bits(network().fit(X, held(y)), network().fit(X, y))


def test_feature_names_are_kept():
    X, y = table()
    frame = pd.DataFrame(X, columns=list("abcd"))
    clf = network().fit(frame, y)
    assert clf.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="feature names should match"):
        clf.predict(frame[list("bacd")])


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_feature_names_are_those_that_scikit_learn_sees(frame):
    X, y = table()
    held = CONTAINERS[frame](X)
    seen = vars(StandardScaler().fit(held)).get("feature_names_in_")
    assert_array_equal(vars(network().fit(held, y)).get("feature_names_in_"), seen)


@every_solver
@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@both_scalings
def test_float32_stays_float32(solver, container, standardize):
    X, y = table("multiclass")
    X = container(X.astype(np.float32))
    clf = network(solver=solver, standardize=standardize).fit(X, y)
    outputs = [clf.predict_proba(X), clf.predict_log_proba(X), clf.decision_function(X)]
    assert {part.dtype for part in [*clf.coefs_, *clf.intercepts_, *outputs]} == {
        np.dtype(np.float32)
    }


@every_solver
def test_float32_trains_as_float64_does(solver):
    X, y = table()
    wide = network(solver=solver, max_iter=5).fit(X, y)
    narrow = network(solver=solver, max_iter=5).fit(X.astype(np.float32), y)
    assert_allclose(narrow.predict_proba(X), wide.predict_proba(X), atol=1e-3)


def test_float32_features_far_from_zero():
    X, y = make_moons(200, noise=0.1, random_state=0)
    shifted = (X + 1000).astype(np.float32)
    clf = OneHiddenLayerClassifier(random_state=0).fit(shifted, y)
    assert clf.score(shifted, y) > 0.97


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.float16, bool])
def test_other_numbers_become_float64(dtype):
    X, y = table()
    X = X.astype(dtype)
    clf = network().fit(X, y)
    assert clf.predict_proba(X).dtype == np.float64
    assert_same_bits(clf, network().fit(X.astype(np.float64), y))


@every_solver
@both_scalings
def test_sparse_equals_dense(solver, standardize):
    X, y = table("multiclass")
    X = X / 10 * (np.random.RandomState(0).uniform(size=X.shape) < 0.4)
    settings = {"solver": solver, "standardize": standardize, "random_state": 3}
    dense = network(**settings).fit(X, y)
    assert_same_network(network(**settings).fit(sparse.csr_array(X), y), dense)
    assert_allclose(dense.predict_proba(sparse.csc_array(X)), dense.predict_proba(X), rtol=1e-9)


def test_input_is_left_as_it_was():
    X, y = table()
    weights = np.ones(N)
    before = X.copy(), y.copy(), weights.copy()
    network().fit(X, y, sample_weight=weights, X_val=X, y_val=y).predict(X)
    for array, copy in zip((X, y, weights), before, strict=True):
        assert_array_equal(array, copy)


def test_sparse_input_is_left_as_it_was():
    X, y = sparse.csr_array(table()[0]), table()[1]
    before = X.copy()
    network().fit(X, y).predict(X)
    assert_array_equal(X.data, before.data)
    assert_array_equal(X.indices, before.indices)


def test_an_initial_network_is_left_as_it_was():
    X, y = table()
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)), rng.normal(size=H), rng.normal(size=(H, 1)), np.zeros(1)
    before = [part.copy() for part in init]
    network(init=init).fit(X, y)
    for part, copy in zip(init, before, strict=True):
        assert_array_equal(part, copy)


# Standardisation


@every_solver
@every_kind
def test_standardisation_inside_equals_a_standard_scaler_before(solver, kind):
    X, y = table(kind)
    inside = network(solver=solver).fit(X, y)
    before = make_pipeline(StandardScaler(), network(solver=solver, standardize=False)).fit(X, y)
    assert_allclose(inside.predict_proba(X), before.predict_proba(X), rtol=1e-7)
    assert_allclose(inside.loss_curve_, before[-1].loss_curve_, rtol=1e-9)


@every_solver
def test_weighted_standardisation_equals_a_weighted_standard_scaler(solver):
    X, y = table()
    weights = np.random.RandomState(0).uniform(size=N)
    inside = network(solver=solver).fit(X, y, sample_weight=weights)
    scaler = StandardScaler().fit(X, sample_weight=weights)
    before = network(solver=solver, standardize=False)
    before.fit(scaler.transform(X), y, sample_weight=weights)
    assert_allclose(
        inside.decision_function(X), before.decision_function(scaler.transform(X)), rtol=1e-6
    )


@every_solver
def test_units_of_measurement_do_not_matter(solver):
    X, y = table()
    factors, shifts = np.array([1e-6, 1e6, 3.0, 1.0]), np.array([1e-3, 0.0, 10.0, -1e3])
    original = network(solver=solver).fit(X, y)
    converted = network(solver=solver).fit(X * factors + shifts, y)
    assert_allclose(
        converted.predict_proba(X * factors + shifts), original.predict_proba(X), rtol=1e-6
    )


@both_scalings
def test_given_initial_weights_are_those_of_raw_features(standardize):
    X, y = table()
    rng = np.random.RandomState(0)
    init = rng.normal(size=(D, H)) / 9, rng.normal(size=H), rng.normal(size=(H, 1)), np.zeros(1)
    clf = network(
        init=init, solver="gd", learning_rate=1e-12, max_iter=1, standardize=standardize
    ).fit(X, y)
    for given, fitted in zip(init[::2], clf.coefs_, strict=True):
        assert_allclose(fitted, given, rtol=1e-6)
    for given, fitted in zip(init[1::2], clf.intercepts_, strict=True):
        assert_allclose(fitted, given, rtol=1e-6, atol=1e-9)


@both_scalings
def test_a_constant_feature_is_harmless(standardize):
    X, y = table()
    X = np.column_stack([X, np.full(N, 1e6 / 3)]) if standardize else np.c_[X, np.ones(N)]
    clf = network(standardize=standardize).fit(X, y)
    assert np.isfinite(clf.decision_function(X)).all()
    assert clf.score(X, y) > 0.6


# Weights of rows and classes


def weighted(kind="binary"):
    X, y = table(kind, n=40)
    return X, y, np.random.RandomState(1).randint(0, 4, size=40)


@every_solver
@every_kind
def test_a_weight_counts_as_repetition(solver, kind):
    X, y, weights = weighted(kind)
    by_weight = network(solver=solver).fit(X, y, sample_weight=weights)
    repeated = np.repeat(X, weights, axis=0), np.repeat(y, weights, axis=0)
    assert_same_network(by_weight, network(solver=solver).fit(*repeated))


@every_solver
@every_kind
def test_a_row_of_weight_zero_counts_as_absent(solver, kind):
    X, y, weights = weighted(kind)
    by_weight = network(solver=solver).fit(X, y, sample_weight=weights)
    there = weights > 0
    without = network(solver=solver).fit(X[there], y[there], sample_weight=weights[there])
    assert_same_network(by_weight, without)


def test_one_number_is_the_weight_of_every_row():
    X, y = table()
    by_number = network().fit(X, y, sample_weight=2.5)
    assert_same_bits(by_number, network().fit(X, y, sample_weight=np.full(len(y), 2.5)))


@every_solver
@pytest.mark.parametrize("class_weight", [{0: 1, 1: 5, 2: 0.5}, {0: 3}, "balanced"], ids=str)
def test_class_weight_weighs_rows(solver, class_weight):
    X, y = table("multiclass")
    X, y = X[y + np.arange(N) % 3 < 3], y[y + np.arange(N) % 3 < 3]  # classes of unequal size
    settings = {"solver": solver, "standardize": False, "learning_rate": "auto"}
    by_class = network(class_weight=class_weight, **settings).fit(X, y)
    full = class_weight if class_weight == "balanced" else {0: 1, 1: 1, 2: 1} | class_weight
    by_row = network(**settings).fit(X, y, sample_weight=compute_sample_weight(full, y))
    assert_same_network(by_class, by_row)


def test_balanced_counts_rows_by_their_weight():
    X, y, weights = weighted("multiclass")
    by_class = network(class_weight="balanced", standardize=False).fit(X, y, weights)
    share = np.bincount(y, weights) / weights.sum()
    by_row = network(standardize=False).fit(X, y, weights / share[y] / 3)
    assert_same_network(by_class, by_row)
    repeated = network(class_weight="balanced", standardize=False)
    repeated.fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    assert_same_network(by_class, repeated)


@pytest.mark.parametrize(
    "class_weight",
    [[{0: 1, 1: 4}, {0: 2, 1: 1}], [{0: 1, 1: 1}, {0: 1, 1: 7}], "balanced"],
    ids=str,
)
def test_class_weight_of_several_labels(class_weight):
    X, y = table("multilabel")
    by_class = network(class_weight=class_weight, standardize=False).fit(X, y)
    by_row = network(standardize=False).fit(X, y, compute_sample_weight(class_weight, y))
    assert_same_network(by_class, by_row)


def test_class_weight_by_name():
    X, y = table()
    names = np.array(["no", "yes"])[y]
    by_name = network(class_weight={"yes": 9}).fit(X, names)
    assert_same_bits(by_name, network(class_weight={1: 9}).fit(X, y))
    assert (by_name.predict(X) == "yes").sum() > (network().fit(X, y).predict(X) == 1).sum()


# Restarts and random numbers


@every_solver
def test_the_best_of_the_restarts_is_kept(solver):
    X, y = table()
    clf = network(solver=solver, n_init=5).fit(X, y)
    assert clf.restart_losses_.shape == (5,)
    assert len(np.unique(clf.restart_losses_)) == 5
    assert clf.loss_ == clf.restart_losses_.min()
    first = network(solver=solver).fit(X, y)
    assert_allclose(clf.restart_losses_[0], first.loss_, rtol=1e-9)


@every_solver
def test_restarts_are_kept_by_their_validation_loss(solver):
    X, y = table()
    clf = network(solver=solver, n_init=4).fit(X, y, X_val=X[::2], y_val=y[::2])
    assert clf.best_loss_ == clf.restart_losses_.min() == min(clf.validation_loss_curve_)


def test_given_initial_weights_are_used_once():
    X, y = table()
    init = np.ones((D, H)), np.zeros(H), np.ones((H, 1)), np.zeros(1)
    assert network(init=init, n_init=5).fit(X, y).restart_losses_.shape == (1,)


@every_solver
@pytest.mark.parametrize("early_stopping", [True, False])
def test_the_same_random_state_gives_the_same_bits(solver, early_stopping):
    X, y = table(n=250)
    clf = network(solver=solver, n_init=2, early_stopping=early_stopping, max_iter=5)
    first, second = (clone(clf).fit(X, y) for _ in range(2))
    assert_same_bits(first, second)
    assert_same_bits(first, clf.fit(X, y).fit(X, y))
    other = clone(clf).set_params(random_state=1).fit(X, y)
    assert not np.array_equal(parameters(first), parameters(other))


def test_fits_in_several_threads_give_the_same_bits():
    X, y = table(n=250)
    clf = network(solver="adam", n_init=2)
    fit = joblib.delayed(OneHiddenLayerClassifier.fit)
    parallel = joblib.Parallel(n_jobs=4, backend="threading")
    for fitted in parallel(fit(clone(clf), X, y) for _ in range(8)):
        assert_same_bits(fitted, clf.fit(X, y))


def test_one_network_predicts_in_several_threads():
    X, y = table(n=2000)
    clf = network().fit(X, y)
    predict = joblib.delayed(clf.predict_proba)
    for p in joblib.Parallel(n_jobs=4, backend="threading")(predict(X) for _ in range(20)):
        assert_array_equal(p, clf.predict_proba(X))


def test_a_random_state_object_moves_on():
    X, y = table()
    random_state = np.random.RandomState(0)
    first = network(random_state=random_state).fit(X, y)
    assert_same_bits(first, network(random_state=0).fit(X, y))
    second = network(random_state=random_state).fit(X, y)
    assert not np.array_equal(parameters(first), parameters(second))


@every_solver
def test_numpy_is_left_as_it_was(solver):
    X, y = table()
    before, errors = np.random.get_state(), np.geterr()  # noqa: NPY002
    network(solver=solver, early_stopping=True, random_state=5).fit(X, y).predict_proba(X)
    after = np.random.get_state()  # noqa: NPY002
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    assert np.geterr() == errors


@pytest.mark.parametrize("init", ["auto", "small"])
def test_initial_weights_are_drawn_first_layer_first(init):
    X, y = table()
    clf = network(init=init, solver="gd", learning_rate=1e-12, max_iter=1, standardize=False)
    clf.fit(X, y)
    rng = np.random.RandomState(0)
    W1, W2 = rng.normal(size=(D, H)), rng.normal(size=(H, 1))
    for drawn, fitted in zip((W1, W2), clf.coefs_, strict=True):
        ratio = fitted / drawn
        assert_allclose(ratio, ratio[0, 0], rtol=1e-6)
        assert init == "auto" or ratio[0, 0] == pytest.approx(0.01)
    assert_allclose(np.concatenate(clf.intercepts_), 0, atol=1e-9)


# Settings, copies, representations


def test_nested_settings():
    clf = network(solver=Adam(beta_2=0.99))
    assert clf.get_params()["solver__beta_2"] == 0.99
    copy = clone(clf).set_params(solver__beta_2=0.9)
    assert (clf.solver.beta_2, copy.solver.beta_2) == (0.99, 0.9)
    X, y = table()
    assert not np.array_equal(parameters(clf.fit(X, y)), parameters(copy.fit(X, y)))
    assert clf.solver_ == copy.solver_ == "adam"


@every_solver
def test_a_solver_object_with_its_defaults_is_the_solver_of_that_name(solver):
    X, y = table()
    assert_same_bits(network(solver=SOLVERS[solver]()).fit(X, y), network(solver=solver).fit(X, y))


def test_nested_settings_are_searched():
    X, y = table()
    search = GridSearchCV(
        network(solver=Adam()), {"solver__beta_2": [0.5, 0.999], "solver__beta_1": [0.0, 0.9]}, cv=2
    )
    search.set_params(scoring="neg_log_loss").fit(X, y)
    assert len(np.unique(search.cv_results_["mean_test_score"])) == 4


def test_settings_survive_a_copy():
    settings = {"n_h": 3, "alpha": 0.5, "activation": "gelu", "solver": "sgd", "batch_size": 9}
    clf = OneHiddenLayerClassifier(**settings)
    assert settings.items() <= clone(clf).get_params().items()
    assert OneHiddenLayerClassifier().set_params(**settings).get_params() == clf.get_params()


def test_fit_leaves_the_settings_alone():
    X, y = table()
    clf = network(early_stopping=True, n_init=2)
    before = clf.get_params()
    assert clf.fit(X, y) is clf
    assert clf.get_params() == before


@every_kind
@pytest.mark.parametrize("warm_start", [True, False])
def test_a_pickled_network_predicts_the_same_bits(kind, warm_start, tmp_path):
    X, y = table(kind)
    clf = network(solver=Adam(), warm_start=warm_start, verbose=0).fit(X, y)
    joblib.dump(clf, tmp_path / "network")
    for copy in (pickle.loads(pickle.dumps(clf)), joblib.load(tmp_path / "network")):
        assert_array_equal(copy.predict_proba(X), clf.predict_proba(X))
        assert_array_equal(copy.predict(X), clf.predict(X))
        assert copy.loss_curve_ == clf.loss_curve_


def test_a_pickle_does_not_hold_the_training_data():
    X, y = table(n=5000)
    for settings in ({"warm_start": True, "solver": "adam"}, {"warm_start": True}, {}):
        clf = network(max_iter=2, **settings).fit(X, y)
        assert len(pickle.dumps(clf)) < 30_000


@pytest.mark.parametrize(("verbose", "printed"), [(5, [5, 10]), (1, list(range(1, 13))), (0, [])])
@pytest.mark.parametrize("solver", ["gd", "adam", "lbfgs"])
def test_verbose_prints_a_line_every_so_many_iterations(verbose, printed, solver, capsys):
    clf = network(solver=solver, verbose=verbose).fit(*table())
    lines = capsys.readouterr().out.splitlines()
    assert [int(line.split()[1]) for line in lines] == printed
    for iteration, line in zip(printed, lines, strict=True):
        assert f"{clf.loss_curve_[iteration - 1]:.6f}" in line


def test_verbose_shows_the_validation_loss(capsys):
    clf = network(verbose=12, early_stopping=True).fit(*table())
    assert f"{clf.validation_loss_curve_[-1]:.6f}" in capsys.readouterr().out


@pytest.mark.parametrize("solver", ["auto", Adam(beta_2=0.99)], ids=str)
def test_html_representation(solver):
    clf = network(solver=solver)
    for html in (estimator_html_repr(clf), estimator_html_repr(clf.fit(*table()))):
        assert "OneHiddenLayerClassifier" in html


def test_text_representation_shows_what_differs_from_the_defaults():
    assert repr(OneHiddenLayerClassifier(n_h=3)) == "OneHiddenLayerClassifier(n_h=3)"


# Metadata routing


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


@pytest.mark.usefixtures("routing")
def test_weights_and_validation_rows_are_routed_through_a_pipeline():
    X, y = table()
    weights = np.linspace(1, 2, N)
    requested = network(standardize=False).set_fit_request(
        sample_weight=True, X_val=True, y_val=True, sample_weight_val=True
    )
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    pipeline = Pipeline([("scaler", scaler), ("clf", requested)], transform_input=["X_val"])
    validation = {"X_val": X[::3], "y_val": y[::3], "sample_weight_val": weights[::3]}
    pipeline.fit(X, y, sample_weight=weights, **validation)

    scaled = StandardScaler().fit_transform(X)
    direct = network(standardize=False)
    direct.fit(scaled, y, sample_weight=weights, **validation | {"X_val": scaled[::3]})
    assert_same_bits(pipeline[-1], direct)
    assert pipeline[-1].validation_loss_curve_ == direct.validation_loss_curve_


@pytest.mark.usefixtures("routing")
def test_validation_rows_are_transformed_in_a_pipeline_only_on_request():
    X, y = table()
    requested = network(standardize=False).set_fit_request(X_val=True, y_val=True)
    as_given = make_pipeline(StandardScaler(), clone(requested))
    as_given.fit(X, y, X_val=X[::3], y_val=y[::3])
    transformed = make_pipeline(StandardScaler(), clone(requested), transform_input=["X_val"])
    transformed.fit(X, y, X_val=X[::3], y_val=y[::3])
    assert as_given[-1].validation_loss_curve_ != transformed[-1].validation_loss_curve_


@pytest.mark.usefixtures("routing")
def test_weights_and_validation_rows_are_routed_through_a_grid_search():
    X, y = table()
    weights = np.linspace(1, 2, N)
    requested = network().set_fit_request(sample_weight=True, X_val=True, y_val=True)
    requested.set_score_request(sample_weight=True)
    search = GridSearchCV(requested, {"n_h": [2, 6]}, cv=3)
    search.fit(X, y, sample_weight=weights, X_val=X[:7], y_val=y[:7])
    direct = network(**search.best_params_)
    direct.fit(X, y, sample_weight=weights, X_val=X[:7], y_val=y[:7])
    assert_same_bits(search.best_estimator_, direct)
    assert search.best_estimator_.validation_loss_curve_ is not None


@pytest.mark.usefixtures("routing")
def test_partial_fit_can_request_its_metadata():
    clf = network(solver="adam").set_partial_fit_request(sample_weight=True, classes=True)
    assert clf.get_metadata_routing().partial_fit.requests == {
        "sample_weight": True,
        "classes": True,
    }
