"""Print the lowest versions that pyproject.toml allows, as a pip constraints file.

Covers the runtime dependencies and the extras that are named, or everything the tests need. Every
requirement there must read ``name>=version``, or name an extra of the project itself, which is
followed. Of several bounds of one package the highest counts.
"""

import re
import sys
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def bounds(project, requirements):
    """Yield the name and version of each requirement, following the project's own extras."""
    for requirement in requirements:
        if own := re.fullmatch(rf"{project['name']}\[([\w-]+)\]", requirement):
            yield from bounds(project, project["optional-dependencies"][own[1]])
        elif bound := re.fullmatch(r"([\w.-]+)>=([\d.]+)", requirement):
            yield bound[1], bound[2]
        else:
            raise SystemExit(f"{PYPROJECT.name}: {requirement!r} is not of the form name>=version")


def lowest(project, extras):
    """One ``name==version`` for every package that the project needs with these extras."""
    own = [f"{project['name']}[{extra}]" for extra in extras]
    versions = {}
    for name, version in bounds(project, [*project["dependencies"], *own]):
        versions[name] = max(versions.get(name, version), version, key=numbers)
    return [f"{name}=={version}" for name, version in versions.items()]


def numbers(version):
    """A version as something to compare."""
    return [int(number) for number in version.split(".")]


if __name__ == "__main__":
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    extras = sys.argv[1] if len(sys.argv) > 1 else "test"
    print("\n".join(lowest(project, extras.split(","))))
