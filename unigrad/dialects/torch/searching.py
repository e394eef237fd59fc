"""Searching: sorting, and elements by their position."""

from __future__ import annotations

import itertools
from typing import Any

import unigrad as ug
from unigrad import settings
from unigrad.dialects.torch.creation import tensor
from unigrad.dialects.torch.errors import IndexFault, LibraryError, StepError
from unigrad.dialects.torch.formats import int64
from unigrad.dialects.torch.reductions import Mode, Sort, TopK, numpy_spelled, picked
from unigrad.dialects.torch.tensor import F, Tensor, in_range


@numpy_spelled
def argsort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """The positions that sort the tensor along `dim`; equal elements keep their order."""
    if not input.ndim:
        return F.zeros((), int64)  # type: ignore[no-any-return]
    place = in_range(dim, input.ndim)
    return F.astype(F.argsort(input.detach(), axis=place, descending=descending), int64)  # type: ignore[no-any-return]


@numpy_spelled
def sort(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """The elements in order along `dim`, and where they stood."""
    order = argsort(input, dim, descending)
    if not input.ndim:
        return Sort(F.positive(input), order)
    return Sort(picked(input, order, in_range(dim, input.ndim), True), order)


def msort(input: Any) -> Tensor:
    """The elements in order along the first axis."""
    return sort(input, 0).values  # type: ignore[no-any-return]


@numpy_spelled
def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """The `k` largest (or smallest) elements along `dim`, and where they stand."""
    place = in_range(dim, input.ndim)
    if not 0 <= k <= input.shape[place]:
        raise LibraryError(f"topk(): k={k} is out of range for dimension {place} with size {input.shape[place]}")
    order = argsort(input, place, descending=largest)[(*((slice(None),) * place), slice(0, k))]
    return TopK(picked(input, order, place, True), order)


@numpy_spelled
def mode(input: Any, dim: int = -1, keepdim: bool = False) -> Any:
    """The element that comes most often along `dim` (the smallest of several), and where it comes last."""
    place = in_range(dim, input.ndim)
    host = settings.host()
    lines = host.moveaxis(input.detach().numpy(), place, -1)
    found = [_most_often(line) for line in lines.reshape(-1, lines.shape[-1]).tolist()]
    where = F.expand_dims(F.reshape(tensor(found), shape=lines.shape[:-1]), axis=place)
    return Mode(picked(input, where, place, keepdim), where if keepdim else F.squeeze(where, place))


def _most_often(line: list[Any]) -> int:
    best = min(set(line), key=lambda value: (-line.count(value), value))
    return max(i for i, value in enumerate(line) if value == best)


def gather(input: Any, dim: int, index: Any) -> Tensor:
    """The elements at `index` along `dim`: ``out[i][j] = input[i][index[i][j]]`` for ``dim=1``."""
    place = in_range(dim, input.ndim)
    if index.dtype.kind != "integer":
        raise LibraryError(f"gather() expects an index of int64, not {index.dtype}; convert it with .long()")
    if index.ndim != input.ndim:
        raise LibraryError(
            f"gather() needs an index with as many axes as the tensor; got {index.ndim} and {input.ndim}"
        )
    _within(index, place, input.shape[place])
    key = tuple(slice(0, n) for n in index.shape)
    part = F.getitem(input, key=(*key[:place], slice(None), *key[place + 1 :]))
    return F.take_along_axis(part, index, axis=place)  # type: ignore[no-any-return]


take_along_dim = gather


def _within(index: Any, place: int, length: int) -> None:
    if not index.numel():
        return
    low, high = int(F.min(index)), int(F.max(index))
    if low < -length or high >= length:
        raise IndexFault(
            f"index {high if high >= length else low} is out of bounds for dimension {place} with size {length}"
        )


def _positions(index: Any, place: int) -> tuple[Any, ...]:
    """A key for the elements that `gather` would take: all positions, with `index` along one axis."""
    ndim = index.ndim
    lines = [
        F.reshape(F.arange(0, n, dtype=int64), shape=tuple(n if i == axis else 1 for i in range(ndim)))
        for axis, n in enumerate(index.shape)
    ]
    lines[place] = index
    return tuple(lines)


def scatter(input: Any, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: Any = None) -> Tensor:
    """A copy with `src` (or `value`) put at `index` along `dim`, the reverse of `gather`."""
    if reduce == "add":
        return scatter_add(input, dim, index, src)
    if reduce is not None:
        raise LibraryError(f"scatter() has no reduce={reduce!r} in unigrad; it has None and 'add'")
    given = src if value is None else value
    if isinstance(given, ug.Tensor):
        given = F.astype(given[tuple(slice(0, n) for n in index.shape)], input.dtype)
    else:
        given = F.full(tuple(index.shape), given, input.dtype)
    return F.index_set(input, given, key=_positions(index, in_range(dim, input.ndim)))  # type: ignore[no-any-return]


def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Tensor:
    """A copy with `src` added at `index` along `dim`; positions that come twice add up."""
    part = src[tuple(slice(0, n) for n in index.shape)]
    added = F.scatter(part, key=_positions(index, in_range(dim, input.ndim)), shape=tuple(input.shape))
    return F.add(input, added)  # type: ignore[no-any-return]


def index_add(input: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Tensor:
    """A copy with the entries of `source` added to those at `index` along `dim`."""
    key = (*((slice(None),) * in_range(dim, input.ndim)), index)
    return F.add(input, F.scatter(F.multiply(source, alpha), key=key, shape=tuple(input.shape)))  # type: ignore[no-any-return]


def index_fill(input: Any, dim: int, index: Any, value: Any) -> Tensor:
    """A copy with `value` in the entries at `index` along `dim`."""
    key = (*((slice(None),) * in_range(dim, input.ndim)), index)
    number = value if isinstance(value, ug.Tensor) else tensor(value, dtype=input.dtype)
    return F.index_set(input, number, key=key)  # type: ignore[no-any-return]


def index_copy(input: Any, dim: int, index: Any, source: Any) -> Tensor:
    """A copy with the entries of `source` in place of those at `index` along `dim`."""
    key = (*((slice(None),) * in_range(dim, input.ndim)), index)
    return F.index_set(input, source, key=key)  # type: ignore[no-any-return]


def index_select(input: Any, dim: int, index: Any) -> Tensor:
    """The entries at the positions `index` along `dim`."""
    return input[(*((slice(None),) * in_range(dim, input.ndim)), index)]  # type: ignore[no-any-return]


def take(input: Any, index: Any) -> Tensor:
    """The elements at `index` in the flattened tensor."""
    return F.reshape(input, shape=(-1,))[index]  # type: ignore[no-any-return]


def masked_select(input: Any, mask: Any) -> Tensor:
    """The elements where `mask` holds, along one axis."""
    shape = F.add(F.zeros_like(input), F.astype(mask, input.dtype)).shape
    return F.broadcast_to(input, shape=tuple(shape))[F.broadcast_to(mask, shape=tuple(shape))]  # type: ignore[no-any-return]


def nonzero(input: Any, *, as_tuple: bool = False) -> Any:
    """Where elements are not zero: a row of positions for each, or with `as_tuple` a vector for each axis."""
    array = input.xp.to_numpy(input.raw)
    found = settings.host().nonzero(array)
    with ug.use_backend(input.xp.__backend__):
        if as_tuple:
            return tuple(tensor(each) for each in found)
        return tensor(settings.host().stack(list(found), axis=1))


argwhere = nonzero


def unique(
    input: Any, sorted: bool = True, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The elements without repetition, in order; with where each element went, and how often each comes."""
    array = input.xp.to_numpy(input.raw)
    found = settings.host().unique(array, return_inverse=True, return_counts=True, axis=dim)
    inverse = found[1].reshape(array.shape) if dim is None else found[1].reshape(-1)
    wanted = [found[0], *([inverse] if return_inverse else []), *([found[2]] if return_counts else [])]
    with ug.use_backend(input.xp.__backend__):
        made = tuple(tensor(each) for each in wanted)
    return made if len(made) > 1 else made[0]


def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Tensor:
    """How often each whole number comes, or the sum of its `weights`."""
    if input.dtype.kind != "integer":
        raise LibraryError(f"bincount() takes whole numbers, not {input.dtype}")
    array = input.xp.to_numpy(input.raw)
    weighed = None if weights is None else weights.detach().numpy()
    return tensor(settings.host().bincount(array, weighed, minlength))


def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements are in each of so many equal intervals from `min` to `max` (of the elements, where both are 0)."""
    array = input.xp.to_numpy(input.raw)
    low, high = (float(array.min()), float(array.max())) if min == max == 0 else (min, max)
    counts, _ = settings.host().histogram(array, bins=bins, range=(low, high))
    return tensor(counts, dtype=input.dtype)


def searchsorted(sorted_sequence: Any, values: Any, *, right: bool = False, side: str | None = None) -> Tensor:
    """Where `values` belong in a sorted vector."""
    given = values if isinstance(values, ug.Tensor) else tensor(values)
    if sorted_sequence.ndim != 1:
        raise LibraryError("searchsorted() of several rows is not in unigrad; give a vector")
    found = F.searchsorted(sorted_sequence, F.reshape(given, shape=(-1,)), side=side or ("right" if right else "left"))
    return F.astype(F.reshape(found, shape=tuple(given.shape)), int64)  # type: ignore[no-any-return]


def bucketize(input: Any, boundaries: Any, *, right: bool = False) -> Tensor:
    """In which interval between `boundaries` each element is."""
    return searchsorted(boundaries, input, right=right)


def isin(elements: Any, test_elements: Any) -> Tensor:
    """Whether each element is among `test_elements`."""
    among = test_elements.reshape(-1) if isinstance(test_elements, ug.Tensor) else tensor(test_elements).reshape(-1)
    return F.any(F.equal(F.expand_dims(elements, axis=-1), among), axis=-1)  # type: ignore[no-any-return]


def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Tensor:
    """The combinations of `r` elements of a vector, a row each."""
    if input.ndim != 1:
        raise StepError("combinations() takes a vector")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = [list(each) for each in choose(range(input.shape[0]), r)]
    return input[tensor(rows, dtype=int64)]  # type: ignore[no-any-return]
