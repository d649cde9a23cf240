"""What decides how the classifier of a candidate trains, and which candidates cannot differ."""

from contextlib import suppress
from numbers import Number
from typing import NamedTuple

import numpy as np

from skshallow._training.fit import automatic_n_h, choose_solver, grows

# In these the members of a stack may differ.
VARYING = ("alpha", "learning_rate", "random_state", "init")
# Values of these are told apart by what they are worth.
PLAIN = str | bytes | Number | np.generic | None


class Setup(NamedTuple):
    """How a classifier trains; parameters that have no effect on it are left out.

    Attributes
    ----------
    shared : tuple
        What all members of a stack have in common.
    varying : tuple
        In what they may differ. Where both are equal, so are the networks.
    n_units : int
        Hidden units of all its networks.
    """

    shared: tuple
    varying: tuple
    n_units: int


def setup_of(classifier, own, n_samples):
    """The setup of a candidate.

    Parameters
    ----------
    classifier : OneHiddenLayerClassifier or OneHiddenLayerRegressor
        What is searched.
    own : dict
        Parameters of the candidate for it, those of its solver among them.
    n_samples : int
        The most samples that it is trained on.
    """
    params = {**vars(classifier), **own}
    solver = _decided_solver(params, n_samples)
    # Candidates start afresh, whatever a later call of theirs would do.
    given, without_effect = isinstance(params["init"], tuple), {"warm_start"}
    if given:
        params["n_init"] = 1
    if solver is not None:
        params["solver"] = solver.settings()
        without_effect |= {"batch_size", "shuffle"} if solver.full_batch else set()
        without_effect |= {"learning_rate"} if solver.default_learning_rate is None else set()
    stops_early = params["early_stopping"]
    if stops_early == "auto":
        stops_early = solver is None or not solver.full_batch
    if not stops_early:
        without_effect.add("validation_fraction")
    if isinstance(params["tol"], Number) and params["tol"] == 0:
        without_effect.add("n_iter_no_change")
    # Members of a stack share what is random after the start: these have to draw the same.
    draws = stops_early or solver is None or not solver.full_batch
    if given and not draws:
        without_effect.add("random_state")
    names = {*classifier.get_params(deep=False), *own} - {*VARYING, *without_effect}
    shared = [(name, _worth(params[name])) for name in sorted(names)]
    return Setup(
        (type(classifier), draws and _worth(params["random_state"]), *shared),
        tuple(_worth(params[name]) for name in VARYING if name not in without_effect),
        _n_units(params, n_samples),
    )


def _decided_solver(params, n_samples):
    """The solver, or None if it is not valid, or "auto" may mean another one on fewer samples."""
    rate = params["learning_rate"]
    # What is not valid is refused when it is fitted.
    with suppress(Exception):
        solver = choose_solver(params["solver"], rate, n_samples)
        if solver.full_batch or not (params["solver"] == rate == "auto"):
            return solver
    return None


def _n_units(params, n_samples):
    # What is not valid is refused when it is fitted.
    with suppress(Exception):
        n_h = params["n_h"]
        if n_h == "auto":
            large = grows(params["solver"], params["learning_rate"], n_samples)
            n_h = automatic_n_h(large, n_outputs=1)
        return max(1, int(n_h) * int(params["n_init"]))
    return 1


def _worth(value):
    """What a value is worth: equal for values that cannot be told apart by a training."""
    if isinstance(value, np.ndarray) and value.dtype != object:
        return value.shape, value.dtype.str, value.tobytes()
    if isinstance(value, list | tuple):
        return tuple(map(_worth, value))
    if isinstance(value, dict):
        return frozenset((name, _worth(one)) for name, one in value.items())
    # A clone of an object is made for each candidate: of the same one they are alike.
    return value if isinstance(value, PLAIN) else (type(value), id(value))
