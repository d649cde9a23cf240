"""What quality.py found, in words and tables."""

import numpy as np
from _contenders import OURS, OURS_CV
from _harness import markdown
from _ranking import LEVEL, TIE, critical_difference, duels, friedman, mean_ranks
from _scores import (
    ACCURACY,
    BRIER,
    CALIBRATION,
    LOG_LOSS,
    SCORES,
    SECONDS,
    by_model,
    geometric_mean,
    relative,
)

FORMATS = {LOG_LOSS: ".3f", ACCURACY: ".1%", BRIER: ".3f", CALIBRATION: ".3f", SECONDS: ".3g"}


def report(means, settings):
    """Markdown: the models over small and over large tables, who beats whom, and each table.

    Parameters
    ----------
    means : DataFrame
        As from :func:`_scores.mean_scores`.
    settings : dict of bool to str
        How small (False) and large (True) tables were measured, in words.
    """
    parts = []
    for large, of_size in means.groupby("large"):
        n_tables = of_size.index.unique("table").size
        parts += [f"{settings[large]} Tables: {n_tables}.", summary(of_size)]
    losses = by_model(means, LOG_LOSS)
    parts.append(ranking(losses))
    parts += [contest(losses, ours) for ours in (OURS, OURS_CV) if ours in losses]
    parts.append(f"Log loss of each table:\n\n{details(means, LOG_LOSS)}")
    parts += [folded(f"The same: {score}", details(means, score)) for score in SCORES[1:]]
    return "\n\n".join(parts)


def summary(means):
    """One row for each model: means over the tables where it has a result."""
    losses = by_model(means, LOG_LOSS)
    ratios, baseline = relative(losses)
    of_models = means[list(SCORES)].groupby("model", sort=False).mean()
    seconds = geometric_mean(by_model(means, SECONDS))
    columns = {
        "tables": losses.count().map(str),
        "mean rank": shown(mean_ranks(losses), ".1f"),
        f"log loss ÷ that of {baseline}": shown(geometric_mean(ratios), ".2f"),
        "mean log loss": shown(of_models[LOG_LOSS], FORMATS[LOG_LOSS]),
        "mean accuracy": shown(of_models[ACCURACY], FORMATS[ACCURACY]),
        "mean Brier score": shown(of_models[BRIER], FORMATS[BRIER]),
        "mean calibration error": shown(of_models[CALIBRATION], FORMATS[CALIBRATION]),
        "CPU seconds of a fit": shown(seconds, FORMATS[SECONDS]),
    }
    rows = [[name, *(column[name] for column in columns.values())] for name in losses]
    return markdown(["model", *columns], rows)


def ranking(losses):
    """Whether the models differ at all, and which mean ranks do."""
    apart = critical_difference(losses.shape[1], len(losses))
    ranks = mean_ranks(losses).sort_values()
    listed = "; ".join(f"{name} {rank:.1f}" for name, rank in ranks.items())
    return (
        "Ratios and seconds are geometric means; seconds are those of a first fit in a fresh "
        "process. Ranks are by log loss, and a missing result ranks last. Mean ranks over all "
        f"{len(losses)} tables: {listed}. That all models are alike has "
        f"p = {shown(friedman(losses), '.2g')} (Friedman); ranks less than {apart:.1f} apart do "
        f"not differ at a level of {LEVEL:.0%} (Nemenyi)."
    )


def contest(losses, ours):
    """Wins, ties and losses against every rival."""
    rows = [
        [duel.rival, duel.wins, duel.ties, duel.losses, shown(duel.p, ".2g")]
        for duel in duels(losses, ours)
    ]
    return (
        f"{ours} against each rival, by log loss; a tie is within {TIE:.0%}, and p is Wilcoxon's "
        "where both have results, with Holm's correction:\n\n"
        f"{markdown(['rival', 'wins', 'ties', 'losses', 'p'], rows)}"
    )


def details(means, score):
    """One score of all models on each table."""
    values = by_model(means, score)
    rows = [[table, *shown(row, FORMATS[score])] for table, row in values.iterrows()]
    return markdown(["table", *values], rows)


def missing(records):
    """A sentence on the fits that have no result."""
    reasons = {
        f"{record['model']} on {record['table']}: {record['missing']}"
        for record in records
        if "missing" in record
    }
    return f"NaN is a result that is missing: {'; '.join(sorted(reasons))}." if reasons else ""


def folded(title, text):
    """Markdown that is shown on request."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def shown(values, form):
    """Numbers as text, NaN as such: of a Series or of one number."""
    if np.ndim(values):
        return values.map(lambda value: shown(value, form))
    return "NaN" if np.isnan(values) else format(values, form)
