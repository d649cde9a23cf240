"""Small problems for the tests of the kernels, drawn from one seed each."""

import numpy as np

from skshallow.losses import LOSSES
from skshallow.network import Network
from skshallow.objective import Objective
from skshallow.rows import as_rows

ALL_SAMPLES = ((None, 1.0),)
N_CLASSES = {"binary": 2, "multiclass": 3, "multilabel": 3}


def draw_codes(kind, n_samples, random_state):
    """Class numbers, or zeros and ones for three labels."""
    if kind == "multilabel":
        return random_state.randint(2, size=(n_samples, N_CLASSES[kind]))
    return random_state.randint(N_CLASSES[kind], size=n_samples)


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
    loss = LOSSES[kind]
    network = Network(n_features, n_h, 1 if kind == "binary" else N_CLASSES[kind], activation)
    theta = random_state.standard_normal((n_networks, network.n_params)).astype(dtype)
    objective = Objective(
        network,
        loss,
        as_rows(features if X is None else X, None, block_size or n_samples),
        loss.encode(codes, N_CLASSES[kind], dtype),
        random_state.uniform(0.1, 2, n_samples),
        random_state.uniform(0, 2, n_networks) if alpha is None else np.asarray(alpha, float),
        **settings,
    )
    return objective, theta


class Quadratic:
    """J = ½·(x − target)ᵀ·diag(curvature)·(x − target), as an objective for every network."""

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


def run(solver, objective, theta, n_iter, rate=0.1, batches=ALL_SAMPLES):
    theta = theta.copy()
    state = solver.start(theta, np.full((len(theta), 1), rate, theta.dtype))
    losses = [solver.iterate(objective, theta, state, batches) for _ in range(n_iter)]
    return theta, np.array(losses)
