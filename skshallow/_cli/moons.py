"""The two moons of the tutorials."""

import numpy as np
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression

from skshallow import OneHiddenLayerClassifier
from skshallow._cli import classification

TUTORIAL_NETWORK = "network, gradient descent"


def tutorial_moons(n_samples):
    """Return the data of the tutorials.

    Parameters
    ----------
    n_samples : int
        400 in the tutorial with tanh units, 200 in the tutorial with ReLU units.

    Returns
    -------
    X : ndarray of shape (n_samples, 2)
        The points.
    y : ndarray of shape (n_samples,)
        The moon of each point, 0 or 1.
    """
    return make_moons(n_samples=n_samples, noise=0.2, random_state=42)


def tanh_models(seed):
    """Return the two models of the tutorial, our defaults with 10 restarts, and the baseline.

    Parameters
    ----------
    seed : int
        Random state of the restarts. The initial weights of the tutorial are fixed.

    Returns
    -------
    models : dict of str to classifier
        Not fitted.
    """
    network = OneHiddenLayerClassifier(
        n_h=4,
        activation="tanh",
        solver="gd",
        learning_rate=1.2,
        max_iter=10_000,
        alpha=0,
        init=_tutorial_weights(),
        standardize=False,
        tol=0,
    )
    restarted = OneHiddenLayerClassifier(n_h=4, activation="tanh", n_init=10, random_state=seed)
    return {
        classification.BASELINE: classification.baseline(),
        "LogisticRegression": LogisticRegression(),
        TUTORIAL_NETWORK: network,
        "network, 10 restarts (n_init)": restarted,
    }


def relu_story(seed):
    """Fit the ReLU network of the tutorial, which gets stuck, and our defaults with 10 restarts.

    Parameters
    ----------
    seed : int
        Random state of the restarts.

    Returns
    -------
    story : str
        What became of the two networks.
    """
    X, y = tutorial_moons(200)
    recipe = OneHiddenLayerClassifier(
        n_h=4,
        solver="gd",
        learning_rate=0.1,
        max_iter=1000,
        alpha=0,
        init="small",
        standardize=False,
        tol=0,
        random_state=42,
    ).fit(X, y)
    restarted = OneHiddenLayerClassifier(n_h=4, n_init=10, random_state=seed).fit(X, y)
    return (
        "Small weights and gradient descent can also get stuck: the other tutorial's network "
        f"(200 moons, 4 relu units, 1,000 iterations) ends at {recipe.score(X, y):.2%} training "
        "accuracy, no better than a straight line. Ten restarts, trained together with L-BFGS "
        f"(n_init=10), take the same four units to {restarted.score(X, y):.2%}."
    ).replace("%", " %")


def _tutorial_weights():
    """Return (W1, b1, W2, b2), drawn as in the tutorial."""
    # The tutorial's arrays have one row for each unit, ours one column: hence the transposes.
    rng = np.random.RandomState(3)
    W1, W2 = 0.01 * rng.randn(4, 2), 0.01 * rng.randn(1, 4)
    return W1.T, np.zeros(4), W2.T, np.zeros(1)
