"""What a fitted network tells about its training."""

from typing import NamedTuple

from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted


class History(NamedTuple):
    """The training of one network, as a display draws it.

    Attributes
    ----------
    step : {"iteration", "epoch"}
        What one step of the curves is.
    first_step : {0, 1}
        Where the training curve starts: at 0 if its values are losses before a step, at 1 if they
        are means over a step.
    loss_curve : list of float
        The training loss. If the solver takes all samples at once and the last weights were kept,
        it ends with the loss at these weights.
    validation_curve : list of float or None
        The validation loss after each step; None without a validation set.
    kept : tuple of (int, float) or None
        After how many steps the weights that were kept were reached, and the loss at these
        weights; None if the network does not tell.
    unit : str or None
        What errors are measured in; None of losses that are not of errors, such as log loss.
    """

    step: str
    first_step: int
    loss_curve: ArrayLike
    validation_curve: ArrayLike | None
    kept: tuple[int, float] | None
    unit: str | None


def history_of(network: BaseEstimator, name: str) -> History:
    """Read the history of a fitted network; `name` is for the message of an error."""
    check_is_fitted(network)
    if not hasattr(network, "loss_curve_"):
        raise TypeError(
            f"{name} ({type(network).__name__}) has no loss_curve_; LossCurveDisplay "
            "draws fitted networks that keep one"
        )
    validation_curve = getattr(network, "validation_loss_curve_", None)
    # The networks of scikit-learn do not have these two attributes. Their curves are of epochs.
    full_batch = getattr(network, "full_batch_", False)
    kept = None
    if hasattr(network, "best_iter_"):
        loss = network.loss_ if validation_curve is None else network.best_loss_
        kept = network.best_iter_, loss
    loss_curve = network.loss_curve_
    if full_batch and kept is not None and network.best_iter_ == len(loss_curve):
        loss_curve = [*loss_curve, network.loss_]
    step, first_step = ("iteration", 0) if full_batch else ("epoch", 1)
    return History(step, first_step, loss_curve, validation_curve, kept, _unit_of(network))


def label_of_losses(units):
    """Return the label of an axis for the losses of several networks, by their units."""
    if len(set(units)) > 1:
        return "loss (in different units)"
    return "loss" if units[0] is None else f"loss (errors in {units[0]})"


def _unit_of(network):
    """Return what the loss of a network measures errors in; None if it is not one of errors."""
    if getattr(network, "out_activation_", None) != "identity":
        return None
    # The networks of scikit-learn, which do not have this attribute, do not scale y.
    if not hasattr(network, "quantiles_"):
        return "units of y"
    robust = "" if network.loss == "squared_error" else "robust "
    return f"{robust}standard deviations of y"
