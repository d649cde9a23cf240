"""The loop around a solver: loss curves, stopping, best weights, divergence, interruption.

The solver moves the stack; the loop looks at each network of it, and lets one that is done leave.
"""

import math
from dataclasses import replace

import numpy as np

from skshallow._training.state import History, Member, Stack, take_state

# A loss below this is nil: how much it still falls, relative to itself, is of no interest.
NEGLIGIBLE_LOSS = 1e-6
# A loss that ends higher than at the start by more than this factor has diverged.
RISE = 1.01
# Where J ends below this share of what it was at the start on so many samples, there is no need to
# measure it there on all samples.
CLEARLY_LOWER = 0.9
FEW_SAMPLES = 1000


class Training:
    """The training of a stack of networks.

    Parameters
    ----------
    configuration : Configuration
        How to train.
    stack : Stack
        The networks.
    batches : Batches
        The batches of every epoch.
    monitors : list
        Of each, ``begin()`` is called before every iteration and ``end(training)`` after it;
        training stops when one of these returns True.
    harmless : float, default=-inf
        A loss up to which J on these samples may be higher in the end than at the start, as it may
        be on some samples of a stream.
    iterate : callable, optional
        What moves the networks instead of the solver's own method of this name, and as that does.

    Attributes
    ----------
    error : BaseException or None
        What broke the training off. It is for the caller to raise it, after taking the weights.
    """

    def __init__(self, configuration, stack, batches, monitors, harmless=-math.inf, iterate=None):
        self.configuration = configuration
        self.stack = stack
        self.batches = batches
        self.monitors = monitors
        self.error = None
        self._all = stack.members
        self._validated = stack.validation is not None
        self._harmless = harmless
        self._iterate = iterate or configuration.solver.iterate

    def run(self):
        """Iterate until every network is done."""
        floating = np.geterr()
        try:
            # A network that diverges is let go, not warned about by every product it spoils.
            with np.errstate(all="ignore"):
                if self._validated and not self._all[0].first_iter:
                    losses = self.stack.validation.value(self.stack.theta).tolist()
                    for member, loss in zip(self.stack.members, losses, strict=True):
                        member.history.best_loss = loss
                for left in reversed(range(self.configuration.max_iter)):
                    for monitor in self.monitors:
                        monitor.begin()
                    _, theta, before, state, rates, objective, _ = self.stack
                    np.copyto(before, theta)
                    batches = self.batches.epoch()
                    self._note(self._iterate(objective, theta, state, batches, rates))
                    for monitor in self.monitors:
                        if monitor.end(self):
                            self._stop()
                    if not self._let_go(last=left == 0):
                        break
        except BaseException as error:
            self.error = error
            for row, member in enumerate(self.stack.members):
                self._break_off(row, member)
        finally:
            # np.errstate does not restore what it is interrupted in setting.
            np.seterr(**floating)

    def leading(self):
        """The network that is ahead, as stopping now would leave it: a Member of its own."""
        stack = self.stack
        if self._validated:
            member = min(self._all, key=lambda member: member.history.best_loss)
            history = replace(member.history, weights=member.history.weights.copy())
            if member in stack.members:
                row = stack.members.index(member)
                history.loss = self._loss(row, history.weights[np.newaxis])
        else:
            done = [one for one in self._all if one not in stack.members]
            ahead = [(one.history.loss, one, one.history.weights) for one in done]
            losses = stack.objective.value(stack.theta).tolist()
            ahead += zip(losses, stack.members, stack.theta, strict=True)
            loss, member, weights = min(ahead, key=lambda one: np.nan_to_num(one[0], nan=np.inf))
            history = replace(
                member.history,
                weights=weights.copy(),
                loss=loss,
                best_loss=min(loss, member.history.best_loss),
                best_iter=len(member.history.loss_curve),
            )
        for curve in ("loss_curve", "validation_loss_curve"):
            setattr(history, curve, list(getattr(history, curve)))
        return replace(member, history=history)

    def _loss(self, row, weights, batch=None):
        loss = float(self.stack.objective.take([row]).value(weights, batch)[0])
        return math.inf if math.isnan(loss) else loss

    def _note(self, losses):
        """Note the losses of an iteration, shape (K,), and which weights are the best so far."""
        stack, full_batch = self.stack, self.configuration.solver.full_batch
        # Losses are those before the iteration; validation losses those after it.
        weights, deciding, late = stack.before, losses, 0
        if self._validated:
            deciding = stack.validation.value(stack.theta)
            weights, late = stack.theta, 1
        self.configuration.solver.note(deciding, stack.solver_state)
        losses, deciding = losses.tolist(), deciding.tolist()
        for row, member in enumerate(stack.members):
            history, loss, decides = member.history, losses[row], deciding[row]
            if not (math.isfinite(loss) and math.isfinite(decides)):
                member.end = "diverged"
                continue
            if full_batch and math.isinf(member.ceiling):
                member.ceiling = loss
            history.loss_curve.append(loss)
            if self._validated:
                history.validation_loss_curve.append(decides)
            if decides < history.best_loss:
                # The weights come first: interrupted in between, they are better than is known.
                np.copyto(history.weights, weights[row])
                history.best_loss, history.loss = decides, loss
                history.best_iter = len(history.loss_curve) - 1 + late
            if self.configuration.tol > 0:
                self._count_unchanged(member, decides)

    def _count_unchanged(self, member, loss):
        """Count for how many iterations the loss has not changed."""
        history = member.history
        goal = history.lowest - self.configuration.tol * max(history.lowest, NEGLIGIBLE_LOSS)
        changed = loss < goal or math.isinf(history.lowest)
        history.unchanged = 0 if changed else history.unchanged + 1
        history.lowest = min(history.lowest, loss)
        if history.unchanged >= self.configuration.n_iter_no_change:
            member.end = "converged"

    def _stop(self):
        for member in self.stack.members:
            if member.end == "limit":
                member.end = "stopped"

    def _let_go(self, last):
        """Settle networks that are done, all of them after the last iteration; whether any stay."""
        going = []
        for row, member in enumerate(self.stack.members):
            if last or member.end != "limit":
                self._settle(row)
            else:
                going.append(row)
        if 0 < len(going) < len(self.stack.members):
            # In one stroke: an exception finds all of the stack, or all of what is left of it.
            self.stack = self.stack.take(going)
        return bool(going)

    def _settle(self, row):
        """Settle on the weights of a network that is done, and on J there."""
        member, last = self.stack.members[row], self.stack.theta[[row]]
        known = self.configuration.solver.last_value(self.stack.solver_state)
        loss = self._loss(row, last) if known is None else float(known[row])
        self._look_back(row, member, loss)
        # An activation function that saturates hides infinite weights from J.
        sound = math.isfinite(loss) and np.isfinite(last).all()
        if not (sound and loss <= RISE * member.ceiling):
            member.end = "diverged"
        if self.configuration.resumable and sound:
            member.last = last, take_state(self.stack.solver_state, [row])
        if self._validated or member.end == "diverged":
            self._settle_on_best(row, member)
        else:
            history = member.history
            history.weights[...], history.loss = last[0], loss
            history.best_loss = min(history.best_loss, loss)
            history.best_iter = len(history.loss_curve)

    def _look_back(self, row, member, loss):
        """Measure J at the start, exactly only if `loss` is not clearly lower."""
        # A full-batch solver measured it on its way.
        if self.configuration.solver.full_batch or loss <= self._harmless:
            return
        n_samples = self.stack.objective.n_samples
        few = np.arange(0, n_samples, -(-n_samples // FEW_SAMPLES))
        start = member.start[np.newaxis]
        member.ceiling = self._loss(row, start, few)
        if not loss < CLEARLY_LOWER * member.ceiling:
            member.ceiling = self._loss(row, start)

    def _settle_on_best(self, row, member):
        history, best = member.history, member.history.weights[np.newaxis]
        history.loss = self._loss(row, best)
        sound = math.isfinite(history.loss) and np.isfinite(best).all()
        if not sound or not (self._validated or history.loss <= member.ceiling):
            best[...] = member.start
            history.loss = self._loss(row, best)
            history.best_iter = member.first_iter
            if not self._validated:
                history.best_loss = min(history.best_loss, history.loss)

    def _break_off(self, row, member):
        """Leave a network that is not done with its best weights, and measure J there."""
        member.end = "interrupted"
        try:
            with np.errstate(all="ignore"):
                best = member.history.weights[np.newaxis]
                self._look_back(row, member, self._loss(row, best))
                self._settle_on_best(row, member)
        except Exception:
            # It had gone wrong before, and J may stay unknown.
            pass
        except BaseException as again:
            # Whoever interrupts once more is in a hurry, but loses no weights by that.
            self.error = again


def make_stack(configurations, state, theta, rows, make, dataset, validation, scaling, total):
    """The networks, their learning rates, and what they minimise."""
    alpha, rates = np.empty(len(theta)), np.empty((len(theta), 1), theta.dtype)
    for configuration, row in zip(configurations, rows, strict=True):
        alpha[row], rates[row] = configuration.alpha, configuration.learning_rate
    # The gradient of the penalty is squared.
    most = float(np.sqrt(np.finfo(theta.dtype).max))
    if alpha.max() > most * total:
        raise ValueError(
            f"alpha={alpha.max()} is too large for samples that weigh {total} together: training "
            f"in {theta.dtype} takes at most {most:.0e} times as much."
        )
    objective, of_validation = make(dataset, scaling, alpha, total), None
    if validation is not None:
        of_validation = make(validation, scaling, np.zeros_like(alpha), total)
    if state.history is None:
        members = [Member(History(weights.copy()), weights.copy()) for weights in theta]
    else:
        unchanged = (total, alpha[0]) == (state.total, state.alpha) and of_validation is None
        measure = None if unchanged else of_validation or objective
        members = [_continued(state.history, theta[0], measure)]
    solver_state = _solver_state(configurations[0].solver, state, theta)
    before = np.empty_like(theta)
    return Stack(members, theta, before, solver_state, rates, objective, of_validation)


def _continued(history, theta, objective):
    """A network with a history; an `objective`, if given, measures its best weights anew."""
    n_iter = len(history.loss_curve)
    if history.weights is None:
        history.weights = theta.copy()
    if objective is not None and n_iter:
        loss = float(objective.value(history.weights[np.newaxis])[0])
        if loss != history.best_loss:
            history.best_loss, history.lowest, history.unchanged = loss, math.inf, 0
    return Member(history, theta.copy(), n_iter)


def _solver_state(solver, state, theta):
    """The solver's state: where it was left if it is the same solver, else a new one."""
    if state.solver_state is not None and solver.settings() == state.solver_settings:
        return solver.resume(state.solver_state)
    return solver.start(theta)
