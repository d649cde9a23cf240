"""How good predictions of numbers and bands of quantiles are, on real tables.

Besides the tables that scikit-learn has there are those of packages of data that are installed.
"""

from itertools import chain

import numpy as np
from _contest import MOST_SAMPLES, Contest, describe, measure, options, publishes, thinned
from _harness import parse_arguments, publish
from _means import TINY, mean_scores
from _quality_figure import draw
from _quality_report import details, folded, missing, report, summaries
from _regression_scores import BAND_SCORING, INSIDE, PINBALL, SCORING, evaluate, evaluate_band
from _regression_tables import LOADERS, as_numbers, regression_tables
from _regressors import bands, contenders
from _tables import folder_tables, openml_tables

PACKAGES = ("lightgbm", *LOADERS)
# No quantile is met exactly where more than such a share of the targets are one number.
MOST_ALIKE = 0.05
BANDS_TEXT = (
    "**Bands** from the 10 % to the 90 % quantile, and the median: the share of held-out targets "
    "inside (80 % would be right, and 78 to 82 % on average is the goal) and the mean pinball loss "
    "of the three. HistGradientBoosting has a model for each. Without the tables of which more "
    f"than {MOST_ALIKE:.0%} of the targets are one number, such as counts."
)


def nearly_continuous(y):
    """Whether hardly any targets are the same."""
    return np.unique(y, return_counts=True)[1].max() <= MOST_ALIKE * len(y)


POINTS = Contest(contenders, evaluate, SCORING, most_samples={TINY: 2_000} | MOST_SAMPLES)
BANDS = Contest(bands, evaluate_band, BAND_SCORING, takes=nearly_continuous)


def chosen_tables(arguments):
    """The tables that were asked for."""
    folders = (folder_tables(folder, as_numbers) for folder in arguments.tables)
    fetched = openml_tables(arguments.openml, as_numbers)
    tables = chain(fetched, chain.from_iterable(folders), regression_tables())
    if arguments.only:
        tables = (table for table in tables if table[0] in arguments.only)
    return thinned(tables) if arguments.quick else tables


def report_points(found, means, arguments):
    """Markdown on the predictions of numbers."""
    yield (
        "RMSE and MAE are relative to those of MLPRegressor in the first tables, and in standard "
        "deviations of a table's targets further down."
    )
    yield report(means, SCORING, describe(POINTS, arguments))
    yield missing(found)


def report_bands(found, arguments):
    """Markdown on the bands of quantiles."""
    means = mean_scores(found, BAND_SCORING)
    yield BANDS_TEXT
    yield from summaries(means, BAND_SCORING, describe(BANDS, arguments))
    yield f"Share inside, of each table:\n\n{details(means, INSIDE, BAND_SCORING)}"
    yield folded("The same: pinball loss", details(means, PINBALL, BAND_SCORING))
    yield missing(found)


def main():
    """Measure, then report."""
    own = options(POINTS, BANDS, suites="its suite ctr23")
    arguments = parse_arguments(__doc__, repeats=1, **own)
    points, of_bands = measure([POINTS, BANDS], chosen_tables(arguments), arguments)
    parts, figure = [], None
    if points:
        means = mean_scores(points, SCORING)
        parts += report_points(points, means, arguments)
        figure = draw(means, SCORING)
    if of_bands:
        parts += report_bands(of_bands, arguments)
    text = "\n\n".join(filter(None, parts))
    publish("quality_regression", text, figure, write=publishes(arguments), packages=PACKAGES)


if __name__ == "__main__":
    main()
