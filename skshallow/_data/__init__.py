"""Samples in blocks and batches, standardisation of features, targets."""
