// Elementary functions of vectors. Each keeps NaN; what would be subnormal is 0.
#pragma once
#include "vectors.hpp"

template <class T> struct Constants;
template <> struct Constants<double> {
    static constexpr int MANTISSA_BITS = 52;
    static constexpr int64_t BIAS = 1023, SQRT_HALF = 0x3fe6a09e667f3bcd;
    // Adding this rounds to an integer, which then stands in the lowest bits.
    static constexpr double ROUND = 0x1.8p52;
    // ln 2 in two parts, so that the product of an integer with the first is exact.
    static constexpr double LN2 = 0x1.62e42feep-1, LN2_REST = 0x1.a39ef35793c76p-33;
    // Where exp is still normal, and where it is certainly infinite.
    static constexpr double LOWEST = -708, HIGHEST = 710;
    // Beyond that tanh is 1.
    static constexpr double TANH_LIMIT = 20;
    // Terms of the series below that leave less than rounding.
    static constexpr int EXP_TERMS = 13, LOG_TERMS = 10, LOG1P_TERMS = 16;
    // (1 + 2x)·exp(x²)·erfc(x) as a polynomial in (x - 3)/(x + 3), by Chebyshev's expansion.
    static constexpr double TAIL[] = {
        1.25300805826972965, -1.35621106124581159e-1, -4.75622943534491965e-2,
        1.29645158702759392e-1, -1.19273663415386394e-1, 6.83080273440099015e-2,
        -2.37705149171711541e-2, 2.52939181569404491e-3, 1.88869034499746609e-3,
        -7.79832269655193933e-4, -1.05159719575232914e-4, 1.25099342463511025e-4,
        4.9491966187502039e-6, -2.01005422865763392e-5, -7.30828078942154669e-7,
        3.47237098440061278e-6, 3.55760770699321557e-7, -6.16601200137701231e-7,
        -1.4047645618175387e-7, 1.01836251375030133e-7, 4.10639659688955821e-8,
        -1.33129408502774697e-8, -8.21758102089533378e-9, 9.86257580889699732e-10,
        8.39371883068480303e-10};
};
template <> struct Constants<float> {
    static constexpr int MANTISSA_BITS = 23;
    static constexpr int32_t BIAS = 127, SQRT_HALF = 0x3f3504f3;
    static constexpr float ROUND = 0x1.8p23f;
    static constexpr float LN2 = 0x1.63p-1f, LN2_REST = -0x1.bd0106p-13f;
    static constexpr float LOWEST = -86.5f, HIGHEST = 89;
    static constexpr float TANH_LIMIT = 10;
    static constexpr int EXP_TERMS = 7, LOG_TERMS = 4, LOG1P_TERMS = 7;
    static constexpr float TAIL[] = {
        1.253008056f, -1.356210694e-1f, -4.756215693e-2f, 1.296441143e-1f, -1.192752753e-1f,
        6.831656777e-2f, -2.376357644e-2f, 2.49911687e-3f, 1.875079124e-3f, -7.26453679e-4f,
        -9.254516687e-5f, 7.731024224e-5f};
};

// Σ at(n)·xⁿ for n < N: even and odd powers by Horner, neither waiting for the other.
template <class T, int N, class At> INLINE Vector<T> polynomial(Vector<T> x, At at) {
    const Vector<T> square = x * x;
    Vector<T> sums[2];
    sums[N % 2] = splat(T(at(N - 2)));
    sums[(N - 1) % 2] = splat(T(at(N - 1)));
#pragma GCC unroll 32
    for (int n = N - 3; n >= 0; n--) sums[n % 2] = sums[n % 2] * square + T(at(n));
    return sums[0] + x * sums[1];
}

constexpr double FACTORIALS[] = {1,    1,     2,      6,       24,       120,       720,
                                 5040, 40320, 362880, 3628800, 39916800, 479001600, 6227020800};

// (exp(r) - 1 - r)/r², for |r| up to ln(2)/2.
template <class T> INLINE Vector<T> exponential_series(Vector<T> r) {
    return polynomial<T, Constants<T>::EXP_TERMS - 1>(r, [](int n) { return 1 / FACTORIALS[n + 2]; });
}

// (artanh(s)/s - 1)/s², given s².
template <class T, int TERMS> INLINE Vector<T> artanh_series(Vector<T> square) {
    return polynomial<T, TERMS>(square, [](int n) { return 1.0 / (2 * n + 3); });
}

// Only the sign bit of a number.
template <class T> INLINE Bits<T> sign(Vector<T> x) { return (Bits<T>)x & (Bits<T>)splat(T(-0.0)); }

template <class T> INLINE Vector<T> magnitude(Vector<T> x) {
    return (Vector<T>)((Bits<T>)x ^ sign<T>(x));
}

// exp(x) = power·(1 + rest), where the power of two is smaller by 2^shift.
template <class T> struct Exponential {
    Vector<T> power, rest;
    INLINE explicit Exponential(Vector<T> x, int shift = 0) {
        using C = Constants<T>;
        const Vector<T> rounded = x * T(1.4426950408889634) + C::ROUND, n = rounded - C::ROUND;
        const Vector<T> r = (x - n * C::LN2) - n * C::LN2_REST;
        rest = exponential_series<T>(r) * (r * r) + r;
        // The lowest bits hold n, and shifting drops what else there is.
        const Bits<T> exponent = (Bits<T>)rounded + (C::BIAS - shift);
        power = (Vector<T>)(exponent << C::MANTISSA_BITS);
    }
};

template <class T> INLINE Vector<T> exp(Vector<T> x) {
    using C = Constants<T>;
    const Vector<T> most = x > C::HIGHEST ? splat(C::HIGHEST) : x;
    // The power of the largest numbers has no room in the exponent, but its half has.
    const Exponential<T> half(most < C::LOWEST ? splat(C::LOWEST) : most, 1);
    // In this order: the product of the power and the rest alone may be subnormal.
    const Vector<T> value = (half.rest * T(2) + T(2)) * half.power;
    return x < C::LOWEST ? Vector<T>{} : value;
}

// With e = exp(2|x|) - 1 it is e/(e + 2), which keeps all digits near 0.
template <class T> INLINE Vector<T> tanh(Vector<T> x) {
    constexpr T LIMIT = 2 * Constants<T>::TANH_LIMIT;
    const Vector<T> twice = magnitude<T>(x + x);
    const Exponential<T> square(twice > LIMIT ? splat(LIMIT) : twice);
    const Vector<T> e = square.power * square.rest + (square.power - T(1));
    return (Vector<T>)((Bits<T>)(e / (e + T(2))) | sign<T>(x));
}

// log(x) of normal numbers: of x = 2^k·m it is k·ln 2 + 2·artanh((m - 1)/(m + 1)).
template <class T> INLINE Vector<T> log(Vector<T> x) {
    using C = Constants<T>;
    const Bits<T> bits = (Bits<T>)x, k = (bits - C::SQRT_HALF) >> C::MANTISSA_BITS;
    const Vector<T> m = (Vector<T>)(bits - (k << C::MANTISSA_BITS));
    const Vector<T> n = __builtin_convertvector(k, Vector<T>);
    const Vector<T> s = (m - T(1)) / (m + T(1)), square = s * s;
    const Vector<T> of_m = (s + s) + (s + s) * (square * (artanh_series<T, C::LOG_TERMS>(square)));
    // Of what is not finite the bits are no number.
    return n * C::LN2 + (n * C::LN2_REST + of_m) + (x - x);
}

// log(1 + x) for x from 0 to 1.
template <class T> INLINE Vector<T> log1p(Vector<T> x) {
    const Vector<T> s = x / (x + T(2)), square = s * s;
    return (s + s) + (s + s) * (square * (artanh_series<T, Constants<T>::LOG1P_TERMS>(square)));
}

// The standard normal distribution function; `density` is the one without its constant.
template <class T> INLINE Vector<T> normal_cdf(Vector<T> z, Vector<T> &density) {
    constexpr int TERMS = sizeof Constants<T>::TAIL / sizeof(T);
    density = exp<T>(z * z * T(-0.5));
    const Vector<T> x = magnitude<T>(z) * T(0.70710678118654752);
    const Vector<T> bounded = x > T(1e4) ? splat(T(1e4)) : x;
    const Vector<T> scaled = polynomial<T, TERMS>((bounded - T(3)) / (bounded + T(3)),
                                                  [](int n) { return Constants<T>::TAIL[n]; });
    const Vector<T> tail = density * T(0.5) * (scaled / (bounded + bounded + T(1)));
    return z < 0 ? tail : T(1) - tail;
}
