"""Methods of ``mx.np.ndarray``: the functions of ``mx.np``, and those that take their arguments in another way."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.mxnet.array import take_over
from unigrad.dialects.mxnet.errors import MXNetError, translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.numpy import choice, joining, products, reductions, shapes
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray


@translated
def reshape(self: ndarray, *args: Any, **options: Any) -> Any:
    """The same elements in another shape, given as numbers or as one tuple."""
    shape = options.get("shape", args[0] if len(args) == 1 else args)
    if options.get("order", "C") != "C":
        raise MXNetError("reshape() reads and writes the elements in C order only")
    return F.reshape(self, shape)


@translated
def transpose(self: ndarray, *axes: Any) -> Any:
    """The array with its axes in the order given, reversed if none is."""
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    return shapes.transpose(self, order or None)


@translated
def astype(
    self: ndarray, dtype: Any, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
) -> Any:
    """The array in another dtype, recorded between floating ones; itself where nothing changes and `copy` is false."""
    form = format_for(dtype)
    if form == self.dtype:
        return self.copy() if copy else self
    return F.astype(self, form)


def flatten(self: ndarray, order: str = "C") -> Any:
    """All elements along one axis."""
    return shapes.ravel(self, order)


def give_methods() -> None:
    """Give ndarray its methods; the primitives' own, inherited from Tensor, would be recorded by the wrong flag."""
    for name in ("sum", "prod", "mean", "std", "var", "max", "min", "all", "any", "argmax", "argmin", "cumsum"):
        setattr(ndarray, name, getattr(reductions, name))
    for name in ("take", "clip", "round", "nonzero", "sort", "argsort"):
        setattr(ndarray, name, getattr(choice, name))
    for name in ("swapaxes", "squeeze", "broadcast_to"):
        setattr(ndarray, name, getattr(shapes, name))
    ndarray.repeat = joining.repeat  # type: ignore[assignment, method-assign]
    ndarray.dot = products.dot  # type: ignore[method-assign, assignment]
    for method in (reshape, transpose, astype, flatten):
        setattr(ndarray, method.__name__, method)
    ndarray.ravel = flatten  # type: ignore[assignment]
    ndarray.T = property(transpose)  # type: ignore[assignment]
    take_over(ndarray)
