"""The raw outputs of a fitted network for any number of rows."""

import numpy as np

from skshallow.network import Workspace
from skshallow.objective import rows_per_block
from skshallow.rows import as_rows


def logits_of(network, theta, X):
    """Logits of every row.

    Parameters
    ----------
    network : Network
        Its shape.
    theta : ndarray of shape (n_params,)
        Its weights on raw features, of the type of `X`.
    X : ndarray or CSR array of shape (n, n_features)
        The rows.

    Returns
    -------
    logits : ndarray of shape (n, n_outputs)
    """
    n = X.shape[0]
    rows = as_rows(X, None, rows_per_block(network, 1, n, X.dtype))
    work = Workspace(network, 1, rows.size, X.dtype)
    logits = np.empty((n, network.n_outputs), X.dtype)
    matrices = network.split(theta[np.newaxis])
    for start in range(0, n, rows.size):
        chunk = slice(start, min(start + rows.size, n))
        work.shape(1, chunk.stop - chunk.start)
        network.forward(matrices, rows.block(chunk), work)
        logits[chunk] = work.logits[0].T
    return logits
