"""What training needs besides its data, and what a later call takes up again."""

from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils import check_random_state

from skshallow.labels import Labels
from skshallow.network import Network
from skshallow.scaling import Moments
from skshallow.solvers import Solver
from skshallow.training import Record

SEED_LIMIT = np.iinfo(np.int32).max


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
    order : RandomState
        Where the order of the batches comes from.
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
    order: np.random.RandomState
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
        order = np.random.RandomState(order_seed)
        return cls(network, labels, theta, given, order, split_seed, records)

    @property
    def seen(self):
        """What the rows so far amount to, as plain arrays and numbers."""
        moments = None if self.moments is None else vars(self.moments).copy()
        return {"moments": moments, "counts": self.counts, "total": self.total}

    def recall(self, seen, *, standardize):
        """Take up what :attr:`seen` once gave."""
        self.counts, self.total = seen["counts"], seen["total"]
        if standardize and seen["moments"] is not None:
            self.moments = Moments(**seen["moments"])
        return self

    def fork(self):
        """A copy to train on, so that this one stays as it is until training begins."""
        state = self.state
        if state is not None:
            state = {name: copy(value) for name, value in state.items()}
        records = [
            replace(
                record,
                weights=record.weights.copy(),
                validation_loss_curve=record.validation_loss_curve.copy(),
            )
            for record in self.records
        ]
        return replace(self, theta=self.theta.copy(), state=state, records=records)

    def kept(self, record):
        """The session of one of the networks alone, once it has been trained."""
        theta, state = record.resume or (record.weights[np.newaxis].copy(), None)
        record = replace(record, resume=None, start=None)
        return replace(self, theta=theta, state=state, given=None, records=[record])
