"""The raw outputs of a fitted network for any number of rows."""

import numpy as np

from skshallow.activations import ACTIVATIONS
from skshallow.rows import rows_in_cache


def logits_of(coefs, intercepts, activation, X):
    """Logits of every row, ``act(X·W1 + b1)·W2 + b2``, a block of rows at a time.

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
        In the type of `X`.
    """
    W1, W2 = (coef.astype(X.dtype, copy=False) for coef in coefs)
    b1, b2 = (intercept.astype(X.dtype, copy=False) for intercept in intercepts)
    logits = np.empty((X.shape[0], len(b2)), X.dtype)
    size = rows_in_cache(len(b1), X.dtype)
    for start in range(0, len(logits), size):
        rows = slice(start, start + size)
        z = X[rows] @ W1
        z += b1
        a = np.empty_like(z)
        ACTIVATIONS[activation].value(z, out=a)
        np.dot(a, W2, out=logits[rows])
    logits += b2
    return logits
