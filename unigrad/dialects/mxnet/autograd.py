"""mxnet.autograd: the scopes that record, and the sweeps that give gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet import flags as _flags
from unigrad.dialects.mxnet import sweeps as _sweeps
from unigrad.dialects.mxnet.array import Array as _Array
from unigrad.dialects.mxnet.errors import ArrayValueError as _ArrayValueError
from unigrad.dialects.mxnet.errors import LengthError as _LengthError
from unigrad.dialects.mxnet.function import Function
from unigrad.dialects.mxnet.notes import MISSING as _MISSING

__all__ = [
    "Function",
    "backward",
    "grad",
    "is_recording",
    "is_training",
    "mark_variables",
    "pause",
    "predict_mode",
    "record",
    "set_recording",
    "set_training",
    "train_mode",
]


def is_recording() -> bool:
    """Whether operations on arrays with ``attach_grad`` are being recorded: off unless in `record`."""
    return _flags.recording.get()


def is_training() -> bool:
    """Whether layers such as dropout are to behave as in training."""
    return _flags.training.get()


def set_recording(is_recording: bool) -> bool:
    """Set the flag, and return what it was."""
    before = _flags.recording.get()
    _flags.recording.set(bool(is_recording))
    return before


def set_training(train_mode: bool) -> bool:
    """Set the flag, and return what it was."""
    before = _flags.training.get()
    _flags.training.set(bool(train_mode))
    return before


def record(train_mode: bool = True) -> _flags.FlagScope:
    """A scope that records, in training mode unless `train_mode` is false."""
    return _flags.FlagScope(True, train_mode)


def pause(train_mode: bool = False) -> _flags.FlagScope:
    """A scope that does not record: what is computed in it are constants."""
    return _flags.FlagScope(False, train_mode)


def train_mode() -> _flags.FlagScope:
    """A scope in training mode; recording stays as it is."""
    return _flags.FlagScope(None, True)


def predict_mode() -> _flags.FlagScope:
    """A scope not in training mode; recording stays as it is."""
    return _flags.FlagScope(None, False)


def mark_variables(variables: Any, gradients: Any, grad_reqs: Any = "write") -> None:
    """Make arrays variables, with the given arrays for their gradients' buffers.

    ``grad_reqs`` is one of ``"write"``, ``"add"``, ``"null"``, or one for each. Raises `MXNetError` for a buffer of
    another shape or dtype, `LengthError`, `GradReqError`.
    """
    if isinstance(variables, _Array):
        variables, gradients = [variables], [gradients]
    reqs = [grad_reqs] * len(variables) if isinstance(grad_reqs, str) else list(grad_reqs)
    if not len(variables) == len(gradients) == len(reqs):
        raise _LengthError(
            f"there are {len(variables)} variables, {len(gradients)} gradients and {len(reqs)} grad_reqs; give as many of each"
        )
    for x, buffer in zip(variables, gradients, strict=True):
        if (buffer.shape, buffer.dtype) != (x.shape, x.dtype):
            raise _ArrayValueError(
                f"the gradient of an array of shape {x.shape} and dtype '{x.dtype}' cannot be kept in one of shape "
                f"{buffer.shape} and dtype '{buffer.dtype}'"
            )
    for x, buffer, req in zip(variables, gradients, reqs, strict=True):
        x.attach_grad(req)
        if req != "null":
            x.node.grad = buffer


def backward(heads: Any, head_grads: Any = None, retain_graph: bool = False, train_mode: bool = True) -> None:
    """Gradients of one head or several into the variables' ``grad``; ``head_grads`` weigh the heads, None meaning ones.

    Raises `MXNetError` where a head was not recorded, its graph is gone, or its weights do not fit; `LengthError`.
    """
    _sweeps.backward(heads, head_grads, retain_graph, train_mode)


def grad(
    heads: Any,
    variables: _Array | Sequence[_Array],
    head_grads: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    train_mode: bool = True,
) -> list[Any]:
    """The gradients of the heads with respect to the variables, always a list; no ``grad`` is touched.

    With `create_graph` they are recorded and can be differentiated in turn, and the graph is kept. Raises `MXNetError` for
    a variable without ``attach_grad``, or on which no head depends.
    """
    wanted = [variables] if isinstance(variables, _Array) else list(variables)
    keep = create_graph if retain_graph is None else retain_graph
    found = _sweeps.gradients(heads, wanted, head_grads, bool(keep), create_graph, train_mode)
    return [type(x)._functions.adopt(g) for x, g in zip(wanted, found, strict=True)]


__getattr__ = _absent("mxnet.autograd", lambda: __all__, _MISSING)
