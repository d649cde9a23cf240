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

from distributed import KilledWorker, get_client, wait

from skshallow.dask import _tasks
from skshallow.dask._placement import held, place, sums_before
from skshallow.dask._trees import merge, root

# A pass that fails because of the cluster is tried so many times.
ATTEMPTS = 3
# Seconds between two looks at which workers there are, in passes and where there are none.
LOOK_AFTER, WAIT_FOR_WORKERS = 1.0, 0.1
# So many sums are added on a worker before they are sent to the client.
FAN_IN = 16
# Arguments of all tasks together that take more than this go to the workers in a tree.
EMBEDDED_BYTES = 2**23
# States of a future whose partition is there, or on its way.
LIVING = ("pending", "finished")
# What fails for reasons that have to do with the cluster, not with the samples or the code. Errors
# of communication are those of the operating system, and so are timeouts.
OF_CLUSTER = (KilledWorker, CancelledError, asyncio.CancelledError, OSError)


class ClusterError(RuntimeError):
    """The cluster failed for good, or took too long."""


class WorkerLostError(Exception):
    """A worker is gone that a pass was waiting for."""


def current_client():
    """The client that was made last.

    Raises
    ------
    RuntimeError
        If there is none.
    """
    try:
        return get_client()
    except ValueError as error:
        raise RuntimeError(
            "There is no client of a cluster: make one, dask.distributed.Client(...), or give "
            "client=..."
        ) from error


class Cluster:
    """The partitions of a table on a cluster.

    Parameters
    ----------
    client : Client
        Of the cluster.
    delayed : list of Delayed
        What makes each :class:`~skshallow.dask._partition.Partition`.
    timeout : float or None
        Seconds that a pass may take; None for any number.

    Attributes
    ----------
    step : str
        What tasks are named by, for the dashboard and for errors.
    n_passes : int
        How many passes there were so far.
    """

    def __init__(self, client, delayed, timeout):
        self.step, self.n_passes = "prepare", 0
        self._client, self._timeout = client, timeout
        self._delayed = delayed
        self._futures = [None] * len(delayed)
        # Partitions that stay together; each on its own unless told otherwise.
        self._groups = [[number] for number in range(len(delayed))]
        # Samples before each partition.
        self._firsts = [0] * len(delayed)
        # Threads of the workers, and the groups of each; which partitions were moved there.
        self._slots, self._placed, self._moved = [], {}, set()
        # Whether all partitions are shared out, and when that was last looked at.
        self._settled, self._looked = False, -math.inf
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
        self._firsts = sums_before(lengths)

    def n_threads(self):
        """How many threads the workers have, once there are any."""
        try:
            return len(self._find_slots(self._deadline()))
        except TimeoutError as error:
            raise self._failure(late=True, n_attempts=1) from error

    def group(self, n_groups):
        """Keep partitions together, every so many-th of them, in at most so many groups.

        Returns
        -------
        groups : list of list of int
            The numbers of their partitions.
        """
        n_groups = min(n_groups, len(self))
        self._groups = [list(range(first, len(self), n_groups)) for first in range(n_groups)]
        self._placed, self._settled, self._looked = {}, False, -math.inf
        return self._groups

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
        for part in self._pass(_tasks.by_partition, function, args, each):
            answers |= part
        return [answers[number] for number in range(len(self))]

    def sum(self, function, *args):
        """The sum over all partitions, in an order that does not depend on the workers."""
        return root(merge(self._pass(_tasks.sum_of_partitions, function, args), len(self)))

    def sum_of_groups(self, function, *args):
        """The same over all groups, of ``function(partitions, number of the group, *args)``."""
        return root(merge(self._pass(_tasks.sum_of_groups, function, args), len(self._groups)))

    def _deadline(self):
        return time.monotonic() + (math.inf if self._timeout is None else self._timeout)

    def _pass(self, work, function, args, each=None):
        """What the tasks of all slots return, after several attempts if need be."""
        if self._failed is not None:
            raise self._failed
        self.n_passes += 1
        until = self._deadline()
        failures = 0
        while True:
            try:
                self._settle(until)
                return self._wait(self._start(work, function, args, each), until)
            except WorkerLostError:
                self._settled = False
            except OF_CLUSTER as error:
                failures += 1
                late = isinstance(error, TimeoutError)
                if late or failures == ATTEMPTS or self._client.status != "running":
                    self._failed = self._failure(late, failures)
                    raise self._failed from error
                self._settled = False

    def _failure(self, late, n_attempts):
        workers = ", ".join(sorted({worker for worker, _ in self._slots})) or "none"
        what = f"within timeout={self._timeout:g} s" if late else f"in {n_attempts} attempts"
        return ClusterError(
            f"The cluster did not finish a pass over the samples ({self.step}) {what}. Its workers "
            f"were: {workers}."
        )

    def _start(self, work, function, args, each):
        """Submit the tasks of a pass."""
        groups, tasks = self._groups, list(self._placed.values())
        # Groups that are not there yet are waited for one by one, wherever they come to be.
        known = {group for one in tasks for group in one}
        tasks += [[group] for group in range(len(groups)) if group not in known]
        n_leaves = len(self)
        if work is _tasks.sum_of_groups:
            tasks = [[group] for one in tasks for group in one]
            n_leaves = len(groups)
        placed = [[number for group in one for number in groups[group]] for one in tasks]
        if sum(map(_n_bytes, args)) * len(tasks) > EMBEDDED_BYTES:
            args = self._client.scatter([args], broadcast=True, hash=False)[0]
        same = [[one] * len(tasks) for one in (function, args, n_leaves)]
        futures, firsts, own = (
            [one and [one[number] for number in numbers] for numbers in placed]
            for one in (self._futures, self._firsts, each)
        )
        sent = self._submit(work, *same, tasks, placed, firsts, futures, own)
        while work is not _tasks.by_partition and len(sent) > FAN_IN:
            bundles = [sent[start : start + FAN_IN] for start in range(0, len(sent), FAN_IN)]
            sent = self._submit(merge, bundles, [n_leaves] * len(bundles))
        return sent

    def _submit(self, work, *columns):
        """A task for each row, all in one message: a second one would wait for its turn."""
        self._n_submitted += 1
        name = f"{self.step}-{self._token}-{self._n_submitted}"
        keys = [f"{name}-{row}" for row in range(len(columns[0]))]
        return self._client.map(work, *columns, key=keys, pure=False, priority=1)

    def _wait(self, tasks, until):
        """Results of the tasks; see now and then whether workers are gone."""
        while True:
            seconds = min(LOOK_AFTER, max(0.0, until - time.monotonic()))
            try:
                with self._client.as_current():
                    wait(tasks, timeout=seconds)
                left = None if until == math.inf else max(seconds, until - time.monotonic())
                return self._client.sync(_gathered, self._client, tasks, left)
            except TimeoutError:
                if time.monotonic() > until:
                    raise
            if not set(self._slots) <= set(self._find_slots(until)):
                raise WorkerLostError

    def _settle(self, until):
        """See to it that every partition is computed, and shared out evenly once it is.

        Nothing is bound to a worker but what is moved there: Dask would wait for that worker, and
        for good if all are gone at a time.
        """
        lost = [n for n, one in enumerate(self._futures) if one is None or one.status not in LIVING]
        if self._settled and not lost and time.monotonic() - self._looked < LOOK_AFTER:
            return
        slots = self._find_slots(until)
        self._looked = time.monotonic()
        if self._settled and not lost and slots == self._slots:
            return
        holders = self._holders()
        # What was moved to a worker that is gone is made anew where there is room.
        lost += [n for n in self._moved if not holders[n] and n not in lost]
        for number in lost:
            self._futures[number] = None
        made = self._client.compute([self._delayed[number] for number in lost])
        for number, future in zip(lost, made, strict=True):
            self._futures[number] = future
        self._moved.difference_update(lost)
        self._share_out(slots, [() if n in lost else one for n, one in enumerate(holders)])

    def _share_out(self, slots, holders):
        """Give each thread as many groups, of those that are there; of others nobody knows."""
        there = held(self._groups, holders, self._placed)
        known = [group for groups in there.values() for group in groups]
        self._placed = place(known, slots, there)
        for (worker, _), groups in self._placed.items():
            for number in (number for group in groups for number in self._groups[group]):
                if worker not in holders[number]:
                    self._move(number, worker)
        self._slots, self._settled = slots, len(known) == len(self._groups)

    def _move(self, number, worker):
        settings = {"key": f"move-{uuid.uuid4().hex}", "workers": [worker]}
        future = self._client.submit(_tasks.same, self._futures[number], pure=False, **settings)
        self._futures[number] = future
        self._moved.add(number)

    def _holders(self):
        """The workers that hold each partition."""
        known = [future for future in self._futures if future is not None]
        found = self._client.who_has(known) if known else {}
        return [() if one is None else tuple(found.get(one.key, ())) for one in self._futures]

    def _find_slots(self, until):
        """Workers, each as often as it has threads."""
        while not (n_threads := self._client.nthreads()):
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(WAIT_FOR_WORKERS)
        return [(one, thread) for one, n in sorted(n_threads.items()) for thread in range(n)]


async def _gathered(client, tasks, timeout):
    # By itself it would wait for ever should what is done be lost again.
    return await asyncio.wait_for(client.gather(tasks, asynchronous=True), timeout)


def _n_bytes(argument):
    return getattr(argument, "nbytes", 0)
