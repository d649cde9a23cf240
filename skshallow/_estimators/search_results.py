"""What a search found, in the form of GridSearchCV's ``cv_results_``."""

import warnings
from collections import Counter

import numpy as np
from scipy.stats import rankdata
from sklearn.exceptions import FitFailedWarning


def tabulate(candidates, outcomes, *, return_train_score, unscored_count=True):
    """The dict ``cv_results_``, keys in GridSearchCV's order.

    Parameters
    ----------
    candidates : list of dict
        Their parameters.
    outcomes : list of list of Outcome
        For each candidate that of every split.
    return_train_score : bool
        Whether there are train scores.
    unscored_count : bool, default=True
        Whether a split that gives all candidates NaN makes their means NaN, as in GridSearchCV,
        instead of being left out of them.

    Returns
    -------
    results : dict of str to ndarray
        And "params", a list of dict.
    """
    results = {}
    for name in ("fit_time", "score_time"):
        _summarise(results, name, [[getattr(one, name) for one in row] for row in outcomes])
    results |= _columns(candidates)
    results["params"] = candidates
    first = outcomes[0][0].test_scores
    metrics = list(first) if isinstance(first, dict) else ["score"]
    kinds = ("test", "train") if return_train_score else ("test",)
    for metric in metrics:
        for kind in kinds:
            scores = [[_score(one, kind, metric) for one in row] for row in outcomes]
            scores = np.array(scores, float)
            counted = unscored_count | scored_splits(scores)
            _keep_scores(results, f"{kind}_{metric}", scores, counted, rank=kind == "test")
    return results


def scored_splits(scores):
    """Which splits have a score, or all where none has.

    Parameters
    ----------
    scores : ndarray of shape (n_candidates, n_splits)
        NaN where there is none.

    Returns
    -------
    scored : ndarray of bool of shape (n_splits,)
    """
    unscored = np.isnan(scores).all(axis=0)
    return ~unscored | unscored.all()


def warn_of_failures(outcomes, error_score):
    """Warn of fits that failed, or raise if all did.

    Raises
    ------
    ValueError
        If there is not one fit that worked.
    """
    flat = [one for row in outcomes for one in row]
    errors = Counter(one.fit_error for one in flat if one.fit_error is not None)
    if not errors:
        return
    details = "\n".join(
        f"{'-' * 80}\n{count} fits failed with the following error:\n{error}"
        for error, count in errors.items()
    )
    if errors.total() == len(flat):
        raise ValueError(
            f"All the {len(flat)} fits failed. With error_score='raise' the search ends at the "
            f"first failure. What was raised:\n{details}"
        )
    warnings.warn(
        f"{errors.total()} fits failed out of a total of {len(flat)}, and score {error_score}. "
        "With error_score='raise' the search ends at the first failure. What was raised:\n"
        f"{details}",
        FitFailedWarning,
        stacklevel=2,
    )


def score_failures_by_each_metric(outcomes):
    """Where there are several metrics, give each of them the one score of a failure."""
    flat = [one for row in outcomes for one in row]
    metrics = next((one.test_scores for one in flat if isinstance(one.test_scores, dict)), ())
    for one in flat if metrics else []:
        for name in ("test_scores", "train_scores"):
            scores = getattr(one, name)
            if scores is not None and not isinstance(scores, dict):
                setattr(one, name, dict.fromkeys(metrics, scores))


def _score(outcome, kind, metric):
    scores = outcome.test_scores if kind == "test" else outcome.train_scores
    return scores[metric] if isinstance(scores, dict) else scores


def _keep_scores(results, name, scores, counted, *, rank):
    for split, column in enumerate(scores.T):
        results[f"split{split}_{name}"] = column
    mean = _summarise(results, name, scores[:, counted])
    if not (np.isfinite(mean).all() and counted.all()):
        warnings.warn(
            f"Some {name.split('_')[0]} scores are non-finite; their means are {mean}.",
            UserWarning,
            stacklevel=2,
        )
    if rank:
        results[f"rank_{name}"] = _ranks(mean)


def _summarise(results, name, values):
    # The loss of a candidate that is hopelessly wrong may be too large to be squared.
    with np.errstate(over="ignore", invalid="ignore"):
        mean = results[f"mean_{name}"] = np.mean(values, axis=1)
        results[f"std_{name}"] = np.std(values, axis=1)
    return mean


def _ranks(mean):
    """1 for the highest; candidates that failed share the last place."""
    if np.isnan(mean).all():
        return np.ones(len(mean), dtype=np.int32)
    filled = np.where(np.isnan(mean), np.nanmin(mean) - 1, mean)
    return rankdata(-filled, method="min").astype(np.int32)


def _columns(candidates):
    """A masked column ``param_name`` for every parameter that some candidate has."""
    values = {}
    for place, candidate in enumerate(candidates):
        for name, value in candidate.items():
            values.setdefault(f"param_{name}", {})[place] = value
    columns = {}
    for name, by_place in values.items():
        column = np.ma.masked_all(len(candidates), dtype=_dtype(list(by_place.values())))
        for place, value in by_place.items():
            column[place] = value
        columns[name] = column
    return columns


def _dtype(values):
    """The type of a column: numpy's where that is of plain numbers, else object."""
    try:
        array = np.array(values)
    except ValueError:
        return np.dtype(object)
    return array.dtype if array.ndim == 1 and array.dtype.kind != "U" else np.dtype(object)
