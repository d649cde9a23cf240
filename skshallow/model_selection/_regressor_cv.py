"""OneHiddenLayerRegressorCV: the regressor that chooses its own penalty by cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.model_selection import BaseCrossValidator, BaseShuffleSplit

from skshallow._estimators.parameters import REGRESSOR_CONSTRAINTS
from skshallow._estimators.prediction import NetworkRegressorMixin
from skshallow._estimators.regressor import OneHiddenLayerRegressor
from skshallow.model_selection._penalty_search import PenaltySearchMixin, search_constraints
from skshallow.solvers import Solver


class OneHiddenLayerRegressorCV(PenaltySearchMixin, NetworkRegressorMixin, BaseEstimator):
    """Regressor with one hidden layer that chooses its penalty by cross-validation.

    Each candidate is trained on some of the samples and scored by its loss on the others, in turn.
    The best one is then trained on all samples, from several initial weights. All candidates of one
    shape train as one stack of networks.

    Each network minimises J: the mean `loss`, of several targets their sum, plus the squared
    weights of both layers times alpha/2 over S, the total weight of the samples. Features are
    squashed and standardised inside. Targets are standardised, too, except for the losses "poisson"
    and "gamma": J is then that of errors in standard deviations of y, and a penalty means the same
    whatever the units of y.

    On a large table, of more than 10 000 samples and with a solver of mini-batches, "auto" stands
    for less searching and for averaging: all together takes about four times as long as one
    :class:`OneHiddenLayerRegressor`.

    Parameters
    ----------
    n_h : "auto", int or list of int, default="auto"
        Number of hidden units, or numbers to choose from. "auto" means 32; on a large table 64 for
        each output, but from 512 to 1024, and half of that for the candidates.
    loss : str, default="squared_error"
        What is minimised:

        - "squared_error": half the squared error; the prediction is a mean.
        - "absolute_error": the absolute error; the prediction is a median.
        - "huber": half the squared error up to `huber_threshold`, and growing in proportion to the
          error beyond it; the prediction is a mean that a few large errors hardly move.
        - "quantile": the pinball loss; the prediction is a `quantile`, or several.
        - "poisson": half the deviance of counts, which are at least 0; the prediction is a mean.
        - "gamma": half the deviance of amounts, which are above 0; the prediction is a mean.

        For "squared_error" targets are standardised by their mean and standard deviation. For
        "absolute_error", "huber" and "quantile" the median and a robust standard deviation, the
        interquartile range divided by 1.35, take their place: a few wild targets then cost little.
        The corner of the absolute error and of the pinball loss is rounded off, the less the more
        samples there are for each feature. For "poisson" and "gamma" targets are not standardised,
        and the network puts out the logarithm of the prediction.
    quantile : float or list of float, default=0.5
        Level of the quantile for ``loss="quantile"``, in (0, 1), or several in ascending order,
        which are outputs of one network. Predictions of one target then have a column for each, and
        ascend; several quantiles of several targets are an error.
    huber_threshold : float, default=1.35
        Largest error that ``loss="huber"`` squares, above 0, in robust standard deviations of y.
    alphas : "auto", int or array-like of float, default="auto"
        Strengths of the penalty to choose from, which with squared errors mean what alpha means to
        :class:`~sklearn.linear_model.Ridge`, or how many to try between 0.01 and 100, evenly spaced
        on a logarithmic scale; between S/3000 and S/0.3 for samples whose weights sum to S < 30.
        "auto" means 9, and if the weakest or strongest of these scores best, some beyond it, too;
        on a large table 0.1 and 1. Of those tried the chosen one need not be: it is where a
        parabola through the scores of the best one and its neighbours is highest.
    activation : str or list of str, default="relu"
        Activation function of the hidden units: "identity", "logistic", "tanh", "relu",
        "leaky_relu", "softplus", "silu" or "gelu"; or names of several to choose from.
    solver : {"auto", "gd", "sgd", "adam", "lbfgs"} or Solver, default="auto"
        What minimises J: full-batch gradient descent, gradient descent on mini-batches with
        momentum, Adam on mini-batches, or full-batch L-BFGS. "auto" takes "lbfgs" for up to
        10 000 samples unless a `learning_rate` is given, and "adam" otherwise. An object of
        :mod:`skshallow.solvers` carries settings of its own, such as ``Adam(beta_2=0.99)``.
    learning_rate : "auto", float or list, default="auto"
        Length of a step along the gradient, above 0, or lengths to choose from. "auto" means 0.01
        for "adam", 0.0625 for "gd" and 0.00625 for "sgd"; for "poisson" the latter two are divided
        by the mean of y, up to 0.5 and 0.05. "lbfgs" finds its own step lengths.
    batch_size : "auto" or int, default="auto"
        Samples of a mini-batch for "sgd" and "adam", from 1 to the number of training samples.
        "auto" means one in 256 samples, but from 100 to 500, or all samples if there are fewer.
    max_iter : int, default=1000
        The most iterations (epochs for "sgd" and "adam") of one call of fit, at least 1.
    tol : "auto" or float, default="auto"
        Training ends after `n_iter_no_change` iterations in a row that have not lowered the loss
        by this share of the lowest so far. "auto" means 1e-4 for "gd", 1e-3 for "sgd" and "adam",
        and for "lbfgs" 0.005 (0.001 for "absolute_error", "huber" and "quantile") times the number
        of parameters per sample, or that figure itself if there are more of them than samples. With
        "lbfgs" the best candidate is trained on all samples until the loss has converged to 0.0001,
        or to that, unless it is then clearly worse on the samples held out, by more than two
        standard errors.
    n_iter_no_change : "auto" or int, default="auto"
        Patience, in iterations, at least 1. "auto" means 10, but 5 for mini-batches with a
        validation set: the loss there of means of weights is a smooth curve; and for mini-batches
        so many epochs that there are 30 steps.
    early_stopping : "auto" or bool, default="auto"
        Whether to stop by the loss of a validation set that is split off, instead of by J, and to
        return the weights that were best there. "auto" means so for mini-batches of a table of more
        than 10 000 samples, which can spare some, 5000 at most.
    validation_fraction : float, default=0.1
        Share of the samples to split off for early stopping, in (0, 1); one sample at least.
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
        gives no absurd number. Without it the fitted weights are those of a plain network on raw
        features. Has no effect without `standardize`.
    init : {"auto", "small"} or tuple (W1, b1, W2, b2), default="auto"
        Initial weights: normal with the variance that suits the activation (He or Glorot), normal
        with a standard deviation of 0.01, or given on raw features and for y in its own units, as
        arrays of shapes (n_features, n_h), (n_h,), (n_h, n_outputs) and (n_outputs,). Where weights
        are drawn, biases are such that training starts about the mean, median or quantiles of y.
    n_init : "auto" or int, default="auto"
        From how many initial weights to train the best candidate; the one of lowest J (or
        validation loss) is kept. "auto" means 5, and 1 on a large table.
    n_networks : "auto" or int, default="auto"
        How many networks to train so, to average their raw outputs: side by side they are one
        network of so many times the units. "auto" means 1, and 3 on a large table.
    shuffle : bool, default=True
        Whether mini-batches are drawn in a new order every epoch.
    cv : int, cross-validation generator, iterable or None, default=None
        The splits; None is 5-fold, shuffled by `random_state`; on a large table one split, a tenth
        of the samples held out, but 5000 at most. A split with nothing to score on does not count.
    scoring : str, callable or None, default=None
        Score to choose by, higher is better; :meth:`score` gives it, too. None is minus the mean
        `loss`, of targets standardised as in training, summed over several of them or over
        quantiles; :meth:`score` is then R², or for several quantiles the mean of their D² pinball
        scores.
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
        The best candidate, by the names of the regressor's parameters. Its `alpha` is the one that
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
    target_type_ : {"continuous", "continuous-multioutput"}
        Whether there is one target or several.
    quantiles_ : ndarray of shape (n_quantiles,) or None
        The levels of ``loss="quantile"``; None for other losses.
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
        Number of output units: one for each target, or for each quantile.
    feature_center_, feature_reach_ : ndarray of shape (n_features,)
        What features are squashed by: their medians, and how far from these a squashed value can
        be, in their units; 0 and infinite if they are not squashed. The raw outputs are ``act(S @
        coefs_[0] + intercepts_[0]) @ coefs_[1] + intercepts_[1]``, where ``S = feature_center_ + D
        / np.sqrt(1 + (D / feature_reach_) ** 2)`` with ``D = X - feature_center_``.
    n_layers_ : int
        3: inputs, hidden units, outputs.
    activation_ : str
        Activation function of the hidden units.
    out_activation_ : {"identity", "exponential"}
        What turns the raw outputs into predictions: "exponential" for "poisson" and "gamma".
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
        Mean loss of the validation set, in the units of J, after each iteration; None without one.
    restart_losses_ : ndarray of shape (n_networks * n_init,)
        J, or the best validation loss, that each network trained on all samples reached.

    See Also
    --------
    OneHiddenLayerRegressor : Takes its penalty as given, or by the evidence.
    StackedGridSearchCV : Searches any parameters, of pipelines too.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skshallow import OneHiddenLayerRegressorCV
    >>> X, y = load_diabetes(return_X_y=True)
    >>> reg = OneHiddenLayerRegressorCV(16, alphas=[1, 10, 100], random_state=0).fit(X, y)
    >>> reg.alpha_
    10.0
    """

    chosen_class = OneHiddenLayerRegressor
    _parameter_constraints: ClassVar[dict] = search_constraints(REGRESSOR_CONSTRAINTS)

    def __init__(
        self,
        n_h: int | Literal["auto"] | Sequence[int] = "auto",
        *,
        loss: str = "squared_error",
        quantile: float | Sequence[float] = 0.5,
        huber_threshold: float = 1.35,
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
        self.loss = loss
        self.quantile = quantile
        self.huber_threshold = huber_threshold
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
