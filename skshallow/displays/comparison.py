"""Decision boundaries side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.metrics import accuracy_score
from sklearn.utils.validation import check_is_fitted

from skshallow.displays.drawing import (
    MARKERS,
    check_names,
    class_colors,
    import_pyplot,
    legend_beside,
    safe_label,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ComparisonDisplay:
    """Decision boundaries of fitted classifiers side by side, over the data.

    Each picture tints the regions of the predicted classes, and its title gives the classifier's
    accuracy on the data shown. Prefer :meth:`from_estimators` to calling this directly.

    Parameters
    ----------
    estimators : list of fitted classifiers
        Classifiers fitted on the same two features and classes.
    X : {array-like, dataframe} of shape (n_samples, 2)
        The rows to show, of the kind the classifiers were fitted on.
    y : array-like of shape (n_samples,)
        Their classes.
    accuracies : list of float
        Accuracy of each classifier, between 0 and 1.
    names : list of str, default=None
        What the titles call the classifiers; None numbers them.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (n_estimators,)
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure that holds them.
    boundaries_ : list of sklearn.inspection.DecisionBoundaryDisplay
        The regions of each classifier.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from sklearn.datasets import make_moons
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skshallow import ComparisonDisplay
    >>> X, y = make_moons(n_samples=400, noise=0.2, random_state=42)
    >>> display = ComparisonDisplay.from_estimators(
    ...     [LogisticRegression().fit(X, y)], X, y, ax=Figure().subplots()
    ... )
    >>> print(display.axes_[0].get_title())
    LogisticRegression
    accuracy 84.00 %
    """

    def __init__(
        self,
        *,
        estimators: Sequence[BaseEstimator],
        X: ArrayLike,
        y: ArrayLike,
        accuracies: Sequence[float],
        names: Sequence[str] | None = None,
    ) -> None:
        self.estimators = estimators
        self.X = X
        self.y = y
        self.accuracies = accuracies
        self.names = names

    @classmethod
    def from_estimators(
        cls,
        estimators: Sequence[BaseEstimator],
        X: ArrayLike,
        y: ArrayLike,
        *,
        names: Sequence[str] | None = None,
        ax: Axes | Sequence[Axes] | NDArray[Any] | None = None,
        **kwargs: int,
    ) -> Self:
        """Draw the decision boundaries of fitted classifiers side by side.

        Parameters
        ----------
        estimators : list of fitted classifiers
            Classifiers fitted on the same two features and classes.
        X : {array-like, dataframe} of shape (n_samples, 2)
            The rows to show, of the kind the classifiers were fitted on.
        y : array-like of shape (n_samples,)
            Their classes.
        names : list of str, default=None
            What the titles call the classifiers; None takes the class names.
        ax : matplotlib Axes or array of n_estimators Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            Passed to :meth:`plot`: ``grid_resolution``, ``max_points``.

        Returns
        -------
        display : ComparisonDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If an estimator is not fitted.
        ValueError
            If there is no estimator, not one name or Axes for each, if X has not two columns, or
            if the classes differ.
        ImportError
            If matplotlib is not installed.
        """
        names = check_names(estimators, names)
        for estimator in estimators:
            check_is_fitted(estimator)
        accuracies = [accuracy_score(y, estimator.predict(X)) for estimator in estimators]
        display = cls(estimators=estimators, X=X, y=y, accuracies=accuracies, names=names)
        return display.plot(ax=ax, **kwargs)

    def plot(
        self,
        ax: Axes | Sequence[Axes] | NDArray[Any] | None = None,
        *,
        grid_resolution: int = 300,
        max_points: int = 2000,
    ) -> Self:
        """Draw one picture per classifier.

        Parameters
        ----------
        ax : matplotlib Axes or array of n_estimators Axes, default=None
            Where to draw; None makes a new figure.
        grid_resolution : int, default=300
            Number of points along each feature where the classes are predicted.
        max_points : int, default=3000
            Draw a random sample of so many rows if there are more. Accuracies are those of all
            rows.

        Returns
        -------
        self : ComparisonDisplay
            The display, with ``axes_``, ``figure_`` and ``boundaries_``.

        Raises
        ------
        ValueError
            If there is no estimator, not one name or Axes for each, if X has not two columns, or
            if the classes differ.
        ImportError
            If matplotlib is not installed.
        """
        names = check_names(self.estimators, self.names)
        points, corners = _points_and_corners(self.X)
        classes, codes = _common_classes(self.estimators, self.y)
        plt = import_pyplot("ComparisonDisplay")
        if ax is None:
            size = (4.2 * len(names) + 1, 4.2)
            ax = plt.subplots(1, len(names), figsize=size, squeeze=False, layout="constrained")[1]
        self.axes_ = np.ravel(np.asarray(ax, dtype=object))
        if len(self.axes_) != len(names):
            raise ValueError(f"ax has {len(self.axes_)} Axes for {len(names)} estimators")
        self.figure_ = self.axes_[0].figure
        shown = np.random.RandomState(0).permutation(len(points))[:max_points]
        self.boundaries_ = []
        for estimator, axes in zip(self.estimators, self.axes_, strict=True):
            self.boundaries_.append(_draw_regions(axes, estimator, corners, grid_resolution))
            _draw_points(axes, points[shown], codes[shown], classes)
        for axes, name, accuracy in zip(self.axes_, names, self.accuracies, strict=True):
            axes.set_title(f"{safe_label(name)}\naccuracy {accuracy:.2%}".replace("%", " %"))
        legend_beside(self.axes_[-1])
        return self


def _points_and_corners(X):
    """Return X as an array, and two rows like X that span it with a margin."""
    points = np.asarray(X, dtype=float)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"X has shape {points.shape}; ComparisonDisplay draws two features")
    low, high = np.nanmin(points, axis=0), np.nanmax(points, axis=0)
    margin = np.where(high > low, 0.08 * (high - low), 1.0)
    corners = np.array([low - margin, high + margin])
    if hasattr(X, "columns"):
        # pandas and polars both build a frame from a dict, and scikit-learn checks its names.
        corners = type(X)(dict(zip(X.columns, corners.T, strict=True)))
    return points, corners


def _common_classes(estimators, y):
    """Return the classes that all estimators share, and each row's position among them."""
    classes = estimators[0].classes_
    for estimator in estimators[1:]:
        if not np.array_equal(estimator.classes_, classes):
            raise ValueError(
                f"the estimators know different classes: {list(classes)} and "
                f"{list(estimator.classes_)}"
            )
    y = np.asarray(y)
    if unknown := set(y.tolist()) - set(np.asarray(classes).tolist()):
        raise ValueError(f"y holds {sorted(unknown)}, which are not among {list(classes)}")
    return classes, np.searchsorted(classes, y)


def _draw_regions(ax, estimator, corners, grid_resolution):
    """Tint the region of each predicted class."""
    from matplotlib.colors import ListedColormap
    from sklearn.inspection import DecisionBoundaryDisplay

    # The corners carry their own margin: DecisionBoundaryDisplay's is the same number for both
    # features, whatever their scales.
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
        alpha=0.3,
        zorder=-1,
        rasterized=True,
    )
    if hasattr(corners, "columns"):
        ax.set(xlabel=safe_label(corners.columns[0]), ylabel=safe_label(corners.columns[1]))
    return boundary


def _draw_points(ax, points, codes, classes):
    """Draw the rows, each class with its own colour and marker."""
    styles = zip(class_colors(len(classes)), islice(cycle(MARKERS), len(classes)), strict=True)
    for code, (color, marker) in enumerate(styles):
        rows = points[codes == code]
        ax.scatter(
            rows[:, 0],
            rows[:, 1],
            s=20,
            alpha=0.8,
            color=color,
            marker=marker,
            edgecolor="white",
            linewidth=0.5,
            label=safe_label(classes[code]),
        )
