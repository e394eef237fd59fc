"""Functions that change the shape of tensors, join them and take them apart."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import unigrad as ug
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.creation import lengths_of, number
from unigrad.dialects.tensorflow.errors import InvalidArgumentError, OpError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.reduction import axes_of
from unigrad.dialects.tensorflow.tensor import EagerTensor

P = ParamSpec("P")
R = TypeVar("R")


def strict(function: Callable[P, R]) -> Callable[P, R]:
    """`function`, whose shape errors are TensorFlow's."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (ug.ShapeError, ug.AxisError, IndexError) as error:
            if isinstance(error, OpError):
                raise
            raise InvalidArgumentError(str(error)) from error

    return run


@strict
def reshape(tensor: Any, shape: Any, name: Any = None) -> EagerTensor:
    """The same elements in another shape; one length may be -1."""
    return F.reshape(convert(tensor), lengths_of(shape))


@strict
def expand_dims(input: Any, axis: Any, name: Any = None) -> EagerTensor:
    """A new axis of length 1 at `axis`."""
    return F.expand_dims(convert(input), axis=int(number(axis)))


@strict
def squeeze(input: Any, axis: Any = None, name: Any = None) -> EagerTensor:
    """Without the axes of length 1, or those of them that `axis` names."""
    return F.squeeze(convert(input), axis=axes_of(axis))


@strict
def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: Any = "transpose") -> EagerTensor:
    """The axes in the order `perm`, reversed if none is given."""
    x = convert(a)
    order = tuple(reversed(range(len(x.shape)))) if perm is None else lengths_of(perm)
    return F.permute_dims(F.conj(x) if conjugate else x, order)


@strict
def broadcast_to(input: Any, shape: Any, name: Any = None) -> EagerTensor:
    """`input` repeated along new axes and along those of length 1."""
    return F.broadcast_to(convert(input), lengths_of(shape))


@strict
def concat(values: Any, axis: Any, name: Any = "concat") -> EagerTensor:
    """Tensors of one dtype joined along an axis that they have."""
    parts = list(values) if isinstance(values, (list, tuple)) else [values]
    return F.concat(_alike(parts), axis=int(number(axis)))


@strict
def stack(values: Any, axis: Any = 0, name: Any = "stack") -> EagerTensor:
    """Tensors of one shape and dtype along a new axis."""
    return F.stack(_alike(list(values)), axis=int(number(axis)))


def _alike(values: list[Any]) -> list[EagerTensor]:
    """The values as tensors; lists and numbers among them take the dtype of the first tensor."""
    given = [read(each) for each in values]
    like = next((each.dtype for each in given if isinstance(each, EagerTensor)), None)
    return [convert(each, like=like) for each in given]


def unstack(value: Any, num: int | None = None, axis: int = 0, name: Any = "unstack") -> list[EagerTensor]:
    """The parts along `axis`, without it."""
    x = convert(value)
    if num is not None and num != x.shape[axis]:
        raise InvalidArgumentError(f"num is {num}, but the axis {axis} of shape {x.shape} has length {x.shape[axis]}")
    return [part[0] for part in _parts(F.moveaxis(x, axis, 0), [1] * x.shape[axis], 0)]


def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: Any = None, name: Any = "split"
) -> list[EagerTensor]:
    """The parts along `axis`: as many of one length, or of the lengths given, of which one may be -1."""
    x, axis, sizes = convert(value), int(number(axis)), read(num_or_size_splits)
    length = x.shape[axis]
    if isinstance(sizes, EagerTensor):
        sizes = sizes.numpy().tolist()
    if isinstance(sizes, (list, tuple)):
        sizes = [int(number(each)) for each in sizes]
        rest = length - sum(each for each in sizes if each >= 0)
        sizes = [rest if each < 0 else each for each in sizes]
        if sum(sizes) != length:
            raise InvalidArgumentError(f"the lengths {sizes} do not add up to {length}, that of axis {axis}")
        return _parts(x, sizes, axis)
    if length % int(sizes):
        raise InvalidArgumentError(
            f"the axis {axis} of length {length} cannot be split into {sizes} parts of one length"
        )
    return _parts(x, [length // int(sizes)] * int(sizes), axis)


def _parts(x: EagerTensor, sizes: list[int], axis: int) -> list[EagerTensor]:
    key: list[Any] = [slice(None)] * len(x.shape)
    parts, start = [], 0
    for size in sizes:
        key[axis] = slice(start, start + size)
        parts.append(F.getitem(x, key=tuple(key)))
        start += size
    return parts


@strict
def tile(input: Any, multiples: Any, name: Any = None) -> EagerTensor:
    """The tensor several times over along each axis."""
    return F.tile(convert(input), lengths_of(multiples))


@strict
def repeat(input: Any, repeats: Any, axis: int | None = None, name: Any = None) -> EagerTensor:
    """Each element several times in a row, as often as `repeats` says, for all or for each."""
    x, times = convert(input), lengths_of(repeats)
    if len(times) == 1:
        return F.repeat(x, times[0], axis=axis)
    positions = [i for i, count in enumerate(times) for _ in range(count)]
    return F.take(x, positions, axis=axis)


@strict
def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0, name: Any = None) -> EagerTensor:
    """The tensor with a margin: zeros or another number, or what is inside mirrored (``REFLECT``, ``SYMMETRIC``)."""
    widths = [lengths_of(each) for each in (paddings if isinstance(paddings, (list, tuple)) else convert(paddings))]
    x, mode = convert(tensor), mode.lower()
    if mode == "constant" and not x.dtype.is_floating:
        return F.astype(F.pad(F.astype(x, "float64"), widths, constant_values=float(number(constant_values))), x.dtype)
    if mode == "constant":
        return F.pad(x, widths, constant_values=float(number(constant_values)))
    return F.pad(x, widths, mode=mode)


@strict
def reverse(tensor: Any, axis: Any, name: Any = None) -> EagerTensor:
    """The elements along `axis` in reverse order."""
    return F.flip(convert(tensor), axis=axes_of(axis))


@strict
def roll(input: Any, shift: Any, axis: Any, name: Any = None) -> EagerTensor:
    """The elements moved along `axis`, those that fall off the end put in at the start."""
    return F.roll(convert(input), axes_of(shift), axis=axes_of(axis))


@strict
def slice_(input_: Any, begin: Any, size: Any, name: Any = None) -> EagerTensor:
    """The block that begins at `begin` and has the lengths `size`; -1 is up to the end."""
    x, starts, lengths = convert(input_), lengths_of(begin), lengths_of(size)
    for start, length, whole in zip(starts, lengths, x.shape, strict=True):
        if start + max(length, 0) > whole:
            raise InvalidArgumentError(f"the slice from {starts} of size {lengths} goes beyond shape {x.shape}")
    ends = [whole if n < 0 else start + n for start, n, whole in zip(starts, lengths, x.shape, strict=True)]
    return F.getitem(x, key=tuple(map(slice, starts, ends)))


@strict
def meshgrid(*args: Any, **kwargs: Any) -> list[EagerTensor]:
    """Coordinates on a grid, from those along its axes; ``indexing`` is ``"xy"`` or ``"ij"``."""
    return list(F.meshgrid(*map(convert, args), indexing=kwargs.get("indexing", "xy")))


NAMES = """reshape expand_dims squeeze transpose broadcast_to concat stack unstack split tile repeat pad reverse roll
meshgrid""".split()
