"""How close the objective and its gradient come to what the machine can do.

The measure is the BLAS's speed in one large product of square matrices, in the same type and on as
many threads. The two take turns, so that noise hits both.
"""

import time
from itertools import product

import numpy as np
from _harness import (
    INK,
    MUTED,
    Contestant,
    Ratio,
    in_words,
    markdown,
    report_progress,
    take_turns,
)

from skshallow import OneHiddenLayerClassifier
from skshallow.solvers import GradientDescent

# Samples; rows and columns of the square matrices; what d and n_h are.
FULL = 20_000, 1_536, (64, 128, 256)
QUICK = 500, 64, (8,)
KINDS = [(activation, dtype) for activation in ("relu", "tanh") for dtype in ("float64", "float32")]
NAMES = {"objective": "objective", "gemm": "product of matrices"}


def limit(repeats, quick):
    """GFLOP/s of objective and product.

    Returns
    -------
    results : list of dict
        With keys `activation`, `dtype`, `d`, `n_h`, and the rounds' GFLOP/s of `objective` and
        `gemm`, the product of square matrices.
    """
    n, square, widths = QUICK if quick else FULL
    results = []
    for d, n_h in product(widths, widths):
        report_progress(f"objective, d = {d}, n_h = {n_h}")
        for activation, dtype in KINDS:
            rates = _rates(n, d, n_h, activation, dtype, square, repeats)
            results.append({"activation": activation, "dtype": dtype, "d": d, "n_h": n_h} | rates)
    return results


class Stopwatch(GradientDescent):
    """A solver that stays where it is and takes the time of J and its gradient."""

    seconds = 0.0

    def iterate(self, objective, theta, state, batches, learning_rate):
        """Evaluate once."""
        start = time.perf_counter()
        value = objective.value_and_gradient(theta, state["gradient"])
        self.seconds += time.perf_counter() - start
        return value


def _rates(n, d, n_h, activation, dtype, square, repeats):
    """GFLOP/s in every round."""
    X = np.random.default_rng(0).standard_normal((n, d), dtype=dtype)
    y, matrix = X[:, 0] > 0, np.ones((square, square), dtype)
    flops, gemm_flops = _flops(n, d, n_h), 2 * square**3
    # About as long as the product.
    calls = max(1, round(gemm_flops / flops))

    def evaluate():
        settings = {"max_iter": calls, "tol": 0, "random_state": 0}
        solver = Stopwatch()
        OneHiddenLayerClassifier(n_h, activation=activation, solver=solver, **settings).fit(X, y)
        return solver.seconds

    contestants = [
        Contestant("objective", evaluate, seconds=float),
        Contestant("gemm", lambda: np.dot(matrix, matrix)),
    ]
    seconds = take_turns(contestants, repeats)
    return {
        "objective": list(calls * flops / seconds["objective"] / 1e9),
        "gemm": list(gemm_flops / seconds["gemm"] / 1e9),
    }


def _flops(n, d, n_h, n_outputs=1):
    """Those of the products alone: two with the shape of W1, three with that of W2."""
    return 2 * n * n_h * (2 * (d + 1) + 3 * n_outputs)


def report(of_threads, quick):
    """Markdown of a dict of thread counts to results of :func:`limit`."""
    n, square, _ = QUICK if quick else FULL
    parts = [
        "The objective and its gradient on all of "
        f"{n:,} samples: GFLOP/s, and in brackets the share of what the BLAS reaches in a product "
        f"of two {square:,} × {square:,} matrices of the same type."
    ]
    for threads, results in of_threads.items():
        parts.append(f"{in_words(threads)} ({_speed_of_products(results)}):")
        parts.append(_table(results))
    if len(of_threads) > 1:
        parts.append(_speed_up(*list(of_threads.items())[:2]))
    return "\n\n".join(parts)


def _table(results):
    cells = {}
    for case in results:
        row = cells.setdefault((case["d"], case["n_h"]), {})
        speed = np.median(case["objective"])
        row[case["activation"], case["dtype"]] = f"{speed:.0f} ({share(case).median:.0%})"
    header = ["d", "n_h", *(" ".join(kind) for kind in KINDS)]
    return markdown(
        header, [[*shape, *(row[kind] for kind in KINDS)] for shape, row in cells.items()]
    )


def share(case):
    """Speed of the objective relative to the product's."""
    return Ratio.of(case["gemm"], case["objective"])


def _speed_of_products(results):
    speeds = {
        dtype: np.median([case["gemm"] for case in results if case["dtype"] == dtype])
        for _, dtype in KINDS
    }
    return "product: " + ", ".join(f"{speed:.0f} in {dtype}" for dtype, speed in speeds.items())


def _speed_up(one, other):
    """One sentence about two thread counts, which had to be measured one after the other."""
    (fewer, slow), (more, fast) = one, other
    gains = {
        name: np.array(
            [np.median(b[name]) / np.median(a[name]) for a, b in zip(slow, fast, strict=True)]
        )
        for name in NAMES
    }
    texts = [
        f"{np.median(gain):.2f} times as fast ({gain.min():.2f}–{gain.max():.2f}) for the "
        f"{NAMES[name]}"
        for name, gain in gains.items()
    ]
    return f"{in_words(more)} instead of {fewer}: {' and '.join(texts)}, medians over the cases."


def draw(panels, of_threads):
    """Dots of the share of the product's speed, one panel for each activation."""
    for panel, activation in zip(panels, dict(KINDS), strict=True):
        for threads, results in of_threads.items():
            for dtype, color in (("float64", INK), ("float32", MUTED)):
                cases = [c for c in results if (c["activation"], c["dtype"]) == (activation, dtype)]
                panel.plot(
                    [share(case).median for case in cases],
                    [f"{case['d']} × {case['n_h']}" for case in cases],
                    linestyle="",
                    marker="o",
                    color=color,
                    fillstyle="full" if threads == 1 else "none",
                    label=f"{dtype}, {in_words(threads)}",
                )
        panel.set(xlim=(0, None), xlabel=f"{activation}: share of the BLAS's speed")
        panel.invert_yaxis()
        panel.grid(axis="y", color="#e5e5e5")
    panels[0].set_ylabel("d × n_h")
    panels[-1].tick_params(axis="y", labelleft=False)
    handles, labels = panels[0].get_legend_handles_labels()
    panels[0].figure.legend(
        handles, labels, loc="outside lower center", ncols=len(labels), frameon=False, fontsize=9
    )
