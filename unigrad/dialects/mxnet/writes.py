"""Writes: changes of an array in place, which keep the object and its gradient, and which ``record()`` forbids in a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad import primitives
from unigrad.dialects.mxnet.errors import ArrayTypeError, MXNetError, as_mxnet
from unigrad.dialects.mxnet.flags import recording
from unigrad.dialects.mxnet.keys import index_key, whole
from unigrad.dialects.mxnet.views import write
from unigrad.errors import UnigradError
from unigrad.graph import Tensor, make_tensor


def in_place(word: str) -> Callable[[Any, Any], Any]:
    """The operator that writes what the operator `word` gives: ``x += y`` changes x itself."""

    def operate(self: Any, other: Any) -> Any:
        return put(self, getattr(self, word)(other))

    operate.__name__ = f"__i{word[2:]}"
    return operate


def put(x: Any, value: Any) -> Any:
    """Make `x` hold `value`, of its shape, in its own dtype; raises `MXNetError` inside a graph. Returns `x`."""
    if not isinstance(x, Tensor):
        raise ArrayTypeError(f"an array is needed to write into, not a '{type(x).__name__}'")
    _outside_a_graph(x, value)
    given = _constant(value, x)
    if tuple(given.raw.shape) != tuple(x.raw.shape):
        raise MXNetError(f"an array of shape {x.shape} cannot hold a result of shape {given.shape} in place")
    write(x, given.raw)
    return x


def set_items(x: Tensor, key: Any, value: Any) -> None:
    """``x[key] = value``: arrays, NumPy arrays, lists and numbers, broadcast and cast to what `x` holds."""
    _outside_a_graph(x, value)
    values = _constant(value, x)
    try:
        if whole(key) or key is Ellipsis:
            write(x, primitives.broadcast_to(_fitting(values, x.shape), shape=x.shape).raw)
            return
        key = index_key(key, x.shape)
        held = make_tensor(x.raw, x.xp)
        place = primitives.getitem(held, key=key).shape if values.ndim else ()
        write(x, primitives.index_set(held, _fitting(values, place), key=key).raw)
    except UnigradError as error:
        raise as_mxnet(error) from error
    except (ValueError, RuntimeError, TypeError) as error:  # a library's own words for shapes that do not fit
        raise MXNetError(f"cannot write values of shape {values.shape} there: {error}") from error


def _fitting(values: Tensor, shape: tuple[int, ...]) -> Tensor:
    """`values` without axes of length 1 that the place has not: MXNet writes shape (1, 1) into a single place."""
    surplus = values.ndim - len(shape)
    if surplus > 0 and values.shape[:surplus] == (1,) * surplus:
        return primitives.reshape(values, values.shape[surplus:])
    return values


def _outside_a_graph(x: Tensor, value: Any) -> None:
    if recording.get() and (x.node is not None or (isinstance(value, Tensor) and value.node is not None)):
        raise MXNetError(
            "in-place operations (+=, x[:]=, out=) are not supported while recording on arrays that are in a computational "
            "graph, nor with values from it; write outside autograd.record(), or under autograd.pause()"
        )


def _constant(value: Any, x: Tensor) -> Tensor:
    """`value` as a constant of the backend and dtype of `x`, whatever kind of number it held."""
    if isinstance(value, Tensor):
        given = make_tensor(value.raw, value.xp)
        if given.xp is not x.xp:
            given = given.to_backend(x.backend)
    elif isinstance(value, (str, bytes)) or value is None:
        raise ArrayTypeError(f"an array cannot hold {value!r}; give an array, a number or nested lists of numbers")
    else:
        with ug.use_backend(x.backend):
            given = primitives.asarray(value)
    return primitives.astype(given, x.dtype)
