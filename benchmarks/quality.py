"""How good the probabilities are out of the box, on real tables.

Repeated stratified 5-fold cross-validation; every classifier has its default settings, and sees
the same folds and, where it draws random numbers, the same seeds.
"""

import time
import warnings
from functools import partial
from itertools import chain, islice

import numpy as np
import pandas as pd
from _harness import INK, MUTED, markdown, panels, parse_arguments, publish, report_progress
from _tables import encoder, openml_tables, real_tables
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import RepeatedStratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

import skshallow

N_FOLDS, QUICK_FOLDS, QUICK_TABLES = 5, 2, 1
# Two runs through all folds tell the classifiers apart and end within minutes.
REPEATS = 2
BASELINE = "MLPClassifier, scaled"
# A probability of 0 would cost infinitely much; some classifiers round to it.
LOWEST_PROBABILITY = 1e-7
RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


def models():
    """Functions that make an unfitted pipeline from a seed, by name."""
    raw, scaled = "passthrough", StandardScaler()
    listed = {
        "skshallow, raw": (raw, skshallow.OneHiddenLayerClassifier),
        "skshallow, scaled": (scaled, skshallow.OneHiddenLayerClassifier),
        BASELINE: (scaled, MLPClassifier),
        "MLPClassifier, raw": (raw, MLPClassifier),
        "LogisticRegression, scaled": (scaled, partial(LogisticRegression, max_iter=1000)),
        "HistGradientBoosting, raw": (raw, HistGradientBoostingClassifier),
    }
    if searching := getattr(skshallow, "OneHiddenLayerClassifierCV", None):
        listed["skshallow with CV, raw"] = (raw, searching)
    return {
        name: lambda seed, scaler=scaler, make=make: make_pipeline(
            encoder(scaler), make(random_state=seed)
        )
        for name, (scaler, make) in listed.items()
    }


def evaluate(model, X, y, train, test):
    """Accuracy and log loss on the samples `test`, and seconds to fit to the samples `train`."""
    start = time.perf_counter()
    model.fit(X.iloc[train], y[train])
    seconds = time.perf_counter() - start
    p = np.clip(model.predict_proba(X.iloc[test]), LOWEST_PROBABILITY, 1)
    p /= p.sum(axis=1, keepdims=True)
    return {
        "accuracy": accuracy_score(y[test], model.classes_[p.argmax(axis=1)]),
        "log loss": log_loss(y[test], p, labels=model.classes_),
        "seconds": seconds,
    }


def measure(tables, n_folds, n_repeats):
    """Means over all folds, one row of a DataFrame for each table and model.

    The models take turns on every fold.
    """
    folds = RepeatedStratifiedKFold(n_splits=n_folds, n_repeats=n_repeats, random_state=0)
    records = []
    for table, X, y in tables:
        report_progress(f"{table}: {len(X):,} samples, {X.shape[1]} features")
        for seed, (train, test) in enumerate(folds.split(X, y)):
            for name, make in models().items():
                found = evaluate(make(seed), X, y, train, test)
                records.append({"table": table, "model": name} | found)
    return pd.DataFrame(records).groupby(["table", "model"], sort=False).mean()


def compare(means):
    """Log losses, and these relative to the baseline's: a row for each table."""
    tables, names = (means.index.unique(level) for level in ("table", "model"))
    losses = means["log loss"].unstack("model").loc[tables, names]
    return losses, losses.div(losses[BASELINE], axis=0)


def report(means, settings):
    """Markdown: one row for each model, then the log loss of each on each table."""
    losses, relative = compare(means)
    of_models = means.groupby("model", sort=False).mean()
    ranks = losses.rank(axis=1).mean()
    rows = [
        [
            name,
            f"{of_models.accuracy[name]:.1%}",
            f"{of_models['log loss'][name]:.3f}",
            f"{np.exp(np.log(relative[name]).mean()):.2f}",
            f"{ranks[name]:.1f}",
            f"{of_models.seconds[name]:.2f}",
        ]
        for name in losses
    ]
    header = [
        "model",
        "mean accuracy",
        "mean log loss",
        f"log loss ÷ that of {BASELINE}, geometric mean",
        "mean rank by log loss",
        "seconds of a fit",
    ]
    details = [[table, *(f"{loss:.3f}" for loss in row)] for table, row in losses.iterrows()]
    return (
        f"Tables: {len(losses)}; {settings}; one thread.\n\n{markdown(header, rows)}\n\n"
        f"Log loss of each table:\n\n{markdown(['table', *losses], details)}"
    )


def draw(means):
    """Log loss of each model on each table, relative to the baseline's."""
    relative = compare(means)[1].drop(columns=BASELINE)
    figure, axes = panels("q", height=1 + 0.45 * relative.shape[1])
    panel = axes["q"]
    for place, name in enumerate(relative):
        color = INK if name.startswith("skshallow") else MUTED
        panel.plot(relative[name], [place] * len(relative), "o", color=color, alpha=0.5)
        mean = np.exp(np.log(relative[name]).mean())
        panel.plot(mean, place, "|", color=color, markersize=18, markeredgewidth=2)
    panel.axvline(1, color=MUTED, linewidth=0.8)
    panel.set_xscale("log", subs=[])
    panel.set_xticks([ratio for ratio in RATIOS if panel.viewLim.x0 < ratio < panel.viewLim.x1])
    panel.xaxis.set_major_formatter("{x:g}")
    panel.minorticks_off()
    panel.set_yticks(range(relative.shape[1]), list(relative))
    panel.set_ylim(relative.shape[1] - 0.5, -0.5)
    panel.set_xlabel(f"log loss ÷ that of {BASELINE}; a dot for each table, a bar for their mean")
    return figure


def main():
    """Measure, then report."""
    arguments = parse_arguments(
        __doc__,
        repeats=REPEATS,
        tables={"metavar": "FOLDER", "help": "NAME.csv.gz with a column `target` each"},
        openml={"nargs": "+", "default": [], "metavar": "NAME", "help": "tables of openml.org"},
    )
    n_folds = QUICK_FOLDS if arguments.quick else N_FOLDS
    tables = chain(openml_tables(arguments.openml), real_tables(arguments.tables))
    if arguments.quick:
        tables = islice(tables, QUICK_TABLES)
    with threadpool_limits(arguments.threads or 1):
        means = measure(tables, n_folds, arguments.repeats)
    settings = f"stratified {n_folds}-fold cross-validation, repeats: {arguments.repeats}"
    publish("quality", report(means, settings), draw(means), write=arguments.publishes)


if __name__ == "__main__":
    # Defaults are what is measured, whether or not they let a network converge.
    warnings.simplefilter("ignore", ConvergenceWarning)
    main()
