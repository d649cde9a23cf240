"""One way to train: configurations, states and a dataset go in, results come out.

An estimator calls :func:`draw_state` or takes up a state it kept, then :func:`configure`, then
:func:`fit_stack`.
"""

import math
import warnings
from copy import deepcopy
from dataclasses import replace
from functools import partial
from operator import attrgetter

import numpy as np
from sklearn.utils import check_random_state

from skshallow._core.objective import automatic_alpha, numpy_objectives
from skshallow._data.batches import Batches
from skshallow._training.loop import Training, make_stack
from skshallow._training.outcome import result_of
from skshallow._training.state import Configuration, State
from skshallow.solvers import SOLVERS, Solver

SEED_LIMIT = np.iinfo(np.int32).max
# Up to this many samples a full batch gets further in the same time than mini-batches do.
FULL_BATCH_SAMPLES = 10_000
# Hidden units up to that many samples, and beyond for so many classes; see automatic_n_h.
FEW_UNITS, MANY_UNITS, UNITS_PER_CLASS = 64, (512, 1024), 64
# Iterations that may pass without a gain, in general and where the loss is a smooth curve. Of a
# small table an epoch is a step or two, and momentum, which remembers about ten, makes J swing.
PATIENCE, PATIENCE_IF_SMOOTH, FEWEST_STEPS = 10, 5, 30
# Noise of a gradient goes with the samples of the table over those of a batch (Smith and Le, A
# Bayesian perspective on generalization and stochastic gradient descent, 2018): one in so many.
SAMPLES_PER_BATCHED, BATCH_SIZES = 256, (100, 500)
# In a stream the loss of some samples may well rise, unless it is as high as this.
HARMLESS = 10.0


def choose_solver(solver, learning_rate, n_samples, *, incremental=False):
    """The solver that an estimator's parameters ask for, as an object.

    "auto" means lbfgs while the samples fit a full batch, those of weight 0 not counted, and no
    learning rate was asked for.
    """
    if isinstance(solver, Solver):
        return solver.checked()
    if solver == "auto":
        full_batch = n_samples <= FULL_BATCH_SAMPLES and learning_rate == "auto"
        solver = "lbfgs" if full_batch and not incremental else "adam"
    return SOLVERS[solver]()


def grows(solver, learning_rate, n_samples):
    """Whether "auto" stands for what a large table asks for: many units, and early stopping."""
    large = n_samples > FULL_BATCH_SAMPLES
    return large and not choose_solver(solver, learning_rate, n_samples).full_batch


def automatic_n_h(large, n_outputs):
    """What ``n_h="auto"`` stands for."""
    return int(np.clip(UNITS_PER_CLASS * n_outputs, *MANY_UNITS)) if large else FEW_UNITS


def configure(
    params, dataset, network, n_samples, *, validated=False, incremental=False, earlier=0.0
):
    """Decide how to train.

    Parameters
    ----------
    params : mapping of str to object
        An estimator's parameters by their names; others than these may be there, too.
    dataset : Dataset
        The samples to train on.
    network : Network
        What to train.
    n_samples : int
        How many samples there are that weigh something, those for validation included.
    validated : bool, default=False
        Whether there are samples to stop early by.
    incremental : bool, default=False
        Whether this is one pass over some more samples, as in partial_fit.
    earlier : float, default=0.0
        The weight of the samples before these.

    Returns
    -------
    configuration : Configuration

    Raises
    ------
    ValueError
        If a parameter of the solver is not what it may be, or a batch is larger than the table.

    Warns
    -----
    UserWarning
        If a learning rate is given that the solver has no use for.
    """
    n_counted, total = dataset.n_counted, dataset.total
    rate, tol, alpha = params["learning_rate"], params["tol"], params["alpha"]
    solver = choose_solver(params["solver"], rate, n_samples, incremental=incremental)
    if rate != "auto" and solver.default_learning_rate is None:
        warnings.warn(
            f"learning_rate={rate} has no effect on solver={params['solver']!r}, which finds its "
            "own step lengths.",
            UserWarning,
            stacklevel=2,
        )
        rate = "auto"
    if rate == "auto":
        rate = solver.automatic_rate(dataset.curvature)
    size, automatic = n_counted if solver.full_batch else params["batch_size"], alpha == "auto"
    if size == "auto":
        size = min(int(np.clip(n_counted // SAMPLES_PER_BATCHED, *BATCH_SIZES)), n_counted)
    elif not (solver.full_batch or incremental):
        _check_batch_size(size, dataset, n_samples)
    patience = params["n_iter_no_change"]
    if patience == "auto":
        n_batches = None if solver.full_batch else max(1, -(-n_counted // max(1, int(size))))
        patience = _automatic_patience(n_batches, validated)
    if tol == "auto":
        tol = solver.automatic_tol(network.n_params / total, dataset.loss.loosest_tol)
    return Configuration(
        solver=solver,
        learning_rate=float(rate),
        alpha=automatic_alpha(earlier + total) if automatic else float(alpha),
        finds_alpha=automatic and not incremental and n_samples <= FULL_BATCH_SAMPLES,
        batch_size=int(size),
        max_iter=1 if incremental else int(params["max_iter"]),
        tol=0.0 if incremental else float(tol),
        n_iter_no_change=int(patience),
        shuffle=params["shuffle"],
        resumable=params["warm_start"] or incremental,
    )


def _automatic_patience(n_batches, validated):
    """Iterations that may pass without a gain; `n_batches` is None for a full-batch solver."""
    if n_batches is None:
        return PATIENCE
    epochs = PATIENCE_IF_SMOOTH if validated else PATIENCE
    return max(epochs, -(-FEWEST_STEPS // n_batches))


def _check_batch_size(size, dataset, n_samples):
    # Samples for validation have no weight left; others that have none may still fill a batch.
    held_out = n_samples - dataset.n_weighted
    most = len(dataset) - held_out
    if size > most:
        raise ValueError(
            f"batch_size={size} must be at most the number of training samples, {most}."
        )


def draw_state(network, random_state, dtype, *, init="auto", n_init=1, raw=None, history=None):
    """Draw all that is random: a network's weights, two seeds, then the other networks.

    Parameters
    ----------
    network : Network
        The shape of the networks.
    random_state : int, RandomState or None
        Source of the draws.
    dtype : numpy dtype
        Floating point type to train in.
    init : str, default="auto"
        How to draw, unless `raw` is given; see :meth:`~skshallow._core.network.Network.draw`.
    n_init : int, default=1
        How many networks to draw.
    raw : tuple of (coefs, intercepts), optional
        Weights of one network to start from instead, on raw features.
    history : History, optional
        How that network fared so far.

    Returns
    -------
    state : State
    """
    random_state = check_random_state(random_state)
    theta = [] if raw is not None else [network.draw(init, random_state, dtype)]
    order, split_seed = random_state.randint(SEED_LIMIT, size=2).tolist()
    theta += [network.draw(init, random_state, dtype) for _ in range(n_init - 1) if theta]
    return State(network, np.stack(theta) if theta else None, raw, order, split_seed, history)


def fit_stack(
    configurations,
    states,
    dataset,
    validation=None,
    *,
    make_monitors=lambda describe: [],
    incremental=False,
    objectives=numpy_objectives,
    iterate=None,
):
    """Train the networks of one or several configurations as one stack.

    Parameters
    ----------
    configurations : list of Configuration
        They differ in `alpha`, `learning_rate` and `resumable` at most, or in what has no effect;
        what a resumable one needs is kept of all.
    states : list of State
        Where the networks of each configuration start; curves of a history are continued in place.
        What is random after the start is decided by the first.
    dataset, validation : Dataset
        The samples to train on and, unless None, those to stop early by; numbers are standardised.
    make_monitors : callable, by default for none
        ``make_monitors(describe)`` gives a list of monitors of the loop, where ``describe(member)``
        is the result that a network in training amounts to.
    incremental : bool, default=False
        Whether these samples are some more of a stream, as in partial_fit.
    objectives : callable, default=numpy_objectives
        ``objectives(network, n_networks, batch_size)`` gives a context in which objectives are
        made; see :func:`~skshallow._core.objective.numpy_objectives`.
    iterate : callable, optional
        What an iteration is, instead of the method of the solver.

    Returns
    -------
    results : list of Result
        One for each configuration. An exception during the training is among what they hold; those
        before it are raised.
    """
    configuration, state = max(configurations, key=attrgetter("resumable")), states[0]
    solver, size, shuffle = configuration.solver, configuration.batch_size, configuration.shuffle
    scaling = None if state.moments is None else state.moments.scaling(dataset.X.dtype)
    total = dataset.total + (state.total if incremental else 0)
    order, samples = state.order, dataset.counted
    if shuffle and size < len(samples):
        # The former fit, to be gone on with should this one fail, keeps its own random stream.
        order = deepcopy(check_random_state(order))
    theta, rows = _place(configurations, states, scaling, dataset.X.dtype)
    after = [replace(one, total=total, solver=solver) for one in states]
    after[0] = replace(after[0], order=order)
    known = scaling, state.target_scaling, validation is not None, dataset.constant_loss
    shape = state.network, len(theta), None if solver.full_batch else size
    # What overflows has diverged; there is no need to warn of every number on the way.
    with np.errstate(all="ignore"), objectives(*shape) as make:
        data = dataset, validation, scaling, total
        stack = make_stack(configurations, state, theta, rows, make, *data)
        batches = Batches(samples, size, shuffle, order)
        monitors = make_monitors(partial(result_of, *known, after[0], None, None, configuration))
        harmless = HARMLESS * max(1, dataset.constant_loss) if incremental else -math.inf
        training = Training(configuration, stack, batches, monitors, harmless, iterate)
        training.run()
    results, doubted = [], None if incremental else dataset
    for number, row in enumerate(rows):
        # Nothing of a network is shared by those who asked for it.
        members = deepcopy(stack.members[row]) if row in rows[:number] else stack.members[row]
        one = after[number], doubted, training.error, configurations[number]
        results.append(result_of(*known, *one, *members))
    return results


def _place(configurations, states, scaling, dtype):
    """Where networks start on standardised samples, and the rows of each configuration there.

    Those that cannot differ are there but once: two in a stack might, by their rounding.
    """
    theta, rows, known = [], [], {}
    for configuration, state in zip(configurations, states, strict=True):
        placed = state.theta
        if placed is None:
            coefs, intercepts = state.raw
            # What overflows is refused below.
            with np.errstate(all="ignore"):
                if state.target_scaling is not None:
                    coefs, intercepts = state.target_scaling.unfold(coefs, intercepts)
                if scaling is not None:
                    coefs, intercepts = scaling.unfold(coefs, intercepts)
                placed = state.network.pack(coefs, intercepts, dtype)[np.newaxis]
            if not np.isfinite(placed).all():
                raise ValueError(
                    f"init, or weights fitted before, overflow {dtype} on these features."
                )
        key = configuration.alpha, configuration.learning_rate, placed.tobytes()
        if key not in known:
            known[key] = slice(len(theta), len(theta) + len(placed))
            theta.extend(placed)
        rows.append(known[key])
    return np.array(theta), rows
