"""Indexing: ``x[key]`` and ``x[key] = value`` as torch has them."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import FormatError, IndexFault, SizeError, StepError
from unigrad.dialects.torch.inplace import assign, only_unrecorded
from unigrad.dialects.torch.tensor import F


def take(x: Any, key: Any) -> Any:
    """``x[key]``: integers, slices, ``...``, None, lists and tensors of integers, masks; recorded."""
    key = checked(x, key)
    if type(key) is tuple and _apart(key):
        first, second = _in_two_steps(key)
        return take(take(x, first), second)
    try:
        return F.getitem(x, key=key)
    except IndexFault:
        raise
    except (ug.DTypeError, IndexError) as error:
        raise IndexFault(str(error)) from error


def put(x: Any, key: Any, value: Any) -> None:
    """``x[key] = value``: recorded, on the same tensor. Raises `InPlaceError` for a leaf while recording."""
    only_unrecorded(x)
    key = checked(x, key)
    values = value if isinstance(value, ug.Tensor) else F.adopt(_as_values(x, value))
    if values.dtype != x.dtype:
        values = F.astype(values, x.dtype)
    assign(x, _replaced(x, key, _without_leading_ones(values)))


def _replaced(x: Any, key: Any, values: Any) -> Any:
    """A copy of `x` with `values` at `key`."""
    if type(key) is tuple and _apart(key):
        first, second = _in_two_steps(key)
        return _replaced(x, first, _replaced(take(x, first), second, values))
    try:
        return F.index_set(x, values, key=key)
    except IndexError as error:
        raise IndexFault(str(error)) from error
    except (ValueError, RuntimeError, TypeError) as error:
        raise SizeError(
            f"values of shape {tuple(values.shape)} do not fit where they are to be put, in a tensor of shape {tuple(x.shape)}"
        ) from error


def _is_array(part: Any) -> bool:
    return isinstance(part, (list, ug.Tensor)) or hasattr(part, "__array_interface__")


def _apart(key: tuple[Any, ...]) -> bool:
    """Whether the key has integers beside index arrays, and not next to them: torch goes by the integers first, NumPy does not."""
    places = [i for i, part in enumerate(key) if type(part) is int or _is_array(part)]
    mixed = any(type(part) is int for part in key) and any(map(_is_array, key))
    return mixed and places[-1] - places[0] >= len(places)


def _in_two_steps(key: tuple[Any, ...]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """`key` as one of everything but index arrays, and one of these alone for what the first gives."""
    first: list[Any] = []
    second: list[Any] = []
    for part in key:
        if _is_array(part):
            first += [slice(None)] * _width(part)
            second.append(part)
        else:
            first.append(part)
            second += [] if type(part) is int else [Ellipsis if part is Ellipsis else slice(None)]
    return tuple(first), tuple(second)


def _without_leading_ones(values: Any) -> Any:
    """`values` without leading axes of length 1, which torch lets a place have fewer of."""
    shape = tuple(values.shape)
    start = next((i for i, n in enumerate(shape) if n != 1), len(shape))
    return F.reshape(values, shape=shape[start:]) if start else values


def _as_values(x: Any, value: Any) -> Any:
    number = value if isinstance(value, (bool, int, float, complex)) else ug.asarray(value)
    if isinstance(number, ug.Tensor):
        _check_kind(x, number.dtype.kind == "complex")
        return number if number.xp is x.xp else number.to_backend(x.xp.__backend__)
    _check_kind(x, isinstance(number, complex))
    with ug.use_backend(x.xp.__backend__):
        return ug.asarray(number, x.dtype)


def _check_kind(x: Any, is_complex: bool) -> None:
    if is_complex and x.dtype.kind != "complex":
        raise FormatError(f"complex numbers cannot be written to a tensor of {x.dtype}; take their real part")


def checked(x: Any, key: Any) -> Any:
    """`key`, with what torch refuses refused. Raises `IndexFault`, `StepError`."""
    if type(key) is int:
        shape = x.raw.shape
        if not shape:
            raise IndexFault("invalid index of a 0-dim tensor; use x.item() for its value")
        _in_bounds(key, 0, shape[0])
        return key
    parts = key if isinstance(key, tuple) else (key,)
    if all(type(part) is slice and part.step is None for part in parts) and len(parts) <= len(x.raw.shape):
        return key
    return tuple(map(_as_part, _spread(x, parts)))


def _spread(x: Any, parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """The parts, each looked at with the axis that it is for."""
    shape = tuple(x.raw.shape)
    taken = [_width(part) for part in parts]
    if sum(taken) > len(shape):
        raise IndexFault(f"too many indices for tensor of dimension {len(shape)}")
    axis = 0
    for part, width in zip(parts, taken, strict=True):
        if part is Ellipsis:
            axis = len(shape) - sum(taken[parts_index(parts, part) + 1 :])
            continue
        _check(part, axis, shape)
        axis += width
    return parts


def parts_index(parts: tuple[Any, ...], wanted: Any) -> int:
    """Where `wanted` itself stands; ``==`` would compare tensors."""
    return next(i for i, part in enumerate(parts) if part is wanted)


def _width(part: Any) -> int:
    """How many axes a part of a key takes."""
    if part is None or part is Ellipsis or isinstance(part, bool):
        return 0
    if isinstance(part, ug.Tensor) and ug.Tensor.dtype.fget(part).kind == "bool":  # type: ignore[attr-defined]
        return len(part.raw.shape)
    if type(part) is list and part and isinstance(part[0], list) and part[0] and isinstance(part[0][0], bool):
        return 2
    return 1


def _check(part: Any, axis: int, shape: tuple[int, ...]) -> None:
    if isinstance(part, float):
        raise IndexFault("an index is an integer, a slice, ..., None, or a tensor of integers or booleans, not a float")
    if isinstance(part, slice) and part.step is not None and int(part.step) <= 0:
        raise StepError("a slice's step must be greater than zero; use flip() to go backwards")
    if type(part) is int:
        _in_bounds(part, axis, shape[axis])
    if isinstance(part, ug.Tensor) and part.raw.shape is not None:
        kind = ug.Tensor.dtype.fget(part).kind  # type: ignore[attr-defined]
        if kind not in ("integer", "bool"):
            raise IndexFault("tensors used as indices must hold integers or booleans; convert with .long()")
        if kind == "bool" and tuple(part.raw.shape) != shape[axis : axis + len(part.raw.shape)]:
            raise IndexFault(
                f"the mask of shape {list(part.raw.shape)} does not match the tensor of shape {list(shape)}"
            )
        if kind == "integer":
            _all_in_bounds(part.raw, part.xp, axis, shape[axis])
    if isinstance(part, (list, range)):
        for each in part:
            if type(each) is int:
                _in_bounds(each, axis, shape[axis])


def _all_in_bounds(array: Any, xp: Any, axis: int, length: int) -> None:
    if xp.is_traced(array) or 0 in array.shape:
        return
    for end in (xp.min(array), xp.max(array)):
        _in_bounds(int(xp.item(end)), axis, length)


def _in_bounds(index: int, axis: int, length: int) -> None:
    if not -length <= index < length:
        raise IndexFault(f"index {index} is out of bounds for dimension {axis} with size {length}")


def _as_part(part: Any) -> Any:
    if isinstance(part, range):
        return list(part)
    if part is False:
        raise IndexFault("False is no index; use x[:0] for no elements")
    return None if part is True else part
