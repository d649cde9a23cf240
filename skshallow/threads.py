"""Who computes: a crew of threads that share a table, or BLAS with threads of its own.

Products of a block are too small for BLAS to share out, and what is done element by element it does
not share out at all. Both are shared out by giving each thread blocks of its own, while BLAS keeps
to the thread that calls it.
"""

import functools
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import numpy as np
from threadpoolctl import ThreadpoolController


class Crew:
    """So many threads, of which the caller is the first.

    Parameters
    ----------
    size : int, default=1
        How many there are.
    """

    def __init__(self, size=1):
        self.size = size
        self._others = ThreadPoolExecutor(size - 1) if size > 1 else None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._others is not None:
            self._others.shutdown()

    def share(self, work):
        """Call ``work(member)`` for every member of the crew, each in a thread of its own."""
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
            # Whatever happens, nobody is left writing into the caller's buffers.
            try:
                wait(others)
            except BaseException:
                wait(others)
                raise
        for other in others:
            other.result()


# The caller only, while BLAS does as it likes.
ALONE = Crew()


@functools.cache
def _blas():
    # Looking for the loaded libraries takes a millisecond, so it is done once.
    return ThreadpoolController().select(user_api="blas")


class _Limit:
    """BLAS kept to one thread for as long as anyone asks for it, in whatever order they leave."""

    def __init__(self):
        self._lock = threading.Lock()
        self._holders = set()
        # The libraries that have several threads where nobody limits them, and how many.
        self._allowed = {}

    def allowed(self):
        """How many threads BLAS has where nobody limits it."""
        with self._lock:
            return max((self._allowed if self._holders else _several()).values(), default=1)

    @contextmanager
    def held(self):
        """Within this context BLAS has one thread."""
        holder = object()
        try:
            self._hold(holder)
            yield
        finally:
            # Interrupted here, BLAS would have one thread for good.
            try:
                self._release(holder)
            except BaseException:
                self._release(holder)
                raise

    def _hold(self, holder):
        with self._lock:
            if not self._holders:
                self._allowed = _several()
            self._holders.add(holder)
            for library in self._allowed:
                library.set_num_threads(1)

    def _release(self, holder):
        with self._lock:
            self._holders.discard(holder)
            if not self._holders:
                for library, n_threads in self._allowed.items():
                    library.set_num_threads(n_threads)
                self._allowed = {}


def _several():
    libraries = {library: library.num_threads for library in _blas().lib_controllers}
    return {library: n_threads for library, n_threads in libraries.items() if n_threads > 1}


_limit = _Limit()


@contextmanager
def crew():
    """A crew of as many threads as BLAS is allowed, while BLAS keeps to one."""
    size = _limit.allowed()
    with _limit.held(), Crew(size) as members:
        yield members
