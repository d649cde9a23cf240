"""The curve that a network has learned of one feature, and where its hidden units bend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils import check_consistent_length

from skshallow.displays._bands import draw_predictions
from skshallow.displays._bends import (
    CALLER,
    activation_of,
    bends_of,
    check_column,
    check_regressor,
    levels_of,
    name_of,
    sides_of,
)
from skshallow.displays._drawing import (
    COLORS,
    FAINTEST,
    THINNEST,
    WIDEST,
    import_pyplot,
    legend_beside,
    safe_label,
    unwrap,
)
from skshallow.displays._plane import MAX_POINTS, choose_samples, points_like, span

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Of the marks at the upper edge, at the lower one, and where units do not differ in that.
UPPER, LOWER, ALIKE = COLORS[2], COLORS[4], "0.3"
# Height of a mark, and the room for it above and below the curve, as shares of the axes.
MARK, ROOM = 0.06, 0.1


class RegressionCurveDisplay:
    """The curve that a network has learned of one feature, over the data.

    A mark stands where the input w·x + b of a hidden unit is 0: there a "relu" has its kink, and
    others bend most, or step. Marks at the lower edge are of units that bend the curve upwards,
    those at the upper edge of units that bend it downwards. The wider and darker a mark, the larger
    the unit's output weight. Several quantiles are drawn as bands, the median among them as a line,
    and all marks at the lower edge, as wide as the norm of a unit's weights.

    Prefer :meth:`from_estimator` to calling this directly.

    Parameters
    ----------
    x : array-like of shape (n_points,)
        Values of the feature, in ascending order.
    predictions : array-like of shape (n_points,) or (n_points, n_quantiles)
        What is predicted there.
    levels : array-like of shape (n_quantiles,), default=None
        Levels of the quantiles that are predicted; None if it is something else, such as a mean.
    bends : array-like of shape (n_h,), default=None
        Where each hidden unit has its bend; NaN for one that has none. None draws no marks.
    weights : array-like of shape (n_h,), default=None
        Output weights of the units, below 0 of those at the upper edge. None draws all alike.
    sides : tuple of two str, default=("unit bends down", "unit bends up")
        How units of weights below and above 0 are called in the legend.
    X : {array-like, dataframe} of shape (n_samples, 1), default=None
        The samples to show.
    y : array-like of shape (n_samples,), default=None
        Their targets; None shows no samples.
    name : str, default="network"
        Name of the network in the title.
    units : str, default="hidden"
        What units they are: their activation function.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure that holds them.
    line_ : matplotlib Line2D or None
        The curve of the prediction, or of the median; None if neither is predicted.
    bands_ : list of matplotlib PolyCollection
        The bands between quantiles, from the widest to the narrowest.
    marks_ : list of (matplotlib Line2D or None) of length n_h
        The mark of each unit; None for one that does not bend the curve within the picture.
        `n_h` is the number of hidden units.

    See Also
    --------
    HiddenUnitsDisplay : Hidden units of a classifier, in the plane of two features.
    sklearn.inspection.PartialDependenceDisplay : What is predicted on average, for one of several
        features.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> from skshallow import OneHiddenLayerRegressor, RegressionCurveDisplay
    >>> X = np.linspace(-3, 3, 200).reshape(-1, 1)
    >>> y = np.sin(X[:, 0])
    >>> reg = OneHiddenLayerRegressor(4, n_init=10, random_state=0).fit(X, y)
    >>> display = RegressionCurveDisplay.from_estimator(reg, X, y, ax=Figure().subplots())
    >>> len(display.marks_)
    4
    """

    def __init__(
        self,
        *,
        x: ArrayLike,
        predictions: ArrayLike,
        levels: ArrayLike | None = None,
        bends: ArrayLike | None = None,
        weights: ArrayLike | None = None,
        sides: tuple[str, str] = ("unit bends down", "unit bends up"),
        X: ArrayLike | None = None,
        y: ArrayLike | None = None,
        name: str = "network",
        units: str = "hidden",
    ) -> None:
        self.x = x
        self.predictions = predictions
        self.levels = levels
        self.bends = bends
        self.weights = weights
        self.sides = sides
        self.X = X
        self.y = y
        self.name = name
        self.units = units

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        grid_resolution: int = 300,
        name: str | None = None,
        ax: Axes | None = None,
        max_points: int = MAX_POINTS,
    ) -> Self:
        """Draw the curve of a fitted regressor of one feature.

        Parameters
        ----------
        estimator : fitted regressor, pipeline or search
            A regressor with one hidden layer, alone or in a pipeline after a StandardScaler,
            MinMaxScaler, MaxAbsScaler or RobustScaler of scikit-learn.
        X : {array-like, dataframe} of shape (n_samples, 1)
            The samples to show, of the kind the estimator was fitted on. They decide how far the
            curve goes.
        y : array-like of shape (n_samples,), default=None
            Their targets; None draws the curve alone.
        grid_resolution : int, default=300
            At how many values of the feature to predict, beside those where units bend the curve.
        name : str, default=None
            Name of the network in the title; None takes the class name.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        max_points : int, default=2000
            If there are more samples than this, draw only so many, chosen at random.

        Returns
        -------
        display : RegressionCurveDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator is not a regressor with one hidden layer, or if a pipeline transforms
            the feature by anything but the scalers named above.
        ValueError
            If the regressor or X has more than one feature, or the regressor more than one target.
        ImportError
            If matplotlib is not installed.
        """
        scalers, network = unwrap(estimator)
        check_regressor(scalers, network)
        [low], [high] = span(check_column(X))
        bends = bends_of(scalers, network)
        weights, sides = sides_of(network)
        units = activation_of(network)
        x = np.linspace(low, high, grid_resolution)
        if units == "identity":
            bends = np.full_like(bends, np.nan)
        # With them on the grid kinks are sharp.
        x = np.union1d(x, bends[(bends > low) & (bends < high)])
        return cls(
            x=x,
            predictions=estimator.predict(points_like(X, x[:, np.newaxis])),
            levels=levels_of(network),
            bends=bends,
            weights=weights,
            sides=sides,
            X=X,
            y=y,
            name=type(network).__name__ if name is None else name,
            units=units,
        ).plot(ax=ax, max_points=max_points)

    def plot(self, ax: Axes | None = None, *, max_points: int = MAX_POINTS) -> Self:
        """Draw the samples, the curve and the marks of the units.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        max_points : int, default=2000
            If there are more samples than this, draw only so many, chosen at random.

        Returns
        -------
        self : RegressionCurveDisplay
            The display, with ``ax_``, ``figure_``, ``line_``, ``bands_`` and ``marks_``.

        Raises
        ------
        ValueError
            If X has more than one feature, or y not one number for each sample.
        ImportError
            If matplotlib is not installed.
        """
        samples = self._samples()
        plt = import_pyplot("RegressionCurveDisplay")
        self.ax_ = plt.subplots(figsize=(8, 4.5), layout="constrained")[1] if ax is None else ax
        self.figure_ = self.ax_.figure
        self.ax_.margins(y=ROOM)
        if samples is not None:
            shown = choose_samples(len(samples), max_points)
            x, y = samples[shown].T
            self.ax_.scatter(x, y, s=14, color="0.5", alpha=0.5, linewidth=0, label="samples")
        x = np.asarray(self.x, dtype=float)
        self.line_, self.bands_ = draw_predictions(self.ax_, x, self.predictions, self.levels)
        self.ax_.set(xlim=(x[0], x[-1]), xlabel=name_of(self.X, "x"), ylabel=name_of(self.y, "y"))
        self._draw_marks()
        legend_beside(self.ax_)
        return self

    def _samples(self):
        """Return what samples there are to show, an array of shape (n_samples, 2)."""
        if self.X is None or self.y is None:
            return None
        x, y = check_column(self.X), np.asarray(self.y, dtype=float)
        check_consistent_length(x, y)
        if y.size != len(x):
            raise ValueError(f"y has shape {y.shape}; {CALLER} draws one target")
        return np.column_stack([x, y.ravel()])

    def _draw_marks(self):
        bends = np.asarray([] if self.bends is None else self.bends, dtype=float)
        weights = np.ones(len(bends)) if self.weights is None else np.asarray(self.weights, float)
        low, high = self.ax_.get_xlim()
        within, sizes = (low < bends) & (bends < high), np.abs(weights)
        labels = dict(enumerate(self.sides))
        colors = [LOWER, UPPER] if len(set(self.sides)) == 2 else [ALIKE, ALIKE]
        self.marks_ = [None] * len(bends)
        # The unit with the largest weight of each side comes first: it is the one in the legend.
        for j in np.argsort(-sizes, kind="stable"):
            if within[j]:
                share = sizes[j] / sizes.max() if sizes[j] > 0 else 0.0
                upper = bool(weights[j] < 0)
                self.marks_[j] = self._draw_mark(bends[j], share, upper, colors[upper])
                self.marks_[j].set_label(labels.pop(int(not upper), "_"))
        title = [safe_label(self.name)] + [self._describe(within)] * (self.bends is not None)
        self.ax_.set_title("\n".join(title))

    def _draw_mark(self, x, share, upper, color):
        """Draw a mark at the upper or the lower edge; `share` in [0, 1] sets width and opacity."""
        [mark] = self.ax_.plot(
            [x, x],
            [1 - MARK, 1] if upper else [0, MARK],
            transform=self.ax_.get_xaxis_transform(),
            color=color,
            linewidth=THINNEST + (WIDEST - THINNEST) * share,
            alpha=FAINTEST + (1 - FAINTEST) * share,
            solid_capstyle="butt",
            zorder=3 + share,
        )
        return mark

    def _describe(self, within):
        """Say what units there are, and how many of them have no mark."""
        text = f"{len(within)} {self.units} unit{'' if len(within) == 1 else 's'}"
        if self.units == "identity":
            return f"{text}, which never bend{'s' if len(within) == 1 else ''}"
        outside = len(within) - within.sum()
        if outside:
            return f"{outside} of {text} bend{'s' if outside == 1 else ''} outside the picture"
        return text
