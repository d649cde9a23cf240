// The two products of a pass, on samples in panels.
//
// A panel holds so many samples that two vectors hold a number of each. It is a small matrix, one
// row for each feature (or unit, or output), and the panels of a block follow one another:
//
//     panel 0: x1 of samples 0, 1, …    panel 1: x1 of the next samples    …
//              x2 of samples 0, 1, …             x2 of the next samples
//              …                                 …
//
// Either product goes over tiles of the result, so small that the sums of a tile stay in registers.
#pragma once
#include <algorithm>
#include "losses.hpp"

// Rows of a tile of `project`, which is two vectors wide: beside the sums, both and a weight stay.
// Then rows and columns of a tile of `correlate`.
constexpr bool MANY = REGISTERS == 32;
constexpr int UNITS = MANY ? 8 : 6, ROWS = MANY ? 5 : 4, COLUMNS = MANY ? 4 : 3;

// Call `tile(from, size)` for ranges of about equal size, none larger than `most`, up to `n`.
template <class Tile> INLINE void in_tiles(long n, long most, Tile tile) {
    if (n <= most) return tile(0, n); // Divisions would take longer than a small tile.
    const long n_tiles = (n + most - 1) / most, size = n / n_tiles;
    for (long from = 0, longer = n % n_tiles; from < n; longer--) {
        tile(from, size + (longer > 0));
        from += size + (longer > 0);
    }
}

// Call `tile` with a size that the compiler knows.
template <int MOST, class Tile> INLINE void with_size(long size, Tile tile) {
    if (size == MOST)
        tile(std::integral_constant<int, MOST>{});
    else if constexpr (MOST > 1)
        with_size<MOST - 1>(size, tile);
}

// A matrix of weights, or its transpose.
template <class T> struct Weights {
    const T *first;
    long row, column; // steps from one row, and from one column, to the next
    INLINE T at(long i, long j) const { return first[i * row + j * column]; }
    INLINE Weights below(long i) const { return {first + i * row, row, column}; }
};

template <class T, int N>
__attribute__((noinline)) void project_tile(Weights<T> weights, const T *x, long n_rows, T *out) {
    constexpr long L = LANES<T>, W = PANEL<T>;
    Vector<T> low[N]{}, high[N]{};
    for (long j = 0; j < n_rows; j++) {
        const Vector<T> x_low = load(x + j * W), x_high = load(x + j * W + L);
#pragma GCC unroll 8
        for (int i = 0; i < N; i++) {
            const T weight = weights.at(i, j);
            low[i] += weight * x_low;
            high[i] += weight * x_high;
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < N; i++) {
        store(out + i * W, low[i]);
        store(out + i * W + L, high[i]);
    }
}

// out = weights·x for one panel: `n` rows from `n_rows` of them.
template <class T> void project(Weights<T> weights, long n, const T *x, long n_rows, T *out) {
    in_tiles(n, UNITS, [&](long from, long size) {
        with_size<UNITS>(size, [&](auto known) {
            project_tile<T, known>(weights.below(from), x, n_rows, out + from * PANEL<T>);
        });
    });
}

// Panels of so many rows each; `data` is their first, or a row of it. They are an odd number of rows
// apart: a row of one panel and of the next would often share their place in the cache otherwise.
template <class T> struct Panels {
    T *data;
    long n_rows;
    INLINE T *panel(long number) const { return data + number * (n_rows | 1) * PANEL<T>; }
    INLINE Panels below(long row) const { return {data + row * PANEL<T>, n_rows}; }
};

template <class T, int N, int M>
__attribute__((noinline)) void correlate_tile(Panels<T> errors, Panels<T> x, long n_panels,
                                              T *out, long step, bool add) {
    Vector<T> sums[N][M];
#pragma GCC unroll 8
    for (int i = 0; i < N; i++)
#pragma GCC unroll 8
        for (int j = 0; j < M; j++) sums[i][j] = Vector<T>{};
    for (long p = 0; p < n_panels; p++) {
        const T *of_errors = errors.panel(p), *of_x = x.panel(p);
        for (long r = 0; r < PANEL<T>; r += LANES<T>) {
            Vector<T> columns[M];
#pragma GCC unroll 8
            for (int j = 0; j < M; j++) columns[j] = load(of_x + j * PANEL<T> + r);
#pragma GCC unroll 8
            for (int i = 0; i < N; i++) {
                const Vector<T> error = load(of_errors + i * PANEL<T> + r);
#pragma GCC unroll 8
                for (int j = 0; j < M; j++) sums[i][j] += error * columns[j];
            }
        }
    }
#pragma GCC unroll 8
    for (int i = 0; i < N; i++)
#pragma GCC unroll 8
        for (int j = 0; j < M; j++) {
            T *to = out + i * step + j;
            *to = sum<T>(sums[i][j]) + (add ? *to : T(0));
        }
}

// out (+)= errors·xᵀ, summed over the samples of all panels; all rows of both, in a plain matrix.
template <class T>
void correlate(Panels<T> errors, Panels<T> x, long n_panels, T *out, bool add) {
    const long step = x.n_rows;
    in_tiles(errors.n_rows, ROWS, [&](long i, long n) {
        in_tiles(step, COLUMNS, [&](long j, long m) {
            with_size<ROWS>(n, [&](auto rows) {
                with_size<COLUMNS>(m, [&](auto columns) {
                    correlate_tile<T, rows, columns>(errors.below(i), x.below(j), n_panels,
                                                     out + i * step + j, step, add);
                });
            });
        });
    });
}
