"""OneHiddenLayerClassifierCV: the classifier that chooses its own penalty by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.model_selection import BaseCrossValidator, BaseShuffleSplit

from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.parameters import CLASSIFIER_CONSTRAINTS
from skshallow._estimators.prediction import NetworkClassifierMixin
from skshallow.model_selection._penalty_search import PenaltySearchMixin, search_constraints
from skshallow.solvers import Solver


class OneHiddenLayerClassifierCV(PenaltySearchMixin, NetworkClassifierMixin, BaseEstimator):
    """Classifier with one hidden layer that chooses its penalty by cross-validation.

    Each candidate is trained on some of the samples and scored by its log loss on the others, in
    turn. The best one is then trained on all samples, from several initial weights. All candidates
    of one shape train as one stack of networks.

    Each network minimises J: the mean log loss, plus the squared weights of both layers times
    alpha/2 over S, the total weight of the samples. Features are squashed and standardised inside.

    On a large table, of more than 10 000 samples and with a solver of mini-batches, "auto" stands
    for less searching and for averaging: all together takes about four times as long as one
    :class:`OneHiddenLayerClassifier`.

    Parameters
    ----------
    n_h : "auto", int or list of int, default="auto"
        Number of hidden units, or numbers to choose from. "auto" means 32; on a large table 64 for
        each class, but from 512 to 1024, and half of that for the candidates.
    alphas : "auto", int or array-like of float, default="auto"
        Strengths of the penalty to choose from, which mean what 1/C means to
        :class:`~sklearn.linear_model.LogisticRegression`, or how many to try between 0.01 and 100,
        evenly spaced on a logarithmic scale; between S/3000 and S/0.3 for samples whose weights sum
        to S < 30. "auto" means 9, and if the weakest or strongest of these scores best, some beyond
        it, too; on a large table 0.1 and 1. Of those tried the chosen one need not be: it is where
        a parabola through the scores of the best one and its neighbours is highest.
    activation : str or list of str, default="relu"
        Activation function of the hidden units: "identity", "logistic", "tanh", "relu",
        "leaky_relu", "softplus", "silu" or "gelu"; or names of several to choose from.
    solver : {"auto", "gd", "sgd", "adam", "lbfgs"} or Solver, default="auto"
        What minimises J: full-batch gradient descent, gradient descent on mini-batches with
        momentum, Adam on mini-batches, or full-batch L-BFGS. "auto" takes "lbfgs" for up to
        10 000 samples unless a `learning_rate` is given, and "adam" otherwise. An object of
        :mod:`skshallow.solvers` carries settings of its own, such as ``Adam(beta_2=0.99)``.
    learning_rate : "auto", float or list, default="auto"
        Length of a step along the gradient, above 0, or lengths to choose from. "auto" means 0.5
        for "gd", 0.05 for "sgd" and 0.01 for "adam"; "lbfgs" finds its own step lengths.
    batch_size : "auto" or int, default="auto"
        Samples of a mini-batch for "sgd" and "adam", from 1 to the number of training samples.
        "auto" means one in 256 samples, but from 100 to 500, or all samples if there are fewer.
    max_iter : int, default=1000
        The most iterations (epochs for "sgd" and "adam") of one call of fit, at least 1.
    tol : "auto" or float, default="auto"
        Training ends after `n_iter_no_change` iterations in a row that have not lowered the loss
        by this share of the lowest so far. "auto" means 1e-4 for "gd", 1e-3 for "sgd" and "adam",
        and for "lbfgs" 0.02 times the number of parameters per sample, at most 0.02; but there the
        best candidate is trained on all samples until the loss has converged to 0.0001, unless that
        makes it clearly worse on the samples held out, by more than two standard errors.
    n_iter_no_change : "auto" or int, default="auto"
        Patience, in iterations, at least 1. "auto" means 10, but 5 for mini-batches with a
        validation set: the loss there of means of weights is a smooth curve; and for mini-batches
        so many epochs that there are 30 steps.
    early_stopping : "auto" or bool, default="auto"
        Whether to stop by the loss of a validation set that is split off, instead of by J, and to
        return the weights that were best there. "auto" means so for mini-batches of a table of more
        than 10 000 samples, which can spare some, 5000 at most; a class of a single sample is then
        trained on.
    validation_fraction : float, default=0.1
        Share of every class to split off for early stopping, in (0, 1); one sample at least.
    class_weight : "balanced", dict, list of dict or None, default=None
        Weight of each class by label. "balanced" makes every class weigh the same. A list holds a
        dict ``{0: ..., 1: ...}`` for every label of multilabel targets. A class weight says what
        errors cost, not how often samples occur: other than sample weights, it has no part in how
        features are standardised, so that the same weights given as `sample_weight` train the same
        network only with ``standardize=False``.
    standardize : bool, default=True
        Whether to train on features of zero mean and unit variance, sparse ones included (which
        are not filled in for it). A feature of two values, such as a one-hot code, is scaled by
        their distance instead: every category is then penalised alike, however rare it is.
    squash : bool, default=True
        Whether to squash features before they are standardised, in training and in predictions:
        towards the median, the more the further away, and never beyond 5 interquartile ranges (of
        quantiles further out, where both quartiles are equal). In `fit` a sample with a value 20
        times as far out counts for less, inversely as the distance, unless more than 5 % or 50 of
        the samples are as far out. A few wild values then cost little, and one in a prediction
        gives no absurd confidence. Without it the fitted weights are those of a plain network on
        raw features. Has no effect without `standardize`.
    init : {"auto", "small"} or tuple (W1, b1, W2, b2), default="auto"
        Initial weights: normal with the variance that suits the activation (He or Glorot), normal
        with a standard deviation of 0.01, or given on raw features as arrays of shapes
        (n_features, n_h), (n_h,), (n_h, n_outputs) and (n_outputs,). Drawn biases are zero.
    n_init : "auto" or int, default="auto"
        From how many initial weights to train the best candidate; the one of lowest J (or
        validation loss) is kept. "auto" means 5, and 1 on a large table.
    n_networks : "auto" or int, default="auto"
        How many networks to train so, to average their raw outputs: side by side they are one
        network of so many times the units. "auto" means 1, and 3 on a large table.
    shuffle : bool, default=True
        Whether mini-batches are drawn in a new order every epoch.
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
    random_state : int, RandomState instance or None, default=None
        Decides the initial weights, the order of the batches and the validation split.
    verbose : int, default=0
        Above 0, says how many fits there are to do, and prints a line every so many iterations of
        the training on all samples. Above 1, prints a line for each fit before; above 2 with split
        and score, above 9 with the candidate's place, too.

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
        A table by columns, with a row for each candidate: "params", "mean_test_score",
        "rank_test_score", "splitN_test_score", "mean_fit_time" in seconds and the other columns of
        :class:`~sklearn.model_selection.GridSearchCV`.
    n_splits_ : int
        Number of splits.
    classes_ : ndarray of shape (n_classes,)
        The classes; for multilabel targets the label numbers.
    target_type_ : {"binary", "multiclass", "multilabel-indicator"}
        What the targets are, as scikit-learn's ``type_of_target`` names it.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features, where X had names that are all strings.
    coefs_ : list of two ndarrays of shapes (n_features, n_h) and (n_h, n_outputs)
        Weights W1 and W2, for squashed raw features, of the network trained on all samples. This
        and what follows is there with `refit` only.
    intercepts_ : list of two ndarrays of shapes (n_h,) and (n_outputs,)
        Biases b1 and b2.
    n_outputs_ : int
        Number of output units: 1 for two classes, else one for each class or label.
    feature_center_, feature_reach_ : ndarray of shape (n_features,)
        What features are squashed by: their medians, and how far from these a squashed value can
        be, in their units; 0 and infinite if they are not squashed. The raw outputs are ``act(S @
        coefs_[0] + intercepts_[0]) @ coefs_[1] + intercepts_[1]``, where ``S = feature_center_ + D
        / np.sqrt(1 + (D / feature_reach_) ** 2)`` with ``D = X - feature_center_``.
    n_layers_ : int
        3: inputs, hidden units, outputs.
    activation_ : str
        Activation function of the hidden units.
    out_activation_ : {"logistic", "softmax"}
        What turns the outputs into probabilities.
    solver_ : str
        The solver that was used.
    full_batch_ : bool
        Whether the solver took all samples at once: then an iteration is one step, else an epoch of
        mini-batches.
    loss_ : float
        J at the fitted weights. Where several networks are averaged, this and what follows, but for
        `restart_losses_`, is of the best of them.
    loss_curve_ : list of float
        J before each iteration; with mini-batches, the mean of their J over each epoch.
    n_iter_ : int
        Number of iterations, ``len(loss_curve_)``.
    best_iter_ : int
        After how many iterations the fitted weights were reached: the last one unless there is a
        validation set or training diverged; 0 for the initial weights.
    best_loss_ : float
        The lowest loss seen: of the validation set if there is one, else J.
    validation_loss_curve_ : list of float or None
        Mean log loss of the validation set after each iteration; None without one.
    restart_losses_ : ndarray of shape (n_networks * n_init,)
        J, or the best validation loss, that each network trained on all samples reached.

    See Also
    --------
    OneHiddenLayerClassifier : Takes its penalty as given, or by the evidence.
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

    chosen_class = OneHiddenLayerClassifier
    _parameter_constraints: ClassVar[dict] = search_constraints(CLASSIFIER_CONSTRAINTS)

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
