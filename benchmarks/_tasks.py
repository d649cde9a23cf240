"""The trainings that benchmarks compare, as tasks; all take the benchmark's arguments."""

import numpy as np
from _training import Task
from sklearn.datasets import load_digits, make_classification, make_moons
from sklearn.preprocessing import StandardScaler


def moons_task(arguments):
    """Two moons as in textbooks: a step is over in microseconds, and what surrounds it counts."""
    X, y = make_moons(400, noise=0.2, random_state=42)
    return Task(X, y, 4, "tanh", "gd", 200 if arguments.quick else 10_000, 1.2)


def digits_task(arguments):
    """A small table in double precision."""
    X, y = load_digits(return_X_y=True)
    return Task(X / 16, y, 64, "relu", "adam", 3 if arguments.quick else 30, 0.001)


def long_task(arguments):
    """Many samples, few features, single precision."""
    X, y = many_samples(2_000 if arguments.quick else 100_000)
    return Task(X, y, 100, "relu", "adam", 5, 0.001)


def wide_task(arguments):
    """As large as MNIST: ten blurred prototypes, a tenth of the labels drawn at random."""
    n, d, n_classes = (1_000 if arguments.quick else 60_000), 784, 10
    rng = np.random.default_rng(0)
    prototypes = rng.random((n_classes, d), dtype=np.float32)
    y = rng.integers(0, n_classes, n)
    X = rng.standard_normal((n, d), dtype=np.float32)
    X += prototypes[y]
    np.clip(X, 0, 1, out=X)
    y = np.where(rng.random(n) < 0.1, rng.integers(0, n_classes, n), y)
    return Task(X, y, 256, "relu", "adam", 3, 0.001)


def tall_task(arguments):
    """L-BFGS on many samples."""
    X, y = many_samples(2_000 if arguments.quick else 100_000)
    return Task(X, y, 100, "tanh", "lbfgs", 5 if arguments.quick else 100, alpha=1.0)


def tasks(arguments):
    """Trainings that are one task each, by name."""
    makers = {
        "moons": moons_task,
        "digits": digits_task,
        "long": long_task,
        "wide": wide_task,
        "tall": tall_task,
    }
    return {name: make(arguments) for name, make in makers.items()}


def many_samples(n):
    """Samples of two classes that no network separates, 30 features in single precision."""
    X, y = make_classification(n, 30, n_informative=10, flip_y=0.1, random_state=0)
    return StandardScaler().fit_transform(X).astype(np.float32), y
