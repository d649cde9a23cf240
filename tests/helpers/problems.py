"""Small problems for the tests of the kernels, drawn from one seed each."""

import numpy as np

from skshallow._core.compiled_passes import suitable_passes
from skshallow._core.losses import (
    AbsoluteError,
    Gamma,
    Huber,
    LogLoss,
    MultinomialLogLoss,
    Poisson,
    Quantile,
    SquaredError,
)
from skshallow._core.network import Network
from skshallow._core.objective import LossSum, NumpyObjective
from skshallow._core.threads import SINGLE_THREAD
from skshallow._data.samples import Dataset

ALL_SAMPLES = ((None, 1.0),)
# The loss of each kind of targets, and how many outputs it is tried with.
CLASS_KINDS = {
    "binary": (LogLoss(), 1),
    "multiclass": (MultinomialLogLoss(), 3),
    "multilabel": (LogLoss(), 3),
}
# Of the pinball loss, next to no corner.
SHARP = 1e-9
NUMBER_KINDS = {
    "squared_error": (SquaredError(), 2),
    "absolute_error": (AbsoluteError(corner=SHARP), 2),
    "huber": (Huber(0.7), 2),
    "quantile": (Quantile((0.2,), corner=SHARP), 2),
    "quantiles": (Quantile((0.1, 0.5, 0.8), corner=SHARP), 3),
    "poisson": (Poisson(), 2),
    "gamma": (Gamma(), 1),
}
KINDS = CLASS_KINDS | NUMBER_KINDS
N_CLASSES = {kind: max(2, n_outputs) for kind, (_, n_outputs) in CLASS_KINDS.items()}


def loss_of(kind):
    """The loss of a kind of targets, and the number of outputs."""
    return KINDS[kind]


def draw_codes(kind, n_samples, random_state):
    """Class numbers, zeros and ones for several labels, or numbers."""
    loss, n_outputs = KINDS[kind]
    if kind in NUMBER_KINDS:
        n_targets = n_outputs // loss.outputs_per_target
        numbers = random_state.standard_normal((n_samples, n_targets))
        if kind == "poisson":
            numbers = np.floor(np.exp(numbers))
        return np.exp(numbers[:, 0]) if kind == "gamma" else numbers
    if kind == "multilabel":
        return random_state.randint(2, size=(n_samples, n_outputs))
    return random_state.randint(max(2, n_outputs), size=n_samples)


def in_blocks(X, scaling, size):
    """A table as the objective reads it."""
    empty = np.empty(0)
    return Dataset(X, LogLoss(), empty, empty, empty, empty, empty).in_blocks(scaling, size)


def make_objective(network, loss, blocks, codes, weights, alpha, total=None, team=SINGLE_THREAD):
    """J of networks with these penalties, divided by `total` or the weight of the samples."""
    passes = suitable_passes(network, loss, blocks.table)
    loss_sum = LossSum(network, loss, blocks, codes, weights, len(alpha), team, passes)
    total = np.sum(weights) if total is None else total
    decay = np.outer(np.asarray(alpha, float) / total, network.penalised(blocks.dtype))
    return NumpyObjective(loss_sum, decay.astype(blocks.dtype))


def draw_problem(
    kind="binary",
    activation="tanh",
    *,
    n_networks=1,
    n_h=3,
    n_features=2,
    n_samples=7,
    alpha=None,
    block_size=None,
    X=None,
    dtype=np.float64,
    seed=0,
    **settings,
):
    """An objective on random samples with random weights, and a stack to evaluate it at."""
    random_state = np.random.RandomState(seed)
    features = random_state.standard_normal((n_samples, n_features)).astype(dtype)
    codes = draw_codes(kind, n_samples, random_state)
    loss, n_outputs = loss_of(kind)
    network = Network(n_features, n_h, n_outputs, activation)
    theta = random_state.standard_normal((n_networks, network.n_params)).astype(dtype)
    objective = make_objective(
        network,
        loss,
        in_blocks(features if X is None else X, None, block_size or n_samples),
        codes,
        random_state.uniform(0.1, 2, n_samples),
        random_state.uniform(0, 2, n_networks) if alpha is None else alpha,
        **settings,
    )
    return objective, theta


class Quadratic:
    """J = ½·(x − target)ᵀ·diag(curvature)·(x − target), as an objective for every network."""

    decay = np.zeros((1, 1))

    def __init__(self, curvature, target):
        self.curvature, self.target = np.asarray(curvature, float), np.asarray(target, float)
        self.evaluations = 0

    def take(self, networks):
        return self

    def value_and_gradient(self, theta, gradient, batch=None):
        self.evaluations += 1
        offset = theta - self.target
        gradient[...] = self.curvature * offset
        return 0.5 * (offset * gradient).sum(axis=1)

    def gradient(self, theta):
        return self.curvature * (theta - self.target)


def constant_rate(theta, rate=0.1):
    """The same learning rate for every network of a stack."""
    return np.full((len(theta), 1), rate, theta.dtype)


def run(solver, objective, theta, n_iter, rate=0.1, batches=ALL_SAMPLES):
    theta = theta.copy()
    state, rates = solver.start(theta), constant_rate(theta, rate)
    losses = [solver.iterate(objective, theta, state, batches, rates) for _ in range(n_iter)]
    return theta, np.array(losses)
