"""DaskOneHiddenLayerRegressorCV: chooses its penalty by cross-validation on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skshallow._estimators.parameters import REGRESSOR_CONSTRAINTS
from skshallow._estimators.regressor import OneHiddenLayerRegressor
from skshallow.dask._mixins import DaskRegressorMixin
from skshallow.dask._searching import DaskSearchMixin, search_constraints
from skshallow.solvers import Solver


class DaskOneHiddenLayerRegressorCV(DaskSearchMixin, DaskRegressorMixin, BaseEstimator):
    """Regressor with one hidden layer that chooses its penalty on a Dask cluster.

    All penalties are trained on all splits at once: a pass over the samples serves every network,
    and the whole search takes about as many passes as the fit that needs the most. Scores are those
    of :class:`~skshallow.OneHiddenLayerRegressorCV` with ``solver="lbfgs"`` and the same splits.
    Partitions stay on their workers; what the client holds does not grow with the number of
    samples.

    Parameters
    ----------
    n_h : "auto" or int, default="auto"
        Number of hidden units, at least 1. "auto" means 64.
    alphas : int or array-like of shape (n_alphas,), default=9
        The penalties to try, or how many on a logarithmic scale, from a hundredth to a hundred
        times the usual one. That is 1, but S/30 for samples whose weights sum to S < 30. It means
        what 1/C means to :class:`~sklearn.linear_model.LogisticRegression`.
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
    activation : str, default="relu"
        Activation function of the hidden units: "identity", "logistic", "tanh", "relu",
        "leaky_relu", "softplus", "silu" or "gelu". With 8 units or fewer, "tanh" trains more
        reliably.
    solver : {"lbfgs", "gd"} or Solver, default="lbfgs"
        What minimises J, on all samples at once: L-BFGS or gradient descent. An object of
        :mod:`skshallow.solvers` carries settings of its own, such as ``LBFGS(memory=20)``. The
        plain estimator's default is another one on more than 10 000 samples.
    learning_rate : "auto" or float, default="auto"
        Length of a step along the gradient, above 0, for "gd". "auto" means 0.5; "lbfgs" finds its
        own step lengths.
    max_iter : int, default=1000
        The most iterations of one call of fit, at least 1.
    tol : "auto" or float, default="auto"
        Training ends after `n_iter_no_change` iterations in a row that have not lowered the loss by
        this share of the lowest so far. "auto" means 1e-4 for "gd", and for "lbfgs" 0.005 times the
        number of parameters per sample, at most 0.005, or 0.001 for the losses that are robust.
        With 0 training runs for exactly `max_iter` iterations.
    n_iter_no_change : "auto" or int, default="auto"
        Patience, in iterations, at least 1. "auto" means 10.
    standardize : bool, default=True
        Whether to train on features of zero mean and unit variance, sparse ones included (which
        are not filled in for it). A feature of two values, such as a one-hot code, is scaled by
        their distance instead: every category is then penalised alike, however rare it is.
    squash : bool, default=True
        Whether to squash features before they are standardised, in training and in predictions:
        towards the median, the more the further away, and never beyond 5 interquartile ranges (of
        quantiles further out, where both quartiles are equal). In `fit` a sample with a value 20
        times as far out counts for less, inversely as the distance, unless more than 5 % of the
        samples are as far out. A few wild values then cost little, and one in a prediction gives no
        absurd number. Without it the fitted weights are those of a plain network on raw features.
        Has no effect without `standardize`.
    init : {"auto", "small"} or tuple (W1, b1, W2, b2), default="auto"
        Initial weights: normal with the variance that suits the activation (He or Glorot), normal
        with a standard deviation of 0.01, or given on raw features and for y in its own units, as
        arrays of shapes (n_features, n_h), (n_h,), (n_h, n_outputs) and (n_outputs,). Where weights
        are drawn, biases are such that training starts about the mean, median or quantiles of y.
    n_init : int, default=1
        From how many initial weights to train with the best penalty; the one of lowest J is kept.
    cv : int, default=5
        How many splits, at least 2. Each holds out samples of its own, which the seed and the
        numbers of the samples decide, for each sample on its own. :meth:`fit` takes other splits as
        `folds`.
    refit : bool, default=True
        Whether to train with the best penalty on all samples. Without it there is nothing to
        predict with.
    random_state : int, RandomState instance or None, default=None
        Decides the initial weights, the same for all penalties and splits, and the splits.
    verbose : int, default=0
        Print a line every so many iterations of the training on all samples; 0 prints nothing.
    client : Client or None, default=None
        The client of the cluster, of `dask.distributed`. None is the current one, of which
        there has to be one. It is not stored in files.
    timeout : float or None, default=600.0
        Seconds that a pass over the samples may take, reading them included. If the cluster takes
        longer, the fit ends with the best weights so far and a RuntimeError. None waits for ever.

    Attributes
    ----------
    alpha_ : float
        The penalty chosen: with `alphas` a number, where a parabola through the best score and
        those beside it is highest.
    best_params_ : dict
        ``{"alpha": ...}`` of the best penalty that was tried.
    best_score_ : float
        Its mean score over the splits: minus the mean loss, of targets in standard deviations, of
        the samples held out, those with wild values left out.
    best_index_ : int
        Its place in `cv_results_`.
    cv_results_ : dict of str to ndarray
        A table by columns, with a row for each penalty: "params", "mean_test_score",
        "rank_test_score", "splitN_test_score", "mean_fit_time" in seconds and the other columns of
        :class:`~sklearn.model_selection.GridSearchCV`. Times are equal shares of that of all.
    n_splits_ : int
        Number of splits.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features, where X had names that are all strings.
    coefs_ : list of two ndarrays of shapes (n_features, n_h) and (n_h, n_outputs)
        Weights W1 and W2, for squashed raw features.
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
    target_type_ : {"continuous", "continuous-multioutput"}
        Whether there is one target or several.
    quantiles_ : ndarray of shape (n_quantiles,) or None
        The levels of ``loss="quantile"``; None for other losses.
    full_batch_ : bool
        True: the solver took all samples at once.
    loss_ : float
        J at the fitted weights.
    loss_curve_ : list of float
        J before each iteration.
    n_iter_ : int
        Number of iterations, ``len(loss_curve_)``.
    best_iter_ : int
        After how many iterations the fitted weights were reached: the last one unless training
        diverged.
    best_loss_ : float
        The lowest J seen.
    validation_loss_curve_ : None
        There is no validation set.
    restart_losses_ : ndarray of shape (n_init,)
        J that each of the networks trained on all samples reached.

    See Also
    --------
    skshallow.OneHiddenLayerRegressorCV : The same for tables in the memory of one machine.
    DaskOneHiddenLayerRegressor : Takes its penalty as given.

    Examples
    --------
    Workers are threads of this process here; see the guide for others:

    >>> import dask.array as da
    >>> from dask.distributed import Client
    >>> from skshallow.dask import DaskOneHiddenLayerRegressorCV
    >>> client = Client(processes=False, n_workers=1, dashboard_address=":0")
    >>> X = da.random.default_rng(0).standard_normal((1000, 4), chunks=(250, 4))
    >>> y = X[:, 0] * X[:, 1]
    >>> reg = DaskOneHiddenLayerRegressorCV(8, alphas=3, random_state=0).fit(X, y)
    >>> len(reg.cv_results_["params"])
    3
    >>> type(reg.to_local()).__name__
    'OneHiddenLayerRegressor'
    >>> client.close()
    """

    local_class = OneHiddenLayerRegressor
    _parameter_constraints: ClassVar[dict] = search_constraints(REGRESSOR_CONSTRAINTS)

    def __init__(
        self,
        n_h: int | Literal["auto"] = "auto",
        *,
        alphas: int | ArrayLike = 9,
        loss: str = "squared_error",
        quantile: float | Sequence[float] = 0.5,
        huber_threshold: float = 1.35,
        activation: str = "relu",
        solver: str | Solver = "lbfgs",
        learning_rate: float | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        n_iter_no_change: int | Literal["auto"] = "auto",
        standardize: bool = True,
        squash: bool = True,
        init: Literal["auto", "small"] | tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] = "auto",
        n_init: int = 1,
        cv: int = 5,
        refit: bool = True,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
        client: Any = None,
        timeout: float | None = 600.0,
    ) -> None:
        self.n_h = n_h
        self.alphas = alphas
        self.loss = loss
        self.quantile = quantile
        self.huber_threshold = huber_threshold
        self.activation = activation
        self.solver = solver
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.standardize = standardize
        self.squash = squash
        self.init = init
        self.n_init = n_init
        self.cv = cv
        self.refit = refit
        self.random_state = random_state
        self.verbose = verbose
        self.client = client
        self.timeout = timeout


# Pickles and other files name a class by the path that users import it from.
DaskOneHiddenLayerRegressorCV.__module__ = "skshallow.dask"
