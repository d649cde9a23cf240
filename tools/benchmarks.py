"""Run every benchmark, one after the other.

``--tables`` is handed to those that take it, all other arguments to every one.
"""

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


def main():
    """Run them; one that fails ends the run."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=False, allow_abbrev=False)
    parser.add_argument("--tables", help="a folder of tables")
    args, others = parser.parse_known_args()
    for script in sorted(FOLDER.glob("[!_]*.py")):
        tables = ["--tables", args.tables] if args.tables and takes_tables(script) else []
        print(f"== {script.name}", flush=True)
        status = subprocess.run([sys.executable, script, *tables, *others]).returncode
        if status:
            return status
    return 0


def takes_tables(script):
    """Whether a benchmark has the option ``--tables``."""
    command = [sys.executable, script, "--help"]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    return "--tables" in told


if __name__ == "__main__":
    sys.exit(main())
