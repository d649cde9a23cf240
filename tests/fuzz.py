"""Judge many hostile cases, and print those that end in nonsense, a line each.

Run by ``make fuzz``; ``make fuzz SEED=17 COUNT=1`` repeats the case of seed 17.
"""

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from helpers.hostile_cases import draw_case
from helpers.verdict import judge

PROGRESS_EVERY = 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first case")
    parser.add_argument("--count", type=int, default=50_000, help="how many cases")
    args = parser.parse_args()
    outcomes, start = Counter(), time.perf_counter()
    for number, seed in enumerate(range(args.seed, args.seed + args.count), start=1):
        case = draw_case(seed)
        try:
            outcomes[judge(case)] += 1
        except Exception as error:
            outcomes["nonsense"] += 1
            print(f"make fuzz SEED={seed} COUNT=1  # {_told(error)} | {case}", flush=True)
        if number % PROGRESS_EVERY == 0:
            seconds = time.perf_counter() - start
            print(f"{number} of {args.count} cases, {seconds:.0f} s", file=sys.stderr, flush=True)
    print(
        f"{args.count} cases from seed {args.seed}: {outcomes['model']} models, "
        f"{outcomes['error']} documented errors, {outcomes['nonsense']} failures"
    )
    return 1 if outcomes["nonsense"] else 0


def _told(error):
    """An error in a line, and where it came from."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    words = " ".join(str(error).split())
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}: {words[:200]}"


if __name__ == "__main__":
    sys.exit(main())
