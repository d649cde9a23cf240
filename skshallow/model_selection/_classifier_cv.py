"""OneHiddenLayerClassifierCV: the classifier that chooses its own penalty by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn import get_config
from sklearn.base import BaseEstimator
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.model_selection import BaseCrossValidator, BaseShuffleSplit, ParameterGrid
from sklearn.utils import column_or_1d
from sklearn.utils.metadata_routing import MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted

from skshallow._compat import (
    CallbackSupportMixin,
    Interval,
    StrOptions,
    fit_context,
    followers,
    scores_with_weights,
)
from skshallow._core.objective import automatic_alpha
from skshallow._data.samples import Dataset
from skshallow._data.targets import find_classes
from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.fitting import (
    all_or_nothing,
    check_samples,
    conclude,
    fit_together,
    task_arguments,
)
from skshallow._estimators.parameters import CLASSIFIER_CONSTRAINTS as CONSTRAINTS
from skshallow._estimators.prediction import NetworkClassifierMixin
from skshallow._estimators.typing import MatrixLike, keeps_signature
from skshallow._training.fit import choose_solver, grows
from skshallow.model_selection._averaging import alike, average
from skshallow.model_selection._choices import check_choices, is_list, listed
from skshallow.model_selection._evaluation import Evaluation, Outcome
from skshallow.model_selection._growth import plan as plan_of
from skshallow.model_selection._penalties import evenly_spaced, highest_between, weaker
from skshallow.model_selection._report import first_line
from skshallow.model_selection._results import scored_splits, tabulate
from skshallow.model_selection._scoring import NegativeLogLoss, checked_once, scorer_for
from skshallow.model_selection._splits import draw_splits
from skshallow.model_selection._units import evaluate
from skshallow.solvers import Solver

# What tol="auto" may stand for in the end. With a penalty chosen on held-out samples, training
# seldom needs to end early to keep from fitting noise: full-batch iterations go on until they gain
# less than this, unless scores are then worse by more than so many standard errors.
CONVERGED = 1e-4
STANDARD_ERRORS = 2.0
# These may be lists of values to choose from, as `alphas` are.
CHOSEN = ("n_h", "activation", "learning_rate")
OWN = {"alpha", "warm_start"}


class OneHiddenLayerClassifierCV(CallbackSupportMixin, NetworkClassifierMixin, BaseEstimator):
    """Classifier with one hidden layer that chooses its penalty by cross-validation.

    Each candidate is trained on some of the samples and scored by its log loss on the others, in
    turn. The best one is then trained on all samples, from several initial weights. All candidates
    of one shape train as one stack of networks.

    On a large table, of more than 10 000 samples and with a solver of mini-batches, "auto" stands
    for less searching and for averaging: all together takes about four times as long as one
    :class:`OneHiddenLayerClassifier`.

    Parameters
    ----------
    n_h : "auto", int or list of int, default="auto"
        Number of hidden units, or numbers to choose from. "auto" means 32; on a large table 64 for
        each class, but from 512 to 1024, and a quarter of that for the candidates.
    alphas : "auto", int or array-like of float, default="auto"
        Strengths of the penalty to choose from, or how many to try between 0.01 and 100, evenly
        spaced on a logarithmic scale; between S/3000 and S/0.3 for samples whose weights sum to
        S < 30. "auto" means 9, and if the weakest of these scores best, weaker ones, too; on a
        large table 3, between 0.1 and 10. Of those tried the chosen one need not be: it is where a
        parabola through the scores of the best one and its neighbours is highest.
    activation : str or list of str, default="relu"
        Activation function of the hidden units, or names of several to choose from.
    learning_rate : "auto", float or list, default="auto"
        Length of a step along the gradient, or lengths to choose from.
    solver : str or Solver, default="auto"
        As for :class:`OneHiddenLayerClassifier`, like all parameters that are not listed here.
    cv : int, cross-validation generator, iterable or None, default=None
        The splits; None is 5-fold, stratified (not for several labels) and shuffled by
        `random_state`; on a large table one split, a tenth of each class held out, but 5000 samples
        at most. Candidates learn all classes of the table, whichever a split leaves out,
        and a split with nothing to score on does not count.
    scoring : str, callable or None, default=None
        Score to choose by, higher is better; :meth:`score` gives it, too. None is minus the mean
        log loss, for several labels summed over them; :meth:`score` is then the accuracy.
    n_jobs : int or None, default=None
        Workers that train candidates side by side, through joblib.
    refit : bool, default=True
        Whether to train the best candidate on all samples. Without it there is nothing to predict
        with.
    n_init : "auto" or int, default="auto"
        From how many initial weights to train the best candidate; the one of lowest J is kept.
        "auto" means 5, and 1 on a large table.
    n_networks : "auto" or int, default="auto"
        How many networks to train so, to average their raw outputs: side by side they are one
        network of so many times the units. "auto" means 1, and 3 on a large table.
    tol : "auto" or float, default="auto"
        As there, but with "auto" the best candidate is trained on all samples until the loss has
        converged to 0.0001, unless that makes it clearly worse on the samples held out, by more
        than two standard errors. Only for solvers that take all samples at once.
    verbose : int, default=0
        Above 0, says how many fits there are to do, and prints a line every so many iterations of
        the training on all samples. Above 1, prints a line for each fit before; above 2 with split
        and score, above 9 with the candidate's place, too.
    batch_size, max_iter, n_iter_no_change, early_stopping, validation_fraction : as there
    class_weight, standardize, squash, init, shuffle, random_state : as there

    Attributes
    ----------
    alpha_ : float
        The penalty chosen.
    n_h_ : int
        Number of hidden units, those of all networks that are averaged.
    best_params_ : dict
        The best candidate, by the names of the classifier's parameters. Its `alpha` is the one that
        was tried, next to which `alpha_` lies.
    best_score_ : float
        Its mean score over the splits.
    best_index_ : int
        Its place in `cv_results_`.
    cv_results_ : dict of str to ndarray
        Scores and times of all candidates, as in GridSearchCV.
    n_splits_ : int
        Number of splits.
    classes_, coefs_, intercepts_, loss_curve_, ... : as for :class:`OneHiddenLayerClassifier`
        Of the network trained on all samples; where several are averaged, losses and curves are of
        the best of them.

    See Also
    --------
    StackedGridSearchCV : Searches any parameters, of pipelines too.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skshallow import OneHiddenLayerClassifierCV
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = OneHiddenLayerClassifierCV(16, alphas=[0.1, 1, 10], random_state=0).fit(X, y)
    >>> clf.alpha_
    1.0
    """

    _parameter_constraints: ClassVar[dict] = {
        **{name: rule for name, rule in CONSTRAINTS.items() if name not in OWN},
        "n_h": [*CONSTRAINTS["n_h"], "array-like"],
        "n_init": [StrOptions({"auto"}), *CONSTRAINTS["n_init"]],
        "n_networks": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "activation": [*CONSTRAINTS["activation"], "array-like"],
        "learning_rate": [*CONSTRAINTS["learning_rate"], "array-like"],
        "alphas": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left"), "array-like"],
        "cv": ["cv_object"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "n_jobs": [Integral, None],
        "refit": ["boolean"],
    }

    def __init__(
        self,
        n_h: int | Literal["auto"] | Sequence[int] = "auto",
        *,
        alphas: int | Literal["auto"] | ArrayLike = "auto",
        activation: str | Sequence[str] = "relu",
        solver: str | Solver = "auto",
        learning_rate: float | Literal["auto"] | Sequence[float | Literal["auto"]] = "auto",
        batch_size: int | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        n_iter_no_change: int | Literal["auto"] = "auto",
        early_stopping: bool | Literal["auto"] = "auto",
        validation_fraction: float = 0.1,
        class_weight: Literal["balanced"] | dict[Any, Any] | list[dict[Any, Any]] | None = None,
        standardize: bool = True,
        squash: bool = True,
        init: Literal["auto", "small"] | tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] = "auto",
        n_init: int | Literal["auto"] = "auto",
        n_networks: int | Literal["auto"] = "auto",
        shuffle: bool = True,
        cv: int | BaseCrossValidator | BaseShuffleSplit | Iterable[Any] | None = None,
        scoring: str | Callable[..., float] | None = None,
        n_jobs: int | None = None,
        refit: bool = True,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.n_h = n_h
        self.alphas = alphas
        self.activation = activation
        self.solver = solver
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.class_weight = class_weight
        self.standardize = standardize
        self.squash = squash
        self.init = init
        self.n_init = n_init
        self.n_networks = n_networks
        self.shuffle = shuffle
        self.cv = cv
        self.scoring = scoring
        self.n_jobs = n_jobs
        self.refit = refit
        self.random_state = random_state
        self.verbose = verbose

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
            Classes, or zeros and ones for several labels at once.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, at least 0, in training and in judging. A `scoring` of your own
            is given them if it takes them, and scikit-learn is 1.7 or newer; with metadata routing,
            if it asks for them (with ``scoring=None``, this classifier's :meth:`score`).
        **params : dict
            `groups` for a `cv` that keeps groups together; with metadata routing whatever `cv` and
            `scoring` ask for.

        Returns
        -------
        self : OneHiddenLayerClassifierCV
            The fitted classifier.

        Raises
        ------
        ValueError
            If a parameter, a feature, a label or a weight is not what it may be, or no class has
            two samples.

        Warns
        -----
        ConvergenceWarning
            If the last training had not converged after `max_iter` iterations.
        """
        check_choices(self)
        arguments = task_arguments(self, X, y, sample_weight)
        # Weaker penalties may be searched for more than once.
        context = self._init_callback_context(max_subtasks=None)
        context.call_on_fit_task_begin(**arguments)
        with all_or_nothing(self):
            for name in [name for name in vars(self) if name.endswith("_")]:
                delattr(self, name)
            X, y, weights = check_samples(self, X, y, sample_weight, reset=True)
            targets = find_classes(y)
            if targets.kind != "multilabel-indicator":
                y = column_or_1d(y, warn=True)
            self.classes_, self.target_type_ = targets.classes, targets.kind
            own = {} if sample_weight is None else {"sample_weight": weights}
            for_scorer, for_splitter = self._routed(own, params)
            dataset = Dataset.of(X, y, weights, targets, self.class_weight)
            plan = plan_of(self, self._is_large(dataset), targets.n_outputs)
            seed = {"random_state": self.random_state, "one": plan.large}
            splits = draw_splits(self.cv, targets, X, y, **seed, **for_splitter)
            evaluation = self._evaluation(plan, targets, splits, own, for_scorer)
            evaluate_all = self._evaluator(evaluation, X, y, splits, (context, arguments))
            self._choose(evaluate_all, plan, automatic_alpha(float(dataset.weights.sum())))
            if self.refit:
                self._refit(evaluate_all, plan, X, y, own, context, arguments)
        context.call_on_fit_task_end(**arguments)
        return self

    def score(
        self,
        X: MatrixLike,
        y: MatrixLike,
        sample_weight: ArrayLike | None = None,
        **params: Any,
    ) -> float:
        """Score the classifier by `scoring`, or by its accuracy if that is None.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or zeros and ones.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.
        **params : dict
            With metadata routing, what else `scoring` asks for.

        Returns
        -------
        score : float
            Higher is better.

        Raises
        ------
        ValueError
            If there are `params` without metadata routing.
        TypeError
            If there are weights, or `params`, that `scoring` does not take or ask for.
        """
        given = {} if sample_weight is None else {"sample_weight": sample_weight}
        if get_config()["enable_metadata_routing"]:
            given = process_routing(self, "score", **given, **params).scorer.score
        else:
            _refuse_without_routing(params, "score")
        if self.scoring is None:
            return super().score(X, y, **given)
        check_is_fitted(self, "coefs_")
        return scorer_for(self)(self, X, self._flat(y), **given)

    def get_metadata_routing(self) -> MetadataRouter:
        """Say who asks for which metadata.

        Returns
        -------
        routing : MetadataRouter
            From `fit` to `cv` and `scoring`, and from `score` to `scoring`. With ``scoring=None``
            what `score` asks for decides, see `set_score_request`.
        """
        own = scorer = super().get_metadata_routing()
        if self.scoring is not None:
            scorer = check_scoring(self, self.scoring)
        to_scorer = MethodMapping().add(caller="fit", callee="score")
        router = (
            MetadataRouter(owner=type(self).__name__)
            .add(splitter=self.cv, method_mapping=MethodMapping().add(caller="fit", callee="split"))
            .add(scorer=scorer, method_mapping=to_scorer.add(caller="score", callee="score"))
        )
        if self.scoring is not None or own.score.requests.get("sample_weight") is not None:
            # Weights for `score` are the scorer's: what it does not ask for, nobody takes.
            own.score.add_request(param="sample_weight", alias=False)
        return router.add_self_request(own)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.classifier_tags.multi_label = True
        return tags

    def _flat(self, y):
        """Classes in one dimension, as `fit` takes them from a column."""
        several = self.target_type_ == "multilabel-indicator" or np.ndim(y) != 2
        return y if several else column_or_1d(y, warn=True)

    def _is_large(self, dataset):
        rate = self.learning_rate
        if is_list(rate):
            rate = next(iter(rate))
        return grows(self.solver, rate, np.count_nonzero(dataset.weights))

    def _refit(self, evaluate_all, plan, X, y, params, context, arguments):
        """Train the best candidate on all samples, and take its fitted attributes over."""
        chosen = self.best_params_ | {"alpha": self.alpha_}
        best = self._classifier(n_h=plan.n_h, n_init=plan.n_init, verbose=self.verbose)
        best.set_params(**chosen)
        n_counted = np.count_nonzero(params.get("sample_weight", np.ones(X.shape[0])))
        solver = choose_solver(best.solver, best.learning_rate, n_counted)
        if self.tol == "auto" and solver.full_batch:
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
        while goes_on and (more := self._weaker(usual_alpha)):
            candidates = candidates + more
            outcomes = outcomes + evaluate_all(more)
            self._note_best(candidates, outcomes, plan)

    def _weaker(self, usual_alpha):
        """The best candidate with penalties beyond the weakest, if that is its own."""
        best, params = self.best_params_["alpha"], self.cv_results_["params"]
        if not np.isfinite(self.best_score_):
            return []
        alphas = [one["alpha"] for one in params if one | {"alpha": best} == self.best_params_]
        return [self.best_params_ | {"alpha": one} for one in weaker(alphas, best, usual_alpha)]

    def _note_best(self, candidates, outcomes, plan):
        self.cv_results_ = _table(candidates, outcomes)
        self.best_index_ = int(self.cv_results_["rank_test_score"].argmin())
        self.best_score_ = float(self.cv_results_["mean_test_score"][self.best_index_])
        self.best_params_ = candidates[self.best_index_]
        self.alpha_ = self._chosen_alpha()
        self.n_h_ = int(self.best_params_.get("n_h", plan.n_h))

    def _routed(self, own, params):
        """What goes to the scorer, and what to the splitter."""
        if get_config()["enable_metadata_routing"]:
            routed = process_routing(self, "fit", **own, **params)
            return routed.scorer.score, routed.splitter.split
        _refuse_without_routing(params, "fit", but="groups")
        weighted = own and (self.scoring is None or scores_with_weights(self))
        return own if weighted else {}, params

    def _evaluation(self, plan, targets, splits, fit_params, score_params):
        """How candidates are fitted and scored."""
        if score_params.get("sample_weight") is not None:
            weights = np.asarray(score_params["sample_weight"])
            if not all(weights[test].any() for _, test in splits if len(test)):
                raise ValueError("sample_weight leaves a split without samples of weight to score.")
        scorer = NegativeLogLoss()
        if self.scoring is not None:
            scorer = checked_once(scorer_for(self), self.scoring)
        return Evaluation(
            estimator=self._classifier(n_h=plan.n_h_tried, n_init=1, verbose=0),
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
        """What to choose from, by the names of the classifier's parameters."""
        alphas = self.alphas
        if plan.n_alphas:
            alphas = evenly_spaced(usual_alpha, plan.n_alphas, range_of=plan.range_of_alphas)
        others = {name: listed(getattr(self, name)) for name in self._listed()}
        return {"alpha": [float(alpha) for alpha in alphas], **others}

    def _listed(self):
        """Parameters that are lists of values to choose from."""
        return [name for name in CHOSEN if is_list(getattr(self, name))]

    def _classifier(self, **params):
        """A classifier of these parameters, but for those to choose from."""
        chosen = self._listed()
        params = {name: value for name, value in params.items() if name not in chosen}
        names = set(CONSTRAINTS) - OWN - set(chosen)
        return OneHiddenLayerClassifier(**{name: getattr(self, name) for name in names} | params)


def _table(candidates, outcomes):
    return tabulate(candidates, outcomes, return_train_score=False, unscored_count=False)


def _refuse_without_routing(params, method, *, but=None):
    """Raise if there are arguments that only metadata routing gives somebody."""
    unknown = [name for name in params if name != but]
    if unknown:
        raise ValueError(
            f"{method} got {', '.join(unknown)}, which need metadata routing: "
            "sklearn.set_config(enable_metadata_routing=True)."
        )
