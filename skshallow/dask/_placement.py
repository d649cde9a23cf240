"""Where samples are: what comes before each partition, and which ones a thread computes with."""

from itertools import accumulate


def sums_before(counts):
    """How many there are in all partitions before each, given how many each has."""
    return list(accumulate(counts, initial=0))[:-1]


def place(partitions, slots, former):
    """Give every slot about as many partitions, moving as few as can be.

    Parameters
    ----------
    partitions : list of int
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
    fewest, more = divmod(len(partitions), len(slots))
    known = {slot: sorted(former.get(slot, [])) for slot in slots}
    # Those that have the most keep one more than the others, if it does not come out even.
    ranked = sorted(slots, key=lambda slot: -len(known[slot]))
    quota = {slot: fewest + (rank < more) for rank, slot in enumerate(ranked)}
    placed = {slot: known[slot][: quota[slot]] for slot in slots}
    settled = {number for numbers in placed.values() for number in numbers}
    rest = iter([number for number in partitions if number not in settled])
    for slot in slots:
        placed[slot] += [next(rest) for _ in range(quota[slot] - len(placed[slot]))]
    return {slot: sorted(numbers) for slot, numbers in placed.items() if numbers}
