"""Functions along an axis: order, running sums, differences, integrals, products of vectors, statistics of several variables."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad import settings
from unigrad.dialects.autograd.arrays import F, asarray, cast, floating, ndarray
from unigrad.dialects.autograd.numpy.shapes import ravel

NAMES = (
    "argpartition argsort corrcoef correlate cov cumprod cumsum diff einsum gradient inner partition sort trapezoid vdot"
).split()


def sort(a: Any, axis: int | None = -1, kind: Any = None) -> ndarray:
    """`a` in order along `axis`, of any number of axes."""
    x, place = _along(a, axis)
    made: ndarray = F.sort(x, axis=place)
    return made


def argsort(a: Any, axis: int | None = -1, kind: Any = None) -> ndarray:
    """The positions that put `a` in order along `axis`, equal elements in the order they have."""
    x, place = _along(a, axis)
    made: ndarray = F.argsort(x, axis=place)
    return made


def argpartition(a: Any, kth: Any, axis: int | None = -1) -> ndarray:
    """The positions that put the element at `kth` where it belongs, smaller ones before it."""
    x, place = _along(a, axis)
    return asarray(settings.host().argpartition(x.numpy(), kth, axis=place))


def partition(a: Any, kth: Any, axis: int | None = -1) -> ndarray:
    """`a` with the element at `kth` where it belongs, smaller ones before it."""
    x, place = _along(a, axis)
    made: ndarray = F.take_along_axis(x, argpartition(x, kth, place), axis=place)
    return made


def cumsum(a: Any, axis: int | None = None, dtype: Any = None) -> ndarray:
    """Running sums."""
    x, place = _along(a, axis)
    made: ndarray = F.cumulative_sum(cast(x, dtype), axis=place)
    return made


def cumprod(a: Any, axis: int | None = None, dtype: Any = None) -> ndarray:
    """Running products, whose gradient is exact where elements are zero."""
    x, place = _along(a, axis)
    made: ndarray = F.cumulative_prod(cast(x, dtype), axis=place)
    return made


def _along(a: Any, axis: int | None) -> tuple[ndarray, int]:
    return (ravel(a), 0) if axis is None else (asarray(a), axis)


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> ndarray:
    """Differences of neighbours along `axis`, `n` times."""
    ends = [None if end is None else asarray(end) for end in (prepend, append)]
    made: ndarray = F.diff(asarray(a), n, axis, *ends)
    return made


def gradient(f: Any, *varargs: float, axis: Any = None) -> Any:
    """Slopes by differences of neighbours, one-sided at the ends; `varargs` are the spacings, numbers."""
    x = floating(f)
    axes = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    spacings = [1.0] * len(axes) if not varargs else list(varargs) * (len(axes) if len(varargs) == 1 else 1)
    slopes = [_slope(x, i % x.ndim, h) for i, h in zip(axes, spacings, strict=True)]
    return slopes[0] if len(axes) == 1 else tuple(slopes)


def _slope(x: ndarray, axis: int, h: float) -> ndarray:
    before = (slice(None),) * axis
    low, high = x[(*before, slice(None, -2))], x[(*before, slice(2, None))]
    ends = [x[(*before, slice(i, j))] for i, j in ((0, 1), (1, 2), (-2, -1), (-1, None))]
    parts = [(ends[1] - ends[0]) / h, (high - low) / (2.0 * h), (ends[3] - ends[2]) / h]
    made: ndarray = F.concat(parts, axis=axis)
    return made


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> ndarray:
    """The integral of `y` along `axis` by the trapezoidal rule."""
    made: ndarray = F.trapezoid(floating(y), None if x is None else floating(x), dx=dx, axis=axis)
    return made


def inner(a: Any, b: Any, /) -> ndarray:
    """Sum of products over the last axes."""
    x1, x2 = asarray(a), asarray(b)
    made: ndarray = F.multiply(x1, x2) if not (x1.ndim and x2.ndim) else F.tensordot(x1, x2, axes=((-1,), (-1,)))
    return made


def vdot(a: Any, b: Any, /) -> ndarray:
    """The inner product of the flattened arrays, the first conjugated."""
    made: ndarray = F.dot(F.conj(ravel(a)), ravel(b))
    return made


def einsum(*operands: Any, **kwargs: Any) -> ndarray:
    """Sum of products in Einstein's notation, as a string or as lists of axis numbers behind each operand."""
    kwargs.pop("optimize", None)
    if kwargs:
        raise ug.ArgumentError(f"einsum takes no {', '.join(kwargs)} here")
    if isinstance(operands[0], str):
        subscripts, arrays = operands[0], operands[1:]
    else:
        terms = ["".join("..." if i is Ellipsis else chr(97 + i) for i in term) for term in operands[1::2]]
        output = (
            ""
            if len(operands) % 2 == 0
            else "->" + "".join("..." if i is Ellipsis else chr(97 + i) for i in operands[-1])
        )
        subscripts, arrays = ",".join(terms) + output, operands[0 : 2 * len(terms) : 2]
    made: ndarray = F.einsum(subscripts, *map(asarray, arrays))
    return made


def correlate(a: Any, v: Any, mode: str = "valid") -> ndarray:
    """Cross-correlation of two vectors."""
    made: ndarray = F.convolve(asarray(a), F.flip(asarray(v), axis=0), mode=mode)
    return made


def cov(m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: float | None = None) -> ndarray:
    """The covariance matrix of the variables in the rows of `m` (its columns if not `rowvar`), and of `y`."""
    x = _variables(m, rowvar)
    if y is not None:
        x = F.concat([x, _variables(y, rowvar)], axis=0)
    freedom = x.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
    centred = x - F.mean(x, axis=1, keepdims=True)
    made: ndarray = F.matmul(centred, F.conj(centred.T)) / float(freedom)
    return F.reshape(made, ()) if made.size == 1 else made


def _variables(m: Any, rowvar: bool) -> ndarray:
    x = floating(m)
    if x.ndim < 2:
        x = F.reshape(x, (1, -1))
    elif not rowvar and x.shape[0] != 1:
        x = F.matrix_transpose(x)
    return x


def corrcoef(x: Any, y: Any = None, rowvar: bool = True) -> ndarray:
    """The correlation coefficients of the variables."""
    covariance: Any = cov(x, y, rowvar)
    if not covariance.ndim:
        alone: ndarray = covariance / covariance
        return alone
    size = F.sqrt(F.diagonal(covariance))
    made: ndarray = covariance / F.reshape(size, (-1, 1)) / F.reshape(size, (1, -1))
    return made
