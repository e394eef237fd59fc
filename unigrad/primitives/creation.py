"""Functions that make arrays, and those that change their format or place."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from unigrad import dtypes, plugins, settings
from unigrad.card import linear
from unigrad.conversion import NUMBERS, constant, namespace_of, native_dtype
from unigrad.errors import ArgumentError, CopyError
from unigrad.graph import Tensor, make_tensor
from unigrad.observing import observers
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
    "from_dlpack",
    "full",
    "full_like",
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
        raise CopyError("asarray(copy=False) cannot share Python numbers; leave copy out")
    made = constant(obj, xp, dtype, device, copy=copy is not False)
    if copy is False:
        _only_shared(made, obj)
        xp.lock(obj)
        for observer in observers.get():
            observer.shared(made.raw, xp, "what asarray(copy=False) was given")
    return made


def _only_shared(made: Tensor, obj: Any) -> None:
    """Refuses what had to be copied: an array in another dtype, as far as that can be told."""
    given = getattr(obj, "dtype", None)
    if given is not None and made.dtype != given:
        raise CopyError(
            f"asarray(copy=False) cannot share an array of dtype '{given}' as '{made.dtype}'; leave copy out"
        )


def from_dlpack(x: Any, /, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """`x`, anything that speaks DLPack, as a Tensor on the backend in force, copied unless ``copy`` is False.

    Raises `ArgumentError` for what does not speak it.
    """
    if not hasattr(x, "__dlpack__"):
        raise ArgumentError(f"'from_dlpack' takes an array with a '__dlpack__' method, not a '{type(x).__name__}'")
    xp, place = _place(device)
    owner = plugins.backend_of_type(type(x))
    if isinstance(x, Tensor):
        moved = stop_gradient(x).to_backend(xp.__backend__)
        moved = make_tensor(xp.copy(moved.raw), xp) if copy and moved.raw is x.raw else moved
    elif copy is False:
        moved = make_tensor(xp.enter(xp.from_dlpack(x)), xp)
    elif owner is None or owner.name == "numpy" or owner.xp is xp:
        moved = constant(x if owner is not None else settings.host().from_dlpack(x), xp, copy=True)
    else:
        moved = make_tensor(owner.xp.enter(x), owner.xp).to_backend(xp.__backend__)
    return moved if place is None else to_device(moved, device=place)


def array(obj: Any, /, dtype: object = None, *, device: Any = None, copy: bool | None = True) -> Tensor:
    """`asarray`, under NumPy's other name: always a new Tensor."""
    return asarray(obj, dtype, device=device, copy=copy)


def _asarray_tensor(x: Tensor, dtype: object, device: Any, copy: bool | None) -> Tensor:
    result = x if dtype is None else astype(x, dtype)
    if device is not None:
        result = result.to(device)
    if result is not x and copy is False:
        raise CopyError(
            f"asarray(copy=False) cannot share an array of dtype '{x.dtype}' on {x.device} as it was asked for"
        )
    if result is x and copy:
        result = make_tensor(x.xp.copy(x.raw), x.xp) if x.node is None else +x
    return result


def _holds_tensor(obj: Any) -> bool:
    return isinstance(obj, Tensor) or (isinstance(obj, (list, tuple)) and any(_holds_tensor(part) for part in obj))


def _stacked(obj: Any) -> Any:
    return stack([asarray(_stacked(part)) for part in obj]) if isinstance(obj, (list, tuple)) else obj


def astype(x: Any, /, dtype: Any, *, copy: bool = True, device: Any = None) -> Tensor:
    """`x` in another dtype. A change between floating dtypes is recorded; one to integers or booleans cuts the graph.

    ``copy`` makes no difference, as nothing can change a Tensor's array behind another's back. Raises `DTypeError` where
    an imaginary part would be lost.
    """
    x = x if isinstance(x, Tensor) else asarray(x)
    result = cast(x, native_dtype(x.xp, dtype))
    return result if device is None else to_device(result, device=device)


@linear(transpose=lambda xp, g, x_device: xp.to_device(g, device=x_device), samples=())
def to_device(x, /, device):
    """`x` on another device of its backend."""


def stop_gradient(x: Any, /) -> Tensor:
    """The values of `x` as a constant: no gradient flows through it."""
    result = make_tensor(x.raw, x.xp) if isinstance(x, Tensor) else asarray(x)
    for observer in observers.get():
        observer.changed("stop_gradient", x, result)
    return result


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


def arange(start: Any, /, stop: Any = None, step: Any = 1, dtype: object = None, *, device: Any = None) -> Tensor:
    """Numbers from `start` (0 if there is only one argument) to below `stop` in steps: int64 for integers, else the default dtype."""
    xp, place = _place(device)
    first, last = (0, start) if stop is None else (start, stop)
    numbers = [each.item() if hasattr(each, "item") else each for each in (first, last, step)]
    if dtype is None:
        dtype = dtypes.int64 if all(isinstance(each, int) for each in numbers) else settings.get_default_dtype()
    if numbers[2] == 0:
        raise ArgumentError("'arange' needs a step that is not 0")
    return make_tensor(xp.arange(*numbers, dtype=native_dtype(xp, dtype), device=place), xp)


def eye(n_rows: int, n_cols: int | None = None, /, k: int = 0, dtype: object = None, *, device: Any = None) -> Tensor:
    """Ones on the diagonal `k`, zeros elsewhere."""
    xp, place = _place(device)
    return make_tensor(
        xp.eye(n_rows, n_rows if n_cols is None else n_cols, k=k, dtype=native_dtype(xp, dtype), device=place), xp
    )


def _like(x: Any, name: str, dtype: object, device: Any) -> Tensor:
    source = x if isinstance(x, Tensor) else asarray(x)
    result = make_tensor(getattr(source.xp, name)(source.raw), source.xp)
    result = result if dtype is None else astype(result, dtype)
    return result if device is None else to_device(result, device=device)


def zeros_like(x: Any, /, dtype: object = None, *, device: Any = None) -> Tensor:
    """Zeros of the shape, dtype, backend and device of `x`, unless others are given."""
    return _like(x, "zeros_like", dtype, device)


def ones_like(x: Any, /, dtype: object = None, *, device: Any = None) -> Tensor:
    """Ones of the shape, dtype, backend and device of `x`, unless others are given."""
    return _like(x, "ones_like", dtype, device)


def empty_like(x: Any, /, dtype: object = None, *, device: Any = None) -> Tensor:
    """An array like `x` whose values do not matter."""
    return zeros_like(x, dtype, device=device)


def full_like(x: Any, /, fill_value: Any, dtype: object = None, *, device: Any = None) -> Tensor:
    """`fill_value`, a number or a (tracked) Tensor, everywhere, in the shape, dtype, backend and device of `x`, unless others are given."""
    source = zeros_like(x, dtype, device=device)
    if isinstance(fill_value, Tensor):
        return broadcast_to(astype(fill_value, source.dtype), shape=tuple(source.shape))
    value = constant(fill_value, source.xp, dtype=source.dtype, device=source.xp.device_of(source.raw))
    return broadcast_to(value, shape=tuple(source.shape))
