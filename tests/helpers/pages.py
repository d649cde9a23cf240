"""Examples in Markdown pages: what they need, and how they are found."""

import ast
import re
from doctest import DocTestParser
from importlib.util import find_spec

from helpers.paths import DOCS

# Not every environment has these; in CI there is one for each.
OPTIONAL = {
    "dask.array",
    "dask.dataframe",
    "dask.distributed",
    "dask_ml.wrappers",
    "onnxruntime",
    "skl2onnx",
    "sklearn.callback",
    "skshallow.dask",
}
# What a module of ours needs to be of use.
NEEDED = {"skshallow.dask": "dask.distributed"}
# Folders with copies of files that are elsewhere, and what Sphinx writes.
COPIED = {"benchmarks", "figures", "generated", "notebooks", "project"}
PAGES = [
    path
    for path in sorted(DOCS.rglob("*.md"))
    if not COPIED & set(path.relative_to(DOCS).parts[:-1])
]
PARSER = DocTestParser()


def page_id(path):
    """How a page is named among the cases of a test."""
    return path.relative_to(DOCS).as_posix()


def blocks(path, language):
    """The code of all blocks in a language, in order."""
    text = path.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def runs_here(code):
    """Whether all that a piece of code imports is installed."""
    wanted = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            wanted |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            wanted.add(node.module)
    return all(is_installed(name) for name in wanted & OPTIONAL)


def is_installed(name):
    """Whether a module can be imported, with all that it needs."""
    name = NEEDED.get(name, name)
    package = name.split(".")[0]
    return find_spec(package) is not None and find_spec(name) is not None


def examples(path):
    """The examples of a page that run here, as one session; a block runs as a whole or not."""
    session = "\n".join(
        block
        for block in blocks(path, "pycon")
        if runs_here("".join(example.source for example in PARSER.get_examples(block)))
    )
    return PARSER.get_doctest(session, {}, page_id(path), str(path), 0)
