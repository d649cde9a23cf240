"""Print the lowest versions that pyproject.toml allows, as a pip constraints file.

Covers the runtime dependencies and everything the tests need. Every requirement there must
read ``name>=version``, or name an extra of the project itself, which is followed.
"""

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def lowest(project, requirements):
    """Yield one ``name==version`` per requirement, following the project's own extras."""
    for requirement in requirements:
        if own := re.fullmatch(rf"{project['name']}\[([\w-]+)\]", requirement):
            yield from lowest(project, project["optional-dependencies"][own[1]])
        elif bound := re.fullmatch(r"([\w.-]+)>=([\w.]+)", requirement):
            yield f"{bound[1]}=={bound[2]}"
        else:
            raise SystemExit(f"{PYPROJECT.name}: {requirement!r} is not of the form name>=version")


if __name__ == "__main__":
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    print("\n".join(lowest(project, project["dependencies"] + extras["test"])))
