"""The NumPy backend's own kernels: those where NumPy's Python layer costs more than the arithmetic, and the glue.

All that NumPy itself names and means as the standard does comes from NumPy untouched: ``xp.sin is numpy.sin``.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy

from unigrad_numpy import special as _special
from unigrad_numpy.loops import is_worth_a_loop, looped, scalar_forms  # noqa: F401

moveaxis = numpy.moveaxis
repeat = numpy.repeat
beta, betainc, betaln, erfcinv = _special.beta, _special.betainc, _special.betaln, _special.erfcinv
gammainc, gammaincc, kl_div, log_expit = _special.gammainc, _special.gammaincc, _special.kl_div, _special.log_expit
i0, j0, j1 = _special.i0, _special.j0, _special.j1

_sum, _prod = numpy.add.reduce, numpy.multiply.reduce
_max, _min = numpy.maximum.reduce, numpy.minimum.reduce
_any, _all = numpy.logical_or.reduce, numpy.logical_and.reduce


def sum(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along ``axis``, small integers widened."""
    return _sum(x, axis, None, None, keepdims)


def prod(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along ``axis``, small integers widened."""
    return _prod(x, axis, None, None, keepdims)


def max(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest element along ``axis``."""
    return _max(x, axis, None, None, keepdims)


def min(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest element along ``axis``."""
    return _min(x, axis, None, None, keepdims)


def any(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether one element along ``axis`` is not zero."""
    return _any(x, axis, None, None, keepdims)


def all(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether no element along ``axis`` is zero."""
    return _all(x, axis, None, None, keepdims)


def mean(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean along ``axis``."""
    # NumPy's own adds half precision up in single, and integers in double.
    if x.dtype.kind not in "fc" or x.dtype.itemsize < 4:
        return numpy.mean(x, axis=axis, keepdims=keepdims)
    if axis is None:
        count = x.size
    elif type(axis) is int:
        count = x.shape[axis]
    else:
        count = math.prod([x.shape[each] for each in axis])
    return _sum(x, axis, None, None, keepdims) / count if count else numpy.mean(x, axis=axis, keepdims=keepdims)


def broadcast_to(x: Any, *, shape: Any) -> Any:
    """``x`` in a larger shape, as a view that cannot be written."""
    if x.shape or type(shape) is not tuple:
        return numpy.broadcast_to(x, shape)
    # Strides of zero by hand: numpy.broadcast_to takes five times as long, and the gradient of every sum comes here.
    view = numpy.ndarray(shape, x.dtype, x, 0, (0,) * len(shape))
    view.flags.writeable = False
    return view


def ones_like(x: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """Ones of the shape and dtype of ``x``, or of another dtype."""
    # numpy.ones_like takes ten times as long for one number, and every reverse sweep starts here.
    return numpy.ones_like(x, dtype=dtype) if x.shape or dtype is not None else x.dtype.type(1)


def einsum(subscripts: str, *operands: Any) -> Any:
    """The contraction that ``subscripts`` describes."""
    # Looking for the best order, and for matrix products, takes some 30 microseconds: too much for a few numbers.
    worthwhile = len(operands) > 1 and math.prod([operand.size for operand in operands]) > 4096
    return numpy.einsum(subscripts, *operands, optimize=worthwhile)


def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: float = 2) -> Any:
    """The ``ord``-norm of the vectors along ``axis``, or of all elements as one vector."""
    if ord == 2 and axis is None and not keepdims and x.dtype.kind == "f":
        flat = x.ravel()
        return numpy.sqrt(flat.dot(flat))
    if ord == math.inf:  # 0 of nothing, which NumPy refuses before 2.4
        return numpy.max(numpy.abs(x), axis=axis, keepdims=keepdims, initial=0)
    return numpy.linalg.vector_norm(x, axis=axis, keepdims=keepdims, ord=ord)


def expm(x: Any) -> Any:
    """The matrix exponential, by SciPy's algorithm (Al-Mohy & Higham 2009)."""
    return import_module("scipy.linalg").expm(x)


def solve_triangular(x1: Any, x2: Any, *, lower: bool = False) -> Any:
    """The solution of ``x1 @ x = x2``, of ``x1`` one triangle: by substitution, or by elimination for a stack."""
    if x1.ndim == 2 and x2.ndim <= 2 and 0 not in x2.shape:
        return import_module("scipy.linalg").solve_triangular(x1, x2, lower=lower, check_finite=False)
    return numpy.linalg.solve(numpy.tril(x1) if lower else numpy.triu(x1), x2)


def to_numpy(data: Any) -> numpy.ndarray[Any, Any]:
    """The array itself; a NumPy scalar becomes an array without axes."""
    return numpy.asarray(data)


def enter(data: Any) -> Any:
    """The array itself; without axes, NumPy's scalar: what its own functions give, and with operators ten times as fast."""
    return data if data.shape else data[()]


def from_numpy(array: Any, *, dtype: Any = None, device: str | None = None, copy: bool = False) -> Any:
    """The array itself, or a copy where the dtype differs or one is asked for."""
    return enter(numpy.array(array, dtype=dtype) if copy else numpy.asarray(array, dtype=dtype))


def copy(data: Any) -> Any:
    """The same numbers in memory of their own."""
    return enter(numpy.array(data))


def number_beside(value: float, *, dtype: Any) -> Any:
    """An array without axes: beside one, arithmetic takes two thirds of the time that a Python number costs it."""
    return numpy.asarray(value, dtype)


def to_dlpack(data: Any, **options: Any) -> Any:
    """The capsule by which another library shares the memory read-only, or that of a copy if it knows no such thing."""
    view = numpy.asarray(data).view()
    view.flags.writeable = False
    try:
        return view.__dlpack__(**options)
    except BufferError:
        return numpy.array(data).__dlpack__(**options)


def takes_out(kernel: Any) -> bool:
    """Whether a kernel is one of NumPy's elementwise functions, which write into a further argument."""
    return isinstance(kernel, numpy.ufunc)


def devices() -> tuple[str, ...]:
    """The host."""
    return ("cpu",)


def device_of(_data: Any) -> str:
    """The host."""
    return "cpu"


def generator(seed: int | None) -> numpy.random.Generator:
    """A counter-based source of random numbers: unigrad's own, on every backend."""
    return numpy.random.Generator(numpy.random.Philox(seed))
