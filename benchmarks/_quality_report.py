"""What a quality benchmark found, in words and tables."""

import numpy as np
from _harness import markdown
from _means import SECONDS, by_model, everywhere, geometric_mean, of_sizes, relative
from _ranking import LEVEL, TIE, critical_difference, duels, friedman, mean_ranks


def report(means, scoring, settings):
    """Markdown: the models over tables of each size, who beats whom, and each table.

    Parameters
    ----------
    means : DataFrame
        As from :func:`_means.mean_scores`.
    scoring : Scoring
    settings : dict of str to str
        How tables of each size were measured, in words.
    """
    losses = by_model(everywhere(means), scoring.loss)
    parts = [*summaries(means, scoring, settings), ranking(losses, scoring)]
    if partial := [name for name in means.index.unique("model") if name not in losses]:
        parts.append(f"Not among these, as they do not take all tables: {', '.join(partial)}.")
    parts += [contest(losses, ours, scoring) for ours in scoring.ours if ours in losses]
    return "\n\n".join([*parts, *each_table(means, scoring)])


def summaries(means, scoring, settings):
    """For each size of tables how they were measured, and how the models did."""
    for size, of_size in of_sizes(means):
        n_tables = of_size.index.unique("table").size
        yield f"{settings[size]} Tables: {n_tables}."
        yield summary(of_size, scoring)


def summary(means, scoring):
    """One row for each model: means over the tables where it has a result."""
    losses = by_model(means, scoring.loss)
    columns = {
        "tables": losses.count().map(str),
        "mean rank": shown(mean_ranks(losses), ".1f"),
    }
    for score in scoring.ratios:
        ratios, baseline = relative(by_model(means, score), scoring.baseline)
        columns[f"{score} ÷ that of {baseline}"] = shown(geometric_mean(ratios), ".2f")
    for score in scoring.means:
        of_models = by_model(means, score).mean()
        columns[f"mean {score}"] = shown(of_models, scoring.formats[score])
    seconds = geometric_mean(by_model(means, SECONDS))
    columns["CPU seconds of a fit"] = shown(seconds, scoring.formats[SECONDS])
    rows = [[name, *(column[name] for column in columns.values())] for name in losses]
    return markdown(["model", *columns], rows)


def ranking(losses, scoring):
    """Whether the models differ at all, and which mean ranks do."""
    apart = critical_difference(losses.shape[1], len(losses))
    ranks = mean_ranks(losses).sort_values()
    listed = "; ".join(f"{name} {rank:.1f}" for name, rank in ranks.items())
    return (
        "Ratios and seconds are geometric means; seconds are those of a first fit in a fresh "
        f"process. Ranks are by {scoring.loss}, and a missing result ranks last. Mean ranks over "
        f"all {len(losses)} tables: {listed}. That all models are alike has "
        f"p = {shown(friedman(losses), '.2g')} (Friedman); ranks less than {apart:.1f} apart do "
        f"not differ at a level of {LEVEL:.0%} (Nemenyi)."
    )


def contest(losses, ours, scoring):
    """Wins, ties and losses against every rival."""
    rows = [
        [duel.rival, duel.wins, duel.ties, duel.losses, shown(duel.p, ".2g")]
        for duel in duels(losses, ours)
    ]
    return (
        f"{ours} against each rival, by {scoring.loss}; a tie is within {TIE:.0%}, and p is "
        "Wilcoxon's where both have results, with Holm's correction:\n\n"
        f"{markdown(['rival', 'wins', 'ties', 'losses', 'p'], rows)}"
    )


def each_table(means, scoring):
    """All scores on each table, of which only the one that ranks is there to see at once."""
    loss = scoring.loss
    yield f"{loss[0].upper()}{loss[1:]} of each table:\n\n{details(means, loss, scoring)}"
    for score in scoring.formats:
        if score != loss:
            yield folded(f"The same: {score}", details(means, score, scoring))


def details(means, score, scoring):
    """One score of all models on each table, – where one does not take the table."""
    values = by_model(means, score)
    rows = []
    for table, of_table in values.iterrows():
        texts = shown(of_table, scoring.formats[score])
        cells = [texts[name] if (table, name) in means.index else "–" for name in values]
        rows.append([table, *cells])
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
