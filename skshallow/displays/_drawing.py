"""What all displays use: colours, names, labels and legends."""

import numpy as np
from sklearn.pipeline import Pipeline

# The palette of Okabe and Ito: readers with the common kinds of colour blindness see its colours as
# different, too, and in this order their lightness differs. Its yellow is left out, because it is
# hard to see on white.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000")
MARKERS = "os^Dv<>p"
# The hidden unit with the smallest output weights gets the thinnest and most transparent line.
# Widths are in points.
THINNEST, WIDEST = 0.7, 3.5
FAINTEST = 0.35
LONGEST_LABEL = 40
LEGEND_ROWS = 12


def import_pyplot(caller):
    """Import matplotlib.pyplot; if it is missing, raise an error that says how to install it."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            f'{caller} draws with matplotlib: pip install "skshallow[plots]"'
        ) from error
    return plt


def check_names(items, names):
    """Return one name for each item: the given names, the names of the classes, or numbers."""
    if len(items) == 0:
        raise ValueError("nothing to draw: got 0 estimators or curves; at least 1 is needed")
    if names is None and hasattr(items[0], "fit"):
        classes = [type(innermost(item)).__name__ for item in items]
        earlier = [classes[:i].count(name) for i, name in enumerate(classes)]
        return [
            f"{name} {number + 1}" if classes.count(name) > 1 else name
            for name, number in zip(classes, earlier, strict=True)
        ]
    names = range(1, len(items) + 1) if names is None else names
    if len(names) != len(items):
        raise ValueError(f"names has {len(names)} entries for {len(items)} estimators or curves")
    return [str(name) for name in names]


def one_each(entries, names, default, what):
    """Return one entry for each curve; if `entries` is None, `default` for all."""
    if entries is None:
        return [default] * len(names)
    if len(entries) != len(names):
        raise ValueError(f"{what} has {len(entries)} entries for {len(names)} curves")
    return entries


def unwrap(estimator):
    """Return the transformers of pipelines, first to last, and the classifier after them.

    A search is replaced by its best estimator.
    """
    transformers = []
    while True:
        if hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        elif isinstance(estimator, Pipeline):
            steps = [step for _, step in estimator.steps]
            transformers += [step for step in steps[:-1] if step not in (None, "passthrough")]
            estimator = steps[-1]
        else:
            return transformers, estimator


def innermost(estimator):
    """Return the classifier inside pipelines and searches."""
    return unwrap(estimator)[1]


def safe_label(text):
    """Shorten a name so that matplotlib shows it as it is written.

    Otherwise "$" would start a formula, and "_" at the start would hide the label.
    """
    text = " ".join(str(text).split())
    if len(text) > LONGEST_LABEL:
        text = text[: LONGEST_LABEL - 1] + "…"
    return (" " if text.startswith("_") else "") + text.replace("$", r"\$")


def legend_beside(ax):
    """Place the legend to the right of the axes, where it hides no data."""
    handles, labels = ax.get_legend_handles_labels()
    columns = -(-len(labels) // LEGEND_ROWS)
    ax.legend(handles, labels, loc="upper left", bbox_to_anchor=(1.01, 1), ncols=columns)


def make_logarithmic(ax):
    """Make the loss axis logarithmic, with plain numbers on it: 0.2 instead of 2 × 10⁻¹."""

    def between_powers(value, _):
        low, high = ax.get_ylim()
        shown = high < 2 * low or (high < 100 * low and f"{value:e}"[0] in "235")
        return f"{value:g}" if shown else ""

    ax.set_yscale("log")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    ax.yaxis.set_minor_formatter(between_powers)


def class_colors(n_classes):
    """Return one colour for each class, from the palette or, if it is too short, from a scale."""
    from matplotlib import colormaps

    if n_classes <= len(COLORS):
        return COLORS[:n_classes]
    return colormaps["viridis"](np.linspace(0, 1, n_classes))
