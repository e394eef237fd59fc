"""Methods of NDArray: the functions of ``mx.nd``, and its operators."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.mxnet.arithmetic import give_operators
from unigrad.dialects.mxnet.array import take_over
from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.legacy import G, NDArray
from unigrad.dialects.mxnet.ndarray import creation
from unigrad.dialects.mxnet.ndarray import functions as nd
from unigrad.dialects.mxnet.ndarray.table import functions as table
from unigrad.dialects.mxnet.numpy.arrays import as_class, ndarray
from unigrad.dialects.mxnet.numpy.elementwise import ONE

SAME = (
    "argmax argmin argsort broadcast_to clip dot expand_dims flatten flip max mean min norm prod repeat sort "
    "split squeeze sum swapaxes take tile"
)
LAYERS = "relu sigmoid softmax log_softmax one_hot pick topk"


def reshape(self: NDArray, *shape: Any, **options: Any) -> Any:
    """The same elements in another shape, given as numbers or as one tuple."""
    wanted = options.get("shape", shape[0] if len(shape) == 1 else shape)
    return nd.reshape(self, wanted)


def transpose(self: NDArray, *axes: Any) -> Any:
    """The array with its axes in the order given, reversed if none is."""
    return nd.transpose(self, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)


@translated
def astype(self: NDArray, dtype: Any, copy: bool = True) -> Any:
    """The array in another dtype."""
    form = format_for(dtype)
    return G.astype(self, form) if form != self.dtype else self.copy() if copy else self


def as_np_ndarray(self: NDArray) -> ndarray:
    """The same values as an array of ``mx.np``, recorded."""
    return as_class(self, ndarray)  # type: ignore[no-any-return]


def as_nd_ndarray(self: NDArray) -> NDArray:
    """Itself."""
    return self


def give_methods() -> None:
    """Give NDArray what ndarray has not inherited from it already: operators and methods."""
    give_operators(NDArray, G, compared=lambda result: G.astype(result, "float32"))
    known = table()
    for name in SAME.split():
        setattr(NDArray, name, getattr(nd, name))
    for name in ("zeros_like", "ones_like"):
        setattr(NDArray, name, getattr(creation, name))
    for name in LAYERS.split():
        setattr(NDArray, name, known[name])
    for name in ONE:
        if name in known:
            setattr(NDArray, name, known[name])
    for method in (reshape, transpose, astype, as_np_ndarray, as_nd_ndarray):
        setattr(NDArray, method.__name__, method)
    NDArray.T = property(transpose)  # type: ignore[assignment]
    take_over(NDArray)
