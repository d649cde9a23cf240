"""What the quality benchmarks share: all contenders on all tables, every fit in its own process.

Tables of up to 10 000 samples are cross-validated in five folds, larger ones have one split. All
contenders see the same splits and, where they draw random numbers, the same seeds. A fit that fails
or takes too long leaves NaN.
"""

import json
import math
import os
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from _harness import THREAD_VARIABLES, in_words, report_progress
from _means import LARGE, SECONDS, SMALL, Scoring
from _processes import call_in_child
from sklearn.model_selection import (
    RepeatedKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedShuffleSplit,
)

MOST_SAMPLES = MappingProxyType({SMALL: 10_000, LARGE: math.inf})
N_FOLDS, TEST_SIZE = 5, 0.2
LIMIT_SECONDS = 900
# In a quick run one of two tables is a large one.
QUICK_SAMPLES, QUICK_SMALL, QUICK_TABLES, QUICK_FOLDS = 200, 150, 2, 2


def _anything(y):
    return True


class Contest(NamedTuple):
    """Who takes part, and how they are judged.

    Attributes
    ----------
    contenders : callable
        ``contenders(seed=0, threads=1, size=SMALL)`` gives those for a table of that size, a dict
        of names to callables that make them.
    evaluate : callable
        Of a module's top level: ``evaluate(name, settings, X, y, train, test)`` fits a contender
        to some samples and gives a dict of its scores on others; `settings` are for `contenders`.
    scoring : Scoring
    most_samples : dict of str to number
        What a table is called, and how many samples it has at most, in ascending order.
    stratified : bool
        Whether y are classes, of which every split has its share.
    takes : callable
        ``takes(y)`` is whether a table of these targets can be judged.
    """

    contenders: Callable
    evaluate: Callable
    scoring: Scoring
    most_samples: Mapping[str, float] = MOST_SAMPLES
    stratified: bool = False
    takes: Callable = _anything

    def limits(self, arguments):
        """The same as `most_samples`, for a quick run much smaller."""
        if not arguments.quick:
            return self.most_samples
        first, *_ = self.most_samples
        return {first: QUICK_SMALL, LARGE: math.inf}

    def size_of(self, n_samples, arguments):
        """What a table of so many samples is called."""
        limits = self.limits(arguments)
        return next(size for size, most in limits.items() if n_samples <= most)

    def chosen(self, arguments, **settings):
        """Names of the contenders that were asked for."""
        names = self.contenders(**settings)
        return [name for name in names if name in (arguments.models or names)]


class Records:
    """What was found of each fit: in memory and, if there is one, in a file to go on with.

    Parameters
    ----------
    path : Path, optional
        The file.
    again : collection of str, default=()
        Models of which it is to forget everything, as they have changed since.
    """

    def __init__(self, path=None, again=()):
        self.path = path
        self._found = {}
        if path is not None and path.exists():
            records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
            self._found = {_key(one): one for one in records if one["model"] not in again}
            if again:
                lines = [f"{json.dumps(one)}\n" for one in self._found.values()]
                path.write_text("".join(lines), encoding="utf-8")

    def get(self, case, measure):
        """The record of a case (a dict), from ``measure()`` unless it was there before."""
        if (known := self._found.get(_key(case))) is not None:
            # A file of an earlier version may lack what is not part of the key.
            return case | known
        record = case | measure()
        self._found[_key(case)] = record
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                print(json.dumps(record), file=file)
        return record


def _key(case):
    return tuple(case[part] for part in ("table", "samples", "model", "split"))


def options(*contests, suites):
    """The options that quality benchmarks have beside those of all benchmarks."""
    models = [name for contest in contests for name in contest.contenders()]
    return {
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
            "help": f"tables of openml.org, or {suites}",
        },
        "only": {"nargs": "+", "metavar": "TABLE", "help": "only these; no publishing"},
        "models": {
            "nargs": "+",
            "choices": models,
            "metavar": "MODEL",
            "help": "only these; no publishing",
        },
        "limit": {"type": float, "default": LIMIT_SECONDS, "help": "seconds that a fit may take"},
        "records": {
            "type": Path,
            "metavar": "FILE",
            "help": "JSON lines, one for each fit; what is there is not measured again",
        },
        "again": {
            "nargs": "+",
            "default": [],
            "choices": models,
            "metavar": "MODEL",
            "help": "forget what the records say of these",
        },
    }


def publishes(arguments):
    """Whether all was measured that is published."""
    return arguments.publishes and not arguments.only and not arguments.models


def measure(contests, tables, arguments):
    """The records of all tables, a list for each contest."""
    # What the processes of the fits take over.
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(arguments.threads or 1)))
    records = Records(arguments.records, arguments.again)
    found = [[] for _ in contests]
    for name, X, y in tables:
        report_progress(f"{name}: {len(X):,} samples, {X.shape[1]} features")
        for contest, of_contest in zip(contests, found, strict=True):
            if contest.takes(y):
                of_contest += measure_table((name, X, y), contest, arguments, records)
    if not any(found):
        raise SystemExit("None of the tables is called so.")
    return found


def measure_table(table, contest, arguments, records):
    """The records of all contenders on one table; they take turns on every split.

    One that lacks a result has no mean, so it is not tried on further splits.
    """
    name, X, y = table
    size = contest.size_of(len(X), arguments)
    found, left = [], contest.chosen(arguments, size=size)
    for seed, (train, test) in enumerate(splits(y, size, contest, arguments)):
        settings = {"seed": seed, "threads": arguments.threads or 1, "size": size}
        split = _split_in_words(size, arguments)
        split += "" if size == LARGE else f", {seed + 1}"
        for model in tuple(left):
            case = {"table": name, "samples": len(X), "size": size, "model": model, "split": split}
            work = contest.evaluate, model, settings, X, y, train, test
            record = records.get(case, lambda w=work: fit(w, arguments.limit))
            found.append(record)
            if "missing" in record:
                left.remove(model)
            report_progress(f"  {split}, {model}: {in_short(record, contest.scoring)}")
    return found


def fit(work, seconds):
    """Scores of a fit in a process of its own, or why there are none."""
    try:
        return call_in_child(*work, seconds=seconds)
    except (TimeoutError, ChildProcessError) as error:
        return {"missing": str(error)}


def in_short(record, scoring):
    """The scores that matter most, in words."""
    if "missing" in record:
        return record["missing"]
    loss = format(record[scoring.loss], scoring.formats[scoring.loss])
    return f"{scoring.loss} {loss}, {record[SECONDS]:.2f} s"


def splits(y, size, contest, arguments):
    """Pairs of samples to train on and to test on."""
    if size == LARGE:
        kind = StratifiedShuffleSplit if contest.stratified else ShuffleSplit
        splitter = kind(1, test_size=TEST_SIZE, random_state=0)
    else:
        kind = RepeatedStratifiedKFold if contest.stratified else RepeatedKFold
        n_folds, n_repeats = n_folds_of(arguments), arguments.repeats
        splitter = kind(n_splits=n_folds, n_repeats=n_repeats, random_state=0)
    return splitter.split(y, y)


def n_folds_of(arguments):
    """How many folds a table has that is not large."""
    return QUICK_FOLDS if arguments.quick else N_FOLDS


def _split_in_words(size, arguments):
    return f"{TEST_SIZE:.0%} to test on" if size == LARGE else f"{n_folds_of(arguments)} folds"


def thinned(tables, mend=lambda table: table):
    """The tables of a quick run: few, and of each few samples from all over it, then mended."""
    for name, X, y in islice(tables, QUICK_TABLES):
        step = -(-len(X) // QUICK_SAMPLES)
        yield mend((name, X[::step], y[::step]))


def describe(contest, arguments):
    """How tables of each size were measured, in words."""
    threads = in_words(arguments.threads or 1)
    kind = "stratified " if contest.stratified else ""
    folds = f"{kind}{n_folds_of(arguments)}-fold cross-validation, repeats: {arguments.repeats}"
    described, fewest = {}, 0
    for size, most in contest.limits(arguments).items():
        if size == LARGE:
            described[size] = (
                f"**More samples**: one {kind}split, {TEST_SIZE:.0%} to test on; {threads}."
            )
        else:
            above = f"More than {fewest:,} and up" if fewest else "Up"
            described[size] = f"**{above} to {most:,} samples**: {folds}; {threads}."
        fewest = most
    return described
