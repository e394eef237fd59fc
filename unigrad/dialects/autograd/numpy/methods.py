"""What an array of the dialect can do besides computing: NumPy's methods, autograd's printed form, NumPy's own functions.

The methods are the functions of `unigrad.dialects.autograd.numpy`; they are given to the class when this module is
imported, as the class itself stands below them.
"""

from __future__ import annotations

from typing import Any, Final

import unigrad as ug
from unigrad import operators, settings
from unigrad.dialects.autograd.arrays import F, asarray, cast, handle, ndarray
from unigrad.dialects.autograd.numpy import analysis, elementwise, host, joining, reductions, shapes, straight
from unigrad.graph import Leaf

FROM_FUNCTIONS: Final = {
    reductions: "all any argmax argmin max mean min prod ptp std sum var",
    shapes: "ravel repeat",
    analysis: "argpartition argsort cumprod cumsum",
    elementwise: "clip round",
    joining: "compress take",
}
"""The methods that are functions of the same name, by the module that has these."""

STRAIGHT: Final = "diagonal dot nonzero squeeze swapaxes trace"
"""The same, for functions out of the table of straight ones."""

IN_PLACE: Final = "add sub mul truediv floordiv mod pow and or xor lshift rshift".split()


class _Operations:
    """The operations behind Python's operators, as `unigrad.set_operators` asks for them."""

    def __getattr__(self, name: str) -> Any:
        return elementwise.ELEMENTWISE.get(name) or straight.FUNCTIONS.get(name) or getattr(F, name)


def _in_place(name: str) -> Any:
    operation = getattr(ndarray, f"__{name}__")

    def run(self: ndarray, other: Any) -> Any:
        made = operation(self, other)
        # NumPy changes the array that every other name for it sees; autograd's boxes, and numbers, are bound anew.
        if self.node is not None or made.node is not None or not self.ndim:
            return made
        return operators.assign(self, made)

    return run


def _getitem(self: ndarray, key: Any) -> Any:
    return F.getitem(self, key=key)


def _setitem(self: ndarray, key: Any, value: Any) -> None:
    if isinstance(self.node, Leaf) or (self.node is not None and self.node.pull.name == "input"):
        raise ug.ArgumentError(
            "'ArrayBox' object does not support item assignment: it is what is being differentiated; assign to a copy, x * 1.0"
        )
    changed = handle(self)
    values = cast(asarray(value), self.dtype) if self.dtype.kind == "real" or not _is_real(value) else asarray(value)
    ug.Tensor.__setitem__(changed, key, values)
    self.raw, self.node, self.form = changed.raw, changed.node, changed.form


def _is_real(value: Any) -> bool:
    return asarray(value).dtype.kind == "real"


def _reshape(self: ndarray, *shape: Any, order: str = "C") -> ndarray:
    return shapes.reshape(self, shape[0] if len(shape) == 1 else shape, order)


def _transpose(self: ndarray, *axes: Any) -> ndarray:
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
    return shapes.transpose(self, order or None)


def _flatten(self: ndarray, order: str = "C") -> ndarray:
    return shapes.ravel(self, order)


def _astype(self: ndarray, dtype: Any, copy: bool = True, **_: Any) -> ndarray:
    made = cast(self, dtype)
    return handle(made) if made is self and copy else made


def _copy(self: ndarray) -> ndarray:
    made: ndarray = F.positive(self) if self.node is not None else F.array(self)
    return made


def _sort(self: ndarray, axis: int = -1) -> None:
    operators.assign(self, analysis.sort(self, axis))


def _fill(self: ndarray, value: Any) -> None:
    _setitem(self, Ellipsis, value)


def _detach(self: ndarray) -> ndarray:
    made: ndarray = F.stop_gradient(self)
    return made


def _text(self: ndarray) -> str:
    if self.xp.is_traced(self.raw):
        return str(self.raw)
    return str(_values(self)) if self.node is None else f"Autograd ArrayBox with value {_values(self)}"


def _repr(self: ndarray) -> str:
    return _text(self) if self.node is not None or self.xp.is_traced(self.raw) else repr(_values(self))


def _values(self: ndarray) -> Any:
    return self.xp.read_only_view(self.raw)[()]


def _array_ufunc(self: ndarray, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy's own ufuncs, called on arrays of the dialect: recorded, as in autograd from 1.9 on."""
    function = elementwise.ELEMENTWISE.get(ufunc.__name__) or straight.FUNCTIONS.get(ufunc.__name__)
    if method != "__call__" or kwargs or function is None:
        return NotImplemented
    return function(*inputs)


def _contains(self: ndarray, value: Any) -> bool:
    return bool(F.any(elementwise.ELEMENTWISE["equal"](self, value)))


def _rounded(self: ndarray, digits: int | None = None) -> Any:
    """Python's ``round``, of what NumPy has as a scalar; raises `DTypeError`, a TypeError, for other arrays, as NumPy and autograd do."""
    if self.ndim or self.node is not None:
        kind = "numpy.ndarray" if self.node is None else "ArrayBox"
        raise ug.DTypeError(f"type {kind} doesn't define __round__ method; use np.round")
    return round(_values(self), digits)


def _reduce(self: ndarray) -> Any:
    if self.node is not None:
        raise ug.NotRecorded("pickle cannot take a graph along; use it on getval(x)")
    return _unpickled, (settings.host().asarray(self.numpy()).copy(),)


def _unpickled(array: Any) -> ndarray:
    return asarray(array)


def _deepcopy(self: ndarray, _memo: Any) -> ndarray:
    return _copy(self)


METHODS: Final = {
    "__getitem__": _getitem,
    "__setitem__": _setitem,
    "__contains__": _contains,
    "__str__": _text,
    "__repr__": _repr,
    "__array_ufunc__": _array_ufunc,
    "__reduce__": _reduce,
    "__round__": _rounded,
    "__copy__": _copy,
    "__deepcopy__": _deepcopy,
    "T": property(shapes.transpose),
    "astype": _astype,
    "conj": elementwise.ELEMENTWISE["conj"],
    "copy": _copy,
    "detach": _detach,
    "fill": _fill,
    "flatten": _flatten,
    "imag": property(elementwise.ELEMENTWISE["imag"]),
    "itemsize": property(lambda self: settings.host().dtype(self.dtype.name).itemsize),
    "mT": property(straight.FUNCTIONS["matrix_transpose"]),
    "nbytes": property(lambda self: self.itemsize * self.size),
    "real": property(elementwise.ELEMENTWISE["real"]),
    "reshape": _reshape,
    "searchsorted": host.FUNCTIONS["searchsorted"],
    "sort": _sort,
    "transpose": _transpose,
}

ug.set_operators(ndarray, _Operations())  # type: ignore[arg-type]
for _name in IN_PLACE:
    setattr(ndarray, f"__i{_name}__", _in_place(_name))
for _module, _names in FROM_FUNCTIONS.items():
    for _name in _names.split():
        setattr(ndarray, _name, getattr(_module, _name))
for _name in STRAIGHT.split():
    setattr(ndarray, _name, straight.FUNCTIONS[_name])
for _name, _member in METHODS.items():
    setattr(ndarray, _name, _member)
