"""Data frames of Dask: names, categories, and partitions of lengths that nobody knows."""

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pytest
from dask_ml.preprocessing import Categorizer, DummyEncoder
from numpy.testing import assert_allclose, assert_array_equal

from helpers.classifiers import parameters
from skshallow import OneHiddenLayerClassifier
from skshallow.dask import DaskOneHiddenLayerClassifier

SMALL = {"n_h": 4, "activation": "tanh", "solver": "lbfgs", "alpha": 1.0, "max_iter": 20}
SMALL |= {"tol": 0, "random_state": 0}


@pytest.fixture(scope="module")
def frame():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.standard_normal(600), "b": random.standard_normal(600)})
    frame["kind"] = pd.Categorical(random.choice(["x", "y", "z"], 600))
    frame["target"] = np.where(frame.a + 2 * (frame.kind == "x") > frame.b, "yes", "no")
    frame["weight"] = random.choice([0.5, 2.0], 600)
    return frame


def codes(partition):
    """What a partition is to a network: dummies of the categories that all of them have."""
    return pd.get_dummies(partition, columns=["kind"], dtype=float)


def assert_same(on_cluster, local):
    assert_allclose(parameters(on_cluster), parameters(local), rtol=0, atol=1e-8)
    assert_array_equal(on_cluster.feature_names_in_, local.feature_names_in_)


def test_categories_are_encoded_by_partition(client, frame):
    blocks = dd.from_pandas(frame, npartitions=4)
    features = ["a", "b", "kind"]
    X = blocks[features].map_partitions(codes)
    clf = DaskOneHiddenLayerClassifier(**SMALL).fit(X, blocks["target"], blocks["weight"])
    encoded = codes(frame[features])
    local = OneHiddenLayerClassifier(**SMALL).fit(encoded, frame["target"], frame["weight"])
    assert_same(clf, local)
    assert_array_equal(clf.predict(X).compute(), local.predict(encoded))
    assert_array_equal(clf.to_local().predict(encoded), local.predict(encoded))


def test_categories_are_encoded_by_dask_ml(client, frame):
    blocks = dd.from_pandas(frame, npartitions=4)
    X = Categorizer().fit_transform(blocks[["a", "kind"]])
    X = DummyEncoder().fit_transform(X)
    clf = DaskOneHiddenLayerClassifier(**SMALL).fit(X, blocks["target"])
    assert clf.feature_names_in_.tolist() == ["a", "kind_x", "kind_y", "kind_z"]
    assert clf.score(X, blocks["target"]) > 0.7


def test_categories_as_they_are_are_refused(client, frame):
    blocks = dd.from_pandas(frame, npartitions=4)
    with pytest.raises(ValueError, match=r"columns that are no numbers: \['kind'\]. Encode them"):
        DaskOneHiddenLayerClassifier(**SMALL).fit(blocks[["a", "kind"]], blocks["target"])


def test_partitions_of_unknown_lengths(client, frame):
    """Some of them lose all of their samples."""
    frame = frame.sort_values("a").reset_index(drop=True)
    blocks = dd.from_pandas(frame, npartitions=6)
    some, expected = blocks[blocks.a > 0], frame[frame.a > 0]
    clf = DaskOneHiddenLayerClassifier(**SMALL).fit(some[["a", "b"]], some["target"])
    local = OneHiddenLayerClassifier(**SMALL).fit(expected[["a", "b"]], expected["target"])
    assert_same(clf, local)
    predicted = clf.predict_proba(some[["a", "b"]]).compute()
    assert_allclose(predicted, local.predict_proba(expected[["a", "b"]]), atol=1e-8)


def test_arrays_of_unknown_lengths(client, frame):
    blocks = dd.from_pandas(frame, npartitions=4)
    X, y = blocks[["a", "b"]].to_dask_array(), blocks["weight"].to_dask_array()
    clf = DaskOneHiddenLayerClassifier(**SMALL).fit(X, y == 2)
    local = OneHiddenLayerClassifier(**SMALL).fit(frame[["a", "b"]].to_numpy(), frame.weight == 2)
    assert_allclose(parameters(clf), parameters(local), rtol=0, atol=1e-8)
    assert not hasattr(clf, "feature_names_in_")


def test_single_precision(client, frame):
    blocks = dd.from_pandas(frame[["a", "b"]].astype(np.float32), npartitions=2)
    y = dd.from_pandas(frame["target"], npartitions=2)
    clf = DaskOneHiddenLayerClassifier(**SMALL).fit(blocks, y)
    assert clf.coefs_[0].dtype == np.float32
