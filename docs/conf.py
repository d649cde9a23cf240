"""How Sphinx builds the site: `make docs`."""

import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "extensions"))

from inventories import reachable
from repository_pages import copy_pages
from requirements_table import requirements_table

copy_pages()

project = "skshallow"
author = "the skshallow developers"
release = version = metadata.version("skshallow")
project_copyright = f"2026, {author}"

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
    "names_elsewhere",
]
exclude_patterns = ["_templates", "extensions"]
templates_path = ["_templates"]
# Every name in single backquotes that is ours has to exist.
nitpicky = True
default_role = "literal"

# The reference: a page for each class and function, written by numpydoc from docstrings.
autosummary_generate = True
autosummary_generate_overwrite = True
autodoc_typehints = "none"
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

# Pages in Markdown, and notebooks as they were executed.
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath", "substitution"]
myst_substitutions = {"requirements": requirements_table()}
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_merge_streams = True

# Copying an example copies neither its prompts nor its output.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"

intersphinx_mapping = reachable(
    {
        "joblib": "https://joblib.readthedocs.io/en/stable",
        "matplotlib": "https://matplotlib.org/stable",
        "numpy": "https://numpy.org/doc/stable",
        "pandas": "https://pandas.pydata.org/docs",
        "python": "https://docs.python.org/3",
        "scipy": "https://docs.scipy.org/doc/scipy",
        "sklearn": "https://scikit-learn.org/stable",
        "skops": "https://skops.readthedocs.io/en/stable",
    }
)

html_theme = "pydata_sphinx_theme"
html_title = f"skshallow {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "skshallow"},
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "show_prev_next": False,
    "show_toc_level": 2,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
}
html_sidebars = {
    name: []
    for name in (
        "benchmarks/index",
        "faq",
        "glossary",
        "how_it_works",
        "index",
        "install",
        "migration",
    )
}
