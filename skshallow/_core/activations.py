"""Activation functions of the hidden layer: for each, its value and its derivative.

An activation function acts element by element on the inputs ``z`` of the hidden units. To add one,
write the two functions and a line in :data:`ACTIVATIONS`. Everything else, tests included, reads
that table.

Both functions write into ``out`` and never into their inputs. ``derivative`` is given the value
``a`` as well as ``z``, because most derivatives are cheapest in terms of the value. Its ``out`` may
be ``z`` itself, so it reads ``z`` no later than it first writes ``out``.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import expit, ndtr

LEAK = 0.01
INVERSE_SQRT_2_PI = 1 / np.sqrt(2 * np.pi)
# What NumPy calls that instruction set.
AVX512_NAMES = "AVX512", "X86_V4"


class Activation(NamedTuple):
    """An activation function and its derivative, both element by element.

    Attributes
    ----------
    value : callable
        ``value(z, out)`` writes the activation of ``z``.
    derivative : callable
        ``derivative(z, a, out)`` writes the derivative at ``z``, where ``a`` is the value there.
    gain : float
        Numerator of the variance of the initial weights. It makes up for what the derivative takes
        away: 2 for units that are off half of the time (He et al., 2015), (5/3)² for tanh, with
        which fewer networks get stuck, and 1 for the others (Glorot and Bengio, 2010).
    """

    value: Callable
    derivative: Callable
    gain: float


def _identity(z, out):
    np.copyto(out, z)


def _identity_derivative(z, a, out):
    out.fill(1)


def _logistic(z, out):
    expit(z, out=out)


def _logistic_derivative(z, a, out):
    np.subtract(1, a, out=out)
    out *= a


def numpy_uses_avx512(function):
    """Whether NumPy says that it computes a function so in double precision; old ones do not."""
    introspect = getattr(np.lib, "introspect", None)
    if introspect is None:
        return False
    told = introspect.opt_func_info(func_name=f"^{function}$", signature="float64")
    current = told.get(function, {}).get("dd", {}).get("current", "")
    return any(name in current for name in AVX512_NAMES)


def _tanh(z, out):
    if z.dtype == np.float32 or TANH_IS_FAST:
        np.tanh(z, out=out)
    else:
        # Where np.tanh takes 13 ns a number, tanh(z) = 2σ(2z) − 1 takes 7.
        np.add(z, z, out=out)
        expit(out, out=out)
        out += out
        out -= 1


def _tanh_derivative(z, a, out):
    np.multiply(a, a, out=out)
    np.subtract(1, out, out=out)


def _relu(z, out):
    # The larger of two arrays takes a quarter of the time of the larger of an array and a number.
    out.fill(0)
    np.maximum(z, out, out=out)


def _relu_derivative(z, a, out):
    np.greater(a, 0, out=out)


def _leaky_relu(z, out):
    np.multiply(z, LEAK, out=out)
    np.maximum(z, out, out=out)


def _leaky_relu_derivative(z, a, out):
    np.greater(a, 0, out=out)
    out *= 1 - LEAK
    out += LEAK


def _softplus(z, out):
    np.logaddexp(0, z, out=out)


def _softplus_derivative(z, a, out):
    expit(z, out=out)


def _silu(z, out):
    expit(z, out=out)
    out *= z


def _silu_derivative(z, a, out):
    # d/dz z·σ(z) = σ + z·σ·(1 − σ) = a + σ·(1 − a)
    expit(z, out=out)
    out *= 1 - a
    out += a


def _gelu(z, out):
    ndtr(z, out=out)
    out *= z


def _gelu_derivative(z, a, out):
    # d/dz z·Φ(z) = Φ(z) + z·φ(z), with φ the standard normal density
    density = np.exp(-0.5 * np.square(z))
    density *= INVERSE_SQRT_2_PI
    density *= z
    ndtr(z, out=out)
    out += density


# In double precision np.tanh is much faster with AVX-512 than with what came before.
TANH_IS_FAST = numpy_uses_avx512("tanh")

ACTIVATIONS = {
    "identity": Activation(_identity, _identity_derivative, gain=1.0),
    "logistic": Activation(_logistic, _logistic_derivative, gain=1.0),
    "tanh": Activation(_tanh, _tanh_derivative, gain=(5 / 3) ** 2),
    "relu": Activation(_relu, _relu_derivative, gain=2.0),
    "leaky_relu": Activation(_leaky_relu, _leaky_relu_derivative, gain=2.0),
    "softplus": Activation(_softplus, _softplus_derivative, gain=1.0),
    "silu": Activation(_silu, _silu_derivative, gain=2.0),
    "gelu": Activation(_gelu, _gelu_derivative, gain=2.0),
}
