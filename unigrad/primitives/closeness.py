"""Questions that are answered by yes or no: whether arrays are equal or close, which numbers are real or infinite."""

from __future__ import annotations

from typing import Any

from unigrad.card import composition
from unigrad.graph import Tensor
from unigrad.primitives.choices import where
from unigrad.primitives.constant import all, isfinite, isinf, isnan, logical_and, logical_not, signbit
from unigrad.primitives.creation import asarray, stop_gradient, zeros_like
from unigrad.primitives.layout import broadcast_shape
from unigrad.primitives.magnitudes import abs
from unigrad.samples import Array, sample, unary

__all__ = ["allclose", "array_equal", "array_equiv", "isclose", "isneginf", "isposinf"]

PAIRS = [sample(Array((2, 3)), Array((3,))), sample(Array((3,)), 0.5), sample(Array(()), Array(()))]


def _two(x1: Any, x2: Any) -> tuple[Tensor, Tensor]:
    like = next((each for each in (x1, x2) if isinstance(each, Tensor)), None)
    numbers = (bool, int, float)
    first, second = (
        zeros_like(like) + each if like is not None and isinstance(each, numbers) else each for each in (x1, x2)
    )
    return stop_gradient(first), stop_gradient(second)


@composition(samples=[*PAIRS, sample(Array((3,), 1.0, 1.2), 1.1, rtol=0.05)])
def isclose(x1, x2, /, rtol=1e-05, atol=1e-08, equal_nan=False) -> Tensor:
    """Whether ``abs(x1 - x2) <= atol + rtol * abs(x2)``, elementwise; infinities are close to themselves alone."""
    x1, x2 = _two(x1, x2)
    finite = logical_and(isfinite(x1), isfinite(x2))
    distance = abs(where(finite, x1, 0) - where(finite, x2, 0))
    near: Tensor = (x1 == x2) | logical_and(finite, distance <= atol + rtol * abs(x2))
    return near | logical_and(isnan(x1), isnan(x2)) if equal_nan else near


@composition(samples=PAIRS)
def allclose(x1, x2, /, rtol=1e-05, atol=1e-08, equal_nan=False) -> Tensor:
    """Whether all elements are close, see `isclose`; a Tensor without axes."""
    return all(isclose(x1, x2, rtol=rtol, atol=atol, equal_nan=equal_nan))


@composition(samples=[sample(Array((2, 3)), Array((2, 3))), sample(Array((2, 3)), Array((3,)))])
def array_equal(x1, x2, /, equal_nan=False) -> Tensor:
    """Whether ``x1`` and ``x2`` have one shape and equal elements; a Tensor without axes."""
    x1, x2 = stop_gradient(x1), stop_gradient(x2)
    if tuple(x1.shape) != tuple(x2.shape):
        return stop_gradient(False)
    same = x1 == x2
    return all(same | logical_and(isnan(x1), isnan(x2)) if equal_nan else same)


@composition(samples=[sample(Array((2, 3)), Array((3,))), sample(Array((2,)), Array((3,)))])
def array_equiv(x1, x2, /) -> Tensor:
    """Whether ``x1`` and ``x2`` can be broadcast to each other, and are equal then; a Tensor without axes."""
    x1, x2 = stop_gradient(x1), stop_gradient(x2)
    return stop_gradient(False) if broadcast_shape(x1.shape, x2.shape) is None else all(x1 == x2)


@composition(samples=unary())
def isposinf(x, /) -> Tensor:
    """Whether ``x`` is infinite and positive."""
    x = stop_gradient(asarray(x))
    return logical_and(isinf(x), logical_not(signbit(x)))


@composition(samples=unary())
def isneginf(x, /) -> Tensor:
    """Whether ``x`` is infinite and negative."""
    x = stop_gradient(asarray(x))
    return logical_and(isinf(x), signbit(x))
