"""The parts of ``python -m skshallow``, which ``skshallow/__main__.py`` calls."""
