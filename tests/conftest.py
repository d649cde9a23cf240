"""What all tests share: a quiet, reproducible hypothesis."""

from hypothesis import settings

settings.register_profile("skshallow", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("skshallow")
