// Losses of the raw outputs: for each, its weighted sum over a panel and its gradient.
#pragma once
#include "activations.hpp"

// A number of less than exp of this is next to nothing beside 1, even squared.
template <class T> constexpr T LOWEST_EXPONENT = sizeof(T) == 8 ? -300 : -40;

template <class T> INLINE Vector<T> at_least(Vector<T> x, T limit) {
    return x < limit ? splat(limit) : x;
}

template <class T> INLINE Vector<T> within(Vector<T> x, T limit) {
    return at_least<T>(x > limit ? splat(limit) : x, -limit);
}

// What a loss may look at beside the raw output z.
template <class T> struct Given {
    Vector<T> target, alone; // `alone` is what of the loss only the target decides
    const T *parameters;     // those that all outputs share
    T tilt;                  // that of this output
};

// A target is -1 for yes and 1 for no: then target·z is the logit of the wrong answer.
template <class T> INLINE Vector<T> log_loss(Vector<T> z, const Given<T> &of, Vector<T> &slope) {
    const Vector<T> wrong = at_least<T>(z * of.target, LOWEST_EXPONENT<T>);
    Vector<T> right;
    slope = sigmoid<T>(wrong, right) * of.target;
    return log1p_exp<T>(wrong);
}

template <class T> INLINE Vector<T> squared_error(Vector<T> z, const Given<T> &of, Vector<T> &slope) {
    slope = z - of.target;
    return T(0.5) * slope * slope;
}

template <class T> INLINE Vector<T> huber(Vector<T> z, const Given<T> &of, Vector<T> &slope) {
    const Vector<T> error = z - of.target;
    slope = within<T>(error, of.parameters[0]);
    return slope * (error - T(0.5) * slope);
}

// |e|/2 + tilt·e, with a rounded corner; all of it times a factor.
template <class T> INLINE Vector<T> quantile(Vector<T> z, const Given<T> &of, Vector<T> &slope) {
    const T corner = of.parameters[0], factor = of.parameters[1];
    const Vector<T> error = z - of.target, steep = within<T>(error, corner) * (T(0.5) / corner);
    slope = factor * (steep + of.tilt);
    return factor * ((error - corner * steep) * steep + error * of.tilt + T(0.25) * corner);
}

template <class T> INLINE Vector<T> poisson(Vector<T> z, const Given<T> &of, Vector<T> &slope) {
    const Vector<T> mean = exp<T>(at_least<T>(z, LOWEST_EXPONENT<T>));
    slope = mean - of.target;
    return mean - of.target * z + of.alone;
}

template <class T> INLINE Vector<T> gamma(Vector<T> z, const Given<T> &of, Vector<T> &slope) {
    const Vector<T> ratio = of.target * exp<T>(at_least<T>(-z, LOWEST_EXPONENT<T>));
    slope = T(1) - ratio;
    return z + ratio + of.alone;
}

// A panel of raw outputs, which become the gradient, with its targets and weights.
template <class T> struct Outputs {
    long n, n_targets; // rows of `raw` and of `targets`
    T *raw;
    const T *targets, *weights;
    const T *tilts, *parameters; // the tilts are those of the outputs
};

// A panel is two vectors wide; see products.hpp.
template <class T> constexpr long PANEL = 2 * LANES<T>;

// The outputs have losses of their own, which add up.
template <class T, auto AT> Vector<T> sum_of_each(const Outputs<T> &outputs) {
    Vector<T> value{};
    for (long o = 0; o < outputs.n; o++) {
        // Several quantiles share a target; a loss of means has a second row for each target.
        const T *targets = outputs.targets + (outputs.n_targets > 1 ? o : 0) * PANEL<T>;
        const T *alone = outputs.n_targets == 2 * outputs.n ? targets + outputs.n * PANEL<T> : targets;
        for (long i = 0; i < PANEL<T>; i += LANES<T>) {
            T *raw = outputs.raw + o * PANEL<T> + i;
            const Vector<T> weights = load(outputs.weights + i);
            Vector<T> slope;
            value += weights * AT(load(raw), {load(targets + i), load(alone + i),
                                              outputs.parameters, outputs.tilts[o]}, slope);
            store(raw, weights * slope);
        }
    }
    return value;
}

// log Σ exp(z) - z_y, where a target is the number y of a class.
template <class T> Vector<T> sum_multinomial(const Outputs<T> &outputs) {
    Vector<T> value{};
    for (long i = 0; i < PANEL<T>; i += LANES<T>) {
        T *raw = outputs.raw + i;
        const Vector<T> y = load(outputs.targets + i), weights = load(outputs.weights + i);
        Vector<T> highest = load(raw), own{}, total{};
        for (long o = 1; o < outputs.n; o++) {
            const Vector<T> z = load(raw + o * PANEL<T>);
            highest = z > highest ? z : highest;
        }
        for (long o = 0; o < outputs.n; o++) {
            const Vector<T> z = load(raw + o * PANEL<T>) - highest;
            const Vector<T> odds = exp<T>(at_least<T>(z, LOWEST_EXPONENT<T>));
            own = y == T(o) ? z : own;
            total += odds;
            store(raw + o * PANEL<T>, odds);
        }
        value += weights * (log<T>(total) - own);
        const Vector<T> factor = weights / total;
        for (long o = 0; o < outputs.n; o++) {
            const Vector<T> share = load(raw + o * PANEL<T>) * factor;
            store(raw + o * PANEL<T>, y == T(o) ? share - weights : share);
        }
    }
    return value;
}

// In the order of LOSSES in skshallow_kernels.
template <class T> constexpr Vector<T> (*LOSSES[])(const Outputs<T> &) = {
    sum_of_each<T, log_loss<T>>, sum_multinomial<T>,          sum_of_each<T, squared_error<T>>,
    sum_of_each<T, huber<T>>,    sum_of_each<T, quantile<T>>, sum_of_each<T, poisson<T>>,
    sum_of_each<T, gamma<T>>,
};
