"""StackedGridSearchCV: GridSearchCV for our estimators, many candidates at a time."""

from __future__ import annotations

import time
from numbers import Integral
from typing import Any, Self

from sklearn import get_config
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import ParameterGrid, check_cv
from sklearn.utils import Bunch, indexable
from sklearn.utils.metadata_routing import process_routing

from skshallow._compat import MonitoredGridSearchCV, fit_context, scores_with_weights, split_params
from skshallow._estimators.callbacks import task_arguments
from skshallow._estimators.fitting import all_or_nothing
from skshallow._estimators.search_results import (
    score_failures_by_each_metric,
    tabulate,
    warn_of_failures,
)
from skshallow._estimators.typing import MatrixLike, keeps_signature
from skshallow.model_selection._evaluation import Evaluation
from skshallow.model_selection._report import first_line
from skshallow.model_selection._scoring import checked_once
from skshallow.model_selection._splits import numbered
from skshallow.model_selection._stacks import is_ours
from skshallow.model_selection._units import evaluate


class StackedGridSearchCV(MonitoredGridSearchCV):
    """Exhaustive search in which candidates of equal shape train as one stack of networks.

    A drop-in for :class:`~sklearn.model_selection.GridSearchCV` where the estimator is a
    :class:`~skshallow.OneHiddenLayerClassifier`, a :class:`~skshallow.OneHiddenLayerRegressor` or a
    Pipeline that ends in one, of its own or from the grid. On each split, candidates that differ in
    `alpha`, `learning_rate`, `random_state` and `init` only go through the same matrix products,
    and share one fit of the preprocessing. The scores are those of GridSearchCV.

    Each trains on its own if a subclass overrides methods, or if callbacks that may stop it are set
    on what is searched. A progress bar of the search changes nothing.

    Parameters
    ----------
    estimator : OneHiddenLayerClassifier, OneHiddenLayerRegressor or Pipeline
        What to search.
    param_grid : dict of str to list, or list of such dicts
        Parameters and the values to try.
    scoring : str, callable, list, tuple, dict or None, default=None
        What to choose by, higher is better: the name of a scorer, a function
        ``scorer(estimator, X, y)``, or several metrics, as a list of names, a dict of names and
        scorers, or a function that gives a dict. None is the estimator's own `score`, the accuracy
        or R².
    n_jobs : int or None, default=None
        Workers that train stacks side by side, through joblib: its backends, Dask's among them,
        decide where.
    refit : bool, str or callable, default=True
        Whether to fit the best candidate on all samples; with several metrics, by which of them, or
        a function that picks the index of the best from `cv_results_`.
    cv : int, cross-validation generator, iterable or None, default=None
        The splits; None is 5-fold, for classes stratified.
    verbose : int, default=0
        Above 0, says how much there is to do; above 1, prints a line for each fit.
    pre_dispatch : int or str, default="2*n_jobs"
        How many units of work are handed out in advance.
    error_score : "raise" or float, default=nan
        What a candidate scores where it cannot be fitted or scored.
    return_train_score : bool, default=False
        Whether to score the samples trained on, too.

    Attributes
    ----------
    cv_results_ : dict of str to ndarray
        A table by columns, with a row for each candidate: "params", "param_NAME" for each
        parameter, "mean_test_score", "std_test_score", "rank_test_score" and "splitN_test_score"
        (of several metrics with their names instead of "score"), and the means and deviations of
        "fit_time" and "score_time", in seconds. Keys and shapes are GridSearchCV's. Candidates that
        trained as one stack share its time equally.
    best_estimator_ : estimator
        The best candidate, fitted on all samples.
    best_score_ : float
        Its mean score.
    best_params_ : dict
        Its parameters.
    best_index_ : int
        Its place in `cv_results_`.
    scorer_ : callable or dict of str to callable
        What scored.
    n_splits_ : int
        Number of splits.
    refit_time_ : float
        Seconds that it took to fit the best candidate on all samples.
    multimetric_ : bool
        Whether there are several metrics.
    classes_ : ndarray of shape (n_classes,)
        The classes.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features,)
        Their names, where X had names that are all strings.

    See Also
    --------
    OneHiddenLayerClassifierCV, OneHiddenLayerRegressorCV : Choose alpha on their own.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skshallow import OneHiddenLayerClassifier, StackedGridSearchCV
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = OneHiddenLayerClassifier(16, random_state=0)
    >>> search = StackedGridSearchCV(clf, {"alpha": [0.1, 1, 10]}, scoring="neg_log_loss")
    >>> search.fit(X, y).best_params_
    {'alpha': 0.1}
    """

    @keeps_signature(fit_context(prefer_skip_nested_validation=False))
    def fit(self, X: MatrixLike, y: MatrixLike | None = None, **params: Any) -> Self:
        """Fit and score all candidates, and refit the best.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Targets.
        **params : dict
            Handed on to the `fit` of the estimator, to the scorer and to the splitter, as
            GridSearchCV does; values for every sample are split like `X`.

        Returns
        -------
        self : StackedGridSearchCV
            The fitted search.

        Raises
        ------
        TypeError
            If no candidate is an estimator of ours or a Pipeline that ends in one.
        ValueError
            If there is no candidate or no split, or if every fit failed.
        """
        candidates = list(ParameterGrid(self.param_grid))
        if not any(is_ours(self.estimator, candidate) for candidate in candidates or [{}]):
            raise TypeError(
                "StackedGridSearchCV searches OneHiddenLayerClassifier, OneHiddenLayerRegressor, "
                f"or a Pipeline that ends in one; got {self.estimator!r}. Use "
                "sklearn.model_selection.GridSearchCV."
            )
        with all_or_nothing(self):
            self._search(candidates, X, y, params)
        return self

    def _search(self, candidates, X, y, params):
        scorer, by = self._scorer()
        X, y = indexable(X, y)
        params = split_params(X, params)
        arguments = task_arguments(self, X, y, params.get("sample_weight"))
        context = self._init_callback_context(max_subtasks=2 if self.refit else 1)
        context.call_on_fit_task_begin(**arguments)
        routed = self._routed(params)
        splits = self._split(X, y, routed.splitter.split)
        if self.verbose > 0:
            print(first_line(len(splits), len(candidates)))
        evaluation = Evaluation(
            clone(self.estimator),
            checked_once(scorer, self.scoring),
            routed.estimator.fit,
            routed.scorer.score,
            self.error_score,
            self.return_train_score,
            self.verbose,
        )
        outcomes = evaluate(
            evaluation,
            candidates,
            X,
            y,
            splits,
            callbacks=(context, arguments),
            n_jobs=self.n_jobs,
            pre_dispatch=self.pre_dispatch,
        )
        warn_of_failures(outcomes, self.error_score)
        score_failures_by_each_metric(outcomes)
        results = tabulate(candidates, outcomes, return_train_score=self.return_train_score)
        self._conclude(results, outcomes[0][0].test_scores, by)
        if self.refit:
            self._refit(X, y, routed.estimator.fit, context, arguments)
        self.scorer_ = self._scorers() or scorer
        self.cv_results_ = results
        context.call_on_fit_task_end(**arguments)

    def _scorer(self):
        """What scores, and the name of the metric that decides."""
        if callable(self.scoring):
            return self.scoring, "score"
        scorer = check_scoring(self.estimator, self.scoring, raise_exc=self.error_score == "raise")
        if self.scoring is None or isinstance(self.scoring, str):
            return scorer, "score"
        return scorer, self._metric_to_refit(self.scoring)

    def _scorers(self):
        """The scorers by name, where several are asked for."""
        if self.scoring is None or isinstance(self.scoring, str) or callable(self.scoring):
            return None
        named = self.scoring if isinstance(self.scoring, dict) else dict.fromkeys(self.scoring)
        return {
            name: check_scoring(self.estimator, scoring or name) for name, scoring in named.items()
        }

    def _metric_to_refit(self, metrics):
        known = isinstance(self.refit, str) and self.refit in metrics
        if self.refit is not False and not known and not callable(self.refit):
            raise ValueError(
                "With several metrics, refit must be the name of one of them, a callable or False; "
                f"got {self.refit!r}."
            )
        return self.refit

    def _routed(self, params):
        """What goes to the estimator, the scorer and the splitter."""
        if get_config()["enable_metadata_routing"]:
            return process_routing(self, "fit", **params)
        params = dict(params)
        groups = params.pop("groups", None)
        of_scorer = {}
        if params.get("sample_weight") is not None and scores_with_weights(self):
            of_scorer["sample_weight"] = params["sample_weight"]
        return Bunch(
            estimator=Bunch(fit=params),
            scorer=Bunch(score=of_scorer),
            splitter=Bunch(split={"groups": groups}),
        )

    def _split(self, X, y, params):
        cv = check_cv(self.cv, y, classifier=is_classifier(self.estimator))
        self.n_splits_ = cv.get_n_splits(X, y, **params)
        splits = numbered(cv.split(X, y, **params))
        if len(splits) != self.n_splits_:
            raise ValueError(
                f"cv is inconsistent: cv.get_n_splits gives {self.n_splits_}, but cv.split gives "
                f"{len(splits)} splits."
            )
        return splits

    def _conclude(self, results, scores, by):
        self.multimetric_ = isinstance(scores, dict)
        if callable(self.scoring) and self.multimetric_:
            by = self._metric_to_refit(scores)
        if self.multimetric_ and not self.refit:
            return
        if callable(self.refit):
            self.best_index_ = self._index(self.refit(results), len(results["params"]))
        else:
            self.best_index_ = results[f"rank_test_{by}"].argmin()
            self.best_score_ = results[f"mean_test_{by}"][self.best_index_]
        self.best_params_ = results["params"][self.best_index_]

    @staticmethod
    def _index(index, n_candidates):
        if not isinstance(index, Integral):
            raise TypeError(f"refit must return an integer; got {index!r}.")
        if not 0 <= index < n_candidates:
            raise IndexError(
                f"refit must return the place of one of the {n_candidates} candidates; got {index}."
            )
        return index

    def _refit(self, X, y, fit_params, context, arguments):
        best = clone(self.estimator).set_params(**clone(self.best_params_, safe=False))
        task = context.subcontext(task_name="refit-with-best-params")
        with task.propagate_callback_context(best):
            task.call_on_fit_task_begin(**arguments)
            start = time.time()
            best.fit(X, y, **fit_params)
            self.best_estimator_ = best
            self.refit_time_ = time.time() - start
        task.call_on_fit_task_end(**arguments)
        if hasattr(best, "feature_names_in_"):
            self.feature_names_in_ = best.feature_names_in_
