"""Wrong samples and targets are refused by name, and cost nothing already fitted."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.exceptions import NotFittedError

from helpers.refusals import (
    X_GOOD,
    Y_GOOD,
    D,
    N,
    assert_refused,
    good_classifier,
    good_samples,
    with_one,
)
from skshallow.model_selection._scoring import NegativeLoss

# Features and labels


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


NOT_ZERO_OR_ONE = {
    "times 255": lambda y: y * 255,
    "times 0.5": lambda y: y * 2.0,
    "1 and 2": lambda y: y + 1,
    "-1 and 1": lambda y: 2 * y - 1,
    "sparse": lambda y: sparse.csr_array(y * 5),
}


@pytest.mark.parametrize("case", NOT_ZERO_OR_ONE)
@pytest.mark.parametrize("settings", [{}, {"class_weight": {0: 1, 1: 2}}], ids=["", "weighted"])
def test_several_labels_are_zeros_and_ones(settings, case):
    _, y = good_samples("multilabel")
    spoilt = NOT_ZERO_OR_ONE[case](y)
    values = np.unique(spoilt.toarray() if sparse.issparse(spoilt) else spoilt)
    words = ["y must hold zeros and ones only", str(values.tolist())]
    assert_refused(words, "multilabel", y=spoilt, **settings)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.float32, np.float64])
def test_zeros_and_ones_may_be_of_any_type(dtype):
    X, y = good_samples("multilabel")
    expected = good_classifier().fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(
        good_classifier().fit(X, y.astype(dtype)).predict_proba(X), expected
    )


@pytest.mark.parametrize("classes", [["no", "yes"], [0, 1, 2], [1, 0, 5]])
def test_classes_of_a_stream_of_several_labels(classes):
    X, y = good_samples("multilabel")
    clf = good_classifier(solver="adam")
    with pytest.raises(ValueError, match=r"^classes=.* a column for each of 2 labels"):
        clf.partial_fit(X, y, classes=classes)
    clf.partial_fit(X, y, classes=[0, 1])
    np.testing.assert_array_equal(clf.classes_, [0, 1])


# Validation samples


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
def test_wrong_validation_samples(given, words):
    assert_refused(words, **given)


def test_validation_samples_of_other_feature_names():
    frame, other = (pd.DataFrame(X_GOOD, columns=list(names)) for names in ("abc", "abd"))
    assert_refused(["X_val", "feature names"], X=frame, X_val=other, y_val=Y_GOOD)


def test_validation_samples_of_another_number_of_labels():
    X, y = good_samples("multilabel")
    words = ["y_val", "(n_samples, 2)", "(40, 3)"]
    assert_refused(words, "multilabel", X_val=X, y_val=np.column_stack([y, y[:, 0]]))


@pytest.mark.parametrize(
    ("counts", "fraction"), [((39, 1), 0.1), ((20, 20), 0.99), ((2, 38), 0.9), ((1, 39), 0.5)]
)
def test_a_split_that_leaves_a_class_on_one_side(counts, fraction):
    y = np.repeat(["many", "few"], counts)
    assert_refused(
        [f"validation_fraction={fraction}", "class", "early_stopping=False"],
        y=y,
        early_stopping=True,
        validation_fraction=fraction,
    )


# Predictions

PREDICTIONS = ["predict", "predict_proba", "predict_log_proba", "decision_function"]


@pytest.mark.parametrize("method", PREDICTIONS)
def test_predictions_before_a_fit(method):
    with pytest.raises(NotFittedError, match="OneHiddenLayerClassifier instance is not fitted"):
        getattr(good_classifier(), method)(X_GOOD)


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
    clf = good_classifier().fit(X_GOOD, Y_GOOD)
    with pytest.raises(ValueError, match=words):
        getattr(clf, method)(X)


# partial_fit, beyond what test_partial_fit_calls.py has


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_failure_before_the_first_fit_leaves_it_unfitted(method):
    clf = good_classifier(solver="adam")
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
        good_classifier(solver="adam").partial_fit(X_GOOD, np.zeros(N, dtype=int), classes=classes)
    assert [word for word in words if word not in str(caught.value)] == []


# Features that nobody looked at


@pytest.mark.parametrize("container", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
def test_unchecked_features_that_are_not_finite_spoil_their_samples_only(
    kind, standardize, container
):
    X, y = good_samples(kind)
    clf = good_classifier(standardize=standardize).fit(X, y)
    spoilt = with_one(with_one(with_one(X, np.inf, 4), np.nan, 10), -np.inf, 11)
    rows = np.isfinite(spoilt).all(axis=1)
    assert (~rows).sum() == 2
    with sklearn.config_context(assume_finite=True):
        for method in ("predict_proba", "predict_log_proba", "decision_function"):
            expected, found = getattr(clf, method)(X), getattr(clf, method)(container(spoilt))
            np.testing.assert_allclose(found[rows], expected[rows], rtol=1e-9)
            assert np.isnan(found[~rows]).all()
        labels = clf.predict(container(spoilt))
    np.testing.assert_array_equal(labels[rows], clf.predict(X)[rows])
    assert np.isin(labels, clf.classes_).all()


@pytest.mark.parametrize("standardize", [True, False])
def test_a_score_of_unchecked_features_that_are_not_finite_is_none(standardize):
    X, y = good_samples()
    clf = good_classifier(standardize=standardize).fit(X, y)
    with sklearn.config_context(assume_finite=True):
        assert np.isnan(NegativeLoss()(clf, with_one(X, np.inf), y))
