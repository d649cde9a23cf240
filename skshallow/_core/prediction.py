"""The raw outputs of a fitted network for any number of samples."""

from functools import partial

import numpy as np

from skshallow._core.activations import ACTIVATIONS
from skshallow._core.network import FEATURE_BYTES, block_size
from skshallow._core.threads import thread_team

# What a sample whose outputs overflow is scaled by, again and again.
SHRINK = 2.0**-64
# BLAS does not share out products of fewer multiplications, and for so short a time it costs more
# to wait for another thread, on a busy machine much more, than that thread can save.
UNSHARED_PRODUCT = 2**18
FEWEST_SAMPLES = 16
# Threads of our own share what takes milliseconds.
SMALL_PREDICTION = 2**25


def raw_outputs(coefs, intercepts, squashing, activation, X, *, finite=True):
    """Raw outputs of every sample, a block of samples at a time.

    Those are ``act(S·W1 + b1)·W2 + b2``, where S are the squashed samples. A sample whose outputs
    overflow is taken nearer to zero: so far out that hardly changes which of them is the largest.

    Parameters
    ----------
    coefs, intercepts : list of two ndarrays
        Weights on raw features, in scikit-learn's shapes.
    squashing : Squashing
        What features are squashed by.
    activation : str
        A key of :data:`~skshallow._core.activations.ACTIVATIONS`.
    X : ndarray or CSR array of shape (n_samples, n_features)
        The samples.
    finite : bool, default=True
        Whether they are known to be finite.

    Returns
    -------
    raw : ndarray of shape (n_samples, n_outputs)
        In the type of `X`, finite, and so are their differences; but NaN for samples that are not
        finite.
    """
    if not finite:
        unknown, X = _without_unknown(X)
        raw = raw_outputs(coefs, intercepts, squashing, activation, X)
        raw[unknown] = np.nan
        return raw
    # Weights need not fit in a narrower type.
    dtype = np.result_type(X.dtype, coefs[0].dtype)
    layers = []
    for coef, intercept in zip(coefs, intercepts, strict=True):
        layers += [coef.astype(dtype, copy=False), intercept.astype(dtype, copy=False)]
    raw = np.empty((X.shape[0], coefs[1].shape[1]), X.dtype)
    size, sparse = block_size(len(raw), len(intercepts[0]), dtype), hasattr(X, "indptr")
    if not sparse:
        # They are copied where they are squashed.
        size = min(size, max(1, FEATURE_BYTES // (X.shape[1] * X.itemsize)))
    if squashing.plain:
        squashing = None
    else:
        X, base = squashing.sparse_distances(X) if sparse else (X, 0)
        with np.errstate(all="ignore"):
            layers[1] = layers[1] + (squashing.center + base) @ layers[0]
    unshared = max(1, UNSHARED_PRODUCT // coefs[0].size)
    small = len(raw) * coefs[0].size < SMALL_PREDICTION and unshared >= FEWEST_SAMPLES
    squashing, rows = None if sparse else squashing, unshared if small else size
    fill = partial(_fill, layers=layers, squashing=squashing, activation=activation, rows=rows)
    with np.errstate(all="ignore"):
        if small:
            for start in range(0, len(raw), size):
                fill(raw[start : start + size], X[start : start + size])
            return raw

        def fill_block(_, number):
            block = slice(number * size, (number + 1) * size)
            fill(raw[block], X[block])

        with thread_team() as team:
            team.share_out(-(-len(raw) // size), fill_block)
    return raw


def samples_with(entries, X):
    """Which samples have one of some entries, a mask of shape (n_samples,).

    Parameters
    ----------
    entries : ndarray of bool
        In the shape of a dense `X`, or of the entries that a CSR one stores.
    X : ndarray or CSR array of shape (n_samples, n_features)
        The samples.
    """
    if entries.ndim == 2:
        return entries.any(axis=1)
    found = np.zeros(X.shape[0], dtype=bool)
    found[np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))[entries]] = True
    return found


def _without_unknown(X):
    """Which samples have a value that is not finite, and a copy with zeros there."""
    values = X.data if hasattr(X, "indptr") else X
    known = np.isfinite(values)
    unknown = samples_with(~known, X)
    values = np.where(known, values, X.dtype.type(0))
    if values.ndim == 1:
        return unknown, type(X)((values, X.indices, X.indptr), shape=X.shape)
    return unknown, values


def _fill(raw, X, *, layers, squashing, activation, rows):
    """Write the raw outputs of samples, all of them finite; the first product by so many rows."""
    W1, b1, W2, b2 = layers
    if squashing is not None:
        X = squashing.distances(X)
    if hasattr(X, "indptr") or len(raw) <= rows:
        z = X @ W1
    else:
        z = np.empty((len(raw), len(b1)), W1.dtype)
        for start in range(0, len(raw), rows):
            np.matmul(X[start : start + rows], W1, out=z[start : start + rows])
    z += b1
    a = np.empty_like(z)
    ACTIVATIONS[activation].value(z, out=a)
    raw[...] = a @ W2 + b2
    limit = np.finfo(raw.dtype).max / 4
    beyond = ~(np.abs(raw) <= limit).all(axis=1)
    if not beyond.any():
        return
    nearer = X[beyond] * X.dtype.type(SHRINK)
    there = np.empty((nearer.shape[0], raw.shape[1]), raw.dtype)
    if abs(nearer).max() > 0:
        _fill(there, nearer, layers=layers, squashing=None, activation=activation, rows=rows)
    else:
        there = np.nan_to_num(raw[beyond]).clip(-limit, limit)
    raw[beyond] = there
