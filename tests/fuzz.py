"""Judge many cases, and print those that end in nonsense, a line each.

Hostile cases have to end in a sound model or an error that names its cause; what is learned of
sensible ones has to make sense or be warned of. Run by ``make fuzz``; ``make fuzz KIND=hostile
SEED=17 COUNT=1`` repeats the hostile case of seed 17.
"""

import argparse
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from helpers.hostile_cases import draw_case
from helpers.sensible_cases import draw_sensible_case, judge_sense
from helpers.verdict import judge

PROGRESS_EVERY = 1000
KINDS = {"hostile": (draw_case, judge), "sensible": (draw_sensible_case, judge_sense)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the seed of the first case")
    parser.add_argument("--count", type=int, default=50_000, help="how many cases of a kind")
    parser.add_argument("--kind", choices=["all", *KINDS], default="all", help="which cases")
    args = parser.parse_args()
    kinds = KINDS if args.kind == "all" else [args.kind]
    failures = [_try_many(kind, range(args.seed, args.seed + args.count)) for kind in kinds]
    return 1 if sum(failures) else 0


def _try_many(kind, seeds):
    """Judge the cases of some seeds; how many end in nonsense."""
    draw, judge_case = KINDS[kind]
    outcomes, start = Counter(), time.perf_counter()
    for number, seed in enumerate(seeds, start=1):
        case = draw(seed)
        try:
            outcomes[judge_case(case)] += 1
        except Exception as error:
            outcomes["failure"] += 1
            command = f"make fuzz KIND={kind} SEED={seed} COUNT=1"
            print(f"{command}  # {_told(error)} | {case}", flush=True)
        if number % PROGRESS_EVERY == 0:
            seconds = time.perf_counter() - start
            progress = f"{number} of {len(seeds)} {kind} cases, {seconds:.0f} s"
            print(progress, file=sys.stderr, flush=True)
    counts = ", ".join(f"{count} × {outcome}" for outcome, count in sorted(outcomes.items()))
    print(f"{len(seeds)} {kind} cases from seed {seeds[0]}: {counts}")
    return outcomes["failure"]


def _told(error):
    """An error in a line, and where it came from."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    words = " ".join(str(error).split())
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}: {words[:200]}"


if __name__ == "__main__":
    sys.exit(main())
