"""The trainings whose time fit_speed.py compares: what each consists of, and who takes part.

Every function takes the benchmark's arguments (`quick`, `repeats`, `tables`) and returns a dict
with keys `work` (in words), `seconds` (skshallow's median), `ratios` (a list of median, lowest and
highest for each rival) and `remarks` (a list of sentences), or only `remarks` if it is left out.
"""

import time
from dataclasses import replace
from itertools import count
from operator import attrgetter

import numpy as np
from _harness import Contestant, Ratio, report_progress, take_turns
from _rivals import jax, torch, train_jax, train_jax_compiling, train_jax_scan, train_torch
from _tables import encoder, numeric, real_tables
from _tasks import digits_task, long_task, moons_task, tall_task, wide_task
from _training import (
    Task,
    fewest_iterations,
    objective,
    train_mlp,
    train_mlp_shuffling,
    train_ours,
    train_ours_by_numpy,
)
from sklearn.datasets import fetch_openml
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, StandardScaler

from skshallow import OneHiddenLayerClassifier
from skshallow._kernels import kernels_in_use

OURS, BY_NUMPY = "skshallow", "skshallow without compiled kernels"
MLP, TORCH, JAX = "MLPClassifier", "PyTorch", "JAX"
RIVALS = (MLP, TORCH, JAX)
# A run takes several seconds here: fewer rounds.
FEW_ROUNDS = 3
ADULT_SAMPLES = 8_000
SECONDS = attrgetter("seconds")


def moons(arguments):
    """Full-batch gradient descent on two moons."""
    more = {"MLPClassifier, shuffling as by default": train_mlp_shuffling}
    if jax:
        more |= {
            "JAX, compiling included": train_jax_compiling,
            "JAX, one lax.scan": train_jax_scan,
        }
    return compare(moons_task(arguments), arguments.repeats, 0.01, more)


def digits(arguments):
    """Adam in double precision."""
    return compare(digits_task(arguments), arguments.repeats)


def long(arguments):
    """Adam in single precision."""
    return compare(long_task(arguments), arguments.repeats)


def wide(arguments):
    """Adam on large products."""
    return compare(wide_task(arguments), arguments.repeats)


def adult(arguments):
    """L-BFGS until J is as low as after 100 iterations of MLPClassifier, for a few starts."""
    # A quick look fetches nothing.
    table = None if arguments.quick and not arguments.tables else adult_table(arguments.tables)
    if table is None:
        return {"remarks": ["left out: needs a network, or --tables with a table adult*.csv.gz"]}
    n_iter, seeds = (10, 1) if arguments.quick else (100, 3)
    X, y = (array[:500] if arguments.quick else array for array in table)
    theirs = [Task(X, y, 32, "tanh", "lbfgs", n_iter, alpha=1.0, seed=s) for s in range(seeds)]
    ours = [replace(task, n_iter=iterations_to_match(task)) for task in theirs]
    remarks = []

    def note(outcomes):
        for task, our, their in zip(ours, outcomes[OURS], outcomes[MLP], strict=True):
            relative = objective(task, our.weights) / objective(task, their.weights)
            remarks.append(f"after {task.n_iter} iterations J is {relative:.4f} of MLPClassifier's")

    contestants = [
        Contestant(OURS, lambda: [train_ours(task) for task in ours], _total),
        Contestant(MLP, lambda: [train_mlp(task) for task in theirs], _total),
    ]
    seconds = take_turns(contestants, arguments.repeats, note)
    work = f"{describe(theirs[0])} and as many as reach the same J, {counted(seeds, 'start')}"
    return result(work, seconds, remarks)


def tall(arguments):
    """L-BFGS on many samples; also how often each evaluates J, and how low it gets."""
    task = tall_task(arguments)
    remarks = []

    def note(outcomes):
        for name, outcome in outcomes.items():
            remarks.append(
                f"{name}: {outcome.n_iter} iterations, {outcome.n_evaluations or '?'} evaluations, "
                f"J = {objective(task, outcome.weights):.5f}"
            )

    contestants = [
        Contestant(name, lambda train=train: train(task), SECONDS)
        for name, train in (by_ourselves() | {MLP: train_mlp}).items()
    ]
    seconds = take_turns(contestants, min(FEW_ROUNDS, arguments.repeats), note)
    return result(describe(task), seconds, remarks)


def defaults(arguments):
    """Fits out of the box, until each says that it has converged, and the log loss they give.

    skshallow gets raw features, MLPClassifier standardised ones. Every round has another split of
    the tables into 80 % to train on and 20 % to test on. The ratio is a geometric mean over
    tables, and its extremes are those of the tables.
    """
    header = ["table", "skshallow, s", "MLPClassifier, s", "log loss, skshallow", "MLPClassifier"]
    rows = []
    for name, X, y in real_tables(arguments.tables):
        if arguments.quick and len(X) > 200:
            continue
        report_progress(f"  {name}")
        rows.append([name, *_default_fits(X, y, min(FEW_ROUNDS, arguments.repeats))])
    ours, mlp, our_loss, mlp_loss = np.array([row[1:] for row in rows]).T
    slower = np.exp(np.mean(np.log(mlp / ours))), np.min(mlp / ours), np.max(mlp / ours)
    relative = np.exp(np.mean(np.log(our_loss / mlp_loss)))
    return {
        "work": f"default fits, {len(rows)} real tables",
        "seconds": float(ours.sum()),
        "ratios": {MLP: [float(ratio) for ratio in slower]},
        "remarks": [
            "the ratio is a geometric mean and its range that of the tables; held-out log loss is "
            f"{relative:.2f} times MLPClassifier's (geometric mean)"
        ],
        "details": [header, [[row[0], *(f"{cell:.3g}" for cell in row[1:])] for row in rows]],
    }


CASES = {
    function.__name__: function for function in (moons, digits, long, wide, adult, tall, defaults)
}


def compare(task, repeats, tolerance=0.05, more=()):
    """Time everyone who is installed at a task whose steps are the same for all."""
    trainings = by_ourselves() | {MLP: train_mlp}
    trainings |= {TORCH: train_torch} if torch else {}
    trainings |= {JAX: train_jax} if jax else {}
    trainings |= dict(more)

    def check(outcomes):
        reached = {name: objective(task, found.weights) for name, found in outcomes.items()}
        assert {found.n_iter for found in outcomes.values()} == {task.n_iter}, outcomes
        assert all(abs(J / reached[OURS] - 1) < tolerance for J in reached.values()), reached

    contestants = [
        Contestant(name, lambda train=train: train(task), SECONDS)
        for name, train in trainings.items()
    ]
    return result(describe(task), take_turns(contestants, repeats, check))


def by_ourselves():
    """Our training, and where compiled kernels are in use that by NumPy alone."""
    numpy = {BY_NUMPY: train_ours_by_numpy} if kernels_in_use() else {}
    return {OURS: train_ours} | numpy


def result(work, seconds, remarks=()):
    """What a case returns, from everyone's seconds."""
    ours = seconds[OURS]
    ratios = {name: list(Ratio.of(ours, s)) for name, s in seconds.items() if name != OURS}
    return {
        "work": work,
        "seconds": float(np.median(ours)),
        "ratios": ratios,
        "remarks": list(remarks),
    }


def describe(task):
    """A task in words."""
    n, d = task.X.shape
    unit = "iteration" if task.samples_per_step == n else "epoch"
    return (
        f"{n:,} × {d} {task.X.dtype}, {task.n_h} {task.activation}, {task.solver}, "
        f"{counted(task.n_iter, unit)}"
    )


def counted(number, unit):
    """A number and its unit in words."""
    return f"{number:,} {unit}" + "s" * (number != 1)


def adult_table(folder=None):
    """Adult with standardised numbers and one-hot categories, or None where there is none."""
    if folder is not None:
        found = [(X, y) for name, X, y in real_tables(folder) if name.startswith("adult")]
    else:
        try:
            found = [fetch_openml("adult", version=2, return_X_y=True, n_retries=0)]
        except OSError:
            found = []
    if not found:
        return None
    X, y = (part[:ADULT_SAMPLES] for part in found[0])
    X = np.ascontiguousarray(encoder(StandardScaler()).fit_transform(X), dtype=np.float64)
    return X, LabelEncoder().fit_transform(y)


def iterations_to_match(task):
    """How many iterations we need for the J that MLPClassifier reaches; four times its at most."""
    goal = objective(task, train_mlp(task).weights)
    low = 0
    for high in (task.n_iter, 2 * task.n_iter, 4 * task.n_iter):
        if objective(task, train_ours(replace(task, n_iter=high)).weights) <= goal:
            return fewest_iterations(train_ours, task, goal, low, high)
        low = high
    return high


def _total(outcomes):
    return sum(outcome.seconds for outcome in outcomes)


def _default_fits(X, y, repeats):
    """Median seconds of ours and MLPClassifier's, then their mean log losses."""
    X, losses = numeric(X), {OURS: [], MLP: []}

    def contestant(name, make):
        splits = count()

        def run():
            split = next(splits)
            X_train, X_test, y_train, y_test = train_test_split(
                X, y, test_size=0.2, stratify=y, random_state=split
            )
            start = time.perf_counter()
            model = make(split).fit(X_train, y_train)
            seconds = time.perf_counter() - start
            losses[name].append(log_loss(y_test, model.predict_proba(X_test)))
            return seconds

        return Contestant(name, run, float)

    contestants = [
        contestant(OURS, lambda seed: OneHiddenLayerClassifier(random_state=seed)),
        contestant(
            MLP, lambda seed: make_pipeline(StandardScaler(), MLPClassifier(random_state=seed))
        ),
    ]
    seconds = take_turns(contestants, repeats)
    return [float(np.median(seconds[name])) for name in (OURS, MLP)] + [
        float(np.mean(losses[name])) for name in (OURS, MLP)
    ]
