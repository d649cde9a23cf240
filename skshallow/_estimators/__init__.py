"""scikit-learn's side: parameters, checks, callbacks, fitted attributes, predictions."""
