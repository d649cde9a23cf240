import numpy as np
import pandas as pd
import pytest

from skshallow.__main__ import main

QUICK = ("--cv", "2", "--n-h", "3")
# Slow is what starts a process, and what has many cases, but for a few of these.
IN_A_PROCESS = {
    "test_as_a_process_on_bad_input",
    "test_an_error_does_not_wait_for_slow_imports",
    "test_as_a_process_whose_reader_leaves",
    "test_a_save_that_breaks_off_leaves_the_old_file_whole",
}
FAST_CASES = {
    "test_names_classes_and_cells_are_shown_but_not_obeyed": {
        *("line break", "escape sequence", "formula", "markup"),
    },
    "test_names_and_cells_beside_numbers_are_shown_but_not_obeyed": {
        *("escape sequence", "mathematics"),
    },
    "test_odd_paths": {"line\nbreak.csv", "-x.csv"},
}


def pytest_collection_modifyitems(items):
    """Mark what is slow."""
    for item in items:
        name = getattr(item, "originalname", None)
        if name in FAST_CASES:
            slow = not FAST_CASES[name].intersection(item.callspec.params.values())
        else:
            slow = name in IN_A_PROCESS
        if slow:
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """Report no progress on slow machines."""
    monkeypatch.setattr("skshallow._cli.progress.EVERY", 3600)


@pytest.fixture
def run(capsys):
    """Compare quickly on a file; return what was printed, after checking that all went well."""

    def _run(path, *options, target="kind"):
        argv = [path, "--target", target, *QUICK, *options]
        status = main([str(argument) for argument in argv])
        printed = capsys.readouterr()
        assert (status, printed.err) == (0, "")
        too_long = [line for line in printed.out.splitlines() if len(line) > 80]
        assert [line for line in too_long if "/" not in line] == [], "only paths may be longer"
        return printed.out

    return _run


@pytest.fixture
def refuse(capsys):
    """Run the command line; return its one-line error, after checking that it is one."""

    def _refuse(*argv):
        status = main([str(argument) for argument in argv])
        printed = capsys.readouterr()
        assert (status, printed.out) == (2, "")
        assert printed.err.startswith("skshallow: error: ")
        assert printed.err.count("\n") == 1
        assert printed.err.endswith("\n")
        return printed.err

    return _refuse


@pytest.fixture
def csv(tmp_path):
    """Write columns, or a text, to a file; return its path."""

    def _csv(content, name="data.csv", **options):
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            frame = pd.DataFrame(content)
            if "decimal" not in options:
                # pandas 2.0 warns of NaN when it writes a column of floats at once.
                frame = frame.astype(object)
            frame.to_csv(path, index=False, **options)
        return path

    return _csv


@pytest.fixture
def table():
    """Return two numeric columns, the first of which tells two classes apart."""
    return two_classes(60)


@pytest.fixture
def mixed_table():
    """Return a table with every kind of column and missing values."""
    n = 80
    table = two_classes(n)
    table |= {
        "id": np.arange(1, n + 1),
        "color": np.where(np.arange(n) % 3, "red", "green"),
        "flag": np.arange(n) % 4 == 0,
        "maybe": np.resize([True, False, None], n),
        "comment": [f"remark {i}" for i in range(n)],
        "empty": np.nan,
        "same": "x",
        "big": np.where(np.arange(n) == 7, np.inf, table["a"] * 3),
    }
    frame = pd.DataFrame(table)
    frame.loc[[1, 2, 3], "a"] = np.nan
    frame.loc[[4, 5], "color"] = np.nan
    frame["kind"] = frame["kind"].map({0: "no", 1: "yes"})
    frame.loc[[10, 11], "kind"] = np.nan
    return frame


def two_classes(n):
    rng = np.random.default_rng(0)
    kind = np.arange(n) % 2
    return {"a": rng.normal(size=n) + 2 * kind, "b": rng.normal(size=n), "kind": kind}
