"""What the package makes public."""

import pkgutil
from importlib import import_module

import skshallow


def public_modules():
    """The package itself, and the modules in it that have no underscore."""
    names = [found.name for found in pkgutil.iter_modules(skshallow.__path__)]
    public = [name for name in names if not name.startswith("_")]
    return [skshallow, *(import_module(f"skshallow.{name}") for name in public)]
