"""What runs on the workers in a pass: one function of partitions or of groups of them.

Every task is told the groups that it is for, the numbers of their partitions, the samples before
each of these, the partitions, and an argument of each of them or None.
"""

from skshallow.dask._trees import add_leaves


def same(partition):
    """The partition, on another worker."""
    return partition


def by_partition(function, args, n_leaves, groups, *columns):
    """What the function says of each partition, by its number."""
    return dict(_answers(function, args, *columns))


def sum_of_partitions(function, args, n_leaves, groups, *columns):
    """What it says of all, added up as far as can be."""
    return add_leaves(_answers(function, args, *columns), n_leaves)


def sum_of_groups(function, args, n_leaves, groups, numbers, firsts, partitions, own):
    """The same of one group as a whole."""
    _number_samples(partitions, firsts)
    (group,) = groups
    return add_leaves([(group, function(partitions, group, *args))], n_leaves)


def _answers(function, args, numbers, firsts, partitions, own):
    _number_samples(partitions, firsts)
    own = [()] * len(numbers) if own is None else [(one,) for one in own]
    for number, partition, one in zip(numbers, partitions, own, strict=True):
        yield number, function(partition, *one, *args)


def _number_samples(partitions, firsts):
    for partition, first in zip(partitions, firsts, strict=True):
        partition.first = first
