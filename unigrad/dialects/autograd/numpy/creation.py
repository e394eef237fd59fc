"""Functions that make arrays: NumPy's signatures, float64 unless a dtype is given."""

from __future__ import annotations

from typing import Any

from unigrad import dtypes
from unigrad.dialects.autograd.arrays import F, cast, dtype_of, ndarray
from unigrad.dialects.autograd.arrays import asarray as _asarray

NAMES = (
    "arange array array_from_args asarray copy empty empty_like eye full full_like identity linspace meshgrid ones ones_like zeros "
    "zeros_like"
).split()


def array(
    object: Any, dtype: Any = None, *, copy: bool | None = True, order: Any = None, subok: bool = False, ndmin: int = 0
) -> ndarray:
    """`object` as a new array: numbers, nested lists with arrays in them, arrays of any library."""
    made = _asarray(object)
    if dtype is not None:
        made = cast(made, dtype)
    if ndmin > made.ndim:
        made = F.reshape(made, (1,) * (ndmin - made.ndim) + made.shape)
    if made is not object or copy is False:
        return made
    copied: ndarray = F.positive(made) if made.node is not None else F.array(made)
    return copied


def asarray(a: Any, dtype: Any = None, order: Any = None) -> ndarray:
    """`a` as an array, itself if it is one of that dtype."""
    return cast(_asarray(a), dtype)


def array_from_args(array_args: Any, array_kwargs: Any, *args: Any) -> ndarray:
    """The arrays `args` as one array, along a new first axis."""
    return array(list(args), *array_args, **array_kwargs)


def copy(a: Any) -> ndarray:
    """A new array with the same values."""
    return array(a)


def _float64(dtype: Any) -> Any:
    return dtypes.float64 if dtype is None else dtype_of(dtype)


def zeros(shape: Any, dtype: Any = None, order: Any = None) -> ndarray:
    """An array of zeros."""
    made: ndarray = F.zeros(shape, dtype=_float64(dtype))
    return made


def ones(shape: Any, dtype: Any = None, order: Any = None) -> ndarray:
    """An array of ones."""
    made: ndarray = F.ones(shape, dtype=_float64(dtype))
    return made


def empty(shape: Any, dtype: Any = None, order: Any = None) -> ndarray:
    """An array whose values do not matter; they are zeros."""
    return zeros(shape, dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = None) -> ndarray:
    """An array that holds `fill_value` everywhere; recorded where that is tracked."""
    made: ndarray = F.broadcast_to(cast(_asarray(fill_value), dtype), shape=shape)
    return made


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> ndarray:
    """Numbers from `start` (0 if there is only one) to below `stop`: int64 for integers, else float64."""
    bounds = [each.item() if hasattr(each, "item") else each for each in (start, stop, step) if each is not None]
    chosen = dtype_of(dtype) or (dtypes.int64 if all(isinstance(each, int) for each in bounds) else dtypes.float64)
    made: ndarray = F.arange(start, stop, step, dtype=chosen)
    return made


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, recorded where these are tracked."""
    if isinstance(start, (int, float)) and isinstance(stop, (int, float)):
        made = F.linspace(float(start), float(stop), num, dtype=_float64(dtype), endpoint=endpoint)
    else:
        first, last = _asarray(start) * 1.0, _asarray(stop) * 1.0
        steps = F.linspace(0.0, 1.0, num, dtype=dtypes.float64, endpoint=endpoint)
        steps = F.reshape(steps, (num,) + (1,) * max(first.ndim, last.ndim))
        made = cast(first * (1.0 - steps) + last * steps, dtype)
        made = F.moveaxis(made, 0, axis) if axis else made
    if not retstep:
        return made
    return made, (stop - start) / ((num - 1 if endpoint else num) or float("nan"))


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> ndarray:  # noqa: N803 - NumPy's names
    """Ones on the diagonal `k`, zeros elsewhere."""
    made: ndarray = F.eye(N, M, k=k, dtype=_float64(dtype))
    return made


def identity(n: int, dtype: Any = None) -> ndarray:
    """The identity matrix."""
    return eye(n, dtype=dtype)


def zeros_like(a: Any, dtype: Any = None) -> ndarray:
    """Zeros of the shape and dtype of `a`."""
    return cast(F.zeros_like(_asarray(a)), dtype)


def ones_like(a: Any, dtype: Any = None) -> ndarray:
    """Ones of the shape and dtype of `a`."""
    return cast(F.ones_like(_asarray(a)), dtype)


def empty_like(a: Any, dtype: Any = None) -> ndarray:
    """An array like `a` whose values do not matter; they are zeros."""
    return zeros_like(a, dtype)


def full_like(a: Any, fill_value: Any, dtype: Any = None) -> ndarray:
    """`fill_value` everywhere, in the shape and dtype of `a`."""
    like = _asarray(a)
    return full(like.shape, fill_value, dtype or like.dtype)


def meshgrid(*xi: Any, indexing: str = "xy", copy: bool = True) -> tuple[ndarray, ...]:
    """Coordinate matrices from vectors, recorded."""
    made: tuple[ndarray, ...] = tuple(F.meshgrid(*map(_asarray, xi), indexing=indexing))
    return made
