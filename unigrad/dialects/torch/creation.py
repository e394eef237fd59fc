"""Creation: functions that make tensors."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import LibraryError, in_torchs_types
from unigrad.dialects.torch.formats import chosen, get_default_dtype, place
from unigrad.dialects.torch.sampling import lengths
from unigrad.dialects.torch.tensor import F, Tensor

__all__ = [
    "arange",
    "as_tensor",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_numpy",
    "full",
    "full_like",
    "linspace",
    "logspace",
    "ones",
    "ones_like",
    "range",
    "scalar_tensor",
    "tensor",
    "zeros",
    "zeros_like",
]


def tensor(data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A constant of nested lists of numbers, a number, or an array, always with values of its own.

    Python's floats take the default dtype, integers int64; arrays keep theirs. With `requires_grad` it is a leaf.
    """
    with ug.pause():
        if isinstance(data, (list, tuple)):
            data = _bare(data)
        made: Tensor = F.adopt(ug.array(data, chosen(dtype), device=place(device)))
    made.node = None
    return made.requires_grad_(requires_grad)


def _bare(data: Any) -> Any:
    """Nested lists with the tensors of one element in them as numbers."""
    if isinstance(data, (list, tuple)):
        return [_bare(each) for each in data]
    if isinstance(data, ug.Tensor):
        return data.item() if not data.shape else ug.stop_gradient(data)
    return data.item() if hasattr(data, "item") and not getattr(data, "shape", ()) else data


def as_tensor(data: Any, dtype: Any = None, device: Any = None) -> Tensor:
    """`data` itself if it is a tensor already, of that dtype; else `tensor` of it."""
    if isinstance(data, Tensor):
        return data if dtype is None or data.dtype == chosen(dtype) else F.astype(data, chosen(dtype))
    return tensor(data, dtype=dtype, device=device)


def asarray(
    obj: Any, *, dtype: Any = None, device: Any = None, copy: Any = None, requires_grad: bool = False
) -> Tensor:
    """`as_tensor`, under the array API standard's name."""
    made = tensor(obj, dtype=dtype, device=device) if copy else as_tensor(obj, dtype, device)
    return made.requires_grad_() if requires_grad else made


def from_numpy(ndarray: Any) -> Tensor:
    """The values of a NumPy array, in its dtype; a copy, on the backend in force."""
    if not hasattr(ndarray, "__array_interface__"):
        raise ug.ArgumentError(f"expected a NumPy array, got {type(ndarray).__name__}; use torch.tensor(…)")
    return tensor(ndarray)


def scalar_tensor(s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor without axes, in the default dtype unless one is given."""
    return tensor(s, dtype=dtype or get_default_dtype(), device=device, requires_grad=requires_grad)


def _made(
    name: str, size: tuple[Any, ...], named: dict[str, Any], dtype: Any, device: Any, requires_grad: bool
) -> Tensor:
    unknown = set(named) - {"size", "memory_format", "pin_memory", "layout"}
    if unknown:
        raise ug.ArgumentError(f"{name}() has no argument '{unknown.pop()}'; the lengths go first, or in size=(…)")
    shape = lengths((tuple(named["size"]),)) if "size" in named else lengths(size)
    return getattr(F, name)(shape, chosen(dtype), device=place(device)).requires_grad_(requires_grad)  # type: ignore[no-any-return]


def zeros(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """Zeros, in the default dtype unless one is given."""
    return _made("zeros", size, named, dtype, device, requires_grad)


def ones(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """Ones, in the default dtype unless one is given."""
    return _made("ones", size, named, dtype, device, requires_grad)


def empty(*size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """A tensor whose values do not matter; they are zeros."""
    return _made("zeros", size, named, dtype, device, requires_grad)


@in_torchs_types
def full(size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`fill_value` everywhere; its own kind of dtype unless one is given."""
    shape = lengths((tuple(size),)) if isinstance(size, (tuple, list)) else (int(size),)
    value = fill_value.item() if isinstance(fill_value, ug.Tensor) else fill_value
    made: Tensor = F.full(shape, value, chosen(dtype), device=place(device))
    return made.requires_grad_(requires_grad)


def _number(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def arange(*bounds: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False, **named: Any) -> Tensor:
    """Numbers from `start` (0) to below `end` in steps of `step` (1): int64 for integers, else the default dtype."""
    given = [_number(each) for each in bounds]
    if "end" in named:
        given = [named.get("start", given[0] if given else 0), named["end"]]
    first, last = (0, given[0]) if len(given) == 1 else given[:2]
    step = given[2] if len(given) > 2 else named.get("step", 1)
    if step == 0 or (last - first) * step < 0:
        raise LibraryError("arange() needs bounds that its step leads from one to the other, and a step that is not 0")
    made: Tensor = F.arange(first, last, step, dtype=chosen(dtype), device=place(device))
    return made.requires_grad_(requires_grad)


def range(start: Any, end: Any, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Tensor:
    """Numbers from `start` to `end`, which counts; torch's own name for it is deprecated."""
    return arange(start, end + step / 2, step, dtype=dtype or get_default_dtype(), device=device)


def linspace(
    start: Any, end: Any, steps: int, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`steps` evenly spaced numbers from `start` to `end`, which counts."""
    made: Tensor = F.linspace(_number(start), _number(end), steps, dtype=chosen(dtype), device=place(device))
    return made.requires_grad_(requires_grad)


def logspace(start: Any, end: Any, steps: int, base: float = 10.0, *, dtype: Any = None, device: Any = None) -> Tensor:
    """`steps` powers of `base`, the exponents evenly spaced."""
    return F.pow(float(base), linspace(start, end, steps, dtype=dtype, device=device))  # type: ignore[no-any-return]


def eye(n: int, m: int | None = None, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones on the diagonal, zeros elsewhere."""
    made: Tensor = F.eye(n, n if m is None else m, dtype=chosen(dtype), device=place(device))
    return made.requires_grad_(requires_grad)


def _like(name: str, input: Any, dtype: Any, requires_grad: bool) -> Tensor:
    made: Tensor = getattr(F, name)(input.detach(), chosen(dtype))
    return made.requires_grad_(requires_grad)


def zeros_like(input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape and dtype of `input`."""
    return _like("zeros_like", input, dtype, requires_grad)


def ones_like(input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape and dtype of `input`."""
    return _like("ones_like", input, dtype, requires_grad)


def empty_like(input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor like `input` whose values do not matter; they are zeros."""
    return _like("zeros_like", input, dtype, requires_grad)


def full_like(
    input: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`fill_value` everywhere, in the shape and dtype of `input`."""
    kind = chosen(dtype) or input.dtype
    with ug.use_backend(input.xp.__backend__):
        return full(tuple(input.shape), fill_value, dtype=kind, requires_grad=requires_grad)


def new_tensor(self: Any, data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`tensor`, in this one's dtype."""
    return tensor(data, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)


def new_zeros(self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros of another shape, in this tensor's dtype."""
    return zeros(*size, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)


def new_empty(self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of another shape and this one's dtype whose values do not matter; they are zeros."""
    return zeros(*size, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)


def new_ones(self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones of another shape, in this tensor's dtype."""
    return ones(*size, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)


def new_full(
    self: Any, size: Any, fill_value: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """`fill_value` in another shape, in this tensor's dtype."""
    return full(size, fill_value, dtype=dtype or self.dtype, device=device, requires_grad=requires_grad)
