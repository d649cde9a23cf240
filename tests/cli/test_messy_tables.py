"""Messy tables end in models as good as those of the same tables cleaned by hand."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from helpers.messy_tables import CASES, N_NEW
from skshallow import OneHiddenLayerClassifier
from skshallow.__main__ import main
from skshallow._compat import target_encoder

NETWORK = {"n_h": 8, "alpha": 1, "random_state": 0}
OPTIONS = ("--n-h", "8", "--alpha", "1")
FOLDS = 3


def by_hand(X):
    """Return the pipeline that a careful person would build for a clean table."""
    texts = [name for name in X if not pd.api.types.is_numeric_dtype(X[name].dtype)]
    numbers = [name for name in X if name not in texts]
    encoder = OneHotEncoder(handle_unknown="ignore")
    if texts and X[texts].nunique().max() > 40:
        encoder = target_encoder("binary", StratifiedKFold(shuffle=True, random_state=0))
    levels = make_pipeline(SimpleImputer(strategy="constant", fill_value=""), encoder)
    prepared = make_column_transformer((SimpleImputer(strategy="median"), numbers), (levels, texts))
    return make_pipeline(prepared, OneHiddenLayerClassifier(**NETWORK))


def loss_by_hand(X, kind):
    """Return the mean log loss over the folds of the command line."""
    losses = []
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(X, kind):
        model = by_hand(X).fit(X.iloc[train], kind[train])
        losses.append(log_loss(kind[test], model.predict_proba(X.iloc[test])))
    return np.mean(losses)


def flat(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize("kind_of_mess", CASES)
def test_a_messy_table_is_as_good_as_a_clean_one(capsys, tmp_path, monkeypatch, kind_of_mess):
    monkeypatch.chdir(tmp_path)
    case = CASES[kind_of_mess]
    messy, X, kind = case.tables()
    case.write(messy[:-N_NEW], Path(case.name))
    argv = [case.name, "--target", "kind", "--cv", str(FOLDS), *OPTIONS, *case.options]
    assert main([*argv, "--save", "model.skops"]) == 0
    printed = capsys.readouterr().out
    loss = float(re.search(r"^OneHiddenLayerClassifier .* ([\d.]+) +[\d.]+$", printed, re.M)[1])
    assert loss <= 1.02 * loss_by_hand(X[:-N_NEW], kind[:-N_NEW])
    for words in case.words:
        assert words in flat(printed)

    # New rows come without a target, and in another order of columns.
    new = messy.drop(columns="kind").iloc[-N_NEW:, ::-1].reset_index(drop=True)
    case.write(new, Path(f"new_{case.name}"))
    argv = ["predict", "model.skops", f"new_{case.name}", "--out", "predictions.csv"]
    assert main(argv) == 0
    trusted = skops.io.get_untrusted_types(file="model.skops")
    pipeline = skops.io.load("model.skops", trusted=trusted)
    predictions = pd.read_csv("predictions.csv", dtype=str)
    clean = X[-N_NEW:]
    assert predictions["kind"].tolist() == pipeline.predict(clean).tolist()
    probabilities = predictions.drop(columns="kind").apply(lambda column: column.map(float))
    np.testing.assert_array_equal(probabilities, pipeline.predict_proba(clean))
    assert set(pipeline.classes_) == {"in", "out"}
