"""The lines that a search prints, which are GridSearchCV's."""

from joblib.logger import short_format_time


def first_line(n_splits, n_candidates):
    """How much there is to do."""
    return (
        f"Fitting {n_splits} folds for each of {n_candidates} candidates, totalling "
        f"{n_splits * n_candidates} fits"
    )


def position(verbose, split, splits, place, candidates):
    """Where a fit stands among the others, as its lines say it."""
    of_splits = f" {split + 1}/{len(splits)}" if verbose > 2 else ""
    return of_splits + (f"; {place + 1}/{len(candidates)}" if verbose > 9 else "")


def start_line(candidate, where):
    """The line before a fit of a candidate, at `where` by :func:`position`."""
    return f"[CV{where}] START {_settings(candidate)}".ljust(80, ".")


def end_line(candidate, where, outcome, *, scores):
    """The line after it, with its scores if asked for."""
    start, end = f"[CV{where}] END ", _settings(candidate)
    end += (";" if end else "") + (_shown(outcome) if scores else "")
    end += f" total time={short_format_time(outcome.fit_time + outcome.score_time)}"
    return start + "." * (80 - len(start) - len(end)) + end


def _settings(candidate):
    return ", ".join(f"{name}={candidate[name]}" for name in sorted(candidate))


def _shown(outcome):
    test, train = outcome.test_scores, outcome.train_scores
    if isinstance(test, dict):
        trains = train if isinstance(train, dict) else dict.fromkeys(test)
        return "".join(f" {name}: ({_pair(test[name], trains[name])})" for name in sorted(test))
    return f", score={test:.3f}" if train is None else f", score=({_pair(test, train)})"


def _pair(test, train):
    return ("" if train is None else f"train={train:.3f}, ") + f"test={test:.3f}"
