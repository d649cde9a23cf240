"""Which types a stored estimator of this package holds."""

import skshallow
from skshallow import solvers
from skshallow._compat import stored_by_searches


def trusted_types() -> list[str]:
    """Name all types for :func:`skops.io.load` to trust, to load our estimators.

    These are our estimators, solvers and schedules, and what a search stores beside them: the
    scorers and metrics behind the names that `scoring` takes, and their requests of metadata. All
    are code of this package or of scikit-learn. What else there is in a pipeline, and splitters or
    scorers that you gave as objects, is for you to name, as in the second example.

    Returns
    -------
    names : list of str
        In alphabetical order.

    See Also
    --------
    skops.io.get_untrusted_types : What a file holds that skops does not trust by itself.

    Examples
    --------
    >>> import skops.io
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.impute import SimpleImputer
    >>> from sklearn.pipeline import make_pipeline
    >>> from skshallow import OneHiddenLayerClassifier
    >>> from skshallow.export import trusted_types
    >>> X, y = load_iris(return_X_y=True)
    >>> clf = OneHiddenLayerClassifier(random_state=0).fit(X, y)
    >>> content = skops.io.dumps(clf)
    >>> again = skops.io.loads(content, trusted=trusted_types())
    >>> bool((again.predict_proba(X) == clf.predict_proba(X)).all())
    True

    SimpleImputer stores a type of numbers:

    >>> content = skops.io.dumps(make_pipeline(SimpleImputer(), clf).fit(X, y))
    >>> again = skops.io.loads(content, trusted=[*trusted_types(), "numpy.dtype"])
    """
    public = [
        getattr(package, name) for package in (skshallow, solvers) for name in package.__all__
    ]
    ours = {one for one in public if isinstance(one, type) and hasattr(one, "get_params")}
    stored = ours - {solvers.Solver, solvers.Schedule} | stored_by_searches()
    return sorted(f"{one.__module__}.{one.__qualname__}" for one in stored)
