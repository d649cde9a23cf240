"""The unit of work of a search: some candidates that train together, on one split of the rows."""

import numbers
import time
import traceback
import warnings
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.parallel import Parallel, delayed

from skshallow.search.together import STACKED, final_step, fit_together


@dataclass
class Outcome:
    """What came of one candidate on one split.

    Attributes
    ----------
    test_scores, train_scores : float, dict of str to float or None
        As the scorer returns them; `train_scores` is None unless asked for.
    fit_time, score_time : float
        Seconds; candidates that train together share the time of that equally.
    fit_error : str or None
        Traceback of a fit that failed.
    """

    test_scores: float | dict
    train_scores: float | dict | None = None
    fit_time: float = 0.0
    score_time: float = 0.0
    fit_error: str | None = None


@dataclass(frozen=True)
class Evaluation:
    """How candidates are fitted and scored; the same for all.

    Attributes
    ----------
    estimator : estimator
        Cloned for each candidate.
    scorer : callable
        ``scorer(estimator, X, y, **score_params)``.
    fit_params, score_params : dict
        Further arguments; those with a value for every row are split like `X`.
    error_score : "raise" or float
        What a failure scores.
    return_train_score : bool
        Whether to score the rows trained on, too.
    verbose : int
        Above 1, a line is printed for each outcome.
    """

    estimator: object
    scorer: object
    fit_params: dict
    score_params: dict
    error_score: object
    return_train_score: bool
    verbose: int

    def run(self, candidates, X, y, train, test):
        """Outcomes of candidates that can train together, in their order.

        Parameters
        ----------
        candidates : list of dict
            Parameters of each.
        X, y : array-like
            All rows.
        train, test : ndarray of int
            Which of them to fit to, and which to score.

        Returns
        -------
        outcomes : list of Outcome
        """
        estimators = [self._estimator(candidate) for candidate in candidates]
        rows, fit_params = _of_rows((X, y), train), _of_rows(self.fit_params, train, _length(X))
        start = time.perf_counter()
        try:
            fit_together(estimators, *rows, **fit_params)
        except Exception:
            outcomes = self._run_alone(candidates, X, y, train, test)
        else:
            fit_time = (time.perf_counter() - start) / len(candidates)
            outcomes = [
                self._score(estimator, fit_time, X, y, train, test) for estimator in estimators
            ]
        if self.verbose > 1:
            for candidate, outcome in zip(candidates, outcomes, strict=True):
                _report(candidate, outcome)
        return outcomes

    def _estimator(self, candidate):
        # Parameters may be estimators themselves, which must not be shared.
        return clone(self.estimator).set_params(**clone(candidate, safe=False))

    def _run_alone(self, candidates, X, y, train, test):
        """Fit one after the other, to find out which of them it is that fails."""
        outcomes = []
        rows, fit_params = _of_rows((X, y), train), _of_rows(self.fit_params, train, _length(X))
        for candidate in candidates:
            start = time.perf_counter()
            try:
                estimator = self._estimator(candidate).fit(*rows, **fit_params)
            except Exception:
                if self.error_score == "raise":
                    raise
                outcomes.append(self._failure(time.perf_counter() - start))
            else:
                seconds = time.perf_counter() - start
                outcomes.append(self._score(estimator, seconds, X, y, train, test))
        return outcomes

    def _failure(self, seconds):
        scores = self.error_score
        # Only a mapping of names to scorers tells before a score is there what names it has.
        names = getattr(self.scorer, "_scorers", None)
        if names is not None:
            scores = dict.fromkeys(names, self.error_score)
        train_scores = scores if self.return_train_score else None
        return Outcome(scores, train_scores, seconds, fit_error=traceback.format_exc())

    def _score(self, estimator, fit_time, X, y, train, test):
        start = time.perf_counter()
        test_scores = self._scores_on(estimator, X, y, test)
        score_time = time.perf_counter() - start
        train_scores = None
        if self.return_train_score:
            train_scores = self._scores_on(estimator, X, y, train)
        return Outcome(test_scores, train_scores, fit_time, score_time)

    def _scores_on(self, estimator, X, y, rows):
        params = _of_rows(self.score_params, rows, _length(X))
        try:
            scores = self.scorer(estimator, *_of_rows((X, y), rows), **params)
        except Exception:
            if self.error_score == "raise":
                raise
            scores = traceback.format_exc()
        if not isinstance(scores, dict):
            return self._number(scores, self.scorer)
        return {name: self._number(score, name) for name, score in scores.items()}

    def _number(self, score, scorer):
        """A score as a number; a traceback in its place counts as a failure."""
        if isinstance(score, str):
            warnings.warn(
                "Scoring failed. The score on this train-test partition for these parameters will "
                f"be set to {self.error_score}. Details: \n{score}",
                UserWarning,
                stacklevel=2,
            )
            return self.error_score
        if hasattr(score, "item") and np.size(score) == 1:
            score = score.item()
        if not isinstance(score, numbers.Number):
            raise ValueError(
                f"scoring must return a number, got {score} ({type(score)}) instead. "
                f"(scorer={scorer})"
            )
        return score


def evaluate(evaluation, candidates, X, y, splits, *, n_jobs=None, pre_dispatch="2*n_jobs"):
    """Evaluate all candidates on all splits; a unit of work is a group of them on one split.

    Parameters
    ----------
    evaluation : Evaluation
        How.
    candidates : list of dict
        Their parameters.
    X, y : array-like
        All rows.
    splits : list of (train, test)
        Row numbers.
    n_jobs, pre_dispatch
        As for :class:`joblib.Parallel`.

    Returns
    -------
    outcomes : list of list of Outcome
        For each candidate that on every split.

    Raises
    ------
    ValueError
        If there are no candidates or no splits.
    """
    groups = group(candidates, final_step(evaluation.estimator)[1])
    units = [(places, split) for places in groups for split in range(len(splits))]
    if not units:
        raise ValueError(
            "No fits were performed. Was the CV iterator empty? Were there no candidates?"
        )
    found = Parallel(n_jobs=n_jobs, pre_dispatch=pre_dispatch)(
        delayed(evaluation.run)([candidates[place] for place in places], X, y, *splits[split])
        for places, split in units
    )
    outcomes = [[None] * len(splits) for _ in candidates]
    for (places, split), of_group in zip(units, found, strict=True):
        for place, outcome in zip(places, of_group, strict=True):
            outcomes[place][split] = outcome
    return outcomes


def group(candidates, prefix):
    """Places of candidates that differ in stacked parameters only, group by group.

    Parameters
    ----------
    candidates : list of dict
        Their parameters.
    prefix : str
        What stands before the classifier's own, as in "clf__alpha".

    Returns
    -------
    groups : list of list of int
    """
    stacked = {prefix + name for name in STACKED}
    groups = {}
    for place, candidate in enumerate(candidates):
        shape = tuple(
            (name, _token(value))
            for name, value in sorted(candidate.items())
            if name not in stacked
        )
        groups.setdefault(shape, []).append(place)
    return list(groups.values())


def _token(value):
    """What tells values apart: a grid holds each but once, so identity will do for an object."""
    if isinstance(value, str | bytes | int | float | bool | None | np.generic):
        return type(value), value
    return id(value)


def take_rows(array, rows):
    """Some rows of a list, an array, a sparse matrix or a data frame."""
    if hasattr(array, "iloc"):
        return array.iloc[rows]
    if hasattr(array, "shape"):
        return array[rows]
    return [array[row] for row in rows]


def _of_rows(arguments, rows, n_rows=None):
    """Arguments, positional or by name, restricted to some rows where they hold all of them."""
    if isinstance(arguments, tuple):
        return tuple(take_rows(argument, rows) for argument in arguments)
    return {
        name: take_rows(value, rows) if _length(value) == n_rows else value
        for name, value in arguments.items()
    }


def _length(value):
    if sparse.issparse(value) or (hasattr(value, "shape") and value.shape):
        return value.shape[0]
    return len(value) if isinstance(value, list | tuple) else None


def _report(candidate, outcome):
    settings = ", ".join(f"{name}={candidate[name]}" for name in sorted(candidate))
    total = outcome.fit_time + outcome.score_time
    print(f"[CV] END {settings}; total time={total:6.2f}s", flush=True)
