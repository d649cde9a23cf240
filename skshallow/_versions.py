"""What is installed, for reports of bugs."""

import platform
import re
import sys
from importlib import metadata

from threadpoolctl import threadpool_info

from skshallow import _kernels

# The extras that are for users; the others are for those who work on the package.
EXTRAS = ("fast", "plots", "cli", "onnx", "dask")
# As packages declare what they need: a name, a bound, and the extra that it is for.
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)[^;]*(?:;.*extra == ['\"](?P<extra>[\w-]+)['\"])?")


def show_versions() -> None:
    """Print the versions of what is installed, whether kernels are used, and the threads there are.

    Please add what it prints to any report of a bug: the system, Python, skshallow, what it needs
    and what its extras bring, whether compiled kernels are in use or why not, and of each library
    of BLAS or OpenMP that is loaded the version, the kernels and the number of threads.

    See Also
    --------
    sklearn.show_versions : The same for scikit-learn.

    Examples
    --------
    >>> import skshallow
    >>> skshallow.show_versions()  # doctest: +ELLIPSIS
    system: ...
    """
    print(f"system: {platform.platform()}")
    print(f"Python: {platform.python_version()} ({sys.executable})")
    print(f"skshallow: {_version('skshallow')}")
    for title, names in _dependencies().items():
        print(f"\n{title}:")
        for name in names:
            print(f"  {name}: {_version(name)}")
    print(f"\ncompiled kernels: {_kernels.described()}")
    print("\nlibraries with threads:")
    for library in threadpool_info():
        print(f"  {_described(library)}")


def _dependencies():
    """Names of packages by what they are for, each where it is named first."""
    matches = map(REQUIREMENT.match, metadata.requires("skshallow") or [])
    declared = [match.group("name", "extra") for match in matches]
    found, known = {}, {"skshallow"}
    for extra in (None, *EXTRAS):
        names = [name for name, of_extra in declared if of_extra == extra and name not in known]
        known.update(names)
        found["needed" if extra is None else f"extra {extra}"] = names
    return found


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _described(library):
    """A line on a library, as threadpoolctl tells of it."""
    words = [library["internal_api"], library["version"] or "of unknown version"]
    if library.get("architecture"):
        words.append(f"for {library['architecture']}")
    return f"{' '.join(words)}: {library['num_threads']} threads ({library['filepath']})"


# It is known by the path that users import it from.
show_versions.__module__ = "skshallow"
