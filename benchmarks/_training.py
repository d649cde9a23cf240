"""The same training for everyone: what it is, its J, and skshallow's and scikit-learn's part in it.

Each contestant takes a :class:`Task` and returns an :class:`Outcome`. All start from the same
weights, and the seconds run from arrays in memory to weights in memory.
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp
from sklearn.neural_network import MLPClassifier

from skshallow import OneHiddenLayerClassifier, config_context
from skshallow._core.objective import NumpyObjective
from skshallow.solvers import SGD, Adam

FULL_BATCH = ("gd", "lbfgs")


@dataclass(frozen=True, eq=False)
class Task:
    """A training that everyone does alike.

    Attributes
    ----------
    X : ndarray of shape (n_samples, n_features)
        Features, in the precision to train in.
    y : ndarray of int, shape (n_samples,)
        Classes 0, 1, ….
    n_h : int
        Number of hidden units.
    activation : {"relu", "tanh"}
        Their activation function.
    solver : {"gd", "sgd", "adam", "lbfgs"}
        By skshallow's names.
    n_iter : int
        Iterations, or epochs where the solver takes mini-batches.
    learning_rate : float or None
        None is everyone's own default.
    alpha : float
        J is the mean cross-entropy plus alpha/2 times the squared weights over n_samples.
    batch_size : int
        Samples of a mini-batch.
    seed : int
        Decides the initial weights and the order of the batches.
    """

    X: np.ndarray
    y: np.ndarray
    n_h: int
    activation: str
    solver: str
    n_iter: int
    learning_rate: float | None = None
    alpha: float = 0.0
    batch_size: int = 200
    seed: int = 0

    @cached_property
    def n_outputs(self):
        """One for two classes."""
        n_classes = self.y.max() + 1
        return 1 if n_classes == 2 else int(n_classes)

    @property
    def samples_per_step(self):
        """Samples that a step sees."""
        n = len(self.X)
        return n if self.solver in FULL_BATCH else min(self.batch_size, n)

    @property
    def start(self):
        """Initial weights W1, b1, W2, b2 (Glorot and Bengio, 2010), biases zero."""
        draw = np.random.default_rng(self.seed).uniform
        widths = self.X.shape[1], self.n_h, self.n_outputs
        weights = []
        for fan_in, fan_out in pairwise(widths):
            bound = np.sqrt(6 / (fan_in + fan_out))
            weights += [draw(-bound, bound, (fan_in, fan_out)), np.zeros(fan_out)]
        return tuple(array.astype(self.X.dtype) for array in weights)


class Outcome(NamedTuple):
    """What came of a training: W1, b1, W2, b2; how long it took; how much was done.

    `n_evaluations` counts evaluations of J, where the solver is lbfgs.
    """

    weights: tuple
    seconds: float
    n_iter: int
    n_evaluations: int = 0


def objective(task, weights, chunk=10_000):
    """J at some weights, in double precision and independently of all contestants."""
    W1, b1, W2, b2 = (np.asarray(array, dtype=np.float64) for array in weights)
    total = task.alpha / 2 * (np.sum(W1**2) + np.sum(W2**2))
    for first in range(0, len(task.X), chunk):
        X, y = task.X[first : first + chunk], task.y[first : first + chunk]
        Z1 = X @ W1 + b1
        logits = (np.tanh(Z1) if task.activation == "tanh" else np.maximum(Z1, 0)) @ W2 + b2
        if task.n_outputs == 1:
            logits = np.hstack([np.zeros_like(logits), logits])
        total += np.sum(logsumexp(logits, axis=1) - logits[np.arange(len(y)), y])
    return float(total / len(task.X))


def fewest_iterations(train, task, goal, low, high):
    """Between how many iterations J falls to `goal`: not yet after `low`, but after `high`.

    Every number that is tried is a fit of its own from the same start. Halves the interval until
    it is 5 % wide, and returns its upper end.
    """
    while high - low > max(1, high // 20):
        middle = (low + high) // 2
        outcome = train(replace(task, n_iter=middle))
        low, high = (low, middle) if objective(task, outcome.weights) <= goal else (middle, high)
    return high


# What each of skshallow's solvers is when all do the same: nobody else averages weights.
SOLVERS = {"gd": "gd", "lbfgs": "lbfgs", "adam": Adam(average=0), "sgd": SGD(average=0)}


def train_ours(task):
    """The classifier of skshallow."""
    classifier = OneHiddenLayerClassifier(
        task.n_h,
        activation=task.activation,
        solver=SOLVERS[task.solver],
        learning_rate=task.learning_rate or "auto",
        alpha=task.alpha,
        batch_size=task.samples_per_step,
        max_iter=task.n_iter,
        tol=0,
        early_stopping=False,
        standardize=False,
        init=task.start,
        random_state=task.seed,
    )
    return _fitted(classifier, task, NumpyObjective, "value_and_gradient")


def train_ours_by_numpy(task):
    """The same without compiled kernels."""
    with config_context(kernels=False):
        return train_ours(task)


def train_mlp_shuffling(task):
    """As :func:`train_mlp`, but samples are shuffled by default, needlessly in a full batch."""
    return train_mlp(task, shuffle=True)


def train_mlp(task, shuffle=None):
    """scikit-learn's MLPClassifier; by default it shuffles only where that changes anything.

    Its penalty is divided by the samples of a step, and it stops early unless told not to. It
    cannot be given initial weights, but it goes on from ``coefs_`` when warm; to have those, it is
    first fitted to one sample of each class, which is not timed.
    """
    first_samples = np.unique(task.y, return_index=True)[1]
    classifier = MLPClassifier(
        (task.n_h,), solver="sgd", max_iter=1, warm_start=True, random_state=task.seed
    )
    classifier.fit(task.X[first_samples], task.y[first_samples])
    W1, b1, W2, b2 = task.start
    classifier.coefs_, classifier.intercepts_ = [W1, W2], [b1, b2]
    classifier.set_params(
        activation=task.activation,
        alpha=task.alpha * task.samples_per_step / len(task.X),
        batch_size=task.samples_per_step,
        shuffle=task.solver not in FULL_BATCH if shuffle is None else shuffle,
        max_iter=task.n_iter,
        tol=0,
        n_iter_no_change=task.n_iter + 1,
        solver="sgd" if task.solver == "gd" else task.solver,
    )
    if task.solver == "gd":
        classifier.set_params(momentum=0, nesterovs_momentum=False)
    if task.learning_rate is not None:
        classifier.set_params(learning_rate_init=task.learning_rate)
    return _fitted(classifier, task, MLPClassifier, "_loss_grad_lbfgs")


def _fitted(classifier, task, owner, name):
    with counting(owner, name, task.solver == "lbfgs") as calls:
        start = time.perf_counter()
        classifier.fit(task.X, task.y)
        seconds = time.perf_counter() - start
    (W1, W2), (b1, b2) = classifier.coefs_, classifier.intercepts_
    return Outcome((W1, b1, W2, b2), seconds, classifier.n_iter_, len(calls))


@contextmanager
def counting(owner, name, active=True):
    """Count the calls of a method in a list; neither library tells how often it evaluated J."""
    calls, method = [], getattr(owner, name, None)

    def counted(*args, **kwargs):
        calls.append(None)
        return method(*args, **kwargs)

    active = active and method is not None
    if active:
        setattr(owner, name, counted)
    try:
        yield calls
    finally:
        if active:
            setattr(owner, name, method)
