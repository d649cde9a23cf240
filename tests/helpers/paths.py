"""Where things are: of the repository, and of the package that is tested."""

from pathlib import Path

import skshallow

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
GUIDE = DOCS / "guide"
PACKAGE = Path(skshallow.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))


def source_id(path):
    """How a source is named among the cases of a test."""
    return path.relative_to(PACKAGE).as_posix()
