import ast
import re

import numpy as np
import pandas as pd
import skops.io

from skshallow.__main__ import main
from skshallow._cli.pictures import draw_boundaries


def flat(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


def test_picture_of_the_two_columns_that_matter(run, csv, tmp_path):
    rng = np.random.default_rng(0)
    table = {f"noise {i}": rng.normal(size=200) for i in range(4)}
    table |= {"left": rng.normal(size=200), "right": rng.normal(size=200)}
    table["kind"] = (table["left"] ** 2 + table["right"] ** 2 > 1.4).astype(int)
    table["left"][::50] = np.nan
    printed = flat(run(csv(table), "--out", tmp_path))
    assert re.search("fitted on ('left' and 'right'|'right' and 'left') alone", printed)
    assert (tmp_path / "decision_boundaries.png").stat().st_size > 5000


def test_two_columns_are_drawn_as_they_were_measured(run, csv, tmp_path, monkeypatch, table):
    drawn = []

    def draw(*args):
        drawn.append(args)
        draw_boundaries(*args)

    monkeypatch.setattr("skshallow._cli.classification.draw_boundaries", draw)
    printed = flat(run(csv(table), "--out", tmp_path))
    assert "decision_boundaries.png: the models side by side" in printed
    [(path, models, X, _)] = drawn
    assert path == tmp_path / "decision_boundaries.png"
    assert sorted(X.columns) == ["a", "b"]
    assert "OneHiddenLayerClassifier" in models


def test_a_picture_that_cannot_be_written_is_named(capsys, csv, tmp_path, table):
    (tmp_path / "learning_curve.png").mkdir()
    argv = [csv(table), "--target", "kind", "--cv", "2", "--n-h", "3", "--out", tmp_path]
    assert main([str(argument) for argument in argv]) == 2
    assert re.fullmatch(
        r"skshallow: error: .*learning_curve\.png cannot be written: .*\n",
        capsys.readouterr().err,
    )


def test_no_picture_of_boundaries_without_two_numbers(run, csv, tmp_path):
    table = {"a": np.resize(["u", "v", "w"], 60), "kind": np.arange(60) % 2}
    printed = run(csv(table), "--out", tmp_path / "new")
    assert "takes two numeric columns" in printed
    written = {path.name for path in (tmp_path / "new").iterdir()}
    assert written == {"learning_curve.png", "report.html"}


def test_saved_pipeline_is_the_one_that_was_measured(run, csv, tmp_path, mixed_table):
    path, saved = csv(mixed_table), tmp_path / "model.skops"
    printed = run(path, "--save", saved)
    trusted = ast.literal_eval(re.search(r"trusted = (\[.*?\])", printed, re.S)[1])
    assert "skshallow.OneHiddenLayerClassifier" in trusted
    model = skops.io.load(saved, trusted=trusted)

    rows = pd.read_csv(path).replace([np.inf], np.nan).dropna(subset="kind")
    accuracy = re.search(r"^OneHiddenLayerClassifier +([\d.]+) %", printed, re.M)[1]
    assert f"{100 * model.score(rows, rows['kind']):.2f}" == accuracy
    gaps = rows.assign(color=pd.Series(np.nan, dtype=object), a=np.nan)
    filled = rows.assign(color="", a=rows["a"].median())
    np.testing.assert_array_equal(model.predict_proba(gaps), model.predict_proba(filled))
    new = rows.head(3).assign(color="never seen", maybe=True)
    assert set(model.predict(new)) <= {"no", "yes"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.csv", "model.skops"]


def test_save_replaces_a_file_only_when_forced(run, refuse, csv, tmp_path, table):
    path, saved = csv(table), tmp_path / "model.skops"
    saved.write_text("precious")
    message = refuse(path, "--target", "kind", "--save", saved)
    assert "this file exists; --force replaces it" in message
    assert saved.read_text() == "precious"
    run(path, "--save", saved, "--force")
    assert saved.read_bytes().startswith(b"PK")


def test_a_failed_save_leaves_the_old_file(refuse, capsys, csv, tmp_path, monkeypatch, table):
    path, saved = csv(table), tmp_path / "model.skops"
    saved.write_text("precious")

    def fail(self, target):
        raise OSError("no space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    argv = [str(path), "--target", "kind", "--save", str(saved), "--force"]
    assert main(argv) == 2
    assert "no space left on device" in capsys.readouterr().err
    assert saved.read_text() == "precious"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data.csv", "model.skops"]


def test_out_and_save_are_checked_before_the_work(refuse, csv, tmp_path, table):
    path = csv(table)
    for option, place, words in (
        ("--out", path, "cannot make this folder"),
        ("--out", path / "below", "cannot make this folder"),
        ("--save", tmp_path, "this is a folder"),
        ("--save", tmp_path / "none" / "model.skops", "there is no folder"),
        ("--save", path / "model.skops", "there is no folder"),
    ):
        assert words in refuse(path, "--target", "kind", option, place)


def test_folders_that_may_not_be_written_to(refuse, csv, tmp_path, monkeypatch, table):
    path = csv(table)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    for option, place, words in (
        ("--out", tmp_path, "this folder cannot be written to"),
        ("--save", tmp_path / "model.skops", f"the folder {tmp_path} cannot be written to"),
    ):
        assert words in refuse(path, "--target", "kind", option, place)


def test_a_name_that_the_system_refuses(refuse, csv, monkeypatch, table):
    path = csv(table)

    def fail(self):
        raise OSError(36, "File name too long")

    monkeypatch.setattr("pathlib.Path.is_dir", fail)
    message = refuse(path, "--target", "kind", "--save", "m" * 300)
    assert f"--save {'m' * 300}: [Errno 36] File name too long" in message
