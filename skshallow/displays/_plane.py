"""The plane of two features: the samples, and the region of each predicted class."""

from itertools import cycle

import numpy as np
from sklearn.utils import check_consistent_length

from skshallow.displays._drawing import MARKERS, class_colors, safe_label

# Of more samples than this, only so many are drawn.
MAX_POINTS = 2000
# Space around the samples, as a share of their range.
MARGIN = 0.08
# So few samples of a class hide little of another.
POINTS_PER_TURN = 100


def check_points(X, caller):
    """Return X as an array of shape (n_samples, 2)."""
    points = np.asarray(X, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"X has shape {points.shape}; {caller} draws two features")
    return points


def span(points):
    """Return the lower left and the upper right corner of a picture that shows all points."""
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = np.where(high > low, MARGIN * (high - low), 1.0)
    return low - margin, high + margin


def points_like(X, points):
    """Return points in the container of X: as an array, or as a data frame with X's columns."""
    if not hasattr(X, "columns"):
        return points
    # Both pandas and polars build a frame from a dict. scikit-learn checks the column names.
    return type(X)(dict(zip(X.columns, points.T, strict=True)))


def encode(y, classes, points):
    """Return the index of each point's class in `classes`."""
    check_consistent_length(points, y)
    y = np.asarray(y)
    if unknown := set(y.tolist()) - set(np.asarray(classes).tolist()):
        raise ValueError(f"y holds {sorted(unknown)}, which are not among {list(classes)}")
    return np.searchsorted(classes, y)


def choose_samples(n_samples, max_points):
    """Return the indices of the samples to draw, in random order so that no class hides another."""
    return np.random.RandomState(0).permutation(n_samples)[:max_points]


def draw_regions(ax, estimator, X, *, grid_resolution, alpha=0.3):
    """Colour the region of each predicted class, and draw the borders between the regions."""
    from matplotlib.colors import ListedColormap
    from sklearn.inspection import DecisionBoundaryDisplay

    # The corners include a margin, because DecisionBoundaryDisplay adds the same number to both
    # features, whatever their scales.
    corners = points_like(X, np.array(span(np.asarray(X, dtype=float))))
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
    # Set on the drawn surface, because the parameters for colours differ between versions.
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
    """Draw the borders of the regions, which also show where the colours look alike, as in grey."""
    predicted = np.unique(boundary.response)
    # Every border of the last region is also a border of another one.
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
    """Draw the samples, each class with its own colour and marker.

    The classes take turns, so that none hides another where samples crowd. Of samples at the same
    place the last one is on top, whatever its class.
    """
    style = {"s": 20, "alpha": 0.8, "edgecolor": "white", "linewidth": 0.5, **style}
    styles = list(zip(classes, class_colors(len(classes)), cycle(MARKERS), strict=False))
    on_top = _last_at_each_place(points)
    turns = [*_turns(np.flatnonzero(~on_top)), *_turns(np.flatnonzero(on_top))]
    for turn in turns:
        for code, (name, color, marker) in enumerate(styles):
            # The last turn brings the classes into the legend, even those without a sample in it.
            label = safe_label(name) if turn is turns[-1] else None
            of_class = points[turn[codes[turn] == code]]
            if label is not None or len(of_class):
                ax.scatter(*of_class.T, color=color, marker=marker, label=label, **style)


def _turns(indices):
    """Return indices in parts, each of fewer than twice `POINTS_PER_TURN`."""
    return np.array_split(indices, max(1, len(indices) // POINTS_PER_TURN))


def _last_at_each_place(points):
    """Return whether each point is the last one of those with the same two values."""
    from_the_end = np.unique(points[::-1], axis=0, return_index=True)[1]
    last = np.zeros(len(points), dtype=bool)
    last[len(points) - 1 - from_the_end] = True
    return last


def label_axes(ax, X):
    """Label the axes with the column names of a data frame."""
    if hasattr(X, "columns"):
        ax.set(xlabel=safe_label(X.columns[0]), ylabel=safe_label(X.columns[1]))
