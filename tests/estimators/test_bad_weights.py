"""Wrong weights of samples and classes are refused by name, and cost nothing already fitted."""

import numpy as np
import pytest

from helpers.refusals import X_GOOD, Y_GOOD, N, assert_refused, with_one

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
def test_wrong_weights_of_samples(weights, words, method):
    words = [*words, "sample_weight"] if words else []
    settings = {"solver": "adam", "classes": [0, 1]} if method == "partial_fit" else {}
    assert_refused(words, method=method, sample_weight=weights, **settings)


@pytest.mark.parametrize(("weights", "words"), BAD_WEIGHTS, ids=lambda case: str(case)[:30])
def test_wrong_weights_of_validation_samples(weights, words):
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


def test_weights_of_samples_and_classes_that_leave_nothing():
    assert_refused(
        ["class_weight", "sample_weight"], class_weight={0: 0, 1: 1}, sample_weight=Y_GOOD == 0
    )


@pytest.mark.parametrize("random_state", range(3))
def test_weights_that_leave_nothing_on_one_side_of_a_split(random_state):
    weights = np.eye(N)[7]
    assert_refused(
        ["weight"], early_stopping=True, sample_weight=weights, random_state=random_state
    )
