// Adam's step in one pass over the parameters.
#pragma once
#include <cmath>

struct Step {
    double beta_1, beta_2, epsilon, factor; // the factor is that of the learning rate
};

// The running means of gradients are kept without their factors 1 - β.
template <class T>
void adam(const Step &step, long n, T rate, T *__restrict theta, const T *__restrict gradient,
          T *__restrict mean, T *__restrict square) {
    const T beta_1 = T(step.beta_1), beta_2 = T(step.beta_2), epsilon = T(step.epsilon);
    const T length = rate * T(step.factor);
    for (long i = 0; i < n; i++) {
        mean[i] = mean[i] * beta_1 + gradient[i];
        square[i] = square[i] * beta_2 + gradient[i] * gradient[i];
        theta[i] -= length * (mean[i] / (std::sqrt(square[i]) + epsilon));
    }
}
