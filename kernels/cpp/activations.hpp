// Activation functions of the hidden layer: for each, its value and its derivative.
#pragma once
#include "elementary.hpp"

constexpr double LEAK = 0.01;

struct Identity {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        a = z;
        derivative = splat(T(1));
    }
};

// 1/(1 + exp(-z)), and the same of -z: of either only the exponential of -|z| is needed.
template <class T> INLINE Vector<T> logistic(Vector<T> z, Vector<T> &complement) {
    const Vector<T> odds = exp<T>(-magnitude<T>(z)), large = T(1) / (T(1) + odds);
    const Vector<T> small = odds * large;
    complement = z < 0 ? large : small;
    return z < 0 ? small : large;
}

struct Logistic {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        Vector<T> complement;
        a = logistic<T>(z, complement);
        derivative = a * complement;
    }
};

struct Tanh {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        a = tanh<T>(z);
        derivative = T(1) - a * a;
    }
};

struct Relu {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        a = z < 0 ? Vector<T>{} : z;
        derivative = z > 0 ? splat(T(1)) : Vector<T>{};
    }
};

struct LeakyRelu {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        a = z < 0 ? z * T(LEAK) : z;
        derivative = z > 0 ? splat(T(1)) : splat(T(LEAK));
    }
};

// log(1 + exp(z)), which does not overflow.
template <class T> INLINE Vector<T> softplus(Vector<T> z) {
    return (z < 0 ? Vector<T>{} : z) + log1p<T>(exp<T>(-magnitude<T>(z)));
}

struct Softplus {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        Vector<T> complement;
        a = softplus<T>(z);
        derivative = logistic<T>(z, complement);
    }
};

struct Silu {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        Vector<T> complement;
        const Vector<T> share = logistic<T>(z, complement);
        a = z * share;
        derivative = share + a * complement;
    }
};

struct Gelu {
    template <class T> static INLINE void at(Vector<T> z, Vector<T> &a, Vector<T> &derivative) {
        Vector<T> density;
        const Vector<T> share = normal_cdf<T>(z, density);
        a = z * share;
        derivative = share + z * density * T(0.39894228040143268);
    }
};

// From the inputs of `n` hidden units, a whole number of vectors, to values and derivatives.
template <class T> using Activate = void (*)(T *z_then_a, T *derivatives, long n);

template <class T, class Activation> void activate(T *z_then_a, T *derivatives, long n) {
    for (long i = 0; i < n; i += LANES<T>) {
        Vector<T> a, derivative;
        Activation::template at<T>(load(z_then_a + i), a, derivative);
        store(z_then_a + i, a);
        store(derivatives + i, derivative);
    }
}

// In the order of skshallow_kernels.ACTIVATIONS.
template <class T>
constexpr Activate<T> ACTIVATIONS[] = {
    activate<T, Identity>,  activate<T, Logistic>, activate<T, Tanh>, activate<T, Relu>,
    activate<T, LeakyRelu>, activate<T, Softplus>, activate<T, Silu>, activate<T, Gelu>,
};
