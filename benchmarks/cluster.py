"""How evaluations of J scale with the workers of a Dask cluster, and where that ends.

Tables are made on the workers, which are processes of one thread each on this machine. What is
timed is an evaluation of J and its gradient, as a solver sees it; the plain classifier evaluates
the same in one process. A model of the cost is fitted to these times, and says what it expects of a
hundred workers.
"""

import time
import warnings
from importlib.util import find_spec

import numpy as np
from _harness import markdown, parse_arguments, publish, report_progress
from _local_cluster import N_FEATURES, features, local_cluster
from scipy.optimize import nnls
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import Solver

N_H, BLOCK = 64, 100_000
SIZES, QUICK_SIZES = (2_000, 100_000, 1_000_000, 10_000_000), (200, 400)
# The plain classifier takes no more, for the sake of memory.
MOST_IN_ONE_PROCESS = 1_000_000
WORKERS = (1, 2)
EVALUATIONS, QUICK_EVALUATIONS = 20, 3
EXPECTED = (10, 100, 1000)
EXPECTED_SAMPLES = 10_000_000_000
# Seconds of an epoch of the classifier of Spark on 1 to 5 machines, a network of 6 layers and 12
# million weights on 60 000 samples: README.md of github.com/avulanov/ann-benchmark.
SPARK = {1: 86.0, 2: 47.0, 3: 35.2, 4: 27.0, 5: 29.0}


class Clock(Solver):
    """Gradient descent that notes how long each evaluation took, and how many bytes it sent."""

    full_batch = True
    default_learning_rate = 0.1

    def automatic_tol(self, params_per_sample, loosest):
        """Not asked for."""
        return 0.0

    def start(self, theta):
        """Room for the gradient, and for the seconds."""
        return {"gradient": np.empty_like(theta)}

    def iterate(self, objective, theta, state, batches, rates):
        """Evaluate, and take a short step."""
        start, sent = time.perf_counter(), bytes_sent()
        J = objective.value_and_gradient(theta, state["gradient"])
        NOTED.append((time.perf_counter() - start, bytes_sent() - sent))
        theta -= rates * state["gradient"]
        return J


# Solvers are copied; what they noted is not.
NOTED: list = []


def bytes_sent():
    """Bytes between processes of this machine so far, or 0 where nobody counts them."""
    if not find_spec("psutil"):
        return 0
    import psutil

    return sum(
        count.bytes_sent
        for name, count in psutil.net_io_counters(pernic=True).items()
        if name.startswith("lo")
    )


def per_evaluation(estimator, X, y):
    """Seconds and bytes: the medians, without the first one, which reads and prepares samples."""
    NOTED.clear()
    estimator.fit(X, y)
    return tuple(np.median(NOTED[1:], axis=0).tolist())


def settings(n_evaluations):
    """Parameters of either classifier."""
    common = {"alpha": 1.0, "tol": 0, "random_state": 0, "max_iter": n_evaluations + 1}
    return {"n_h": N_H, "solver": Clock()} | common


def alone(n, n_evaluations):
    """Seconds of the plain classifier, on one thread."""
    X = np.random.default_rng(0).standard_normal((n, N_FEATURES))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    with threadpool_limits(1):
        return per_evaluation(OneHiddenLayerClassifier(**settings(n_evaluations)), X, y)[0]


def on_cluster(n_workers, sizes, n_evaluations):
    """Seconds and bytes by the number of samples, with so many workers."""
    from skshallow.dask import DaskOneHiddenLayerClassifier

    found = {}
    with local_cluster(n_workers):
        for n in sizes:
            report_progress(f"{n_workers} workers, {n:,} samples")
            # As many blocks for one worker as for two.
            X = features(n, min(BLOCK, n // 2))
            y = (X[:, 0] * X[:, 1] > 0).astype(int)
            clf = DaskOneHiddenLayerClassifier(**settings(n_evaluations))
            found[n] = per_evaluation(clf, X, y)
            del X, y, clf
    return found


class Model:
    """Seconds of an evaluation: a latency, a cost of every worker, and one of every sample.

    Parameters
    ----------
    seconds : dict of (int, int) to float
        By workers and samples.
    """

    def __init__(self, seconds):
        rows = np.array([[1, workers, n / workers] for workers, n in seconds], dtype=float)
        times = np.array(list(seconds.values()))
        # Relative errors count: seconds span orders of magnitude.
        weights = 1 / times
        scale = rows.max(axis=0)
        found, _ = nnls(rows / scale * weights[:, np.newaxis], times * weights)
        self.latency, self.per_worker, self.per_sample = found / scale

    def seconds(self, workers, n):
        """What is to be expected."""
        return self.latency + self.per_worker * workers + self.per_sample * n / workers

    def most_workers(self, n):
        """From how many workers on an evaluation takes longer again."""
        return np.sqrt(self.per_sample * n / self.per_worker) if self.per_worker else np.inf


def report(measured, single):
    """The tables, and what follows from them."""
    n_params = N_H * (N_FEATURES + 1) + N_H + 1
    seconds = {case: time_taken for case, (time_taken, _) in measured.items()}
    rows = []
    for (workers, n), time_taken in seconds.items():
        one, plain = seconds[1, n], single.get(n)
        rows.append(
            [
                f"{n:,}",
                workers,
                f"{1e3 * time_taken:.1f}",
                f"{one / time_taken:.2f}",
                f"{plain / time_taken:.2f}" if plain else "–",
                f"{measured[workers, n][1] / 1e3:.0f}",
            ]
        )
    header = ["samples", "workers", "ms per evaluation", "times one worker's speed"]
    header += ["times one process's speed", "kB sent"]
    text = markdown(header, rows) + (
        "\n\nWhat all processes send to each other is counted, Dask's own messages included; "
        f"weights to a worker and a gradient back are {16 * n_params / 1e3:.0f} kB. A partition "
        "whose neighbour is on another worker sends a gradient of its own."
    )
    if not seconds:
        rows = [[f"{n:,}", f"{1e3 * time_taken:.1f}"] for n, time_taken in single.items()]
        return markdown(["samples", "ms per evaluation in one process"], rows) + "\n\nNo Dask here."
    model = Model(seconds)
    expected = [
        [workers, f"{EXPECTED_SAMPLES:,}", f"{model.seconds(workers, EXPECTED_SAMPLES):.3g}"]
        for workers in EXPECTED
    ]
    spark = [[workers, f"{s:g}", f"{SPARK[1] / s:.2f}"] for workers, s in SPARK.items()]
    gflops = 6e-9 * N_H * (N_FEATURES + 1) / model.per_sample if model.per_sample else np.nan
    return "\n\n".join(
        [
            text,
            f"Model: {1e3 * model.latency:.2g} ms + {1e3 * model.per_worker:.2g} ms × workers + "
            f"{1e6 * model.per_sample:.2g} µs × samples / workers, {gflops:.2g} GFLOP/s for each "
            f"worker. With {EXPECTED_SAMPLES:,} samples it expects evaluations to get faster up to "
            f"{model.most_workers(EXPECTED_SAMPLES):,.0f} workers.",
            markdown(["workers", "samples", "expected seconds per evaluation"], expected),
            "Spark's own classifier, of 12 million weights on 60 000 samples, as published:",
            markdown(["machines", "seconds per epoch", "times one machine's speed"], spark),
        ]
    )


def main():
    """Measure one and two workers, and a process without any."""
    arguments = parse_arguments(__doc__.splitlines()[0])
    sizes = QUICK_SIZES if arguments.quick else SIZES
    n_evaluations = QUICK_EVALUATIONS if arguments.quick else EVALUATIONS
    # Nothing has to be learned.
    warnings.simplefilter("ignore", ConvergenceWarning)
    single = {}
    for n in sizes:
        if n <= MOST_IN_ONE_PROCESS:
            report_progress(f"one process, {n:,} samples")
            single[n] = alone(n, n_evaluations)
    measured = {}
    if find_spec("distributed"):
        for workers in WORKERS:
            found = on_cluster(workers, sizes, n_evaluations)
            measured |= {(workers, n): pair for n, pair in found.items()}
    text = report(measured, single)
    publish("cluster", text, write=arguments.publishes, packages=("dask", "distributed"))


if __name__ == "__main__":
    main()
