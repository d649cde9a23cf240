"""What a user's first script may look like, run and type-checked with the built package alone."""

from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import skshallow
from skshallow import OneHiddenLayerClassifier, OneHiddenLayerClassifierCV, StackedGridSearchCV

X = np.random.RandomState(0).standard_normal((200, 2))
y = np.where(X[:, 0] * X[:, 1] > 0, "same sign", "not")
clf = OneHiddenLayerClassifier(8, learning_rate=0.05, random_state=0).fit(X, y)
assert_type(clf, OneHiddenLayerClassifier)
assert_type(clf.predict(X), NDArray[Any])
assert_type(clf.partial_fit(X, y), OneHiddenLayerClassifier)
assert (clf.predict(X) == y).mean() > 0.9
assert np.allclose(clf.predict_proba(X).sum(axis=1), 1)
chosen = OneHiddenLayerClassifierCV([4, 8], alphas=[0.1, 1], random_state=0).fit(X, y)
assert_type(chosen, OneHiddenLayerClassifierCV)
assert_type(StackedGridSearchCV(clf, {"alpha": [0.1, 1]}).fit(X, y), StackedGridSearchCV)
print("fitted by", skshallow.__version__, "from", skshallow.__path__[0])
