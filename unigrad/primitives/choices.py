"""Functions that choose between elements: the larger, the smaller, those within bounds, those where a condition holds."""

from __future__ import annotations

from typing import Any

from unigrad.card import elementwise
from unigrad.primitives.arithmetic import AWAY_FROM_ZERO
from unigrad.samples import INF, NAN, Array, at, binary, sample, unary

__all__ = ["clip", "fmax", "fmin", "heaviside", "maximum", "minimum", "relu", "where"]


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
