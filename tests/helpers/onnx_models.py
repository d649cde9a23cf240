"""Fitted estimators as ONNX models that run."""

import onnx
import onnxruntime
from skl2onnx import to_onnx


def session_of(model, X, options=None, target_opset=None):
    """A session that runs the converted model, which is a valid one."""
    converted = to_onnx(model, X[:1], options=options, target_opset=target_opset)
    onnx.checker.check_model(converted, full_check=True)
    return onnxruntime.InferenceSession(
        converted.SerializeToString(), providers=["CPUExecutionProvider"]
    )
