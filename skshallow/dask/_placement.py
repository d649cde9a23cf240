"""Where samples are: what comes before each partition, and which ones a thread computes with.

Partitions that stay together are a group; most often each is a group of its own.
"""

from collections import Counter
from itertools import accumulate


def sums_before(counts):
    """How many there are in all partitions before each, given how many each has."""
    return list(accumulate(counts, initial=0))[:-1]


def held(groups, holders, placed):
    """Where groups are all of whose partitions are there.

    Parameters
    ----------
    groups : list of list of int
        The numbers of their partitions.
    holders : list of sequence of str
        The workers that hold each partition.
    placed : dict of slot to list of int
        The groups that slots had before.

    Returns
    -------
    there : dict of slot to list of int
        Groups by slots: the former ones as far as their workers hold anything, others those of the
        workers that hold the most.
    """
    former = {group: slot for slot, numbers in placed.items() for group in numbers}
    there = {}
    for group, numbers in enumerate(groups):
        if all(holders[number] for number in numbers):
            holding = Counter(worker for number in numbers for worker in holders[number])
            slot = former.get(group)
            if slot is None or slot[0] not in holding:
                slot = max(sorted(holding), key=holding.get), 0
            there.setdefault(slot, []).append(group)
    return there


def place(groups, slots, former):
    """Give every slot about as many groups, moving as few as can be.

    Parameters
    ----------
    groups : list of int
        Their numbers.
    slots : list
        Threads of workers, at least one.
    former : dict of slot to list of int
        Which of them slots had before.

    Returns
    -------
    placed : dict of slot to list of int
        In ascending order; of slots that have some.
    """
    slots = sorted(slots)
    fewest, more = divmod(len(groups), len(slots))
    known = {slot: sorted(former.get(slot, [])) for slot in slots}
    # Those that have the most keep one more than the others, if it does not come out even.
    ranked = sorted(slots, key=lambda slot: -len(known[slot]))
    quota = {slot: fewest + (rank < more) for rank, slot in enumerate(ranked)}
    placed = {slot: known[slot][: quota[slot]] for slot in slots}
    settled = {number for numbers in placed.values() for number in numbers}
    rest = iter([number for number in groups if number not in settled])
    for slot in slots:
        placed[slot] += [next(rest) for _ in range(quota[slot] - len(placed[slot]))]
    return {slot: sorted(numbers) for slot, numbers in placed.items() if numbers}
