"""What chooses a penalty by cross-validation, for classes and for numbers."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.metrics import get_scorer_names
from sklearn.model_selection import ParameterGrid

from skshallow._compat import CallbackSupportMixin, Interval, StrOptions, fit_context, followers
from skshallow._core.network import Network
from skshallow._core.objective import automatic_alpha
from skshallow._data.samples import Dataset
from skshallow._estimators.callbacks import task_arguments
from skshallow._estimators.fitting import all_or_nothing, check_samples, conclude, fit_together
from skshallow._estimators.search_results import scored_splits, tabulate
from skshallow._estimators.stacking import find_targets
from skshallow._estimators.typing import MatrixLike, keeps_signature
from skshallow._training.fit import choose_solver, grows
from skshallow._training.penalty_range import beyond, evenly_spaced, highest_between
from skshallow.model_selection._averaging import alike, average
from skshallow.model_selection._choices import check_choices, is_list, listed
from skshallow.model_selection._evaluation import Evaluation, Outcome
from skshallow.model_selection._growth import plan as plan_of
from skshallow.model_selection._report import first_line
from skshallow.model_selection._routing import ScoringMixin, flat
from skshallow.model_selection._scoring import NegativeLoss, checked_once, scorer_for
from skshallow.model_selection._splits import draw_splits
from skshallow.model_selection._units import evaluate

# What tol="auto" may stand for in the end. With a penalty chosen on held-out samples, training
# seldom needs to end early to keep from fitting noise: full-batch iterations go on until they gain
# less than this, unless scores are then worse by more than so many standard errors.
CONVERGED = 1e-4
STANDARD_ERRORS = 2.0
# These may be lists of values to choose from.
CHOSEN = ("n_h", "activation", "learning_rate")
# Parameters of what is chosen that whoever chooses decides on.
DECIDED = {"alpha", "warm_start"}


class PenaltySearchMixin(ScoringMixin, CallbackSupportMixin):
    """Lets an estimator choose its penalty by cross-validation.

    Attributes
    ----------
    chosen_class : type
        Of the estimators that are tried.
    """

    chosen_class: ClassVar[type[BaseEstimator]]

    # The values to choose from are validated where they are tried.
    @keeps_signature(fit_context(prefer_skip_nested_validation=False))
    def fit(
        self,
        X: MatrixLike,
        y: MatrixLike,
        sample_weight: ArrayLike | None = None,
        **params: Any,
    ) -> Self:
        """Choose by cross-validation, then train on all samples.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or zeros and ones for several labels at once; numbers for a regressor, with a
            column for each target.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, at least 0, in training and in judging. A `scoring` of your own
            is given them if it takes them, and scikit-learn is 1.7 or newer; with metadata routing,
            if it asks for them (with ``scoring=None``, this estimator's :meth:`score`).
        **params : dict
            `groups` for a `cv` that keeps groups together; with metadata routing whatever `cv` and
            `scoring` ask for.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter, a feature, a target or a weight is not what it may be, or no class has
            two samples.

        Warns
        -----
        ConvergenceWarning
            If the last training had not converged after `max_iter` iterations.
        """
        check_choices(self)
        arguments = task_arguments(self, X, y, sample_weight)
        # Penalties further out may be searched for more than once.
        context = self._init_callback_context(max_subtasks=None)
        context.call_on_fit_task_begin(**arguments)
        with all_or_nothing(self):
            for name in [name for name in vars(self) if name.endswith("_")]:
                delattr(self, name)
            X, y, weights = check_samples(self, X, y, sample_weight, reset=True)
            targets, y = find_targets(self, y), flat(y)
            self.__dict__.update(targets.attributes())
            own = {} if sample_weight is None else {"sample_weight": weights}
            for_scorer, for_splitter = self._routed(own, params)
            dataset = Dataset.of(X, y, weights, targets, self.class_weight)
            plan = plan_of(self, self._is_large(dataset), targets.n_outputs)
            seed = {"random_state": self.random_state, "one": plan.large}
            splits = draw_splits(self.cv, targets, X, y, **seed, **for_splitter)
            evaluation = self._evaluation(plan, targets, splits, own, for_scorer)
            evaluate_all = self._evaluator(evaluation, X, y, splits, (context, arguments))
            self._choose(evaluate_all, plan, automatic_alpha(dataset.total))
            if self.refit:
                self._refit(evaluate_all, plan, X, y, own, context, arguments)
        context.call_on_fit_task_end(**arguments)
        return self

    def _is_large(self, dataset):
        rate = self.learning_rate
        if is_list(rate):
            rate = next(iter(rate))
        return grows(self.solver, rate, dataset.n_counted)

    def _refit(self, evaluate_all, plan, X, y, params, context, arguments):
        """Train the best candidate on all samples, and take its fitted attributes over."""
        chosen = self.best_params_ | {"alpha": self.alpha_}
        best = self._candidate(n_h=plan.n_h, n_init=plan.n_init, verbose=self.verbose)
        best.set_params(**chosen)
        weights = params.get("sample_weight", np.ones(X.shape[0]))
        solver = choose_solver(best.solver, best.learning_rate, np.count_nonzero(weights))
        if self.tol == "auto" and solver.full_batch:
            targets = find_targets(self, y)
            per_sample = _n_params(best, X, targets) / weights.sum()
            if solver.automatic_tol(per_sample, targets.loss.loosest_tol) > CONVERGED:
                best.set_params(tol=self._final_tol(evaluate_all, chosen))
        networks = alike(best, plan.n_networks)
        task = context.subcontext(
            task_name="refit-with-best-params", max_subtasks=int(self.max_iter)
        )
        task.call_on_fit_task_begin(**arguments)
        results = fit_together(networks, X, y, **params, callbacks=(task, arguments))
        for network, result in zip(networks, results, strict=True):
            # A penalty that leaves predictions all but constant was chosen on samples held out.
            conclude(network, replace(result, end="converged") if result.end == "flat" else result)
        task.call_on_fit_task_end(**arguments)
        vars(self).update(average(networks, [result.losses.min() for result in results]))
        self.n_h_ = len(self.intercepts_[0])

    def _choose(self, evaluate_all, plan, usual_alpha):
        candidates = list(ParameterGrid(self._grid(plan, usual_alpha)))
        outcomes = evaluate_all(candidates)
        self._note_best(candidates, outcomes, plan)
        goes_on = isinstance(self.alphas, str) and not plan.large
        while goes_on and (more := self._further_out(usual_alpha)):
            candidates = candidates + more
            outcomes = outcomes + evaluate_all(more)
            self._note_best(candidates, outcomes, plan)

    def _further_out(self, usual_alpha):
        """The best candidate with penalties beyond the weakest or strongest, if that is its own."""
        best, params = self.best_params_["alpha"], self.cv_results_["params"]
        if not np.isfinite(self.best_score_):
            return []
        alphas = [one["alpha"] for one in params if one | {"alpha": best} == self.best_params_]
        return [self.best_params_ | {"alpha": one} for one in beyond(alphas, best, usual_alpha)]

    def _note_best(self, candidates, outcomes, plan):
        self.cv_results_ = _table(candidates, outcomes)
        self.best_index_ = int(self.cv_results_["rank_test_score"].argmin())
        self.best_score_ = float(self.cv_results_["mean_test_score"][self.best_index_])
        self.best_params_ = candidates[self.best_index_]
        self.alpha_ = self._chosen_alpha()
        self.n_h_ = int(self.best_params_.get("n_h", plan.n_h))

    def _evaluation(self, plan, targets, splits, fit_params, score_params):
        """How candidates are fitted and scored."""
        if score_params.get("sample_weight") is not None:
            weights = np.asarray(score_params["sample_weight"])
            if not all(weights[test].any() for _, test in splits if len(test)):
                raise ValueError("sample_weight leaves a split without samples of weight to score.")
        scorer = NegativeLoss()
        if self.scoring is not None:
            scorer = checked_once(scorer_for(self), self.scoring)
        return Evaluation(
            estimator=self._candidate(n_h=plan.n_h_tried, n_init=1, verbose=0),
            scorer=scorer,
            fit_params=fit_params,
            score_params=score_params,
            error_score="raise",
            return_train_score=False,
            verbose=int(self.verbose),
            warns=False,
            targets=targets,
            own_epochs=int(self.max_iter) if followers(self) else 0,
        )

    def _evaluator(self, evaluation, X, y, splits, callbacks):
        """A function that gives the outcomes of candidates on every split."""
        self.n_splits_ = len(splits)
        scored = [split for split in splits if len(split[1])]
        workers = {"n_jobs": self.n_jobs, "callbacks": callbacks}

        def evaluate_all(candidates):
            if self.verbose:
                print(first_line(len(scored), len(candidates)))
            outcomes = evaluate(evaluation, candidates, X, y, scored, **workers)
            if isinstance(outcomes[0][0].test_scores, dict):
                raise ValueError(
                    f"scoring must return a number; it returned {outcomes[0][0].test_scores!r}."
                )
            for place, (_, test) in enumerate(splits):
                if not len(test):
                    for row in outcomes:
                        row.insert(place, Outcome(test_scores=np.nan))
            return outcomes

        return evaluate_all

    def _chosen_alpha(self):
        """That of the best candidate, or between those of the ones beside it in an even grid."""
        best = self.best_params_["alpha"]
        if is_list(self.alphas):
            return best
        beside = [
            (params["alpha"], score)
            for params, score in zip(
                self.cv_results_["params"], self.cv_results_["mean_test_score"], strict=True
            )
            if params | {"alpha": best} == self.best_params_
        ]
        alphas, scores = map(np.array, zip(*sorted(beside), strict=True))
        return highest_between(alphas, scores)

    def _final_tol(self, evaluate_all, chosen):
        candidates = [chosen | {"tol": tol} for tol in ("auto", CONVERGED)]
        results = _table(candidates, evaluate_all(candidates))
        splits = range(self.n_splits_)
        scores = np.transpose([results[f"split{split}_test_score"] for split in splits])
        early, converged = scores[:, scored_splits(scores)]
        # Scores may be infinite; where both are, neither way is worse.
        with np.errstate(invalid="ignore"):
            loss = early - converged
            error = loss.std(ddof=1) / np.sqrt(len(loss)) if len(loss) > 1 else 0.0
            return "auto" if loss.mean() > STANDARD_ERRORS * error else CONVERGED

    def _grid(self, plan, usual_alpha):
        """What to choose from, by the names of parameters."""
        alphas = self.alphas
        if plan.n_alphas:
            alphas = evenly_spaced(usual_alpha, plan.n_alphas, range_of=plan.range_of_alphas)
        others = {name: listed(getattr(self, name)) for name in self._listed()}
        return {"alpha": [float(alpha) for alpha in alphas], **others}

    def _listed(self):
        """Parameters that are lists of values to choose from."""
        return [name for name in CHOSEN if is_list(getattr(self, name))]

    def _candidate(self, **params):
        """An estimator of these parameters, but for those to choose from."""
        chosen = self._listed()
        params = {name: value for name, value in params.items() if name not in chosen}
        names = set(self.chosen_class().get_params(deep=False)) - DECIDED - set(chosen)
        return self.chosen_class(**{name: getattr(self, name) for name in names} | params)


def search_constraints(constraints):
    """What the parameters may be, given those of what is chosen."""
    one = Interval(Integral, 1, None, closed="left")
    return {
        **{name: rules for name, rules in constraints.items() if name not in DECIDED},
        **{name: [*constraints[name], "array-like"] for name in CHOSEN},
        "n_init": [StrOptions({"auto"}), one],
        "n_networks": [StrOptions({"auto"}), one],
        "alphas": [StrOptions({"auto"}), one, "array-like"],
        "cv": ["cv_object"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "n_jobs": [Integral, None],
        "refit": ["boolean"],
    }


def _n_params(estimator, X, targets):
    return Network(X.shape[1], int(estimator.n_h), targets.n_outputs, estimator.activation).n_params


def _table(candidates, outcomes):
    return tabulate(candidates, outcomes, return_train_score=False, unscored_count=False)
