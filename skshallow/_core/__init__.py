"""The mathematics, in NumPy and SciPy only: activation functions, losses, network, objective."""
