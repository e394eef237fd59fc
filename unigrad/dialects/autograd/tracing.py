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
    """`x`, an argument or a container of them, as unigrad's transforms take it; Python's numbers become 64-bit floats.

    Raises `ArgumentError`, a TypeError, for what autograd has no vector space for: integers, booleans, strings, None.
    """
    if type(x) is ndarray:
        return floating(x)
    if isinstance(x, (list, tuple, dict)):
        return mapped(differentiable, x)
    if type(x) is float or type(x) is complex:
        return on_backend(x)
    if isinstance(x, ug.Tensor) or (hasattr(x, "dtype") and getattr(x, "shape", None) is not None):
        array = asarray(x)
        if array.dtype.kind == "integer" and not array.shape and not isinstance(x, ug.Tensor):
            raise _refused(x)
        return floating(array)
    raise _refused(x)


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


def conjugated(g: Any) -> Any:
    """A cotangent in the other convention: the conjugate of each complex array in it.

    unigrad's and Torch's are gradients: their parts are the slopes along the parts. autograd's are factors, as JAX's:
    the cotangent of a holomorphic function, pulled from 1, is its derivative, and that of a modulus the conjugate of a gradient.
    """
    if isinstance(g, (list, tuple, dict)):
        return mapped(conjugated, g)
    if not isinstance(g, ug.Tensor) and (type(g) is complex or hasattr(g, "dtype")):
        g = asarray(g)
    return F.conj(g) if isinstance(g, ug.Tensor) and is_complex(g) else g


def is_complex(x: Any) -> bool:
    """Whether an array, or what becomes one, holds complex numbers."""
    array = asarray(x)
    return array.form is None and array.dtype.kind == "complex"


def vjp(fun: Function, x: Any) -> tuple[Function, Any]:
    """``(pullback, value)`` of `fun` at `x`; the pullback takes a cotangent like the value and can be called again."""
    out, pull = ug.vjp(traced(fun), differentiable(x))
    F.adopt(out)

    def pullback(g: Any) -> Any:
        (part,) = pull(conjugated(fitted(g, out)))
        return conjugated(F.adopt(part))

    return pullback, out


def jvp(fun: Function, x: Any) -> Function:
    """``push(v)`` gives the value of `fun` at `x` and its derivative in the direction `v`, which is like `x`."""
    point = differentiable(x)

    def push(v: Any) -> tuple[Any, Any]:
        like = mapped(asarray, point) if isinstance(point, (list, tuple, dict)) else asarray(point)
        out, tangent = ug.jvp(traced(fun), (point,), (fitted(v, like),))
        return F.adopt(out), F.adopt(tangent)

    return push
