"""Saved pipelines as ONNX models."""

import warnings

from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import DoubleTensorType, StringTensorType

import skshallow.onnx


def to_onnx(model, texts):
    """Turn a saved pipeline into an ONNX model.

    Parameters
    ----------
    model : Model
        The model.
    texts : collection of str
        Which of its features are text.

    Returns
    -------
    content : bytes
        The content of an ONNX file. It computes in double precision.
    inputs : dict of str to str
        The input for each feature.
    """
    skshallow.onnx.register()
    names = list(model.pipeline.feature_names_in_)
    types = [
        (name, StringTensorType([None, 1]) if name in texts else DoubleTensorType([None, 1]))
        for name in names
    ]
    options = {"zipmap": False} if model.task == "classification" else {}
    with warnings.catch_warnings():
        # skl2onnx warns of what comes with newer versions of its own packages.
        warnings.simplefilter("ignore")
        converted = convert_sklearn(
            model.pipeline,
            initial_types=types,
            options={id(model.pipeline): options},
            **skshallow.onnx.preprocessing_converters(),
        )
    inputs = [node.name for node in converted.graph.input]
    return converted.SerializeToString(), dict(zip(names, inputs, strict=True))
