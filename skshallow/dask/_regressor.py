"""DaskOneHiddenLayerRegressor: the regressor, trained on a cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skshallow._estimators.parameters import REGRESSOR_CONSTRAINTS
from skshallow._estimators.regressor import OneHiddenLayerRegressor
from skshallow.dask._estimators import DaskMixin, constraints_of
from skshallow.dask._mixins import DaskRegressorMixin
from skshallow.solvers import Solver


class DaskOneHiddenLayerRegressor(DaskMixin, DaskRegressorMixin, BaseEstimator):
    """Regressor with one hidden layer, trained on the samples of a Dask cluster's workers.

    It minimises the penalised loss of :class:`~skshallow.OneHiddenLayerRegressor`. Samples stay
    where they are. On full batches (``solver="lbfgs"``, and by default up to 10 000 samples) an
    iteration sends the weights to the workers and adds up the gradients of the partitions, in an
    order that only their numbers decide: equal partitions give equal bits, whatever worker they are
    on, and in float64 the network is that of the plain estimator but for rounding, however the
    samples are divided. On mini-batches (``solver="adam"``) replicas of the network take steps on
    partitions of their own, and are averaged now and then. What the client holds does not grow with
    the number of samples.

    Partitions of a worker that dies are made anew elsewhere, and the fit goes on from the last
    iterate; a worker that joins is given its share. Beyond 131 072 samples, the quantiles
    that "absolute_error" and "quantile" start from are those of as many samples, and so are the
    means for "poisson" and "gamma".

    Parameters
    ----------
    n_h : "auto" or int, default="auto"
        Number of hidden units, at least 1. "auto" means 64, but for mini-batches of more than
        10 000 samples 64 for each output, from 512 to 1024.
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
    solver : {"auto", "lbfgs", "gd", "adam", "sgd"} or Solver, default="auto"
        What minimises J: L-BFGS or gradient descent on all samples at once, or Adam or gradient
        descent with momentum on mini-batches, by local steps; see `local_steps`. "auto" takes
        "lbfgs" for up to 10 000 samples unless a `learning_rate` is given, and "adam" otherwise,
        which gets further in the same time. An object of :mod:`skshallow.solvers` carries settings
        of its own, such as ``LBFGS(memory=20)``; one for mini-batches is an Adam or SGD.
    learning_rate : "auto" or float, default="auto"
        Length of a step along the gradient, above 0. "auto" means 0.01 for "adam", 0.0625 for "gd"
        and 0.00625 for "sgd"; for "poisson" the latter two are divided by the mean of y, up to 0.5
        and 0.05. "lbfgs" finds its own step lengths.
    alpha : "auto" or float, default="auto"
        Strength of the penalty on squared weights, at least 0. It means what 1/C means to
        :class:`~sklearn.linear_model.LogisticRegression`, whatever the number of samples. "auto"
        means 1, but S/30 for samples whose weights sum to S < 30: the plain estimator looks for the
        penalty by the evidence on 10 000 samples or fewer, this one does not.
    batch_size : "auto" or int, default="auto"
        Samples of a mini-batch for "adam" and "sgd", from 1 to the number of training samples, of
        which every replica takes its part, but no fewer than 50 unless `batch_size` is. "auto"
        means one in 256 samples, but from 100 to 500.
    max_iter : int, default=1000
        The most iterations (epochs for "adam" and "sgd") of one call of fit, at least 1.
    tol : "auto" or float, default="auto"
        Training ends after `n_iter_no_change` iterations in a row that have not lowered the loss by
        this share of the lowest so far. "auto" means 1e-4 for "gd", 1e-3 for "adam" and "sgd", and
        for "lbfgs" 0.005 times the number of parameters per sample, at most 0.005, or 0.001 for the
        losses that are robust. With 0 training runs for exactly `max_iter` iterations.
    n_iter_no_change : "auto" or int, default="auto"
        Patience, in iterations, at least 1. "auto" means 10, but 5 for mini-batches with early
        stopping, and for mini-batches at least so many that they are 30 steps.
    early_stopping : "auto" or bool, default="auto"
        Whether to stop by the loss of samples that are held out, instead of by J, and to return the
        weights that were best there. Which samples these are is decided by the seed and by their
        numbers, for each sample on its own. "auto" means so for mini-batches of a table of more
        than 10 000 samples, of which about 5000 at most are held out.
    validation_fraction : float, default=0.1
        The share of the samples that is held out for early stopping, in (0, 1).
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
        How many networks to train from different initial weights, together; the one of lowest J
        (or validation loss) is kept. At least 1; given initial weights are used once.
    shuffle : bool, default=True
        Whether mini-batches are drawn in a new order every epoch.
    warm_start : bool, default=False
        Whether fit goes on where the last call ended, optimiser included: also after a cluster that
        failed.
    random_state : int, RandomState instance or None, default=None
        Decides the initial weights, which samples are held out, and the order of mini-batches.
    verbose : int, default=0
        Print a line every so many iterations; 0 prints nothing.
    n_replicas : "auto" or int, default="auto"
        How many replicas of the network train on mini-batches, at least 1, each on its share of the
        partitions: of R replicas every R-th. "auto" means as many as the workers have threads, but
        no more than there are partitions. The network that comes out depends on it, but not on
        which workers there are. Adam's learning rate is multiplied by the square root of how many
        parts a batch is divided into, which makes up for the noise of gradients of fewer samples.
    local_steps : "auto" or int, default="auto"
        How many steps a replica takes before the weights of all are averaged, at least 1: the more,
        the less time goes into messages, and the fewer, the more an epoch does for the loss. "auto"
        means 100.
    client : Client or None, default=None
        The client of the cluster, of `dask.distributed`. None is the current one, of which
        there has to be one. It is not stored in files.
    timeout : float or None, default=600.0
        Seconds that a pass over the samples may take, reading them included. If the cluster takes
        longer, the fit ends with the best weights so far and a RuntimeError. None waits for ever.

    Attributes
    ----------
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
        Whether the solver took all samples at once, or mini-batches of them.
    loss_ : float
        J at the fitted weights.
    loss_curve_ : list of float
        J before each iteration; for mini-batches the mean over those of an epoch.
    n_iter_ : int
        Number of iterations, ``len(loss_curve_)``.
    alpha_ : float
        The penalty that was used.
    best_iter_ : int
        After how many iterations the fitted weights were reached, counted like `n_iter_`: the last
        one unless there is a validation set or training diverged; 0 for the initial weights.
    best_loss_ : float
        The lowest loss seen: of the validation set if there is one, else J.
    validation_loss_curve_ : list of float or None
        Mean loss of the validation set, in the units of J, after each iteration; None without one.
    restart_losses_ : ndarray of shape (n_init,)
        J, or the best validation loss, that each of the `n_init` networks reached. Only the best
        one is trained further by a warm start.

    See Also
    --------
    skshallow.OneHiddenLayerRegressor : The same for tables in the memory of one machine.
    DaskOneHiddenLayerRegressorCV : Chooses its penalty by cross-validation.

    References
    ----------
    Byrd, Nocedal and Schnabel (1994), "Representations of quasi-Newton matrices and their use in
    limited memory methods", Mathematical Programming, for L-BFGS. Stich (2019), "Local SGD
    converges fast and communicates little", ICLR, and Yu, Jin and Yang (2019), "On the linear
    speedup analysis of communication efficient momentum SGD for distributed non-convex
    optimization", ICML, for mini-batches.

    Examples
    --------
    Workers are threads of this process here; see the guide for others:

    >>> import dask.array as da
    >>> from dask.distributed import Client
    >>> from skshallow.dask import DaskOneHiddenLayerRegressor
    >>> client = Client(processes=False, n_workers=1, dashboard_address=":0")
    >>> X = da.random.default_rng(0).standard_normal((1000, 4), chunks=(250, 4))
    >>> y = X[:, 0] * X[:, 1]
    >>> reg = DaskOneHiddenLayerRegressor(8, random_state=0).fit(X, y)
    >>> reg.predict(X).shape
    (1000,)
    >>> type(reg.to_local()).__name__
    'OneHiddenLayerRegressor'
    >>> client.close()
    """

    local_class = OneHiddenLayerRegressor
    _parameter_constraints: ClassVar[dict] = constraints_of(REGRESSOR_CONSTRAINTS)

    def __init__(
        self,
        n_h: int | Literal["auto"] = "auto",
        *,
        loss: str = "squared_error",
        quantile: float | Sequence[float] = 0.5,
        huber_threshold: float = 1.35,
        activation: str = "relu",
        solver: str | Solver = "auto",
        learning_rate: float | Literal["auto"] = "auto",
        alpha: float | Literal["auto"] = "auto",
        batch_size: int | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        n_iter_no_change: int | Literal["auto"] = "auto",
        early_stopping: bool | Literal["auto"] = "auto",
        validation_fraction: float = 0.1,
        standardize: bool = True,
        squash: bool = True,
        init: Literal["auto", "small"] | tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike] = "auto",
        n_init: int = 1,
        shuffle: bool = True,
        warm_start: bool = False,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
        n_replicas: int | Literal["auto"] = "auto",
        local_steps: int | Literal["auto"] = "auto",
        client: Any = None,
        timeout: float | None = 600.0,
    ) -> None:
        self.n_h = n_h
        self.loss = loss
        self.quantile = quantile
        self.huber_threshold = huber_threshold
        self.activation = activation
        self.solver = solver
        self.learning_rate = learning_rate
        self.alpha = alpha
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
        self.shuffle = shuffle
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose
        self.n_replicas = n_replicas
        self.local_steps = local_steps
        self.client = client
        self.timeout = timeout


# Pickles and other files name a class by the path that users import it from.
DaskOneHiddenLayerRegressor.__module__ = "skshallow.dask"
