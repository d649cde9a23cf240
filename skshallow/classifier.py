"""OneHiddenLayerClassifier: the network as a scikit-learn classifier."""

from __future__ import annotations

import warnings
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skshallow.activations import ACTIVATIONS
from skshallow.compat import CallbackSupportMixin
from skshallow.fitting import Table, batch_size, choose_solver, split, train
from skshallow.labels import Labels, class_weights, count_classes
from skshallow.losses import LOSSES
from skshallow.predictor import FittedNetwork
from skshallow.session import Session
from skshallow.solvers import SOLVERS, Solver
from skshallow.tasks import Epochs, FitTask
from skshallow.typing import MatrixLike, keeps_signature
from skshallow.validation import (
    all_or_nothing,
    check_classes,
    check_features_and_target,
    check_init,
    check_validation_rows,
    check_weights,
)


def _takes_batches(estimator):
    if estimator.solver == "lbfgs" or isinstance(estimator.solver, SOLVERS["lbfgs"]):
        raise AttributeError(
            f"partial_fit is not available with solver={estimator.solver!r}, which needs all rows "
            "at once."
        )
    return True


def fit_stack(members, sessions, X, y, sample_weight, given, task=None):
    """Train the networks of classifiers as one stack, and give them to the classifiers.

    Parameters
    ----------
    members : list of OneHiddenLayerClassifier
        They may differ as :func:`~skshallow.fitting.train` says.
    sessions : list of Session
        Where their networks start.
    X, y, sample_weight : ndarray or CSR array
        Checked rows.
    given : tuple or None
        Rows to stop early by, as :func:`~skshallow.validation.check_validation_rows` returns them.
    task : FitTask, optional
        What the epochs are part of, where there is but one classifier.

    Returns
    -------
    error : BaseException or None
        What broke the training off, to be raised once nothing can be lost by it.
    records : list of Record
        How each member's best network fared.
    """
    table, validation = members[0]._tables(sessions[0], X, y, sample_weight, given)
    # They agree on the solver, but each has settings to be checked.
    solvers = [member._solver_for(table) for member in members]

    def watch(scaling):
        def attributes(training):
            return members[0]._fitted(sessions[0], training.leading(), scaling, solvers[0])

        return Epochs(task, attributes)

    training, scaling = train(
        members, sessions, table, validation, solvers[0], watch=None if task is None else watch
    )
    records = [
        member._adopt(session, scaling, solvers[0], validated=validation is not None)
        for member, session in zip(members, sessions, strict=True)
    ]
    return training.error, records


class OneHiddenLayerClassifier(CallbackSupportMixin, FittedNetwork):
    r"""Classifier with one hidden layer that trains reliably and fast on real tables.

    It minimises the penalised cross-entropy

    .. math:: J = \frac{1}{S} \left[ \sum_i s_i \, \ell(z_i, y_i)
        + \frac{\alpha}{2} \left( \|W_1\|^2 + \|W_2\|^2 \right) \right],
        \qquad z = W_2 \, \mathrm{act}(W_1 x + b_1) + b_2,

    over rows of weight :math:`s_i` with sum S. Features are standardised inside, and the fitted
    weights are those of a plain network on raw features.

    Parameters
    ----------
    n_h : int, default=64
        Number of hidden units, at least 1.
    activation : str, default="relu"
        What a hidden unit does to its input: "identity", "logistic", "tanh", "relu", "leaky_relu",
        "softplus", "silu" or "gelu". With 8 units or fewer, "tanh" trains more reliably.
    solver : {"auto", "gd", "sgd", "adam", "lbfgs"} or Solver, default="auto"
        What minimises J: full-batch gradient descent, gradient descent on mini-batches with
        momentum, Adam on mini-batches, or full-batch L-BFGS. "auto" takes "lbfgs" for up to
        10 000 rows unless a `learning_rate` is given, and "adam" otherwise. An object of
        :mod:`skshallow.solvers` carries settings of its own, such as ``Adam(beta_2=0.99)``.
    learning_rate : "auto" or float, default="auto"
        Length of a step along the gradient, above 0. "auto" means 0.5 for "gd", 0.05 for "sgd"
        and 0.005 for "adam"; "lbfgs" finds its own step lengths.
    alpha : float, default=1.0
        Strength of the penalty on squared weights, at least 0. It means what 1/C means to
        :class:`~sklearn.linear_model.LogisticRegression`, whatever the solver or batch size.
    batch_size : "auto" or int, default="auto"
        Rows of a mini-batch for "sgd" and "adam", from 1 to the number of training rows. "auto"
        means 200, or all rows if there are fewer.
    max_iter : int, default=1000
        The most iterations (epochs for "sgd" and "adam") of one call of fit, at least 1.
    tol : "auto" or float, default="auto"
        Training ends after `n_iter_no_change` iterations in a row that have not lowered the loss
        by this share of the lowest so far. "auto" means 1e-4 for "gd", 1e-3 for "sgd" and "adam",
        and for "lbfgs" 0.02 times the number of parameters per row, at most 0.02: on real tables
        that predicts better than going on to the optimum of J does.
        With 0 training runs for exactly `max_iter` iterations.
    n_iter_no_change : int, default=10
        Patience, in iterations, at least 1.
    early_stopping : bool, default=False
        Whether to watch the loss on rows split off for validation instead of J, and to return the
        weights that were best there. Implied by giving `X_val` to :meth:`fit`.
    validation_fraction : float, default=0.1
        Share of every class to split off for early stopping, in (0, 1); one row at least.
    class_weight : "balanced", dict, list of dict or None, default=None
        Weight of each class by label. "balanced" makes every class weigh the same. A list holds a
        dict ``{0: ..., 1: ...}`` for every label of multilabel targets.
    standardize : bool, default=True
        Whether to train on features of zero mean and unit variance, sparse ones included (which
        are not filled in for it). A feature of two values, such as a one-hot code, is scaled by
        their distance instead: every category is then penalised alike, however rare it is.
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
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X had names that are all strings.
    coefs_ : list of two ndarrays of shapes (n_features, n_h) and (n_h, n_outputs)
        Weights W1 and W2, for raw features.
    intercepts_ : list of two ndarrays of shapes (n_h,) and (n_outputs,)
        Biases b1 and b2.
    n_outputs_ : int
        Number of output units: 1 for two classes, else one for each class or label.
    n_layers_ : int
        3: inputs, hidden units, outputs.
    activation_ : str
        What a hidden unit does to its input.
    out_activation_ : {"logistic", "softmax"}
        What turns the outputs into probabilities.
    solver_ : str
        The solver that was used.
    loss_ : float
        J at the fitted weights.
    loss_curve_ : list of float
        J before each iteration; with mini-batches, the mean of their J over each epoch.
    n_iter_ : int
        Number of iterations, ``len(loss_curve_)``.
    best_loss_ : float
        The lowest loss seen: on the validation rows if there are any, else J.
    validation_loss_curve_ : list of float or None
        Mean cross-entropy of the validation rows after each iteration; None without such rows.
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
    initial weights. The solvers name their own sources.

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

    _parameter_constraints: ClassVar[dict] = {
        "n_h": [Interval(Integral, 1, None, closed="left")],
        "activation": [StrOptions(set(ACTIVATIONS))],
        "solver": [StrOptions({"auto", *SOLVERS}), Solver],
        "learning_rate": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither")],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [StrOptions({"auto"}), Interval(Real, 0, None, closed="left")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "early_stopping": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "class_weight": [StrOptions({"balanced"}), dict, list, None],
        "standardize": ["boolean"],
        "init": [StrOptions({"auto", "small"}), tuple],
        "n_init": [Interval(Integral, 1, None, closed="left")],
        "shuffle": ["boolean"],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        n_h: int = 64,
        *,
        activation: str = "relu",
        solver: str | Solver = "auto",
        learning_rate: float | Literal["auto"] = "auto",
        alpha: float = 1.0,
        batch_size: int | Literal["auto"] = "auto",
        max_iter: int = 1000,
        tol: float | Literal["auto"] = "auto",
        n_iter_no_change: int = 10,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        class_weight: Literal["balanced"] | dict[Any, Any] | list[dict[Any, Any]] | None = None,
        standardize: bool = True,
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
        self.init = init
        self.n_init = n_init
        self.shuffle = shuffle
        self.warm_start = warm_start
        self.random_state = random_state
        self.verbose = verbose

    @keeps_signature(_fit_context(prefer_skip_nested_validation=True))
    def fit(
        self,
        X: MatrixLike,
        y: MatrixLike,
        sample_weight: ArrayLike | None = None,
        X_val: MatrixLike | None = None,
        y_val: MatrixLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Self:
        """Train on a table.

        An earlier fit is kept if this call fails. If it is interrupted (Ctrl-C), the best weights
        so far are kept and the interruption goes on up.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features; float32 is trained on in float32, everything else in float64.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes of any type, or zeros and ones for several labels at once.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, at least 0; a weight of 2 counts as the row twice.
        X_val : {array-like, sparse matrix} of shape (n_val, n_features), default=None
            Rows to stop early by, instead of a share of `X`. In a Pipeline they are transformed
            like `X` with ``Pipeline(..., transform_input=["X_val"])``.
        y_val : array-like of shape (n_val,) or (n_val, n_labels), default=None
            Their classes.
        sample_weight_val : array-like of shape (n_val,), default=None
            Their weights.

        Returns
        -------
        self : OneHiddenLayerClassifier
            The fitted classifier.

        Raises
        ------
        ValueError
            If a parameter, a feature, a label or a weight is not what it may be, or leaves no room
            to compute with: a feature of a standard deviation above 1e154, weights of rows that
            sum up to less than 1e-150 or more than 1e150, an `alpha` of more than 1e154 (in float32
            1e19) times that sum, initial weights that overflow.

        Warns
        -----
        ConvergenceWarning
            If J had not settled after `max_iter` iterations, or had risen instead.
        """
        task = FitTask.of(self, max_subtasks=self.max_iter).begin(X, y, sample_weight)
        self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val), task)
        task.end()
        return self

    def _fit(self, X, y, sample_weight, validation, task):
        """Fit; the epochs are part of `task`."""
        with all_or_nothing(self):
            continued = self.warm_start and hasattr(self, "coefs_")
            X, y = check_features_and_target(self, X, y, reset=not continued)
            labels = self._labels if continued else Labels.of(y)
            session = self._session_for(labels, X, continued)
            given = check_validation_rows(self, *validation, dtype=X.dtype)
            error, (record,) = fit_stack([self], [session], X, y, sample_weight, given, task)
        self._conclude(error, record)

    @keeps_signature(available_if(_takes_batches))
    @keeps_signature(_fit_context(prefer_skip_nested_validation=True))
    def partial_fit(
        self,
        X: MatrixLike,
        y: MatrixLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for one epoch on some more rows.

        Optimiser and random stream go on from call to call, in float32 if the first rows were that.
        Features are standardised and classes balanced by all rows so far, and `alpha` is weighed
        against all of them. "auto" takes the solver "adam". A call that fails or is interrupted is
        as if it had not been: its rows can be given again.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes, or zeros and ones for several labels at once.
        classes : array-like of shape (n_classes,), default=None
            All classes that will ever come. Needed in the first call, unless for several labels.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, at least 0.

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
            If the solver is "lbfgs", which needs all rows at once.
        """
        with all_or_nothing(self):
            continued = hasattr(self, "coefs_")
            if continued:
                # scikit-learn looks at the parameters before the first call only.
                self._validate_params()
            X, y = check_features_and_target(self, X, y, reset=not continued)
            labels = self._labels_of_stream(y, classes, continued)
            session = self._session_for(labels, X, continued)
            table, _ = self._table(session, X, y, sample_weight, incremental=True)
            solver = choose_solver(self, len(table), incremental=True)
            training, scaling = train([self], [session], table, None, solver, incremental=True)
            if training.error is not None:
                raise training.error
            record = self._adopt(session, scaling, solver, incremental=True)
        return self._conclude(None, record, incremental=True)

    def _labels_of_stream(self, y, classes, continued):
        check_classification_targets(y)
        if continued:
            labels = self._labels
            if classes is not None and not np.array_equal(check_classes(classes), labels.classes):
                raise ValueError(
                    f"classes={classes!r} differs from the classes of the first call, "
                    f"{labels.classes.tolist()}."
                )
            return labels
        if type_of_target(y).startswith("multilabel"):
            return Labels.of(y)
        if classes is None:
            raise ValueError("classes must be given in the first call of partial_fit.")
        return Labels.among(check_classes(classes))

    def _table(self, session, X, y, sample_weight, *, incremental=False):
        codes = session.labels.encode(y)
        # Weights that overflow are refused in the end.
        with np.errstate(all="ignore"):
            weights = check_weights(sample_weight, X)
            counts = count_classes(session.labels, codes, weights)
            session.counts = counts + (session.counts if incremental else 0)
            weight_of_class = class_weights(self.class_weight, session.labels, session.counts)
            return Table.of(X, codes, weights, weight_of_class), weight_of_class

    def _tables(self, session, X, y, sample_weight, given):
        """The rows to train on and, unless None, those to stop early by: `given` or split off."""
        table, weight_of_class = self._table(session, X, y, sample_weight)
        if given is not None:
            X_val, y_val, weights = given
            codes = session.labels.encode(y_val, "y_val")
            return table, Table.of(X_val, codes, weights, weight_of_class)
        if self.early_stopping:
            return split(table, session.labels, self.validation_fraction, session.split_seed)
        return table, None

    def _session_for(self, labels, X, continued):
        """What to start from: the session kept, the fitted weights, or `init`."""
        if not continued:
            given = None
            if isinstance(self.init, tuple):
                given = check_init(self.init, X.shape[1], self.n_h, labels.n_outputs)
            return Session.begin(self, labels, X, given)
        if self.n_h != len(self.intercepts_[0]):
            raise ValueError(
                f"n_h={self.n_h} differs from the {len(self.intercepts_[0])} hidden units fitted "
                "so far; training can only go on with as many."
            )
        if self.activation != self.activation_:
            raise ValueError(
                f"activation={self.activation!r} differs from {self.activation_!r}, fitted so far; "
                "training can only go on with the same."
            )
        standardized = self._seen["moments"] is not None
        if self._session is not None and standardized == self.standardize:
            session = Session.thaw(self, labels, X, self._session)
        else:
            session = Session.begin(self, labels, X, (self.coefs_, self.intercepts_))
            session.records[0].loss_curve = list(self.loss_curve_)
        return session.recall(self._seen, standardize=self.standardize)

    def _solver_for(self, table):
        solver = choose_solver(self, len(table))
        if self.learning_rate != "auto" and solver.default_learning_rate is None:
            warnings.warn(
                f"learning_rate={self.learning_rate} has no effect on solver={self.solver!r}, "
                "which finds its own step lengths.",
                UserWarning,
                stacklevel=2,
            )
        if batch_size(self, solver, len(table)) > len(table):
            raise ValueError(
                f"batch_size={self.batch_size} must be at most the number of training rows, "
                f"{len(table)}."
            )
        return solver

    def _adopt(self, session, scaling, solver, *, validated=False, incremental=False):
        """Take over the best of the session's networks, whose record is returned."""
        losses = [record.best_loss if validated else record.loss for record in session.records]
        winner = session.records[int(np.argmin(np.nan_to_num(losses, nan=np.inf)))]
        vars(self).update(self._fitted(session, winner, scaling, solver))
        self.validation_loss_curve_ = winner.validation_loss_curve if validated else None
        self.restart_losses_ = np.array(losses)
        self._seen = session.seen
        self._session = session.freeze(winner) if self.warm_start or incremental else None
        return winner

    @staticmethod
    def _fitted(session, record, scaling, solver):
        """What a network's record amounts to, as attributes of the fitted classifier."""
        labels, network = session.labels, session.network
        coefs, intercepts = network.unpack(record.weights)
        if scaling is not None:
            coefs, intercepts = scaling.fold(coefs, intercepts)
        names = [name for name, family in SOLVERS.items() if type(solver) is family]
        return {
            "classes_": labels.classes,
            "coefs_": coefs,
            "intercepts_": intercepts,
            "activation_": network.activation,
            "n_outputs_": network.n_outputs,
            "n_layers_": 3,
            "out_activation_": LOSSES[labels.kind].out_activation,
            "solver_": names[0] if names else type(solver).__name__,
            "loss_": record.loss,
            "loss_curve_": record.loss_curve,
            "best_loss_": record.best_loss,
            "n_iter_": len(record.loss_curve),
        }

    def _conclude(self, error, record, *, incremental=False):
        """Say how training ended, now that nothing can be lost by it."""
        if error is not None:
            raise error
        if record.end == "diverged":
            rate = f"learning_rate={self.learning_rate!r}"
            warnings.warn(
                f"Training diverged with {rate}: by iteration {self.n_iter_ + 1} the loss was no "
                "longer finite, or higher than at the start. The best weights before that are "
                "kept; try a lower learning_rate.",
                ConvergenceWarning,
                stacklevel=2,
            )
        elif record.end == "limit" and self.tol != 0 and not incremental:
            warnings.warn(
                f"Solver {self.solver_!r} reached max_iter={self.max_iter} before the loss "
                f"settled to tol={self.tol!r}; raise max_iter or tol.",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self
