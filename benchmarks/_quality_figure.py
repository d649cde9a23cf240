"""What a quality benchmark found, as a figure."""

from _harness import INK, MUTED, panels
from _means import LARGE, SECONDS, SMALL, TINY, by_model, geometric_mean, of_sizes, relative
from matplotlib.transforms import Bbox

RATIOS = (0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100)
NEAR_RATIOS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4, 1.6, 2, 2.5, 3, 4, 5)
# Where a label may be, seen from its point, the best place first.
PLACES = {
    (7, 0): {"ha": "left", "va": "center"},
    (-7, 0): {"ha": "right", "va": "center"},
    (0, 6): {"ha": "center", "va": "bottom"},
    (0, -6): {"ha": "center", "va": "top"},
    (6, 6): {"ha": "left", "va": "bottom"},
    (6, -6): {"ha": "left", "va": "top"},
    (-6, 6): {"ha": "right", "va": "bottom"},
    (-6, -6): {"ha": "right", "va": "top"},
    (0, 16): {"ha": "center", "va": "bottom"},
    (0, -16): {"ha": "center", "va": "top"},
}
FILLS = {TINY: "left", SMALL: "full", LARGE: "none"}
SYMBOLS = {TINY: "◐", SMALL: "●", LARGE: "○"}
SCATTER_HEIGHT, ROW_HEIGHT = 3.6, 0.36


def draw(means, scoring):
    """Loss against seconds, tables of each size apart, then the loss on each table.

    Parameters
    ----------
    means : DataFrame
        As from :func:`_means.mean_scores`.
    scoring : Scoring
    """
    groups = {f"{size} tables": of_size for size, of_size in of_sizes(means)}
    n_models = means.index.unique("model").size
    heights = [SCATTER_HEIGHT] * len(groups) + [0.8 + ROW_HEIGHT * n_models]
    mosaic = [[name] for name in (*groups, "each table")]
    figure, axes = panels(mosaic, height=sum(heights), height_ratios=heights)
    for name, of_size in groups.items():
        draw_costs(axes[name], of_size, scoring)
        axes[name].set_title(name, loc="left", fontsize=10)
    draw_tables(axes["each table"], means, scoring)
    figure.canvas.draw()
    for name in groups:
        place_labels(axes[name])
    return figure


def draw_costs(panel, means, scoring):
    """A point for each model: loss relative to the baseline's against seconds of a fit."""
    ratios, baseline = relative(by_model(means, scoring.loss), scoring.baseline)
    losses, seconds = geometric_mean(ratios), geometric_mean(by_model(means, SECONDS))
    complete = ratios[losses.dropna().index].notna().all()
    for name in complete.index:
        color, fill = color_of(name, scoring), "full" if complete[name] else "none"
        point = seconds[name], losses[name]
        panel.plot(*point, "o", color=color, fillstyle=fill)
        panel.annotate(name, point, (0, 0), textcoords="offset points", color=color, fontsize=8)
    note = "" if complete.all() else "; ○ not on all tables"
    panel.set(xscale="log", yscale="log", xlabel=f"CPU seconds of a fit{note}")
    panel.set_ylabel(f"{scoring.loss} ÷ that of\n{baseline}")
    panel.minorticks_off()
    label_ratios(panel.yaxis, panel.get_ylim())
    panel.xaxis.set_major_formatter("{x:g}")
    # Room for names beside the first and the last.
    low, high = panel.get_xlim()
    panel.set_xlim(low * (low / high) ** 0.1, high * (high / low) ** 0.25)


def place_labels(panel):
    """Put each label where it covers the least of points, other labels and what is outside."""
    taken = [line.get_window_extent() for line in panel.lines]
    inside = panel.get_window_extent()

    def covered(box):
        shared = [Bbox.intersection(box, other) for other in taken]
        within = Bbox.intersection(box, inside)
        outside = area(box) - (area(within) if within else 0)
        return outside + sum(area(one) for one in shared if one)

    for label in panel.texts:
        boxes = {}
        for offset, sides in PLACES.items():
            label.set(position=offset, **sides)
            boxes[offset] = label.get_window_extent()
        best = min(boxes, key=lambda offset: covered(boxes[offset]))
        label.set(position=best, **PLACES[best])
        taken.append(boxes[best])


def area(box):
    """Of a rectangle, in square pixels."""
    return box.width * box.height


def draw_tables(panel, means, scoring):
    """A dot for each model and table, relative to the baseline's, and a bar for their mean."""
    ratios, baseline = relative(by_model(means, scoring.loss), scoring.baseline)
    ratios = ratios.drop(columns=baseline)
    sizes = {size: of_size.index.unique("table") for size, of_size in of_sizes(means)}
    for place, name in enumerate(ratios):
        color = color_of(name, scoring)
        for size, tables in sizes.items():
            style = {"color": color, "fillstyle": FILLS[size], "alpha": 0.5}
            panel.plot(ratios.loc[tables, name], [place] * len(tables), "o", **style)
        mean = geometric_mean(ratios[name])
        panel.plot(mean, place, "|", color=color, markersize=16, markeredgewidth=2)
    panel.axvline(1, color=MUTED, linewidth=0.8)
    panel.set_xscale("log")
    panel.minorticks_off()
    label_ratios(panel.xaxis, panel.get_xlim())
    panel.set_yticks(range(ratios.shape[1]), list(ratios))
    panel.set_ylim(ratios.shape[1] - 0.5, -0.5)
    symbols = ", ".join(f"{SYMBOLS[size]} {size}" for size in sizes)
    panel.set_xlabel(f"{scoring.loss} ÷ that of {baseline}: {symbols} tables, a bar their mean")


def label_ratios(axis, limits):
    """Round numbers on a logarithmic axis, more of them where it is short."""
    from matplotlib.ticker import MaxNLocator

    low, high = limits
    ticks = NEAR_RATIOS if high / low < 5 else RATIOS
    if high / low < 1.5:
        # So short an axis looks linear.
        ticks = MaxNLocator(6).tick_values(low, high)
    axis.set_major_formatter("{x:g}")
    axis.set_ticks([ratio for ratio in ticks if low < ratio < high])


def color_of(name, scoring):
    """Ours stand out."""
    return INK if name in scoring.ours else MUTED
