"""Activation functions and their derivatives."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from skshallow._core import activations
from skshallow._core.activations import ACTIVATIONS

POINTS = np.array([-30.0, -3.0, -1.0, -0.1, 0.1, 1.0, 3.0, 30.0])

every_activation = pytest.mark.parametrize("name", ACTIVATIONS)


def value_of(name, z):
    out = np.empty_like(z)
    ACTIVATIONS[name].value(z, out)
    return out


@every_activation
def test_derivative_agrees_with_finite_differences(name):
    step = 1e-6
    derivative = np.empty_like(POINTS)
    ACTIVATIONS[name].derivative(POINTS, value_of(name, POINTS), derivative)
    expected = (value_of(name, POINTS + step) - value_of(name, POINTS - step)) / (2 * step)
    np.testing.assert_allclose(derivative, expected, rtol=1e-6, atol=1e-8)


@every_activation
def test_inputs_are_left_alone(name):
    z, a = POINTS.copy(), value_of(name, POINTS)
    before = a.copy()
    value_of(name, z)
    ACTIVATIONS[name].derivative(z, a, np.empty_like(z))
    np.testing.assert_array_equal(z, POINTS)
    np.testing.assert_array_equal(a, before)


@every_activation
def test_derivative_may_overwrite_the_input(name):
    a = value_of(name, POINTS)
    apart, in_place = np.empty_like(POINTS), POINTS.copy()
    ACTIVATIONS[name].derivative(POINTS, a, apart)
    ACTIVATIONS[name].derivative(in_place, a, in_place)
    np.testing.assert_array_equal(in_place, apart)


@every_activation
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_finite_and_silent_far_out(name, dtype):
    z = np.array([-1e4, 0.0, 1e4], dtype=dtype)
    a, derivative = np.empty_like(z), np.empty_like(z)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        ACTIVATIONS[name].value(z, a)
        ACTIVATIONS[name].derivative(z, a, derivative)
    assert np.isfinite(a).all()
    assert np.isfinite(derivative).all()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("identity", 0.5),
        ("logistic", 0.6224593312),
        ("tanh", 0.4621171573),
        ("relu", 0.5),
        ("leaky_relu", 0.5),
        ("softplus", 0.9740769842),
        ("silu", 0.3112296656),
        ("gelu", 0.3457312306),
    ],
)
def test_value_at_one_half(name, expected):
    assert value_of(name, np.array([0.5]))[0] == pytest.approx(expected, rel=1e-9)


def test_leaky_relu_leaks():
    assert value_of("leaky_relu", np.array([-2.0]))[0] == -0.02


@pytest.mark.parametrize("fast", [True, False])
def test_tanh_is_the_same_whatever_computes_it(monkeypatch, fast):
    monkeypatch.setattr(activations, "TANH_IS_FAST", fast)
    z = np.linspace(-20, 20, 4001)
    expected = [math.tanh(one) for one in z]
    np.testing.assert_allclose(value_of("tanh", z), expected, rtol=0, atol=4e-16)


@pytest.mark.parametrize(
    ("current", "expected"),
    [("AVX512_SKX", True), ("X86_V4", True), ("X86_V3", False), ("FMA3__AVX2", False)],
)
def test_numpy_is_asked_for_what_it_computes_tanh_with(monkeypatch, current, expected):
    told = {"tanh": {"dd": {"current": current, "available": "AVX512_SKX X86_V4 X86_V3"}}}
    introspect = SimpleNamespace(opt_func_info=lambda func_name, signature: told)
    monkeypatch.setattr(np.lib, "introspect", introspect, raising=False)
    assert activations.numpy_uses_avx512("tanh") == expected


@pytest.mark.parametrize("told", [{}, {"tanh": {}}, {"tanh": {"ff": {"current": "X86_V4"}}}])
def test_a_numpy_that_says_nothing_does_not_use_it(monkeypatch, told):
    introspect = SimpleNamespace(opt_func_info=lambda func_name, signature: told)
    monkeypatch.setattr(np.lib, "introspect", introspect, raising=False)
    assert not activations.numpy_uses_avx512("tanh")
    monkeypatch.setattr(np.lib, "introspect", None)
    assert not activations.numpy_uses_avx512("tanh")
