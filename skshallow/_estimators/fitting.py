"""A fit, from the caller's arrays to fitted attributes."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from numbers import Integral
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import validate_data

from skshallow._compat import CallbackSupportMixin, callbacks_of, fit_context
from skshallow._core.network import Network
from skshallow._data.samples import Dataset
from skshallow._estimators.callbacks import EpochMonitor, task_arguments
from skshallow._estimators.continuation import continued_state
from skshallow._estimators.convergence import warn_of_end
from skshallow._estimators.early_stopping import hold_out
from skshallow._estimators.typing import MatrixLike, keeps_signature
from skshallow._estimators.validation import (
    DTYPES,
    check_init,
    check_weights,
)
from skshallow._training.fit import automatic_n_h, configure, draw_state, grows
from skshallow._training.penalty import fit_with_penalties
from skshallow._training.preparation import prepare_features, prepare_targets
from skshallow._training.printing import LossPrinter
from skshallow._training.saving import check_format, freeze, with_own_curves
from skshallow.solvers import SOLVERS


class TrainingMixin(CallbackSupportMixin):
    """Lets an estimator fit; it needs a function `_find_targets` of y and, fitted, `_targets`."""

    @keeps_signature(fit_context(prefer_skip_nested_validation=True))
    def fit(
        self,
        X: MatrixLike,
        y: MatrixLike,
        sample_weight: ArrayLike | None = None,
        X_val: MatrixLike | None = None,
        y_val: MatrixLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Train on a table.

        An earlier fit is kept if this call fails. If it is interrupted (Ctrl-C), the best weights
        so far are kept and the interruption goes on up.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features; float32 is trained on in float32, everything else in float64.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes of any type, or zeros and ones for several labels at once; numbers for a
            regressor, with a column for each target.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, at least 0; a weight of 2 counts as the sample twice.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Samples to stop early by, instead of a share of `X`. In a Pipeline they are transformed
            like `X` with ``Pipeline(..., transform_input=["X_val"])``.
        y_val : array-like of shape (n_val,) or (n_val, n_labels), default=None
            Their targets.
        sample_weight_val : array-like of shape (n_val,), default=None
            Their weights.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, a feature, a target or a weight is not what it may be, or leaves no room
            to compute with: a standard deviation above 1e154, weights that sum to less than 1e-150
            or more than 1e150, an `alpha` of 1e154 (in float32 1e19) times that sum, initial
            weights that overflow.

        Warns
        -----
        ConvergenceWarning
            If J had not converged after `max_iter` iterations or had risen instead, or if the
            network predicts no better than the same for all samples although it could.
        """
        arguments = task_arguments(self, X, y, sample_weight)
        context = self._init_callback_context(max_subtasks=int(self.max_iter))
        context.call_on_fit_task_begin(**arguments)
        given = X, y, sample_weight, X_val, y_val, sample_weight_val
        with all_or_nothing(self):
            (result,) = fit_together([self], *given, callbacks=(context, arguments))
        conclude(self, result)
        context.call_on_fit_task_end(**arguments)
        return self

    def _keep(self, state, counts, loss, *, resumable):
        self._training = freeze(state, counts, loss, resumable=resumable)

    def __copy__(self) -> Self:
        twin = type(self).__new__(type(self))
        twin.__dict__ = with_own_curves(vars(self))
        return twin

    def __setstate__(self, state):
        if state.get("_training") is not None:
            check_format(state["_training"])
        super().__setstate__(state)


@contextmanager
def all_or_nothing(estimator):
    """Give the estimator back all its attributes if the block fails."""
    before = vars(estimator).copy()
    # Curves grow in place: to copy them in every call would make a stream slower and slower.
    lengths = [(value, len(value)) for value in before.values() if isinstance(value, list)]
    try:
        yield
    except BaseException:
        # In one stroke, for whoever interrupts may do so twice.
        estimator.__dict__ = before
        for value, length in lengths:
            del value[length:]
        raise


def fit_together(
    estimators,
    X,
    y,
    sample_weight=None,
    X_val=None,
    y_val=None,
    sample_weight_val=None,
    *,
    targets=None,
    callbacks=None,
):
    """Fit estimators as one stack: each is then as its own `fit` would have left it.

    They draw from a random_state that is None, or shared, in another order.

    Parameters
    ----------
    estimators : list of TrainingMixin
        Fitted in place. Their parameters are valid, and differ in `alpha`, `learning_rate`,
        `random_state` and `init` only.
    X, y, sample_weight, X_val, y_val, sample_weight_val
        As for their `fit`.
    targets : Targets, optional
        What targets there may be, if not only those found in `y`.
    callbacks : tuple of CallbackContext and dict, optional
        As for :class:`EpochMonitor`; for one estimator only.

    Returns
    -------
    results : list of Result
        For :func:`conclude`, once nothing can be lost by it.
    """
    lead = estimators[0]
    continued = lead.warm_start and hasattr(lead, "coefs_")
    X, y, sample_weight = check_samples(lead, X, y, sample_weight, reset=not continued)
    n_samples = int(np.count_nonzero(sample_weight))
    large = grows(lead.solver, lead.learning_rate, n_samples)
    if continued:
        targets = lead._targets
        states = [continued_state(lead, targets, X.dtype)]
    else:
        targets = targets or lead._find_targets(y)
        states = draw_states(estimators, targets, X, large)
    dataset = Dataset.of(X, y, sample_weight, targets, lead.class_weight)
    given = X_val, y_val, sample_weight_val
    dataset, validation = hold_out(lead, given, dataset, targets, states[0].split_seed, large)
    stages = {"standardize": lead.standardize, "squash": lead.squash}
    states, dataset = prepare_features(states, dataset, **stages)
    states, dataset, validation = prepare_targets(states, dataset, validation)
    parts = dataset, states[0].network, n_samples
    validated = validation is not None
    configurations = [configure(vars(one), *parts, validated=validated) for one in estimators]
    make_monitors = partial(make_monitors_of, targets, int(lead.verbose), callbacks)
    data = dataset, validation
    results = fit_with_penalties(configurations, states, *data, make_monitors=make_monitors)
    for estimator, result in zip(estimators, results, strict=True):
        store_result(estimator, result, targets, dataset.counts, resumable=estimator.warm_start)
    return results


def make_monitors_of(targets, verbose, callbacks, describe):
    """Monitors of a training, by what its networks amount to as attributes of an estimator."""

    def attributes(training):
        return fitted_attributes(describe(training.leading()), targets)

    printers = [LossPrinter(verbose)] if verbose else []
    if callbacks is None or not callbacks_of(callbacks[1]["estimator"]):
        return printers
    return [*printers, EpochMonitor(*callbacks, attributes)]


def check_samples(estimator, X, y, sample_weight, *, reset):
    """Validate features, targets and weights; unless `reset`, for the type trained in so far."""
    dtype = DTYPES if reset else estimator.coefs_[0].dtype
    settings = {"accept_sparse": "csr", "multi_output": True, "y_numeric": estimator._y_numeric}
    # Sums of huge numbers, by which scikit-learn looks for NaN, may overflow.
    with np.errstate(all="ignore"):
        X, y = validate_data(estimator, X, y, dtype=dtype, reset=reset, **settings)
    if sample_weight is None:
        return X, y, np.broadcast_to(1.0, X.shape[0])
    return X, y, check_weights(sample_weight, X)


def draw_states(estimators, targets, X, large):
    """Where the networks of each estimator start; what equal seeds draw is drawn once."""
    lead, drawn, states = estimators[0], {}, []
    n_h = automatic_n_h(large, targets.n_outputs) if lead.n_h == "auto" else int(lead.n_h)
    network = Network(X.shape[1], n_h, targets.n_outputs, lead.activation)
    for estimator in estimators:
        seed, init = estimator.random_state, estimator.init
        repeatable = isinstance(seed, Integral) and isinstance(init, str)
        key = (seed, init) if repeatable else object()
        if key not in drawn:
            raw = check_init(init, network) if isinstance(init, tuple) else None
            settings = {"init": init, "n_init": int(lead.n_init), "raw": raw}
            drawn[key] = draw_state(network, seed, X.dtype, **settings)
        states.append(drawn[key])
    return states


def fitted_attributes(result, targets):
    """What a result amounts to, as attributes of a fitted estimator."""
    history, network, solver = result.history, result.state.network, result.state.solver
    names = [name for name, family in SOLVERS.items() if type(solver) is family]
    return {
        **targets.attributes(),
        "coefs_": result.coefs,
        "intercepts_": result.intercepts,
        "feature_center_": result.squashing.center,
        "feature_reach_": result.squashing.reach,
        "activation_": network.activation,
        "n_outputs_": network.n_outputs,
        "n_layers_": 3,
        "out_activation_": targets.loss.link,
        "solver_": names[0] if names else type(solver).__name__,
        "full_batch_": solver.full_batch,
        "alpha_": result.state.alpha,
        "loss_": history.loss,
        "loss_curve_": history.loss_curve,
        "validation_loss_curve_": history.validation_loss_curve if result.validated else None,
        "best_loss_": history.best_loss,
        "best_iter_": history.best_iter,
        "n_iter_": len(history.loss_curve),
        "restart_losses_": result.losses,
    }


def store_result(estimator, result, targets, counts, *, resumable):
    """Give an estimator the fitted attributes of a result, and what it takes to go on."""
    vars(estimator).update(fitted_attributes(result, targets))
    estimator._keep(result.state, counts, targets.loss, resumable=resumable)


def conclude(estimator, result):
    """Raise what broke a training off, or warn of how it ended."""
    if result.error is not None:
        raise result.error
    if result.end not in ("converged", "completed"):
        warn_of_end(estimator, result)
