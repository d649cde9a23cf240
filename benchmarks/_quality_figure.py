"""What quality.py found, as a figure."""

from _contenders import OURS
from _harness import INK, MUTED, panels
from _scores import LOG_LOSS, SECONDS, by_model, geometric_mean, relative

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
}
SIZES = {False: "small tables", True: "large tables"}
SCATTER_HEIGHT, ROW_HEIGHT = 3.6, 0.36


def draw(means):
    """Log loss against seconds, small and large tables apart, then the log loss of each table.

    Parameters
    ----------
    means : DataFrame
        As from :func:`_scores.mean_scores`.
    """
    groups = {SIZES[large]: of_size for large, of_size in means.groupby("large")}
    n_models = means.index.unique("model").size
    heights = [SCATTER_HEIGHT] * len(groups) + [0.8 + ROW_HEIGHT * n_models]
    mosaic = [[name] for name in (*groups, "each table")]
    figure, axes = panels(mosaic, height=sum(heights), height_ratios=heights)
    for name, of_size in groups.items():
        draw_costs(axes[name], of_size)
        axes[name].set_title(name, loc="left", fontsize=10)
    draw_tables(axes["each table"], means)
    figure.canvas.draw()
    for name in groups:
        place_labels(axes[name])
    return figure


def draw_costs(panel, means):
    """A point for each model: log loss relative to the baseline's against seconds of a fit."""
    ratios, baseline = relative(by_model(means, LOG_LOSS))
    losses, seconds = geometric_mean(ratios), geometric_mean(by_model(means, SECONDS))
    complete = ratios[losses.dropna().index].notna().all()
    for name in complete.index:
        color, fill = color_of(name), "full" if complete[name] else "none"
        point = seconds[name], losses[name]
        panel.plot(*point, "o", color=color, fillstyle=fill)
        panel.annotate(name, point, (0, 0), textcoords="offset points", color=color, fontsize=8)
    note = "" if complete.all() else "; ○ not on all tables"
    panel.set(xscale="log", yscale="log", xlabel=f"CPU seconds of a fit{note}")
    panel.set_ylabel(f"log loss ÷ that of\n{baseline}")
    panel.minorticks_off()
    label_ratios(panel.yaxis, panel.get_ylim())
    panel.xaxis.set_major_formatter("{x:g}")
    # Room for names beside the first and the last.
    low, high = panel.get_xlim()
    panel.set_xlim(low * (low / high) ** 0.1, high * (high / low) ** 0.25)


def place_labels(panel):
    """Put each label where it covers neither points nor other labels, if there is such a place."""
    taken = [line.get_window_extent() for line in panel.lines]
    inside = panel.get_window_extent()
    for label in panel.texts:
        for offset, sides in PLACES.items():
            label.set(position=offset, **sides)
            box = label.get_window_extent()
            free = not any(box.overlaps(other) for other in taken)
            if free and inside.containsx(box.x0) and inside.containsy(box.y0):
                break
        taken.append(box)


def draw_tables(panel, means):
    """A dot for each model and table, relative to the baseline's, and a bar for their mean."""
    ratios, baseline = relative(by_model(means, LOG_LOSS))
    ratios = ratios.drop(columns=baseline)
    large = means["large"].groupby("table", sort=False).first().loc[ratios.index]
    for place, name in enumerate(ratios):
        color = color_of(name)
        for of_size, fill in ((ratios[name][~large], "full"), (ratios[name][large], "none")):
            panel.plot(of_size, [place] * len(of_size), "o", color=color, fillstyle=fill, alpha=0.5)
        mean = geometric_mean(ratios[name])
        panel.plot(mean, place, "|", color=color, markersize=16, markeredgewidth=2)
    panel.axvline(1, color=MUTED, linewidth=0.8)
    panel.set_xscale("log")
    panel.minorticks_off()
    label_ratios(panel.xaxis, panel.get_xlim())
    panel.set_yticks(range(ratios.shape[1]), list(ratios))
    panel.set_ylim(ratios.shape[1] - 0.5, -0.5)
    panel.set_xlabel(f"log loss ÷ that of {baseline}: ● small and ○ large tables, a bar their mean")


def label_ratios(axis, limits):
    """Round numbers on a logarithmic axis, more of them where it is short."""
    low, high = limits
    ticks = NEAR_RATIOS if high / low < 5 else RATIOS
    axis.set_major_formatter("{x:g}")
    axis.set_ticks([ratio for ratio in ticks if low < ratio < high])


def color_of(name):
    """Ours stand out."""
    return INK if name.startswith(OURS) else MUTED
