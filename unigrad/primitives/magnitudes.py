"""Magnitudes and signs of each element, and the parts of complex ones."""

from __future__ import annotations

from typing import Any

from unigrad.card import elementwise
from unigrad.conversion import is_complex
from unigrad.primitives.arithmetic import AWAY_FROM_ZERO
from unigrad.samples import NAN, at, binary, unary

__all__ = ["abs", "conj", "copysign", "hypot", "imag", "real"]


@elementwise(dx=lambda xp, g: xp.conj(g), samples=unary(complex=True))
def conj(x, /):
    """The complex conjugate of ``x``; ``x`` itself where it is real."""


@elementwise(dx=lambda xp, g, x_dtype: xp.astype(g, dtype=x_dtype), real=True, samples=unary(complex=True))
def real(x, /):
    """The real part of ``x``; ``x`` itself where it is real."""


@elementwise(dx=lambda g, x_dtype: g * (-1j if is_complex(x_dtype) else 0), real=True, samples=unary(complex=True))
def imag(x, /):
    """The imaginary part of ``x``; zeros where it is real."""


def conjugate(xp: Any, x: Any) -> Any:
    """The conjugate, where there is one to take: real arrays stay as they are."""
    return xp.conj(x) if is_complex(x.dtype) else x


def real_part(xp: Any, x: Any) -> Any:
    """The real part, where there is another: real arrays stay as they are."""
    return xp.real(x) if is_complex(x.dtype) else x


def _share(xp: Any, x: Any, out: Any) -> Any:
    """``x / out``, and 0 where ``out`` is 0."""
    origin = out == 0
    return xp.where(origin, 0.0, x / xp.where(origin, 1.0, out))


def abs_slope(xp: Any, x: Any) -> Any:
    """The sign of ``x``; for complex numbers the conjugate of ``x / |x|``, which is written so that it has a derivative."""
    return _share(xp, xp.conj(x), xp.abs(x)) if is_complex(x.dtype) else xp.sign(x)


@elementwise(
    dx=lambda xp, x: abs_slope(xp, x),
    real=True,
    samples=unary(away=(0.0,), complex=True),
    conventions=[
        at(0.0, slope=0.0, why="smallest of [-1, 1]", second=0.0, agree="autograd torch tf mxnet", jax=1.0),
        at(-0.0, slope=0.0, why="as at 0: the sign of a zero is no side", agree="autograd torch", jax=1.0),
        at(0j, slope=0j, why="smallest of the unit disc", agree="autograd jax torch"),
    ],
)
def abs(x, /):
    """Magnitude of ``x``; its slope at 0 is 0."""


@elementwise(
    dx1=lambda xp, x1, out: _share(xp, x1, out),
    dx2=lambda xp, x2, out: _share(xp, x2, out),
    floating=True,
    samples=binary(AWAY_FROM_ZERO, AWAY_FROM_ZERO),
    conventions=[
        at(
            0.0,
            0.0,
            slope=(0.0, 0.0),
            why="smallest of the unit disc",
            second=(0.0, 0.0),
            autograd=(NAN, NAN),
            jax=(0.5, 0.5),
            torch=(NAN, NAN),
            mxnet=(NAN, NAN),
        )
    ],
)
def hypot(x1, x2, /):
    """``sqrt(x1² + x2²)`` without overflow; both slopes at the origin are 0."""


@elementwise(
    dx1=lambda xp, x1, out: xp.sign(x1) * xp.sign(out),
    dx2=0,
    floating=True,
    samples=binary(AWAY_FROM_ZERO, AWAY_FROM_ZERO),
    conventions=[
        at(2.0, 0.0, slope=(1.0, 0.0), why="a zero has a sign"),
        at(1.0, 0.0, slope=(1.0, 0.0), why="constant in the sign", agree="jax torch", autograd="error"),
        at(
            1.0,
            -0.0,
            slope=(-1.0, 0.0),
            why="the sign of -0.0 is negative",
            value=-1.0,
            agree="jax torch",
            autograd="error",
        ),
        at(0.0, 1.0, slope=(0.0, 0.0), why="abs at 0", agree="torch", autograd="error", jax=(1.0, 0.0)),
    ],
)
def copysign(x1, x2, /):
    """Magnitude of ``x1`` with the sign of ``x2``; a constant in ``x2``, and its slope in ``x1`` is 0 at 0."""
