"""Compile the kernels once for each instruction set, into a wheel for every version of Python.

They are plain libraries that ctypes loads, not extensions of Python. CXX names another compiler,
and KERNELS_FLAGS adds to its arguments.
"""

import os
import platform
import shlex
import subprocess
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

SOURCE = Path(__file__).parent / "cpp" / "kernels.cpp"
INSTRUCTIONS = {
    "x86_64": {"baseline": "x86-64", "x86-64-v3": "x86-64-v3", "x86-64-v4": "x86-64-v4"},
    "aarch64": {"baseline": "armv8-a"},
}
# Products and sums may become one instruction, but nothing else is taken for something else.
FLAGS = ["-std=c++17", "-O3", "-fPIC", "-shared", "-fvisibility=hidden", "-ffp-contract=fast"]
FLAGS += ["-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra", "-Werror", "-Wno-psabi"]


class WithLibraries(build_py):
    """Puts the compiled libraries beside the Python files."""

    def run(self):
        """Copy these, and compile those."""
        super().run()
        folder = Path(self.build_lib) / "skshallow_kernels"
        compiler, more = os.environ.get("CXX", "g++"), os.environ.get("KERNELS_FLAGS", "")
        runs = []
        for name, architecture in INSTRUCTIONS[platform.machine()].items():
            command = [compiler, *FLAGS, f"-march={architecture}", *shlex.split(more), SOURCE]
            runs.append(subprocess.Popen([*command, "-o", folder / f"{name}.so"]))
        failures = [run for run in runs if run.wait()]
        if failures:
            raise SystemExit(f"{compiler} could not compile the kernels; see above.")


class AnyPython(bdist_wheel):
    """A wheel for one platform and every version of Python 3."""

    def get_tag(self):
        """The tags of its name."""
        return "py3", "none", super().get_tag()[2]


class Compiled(Distribution):
    """A distribution that is not for all platforms."""

    def has_ext_modules(self):
        """It has libraries at least."""
        return True


setup(cmdclass={"build_py": WithLibraries, "bdist_wheel": AnyPython}, distclass=Compiled)
