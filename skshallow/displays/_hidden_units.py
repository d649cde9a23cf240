"""The curves where hidden units switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skshallow.displays._drawing import (
    FAINTEST,
    THINNEST,
    WIDEST,
    class_colors,
    import_pyplot,
    innermost,
    legend_beside,
    safe_label,
    unwrap,
)
from skshallow.displays._hidden_layer import (
    check_network,
    classes_of,
    hidden_layer,
    switching_curve,
)
from skshallow.displays._plane import (
    MAX_POINTS,
    check_points,
    choose_samples,
    draw_points,
    draw_regions,
    encode,
    label_axes,
    span,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# In points.
TICK_LENGTH, TICK_SPACING = 4.5, 9


class HiddenUnitsDisplay:
    """The lines where the hidden units of a network switch, over the data.

    A unit switches where its input w·x + b is 0: along a line, which bends where features that are
    far from their medians are squashed. Ticks along it point to the side where the unit is active,
    that is, where its input is positive. The wider and darker the line, the larger
    the norm of the unit's output weights. With two classes, the line has the colour of the class
    whose probability the active unit raises. The background shows the predicted class.

    Prefer :meth:`from_estimator` to calling this directly.

    Parameters
    ----------
    estimator : fitted classifier
        Predicts the classes of the plane.
    coefs : list of two array-likes of shapes (2, n_h) and (n_h, n_outputs)
        Weights of the hidden units, for the features in `X` before any scaling, and weights of the
        outputs.
    intercepts : array-like of shape (n_h,)
        Biases of the hidden units.
    X : {array-like, dataframe} of shape (n_samples, 2)
        The samples to show.
    y : array-like of shape (n_samples,), default=None
        Their classes; None draws all samples alike.
    squashing : tuple of two array-likes of shape (2,), default=None
        The center and the reach that `X` is squashed by, as a fitted classifier has them in
        `feature_center_` and `feature_reach_`; None if it is not.
    name : str, default="network"
        Name of the network in the title.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure that holds them.
    lines_ : list of (matplotlib Line2D or None) of length n_h
        The line of each unit; None for a unit that does not switch within the picture. `n_h` is the
        number of hidden units.
    boundary_ : sklearn.inspection.DecisionBoundaryDisplay or None
        The regions of the classes; None for a network with multilabel targets.

    See Also
    --------
    ComparisonDisplay : Decision boundaries of any classifiers.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import HiddenUnitsDisplay, OneHiddenLayerClassifier
    >>> X, y = make_moons(n_samples=400, noise=0.2, random_state=42)
    >>> clf = OneHiddenLayerClassifier(4, activation="tanh", n_init=10, random_state=0).fit(X, y)
    >>> display = HiddenUnitsDisplay.from_estimator(clf, X, y, ax=Figure().subplots())
    >>> len(display.lines_)
    4
    """

    def __init__(
        self,
        *,
        estimator: BaseEstimator,
        coefs: Sequence[ArrayLike],
        intercepts: ArrayLike,
        X: ArrayLike,
        y: ArrayLike | None = None,
        squashing: tuple[ArrayLike, ArrayLike] | None = None,
        name: str = "network",
    ) -> None:
        self.estimator = estimator
        self.coefs = coefs
        self.intercepts = intercepts
        self.X = X
        self.y = y
        self.squashing = squashing
        self.name = name

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        name: str | None = None,
        ax: Axes | None = None,
        **kwargs: Any,
    ) -> Self:
        """Draw the hidden units of a fitted network with two features.

        Parameters
        ----------
        estimator : fitted classifier, pipeline or search
            A classifier with one hidden layer, alone or in a pipeline after a StandardScaler,
            MinMaxScaler, MaxAbsScaler or RobustScaler of scikit-learn.
        X : {array-like, dataframe} of shape (n_samples, 2)
            The samples to show, of the kind the estimator was fitted on.
        y : array-like of shape (n_samples,), default=None
            Their classes; None draws all samples alike.
        name : str, default=None
            Name of the network in the title; None takes the class name.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            Passed to :meth:`plot`: ``grid_resolution``, ``max_points``.

        Returns
        -------
        display : HiddenUnitsDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator is not a classifier with one hidden layer, or if a pipeline transforms
            the features by anything but the scalers named above.
        ValueError
            If the network or X does not have two features, or if y holds a class that the network
            does not know.
        ImportError
            If matplotlib is not installed.
        """
        scalers, network = unwrap(estimator)
        check_network(network)
        name = type(network).__name__ if name is None else name
        W, b, squashing = hidden_layer(scalers, network, X)
        units = {"coefs": [W, network.coefs_[1]], "intercepts": b, "squashing": squashing}
        display = cls(estimator=estimator, **units, X=X, y=y, name=name)
        return display.plot(ax=ax, **kwargs)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        grid_resolution: int = 300,
        max_points: int = MAX_POINTS,
    ) -> Self:
        """Draw the line of each unit, over the regions of the classes and the samples.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        grid_resolution : int, default=300
            Number of points along each feature where the classes are predicted.
        max_points : int, default=2000
            If there are more samples than this, draw only so many, chosen at random.

        Returns
        -------
        self : HiddenUnitsDisplay
            The display, with ``ax_``, ``figure_``, ``lines_`` and ``boundary_``.

        Raises
        ------
        ValueError
            If X does not have two features, or if y holds a class that the network does not know.
        ImportError
            If matplotlib is not installed.
        """
        points = check_points(self.X, "HiddenUnitsDisplay")
        classes = classes_of(innermost(self.estimator))
        codes = self._codes(classes, points)
        plt = import_pyplot("HiddenUnitsDisplay")
        self.ax_ = plt.subplots(figsize=(6.5, 4.6), layout="constrained")[1] if ax is None else ax
        self.figure_ = self.ax_.figure
        self.boundary_ = None
        if classes is not None:
            self.boundary_ = draw_regions(
                self.ax_, self.estimator, self.X, grid_resolution=grid_resolution, alpha=0.15
            )
        shown = choose_samples(len(points), max_points)
        if codes is None:
            x, y = points[shown].T
            self.ax_.scatter(x, y, s=12, color="0.5", alpha=0.6, linewidth=0)
        else:
            draw_points(self.ax_, points[shown], codes[shown], classes, s=14, alpha=0.6)
        low, high = span(points)
        self._draw_units(low, high, classes)
        self.ax_.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
        label_axes(self.ax_, self.X)
        legend_beside(self.ax_)
        return self

    def _codes(self, classes, points):
        if self.y is None:
            return None
        if classes is None:
            raise ValueError("the network predicts labels, not classes: leave y out")
        return encode(self.y, classes, points)

    def _draw_units(self, low, high, classes):
        W, V = (np.asarray(coef, dtype=float) for coef in self.coefs)
        norms = np.linalg.norm(V, axis=1)
        shares = norms / norms.max() if norms.any() else norms
        network = innermost(self.estimator)
        activation = getattr(network, "activation_", None) or network.activation
        sides, colors, labels = _sides(V, classes)
        squashing = None
        if self.squashing is not None:
            squashing = [np.asarray(part, dtype=float) for part in self.squashing]
        self.lines_ = [None] * len(norms)
        # The unit with the largest weights of each side comes first: it is the one in the legend.
        for j in np.lexsort([-norms, sides]):
            curve = switching_curve(W[:, j], self.intercepts[j], squashing, low, high)
            if curve is not None and activation != "identity":
                self.lines_[j] = self._draw_line(curve, colors[sides[j]], shares[j])
                self.lines_[j].set_label(labels.pop(sides[j], "_"))
        outside = self.lines_.count(None)
        if outside < len(norms):
            self.ax_.plot([], [], " ", label="ticks: active side")
        units = f"{len(norms)} {activation} unit{'s' if len(norms) > 1 else ''}"
        if activation == "identity":
            units += ",\nwhich never switch"
        elif outside:
            units = (
                f"{outside} of {units}\nswitch{'es' if outside == 1 else ''} outside the picture"
            )
        self.ax_.set_title(f"{safe_label(self.name)}\n{units}")

    def _draw_line(self, points, color, share):
        """Draw a line with ticks on its left side; `share` in [0, 1] sets its width and opacity."""
        from matplotlib.patheffects import withTickedStroke

        width = THINNEST + (WIDEST - THINNEST) * share
        # Ticks are measured from the middle of the line.
        length = (TICK_LENGTH + width / 2) / TICK_SPACING
        ticks = withTickedStroke(spacing=TICK_SPACING, angle=90, length=length, linewidth=0.9)
        [line] = self.ax_.plot(
            *points.T,
            color=color,
            linewidth=width,
            alpha=FAINTEST + (1 - FAINTEST) * share,
            solid_capstyle="butt",
            zorder=3 + share,
            path_effects=[ticks],
        )
        return line


def _sides(V, classes):
    """Return the side of each unit, and the colours and labels of the sides.

    With two classes, the sign of a unit's output weight decides its side, 0 or 1. Otherwise all
    units are on one side.
    """
    if classes is None or V.shape[1] != 1:
        return np.zeros(len(V), dtype=int), ["0.2"], {0: "hidden unit"}
    labels = {side: safe_label(f"unit for {classes[side]}") for side in (0, 1)}
    return (V[:, 0] > 0).astype(int), class_colors(2), labels
