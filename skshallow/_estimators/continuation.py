"""What a warm start, or the next call of partial_fit, goes on from."""

from skshallow._core.network import Network
from skshallow._training.fit import draw_state
from skshallow._training.saving import check_format, prepares_alike, recall, thaw
from skshallow._training.state import History


def continued_state(estimator, targets, dtype):
    """The state that was kept, or one that starts from the fitted weights.

    Parameters
    ----------
    estimator : TrainingMixin
        Fitted before.
    targets : Targets
        What its targets are.
    dtype : numpy dtype
        Floating point type to train in.

    Returns
    -------
    state : State

    Raises
    ------
    ValueError
        If parameters have changed with which training cannot go on, or another version of this
        package kept the state.
    """
    n_features, n_h = estimator.coefs_[0].shape
    if estimator.n_h not in ("auto", n_h):
        raise ValueError(
            f"n_h={estimator.n_h} differs from the {n_h} hidden units fitted so far; training can "
            "only go on with as many."
        )
    if estimator.activation != estimator.activation_:
        raise ValueError(
            f"activation={estimator.activation!r} differs from {estimator.activation_!r}, fitted "
            "so far; training can only go on with the same."
        )
    saved = estimator._training
    check_format(saved)
    if repr(targets.loss) != saved["loss"]:
        raise ValueError(
            f"The loss {targets.loss!r} differs from {saved['loss']}, fitted so far; training can "
            "only go on with the same."
        )
    network = Network(n_features, n_h, targets.n_outputs, estimator.activation)
    alike = prepares_alike(saved, estimator)
    if saved["continuation"] is not None and alike:
        state = thaw(saved["continuation"], network)
    else:
        raw = estimator.coefs_, estimator.intercepts_
        history = History(weights=None, loss_curve=list(estimator.loss_curve_))
        state = draw_state(network, estimator.random_state, dtype, raw=raw, history=history)
    return recall(state, saved, alike=alike)
