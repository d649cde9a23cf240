"""How samples on a worker become those of a training: decided once, sent along with every task.

A worker that has lost what it held, or that joined later, so computes the same from the same
partition. What is decided by chance is decided by the numbers of the samples: it does not depend on
how they are divided into partitions.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from skshallow._core.network import Network
from skshallow._core.squashing import Squashing
from skshallow._data.scaling import Scaling
from skshallow._data.target_scaling import TargetScaling
from skshallow._data.targets import Targets

# Shares of the samples are told apart by so many bits, as many as a double holds.
BITS = 53


def uniform(seed, numbers):
    """For each sample a number in [0, 1) that only its number and the seed decide.

    SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014), of
    which any number of the sequence can be had at once.

    Parameters
    ----------
    seed : int
        From 0 to 2³² − 1.
    numbers : ndarray of int
        The numbers of the samples in the whole table.

    Returns
    -------
    uniform : ndarray of float
    """
    # A seed starts the sequence anywhere; neighbouring ones are far from each other.
    bits = numbers.astype(np.uint64) + np.uint64(seed) * np.uint64(2**32) + np.uint64(1)
    bits *= np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits ^= bits >> np.uint64(shift)
        bits *= np.uint64(factor)
    bits ^= bits >> np.uint64(31)
    return (bits >> np.uint64(64 - BITS)) * 2.0**-BITS


class Split(NamedTuple):
    """Samples held out, those whose uniform number lies in an interval or that have a fold.

    Attributes
    ----------
    held_out : bool
        Whether these samples are meant, or all of the others.
    seed : int or None
        Of the uniform numbers; None for folds that are given.
    low, high : float
        The interval; of folds that are given, `low` is the one that is held out.
    """

    held_out: bool
    seed: int | None
    low: float
    high: float

    def mask(self, numbers, folds):
        """Which samples are meant, given their numbers in the whole table and their folds."""
        if self.seed is None:
            inside = folds == self.low
        else:
            shares = uniform(self.seed, numbers)
            inside = (shares >= self.low) & (shares < self.high)
        return inside == self.held_out

    def others(self):
        """The samples that are not meant."""
        return self._replace(held_out=not self.held_out)


@dataclass(frozen=True)
class Recipe:
    """What becomes of the samples of a partition.

    Attributes
    ----------
    targets : Targets
        What the targets are.
    class_weights : ndarray or None
        Weight of every class; None while it is not known.
    split : Split or None
        Which samples count; None for all.
    squashing : Squashing or None
        With `far`, by which samples far outside count for less.
    far : tuple of int
        In which features they may be.
    target_scaling : TargetScaling or None
        By what targets are standardised.
    wild : Squashing or None
        By which samples with wild values do not count at all, as in scores.
    """

    targets: Targets
    class_weights: np.ndarray | None = None
    split: Split | None = None
    squashing: Squashing | None = None
    far: tuple = ()
    target_scaling: TargetScaling | None = None
    wild: Squashing | None = None


@dataclass(frozen=True)
class Sum:
    """A sum of losses over the samples of a recipe.

    Attributes
    ----------
    token : str
        Tells it from all others.
    place : int
        Its place among those of a search.
    recipe : Recipe
        The samples.
    network : Network
        The shape of the networks.
    scaling : Scaling or None
        How features are standardised.
    loss : Loss
        Their loss.
    total : float
        The weight of all samples.
    n_networks : int
        The most networks that it will be for.
    rows : tuple of int
        For which networks of the stack it is.
    """

    token: str
    place: int
    recipe: Recipe
    network: Network
    scaling: Scaling | None
    loss: object
    total: float
    n_networks: int
    rows: tuple

    def of(self, n_networks):
        """The sum for the whole of a stack of so many networks."""
        return replace(self, rows=tuple(range(n_networks)))
