"""The work of a search: divided into units, given to workers, and gathered again."""

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from skshallow._estimators.fitting import task_arguments
from skshallow.model_selection._report import position
from skshallow.model_selection._stacks import group_candidates


def evaluate(
    evaluation, candidates, X, y, splits, *, callbacks, n_jobs=None, pre_dispatch="2*n_jobs"
):
    """Evaluate all candidates on all splits; a unit of work is a group of them on one split.

    Parameters
    ----------
    evaluation : Evaluation
        How.
    candidates : list of dict
        Their parameters.
    X, y : array-like
        All samples.
    splits : list of (train, test)
        Numbers of samples, or masks.
    callbacks : tuple of CallbackContext and estimator
        The task that this is a part of, and whose it is.
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
    splits = [(_numbers(train), _numbers(test)) for train, test in splits]
    n_samples = max((len(train) for train, _ in splits), default=0)
    groups = group_candidates(evaluation.estimator, candidates, n_samples)
    units = [(group, split) for group in groups for split in range(len(splits))]
    if not units:
        raise ValueError("There is nothing to fit: cv gave no splits, or there are no candidates.")
    context, estimator = callbacks
    search = context.subcontext(task_name="search", max_subtasks=len(units))
    arguments = task_arguments(estimator)
    search.call_on_fit_task_begin(**arguments)
    # All tasks are there before the first is sent to a worker, together with those around it.
    tasks = [search.subcontext(task_name="group-split-evaluation") for _ in units]
    work = []
    for (group, split), task in zip(units, tasks, strict=True):
        positions = {
            place: position(evaluation.verbose, split, splits, place, candidates)
            for stack in group
            for place in stack
        }
        chosen = {place: candidates[place] for place in positions}
        work.append((group, chosen, positions, X, y, *splits[split], (task, estimator)))
    found = _run_units(evaluation.run, work, n_jobs, pre_dispatch)
    search.call_on_fit_task_end(**arguments)
    outcomes = [[None] * len(splits) for _ in candidates]
    for (_, split), of_group in zip(units, found, strict=True):
        for place, outcome in of_group.items():
            outcomes[place][split] = outcome
    return outcomes


def _run_units(run, work, n_jobs, pre_dispatch):
    if effective_n_jobs(n_jobs) == 1:
        # Even for one worker Parallel replaces the process's filters of warnings for a while, which
        # other threads of the user's may be doing as well.
        return [run(*unit) for unit in work]
    return Parallel(n_jobs=n_jobs, pre_dispatch=pre_dispatch)(delayed(run)(*unit) for unit in work)


def _numbers(samples):
    """Numbers of samples, of a mask too."""
    samples = np.asarray(samples)
    return np.flatnonzero(samples) if samples.dtype == bool else samples
