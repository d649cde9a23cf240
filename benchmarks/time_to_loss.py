"""How fast J falls, in seconds, for every solver of skshallow and for its rivals.

All minimise the same J, with alpha = 1, on standardised features from the same initial weights,
with 64 rectified units and their own default learning rates; PyTorch's Adam is given skshallow's.
Everyone is fitted for 1, 2, 4, 8, … iterations or epochs, each time anew, as long as a fit stays
within the table's budget of seconds. J at the weights it returns is computed by one independent
function. The lowest J that anybody found on a table sets the goal, 1 % above it. For those who
reached it, the least number of iterations that does is found by halving intervals, and fits of
that number take turns.
"""

import json
import warnings
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from _harness import (
    INK,
    MUTED,
    THREADS,
    Contestant,
    in_child,
    markdown,
    panels,
    parse_arguments,
    publish,
    report_progress,
    take_turns,
)
from _rivals import torch, train_torch
from _tasks import many_samples
from _training import Task, fewest_iterations, objective, train_mlp, train_ours
from _work import adult_table
from matplotlib.ticker import NullFormatter
from sklearn.datasets import load_breast_cancer, load_digits, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler

from skshallow._training.fit import FULL_BATCH_SAMPLES
from skshallow.solvers import Adam

LEVEL = 0.01
REPEATS = 3
MOST_ITERATIONS = 2**13
# A fit that takes less than this share of the budget is cheap enough to time it three times.
SHORT = 0.1
OPTIONS = {
    "tables": {"help": "folder of gzipped CSV files with a column target; adult*.csv.gz is used"}
}
LINES = {"skshallow": (INK, "-"), "MLPClassifier": (MUTED, "-"), "PyTorch": (MUTED, ":")}
# Below this excess over the lowest J, lines are not drawn any further.
FLOOR = 1e-3


class Entrant(NamedTuple):
    """Whose training, with which solver, at which learning rate (None: their default)."""

    package: str
    train: object
    solver: str
    learning_rate: float | None = None

    def __str__(self):
        return f"{self.package} {self.solver}"


ENTRANTS = [
    *(Entrant("skshallow", train_ours, solver) for solver in ("lbfgs", "adam", "sgd", "gd")),
    *(Entrant("MLPClassifier", train_mlp, solver) for solver in ("lbfgs", "adam", "sgd")),
]
if torch:
    ENTRANTS.append(Entrant("PyTorch", train_torch, "adam", Adam.default_learning_rate))


def tables(arguments):
    """Go through names, features, classes and budgets in seconds."""
    adult = adult_table(arguments.tables) if arguments.tables else None
    yield "moons", *make_moons(400, noise=0.3, random_state=0), 0.25
    yield "breast_cancer", *load_breast_cancer(return_X_y=True), 0.25
    yield "digits", *load_digits(return_X_y=True), 0.4
    if adult is not None:
        yield "adult", *adult, 0.8
    else:
        X, y = many_samples(1_000 if arguments.quick else 20_000)
        yield f"{len(X):,} × 30", X.astype(np.float64), y, 0.8
    X, y = many_samples(2_000 if arguments.quick else 100_000)
    yield f"{len(X):,} × 30, float32", X, y, 1.6


def measure(arguments):
    """Results of :func:`race` for every table, with this process's number of threads."""
    if torch:
        torch.set_num_threads(arguments.threads)
    results = {}
    for name, X, y, budget in tables(arguments):
        report_progress(f"{name}, threads: {arguments.threads}")
        task = Task(StandardScaler().fit_transform(X), y, 64, "relu", "adam", 1, alpha=1.0)
        results[name] = race(task, budget / 20 if arguments.quick else budget, arguments.repeats)
    return results


def race(task, budget, repeats):
    """Let everyone minimise J.

    Returns
    -------
    results : dict
        With keys `n_samples`; `best`, the lowest J; `curves`, for each entrant its seconds and its
        J after 1, 2, 4, … iterations; and `seconds`, the median time to the goal of those who
        reached it.
    """
    tasks = {e: replace(task, solver=e.solver, learning_rate=e.learning_rate) for e in ENTRANTS}
    curves = {entrant: curve(entrant.train, task, budget) for entrant, task in tasks.items()}
    best = min(J for points in curves.values() for _, _, J in points)
    goal = best * (1 + LEVEL)
    contestants = []
    for entrant, task in tasks.items():
        numbers = [n_iter for n_iter, _, J in curves[entrant] if goal >= J]
        if numbers:
            n_iter = fewest_iterations(entrant.train, task, goal, numbers[0] // 2, numbers[0])
            run = _fit(entrant.train, replace(task, n_iter=n_iter))
            contestants.append(Contestant(str(entrant), run, attrgetter("seconds")))
    seconds = take_turns(contestants, repeats)
    return {
        "n_samples": len(task.X),
        "best": best,
        "curves": {str(e): [point[1:] for point in points] for e, points in curves.items()},
        "seconds": {name: float(np.median(found)) for name, found in seconds.items()},
    }


def _fit(train, task):
    return lambda: train(task)


def curve(train, task, budget):
    """Iterations, seconds and J of fits of 1, 2, 4, … iterations."""
    train(task)
    points, n_iter = [], 1
    while n_iter <= MOST_ITERATIONS:
        longer = replace(task, n_iter=n_iter)
        outcome = train(longer)
        seconds = [outcome.seconds]
        if seconds[0] < SHORT * budget:
            seconds += [train(longer).seconds for _ in range(2)]
        points.append((n_iter, float(np.median(seconds)), objective(task, outcome.weights)))
        converged = outcome.n_iter < n_iter
        if converged or 2 * min(seconds) > budget:
            break
        n_iter *= 2
    return points


def report(of_threads):
    """Markdown of a dict of thread counts to results of :func:`measure`."""
    parts = [
        f"Seconds until J is within {LEVEL:.0%} of the lowest that anybody found on the table; "
        'median. – : not within its budget of time. Bold: what `solver="auto"` takes. Each '
        "number of threads has a lowest J of its own."
    ]
    for threads, results in of_threads.items():
        header = [f"{threads} thread{'s' * (threads > 1)}", *results]
        rows = [
            [entrant, *(_cell(entrant, found) for found in results.values())]
            for entrant in ENTRANTS
        ]
        lowest = ["lowest J", *(f"{found['best']:.4f}" for found in results.values())]
        parts.append(markdown(header, [*rows, lowest]))
    return "\n\n".join(parts)


def _cell(entrant, found):
    seconds = found["seconds"].get(str(entrant))
    text = "–" if seconds is None else f"{seconds:.2g}"
    auto = "lbfgs" if found["n_samples"] <= FULL_BATCH_SAMPLES else "adam"
    return f"**{text}**" if (entrant.package, entrant.solver) == ("skshallow", auto) else text


def draw(results):
    """J's excess over the lowest against seconds, a panel for each table."""
    figure, axes = panels("abc;de.", height=6)
    for (name, found), panel in zip(results.items(), axes.values(), strict=True):
        ends = {}
        for entrant in ENTRANTS:
            seconds, values = np.transpose(found["curves"][str(entrant)])
            excess = np.maximum(values / found["best"] - 1, FLOOR)
            color, style = LINES[entrant.package]
            panel.loglog(seconds, excess, color=color, linestyle=style, linewidth=1.2)
            ends[entrant] = seconds[-1], excess[-1]
        panel.axhline(LEVEL, color=MUTED, linewidth=0.5)
        panel.set_title(name, loc="left", fontsize=10)
        panel.set_ylim(FLOOR, None)
        panel.margins(x=0.05)
        # Within a decade matplotlib would write a label at every tick.
        panel.xaxis.set_minor_formatter(NullFormatter())
        _label(panel, ends)
    for key in "ad":
        axes[key].set_ylabel("J above the lowest, relative")
    for key in "cde":
        axes[key].set_xlabel("seconds")
    text = "black: skshallow's solvers\ngrey: MLPClassifier (MLP), PyTorch"
    figure.text(0.72, 0.3, text, fontsize=9, linespacing=1.6)
    return figure


def _label(panel, ends):
    """Names to the right of the panel, in the order in which lines end, each with a thin leader."""
    heights = panel.transAxes.inverted().transform(panel.transData.transform(list(ends.values())))
    order = np.argsort(-heights[:, 1])
    entrants = list(ends)
    for place, row in zip(np.linspace(1, 0, len(order)), order, strict=True):
        entrant = entrants[row]
        color, _ = LINES[entrant.package]
        panel.annotate(
            str(entrant).replace("skshallow ", "").replace("MLPClassifier", "MLP"),
            xy=ends[entrant],
            xytext=(1.06, place),
            textcoords="axes fraction",
            va="center",
            fontsize=7,
            color=color,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": "#d0d0d0", "linewidth": 0.5},
        )


def main():
    """Measure in one process for each number of threads, then report."""
    arguments = parse_arguments(__doc__, repeats=REPEATS, **OPTIONS)
    if arguments.case is not None:
        print(json.dumps(measure(arguments)))
        return
    if torch is None:
        report_progress("Not installed, so left out: PyTorch.")
    counts = THREADS if arguments.threads is None else (arguments.threads,)
    of_threads = {threads: in_child(__file__, "all", threads) for threads in counts}
    figure = draw(of_threads[counts[0]])
    publish("time_to_loss", report(of_threads), figure, write=arguments.publishes)


if __name__ == "__main__":
    # No fit is meant to converge.
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
