"""From configurations, states and a dataset to results; the loop around a solver."""
