// Adam's step and the mean of the weights of its last steps, in one pass over the parameters.
#pragma once
#include <algorithm>
#include <cmath>

struct Step {
    double beta_1, beta_2, epsilon;
    double factor; // of the learning rates
    double share;  // of the way to the weights that their mean moves; 0 leaves it alone
};

// A piece of the parameters that stays in the cache between the two loops.
constexpr long PIECE = 512;

// The running means of gradients are kept without their factors 1 - β.
template <class T>
void adam(const Step &step, long n, T rate, T *__restrict theta, const T *__restrict gradient,
          T *__restrict mean, T *__restrict square, T *__restrict average) {
    const T beta_1 = T(step.beta_1), beta_2 = T(step.beta_2), epsilon = T(step.epsilon);
    const T length = rate * T(step.factor), share = T(step.share);
    for (long from = 0; from < n; from += PIECE) {
        const long to = std::min(n, from + PIECE);
        for (long i = from; i < to; i++) {
            mean[i] = mean[i] * beta_1 + gradient[i];
            square[i] = square[i] * beta_2 + gradient[i] * gradient[i];
            theta[i] -= length * (mean[i] / (std::sqrt(square[i]) + epsilon));
        }
        if (share > 0)
            for (long i = from; i < to; i++) average[i] += share * (theta[i] - average[i]);
    }
}
