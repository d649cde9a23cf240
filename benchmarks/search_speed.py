"""How long a grid search takes as stacks of networks, and one fit after the other.

Everyone gets the same two workers, the same splits and the same candidates. A first round, which
does not count, starts the workers.
"""

import warnings
from functools import partial

import numpy as np
from _harness import (
    INK,
    MUTED,
    Contestant,
    Ratio,
    markdown,
    panels,
    parse_arguments,
    publish,
    report_progress,
    take_turns,
)
from _tables import numeric, real_tables
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV, config_context
from skshallow._kernels import kernels_in_use

STACKED, ONE_BY_ONE, MLP = "StackedGridSearchCV", "GridSearchCV", "GridSearchCV, MLPClassifier"
BY_NUMPY = "StackedGridSearchCV without compiled kernels"
OTHERS = ONE_BY_ONE, MLP, BY_NUMPY
N_JOBS = 2
FOLDS = 5
FEW_ROUNDS = 3


def moons(arguments):
    """n_h and learning rates, full-batch gradient descent."""
    n, n_iter = (200, 20) if arguments.quick else (1000, 1000)
    X, y = make_moons(n, noise=0.2, random_state=0)
    widths = [2, 4] if arguments.quick else [2, 4, 8, 16]
    rates = [0.03, 0.1, 0.3, 0.6, 1.0, 2.0]
    ours = OneHiddenLayerClassifier(
        solver="gd", alpha=0, standardize=False, max_iter=n_iter, tol=0, random_state=0
    )
    theirs = MLPClassifier(
        solver="sgd",
        momentum=0,
        nesterovs_momentum=False,
        shuffle=False,
        batch_size=n * (FOLDS - 1) // FOLDS,
        alpha=0,
        max_iter=n_iter,
        tol=0,
        n_iter_no_change=n_iter + 1,
        random_state=0,
    )
    our_grid = {"n_h": widths, "learning_rate": rates}
    their_grid = {"hidden_layer_sizes": [(n_h,) for n_h in widths], "learning_rate_init": rates}
    searches = {
        STACKED: StackedGridSearchCV(ours, our_grid, n_jobs=N_JOBS, cv=FOLDS),
        ONE_BY_ONE: GridSearchCV(ours, our_grid, n_jobs=N_JOBS, cv=FOLDS),
        MLP: GridSearchCV(theirs, their_grid, n_jobs=N_JOBS, cv=FOLDS),
    }
    seconds, found = compare(searches, X, y, arguments.repeats)
    assert found[STACKED].best_params_ == found[ONE_BY_ONE].best_params_
    return f"moons, {len(widths)} n_h × {len(rates)} learning rates, {n_iter} iterations", seconds


def penalties(X, y, repeats):
    """Seconds of searching alpha and refitting, and the best scores, skshallow's first."""
    alphas = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0]
    make = partial(dict, n_jobs=N_JOBS, cv=FOLDS, scoring="neg_log_loss")
    # The features are standardised beforehand, for both alike.
    ours = OneHiddenLayerClassifier(32, solver="lbfgs", standardize=False, random_state=0)
    theirs = MLPClassifier((32,), solver="lbfgs", random_state=0)
    searches = {
        STACKED: StackedGridSearchCV(ours, {"alpha": alphas}, **make()),
        MLP: GridSearchCV(theirs, {"alpha": alphas}, **make()),
    }
    X = StandardScaler().fit_transform(numeric(X))
    seconds, found = compare(searches, X, y, repeats)
    return seconds, [found[name].best_score_ for name in searches]


def compare(searches, X, y, repeats):
    """Seconds of each search by name, and the searches as they were fitted last."""
    contestants = [Contestant(name, partial(search.fit, X, y)) for name, search in searches.items()]
    if kernels_in_use():
        contestants.append(Contestant(BY_NUMPY, partial(fit_by_numpy, searches[STACKED], X, y)))
    return take_turns(contestants, repeats), searches


def fit_by_numpy(search, X, y):
    """Search without compiled kernels."""
    with config_context(kernels=False):
        search.fit(X, y)


def main():
    """Search, print and publish."""
    arguments = parse_arguments(
        __doc__, tables={"help": "folder of gzipped CSV files with a column target"}
    )
    report_progress("moons")
    results = [moons(arguments)]
    rows, ratios = [], []
    for name, X, y in real_tables(arguments.tables):
        if arguments.quick and name != "iris":
            continue
        report_progress(name)
        seconds, (ours, theirs) = penalties(X, y, min(FEW_ROUNDS, arguments.repeats))
        results.append((f"{name}, 7 α", seconds))
        ratios.append(Ratio.of(seconds[STACKED], seconds[MLP]).median)
        rows.append([name, f"{-ours:.4f}", f"{-theirs:.4f}", f"{ours / theirs:.3f}"])
    header = [
        "search",
        f"{STACKED}, s",
        *(f"{name}, ratio" for name in (ONE_BY_ONE, MLP, BY_NUMPY)),
    ]
    text = (
        f"{markdown(header, [_row(*result) for result in results])}\n\n"
        f"Over the tables {np.exp(np.mean(np.log(ratios))):.1f} times as fast in geometric mean. "
        "The log loss of the best candidate:\n\n"
        f"{markdown(['table', STACKED, MLP, 'ratio'], rows)}"
    )
    publish("search_speed", text, draw(results), write=arguments.publishes)


def _row(work, seconds):
    ours = seconds[STACKED]
    ratios = [Ratio.of(ours, seconds[name]) if name in seconds else "–" for name in OTHERS]
    return [work, f"{np.median(ours):.2f}", *ratios]


def draw(results):
    """A dot for each search and rival: how many times as long it takes."""
    figure, axes = panels("a", height=0.8 + 0.24 * len(results))
    panel = axes["a"]
    panel.axvline(1, color=INK, linewidth=0.8)
    for place, (_, seconds) in enumerate(results):
        for rival, fill in ((ONE_BY_ONE, "none"), (MLP, "full")):
            if rival in seconds:
                ratio = Ratio.of(seconds[STACKED], seconds[rival])
                panel.plot([ratio.low, ratio.high], [place] * 2, color=MUTED, linewidth=1)
                panel.plot(ratio.median, place, "o", color=INK, fillstyle=fill, markersize=5)
                panel.annotate(
                    f"{ratio.median:.2g}",
                    (ratio.high, place),
                    (6, 0),
                    textcoords="offset points",
                    va="center",
                    fontsize=8,
                )
    panel.set(xscale="log", ylim=(len(results) - 0.4, -0.6))
    panel.set_yticks(range(len(results)), [work for work, _ in results])
    panel.xaxis.set_major_formatter("{x:g}")
    panel.set_xlabel(f"times as long as {STACKED}: ● {MLP}, ○ {ONE_BY_ONE} of skshallow")
    return figure


if __name__ == "__main__":
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
