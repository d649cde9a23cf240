// Vectors as wide as the processor's registers, element by element, as GCC and Clang extend C++.
// With WIDEST they are as wide as any, for tests on processors whose registers are not.
#pragma once
#include <cstdint>
#include <cstring>
#include <type_traits>

#define INLINE inline __attribute__((always_inline))

#if defined(__AVX512F__) || defined(WIDEST)
constexpr int VECTOR_BYTES = 64, REGISTERS = 32;
#elif defined(__AVX2__)
constexpr int VECTOR_BYTES = 32, REGISTERS = 16;
#elif defined(__aarch64__)
constexpr int VECTOR_BYTES = 16, REGISTERS = 32;
#else
constexpr int VECTOR_BYTES = 16, REGISTERS = 16;
#endif

template <class T> using Integer = std::conditional_t<sizeof(T) == 8, int64_t, int32_t>;

template <class T> struct VectorOf {
    typedef T type __attribute__((vector_size(VECTOR_BYTES)));
    typedef Integer<T> bits __attribute__((vector_size(VECTOR_BYTES)));
};
template <class T> using Vector = typename VectorOf<T>::type;
template <class T> using Bits = typename VectorOf<T>::bits;
template <class T> constexpr long LANES = VECTOR_BYTES / sizeof(T);

template <class T> INLINE Vector<T> splat(T number) { return number - Vector<T>{}; }

template <class T> INLINE Vector<T> load(const T *from) {
    Vector<T> vector;
    std::memcpy(&vector, from, sizeof vector);
    return vector;
}

template <class T> INLINE void store(T *to, Vector<T> vector) {
    std::memcpy(to, &vector, sizeof vector);
}

// The sum of the lanes, halves first.
template <class T> INLINE T sum(Vector<T> vector) {
#pragma GCC unroll 8
    for (long half = LANES<T> / 2; half > 0; half /= 2) {
        Bits<T> other;
        for (long lane = 0; lane < LANES<T>; lane++) other[lane] = lane ^ half;
        vector += __builtin_shuffle(vector, other);
    }
    return vector[0];
}
