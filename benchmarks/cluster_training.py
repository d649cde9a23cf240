"""How soon a cluster predicts well, by mini-batches and full batches, and how long a search takes.

Mini-batches are local steps of Adam on two workers; beside them the stream, `partial_fit` on one
block after the other, which come from the same workers. A search for a penalty is compared with one
fit, and with the search of one process. Workers are processes of one thread each on this machine.
"""

import time
import warnings
from functools import partial
from importlib.util import find_spec

import numpy as np
from _harness import INK, MUTED, markdown, panels, parse_arguments, publish, report_progress
from _local_cluster import features, local_cluster, noisy_classes
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import PredefinedSplit
from threadpoolctl import threadpool_limits

from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV

N_WORKERS, N_H = 2, 64
SAMPLES, QUICK_SAMPLES = 1_000_000, 2_000
BLOCKS = 20
EPOCHS, QUICK_EPOCHS = (1, 2, 4, 8), (1, 2)
ITERATIONS, QUICK_ITERATIONS = (10, 20, 40, 80), (2, 4)
STREAM, STEPS = "stream of blocks, Adam", "local steps, Adam"
FULL = "full batches, L-BFGS"
# A search of 9 penalties on 5 splits: small networks, since one process has to train them, too.
SEARCHED_N_H, SEARCHED_ITERATIONS = 4, 40


def settings():
    """What all trainings have in common."""
    return {"n_h": N_H, "alpha": 1.0, "tol": 0, "early_stopping": False, "random_state": 0}


def by_stream(X, y, n_epochs):
    """One epoch after the other on blocks that come from the workers; the classifier."""
    clf = OneHiddenLayerClassifier(**settings(), solver="adam", batch_size=500)
    blocks = list(zip(X.blocks, y.blocks, strict=True))
    with threadpool_limits(1):
        for _ in range(n_epochs):
            for of_X, of_y in blocks:
                clf.partial_fit(of_X.compute(), of_y.compute(), classes=[0, 1])
    return clf


def by_cluster(X, y, n_iter, **params):
    """Iterations on the cluster; the classifier."""
    from skshallow.dask import DaskOneHiddenLayerClassifier

    return DaskOneHiddenLayerClassifier(**settings(), max_iter=n_iter, **params).fit(X, y)


def trainings(arguments):
    """Each way to train, and after how many epochs or iterations to look."""
    epochs = QUICK_EPOCHS if arguments.quick else EPOCHS
    iterations = QUICK_ITERATIONS if arguments.quick else ITERATIONS
    steps = partial(by_cluster, solver="adam", batch_size=500, n_replicas=N_WORKERS)
    return {
        STREAM: (by_stream, "epoch", epochs),
        STEPS: (steps, "epoch", epochs),
        FULL: (partial(by_cluster, solver="lbfgs"), "iteration", iterations),
    }


def compare(arguments, X, y, held_out):
    """Seconds and held-out log loss of each way to train, by epochs or iterations."""
    X_test, y_test = (one.compute() for one in held_out)
    found = {}
    for name, (train, _, lengths) in trainings(arguments).items():
        for length in lengths:
            report_progress(f"{name}, {length}")
            start = time.perf_counter()
            clf = train(X, y, length)
            seconds = time.perf_counter() - start
            clf = clf.to_local() if hasattr(clf, "to_local") else clf
            found[name, length] = seconds, log_loss(y_test, clf.predict_proba(X_test))
    return found


def search(X, y):
    """Seconds and passes of one fit and of a search, and how its scores differ from one process's.

    Returns
    -------
    rows : list of list of str
    difference : float
        The largest between scores of a candidate on a split.
    """
    import dask.array as da

    from skshallow.dask import DaskOneHiddenLayerClassifier, DaskOneHiddenLayerClassifierCV

    common = {"n_h": SEARCHED_N_H, "activation": "tanh", "max_iter": SEARCHED_ITERATIONS}
    common |= {"tol": 0, "random_state": 0, "solver": "lbfgs"}
    passes = []
    with counting(passes):
        single = timed(DaskOneHiddenLayerClassifier(**common, alpha=1.0), X, y)
        of_one = passes.count("iteration")
        folds = np.random.RandomState(0).randint(5, size=len(X))
        clf = DaskOneHiddenLayerClassifierCV(**common, alphas=9, refit=False)
        on_cluster = timed(clf, X, y, folds=da.from_array(folds, chunks=X.chunks[0]))
    alphas = [params["alpha"] for params in clf.cv_results_["params"]]
    local = OneHiddenLayerClassifierCV(
        **common, alphas=alphas, refit=False, cv=PredefinedSplit(folds)
    )
    with threadpool_limits(1):
        alone = timed(local, X.compute(), y.compute())
    names = [f"split{split}_test_score" for split in range(5)]
    ours, theirs = (np.array([one.cv_results_[n] for n in names]) for one in (clf, local))
    rows = [
        ["one fit, 2 workers", f"{single:.1f}", of_one],
        ["9 penalties × 5 splits, 2 workers", f"{on_cluster:.1f}", passes.count("search")],
        ["9 penalties × 5 splits, one process", f"{alone:.1f}", "–"],
    ]
    return rows, float(np.abs(ours - theirs).max())


def counting(passes):
    """A context in which passes are noted by the first word of their step."""
    from unittest.mock import patch

    from skshallow.dask._cluster import Cluster

    usual = Cluster._pass

    def note(self, *arguments):
        passes.append(self.step.split("-")[0])
        return usual(self, *arguments)

    return patch.object(Cluster, "_pass", note)


def timed(estimator, *arguments, **more):
    """Seconds of a fit."""
    report_progress(type(estimator).__name__)
    start = time.perf_counter()
    estimator.fit(*arguments, **more)
    return time.perf_counter() - start


def report(n, found, rows, difference):
    """The tables."""
    of_training = [
        [name, length, f"{seconds:.1f}", f"{loss:.4f}"]
        for (name, length), (seconds, loss) in found.items()
    ]
    header = ["training", "epochs or iterations", "seconds", "held-out log loss"]
    return "\n\n".join(
        [
            f"{n:,} samples in {BLOCKS} blocks, two worker processes, {N_H} hidden units:",
            markdown(header, of_training),
            f"A search with {SEARCHED_N_H} hidden units and {SEARCHED_ITERATIONS} iterations:",
            markdown(["", "seconds", "passes over the samples"], rows),
            f"Scores on the cluster and in one process differ by at most {difference:.1g}.",
        ]
    )


def draw(found):
    """Held-out log loss against seconds."""
    figure, axes = panels("a", height=2.8)
    panel = axes["a"]
    for name, colour, marker in ((STREAM, MUTED, "s"), (STEPS, INK, "o"), (FULL, INK, "^")):
        points = np.array([pair for (one, _), pair in found.items() if one == name])
        fill = "none" if name == FULL else "full"
        panel.plot(*points.T, color=colour, marker=marker, fillstyle=fill, linewidth=1, label=name)
    panel.set(xlabel="seconds", ylabel="held-out log loss", xlim=(0, None))
    panel.legend(frameon=False, fontsize=9)
    return figure


def main():
    """Train, search, print and publish."""
    arguments = parse_arguments(__doc__.splitlines()[0])
    warnings.simplefilter("ignore", ConvergenceWarning)
    if not find_spec("distributed"):
        report_progress("Not installed, so there is nothing to measure: dask.")
        return
    n = QUICK_SAMPLES if arguments.quick else SAMPLES
    with local_cluster(N_WORKERS):
        X = features(n + n // 5, n // BLOCKS)
        y = noisy_classes(X)
        found = compare(arguments, X[:n], y[:n], (X[n:], y[n:]))
        rows, difference = search(X[:n], y[:n])
    text, packages = report(n, found, rows, difference), ("dask", "distributed")
    publish("cluster_training", text, draw(found), write=arguments.publishes, packages=packages)


if __name__ == "__main__":
    main()
