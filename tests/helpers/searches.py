"""GridSearchCV and ours side by side, for the tests of the search."""

import re
import warnings

import numpy as np
from sklearn.model_selection import GridSearchCV

from skshallow import StackedGridSearchCV

FINITE_TIMES = ("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time")


def both(estimator, grid, X, y, /, fit_params=None, **settings):
    """GridSearchCV and StackedGridSearchCV, fitted in the same way."""
    return [
        search(estimator, grid, **({"cv": 3} | settings)).fit(X, y, **(fit_params or {}))
        for search in (GridSearchCV, StackedGridSearchCV)
    ]


def assert_same_results(plain, ours, *, atol=1e-6, rtol=0.0):
    """All of ``cv_results_``: keys, their order, parameters and scores; times are just sound."""
    expected, found = plain.cv_results_, ours.cv_results_
    assert list(found) == list(expected)
    assert found["params"] == expected["params"]
    for key, values in expected.items():
        if key.startswith("param_"):
            assert found[key].dtype == values.dtype
            np.testing.assert_array_equal(found[key].mask, values.mask)
            assert found[key].tolist() == values.tolist()
        elif key in FINITE_TIMES:
            assert (found[key] >= 0).all()
            assert found[key].shape == values.shape
        elif key.startswith("rank_"):
            assert found[key].dtype == values.dtype
            if rtol == 0:
                np.testing.assert_array_equal(found[key], values)
        elif key != "params":
            assert found[key].dtype == values.dtype
            np.testing.assert_allclose(found[key], values, rtol=rtol, atol=atol, err_msg=key)
    assert ours.n_splits_ == plain.n_splits_
    assert ours.multimetric_ == plain.multimetric_


def raised(search, *samples, **fit_params):
    """The exception that a fit ends with."""
    try:
        search.fit(*samples, **fit_params)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def search_both(estimator, grid, **settings):
    """GridSearchCV and StackedGridSearchCV, to be fitted in the same way."""
    return [
        search(estimator, grid, **({"cv": 3} | settings))
        for search in (GridSearchCV, StackedGridSearchCV)
    ]


def warnings_of(search, X, y, category):
    """The messages of the warnings of a category that a fit ends with."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search.fit(X, y)
    return [str(one.message) for one in caught if issubclass(one.category, category)]


def errors_in(messages):
    """The last line of every traceback in some messages: the errors that they tell of."""
    found = [re.findall(r"^[\w.]+(?:Error|Exception): .*$", one, re.MULTILINE) for one in messages]
    return sorted(error for errors in found for error in errors)


def assert_same_error(estimator, grid, X, y, /, fit_params=None, *, words=(), **settings):
    """Both searches refuse with an error of one type, whose message has these words; return ours.

    scikit-learn's sentences are its own.
    """
    plain, ours = (
        raised(search(estimator, grid, **({"cv": 3} | settings)), X, y, **(fit_params or {}))
        for search in (GridSearchCV, StackedGridSearchCV)
    )
    assert type(ours) is type(plain)
    for word in (words,) if isinstance(words, str) else words:
        assert word in str(plain)
        assert word in str(ours)
    return str(ours)
