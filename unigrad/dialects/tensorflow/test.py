"""tf.test: a gradient beside its finite differences."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tape import GradientTape

__all__ = ["compute_gradient", "is_gpu_available"]


def compute_gradient(
    f: Callable[..., Any], x: Sequence[Any], delta: float | None = None
) -> tuple[list[Any], list[Any]]:
    """The Jacobians of `f` at the tensors `x`, by the tape and by central differences of width `delta`.

    Two lists of NumPy matrices (elements of the result, elements of the argument).
    """
    inputs = [convert(each) for each in x]
    with GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        y = f(*inputs)
    rows = math.prod(y.shape)
    by_tape = [
        (F.zeros((*y.shape, *each.shape), dtype=each.dtype) if found is None else found).numpy().reshape(rows, -1)
        for each, found in zip(inputs, tape.jacobian(y, inputs), strict=True)
    ]
    return by_tape, [_differences(f, inputs, i, rows, delta) for i in range(len(inputs))]


def _differences(f: Callable[..., Any], inputs: list[Any], position: int, rows: int, delta: float | None) -> Any:
    x = inputs[position]
    step = delta or 1.0 / 1024
    flat, columns = F.reshape(x, (-1,)), []
    for i in range(flat.shape[0]):
        ends = []
        for sign in (1.0, -1.0):
            moved = F.index_set(flat, flat[i] + sign * step, key=(i,))
            ends.append(f(*inputs[:position], F.reshape(moved, x.shape), *inputs[position + 1 :]))
        columns.append(F.reshape((ends[0] - ends[1]) / (2 * step), (rows,)))
    return F.stack(columns, axis=1).numpy() if columns else F.zeros((rows, 0), dtype=x.dtype).numpy()


def is_gpu_available(cuda_only: bool = False, min_cuda_compute_capability: Any = None) -> bool:
    """Whether unigrad's backend has been told to use a card."""
    from unigrad.dialects.tensorflow.config import list_physical_devices

    return bool(list_physical_devices("GPU"))


__getattr__ = absent("tensorflow.test", lambda: __all__)
