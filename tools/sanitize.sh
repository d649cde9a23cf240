#!/usr/bin/env bash
# The tests of the kernels, and of what calls them, on libraries that check every address and every
# operation; the interpreter is the first argument. The second time all vectors are as wide as those
# of AVX-512, which this processor may not have.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
checks="-fsanitize=address,undefined -fno-sanitize-recover=all"
for width in "" -DWIDEST; do
    KERNELS_FLAGS="$checks -O1 -g $width" "$python" -m pip install --quiet \
        --disable-pip-version-check --no-deps --target "$scratch/kernels$width" ./kernels
    # What Python itself leaves behind at its end is no concern here.
    ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=$(g++ -print-file-name=libasan.so) \
        PYTHONPATH=$scratch/kernels$width OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
        "$python" -m pytest -p no:cacheprovider -q kernels/tests tests/core/test_compiled_passes.py
done
