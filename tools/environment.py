"""Make a virtual environment with this package, editable, and some of its extras.

An environment that is up to date is left alone. It is made anew for another version of Python,
for other extras, or when what pyproject.toml says of the project has changed.
"""

import argparse
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# No later version has wheels of the lowest versions of what we need.
PYTHON_LOWEST = "3.11"


def main():
    """Read the command line, and make the environment if it is not what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("extras", help="names of extras, separated by commas")
    parser.add_argument(
        "--lowest", action="store_true", help="install the lowest versions, not the newest"
    )
    parser.add_argument(
        "--kernels", action="store_true", help="compile the kernels, and install them, too"
    )
    args = parser.parse_args()
    if args.lowest and not platform.python_version().startswith(f"{PYTHON_LOWEST}."):
        sys.exit(continue_with(f"python{PYTHON_LOWEST}"))
    constraints = lowest_versions(args.extras) if args.lowest else ""
    wanted = "\n".join([platform.python_version(), args.extras, constraints, project()])
    if args.kernels:
        wanted += "".join(path.read_text(encoding="utf-8") for path in sources_of_kernels())
    record = args.folder / "made-for.txt"
    if not record.exists() or record.read_text(encoding="utf-8") != wanted:
        make(args.folder, args.extras, constraints)
        if args.kernels:
            run(*pip(args.folder), "install", "--quiet", ROOT / "kernels")
        record.write_text(wanted, encoding="utf-8")


def continue_with(python):
    """Run this script with another interpreter; its exit status, or a message."""
    found = shutil.which(python)
    if found is None:
        return f"The lowest versions need {python}: name one with PYTHON=."
    return subprocess.run([found, *sys.argv]).returncode


def lowest_versions(extras):
    """Pip's constraints that choose the lowest versions of what these extras need."""
    command = [sys.executable, ROOT / ".ci" / "lowest.py", extras]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


def project():
    """What pyproject.toml says before the settings of tools, which install nothing."""
    # Cut, not parsed: so pip is the one to say that a Python is too old to have tomllib.
    return (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("\n[tool.")[0]


def sources_of_kernels():
    """The files that the kernels are made of."""
    folder = ROOT / "kernels"
    return [folder / "setup.py", *sorted(folder.glob("cpp/*")), *sorted(folder.glob("src/*/*.py"))]


def make(folder, extras, constraints):
    """Make the environment from scratch, or end with the exit status of what failed."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "pyvenv.cfg").exists():
        sys.exit(f"{folder} is not a virtual environment, so it is not replaced.")
    print(f"Making {folder} for Python {platform.python_version()}: {extras}", flush=True)
    run(sys.executable, "-m", "venv", "--clear", folder)
    pins = folder / "constraints.txt"
    pins.write_text(constraints, encoding="utf-8")
    options = ["--quiet", "--constraint", pins]
    run(*pip(folder), "install", *options, "--editable", f"{ROOT}[{extras}]")


def pip(folder):
    """The command that calls pip of an environment."""
    return [folder / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input"]


def run(*command):
    """Run a command; if it fails, end as it did."""
    status = subprocess.run(command).returncode
    if status:
        sys.exit(status)


if __name__ == "__main__":
    main()
