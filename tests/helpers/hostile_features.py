"""Features that are hard on numbers and on containers, drawn from a seed."""

import numpy as np
from scipy import sparse

# Scales that a float32 takes without becoming zero or infinite.
FLOAT32_EXPONENTS = 30
FLOAT64_EXPONENTS = 150


class Draw:
    """Random choices that are noted down.

    Attributes
    ----------
    rng : Generator
        Where they come from.
    traits : list of str
        What was chosen so far.
    """

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.traits = []

    def one_of(self, *choices):
        return choices[self.rng.integers(len(choices))]

    def chance(self, share):
        return self.rng.uniform() < share

    def note(self, trait):
        self.traits.append(trait)

    def call(self, *makers):
        """One of several functions, noted by its name."""
        chosen = self.one_of(*makers)
        self.note(chosen.__name__)
        return chosen


# Columns of features: each is made of standard normal numbers.


def normal(draw, column, reach):
    return column


def whole(draw, column, reach):
    return np.round(column)


def huge(draw, column, reach):
    return column * 10.0 ** draw.rng.integers(3, reach + 1)


def tiny(draw, column, reach):
    return column * 10.0 ** -draw.rng.integers(3, reach + 1)


def denormal(draw, column, reach):
    smallest = 5e-324 if reach == FLOAT64_EXPONENTS else 1.4e-45
    return np.round(column * 100) * smallest


def far_away(draw, column, reach):
    return column + draw.one_of(1e8, -1e12, 1e16)


def far_away_at_any_scale(draw, column, reach):
    return (column + 1e8) * 10.0 ** draw.rng.integers(8 - reach, reach - 8)


def constant(draw, column, reach):
    return np.full_like(column, draw.one_of(0.0, -0.0, 1e6 / 3, 10.0**reach, -(10.0**-reach)))


def outlier(draw, column, reach):
    column = column.copy()
    column[draw.rng.integers(len(column))] = draw.one_of(1e10, -(10.0**reach))
    return column


COLUMNS = (
    *(normal, whole, huge, tiny, denormal),
    *(far_away, far_away_at_any_scale, constant, outlier),
)


def draw_features(draw, n_samples, n_features, dtype):
    """Features of one kind, or of several kinds in the first columns, or one column repeated."""
    reach = FLOAT32_EXPONENTS if dtype == np.float32 else FLOAT64_EXPONENTS
    X = draw.rng.standard_normal((n_samples, n_features))
    if draw.chance(0.5):
        makers = [draw.call(*COLUMNS)] * n_features
    else:
        makers = [draw.call(*COLUMNS) for _ in range(min(n_features, 4))]
    for place, make in enumerate(makers):
        X[:, place] = make(draw, X[:, place], reach)
    if draw.chance(0.1):
        draw.note("duplicate columns")
        X[:] = X[:, :1]
    # Beyond the type is as far as it goes.
    limits = np.iinfo(np.int32) if np.dtype(dtype).kind != "f" else np.finfo(dtype)
    return X.clip(limits.min, limits.max).astype(dtype)


# Containers of features


def contiguous(draw, X):
    return X


def fortran_ordered(draw, X):
    return np.asfortranarray(X)


def every_second_row(draw, X):
    return np.repeat(X, 2, axis=0)[::2]


def reversed_twice(draw, X):
    return X[::-1, ::-1].copy()[::-1, ::-1]


def read_only(draw, X):
    X = X.copy()
    X.setflags(write=False)
    return X


def byte_swapped(draw, X):
    return X.astype(X.dtype.newbyteorder())


def lists(draw, X):
    return X.tolist()


def objects(draw, X):
    return X.astype(object)


def csr(draw, X):
    return sparse.csr_array(X)


def csc(draw, X):
    return sparse.csc_matrix(X)


def coo(draw, X):
    return sparse.coo_array(X)


def csr_with_64_bit_indices(draw, X):
    X = sparse.csr_array(X)
    X.indices, X.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
    return X


def csr_with_empty_rows(draw, X):
    return sparse.csr_array(X * (draw.rng.uniform(size=(len(X), 1)) < 0.5))


def csr_with_explicit_zeros(draw, X):
    filled = sparse.csr_array(np.ones_like(X))
    filled.data[:] = X.ravel()
    return filled


def csr_unsorted_with_duplicates(draw, X):
    """Every entry in two halves, the columns backwards."""
    n_samples, n_features = X.shape
    columns = np.tile(np.repeat(np.arange(n_features)[::-1], 2), n_samples)
    halves = np.repeat(X[:, ::-1] / 2, 2, axis=1)
    pointers = np.arange(0, columns.size + 1, 2 * n_features)
    return sparse.csr_array((halves.ravel(), columns, pointers), shape=X.shape)


DENSE = (contiguous, fortran_ordered, every_second_row, reversed_twice, read_only, byte_swapped)
SLOW = (lists, objects)
SPARSE = (
    *(csr, csc, coo, csr_with_64_bit_indices),
    *(csr_with_empty_rows, csr_with_explicit_zeros, csr_unsorted_with_duplicates),
)


def draw_container(draw, X):
    """What the features come in."""
    if X.dtype == np.float16 or X.dtype.kind != "f":
        makers = DENSE
    elif X.size < 500:
        makers = DENSE + SLOW + SPARSE
    else:
        makers = DENSE + SPARSE
    return draw.call(*makers)(draw, X)
