"""The parts that need no cluster: sums in a fixed order, placement, and splits by numbers."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from skshallow.dask._placement import held, place
from skshallow.dask._recipes import Split, uniform
from skshallow.dask._trees import add_leaves, merge, root


def leaves(n_leaves):
    values = np.random.RandomState(0).standard_normal((n_leaves, 3)) * 10.0 ** np.arange(3)
    return [None if number % 5 == 4 else value for number, value in enumerate(values)]


def summed(values, parts):
    """The sum of leaves that are added up in parts first."""
    copies = [None if value is None else value.copy() for value in values]
    nodes = [add_leaves(((n, copies[n]) for n in part), len(values)) for part in parts]
    return root(merge(nodes, len(values)))


@pytest.mark.parametrize("n_leaves", [1, 2, 3, 7, 8, 13, 100])
def test_a_sum_does_not_depend_on_who_adds_up_what(n_leaves):
    values = leaves(n_leaves)
    expected = summed(values, [range(n_leaves)])
    np.testing.assert_allclose(expected, sum(one for one in values if one is not None))
    random = np.random.RandomState(1)
    for n_parts in (2, 3, 10):
        order = random.permutation(n_leaves)
        assert_array_equal(summed(values, np.array_split(order, n_parts)), expected)


def test_neighbours_leave_few_arrays_to_send():
    nodes = add_leaves(((n, np.ones(1)) for n in range(37, 90)), 100)
    assert len(nodes) <= 2 * 7


def test_a_sum_of_nothing():
    assert root(merge([add_leaves([(0, None), (1, None)], 2)], 2)) is None


def test_partitions_are_shared_out_evenly():
    placed = place(range(10), ["a", "b", "c"], {})
    assert sorted(map(len, placed.values())) == [3, 3, 4]
    assert sorted(n for numbers in placed.values() for n in numbers) == list(range(10))
    assert placed["a"] == sorted(placed["a"])


def test_few_partitions_move():
    former = {"a": [0, 2, 4, 6], "b": [1, 3, 5, 7]}
    placed = place(range(8), ["a", "b", "c"], former)
    stayed = {slot: set(placed[slot]) & set(former[slot]) for slot in former}
    assert sum(map(len, stayed.values())) == 6
    assert len(placed["c"]) == 2
    gone = place(range(8), ["a"], former)
    assert gone == {"a": list(range(8))}
    assert place(range(8), ["a", "b"], former) == former


def test_groups_are_where_most_of_their_partitions_are():
    groups = [[0, 2, 4], [1, 3, 5], [6], [7]]
    holders = [("a",), ("b",), ("b", "c"), ("b",), ("b",), ("a",), (), ("c",)]
    assert held(groups, holders, {}) == {("b", 0): [0, 1], ("c", 0): [3]}
    # Where they were they stay, as long as something of them is there.
    placed = {("a", 1): [0, 3], ("b", 1): [1]}
    assert held(groups, holders, placed) == {("a", 1): [0], ("b", 1): [1], ("c", 0): [3]}


def test_uniform_numbers_look_like_it():
    shares = uniform(7, np.arange(100_000))
    assert shares.min() >= 0
    assert shares.max() < 1
    counts = np.histogram(shares, 20, (0, 1))[0]
    assert abs(counts - 5000).max() < 5 * np.sqrt(5000)
    # Neighbours, and seeds beside each other, have nothing to do with each other.
    assert abs(np.corrcoef(shares[:-1], shares[1:])[0, 1]) < 0.015
    assert abs(np.corrcoef(shares, uniform(8, np.arange(100_000)))[0, 1]) < 0.015
    assert_array_equal(uniform(7, np.arange(500, 600)), shares[500:600])


def test_each_sample_is_held_out_once():
    numbers = np.arange(1000)
    ends = [0, 0.25, 0.5, 0.75, 1]
    splits = [Split(True, 3, *ends[place : place + 2]) for place in range(4)]
    masks = np.array([split.mask(numbers, None) for split in splits])
    assert_array_equal(masks.sum(axis=0), 1)
    assert_array_equal(splits[0].others().mask(numbers, None), ~masks[0])
    folds = np.array([0, 1, -1, 1])
    assert Split(True, None, 1.0, 0.0).mask(None, folds).tolist() == [False, True, False, True]
