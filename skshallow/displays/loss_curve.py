"""The loss during training."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Self

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from skshallow.displays.drawing import (
    COLORS,
    check_names,
    import_pyplot,
    innermost,
    legend_beside,
    safe_label,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FULL_BATCH_SOLVERS = frozenset({"gd", "lbfgs"})


class LossCurveDisplay:
    """The loss during training, of one or several classifiers.

    Prefer :meth:`from_estimator` or :meth:`from_estimators` to calling this directly.

    Parameters
    ----------
    loss_curves : list of array-like of shape (n_iter,)
        Training loss of each classifier, iteration by iteration.
    validation_curves : list of (array-like of shape (n_iter,) or None), default=None
        Validation loss of each classifier; None where there is none.
    names : list of str, default=None
        What the legend calls the classifiers; None numbers them.
    xlabel : str, default="iteration"
        What one step of the curves is: "iteration" or "epoch".

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
    ) -> None:
        self.loss_curves = loss_curves
        self.validation_curves = validation_curves
        self.names = names
        self.xlabel = xlabel

    @classmethod
    def from_estimator(
        cls,
        estimator: BaseEstimator,
        *,
        name: str | None = None,
        ax: Axes | None = None,
        log_scale: bool = False,
    ) -> Self:
        """Draw the loss curve of one fitted classifier.

        Parameters
        ----------
        estimator : fitted classifier, pipeline or search
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
        """Draw the loss curves of several fitted classifiers on the same axes.

        Parameters
        ----------
        estimators : list of fitted classifiers, pipelines or searches
            Anything whose last step or best estimator has ``loss_curve_``.
        names : list of str, default=None
            What the legend calls them; None takes the class names.
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
        networks = [innermost(estimator) for estimator in estimators]
        for name, network in zip(names, networks, strict=True):
            check_is_fitted(network)
            if not hasattr(network, "loss_curve_"):
                raise TypeError(
                    f"{name} ({type(network).__name__}) has no loss_curve_; LossCurveDisplay "
                    "draws fitted classifiers that keep one"
                )
        display = cls(
            loss_curves=[network.loss_curve_ for network in networks],
            validation_curves=[getattr(n, "validation_loss_curve_", None) for n in networks],
            names=names,
            xlabel=" or ".join(sorted({_step(network) for network in networks}, reverse=True)),
        )
        return display.plot(ax=ax, log_scale=log_scale)

    def plot(self, ax: Axes | None = None, *, log_scale: bool = False) -> Self:
        """Draw the curves: training loss as solid lines, validation loss as dashed lines.

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
            If there is no curve, or not one name or validation curve for each.
        ImportError
            If matplotlib is not installed.
        """
        names = check_names(self.loss_curves, self.names)
        validation_curves = self.validation_curves or [None] * len(names)
        plt = import_pyplot("LossCurveDisplay")
        self.ax_ = plt.subplots(figsize=(8, 4.5), layout="constrained")[1] if ax is None else ax
        self.figure_ = self.ax_.figure
        self.lines_, self.validation_lines_ = [], []
        curves = zip(self.loss_curves, validation_curves, names, cycle(COLORS), strict=False)
        for training, validation, name, color in curves:
            # A curve of one point would be invisible as a line.
            style = {"color": color, "marker": "o" if len(training) == 1 else None}
            name = safe_label(name)
            self.lines_ += self.ax_.plot(training, label=name, **style)
            if validation is None:
                self.validation_lines_.append(None)
            else:
                held_out = {"label": f"{name}, validation", **style}
                self.validation_lines_ += self.ax_.plot(validation, "--", **held_out)
        self.ax_.set(xlabel=self.xlabel, ylabel="loss", yscale="log" if log_scale else "linear")
        if len(self.ax_.lines) == 1:
            self.ax_.set_title(safe_label(names[0]))
        else:
            legend_beside(self.ax_)
        return self


def _step(network):
    """Name one step of a network's loss curve."""
    solver = getattr(network, "solver_", getattr(network, "solver", None))
    return "iteration" if solver in FULL_BATCH_SOLVERS else "epoch"
