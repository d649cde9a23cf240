// Activation functions of the hidden layer: for each, its value and its derivative.
#pragma once
#include "elementary.hpp"

constexpr double LEAK = 0.01;

template <class T> INLINE void identity(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    a = z;
    derivative = splat(T(1));
}

// 1/(1 + exp(-z)), and the same of -z: of either only the exponential of -|z| is needed.
template <class T> INLINE Vector<T> sigmoid(Vector<T> z, Vector<T> &complement) {
    const Vector<T> odds = exp<T>(-magnitude<T>(z)), large = T(1) / (T(1) + odds);
    const Vector<T> small = odds * large;
    complement = z < 0 ? large : small;
    return z < 0 ? small : large;
}

template <class T> INLINE void logistic(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    Vector<T> complement;
    a = sigmoid<T>(z, complement);
    derivative = a * complement;
}

template <class T> INLINE void hyperbolic_tangent(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    a = tanh<T>(z);
    derivative = T(1) - a * a;
}

template <class T> INLINE void relu(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    a = z < 0 ? Vector<T>{} : z;
    derivative = z > 0 ? splat(T(1)) : Vector<T>{};
}

template <class T> INLINE void leaky_relu(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    a = z < 0 ? z * T(LEAK) : z;
    derivative = z > 0 ? splat(T(1)) : splat(T(LEAK));
}

// log(1 + exp(z)), which does not overflow.
template <class T> INLINE Vector<T> log1p_exp(Vector<T> z) {
    return (z < 0 ? Vector<T>{} : z) + log1p<T>(exp<T>(-magnitude<T>(z)));
}

template <class T> INLINE void softplus(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    Vector<T> complement;
    a = log1p_exp<T>(z);
    derivative = sigmoid<T>(z, complement);
}

template <class T> INLINE void silu(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    Vector<T> complement;
    const Vector<T> share = sigmoid<T>(z, complement);
    a = z * share;
    derivative = share + a * complement;
}

template <class T> INLINE void gelu(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
    Vector<T> density;
    const Vector<T> share = normal_cdf<T>(z, density);
    a = z * share;
    derivative = share + z * density * T(0.39894228040143268);
}

// From the inputs of `n` hidden units, a whole number of vectors, to values and derivatives.
template <class T, auto AT> void activate(T *z_then_a, T *derivatives, long n) {
    for (long i = 0; i < n; i += LANES<T>) {
        Vector<T> a, derivative;
        AT(load(z_then_a + i), a, derivative);
        store(z_then_a + i, a);
        store(derivatives + i, derivative);
    }
}

// In the order of ACTIVATIONS in skshallow_kernels.
template <class T> constexpr void (*ACTIVATIONS[])(T *, T *, long) = {
    activate<T, identity<T>>,           activate<T, logistic<T>>,
    activate<T, hyperbolic_tangent<T>>, activate<T, relu<T>>,
    activate<T, leaky_relu<T>>,         activate<T, softplus<T>>,
    activate<T, silu<T>>,               activate<T, gelu<T>>,
};
