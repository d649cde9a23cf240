"""Every benchmark runs, with tiny sizes, and leaves its folder as it is."""

import os
import subprocess
import sys

import pytest

from helpers.paths import ROOT

FOLDER = ROOT / "benchmarks"

pytestmark = pytest.mark.slow


def contents():
    return {path: path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}


@pytest.mark.parametrize("script", sorted(FOLDER.glob("[!_]*.py")), ids=lambda script: script.stem)
def test_runs_quickly(script, tmp_path, pytestconfig):
    # Compiled modules are kept, but not beside the scripts.
    bytecode = pytestconfig.cache.mkdir("bytecode")
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(bytecode)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = contents()
    run = subprocess.run(
        [sys.executable, script, "--quick"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "\n| --- |" in run.stdout
    assert contents() == before
