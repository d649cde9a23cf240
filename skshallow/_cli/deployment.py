"""The commands that take a saved model: predictions of a new table, and export."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from skshallow._cli.columns import CATEGORY
from skshallow._cli.errors import InputError, require
from skshallow._cli.features import make_features
from skshallow._cli.files import check_new_file, write_file
from skshallow._cli.models import read_model
from skshallow._cli.report import print_notes
from skshallow._cli.sources import read_table
from skshallow._cli.wording import count, listing, printable, quote

# A spreadsheet takes for a formula what begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def predict_file(options):
    """Predict the rows of a new table.

    Parameters
    ----------
    options : argparse.Namespace
        ``model``, ``data``, ``out``, ``encoding`` and ``force``.

    Raises
    ------
    InputError
        If the model or the table cannot be used.
    """
    out = None if options.out is None else check_new_file(options.out, "--out", options.force)
    model = read_model(Path(options.model))
    X, notes = read_new_rows(Path(options.data), model, options.encoding)
    predictions = predict(model, X)
    text = predictions.to_csv(index=False, lineterminator="\n")
    classes = map(str, getattr(model.pipeline, "classes_", ()))
    if any(name.startswith(FORMULA) and not _is_number(name) for name in classes):
        notes.append("some classes would be formulas in a spreadsheet: open the file as text there")
    if out is None:
        sys.stdout.write(text)
        print_notes(notes, file=sys.stderr)
        return
    write_file(out, text.encode("utf-8", errors="surrogateescape"), "--out", options.force)
    print_notes(notes)
    print(f"{count(len(predictions), 'row')} predicted: {printable(str(out))}")


def read_new_rows(path, model, encoding=None):
    """Read a new table as that of the samples was read.

    Parameters
    ----------
    path : Path
        The file.
    model : Model
        What was learned of the table of the samples.
    encoding : str, default=None
        The encoding of a CSV file; None takes that of the samples.

    Returns
    -------
    X : DataFrame of shape (n_rows, n_features)
        The features that the pipeline takes.
    notes : list of str
        Which values could not be read or were never seen.

    Raises
    ------
    InputError
        If the file cannot be read, or lacks a column.
    """
    names = [column.name for column in model.columns]
    frame, _, notes = read_table(
        path,
        wanted=names,
        encoding=encoding,
        missing=model.missing,
        text={column.name for column in model.columns if not column.is_plain},
        like=model.source,
    )
    if absent := [name for name in names if name not in frame.columns]:
        lacking = count(len(absent), "column")
        raise InputError(f"{path.name} lacks {lacking} of the model: {listing(map(quote, absent))}")
    for column in model.columns:
        values = frame[column.name]
        unread = values[column.unread(values)]
        if len(unread):
            some = listing(map(quote, unread.unique()), limit=3)
            numbers = count(len(unread), "value")
            notes.append(f"{quote(column.name)}: {numbers} taken for missing, as {some}")
    X = make_features(frame, model.columns)
    return X, notes + _unseen(X, model)


def predict(model, X):
    """Predict samples.

    Parameters
    ----------
    model : Model
        The model.
    X : DataFrame of shape (n_rows, n_features)
        The features.

    Returns
    -------
    predictions : DataFrame of shape (n_rows, n_columns)
        What is predicted, in a column named as the target, and for classes the probability of each.
    """
    predictions = pd.DataFrame({model.target: model.pipeline.predict(X)})
    if model.task == "classification":
        probabilities = model.pipeline.predict_proba(X)
        names = [f"probability of {name}" for name in model.pipeline.classes_]
        predictions = pd.concat([predictions, pd.DataFrame(probabilities, columns=names)], axis=1)
    return predictions


def export_model(options):
    """Write a saved model as ONNX.

    Parameters
    ----------
    options : argparse.Namespace
        ``model``, ``out`` and ``force``.

    Raises
    ------
    InputError
        If the model cannot be used, or the file cannot be written.
    """
    out = check_new_file(options.out, "--out", options.force)
    if out.suffix != ".onnx":
        raise InputError(f"--out {options.out}: the name of an ONNX file ends with .onnx")
    model = read_model(Path(options.model))
    require("onnx", "skl2onnx", extra="onnx")
    from skshallow._cli.export import to_onnx

    texts = {column.name for column in model.columns if column.kind == CATEGORY}
    content, inputs = to_onnx(model, texts)
    write_file(out, content, "--out", options.force)
    print(f"Wrote {printable(str(out))}. Its inputs, each of shape (n_rows, 1):\n")
    for name, input_ in inputs.items():
        kind = "text, an empty one if missing" if name in texts else "double, NaN if missing"
        print(f"  {printable(input_)}: {kind}" + f", {quote(name)}" * (name != input_))


def _unseen(X, model):
    """Return notes on levels that the pipeline was not fitted on."""
    notes = []
    encoders = dict(_encoders(model.pipeline[0]))
    for column in model.columns:
        if column.kind == CATEGORY:
            new = sorted(set(X[column.name].dropna()) - set(encoders[column.name]))
            if new:
                some = listing(map(quote, new), limit=3)
                notes.append(f"{quote(column.name)}: {count(len(new), 'new level')}, as {some}")
    return notes


def _encoders(preparation):
    """Yield each feature of categories, and its levels."""
    for _, transformer, names in preparation.transformers_:
        for encoder in getattr(transformer, "steps", ()):
            if hasattr(encoder[1], "categories_"):
                yield from zip(names, encoder[1].categories_, strict=True)


def _is_number(text):
    try:
        return np.isfinite(float(text))
    except ValueError:
        return False
