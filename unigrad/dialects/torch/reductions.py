"""Reductions: functions over axes, under torch's names for them; NumPy's ``axis`` and ``keepdims`` are taken too."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import unigrad as ug
from unigrad.dialects.torch.elementwise import maximum, minimum
from unigrad.dialects.torch.errors import LibraryError
from unigrad.dialects.torch.formats import chosen, int64, truth
from unigrad.dialects.torch.tensor import F, Tensor, in_range

C = TypeVar("C", bound=Callable[..., Any])


def numpy_spelled(function: C) -> C:
    """`function`, which is also given ``axis`` for ``dim`` and ``keepdims`` for ``keepdim``."""

    @functools.wraps(function)
    def run(*args: Any, **named: Any) -> Any:
        if named:
            if "axis" in named:
                named["dim"] = named.pop("axis")
            if "keepdims" in named:
                named["keepdim"] = named.pop("keepdims")
        return function(*args, **named)

    return run  # type: ignore[return-value]


def dims(input: Any, dim: Any) -> Any:
    """`dim` as unigrad takes it: a number, a tuple, or None for all. Raises `IndexFault`."""
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return None
    ndim = input.ndim
    if isinstance(dim, (tuple, list)):
        found = tuple(in_range(int(each), ndim) for each in dim)
        if len(set(found)) < len(found):
            raise LibraryError(f"dim {dim} appears multiple times in the list of dims")
        return found if ndim else None
    place = in_range(int(dim), ndim)
    return place if ndim else None


def _counted(input: Any, dtype: Any) -> Any:
    """`input` in the dtype that its sum is to have: integers and booleans add up in int64."""
    if dtype is not None:
        return F.astype(input, chosen(dtype))
    return F.astype(input, int64) if input.form is None and input.dtype.kind in ("bool", "integer") else input


@numpy_spelled
def sum(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Sum over `dim`: an axis, several, or None for all."""
    given = input if input.form is not None and dtype is None else _counted(input, dtype)
    return F.sum(given, axis=None if dim is None else dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def nansum(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Sum over `dim` of what is no NaN."""
    return sum(F.where(F.isnan(input), 0.0, input), dim, keepdim, dtype=dtype)


@numpy_spelled
def prod(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Product over `dim`: an axis, or None for all."""
    return F.prod(_counted(input, dtype), axis=dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def mean(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Mean over `dim`. Raises `FormatError` for integers, unless a floating `dtype` is given."""
    given = input if dtype is None else F.astype(input, chosen(dtype))
    return F.mean(given, axis=None if dim is None else dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


def _spread(name: str, input: Any, dim: Any, unbiased: Any, correction: Any, keepdim: bool) -> Tensor:
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    return getattr(F, name)(input, axis=dims(input, dim), correction=correction, keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def var(input: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = 1) -> Tensor:
    """Variance over `dim`, of a sample: divided by the number less `correction`."""
    return _spread("var", input, dim, unbiased, correction, keepdim)


@numpy_spelled
def std(input: Any, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *, correction: Any = 1) -> Tensor:
    """Standard deviation over `dim`, of a sample: the square root of `var`."""
    return _spread("std", input, dim, unbiased, correction, keepdim)


@numpy_spelled
def var_mean(input: Any, dim: Any = None, *, correction: Any = 1, keepdim: bool = False) -> tuple[Tensor, Tensor]:
    """`var` and `mean`."""
    return var(input, dim, keepdim=keepdim, correction=correction), mean(input, dim, keepdim)


@numpy_spelled
def std_mean(input: Any, dim: Any = None, *, correction: Any = 1, keepdim: bool = False) -> tuple[Tensor, Tensor]:
    """`std` and `mean`."""
    return std(input, dim, keepdim=keepdim, correction=correction), mean(input, dim, keepdim)


def printed_as(name: str) -> Callable[[type], type]:
    """A named tuple's class that prints as torch's of the function `name` does."""

    def decorate(made: type) -> type:
        def text(self: Any) -> str:
            fields = ",\n".join(f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"torch.return_types.{name}(\n{fields})"

        made.__repr__ = text  # type: ignore[assignment]
        made.__name__, made.__qualname__, made.__module__ = name, name, "torch.return_types"
        return made

    return decorate


class _Found(NamedTuple):
    values: Tensor
    indices: Tensor


Max, Min, Median, Sort, TopK, Mode, KthValue, CumMax, CumMin = (
    printed_as(name)(type("_Found", (_Found,), {"__slots__": ()}))
    for name in ("max", "min", "median", "sort", "topk", "mode", "kthvalue", "cummax", "cummin")
)


def picked(input: Any, indices: Any, dim: int, keepdim: bool) -> Any:
    """The elements of `input` at `indices`, which have length 1 along `dim`."""
    values = F.take_along_axis(input, indices, axis=dim)
    return values if keepdim else F.squeeze(values, dim)


def _extreme(name: str, kind: Any, input: Any, dim: Any, keepdim: bool) -> Any:
    place = dims(input, dim)
    if place is None:
        return kind(F.positive(input), F.zeros((), "int64"))
    where = getattr(F, name)(input.detach(), axis=place, keepdims=True)
    where = F.astype(where, int64)
    return kind(picked(input, where, place, keepdim), where if keepdim else F.squeeze(where, place))


@numpy_spelled
def max(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The largest element; along `dim` values and where they stand; with another tensor, the larger elementwise."""
    if isinstance(dim, ug.Tensor) or other is not None:
        return maximum(input, dim if other is None else other)
    return F.max(input) if dim is None else _extreme("argmax", Max, input, dim, keepdim)


@numpy_spelled
def min(input: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """The smallest element; along `dim` values and where they stand; with another tensor, the smaller elementwise."""
    if isinstance(dim, ug.Tensor) or other is not None:
        return minimum(input, dim if other is None else other)
    return F.min(input) if dim is None else _extreme("argmin", Min, input, dim, keepdim)


@numpy_spelled
def amax(input: Any, dim: Any = (), keepdim: bool = False) -> Tensor:
    """Largest element over `dim`; elements that tie share the slope equally."""
    return F.max(input, axis=dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def amin(input: Any, dim: Any = (), keepdim: bool = False) -> Tensor:
    """Smallest element over `dim`; elements that tie share the slope equally."""
    return F.min(input, axis=dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def aminmax(input: Any, *, dim: Any = None, keepdim: bool = False) -> Any:
    """Smallest and largest element."""
    return _Ends(amin(input, dim, keepdim), amax(input, dim, keepdim))


class _Ends(NamedTuple):
    min: Tensor
    max: Tensor


printed_as("aminmax")(_Ends)


@numpy_spelled
def argmax(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Where the largest element stands: the first of several, in the flattened tensor if there is no `dim`."""
    return F.astype(F.argmax(input, axis=dims(input, dim), keepdims=keepdim), int64)  # type: ignore[no-any-return]


@numpy_spelled
def argmin(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Where the smallest element stands: the first of several, in the flattened tensor if there is no `dim`."""
    return F.astype(F.argmin(input, axis=dims(input, dim), keepdims=keepdim), int64)  # type: ignore[no-any-return]


def _truths(input: Any) -> Any:
    return input if input.dtype is truth else F.not_equal(input, 0)


@numpy_spelled
def all(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether every element over `dim` holds."""
    return F.all(_truths(input), axis=dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def any(input: Any, dim: Any = None, keepdim: bool = False) -> Tensor:
    """Whether some element over `dim` holds."""
    return F.any(_truths(input), axis=dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def count_nonzero(input: Any, dim: Any = None) -> Tensor:
    """How many elements over `dim` are not zero."""
    return F.astype(F.count_nonzero(input, axis=dims(input, dim)), int64)  # type: ignore[no-any-return]


@numpy_spelled
def logsumexp(input: Any, dim: Any, keepdim: bool = False) -> Tensor:
    """``log(sum(exp(input)))`` over `dim`, without overflow."""
    return F.logsumexp(input, axis=dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def norm(input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Tensor:
    """The p-norm over `dim`, of all elements if there is none."""
    given = input if dtype is None else F.astype(input, chosen(dtype))
    if p == "nuc":
        return F.matrix_norm(given, keepdims=keepdim, ord="nuc")  # type: ignore[no-any-return]
    order = 2 if p in ("fro", None) else p
    return F.vector_norm(given, axis=dims(input, dim), keepdims=keepdim, ord=order)  # type: ignore[no-any-return]


def dist(input: Any, other: Any, p: Any = 2) -> Tensor:
    """The p-norm of the difference."""
    return norm(F.subtract(input, other), p)


@numpy_spelled
def cumsum(input: Any, dim: int, *, dtype: Any = None) -> Tensor:
    """Running sum along `dim`."""
    given = _counted(input, dtype)
    return F.cumulative_sum(given, axis=in_range(dim, input.ndim)) if input.ndim else given  # type: ignore[no-any-return]


@numpy_spelled
def cumprod(input: Any, dim: int, *, dtype: Any = None) -> Tensor:
    """Running product along `dim`."""
    given = _counted(input, dtype)
    return F.cumulative_prod(given, axis=in_range(dim, input.ndim)) if input.ndim else given  # type: ignore[no-any-return]


@numpy_spelled
def softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """``exp(input)`` divided by its sum along `dim`, without overflow."""
    return _along("softmax", input, dim, dtype)


@numpy_spelled
def log_softmax(input: Any, dim: int | None = None, *, dtype: Any = None) -> Tensor:
    """The logarithm of `softmax`."""
    return _along("log_softmax", input, dim, dtype)


def _along(name: str, input: Any, dim: int | None, dtype: Any) -> Tensor:
    given = input if dtype is None else F.astype(input, chosen(dtype))
    if given.dtype.kind != "real":
        raise LibraryError(f"{name}() is not for {input.dtype}; convert with .float()")
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return getattr(F, name)(given, axis=in_range(dim, input.ndim))  # type: ignore[no-any-return]


@numpy_spelled
def median(input: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The middle element, the lower of two; along `dim` values and where they stand."""
    if dim is None:
        flat = F.reshape(input, shape=(-1,))
        return picked(flat, _ranked(flat, 0, (flat.shape[0] - 1) // 2), 0, False)
    place = in_range(dim, input.ndim)
    where = _ranked(input, place, (input.shape[place] - 1) // 2)
    return Median(picked(input, where, place, keepdim), where if keepdim else F.squeeze(where, place))


@numpy_spelled
def kthvalue(input: Any, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """The `k`-th smallest element along `dim`, counted from 1, and where it stands."""
    place = in_range(dim, input.ndim)
    where = _ranked(input, place, k - 1)
    return KthValue(picked(input, where, place, keepdim), where if keepdim else F.squeeze(where, place))


def _ranked(input: Any, place: int, rank: int) -> Any:
    """Where the element stands that comes at `rank` in order, with length 1 along `place`."""
    order = F.astype(F.argsort(input.detach(), axis=place), int64)
    return F.getitem(order, key=(*((slice(None),) * place), slice(rank, rank + 1)))


@numpy_spelled
def quantile(input: Any, q: Any, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The quantiles `q` over `dim`, linear between the two nearest elements; several `q` come first in the result."""
    return F.quantile(input, q, axis=dims(input, dim), keepdims=keepdim)  # type: ignore[no-any-return]
