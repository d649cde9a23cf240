"""Cases that a classifier should make sense of, drawn from one seed each, and the judge of it.

Probabilities that are finite may still be nonsense. On the samples it was trained on, a network has
to be no worse than a constant prediction, and where a straight line of the same penalty tells the
classes apart so has the network, but for a single sample; or a warning says why not.

What was chosen with samples in mind that are yet to come may keep a network from telling all of
these apart. What cross-validation chose is judged by the first question alone. Where the evidence
chose a penalty, or an automatic tol the end of training, a network is held back if one with the
usual penalty, trained to the end, does tell them apart.
"""

import warnings
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss

from helpers.samples import squashed
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV, StackedGridSearchCV
from skshallow._core.objective import automatic_alpha
from skshallow._core.squashing import Squashing
from skshallow._data.far_samples import measure
from skshallow.solvers import SOLVERS

# Losses are compared but for what the last iterations would gain.
CLOSE = 0.01
SEPARATED = 0.95
TO_THE_END, MOST_ITERATIONS = 1e-5, 2000


@dataclass
class SensibleCase:
    """A classifier and the samples it is to learn."""

    estimator: object
    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    traits: list

    def __str__(self):
        return f"{self.estimator!r}: {', '.join(self.traits)}"


def draw_sensible_case(seed):
    """The case of a seed."""
    random_state = np.random.RandomState(seed)
    n_samples = int(np.exp(random_state.uniform(np.log(2), np.log(500))))
    n_features = random_state.randint(1, 12)
    n_classes = min(n_samples, random_state.choice([2, 2, 2, 3, 5]))
    traits = [f"{n_samples} × {n_features}, {n_classes} classes"]
    y = _draw_classes(random_state, n_samples, n_classes, traits)
    X = _draw_features(random_state, y, n_features, traits)
    weights = _draw_weights(random_state, n_samples, traits)
    return SensibleCase(_draw_estimator(random_state, y, n_samples), X, y, weights, traits)


def _draw_classes(random_state, n_samples, n_classes, traits):
    # Two samples of every class, so that they can be split.
    y = np.concatenate([np.arange(n_classes)] * 2)[: max(n_samples, n_classes)]
    shares = np.ones(n_classes)
    if random_state.rand() < 0.3:
        traits.append("rare classes")
        shares[1:] = 0.02
    rest = random_state.choice(n_classes, max(0, n_samples - len(y)), p=shares / shares.sum())
    return random_state.permutation(np.concatenate([y, rest]))


def _draw_features(random_state, y, n_features, traits):
    distance = random_state.choice([0, 0.5, 2, 6])
    traits.append(f"distance {distance}")
    centers = distance * random_state.standard_normal((y.max() + 1, n_features))
    X = centers[y] + random_state.standard_normal((len(y), n_features))
    if random_state.rand() < 0.3:
        traits.append("rounded")
        X = np.round(X)
    if random_state.rand() < 0.3:
        traits.append("units and offsets")
        X = X * 10.0 ** random_state.uniform(-6, 6, n_features)
        X = X + 10.0 ** random_state.uniform(-3, 6) * np.abs(X).max(axis=0)
    if random_state.rand() < 0.3:
        n_wild = random_state.randint(1, 4)
        traits.append(f"{n_wild} wild values")
        where = random_state.randint(len(X), size=n_wild), random_state.randint(n_features)
        X[where] += 10.0 ** random_state.uniform(1, 8, n_wild) * (X.std() or 1)
    return X


def _draw_weights(random_state, n_samples, traits):
    total = 10.0 ** random_state.uniform(-3, 3)
    weights = np.full(max(n_samples, 2), 1.0)
    if random_state.rand() < 0.5:
        traits.append("uneven weights")
        weights = random_state.exponential(size=len(weights)) + 1e-3
    if random_state.rand() < 0.3:
        total = weights.sum()
    traits.append(f"weights sum to {total:.3g}")
    return weights * total / weights.sum()


def _draw_estimator(random_state, y, n_samples):
    params = {"random_state": random_state.randint(100)}
    if random_state.rand() < 0.5:
        params["solver"] = random_state.choice(list(SOLVERS))
    if random_state.rand() < 0.2:
        params["standardize"] = False
    smallest = np.bincount(y).min()
    kind = random_state.choice(["plain", "plain", "plain", "cv", "search"])
    if kind == "cv" and smallest >= 2:
        return OneHiddenLayerClassifierCV(8, alphas=3, n_init=1, cv=2, max_iter=200, **params)
    if kind == "search" and smallest >= 2:
        clf = OneHiddenLayerClassifier(8, max_iter=200, **params)
        return StackedGridSearchCV(clf, {"alpha": ["auto", 0.1]}, cv=2, scoring="neg_log_loss")
    return OneHiddenLayerClassifier(max_iter=200, **params)


def judge_sense(case):
    """Let a case happen.

    Returns
    -------
    outcome : {"learned", "held back", "warned"}

    Raises
    ------
    AssertionError
        If nothing was warned of that has not made sense.
    """
    if _warns(case.estimator, case):
        return "warned"
    fitted = getattr(case.estimator, "best_estimator_", case.estimator)
    weights = _as_counted(fitted, case)
    p = fitted.predict_proba(case.X)
    share = np.bincount(case.y, weights) / weights.sum()
    loss, constant = (
        log_loss(case.y, predicted, sample_weight=weights, labels=fitted.classes_)
        for predicted in (p, np.tile(share, (len(p), 1)))
    )
    assert loss <= (1 + CLOSE) * constant + 1e-6, f"loss {loss}, of class frequencies {constant}"
    if isinstance(case.estimator, OneHiddenLayerClassifierCV) or _tells_apart(fitted, case):
        return "learned"
    usual = {"alpha": automatic_alpha(case.weights.sum())} if fitted.alpha == "auto" else {}
    freed = clone(fitted).set_params(**usual, tol=TO_THE_END, max_iter=MOST_ITERATIONS)
    if _warns(freed, case):
        return "warned"
    assert _tells_apart(freed, case), "a straight line tells the classes apart"
    return "held back"


def _warns(estimator, case):
    """Fit; whether something about it was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        estimator.fit(case.X, case.y, sample_weight=case.weights)
    return any(issubclass(one.category, ConvergenceWarning) for one in caught)


def _as_counted(fitted, case):
    """The weights of the samples, of which those far outside count for less."""
    shares = None
    if fitted.standardize:
        squashing = Squashing(fitted.feature_center_, fitted.feature_reach_)
        _, shares = measure(case.X, case.weights, squashing)
    return case.weights if shares is None else case.weights * shares


def _tells_apart(fitted, case):
    """Whether a network tells the classes apart as a straight line does, but for one sample."""
    weights = _as_counted(fitted, case)
    right = accuracy_score(case.y, fitted.predict(case.X), sample_weight=weights)
    straight = _accuracy_of_a_line(fitted, case.X, case.y, weights)
    return right >= SEPARATED - weights.max() / weights.sum() or straight < SEPARATED


def _accuracy_of_a_line(fitted, X, y, weights):
    """What LogisticRegression at the same penalty gets right of samples as the network has them."""
    X = squashed(X, fitted.feature_center_, fitted.feature_reach_)
    if fitted.standardize:
        mean = np.average(X, axis=0, weights=weights)
        deviation = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=weights))
        X = (X - mean) / np.where(deviation > 0, deviation, 1)
    line = LogisticRegression(C=1 / max(fitted.alpha_, 1e-12), max_iter=2000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        line.fit(X, y, sample_weight=weights)
    return line.score(X, y, sample_weight=weights)
