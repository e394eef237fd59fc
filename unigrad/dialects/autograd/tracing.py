"""What stands between a user's function and unigrad's transforms: inputs made differentiable, results made arrays."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import optree

import unigrad as ug
from unigrad.dialects.autograd.arrays import F, asarray, cast, floating, ndarray, on_backend

Function = Callable[..., Any]


def mapped(function: Function, tree: Any, *others: Any) -> Any:
    """`function` of every leaf of a container; None is a leaf too, so that it is refused by name."""
    return optree.tree_map(function, tree, *others, none_is_leaf=True)


def differentiable(x: Any) -> Any:
    """`x`, an argument or a container of them, as unigrad's transforms take it; Python floats become float64.

    Raises `ArgumentError`, a TypeError, for what autograd has no vector space for: integers, booleans, strings, None.
    """
    if type(x) is ndarray:
        return floating(_real(x, x))
    if isinstance(x, (list, tuple, dict)):
        return mapped(differentiable, x)
    if type(x) is float:
        return on_backend(x)
    if isinstance(x, ug.Tensor) or (hasattr(x, "dtype") and getattr(x, "shape", None) is not None):
        array = asarray(x)
        if array.dtype.kind == "integer" and not array.shape and not isinstance(x, ug.Tensor):
            raise _refused(x)
        return floating(_real(array, x))
    raise _refused(x)


def _real(array: ndarray, x: Any) -> ndarray:
    if array.dtype.kind == "complex":
        raise ug.DTypeError(
            f"Can't differentiate w.r.t. type {type(x)} of complex numbers; give real and imaginary parts"
        )
    return array


def _refused(x: Any) -> ug.ArgumentError:
    remedy = "; give a float, such as 3.0" if isinstance(x, int) else ""
    return ug.ArgumentError(f"Can't differentiate w.r.t. type {type(x)}{remedy}")


def traced(fun: Function, watched: bool = True) -> Function:
    """`fun` as unigrad's transforms call it: it gets the dialect's arrays, and what it gives is made of arrays."""

    def run(x: Any) -> Any:
        return arrays_in(fun(F.adopt(x)), watched)

    return run


def arrays_in(out: Any, watched: bool = False) -> Any:
    """`out` with every number in it as an array; with `watched` a warning where it depends on nothing that is tracked."""
    if type(out) is not ndarray:
        out = mapped(_array, out) if isinstance(out, (list, tuple, dict)) else _array(out)
    if watched and not any(isinstance(each, ug.Tensor) and each.node is not None for each in optree.tree_leaves(out)):
        warnings.warn("Output seems independent of input.", stacklevel=4)
    return out


def _array(value: Any) -> Any:
    if value is None or isinstance(value, str):
        raise ug.ArgumentError(
            f"Can't find vector space for value {value!r} of type {type(value)}; give arrays or numbers"
        )
    return asarray(value)


def fitted(g: Any, like: Any) -> Any:
    """A cotangent or a tangent as arrays of the shapes and dtypes in `like`; numbers and smaller arrays are broadcast."""
    if isinstance(like, (list, tuple, dict)):
        return mapped(lambda each, part: fitted(part, each), like, g)
    array = cast(asarray(g), like.dtype)
    made: ndarray = array if array.shape == like.shape else F.broadcast_to(array, shape=like.shape)
    return made


def vjp(fun: Function, x: Any) -> tuple[Function, Any]:
    """``(pullback, value)`` of `fun` at `x`; the pullback takes a cotangent like the value and can be called again."""
    out, pull = ug.vjp(traced(fun), differentiable(x))
    F.adopt(out)

    def pullback(g: Any) -> Any:
        (part,) = pull(fitted(g, out))
        return F.adopt(part)

    return pullback, out


def jvp(fun: Function, x: Any) -> Function:
    """``push(v)`` gives the value of `fun` at `x` and its derivative in the direction `v`, which is like `x`."""
    point = differentiable(x)

    def push(v: Any) -> tuple[Any, Any]:
        like = mapped(asarray, point) if isinstance(point, (list, tuple, dict)) else asarray(point)
        out, tangent = ug.jvp(traced(fun), (point,), (fitted(v, like),))
        return F.adopt(out), F.adopt(tangent)

    return push
