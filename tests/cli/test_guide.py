"""What the guide says of the command line."""

import re
import shlex

import pandas as pd
import pytest

from helpers.paths import DOCS
from skshallow._cli.arguments import COMMANDS, read_arguments
from skshallow._cli.columns import FEW_NUMBERS, learn_column
from skshallow._cli.features import MOST_LEVELS
from skshallow._cli.numerals import MOST_ARE

PAGE = (DOCS / "guide" / "command_line.md").read_text(encoding="utf-8")
CALLS = [
    shlex.split(line, comments=True)[3:]
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("argv", CALLS, ids=" ".join)
def test_its_calls_are_calls(argv):
    read_arguments(argv, "")


def test_it_shows_every_command():
    assert {read_arguments(argv, "").command for argv in CALLS} == set(COMMANDS)


@pytest.mark.parametrize(("row", "kind"), [("a number", "number"), ("numbers: days", "date")])
def test_its_examples_of_values_are_read_as_it_says(row, kind):
    [cells] = re.findall(rf"^\| (.*?) \| {row}", PAGE, re.M)[:1]
    for text in re.findall("`(.*?)`", cells):
        other = re.sub(r"\d(?=\D*$)", lambda digit: "01"[digit[0] == "0"], text)
        values = pd.Series([text, other] * 10, name="x")
        assert learn_column(values).kind == kind, text


def test_its_limits_are_those_of_the_code():
    assert f"| up to {MOST_LEVELS} different texts |" in PAGE
    assert (MOST_ARE, FEW_NUMBERS) == (0.9, 10)
