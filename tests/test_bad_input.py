"""Whatever is wrong is refused by name, with what is allowed, and costs nothing already fitted."""

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.datasets import make_blobs
from sklearn.exceptions import NotFittedError

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import LBFGS, SGD, SOLVERS, Adam

N, D, H = 40, 3, 4
MINI_BATCH = [name for name, solver in SOLVERS.items() if not solver.full_batch]


def table(kind="binary"):
    X, y = make_blobs(N, D, centers=2 if kind == "binary" else 3, cluster_std=4.0, random_state=0)
    return X, np.column_stack([y > 0, y > 1]).astype(int) if kind == "multilabel" else y


def network(**params):
    defaults = {"n_h": H, "max_iter": 5, "tol": 0, "random_state": 0}
    return OneHiddenLayerClassifier(**defaults | params)


def with_one(array, value, where=7):
    """A copy with one entry replaced."""
    array = np.array(array, dtype=float)
    array.flat[where] = value
    return array


def assert_refused(words, kind="binary", error=ValueError, method="fit", **given):
    """Assert that a call is refused with these words, before any fit and after one.

    `given` are parameters of the estimator, and arguments that take the place of good ones.
    """
    X, y = table(kind)
    arguments = {"X": X, "y": y}
    settings = {}
    for name, value in given.items():
        (settings if name in OneHiddenLayerClassifier().get_params() else arguments)[name] = value
    for clf in (network(), network().fit(X, y)):
        clf.set_params(**settings)
        before = joblib.hash(vars(clf))
        with pytest.raises(error) as caught:
            getattr(clf, method)(**arguments)
        missing = [word for word in words if word not in str(caught.value)]
        assert not missing, str(caught.value)
        assert joblib.hash(vars(clf)) == before


# Parameters

BAD_PARAMETERS = [
    ("n_h", 0, "[1, inf)"),
    ("n_h", 2.5, "int"),
    ("n_h", "4", "int"),
    ("activation", "softsign", "'tanh'"),
    ("activation", None, "'relu'"),
    ("solver", "newton", "'lbfgs'"),
    ("solver", Adam, "'adam'"),
    ("learning_rate", 0, "(0.0, inf)"),
    ("learning_rate", -0.1, "(0.0, inf)"),
    ("learning_rate", "adaptive", "'auto'"),
    ("learning_rate", np.nan, "(0.0, inf)"),
    ("learning_rate", np.inf, "(0.0, inf)"),
    ("alpha", -1e-9, "[0.0, inf)"),
    ("alpha", np.nan, "[0.0, inf)"),
    ("alpha", np.inf, "[0.0, inf)"),
    ("alpha", None, "float"),
    ("batch_size", 0, "[1, inf)"),
    ("batch_size", 10.0, "int"),
    ("batch_size", "all", "'auto'"),
    ("max_iter", 0, "[1, inf)"),
    ("max_iter", np.inf, "int"),
    ("tol", -1e-4, "[0.0, inf)"),
    ("n_iter_no_change", 0, "[1, inf)"),
    ("early_stopping", "yes", "bool"),
    ("validation_fraction", 0.0, "(0.0, 1.0)"),
    ("validation_fraction", 1.0, "(0.0, 1.0)"),
    ("class_weight", "Balanced", "'balanced'"),
    ("class_weight", 2.0, "dict"),
    ("standardize", "no", "bool"),
    ("init", "glorot", "'small'"),
    ("init", 3, "tuple"),
    ("n_init", 0, "[1, inf)"),
    ("shuffle", "yes", "bool"),
    ("warm_start", None, "bool"),
    ("random_state", "seed", "int"),
    ("random_state", -1, "[0, 4294967295]"),
    ("verbose", -1, "[0, inf)"),
]


@pytest.mark.parametrize(("name", "value", "allowed"), BAD_PARAMETERS, ids=str)
def test_a_wrong_parameter(name, value, allowed):
    assert_refused([f"'{name}' parameter", allowed, f"Got {value!r} instead"], **{name: value})


def test_no_parameter_was_forgotten():
    tried = {name for name, _, _ in BAD_PARAMETERS}
    assert tried == OneHiddenLayerClassifier().get_params().keys()


BAD_SOLVERS = [
    (Adam(beta_1=1.0), "beta_1", "[0.0, 1.0)"),
    (Adam(beta_2=-0.1), "beta_2", "[0.0, 1.0)"),
    (Adam(epsilon=0), "epsilon", "(0.0, inf)"),
    (SGD(momentum=1.5), "momentum", "[0.0, 1.0)"),
    (SGD(nesterov="no"), "nesterov", "bool"),
    (LBFGS(memory=0), "memory", "[1, inf)"),
    (LBFGS(max_evaluations=2.5), "max_evaluations", "int"),
]


@pytest.mark.parametrize(("solver", "name", "allowed"), BAD_SOLVERS, ids=str)
def test_a_wrong_parameter_of_a_solver(solver, name, allowed):
    value = solver.get_params()[name]
    words = [f"'{name}' parameter of {type(solver).__name__}", allowed, f"Got {value!r} instead"]
    assert_refused(words, solver=solver)


def test_no_parameter_of_a_solver_was_forgotten():
    tried = {(type(solver), name) for solver, name, _ in BAD_SOLVERS}
    assert tried == {
        (family, name) for family in SOLVERS.values() for name in family().get_params()
    }


@pytest.mark.parametrize("solver", MINI_BATCH)
def test_batches_of_more_rows_than_there_are(solver):
    words = ["batch_size=41", "at most", "40"]
    assert_refused(words, solver=solver, batch_size=41)


@pytest.mark.parametrize("solver", MINI_BATCH)
def test_batches_of_more_rows_than_a_split_leaves(solver):
    words = ["batch_size=37", "at most", "36"]
    assert_refused(words, solver=solver, batch_size=37, early_stopping=True)


def test_a_learning_rate_without_effect_warns():
    clf = network(solver="lbfgs", learning_rate=0.1)
    with pytest.warns(UserWarning, match=r"learning_rate=0.1 has no effect.*'lbfgs'"):
        clf.fit(*table())


# Features and labels

X_GOOD, Y_GOOD = table()


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (with_one(X_GOOD, np.nan), ["X contains NaN"]),
        (with_one(X_GOOD, np.inf), ["X contains infinity"]),
        (with_one(X_GOOD, -np.inf), ["X contains infinity"]),
        (with_one(X_GOOD, np.nan).astype(np.float32), ["X contains NaN"]),
        (sparse.csr_array(with_one(X_GOOD, np.nan)), ["X contains NaN"]),
        (sparse.csc_array(with_one(X_GOOD, np.inf)), ["X contains infinity"]),
        (X_GOOD[:, 0], ["Expected 2D array, got 1D array"]),
        (X_GOOD[np.newaxis], ["dim 3"]),
        (X_GOOD[:0], ["0 sample(s)", "minimum of 1"]),
        (X_GOOD[:, :0], ["0 feature(s)", "minimum of 1"]),
        (X_GOOD[:-1], ["inconsistent numbers of samples", "39", "40"]),
        (X_GOOD * 1j, ["Complex data not supported"]),
        (np.full((N, D), "3 cm"), ["could not convert string to float"]),
        (pd.DataFrame({"a": X_GOOD[:, 0], "b": "red"}), ["could not convert string to float"]),
    ],
    ids=lambda case: case[0] if isinstance(case, list) else type(case).__name__,
)
def test_wrong_features(X, words):
    assert_refused(words, X=X)


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (with_one(Y_GOOD, np.nan), ["y contains NaN"]),
        (with_one(Y_GOOD, np.inf), ["y contains infinity"]),
        (with_one(Y_GOOD, 0.5), ["Unknown label type: continuous"]),
        (np.zeros(N), ["y must hold at least 2 classes", "1 class", "0."]),
        (np.full(N, "ham"), ["y must hold at least 2 classes", "1 class", "ham"]),
        (Y_GOOD[:-1], ["inconsistent numbers of samples", "39", "40"]),
        (np.column_stack([Y_GOOD, Y_GOOD + 1]), ["y should be a 1d array", "(40, 2)"]),
        (None, ["y", "None"]),
        (Y_GOOD[:, np.newaxis, np.newaxis], ["y"]),
    ],
    ids=lambda case: case[0] if isinstance(case, list) else "",
)
def test_wrong_labels(y, words):
    assert_refused(words, y=y)


@pytest.mark.parametrize("y", [[["a", "b"]] * N, np.full((N, 2), 0.5)], ids=["names", "shares"])
def test_wrong_targets_of_several_labels(y):
    assert_refused([], "multilabel", y=y)


# Weights

BAD_WEIGHTS = [
    (with_one(np.ones(N), np.nan), ["contains NaN"]),
    (with_one(np.ones(N), np.inf), ["contains infinity"]),
    (with_one(np.ones(N), -0.5), ["Negative values", "at least 0", "-0.5"]),
    (np.zeros(N), ["zero"]),
    (np.ones(N - 1), ["40", "39"]),
    (np.ones((N, 1)), ["1D", "(40, 1)"]),
    (np.full(N, "heavy"), []),
]


@pytest.mark.parametrize(("weights", "words"), BAD_WEIGHTS, ids=lambda case: str(case)[:30])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_wrong_weights_of_rows(weights, words, method):
    words = [*words, "sample_weight"] if words else []
    settings = {"solver": "adam", "classes": [0, 1]} if method == "partial_fit" else {}
    assert_refused(words, method=method, sample_weight=weights, **settings)


@pytest.mark.parametrize(("weights", "words"), BAD_WEIGHTS, ids=lambda case: str(case)[:30])
def test_wrong_weights_of_validation_rows(weights, words):
    words = [*words, "sample_weight_val"] if words else []
    assert_refused(words, X_val=X_GOOD, y_val=Y_GOOD, sample_weight_val=weights)


@pytest.mark.parametrize(
    ("class_weight", "words"),
    [
        ({0: 1, 1: -2}, ["at least 0", "-2"]),
        ({0: 1, 1: np.nan}, ["finite", "nan"]),
        ({0: 1, 1: np.inf}, ["finite", "inf"]),
        ({0: 0, 1: 0}, ["at least 0"]),
        ({0: 1, 7: 2}, ["7"]),
        ({"yes": 2}, ["yes"]),
        ([{0: 1, 1: 2}], ["list of dicts", "multilabel"]),
    ],
    ids=str,
)
def test_wrong_weights_of_classes(class_weight, words):
    assert_refused(["class_weight", *words], class_weight=class_weight)


@pytest.mark.parametrize(
    ("class_weight", "words"),
    [
        ([{0: 1, 1: 2}], ["each of the 2 labels", "1"]),
        ([{0: 1, 1: 2}, {0: 1, 1: -2}], ["at least 0", "-2"]),
        ([{0: 1, 1: 2}, 3], ["dict", "3"]),
        ([{0: 1, 1: 2}, {5: 1}], ["5"]),
    ],
    ids=str,
)
def test_wrong_weights_of_several_labels(class_weight, words):
    assert_refused(["class_weight", *words], "multilabel", class_weight=class_weight)


def test_weights_of_rows_and_classes_that_leave_nothing():
    assert_refused(
        ["class_weight", "sample_weight"], class_weight={0: 0, 1: 1}, sample_weight=Y_GOOD == 0
    )


@pytest.mark.parametrize("random_state", range(3))
def test_weights_that_leave_nothing_on_one_side_of_a_split(random_state):
    weights = np.eye(N)[7]
    assert_refused(
        ["weight"], early_stopping=True, sample_weight=weights, random_state=random_state
    )


# Validation rows


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"X_val": X_GOOD}, ["X_val is given", "y_val is missing"]),
        ({"y_val": Y_GOOD}, ["y_val is given", "X_val is missing"]),
        ({"sample_weight_val": np.ones(N)}, ["sample_weight_val is given", "X_val is missing"]),
        ({"X_val": X_GOOD, "y_val": Y_GOOD + 1}, ["y_val", "[2]", "[0, 1]"]),
        ({"X_val": X_GOOD, "y_val": np.full(N, "yes")}, ["y_val", "yes", "[0, 1]"]),
        ({"X_val": X_GOOD[:, 1:], "y_val": Y_GOOD}, ["X_val", "2 features", "3 features"]),
        ({"X_val": X_GOOD, "y_val": Y_GOOD[:-3]}, ["X_val", "40", "37"]),
        ({"X_val": X_GOOD[:0], "y_val": Y_GOOD[:0]}, ["X_val", "0 sample(s)"]),
        ({"X_val": with_one(X_GOOD, np.nan), "y_val": Y_GOOD}, ["X_val", "NaN"]),
        ({"X_val": with_one(X_GOOD, np.inf), "y_val": Y_GOOD}, ["X_val", "infinity"]),
        ({"X_val": X_GOOD, "y_val": with_one(Y_GOOD, np.nan)}, ["y_val"]),
        ({"X_val": X_GOOD, "y_val": np.c_[Y_GOOD, Y_GOOD]}, ["y_val"]),
    ],
    ids=lambda case: ", ".join(case) if isinstance(case, list) else "",
)
def test_wrong_validation_rows(given, words):
    assert_refused(words, **given)


def test_validation_rows_of_other_feature_names():
    frame, other = (pd.DataFrame(X_GOOD, columns=list(names)) for names in ("abc", "abd"))
    assert_refused(["X_val", "feature names"], X=frame, X_val=other, y_val=Y_GOOD)


def test_validation_rows_of_another_number_of_labels():
    X, y = table("multilabel")
    words = ["y_val", "(n_samples, 2)", "(40, 3)"]
    assert_refused(words, "multilabel", X_val=X, y_val=np.column_stack([y, y[:, 0]]))


@pytest.mark.parametrize(
    ("counts", "fraction"), [((39, 1), 0.1), ((20, 20), 0.99), ((2, 38), 0.9), ((1, 39), 0.5)]
)
def test_a_split_that_leaves_a_class_on_one_side(counts, fraction):
    y = np.repeat(["many", "few"], counts)
    assert_refused(
        [f"validation_fraction={fraction}", "class", "X_val", "early_stopping=False"],
        y=y,
        early_stopping=True,
        validation_fraction=fraction,
    )


# Initial weights

GOOD_INIT = np.ones((D, H)), np.zeros(H), np.ones((H, 1)), np.zeros(1)


@pytest.mark.parametrize(
    ("position", "name", "shape"), [(0, "W1", (3, 4)), (1, "b1", (4,)), (2, "W2", (4, 1))]
)
def test_initial_weights_of_wrong_shape(position, name, shape):
    for wrong in (GOOD_INIT[position].T[..., :2], np.ones((2, 2)), np.array([1.0])):
        init = list(GOOD_INIT)
        init[position] = wrong
        assert_refused([f"init's {name}", str(shape), str(wrong.shape)], init=tuple(init))


@pytest.mark.parametrize(
    ("init", "words"),
    [
        (GOOD_INIT[:3], ["init", "4 arrays", "(W1, b1, W2, b2)", "got 3"]),
        ((), ["init", "4 arrays", "got 0"]),
        ((*GOOD_INIT[:3], np.zeros(2)), ["init's b2", "(1,)", "(2,)"]),
        ((*GOOD_INIT[:3], 0.0), ["init's b2", "(1,)", "()"]),
        ((with_one(GOOD_INIT[0], np.nan), *GOOD_INIT[1:]), ["init's W1", "NaN"]),
        ((*GOOD_INIT[:2], with_one(GOOD_INIT[2], np.inf, 1), GOOD_INIT[3]), ["init's W2", "inf"]),
        (("auto", "small", "auto", "small"), ["init's W1"]),
    ],
    ids=lambda case: "" if isinstance(case, tuple) else ", ".join(case),
)
def test_wrong_initial_weights(init, words):
    assert_refused(words, init=init)


def test_a_list_of_initial_weights_is_no_tuple():
    assert_refused(["'init' parameter", "tuple"], init=list(GOOD_INIT))


# Predictions

PREDICTIONS = ["predict", "predict_proba", "predict_log_proba", "decision_function"]


@pytest.mark.parametrize("method", PREDICTIONS)
def test_predictions_before_a_fit(method):
    with pytest.raises(NotFittedError, match="OneHiddenLayerClassifier instance is not fitted"):
        getattr(network(), method)(X_GOOD)


@pytest.mark.parametrize("method", PREDICTIONS)
@pytest.mark.parametrize(
    ("X", "words"),
    [
        (X_GOOD[:, 1:], "X has 2 features.*expecting 3 features"),
        (with_one(X_GOOD, np.nan), "X contains NaN"),
        (with_one(X_GOOD, np.inf), "X contains infinity"),
        (X_GOOD[0], "Expected 2D array, got 1D array"),
        (X_GOOD[:0], "0 sample"),
    ],
    ids=["columns", "NaN", "inf", "1D", "no rows"],
)
def test_predictions_of_wrong_features(method, X, words):
    clf = network().fit(X_GOOD, Y_GOOD)
    with pytest.raises(ValueError, match=words):
        getattr(clf, method)(X)


# partial_fit, beyond what tests/test_continuation.py has


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_failure_before_the_first_fit_leaves_it_unfitted(method):
    clf = network(solver="adam")
    arguments = {"classes": [0, 1]} if method == "partial_fit" else {}
    with pytest.raises(ValueError, match="NaN"):
        getattr(clf, method)(X_GOOD * np.nan, Y_GOOD, **arguments)
    assert not [name for name in vars(clf) if name.endswith("_")]
    with pytest.raises(NotFittedError):
        clf.predict(X_GOOD)


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        ([0], ["classes", "at least 2"]),
        ([0, np.nan], ["classes", "NaN"]),
        ([0.5, 1.5], ["classes"]),
        ([[0, 1], [1, 2]], ["classes"]),
        (5, ["classes"]),
    ],
    ids=str,
)
def test_wrong_classes_in_the_first_call(classes, words):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        network(solver="adam").partial_fit(X_GOOD, np.zeros(N, dtype=int), classes=classes)
    assert [word for word in words if word not in str(caught.value)] == []
