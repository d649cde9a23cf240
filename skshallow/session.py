"""What training needs besides its data, and what a later call takes up again."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils import check_random_state

from skshallow.labels import Labels
from skshallow.network import Network
from skshallow.scaling import Moments
from skshallow.solvers import SOLVERS, Solver
from skshallow.training import Record

SEED_LIMIT = np.iinfo(np.int32).max
# What of a record is of no use to the next call, which finds it out anew.
PASSING = {"start", "ceiling", "end", "resume"}


@dataclass
class Session:
    """What training keeps beside its data, and what a later call takes up.

    Attributes
    ----------
    network : Network
        The shape of the networks.
    labels : Labels
        The classes.
    theta : ndarray of shape (K, n_params) or None
        Where the networks are, on standardised features; None if they start from `given`.
    given : tuple of (coefs, intercepts) or None
        Weights to start from, on raw features.
    order : int or RandomState
        Where the order of the batches comes from: a seed until the first batch is drawn.
    split_seed : int
        Decides which rows are split off for validation.
    records : list of Record
        What became of the networks so far.
    moments : Moments or None
        Mean and variance of the features.
    counts : ndarray or float
        Weight of every class's rows, as :func:`~skshallow.labels.count_classes` gives it.
    total, alpha : float
        Weight of the rows, class weights included, and strength of the penalty in the last call.
    solver, state : Solver, dict or None
        The solver used last, and what it remembers.
    """

    network: Network
    labels: Labels
    theta: np.ndarray | None
    given: tuple | None
    order: int | np.random.RandomState
    split_seed: int
    records: list
    moments: Moments | None = None
    counts: np.ndarray | float = 0.0
    total: float = 0.0
    alpha: float = 0.0
    solver: Solver | None = None
    state: dict | None = None

    @classmethod
    def begin(cls, settings, labels, X, given=None):
        """Draw all that is random: a network's weights, two seeds, then the other networks."""
        network = Network(X.shape[1], settings.n_h, labels.n_outputs, settings.activation)
        random_state = check_random_state(settings.random_state)
        theta = None
        if given is None:
            theta = [network.draw(settings.init, random_state, X.dtype)]
        order_seed, split_seed = random_state.randint(SEED_LIMIT, size=2).tolist()
        if given is None:
            for _ in range(settings.n_init - 1):
                theta.append(network.draw(settings.init, random_state, X.dtype))
            theta = np.stack(theta)
        n_networks = 1 if given is not None else settings.n_init
        records = [Record() for _ in range(n_networks)]
        return cls(network, labels, theta, given, order_seed, split_seed, records)

    def twin(self):
        """The same start for another network, of a session that has only begun."""
        return replace(self, theta=self.theta.copy(), records=[Record() for _ in self.records])

    @property
    def seen(self):
        """What the rows so far amount to, as plain arrays and numbers."""
        moments = None if self.moments is None else vars(self.moments).copy()
        return {"moments": moments, "counts": self.counts, "total": float(self.total)}

    def recall(self, seen, *, standardize):
        """Take up what :attr:`seen` once gave."""
        self.counts, self.total = seen["counts"], seen["total"]
        if standardize and seen["moments"] is not None:
            self.moments = Moments(**seen["moments"])
        return self

    def freeze(self, record):
        """What one of the networks takes to be trained further, as plain arrays and numbers.

        Only the random stream stays an object. NumPy's own, it is known to whatever stores models,
        and to write its state out and in again would take longer than a small step.

        Parameters
        ----------
        record : Record
            What became of that network.

        Returns
        -------
        frozen : dict
            For :meth:`thaw`. Together with :attr:`seen` it is all there is to know.
        """
        theta, state = record.resume or (record.weights[np.newaxis], None)
        return {
            "theta": theta,
            "order": self.order,
            "split_seed": self.split_seed,
            "record": {k: value for k, value in vars(record).items() if k not in PASSING},
            "alpha": float(self.alpha),
            "solver": _name(type(self.solver)),
            # To ask for its parameters by name would take as long as all the rest.
            "solver_params": vars(self.solver).copy(),
            "state": state,
        }

    @classmethod
    def thaw(cls, settings, labels, X, frozen):
        """Take up what :meth:`freeze` gave, whose arrays stay as they are."""
        record = Record(**frozen["record"])
        record.weights = np.array(record.weights)
        record.validation_loss_curve = list(record.validation_loss_curve)
        return cls(
            network=Network(X.shape[1], settings.n_h, labels.n_outputs, settings.activation),
            labels=labels,
            theta=np.array(frozen["theta"]),
            given=None,
            order=frozen["order"],
            split_seed=frozen["split_seed"],
            records=[record],
            alpha=frozen["alpha"],
            solver=_solver(frozen, settings),
            state=_copied(frozen["state"]),
        )


def _solver(frozen, settings):
    """The solver as it was set then; None if it is neither built in nor of the kind set now."""
    families = {_name(family): family for family in (*SOLVERS.values(), type(settings.solver))}
    family = families.get(frozen["solver"])
    if family is None:
        return None
    solver = family.__new__(family)
    vars(solver).update(frozen["solver_params"])
    return solver


def _name(family):
    return f"{family.__module__}.{family.__qualname__}"


def _copied(state):
    if state is None:
        return None
    return {
        name: np.array(value) if isinstance(value, np.ndarray) else value
        for name, value in state.items()
    }
