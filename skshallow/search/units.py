"""The work of a search: divided into units, spread over workers, and gathered again."""

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from skshallow.search.report import progress
from skshallow.search.together import STACKED, final_step


def evaluate(evaluation, candidates, X, y, splits, *, task, n_jobs=None, pre_dispatch="2*n_jobs"):
    """Evaluate all candidates on all splits; a unit of work is a group of them on one split.

    Parameters
    ----------
    evaluation : Evaluation
        How.
    candidates : list of dict
        Their parameters.
    X, y : array-like
        All rows.
    splits : list of (train, test)
        Row numbers.
    task : FitTask
        The fit that this is a part of.
    n_jobs, pre_dispatch
        As for :class:`joblib.Parallel`.

    Returns
    -------
    outcomes : list of list of Outcome
        For each candidate that on every split.

    Raises
    ------
    ValueError
        If there are no candidates or no splits.
    """
    prefix = final_step(evaluation.estimator)[1]
    splits = [(_numbers(train), _numbers(test)) for train, test in splits]
    units = [
        (places, split) for places in group(candidates, prefix) for split in range(len(splits))
    ]
    if not prefix:
        units = _evened(units)
    if not units:
        raise ValueError(
            "No fits were performed. Was the CV iterator empty? Were there no candidates?"
        )
    search = task.part("search", max_subtasks=len(units)).begin()
    # All tasks are there before the first is sent to a worker, together with those around it.
    tasks = [search.part("group-split-evaluation") for _ in units]
    work = [
        (
            [candidates[place] for place in places],
            [progress(evaluation.verbose, split, splits, place, candidates) for place in places],
            X,
            y,
            *splits[split],
            part,
        )
        for (places, split), part in zip(units, tasks, strict=True)
    ]
    found = _spread(evaluation.run, work, n_jobs, pre_dispatch)
    search.end()
    outcomes = [[None] * len(splits) for _ in candidates]
    for (places, split), of_group in zip(units, found, strict=True):
        for place, outcome in zip(places, of_group, strict=True):
            outcomes[place][split] = outcome
    return outcomes


def _spread(run, work, n_jobs, pre_dispatch):
    if effective_n_jobs(n_jobs) == 1:
        # Even for one worker Parallel replaces the process's filters of warnings for a while, which
        # other threads of the user's may be doing as well.
        return [run(*unit) for unit in work]
    return Parallel(n_jobs=n_jobs, pre_dispatch=pre_dispatch)(delayed(run)(*unit) for unit in work)


def group(candidates, prefix):
    """Places of candidates that are fitted together, group by group.

    Those of a classifier make one stack, those of a pipeline share its preprocessing.

    Parameters
    ----------
    candidates : list of dict
        Their parameters.
    prefix : str
        What stands before those of a pipeline's classifier, as in "clf__alpha"; else "".

    Returns
    -------
    groups : list of list of int
    """
    groups = {}
    for place, candidate in enumerate(candidates):
        shared = tuple(
            (name, _token(value))
            for name, value in sorted(candidate.items())
            if not (name.startswith(prefix) if prefix else name in STACKED)
        )
        groups.setdefault(shared, []).append(place)
    return list(groups.values())


def _evened(units):
    """An even number of units: of five splits the last would keep one of two workers waiting.

    Whatever the number of workers, as results should not depend on it.
    """
    *others, (places, split) = units or [([], 0)]
    if len(places) < 2 or len(others) % 2:
        return units
    middle = (len(places) + 1) // 2
    return [*others, (places[:middle], split), (places[middle:], split)]


def _token(value):
    """What tells values apart: a grid holds each but once, so identity will do for an object."""
    if isinstance(value, str | bytes | int | float | bool | None | np.generic):
        return type(value), value
    return id(value)


def _numbers(rows):
    """Row numbers, of a mask too."""
    rows = np.asarray(rows)
    return np.flatnonzero(rows) if rows.dtype == bool else rows
