"""torch.autograd: gradients of tensors, and operations of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch.autograd import functional, graph
from unigrad.dialects.torch.autograd.anomaly import detect_anomaly, set_detect_anomaly
from unigrad.dialects.torch.autograd.function import Function
from unigrad.dialects.torch.autograd.gradcheck import gradcheck, gradgradcheck
from unigrad.dialects.torch.errors import FormatError, GradientError, SizeError
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.recording import enable_grad, inference_mode, no_grad, set_grad_enabled
from unigrad.dialects.torch.tensor import F, Tensor

__all__ = [
    "Function",
    "Variable",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "graph",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]


_REAL_ONLY = "grad can be implicitly created only for real scalar outputs"


def _several(given: Any) -> list[Any]:
    return list(given) if isinstance(given, Sequence) else [given]


def _weights(outputs: list[Any], given: Any) -> list[Any]:
    """A cotangent for each output: the one that is given, or 1 for an output of one element."""
    weights = [None] * len(outputs) if given is None else _several(given)
    if len(weights) != len(outputs):
        raise GradientError(f"got {len(outputs)} tensors and {len(weights)} gradients")
    return [_weight(out, weight, i) for i, (out, weight) in enumerate(zip(outputs, weights, strict=True))]


def _weight(out: Any, weight: Any, i: int) -> Any:
    if not out.node:
        raise GradientError(f"element {i} of tensors does not require grad and does not have a grad_fn")
    if weight is None:
        if out.numel() != 1:
            raise GradientError("grad can be implicitly created only for scalar outputs; pass gradient=, or sum it up")
        if out.dtype.kind == "complex":
            raise GradientError(f"{_REAL_ONLY} but got {out.dtype}; pass gradient=, or take real, imag or abs of it")
        return F.ones_like(out.detach())
    if not isinstance(weight, ug.Tensor):
        raise ug.ArgumentError(f"gradients can be either Tensors or None, but got {type(weight).__name__}")
    if tuple(weight.shape) != tuple(out.shape):
        raise SizeError(
            f"mismatch in shape: gradient {i} has the shape {weight.shape}, and its output has the shape {out.shape}"
        )
    if weight.dtype != out.dtype and "complex" in (weight.dtype.kind, out.dtype.kind):
        raise FormatError(
            f"For complex Tensors, both grad_output and output are required to have the same dtype, not {weight.dtype} and {out.dtype}"
        )
    return weight if weight.dtype == out.dtype else F.astype(weight, out.dtype)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Pull gradients back from `tensors` and add them to the ``grad`` of the leaves, or of `inputs` only.

    A tensor of several elements needs a gradient of its own. Raises `GradientError`, `GraphFreed`, `SizeError`.
    """
    outputs = _several(tensors)
    weights = _weights(outputs, grad_tensors)
    keep = create_graph if retain_graph is None else retain_graph
    if inputs is None:
        ug.backward(outputs, weights, retain_graph=keep, create_graph=create_graph)
        return
    wanted = _several(inputs)
    found = ug.gradients(outputs, wanted, weights, allow_unused=True, retain_graph=keep, create_graph=create_graph)
    for x, gradient in zip(wanted, found, strict=True):
        if gradient is not None:
            _collect(x, F.adopt(gradient))


def _collect(x: Any, gradient: Any) -> None:
    if not x.is_leaf:
        raise GradientError("inputs=… of backward() are leaves here; use torch.autograd.grad for recorded tensors")
    before = x.grad
    x.grad = gradient if before is None else before + gradient


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """The gradients of `outputs` with respect to `inputs`, as a tuple; no ``grad`` is touched.

    With `is_grads_batched` each of `grad_outputs` has a first axis for several cotangents, which are pulled back at once, and
    so has each gradient. An input that is not reached raises `GradientError`, unless `allow_unused` (None) or
    `materialize_grads` (zeros).
    """
    heads, wanted = _several(outputs), _several(inputs)
    for x in wanted:
        if not x.node:
            raise GradientError("one of the differentiated tensors does not require grad")
    keep = create_graph if retain_graph is None else retain_graph
    if is_grads_batched:
        found = _all_at_once(heads, wanted, _several(grad_outputs), create_graph)
    else:
        weights = _weights(heads, grad_outputs)
        found = ug.gradients(heads, wanted, weights, allow_unused=True, retain_graph=keep, create_graph=create_graph)
    if any(gradient is None for gradient in found) and not (allow_unused or materialize_grads):
        raise GradientError(
            "one of the differentiated tensors appears not to have been used in the graph; "
            "set allow_unused=True if this is meant"
        )
    return tuple(
        F.adopt(gradient) if gradient is not None else F.zeros_like(x.detach()) if materialize_grads else None
        for x, gradient in zip(wanted, found, strict=True)
    )


def _all_at_once(heads: list[Any], wanted: list[Any], cotangents: list[Any], create_graph: bool) -> list[Any]:
    """The gradients for several cotangents, stacked; None for an input that is not reached."""
    reached: list[bool] = []

    def row(*weights: Any) -> list[Any]:
        # On Tensors in any case, recorded or not, as the cotangents are of other kernels than the graph.
        found = ug.gradients(
            heads, wanted, _weights(heads, list(map(F.adopt, weights))), allow_unused=True, create_graph=True
        )
        reached[:] = [each is not None for each in found]
        return [each for each in found if each is not None]

    with ug.record() if create_graph else ug.pause():
        stacked = iter(ug.vmap(row)(*cotangents))
    return [next(stacked) if own else None for own in reached]


def Variable(data: Any, requires_grad: bool = False) -> Any:  # noqa: N802 - torch's name
    """A tensor with the values of another; torch's old name for what `requires_grad_` does."""
    return data.detach().requires_grad_(requires_grad)


def _backward(
    self: Any,
    gradient: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Pull a gradient back from here, and add it to the ``grad`` of the leaves; see `torch.autograd.backward`."""
    if (
        gradient is None and inputs is None and self.node is not None and self.form and not self.raw.shape
    ):  # the usual case
        _native(
            self, retain_graph=bool(create_graph if retain_graph is None else retain_graph), create_graph=create_graph
        )
    else:
        backward([self], None if gradient is None else [gradient], retain_graph, create_graph, inputs)


_native: Any = ug.Tensor.backward
Tensor.backward = _backward  # type: ignore[assignment, method-assign]
__getattr__ = absent("torch.autograd", lambda: __all__, MISSING)
