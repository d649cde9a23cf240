"""The unit of work of a search: some candidates that train together, on one split of the rows."""

import numbers
import time
import traceback
import warnings
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.base import clone

from skshallow.search.report import end_line, start_line
from skshallow.search.scoring import StackScorer
from skshallow.search.together import alike, fit_together, preprocess


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
        Above 1, a line is printed for each outcome, with the scores above 2; above 9 also one
        before it.
    """

    estimator: object
    scorer: object
    fit_params: dict
    score_params: dict
    error_score: object
    return_train_score: bool
    verbose: int

    def run(self, candidates, progress, X, y, train, test, task):
        """Outcomes of candidates that can train together, in their order.

        Parameters
        ----------
        candidates : list of dict
            Parameters of each.
        progress : list of str
            What to print of their place among the others.
        X, y : array-like
            All rows.
        train, test : ndarray of int
            Which of them to fit to, and which to score.
        task : FitTask
            What callbacks are told of it.

        Returns
        -------
        outcomes : list of Outcome
        """
        if self.verbose > 9:
            for candidate, where in zip(candidates, progress, strict=True):
                print(start_line(candidate, where), flush=True)
        rows = take_rows(X, train), take_rows(y, train)
        fit_params = _split_like(X, self.fit_params, train)
        task.begin(*rows, fit_params.get("sample_weight"))
        estimators = [self._estimator(candidate) for candidate in candidates]
        fit_times, errors = self._fit(estimators, *rows, fit_params), [None] * len(candidates)
        for place, candidate in enumerate(candidates):
            if fit_times[place] is None:
                # On its own it shows whether it is this one that fails, and how.
                estimators[place] = self._estimator(candidate)
                alone = self._fit_alone(estimators[place], *rows, fit_params)
                fit_times[place], errors[place] = alone
        fitted = [one for one, error in zip(estimators, errors, strict=True) if error is None]
        scored = iter(self._score(fitted, X, y, train, test))
        outcomes = [
            self._failure(seconds, error) if error else Outcome(fit_time=seconds, **next(scored))
            for seconds, error in zip(fit_times, errors, strict=True)
        ]
        task.end()
        if self.verbose > 1:
            for candidate, where, outcome in zip(candidates, progress, outcomes, strict=True):
                print(end_line(candidate, where, outcome, scores=self.verbose > 2), flush=True)
        return outcomes

    def _estimator(self, candidate):
        # Parameters may be estimators themselves, which must not be shared.
        return clone(self.estimator).set_params(**clone(candidate, safe=False))

    @staticmethod
    def _fit(estimators, X, y, fit_params):
        """Fit together what can be; the seconds that took for each, None where it failed."""
        fit_times = [None] * len(estimators)
        with suppress(Exception):
            start = time.perf_counter()
            classifiers, X, y, fit_params = preprocess(estimators, X, y, fit_params)
            preprocessing = (time.perf_counter() - start) / len(estimators)
            for places in alike(classifiers):
                start = time.perf_counter()
                with suppress(Exception):
                    fit_together([classifiers[place] for place in places], X, y, **fit_params)
                    seconds = preprocessing + (time.perf_counter() - start) / len(places)
                    for place in places:
                        fit_times[place] = seconds
        return fit_times

    def _fit_alone(self, estimator, X, y, fit_params):
        """The seconds it took, and the traceback if it failed."""
        start = time.perf_counter()
        error = None
        try:
            estimator.fit(X, y, **fit_params)
        except Exception:
            if self.error_score == "raise":
                raise
            error = traceback.format_exc()
        return time.perf_counter() - start, error

    def _failure(self, seconds, error):
        train_scores = self.error_score if self.return_train_score else None
        return Outcome(self.error_score, train_scores, seconds, fit_error=error)

    def _score(self, estimators, X, y, train, test):
        """The scores of each, and the seconds it took, as :class:`Outcome` names them."""
        start = time.perf_counter()
        test_scores = self._scores_on(estimators, X, y, test)
        score_time = (time.perf_counter() - start) / max(1, len(estimators))
        train_scores = [None] * len(estimators)
        if self.return_train_score:
            train_scores = self._scores_on(estimators, X, y, train)
        return [
            {"test_scores": on_test, "train_scores": on_train, "score_time": score_time}
            for on_test, on_train in zip(test_scores, train_scores, strict=True)
        ]

    def _scores_on(self, estimators, X, y, rows):
        params = _split_like(X, self.score_params, rows)
        X, y = take_rows(X, rows), take_rows(y, rows)
        if estimators and isinstance(self.scorer, StackScorer):
            # Should it fail, one by one shows for which of them.
            with suppress(Exception):
                return self.scorer.score_all(estimators, X, y, **params)
        return [self._score_alone(estimator, X, y, params) for estimator in estimators]

    def _score_alone(self, estimator, X, y, params):
        try:
            scores = self.scorer(estimator, X, y, **params)
        except Exception:
            if self.error_score == "raise":
                raise
            return self._no_score(traceback.format_exc())
        if not isinstance(scores, dict):
            return _number(scores, self.scorer)
        # Of several metrics, one that fails gives its traceback instead of a score.
        return {
            name: self._no_score(score) if isinstance(score, str) else _number(score, name)
            for name, score in scores.items()
        }

    def _no_score(self, error):
        warnings.warn(
            "Scoring failed. The score on this train-test partition for these parameters will "
            f"be set to {self.error_score}. Details: \n{error}",
            UserWarning,
            stacklevel=2,
        )
        return self.error_score


def take_rows(array, rows):
    """Some rows of a list, an array, a sparse matrix or a data frame; None of None."""
    if array is None:
        return None
    if hasattr(array, "iloc"):
        return array.iloc[rows]
    if hasattr(array, "shape"):
        return array[rows]
    return [array[row] for row in rows]


def _split_like(X, params, rows):
    """Parameters restricted to some rows where they hold a value for every row of `X`."""
    return {
        name: take_rows(value, rows) if _length(value) == _length(X) else value
        for name, value in params.items()
    }


def _length(value):
    if sparse.issparse(value) or (hasattr(value, "shape") and value.shape):
        return value.shape[0]
    return len(value) if isinstance(value, list | tuple) else None


def _number(score, scorer):
    if hasattr(score, "item") and np.size(score) == 1:
        score = score.item()
    if not isinstance(score, numbers.Number):
        raise ValueError(
            f"scoring must return a number, got {score} ({type(score)}) instead. (scorer={scorer})"
        )
    return score
