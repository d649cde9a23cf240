"""Dask's arrays and data frames as partitions."""

import numpy as np
from dask import delayed
from dask.array import Array

from skshallow.dask._partition import assemble


def is_frame(collection):
    """Whether this is a data frame or a series of Dask's."""
    return (
        hasattr(collection, "npartitions")
        and hasattr(collection, "to_delayed")
        and (not isinstance(collection, Array))
    )


def check_collection(collection, name):
    """Refuse what is not Dask's.

    Raises
    ------
    TypeError
        With what to do instead.
    """
    if not isinstance(collection, Array) and not is_frame(collection):
        raise TypeError(
            f"{name} must be a Dask array, data frame or series; got {type(collection).__name__}. "
            f"dask.array.from_array({name}, chunks=...) makes one; of what is here already, "
            "the estimator of to_local() predicts."
        )


def names_of(X):
    """Names of the features, if there are any and all are strings, as an array; else None."""
    columns = getattr(X, "columns", None)
    if columns is None or not all(isinstance(name, str) for name in columns):
        return None
    return np.array(list(columns), dtype=object)


def dtype_of(X):
    """The floating-point type that these features are trained in, as of a table in memory."""
    kinds = list(X.dtypes) if is_frame(X) else [X.dtype]
    try:
        kind = np.result_type(*kinds)
    except TypeError:
        kind = np.dtype(np.float64)
    return np.dtype(np.float32 if kind == np.float32 else np.float64)


def lengths_of(collection):
    """Lengths of the blocks; NaN where they are not known."""
    if is_frame(collection):
        return (np.nan,) * collection.npartitions
    return collection.chunks[0]


def blocks_of(collection, like=None):
    """The blocks of a collection as delayed objects, divided as another one is."""
    if is_frame(collection):
        return list(collection.to_delayed())
    if collection.ndim > 1:
        collection = collection.rechunk(dict.fromkeys(range(1, collection.ndim), -1))
    known = not np.isnan([*collection.chunks[0], *(like or ())]).any()
    if like is not None and known and sum(like) == len(collection):
        collection = collection.rechunk({0: like})
    return collection.to_delayed().ravel().tolist()


def partitions_of(X, y, sample_weight=None, folds=None, *, numeric):
    """What makes the partitions of a table.

    Parameters
    ----------
    X, y, sample_weight, folds : Dask array or data frame
        The last two may be None. Without known lengths they have as many partitions as `X`.
    numeric : bool
        Whether targets are numbers.

    Returns
    -------
    partitions : list of Delayed
        Of :class:`~skshallow.dask._partition.Partition`.

    Raises
    ------
    TypeError, ValueError
        If something is not Dask's, or does not fit `X`.
    """
    given = {"X": X, "y": y, "sample_weight": sample_weight, "folds": folds}
    given = {name: one for name, one in given.items() if one is not None}
    for name, one in given.items():
        check_collection(one, name)
    if X.ndim != 2:
        raise ValueError(f"X must be of two dimensions, samples and features; it has {X.ndim}.")
    if is_frame(X):
        others = [name for name, kind in X.dtypes.items() if kind.kind not in "biuf"]
        if others:
            raise ValueError(
                f"X holds columns that are no numbers: {others[:5]}. Encode them by partition, "
                "X.map_partitions(...), or by an encoder of dask_ml.preprocessing."
            )
    like = lengths_of(X)
    blocks = {name: blocks_of(one, like) for name, one in given.items()}
    for name, some in blocks.items():
        if len(some) != len(like):
            raise ValueError(
                f"{name} has {len(some)} partitions and X has {len(like)}: give both the same, "
                "or known lengths."
            )
    nothing = [None] * len(like)
    columns = [blocks.get(name, nothing) for name in ("X", "y", "sample_weight", "folds")]
    settings = {"dtype": dtype_of(X), "n_features": X.shape[1], "numeric": numeric}
    make = delayed(assemble, pure=False)
    return [
        make(number, *parts, **settings) for number, parts in enumerate(zip(*columns, strict=True))
    ]
