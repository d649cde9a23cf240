"""What is allocated, and whether it grows when something is done over and over."""

import gc
import tracemalloc
from contextlib import contextmanager

# A value of a curve: a float, and its place in a list that is longer than it needs to be.
CURVE_BYTES = 24 + 8 * 9 / 8
# What Python itself keeps now and then, however often something is done.
SLACK = 16_384
# Most of it comes in the first calls: what they free is kept for later ones, place by place.
WARM_UP = 1000
N_PARTS = 5


@contextmanager
def allocations():
    """The most bytes allocated at a time within the context, in a list once it is left."""
    peak = []
    tracemalloc.start()
    try:
        yield peak
    finally:
        peak.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()


def growth(call, n_calls):
    """Bytes kept, and more bytes allocated at a time in the end than at the start, of many calls.

    Parameters
    ----------
    call : callable
        What is done.
    n_calls : int
        How often.

    Returns
    -------
    kept, more : int
    """
    tracemalloc.start()
    try:
        for _ in range(WARM_UP):
            call()
        first, kept = _least_peak(call), []
        for _ in range(N_PARTS):
            before = _kept()
            for _ in range(n_calls // N_PARTS):
                call()
            kept.append(_kept() - before)
        # What a call leaves behind is left in every part; Python's own caches fill up in some.
        return N_PARTS * min(kept), _least_peak(call) - first
    finally:
        tracemalloc.stop()


def _kept():
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _least_peak(call):
    # The least of several: a list that grows moves to a larger place once in a while.
    peaks = []
    for _ in range(5):
        before = _kept()
        tracemalloc.reset_peak()
        call()
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    return min(peaks)
