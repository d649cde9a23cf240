"""The commands fit, predict and export, and the files of models that they share."""

import json
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import pytest
import skops.io

from skshallow.__main__ import main

FIT = ("--target", "kind", "--n-h", "3", "--save", "model.skops")


def flat(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


@pytest.fixture
def call(capsys):
    """Run a command; return what was printed and what went to stderr, after checking the status."""

    def _call(*argv):
        assert main([str(argument) for argument in argv]) == 0, capsys.readouterr().err
        return capsys.readouterr()

    return _call


@pytest.fixture
def mixed(monkeypatch, tmp_path):
    """Columns of every kind, names that ONNX would change among them."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 240)).round(3)
    code = np.resize(np.arange(50), 240)
    when = pd.Timestamp(2024, 1, 1) + pd.to_timedelta(rng.integers(0, 300, 240), "D")
    frame = pd.DataFrame(
        {
            "a b": a,
            "a_b": [f"{value:.3f} kg" for value in b],
            "größe": np.where(b > 0, "groß", "klein"),
            "label": [f"code {i}" for i in code],
            "when": when.strftime("%Y-%m-%d"),
            "flag": np.where(a > 0, "true", "false"),
        }
    ).astype(object)
    frame.loc[::9, ["a b", "größe", "flag"]] = np.nan
    score = a + b + code % 3
    frame["two"] = np.where(score > 1, "yes", "no")
    frame["three"] = np.select([score < 0, score < 2], [10, 20], 30)
    frame["number"] = (1000 * score).round(2)
    return frame


def fitted(call, frame, target):
    """Fit on the first rows; return the pipeline and the path of new rows, some values unseen."""
    columns = [*frame.columns[:6], target]
    frame[:-40][columns].to_csv("data.csv", index=False)
    new = frame[-40:][columns[:-1]].copy()
    new.iloc[0, 2:4] = ["riesig", "code 77"]
    new.to_csv("new.csv", index=False)
    call("fit", "data.csv", "--target", target, "--n-h", "4", "--save", "model.skops")
    trusted = skops.io.get_untrusted_types(file="model.skops")
    return skops.io.load("model.skops", trusted=trusted)


def test_fit_saves_the_model_that_compare_saves(call, csv, table, tmp_path):
    path, (fit, compare) = csv(table), (tmp_path / "a.skops", tmp_path / "b.skops")
    options = ("--target", "kind", "--n-h", "3", "--seed", "4", "--save")
    printed = call("fit", path, *options, fit).out
    assert "2 classes: '0' 30, '1' 30" in printed
    assert "Cost of the network (3 relu units" in printed
    assert "2-fold" not in printed
    call("compare", path, *options, compare, "--cv", "2")
    predictions = [call("predict", model, path).out for model in (fit, compare)]
    assert predictions[0] == predictions[1]
    assert predictions[0].splitlines()[0] == "kind,probability of 0,probability of 1"


def test_a_class_of_one_row_can_be_fitted(call, csv, table, tmp_path):
    table["kind"] = [7, *table["kind"][1:]]
    printed = call("fit", csv(table), "--target", "kind", "--save", tmp_path / "model").out
    assert "3 classes" in printed


@pytest.mark.parametrize("target", ["two", "three", "number"])
def test_an_exported_model_predicts_the_same(call, mixed, target):
    pipeline = fitted(call, mixed, target)
    printed = call("export", "model.skops", "--out", "model.onnx").out
    assert "a_b: double, NaN if missing, 'a b'" in printed
    assert "größe: text, an empty one if missing" in printed
    call("predict", "model.skops", "new.csv", "--out", "new_predictions.csv")
    predictions = pd.read_csv("new_predictions.csv")
    session = onnxruntime.InferenceSession("model.onnx")
    X = features(pd.read_csv("new.csv"))
    inputs = zip(session.get_inputs(), pipeline.feature_names_in_, strict=True)
    feed = {input_.name: X[[name]].to_numpy() for input_, name in inputs}
    outputs = session.run(None, feed)
    if target == "number":
        np.testing.assert_allclose(outputs[0][:, 0], predictions["number"], rtol=1e-9, atol=1e-6)
    else:
        assert outputs[0].tolist() == predictions[target].tolist()
        np.testing.assert_allclose(outputs[1], predictions.iloc[:, 1:], atol=1e-9)


def features(frame):
    """Return what ONNX takes, as the guide says it."""
    days = (pd.to_datetime(frame["when"]) - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1)
    return pd.DataFrame(
        {
            "a b": frame["a b"].astype(float),
            "a_b": frame["a_b"].str.split().str[0].astype(float),
            "größe": frame["größe"].astype(object).fillna(""),
            "label": frame["label"].astype(object),
            "when (day)": days.astype(float),
            "when (weekday)": pd.to_datetime(frame["when"]).dt.day_of_week.astype(float),
            "flag": frame["flag"].astype(float),
        }
    )


def test_what_is_odd_about_new_rows_is_told(call, mixed):
    fitted(call, mixed, "two")
    printed = call("predict", "model.skops", "new.csv", "--out", "out.csv").out
    assert "'größe': 1 new level, as 'riesig'" in printed
    assert "'label': 1 new level, as 'code 77'" in printed
    assert "40 rows predicted: out.csv" in printed
    new = pd.read_csv("new.csv").astype(object)
    new.loc[[1, 2], "a_b"] = ["heavy", "5 lb"]
    new.to_csv("new.csv", index=False)
    answer = call("predict", "model.skops", "new.csv")
    assert "'a_b': 2 values taken for missing, as 'heavy', '5 lb'" in flat(answer.err)
    assert len(answer.out.splitlines()) == 41


def test_new_rows_may_be_written_in_another_way(call, mixed):
    fitted(call, mixed, "two")
    expected = call("predict", "model.skops", "new.csv").out
    new = pd.read_csv("new.csv")
    new.iloc[:, ::-1].astype(object).to_csv("new.txt", index=False, sep="\t", encoding="utf-16")
    new.to_parquet("new.parquet")
    new.to_excel("new.xlsx", index=False)
    for name in ("new.txt", "new.parquet", "new.xlsx"):
        assert call("predict", "model.skops", name).out == expected


def test_a_byte_order_mark_tells_only_of_its_own_file(call, mixed):
    fitted(call, mixed, "two")
    expected = call("predict", "model.skops", "new.csv").out
    data = pd.read_csv("data.csv").astype(object)
    data.to_csv("data.csv", index=False, encoding="utf-16")
    call("fit", "data.csv", "--target", "two", "--n-h", "4", "--save", "other.skops")
    assert call("predict", "other.skops", "new.csv").out == expected


def test_columns_that_a_new_table_lacks_are_named(call, refuse, mixed):
    fitted(call, mixed, "two")
    pd.read_csv("new.csv").drop(columns=["a b", "flag"]).to_csv("less.csv", index=False)
    message = refuse("predict", "model.skops", "less.csv")
    assert "less.csv lacks 2 columns of the model: 'a b', 'flag'" in message


def test_files_are_replaced_only_when_forced(call, refuse, mixed):
    fitted(call, mixed, "two")
    Path("out.csv").write_text("precious")
    Path("out.onnx").write_text("precious")
    for argv in (
        ("predict", "model.skops", "new.csv", "--out", "out.csv"),
        ("export", "model.skops", "--out", "out.onnx"),
    ):
        assert "this file exists; --force replaces it" in refuse(*argv)
        assert Path(argv[-1]).read_text() == "precious"
        call(*argv, "--force")
        assert not Path(argv[-1]).read_bytes().startswith(b"precious")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["fit", "data.csv", "--target", "kind"], "the following arguments are required: --save"),
        (["fit", "--target", "kind", *FIT], "required: DATA"),
        (["fit", "none.csv", *FIT], "no such file: none.csv"),
        (["predict", "none.skops", "data.csv"], "no such file: none.skops"),
        (["predict", "data.csv", "none.csv"], "no such file: none.csv"),
        (["predict", "data.csv", "data.csv"], "data.csv is no model: File is not a zip file"),
        (["export", "data.csv", "--out", "m.onnx"], "data.csv is no model"),
        (["export", "data.csv", "--out", "m.txt"], "the name of an ONNX file ends with .onnx"),
        (["predict", "data.csv"], "required: DATA"),
        (["compare", "data.csv", "--target", "kind", "--drop", "c"], "data.csv has no column 'c'"),
        (["data.csv", "--target", "kind", "--drop", "kind"], "--drop kind: this is the target"),
        (["data.csv", "--target", "kind", "--encoding", "latin-99"], "knows no such encoding"),
    ],
)
def test_bad_calls(refuse, csv, table, tmp_path, monkeypatch, argv, words):
    monkeypatch.chdir(tmp_path)
    csv(table)
    assert words in refuse(*argv)


# Files that are no models of ours


def change(path, **fields):
    """Change what a model tells of its table; a field that is None is left out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(parts["skshallow_table.json"]) | fields
    parts["skshallow_table.json"] = json.dumps(
        {name: value for name, value in told.items() if value is not None}
    ).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": 99}, "model.skops has format 99; this version reads 1"),
        ({"columns": None}, "does not tell how to read tables: 'columns'"),
        ({"source": {"format": "CSV", "color": "red"}}, "does not tell how to read tables"),
        ({"columns": [{"name": "a", "kind": "number"}]}, "does not tell how to read tables"),
        (
            {"columns": [{"name": "a", "kind": "number", "numerals": None}]},
            "does not tell how to read tables",
        ),
        ({"columns": []}, "model.skops tells of other columns than its pipeline takes"),
    ],
)
def test_a_model_of_another_version_is_refused(call, refuse, mixed, fields, words):
    fitted(call, mixed, "two")
    change("model.skops", **fields)
    assert words in refuse("predict", "model.skops", "new.csv")


def test_a_model_saved_in_python_is_refused(call, refuse, mixed):
    skops.io.dump(fitted(call, mixed, "two"), "model.skops")
    message = refuse("predict", "model.skops", "new.csv")
    assert "model.skops was not saved by fit or --save: load it in Python" in message


def test_types_that_are_not_ours_are_not_loaded(call, refuse, mixed):
    fitted(call, mixed, "two")
    with zipfile.ZipFile("model.skops") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(parts["schema.json"])
    schema["__class__"], schema["__module__"] = "Popen", "subprocess"
    parts["schema.json"] = json.dumps(schema).encode()
    with zipfile.ZipFile("model.skops", "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    message = refuse("predict", "model.skops", "new.csv")
    assert "model.skops holds types that are not trusted: 'subprocess.Popen'" in message


def test_classes_that_are_formulas_are_told_of(call, csv, table, tmp_path):
    table["kind"] = np.where(table["kind"], "=1+1", "-2")
    model = tmp_path / "model.skops"
    call("fit", csv(table), "--target", "kind", "--n-h", "3", "--save", model)
    answer = call("predict", model, csv(table))
    assert "some classes would be formulas in a spreadsheet" in flat(answer.err)


def test_categories_that_look_like_numbers_stay_text(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    codes = np.resize(["01", "1", "x", "02"], 80)
    pd.DataFrame({"code": codes, "kind": codes < "1"}).to_csv("data.csv", index=False)
    call("fit", "data.csv", *FIT)
    pd.DataFrame({"code": ["01", "1"], "odd": ["a", "b"]}).to_csv("new.csv", index=False)
    answer = call("predict", "model.skops", "new.csv")
    assert answer.err == ""
    assert [line.split(",")[0] for line in answer.out.splitlines()] == ["kind", "True", "False"]


def test_one_row_is_read_as_the_table_was(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    prices = [f"{i}.{100 + i},5 €" for i in range(1, 61)]
    pd.DataFrame({"price": prices, "kind": np.arange(60) > 30}).to_csv("data.csv", index=False)
    call("fit", "data.csv", *FIT)
    Path("new.csv").write_text("price\n1.500\n", encoding="utf-8")
    Path("same.csv").write_text('price\n"1500,0 €"\n', encoding="utf-8")
    predicted = [call("predict", "model.skops", name).out for name in ("new.csv", "same.csv")]
    assert predicted[0] == predicted[1]
