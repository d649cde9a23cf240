"""Losses, their gradients, and the probabilities that belong to them."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.metrics import log_loss

from helpers.problems import CLASS_KINDS, KINDS, draw_codes, loss_of
from skshallow._core.links import LINKS
from skshallow._core.losses import LOSSES, LOWEST_EXPONENT, LogLoss

every_kind = pytest.mark.parametrize("kind", KINDS)
every_kind_of_classes = pytest.mark.parametrize("kind", CLASS_KINDS)


def inverse_of(kind):
    """What makes predictions of raw outputs and, of probabilities, logarithms of them."""
    link = LINKS[loss_of(kind)[0].link]
    return [getattr(link, name) for name in ("inverse", "log_inverse") if hasattr(link, name)]


def test_every_loss_is_that_of_a_kind_of_targets():
    assert {type(loss) for loss, _ in KINDS.values()} == set(LOSSES.values())


def draw_logits(kind, n_samples=9, n_networks=2, scale=1.0):
    random_state = np.random.RandomState(1)
    loss, n_outputs = loss_of(kind)
    logits = scale * random_state.standard_normal((n_networks, n_outputs, n_samples))
    codes = draw_codes(kind, n_samples, random_state)
    targets = loss.encode(codes, np.float64)
    return logits, codes, targets, random_state.uniform(0, 3, n_samples)


@every_kind
def test_gradient_is_the_derivative_of_the_value(kind):
    logits, _, targets, weights = draw_logits(kind)
    gradient = logits.copy()
    loss_of(kind)[0].value_and_gradient(gradient, targets, weights)
    step = 1e-6
    for index in np.ndindex(*logits.shape):
        values = []
        for sign in (1, -1):
            moved = logits.copy()
            moved[index] += sign * step
            values.append(loss_of(kind)[0].value_and_gradient(moved, targets, weights)[index[0]])
        assert gradient[index] == pytest.approx((values[0] - values[1]) / (2 * step), abs=1e-7)


@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_value_is_the_log_loss_of_scikit_learn(kind):
    logits, codes, targets, weights = draw_logits(kind, n_networks=1)
    proba = np.exp(inverse_of(kind)[1](logits[0].T))
    value = loss_of(kind)[0].value_and_gradient(logits, targets, weights)[0]
    expected = log_loss(codes, proba, sample_weight=weights, labels=range(max(2, KINDS[kind][1])))
    assert value / weights.sum() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("n_labels", [2, 3])
def test_multilabel_value_adds_the_labels_up(n_labels, monkeypatch):
    monkeypatch.setitem(KINDS, "multilabel", (LogLoss(), n_labels))
    logits, codes, targets, weights = draw_logits("multilabel", n_networks=1)
    log_yes = LINKS["logistic"].log_inverse(logits[0].T)
    log_no = LINKS["logistic"].log_inverse(-logits[0].T)
    expected = -weights @ np.where(codes == 1, log_yes, log_no).sum(axis=1)
    value = LogLoss().value_and_gradient(logits, targets, weights)
    assert value[0] == pytest.approx(expected, rel=1e-12)


@every_kind_of_classes
@pytest.mark.parametrize("size", [1e4, 1e300])
def test_stable_for_huge_logits(kind, size):
    logits, _, targets, weights = draw_logits(kind)
    logits = np.sign(logits) * size
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        log_proba = inverse_of(kind)[1](logits[0].T)
        value = loss_of(kind)[0].value_and_gradient(logits, targets, weights)
    assert np.isfinite(log_proba).all()
    assert np.isfinite(value).all()
    assert np.isfinite(logits).all()
    assert (np.abs(logits) <= weights).all()


@pytest.mark.parametrize("largest", [690.0, 710.0, 1e4])
@pytest.mark.parametrize("kind", ["binary", "multilabel"])
def test_a_huge_logit_spoils_no_other(kind, largest):
    """On both sides of where exp overflows, beside logits of ordinary size."""
    logits, _, targets, weights = draw_logits(kind)
    logits[0, 0, 0] = -largest * targets[0, 0]
    logits[1, 0, 1] = largest * targets[0, 1]
    wrong = logits * targets
    floored = np.maximum(wrong, LOWEST_EXPONENT["d"])
    expected = np.where(wrong > 30, wrong, np.log1p(np.exp(np.minimum(wrong, 30))))
    gradient = logits.copy()
    value = loss_of(kind)[0].value_and_gradient(gradient, targets, weights)
    np.testing.assert_allclose(value, (expected * weights).sum(axis=(1, 2)), rtol=1e-12)
    np.testing.assert_allclose(gradient, weights * targets * expit(floored), rtol=1e-12)


def test_tiny_losses_keep_their_digits():
    logits = np.full((1, 1, 1), 50.0)
    value = LogLoss().value_and_gradient(logits, np.array([[-1.0]]), np.ones(1))
    assert value[0] == pytest.approx(np.exp(-50), rel=1e-12)
    assert logits[0, 0, 0] == pytest.approx(-np.exp(-50), rel=1e-12)


@every_kind_of_classes
def test_probabilities_add_up(kind):
    logits, *_ = draw_logits(kind, scale=30)
    proba = np.exp(inverse_of(kind)[1](logits[0].T))
    assert ((proba >= 0) & (proba <= 1)).all()
    if kind != "multilabel":
        np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-14)


def test_two_labels_are_not_two_classes():
    logits = np.array([[0.0, 1.0], [-2.0, 0.5]])
    np.testing.assert_allclose(LINKS["logistic"].inverse(logits), expit(logits), rtol=1e-15)


@every_kind_of_classes
@pytest.mark.parametrize("scale", [1, 30])
def test_probabilities_are_those_of_scipy(kind, scale):
    logits = draw_logits(kind, scale=scale)[0][0].T
    expected = softmax(logits, axis=1) if kind == "multiclass" else expit(logits)
    if kind == "binary":
        expected = np.column_stack([expit(-logits), expected])
    np.testing.assert_allclose(inverse_of(kind)[0](logits), expected, rtol=1e-12)
    np.testing.assert_allclose(np.exp(inverse_of(kind)[1](logits)), expected, rtol=1e-12)


@every_kind
def test_float32_stays_float32(kind):
    logits, codes, _, weights = draw_logits(kind)
    loss, n_outputs = loss_of(kind)
    targets = loss.encode(codes, np.float32)
    logits, weights = logits.astype(np.float32), weights.astype(np.float32)
    assert targets.dtype == (np.intp if kind == "multiclass" else np.float32)
    assert loss.value_and_gradient(logits, targets, weights).dtype == np.float32
    for inverse in inverse_of(kind):
        assert inverse(np.zeros((2, n_outputs), np.float32)).dtype == np.float32
