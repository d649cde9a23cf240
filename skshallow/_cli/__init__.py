"""The parts of ``python -m skshallow``; ``skshallow/__main__.py`` puts them together."""
