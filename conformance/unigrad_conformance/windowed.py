"""Windowed: convolution and pooling by their definitions, position by position, where NumPy has no function of the name.

Written to be read beside a textbook: loops over outputs and over the window, and nothing of unigrad's.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy

Array = Any
Window = dict[str, Any]


def _each(value: Any, n: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, Sequence) else (value,) * n


def _pairs(padding: Any, size: Sequence[int], dilation: Sequence[int]) -> list[tuple[int, int]]:
    if padding == "valid":
        return [(0, 0)] * len(size)
    if padding == "same":
        spans = [d * (k - 1) for k, d in zip(size, dilation, strict=True)]
        return [(span // 2, span - span // 2) for span in spans]
    given = _each(padding, len(size))
    return [tuple(each) if isinstance(each, Sequence) else (each, each) for each in given]


def _positions(shape: Sequence[int], size: Sequence[int], stride: Any, pads: Any, dilation: Any) -> tuple[int, ...]:
    lines = zip(shape, size, stride, pads, dilation, strict=True)
    return tuple((n + sum(pad) - d * (k - 1) - 1) // s + 1 for n, k, s, pad, d in lines)


def _contacts(
    shape: Sequence[int], size: Sequence[int], lengths: Sequence[int], stride: Any, pads: Any, dilation: Any
) -> Iterator[tuple[Any, Any, Any]]:
    """Each position of the window, each element of it, and the place in the input that it meets, if it is one."""
    for at in itertools.product(*map(range, lengths)):
        for k in itertools.product(*map(range, size)):
            place = tuple(
                p * s + j * d - low for p, s, j, d, (low, _) in zip(at, stride, k, dilation, pads, strict=True)
            )
            if all(0 <= i < n for i, n in zip(place, shape, strict=True)):
                yield at, k, place


def _geometry(size: Sequence[int], stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> tuple[Any, Any, Any]:
    dilation = _each(dilation, len(size))
    return _each(size if stride is None else stride, len(size)), _pairs(padding, size, dilation), dilation


def _triples(x: Array, o: int, each: int, groups: int) -> Iterator[tuple[int, int, int]]:
    """Output channel, channel within the group, and input channel that belong together."""
    for out, c in itertools.product(range(o), range(each)):
        yield out, c, out // (o // groups) * each + c


def _conv(x: Array, weight: Array, *, groups: int = 1, **window: Any) -> Array:
    size = weight.shape[2:]
    stride, pads, dilation = _geometry(size, **window)
    lengths = _positions(x.shape[2:], size, stride, pads, dilation)
    out = numpy.zeros((x.shape[0], weight.shape[0], *lengths), numpy.result_type(x, weight))
    for at, k, place in _contacts(x.shape[2:], size, lengths, stride, pads, dilation):
        for o, c, channel in _triples(x, weight.shape[0], weight.shape[1], groups):
            out[(slice(None), o, *at)] += x[(slice(None), channel, *place)] * weight[(o, c, *k)]
    return out


def _conv_transpose(x: Array, weight: Array, *, shape: Any, groups: int = 1, **window: Any) -> Array:
    size = weight.shape[2:]
    stride, pads, dilation = _geometry(size, **window)
    out = numpy.zeros((x.shape[0], weight.shape[1] * groups, *shape), numpy.result_type(x, weight))
    for at, k, place in _contacts(shape, size, x.shape[2:], stride, pads, dilation):
        for o, c, channel in _triples(x, weight.shape[0], weight.shape[1], groups):
            out[(slice(None), channel, *place)] += x[(slice(None), o, *at)] * weight[(o, c, *k)]
    return out


def _conv_weight(x: Array, y: Array, *, shape: Any, groups: int = 1, **window: Any) -> Array:
    stride, pads, dilation = _geometry(shape, **window)
    out = numpy.zeros((y.shape[1], x.shape[1] // groups, *shape), numpy.result_type(x, y))
    for at, k, place in _contacts(x.shape[2:], shape, y.shape[2:], stride, pads, dilation):
        for o, c, channel in _triples(x, y.shape[1], x.shape[1] // groups, groups):
            out[(o, c, *k)] += numpy.sum(x[(slice(None), channel, *place)] * y[(slice(None), o, *at)])
    return out


def _with_bias(n: int, function: Callable[..., Array]) -> Callable[..., Array]:
    """A function of an array with a batch axis, for one without it too, and with a number to add to each channel."""

    def run(x: Array, weight: Array, bias: Array = None, **options: Any) -> Array:
        whole = x if x.ndim == n + 2 else x[None]
        out = function(whole, weight, **options)
        if bias is not None:
            out = out + bias.reshape(-1, *(1,) * n)
        return out if x.ndim == n + 2 else out[0]

    return run


def _transposed(x: Array, weight: Array, *, output_padding: Any = 0, groups: int = 1, **window: Any) -> Array:
    size = weight.shape[2:]
    stride, pads, dilation = _geometry(size, **window)
    lines = zip(x.shape[2:], size, stride, pads, dilation, _each(output_padding, len(size)), strict=True)
    shape = [(m - 1) * s - sum(pad) + d * (k - 1) + extra + 1 for m, k, s, pad, d, extra in lines]
    return _conv_transpose(x, weight, shape=shape, groups=groups, **window)


def _windows(x: Array, *, size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Array:
    size = _each(size, x.ndim - 2)
    stride, pads, dilation = _geometry(size, stride, padding, dilation)
    lengths = _positions(x.shape[2:], size, stride, pads, dilation)
    out = numpy.zeros((*x.shape[:2], *size, *lengths), x.dtype)
    for at, k, place in _contacts(x.shape[2:], size, lengths, stride, pads, dilation):
        out[(..., *k, *at)] = x[(..., *place)]
    return out


def _overlap_add(x: Array, *, shape: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Array:
    n = len(shape)
    size = x.shape[2 : 2 + n]
    stride, pads, dilation = _geometry(size, stride, padding, dilation)
    out = numpy.zeros((*x.shape[:2], *shape), x.dtype)
    for at, k, place in _contacts(shape, size, x.shape[2 + n :], stride, pads, dilation):
        out[(..., *place)] += x[(..., *k, *at)]
    return out


def _pooled(
    x: Array, combine: Callable[[list[Array], int], Array], size: Any, ceil: bool = False, **window: Any
) -> Array:
    """At each position what `combine` makes of the elements shown, and of how many places of the padded input there are."""
    size = _each(size, x.ndim - 2)
    stride, pads, dilation = _geometry(size, **window)
    shape, lengths = x.shape[2:], list(_positions(x.shape[2:], size, stride, pads, dilation))
    if ceil:
        for i, (n, k, s, (low, high), d) in enumerate(zip(shape, size, stride, pads, dilation, strict=True)):
            behind = lengths[i] * s - low
            if behind + low + d * (k - 1) + 1 > n + low + high > (lengths[i] - 1) * s + d * (k - 1) + 1 and behind < n:
                lengths[i] += 1
    out = numpy.zeros((*x.shape[:2], *lengths), x.dtype)
    shown: dict[Any, list[Array]] = {}
    for at, _, place in _contacts(shape, size, lengths, stride, pads, dilation):
        shown.setdefault(at, []).append(x[(..., *place)])
    for at, elements in shown.items():
        starts = [p * s - low for p, s, (low, _) in zip(at, stride, pads, strict=True)]
        ends = [min(a + k, n + high) - a for a, k, n, (_, high) in zip(starts, size, shape, pads, strict=True)]
        out[(..., *at)] = combine(elements, int(numpy.prod(ends)))
    return out


def _max_pool(x: Array, *, size: Any, stride: Any = None, ceil_mode: bool = False, **window: Any) -> Array:
    return _pooled(x, lambda shown, _: numpy.max(shown, axis=0), size, ceil_mode, stride=stride, **window)


def _sum_pool(x: Array, *, size: Any, stride: Any = None, padding: Any = 0) -> Array:
    return _pooled(x, lambda shown, _: numpy.sum(shown, axis=0), size, stride=stride, padding=padding)


def _avg_pool(
    x: Array,
    *,
    size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    def mean(shown: list[Array], places: int) -> Array:
        return numpy.sum(shown, axis=0) / (divisor_override or (places if count_include_pad else len(shown)))

    return _pooled(x, mean, size, ceil_mode, stride=stride, padding=padding)


def _adaptive(x: Array, *, size: Any) -> Array:
    for i, n in enumerate(x.shape[2:]):
        count = _each(size, x.ndim - 2)[i] or n
        parts = [range(p * n // count, -(-(p + 1) * n // count)) for p in range(count)]
        x = numpy.stack([numpy.mean(numpy.take(x, part, axis=2 + i), axis=2 + i) for part in parts], axis=2 + i)
    return x


def _by_rank(n: int, pool: Callable[..., Array], name: str) -> Callable[..., Array]:
    def run(x: Array, **options: Any) -> Array:
        size = options.pop(name)
        whole = x if x.ndim == n + 2 else x[None]
        out = pool(whole, size=size, **options)
        return out if x.ndim == n + 2 else out[0]

    return run


TABLE: Final[dict[str, Callable[..., Any]]] = {
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "conv_weight": _conv_weight,
    **{f"conv{n}d": _with_bias(n, _conv) for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _with_bias(n, _transposed) for n in (1, 2, 3)},
    **{f"max_pool{n}d": _by_rank(n, _max_pool, "kernel_size") for n in (1, 2, 3)},
    **{f"avg_pool{n}d": _by_rank(n, _avg_pool, "kernel_size") for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": _by_rank(n, _adaptive, "output_size") for n in (1, 2, 3)},
    "max_pool": _max_pool,
    "overlap_add": _overlap_add,
    "sum_pool": _sum_pool,
    "windows": _windows,
}
"""The functions by the names of their primitives, arrays by position and options by unigrad's names."""
