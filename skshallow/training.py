"""The loop around a solver: loss curves, stopping, best weights, divergence, interruption.

The solver moves the stack; this loop watches each network of it, and lets one that is done leave.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np

# A loss below this is nil: how much it still falls, relative to itself, is of no interest.
NEGLIGIBLE_LOSS = 1e-6
# A loss that ends higher than at the start by more than this factor has diverged.
RISE = 1.01
# Where J ends below this share of what it was at the start on a sample of so many rows, there is no
# need to measure it there on all rows.
CLEARLY_LOWER = 0.9
SAMPLE_ROWS = 1000


@dataclass(frozen=True)
class Stopping:
    """When to stop.

    Parameters
    ----------
    max_iter : int
        The most iterations.
    tol : float
        An iteration leaves the loss unchanged if it does not lower it by this share of the lowest
        one so far; 0 switches the test off.
    n_iter_no_change : int
        After so many iterations in a row without a change, training has settled.
    """

    max_iter: int
    tol: float
    n_iter_no_change: int


@dataclass(eq=False)
class Record:
    """What became of one network.

    Attributes
    ----------
    weights : ndarray of shape (n_params,)
        The best weights so far. In the end the last ones take their place, unless there is a
        validation set or training diverged.
    loss_curve, validation_loss_curve : list of float
        A value an iteration; the latter stays empty without a validation set.
    best_loss : float
        The lowest value of the curve that is watched.
    loss : float
        J at `weights`.
    start : ndarray of shape (n_params,) or None
        The weights training starts from, until it is over.
    ceiling : float
        J at the start. Training that ends above has diverged.
    end : {"limit", "settled", "stopped", "diverged", "interrupted"}
        Why it ended: after `max_iter` iterations, because the loss no longer changed, because
        a watcher said so, because J was no longer finite, by an exception.
    resume : tuple or None
        The last weights, shape (1, n_params), and the solver's state, where they are kept.
    lowest, unchanged : float, int
        The lowest loss on these rows, and for how many iterations it has not changed.
    """

    weights: np.ndarray | None = None
    loss_curve: list = field(default_factory=list)
    validation_loss_curve: list = field(default_factory=list)
    best_loss: float = math.inf
    loss: float = math.nan
    start: np.ndarray | None = None
    ceiling: float = math.inf
    end: str = "limit"
    resume: tuple | None = None
    lowest: float = math.inf
    unchanged: int = 0

    def watch(self, loss, stopping):
        """Count for how many iterations `loss` has not changed."""
        goal = self.lowest - stopping.tol * max(self.lowest, NEGLIGIBLE_LOSS)
        self.unchanged = 0 if loss < goal or math.isinf(self.lowest) else self.unchanged + 1
        self.lowest = min(self.lowest, loss)
        if self.unchanged >= stopping.n_iter_no_change:
            self.end = "settled"


class Training:
    """Train a stack of networks.

    Parameters
    ----------
    objective : Objective
        J of the training rows.
    solver : Solver
        Moves the weights.
    theta : ndarray of shape (K, n_params)
        Where the networks are; moved in place.
    state : dict
        What the solver remembers; updated.
    batches : Batches
        The batches of every epoch.
    records : list of Record
        One for each network, continued.
    stopping : Stopping
        When to stop.
    validation : Objective, optional
        The loss on validation rows, watched instead of J where given.
    watchers : list, default=()
        Of each, ``begin()`` is called before every iteration and ``end(training)`` after it;
        training stops when one of these returns True.
    resumable : bool, default=False
        Whether the records keep what it takes to go on later.
    stream : bool, default=False
        Whether the rows are some of many, so that J on them may well be higher than at the start.

    Attributes
    ----------
    error : BaseException or None
        What broke the training off. It is for the caller to raise it, after taking the weights.
    running : list of Record
        Those of the networks that are not done yet.
    """

    def __init__(
        self,
        objective,
        solver,
        theta,
        state,
        batches,
        records,
        stopping,
        *,
        validation=None,
        watchers=(),
        resumable=False,
        stream=False,
    ):
        self.objective = objective
        self.solver = solver
        self.theta = theta
        self.state = state
        self.batches = batches
        self.records = records
        self.stopping = stopping
        self.validation = validation
        self.watchers = watchers
        self.resumable = resumable
        self.stream = stream
        self.error = None
        self.running = list(records)
        self._before = np.empty_like(theta)
        self._looks_back = False

    def run(self):
        """Iterate until every network is done, and return the records."""
        for record, weights in zip(self.records, self.theta, strict=True):
            record.end, record.ceiling, record.start = "limit", math.inf, weights.copy()
        floating = np.geterr()
        try:
            # A network that diverges is let go, not warned about by every product it spoils.
            with np.errstate(all="ignore"):
                self._measure_start()
                for _ in range(self.stopping.max_iter):
                    for watcher in self.watchers:
                        watcher.begin()
                    self._iterate()
                    # Each of them is told, whatever the one before it says.
                    stops = [watcher.end(self) for watcher in self.watchers]
                    if any(stops):
                        self._stop()
                    self._let_go()
                    if not self.running:
                        break
                self._finish(range(len(self.running)))
        except BaseException as error:
            self.error = error
            for row, record in enumerate(self.running):
                self._break_off(row, record)
        finally:
            # np.errstate does not restore what it is interrupted in setting.
            np.seterr(**floating)
        return self.records

    def leading(self):
        """The record of the network that is ahead, with the weights that stopping now leaves it."""
        if self.validation is not None:
            record = min(self.records, key=lambda record: record.best_loss)
            weights = record.weights
        else:
            done = [record for record in self.records if record not in self.running]
            ahead = [(record.loss, record, record.weights) for record in done]
            losses = self.objective.value(self.theta).tolist()
            ahead += zip(losses, self.running, self.theta, strict=True)
            _, record, weights = min(ahead, key=lambda one: np.nan_to_num(one[0], nan=np.inf))
        return replace(record, weights=weights.copy(), loss_curve=list(record.loss_curve))

    def _loss(self, row, weights, batch=None):
        return float(self.objective.take([row]).value(weights, batch)[0])

    def _measure_start(self):
        """See to it that training never ends with worse weights than it starts from."""
        if self.stream or self.records[0].loss_curve:
            return
        if self.validation is not None:
            losses = self.validation.value(self.theta).tolist()
            for record, loss in zip(self.records, losses, strict=True):
                record.best_loss = loss
        else:
            # A full-batch solver measures J there on its way.
            self._looks_back = not self.solver.full_batch

    def _iterate(self):
        np.copyto(self._before, self.theta)
        batches = self.batches.epoch()
        losses = self.solver.iterate(self.objective, self.theta, self.state, batches).tolist()
        weights, watched = self._before, losses
        if self.validation is not None:
            weights, watched = self.theta, self.validation.value(self.theta).tolist()
        for row, record in enumerate(self.running):
            self._note(record, losses[row], watched[row], weights[row])

    def _note(self, record, loss, watched, weights):
        if not (math.isfinite(loss) and math.isfinite(watched)):
            record.end = "diverged"
            return
        if self.solver.full_batch and math.isinf(record.ceiling):
            record.ceiling = loss
        record.loss_curve.append(loss)
        if self.validation is not None:
            record.validation_loss_curve.append(watched)
        if watched < record.best_loss:
            # The weights come first: interrupted in between, they are better than is known.
            np.copyto(record.weights, weights)
            record.best_loss, record.loss = watched, loss
        if self.stopping.tol > 0:
            record.watch(watched, self.stopping)

    def _stop(self):
        for record in self.running:
            if record.end == "limit":
                record.end = "stopped"

    def _let_go(self):
        done = [row for row, record in enumerate(self.running) if record.end != "limit"]
        if not done:
            return
        self._finish(done)
        going = [row for row, record in enumerate(self.running) if record.end == "limit"]
        if not going:
            self.running = []
            return
        # An exception finds all of the stack, or all of what is left of it.
        self.running, self.theta, self.state, self.objective, self.validation, self._before = (
            [self.running[row] for row in going],
            self.theta[going],
            take(self.state, going),
            self.objective.take(going),
            None if self.validation is None else self.validation.take(going),
            self._before[going],
        )

    def _finish(self, rows):
        """Settle on the weights of networks that are done, and on J there."""
        for row in rows:
            record = self.running[row]
            last, best = self.theta[[row]], record.weights[np.newaxis]
            last_loss = self._loss(row, last)
            if self._looks_back:
                self._look_back(row, record, last_loss)
            # An activation that saturates hides infinite weights from J.
            sound = math.isfinite(last_loss) and np.isfinite(last).all()
            if not (sound and last_loss <= RISE * record.ceiling):
                record.end = "diverged"
            if self.resumable and sound:
                record.resume = last, take(self.state, [row])
            if self.validation is None and record.end != "diverged":
                best[...], record.loss = last, last_loss
                record.best_loss = min(record.best_loss, last_loss)
            else:
                self._settle_on_best(row, record, best)

    def _look_back(self, row, record, last_loss):
        """Measure J at the start, exactly only if `last_loss` is not clearly lower."""
        sample = np.arange(0, self.objective.n_rows, -(-self.objective.n_rows // SAMPLE_ROWS))
        record.ceiling = self._loss(row, record.start[np.newaxis], sample)
        if not last_loss < CLEARLY_LOWER * record.ceiling:
            record.ceiling = self._loss(row, record.start[np.newaxis])

    def _settle_on_best(self, row, record, best):
        record.loss = self._loss(row, best)
        sound = math.isfinite(record.loss) and np.isfinite(best).all()
        if not sound or (self._looks_back and not record.loss <= record.ceiling):
            best[...] = record.start
            record.loss = self._loss(row, best)
            if self.validation is None:
                record.best_loss = min(record.best_loss, record.loss)

    def _break_off(self, row, record):
        """Leave a network that is not done with its best weights, and measure J there."""
        record.end = "interrupted"
        best = record.weights[np.newaxis]
        try:
            with np.errstate(all="ignore"):
                if self._looks_back:
                    self._look_back(row, record, self._loss(row, best))
                self._settle_on_best(row, record, best)
        except Exception:
            # It had gone wrong before, and J may stay unknown.
            pass
        except BaseException as again:
            # Whoever interrupts once more is in a hurry, but loses no weights by that.
            self.error = again


def take(state, networks):
    """A solver's state for some of the networks."""
    return {
        name: value[networks] if isinstance(value, np.ndarray) else value
        for name, value in state.items()
    }
