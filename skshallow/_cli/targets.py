"""The column to predict: which task it means, and its values as classes or as numbers.

A column of numbers may hold classes that are named by numbers, or amounts. Two different numbers
are classes. A fraction speaks for amounts. So do whole numbers of which many are different and some
are rare: amounts have rare values at their ends, while a class of few samples cannot be learned.
"""

import numpy as np
import pandas as pd

from skshallow._cli.columns import as_text
from skshallow._cli.errors import InputError
from skshallow._cli.numerals import learn_numerals
from skshallow._cli.sources import BLANKS
from skshallow._cli.wording import count, quote

TASKS = ("classification", "regression")
# More different whole numbers than this are amounts if one of them is in fewer rows than that.
MOST_WHOLE_CLASSES = 10
FEW_ROWS = 5
LONGEST_CLASS = 1_000
# The squares of larger numbers, summed over a table, may overflow.
LARGEST = 1e100
SMALLEST_FOLD = 2


def find_target(column, wanted, n_folds, *, comma_first=False):
    """Find the task of a column, and its values for that task.

    Parameters
    ----------
    column : Series of shape (n_samples,)
        The target, without missing values; its index counts the rows of the file from 0.
    wanted : {"auto", "classification", "regression"}
        The task; "auto" chooses it by the values.
    n_folds : int
        Number of folds of the cross-validation.
    comma_first : bool, default=False
        Whether a single comma is rather a decimal mark than one of thousands.

    Returns
    -------
    task : {"classification", "regression"}
        The task.
    reason : str
        Why it is this one.
    y : ndarray of shape (n_samples,)
        Classes as integers, booleans or strings, or numbers as floats.

    Raises
    ------
    InputError
        If the column cannot be used for the task.
    """
    if column.empty:
        raise InputError(f"column {quote(column.name)} has no values")
    column = _read_values(column, comma_first)
    task, reason = (wanted, "--task asks for it") if wanted in TASKS else _choose(column)
    if task == "regression":
        asked = "--task regression" if wanted == task else task
        return task, reason, _numbers(column, n_folds, asked)
    return task, reason, _classes(column, n_folds)


def check_folds(y, n_folds, name, hint=""):
    """Check that every class has a sample for every fold.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        The class of each sample.
    n_folds : int
        Number of folds.
    name : str
        Name of the column of classes in the message.
    hint : str, default=""
        What the message about a rare class ends with.

    Raises
    ------
    InputError
        If the table or a class has fewer samples than there are folds.
    """
    if len(y) < n_folds:
        raise InputError(f"{count(len(y), 'row')} cannot be split into the {n_folds} folds of --cv")
    labels, counts = np.unique(y, return_counts=True)
    if counts.min() < n_folds:
        label, rows = quote(labels[counts.argmin()]), count(int(counts.min()), "row")
        raise InputError(
            f"class {label} of {name} has {rows}, fewer than the {n_folds} folds of --cv{hint}"
        )


def look_alikes(column, y):
    """Return notes on classes that may be the same, and on those that were taken for the same.

    Parameters
    ----------
    column : Series of shape (n_samples,)
        The target, as it is in the file.
    y : ndarray of shape (n_samples,)
        The classes.

    Returns
    -------
    notes : list of str
        One for each pair of names that differ in blanks, or in upper and lower case.
    """
    notes = []
    written = column[column.map(lambda value: isinstance(value, str))].unique()
    blanks = [text for text in written if text != text.strip(BLANKS)]
    merged = [text for text in blanks if text.strip(BLANKS) in written]
    if merged:
        pair = f"{quote(merged[0])} and {quote(merged[0].strip(BLANKS))}"
        notes.append(f"{pair} are one class: blanks around it do not count")
    by_letters = {}
    for label in np.unique(y) if y.dtype.kind == "U" else ():
        by_letters.setdefault(" ".join(label.split()).casefold(), []).append(label)
    notes += [
        f"classes {' and '.join(map(quote, alike))} look alike: if they are one, write them alike"
        for alike in by_letters.values()
        if len(alike) > 1
    ]
    return notes


def _read_values(column, comma_first):
    """Return numbers and true/false where all values are, and text without blanks otherwise."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype(bool if pd.api.types.is_bool_dtype(column.dtype) else column.dtype)
    text = as_text(column)
    lower = text.str.lower()
    if lower.isin(["true", "false"]).all():
        return lower == "true"
    numerals, _ = learn_numerals(text, comma_first=comma_first)
    numbers = numerals.parse(text)
    return text if numbers.isna().any() else numbers


def _choose(column):
    """Return the task that the values mean, and the reason."""
    counts = column.value_counts()
    n_values, rarest = len(counts), int(counts.min())
    if n_values <= 2 or not _holds_numbers(column):
        return "classification", f"the target holds {count(n_values, 'different value')}"
    if not _are_whole(column):
        values = f"{n_values:,} different numbers, some with fractions"
        return "regression", f"the target holds {values} {_other('classification', 'classes')}"
    values = f"the target holds {n_values:,} different whole numbers"
    if n_values <= MOST_WHOLE_CLASSES:
        return "classification", f"{values} {_other('regression', 'amounts')}"
    if rarest >= FEW_ROWS:
        values += f", each in {FEW_ROWS} rows or more"
        return "classification", f"{values} {_other('regression', 'amounts')}"
    values += f", the rarest in {count(rarest, 'row')}"
    return "regression", f"{values} {_other('classification', 'classes')}"


def _other(task, values):
    """Return how to get the other task."""
    return f"(--task {task} takes them for {values})"


def _holds_numbers(column):
    return pd.api.types.is_numeric_dtype(column) and column.dtype != bool


def _are_whole(column):
    return bool((column == column.round()).all())


def _classes(column, n_folds):
    """Return the classes as an array of integers, booleans or strings, after checking them."""
    name = f"column {quote(column.name)}"
    longest = max(map(len, filter(lambda value: isinstance(value, str), column)), default=0)
    if longest > LONGEST_CLASS:
        raise InputError(
            f"{name} has a value of {longest:,} characters; the longest class allowed has "
            f"{LONGEST_CLASS:,}"
        )
    labels = np.unique(column.to_numpy(dtype=object).astype(str))
    if len(labels) == 1:
        raise InputError(f"{name} has one class only, {quote(labels[0])}; at least 2 are needed")
    if _holds_numbers(column) and _are_whole(column) and column.abs().max() < 2**53:
        y = column.to_numpy(dtype=np.int64)
    else:
        y = column.to_numpy() if column.dtype == bool else np.asarray(column, dtype=str)
    check_folds(y, n_folds, name, _hint(column))
    return y


def _hint(column):
    """Return how classes that are too rare could be amounts; an empty text if they could not."""
    bad = _as_numbers(column).isna()
    if not bad.any():
        return "; --task regression takes its values for amounts"
    return f"; taken for text because of {_where(column, bad)}" if bad.mean() < 0.5 else ""


def _numbers(column, n_folds, asked):
    """Return the numbers as an array of floats, after checking them."""
    name = f"column {quote(column.name)}"
    numbers = _as_numbers(column)
    unusable = ~np.isfinite(numbers)
    if unusable.any():
        where = _where(column, unusable)
        raise InputError(f"{asked} needs finite numbers, but {name} holds {where}")
    too_large = numbers.abs() > LARGEST
    if too_large.any():
        raise InputError(
            f"{name} holds {_where(column, too_large)}; numbers from -1e100 to 1e100 are allowed"
        )
    if numbers.nunique() == 1:
        only = quote(column.iloc[0])
        raise InputError(f"{name} holds one number only, {only}; at least 2 are needed")
    if len(numbers) < SMALLEST_FOLD * n_folds:
        raise InputError(
            f"{count(len(numbers), 'row')} cannot be split into the {n_folds} folds of --cv: "
            f"R² takes {SMALLEST_FOLD} rows in each"
        )
    return numbers.to_numpy()


def _as_numbers(column):
    """Return the values as floats, NaN for those that are no numbers."""
    is_flag = column.map(lambda value: isinstance(value, bool | np.bool_)).astype(bool)
    # pandas would take True for 1.
    return pd.to_numeric(column.mask(is_flag), errors="coerce").astype(np.float64)


def _where(column, bad):
    """Return the first bad value, and in which row it is."""
    position = int(np.argmax(bad.to_numpy()))
    return f"{quote(column.iloc[position])} in row {column.index[position] + 1:,}"
