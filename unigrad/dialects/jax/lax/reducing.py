"""Reductions of ``lax``, and what runs along an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast
from unigrad.dialects.jax.elementwise import binary
from unigrad.dialects.jax.lax.slicing import lax_array
from unigrad.dialects.jax.numpy import rearranging, reduction, running
from unigrad.dialects.jax.precision import default_dtype

__all__ = [
    "argmax",
    "argmin",
    "cumlogsumexp",
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "reduce_and",
    "reduce_max",
    "reduce_min",
    "reduce_or",
    "reduce_prod",
    "reduce_sum",
    "sort",
    "top_k",
]


def reduce_sum(operand: Any, axes: Any) -> Array:
    """Sum over axes, in the array's own dtype."""
    return reduction.sum(operand, tuple(axes), promote_integers=False)


def reduce_prod(operand: Any, axes: Any) -> Array:
    """Product over axes, in the array's own dtype."""
    return reduction.prod(operand, tuple(axes), promote_integers=False)


def reduce_max(operand: Any, axes: Any) -> Array:
    """Largest element over axes."""
    return reduction.max(operand, tuple(axes))


def reduce_min(operand: Any, axes: Any) -> Array:
    """Smallest element over axes."""
    return reduction.min(operand, tuple(axes))


def reduce_and(operand: Any, axes: Any) -> Array:
    """Whether every element over axes holds."""
    return reduction.all(operand, tuple(axes))


def reduce_or(operand: Any, axes: Any) -> Array:
    """Whether some element over axes holds."""
    return reduction.any(operand, tuple(axes))


def argmax(operand: Any, axis: int, index_dtype: Any) -> Array:
    """Where along an axis the largest element stands."""
    return reduction.argmax(operand, axis).astype(index_dtype)


def argmin(operand: Any, axis: int, index_dtype: Any) -> Array:
    """Where along an axis the smallest element stands."""
    return reduction.argmin(operand, axis).astype(index_dtype)


def _backwards(x: Any, axis: int, reverse: bool, run: Callable[..., Array]) -> Array:
    return rearranging.flip(run(rearranging.flip(x, axis), axis), axis) if reverse else run(x, axis)


def cumsum(operand: Any, axis: int = 0, reverse: bool = False) -> Array:
    """Running sum along an axis, from its end with `reverse`."""
    return _backwards(operand, axis, reverse, running.cumsum)


def cumprod(operand: Any, axis: int = 0, reverse: bool = False) -> Array:
    """Running product along an axis, from its end with `reverse`."""
    return _backwards(operand, axis, reverse, running.cumprod)


def _running(combine: Callable[..., Any]) -> Callable[..., Array]:
    def run(x: Any, axis: int) -> Array:
        from unigrad.dialects.jax.lax.control import associative_scan

        found: Array = associative_scan(combine, lax_array(x), axis=axis)
        return found

    return run


def cummax(operand: Any, axis: int = 0, reverse: bool = False) -> Array:
    """Largest element so far along an axis."""
    return _backwards(operand, axis, reverse, _running(binary("maximum")))


def cummin(operand: Any, axis: int = 0, reverse: bool = False) -> Array:
    """Smallest element so far along an axis."""
    return _backwards(operand, axis, reverse, _running(binary("minimum")))


def cumlogsumexp(operand: Any, axis: int = 0, reverse: bool = False) -> Array:
    """Logarithm of the sum of exponentials so far along an axis."""
    return _backwards(operand, axis, reverse, _running(binary("logaddexp")))


def sort(operand: Any, dimension: int = -1, is_stable: bool = True, num_keys: int = 1) -> Array:
    """The elements in order along an axis."""
    result: Array = F.sort(lax_array(operand), axis=dimension)
    return result


def top_k(operand: Any, k: int, *, axis: int = -1, **_: Any) -> list[Array]:
    """The k largest elements along an axis, and where they stand."""
    values, places = F.topk(lax_array(operand), k, axis)
    return [values, cast(places, default_dtype("integer"))]
