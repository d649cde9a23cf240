"""Limits of features: what is beyond is taken for the limit."""

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
