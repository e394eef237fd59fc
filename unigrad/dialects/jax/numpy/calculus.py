"""Functions of ``jnp`` on lines of numbers: differences, integrals, polynomials, convolutions, covariances."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.numpy.manipulation import moveaxis, reshape
from unigrad.dialects.jax.numpy.products import diagonal
from unigrad.dialects.jax.precision import inexact
from unigrad.errors import ArgumentError

__all__ = [
    "convolve",
    "corrcoef",
    "correlate",
    "cov",
    "diff",
    "ediff1d",
    "gradient",
    "interp",
    "polyfit",
    "polyval",
    "trapezoid",
]


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Array:
    """The differences of neighbours along ``axis``, taken `n` times."""
    x = strong(a, "diff")
    ends = [each if each is None else cast(strong(each, "diff"), dtype_of(x)) for each in (prepend, append)]
    result: Array = F.diff(x, n, axis, *ends)
    return result


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Array:
    """The differences of neighbours in the flattened array, with more in front and behind."""
    result: Array = F.ediff1d(strong(ary, "ediff1d"), to_end, to_begin)
    return result


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int | None = None) -> Any:
    """Central differences along each axis, one-sided at the ends; `varargs` are the distances, one number an axis."""
    x = strong(f, "gradient")
    x = cast(x, inexact(dtype_of(x)))
    axes = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    steps = varargs or (1.0,)
    steps = steps * len(axes) if len(steps) == 1 else steps
    if len(steps) != len(axes) or any(strong(each, "gradient").ndim for each in steps):
        raise ArgumentError("jnp.gradient here takes one number for all axes or one for each")
    found = [_slope(x, each % x.ndim, step) for each, step in zip(axes, steps, strict=True)]
    return found[0] if len(found) == 1 else found


def _slope(x: Array, axis: int, step: Any) -> Array:
    line = moveaxis(x, axis, 0)
    inner_part = (line[2:] - line[:-2]) / (2.0 * step)
    first, last = (line[1:2] - line[:1]) / step, (line[-1:] - line[-2:-1]) / step
    return moveaxis(F.concat([first, inner_part, last]), 0, axis)


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Array:
    """The integral along ``axis`` by the trapezoidal rule."""
    line = strong(y, "trapezoid")
    line = moveaxis(cast(line, inexact(dtype_of(line))), axis, -1)
    if x is None:
        widths = dx
    else:
        places = strong(x, "trapezoid", 1)
        widths = diff(cast(places if places.ndim == 1 else moveaxis(places, axis, -1), dtype_of(line)))
    result: Array = F.sum(0.5 * (widths * (line[..., 1:] + line[..., :-1])), axis=-1)
    return result


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Array:
    """The values at `x` of the broken line through the points `xp`, `fp`."""
    if period is not None:
        raise ArgumentError("jnp.interp here takes no 'period'; bring x into it with x % period")
    places, knots, values = (cast(each, inexact(dtype_of(each))) for each in promoted(x, xp, fp, what="interp"))
    result: Array = F.interp(places, knots, values, left=left, right=right)
    return result


def polyval(p: Any, x: Any, *, unroll: int = 16) -> Array:
    """The polynomial with the coefficients `p`, highest power first, at `x`."""
    coefficients, places = promoted(p, x, what="polyval")
    result: Array = F.zeros_like(places)
    for each in coefficients:
        result = result * places + each
    return result


def polyfit(x: Any, y: Any, deg: int, **options: Any) -> Array:
    """The coefficients, highest power first, of the polynomial of degree `deg` nearest to the points; a constant."""
    if options:
        raise ArgumentError(f"jnp.polyfit here takes no {', '.join(options)}")
    places, values = (cast(each, inexact(dtype_of(each))) for each in promoted(x, y, what="polyfit"))
    host = settings.host()
    found = host.polyfit(places.numpy().astype("float64"), values.numpy().astype("float64"), deg)
    return cast(F.asarray(found), dtype_of(values))


def convolve(a: Any, v: Any, mode: str = "full", **_: Any) -> Array:
    """The convolution of two vectors."""
    first, second = promoted(a, v, what="convolve")
    result: Array = F.convolve(first, second, mode=mode)
    return result


def correlate(a: Any, v: Any, mode: str = "valid", **_: Any) -> Array:
    """The cross-correlation of two vectors."""
    first, second = promoted(a, v, what="correlate")
    result: Array = F.convolve(first, F.flip(F.conj(second), axis=0), mode=mode)
    return result


def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Array:
    """The covariances of variables, a row each (or a column, without `rowvar`)."""
    x = _variables(m, rowvar)
    if y is not None:
        x = F.concat(promoted(x, _variables(y, rowvar), what="cov"))
    correction = ddof if ddof is not None else 0 if bias else 1
    deviation = x - F.mean(x, axis=1, keepdims=True)
    found = F.matmul(deviation, F.conj(F.matrix_transpose(deviation))) / (x.shape[1] - correction)
    result: Array = F.squeeze(found) if found.size == 1 else found
    return result


def _variables(m: Any, rowvar: bool) -> Array:
    x = strong(m, "cov")
    x = cast(x, inexact(dtype_of(x)))
    x = reshape(x, (1, -1)) if x.ndim < 2 else x
    return x if rowvar or x.shape[0] == 1 else F.matrix_transpose(x)


def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> Array:
    """The correlations of variables, a row each."""
    found = cov(x, y, rowvar)
    if not found.ndim:
        return found / found
    spread = F.sqrt(diagonal(found))
    joined: Array = found / reshape(spread, (-1, 1)) / spread
    return joined
