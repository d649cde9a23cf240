"""How time grows with the work, and how close it comes to the machine's limit.

Growth: whole fits of a fixed number of iterations, while one of n, d and n_h grows from a common
base. Limit: see _limit.py.
"""

import json
import warnings

import _limit
import numpy as np
from _harness import (
    INK,
    MUTED,
    THREADS,
    Contestant,
    Ratio,
    in_child,
    markdown,
    panels,
    parse_arguments,
    peak_allocated,
    publish,
    report_progress,
    take_turns,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from skshallow import OneHiddenLayerClassifier

BASE = {"n": 10_000, "d": 30, "n_h": 64}
SIZES = {
    "n": (1_000, 10_000, 100_000, 1_000_000),
    "d": (10, 30, 100, 250, 500),
    "n_h": (4, 16, 64, 256, 512),
}
QUICK_BASE = {"n": 500, "d": 4, "n_h": 8}
QUICK_SIZES = {"n": (200, 500), "d": (4, 8), "n_h": (4, 8)}
EPOCHS, STEPS = 5, 20
# Beyond, MLPClassifier takes too long to wait for.
MOST_SAMPLES_OF_MLP = 100_000
OURS, MLP = "skshallow", "MLPClassifier"


def table(n, d):
    """Samples of two classes."""
    X = np.random.default_rng(0).standard_normal((n, d))
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)


def classifiers(n, n_h, *, adam):
    """Both classifiers, set to do the same work: epochs of Adam or gradient descent."""
    iterations = EPOCHS if adam else STEPS
    common = {"alpha": 0, "max_iter": iterations, "tol": 0, "random_state": 0}
    ours = OneHiddenLayerClassifier(
        n_h, solver="adam" if adam else "gd", learning_rate=0.001, **common
    )
    mlp = MLPClassifier(
        (n_h,),
        solver="adam" if adam else "sgd",
        learning_rate_init=0.001,
        momentum=0,
        batch_size=min(n, 200) if adam else n,
        n_iter_no_change=iterations + 1,
        **common,
    )
    return {OURS: ours, MLP: mlp} if n <= MOST_SAMPLES_OF_MLP else {OURS: ours}


def growth(grows, base, sizes, repeats):
    """Seconds and peak memory of fits; all sizes take turns, so that they can be compared.

    Returns
    -------
    results : list of dict
        With keys `name`, `n`, `d`, `n_h`, `seconds` (one for each round) and `bytes`.
    """
    # Smaller tables are views of the first samples of the largest one.
    largest = table(max(sizes), base["d"]) if grows == "n" else None
    cases, contestants = [], []
    for size in sizes:
        shape = base | {grows: size}
        X, y = largest or table(shape["n"], shape["d"])
        X, y = X[: shape["n"]], y[: shape["n"]]
        for name, model in classifiers(shape["n"], shape["n_h"], adam=grows == "n").items():
            cases.append({"name": name} | shape)
            contestants.append(
                Contestant(len(contestants), lambda m=model, X=X, y=y: m.fit(X, y).n_iter_)
            )
    seconds = take_turns(contestants, repeats, _same_iterations)
    return [
        case | {"seconds": list(seconds[one.name]), "bytes": peak_allocated(one.run)}
        for case, one in zip(cases, contestants, strict=True)
    ]


def _same_iterations(iterations):
    assert len(set(iterations.values())) == 1, iterations


def measure(arguments):
    """What one process measures with its number of threads; growth only in the first one."""
    quick, repeats = arguments.quick, arguments.repeats
    results = {"limit": _limit.limit(repeats, quick)}
    if arguments.case == "both":
        base, all_sizes = _sizes(quick)
        for grows, sizes in all_sizes.items():
            report_progress(f"fits while {grows} grows")
            results[grows] = growth(grows, base, sizes, repeats)
    return results


def _sizes(quick):
    return (QUICK_BASE, QUICK_SIZES) if quick else (BASE, SIZES)


def report_growth(results, base):
    """Markdown of the fits around a base case."""
    header = [
        "grows",
        "skshallow, s",
        "µs per sample and iteration",
        "MLPClassifier ÷ skshallow",
        "skshallow, peak MB",
        "MLPClassifier, peak MB",
    ]
    rows = [row for grows in SIZES for row in _rows(grows, results[grows])]
    shape = ", ".join(f"{name} = {size:,}" for name, size in base.items())
    return (
        f"Fits around {shape}, on one thread; {EPOCHS} epochs of Adam where n grows, "
        f"{STEPS} iterations of gradient descent elsewhere. Memory is what numpy holds at most "
        f"beside the table.\n\n{markdown(header, rows)}\n\n{_exponents(results)}"
    )


def _rows(grows, cases):
    iterations = EPOCHS if grows == "n" else STEPS
    rivals = {case[grows]: case for case in cases if case["name"] == MLP}
    for case in (case for case in cases if case["name"] == OURS):
        rival, time = rivals.get(case[grows]), np.median(case["seconds"])
        yield [
            f"{grows} = {case[grows]:,}",
            f"{time:.3g}",
            f"{time / iterations / case['n'] * 1e6:.3g}",
            Ratio.of(case["seconds"], rival["seconds"]) if rival else "–",
            f"{case['bytes'] / 1e6:.1f}",
            f"{rival['bytes'] / 1e6:.1f}" if rival else "–",
        ]


def _exponents(results):
    """How time grows, and what becomes of a sample's share of it in large tables."""
    powers = []
    for grows in SIZES:
        ours, mlp = (_exponent(grows, _of(name, results[grows])) for name in (OURS, MLP))
        powers.append(f"{grows}^{ours:.2f} (MLPClassifier's {grows}^{mlp:.2f})")
    few, *_, many = _of(OURS, results["n"])[-3:]
    per_sample = [np.divide(case["seconds"], case["n"]) for case in (few, many)]
    return (
        f"Time grows as {', '.join(powers)}: slopes of log time on log size. A sample takes "
        f"{Ratio.of(*per_sample)} times as long among {many['n']:,} as among {few['n']:,}."
    )


def _exponent(grows, cases):
    medians = [np.median(case["seconds"]) for case in cases]
    return np.polyfit(np.log([case[grows] for case in cases]), np.log(medians), 1)[0]


def _of(name, cases):
    return [case for case in cases if case["name"] == name]


def draw(of_threads):
    """Times on logarithmic axes above, shares of the machine's speed below."""
    results = next(iter(of_threads.values()))
    figure, axes = panels([[*"nnddhh"], [*"rrrttt"]], height=6)
    for grows, panel in zip(SIZES, (axes[key] for key in "ndh"), strict=True):
        for name, color in ((MLP, MUTED), (OURS, INK)):
            cases = _of(name, results[grows])
            sizes = [case[grows] for case in cases]
            panel.loglog(sizes, [np.median(case["seconds"]) for case in cases], "o-", color=color)
        panel.set_xlabel(grows)
    axes["n"].set_ylabel("seconds of a fit")
    axes["n"].text(0.05, 0.9, OURS, color=INK, transform=axes["n"].transAxes)
    axes["n"].text(0.05, 0.8, MLP, color=MUTED, transform=axes["n"].transAxes)
    _limit.draw([axes["r"], axes["t"]], {t: found["limit"] for t, found in of_threads.items()})
    return figure


def main():
    """Measure in one process for each number of threads, then report."""
    arguments = parse_arguments(__doc__)
    if arguments.case is not None:
        print(json.dumps(measure(arguments)))
        return
    first, *others = THREADS if arguments.threads is None else (arguments.threads,)
    of_threads = {first: in_child(__file__, "both", first)}
    of_threads |= {threads: in_child(__file__, "limit", threads) for threads in others}
    text = "\n\n".join(
        [
            report_growth(of_threads[first], _sizes(arguments.quick)[0]),
            _limit.report({t: found["limit"] for t, found in of_threads.items()}, arguments.quick),
        ]
    )
    publish("scaling", text, draw(of_threads), write=arguments.publishes)


if __name__ == "__main__":
    # No fit is meant to converge.
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
