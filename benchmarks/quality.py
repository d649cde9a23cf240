"""How good the probabilities are, on real tables.

Tables of up to 10 000 samples are cross-validated in five folds, larger ones have one split. All
classifiers see the same splits and, where they draw random numbers, the same seeds. Each fit has a
process of its own; one that fails or takes too long leaves NaN.
"""

import json
import os
from itertools import chain, islice
from pathlib import Path

import numpy as np
from _contenders import N_FOLDS, OPTIONAL, contenders
from _harness import THREAD_VARIABLES, in_words, parse_arguments, publish, report_progress
from _processes import call_in_child
from _quality_figure import draw
from _quality_report import missing, report
from _scores import LOG_LOSS, SECONDS, evaluate, mean_scores
from _tables import bundled_tables, folder_tables, openml_tables
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedShuffleSplit

SMALL = 10_000
TEST_SIZE = 0.2
LIMIT_SECONDS = 900
# In a quick run one of two tables is a large one.
QUICK_SAMPLES, QUICK_SMALL, QUICK_TABLES, QUICK_FOLDS = 200, 150, 2, 2
PACKAGES = tuple(package for package, _ in OPTIONAL.values())
OPTIONS = {
    "tables": {
        "nargs": "+",
        "default": [],
        "metavar": "FOLDER",
        "help": "NAME.csv.gz with a column `target` each",
    },
    "openml": {
        "nargs": "+",
        "default": [],
        "metavar": "NAME",
        "help": "tables of openml.org, or its suites cc18-small and tabarena",
    },
    "only": {"nargs": "+", "metavar": "TABLE", "help": "only these; no publishing"},
    "models": {
        "nargs": "+",
        "choices": list(contenders()),
        "metavar": "MODEL",
        "help": "only these; no publishing",
    },
    "limit": {"type": float, "default": LIMIT_SECONDS, "help": "seconds that a fit may take"},
    "records": {
        "type": Path,
        "metavar": "FILE",
        "help": "JSON lines, one for each fit; what is there is not measured again",
    },
}


class Records:
    """What was found of each fit: in memory and, if there is one, in a file to go on with."""

    def __init__(self, path=None):
        self.path = path
        self._found = {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                record = json.loads(line)
                self._found[_key(record)] = record

    def get(self, case, measure):
        """The record of a case (a dict), from ``measure()`` unless it was there before."""
        if (known := self._found.get(_key(case))) is not None:
            return known
        record = case | measure()
        self._found[_key(case)] = record
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                print(json.dumps(record), file=file)
        return record


def _key(case):
    return tuple(case[part] for part in ("table", "samples", "model", "split"))


def splits(y, large, n_folds, n_repeats):
    """Pairs of samples to train on and to test on."""
    if large:
        splitter = StratifiedShuffleSplit(1, test_size=TEST_SIZE, random_state=0)
    else:
        splitter = RepeatedStratifiedKFold(n_splits=n_folds, n_repeats=n_repeats, random_state=0)
    return splitter.split(y, y)


def measure_table(table, arguments, records):
    """The records of all models on one table; they take turns on every split.

    A model that lacks a result has no mean, so it is not tried on further splits.
    """
    name, X, y = table
    most, n_folds = sizes(arguments)
    large = len(X) > most
    report_progress(f"{name}: {len(X):,} samples, {X.shape[1]} features")
    found, left = [], list(arguments.models or contenders())
    for seed, (train, test) in enumerate(splits(y, large, n_folds, arguments.repeats)):
        settings = {"seed": seed, "threads": arguments.threads or 1, "large": large}
        split = f"{TEST_SIZE:.0%} to test on" if large else f"{n_folds} folds, {seed + 1}"
        for model in tuple(left):
            case = {"table": name, "samples": len(X), "large": large, "model": model}
            work = model, settings, X, y, train, test
            record = records.get(case | {"split": split}, lambda w=work: fit(w, arguments.limit))
            found.append(record)
            if "missing" in record:
                left.remove(model)
            report_progress(f"  {split}, {model}: {in_short(record)}")
    return found


def fit(work, seconds):
    """Scores of a fit in a process of its own, or why there are none."""
    try:
        return call_in_child(evaluate, *work, seconds=seconds)
    except (TimeoutError, ChildProcessError) as error:
        return {"missing": str(error)}


def in_short(record):
    """The scores that matter most, in words."""
    if "missing" in record:
        return record["missing"]
    return f"log loss {record[LOG_LOSS]:.3f}, {record[SECONDS]:.2f} s"


def sizes(arguments):
    """How many samples a small table has at most, and how many folds."""
    return (QUICK_SMALL, QUICK_FOLDS) if arguments.quick else (SMALL, N_FOLDS)


def chosen_tables(arguments):
    """The tables that were asked for."""
    folders = chain.from_iterable(map(folder_tables, arguments.tables))
    tables = chain(openml_tables(arguments.openml), folders, bundled_tables())
    if arguments.only:
        tables = (table for table in tables if table[0] in arguments.only)
    if not arguments.quick:
        return tables
    return islice(map(thinned, tables), QUICK_TABLES)


def thinned(table):
    """Fewer samples of a table, from all over it, without classes too rare for the folds."""
    name, X, y = table
    step = -(-len(X) // QUICK_SAMPLES)
    X, y = X[::step], y[::step]
    enough = np.bincount(y)[y] >= QUICK_FOLDS
    return name, X[enough], y[enough]


def describe(arguments):
    """How small and large tables were measured, in words."""
    threads = in_words(arguments.threads or 1)
    most, n_folds = sizes(arguments)
    folds = f"stratified {n_folds}-fold cross-validation, repeats: {arguments.repeats}"
    return {
        False: f"**Up to {most:,} samples**: {folds}; {threads}.",
        True: f"**More samples**: one stratified split, {TEST_SIZE:.0%} to test on; {threads}.",
    }


def main():
    """Measure, then report."""
    arguments = parse_arguments(__doc__, repeats=1, **OPTIONS)
    # What the processes of the fits take over.
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(arguments.threads or 1)))
    records = Records(arguments.records)
    found = []
    for table in chosen_tables(arguments):
        found += measure_table(table, arguments, records)
    if not found:
        raise SystemExit("None of the tables is called so.")
    means = mean_scores(found)
    text = "\n\n".join(filter(None, [report(means, describe(arguments)), missing(found)]))
    write = arguments.publishes and not arguments.only and not arguments.models
    publish("quality", text, draw(means), write=write, packages=PACKAGES)


if __name__ == "__main__":
    main()
