"""The work of a search: divided into units, given to workers, and gathered again."""

from itertools import chain

from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from skshallow._compat import callbacks_of, followers
from skshallow._estimators.callbacks import task_arguments
from skshallow._kernels import with_choice
from skshallow.model_selection._report import position
from skshallow.model_selection._stacks import each_alone, group_candidates


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
        Numbers of samples, ndarrays of int.
    callbacks : tuple of CallbackContext and dict
        The task that this is a part of, and what callbacks get with it.
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
    n_samples = max((len(train) for train, _ in splits), default=0)
    context, arguments = callbacks
    owner = task_arguments(arguments["estimator"])
    followed = _are_followed(evaluation, candidates, arguments["estimator"])
    if followed:
        groups = each_alone(candidates)
    else:
        groups = group_candidates(evaluation.estimator, candidates, n_samples)
    units = [(group, split) for group in groups for split in range(len(splits))]
    if not units:
        raise ValueError("There is nothing to fit: cv gave no splits, or there are no candidates.")
    search = context.subcontext(
        task_name="search", max_subtasks=len(units), sequential_subtasks=False
    )
    search.call_on_fit_task_begin(**owner)
    tasks = _tasks(search, len(units), evaluation.own_epochs, followed=followed)
    around = arguments if evaluation.own_epochs else owner
    work = []
    for (group, split), task in zip(units, tasks, strict=True):
        chosen = {place: candidates[place] for place in group.places}
        positions = {
            place: position(evaluation.verbose, split, splits, place, candidates)
            for place in group.places
        }
        work.append((group.stacks, chosen, positions, X, y, *splits[split], (task, around)))
    found = _run_units(evaluation.run, work, n_jobs, pre_dispatch)
    search.call_on_fit_task_end(**owner)
    outcomes = [[None] * len(splits) for _ in candidates]
    for (_, split), of_group in zip(units, found, strict=True):
        for place, outcome in of_group.items():
            outcomes[place][split] = outcome
    return outcomes


def _are_followed(evaluation, candidates, owner):
    """Whether callbacks follow candidates: their own, or those that their owner hands on."""
    handed_on = any(getattr(one, "max_propagation_depth", 0) != 0 for one in followers(owner))
    values = [evaluation.estimator, *(value for one in candidates for value in one.values())]
    nested = [value.get_params() for value in values if hasattr(value, "get_params")]
    parts = chain(values, *(params.values() for params in nested))
    return evaluation.own_epochs > 0 or handed_on or any(map(callbacks_of, parts))


def _tasks(search, n_units, n_epochs, *, followed):
    """A task for each unit, told of as GridSearchCV does where callbacks follow candidates."""
    name = "candidate-split-evaluation" if followed else "group-split-evaluation"
    # All are there before the first is sent to a worker, together with those around it.
    return [
        search.subcontext(task_name=name, task_id=unit, max_subtasks=n_epochs)
        for unit in range(n_units)
    ]


def _run_units(run, work, n_jobs, pre_dispatch):
    if effective_n_jobs(n_jobs) == 1:
        # Even for one worker Parallel replaces the process's filters of warnings for a while, which
        # other threads of the user's may be doing as well.
        return [run(*unit) for unit in work]
    task = delayed(with_choice(run))
    return Parallel(n_jobs=n_jobs, pre_dispatch=pre_dispatch)(task(*unit) for unit in work)
