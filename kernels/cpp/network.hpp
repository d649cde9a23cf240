// A block of samples through a network: forward, the loss, and backward.
//
//     Z1 = W1·[X; 1]    A1 = act(Z1)    Z2 = W2·[A1; 1]
//     dW2 = dZ2·[A1; 1]ᵀ    dZ1 = W2ᵀ·dZ2 ∘ act'(Z1)    dW1 = dZ1·[X; 1]ᵀ
#pragma once
#include "products.hpp"

// What stays from call to call.
struct Problem {
    long n_columns, n_h, n_outputs, n_targets; // columns are the features and a constant 1
    long activation, loss, block_size;
    const void *tilts, *parameters; // of the loss
    void *scratch;                  // as many bytes as the scratch function says
};

// Which samples a call is about.
struct Samples {
    long n;
    const int64_t *rows;   // where they are in the table; if null, one after the other
    long start;            // the first of them then
    long copied;           // whether `features` are of these samples only; then they are one block
    long kept;             // whether the last call read the same ones, and they are one block
    const void *features;  // shape (…, n_columns)
    const void *targets;   // shape (n_targets, n_table)
    const void *weights;   // shape (n_table,)
    long n_table;
    double scale; // of the weights
};

template <class T> class Block {
  public:
    const long n_params;
    long n_bytes; // of the scratch

    explicit Block(const Problem &problem)
        : n_params(problem.n_h * problem.n_columns + problem.n_outputs * (problem.n_h + 1)),
          problem(problem), n_panels(panels_of(problem.block_size)) {
        T *free = static_cast<T *>(problem.scratch);
        const auto take = [&](long n_rows) {
            const Panels<T> taken{free, n_rows};
            free = taken.panel(n_panels);
            return taken;
        };
        x = take(problem.n_columns);
        targets = take(problem.n_targets);
        weights = take(1);
        a_and_one = take(problem.n_h + 1);
        d = take(problem.n_h);
        raw = take(problem.n_outputs);
        back = free;
        n_bytes = (back + problem.n_h * PANEL<T> - static_cast<T *>(problem.scratch)) * sizeof(T);
    }

    // Bring samples into panels. The last one is repeated, without weight, to fill its panel.
    void read(const Samples &samples) {
        n_panels = panels_of(samples.n);
        if (samples.kept) return;
        const auto table = static_cast<const T *>(samples.features);
        const auto all_targets = static_cast<const T *>(samples.targets);
        const auto all_weights = static_cast<const T *>(samples.weights);
        for (long p = 0; p < n_panels; p++) {
            const T *features[PANEL<T>];
            for (long r = 0; r < PANEL<T>; r++) {
                const long place = p * PANEL<T> + r, i = std::min(place, samples.n - 1);
                const long row = samples.rows ? samples.rows[i] : samples.start + i;
                features[r] = table + (samples.copied ? i : row) * problem.n_columns;
                for (long t = 0; t < problem.n_targets; t++)
                    targets.panel(p)[t * PANEL<T> + r] = all_targets[t * samples.n_table + row];
                weights.panel(p)[r] = i == place ? all_weights[row] * T(samples.scale) : T(0);
            }
            for (long r = 0; r < PANEL<T>; r += 4) transpose(&features[r], x.panel(p) + r);
        }
    }

    // The loss of one network; its gradient is written or added to `gradient`, if that is not null.
    T pass(const T *theta, T *gradient, bool add) {
        const long n_h = problem.n_h, n_outputs = problem.n_outputs, of_W1 = n_h * problem.n_columns;
        const Weights<T> W1{theta, problem.n_columns, 1}, W2{theta + of_W1, n_h + 1, 1};
        const Weights<T> W2_transposed{W2.first, 1, n_h + 1};
        for (long p = 0; p < n_panels; p++) {
            T *z = a_and_one.panel(p);
            project(W1, n_h, x.panel(p), problem.n_columns, z);
            ACTIVATIONS<T>[problem.activation](z, d.panel(p), n_h * PANEL<T>);
            for (long r = 0; r < PANEL<T>; r++) z[n_h * PANEL<T> + r] = 1;
            project(W2, n_outputs, z, n_h + 1, raw.panel(p));
        }
        // On its own: while one loss waits for its logarithm, the processor takes up the next ones.
        Vector<T> value{};
        for (long p = 0; p < n_panels; p++)
            value += LOSSES<T>[problem.loss](
                {n_outputs, problem.n_targets, raw.panel(p), targets.panel(p), weights.panel(p),
                 static_cast<const T *>(problem.tilts), static_cast<const T *>(problem.parameters)});
        if (!gradient) return sum<T>(value);
        for (long p = 0; p < n_panels; p++) {
            T *slopes = d.panel(p);
            project(W2_transposed, n_h, raw.panel(p), n_outputs, back);
            for (long i = 0; i < n_h * PANEL<T>; i += LANES<T>)
                store(slopes + i, load(slopes + i) * load(back + i));
        }
        correlate(raw, a_and_one, n_panels, gradient + of_W1, add);
        correlate(d, x, n_panels, gradient, add);
        return sum<T>(value);
    }

  private:
    // Four samples into a panel: so many pointers stay in registers.
    void transpose(const T *const features[4], T *to) const {
        const T *a = features[0], *b = features[1], *c = features[2], *d = features[3];
        for (long j = 0; j < problem.n_columns; j++, to += PANEL<T>) {
            const T four[] = {a[j], b[j], c[j], d[j]};
            std::memcpy(to, four, sizeof four);
        }
    }

    static long panels_of(long n_samples) { return (n_samples + PANEL<T> - 1) / PANEL<T>; }

    const Problem &problem;
    long n_panels;
    Panels<T> x, targets, weights, a_and_one, d, raw;
    T *back;
};
