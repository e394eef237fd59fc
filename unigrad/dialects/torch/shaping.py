"""Shaping: functions that move elements about."""

from __future__ import annotations

import builtins
import itertools
import math
from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import LibraryError, SizeError
from unigrad.dialects.torch.formats import Size, dtype
from unigrad.dialects.torch.reductions import dims, numpy_spelled
from unigrad.dialects.torch.sampling import lengths
from unigrad.dialects.torch.tensor import F, Tensor, in_range


def reshape(input: Any, *shape: Any) -> Tensor:
    """The same elements in another shape, whose lengths are numbers or one sequence; one may be -1."""
    return F.reshape(input, shape=lengths(shape))  # type: ignore[no-any-return]


def view(input: Any, *shape: Any) -> Tensor:
    """`reshape`; what is written to it does not reach the original."""
    if len(shape) == 1 and isinstance(shape[0], (dtype, str)):
        raise LibraryError("view(dtype) reads bytes anew, which unigrad does not; convert the values with .to(dtype)")
    return F.reshape(input, shape=lengths(shape))  # type: ignore[no-any-return]


def view_as(input: Any, other: Any) -> Tensor:
    """`input` in the shape of `other`."""
    return F.reshape(input, shape=tuple(other.shape))  # type: ignore[no-any-return]


reshape_as = view_as


def permute(input: Any, *order: Any) -> Tensor:
    """The axes in another order."""
    axes = lengths(order)
    if len(axes) != input.ndim:
        raise LibraryError(f"permute() needs each of the {input.ndim} axes once; got {axes}")
    return F.permute_dims(input, axes=dims(input, axes) or ())  # type: ignore[no-any-return]


def transpose(input: Any, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged."""
    order = list(range(input.ndim))
    first, second = in_range(dim0, input.ndim), in_range(dim1, input.ndim)
    if order:
        order[first], order[second] = second, first
    return F.permute_dims(input, axes=tuple(order))  # type: ignore[no-any-return]


swapaxes = swapdims = transpose


def t(input: Any) -> Tensor:
    """A matrix transposed; a vector as it is."""
    if input.ndim > 2:
        raise SizeError(f"t() expects a tensor with at most 2 axes, but this has {input.ndim}; use transpose or mT")
    return transpose(input, 0, 1) if input.ndim == 2 else input


def movedim(input: Any, source: Any, destination: Any) -> Tensor:
    """Axes moved to other places, the rest in their order."""
    return F.moveaxis(input, dims(input, source), dims(input, destination))  # type: ignore[no-any-return]


moveaxis = movedim


def unsqueeze(input: Any, dim: int) -> Tensor:
    """A new axis of length 1 at `dim`."""
    return F.expand_dims(input, axis=in_range(dim, input.ndim + 1))  # type: ignore[no-any-return]


def squeeze(input: Any, dim: Any = None) -> Tensor:
    """Without axes of length 1, or without `dim` if its length is 1."""
    if dim is None:
        return F.squeeze(input)  # type: ignore[no-any-return]
    asked = (dim,) if isinstance(dim, int) else tuple(dim)
    places = {in_range(each, input.ndim) for each in asked} if input.ndim else set()
    return F.squeeze(input, tuple(sorted(each for each in places if input.shape[each] == 1)))  # type: ignore[no-any-return]


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes from `start_dim` to `end_dim` as one."""
    shape = tuple(input.shape)
    first, last = in_range(start_dim, len(shape)), in_range(end_dim, len(shape))
    if first > last:
        raise LibraryError("flatten() needs a start_dim that does not come after end_dim")
    middle = math.prod(shape[first : last + 1])
    return F.reshape(input, shape=(*shape[:first], middle, *shape[last + 1 :]))  # type: ignore[no-any-return]


def ravel(input: Any) -> Tensor:
    """All elements along one axis."""
    return F.reshape(input, shape=(-1,))  # type: ignore[no-any-return]


def unflatten(input: Any, dim: int, sizes: Any) -> Tensor:
    """The axis `dim` as several."""
    shape, place = tuple(input.shape), in_range(dim, input.ndim)
    return F.reshape(input, shape=(*shape[:place], *lengths((tuple(sizes),)), *shape[place + 1 :]))  # type: ignore[no-any-return]


def expand(input: Any, *sizes: Any) -> Tensor:
    """Repeated along new axes and axes of length 1; -1 leaves a length as it is."""
    asked, shape = lengths(sizes), tuple(input.shape)
    kept = (0,) * (len(asked) - len(shape)) + shape
    return F.broadcast_to(input, shape=tuple(old if new == -1 else new for new, old in zip(asked, kept, strict=False)))  # type: ignore[no-any-return]


def expand_as(input: Any, other: Any) -> Tensor:
    """`expand` to the shape of `other`."""
    return expand(input, *other.shape)


def broadcast_to(input: Any, size: Any) -> Tensor:
    """`expand`, with the lengths as one sequence."""
    return expand(input, *size)


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape that tensors of these shapes have together."""
    longest = builtins.max((len(shape) for shape in shapes), default=0)
    result = [1] * longest
    for shape in shapes:
        for i, n in enumerate(shape, longest - len(shape)):
            if n != 1 and result[i] not in (1, n):
                raise SizeError(f"the shapes {' and '.join(map(str, shapes))} cannot be broadcast together")
            result[i] = n if result[i] == 1 else result[i]
    return Size(result)


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """The tensors, all in the shape that they have together."""
    shape = broadcast_shapes(*(each.shape for each in tensors))
    return tuple(expand(each, *shape) for each in tensors)


def repeat(input: Any, *repeats: Any) -> Tensor:
    """The whole tensor so many times along each axis; new axes come in front."""
    given = lengths(repeats)
    if len(given) < input.ndim:
        raise SizeError("repeat() needs a number for each axis of the tensor, and may have more")
    return F.tile(input, repetitions=given)  # type: ignore[no-any-return]


def tile(input: Any, *repeats: Any) -> Tensor:
    """`repeat`, which may have fewer numbers than the tensor has axes."""
    return F.tile(input, repetitions=lengths(repeats))  # type: ignore[no-any-return]


def repeat_interleave(input: Any, repeats: Any, dim: int | None = None) -> Tensor:
    """Each element so many times in a row along `dim`; flattened if there is none."""
    if isinstance(repeats, ug.Tensor):
        counts = repeats.tolist() if repeats.ndim else [repeats.item()]
        place = 0 if dim is None else in_range(dim, input.ndim)
        whole = ravel(input) if dim is None else input
        counts = counts * whole.shape[place] if len(counts) == 1 else counts
        picks = [i for i, n in enumerate(counts) for _ in range(n)]
        return F.take(whole, picks, axis=place)  # type: ignore[no-any-return]
    return F.repeat(input, repeats, axis=None if dim is None else in_range(dim, input.ndim))  # type: ignore[no-any-return]


def _sequence(name: str, tensors: Any) -> list[Any]:
    given = list(tensors) if isinstance(tensors, (tuple, list)) else None
    if given is None or not given or not builtins.all(isinstance(each, ug.Tensor) for each in given):
        raise ug.ArgumentError(f"{name}() takes a tuple or list of tensors, and at least one")
    return given


@numpy_spelled
def cat(tensors: Any, dim: int = 0) -> Tensor:
    """The tensors joined along an axis that they have; an empty vector counts for nothing."""
    given = _sequence("cat", tensors)
    full = [each for each in given if tuple(each.shape) != (0,)] or given[:1]
    return F.concat(full, axis=in_range(dim, full[0].ndim))  # type: ignore[no-any-return]


concat = concatenate = cat


@numpy_spelled
def stack(tensors: Any, dim: int = 0) -> Tensor:
    """The tensors, all of one shape, joined along a new axis."""
    given = _sequence("stack", tensors)
    return F.stack(given, axis=in_range(dim, given[0].ndim + 1))  # type: ignore[no-any-return]


def atleast_1d(*tensors: Any) -> Any:
    """With at least one axis."""
    made = [reshape(each, 1) if each.ndim == 0 else each for each in tensors]
    return made[0] if len(made) == 1 else tuple(made)


def atleast_2d(*tensors: Any) -> Any:
    """With at least two axes; a vector is a row."""
    made = [reshape(each, 1, -1) if each.ndim < 2 else each for each in tensors]
    return made[0] if len(made) == 1 else tuple(made)


def hstack(tensors: Any) -> Tensor:
    """Joined along the second axis, vectors along their only one."""
    given = [atleast_1d(each) for each in _sequence("hstack", tensors)]
    return cat(given, 0 if given[0].ndim == 1 else 1)


def vstack(tensors: Any) -> Tensor:
    """Joined along the first axis; vectors are rows."""
    return cat([atleast_2d(each) for each in _sequence("vstack", tensors)], 0)


row_stack = vstack


def column_stack(tensors: Any) -> Tensor:
    """Joined along the second axis; vectors are columns."""
    return cat([reshape(each, -1, 1) if each.ndim < 2 else each for each in _sequence("column_stack", tensors)], 1)


def narrow(input: Any, dim: int, start: Any, length: int) -> Tensor:
    """The `length` entries from `start` on along `dim`."""
    place, n = in_range(dim, input.ndim), input.shape[in_range(dim, input.ndim)]
    start = int(start) % n if int(start) < 0 else int(start)
    if start + length > n:
        raise LibraryError(f"start ({start}) + length ({length}) exceeds dimension size ({n})")
    return F.getitem(input, key=(*((slice(None),) * place), slice(start, start + length)))  # type: ignore[no-any-return]


def select(input: Any, dim: int, index: int) -> Tensor:
    """The entry at `index` along `dim`, without that axis."""
    return input[(*((slice(None),) * in_range(dim, input.ndim)), int(index))]  # type: ignore[no-any-return]


def split(input: Any, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts along `dim`: of one length, the last perhaps shorter, or of the lengths given."""
    n = input.shape[in_range(dim, input.ndim)]
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        sizes = [builtins.min(size, n - start) for start in range(0, n, size)] or [0]
    else:
        sizes = [int(each) for each in split_size_or_sections]
        if builtins.sum(sizes) != n:
            raise LibraryError(f"split() needs lengths that add up to {n}; got {sizes}")
    starts = [builtins.sum(sizes[:i]) for i in range(len(sizes))]
    return tuple(narrow(input, dim, start, size) for start, size in zip(starts, sizes, strict=True))


def chunk(input: Any, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most so many parts along `dim`, of one length but for the last."""
    return split(input, builtins.max(1, -(-input.shape[in_range(dim, input.ndim)] // chunks)), dim)


def tensor_split(input: Any, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """So many parts along `dim`, as equal as can be, or parts that end at the positions given."""
    n = input.shape[in_range(dim, input.ndim)]
    if isinstance(indices_or_sections, int):
        small, more = divmod(n, indices_or_sections)
        return split(input, [small + (i < more) for i in range(indices_or_sections)], dim)
    ends = [0, *(builtins.min(int(each), n) for each in indices_or_sections), n]
    return tuple(narrow(input, dim, a, builtins.max(b - a, 0)) for a, b in itertools.pairwise(ends))


def unbind(input: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """The entries along `dim`, as a tuple."""
    return tuple(select(input, dim, i) for i in range(input.shape[in_range(dim, input.ndim)]))


def flip(input: Any, *order: Any, **named: Any) -> Tensor:
    """In reverse order along axes."""
    axes = lengths(order) if order else lengths((tuple(named["dims"]),))
    return F.flip(input, axis=dims(input, axes) or ())  # type: ignore[no-any-return]


def fliplr(input: Any) -> Tensor:
    """In reverse order along the second axis."""
    return flip(input, 1)


def flipud(input: Any) -> Tensor:
    """In reverse order along the first axis."""
    return flip(input, 0)


def roll(input: Any, shifts: Any, dims: Any = None) -> Tensor:
    """Elements moved along axes, round and round; of the flattened tensor if no axis is given."""
    return F.roll(input, shift=tuple(shifts) if isinstance(shifts, (tuple, list)) else shifts, axis=dims)  # type: ignore[no-any-return]


def rot90(input: Any, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    """Turned `k` times a quarter in the plane of two axes."""
    return F.rot90(input, k=k, axes=tuple(dims))  # type: ignore[no-any-return]


def tril(input: Any, diagonal: int = 0) -> Tensor:
    """Zeros above a diagonal."""
    return F.tril(input, k=diagonal)  # type: ignore[no-any-return]


def triu(input: Any, diagonal: int = 0) -> Tensor:
    """Zeros below a diagonal."""
    return F.triu(input, k=diagonal)  # type: ignore[no-any-return]


def diag(input: Any, diagonal: int = 0) -> Tensor:
    """A diagonal of a matrix, or a matrix with a vector as diagonal."""
    return F.diag(input, k=diagonal)  # type: ignore[no-any-return]


def diagonal(input: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The elements on a diagonal of two axes, along a new last axis."""
    return F.diagonal(input, offset=offset, axis1=dim1, axis2=dim2)  # type: ignore[no-any-return]


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Grids of the coordinates in vectors."""
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    if len({each.dtype for each in given}) > 1:
        raise LibraryError("meshgrid() expects all tensors to have the same dtype")
    return tuple(F.meshgrid(*given, indexing=indexing))


def contiguous(input: Any) -> Tensor:
    """The tensor itself: how elements lie is the backend's business."""
    return input  # type: ignore[no-any-return]


def clone(input: Any, *, memory_format: Any = None) -> Tensor:
    """The same values in another tensor, recorded."""
    return F.positive(input) if input.dtype.kind != "bool" else input.detach()  # type: ignore[no-any-return]


def numel(input: Any) -> int:
    """The number of elements."""
    return input.numel()  # type: ignore[no-any-return]
