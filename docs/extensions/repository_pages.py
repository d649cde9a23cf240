"""Files of the repository that are pages of the site, too: copied, with links that lead there.

So nothing is written twice. The copies are not part of the repository.
"""

import re
import shutil
from pathlib import Path
from posixpath import normpath, relpath

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
PAGES = {
    "CHANGELOG.md": "project/changelog.md",
    "CODE_OF_CONDUCT.md": "project/code_of_conduct.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "RELEASING.md": "project/releasing.md",
    "SECURITY.md": "project/security.md",
    "benchmarks/README.md": "benchmarks/index.md",
    "tests/README.md": "project/promises.md",
}
FIGURES = {"benchmarks/figures": "benchmarks/figures", "notebooks/figures": "figures"}
COPIES = ("benchmarks", "figures", "notebooks", "project")
LINK = re.compile(r"\]\((?!\w+:|#)([^)\s#]+)")


def copy_pages():
    """Make the copies anew."""
    for folder in COPIES:
        shutil.rmtree(DOCS / folder, ignore_errors=True)
    for source, target in FIGURES.items():
        shutil.copytree(ROOT / source, DOCS / target)
    for source, target in PAGES.items():
        _write(target, with_links((ROOT / source).read_text(encoding="utf-8"), source, target))
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        _write(f"notebooks/{notebook.name}", notebook.read_text(encoding="utf-8"))


def with_links(text, source, target):
    """The text of a file, in which relative links lead from its page to where they led before.

    Parameters
    ----------
    text : str
        Markdown.
    source, target : str
        Where the file is in the repository, and its page among those of the site.
    """

    def moved(match):
        file = normpath(f"{Path(source).parent.as_posix()}/{match[1]}")
        folder = Path(target).parent.as_posix()
        if file in PAGES:
            return f"]({relpath(PAGES[file], folder)}"
        for figures, here in FIGURES.items():
            if file.startswith(f"{figures}/"):
                return f"]({relpath(here + file.removeprefix(figures), folder)}"
        if file.startswith("docs/"):
            return f"]({relpath(file.removeprefix('docs/'), folder)}"
        return f"]({relpath(f'../{file}', folder)}"

    return LINK.sub(moved, text)


def _write(target, text):
    path = DOCS / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
