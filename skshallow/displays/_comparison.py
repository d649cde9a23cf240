"""Decision boundaries side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.metrics import accuracy_score
from sklearn.utils.validation import check_is_fitted

from skshallow.displays._drawing import check_names, import_pyplot, legend_beside, safe_label
from skshallow.displays._plane import (
    MAX_POINTS,
    check_points,
    choose_samples,
    draw_points,
    draw_regions,
    encode,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More pictures than this need another row of Axes.
MOST_COLUMNS = 3


class ComparisonDisplay:
    """Decision boundaries of fitted classifiers side by side, over the data.

    Each picture colours the regions of the predicted classes. Its title gives the accuracy of the
    classifier on the data shown. Prefer :meth:`from_estimators` to calling this directly.

    Parameters
    ----------
    estimators : list of fitted classifiers
        Classifiers fitted on the same two features and classes.
    X : {array-like, dataframe} of shape (n_samples, 2)
        The samples to show, of the kind the classifiers were fitted on.
    y : array-like of shape (n_samples,)
        Their classes.
    accuracies : list of float
        Accuracy of each classifier, between 0 and 1.
    names : list of str, default=None
        Names of the classifiers in the titles; None numbers them.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes of shape (n_estimators,)
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure that holds them.
    boundaries_ : list of sklearn.inspection.DecisionBoundaryDisplay
        The regions of each classifier.

    See Also
    --------
    HiddenUnitsDisplay : Where the units switch that bend a boundary.
    sklearn.inspection.DecisionBoundaryDisplay : The boundary of one classifier.

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
        **kwargs: Any,
    ) -> Self:
        """Draw the decision boundaries of fitted classifiers side by side.

        Parameters
        ----------
        estimators : list of fitted classifiers
            Classifiers fitted on the same two features and classes.
        X : {array-like, dataframe} of shape (n_samples, 2)
            The samples to show, of the kind the classifiers were fitted on.
        y : array-like of shape (n_samples,)
            Their classes.
        names : list of str, default=None
            Names of the classifiers in the titles; None takes the class names.
        ax : matplotlib Axes or array of n_estimators Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            Passed to :meth:`plot`: ``grid_resolution``, ``max_points``, ``score_name``.

        Returns
        -------
        display : ComparisonDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If an estimator is not fitted.
        ValueError
            If there is no estimator, or not one name and one Axes for each; if X does not have two
            features; if the estimators know different classes, or y holds another class.
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
        max_points: int = MAX_POINTS,
        score_name: str = "accuracy",
    ) -> Self:
        """Draw one picture per classifier.

        Parameters
        ----------
        ax : matplotlib Axes or array of n_estimators Axes, default=None
            Where to draw; None makes a new figure.
        grid_resolution : int, default=300
            Number of points along each feature where the classes are predicted.
        max_points : int, default=2000
            If there are more samples than this, draw only so many, chosen at random. Accuracies
            are those of all samples.
        score_name : str, default="accuracy"
            What the titles call the accuracy, such as "training accuracy" where the samples are
            those that the classifiers were trained on.

        Returns
        -------
        self : ComparisonDisplay
            The display, with ``axes_``, ``figure_`` and ``boundaries_``.

        Raises
        ------
        ValueError
            If there is no estimator, or not one name and one Axes for each; if X does not have two
            features; if the estimators know different classes, or y holds another class.
        ImportError
            If matplotlib is not installed.
        """
        names = check_names(self.estimators, self.names)
        points = check_points(self.X, "ComparisonDisplay")
        classes = _common_classes(self.estimators)
        codes = encode(self.y, classes, points)
        plt = import_pyplot("ComparisonDisplay")
        given = _grid_of_axes(plt, len(names)) if ax is None else ax
        grid = np.atleast_2d(np.asarray(given, dtype=object))
        if ax is not None and grid.size != len(names):
            raise ValueError(f"ax has {grid.size} Axes for {len(names)} estimators")
        self.axes_ = grid.ravel()[: len(names)]
        self.figure_ = self.axes_[0].figure
        shown = choose_samples(len(points), max_points)
        self.boundaries_ = []
        for estimator, axes in zip(self.estimators, self.axes_, strict=True):
            boundary = draw_regions(axes, estimator, self.X, grid_resolution=grid_resolution)
            self.boundaries_.append(boundary)
            draw_points(axes, points[shown], codes[shown], classes)
        for axes, name, accuracy in zip(self.axes_, names, self.accuracies, strict=True):
            title = f"{safe_label(name)}\n{safe_label(score_name)} {accuracy:.2%}"
            axes.set_title(title.replace("%", " %"))
        legend_beside(grid[0, -1])
        return self


def _grid_of_axes(plt, n_axes):
    """Return the Axes of a new figure, in rows of at most `MOST_COLUMNS`."""
    n_rows = -(-n_axes // MOST_COLUMNS)
    n_columns = -(-n_axes // n_rows)
    size = (4.2 * n_columns + 1, 4.2 * n_rows)
    grid = plt.subplots(n_rows, n_columns, figsize=size, squeeze=False, layout="constrained")[1]
    for spare in grid.flat[n_axes:]:
        spare.remove()
    return grid


def _common_classes(estimators):
    """Return the classes that all estimators share."""
    classes = estimators[0].classes_
    for estimator in estimators[1:]:
        if not np.array_equal(estimator.classes_, classes):
            raise ValueError(
                f"the estimators know different classes: {list(classes)} and "
                f"{list(estimator.classes_)}"
            )
    return classes
