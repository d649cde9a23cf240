"""How much memory training takes above the table itself.

Each fit runs once, in a process of its own and on one thread; memory hardly varies from run to
run. What counts is the anonymous memory that it adds at most to what there was once the table
existed. Pages of a memory-mapped file are not anonymous: the system takes them back when it needs
them. Only Linux tells these apart; elsewhere it is what numpy and Python allocate.
"""

import ctypes
import multiprocessing
import os
import re
import tempfile
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from _harness import (
    INK,
    MUTED,
    THREAD_VARIABLES,
    markdown,
    panels,
    parse_arguments,
    peak_allocated,
    publish,
    report_progress,
)

STATUS = Path("/proc/self/status")
SAMPLING_SECONDS = 0.005
BLOCK_SAMPLES = 2**14
MB = 1e6
OURS, MLP = "skshallow", "MLPClassifier"


class Case(NamedTuple):
    """One fit to measure."""

    name: str
    solver: str
    n_h: int
    n: int
    d: int
    dtype: str
    max_iter: int
    mapped: bool = False

    def __str__(self):
        where = "memory-mapped" if self.mapped else "in memory"
        return f"{self.solver}, n_h = {self.n_h}, {self.n:,} × {self.d} {self.dtype} {where}"

    @property
    def table_bytes(self):
        """What the features alone take."""
        return self.n * self.d * np.dtype(self.dtype).itemsize

    def classifier(self):
        """The classifier, unfitted."""
        settings = {"solver": self.solver, "max_iter": self.max_iter, "tol": 0, "random_state": 0}
        if self.name == OURS:
            from skshallow import OneHiddenLayerClassifier

            return OneHiddenLayerClassifier(self.n_h, **settings)
        from sklearn.neural_network import MLPClassifier

        return MLPClassifier((self.n_h,), **settings)


def cases(quick):
    """All fits; the memory-mapped table takes 4 GiB, or 64 MiB to see that it works."""
    wide, small, file_bytes = (2_000, 1_000, 2**26) if quick else (200_000, 100_000, 2**32)
    return [
        *(Case(name, "lbfgs", 100, wide, 100, "float64", 5) for name in (OURS, MLP)),
        *(Case(name, "adam", 64, small, 30, "float32", 2) for name in (OURS, MLP)),
        Case(OURS, "adam", 64, file_bytes // (4 * 100), 100, "float32", 1, mapped=True),
    ]


@contextmanager
def table(case):
    """Features, made without large temporaries that would leave room for the fit, and classes."""
    shape, random = (case.n, case.d), np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        if case.mapped:
            path = Path(folder) / "table"
            with path.open("wb") as file:
                for start in range(0, case.n, BLOCK_SAMPLES):
                    n_samples = min(BLOCK_SAMPLES, case.n - start)
                    file.write(random.random((n_samples, case.d), case.dtype).data)
            X = np.memmap(path, case.dtype, "r", shape=shape)
        else:
            X = random.random(shape, case.dtype)
        yield X, (X[:, 0] + X[:, 1] > 1).astype(np.int8)
        # Some systems do not remove a file that is still open.
        del X


def anonymous_bytes():
    """Anonymous memory of this process that is in use."""
    return int(re.search(r"RssAnon:\s*(\d+) kB", STATUS.read_text())[1]) * 1024


def peak_anonymous(run):
    """Bytes of anonymous memory that `run` adds at most, looked at every few milliseconds."""
    _trim()
    before, seen, done = anonymous_bytes(), [], threading.Event()

    def watch():
        while not done.wait(SAMPLING_SECONDS):
            seen.append(anonymous_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        run()
    finally:
        seen.append(anonymous_bytes())
        done.set()
        watcher.join()
    return max(seen) - before


def _trim():
    """Have glibc return freed memory to the system, lest a fit live on it unseen."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def measure(case):
    """Peak memory of a fit above its table, in bytes."""
    # No fit is meant to converge.
    warnings.simplefilter("ignore")
    classifier = case.classifier()
    with table(case._replace(n=500, mapped=False)) as (X, y):
        # What is loaded and set up once is not the fit's.
        classifier.fit(X, y)
    with table(case) as (X, y):
        peak = peak_anonymous if STATUS.exists() else peak_allocated
        return peak(lambda: classifier.fit(X, y))


def measure_all(listed):
    """Peak bytes of each case, each in a process forked from one that has only done imports."""
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))
    clean = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if clean else "spawn")
    if clean:
        context.set_forkserver_preload(["skshallow", "sklearn.neural_network"])
    with ProcessPoolExecutor(1, context, max_tasks_per_child=1) as pool:
        for case in listed:
            report_progress(f"{case.name}: {case}")
            yield pool.submit(measure, case).result()


def report(listed, peaks):
    """Markdown of all fits."""
    header = ["fit", "table, MB", "", "above it, MB", "share of the table", "bytes per sample"]
    rows = [
        [
            case,
            f"{case.table_bytes / MB:,.1f}",
            case.name,
            f"{peak / MB:,.1f}",
            f"{peak / case.table_bytes:.2f}",
            f"{peak / case.n:,.0f}",
        ]
        for case, peak in zip(listed, peaks, strict=True)
    ]
    measured = "anonymous memory" if STATUS.exists() else "memory allocated by numpy and Python"
    return f"Peak of {measured} during fit, one run each, one thread.\n\n{markdown(header, rows)}"


def draw(listed, peaks):
    """What is needed above the table, as a share of the table."""
    figure, axes = panels("m", height=2.4)
    panel = axes["m"]
    for place, (case, peak) in enumerate(zip(listed, peaks, strict=True)):
        color, share = INK if case.name == OURS else MUTED, peak / case.table_bytes
        panel.plot([0, share], [place, place], color=color, linewidth=1)
        panel.plot(share, place, "o", color=color)
        text = f"{case.name}, {peak / MB:,.0f} MB"
        panel.annotate(
            text, (share, place), (7, 0), textcoords="offset points", va="center", color=color
        )
    firsts = {str(case): place for place, case in reversed(list(enumerate(listed)))}
    panel.set_yticks(list(firsts.values()), [label.replace(", ", "\n", 1) for label in firsts])
    panel.set(xlim=(0, None), ylim=(len(listed) - 0.4, -0.6))
    panel.tick_params(axis="y", length=0)
    panel.set_xlabel("peak memory above the table ÷ size of the table")
    return figure


def main():
    """Measure, then report."""
    arguments = parse_arguments(__doc__)
    listed = cases(arguments.quick)
    peaks = list(measure_all(listed))
    publish("memory", report(listed, peaks), draw(listed, peaks), write=arguments.publishes)


if __name__ == "__main__":
    main()
