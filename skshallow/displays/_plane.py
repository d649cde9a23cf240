"""What is drawn on the plane of two features: the rows, and the region of each class."""

from itertools import cycle, islice

import numpy as np
from sklearn.utils import check_consistent_length

from skshallow.displays._drawing import MARKERS, class_colors, safe_label

# Rows beyond this many are drawn as a random sample.
MAX_POINTS = 2000
MARGIN = 0.08


def check_points(X, caller):
    """Return X as an array of two columns."""
    points = np.asarray(X, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"X has shape {points.shape}; {caller} draws two features")
    return points


def span(points):
    """Return the lower left and the upper right corner of a picture of the points."""
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = np.where(high > low, MARGIN * (high - low), 1.0)
    return low - margin, high + margin


def rows_like(X, rows):
    """Return rows of numbers as a table of X's kind, with X's column names."""
    if not hasattr(X, "columns"):
        return rows
    # pandas and polars both build a frame from a dict, and scikit-learn checks its names.
    return type(X)(dict(zip(X.columns, rows.T, strict=True)))


def encode(y, classes, points):
    """Return the position of each point's class among the classes."""
    check_consistent_length(points, y)
    y = np.asarray(y)
    if unknown := set(y.tolist()) - set(np.asarray(classes).tolist()):
        raise ValueError(f"y holds {sorted(unknown)}, which are not among {list(classes)}")
    return np.searchsorted(classes, y)


def sample(n_rows, max_points):
    """Choose the rows to draw: all of them, in random order, or a random sample."""
    return np.random.RandomState(0).permutation(n_rows)[:max_points]


def draw_regions(ax, estimator, X, *, grid_resolution, alpha=0.3):
    """Tint the region of each predicted class, and draw the borders between them."""
    from matplotlib.colors import ListedColormap
    from sklearn.inspection import DecisionBoundaryDisplay

    # The corners carry their own margin: DecisionBoundaryDisplay's is the same number for both
    # features, whatever their scales.
    corners = rows_like(X, np.array(span(np.asarray(X, dtype=float))))
    boundary = DecisionBoundaryDisplay.from_estimator(
        estimator,
        corners,
        eps=0,
        grid_resolution=grid_resolution,
        response_method="predict",
        plot_method="pcolormesh",
        ax=ax,
    )
    n_classes = len(estimator.classes_)
    # Set on the drawn surface, because the arguments for colours changed between versions.
    boundary.surface_.set(
        cmap=ListedColormap(class_colors(n_classes)),
        clim=(-0.5, n_classes - 0.5),
        alpha=alpha,
        zorder=-1,
        rasterized=True,
    )
    _draw_borders(ax, boundary)
    label_axes(ax, X)
    return boundary


def _draw_borders(ax, boundary):
    """Draw the borders of the regions: they still show where the tints look alike, as in grey."""
    predicted = np.unique(boundary.response)
    # The last region's borders are all borders of another one.
    for code in predicted[:-1]:
        inside = (boundary.response == code).astype(float)
        ax.contour(
            boundary.xx0,
            boundary.xx1,
            inside,
            levels=[0.5],
            colors="0.25",
            linewidths=0.8,
            zorder=0,
        )


def draw_points(ax, points, codes, classes, **style):
    """Draw the rows, each class with its own colour and marker."""
    styles = zip(class_colors(len(classes)), islice(cycle(MARKERS), len(classes)), strict=True)
    for code, (color, marker) in enumerate(styles):
        rows = points[codes == code]
        ax.scatter(
            rows[:, 0],
            rows[:, 1],
            color=color,
            marker=marker,
            label=safe_label(classes[code]),
            **{"s": 20, "alpha": 0.8, "edgecolor": "white", "linewidth": 0.5, **style},
        )


def label_axes(ax, X):
    """Name the axes by the columns of a frame."""
    if hasattr(X, "columns"):
        ax.set(xlabel=safe_label(X.columns[0]), ylabel=safe_label(X.columns[1]))
