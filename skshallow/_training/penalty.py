"""The penalty that alpha="auto" stands for, found by the evidence.

Training with one penalty says what the next one should be (:mod:`skshallow._core.evidence`), until
it hardly changes. All of this is exploration, by L-BFGS: the training that follows starts from the
same weights as if the penalty had been given, and by whatever solver was asked for.
"""

import math
from dataclasses import replace

import numpy as np

from skshallow._core.evidence import GaussNewton, determined, spectrum
from skshallow._core.objective import automatic_alpha
from skshallow._core.threads import thread_team
from skshallow._training.fit import fit_stack
from skshallow.solvers import LBFGS

# A penalty that changes by less than a third is found, as it is after so many trainings.
CLOSE, MOST_TRAININGS = math.log(1.35), 5
# The most iterations of each of them, what one should gain, and how many may pass without that.
MOST_ITERATIONS, LOOSEST_TOL, PATIENCE = 300, 0.02, 4
# How much of what is still to come may be anticipated.
FORESIGHT = 0.75
# Noise that is not there has no logarithm.
SMALLEST = np.finfo(np.float64).tiny
# At least this share of the samples is taken to say how large noise is, whatever was fitted to it.
LEAST_FREE = 0.1
# How many times as strong as the usual penalty it may be, or as weak. Where features tell nothing
# it would grow and grow; so strong, full-batch steps of the usual length are still short enough.
FURTHEST = math.log(100)


def fit_with_penalties(configurations, states, dataset, validation, *, make_monitors):
    """Find the penalties that are to be found, then train; see :func:`fit_stack`.

    What breaks the search for a penalty off leaves the network as it was then. A training that goes
    on keeps the penalty that was found for it.
    """
    pairs = list(zip(configurations, states, strict=True))
    configurations = [_with_former_penalty(*pair) for pair in pairs]
    seeking = [number for number, one in enumerate(configurations) if one.finds_alpha]
    if seeking:
        search = [configurations[number] for number in seeking]
        found, explored = _explore(search, [states[number] for number in seeking], dataset)
        broken = [result for result in explored if result.error is not None]
        if broken and len(seeking) == len(configurations):
            return explored
        if broken:
            raise broken[0].error
        for number, alpha in zip(seeking, found, strict=True):
            configurations[number] = replace(configurations[number], alpha=alpha)
    return fit_stack(configurations, states, dataset, validation, make_monitors=make_monitors)


def _with_former_penalty(configuration, state):
    if configuration.finds_alpha and state.solver_settings is not None:
        return replace(configuration, alpha=state.alpha, finds_alpha=False)
    return configuration


def _explore(configurations, states, dataset):
    """The penalties found, and the results of the last trainings on the way there."""
    n_samples, solver = dataset.n_counted, LBFGS()
    tol = solver.automatic_tol(states[0].network.n_params / dataset.total, LOOSEST_TOL)
    settings = {"solver": solver, "batch_size": n_samples, "tol": float(tol), "resumable": False}
    settings |= {"max_iter": MOST_ITERATIONS, "n_iter_no_change": PATIENCE}
    explorers = [replace(one, **settings) for one in configurations]
    states = [_start(state) for state in states]
    results = [None] * len(states)
    paths = [_Path(one.alpha, dataset.loss.first_penalty) for one in configurations]
    going = list(range(len(paths)))
    for _ in range(MOST_TRAININGS):
        found = fit_stack(
            [replace(explorers[number], alpha=paths[number].alpha) for number in going],
            [states[number] for number in going],
            dataset,
        )
        for number, result in zip(going, found, strict=True):
            results[number] = result
            weights = result.history.weights[np.newaxis]
            states[number] = _start(replace(result.state, theta=weights))
        if any(result.error is not None for result in found):
            break
        try:
            going = [number for number in going if _follow(paths[number], results[number], dataset)]
        except BaseException as error:
            # For the caller to raise, after taking the weights.
            results = [replace(result, error=error) for result in results]
            break
        if not going:
            break
    return [path.alpha for path in paths], results


def _start(state):
    """One network at a start of its own, whatever is known of trainings before."""
    theta = None if state.theta is None else state.theta[:1]
    return replace(state, theta=theta, history=None, solver_settings=None, solver_state=None)


def _follow(path, result, dataset):
    """Go on to the penalty that the evidence asks for; whether it is another one."""
    if result.end == "diverged":
        return False
    state, total = result.state, dataset.total
    network, theta = state.network, result.history.weights
    scaling = None
    if state.moments is not None:
        scaling = state.moments.scaling(dataset.X.dtype)
    counted = network.penalised(theta.dtype)
    squares = float(np.dot(theta * counted, theta))
    with np.errstate(all="ignore"), thread_team() as team:
        measured = dataset.loss.measured(result.training_loss / network.n_outputs)
        matrix = GaussNewton(network, theta, replace(dataset, loss=measured), scaling, team)
        dispersion = matrix.dispersion()
        random_state = np.random.RandomState(state.split_seed)
        n_determined = determined(
            *spectrum(matrix.times, counted, random_state), path.alpha / total
        )
        if dataset.loss.least_dispersion is not None:
            # Of samples trained on errors are smaller than noise is.
            free = max(1 - n_determined / (network.n_outputs * total), LEAST_FREE)
            dispersion = max(dispersion / free, dataset.loss.least_dispersion, SMALLEST)
        alpha = automatic_alpha(total) * dispersion * n_determined / squares
        return path.move(alpha, math.log(dispersion))


class _Path:
    """The penalties tried so far.

    Parameters
    ----------
    usual : float
        The usual penalty.
    first : float
        Times that one, where to start.
    """

    def __init__(self, usual, first=1.0):
        self.alpha = usual * first
        self._usual = usual
        self._last_step = 0.0

    def move(self, alpha, stretch=0.0):
        """Move towards a penalty; whether it was far.

        The more noise there is, the stronger it may be, and the less, the weaker: by `stretch`, the
        logarithm of the dispersion.

        Steps that get shorter by a factor, or go to and fro, add up to a multiple of this one
        (Aitken's extrapolation).
        """
        if not 0 < alpha < math.inf:
            return False
        step = math.log(alpha / self.alpha)
        if abs(step) < CLOSE:
            return False
        shorter = step / self._last_step if self._last_step else 0.0
        self._last_step = step
        if shorter < 1:
            step /= 1 - float(np.clip(shorter, -1, FORESIGHT))
        far = math.log(self.alpha / self._usual) + step
        far = np.clip(far, min(0, stretch) - FURTHEST, max(0, stretch) + FURTHEST)
        before, self.alpha = self.alpha, self._usual * math.exp(far)
        return self.alpha != before
