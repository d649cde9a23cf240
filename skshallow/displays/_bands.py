"""What is predicted along one feature: a curve, or bands between quantiles."""

import numpy as np

from skshallow.displays._drawing import COLORS

COLOR = COLORS[0]
# How much of the colour the widest and the narrowest band have.
PALEST, DARKEST = 0.18, 0.42


def draw_predictions(ax, x, predictions, levels):
    """Draw a prediction, or quantiles as bands, the first and the last level as the widest of them.

    Returns
    -------
    line : matplotlib Line2D or None
        The prediction, the median, or the level in the middle; None of an even number of levels
        without the median.
    bands : list of matplotlib PolyCollection
        From the widest to the narrowest.
    """
    predictions = np.asarray(predictions, dtype=float).reshape(len(x), -1)
    if levels is None:
        return _draw_line(ax, x, predictions[:, 0], "prediction"), []
    n, bands = len(levels), []
    for i, shade in enumerate(np.linspace(PALEST, DARKEST, n // 2)):
        bands.append(_draw_band(ax, x, predictions[:, [i, n - 1 - i]].T, shade))
        bands[-1].set_label(f"quantiles {levels[i]:g} to {levels[n - 1 - i]:g}")
    median = np.flatnonzero(np.asarray(levels, dtype=float) == 0.5)
    if len(median) == 0 and n % 2 == 0:
        return None, bands
    main = median[0] if len(median) else n // 2
    name = "median" if len(median) else f"quantile {levels[main]:g}"
    return _draw_line(ax, x, predictions[:, main], name), bands


def _draw_line(ax, x, y, label):
    return ax.plot(x, y, color=COLOR, linewidth=2, label=label)[0]


def _draw_band(ax, x, edges, shade):
    """Draw a band; its colour is opaque, so that the legend shows what the picture does."""
    from matplotlib.colors import to_rgb

    for edge in edges:
        ax.plot(x, edge, color=COLOR, linewidth=0.6, alpha=0.6, label="_")
    color = 1 - shade * (1 - np.array(to_rgb(COLOR)))
    return ax.fill_between(x, *edges, color=color, linewidth=0, zorder=0.5)
