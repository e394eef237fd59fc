"""Functions of ``jnp`` that make arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad import DType, settings
from unigrad.dialects.jax.arrays import (
    NUMBERS,
    Array,
    F,
    WeakArray,
    alias,
    cast,
    check_range,
    dtype_of,
    format_of,
    from_foreign,
    operand,
    promoted,
    scalar,
    strong,
    weak,
)
from unigrad.dialects.jax.precision import KINDS, canonical, default_dtype, given_dtype
from unigrad.dialects.jax.refusals import IntegerOutOfRange
from unigrad.errors import ArgumentError, DTypeError, ShapeError

__all__ = [
    "array",
    "asarray",
    "astype",
    "copy",
    "empty",
    "empty_like",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


def array(
    object: Any, dtype: Any = None, copy: bool = True, order: str | None = "K", ndmin: int = 0, *, device: Any = None
) -> Array:
    """`object` as a new Array: an array of any library, a number, or nested lists of numbers and arrays.

    Without a dtype: 32 bits of its kind, unless 64-bit dtypes are on; a Python number makes a weak array.
    """
    made = _made(object, dtype, "array")
    if copy and made is object:
        made = alias(made, type(made))
    if made.ndim < ndmin:
        shaped = F.reshape(made, shape=(1,) * (ndmin - made.ndim) + made.shape)
        made = weak(shaped) if type(made) is WeakArray else shaped
    return made if device is None else _placed(made, device)


def asarray(
    a: Any, dtype: Any = None, order: str | None = None, *, copy: bool | None = None, device: Any = None
) -> Array:
    """`a` as an Array, itself if it is one."""
    return array(a, dtype, copy=bool(copy), device=device)


def _placed(x: Array, device: Any) -> Array:
    from unigrad.dialects.jax.devices import device_put

    moved: Array = device_put(x, device)
    return moved


def _made(x: Any, dtype: Any, what: str) -> Array:
    chosen = None if dtype is None else given_dtype(dtype, what)
    if type(x) in NUMBERS:
        if chosen is None or _keeps(x, chosen):
            return scalar(x, chosen)
        return cast(scalar(x, default_dtype(NUMBERS[type(x)])), chosen)
    if isinstance(x, Array):
        return x if chosen is None else cast(x, chosen)
    if isinstance(x, ug.Tensor):
        return _made(alias(x), dtype, what)
    if isinstance(x, (list, tuple)) and _holds_array(x):
        parts = [_made(part, None, what) for part in x]
        stacked: Array = F.stack(promoted(*parts, what=what))
        return stacked if chosen is None else cast(stacked, chosen)
    if x is None:
        raise ShapeError(f"None is not a valid value for jnp.{what}; give a number, a list or an array")
    made = from_foreign(x) if hasattr(x, "dtype") and hasattr(x, "shape") else _from_nested(x, chosen, what)
    return made if chosen is None else cast(made, chosen)


def _keeps(x: Any, chosen: DType) -> bool:
    """Whether a Python number is given to its dtype as it is, a fraction to an integer dtype not."""
    return KINDS.index(NUMBERS[type(x)]) <= KINDS.index(chosen.kind)


def _holds_array(x: Any) -> bool:
    return isinstance(x, ug.Tensor) or (isinstance(x, (list, tuple)) and any(map(_holds_array, x)))


def _from_nested(x: Any, chosen: Any, what: str) -> Array:
    """An Array of nested lists of numbers, or of anything that NumPy reads."""
    host = settings.host()
    try:
        values = host.asarray(x)
        found = format_of(values.dtype)
    except DTypeError as error:
        if values.dtype == object and any(type(each) is int for each in values.reshape(-1)):
            raise IntegerOutOfRange(f"jnp.{what} got an integer that no dtype holds: {x!r}") from error
        raise DTypeError(f"jnp.{what} takes numbers only, not {x!r} with NumPy's dtype {values.dtype}") from error
    except ValueError as error:
        raise ShapeError(f"jnp.{what} needs nested lists of equal lengths: {error}") from error
    dtype = canonical(found) if chosen is None else chosen
    if found.kind == "integer" == dtype.kind and values.size and not hasattr(x, "dtype"):
        check_range(int(values.min()), dtype)
        check_range(int(values.max()), dtype)
    made: Array = F.asarray(values, dtype=canonical(found))
    return made


def astype(x: Any, dtype: Any, /, *, copy: bool = False, device: Any = None) -> Array:
    """`x` in another dtype; a complex number loses its imaginary part, a fraction is cut off."""
    array = strong(x, "astype")
    chosen = default_dtype("real") if dtype is None else given_dtype(dtype, "astype")
    if dtype_of(array).kind == "complex" and chosen.kind != "complex":
        array = F.real(array)
    return cast(array, chosen)


def copy(a: Any, order: str | None = None) -> Array:
    """The same values as a new Array."""
    return array(strong(a, "copy"))


def lengths_of(shape: Any, what: str) -> tuple[int, ...]:
    try:
        return tuple(map(operator.index, shape)) if isinstance(shape, (tuple, list)) else (operator.index(shape),)
    except TypeError as error:
        raise ArgumentError(f"{what}: shapes must be 1D sequences of integers, got {shape!r}") from error


def _filled(fill: Callable[..., Array], shape: Any, dtype: Any, what: str) -> Array:
    chosen = default_dtype("real") if dtype is None else given_dtype(dtype, what)
    return fill(lengths_of(shape, what), dtype=chosen)


def zeros(shape: Any, dtype: Any = None, *, device: Any = None) -> Array:
    """An array of zeros, float32 unless a dtype is given."""
    return _filled(F.zeros, shape, dtype, "zeros")


def ones(shape: Any, dtype: Any = None, *, device: Any = None) -> Array:
    """An array of ones, float32 unless a dtype is given."""
    return _filled(F.ones, shape, dtype, "ones")


def empty(shape: Any, dtype: Any = None, *, device: Any = None) -> Array:
    """An array of zeros, as in JAX."""
    return _filled(F.zeros, shape, dtype, "empty")


def full(shape: Any, fill_value: Any, dtype: Any = None, *, device: Any = None) -> Array:
    """An array that holds `fill_value`, in its dtype unless one is given; weak for a Python number."""
    value = _made(fill_value, dtype, "full")
    made: Array = F.broadcast_to(value, shape=lengths_of(shape, "full"))
    return weak(made) if type(value) is WeakArray else made


def _like(a: Any, fill: Any, dtype: Any, shape: Any, what: str) -> Array:
    source = operand(a, what)
    chosen = dtype_of(source) if dtype is None else given_dtype(dtype, what)
    lengths = tuple(source.raw.shape) if shape is None else lengths_of(shape, what)
    value = cast(strong(fill, what, 1), chosen)
    made: Array = F.broadcast_to(value, shape=lengths)
    return weak(made) if type(source) is WeakArray and dtype is None else made


def zeros_like(a: Any, dtype: Any = None, shape: Any = None, *, device: Any = None) -> Array:
    """Zeros of the shape and dtype of `a`."""
    return _like(a, 0, dtype, shape, "zeros_like")


def ones_like(a: Any, dtype: Any = None, shape: Any = None, *, device: Any = None) -> Array:
    """Ones of the shape and dtype of `a`."""
    return _like(a, 1, dtype, shape, "ones_like")


empty_like = zeros_like


def full_like(a: Any, fill_value: Any, dtype: Any = None, shape: Any = None, *, device: Any = None) -> Array:
    """`fill_value` in the shape and dtype of `a`."""
    return _like(a, fill_value, dtype, shape, "full_like")


def on_backend(values: Any, dtype: Any) -> Array:
    made: Array = F.asarray(values.astype(settings.host().native_dtype(dtype.name)))
    return made
