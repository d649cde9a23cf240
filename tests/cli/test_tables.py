import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression


def flat(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


def test_own_table(run, csv, table):
    printed = run(csv(table), "--alpha", "0.5")
    assert "60 rows; 2 classes: '0' 30, '1' 30." in printed
    assert "2 numeric columns (standardised" in printed
    assert re.search(r"^model +accuracy +accuracy +log loss +seconds$", printed, re.M)
    assert "2-fold" in printed
    assert "3 relu units, lbfgs" in printed


def test_learning_rate_reaches_the_network(run, csv, table):
    printed = run(csv(table), "--learning-rate", "0.05")
    assert "3 relu units, adam" in printed
    assert re.search(r"^epoch +1", printed, re.M)


def test_a_seed_gives_the_same_figures_again(run, csv, table):
    path = csv(table)
    first, again, other = (
        re.sub(r" +[\d.]+$", "", run(path, "--seed", seed), flags=re.M) for seed in (1, 1, 2)
    )
    assert first == again
    folds = [re.search("^LogisticRegression .*", text, re.M)[0] for text in (first, other)]
    assert folds[0] != folds[1]


def test_what_a_model_warns_of_is_printed_as_a_note(run, csv, monkeypatch, table):
    def impatient(max_iter):
        return LogisticRegression(max_iter=1)

    monkeypatch.setattr("skshallow._cli.classification.LogisticRegression", impatient)
    printed = flat(run(csv(table)))
    assert "- LogisticRegression warns: lbfgs failed to converge" in printed
    assert "(3 times in 3 fits)" in printed


def test_every_kind_of_column_is_used_or_said_to_be_dropped(run, csv, mixed_table):
    printed = flat(run(csv(mixed_table)))
    assert "78 rows; 2 classes: 'no' 39, 'yes' 39." in printed
    assert "2 rows without a target dropped" in printed
    assert "3 numeric columns (standardised" in printed
    assert "true/false as 1 and 0: 'flag', 'maybe'" in printed
    assert "one-hot encoded: 'color' (2 levels)" in printed
    assert "29 missing values imputed by the median: 'a' (3), 'maybe' (25), 'big' (1)" in printed
    assert "2 missing values a level of their own: 'color' (2)" in printed
    dropped = printed.split("dropped: ")[1]
    assert "'comment' (text: 78 different values in 78 rows)" in dropped
    assert "'id' (row number)" in dropped
    assert "'empty' (no values)" in dropped
    assert "'same' (constant)" in dropped


def test_row_numbers_are_dropped(run, csv, table):
    printed = run(csv(table | {"": np.arange(60)}))
    assert "dropped: 'Unnamed: 3' (row number)" in printed


ODD_NAMES = ["a b", "c,d", "größe", "=SUM(A1)", "[bold]x[/bold]", "[/red]", "$x$_", "_y", "100%"]


@pytest.mark.parametrize("target", ["[red]class", "класс, x", "=A1"])
def test_odd_column_names(run, csv, tmp_path, target):
    n = 60
    rng = np.random.default_rng(0)
    table = {name: rng.normal(size=n) for name in ODD_NAMES[:5]}
    table |= {name: np.resize(["[b]u", "$v$", "_w", "x\ny"], n) for name in ODD_NAMES[5:]}
    table[target] = np.resize(["[i]one", "$two$"], n)
    out = tmp_path / "pictures"
    printed = run(csv(table), "--out", out, target=target)
    assert "'[/red]' (4 levels), '$x$_' (4 levels), '_y' (4 levels)" in flat(printed)
    assert "'$two$' 30, '[i]one' 30" in printed
    assert len(list(out.iterdir())) == 3


def test_long_names_are_cut_short(refuse, csv):
    path = csv({"n" * 40: [1, 2], "o" * 41: [3, 4]})
    assert f"the columns are '{'n' * 40}', '{'o' * 39}…'" in refuse(path)


def test_names_cannot_write_to_the_terminal(run, refuse, csv):
    escape = "\x1b[31m"
    table = {f"{escape}\n{i}": np.resize(["u", "v", "w"], 60) for i in range(2)}
    path = csv(table | {"kind": np.arange(60) % 2})
    printed = run(path)
    assert escape not in printed
    assert r"'\x1b[31m\n0'" in flat(printed)
    assert escape not in refuse(path, "--target", "nothing")


def test_columns_of_the_same_name_are_told_apart(run, refuse, csv):
    rows = "\n".join(f"{i % 7},{i % 5},{i % 2}" for i in range(40))
    path = csv(f"x,x,kind\n{rows}\n")
    assert "columns of the same name told apart by .1, .2, …: 'x'" in flat(run(path))
    assert "several columns 'x'" in refuse(path, "--target", "x")


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators(run, csv, separator, table):
    decimal = "," if separator == ";" else "."
    path = csv(table, sep=separator, decimal=decimal)
    assert "2 numeric columns" in run(path)


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        ([True, False], "'False' 30, 'True' 30"),
        ([1.0, 2.0], "'1' 30, '2' 30"),
        ([0.5, 1.5], "'0.5' 30, '1.5' 30"),
        (["b", "a"], "'a' 30, 'b' 30"),
        ([-1, 7, 3], "'-1' 20, '3' 20, '7' 20"),
    ],
)
def test_kinds_of_classes(run, csv, labels, shown, table):
    path = csv(table | {"kind": np.resize(labels, 60)})
    assert shown in run(path)


def test_a_column_can_be_left_out(run, refuse, csv, table):
    path = csv(table | {"leak": table["kind"]})
    assert "2 numeric columns" in run(path, "--drop", "leak")
    message = refuse(path, "--target", "kind", "--drop", "leek")
    assert "has no column 'leek'; did you mean 'leak'" in message


def test_words_that_mean_missing(run, csv, table):
    b = [f"{value:.3f}" for value in table["b"]]
    b[::3] = ["later"] * 20
    path = csv(table | {"b": b})
    told = "'b' (text: 41 different values in 60 rows, 67 % numbers; --missing 'later' would help"
    assert told in flat(run(path))
    printed = flat(run(path, "--missing", "later"))
    assert "20 missing values imputed by the median: 'b' (20)" in printed


def test_classes_that_look_alike_are_told_of(run, csv, table):
    kinds = np.resize(["in", "in ", "In", "out"], 60)
    printed = flat(run(csv(table | {"kind": kinds})))
    assert "3 classes: 'In' 15, 'in' 30, 'out' 15" in printed
    assert "'in ' and 'in' are one class: blanks around it do not count" in printed
    assert "classes 'In' and 'in' look alike: if they are one, write them alike" in printed


def test_columns_that_tell_nothing(run, csv):
    rng = np.random.default_rng(1)
    table = {name: rng.normal(size=80) for name in "abcdef"}
    printed = run(csv(table | {"kind": rng.integers(0, 2, 80)}))
    assert re.search(r"^DummyClassifier \(prior\) +\d", printed, re.M)
    assert "no model beats the baseline" in flat(printed)


def test_latin_letters(run, refuse, csv):
    text = "größe,kind\n" + "klein,0\ngroß,1\n" * 20
    path = csv(text.encode("cp1252"))
    assert "'größe' (2 levels)" in run(path, "--encoding", "cp1252")
    assert "--encoding names the right one" in refuse(path, "--target", "kind")


@pytest.mark.parametrize("name", ["data.parquet", "data.xlsx"])
def test_a_damaged_file_of_another_format(refuse, csv, name):
    path = csv(b"no such thing", name=name)
    assert f"{name} cannot be read as " in refuse(path, "--target", "kind")


def test_the_page_holds_the_report_and_its_pictures(run, csv, tmp_path, table):
    name = "<b>a</b>"
    path = csv({name: table["a"], "b": table["b"], "kind": table["kind"]})
    printed = run(path, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    [row] = re.findall("^LogisticRegression .*", printed, re.M)
    for cell in row.split("  "):
        assert f"<td>{cell.strip()}</td>" in page or not cell.strip()
    assert page.count('<img src="data:image/png;base64,') == 2
    assert "2 numeric columns (standardised" in page
    assert name not in page
    assert str(tmp_path) not in page
