"""What one pays before anything is computed: imports, constructors, tiny fits, single samples."""

import os
import subprocess
import sys
import warnings
from timeit import timeit

import numpy as np
from _harness import (
    Contestant,
    Ratio,
    draw_ratios,
    markdown,
    panels,
    parse_arguments,
    publish,
    report_progress,
    take_turns,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from skshallow import OneHiddenLayerClassifier

MODULES = ("skshallow", "sklearn.neural_network")
IMPORT = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
N_H, N_FEATURES = 64, 30
TINY_FIT = {"solver": "adam", "max_iter": 20, "tol": 0, "random_state": 0}
# Calls in a row, for about a tenth of a second of each.
CALLS = {"constructor": 10_000, "fit": 5, "predict": 200}
# One import is one call, so it takes more rounds.
IMPORTS_PER_REPEAT = 3


def import_seconds(module):
    """Seconds of an import in a fresh interpreter."""
    # Compiled modules are kept where Python keeps them, as for anyone else.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", IMPORT.format(module)]
    child = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return float(child.stdout)


def seconds_of_imports(rounds):
    """Seconds of each import, in a list for each."""
    contestants = [
        Contestant(module, lambda module=module: import_seconds(module), seconds=float)
        for module in MODULES
    ]
    return list(take_turns(contestants, rounds).values())


def seconds_of_calls(ours, theirs, calls, rounds):
    """Seconds of one call of each of two functions, in a list for each."""
    contestants = [
        Contestant(name, lambda function=function: timeit(function, number=calls))
        for name, function in (("ours", ours), ("theirs", theirs))
    ]
    return [seconds / calls for seconds in take_turns(contestants, rounds).values()]


def both(**settings):
    """Both classifiers, unfitted."""
    return OneHiddenLayerClassifier(N_H, **settings), MLPClassifier((N_H,), **settings)


def tiny_fits():
    """A fit of each on 50 samples, as functions."""
    X = np.random.default_rng(0).standard_normal((50, 2))
    y = X[:, 0] > X[:, 1]
    return [lambda model=model: model.fit(X, y) for model in both(**TINY_FIT)]


def predictions(method, n_classes):
    """A prediction of each for one sample, as functions."""
    X = np.random.default_rng(0).standard_normal((200, N_FEATURES))
    y = np.arange(200) % n_classes
    methods = [getattr(model.fit(X, y), method) for model in both(max_iter=2, random_state=0)]
    return [lambda predict=predict: predict(X[:1]) for predict in methods]


def measure(rounds, quick):
    """Seconds of both contestants, in a list for each, by what they do."""
    report_progress("imports")
    results = {"import": seconds_of_imports(rounds if quick else rounds * IMPORTS_PER_REPEAT)}
    calls = dict.fromkeys(CALLS, 1) if quick else CALLS
    report_progress("constructors, fits, predictions")
    results["constructor"] = seconds_of_calls(
        OneHiddenLayerClassifier, MLPClassifier, calls["constructor"], rounds
    )
    results["fit, 50 samples, 20 epochs"] = seconds_of_calls(*tiny_fits(), calls["fit"], rounds)
    for method in ("predict", "predict_proba"):
        for n_classes in (2, 10):
            results[f"{method}, 1 sample, {n_classes} classes"] = seconds_of_calls(
                *predictions(method, n_classes), calls["predict"], rounds
            )
    return results


def duration(seconds):
    """As people write it."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


def report(results):
    """Markdown of all that was measured."""
    rows = [
        [what, *(duration(np.median(seconds)) for seconds in pair), Ratio.of(*pair)]
        for what, pair in results.items()
    ]
    return (
        f"Medians; one thread; n_h = {N_H}, float64, {N_FEATURES} features for predictions and 2 "
        "for fits (Adam). The import is that of a fresh interpreter, and the rival's is "
        f"sklearn.neural_network.\n\n{markdown(['', 'skshallow', 'MLPClassifier', 'ratio'], rows)}"
    )


def draw(results):
    """Dots of the ratios, and their range."""
    figure, axes = panels("r")
    panel = axes["r"]
    draw_ratios(panel, results)
    panel.set_xscale("log", base=2)
    panel.xaxis.set_major_formatter("{x:g}")
    panel.set_xlabel("MLPClassifier's time ÷ skshallow's")
    return figure


def main():
    """Measure on one thread, then report."""
    arguments = parse_arguments(__doc__)
    with threadpool_limits(arguments.threads or 1):
        results = measure(arguments.repeats, arguments.quick)
    publish("latency", report(results), draw(results), write=arguments.publishes)


if __name__ == "__main__":
    # No fit is meant to converge.
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
