"""unigrad.autograd: the imperative interface in one place, under the names that programs for Torch and MXNet know.

``grad`` is `unigrad.gradients`: gradients of Tensors that were recorded, where `unigrad.grad` is of functions.
"""

from unigrad.imperative import backward, mark_variables
from unigrad.imperative import gradients as grad
from unigrad.inference import inference_mode
from unigrad.recording import is_recording, is_training, pause, predict_mode, record, train_mode
from unigrad.transforms.function import Function
from unigrad.transforms.rule import once_differentiable

__all__ = [
    "Function",
    "backward",
    "grad",
    "inference_mode",
    "is_recording",
    "is_training",
    "mark_variables",
    "once_differentiable",
    "pause",
    "predict_mode",
    "record",
    "train_mode",
]
