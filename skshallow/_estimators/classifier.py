"""OneHiddenLayerClassifier: the network as a scikit-learn classifier."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skshallow._compat import fit_context
from skshallow._data.targets import Classes, find_classes
from skshallow._estimators.fitting import TrainingMixin
from skshallow._estimators.parameters import CLASSIFIER_CONSTRAINTS, takes_batches
from skshallow._estimators.prediction import NetworkClassifierMixin
from skshallow._estimators.stream import fit_increment
from skshallow._estimators.typing import MatrixLike, keeps_signature
from skshallow._estimators.validation import check_classes
from skshallow.solvers import Solver


class OneHiddenLayerClassifier(TrainingMixin, NetworkClassifierMixin, BaseEstimator):
    r"""Classifier with one hidden layer that trains reliably and fast on real tables.

    It minimises the penalised log loss

    .. math::
        J &= \frac{1}{S} \left[ \sum_i s_i \, \ell(z_i, y_i)
            + \frac{\alpha}{2} \left( \|W_1\|^2 + \|W_2\|^2 \right) \right], \\
        z &= W_2 \, \mathrm{act}(W_1 x + b_1) + b_2,

    over samples of weight :math:`s_i` with sum S. Features are squashed and standardised inside,
    and the fitted weights are those of a plain network on squashed raw features.

    Parameters
    ----------
    n_h : "auto" or int, default="auto"
        Number of hidden units, at least 1. "auto" means 64; on tables of more than 10 000 samples,
        from which more can be learned, 64 for each class, but from 512 to 1024.
    activation : str, default="relu"
        Activation function of the hidden units: "identity", "logistic", "tanh", "relu",
        "leaky_relu", "softplus", "silu" or "gelu". With 8 units or fewer, "tanh" trains more
        reliably.
    solver : {"auto", "gd", "sgd", "adam", "lbfgs"} or Solver, default="auto"
        What minimises J: full-batch gradient descent, gradient descent on mini-batches with
        momentum, Adam on mini-batches, or full-batch L-BFGS. "auto" takes "lbfgs" for up to
        10 000 samples unless a `learning_rate` is given, and "adam" otherwise. An object of
        :mod:`skshallow.solvers` carries settings of its own, such as ``Adam(beta_2=0.99)``.
    learning_rate : "auto" or float, default="auto"
        Length of a step along the gradient, above 0. "auto" means 0.5 for "gd", 0.05 for "sgd"
        and 0.01 for "adam"; "lbfgs" finds its own step lengths.
    alpha : "auto" or float, default="auto"
        Strength of the penalty on squared weights, at least 0. It means what 1/C means to
        :class:`~sklearn.linear_model.LogisticRegression`, whatever the solver or batch size. "auto"
        finds the penalty for which the evidence is highest (MacKay, 1992): it is worth as much as
        there are weights that the samples determine. On more than 10 000 samples and in a stream
        "auto" means 1, but S/30 for samples whose weights sum to S < 30, which a penalty of 1 would
        outweigh. A warm start keeps the penalty of the last call.
    batch_size : "auto" or int, default="auto"
        Samples of a mini-batch for "sgd" and "adam", from 1 to the number of training samples.
        "auto" means one in 256 samples, but from 100 to 500, or all samples if there are fewer.
    max_iter : int, default=1000
        The most iterations (epochs for "sgd" and "adam") of one call of fit, at least 1.
    tol : "auto" or float, default="auto"
        Training ends after `n_iter_no_change` iterations in a row that have not lowered the loss
        by this share of the lowest so far. "auto" means 1e-4 for "gd", 1e-3 for "sgd" and "adam",
        and for "lbfgs" 0.02 times the number of parameters per sample, at most 0.02: on real tables
        that predicts better than going on to the optimum of J does.
        With 0 training runs for exactly `max_iter` iterations.
    n_iter_no_change : "auto" or int, default="auto"
        Patience, in iterations, at least 1. "auto" means 10, but 5 for mini-batches with a
        validation set: the loss there of means of weights is a smooth curve; and for mini-batches
        so many epochs that there are 30 steps.
    early_stopping : "auto" or bool, default="auto"
        Whether to stop by the loss of a validation set that is split off, instead of by J, and to
        return the weights that were best there. Implied by giving `X_val` to :meth:`fit`. "auto"
        means so for mini-batches of a table of more than 10 000 samples, which can spare some, 5000
        at most; a class of a single sample is then trained on.
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
    n_init : int, default=1
        How many networks to train from different initial weights, together; the one of lowest J
        (or validation loss) is kept. At least 1; given initial weights are used once.
    shuffle : bool, default=True
        Whether mini-batches are drawn in a new order every epoch.
    warm_start : bool, default=False
        Whether fit goes on where the last call ended, optimiser and random stream included.
    random_state : int, RandomState instance or None, default=None
        Decides the initial weights, the order of the batches and the validation split.
    verbose : int, default=0
        Print a line every so many iterations; 0 prints nothing.

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
        Whether the solver took all samples at once: then an iteration is one step, else an epoch of
        mini-batches.
    loss_ : float
        J at the fitted weights.
    loss_curve_ : list of float
        J before each iteration; with mini-batches, the mean of their J over each epoch.
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
        one is trained further by a warm start or partial_fit.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : Networks with any number of hidden layers.
    sklearn.linear_model.LogisticRegression : No hidden layer; the same penalty with C = 1/alpha.

    References
    ----------
    He, Zhang, Ren and Sun (2015), "Delving deep into rectifiers", ICCV; Glorot and Bengio (2010),
    "Understanding the difficulty of training deep feedforward neural networks", AISTATS, for the
    initial weights; MacKay (1992), "A practical Bayesian framework for backpropagation networks",
    Neural Computation, for the penalty. The solvers name their own sources.

    Examples
    --------
    >>> from sklearn.datasets import make_moons
    >>> from skshallow import OneHiddenLayerClassifier
    >>> X, y = make_moons(400, noise=0.2, random_state=42)
    >>> clf = OneHiddenLayerClassifier(random_state=0).fit(X, y)
    >>> print(f"{clf.score(X, y):.2f}")
    0.97
    >>> clf.predict_proba(X[:2]).shape
    (2, 2)
    """

    _parameter_constraints: ClassVar[dict] = CLASSIFIER_CONSTRAINTS

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

    @keeps_signature(available_if(takes_batches))
    @keeps_signature(fit_context(prefer_skip_nested_validation=True))
    def partial_fit(
        self,
        X: MatrixLike,
        y: MatrixLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch on some more samples.

        Optimiser and random stream go on from call to call, in float32 if the first samples were
        that. Features are standardised and classes balanced by all samples so far, and `alpha` is
        weighed against all of them. "auto" takes the solver "adam". A call that fails or is
        interrupted is as if it had not been: its samples can be given again.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or zeros and ones for several labels at once.
        classes : array-like of shape (n_classes,), default=None
            All classes that will ever come. Needed in the first call, but for several labels,
            which are numbered.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, at least 0.

        Returns
        -------
        self : OneHiddenLayerClassifier
            The classifier, trained further.

        Raises
        ------
        ValueError
            If `classes` is missing in the first call or changes later, if `y` holds a class that
            is not among them, if the weights come to overflow on raw features, or for the reasons
            of :meth:`fit`.
        AttributeError
            If the solver is "lbfgs", which needs all samples at once.
        """
        fit_increment(self, X, y, sample_weight, lambda y: self._targets_of_stream(y, classes))
        return self

    def _targets_of_stream(self, y, classes):
        check_classification_targets(y)
        if hasattr(self, "coefs_"):
            known = self._targets
            if classes is not None and not np.array_equal(check_classes(classes), known.classes):
                raise ValueError(
                    f"classes={classes!r} differs from the classes of the first call, "
                    f"{known.classes.tolist()}."
                )
            return known
        if type_of_target(y).startswith("multilabel"):
            labels = find_classes(y)
            given = labels.classes if classes is None else check_classes(classes)
            if given.tolist() != labels.classes.tolist():
                raise ValueError(
                    f"classes={classes!r} does not fit y, which has a column for each of "
                    f"{y.shape[1]} labels: leave classes out, or give y one class for each sample."
                )
            return labels
        if classes is None:
            raise ValueError("classes must be given in the first call of partial_fit.")
        return Classes(check_classes(classes))


# Pickles and other files name a class by the path that users import it from.
OneHiddenLayerClassifier.__module__ = "skshallow"
