"""Values of features: within limits, and of which samples those are that stand out."""

import numpy as np


def limit_sparse(X, limits):
    """Limit the features of a CSR table, the zeros that are not stored included.

    Parameters
    ----------
    X : CSR array of shape (n_samples, n_features)
        The samples.
    limits : ndarray of shape (2, n_features)
        The lowest and the highest value of each feature.

    Returns
    -------
    rest : CSR array of shape (n_samples, n_features)
        The limited samples less `base`.
    base : ndarray of shape (n_features,)
        What zeros are taken for.
    """
    if not X.has_canonical_format:
        # An entry in several parts would be limited part by part.
        X = X.copy()
        X.sum_duplicates()
    base = np.clip(0, *limits).astype(X.dtype)
    data = np.clip(X.data, *limits[:, X.indices]).astype(X.dtype, copy=False)
    data -= base[X.indices]
    return type(X)((data, X.indices, X.indptr), shape=X.shape), base


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
