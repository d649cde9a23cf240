import sys

import numpy as np
import pytest

from skshallow.__main__ import main

BAD_TABLES = {
    "empty file": (b"", "data.csv is empty"),
    "blank lines": (b"\n \n\n", "data.csv is empty"),
    "header only": (b"a,kind\n", "no rows"),
    "binary": (bytes(range(256)) * 20, "not a CSV file in UTF-8 text"),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(200), "not a CSV file in UTF-8 text"),
    "UTF-16": ("a,kind\n1,2\n".encode("utf-16-le"), "not a CSV file in UTF-8 text"),
    "Latin-1": (
        "größe,kind\n1,2\n".encode("latin-1"),
        "; --encoding names the right one, often cp1252",
    ),
    "ragged": (b"a,kind\n1,2\n1,2,3,4\n", "cannot be read as CSV"),
    "short header": (b"a,kind\n1,2,3\n4,5,6\n", "more values than the header has names"),
    "title above": (b"Sales\n\na,kind\n1,2\n4,5\n", "the first line has to hold the names"),
    "open quote": (b'a,kind\n"1,2\n3,4\n', "cannot be read as CSV"),
    "no such column": (b"a,kinds\n1,2\n3,4\n", "no column 'kind'; did you mean 'kinds'"),
    "no similar column": (
        b"a,b\n1,2\n3,4\n",
        "no column 'kind'; the names in its first line are 'a', 'b'",
    ),
    "no target values": (b"a,kind\n1,\n2,\n", "column 'kind' has no values"),
    "one class": (b"a,kind\n1,x\n2,x\n", "one class only, 'x'; at least 2 are needed"),
    "fewer rows than folds": (b"a,kind\n1,x\n2,y\n", "2 rows cannot be split into the 5 folds"),
    "rare class": (
        b"a,kind\n" + b"1,x\n2,y\n" * 8 + b"3,z\n",
        "class 'z' of column 'kind' has 1 row, fewer than the 5 folds of --cv",
    ),
    "no other column": (b"kind\n" + b"0\n1\n" * 9, "no numeric or category column"),
    "only useless columns": (
        b"i,c,kind\n" + b"".join(b"%d,7,%d\n" % (i, i % 2) for i in range(20)),
        "no numeric or category column beside the target; unusable: 'i' (row number), 'c' (const",
    ),
}


@pytest.mark.parametrize("kind", BAD_TABLES)
def test_bad_tables(refuse, csv, kind):
    content, words = BAD_TABLES[kind]
    assert words in refuse(csv(content), "--target", "kind")


def test_broken_archive(refuse, csv):
    path = csv(b"this is no archive", name="data.csv.gz")
    assert "cannot be read as CSV" in refuse(path, "--target", "kind")


def test_data_that_a_model_refuses(capsys, csv, table):
    path = csv(table | {"huge": np.resize([1e308, -1e308, 1e307], 60)})
    assert main([str(path), "--target", "kind"]) == 2
    message = capsys.readouterr().err
    assert message.startswith("skshallow: error: LogisticRegression cannot be fitted here: ")
    assert message.count("\n") == 1


def test_files_that_cannot_be_opened(refuse, tmp_path):
    assert "no such file" in refuse(tmp_path / "none.csv", "--target", "kind")
    assert "is not a file, but a folder" in refuse(tmp_path, "--target", "kind")
    assert "no such file" in refuse("https://example.org/data.csv", "--target", "kind")
    assert r"no such file: \x1b[31m\x00.csv" in refuse("\x1b[31m\0.csv", "--target", "kind")


def test_files_that_the_system_refuses_to_open(refuse, csv, monkeypatch, table):
    path = csv(table)

    def fail(self, mode):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", fail)
    message = refuse(path, "--target", "kind")
    assert "cannot be opened: [Errno 13] Permission denied" in message


def test_target_is_asked_for_with_the_columns_there_are(refuse, csv, table):
    assert "--target COLUMN is needed; the columns are 'a', 'b', 'kind'" in refuse(csv(table))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--n-h", "0"], "--n-h: '0' is not a whole number of at least 1"),
        (["--n-h", "2.5"], "--n-h: '2.5' is not a whole number"),
        (["--alpha", "-1"], "--alpha: '-1' is not a finite number of at least 0"),
        (["--alpha", "inf"], "--alpha: 'inf' is not a finite number"),
        (["--alpha", "much"], "--alpha: 'much' is not a finite number"),
        (["--learning-rate", "0"], "--learning-rate: '0' is not a finite number above 0"),
        (["--learning-rate", "nan"], "--learning-rate: 'nan' is not a finite number above 0"),
        (["--cv", "1"], "--cv: '1' is not a whole number of at least 2"),
        (["--cv", "31"], "class '0' of column 'kind' has 30 rows, fewer than the 31 folds"),
        (["--seed", "-1"], "--seed: '-1' is not a whole number from 0 to 4294967295"),
        (["--seed", str(2**32)], "is not a whole number from 0 to 4294967295"),
        (["--cv"], "--cv: expected one argument"),
        (["--unknown"], "unrecognized arguments: --unknown"),
        (["another.csv"], "unrecognized arguments: another.csv"),
    ],
)
def test_bad_options(refuse, csv, options, words, table):
    assert words in refuse(csv(table), "--target", "kind", *options)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--target", "y"),
        ("--n-h", "3"),
        ("--alpha", "0"),
        ("--learning-rate", "1"),
        ("--save", "model.skops"),
        ("--force", None),
        ("--task", "regression"),
        ("--task", "auto"),
    ],
)
def test_options_of_the_file_need_a_file(refuse, option, value):
    argv = [option] if value is None else [option, value]
    assert f"{option} goes with a file" in refuse(*argv)


def test_folds_of_the_demo(refuse):
    assert "class '0' of two moons has 200 rows, fewer than the 201 folds" in refuse("--cv", 201)


@pytest.mark.parametrize(
    ("module", "options"),
    [("pandas", []), ("rich", []), ("matplotlib", ["--out"]), ("skops", ["--save"])],
)
def test_missing_extras_are_named(refuse, csv, tmp_path, monkeypatch, module, options):
    monkeypatch.setitem(sys.modules, module, None)
    path = csv(b"a,kind\n1,2\n")
    places = [tmp_path / "new" for _ in options]
    message = refuse(path, "--target", "kind", *options, *places)
    assert f'needs {module}, which is missing: pip install "skshallow[cli]"' in message
