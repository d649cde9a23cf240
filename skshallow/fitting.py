"""One fit, from checked arrays to trained networks.

The `settings` of these functions are the estimator's parameters, by their public names.
"""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_random_state

from skshallow.batches import Batches
from skshallow.labels import row_weights
from skshallow.losses import LOSSES
from skshallow.objective import Objective, rows_per_block
from skshallow.rows import as_rows
from skshallow.scaling import Moments
from skshallow.solvers import SOLVERS, Solver
from skshallow.threads import ALONE, crew
from skshallow.training import Stopping, Training

# Up to this many rows a full batch gets further in the same time than mini-batches do.
FULL_BATCH_ROWS = 10_000
DEFAULT_BATCH_SIZE = 200
# BLAS shares out the products of a mini-batch with more multiplications than this.
LARGE_PRODUCT = 10_000_000
# Total weights of the rows that leave room to compute with them.
LIGHTEST, HEAVIEST = 1e-150, 1e150
ONE_EPOCH = Stopping(max_iter=1, tol=0.0, n_iter_no_change=1)


@dataclass(frozen=True)
class Table:
    """Rows to train on or to validate with.

    Attributes
    ----------
    X : ndarray or CSR array of shape (n, n_features)
        Features.
    codes : ndarray of shape (n,) or (n, n_labels)
        Encoded targets.
    weights : ndarray of shape (n,)
        Sample weight times class weight.
    sample_weight : ndarray of shape (n,)
        Sample weight alone, by which features are standardised: class weights say what errors
        cost, not how often rows occur.
    """

    X: np.ndarray
    codes: np.ndarray
    weights: np.ndarray
    sample_weight: np.ndarray

    @classmethod
    def of(cls, X, codes, sample_weight, weight_of_class):
        """Rows whose classes weigh as :func:`~skshallow.labels.class_weights` says."""
        weights = row_weights(weight_of_class, codes)
        weights = sample_weight if weights.strides == (0,) else sample_weight * weights
        total = weights.sum()
        if total == 0:
            raise ValueError(
                "sample_weight and class_weight together leave no row a weight above 0."
            )
        if not LIGHTEST <= total <= HEAVIEST:
            raise ValueError(
                "sample_weight and class_weight together must give the rows a total weight "
                f"between {LIGHTEST} and {HEAVIEST}; got {total}."
            )
        return cls(X, codes, weights, sample_weight)

    def take(self, rows):
        """Some of the rows."""
        return Table(self.X[rows], self.codes[rows], self.weights[rows], self.sample_weight[rows])

    def __len__(self):
        return self.X.shape[0]


def train(members, sessions, table, validation, solver, *, watch=None, incremental=False):
    """Train the networks of one or several sessions on a table, as one stack.

    Parameters
    ----------
    members : list of OneHiddenLayerClassifier
        The parameters of each session. They differ in `alpha`, `learning_rate`, `random_state` and
        `init` at most; what else is random is decided by the first.
    sessions : list of Session
        Where their networks are. The state of a single session is moved on.
    table, validation : Table
        The rows to train on and, unless None, those to stop early by.
    solver : Solver
        What moves the weights.
    watch : callable, optional
        ``watch(scaling)`` makes a watcher of the training.
    incremental : bool, default=False
        Whether this is one pass over some more rows, as in partial_fit.

    Returns
    -------
    training : Training
        After it ran. The records of the sessions hold the weights on standardised features.
    scaling : Scaling or None
        How the features were standardised.
    """
    settings, session = members[0], sessions[0]
    scaling = _standardise(settings, session, table, incremental)
    batch_rows = batch_size(settings, solver, len(table))
    if settings.shuffle and batch_rows < len(table):
        # The former fit, to be gone on with should this one fail, keeps its own random stream.
        session.order = deepcopy(check_random_state(session.order))
    total = float(table.weights.sum()) + (session.total if incremental else 0)
    theta = _place(sessions, scaling, table)
    alpha = _of_networks(members, sessions, lambda member: member.alpha)
    _check_penalty(alpha, total, theta.dtype)
    rates = _of_networks(members, sessions, lambda member: learning_rate(member, solver))
    params_per_row = session.network.n_params / total
    watchers = [Progress(settings.verbose)] if settings.verbose else []
    if watch is not None:
        watchers.append(watch(scaling))
    # What overflows has diverged; there is no need to warn of every number on the way.
    with np.errstate(all="ignore"), _crew(session.network, theta, solver, batch_rows) as team:
        objective = _objective(session, table, scaling, alpha, total, team)
        watched = None
        if validation is not None:
            watched = _objective(session, validation, scaling, np.zeros_like(alpha), None, team)
        if (total, settings.alpha) != (session.total, session.alpha) or watched is not None:
            _judge_anew(session, watched or objective)
        for member, each in zip(members, sessions, strict=True):
            each.total, each.alpha, each.counts = total, member.alpha, session.counts
        training = Training(
            objective,
            solver,
            theta,
            _resume(session, solver, theta, rates.astype(theta.dtype)[:, np.newaxis]),
            Batches(len(table), batch_rows, settings.shuffle, session.order),
            [record for each in sessions for record in each.records],
            ONE_EPOCH if incremental else stopping(settings, solver, params_per_row),
            validation=watched,
            watchers=watchers,
            resumable=settings.warm_start or incremental,
            stream=incremental,
        )
        training.run()
    return training, scaling


def split(table, labels, fraction, seed):
    """Split rows off for validation, the same share of every class (not of multilabel targets).

    Rows without weight stay with the training rows.

    Parameters
    ----------
    table : Table
        All rows.
    labels : Labels
        Their classes.
    fraction : float
        The share to split off; every class loses at least one row and keeps at least one.
    seed : int
        Decides which rows.

    Returns
    -------
    training, validation : Table

    Raises
    ------
    ValueError
        If a class has too few rows for both.
    """
    random_state = np.random.RandomState(seed)
    codes = table.codes if labels.kind != "multilabel" else np.zeros(len(table), dtype=int)
    chosen = []
    counting = table.weights > 0
    for code in np.unique(codes[counting]):
        rows = random_state.permutation(np.flatnonzero(counting & (codes == code)))
        size = max(1, round(fraction * len(rows)))
        if size >= len(rows):
            what = (
                "y" if labels.kind == "multilabel" else f"class {labels.classes.tolist()[code]!r}"
            )
            raise ValueError(
                f"validation_fraction={fraction} leaves {what} without a row to train on or to "
                f"validate with: it has n_samples = {len(rows)} of a weight above 0. Give X_val "
                "and y_val, or set early_stopping=False."
            )
        chosen.append(rows[:size])
    held_out = np.zeros(len(table), dtype=bool)
    held_out[np.concatenate(chosen)] = True
    return table.take(np.flatnonzero(~held_out)), table.take(np.flatnonzero(held_out))


def choose_solver(settings, n_rows, *, incremental=False):
    """The solver that the parameters ask for, as an object.

    "auto" means lbfgs while the rows fit a full batch and no learning rate was asked for.
    """
    if isinstance(settings.solver, Solver):
        settings.solver._validate_params()
        return settings.solver
    if settings.solver != "auto":
        return SOLVERS[settings.solver]()
    full_batch = n_rows <= FULL_BATCH_ROWS and settings.learning_rate == "auto"
    return SOLVERS["lbfgs" if full_batch and not incremental else "adam"]()


def batch_size(settings, solver, n_rows):
    """Rows of a batch."""
    if solver.full_batch:
        return n_rows
    if settings.batch_size == "auto":
        return min(DEFAULT_BATCH_SIZE, n_rows)
    return settings.batch_size


def learning_rate(settings, solver):
    """Length of a step; 0 for a solver that has no use for it."""
    rate = settings.learning_rate
    return (solver.default_learning_rate or 0.0) if rate == "auto" else rate


def stopping(settings, solver, params_per_row):
    """When training stops."""
    tol = settings.tol
    if tol == "auto":
        tol = solver.automatic_tol(params_per_row)
    return Stopping(settings.max_iter, tol, settings.n_iter_no_change)


class Progress:
    """Watches a training, and prints a line every so many iterations."""

    def __init__(self, every):
        self.every = every

    def begin(self):
        """Nothing is printed before an iteration."""

    def end(self, training):
        """Print the loss of the network that is ahead, if it is time to."""
        sound = [record for record in training.running if record.end != "diverged"]
        if not sound:
            return
        best = min(sound, key=lambda record: record.best_loss)
        iteration = len(best.loss_curve)
        if iteration % self.every == 0:
            line = f"iteration {iteration:>6}  loss {best.loss_curve[-1]:.6f}"
            if best.validation_loss_curve:
                line += f"  validation loss {best.validation_loss_curve[-1]:.6f}"
            print(line, flush=True)


def _standardise(settings, session, table, incremental):
    if not settings.standardize:
        return None
    if session.moments is None or incremental:
        seen = Moments.of(table.X, table.sample_weight)
        session.moments = seen if session.moments is None else session.moments.merge(seen)
    return session.moments.scaling(table.X.dtype)


def _place(sessions, scaling, table):
    """The stack of all sessions' networks, where they start on standardised features."""
    for session in sessions:
        session.moments = sessions[0].moments
        if session.theta is None:
            coefs, intercepts = session.given
            # What overflows is refused below.
            with np.errstate(all="ignore"):
                if scaling is not None:
                    coefs, intercepts = scaling.unfold(coefs, intercepts)
                session.theta = session.network.pack(coefs, intercepts, table.X.dtype)[np.newaxis]
            if not np.isfinite(session.theta).all():
                raise ValueError(
                    f"init, or weights fitted before, overflow {table.X.dtype} on these features."
                )
        for record, weights in zip(session.records, session.theta, strict=True):
            if record.weights is None:
                record.weights = weights.copy()
    if len(sessions) == 1:
        return sessions[0].theta
    return np.concatenate([session.theta for session in sessions])


def _check_penalty(alpha, total, dtype):
    """See to it that the gradient of the penalty can be squared."""
    most = float(np.sqrt(np.finfo(dtype).max))
    if alpha.max() > most * total:
        raise ValueError(
            f"alpha={alpha.max()} is too large for rows that weigh {total} together: training in "
            f"{dtype} takes at most {most:.0e} times as much."
        )


def _of_networks(members, sessions, setting):
    """A setting of each member, once for each of its networks."""
    each = [float(setting(member)) for member in members]
    return np.repeat(each, [len(session.theta) for session in sessions])


def _judge_anew(session, judge):
    """Forget losses on other rows or for another alpha, and measure the weights kept so far."""
    for record in session.records:
        if record.loss_curve:
            loss = float(judge.take([0]).value(record.weights[np.newaxis])[0])
            if loss != record.best_loss:
                record.best_loss, record.lowest, record.unchanged = loss, np.inf, 0


def _crew(network, theta, solver, batch_rows):
    """Threads for the table; BLAS has its own where the products of a mini-batch are large."""
    product = len(theta) * network.n_h * (network.n_features + 1) * batch_rows
    return ALONE if product >= LARGE_PRODUCT and not solver.full_batch else crew()


def _objective(session, table, scaling, alpha, total, crew):
    network, loss = session.network, LOSSES[session.labels.kind]
    size = rows_per_block(network, len(alpha), len(table), table.X.dtype)
    rows = as_rows(table.X, scaling, size)
    targets = loss.encode(table.codes, len(session.labels.classes), table.X.dtype)
    return Objective(network, loss, rows, targets, table.weights, alpha, total, crew)


def _resume(session, solver, theta, rates):
    """The solver's state: where it was left if it is the same solver, else a new one."""
    same = type(solver) is type(session.solver)
    if same and session.state is not None and solver.get_params() == session.solver.get_params():
        state = session.state
    else:
        state = solver.start(theta, rates)
    session.solver = solver
    return solver.resume(state, rates)
