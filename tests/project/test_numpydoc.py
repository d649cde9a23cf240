"""Public docstrings pass numpydoc's validation, by the checks that scikit-learn makes of its own.

Those that it leaves out are named below, as in version 1.9 of its test of docstrings.
"""

import inspect

import pytest
from numpydoc.validate import validate

from helpers.public import public_modules

# Text starts right after the quotes, a blank line may follow, and returned values have names.
LEFT_OUT = {"GL01", "GL02", "RT02"}
# Longer summaries, See Also and Examples are for classes; what a property is, its class says.
LEFT_OUT_OF_METHODS = LEFT_OUT | {"ES01", "SA01", "EX01"}
LEFT_OUT_OF_PROPERTIES = LEFT_OUT_OF_METHODS | {"PR02", "GL08"}


def is_ours(member):
    """Whether we wrote a method or property, not scikit-learn."""
    function = member.fget if isinstance(member, property) else member
    return inspect.isroutine(function) and function.__module__.startswith("skshallow")


def documented_by(cls, name):
    """The class that says what a method does: the first to have it, which others override."""
    owners = [base for base in cls.__mro__ if name in vars(base)]
    return [base for base in owners if base.__module__.startswith("skshallow")][-1]


def docstrings():
    """Full names of what has public docstrings, and which checks are left out there."""
    found = {}
    for module in public_modules():
        for name in module.__all__:
            one = getattr(module, name)
            if inspect.isclass(one):
                found[f"{one.__module__}.{name}"] = LEFT_OUT
                found |= dict(docstrings_of_members(one))
            elif inspect.isroutine(one):
                found[f"{one.__module__}.{name}"] = LEFT_OUT_OF_METHODS
    return found


def docstrings_of_members(cls):
    """The same of the members of a class."""
    for name in dir(cls):
        member = inspect.getattr_static(cls, name)
        member = getattr(cls, name, None) if not isinstance(member, property) else member
        if not name.startswith("_") and is_ours(member):
            left_out = LEFT_OUT_OF_METHODS
            if isinstance(member, property):
                left_out = LEFT_OUT_OF_PROPERTIES
            owner = documented_by(cls, name)
            yield f"{owner.__module__}.{owner.__qualname__}.{name}", left_out


DOCSTRINGS = docstrings()


@pytest.mark.parametrize("name", DOCSTRINGS)
def test_docstring(name):
    errors = validate(name)["errors"]
    assert [error for error in errors if error[0] not in DOCSTRINGS[name]] == []


def test_all_kinds_are_among_them():
    assert {
        "skshallow.OneHiddenLayerClassifierCV",
        "skshallow.onnx.preprocessing_converters",
        "skshallow.onnx.register",
        "skshallow.solvers.Solver.iterate",
        "skshallow._estimators.fitting.TrainingMixin.fit",
        "skshallow.show_versions",
    } <= set(DOCSTRINGS)
