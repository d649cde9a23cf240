"""One iteration of full-batch gradient descent on two moons, against MLPClassifier.

Both networks have 4 hidden units and see the same 400 rows at every step; the fits take turns in
one process, and the figure to quote is the median of the ratios. Prints a Markdown table.
"""

import time
import warnings

import numpy as np
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from skshallow import OneHiddenLayerClassifier

N_ITERATIONS = 1000
N_ROUNDS = 11
LEARNING_RATES = {"tanh": 1.2, "relu": 0.1}


def microseconds(classifier, X, y):
    """Time of one iteration."""
    start = time.perf_counter()
    classifier.fit(X, y)
    elapsed = time.perf_counter() - start
    assert classifier.n_iter_ == N_ITERATIONS
    return elapsed / N_ITERATIONS * 1e6


def rivals(activation):
    """Both classifiers, set to do the same work."""
    rate = LEARNING_RATES[activation]
    ours = OneHiddenLayerClassifier(
        n_h=4,
        activation=activation,
        solver="gd",
        learning_rate=rate,
        alpha=0,
        standardize=False,
        max_iter=N_ITERATIONS,
        tol=0,
    )
    theirs = MLPClassifier(
        hidden_layer_sizes=(4,),
        activation=activation,
        solver="sgd",
        momentum=0,
        learning_rate_init=rate,
        alpha=0,
        batch_size=400,
        max_iter=N_ITERATIONS,
        tol=0,
        n_iter_no_change=N_ITERATIONS + 1,
    )
    return ours, theirs


def main():
    """Print the table."""
    X, y = make_moons(400, noise=0.2, random_state=42)
    print("| activation | skshallow, µs | MLPClassifier, µs | ratio | from | to |")
    print("|---|---|---|---|---|---|")
    for activation in LEARNING_RATES:
        ours, theirs = rivals(activation)
        times = np.array(
            [[microseconds(each, X, y) for each in (ours, theirs)] for _ in range(N_ROUNDS)]
        )
        ratios = times[:, 1] / times[:, 0]
        medians = np.median(times, axis=0)
        print(
            f"| {activation} | {medians[0]:.0f} | {medians[1]:.0f} "
            f"| {np.median(ratios):.1f} | {ratios.min():.1f} | {ratios.max():.1f} |"
        )


if __name__ == "__main__":
    with warnings.catch_warnings():
        # Neither is meant to converge.
        warnings.simplefilter("ignore", ConvergenceWarning)
        main()
