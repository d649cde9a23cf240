"""What the displays share: colours, names, labels and legends."""

import numpy as np
from sklearn.pipeline import Pipeline

# Okabe and Ito's palette, which stays distinct under the common kinds of colour blindness, in an
# order that also steps in lightness; its yellow is left out, being unreadable on white.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#000000")
MARKERS = "os^Dv<>p"
LONGEST_LABEL = 40
LEGEND_ROWS = 12


def import_pyplot(caller):
    """Import matplotlib.pyplot, or say how to install it."""
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            f'{caller} draws with matplotlib: pip install "skshallow[plots]"'
        ) from error
    return plt


def check_names(items, names):
    """Return one name per item: the given ones, the class names, or numbers."""
    if len(items) == 0:
        raise ValueError("nothing to draw: got 0 estimators or curves; at least 1 is needed")
    if names is None and hasattr(items[0], "fit"):
        kinds = [type(innermost(item)).__name__ for item in items]
        earlier = [kinds[:place].count(kind) for place, kind in enumerate(kinds)]
        return [
            f"{kind} {number + 1}" if kinds.count(kind) > 1 else kind
            for kind, number in zip(kinds, earlier, strict=True)
        ]
    names = range(1, len(items) + 1) if names is None else names
    if len(names) != len(items):
        raise ValueError(f"names has {len(names)} entries for {len(items)} estimators or curves")
    return [str(name) for name in names]


def one_each(entries, names, default, what):
    """Return one entry per curve, `default` for all if there are none."""
    if entries is None:
        return [default] * len(names)
    if len(entries) != len(names):
        raise ValueError(f"{what} has {len(entries)} entries for {len(names)} curves")
    return entries


def unwrap(estimator):
    """Return the transformers of pipelines, first to last, and the classifier behind them.

    Searches stand for their best estimator.
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
    """Shorten a name, and keep matplotlib from reading it as mathematics or as a hidden label."""
    text = " ".join(str(text).split())
    if len(text) > LONGEST_LABEL:
        text = text[: LONGEST_LABEL - 1] + "…"
    return (" " if text.startswith("_") else "") + text.replace("$", r"\$")


def legend_beside(ax):
    """Put the legend to the right of the axes, where it hides no data."""
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
    """Return one colour per class: the palette, or an even scale where it is too short."""
    from matplotlib import colormaps

    if n_classes <= len(COLORS):
        return COLORS[:n_classes]
    return colormaps["viridis"](np.linspace(0, 1, n_classes))
