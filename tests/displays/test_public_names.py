import pickle

import pytest

import skshallow
from skshallow import displays


@pytest.mark.parametrize("name", displays.__all__)
def test_displays_are_known_by_their_public_name(name):
    cls = getattr(displays, name)
    assert getattr(skshallow, name) is cls
    assert f"{cls.__module__}.{cls.__qualname__}" == f"skshallow.{name}"
    assert pickle.loads(pickle.dumps(cls)) is cls
