"""References to names of other packages, which stay plain text where intersphinx knows none.

Names of ours are checked: those that are missing are warnings, which fail the build.
"""

PACKAGES = {"joblib", "matplotlib", "numpy", "pandas", "scipy", "skl2onnx", "sklearn", "skops"}
# Labels and terms that docstrings inherited from scikit-learn refer to.
LABELS = {"accuracy_score", "classes_", "fit", "metadata_routing"}
# Methods that scikit-learn makes for metadata routing; its user guide describes them.
ROUTING = {"get_metadata_routing"}


def setup(app):
    """Tell Sphinx of the handlers here."""
    # Later than those of intersphinx, which come first.
    app.connect("missing-reference", leave_as_text, priority=900)
    app.connect("autodoc-skip-member", skip_routing)
    return {"parallel_read_safe": True}


def leave_as_text(app, env, node, contnode):
    """The text of a reference that leads elsewhere; None for one of ours."""
    target = node["reftarget"]
    if target.split(".")[0] in PACKAGES or target in LABELS:
        return contnode
    return None


def skip_routing(app, what, name, obj, skip, options):
    """Leave out the requests for metadata, of which there is one for each method."""
    request = name.startswith("set_") and name.endswith("_request")
    return True if request or name in ROUTING else None
