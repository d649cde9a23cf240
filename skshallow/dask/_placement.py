"""Which partitions each thread of the workers computes with."""


def place(n_partitions, slots, former=None):
    """Give every slot about as many partitions, moving as few as can be.

    Parameters
    ----------
    n_partitions : int
        How many there are.
    slots : list
        Threads of workers, at least one.
    former : dict of slot to list of int, optional
        Which partitions slots had before; by default none.

    Returns
    -------
    placed : dict of slot to list of int
        In ascending order; of slots that have some.
    """
    slots = sorted(slots)
    fewest, more = divmod(n_partitions, len(slots))
    known = {slot: sorted((former or {}).get(slot, [])) for slot in slots}
    # Those that have the most keep one more than the others, if it does not come out even.
    ranked = sorted(slots, key=lambda slot: -len(known[slot]))
    quota = {slot: fewest + (rank < more) for rank, slot in enumerate(ranked)}
    placed = {slot: known[slot][: quota[slot]] for slot in slots}
    settled = {number for numbers in placed.values() for number in numbers}
    rest = iter([number for number in range(n_partitions) if number not in settled])
    for slot in slots:
        placed[slot] += [next(rest) for _ in range(quota[slot] - len(placed[slot]))]
    return {slot: sorted(numbers) for slot, numbers in placed.items() if numbers}
