"""Polynomials by their coefficients, the highest power first: values, sums, products, derivatives, integrals, fits."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.card import composition
from unigrad.conversion import constant
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import negative
from unigrad.primitives.creation import asarray, zeros_like
from unigrad.primitives.curves import convolve
from unigrad.primitives.layout import ravel
from unigrad.primitives.manipulation import concat
from unigrad.primitives.matrices import vander
from unigrad.primitives.rounding import floating
from unigrad.primitives.solving import lstsq
from unigrad.samples import Array, sample

__all__ = ["polyadd", "polyder", "polyfit", "polyint", "polymul", "polysub", "polyval"]


@composition(
    samples=[
        sample(Array((3,)), Array((2, 3))),
        sample(Array((1,)), Array(())),
        sample(Array((4,)), Array((2,))),
        sample(Array((3,), dtype="complex"), Array((2,), dtype="complex")),
    ]
)
def polyval(p, x, /) -> Tensor:
    """The polynomial with the coefficients ``p``, highest power first, at ``x``, by Horner's rule."""
    p, x = asarray(p), asarray(x)
    result = zeros_like(x)
    for i in range(p.shape[0]):
        result = result * x + p[i]
    return result


def _coefficients(p: Any) -> Tensor:
    p = asarray(p)
    if p.ndim > 1:
        raise ShapeError(f"a polynomial is a vector of coefficients; got an array of shape {tuple(p.shape)}")
    return ravel(p)


def _padded(p: Tensor, n: int) -> Tensor:
    """``p`` with zeros in front, up to ``n`` coefficients."""
    missing = n - p.shape[0]
    if missing <= 0:
        return p
    zeros = constant(settings.host().zeros(missing), p.xp, dtype=p.dtype, device=p.xp.device_of(p.raw))
    return concat([zeros, p])


SUMS = [
    sample(Array((3,)), Array((2,))),
    sample(Array((1,)), Array((4,))),
    sample(Array((2,)), Array((2,))),
    sample(Array((2,), dtype="complex"), Array((3,), dtype="complex")),
]


@composition(samples=SUMS)
def polyadd(p1, p2, /) -> Tensor:
    """Sum of two polynomials."""
    p1, p2 = _coefficients(p1), _coefficients(p2)
    n = p1.shape[0] if p1.shape[0] > p2.shape[0] else p2.shape[0]
    result: Tensor = _padded(p1, n) + _padded(p2, n)
    return result


@composition(samples=SUMS)
def polysub(p1, p2, /) -> Tensor:
    """Difference of two polynomials."""
    return polyadd(p1, negative(_coefficients(p2)))


@composition(samples=SUMS)
def polymul(p1, p2, /) -> Tensor:
    """Product of two polynomials."""
    return convolve(_coefficients(p1), _coefficients(p2))


def _numbers(p: Tensor, count: int) -> Tensor:
    """``count``, ``count - 1`` … 1, beside ``p``."""
    host = settings.host().arange(count, 0, -1)
    return constant(host, p.xp, dtype=p.dtype, device=p.xp.device_of(p.raw))


def _times(name: str, m: int) -> int:
    if m < 0:
        raise ArgumentError(f"'{name}' takes m from 0 on; got {m}")
    return m


@composition(
    samples=[
        sample(Array((4,))),
        sample(Array((4,)), m=2),
        sample(Array((2,)), m=0),
        sample(Array((4,), dtype="complex")),
    ]
)
def polyder(p, /, m=1) -> Tensor:
    """The ``m``-th derivative of the polynomial ``p``."""
    result = _coefficients(p)
    for _ in range(_times("polyder", m)):
        n = result.shape[0] - 1
        result = result[:n] * _numbers(result, n) if n > 0 else result[:0]
    return result


@composition(
    samples=[
        sample(Array((3,))),
        sample(Array((3,)), m=2, k=[0.5, 1.5]),
        sample(Array((2,)), k=2.0),
        sample(Array((3,), dtype="complex")),
    ]
)
def polyint(p, /, m=1, k=None) -> Tensor:
    """The polynomial whose ``m``-th derivative is ``p``, with the constants ``k`` (a number, or one for each; None: 0)."""
    result = floating(_coefficients(p))
    times = _times("polyint", m)
    given = [0.0] * times if k is None else [k] * times if isinstance(k, (int, float)) else list(k)
    if len(given) == 1:
        given = given * times
    if len(given) != times:
        raise ArgumentError(
            f"'polyint' needs one constant k, or one for each of {times} integrations; got {len(given)}"
        )
    for each in given:
        result = concat([result / _numbers(result, result.shape[0]), zeros_like(result[:1]) + each])
    return result


@composition(
    samples=[
        sample(Array((5,), distinct=True), Array((5,)), deg=2),
        sample(Array((4,), distinct=True), Array((4, 2)), deg=1),
    ]
)
def polyfit(x, y, /, deg) -> Tensor:
    """The polynomial of degree ``deg`` that is closest to the values ``y`` at the vector ``x``, by least squares."""
    x, y = floating(x), floating(y)
    if x.ndim != 1 or y.ndim not in (1, 2) or y.shape[0] != x.shape[0] or deg < 0:
        raise ShapeError(
            f"'polyfit' needs a vector x, as many values y, and deg from 0 on; "
            f"got the shapes {tuple(x.shape)} and {tuple(y.shape)}, deg={deg}"
        )
    return lstsq(vander(x, N=deg + 1), y).solution
