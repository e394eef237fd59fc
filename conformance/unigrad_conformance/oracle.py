"""Oracle: what NumPy itself says a primitive's value is, by the primitive's name.

Most names are NumPy's own. The table spells those that NumPy lacks or spells differently, by their definition and not
by any backend's kernel: ``softmax`` is exp(x) over its sum, with no shift, because samples are small numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import numpy
import scipy.linalg
import scipy.special

from unigrad import plugins
from unigrad_conformance import networks
from unigrad_conformance.public import PUBLIC
from unigrad_conformance.spectra import COMPOSED

Function = Callable[..., Any]
Axis = int | tuple[int, ...] | None


def find(name: str) -> Function | None:
    """NumPy's function for the primitive `name`, taking arrays by position and options by unigrad's names; None if there is none.

    A plugin's own spelling of its primitives comes before what NumPy and SciPy happen to have under their names.
    """
    sources = (numpy, numpy.linalg, numpy.fft, scipy.linalg, scipy.special)
    found = (getattr(each, name) for each in sources if callable(getattr(each, name, None)))
    return _TABLE.get(name) or plugins.oracles().get(name) or next(found, None)


def _clip(x: Any, low: Any = None, high: Any = None, /) -> Any:
    above = x if low is None else numpy.maximum(x, low)
    return above if high is None else numpy.minimum(above, high)


def _logsumexp(x: Any, *, axis: Axis = None, keepdims: bool = False) -> Any:
    return numpy.log(numpy.sum(numpy.exp(x), axis=axis, keepdims=keepdims))


def _softmax(x: Any, *, axis: int = -1) -> Any:
    return numpy.exp(x) / numpy.sum(numpy.exp(x), axis=axis, keepdims=True)


def _argsort(x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    if not descending:
        return numpy.argsort(x, axis=axis, stable=True)
    backwards = numpy.argsort(numpy.flip(x, axis), axis=axis, stable=True)
    return numpy.flip(numpy.asarray(x).shape[axis] - 1 - backwards, axis)


def _sort(x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    return numpy.flip(numpy.sort(x, axis=axis), axis) if descending else numpy.sort(x, axis=axis)


def _index_set(x: Any, values: Any, *, key: Any) -> Any:
    out = numpy.array(x)
    out[key] = values
    return out


def _scatter(g: Any, *, key: Any, shape: tuple[int, ...]) -> Any:
    out = numpy.zeros(shape, numpy.asarray(g).dtype)
    numpy.add.at(out, key, g)
    return out


def _einsum(operands: Sequence[Any], *, subscripts: str) -> Any:
    return numpy.einsum(subscripts, *operands)


def _average(x: Any, weights: Any = None, /, *, axis: Axis = None, keepdims: bool = False) -> Any:
    return numpy.average(x, axis, weights, keepdims=keepdims)


def _topk(x: Any, *, k: int, axis: int = -1, largest: bool = True) -> Any:
    order = numpy.take(_argsort(x, axis=axis, descending=largest), range(k), axis=axis)
    return numpy.take_along_axis(x, order, axis=axis), order


def _in_its_dtype(function: Function) -> Function:
    """NumPy's function, with the result in the dtype of its array: numbers among the options take no part."""
    return lambda x, **options: numpy.asarray(function(x, **options)).astype(numpy.asarray(x).dtype)


def _in_dtype_of(position: int, function: Function) -> Function:
    """NumPy's function, with every result in the dtype of the array at `position`, or as it is where there is none."""

    def cast(*arrays: Any, **options: Any) -> Any:
        results = function(*arrays, **options)
        if arrays[position] is None:
            return results
        dtype = numpy.asarray(arrays[position]).dtype
        one = not isinstance(results, tuple)
        cast_ones = tuple(numpy.asarray(each).astype(dtype) for each in ((results,) if one else results))
        return cast_ones[0] if one else cast_ones

    return cast


def _of_one_dtype(function: Function) -> Function:
    """SciPy's function, with numbers in the dtype of the array beside them, where it would widen the result to theirs."""

    def call(*operands: Any) -> Any:
        dtype = numpy.result_type(*(each.dtype for each in operands if hasattr(each, "dtype")))
        return function(*(numpy.asarray(each, dtype) for each in operands))

    return call


def _gradient(x: Any, *, spacing: Any = 1.0, axis: Axis = None, edge_order: int = 1) -> Any:
    given = spacing if isinstance(spacing, tuple) else (spacing,)
    return numpy.gradient(x, *given, axis=axis, edge_order=edge_order)


def _histogram(x: Any, weights: Any = None, /, **options: Any) -> Any:
    counts, edges = numpy.histogram(x, weights=weights, **options)
    return counts if weights is None else counts.astype(weights.dtype), edges.astype(numpy.asarray(x).dtype)


def _split_by(function: Function) -> Function:
    return lambda x, *, sections: function(x, sections)


def _cofactor(x: Any) -> Any:
    return numpy.linalg.det(x)[..., None, None] * numpy.matrix_transpose(numpy.linalg.inv(x))


def _lstsq(x1: Any, x2: Any) -> Any:
    solution = numpy.linalg.pinv(x1) @ x2
    over = x1.shape[-2] > x1.shape[-1]
    squares = numpy.abs(x2 - x1 @ solution) ** 2
    residuals = numpy.reshape(squares.sum(axis=0), (-1,)) if over else numpy.zeros(0)
    return solution, residuals, numpy.linalg.matrix_rank(x1), numpy.linalg.svdvals(x1)


def _solve_triangular(x1: Any, x2: Any, *, lower: bool = False) -> Any:
    return numpy.linalg.solve(numpy.tril(x1) if lower else numpy.triu(x1), x2)


_TABLE: Final[dict[str, Function]] = {
    **{name: partial(each.function, numpy) for name, each in (COMPOSED | PUBLIC).items()},
    **networks.TABLE,
    **{name: _of_one_dtype(getattr(scipy.special, name)) for name in ("betainc", "gammainc", "gammaincc")},
    "argsort": _argsort,
    "astype": lambda x, *, dtype: numpy.asarray(x).astype(dtype),
    "average": _average,
    "clip": _clip,
    "cofactor": _cofactor,
    "contract": _einsum,
    "array_split": lambda x, *, sections, axis=0: numpy.array_split(x, sections, axis),
    "geomspace": _in_dtype_of(0, numpy.geomspace),
    "append": _in_dtype_of(0, numpy.append),
    "bincount": _in_dtype_of(1, numpy.bincount),
    "broadcast_arrays": lambda arrays: numpy.broadcast_arrays(*arrays),
    "corrcoef": _in_dtype_of(0, numpy.corrcoef),
    "cov": _in_dtype_of(0, numpy.cov),
    "diff": _in_its_dtype(numpy.diff),
    "dsplit": _split_by(numpy.dsplit),
    "einsum": _einsum,
    "getitem": lambda x, *, key: x[key],
    "gradient": _in_dtype_of(0, _gradient),
    "histogram": _histogram,
    "hsplit": _split_by(numpy.hsplit),
    "index_set": _index_set,
    "interp": lambda x, shift, values, **options: numpy.interp(
        x, numpy.array([-1.0, 0.0, 1.0]) + shift, values, **options
    ).astype(numpy.asarray(x).dtype),
    "lstsq": _lstsq,
    "multigammaln": _in_its_dtype(lambda x, *, d: scipy.special.multigammaln(x, d)),
    "log_softmax": lambda x, *, axis=-1: numpy.log(_softmax(x, axis=axis)),
    "logsumexp": _logsumexp,
    "nanpercentile": _in_its_dtype(numpy.nanpercentile),
    "nanquantile": _in_its_dtype(numpy.nanquantile),
    "percentile": _in_its_dtype(numpy.percentile),
    "quantile": _in_its_dtype(numpy.quantile),
    "polyder": _in_its_dtype(numpy.polyder),
    "polyfit": _in_dtype_of(0, numpy.polyfit),
    "polyint": _in_its_dtype(numpy.polyint),
    "polygamma": _in_its_dtype(lambda x, *, n: scipy.special.polygamma(n, x)),
    "relu": lambda x: numpy.where(x > 0, x, 0 * x),
    "scatter": _scatter,
    "sigmoid": lambda x: 1 / (1 + numpy.exp(-x)),
    "softmax": _softmax,
    "solve_triangular": _solve_triangular,
    "select": lambda conditions, choices, *, default=0.0: numpy.select(
        numpy.broadcast_arrays(*conditions),
        [c + 0 * numpy.zeros(conditions[0].shape, c.dtype) for c in choices],
        default,
    ).astype(choices[0].dtype),
    "sort": _sort,
    "split": lambda x, *, sections, axis=0: numpy.split(x, sections, axis),
    "take_along_axis": lambda x, *, indices, axis=-1: numpy.take_along_axis(x, numpy.asarray(indices), axis=axis),
    "to_device": lambda x: x,
    "topk": _topk,
    "vsplit": _split_by(numpy.vsplit),
    "vander": _in_its_dtype(numpy.vander),
    "tile": lambda x, *, repetitions: numpy.tile(x, repetitions),
}
