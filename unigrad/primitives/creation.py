"""Functions that make arrays, and those that change their format or place."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from unigrad import dtypes, settings
from unigrad.card import linear
from unigrad.conversion import NUMBERS, constant, namespace_of, native_dtype
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.manipulation import broadcast_to, stack
from unigrad.recorder import cast

__all__ = [
    "arange",
    "array",
    "asarray",
    "astype",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "linspace",
    "ones",
    "ones_like",
    "stop_gradient",
    "to_device",
    "zeros",
    "zeros_like",
]


def asarray(obj: Any, /, dtype: object = None, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """`obj` as a Tensor: an array of any library, a number, or nested lists of numbers and Tensors.

    What is given keeps its dtype; Python floats take the default dtype, integers int64. NumPy arrays and numbers go to
    the backend in force, other libraries' arrays stay with their own. A foreign buffer is copied, so that writing to it
    later cannot change a gradient; ``copy=False`` shares it, and locks a NumPy array read-only while unigrad may need it.
    """
    if isinstance(obj, Tensor):
        return _asarray_tensor(obj, dtype, device, copy)
    if isinstance(obj, (list, tuple)) and _holds_tensor(obj):
        return asarray(_stacked(obj), dtype, device=device)
    xp = namespace_of((obj,))
    if copy is False and type(obj) in NUMBERS | {list, tuple, range}:
        raise ArgumentError("asarray(copy=False) cannot share Python numbers; leave copy out")
    made = constant(obj, xp, dtype, device, copy=copy is not False)
    if copy is False:
        xp.lock(obj)
    return made


def array(obj: Any, /, dtype: object = None, *, device: Any = None, copy: bool | None = True) -> Tensor:
    """`asarray`, under NumPy's other name: always a new Tensor."""
    return asarray(obj, dtype, device=device, copy=copy)


def _asarray_tensor(x: Tensor, dtype: object, device: Any, copy: bool | None) -> Tensor:
    result = x if dtype is None else astype(x, dtype)
    if device is not None:
        result = result.to(device)
    if result is x and copy:
        result = make_tensor(x.xp.copy(x.raw), x.xp) if x.node is None else +x
    return result


def _holds_tensor(obj: Any) -> bool:
    return isinstance(obj, Tensor) or (isinstance(obj, (list, tuple)) and any(_holds_tensor(part) for part in obj))


def _stacked(obj: Any) -> Any:
    return stack([asarray(_stacked(part)) for part in obj]) if isinstance(obj, (list, tuple)) else obj


def astype(x: Any, /, dtype: Any, *, copy: bool = True) -> Tensor:
    """`x` in another dtype. A change between floating dtypes is recorded; one to integers or booleans cuts the graph."""
    x = x if isinstance(x, Tensor) else asarray(x)
    return cast(x, native_dtype(x.xp, dtype))


@linear(transpose=lambda xp, g, x_device: xp.to_device(g, device=x_device), samples=())
def to_device(x, /, device):
    """`x` on another device of its backend."""


def stop_gradient(x: Any, /) -> Tensor:
    """The values of `x` as a constant: no gradient flows through it."""
    return make_tensor(x.raw, x.xp) if isinstance(x, Tensor) else asarray(x)


def _place(device: Any) -> tuple[ModuleType, Any]:
    chosen = settings.choice()
    return chosen.xp, chosen.device if device is None else device


def _shape(shape: Any) -> tuple[int, ...]:
    return tuple(int(n) for n in shape) if isinstance(shape, Sequence) else (int(shape),)


def zeros(shape: Any, dtype: object = None, *, device: Any = None) -> Tensor:
    """An array of zeros; the default dtype unless one is given."""
    xp, place = _place(device)
    return make_tensor(xp.zeros(_shape(shape), dtype=native_dtype(xp, dtype), device=place), xp)


def ones(shape: Any, dtype: object = None, *, device: Any = None) -> Tensor:
    """An array of ones; the default dtype unless one is given."""
    xp, place = _place(device)
    return make_tensor(xp.ones(_shape(shape), dtype=native_dtype(xp, dtype), device=place), xp)


def empty(shape: Any, dtype: object = None, *, device: Any = None) -> Tensor:
    """An array whose values do not matter; they are zeros, so that a mistake repeats itself."""
    return zeros(shape, dtype, device=device)


def full(shape: Any, fill_value: Any, dtype: object = None, *, device: Any = None) -> Tensor:
    """An array that holds `fill_value` everywhere, a number or a (tracked) 0-d Tensor, in its dtype unless one is given."""
    value = asarray(fill_value, dtype, device=device)
    return broadcast_to(value, shape=_shape(shape))


def arange(start: Any, /, stop: Any = None, step: Any = 1, *, dtype: object = None, device: Any = None) -> Tensor:
    """Numbers from `start` (0 if there is only one argument) to below `stop` in steps: int64 for integers, else the default dtype."""
    xp, place = _place(device)
    first, last = (0, start) if stop is None else (start, stop)
    numbers = [each.item() if hasattr(each, "item") else each for each in (first, last, step)]
    if dtype is None:
        dtype = dtypes.int64 if all(isinstance(each, int) for each in numbers) else settings.get_default_dtype()
    if numbers[2] == 0:
        raise ArgumentError("'arange' needs a step that is not 0")
    return make_tensor(xp.arange(*numbers, dtype=native_dtype(xp, dtype), device=place), xp)


def linspace(
    start: Any, stop: Any, /, num: int = 50, *, dtype: object = None, device: Any = None, endpoint: bool = True
) -> Tensor:
    """`num` evenly spaced numbers from `start` to `stop`, which `endpoint` includes."""
    xp, place = _place(device)
    first, last = (each.item() if hasattr(each, "item") else each for each in (start, stop))
    return make_tensor(
        xp.linspace(first, last, num, dtype=native_dtype(xp, dtype), device=place, endpoint=endpoint), xp
    )


def eye(n_rows: int, n_cols: int | None = None, /, *, k: int = 0, dtype: object = None, device: Any = None) -> Tensor:
    """Ones on the diagonal `k`, zeros elsewhere."""
    xp, place = _place(device)
    return make_tensor(
        xp.eye(n_rows, n_rows if n_cols is None else n_cols, k=k, dtype=native_dtype(xp, dtype), device=place), xp
    )


def _like(x: Any, name: str, dtype: object) -> Tensor:
    source = x if isinstance(x, Tensor) else asarray(x)
    result = make_tensor(getattr(source.xp, name)(source.raw), source.xp)
    return result if dtype is None else astype(result, dtype)


def zeros_like(x: Any, /, dtype: object = None) -> Tensor:
    """Zeros of the shape, dtype, backend and device of `x`."""
    return _like(x, "zeros_like", dtype)


def ones_like(x: Any, /, dtype: object = None) -> Tensor:
    """Ones of the shape, dtype, backend and device of `x`."""
    return _like(x, "ones_like", dtype)


def empty_like(x: Any, /, dtype: object = None) -> Tensor:
    """An array like `x` whose values do not matter."""
    return zeros_like(x, dtype)


def full_like(x: Any, fill_value: Any, /, dtype: object = None) -> Tensor:
    """`fill_value` everywhere, in the shape, dtype, backend and device of `x`."""
    result: Tensor = zeros_like(x, dtype) + fill_value
    return result
