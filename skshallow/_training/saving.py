"""States of training as plain arrays and numbers, for fitted estimators to keep and to save."""

from dataclasses import replace

import numpy as np

from skshallow._data.scaling import Moments
from skshallow._data.stream_sample import StreamSample
from skshallow._training.state import History, State

# Of the dictionary in which a state is saved. A change of what it holds raises this number.
FORMAT = 4


def check_format(saved):
    """See to it that a saved state is one that this version reads.

    Raises
    ------
    ValueError
        If its format has another number.
    """
    if saved["format"] != FORMAT:
        raise ValueError(
            f"The training state of this estimator has the format {saved['format']!r}, and this "
            f"version of skshallow reads the format {FORMAT} only. Fit the estimator again, or use "
            "the version that saved it."
        )


def prepares_alike(saved, estimator):
    """Whether features were standardised and squashed as an estimator is now asked to."""
    moments = saved["moments"]
    if moments is None or not estimator.standardize:
        return (moments is not None) == estimator.standardize
    return Moments(**moments).squashing.plain != estimator.squash


def recall(state, saved, *, alike):
    """A state with what the samples so far amount to, as an estimator saved it.

    With what their features amount to only if these are prepared `alike` now.
    """
    described = {
        "target_moments": _described(Moments, saved["target_moments"]),
        "target_sample": _described(StreamSample, saved["target_sample"]),
    }
    if alike:
        described["moments"] = _described(Moments, saved["moments"])
        described["sample"] = _described(StreamSample, saved["sample"])
    return replace(state, counts=saved["counts"], total=saved["total"], **described)


def _described(kind, plain):
    return None if plain is None else kind(**plain)


def freeze(state, counts, loss, *, resumable):
    """What a later call goes on from, as plain arrays and numbers.

    Parameters
    ----------
    state : State
        Of one network.
    counts : ndarray
        Weight of the samples of every class so far.
    loss : Loss
        What training minimised.
    resumable : bool
        Whether to keep what it takes to go on as if there had been no break, too.

    Returns
    -------
    saved : dict
        For :func:`recall`, and its "continuation" for :func:`thaw`.
    """
    return {
        "format": FORMAT,
        "moments": _plain(state.moments),
        "sample": _plain(state.sample),
        "target_moments": _plain(state.target_moments),
        "target_sample": _plain(state.target_sample),
        "counts": counts,
        "total": state.total,
        "loss": repr(loss),
        "continuation": _freeze_continuation(state) if resumable else None,
    }


def _plain(described):
    return None if described is None else vars(described).copy()


def _freeze_continuation(state):
    """What it takes to go on, beside what the samples so far amount to.

    Only the random stream stays an object. NumPy's own, it is known to whatever stores models, and
    to write its state out and in again would take longer than a small step.
    """
    return {
        "theta": state.theta,
        "order": state.order,
        "split_seed": state.split_seed,
        "history": vars(state.history).copy(),
        "alpha": float(state.alpha),
        "solver_settings": state.solver.settings(),
        "solver_state": state.solver_state,
    }


def thaw(frozen, network):
    """The state whose continuation was kept; training from it leaves `frozen` as it is.

    Parameters
    ----------
    frozen : dict
        As :func:`freeze` gave it.
    network : Network
        The shape of the network.

    Returns
    -------
    state : State
        Without what the samples so far amount to.
    """
    history = History(**frozen["history"])
    history.weights = np.array(history.weights)
    history.validation_loss_curve = list(history.validation_loss_curve)
    return State(
        network=network,
        theta=frozen["theta"],
        raw=None,
        order=frozen["order"],
        split_seed=frozen["split_seed"],
        history=history,
        alpha=frozen["alpha"],
        solver_settings=frozen["solver_settings"],
        solver_state=_copy(frozen["solver_state"]),
    )


def with_own_curves(attributes):
    """A fitted estimator's attributes, but for lists, which grow in place, that are copies."""
    attributes = {
        name: value.copy() if isinstance(value, list) else value
        for name, value in attributes.items()
    }
    frozen = (attributes.get("_training") or {}).get("continuation")
    if frozen is not None:
        history = frozen["history"] | {"loss_curve": attributes["loss_curve_"]}
        continuation = frozen | {"history": history}
        attributes["_training"] = attributes["_training"] | {"continuation": continuation}
    return attributes


def _copy(solver_state):
    if solver_state is None:
        return None
    return {
        name: value.copy() if isinstance(value, np.ndarray) else value
        for name, value in solver_state.items()
    }
