"""The file of a fitted model: a pipeline that skops loads, and beside it how tables are read.

A file of skops is an archive. What was learned of the file of the samples is one more member of it,
in JSON, which skops does not look at.
"""

import io
import json
import zipfile
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from skshallow._cli.columns import Column
from skshallow._cli.errors import InputError
from skshallow._cli.features import make_features
from skshallow._cli.numerals import Numerals
from skshallow._cli.sources import Source
from skshallow._cli.wording import first_line, listing, quote

MEMBER = "skshallow_table.json"
FORMAT = 1
# All that a pipeline of ours is made of, beyond what skops trusts by itself.
TRUSTED = {
    "numpy.dtype",
    "skshallow.OneHiddenLayerClassifier",
    "skshallow.OneHiddenLayerRegressor",
    "sklearn.compose._column_transformer._RemainderColsList",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.StratifiedKFold",
}


@dataclass
class Model:
    """A fitted pipeline, and how the table that it takes is made from a file.

    Attributes
    ----------
    pipeline : fitted Pipeline
        Preparation and network.
    target : str
        The column that is predicted.
    task : {"classification", "regression"}
        What it holds.
    source : Source
        How the file of the samples was written.
    columns : list of Column
        What was learned of the columns that are used.
    missing : list of str
        Words that mean a missing value.
    """

    pipeline: object
    target: str
    task: str
    source: Source
    columns: list[Column]
    missing: list[str]


def dump(model):
    """Turn a model into the content of a file.

    Parameters
    ----------
    model : Model
        The model.

    Returns
    -------
    content : bytes
        An archive.
    trusted : list of str
        The types that `skops.io.load` must be told to trust.
    """
    import skops.io

    content = skops.io.dumps(model.pipeline)
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MEMBER, json.dumps(_fields(model)))
    return stream.getvalue(), skops.io.get_untrusted_types(data=content)


def _fields(model):
    """Return what is stored beside the pipeline."""
    return {
        "format": FORMAT,
        "target": model.target,
        "task": model.task,
        "missing": model.missing,
        "source": asdict(model.source),
        "columns": [asdict(column) for column in model.columns],
    }


def read_model(path):
    """Load a model that the command line saved.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    model : Model
        The model.

    Raises
    ------
    InputError
        If the file holds no such model, or types that are not ours.
    """
    import skops.io

    if not path.exists():
        raise InputError(f"no such file: {path}")
    try:
        with zipfile.ZipFile(path) as archive:
            fields = json.loads(archive.read(MEMBER)) if MEMBER in archive.namelist() else None
        unknown = set(skops.io.get_untrusted_types(file=path)) - TRUSTED
        if not unknown:
            pipeline = skops.io.load(path, trusted=sorted(TRUSTED))
    # A damaged file may raise anything.
    except Exception as error:
        raise InputError(f"{path.name} is no model: {first_line(error)}") from error
    if fields is None:
        raise InputError(f"{path.name} was not saved by fit or --save: load it in Python")
    if unknown:
        types = listing(map(quote, sorted(unknown)))
        raise InputError(f"{path.name} holds types that are not trusted: {types}")
    return _assemble(path, pipeline, fields)


def _assemble(path, pipeline, fields):
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        found = fields.get("format") if isinstance(fields, dict) else fields
        raise InputError(f"{path.name} has format {found!r}; this version reads {FORMAT}")
    try:
        columns = [_column(**column) for column in fields["columns"]]
        source = Source(**fields["source"])
        described = {name: fields[name] for name in ("target", "task", "missing")}
        # A row without values shows whether the columns can be read.
        row = pd.DataFrame({column.name: [np.nan] for column in columns}, dtype=object)
        features = list(make_features(row, columns))
        pipeline_takes = list(pipeline.feature_names_in_)
    # Whoever changed the file may have written anything.
    except Exception as error:
        raise InputError(f"{path.name} does not tell how to read tables: {error}") from error
    if features != pipeline_takes:
        raise InputError(f"{path.name} tells of other columns than its pipeline takes")
    return Model(pipeline, source=source, columns=columns, **described)


def _column(*, numerals, **others):
    if numerals is not None:
        numerals = Numerals(**numerals | {"affixes": tuple(numerals["affixes"])})
    return Column(numerals=numerals, **others)
