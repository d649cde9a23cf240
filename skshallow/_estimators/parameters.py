"""What the parameters of the estimators may be."""

from numbers import Integral, Real

from skshallow._compat import Interval, StrOptions
from skshallow._core.activations import ACTIVATIONS
from skshallow._core.losses import LOSSES, NumberLoss
from skshallow.solvers import SOLVERS, Solver

# Those that every estimator has.
CONSTRAINTS = {
    "n_h": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "activation": [StrOptions(set(ACTIVATIONS))],
    "solver": [StrOptions({"auto", *SOLVERS}), Solver],
    "learning_rate": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither")],
    "alpha": [StrOptions({"auto"}), Interval(Real, 0, None, closed="left")],
    "batch_size": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "max_iter": [Interval(Integral, 1, None, closed="left")],
    "tol": [StrOptions({"auto"}), Interval(Real, 0, None, closed="left")],
    "n_iter_no_change": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
    "early_stopping": [StrOptions({"auto"}), "boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    "standardize": ["boolean"],
    "squash": ["boolean"],
    "init": [StrOptions({"auto", "small"}), tuple],
    "n_init": [Interval(Integral, 1, None, closed="left")],
    "shuffle": ["boolean"],
    "warm_start": ["boolean"],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
}
CLASSIFIER_CONSTRAINTS = {
    **CONSTRAINTS,
    "class_weight": [StrOptions({"balanced"}), dict, list, None],
}
REGRESSOR_CONSTRAINTS = {
    **CONSTRAINTS,
    "loss": [StrOptions({name for name, loss in LOSSES.items() if issubclass(loss, NumberLoss)})],
    "quantile": [Interval(Real, 0, 1, closed="neither"), "array-like"],
    "huber_threshold": [Interval(Real, 0, None, closed="neither")],
}


def takes_batches(estimator):
    """Whether the solver of an estimator can learn from a stream; raises if it cannot."""
    if estimator.solver == "lbfgs" or isinstance(estimator.solver, SOLVERS["lbfgs"]):
        raise AttributeError(
            f"partial_fit is not available with solver={estimator.solver!r}, which needs all "
            "samples at once."
        )
    return True
