"""Classes and weights of samples that are hard on numbers and on types, drawn from a seed."""

import numpy as np
from scipy import sparse

# Classes


def integers(draw, codes):
    return codes


def negative_integers(draw, codes):
    return (codes - 3) * 1000


def huge_integers(draw, codes):
    return codes + 2**62


def small_integers(draw, codes):
    return codes.astype(np.int8)


def floats(draw, codes):
    return codes.astype(np.float64)


def strings(draw, codes):
    return np.array(["é", "b", "", "longer", "a b", "z"])[codes]


def objects_of_strings(draw, codes):
    return strings(draw, codes).astype(object)


def list_of_strings(draw, codes):
    return strings(draw, codes).tolist()


def bools(draw, codes):
    return codes > 0


def column(draw, codes):
    return codes[:, np.newaxis]


def reversed_codes(draw, codes):
    return codes[::-1].copy()[::-1]


def byte_swapped_codes(draw, codes):
    return codes.astype(codes.dtype.newbyteorder())


LABELS = (
    *(integers, negative_integers, huge_integers, small_integers, floats),
    *(strings, objects_of_strings, list_of_strings, bools),
    *(column, reversed_codes, byte_swapped_codes),
)


def sparse_or_not(draw, codes):
    return sparse.csr_array(codes) if draw.chance(0.3) else codes


def draw_codes(draw, n_samples, X):
    """Class numbers, separable by the first feature or not, or zeros and ones of several labels."""
    if n_samples > 1000:
        draw.note("1 : 10000")
        return (np.arange(n_samples) == draw.rng.integers(n_samples)).astype(int)
    kind = draw.one_of("drawn", "drawn", "single rows", "separable", "multilabel")
    n_classes = int(draw.one_of(2, 2, 3, 5))
    draw.note(f"{n_classes} classes {kind}")
    if kind == "multilabel":
        return draw.rng.integers(2, size=(n_samples, n_classes))
    if kind == "single rows":
        return np.minimum(np.arange(n_samples), n_classes - 1)
    if kind == "separable":
        ranks = np.argsort(np.argsort(X[:, 0], kind="stable"), kind="stable")
        return ranks * n_classes // n_samples
    return draw.rng.permutation(np.arange(n_samples) % n_classes)


# Weights of samples


def none(draw, n_samples):
    return None


def ones(draw, n_samples):
    return np.ones(n_samples)


def twelve_orders_of_magnitude(draw, n_samples):
    return 10.0 ** draw.rng.uniform(-6, 6, n_samples)


def many_zeros(draw, n_samples):
    return draw.rng.uniform(size=n_samples) * (draw.rng.uniform(size=n_samples) < 0.5)


def counts(draw, n_samples):
    return draw.rng.integers(0, 3, n_samples)


def vanishing(draw, n_samples):
    return draw.rng.uniform(0.5, 1, n_samples) * draw.one_of(1e-30, 1e-100, 1e-100, 5e-324)


def enormous(draw, n_samples):
    return draw.rng.uniform(0.5, 1, n_samples) * draw.one_of(1e30, 1e100, 1e100, 1e308)


def one_sample_outweighs_all(draw, n_samples):
    weights = np.ones(n_samples)
    weights[draw.rng.integers(n_samples)] = 1e150
    return weights


def read_only_float32(draw, n_samples):
    weights = draw.rng.uniform(size=n_samples).astype(np.float32)
    weights.setflags(write=False)
    return weights


WEIGHTS = (
    *(none,) * 8,
    *(ones, twelve_orders_of_magnitude, many_zeros, counts),
    *(vanishing, enormous, one_sample_outweighs_all, read_only_float32),
)
