"""What all benchmarks share: taking turns, counting threads, naming the machine, publishing.

Machines are shared and noisy, so contestants take turns in one process, and what is quoted is the
median of the ratios of neighbouring runs with the lowest and the highest. Results go to standard
output and into the section of README.md that belongs to the benchmark.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_info

from skshallow import _kernels

FOLDER = Path(__file__).parent
README = FOLDER / "README.md"
FIGURES = FOLDER / "figures"
THREADS = (1, 2)
REPEATS = 5
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "skshallow",
    "skshallow-kernels",
    "torch",
    "jax",
    "skorch",
)
INK, MUTED = "#1a1a1a", "#8c8c8c"


class Contestant(NamedTuple):
    """One of those who take turns.

    Attributes
    ----------
    name : str
        As tables call it.
    run : callable
        Does the work once; what it returns is handed to `check`.
    seconds : callable or None
        Picks the seconds out of what `run` returned, where not all of it is to be timed.
    """

    name: str
    run: Callable
    seconds: Callable | None = None


def take_turns(contestants: Sequence[Contestant], repeats=REPEATS, check=None):
    """Time every contestant `repeats` times, one after the other in every round.

    A round that is not counted comes first.

    Parameters
    ----------
    contestants : list of Contestant
        The first is the one the others are compared with.
    repeats : int
        How many rounds count.
    check : callable, optional
        ``check({name: result})``, called after the first round; raises AssertionError unless all
        did the same work.

    Returns
    -------
    seconds : dict of str to ndarray of shape (repeats,)
    """
    seconds = {contestant.name: [] for contestant in contestants}
    for turn in range(repeats + 1):
        results = {}
        for contestant in contestants:
            start = time.perf_counter()
            result = contestant.run()
            elapsed = time.perf_counter() - start
            if contestant.seconds is not None:
                elapsed = contestant.seconds(result)
            results[contestant.name] = result
            if turn > 0:
                seconds[contestant.name].append(elapsed)
        if turn == 0 and check is not None:
            check(results)
    return {name: np.array(times) for name, times in seconds.items()}


class Ratio(NamedTuple):
    """How many times as long a rival takes: the median over rounds, and the extremes."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, ours, theirs):
        """From seconds of neighbouring runs."""
        ratios = np.asarray(theirs) / np.asarray(ours)
        return cls(float(np.median(ratios)), float(ratios.min()), float(ratios.max()))

    def __str__(self):
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def markdown(header, rows):
    """A Markdown table of a header and rows of anything that prints."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def in_words(threads):
    """A number of threads in words."""
    return "1 thread" if threads == 1 else f"{threads} threads"


def parse_arguments(description, *, repeats=REPEATS, **options):
    """Arguments that every benchmark takes, and some of its own.

    Parameters
    ----------
    description : str
        The question that the benchmark answers.
    repeats : int
        The default of ``--repeats``, unless ``--quick``.
    options : dict of str to dict
        Name of a further option and its arguments for ``ArgumentParser.add_argument``.

    Returns
    -------
    arguments : argparse.Namespace
        With `quick`, `repeats`, `threads`, `case` (see :func:`in_child`) and the further options;
        `publishes` is whether what is measured may take the place of what is published.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes, only to see that it runs; no publishing"
    )
    parser.add_argument("--repeats", type=int, help="rounds that are counted")
    parser.add_argument("--threads", type=int, help="only with so many threads; no publishing")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    for name, settings in options.items():
        parser.add_argument(f"--{name}", **settings)
    arguments = parser.parse_args()
    if arguments.repeats is None:
        arguments.repeats = 1 if arguments.quick else repeats
    arguments.publishes = not arguments.quick and arguments.threads is None
    return arguments


def with_threads(threads, script, *arguments):
    """Run a benchmark in a process of its own with so many BLAS threads; what it printed.

    Thread pools take their size when a library is loaded, so a process cannot change its mind.
    Parameters are passed on as they are, and ``--threads`` is added.
    """
    environment = os.environ | dict.fromkeys(THREAD_VARIABLES, str(threads))
    flags = environment.get("XLA_FLAGS", "")
    if threads == 1:
        flags += " --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    environment["XLA_FLAGS"] = flags
    command = [sys.executable, str(script), *arguments, "--threads", str(threads)]
    child = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return child.stdout


def in_child(script, case, threads=1):
    """What a benchmark measures of one case in a process of its own.

    There it gets the same arguments and ``--case``, and prints what it found as JSON.
    """
    return json.loads(with_threads(threads, script, *sys.argv[1:], "--case", case))


def report_progress(text):
    """Say on standard error what comes next."""
    print(text, file=sys.stderr, flush=True)


def peak_allocated(run):
    """Bytes that numpy and Python had allocated at most while `run` ran."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def draw_ratios(panel, results):
    """Dots of the ratios of pairs of seconds, with their range, one below the other.

    Parameters
    ----------
    panel : matplotlib Axes
        Where to draw.
    results : dict of str to pair of array-like
        As for :meth:`Ratio.of`, by what was timed.
    """
    for place, pair in enumerate(results.values()):
        ratio = Ratio.of(*pair)
        panel.plot([ratio.low, ratio.high], [place, place], color=MUTED)
        panel.plot(ratio.median, place, "o", color=INK)
        text, beside = f"{ratio.median:.2g}", (ratio.high, place)
        panel.annotate(text, beside, (6, 0), textcoords="offset points", va="center")
    panel.axvline(1, color=MUTED, linewidth=0.8)
    panel.set_yticks(range(len(results)), list(results))
    panel.invert_yaxis()


def panels(mosaic, *, height=2.6, **settings):
    """A figure 8 inches wide without needless lines, and its panels by name.

    Parameters
    ----------
    mosaic : str
        Where the panels are, as for :meth:`matplotlib.figure.Figure.subplot_mosaic`.
    height : float
        In inches.
    settings : dict
        Handed on to `subplot_mosaic`.

    Returns
    -------
    figure : Figure
    axes : dict of str to Axes
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, height), layout="constrained")
    axes = figure.subplot_mosaic(mosaic, **settings)
    for panel in axes.values():
        panel.spines[["top", "right"]].set_visible(False)
        panel.tick_params(labelsize=9)
    return figure, axes


def versions(*, packages=PACKAGES):
    """Names and versions of the packages that are installed, and of those that are missing."""
    found, missing = [f"Python {platform.python_version()}"], []
    for package in packages:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            missing.append(package)
    return ", ".join(found) + (f" (not installed: {', '.join(missing)})" if missing else "")


def machine(packages=()):
    """One sentence: processor, cores, BLAS, versions, also of further packages."""
    blas = {
        f"{pool['internal_api']} {pool['version']} ({pool.get('architecture', 'unknown')})"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    }
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{_processor()}, {cores} core{'' if cores == 1 else 's'}, {platform.system()}; "
        f"BLAS: {', '.join(sorted(blas))}; compiled kernels {_kernels.described()}; "
        f"{versions(packages=(*PACKAGES, *packages))}"
    )


def _processor():
    table = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", table.read_text()) if table.exists() else []
    return names[0] if names else platform.processor() or platform.machine()


def publish(name, text, figure=None, *, write=True, packages=()):
    """Print a result and put it into its section of README.md.

    Parameters
    ----------
    name : str
        The benchmark's name; its section lies between ``<!-- name -->`` and ``<!-- /name -->``.
    text : str
        Markdown.
    figure : matplotlib Figure, optional
        Saved to ``figures/name.svg`` and shown below the text.
    write : bool, default=True
        Whether to touch any files.
    packages : tuple of str
        Further ones whose versions matter.
    """
    text = f"{text}\n\n{machine(packages)}; {time.strftime('%Y-%m-%d')}."
    print(text)
    if not write:
        return
    if figure is not None:
        FIGURES.mkdir(exist_ok=True)
        figure.savefig(FIGURES / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
        text += f"\n\n![{name}](figures/{name}.svg)"
    page = README.read_text()
    section = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not section.search(page):
        raise SystemExit(f"{README} has no section <!-- {name} --> … <!-- /{name} -->.")
    README.write_text(section.sub(lambda match: f"{match[1]}{text}\n{match[2]}", page))
