"""The loss during training."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skshallow.displays._drawing import (
    COLORS,
    MARKERS,
    check_names,
    import_pyplot,
    innermost,
    legend_beside,
    make_logarithmic,
    one_each,
    safe_label,
)
from skshallow.displays._history import history_of, label_of_losses

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RING = {
    "marker": "o",
    "markersize": 11,
    "markerfacecolor": "none",
    "markeredgecolor": "0.15",
    "linestyle": "none",
}


class LossCurveDisplay:
    """The loss during training, of one or several networks.

    Each training curve is a solid line with a mark at its end, where training stopped. Each
    validation curve is a dashed line. A ring marks the weights that were kept: with a validation
    set those of the lowest validation loss, otherwise the last ones, or the best ones if training
    diverged. The networks of scikit-learn do not tell which weights they kept: they get no ring.

    Of classifiers it is the log loss. Of regressors it is their own, and the axis says what errors
    are measured in: most of ours standardise y, so that their losses do not depend on its units.

    Prefer :meth:`from_estimator` or :meth:`from_estimators` to calling this directly.

    Parameters
    ----------
    loss_curves : list of array-like of shape (n_values,)
        Training loss of each network, step by step.
    validation_curves : list of (array-like of shape (n_steps,) or None), default=None
        Validation loss of each network after each step; None where there is none.
    names : list of str, default=None
        Names of the networks in the legend; None numbers them.
    xlabel : str, default="iteration"
        What one step of the curves is: "iteration" or "epoch".
    first_steps : list of {0, 1}, default=None
        Where each training curve starts: at 0 if its values are losses before a step, at 1 if
        they are means over a step. None means 0 for all.
    kept : list of (tuple of (int, float) or None), default=None
        After how many steps each network reached the weights that were kept, and the loss at
        these weights; None where that is not known.
    ylabel : str, default="loss"
        What the curves are of.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes drawn on.
    figure_ : matplotlib Figure
        The figure that holds them.
    lines_ : list of matplotlib Line2D
        The training curves, in the order given.
    validation_lines_ : list of (matplotlib Line2D or None)
        The validation curves, in the same order.
    rings_ : list of (matplotlib Line2D or None)
        The marks of the weights that were kept, in the same order.

    See Also
    --------
    OneHiddenLayerClassifier : Keeps the losses in `loss_curve_` and `validation_loss_curve_`.
    OneHiddenLayerRegressor : Likewise.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from skshallow import LossCurveDisplay
    >>> display = LossCurveDisplay(loss_curves=[[0.7, 0.4, 0.3]], names=["small"])
    >>> display.plot(ax=Figure().subplots()).ax_.get_xlabel()
    'iteration'
    """

    def __init__(
        self,
        *,
        loss_curves: Sequence[ArrayLike],
        validation_curves: Sequence[ArrayLike | None] | None = None,
        names: Sequence[str] | None = None,
        xlabel: str = "iteration",
        first_steps: Sequence[int] | None = None,
        kept: Sequence[tuple[int, float] | None] | None = None,
        ylabel: str = "loss",
    ) -> None:
        self.loss_curves = loss_curves
        self.validation_curves = validation_curves
        self.names = names
        self.xlabel = xlabel
        self.first_steps = first_steps
        self.kept = kept
        self.ylabel = ylabel

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        *,
        name: str | None = None,
        ax: Axes | None = None,
        log_scale: bool = False,
    ) -> Self:
        """Draw the loss curve of one fitted network.

        Parameters
        ----------
        estimator : fitted classifier or regressor, pipeline or search
            Anything whose last step or best estimator has ``loss_curve_``.
        name : str, default=None
            The title of the axes; None takes the class name.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        log_scale : bool, default=False
            Whether the loss axis is logarithmic.

        Returns
        -------
        display : LossCurveDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If the estimator keeps no loss curve.
        ImportError
            If matplotlib is not installed.
        """
        names = None if name is None else [name]
        return cls.from_estimators([estimator], names=names, ax=ax, log_scale=log_scale)

    @classmethod
    def from_estimators(
        cls,
        estimators: Sequence[BaseEstimator],
        *,
        names: Sequence[str] | None = None,
        ax: Axes | None = None,
        log_scale: bool = False,
    ) -> Self:
        """Draw the loss curves of several fitted networks on the same axes.

        Where the solver takes all samples at once, the training curve is ``loss_curve_``, the loss
        before each iteration. If the last weights were kept, ``loss_`` is its last point.

        Parameters
        ----------
        estimators : list of fitted classifiers or regressors, pipelines or searches
            Anything whose last step or best estimator has ``loss_curve_``.
        names : list of str, default=None
            Names of the networks in the legend; None takes the class names.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        log_scale : bool, default=False
            Whether the loss axis is logarithmic.

        Returns
        -------
        display : LossCurveDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If an estimator is not fitted.
        TypeError
            If an estimator keeps no loss curve.
        ValueError
            If there is no estimator, or not one name for each.
        ImportError
            If matplotlib is not installed.
        """
        names = check_names(estimators, names)
        histories = [
            history_of(innermost(estimator), name)
            for estimator, name in zip(estimators, names, strict=True)
        ]
        steps = sorted({history.step for history in histories}, reverse=True)
        display = cls(
            loss_curves=[history.loss_curve for history in histories],
            validation_curves=[history.validation_curve for history in histories],
            names=names,
            xlabel=" or ".join(steps),
            first_steps=[history.first_step for history in histories],
            kept=[history.kept for history in histories],
            ylabel=label_of_losses([history.unit for history in histories]),
        )
        return display.plot(ax=ax, log_scale=log_scale)

    def plot(self, ax: Axes | None = None, *, log_scale: bool = False) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        log_scale : bool, default=False
            Whether the loss axis is logarithmic.

        Returns
        -------
        self : LossCurveDisplay
            The display, with ``ax_``, ``figure_`` and the lines.

        Raises
        ------
        ValueError
            If there is no curve, or if a list does not have one entry for each curve.
        ImportError
            If matplotlib is not installed.
        """
        names = check_names(self.loss_curves, self.names)
        validation_curves = one_each(self.validation_curves, names, None, "validation_curves")
        first_steps = one_each(self.first_steps, names, 0, "first_steps")
        kept = one_each(self.kept, names, None, "kept")
        plt = import_pyplot("LossCurveDisplay")
        self.ax_ = plt.subplots(figsize=(8, 4.5), layout="constrained")[1] if ax is None else ax
        self.figure_ = self.ax_.figure
        self.lines_: list[Any] = []
        self.validation_lines_: list[Any] = []
        self.rings_: list[Any] = []
        alone = len(names) == 1
        labels = ["training"] if alone else [safe_label(name) for name in names]
        curves = zip(self.loss_curves, validation_curves, first_steps, kept, labels, strict=True)
        styles = zip(cycle(COLORS), cycle(MARKERS), strict=True)
        for (training, validation, first, place, label), style in zip(curves, styles, strict=False):
            self._draw_training(training, first, label, *style)
            self.validation_lines_.append(self._draw_validation(validation, style[0]))
            self.rings_.append(self._draw_ring(place))
        self.ax_.set(xlabel=self.xlabel, ylabel=self.ylabel)
        if log_scale:
            make_logarithmic(self.ax_)
        if alone:
            self.ax_.set_title(safe_label(names[0]))
        if len(self.ax_.lines) > 1:
            self._draw_legend()
        return self

    def _draw_training(self, curve, first, label, color, marker):
        steps = first + np.arange(len(curve))
        end = {"marker": marker, "markevery": [-1], "markersize": 5}
        self.lines_ += self.ax_.plot(steps, curve, color=color, label=label, **end)

    def _draw_validation(self, curve, color):
        if curve is None:
            return None
        # A curve of one point would be invisible as a line.
        marker = "o" if len(curve) == 1 else None
        steps = 1 + np.arange(len(curve))
        return self.ax_.plot(steps, curve, "--", color=color, marker=marker, label="_")[0]

    def _draw_ring(self, place):
        return None if place is None else self.ax_.plot(*place, **RING, label="_")[0]

    def _draw_legend(self):
        """Name each training curve, and explain dashed lines and rings once."""
        dashed = {line.get_color() for line in self.validation_lines_ if line is not None}
        if dashed:
            color = dashed.pop() if len(self.lines_) == 1 else "0.4"
            self.ax_.plot([], [], "--", color=color, label="validation")
        if any(self.rings_):
            self.ax_.plot([], [], **RING, label="weights kept")
        legend_beside(self.ax_)
