"""The unit of work of a search: some candidates, on one split of the samples."""

import numbers
import time
import traceback
import warnings
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils import indexable

from skshallow._compat import split_params, split_samples
from skshallow._data.targets import Targets
from skshallow._estimators.callbacks import task_arguments
from skshallow._estimators.fitting import conclude
from skshallow._estimators.stacking import fit_stacked
from skshallow.model_selection._report import end_line, start_line
from skshallow.model_selection._scoring import StackScorer
from skshallow.model_selection._stacks import final_step, preprocess


@dataclass
class Outcome:
    """What came of one candidate on one split.

    Attributes
    ----------
    test_scores, train_scores : float, dict of str to float or None
        As the scorer returns them, once it did; `train_scores` is None unless asked for.
    fit_time, score_time : float
        Seconds; candidates that train together share the time of that equally.
    fit_error : str or None
        Traceback of a fit that failed.
    """

    test_scores: float | dict | None = None
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
        Further arguments; those with a value for every sample are split like `X`.
    error_score : "raise" or float
        What a failure scores.
    return_train_score : bool
        Whether to score the samples trained on, too.
    verbose : int
        Above 1, a line is printed for each outcome, with the scores above 2; above 9 also one
        before it.
    warns : bool, default=True
        Whether candidates warn of a training that did not converge.
    targets : Targets or None, default=None
        What the targets of all samples are, for candidates that are classifiers of ours to learn
        on each split. Without, they find out by themselves.
    own_epochs : int, default=0
        The most epochs of a candidate, where they are told to the callbacks of whoever chooses.
        With 0 candidates have callbacks of their own, or none.
    """

    estimator: object
    scorer: object
    fit_params: dict
    score_params: dict
    error_score: object
    return_train_score: bool
    verbose: int
    warns: bool = True
    targets: Targets | None = None
    own_epochs: int = 0

    def run(self, stacks, candidates, positions, X, y, train, test, callbacks):
        """Outcomes of candidates that share one preprocessing, on one split.

        Parameters
        ----------
        stacks : list of list of int
            Candidates that train together, by their places; without any, the one candidate trains
            by its own `fit`, followed by callbacks.
        candidates, positions : dict of int to dict and to str
            Parameters of each, and what to print of its place among the others.
        X, y : array-like
            All samples.
        train, test : ndarray of int
            Which of them to fit to, and which to score.
        callbacks : tuple of CallbackContext and dict
            The task that this is, and what callbacks get with the task around it.

        Returns
        -------
        outcomes : dict of int to Outcome
        """
        if self.verbose > 9:
            for place, candidate in candidates.items():
                print(start_line(candidate, positions[place]), flush=True)
        estimators = {place: self._estimator(candidate) for place, candidate in candidates.items()}
        # Those of a group share their first step, which says whether X has a column per sample.
        lead = next(iter(estimators.values()))
        samples = split_samples(lead, X, y, train)
        fit_params = split_params(X, self.fit_params, train)
        context, around = callbacks
        given = samples
        if around["X"] is not None:
            given = split_samples(lead, *indexable(around["X"], around["y"]), train)
        arguments = task_arguments(around["estimator"], *given, fit_params.get("sample_weight"))
        if stacks:
            context.call_on_fit_task_begin(**arguments)
        outcomes = self._fit_stacks(stacks, estimators, *samples, fit_params)
        for place, candidate in candidates.items():
            if place not in outcomes:
                # On its own it shows whether it is this one that fails, and how.
                estimators[place] = self._estimator(candidate)
                task = None if stacks else (context, arguments)
                outcomes[place] = self._fit_alone(estimators[place], *samples, fit_params, task)
        fitted = [place for place in candidates if outcomes[place].fit_error is None]
        pairs = [(estimators[place], outcomes[place]) for place in fitted]
        self._score(pairs, X, y, train, test)
        context.call_on_fit_task_end(**arguments)
        if self.verbose > 1:
            for place, candidate in candidates.items():
                where, outcome = positions[place], outcomes[place]
                print(end_line(candidate, where, outcome, scores=self.verbose > 2), flush=True)
        return outcomes

    def _estimator(self, candidate):
        # Parameters may be estimators themselves, which must not be shared.
        return clone(self.estimator).set_params(**clone(candidate, safe=False))

    def _fit_stacks(self, stacks, estimators, X, y, fit_params):
        """Fit together what can be; outcomes without scores, of those that did not fail."""
        outcomes = {}
        with suppress(Exception):
            start = time.perf_counter()
            if stacks and isinstance(self.estimator, Pipeline):
                X, y, fit_params = preprocess(list(estimators.values()), X, y, fit_params)
            preprocessing = (time.perf_counter() - start) / len(estimators)
            for places in stacks:
                start = time.perf_counter()
                with suppress(Exception):
                    stack = [final_step(estimators[place])[0] for place in places]
                    results = fit_stacked(stack, X, y, **fit_params, targets=self.targets)
                    for classifier, result in zip(stack, results, strict=True):
                        self._conclude(classifier, result)
                    seconds = preprocessing + (time.perf_counter() - start) / len(places)
                    outcomes |= {place: Outcome(fit_time=seconds) for place in places}
        return outcomes

    def _conclude(self, classifier, result):
        if self.warns or result.error is not None:
            conclude(classifier, result)

    def _fit_alone(self, estimator, X, y, fit_params, task):
        """An outcome without scores, or one of a failure; callbacks are told if it has a task."""
        start = time.perf_counter()
        try:
            if task is None:
                self._fit_by(estimator, X, y, fit_params)
            else:
                self._fit_followed(estimator, X, y, fit_params, *task)
        except Exception:
            if self.error_score == "raise":
                raise
            train_score = self.error_score if self.return_train_score else None
            seconds, error = time.perf_counter() - start, traceback.format_exc()
            return Outcome(self.error_score, train_score, seconds, fit_error=error)
        return Outcome(fit_time=time.perf_counter() - start)

    def _fit_followed(self, estimator, X, y, fit_params, context, arguments):
        if self.own_epochs:
            context.call_on_fit_task_begin(**arguments)
            self._fit_by(estimator, X, y, fit_params, callbacks=(context, arguments))
        else:
            with context.propagate_callback_context(estimator):
                context.call_on_fit_task_begin(**arguments)
                self._fit_by(estimator, X, y, fit_params)

    def _fit_by(self, estimator, X, y, fit_params, *, callbacks=None):
        if self.targets is None:
            estimator.fit(X, y, **fit_params)
        else:
            own = {"targets": self.targets, "callbacks": callbacks}
            self._conclude(estimator, *fit_stacked([estimator], X, y, **fit_params, **own))

    def _score(self, pairs, X, y, train, test):
        """Give the outcome of each estimator its scores, and the seconds they took."""
        estimators = [estimator for estimator, _ in pairs]
        start = time.perf_counter()
        test_scores = self._scores_on(estimators, X, y, test, train)
        score_time = (time.perf_counter() - start) / max(1, len(estimators))
        train_scores = [None] * len(estimators)
        if self.return_train_score:
            train_scores = self._scores_on(estimators, X, y, train, train)
        for (_, outcome), *scores in zip(pairs, test_scores, train_scores, strict=True):
            outcome.test_scores, outcome.train_scores = scores
            outcome.score_time = score_time

    def _scores_on(self, estimators, X, y, samples, train):
        if not estimators:
            return []
        params = split_params(X, self.score_params, samples)
        X, y = split_samples(estimators[0], X, y, samples, train)
        if isinstance(self.scorer, StackScorer):
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
            f"Scoring failed, and counts as {self.error_score}. What was raised:\n{error}",
            UserWarning,
            stacklevel=2,
        )
        return self.error_score


def _number(score, scorer):
    if hasattr(score, "item") and np.size(score) == 1:
        score = score.item()
    if not isinstance(score, numbers.Number):
        raise ValueError(
            f"scoring must return a number; {scorer} returned {score!r}, a {type(score)}."
        )
    return score
