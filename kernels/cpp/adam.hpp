// Adam's step in one pass over the parameters.
#pragma once
#include <cmath>

struct Step {
    long n_networks, n_params;
    double beta_1, beta_2, epsilon, factor; // the factor is that of the learning rates
};

// The running means of gradients are kept without their factors 1 - β. Each network has a rate.
template <class T>
void adam(const Step &step, const T *rates, T *__restrict theta, const T *__restrict gradient,
          T *__restrict mean, T *__restrict square) {
    const T beta_1 = T(step.beta_1), beta_2 = T(step.beta_2), epsilon = T(step.epsilon);
    for (long k = 0; k < step.n_networks; k++) {
        const T length = rates[k] * T(step.factor);
        for (long i = k * step.n_params; i < (k + 1) * step.n_params; i++) {
            mean[i] = mean[i] * beta_1 + gradient[i];
            square[i] = square[i] * beta_2 + gradient[i] * gradient[i];
            theta[i] -= length * (mean[i] / (std::sqrt(square[i]) + epsilon));
        }
    }
}
