"""Benchmarks as scripts that run."""

import os
import subprocess
import sys

from helpers.paths import ROOT

FOLDER = ROOT / "benchmarks"
# Those that tell nothing without Dask.
OF_DASK = {"cluster_training"}
SCRIPTS = {script.stem: script for script in sorted(FOLDER.glob("[!_]*.py"))}


def assert_runs_quickly(name, folder, config):
    """Assert that a benchmark runs with tiny sizes, prints a table, and leaves its folder alone."""
    # Compiled modules are kept, but not beside the scripts.
    bytecode = config.cache.mkdir("bytecode")
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = _contents()
    run = subprocess.run(
        [sys.executable, SCRIPTS[name], "--quick"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "\n| --- |" in run.stdout
    assert _contents() == before


def _contents():
    return {path: path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
