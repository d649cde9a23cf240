"""Print which mutants no test noticed, and how many of each file were; fail if too few were.

Reads what ``mutmut results --all true`` prints of its last run.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

LEAST = 0.95
# A module, a mutated function or method of it, and what became of that mutant.
RESULT = re.compile(r"\s*(?P<module>[\w.]+?)\.x[_ǁ]\S*: (?P<outcome>.+)")
NOTICED = {"killed", "timeout"}


def main():
    """Print the counts; the exit status is 1 if fewer than `LEAST` of all were noticed."""
    command = [Path(sys.executable).with_name("mutmut"), "results", "--all", "true"]
    printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    mutants, noticed = Counter(), Counter()
    for result in filter(None, map(RESULT.fullmatch, printed.splitlines())):
        mutants[result["module"]] += 1
        if result["outcome"] in NOTICED:
            noticed[result["module"]] += 1
        else:
            print(result[0].strip())
    for module, count in sorted(mutants.items()):
        print(f"{module:40} {noticed[module]:5} of {count:5}")
    share = noticed.total() / max(1, mutants.total())
    print(f"{share:.1%} of {mutants.total()} mutants noticed; at least {LEAST:.0%} have to be")
    return share < LEAST


if __name__ == "__main__":
    sys.exit(main())
