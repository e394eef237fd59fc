"""Functions that put elements in order, and those that look for equal ones."""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.creation import constant, number
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor


def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: Any = None) -> EagerTensor:
    """The elements in order along `axis`; ``direction`` may be ``"DESCENDING"``."""
    return F.sort(convert(values), axis=axis, descending=_descending(direction))


def argsort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", stable: bool = False, name: Any = None
) -> EagerTensor:
    """The positions that sort along `axis`, int32; equal elements keep their order."""
    order = F.argsort(convert(values), axis=axis, descending=_descending(direction))
    return F.astype(order, formats.int32)


def _descending(direction: str) -> bool:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise InvalidArgumentError(f"direction must be 'ASCENDING' or 'DESCENDING', not {direction!r}")
    return direction == "DESCENDING"


class Unique(NamedTuple):
    """The values of a vector, each once, and where each element's value stands."""

    y: EagerTensor
    idx: EagerTensor


class UniqueWithCounts(NamedTuple):
    """The values of a vector, each once, where each element's value stands, and how often each comes."""

    y: EagerTensor
    idx: EagerTensor
    count: EagerTensor  # type: ignore[assignment]  # TensorFlow's name, a method of tuples


def unique(x: Any, out_idx: Any = formats.int32, name: Any = None) -> Unique:
    """The values of the vector `x`, each once, in the order in which they come first."""
    return Unique(*unique_with_counts(x, out_idx)[:2])


def unique_with_counts(x: Any, out_idx: Any = formats.int32, name: Any = None) -> UniqueWithCounts:
    """`unique`, and how often each value comes."""
    x = convert(x)
    if len(x.shape) != 1:
        raise InvalidArgumentError(f"unique takes a vector, not shape {x.shape}; reshape it with tf.reshape(x, [-1])")
    places: dict[Any, int] = {}
    firsts: list[int] = []
    idx: list[int] = []
    counts: list[int] = []
    for i, value in enumerate(x.numpy().tolist()):
        place = places.setdefault(value, len(firsts))
        if place == len(firsts):
            firsts.append(i)
            counts.append(0)
        counts[place] += 1
        idx.append(place)
    y = F.take(x, constant(firsts, dtype=formats.int64), axis=0)
    return UniqueWithCounts(y, constant(idx, dtype=out_idx), constant(counts, dtype=out_idx))


class TopKV2(NamedTuple):
    """The largest elements, and where they stand."""

    values: EagerTensor
    indices: EagerTensor


def top_k(input: Any, k: Any = 1, sorted: bool = True, index_type: Any = formats.int32, name: Any = None) -> TopKV2:
    """The `k` largest elements along the last axis, the largest first, and their positions."""
    values, positions = F.topk(convert(input), int(number(k)))
    return TopKV2(values, F.astype(positions, index_type))


def in_top_k(targets: Any, predictions: Any, k: int, name: Any = None) -> EagerTensor:
    """Whether each row's target is among its `k` largest predictions."""
    best = top_k(predictions, k).indices
    wanted = F.astype(F.expand_dims(convert(targets), axis=-1), best.dtype)
    return F.any(F.equal(best, wanted), axis=-1)


def searchsorted(
    sorted_sequence: Any, values: Any, side: str = "left", out_type: Any = formats.int32, name: Any = None
) -> EagerTensor:
    """Where `values` belong in a sorted vector."""
    row = convert(sorted_sequence)
    return F.astype(F.searchsorted(row, convert(values, like=row.dtype), side=side), out_type)


def bincount(
    arr: Any, weights: Any = None, minlength: Any = None, dtype: Any = formats.int32, **options: Any
) -> EagerTensor:
    """How often each whole number comes in `arr`."""
    if options or weights is not None:
        raise InvalidArgumentError(
            "bincount with weights, axis or maxlength is missing; use tf.math.unsorted_segment_sum"
        )
    array = convert(arr).numpy().reshape(-1).tolist()
    counts = [0] * max(max(array, default=-1) + 1, int(number(minlength or 0)))
    for each in array:
        counts[each] += 1
    return constant(counts, dtype=dtype)


NAMES = "sort argsort unique unique_with_counts searchsorted".split()
