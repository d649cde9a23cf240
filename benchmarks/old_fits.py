"""Whether an epoch takes longer the older a fit gets.

Weights that a penalty wears away, means of gradients that stay away, and activations far in their
tails all become subnormal numbers in the end, on which arithmetic is 25 times as slow.
"""

import time
import warnings

import numpy as np
from _harness import (
    Ratio,
    draw_ratios,
    markdown,
    panels,
    parse_arguments,
    publish,
    report_progress,
)
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import SGD, Adam

# As a table of people has them: some numbers, and categories of which many are rare.
N_SAMPLES, N_NUMBERS, CATEGORIES = 10_000, 6, (8, 16, 42, 20)
N_H = 256
YOUNG, OLD = slice(3, 8), slice(198, 203)


def draw_table(n_samples, dtype):
    """Numbers and one-hot codes, and two classes that depend on both."""
    rng = np.random.default_rng(0)
    parts, score = [rng.standard_normal((n_samples, N_NUMBERS))], 0
    for size in CATEGORIES:
        shares = 1 / np.arange(1, size + 1) ** 2
        codes = rng.choice(size, n_samples, p=shares / shares.sum())
        parts.append(np.eye(size)[codes])
        score = score + rng.standard_normal(size)[codes]
    score = score + parts[0] @ rng.standard_normal(N_NUMBERS)
    y = score + rng.logistic(size=n_samples) > np.median(score)
    return np.hstack(parts).astype(dtype), y


def timed(family, ends):
    """A solver that notes when its epochs end."""

    class Timed(family):
        def iterate(self, *arguments):
            loss = super().iterate(*arguments)
            ends.append(time.perf_counter())
            return loss

    return Timed()


def seconds_of_epochs(family, activation, table, n_epochs):
    """Seconds of every epoch of a fit, from the second on."""
    ends = []
    settings = {"max_iter": n_epochs, "tol": 0, "batch_size": 200, "random_state": 0}
    OneHiddenLayerClassifier(
        N_H, activation=activation, solver=timed(family, ends), **settings
    ).fit(*table)
    return np.diff(ends)


def measure(repeats, quick):
    """Seconds of an epoch of a young and of an old fit, in a list for each, by what is trained."""
    n_samples, results = 400 if quick else N_SAMPLES, {}
    for dtype in (np.float64, np.float32):
        table = draw_table(n_samples, dtype)
        for family, activation in ((Adam, "relu"), (Adam, "gelu"), (SGD, "relu")):
            name = f"{family.__name__}, {activation}, {np.dtype(dtype)}"
            report_progress(name)
            pairs = []
            for _ in range(repeats):
                seconds = seconds_of_epochs(family, activation, table, OLD.stop + 1)
                pairs.append([np.median(seconds[YOUNG]), np.median(seconds[OLD])])
            results[name] = np.transpose(pairs)
    return results


def report(results):
    """Markdown of all fits."""
    rows = []
    for name, (young, old) in results.items():
        medians = f"{np.median(young) * 1e3:.1f}", f"{np.median(old) * 1e3:.1f}"
        rows.append([name, *medians, Ratio.of(young, old)])
    header = ["fit", "epoch 5, ms", "epoch 200, ms", "ratio"]
    return (
        f"{N_SAMPLES:,} × {N_NUMBERS + sum(CATEGORIES)}, of which {N_NUMBERS} are numbers and the "
        f"others one-hot codes of categories, n_h = {N_H}, batches of 200, one thread. Medians of "
        f"five epochs around.\n\n{markdown(header, rows)}"
    )


def draw(results):
    """How many times as long an old epoch takes."""
    figure, axes = panels("r")
    panel = axes["r"]
    draw_ratios(panel, results)
    panel.set_xlim(0.5, None)
    panel.set_xlabel("time of epoch 200 ÷ time of epoch 5")
    return figure


def main():
    """Measure on one thread, then report."""
    arguments = parse_arguments(__doc__.splitlines()[0], repeats=3)
    with threadpool_limits(arguments.threads or 1):
        results = measure(arguments.repeats, arguments.quick)
    publish("old_fits", report(results), draw(results), write=arguments.publishes)


if __name__ == "__main__":
    # No fit is meant to converge.
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
