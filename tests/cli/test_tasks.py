"""Which task a target means, and what --task makes of it."""

import numpy as np
import pytest

N = 60
RARE = [*range(30), *range(30)]
CHOICES = {
    "text": (["b", "a", "c"], "classification: the target holds 3 different values"),
    "true and false": ([True, False], "classification: the target holds 2 different values"),
    "two numbers": ([0.5, 1.5], "classification: the target holds 2 different values"),
    "few whole numbers": ([3, 1, 2], "classification: the target holds 3 different whole numbers"),
    "whole floats": ([3.0, 1, 2], "classification: the target holds 3 different whole numbers"),
    "as many as digits": (
        np.arange(10),
        "classification: the target holds 10 different whole numbers",
    ),
    "many, but frequent": (
        np.arange(12),
        "classification: the target holds 12 different whole numbers, each in 5 rows or more",
    ),
    "fractions": (
        [0.5, 1, 2],
        "regression: the target holds 3 different numbers, some with fractions",
    ),
    "measurements": (
        np.arange(N) ** 2 + 0.5,
        "regression: the target holds 60 different numbers, some with fractions",
    ),
    "counts": (
        RARE,
        "regression: the target holds 30 different whole numbers, the rarest in 2 rows",
    ),
    "large whole numbers": (
        10.0**20 * np.arange(N),
        "regression: the target holds 60 different whole numbers, the rarest in 1 row",
    ),
    "counts below zero": (
        -np.arange(N),
        "regression: the target holds 60 different whole numbers, the rarest in 1 row",
    ),
}


def flat(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize("kind", CHOICES)
def test_the_task_is_chosen_by_the_target_and_the_reason_is_printed(run, csv, table, kind):
    values, reason = CHOICES[kind]
    printed = flat(run(csv(table | {"kind": np.resize(values, N)})))
    assert f"- {reason}" in printed
    network = {"c": "OneHiddenLayerClassifier", "r": "OneHiddenLayerRegressor"}[reason[0]]
    assert network in printed


@pytest.mark.parametrize(
    ("values", "task", "words"),
    [
        ([3, 1, 2], "regression", "- regression: --task asks for it"),
        ([0.5, 1, 2], "classification", "3 classes: '0.5' 20, '1.0' 20, '2.0' 20"),
        ([3, 1, 2], "auto", "- classification: the target holds 3"),
    ],
)
def test_an_option_decides(run, csv, table, values, task, words):
    path = csv(table | {"kind": np.resize(values, N)})
    assert words in flat(run(path, "--task", task))


def test_the_way_to_the_other_task_is_told(run, csv, table):
    path = csv(table | {"kind": np.resize([3, 1, 2], N)})
    assert "whole numbers (--task regression takes them for amounts)" in flat(run(path))
    path = csv(table | {"kind": np.resize(RARE, N)})
    assert "in 2 rows (--task classification takes them for classes)" in flat(run(path))


def test_rows_without_a_target_do_not_count(run, csv, table):
    numbers = np.resize([1.5, np.nan, 2.5, 3.5], N)
    printed = flat(run(csv(table | {"kind": numbers})))
    assert "- 15 rows without a target dropped" in printed
    assert "45 rows; " in printed
    assert "- regression: the target holds 3 different numbers" in printed


TEXT = ["1", "2", "3.5", "cheap"]
REFUSED = {
    "text": (
        TEXT,
        "--task regression needs finite numbers, but column 'kind' holds 'cheap' in row 4",
    ),
    "true and false": ([True, False], "column 'kind' holds 'True' in row 1"),
    "some true, some missing": ([None, True, False], "column 'kind' holds 'True' in row 2"),
    "thousands misplaced": (["1", "2,00,0"], "column 'kind' holds '2,00,0' in row 2"),
    "dates": (["2020-01-01"], "column 'kind' holds '2020-01-01' in row 1"),
    "infinite": ([1, 2, 3, np.inf], "column 'kind' holds 'inf' in row 4"),
    "too large to be squared": (
        [1, 2, -1e200],
        "column 'kind' holds '-1e+200' in row 3; numbers from -1e100 to 1e100 are allowed",
    ),
    "one number": ([7], "column 'kind' holds one number only, '7'; at least 2 are needed"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_regressed_is_refused_with_a_value_and_its_row(refuse, csv, table, kind):
    values, words = REFUSED[kind]
    path = csv(table | {"kind": np.resize(np.array(values, dtype=object), N)})
    assert words in refuse(path, "--target", "kind", "--task", "regression")


def test_an_infinite_number_is_refused_when_the_task_is_chosen_too(refuse, csv, table):
    path = csv(table | {"kind": np.resize([0.5, np.inf, 3], N)})
    message = refuse(path, "--target", "kind")
    assert ": regression needs finite numbers, but column 'kind' holds 'inf' in row 2" in message


def test_whole_numbers_too_long_for_an_integer_are_numbers(run, csv, table):
    path = csv(table | {"kind": [10**30 + i * 10**29 for i in range(N)]})
    assert "regression: --task asks for it" in run(path, "--task", "regression")
    assert "regression: the target holds 60 different whole numbers" in flat(run(path))


@pytest.mark.parametrize("values", [RARE, np.arange(N) + 0.5])
def test_numbers_that_are_no_classes(refuse, csv, table, values):
    path = csv(table | {"kind": values})
    message = refuse(path, "--target", "kind", "--task", "classification")
    assert "fewer than the 5 folds of --cv; --task regression takes its values for amounts" in (
        message
    )


def test_a_rare_whole_number_may_have_been_an_amount(refuse, csv, table):
    message = refuse(csv(table | {"kind": [7, *np.resize([1, 2], N - 1)]}), "--target", "kind")
    assert "class '7' of column 'kind' has 1 row" in message
    assert "--task regression takes its values for amounts" in message


def test_what_keeps_a_column_from_being_numbers_is_named(refuse, csv, table):
    prices = [*map(str, np.arange(N - 1) + 0.5), "cheap"]
    message = refuse(csv(table | {"kind": prices}), "--target", "kind")
    assert "has 1 row, fewer than the 5 folds of --cv" in message
    assert "; taken for text because of 'cheap' in row 60" in message


def test_text_is_not_said_to_be_numbers(refuse, csv, table):
    path = csv(table | {"kind": ["x", *np.resize(["y", "z"], N - 1)]})
    message = refuse(path, "--target", "kind")
    assert message.endswith("fewer than the 5 folds of --cv\n")


def test_folds_of_a_regression(refuse, csv, table):
    path = csv(table | {"kind": np.arange(N) + 0.5})
    message = refuse(path, "--target", "kind", "--cv", "31")
    assert "60 rows cannot be split into the 31 folds of --cv: R² takes 2 rows in each" in message


@pytest.mark.parametrize("value", ["clustering", "", "Regression"])
def test_other_tasks_are_refused(refuse, csv, table, value):
    message = refuse(csv(table), "--target", "kind", "--task", value)
    assert f"--task: invalid choice: '{value}'" in message
    for task in ("auto", "classification", "regression"):
        assert task in message
