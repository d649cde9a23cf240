"""Who computes: a team of threads that share a table, or BLAS with threads of its own.

Products of a block are too small for BLAS to share out, and what is done element by element it does
not share out at all. Both are shared out by giving each thread blocks of its own, while BLAS keeps
to the thread that calls it.
"""

import functools
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
from threadpoolctl import ThreadpoolController


class ThreadTeam:
    """So many threads, of which the caller is the first.

    Parameters
    ----------
    size : int, default=1
        How many there are.
    """

    def __init__(self, size=1):
        self.size = size
        self._others = ThreadPoolExecutor(size - 1) if size > 1 else None

    def close(self):
        """End the threads; nothing can be run after that."""
        if self._others is not None:
            self._others.shutdown()

    def share_out(self, n_parts, work):
        """Call ``work(member, part)`` for every part, by whichever member gets there first.

        Each begins with a run of neighbours of its own, so that from call to call the same data
        stay in the cache of its core. Whoever is done takes over from the others: one of them may
        have started late, or have a core that is busy. An exception leaves what is to be done.
        """
        bounds = [n_parts * member // self.size for member in range(self.size + 1)]
        runs = [deque(range(*ends)) for ends in pairwise(bounds)]

        def work_on(member):
            try:
                while (part := _next_part(runs, member)) is not None:
                    work(member, part)
            except BaseException:
                for run in runs:
                    run.clear()
                raise

        self.run(work_on)

    def run(self, work):
        """Call ``work(member)`` for every member of the team, each in a thread of its own."""
        if self.size == 1:
            work(0)
            return
        # Which floating-point errors are ignored is a matter of the thread.
        settings = np.geterr()

        def work_quietly(member):
            with np.errstate(**settings):
                work(member)

        others = [self._others.submit(work_quietly, member) for member in range(1, self.size)]
        try:
            work(0)
        finally:
            # Whatever happens, no thread is left writing into the caller's buffers.
            try:
                wait(others)
            except BaseException:
                wait(others)
                raise
        for other in others:
            other.result()


def _next_part(runs, member):
    """The next of a member's own run, else the last of another one's; None if none is left."""
    for take in (runs[member].popleft, *(run.pop for run in runs)):
        try:
            return take()
        except IndexError:
            continue
    return None


# The caller only, while BLAS has as many threads as it likes.
SINGLE_THREAD = ThreadTeam()


@functools.cache
def _blas():
    # Looking for the loaded libraries takes a millisecond, so it is done once.
    return ThreadpoolController().select(user_api="blas").lib_controllers


class _BlasLimit:
    """BLAS kept to one thread for as long as anyone asks for it, in whatever order they leave."""

    def __init__(self):
        self._lock = threading.Lock()
        self._holders = set()
        # The libraries that have several threads where nobody limits them, and how many.
        self._allowed = {}

    def hold(self, holder):
        """Keep BLAS to one thread until `holder` releases it; how many threads it had before."""
        with self._lock:
            if not self._holders:
                self._allowed = {one: n for one in _blas() if (n := one.num_threads) > 1}
            self._holders.add(holder)
            for library in self._allowed:
                library.set_num_threads(1)
            return max(self._allowed.values(), default=1)

    def release(self, holder):
        """Give BLAS its threads back, once all have done so; harmless when done twice."""
        with self._lock:
            self._holders.discard(holder)
            if not self._holders:
                for library, n_threads in self._allowed.items():
                    library.set_num_threads(n_threads)
                self._allowed = {}


_limit = _BlasLimit()


@contextmanager
def thread_team():
    """A team of as many threads as BLAS is allowed, while BLAS keeps to one."""
    holder = object()
    team = SINGLE_THREAD
    try:
        n_threads = _limit.hold(holder)
        if n_threads > 1:
            team = ThreadTeam(n_threads)
        yield team
    finally:
        # Interrupted here, BLAS would have one thread for good.
        try:
            _limit.release(holder)
        except BaseException:
            _limit.release(holder)
            raise
        finally:
            team.close()
