"""The judge of what comes of a hostile case.

That may be a model whose probabilities are probabilities, or an error that names its cause.
Anything else is nonsense: a number that is not finite, a warning from inside, an exception of
another kind, a former model that is lost.
"""

import re
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning

# What a case without a mistake may be refused for.
DOCUMENTED = (
    "^y must hold at least 2 classes",
    "^batch_size=.* must be at most the number of training samples",
    "^validation_fraction=.* leaves (class .*|y) without a sample",
    "^sample_weight must not be zero for all samples",
    "^sample_weight and class_weight together leave no sample",
    "^sample_weight and class_weight together must give the samples a total weight",
    "^alpha=.* is too large for samples that weigh",
    "^sample_weight leaves a split without samples of weight to score",
    # Of a split without one of the classes.
    "^init's (W2|b2) must be of shape",
    "^init, or weights fitted before, overflow float",
    "^Weights on raw features overflow float",
    "^X varies too much to be standardised",
    r"^Input X contains infinity or a value too large for dtype\('float32'\)",
    "^n_splits=.* cannot be greater than the number of (members in each class|samples)",
    "^Cannot have number of splits n_splits=.* greater than the number of samples",
    "^k-fold cross-validation requires at least one train/test split",
)
# What it may warn of: how training ended, and what the user may have mixed up.
EXPECTED_WARNINGS = (
    (ConvergenceWarning, ""),
    (DataConversionWarning, "A column-vector y was passed"),
    (UserWarning, "learning_rate=.* has no effect"),
    (UserWarning, "The least populated class in y"),
    (UserWarning, "The number of unique classes is greater than 50%"),
    (UserWarning, "Some test scores are non-finite"),
)


def judge(case):
    """Let a case happen.

    Returns
    -------
    outcome : {"model", "error"}

    Raises
    ------
    Exception
        If it ends in nonsense: an AssertionError, or whatever was not to be raised.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for category, words in EXPECTED_WARNINGS:
            warnings.filterwarnings("ignore", words, category)
        learn = getattr(case.estimator, case.method)
        for number, chunk in enumerate(case.chunks):
            before = _state(case)
            try:
                learn(**chunk)
            except (ValueError, TypeError) as error:
                last = number == len(case.chunks) - 1
                expected = (*DOCUMENTED, case.mistake) if last and case.mistake else DOCUMENTED
                if not any(re.search(words, str(error)) for words in expected):
                    raise
            else:
                continue
            assert _state(case) == before, "a failure changed the model"
            return "error"
        assert case.mistake is None, f"nothing was raised of {case.mistake!r}"
        check_model(case.estimator, case.X_new)
        # J may overflow at weights of one's own, and on samples unlike those fitted before.
        elsewhere = len(case.chunks) > 1 or not case.estimator.loss_curve_
        assert elsewhere or np.isfinite(case.estimator.loss_), f"J is {case.estimator.loss_}"
        return "model"


def _state(case):
    """What a failing call must not change: which attributes there are, and what they predict."""
    names = sorted(vars(case.estimator))
    if not hasattr(case.estimator, "coefs_"):
        return names, None
    return names, case.estimator.predict_proba(case.X_new).tobytes()


def check_model(model, X):
    """See to it that a fitted model is sound, and so is what it predicts for `X`."""
    for part in [*model.coefs_, *model.intercepts_, model.loss_curve_]:
        assert np.isfinite(part).all(), f"not finite: {part}"
    assert model.n_iter_ == len(model.loss_curve_)
    p, log_p = model.predict_proba(X), model.predict_log_proba(X)
    assert p.shape == (X.shape[0], len(model.classes_))
    assert np.isfinite(p).all(), "probabilities are not finite"
    assert (p >= 0).all(), "probabilities are below 0"
    assert (p <= 1).all(), "probabilities are above 1"
    assert np.isfinite(log_p).all(), "logarithms of probabilities are not finite"
    assert (log_p <= 0).all(), "logarithms of probabilities are above 0"
    assert np.isfinite(model.decision_function(X)).all(), "logits are not finite"
    predicted = model.predict(X)
    if model.n_outputs_ == 1 or model.out_activation_ == "softmax":
        rounding = 4 * p.shape[1] * np.finfo(p.dtype).eps
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=0, atol=rounding)
        assert np.isin(predicted, model.classes_).all()
        chosen = p[np.arange(len(p)), np.searchsorted(model.classes_, predicted)]
        assert (chosen >= p.max(axis=1) - rounding).all(), "another class is likelier"
