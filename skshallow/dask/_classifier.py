"""DaskOneHiddenLayerClassifier: the classifier, trained on a cluster."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from skshallow._estimators.classifier import OneHiddenLayerClassifier
from skshallow._estimators.parameters import CLASSIFIER_CONSTRAINTS
from skshallow.dask._estimators import DaskMixin, constraints_of
from skshallow.dask._mixins import DaskClassifierMixin
from skshallow.solvers import Solver


class DaskOneHiddenLayerClassifier(DaskMixin, DaskClassifierMixin, BaseEstimator):
    """Classifier with one hidden layer, trained on the samples of a Dask cluster's workers.

    It minimises the penalised log loss of :class:`~skshallow.OneHiddenLayerClassifier`. Samples
    stay where they are. On full batches (``solver="lbfgs"``, by default up to 10 000 samples) an
    iteration sends the weights to the workers and adds up the gradients of the partitions, in an
    order that only their numbers decide: equal partitions give equal bits, whatever worker they are
    on, and in float64 the network is that of the plain estimator but for rounding, however the
    samples are divided. On mini-batches (``solver="adam"``) replicas of the network take steps on
    partitions of their own, and are averaged now and then. What the client holds does not grow with
    the number of samples.

    Partitions of a worker that dies are made anew elsewhere, and the fit goes on from the last
    iterate; a worker that joins is given its share.

    Parameters
    ----------
    n_h : "auto" or int, default="auto"
        Number of hidden units, at least 1. "auto" means 64, but for mini-batches of more than
        10 000 samples 64 for each class, from 512 to 1024.
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
        Length of a step along the gradient, above 0. "auto" means 0.5 for "gd", 0.05 for "sgd" and
        0.01 for "adam"; "lbfgs" finds its own step lengths.
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
        for "lbfgs" 0.02 times the number of parameters per sample, at most 0.02: on real tables
        that predicts better than going on to the optimum does. With 0 training runs for exactly
        `max_iter` iterations.
    n_iter_no_change : "auto" or int, default="auto"
        Patience, in iterations, at least 1. "auto" means 10, but 5 for mini-batches with early
        stopping, and for mini-batches at least so many that they are 30 steps.
    early_stopping : "auto" or bool, default="auto"
        Whether to stop by the loss of samples that are held out, instead of by J, and to return the
        weights that were best there. Which samples these are is decided by the seed and by their
        numbers, for each sample on its own: their shares of the classes are about the same
        only. "auto" means so for mini-batches of a table of more than 10 000 samples, of which
        about 5000 at most are held out.
    validation_fraction : float, default=0.1
        The share of the samples that is held out for early stopping, in (0, 1).
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
        times as far out counts for less, inversely as the distance, unless more than 5 % of the
        samples are as far out. A few wild values then cost little, and one in a prediction gives no
        absurd confidence. Without it the fitted weights are those of a plain network on raw
        features. Has no effect without `standardize`.
    init : {"auto", "small"} or tuple (W1, b1, W2, b2), default="auto"
        Initial weights: normal with the variance that suits the activation (He or Glorot), normal
        with a standard deviation of 0.01, or given on raw features as arrays of shapes
        (n_features, n_h), (n_h,), (n_h, n_outputs) and (n_outputs,). Drawn biases are zero.
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
    classes_ : ndarray of shape (n_classes,)
        The classes; for multilabel targets the label numbers.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : ndarray of shape (n_features,)
        Names of the features, where X had names that are all strings.
    coefs_ : list of two ndarrays of shapes (n_features, n_h) and (n_h, n_outputs)
        Weights W1 and W2, for squashed raw features.
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
    target_type_ : {"binary", "multiclass", "multilabel-indicator"}
        What the targets are, as scikit-learn's ``type_of_target`` names it.
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
        Mean log loss of the validation set after each iteration; None without one.
    restart_losses_ : ndarray of shape (n_init,)
        J, or the best validation loss, that each of the `n_init` networks reached. Only the best
        one is trained further by a warm start.

    See Also
    --------
    skshallow.OneHiddenLayerClassifier : The same for tables in the memory of one machine.
    DaskOneHiddenLayerClassifierCV : Chooses its penalty by cross-validation.

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
    >>> from skshallow.dask import DaskOneHiddenLayerClassifier
    >>> client = Client(processes=False, n_workers=1, dashboard_address=":0")
    >>> X = da.random.default_rng(0).standard_normal((1000, 4), chunks=(250, 4))
    >>> y = (X[:, 0] * X[:, 1] > 0).astype(int)
    >>> clf = DaskOneHiddenLayerClassifier(8, random_state=0).fit(X, y)
    >>> clf.predict(X).shape
    (1000,)
    >>> type(clf.to_local()).__name__
    'OneHiddenLayerClassifier'
    >>> client.close()
    """

    local_class = OneHiddenLayerClassifier
    _parameter_constraints: ClassVar[dict] = constraints_of(CLASSIFIER_CONSTRAINTS)

    def __init__(
        self,
        n_h: int | Literal["auto"] = "auto",
        *,
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
        class_weight: Literal["balanced"] | dict[Any, Any] | list[dict[Any, Any]] | None = None,
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
        self.class_weight = class_weight
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
DaskOneHiddenLayerClassifier.__module__ = "skshallow.dask"
