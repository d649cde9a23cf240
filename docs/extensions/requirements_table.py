"""What the package needs, as a table, read from pyproject.toml."""

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
# The extras that are for users; the others are for those who work on the package.
EXTRAS = ("plots", "cli", "onnx", "dask")


def requirements_table():
    """Markdown: packages, their lowest versions, and what needs them."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    needs = {"everything": [f"Python{project['requires-python']}", *project["dependencies"]]}
    needs |= {f"the extra `{extra}`": extras[extra] for extra in EXTRAS}
    rows = [
        f"| {found[1]} | {found[2]} | {reason} |"
        for reason, requirements in needs.items()
        for requirement in requirements
        # An extra may be made of others, which have rows of their own.
        if (found := re.fullmatch(r"([\w-]+)>=([\w.]+)", requirement))
    ]
    return "\n".join(["| package | lowest version | needed for |", "|---|---|---|", *rows])
