"""How good the probabilities are, on real tables.

See _contest.py for how they are measured.
"""

from itertools import chain

import numpy as np
from _contenders import OPTIONAL, contenders
from _contest import QUICK_FOLDS, Contest, describe, measure, options, publishes, thinned
from _harness import parse_arguments, publish
from _means import mean_scores
from _quality_figure import draw
from _quality_report import missing, report
from _scores import SCORING, evaluate
from _tables import bundled_tables, folder_tables, openml_tables

PACKAGES = tuple(package for package, _ in OPTIONAL.values())
CONTEST = Contest(contenders, evaluate, SCORING, stratified=True)


def chosen_tables(arguments):
    """The tables that were asked for."""
    folders = chain.from_iterable(map(folder_tables, arguments.tables))
    tables = chain(openml_tables(arguments.openml), folders, bundled_tables())
    if arguments.only:
        tables = (table for table in tables if table[0] in arguments.only)
    return thinned(tables, without_rare_classes) if arguments.quick else tables


def without_rare_classes(table):
    """A table without the samples of classes too rare for the folds."""
    name, X, y = table
    enough = np.bincount(y)[y] >= QUICK_FOLDS
    return name, X[enough], y[enough]


def main():
    """Measure, then report."""
    own = options(CONTEST, suites="its suites cc18-small and tabarena")
    arguments = parse_arguments(__doc__, repeats=1, **own)
    (found,) = measure([CONTEST], chosen_tables(arguments), arguments)
    means = mean_scores(found, SCORING)
    settings = describe(CONTEST, arguments)
    text = "\n\n".join(filter(None, [report(means, SCORING, settings), missing(found)]))
    figure = draw(means, SCORING)
    publish("quality", text, figure, write=publishes(arguments), packages=PACKAGES)


if __name__ == "__main__":
    main()
