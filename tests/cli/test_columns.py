"""How the values of a column are read."""

import numpy as np
import pandas as pd
import pytest

from skshallow._cli.columns import learn_column
from skshallow._cli.dates import learn_format
from skshallow._cli.numerals import learn_numerals

NAN = float("nan")


def column(*values):
    return pd.Series(values * (24 // len(values) + 1), dtype=object, name="x")


NUMBERS = {
    "thousands": (["1,234.5", "7.25", "12,345,678"], [1234.5, 7.25, 12345678]),
    "points for thousands": (["1.234,5", "7,25", "12.345.678"], [1234.5, 7.25, 12345678]),
    "spaces for thousands": (["1 234,5", "1\u202f234", "7,25"], [1234.5, 1234, 7.25]),
    "apostrophes": (["1'234.5", "7.25", "0.5"], [1234.5, 7.25, 0.5]),
    "dollars": (["$1,234", "-$5.5", "$-7", "($8)"], [1234, -5.5, -7, -8]),
    "currency codes": (["EUR 5", "7.5 EUR", "USD 8"], [5, 7.5, 8]),
    "percent": (["12.3%", "-5 %", "0%"], [12.3, -5, 0]),
    "a unit": (["5 kg", "7.5kg", "1e3 kg"], [5, 7.5, 1000]),
    "minus signs": (["\N{MINUS SIGN}5", "+7", ".5"], [-5, 7, 0.5]),
    "powers": (["1e-3", "2E5", "inf"], [0.001, 2e5, float("inf")]),
}
NO_NUMBERS = {
    "codes": ["code 1", "code 2", "code 3"],
    "places": ["1st", "2nd", "3rd"],
    "ranges": ["10-19", "20-29", "30-39"],
    "addresses": ["10.0.0.1", "10.0.0.2", "192.168.0.1"],
    "units that differ": ["5 kg", "300 g", "2 t"],
    "times": ["12:30", "13:45", "07:00"],
    "underscores": ["1_000", "2_000", "3_000"],
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_are_read(kind):
    texts, numbers = NUMBERS[kind]
    numerals, _ = learn_numerals(pd.Series(texts, dtype=object))
    assert numerals.parse(pd.Series(texts, dtype=object)).tolist() == numbers
    assert np.isnan(numerals.parse(pd.Series([NAN, "heavy"], dtype=object))).all()


@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_what_only_holds_digits_is_no_number(kind):
    texts = pd.Series(NO_NUMBERS[kind], dtype=object)
    assert learn_numerals(texts)[0].parse(texts).isna().any()


def test_three_decimals_are_no_thousands():
    texts = pd.Series(["-0.294", "1.234", "(12.345)"], dtype=object)
    numerals, ambiguous = learn_numerals(texts)
    assert numerals.parse(texts).tolist() == [-0.294, 1.234, -12.345]
    assert ambiguous is None


def test_a_number_that_may_be_read_in_two_ways_is_told_of():
    texts = pd.Series(["1,234", "5,678"], dtype=object)
    for comma_first, number in ((False, 1234), (True, 1.234)):
        numerals, ambiguous = learn_numerals(texts, comma_first=comma_first)
        assert (numerals.parse(texts)[0], ambiguous) == (number, "1,234")
    clear = pd.Series(["1,234", "5,6"], dtype=object)
    assert learn_numerals(clear)[0].parse(clear).tolist() == [1.234, 5.6]
    assert learn_numerals(clear)[1] is None


DATES = {
    "%d.%m.%Y": ["31.12.2020", "01.02.2021"],
    "%m/%d/%Y": ["12/31/2020", "02/01/2021"],
    "%d/%m/%Y": ["31/12/2020", "01/02/2021"],
    "%d %b %Y": ["31 Dec 2020", "01 Feb 2021"],
    "%m/%d/%Y %I:%M %p": ["12/31/2020 11:30 PM", "02/01/2021 01:15 AM"],
    "%H:%M": ["12:30", "23:59"],
    "ISO8601": ["2020-12-31", "2021-02-01T10:30:00+02:00"],
}


@pytest.mark.parametrize("format_", DATES)
def test_formats_of_dates(format_):
    assert learn_format(pd.Series(DATES[format_], dtype=object)) == (format_, None)


def test_a_date_that_may_be_read_in_two_ways_is_told_of():
    texts = pd.Series(["03/04/2021", "05/05/2021"], dtype=object)
    assert learn_format(texts) == ("%m/%d/%Y", "03/04/2021")


@pytest.mark.parametrize("texts", [["1.5", "2.5"], ["a", "b"], ["2020", "2021"], ["99999999"]])
def test_no_dates(texts):
    assert learn_format(pd.Series(texts, dtype=object)) == (None, None)


def test_few_numbers_and_a_word_are_categories():
    assert learn_column(column("1", "2", "3", "more")).kind == "category"


def test_an_informative_word_among_few_numbers_is_no_missing_value():
    values = column(*(["1", "2", "3", "4"] * 6), "other")
    learned = learn_column(values)
    assert learned.kind == "category"
    assert set(learned.features(values)["x"]) == {"1", "2", "3", "4", "other"}


def test_too_many_words_among_numbers_are_told_of():
    values = pd.Series([f"{i}.5" if i % 3 else "not yet" for i in range(60)], name="x")
    kind = learn_column(values).kind
    assert kind.endswith(", 67 % numbers; --missing 'not yet' would help")


def test_whole_numbers_that_name_the_rows_are_told_of():
    numbers = pd.Series(np.random.default_rng(0).permutation(50) + 1000, name="customer")
    assert any("--drop it" in note for note in learn_column(numbers).notes)
    assert learn_column(numbers // 2).notes == []


def test_kinds_do_not_depend_on_missing_values():
    flags = pd.Series([True, False, None, True], dtype=object, name="x")
    assert learn_column(flags).kind == "true/false"
    assert learn_column(flags).features(flags)["x"].tolist()[:2] == [1, 0]
    codes = pd.Series([1.0, 2.0, NAN, 1.0], name="x")
    assert learn_column(codes).kind == "number"
    days = pd.Series(pd.to_datetime(["2020-01-01", None, "2021-06-01"]), name="x")
    assert learn_column(days).parts == ["day", "day of the year", "weekday"]


def test_categories_are_the_same_text_from_a_typed_column():
    learned = learn_column(column("1", "2", "many"))
    for values in (["1", "2", None], [1, 2, None], [1.0, 2.0, NAN]):
        features = learned.features(pd.Series(values, name="x"))["x"]
        assert features.tolist()[:2] == ["1", "2"]
        assert features.isna().tolist() == [False, False, True]
