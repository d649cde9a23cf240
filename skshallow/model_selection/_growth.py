"""How a search for a penalty grows with the table: what its "auto" stands for."""

from numbers import Integral
from typing import NamedTuple

from skshallow._training.fit import automatic_n_h
from skshallow._training.penalty_range import STRONGEST, WEAKEST

# Units of a network on few samples, and how many penalties are tried there.
FEW_UNITS, MANY_PENALTIES, RESTARTS = 32, 9, 5
# On many samples a penalty is chosen for networks of one in so many of the units, which costs that
# much less: what suits half of the units suits all of them; what suits a quarter does not always.
# Early stopping keeps from fitting noise, so that no stronger penalty than the usual one was better
# on any of 8 tables, but a weaker one at times.
SHARE_OF_UNITS, FEW_PENALTIES, WEAKER = 2, 2, (0.1, 1.0)
# The mean of the raw outputs of some networks is better than any of them; together with the search
# they take about four times as long as one.
AVERAGED = 3


class Plan(NamedTuple):
    """What is done to choose a penalty, and with it.

    Attributes
    ----------
    large : bool
        Whether to judge by one split, and to train with early stopping.
    n_alphas : int or None
        How many penalties to try; None if they are given.
    range_of_alphas : tuple of two floats
        Between which multiples of the usual penalty.
    n_h_tried, n_h : int
        Hidden units of the candidates, and of each network trained with what was chosen.
    n_init, n_networks : int
        From how many initial weights to train each of these, and how many to average.
    """

    large: bool
    n_alphas: int | None
    range_of_alphas: tuple
    n_h_tried: int
    n_h: int
    n_init: int
    n_networks: int


def plan(estimator, large, n_outputs):
    """What the parameters of an estimator mean on a large table, or on another one.

    Parameters
    ----------
    estimator : OneHiddenLayerClassifierCV or OneHiddenLayerRegressorCV
        Each of its parameters is taken as it is, unless it is "auto".
    large : bool
        Whether "auto" stands for what a large table asks for.
    n_outputs : int
        How many outputs a network has.

    Returns
    -------
    plan : Plan
    """

    def decided(value, automatic):
        return automatic if isinstance(value, str) else value

    n_h = n_h_tried = estimator.n_h
    if isinstance(n_h, str):
        n_h = automatic_n_h(large, n_outputs) if large else FEW_UNITS
        n_h_tried = n_h // SHARE_OF_UNITS if large else n_h
    alphas = decided(estimator.alphas, FEW_PENALTIES if large else MANY_PENALTIES)
    few = large and isinstance(estimator.alphas, str)
    return Plan(
        large=large,
        n_alphas=int(alphas) if isinstance(alphas, Integral) else None,
        range_of_alphas=WEAKER if few else (WEAKEST, STRONGEST),
        n_h_tried=n_h_tried,
        n_h=n_h,
        n_init=int(decided(estimator.n_init, 1 if large else RESTARTS)),
        n_networks=int(decided(estimator.n_networks, AVERAGED if large else 1)),
    )
