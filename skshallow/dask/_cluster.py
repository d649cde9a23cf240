"""Partitions on the workers of a cluster, and passes over them that survive the loss of a worker.

A pass is one task for each thread of a worker that holds partitions, all of them sent in one
message. Dask knows how every partition came about: what a worker held that dies is computed anew
elsewhere, and so are the tasks it had. A pass that fails nevertheless is repeated a few times.
"""

import asyncio
import math
import time
import uuid
from concurrent.futures import CancelledError

import distributed
from distributed import KilledWorker

from skshallow.dask._placement import place
from skshallow.dask._trees import add_leaves, merge, root

# A pass that fails because of the cluster is tried so many times.
ATTEMPTS = 3
# Seconds between two looks at which workers there are, in passes and where there are none.
LOOK_AFTER, WAIT_FOR_WORKERS = 1.0, 0.1
# So many sums are added on a worker before they are sent to the client.
FAN_IN = 16
# Arguments of all tasks together that take more than this go to the workers in a tree.
EMBEDDED_BYTES = 2**23
# What fails for reasons that have to do with the cluster, not with the samples or the code. Errors
# of communication are those of the operating system, and so are timeouts.
OF_CLUSTER = (KilledWorker, CancelledError, asyncio.CancelledError, OSError)


class ClusterError(RuntimeError):
    """The cluster failed for good, or took too long."""


class Cluster:
    """The partitions of a table on a cluster.

    Parameters
    ----------
    client : Client
        Of the cluster.
    delayed : list of Delayed
        What makes each :class:`~skshallow.dask._partition.Partition`.
    near : list of Future or None
        Beside what each is best made.
    timeout : float or None
        Seconds that a pass may take; None for any number.

    Attributes
    ----------
    step : str
        What tasks are named by, for the dashboard and for errors.
    n_passes : int
        How many passes there were so far.
    """

    def __init__(self, client, delayed, near, timeout):
        self.step, self.n_passes = "load", 0
        self._client, self._timeout = client, timeout
        self._delayed, self._near = delayed, near
        self._futures = [None] * len(delayed)
        # Samples before each partition.
        self._firsts = [0] * len(delayed)
        self._slots, self._placed, self._looked = None, {}, -math.inf
        self._token, self._n_submitted = uuid.uuid4().hex[:8], 0
        self._failed = None

    def __len__(self):
        return len(self._delayed)

    def __enter__(self):
        return self

    def __exit__(self, *details):
        # What nobody waits for is cancelled and released.
        self._futures = [None] * len(self)

    def number_samples(self, lengths):
        """Say how many samples each partition has."""
        self._firsts = [sum(lengths[:number]) for number in range(len(lengths))]

    def map(self, function, *args, each=None):
        """Answers of all partitions.

        Parameters
        ----------
        function : callable
            ``function(partition, *args)``, or ``function(partition, each[number], *args)``.
        *args : tuple
            The same for all partitions.
        each : list, optional
            An argument for every partition.

        Returns
        -------
        answers : list
            In the order of the partitions.
        """
        answers = {}
        for part in self._pass(_map, function, args, each):
            answers |= part
        return [answers[number] for number in range(len(self))]

    def sum(self, function, *args):
        """The sum over all partitions, in an order that does not depend on the workers."""
        return root(merge(self._pass(_sum, function, args), len(self)))

    def _pass(self, work, function, args, each=None):
        """What the tasks of all slots return, after several attempts if need be."""
        if self._failed is not None:
            raise self._failed
        self.n_passes += 1
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._attempt(work, function, args, each)
            except OF_CLUSTER as error:
                late = isinstance(error, TimeoutError)
                if late or attempt == ATTEMPTS or self._client.status != "running":
                    self._failed = self._failure(late, attempt)
                    raise self._failed from error
                self._slots = None
        raise AssertionError("not reached")

    def _failure(self, late, attempt):
        workers = ", ".join(sorted({worker for worker, _ in self._slots or []})) or "none"
        what = f"within timeout={self._timeout:g} s" if late else f"in {attempt} attempts"
        return ClusterError(
            f"The cluster did not finish a pass over the samples ({self.step}) {what}. Its workers "
            f"were: {workers}."
        )

    def _attempt(self, work, function, args, each):
        self._settle()
        placed = list(self._placed.values())
        if sum(map(_n_bytes, args)) * len(placed) > EMBEDDED_BYTES:
            args = self._client.scatter([args], broadcast=True, hash=False)[0]
        same = [[one] * len(placed) for one in (function, args, len(self))]
        futures, firsts, own = (
            [[one[number] for number in numbers] for numbers in placed]
            for one in (self._futures, self._firsts, each or self._firsts)
        )
        own = own if each is not None else [None] * len(placed)
        tasks = self._submit(work, *same, placed, firsts, futures, own)
        while work is _sum and len(tasks) > FAN_IN:
            bundles = [tasks[start : start + FAN_IN] for start in range(0, len(tasks), FAN_IN)]
            tasks = self._submit(merge, bundles, [len(self)] * len(bundles))
        return self._client.sync(_gathered, self._client, tasks, self._timeout)

    def _submit(self, work, *columns):
        """A task for each row, all in one message: a second one would wait for its turn."""
        self._n_submitted += 1
        name = f"{self.step}-{self._token}-{self._n_submitted}"
        keys = [f"{name}-{row}" for row in range(len(columns[0]))]
        return self._client.map(work, *columns, key=keys, pure=False, priority=1)

    def _settle(self):
        """See which workers there are, and have every partition where it is to be."""
        alive = all(future is not None and future.status in LIVING for future in self._futures)
        if alive and self._slots and time.monotonic() - self._looked < LOOK_AFTER:
            return
        slots = self._find_slots()
        if not alive or slots != self._slots:
            self._slots = slots
            self._place()
        self._looked = time.monotonic()

    def _find_slots(self):
        """Workers, each as often as it has threads."""
        until = time.monotonic() + (math.inf if self._timeout is None else self._timeout)
        while not (n_threads := self._client.nthreads()):
            if time.monotonic() > until:
                raise TimeoutError("There is no worker.")
            time.sleep(WAIT_FOR_WORKERS)
        return [(one, thread) for one, n in sorted(n_threads.items()) for thread in range(n)]

    def _place(self):
        """Place partitions anew: lost ones are made again, others go where they are needed."""
        lost = [one is None or one.status not in LIVING for one in self._futures]
        known = [near if gone else own for gone, own, near in zip(lost, self._futures, self._near, strict=True)]
        holders = self._client.who_has([one for one in known if one is not None] or None)
        holders = [None if one is None else holders.get(one.key) for one in known]
        former = {number: slot for slot, numbers in self._placed.items() for number in numbers}
        there = {}
        for number, holding in enumerate(holders):
            slot = former.get(number)
            if holding and (slot is None or slot[0] not in holding):
                slot = holding[0], 0
            there.setdefault(slot, []).append(number)
        self._placed = place(len(self), self._slots, there)
        for (worker, _), numbers in self._placed.items():
            to = {"workers": [worker], "allow_other_workers": True}
            made = [number for number in numbers if lost[number]]
            futures = self._client.compute([self._delayed[number] for number in made], **to)
            for number, future in zip(made, futures, strict=True):
                self._futures[number] = future
            for number in numbers:
                if not lost[number] and holders[number] and worker not in holders[number]:
                    key = f"move-{uuid.uuid4().hex}"
                    self._futures[number] = self._client.submit(_same, self._futures[number], key=key, **to)


LIVING = ("pending", "finished")


async def _gathered(client, tasks, timeout):
    # Alone it would wait for ever if there are no workers left.
    return await asyncio.wait_for(client.gather(tasks, asynchronous=True), timeout)


def _n_bytes(argument):
    return getattr(argument, "nbytes", 0)


# What runs on the workers.


def _same(partition):
    return partition


def _of_each(function, args, numbers, firsts, partitions, own):
    own = [()] * len(numbers) if own is None else [(one,) for one in own]
    for number, first, partition, one in zip(numbers, firsts, partitions, own, strict=True):
        partition.first = first
        yield number, function(partition, *one, *args)


def _map(function, args, n_partitions, *columns):
    return dict(_of_each(function, args, *columns))


def _sum(function, args, n_partitions, *columns):
    return add_leaves(_of_each(function, args, *columns), n_partitions)
