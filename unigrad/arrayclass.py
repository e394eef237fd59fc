"""Array classes: subclasses of Tensor with functions and operators of their own, for namespaces spelled as another library's.

Such a class has no state of its own (``__slots__ = ()``), so that a Tensor becomes one by a change of its class, which
copies nothing. Its functions are the primitives, written out for the class: they cost what the native ones do.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, TypeVar

from unigrad import primitives
from unigrad.card import REGISTRY
from unigrad.conversion import form_of
from unigrad.fastpath import General, make_function
from unigrad.graph import Tensor, make_tensor
from unigrad.recording import Recording, is_recording, recording_flag

T = TypeVar("T", bound=Tensor)

OPERATORS: Final = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "pow",
    "matmul": "matmul",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
}
"""Python's operators of two operands, and the primitives that they stand for."""

OTHERS: Final = {
    "neg": "negative",
    "pos": "positive",
    "abs": "abs",
    "invert": "bitwise_invert",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "eq": "equal",
    "ne": "not_equal",
}


class Functions:
    """The primitives for one array class, as attributes: they take and give its arrays.

    ``recording`` says, when a function is called, whether it is to be recorded; the native flag unless another is given.
    ``general(call, card, arguments, options)`` stands before the general path, where arguments are not arrays of one
    floating dtype: for a library's own rules of promotion and its own errors, at no cost to the usual case.
    """

    def __init__(
        self,
        array_class: type[Tensor],
        recording: Callable[[], bool] = is_recording,
        general: General | None = None,
    ) -> None:
        self._class = array_class
        self._general = general
        self._recording = recording_flag.get if recording is is_recording else recording

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        native, card = getattr(primitives, name), REGISTRY.get(name)
        if card is None or card.kind == "composition":
            made = self.composed(native)
        else:
            made = make_function(card, native, self._class, self._recording, self._general)
        setattr(self, name, made)  # found once, then kept
        return made

    def composed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function written for Tensors, as one for this class: its arguments are taken as Tensors, its results adopted."""

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            args = tuple(map(self._plain, args))
            if self._recording is recording_flag.get:
                return self.adopt(function(*args, **kwargs))
            with Recording(self._recording()):
                return self.adopt(function(*args, **kwargs))

        return run

    def adopt(self, value: Any) -> Any:
        """`value` with every Tensor in it (itself, or in tuples, lists and dictionaries) as an array of this class, in place."""
        if isinstance(value, Tensor):
            value.__class__ = self._class
        elif isinstance(value, (tuple, list)):
            for each in value:
                self.adopt(each)
        elif isinstance(value, dict):
            for each in value.values():
                self.adopt(each)
        return value

    def _plain(self, value: Any) -> Any:
        if type(value) is not self._class:
            return value
        tensor = make_tensor(value.raw, value.xp, value.node)
        tensor.form = form_of(value)
        return tensor


def set_operators(array_class: type[Tensor], functions: Functions) -> None:
    """Give `array_class` Python's operators and indexing; ``x += y`` binds a new array unless the class says otherwise."""
    for name, primitive in OPERATORS.items():
        operation = getattr(functions, primitive)
        setattr(array_class, f"__{name}__", operation)
        setattr(array_class, f"__r{name}__", _reflected(operation))
        setattr(array_class, f"__i{name}__", operation)
    for name, primitive in OTHERS.items():
        operation = getattr(functions, primitive)
        setattr(array_class, f"__{name}__", _not_none(operation) if name in ("eq", "ne") else operation)
    getitem = functions.getitem
    setattr(array_class, "__getitem__", lambda self, key: getitem(self, key=key))  # noqa: B010 - not known to the class
    setattr(array_class, "__hash__", object.__hash__)  # noqa: B010 - a class that defines == loses it


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other: operation(other, self)


def _not_none(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda self, other: NotImplemented if other is None or isinstance(other, str) else operation(self, other)
