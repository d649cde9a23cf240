"""Sums over partitions in an order that only their numbers decide.

The sum is that of a binary tree over the partitions: a node adds its left half and its right half.
Whoever holds both halves adds them, wherever that is; so the bits of the sum depend on the
partitions and on nothing else, and a worker sends few arrays even if it holds many partitions.
"""


def add_leaves(leaves, n_leaves):
    """Add up what can be.

    Parameters
    ----------
    leaves : iterable of (int, ndarray or None)
        Partitions by their numbers, and what they add; None adds nothing. Arrays are overwritten.
    n_leaves : int
        How many partitions there are in all.

    Returns
    -------
    nodes : dict of (int, int) to ndarray or None
        Sums by level and number of the nodes, of which no two are the halves of one.
    """
    nodes = {}
    for number, value in leaves:
        _place(nodes, (0, number), value, n_leaves)
    return nodes


def merge(parts, n_leaves):
    """Nodes of several parts of the tree, added up as far as they can be."""
    nodes = {}
    for part in parts:
        for place, value in part.items():
            _place(nodes, place, value, n_leaves)
    return nodes


def root(nodes):
    """The sum of all, once there is nothing left to be added."""
    ((_, value),) = nodes.items()
    return value


def _place(nodes, place, value, n_leaves):
    level, number = place
    while _width(level, n_leaves) > 1:
        sibling = number ^ 1
        if sibling < _width(level, n_leaves):
            if (level, sibling) not in nodes:
                break
            other = nodes.pop((level, sibling))
            value = _add(value, other) if number < sibling else _add(other, value)
        # The last node of an odd number of them has no sibling, and goes up as it is.
        level, number = level + 1, number >> 1
    nodes[level, number] = value


def _width(level, n_leaves):
    return -(-n_leaves >> level)


def _add(left, right):
    if left is None or right is None:
        return right if left is None else left
    left += right
    return left
