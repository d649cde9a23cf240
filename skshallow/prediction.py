"""The raw outputs of a fitted network for any number of rows."""

import numpy as np

from skshallow.activations import ACTIVATIONS
from skshallow.rows import rows_in_cache

# What a row whose logits overflow is scaled by, again and again.
SHRINK = 2.0**-64


def logits_of(coefs, intercepts, activation, X):
    """Logits of every row, ``act(X·W1 + b1)·W2 + b2``, a block of rows at a time.

    A row whose logits overflow is taken nearer to zero: so far out that hardly changes which of
    them is the largest.

    Parameters
    ----------
    coefs, intercepts : list of two ndarrays
        Weights on raw features, in scikit-learn's shapes.
    activation : str
        A key of :data:`~skshallow.activations.ACTIVATIONS`.
    X : ndarray or CSR array of shape (n, n_features)
        The rows.

    Returns
    -------
    logits : ndarray of shape (n, n_outputs)
        In the type of `X`, finite, and so are their differences.
    """
    # Weights need not fit in a narrower type.
    dtype = np.result_type(X.dtype, coefs[0].dtype)
    W1, W2 = (coef.astype(dtype, copy=False) for coef in coefs)
    b1, b2 = (intercept.astype(dtype, copy=False) for intercept in intercepts)
    act = ACTIVATIONS[activation].value

    def forward(X):
        z = X @ W1
        z += b1
        a = np.empty_like(z)
        act(z, out=a)
        return a @ W2 + b2

    logits = np.empty((X.shape[0], len(b2)), X.dtype)
    size = rows_in_cache(len(b1), dtype)
    with np.errstate(all="ignore"):
        for start in range(0, len(logits), size):
            rows = slice(start, start + size)
            _fill(logits[rows], forward, X[rows])
    return logits


def _fill(logits, forward, X):
    """Write the logits of rows, all of them finite."""
    limit = np.finfo(logits.dtype).max / 4
    logits[...] = forward(X)
    beyond = ~(np.abs(logits) <= limit).all(axis=1)
    if not beyond.any():
        return
    nearer = X[beyond] * X.dtype.type(SHRINK)
    there = np.empty((nearer.shape[0], logits.shape[1]), logits.dtype)
    if abs(nearer).max() > 0:
        _fill(there, forward, nearer)
    else:
        there = np.nan_to_num(logits[beyond]).clip(-limit, limit)
    logits[beyond] = there
