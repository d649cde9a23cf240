// The plain C interface, which skshallow calls by ctypes. Compiled once for each instruction set.
#include "adam.hpp"
#include "network.hpp"

namespace {

// Subnormal numbers are 0 while this lives: arithmetic on them takes up to a hundred times as long.
class Flushed {
  public:
#if defined(__x86_64__)
    Flushed() : before(__builtin_ia32_stmxcsr()) { __builtin_ia32_ldmxcsr(before | 0x8040); }
    ~Flushed() { __builtin_ia32_ldmxcsr(before); }
#elif defined(__aarch64__)
    Flushed() {
        asm volatile("mrs %0, fpcr" : "=r"(before));
        asm volatile("msr fpcr, %0" : : "r"(before | 1ul << 24));
    }
    ~Flushed() { asm volatile("msr fpcr, %0" : : "r"(before)); }
#else
#error "How this processor is told to flush subnormal numbers is not known here."
#endif

  private:
    unsigned long before;
};

template <class T>
void pass(const Problem &problem, const Samples &samples, long n_networks, const T *theta,
          T *gradient, T *values, bool add) {
    const Flushed flushed;
    Block<T> block(problem);
    Samples part = samples;
    for (long done = 0; done < samples.n; done += part.n, add = true) {
        part.n = std::min(samples.n - done, problem.block_size);
        block.read(part);
        for (long k = 0; k < n_networks; k++) {
            const long at = k * block.n_params;
            const T value = block.pass(theta + at, gradient ? gradient + at : nullptr, add);
            values[k] = add ? values[k] + value : value;
        }
        part.start += part.n;
        if (part.rows) part.rows += part.n;
    }
}

} // namespace

// Activation functions are there on their own for the tests, for a whole number of panels.
#define INTERFACE(TYPE)                                                                            \
    long skshallow_scratch_##TYPE(const Problem *problem) {                                        \
        return Block<TYPE>(*problem).n_bytes;                                                      \
    }                                                                                              \
    void skshallow_pass_##TYPE(const Problem *problem, const Samples *samples, int n_networks,     \
                               const TYPE *theta, TYPE *gradient, TYPE *values, int add) {         \
        pass(*problem, *samples, n_networks, theta, gradient, values, add != 0);                   \
    }                                                                                              \
    void skshallow_adam_##TYPE(const Step *step, const TYPE *rates, TYPE *theta,                   \
                               const TYPE *gradient, TYPE *mean, TYPE *square) {                   \
        const Flushed flushed;                                                                     \
        adam(*step, rates, theta, gradient, mean, square);                                         \
    }                                                                                              \
    void skshallow_activation_##TYPE(int number, TYPE *z_then_a, TYPE *derivatives, int n) {       \
        const Flushed flushed;                                                                     \
        ACTIVATIONS<TYPE>[number](z_then_a, derivatives, n);                                       \
    }

#pragma GCC visibility push(default)
extern "C" {

INTERFACE(double)
INTERFACE(float)

// The best of the instruction sets that these sources are compiled for: 1 is the baseline.
long skshallow_instructions() {
#if defined(__x86_64__)
    const bool has_v3 = __builtin_cpu_supports("x86-64-v3");
    return has_v3 ? (__builtin_cpu_supports("x86-64-v4") ? 3 : 2) : 1;
#else
    return 1;
#endif
}
}
