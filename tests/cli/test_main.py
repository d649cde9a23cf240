import io
import re
import subprocess
import sys
import time

import pytest

import skshallow.__main__
from skshallow.__main__ import main
from skshallow._cli.progress import progress


def test_too_large_a_network(refuse, csv, monkeypatch):
    def fail(options):
        raise MemoryError("Unable to allocate 7.28 TiB")

    monkeypatch.setattr(skshallow.__main__, "run", fail)
    assert "not enough memory: Unable to allocate 7.28 TiB" in refuse("any.csv")


def test_interruption(capsys, monkeypatch):
    def interrupt(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(skshallow.__main__, "run", interrupt)
    assert main([]) == 130
    assert capsys.readouterr().err == "skshallow: interrupted\n"


def test_help_and_version(capsys):
    for option, words in (
        (["--help"], "predict the rows of a new table"),
        (["compare", "--help"], "--learning-rate R"),
        (["fit", "--help"], "Whole numbers do if more than 10 of them are different"),
        (["predict", "-h"], "MODEL DATA"),
        (["export", "-h"], "--out FILE.onnx"),
        (["--version"], skshallow.__version__),
    ):
        with pytest.raises(SystemExit) as stop:
            main(option)
        assert stop.value.code == 0
        assert words in " ".join(capsys.readouterr().out.split())


def test_progress_shows_names_as_they_are_written(monkeypatch):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress(total=1) as step:
        step("[bold]name[/bold]")
    assert "[bold]name[/bold]" in terminal.getvalue()


def test_progress_is_a_line_now_and_then_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr("skshallow._cli.progress.EVERY", 0.02)
    with progress(total=3) as step:
        step("first")
        step("[bold]second[/bold]")
        time.sleep(0.3)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "skshallow: [bold]second[/bold] (0 s, step 2 of 3)"
    assert len(lines) > 2


class Terminal(io.StringIO):
    """A text stream that says it is a terminal."""

    def isatty(self):
        return True


def test_progress_on_a_terminal(capsys, csv, monkeypatch, table):
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main([str(csv(table)), "--target", "kind"]) == 0
    assert "reading the file" in terminal.getvalue()
    assert "fold 5 of 5" in terminal.getvalue()
    assert "fold" not in capsys.readouterr().out.replace("5-fold", "")


def test_as_a_process_on_bad_input(tmp_path):
    command = [sys.executable, "-m", "skshallow", str(tmp_path / "none.csv"), "--target", "y"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert re.fullmatch(r"skshallow: error: no such file: .*\n", done.stderr)


@pytest.mark.parametrize(
    "argv", [["none.csv"], ["fit", "none.csv"], ["--cv", "1"], ["predict", "none", "none"]]
)
def test_an_error_does_not_wait_for_slow_imports(tmp_path, argv):
    script = f"""
import sys
from skshallow.__main__ import main
assert main({argv!r}) == 2
assert not {{"numpy", "pandas", "scipy", "sklearn"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)


def test_as_a_process_whose_reader_leaves(csv, tmp_path, table):
    command = [sys.executable, "-m", "skshallow", csv(table), "--target", "kind"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, cwd=tmp_path) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
