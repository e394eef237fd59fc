"""Functions of each element by itself: arithmetic, powers, exponentials, trigonometry, choice.

At a kink the partial is the sub- or supergradient of smallest norm; ``docs/reference/conventions.md`` lists each.
"""

from __future__ import annotations

import cmath
import math
from typing import Any

from unigrad.card import elementwise
from unigrad.conversion import is_complex
from unigrad.samples import INF, NAN, Array, at, binary, sample, unary

__all__ = [
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "clip",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "deg2rad",
    "divide",
    "exp",
    "exp2",
    "expm1",
    "fmax",
    "fmin",
    "fmod",
    "heaviside",
    "hypot",
    "imag",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "positive",
    "pow",
    "rad2deg",
    "real",
    "reciprocal",
    "relu",
    "remainder",
    "sigmoid",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "where",
]

POSITIVE = Array(low=0.3, high=3.0)
AWAY_FROM_ZERO = Array(away=(0.0,))


@elementwise(dx1=1, dx2=1, operator="+", samples=binary(complex=True))
def add(x1, x2, /):
    """Sum of ``x1`` and ``x2``, elementwise, with broadcasting."""


@elementwise(dx1=1, dx2=-1, operator="-", samples=binary(complex=True))
def subtract(x1, x2, /):
    """Difference of ``x1`` and ``x2``, elementwise, with broadcasting."""


@elementwise(
    dx1=lambda x2: x2,
    dx2=lambda x1: x1,
    operator="*",
    samples=[*binary(complex=True), sample(Array((1,)), Array((1, 3)))],
)
def multiply(x1, x2, /):
    """Product of ``x1`` and ``x2``, elementwise, with broadcasting."""


@elementwise(
    dx1=lambda g, x2: g / x2,
    dx2=lambda g, out, x2: -g * out / x2,
    operator="/",
    floating=True,
    samples=binary(second=POSITIVE, complex=True),
    conventions=[
        at(1.0, 0.0, slope=(INF, -INF), why="limit from the right", agree="autograd jax torch"),
        at(0.0, 0.0, slope=(INF, NAN), why="limit from the right, and 0 / 0", agree="autograd jax torch"),
    ],
)
def divide(x1, x2, /):
    """Quotient of ``x1`` and ``x2``, elementwise, with broadcasting."""


def _pow_x1(xp: Any, g: Any, x1: Any, x2: Any) -> Any:
    if type(x2) in (int, float):
        return g * 0 if x2 == 0 else g if x2 == 1 else g * (x2 * x1) if x2 == 2 else g * (x2 * xp.pow(x1, x2 - 1))
    zero = x2 == 0
    return xp.where(zero, 0.0, g * x2 * xp.pow(x1, xp.where(zero, 1.0, x2 - 1)))


def _pow_x2(xp: Any, g: Any, out: Any, x1: Any, x2: Any, x2_dtype: Any) -> Any:
    rising = (xp.real(x2) if is_complex(x2_dtype) else x2) >= 0
    if type(x1) in (int, float):
        if x1 == 0:  # 0 ** x2 is 0 or 1 for x2 >= 0, and its slope there is 0; below, it falls from infinity
            return xp.where(rising, 0.0, g * -math.inf)
        return g * (out * (math.log(x1) if x1 > 0 else cmath.log(x1) if is_complex(x2_dtype) else math.nan))
    flat = (x1 == 0) & rising
    return xp.where(flat, 0.0, g * out * xp.log(xp.where(flat, 1.0, x1)))


@elementwise(
    dx1=_pow_x1,
    dx2=_pow_x2,
    samples=[
        *binary(first=POSITIVE, complex=True),
        sample(Array((3,)), 2),
        sample(Array((3,)), 3.0),
        sample(Array((3,)), 0),
        sample(Array((3,)), 1),
        sample(2.0, Array((3,))),
        sample(0.5, Array((3,))),
        sample(Array((3,), away=(0.0,)), -2),
        sample(Array((3,), away=(0.0,), dtype="complex"), -1.5),
        sample(2.0, Array((3,), dtype="complex")),
        sample(-0.7, Array((3,), dtype="complex")),
    ],
    conventions=[
        at(
            0.0,
            0.0,
            slope=(0.0, 0.0),
            why="`x**0` is 1 everywhere, `0**y` is flat for y ≥ 0",
            value=1.0,
            agree="autograd torch",
            jax=(NAN, 0.0),
            mxnet=(NAN, -INF),
        ),
        at(0.0, 1.0, slope=(1.0, 0.0), why="exists", agree="autograd jax torch"),
        at(0.0, 2.0, slope=(0.0, 0.0), why="exists", agree="autograd jax torch"),
        at(0.0, 0.5, slope=(INF, 0.0), why="limit", agree="autograd jax torch"),
        at(0.0, -1.0, slope=(-INF, -INF), why="limit", agree="torch", autograd=(-INF, NAN), jax=(-INF, NAN)),
        at(1.0, 0.0, slope=(0.0, 0.0), why="exists", agree="autograd jax torch"),
        at(-1.0, 2.0, slope=(-2.0, NAN), why="not real for exponents beside 2", agree="autograd jax torch"),
        at(-2.0, 0.5, slope=(NAN, NAN), why="not real", agree="autograd jax torch"),
        at(0.0, 0, slope=(0.0, None), why="`x**0` is 1 everywhere", second=(0.0, None), agree="autograd jax torch"),
        at(
            0.0,
            0.0,
            slope=(0.0, None),
            why="`x**0.0` is 1 everywhere",
            second=(0.0, None),
            agree="autograd torch",
            jax=NAN,
            tf=NAN,
            mxnet=NAN,
        ),
        at(0.0, 1.0, slope=(1.0, None), why="exists", second=(0.0, None), agree="autograd jax torch"),
        at(0.0, 2.0, slope=(0.0, None), why="exists", second=(2.0, None), agree="autograd jax torch"),
        at(0.0, 0.5, slope=(INF, None), why="limit", second=(-INF, None), agree="autograd jax torch"),
        at(0.0, -1, slope=(-INF, None), why="limit from both sides", agree="autograd jax torch"),
        at(0.0, 0.0, slope=(None, 0.0), why="`0**y` is flat for y ≥ 0", agree="autograd jax torch tf", mxnet=-INF),
        at(0.0, 2.0, slope=(None, 0.0), why="`0**y` is flat for y ≥ 0", agree="autograd jax torch"),
        at(-2.0, 2.0, slope=(None, NAN), why="not real beside 2", agree="autograd jax torch mxnet", tf=0.0),
        at(0.0, [-1.0, 2.0], slope=(None, [-INF, 0.0]), why="limit; flat for y > 0"),
    ],
)
def pow(x1, x2, /):
    """``x1`` to the power ``x2``, elementwise, with broadcasting.

    The partial with respect to ``x1`` is 0 wherever ``x2`` is 0, and with respect to ``x2`` wherever ``x1`` is 0 and ``x2 >= 0``.
    """


@elementwise(
    dx1=1,
    dx2=lambda xp, g, x1, x2: -g * xp.floor(x1 / x2),
    samples=[
        *binary(Array(low=0.2, high=0.9), Array(low=1.1, high=1.9)),
        *binary(Array(low=3.3, high=3.7), Array(low=1.25, high=1.55)),
        *binary(Array(low=-3.7, high=-3.3), Array(low=1.25, high=1.55)),
    ],
    conventions=[
        at(3.0, 1.5, slope=(1.0, -2.0), why="of the piece to its right", agree="autograd jax torch"),
        at(5.0, 2.0, slope=(None, -2.0), why="exists", agree="autograd jax tf mxnet", torch="error"),
    ],
)
def remainder(x1, x2, /):
    """Remainder of ``x1 / x2`` with the sign of ``x2``, elementwise; at a jump the slope of the branch taken."""


@elementwise(
    dx1=1,
    dx2=lambda xp, g, x1, x2: -g * xp.trunc(x1 / x2),
    samples=[
        *binary(Array(low=0.2, high=0.9), Array(low=1.1, high=1.9)),
        *binary(Array(low=-3.7, high=-3.3), Array(low=1.25, high=1.55)),
    ],
    conventions=[
        at(3.0, 1.5, slope=(1.0, -2.0), why="of the piece that begins there", agree="jax torch", autograd="error")
    ],
)
def fmod(x1, x2, /):
    """Remainder of ``x1 / x2`` with the sign of ``x1``, elementwise; at a jump the slope of the branch taken."""


@elementwise(dx1=1, dx2=0, floating=True, samples=binary())
def nextafter(x1, x2, /):
    """The representable number next to ``x1`` on the way to ``x2``: ``x1``, as far as a slope can tell."""


@elementwise(dx=-1, operator="-", samples=unary(complex=True))
def negative(x, /):
    """``x`` with the opposite sign."""


@elementwise(dx=1, samples=unary(complex=True))
def positive(x, /):
    """``x`` itself."""


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


@elementwise(dx=lambda x: 2 * x, samples=unary(complex=True))
def square(x, /):
    """``x`` times itself."""


@elementwise(
    dx=lambda out: 0.5 / out,
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[
        at(0.0, slope=INF, why="limit", second=-INF, agree="autograd jax torch"),
        at(-1.0, slope=NAN, why="not real", agree="autograd jax torch"),
    ],
)
def sqrt(x, /):
    """Square root of ``x``; its slope at 0 is infinite."""


@elementwise(
    dx=lambda g, out: g / (3 * out * out),
    floating=True,
    samples=unary(away=(0.0,)),
    conventions=[at(0.0, slope=INF, why="limit from both sides", agree="jax", autograd="error")],
)
def cbrt(x, /):
    """Cube root of ``x``, negative for negative ``x``; its slope at 0 is infinite."""


@elementwise(
    dx=lambda out: -(out * out),
    floating=True,
    samples=unary(0.3, 3.0, complex=True),
    conventions=[at(0.0, slope=-INF, why="limit from both sides", agree="autograd jax torch")],
)
def reciprocal(x, /):
    """1 / ``x``."""


@elementwise(
    dx=lambda out: out,
    floating=True,
    samples=unary(complex=True),
    conventions=[at(1000.0, slope=INF, why="limit: the value is infinite too", agree="autograd jax torch")],
)
def exp(x, /):
    """E to the power ``x``."""


@elementwise(dx=lambda out: out * math.log(2), floating=True, samples=unary(complex=True))
def exp2(x, /):
    """2 to the power ``x``."""


@elementwise(dx=lambda out: out + 1, floating=True, samples=unary(complex=True))
def expm1(x, /):
    """``exp(x) - 1``, accurate for small ``x``."""


@elementwise(
    dx=lambda g, x: g / x,
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[at(0.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log(x, /):
    """Natural logarithm of ``x``."""


@elementwise(
    dx=lambda g, x: g / (x * math.log(2)),
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[at(0.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log2(x, /):
    """Logarithm of ``x`` to base 2."""


@elementwise(
    dx=lambda g, x: g / (x * math.log(10)),
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[at(0.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log10(x, /):
    """Logarithm of ``x`` to base 10."""


@elementwise(
    dx=lambda g, x: g / (1 + x),
    floating=True,
    samples=unary(-0.7, 3.0, complex=True),
    conventions=[at(-1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log1p(x, /):
    """``log(1 + x)``, accurate for small ``x``."""


@elementwise(dx=lambda xp, x: xp.cos(x), floating=True, samples=unary(complex=True))
def sin(x, /):
    """Sine of ``x`` in radians."""


@elementwise(dx=lambda xp, x: -xp.sin(x), floating=True, samples=unary(complex=True))
def cos(x, /):
    """Cosine of ``x`` in radians."""


@elementwise(dx=lambda out: 1 + out * out, floating=True, samples=unary(-1.2, 1.2, complex=True))
def tan(x, /):
    """Tangent of ``x`` in radians."""


@elementwise(
    dx=lambda xp, g, x: g / xp.sqrt((1 - x) * (1 + x)),
    floating=True,
    samples=unary(-0.9, 0.9, complex=True),
    conventions=[at(1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def asin(x, /):
    """Inverse sine of ``x``, in [-π/2, π/2]; its slope at ±1 is infinite."""


@elementwise(
    dx=lambda xp, g, x: -g / xp.sqrt((1 - x) * (1 + x)),
    floating=True,
    samples=unary(-0.9, 0.9, complex=True),
    conventions=[at(1.0, slope=-INF, why="limit", agree="autograd jax torch tf mxnet")],
)
def acos(x, /):
    """Inverse cosine of ``x``, in [0, π]; its slope at ±1 is infinite."""


@elementwise(
    dx=lambda g, x: g / (1 + x * x),
    floating=True,
    samples=[*unary(), sample(Array((2, 3), -0.7, 0.7, dtype="complex"))],
)
def atan(x, /):
    """Inverse tangent of ``x``, in [-π/2, π/2]."""


@elementwise(dx=lambda g: g * (math.pi / 180), floating=True, samples=unary(-200.0, 200.0))
def deg2rad(x, /):
    """The angle ``x``, given in degrees, in radians."""


@elementwise(dx=lambda g: g * (180 / math.pi), floating=True, samples=unary())
def rad2deg(x, /):
    """The angle ``x``, given in radians, in degrees."""


def _sinc_x(xp: Any, x: Any, out: Any) -> Any:
    """``(cos πx - sinc x) / x``; within ½ of 0, where that cancels, the derivative's Taylor polynomial.

    The degree is 21, where the next term is below 1e-17, so that further derivatives are exact there too.
    """
    near = xp.abs(x) < 0.5
    inside = xp.where(near, x, 0.0)
    square = inside * inside
    series = 0.0
    for coefficient in _SINC_SLOPE:
        series = series * square + coefficient
    away = xp.where(near, 1.0, x)
    return xp.where(near, series * inside, (xp.cos(math.pi * away) - out) / away)


_SINC_SLOPE = [(-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(11, 0, -1)]


@elementwise(
    dx=_sinc_x,
    floating=True,
    samples=[*unary(away=(-0.5, 0.5)), sample(Array((4,), -0.1, 0.1)), sample(Array((3,), 0.49, 0.499))],
    conventions=[
        at(
            0.0,
            slope=0.0,
            why="exists; by its series near 0",
            value=1.0,
            second=-(math.pi**2) / 3,
            agree="jax torch",
            autograd=NAN,
        )
    ],
)
def sinc(x, /):
    """``sin(πx) / (πx)``, and 1 at 0."""


@elementwise(dx=lambda xp, x: xp.cosh(x), floating=True, samples=unary(complex=True))
def sinh(x, /):
    """Hyperbolic sine of ``x``."""


@elementwise(dx=lambda xp, x: xp.sinh(x), floating=True, samples=unary(complex=True))
def cosh(x, /):
    """Hyperbolic cosine of ``x``."""


@elementwise(
    dx=lambda out: 1 - out * out,
    floating=True,
    samples=unary(complex=True),
    conventions=[at(1000.0, slope=0.0, why="limit: exact where the value is rounded to 1", agree="autograd jax torch")],
)
def tanh(x, /):
    """Hyperbolic tangent of ``x``."""


def _asinh_x(xp: Any, g: Any, x: Any, x_dtype: Any) -> Any:
    return g / (xp.sqrt(x * x + 1) if is_complex(x_dtype) else xp.hypot(x, 1.0))


@elementwise(dx=_asinh_x, floating=True, samples=unary(complex=True))
def asinh(x, /):
    """Inverse hyperbolic sine of ``x``."""


@elementwise(
    dx=lambda xp, g, x: g / (xp.sqrt(x - 1) * xp.sqrt(x + 1)),
    floating=True,
    samples=[*unary(1.2, 4.0), sample(Array((2, 3), 0.2, 2.0, dtype="complex"))],
    conventions=[at(1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def acosh(x, /):
    """Inverse hyperbolic cosine of ``x``; its slope at 1 is infinite."""


@elementwise(
    dx=lambda g, x: g / ((1 - x) * (1 + x)),
    floating=True,
    samples=unary(-0.9, 0.9, complex=True),
    conventions=[at(1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def atanh(x, /):
    """Inverse hyperbolic tangent of ``x``; its slope at ±1 is infinite."""


def _per_square(xp: Any, x1: Any, x2: Any) -> Any:
    """``1 / (x1² + x2²)``, and 0 at the origin."""
    square = x1 * x1 + x2 * x2
    origin = square == 0
    return xp.where(origin, 0.0, 1 / xp.where(origin, 1.0, square))


@elementwise(
    dx1=lambda xp, x1, x2: x2 * _per_square(xp, x1, x2),
    dx2=lambda xp, x1, x2: -x1 * _per_square(xp, x1, x2),
    floating=True,
    samples=binary(AWAY_FROM_ZERO, AWAY_FROM_ZERO),
    conventions=[
        at(
            0.0,
            0.0,
            slope=(0.0, 0.0),
            why="no limit: the smallest",
            agree="torch",
            autograd=(NAN, NAN),
            jax=(NAN, NAN),
            tf=(NAN, NAN),
            mxnet=(NAN, NAN),
        )
    ],
)
def atan2(x1, x2, /):
    """Angle of the point with ordinate ``x1`` and abscissa ``x2``, in [-π, π]; both slopes at the origin are 0."""


def _share(xp: Any, x: Any, out: Any) -> Any:
    """``x / out``, and 0 where ``out`` is 0."""
    origin = out == 0
    return xp.where(origin, 0.0, x / xp.where(origin, 1.0, out))


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
    dx1=lambda xp, x1, out: xp.exp(x1 - out),
    dx2=lambda xp, x2, out: xp.exp(x2 - out),
    floating=True,
    samples=binary(),
    conventions=[
        at(
            -INF,
            -INF,
            slope=(NAN, NAN),
            why="no limit: any two shares of 1, as logsumexp",
            value=-INF,
            agree="autograd jax torch",
        ),
        at(-INF, 0.0, slope=(0.0, 1.0), why="limit", agree="autograd jax torch"),
        at(INF, INF, slope=(NAN, NAN), why="no limit: any two shares of 1", agree="autograd torch", jax=(1.0, 1.0)),
    ],
)
def logaddexp(x1, x2, /):
    """``log(exp(x1) + exp(x2))`` without overflow."""


@elementwise(
    dx1=lambda xp, x1, out: xp.exp2(x1 - out),
    dx2=lambda xp, x2, out: xp.exp2(x2 - out),
    floating=True,
    samples=binary(),
    conventions=[at(-INF, -INF, slope=(NAN, NAN), why="no limit: any two shares of 1", agree="autograd jax torch")],
)
def logaddexp2(x1, x2, /):
    """``log2(2**x1 + 2**x2)`` without overflow."""


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


def _winner(xp: Any, g: Any, tie: Any, wins: Any) -> Any:
    """The cotangent where an operand wins, half of it at a tie."""
    return xp.where(tie, 0.5 * g, xp.where(wins, g, 0.0))


@elementwise(
    dx1=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x1 > x2) | (x1 != x1)),
    dx2=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x2 > x1) | (x2 != x2)),
    samples=[
        *binary(Array(low=-2, high=0), Array(low=0.1, high=2)),
        *binary(Array(low=0.1, high=2), Array(low=-2, high=0)),
    ],
    conventions=[
        at(
            1.0, 1.0, slope=(0.5, 0.5), why="smallest over both arguments", agree="autograd jax torch", mxnet=(1.0, 0.0)
        ),
        at(0.0, 0.0, slope=(0.5, None), why="as between two arrays", agree="autograd jax torch", tf=1.0, mxnet=1.0),
        at(
            NAN,
            1.0,
            slope=(1.0, 0.0),
            why="the NaN is the result, and carries the slope",
            autograd=(0.0, 0.0),
            jax=(0.0, 0.0),
            torch=(1.0, 1.0),
        ),
        at(
            1.0,
            NAN,
            slope=(0.0, 1.0),
            why="the NaN is the result, and carries the slope",
            autograd=(0.0, 0.0),
            jax=(0.0, 0.0),
            torch=(1.0, 1.0),
        ),
        at(INF, INF, slope=(0.5, 0.5), why="a tie as any other", agree="autograd jax torch"),
        at(1.0, 1.0, slope=(1.0, 1.0), why="halves of the cotangent", cotangent=2.0),
    ],
)
def maximum(x1, x2, /):
    """The larger of ``x1`` and ``x2``, elementwise; a tie gives each a slope of ½, a NaN carries the slope."""


@elementwise(
    dx1=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x1 < x2) | (x1 != x1)),
    dx2=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x2 < x1) | (x2 != x2)),
    samples=[
        *binary(Array(low=-2, high=0), Array(low=0.1, high=2)),
        *binary(Array(low=0.1, high=2), Array(low=-2, high=0)),
    ],
    conventions=[
        at(
            1.0, 1.0, slope=(0.5, 0.5), why="smallest over both arguments", agree="autograd jax torch", mxnet=(1.0, 0.0)
        ),
        at(
            NAN,
            1.0,
            slope=(1.0, 0.0),
            why="the NaN is the result, and carries the slope",
            autograd=(0.0, 0.0),
            jax=(0.0, 0.0),
            torch=(1.0, 1.0),
        ),
        at(1.0, NAN, slope=(0.0, 1.0), why="a NaN carries the slope"),
    ],
)
def minimum(x1, x2, /):
    """The smaller of ``x1`` and ``x2``, elementwise; a tie gives each a slope of ½, a NaN carries the slope."""


@elementwise(
    dx1=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x1 > x2) | (x2 != x2)),
    dx2=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x2 > x1) | (x1 != x1)),
    samples=[
        *binary(Array(low=-2, high=0), Array(low=0.1, high=2)),
        *binary(Array(low=0.1, high=2), Array(low=-2, high=0)),
    ],
    conventions=[
        at(
            1.0,
            1.0,
            slope=(0.5, 0.5),
            why="smallest over both arguments",
            agree="autograd",
            jax=(0.0, 1.0),
            torch=(1.0, 0.0),
        ),
        at(NAN, 1.0, slope=(0.0, 1.0), why="the number is the result", value=1.0, agree="autograd jax torch"),
        at(1.0, NAN, slope=(1.0, 0.0), why="the number is the result", value=1.0),
    ],
)
def fmax(x1, x2, /):
    """The larger of ``x1`` and ``x2``, elementwise, or the one that is not NaN; a tie gives each a slope of ½."""


@elementwise(
    dx1=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x1 < x2) | (x2 != x2)),
    dx2=lambda xp, g, x1, x2: _winner(xp, g, x1 == x2, (x2 < x1) | (x1 != x1)),
    samples=[
        *binary(Array(low=-2, high=0), Array(low=0.1, high=2)),
        *binary(Array(low=0.1, high=2), Array(low=-2, high=0)),
    ],
    conventions=[
        at(
            1.0,
            1.0,
            slope=(0.5, 0.5),
            why="smallest over both arguments",
            agree="autograd",
            jax=(0.0, 1.0),
            torch=(1.0, 0.0),
        ),
        at(1.0, NAN, slope=(1.0, 0.0), why="the number is the result", value=1.0, agree="autograd jax torch"),
        at(NAN, 1.0, slope=(0.0, 1.0), why="the number is the result", value=1.0),
    ],
)
def fmin(x1, x2, /):
    """The smaller of ``x1`` and ``x2``, elementwise, or the one that is not NaN; a tie gives each a slope of ½."""


@elementwise(
    dx1=0,
    dx2=lambda xp, g, x1: xp.where(x1 == 0, g, 0.0),
    floating=True,
    samples=[*binary(AWAY_FROM_ZERO, Array()), sample(Array((3,), 0.0, 0.0), Array((3,)), smooth=False)],
    conventions=[
        at(
            0.0,
            0.5,
            slope=(0.0, 1.0),
            why="constant on either side; the value is x2",
            value=0.5,
            agree="jax",
            autograd="error",
            torch="error",
        )
    ],
)
def heaviside(x1, x2, /):
    """0 where ``x1`` is negative, 1 where it is positive, ``x2`` where it is 0; constant in ``x1``."""


def _inside(xp: Any, g: Any, x: Any, low: Any, high: Any) -> Any:
    """The cotangent where ``low <= x <= high``, both edges included; None is no bound."""
    for outside in ([] if low is None else [x < low]) + ([] if high is None else [x > high]):
        g = xp.where(outside, 0.0, g)
    return g


def _clipped_below(xp: Any, g: Any, x: Any, low: Any, high: Any) -> Any:
    held = xp.where(x < low, g, 0.0)
    return held if high is None else xp.where(low > high, 0.0, held)


def _clipped_above(xp: Any, g: Any, x: Any, low: Any, high: Any) -> Any:
    over = x > high
    return xp.where(over if low is None else over | (low > high), g, 0.0)


@elementwise(
    dx=lambda xp, g, x, min, max: _inside(xp, g, x, min, max),
    dmin=lambda xp, g, x, min, max: _clipped_below(xp, g, x, min, max),
    dmax=lambda xp, g, x, min, max: _clipped_above(xp, g, x, min, max),
    samples=[
        sample(Array((5,), away=(-1.0, 1.0)), -1.0, 1.0),
        sample(Array((2, 3), away=(0.5,)), None, 0.5),
        sample(Array((3,), away=(0.0,)), 0.0, None),
        sample(Array((2, 3)), Array((3,), -3.0, -2.1), Array((2, 1), 2.1, 3.0)),
        sample(Array((4,)), Array((), 2.1, 2.5), Array((), 3.0, 4.0)),
        sample(Array((4,)), Array((4,), -4.0, -3.5), Array((), -2.9, -2.5)),
        sample(Array((4,)), Array((4,), 1.0, 2.0), Array((), -1.0, 0.5)),
        sample(Array((4,), away=(0.0,)), None, Array((), 0.0, 0.0)),
        sample(Array((4,), away=(0.0,)), Array((), 0.0, 0.0), None),
    ],
    conventions=[
        at(1.0, 2.0, 1.0, slope=(0.0, 0.0, 1.0), why="the upper bound, where it is below the lower one"),
        at([0.0, 2.0], 1.0, 1.0, slope=([0.0, 0.0], 1.0, 1.0), why="of the bound that is crossed, where both are one"),
        at(
            [0.0, 1.0, -0.1, 1.1],
            0.0,
            1.0,
            slope=([1.0, 1.0, 0.0, 0.0], None, None),
            why="the exception: 1 at both edges",
            agree="torch tf mxnet",
            autograd=[0.0, 0.0, 0.0, 0.0],
            jax=[0.5, 0.5, 0.0, 0.0],
        ),
        at(0.0, 0.0, None, slope=(1.0, None, None), why="the exception", agree="torch", autograd=0.0, jax=0.5),
        at(1.0, 1.0, 1.0, slope=(1.0, None, None), why="both edges at once", agree="torch", autograd=0.0, jax=0.25),
        at(
            0.0,
            0.0,
            1.0,
            slope=(1.0, 0.0, 0.0),
            why="the exception: nothing for the bound",
            agree="torch",
            autograd="error",
            jax=(0.5, 0.5, 0.0),
        ),
        at(
            1.0,
            0.0,
            1.0,
            slope=(1.0, 0.0, 0.0),
            why="the exception: nothing for the bound",
            agree="torch",
            autograd="error",
            jax=(0.5, 0.0, 0.5),
        ),
        at(-1.0, 0.0, 1.0, slope=(0.0, 1.0, 0.0), why="exists", agree="jax torch", autograd="error"),
    ],
)
def clip(x, min=None, max=None, /):
    """``x`` kept within ``min`` and ``max`` (None: no bound); its slope is 1 inside and at both edges."""


@elementwise(
    dx1=lambda xp, g, condition: xp.where(condition, g, 0.0),
    dx2=lambda xp, g, condition: xp.where(condition, 0.0, g),
    unpromoted=["condition"],
    samples=[
        sample(Array(c, dtype="bool"), Array(a), Array(b))
        for c, a, b in [
            ((), (), ()),
            ((2, 3), (2, 3), (2, 3)),
            ((3,), (2, 3), ()),
            ((2, 1), (3,), (2, 3)),
            ((0,), (1,), ()),
        ]
    ]
    + [
        sample(Array((2, 3), dtype="bool"), Array((3,), dtype=one), Array((2, 1), dtype=two))
        for one, two in [("complex", "complex"), ("complex", "float"), ("float", "complex")]
    ],
    conventions=[
        at(
            [True, False],
            [2.0, NAN],
            [NAN, 3.0],
            slope=(None, [1.0, 0.0], [0.0, 1.0]),
            why="the branch taken; a NaN in the other stays there",
            agree="autograd jax torch",
        ),
        at(
            [True, False],
            [2.0, 3.0],
            [4.0, 5.0],
            slope=(None, [INF, 0.0], [0.0, INF]),
            cotangent=[INF, INF],
            why="the branch taken; no infinity times zero",
            agree="autograd jax torch",
        ),
    ],
)
def where(condition, x1, x2, /):
    """``x1`` where ``condition`` holds, else ``x2``.

    A NaN or an infinity that the branch not taken makes in its own rule is not hidden.
    """


@elementwise(
    dx=lambda xp, g, out: xp.where(out > 0, g, 0.0),
    samples=unary(away=(0.0,)),
    conventions=[at(0.0, slope=0.0, why="smallest of [0, 1]", second=0.0, agree="jax torch tf mxnet")],
)
def relu(x, /):
    """``x`` where it is positive, else 0; its slope at 0 is 0."""


@elementwise(dx=lambda out: out * (1 - out), floating=True, samples=unary())
def sigmoid(x, /):
    """``1 / (1 + exp(-x))``, without overflow."""
