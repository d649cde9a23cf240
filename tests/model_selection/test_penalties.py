"""Where between the penalties that were tried the best one lies."""

import numpy as np
import pytest

from skshallow._training.penalty_range import highest_between

ALPHAS = np.array([0.01, 0.1, 1.0, 10.0, 100.0])


@pytest.mark.parametrize("peak", [0.06, 0.2, 1.0, 4.0, 30.0])
def test_the_peak_of_a_parabola_is_found(peak):
    scores = 3 - 0.1 * (np.log(ALPHAS) - np.log(peak)) ** 2
    assert highest_between(ALPHAS, scores) == pytest.approx(peak)


def test_of_two_that_are_equally_good_it_is_the_middle():
    assert highest_between(ALPHAS, np.array([0, 1, 2, 2, 1])) == pytest.approx(10**0.5)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([5, 4, 3, 2, 1], 0.01),
        ([1, 2, 3, 4, 5], 100.0),
        ([1, 1, 1, 1, 1], 0.01),
        ([0, -np.inf, 2, 1, 0], 1.0),
        ([0, 1, 2, np.nan, 0], 1.0),
        ([-np.inf, -np.inf, -np.inf, -np.inf, 0], 100.0),
        ([-np.inf, -np.inf, -1, -np.inf, -np.inf], 1.0),
        ([-np.inf] * 5, 0.01),
    ],
    ids=str,
)
def test_where_there_is_no_peak_it_is_the_best_of_those_tried(scores, expected):
    # What is not a number has no place among scores; it is taken for the lowest here.
    scores = np.nan_to_num(np.array(scores, dtype=float), nan=-np.inf, neginf=-np.inf)
    assert highest_between(ALPHAS, scores) == expected


def test_one_or_two_penalties_have_nothing_between_them():
    assert highest_between(ALPHAS[:1], np.array([1.0])) == 0.01
    assert highest_between(ALPHAS[:2], np.array([1.0, 2.0])) == 0.1
