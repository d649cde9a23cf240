"""The command line takes its input for data, whatever is in it."""

import gzip
import json
import os
import pickle
import signal
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from skshallow.__main__ import main

ROOT = Path(__file__).parents[2]

HOSTILE = {
    "line break": "two\nlines\r\n",
    "escape sequence": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "formula": "=cmd|' /C calc'!A0",
    "formula with plus": "+1+1",
    "formula with at": "@SUM(1)",
    "quotes": "\"double\" 'single' `back`",
    "markup": "[red]x[/red][link=file:///]",
    "mathematics": "$\\frac{1}{0}$ _^{}",
    "format": "{0} {x!r} %s %(x)s",
    "right to left": "\u202eabc\u2066\u200b",
    "control": "\x7f\x08\x9b31m",
    "shell": "$(touch x); `touch y` | rm -rf ~",
    "path": "../../etc/passwd",
    "long": "n" * 5000,
}
SHOWN = {"\n", "…", "α", "±", "×"}


def assert_harmless(printed):
    strange = {letter for letter in printed if not letter.isprintable()} - SHOWN
    assert strange == set()


@pytest.mark.parametrize("kind", HOSTILE)
def test_names_classes_and_cells_are_shown_but_not_obeyed(run, csv, tmp_path, monkeypatch, kind):
    text = HOSTILE[kind]
    monkeypatch.chdir(tmp_path)
    rows = 24
    table = {
        text: np.arange(rows) % 7 + np.arange(rows) % 2,
        f"{text} 2": np.resize([text, f"{text}b", "c"], rows),
        "number": np.arange(rows) % 5,
        f"{text} 3": np.resize([text[:900], "other"], rows),
    }
    printed = run(csv(table), "--out", "out", "--save", "model.skops", target=f"{text} 3")
    assert_harmless(printed)
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"data.csv", "out", "model.skops"}
    # There is no table among what is written, so no formula can get into one.
    assert {path.suffix for path in Path("out").iterdir()} == {".png", ".html"}
    model = skops.io.load("model.skops", trusted=trusted_types(printed))
    assert set(model.classes_) == {text[:900], "other"}


@pytest.mark.parametrize("kind", ["line break", "escape sequence", "markup", "mathematics", "long"])
def test_names_and_cells_beside_numbers_are_shown_but_not_obeyed(
    run, refuse, csv, tmp_path, monkeypatch, kind
):
    text = HOSTILE[kind]
    monkeypatch.chdir(tmp_path)
    rows = 24
    table = {
        "number": np.arange(rows) % 5,
        f"{text} 2": np.resize([text, f"{text}b", "c"], rows),
        text: np.arange(rows) ** 2 / 3,
    }
    printed = run(csv(table), "--out", "out", "--save", "model.skops", target=text)
    assert_harmless(printed)
    assert {path.name for path in tmp_path.iterdir()} == {"data.csv", "out", "model.skops"}
    assert len(list(Path("out").iterdir())) == 3
    skops.io.load("model.skops", trusted=trusted_types(printed))
    message = refuse("data.csv", "--target", f"{text} 2", "--task", "regression")
    assert_harmless(message)
    assert "needs finite numbers, but column" in message


def trusted_types(printed):
    """The list that the command line prints to load the model with."""
    start, stop = printed.index("trusted = ["), printed.index("]\n  model = ")
    names = printed[start + len("trusted = [") : stop].split(",")
    return [name.strip().strip("'") for name in names if name.strip()]


def test_a_model_is_loaded_by_trusting_types_of_ours_and_of_scikit_learn(run, csv, table, tmp_path):
    saved = tmp_path / "model.skops"
    trusted = trusted_types(run(csv(table), "--save", saved))
    assert trusted
    packages = {name.split(".")[0] for name in trusted}
    assert packages <= {"skshallow", "sklearn", "numpy"}


@pytest.mark.parametrize(
    "name", ["a b.csv", "line\nbreak.csv", "\x1b[31m.csv", "-x.csv", "$HOME.csv"]
)
def test_odd_paths(run, csv, table, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    csv(table, name=name)
    out, saved = f"out {name}", f"model {name}"
    printed = run(f"./{name}", "--out", out, "--save", saved)
    assert_harmless(printed)
    assert len(list(Path(out).iterdir())) == 3
    skops.io.load(saved, trusted=trusted_types(printed))


# Sizes


def rows_of(cell, n=60):
    return "".join(f"{i % 7},{cell if i == 30 else 1},{i % 2}\n" for i in range(n))


HUGE = 3 * 2**20
TOO_LARGE = {
    "header": (
        lambda: "x" * HUGE + ",kind\n1,2\n",
        "the first line of data.csv, of column names, is longer than 1 MB",
    ),
    "one line": (lambda: "x" * HUGE, "is longer than 1 MB"),
    "columns": (
        lambda: "," * 20_000 + "kind\n1,2\n",
        "data.csv has 20,001 columns, more than 10,000",
    ),
    "class": (
        lambda: "a,b,kind\n" + rows_of(1) + "1,1," + "z" * HUGE,
        "column 'kind' has a value of 3,145,728 characters; the longest class allowed has 1,000",
    ),
    "open quote": (lambda: 'a,b,kind\n1,"' + "z" * HUGE, "cannot be read as CSV"),
    "values": (
        lambda: "a,b,kind\n1,2,3" + ",4" * (HUGE // 50),
        "the rows have more values than the header has names",
    ),
}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_what_is_too_large_is_refused(refuse, csv, kind):
    content, words = TOO_LARGE[kind]
    assert words in refuse(csv(content()), "--target", "kind")


def test_columns_of_a_compressed_file_are_counted_too(refuse, tmp_path):
    path = tmp_path / "data.csv.gz"
    with gzip.open(path, "wt") as stream:
        stream.write(TOO_LARGE["columns"][0]())
    assert "has 20,001 columns, more than 10,000" in refuse(path, "--target", "kind")


def test_a_huge_cell_of_text_is_dropped_with_its_column(run, csv):
    texts = [f"no. {i}{'z' * (HUGE if i == 30 else 1)}" for i in range(60)]
    table = {"a": np.arange(60) % 7, "text": texts, "kind": np.arange(60) % 2}
    assert "'text' (text: 60 different values" in run(csv(table))


# Files that pretend to be a model


@pytest.fixture
def saved(run, csv, table, tmp_path):
    """A saved model, and the types to be trusted for it."""
    path = tmp_path / "model.skops"
    return path, trusted_types(run(csv(table), "--save", path))


def rewritten(path, change):
    """Apply a change to the schema of a model."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts["schema.json"])
    change(schema)
    parts["schema.json"] = json.dumps(schema).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def test_a_type_slipped_into_a_model_is_refused(saved):
    path, trusted = saved

    def slip_in(schema):
        schema["__class__"], schema["__module__"] = "Popen", "subprocess"

    rewritten(path, slip_in)
    with pytest.raises(UntrustedTypesFoundException, match="Popen"):
        skops.io.load(path, trusted=trusted)


def test_a_damaged_model_is_refused(saved):
    path, trusted = saved
    content = path.read_bytes()
    for damaged in (content[: len(content) // 2], content[100:200], b"PK\x05\x06", b""):
        path.write_bytes(damaged)
        with pytest.raises((zipfile.BadZipFile, KeyError)):
            skops.io.load(path, trusted=trusted)


class Mark:
    """When unpickled, makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_pickle_is_executed_neither_as_a_model_nor_as_a_table(saved, refuse, tmp_path):
    path, trusted = saved
    mark = tmp_path / "mark"
    path.write_bytes(pickle.dumps(Mark(mark)))
    with pytest.raises(zipfile.BadZipFile):
        skops.io.load(path, trusted=trusted)
    for name in ("model.skops", "data.pkl", "data.csv", "data.npy"):
        (tmp_path / name).write_bytes(pickle.dumps(Mark(mark)))
        refuse(tmp_path / name, "--target", "kind")
    assert not mark.exists()


def test_a_model_is_no_table(saved, refuse):
    assert "not a CSV file in UTF-8 text" in refuse(saved[0], "--target", "kind")


# Saving that fails


SAVING = """
    import os, resource, signal, sys
    from skshallow.__main__ import main

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    def killed():
        def kill(descriptor):
            os.kill(os.getpid(), signal.SIGKILL)

        os.fsync = kill

    {how}()
    sys.exit(main({argv!r}))
"""


@pytest.mark.skipif(os.name != "posix", reason="there are no such limits and signals here")
@pytest.mark.parametrize(("how", "status"), [("full", 2), ("killed", -signal.SIGKILL)])
def test_a_save_that_breaks_off_leaves_the_old_file_whole(csv, table, tmp_path, how, status):
    saved = tmp_path / "model.skops"
    saved.write_bytes(b"precious")
    argv = [str(csv(table)), "--target", "kind", "--cv", "2", "--n-h", "2"]
    argv += ["--save", str(saved), "--force"]
    script = textwrap.dedent(SAVING).format(how=how, argv=argv)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == status
    assert saved.read_bytes() == b"precious"
    if how == "full":
        assert done.stderr.startswith(f"skshallow: error: --save {saved}: ")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "model.skops"]


def test_a_file_that_appears_meanwhile_is_not_replaced(refuse, csv, table, tmp_path, monkeypatch):
    saved = tmp_path / "model.skops"
    dumps = skops.io.dumps

    def late(model):
        saved.write_bytes(b"precious")
        return dumps(model)

    monkeypatch.setattr("skops.io.dumps", late)
    argv = [str(csv(table)), "--target", "kind", "--cv", "2", "--save", str(saved)]
    assert main(argv) == 2
    assert saved.read_bytes() == b"precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "model.skops"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_an_output_that_cannot_be_written_is_one_line_of_error(capsys, csv, table, monkeypatch):
    with Path("/dev/full").open("w") as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        assert main([str(csv(table)), "--target", "kind", "--cv", "2"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("skshallow: error: ")
    assert message.count("\n") == 1
