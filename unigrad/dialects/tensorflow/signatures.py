"""Signatures: one call's arguments taken apart into tensors, and all else that a program depends on."""

from __future__ import annotations

import inspect
import types
import weakref
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

import optree

from unigrad import settings
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.formats import DType
from unigrad.dialects.tensorflow.shape import TensorShape
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.variable import Variable
from unigrad.dialects.tensorflow.variable_slice import VariableSlice
from unigrad.graph import Tensor
from unigrad.transforms.jit import kind_of

_BY_VALUE: Final = frozenset({bool, int, float, complex, str, bytes, type(None), types.MethodType, DType, TensorShape})


def reference_to(value: Any, callback: Callable[[Any], Any] | None = None) -> Callable[[], Any]:
    """What gives `value`, or None once it is gone, upon which `callback` is called; what cannot be referred to weakly stays."""
    try:
        return weakref.ref(value, callback)
    except TypeError:
        return lambda: value


class _Value:
    """A Python value, which another one of the same type may stand for where the two are equal."""

    __slots__ = ("facts", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.facts: tuple[Any, ...] = (type(value), value)
        if isinstance(value, (float, complex)):
            self.facts = (type(value), repr(value))  # 0.0 == -0.0
        elif isinstance(value, types.MethodType):  # each look makes another object
            self.facts = (types.MethodType, value.__func__, _Object(value.__self__))

    def get(self) -> Any:
        """The value."""
        return self.value

    def is_gone(self) -> bool:
        """False: the value is kept."""
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Value) and self.facts == other.facts

    def __hash__(self) -> int:
        return hash(self.facts)


class _Object:
    """An object, which no other one may stand for; it is not kept alive where it can be referred to weakly."""

    __slots__ = ("number", "refer")

    def __init__(self, value: Any) -> None:
        self.number = id(value)
        self.refer = reference_to(value)

    def get(self) -> Any:
        """The object. Raises ReferenceError where it is gone."""
        value = self.refer()
        if value is None:
            raise ReferenceError(
                "an argument of a function of tf.function is gone, and its gradient needs it once more"
            )
        return value

    def is_gone(self) -> bool:
        """Whether nobody has the object any more."""
        return self.refer() is None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Object) and self.number == other.number and self.refer() is other.refer()

    def __hash__(self) -> int:
        return self.number


class Static:
    """A call's arguments without its tensors; equal for calls that are one program."""

    __slots__ = ("_facts", "_hash", "_leaves", "_structure")

    def __init__(self, structure: Any, leaves: Sequence[_Value | _Object | None]) -> None:
        self._structure = structure
        self._leaves = leaves  # None for each tensor
        self._facts = (structure, tuple(leaves))
        self._hash = hash(self._facts)

    def joined(self, tensors: Sequence[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The positional arguments and those by name, given the tensors in order."""
        given = iter(tensors)
        leaves = [next(given) if leaf is None else leaf.get() for leaf in self._leaves]
        joined: Any = optree.tree_unflatten(self._structure, leaves)
        return joined  # type: ignore[no-any-return]

    def is_gone(self) -> bool:
        """Whether no call can be equal to it any more."""
        return any(leaf is not None and leaf.is_gone() for leaf in self._leaves)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and self._hash == other._hash and self._facts == other._facts

    def __hash__(self) -> int:
        return self._hash


class Call:
    """One call's arguments: its ``tensors`` and the ``static`` rest, and the ``key`` of its program.

    There is no program (``xp`` is None) for tensors of two backends, or for what is a part of a Variable.
    """

    def __init__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        arguments: Any = (args, kwargs)
        leaves: list[Any]
        leaves, structure = optree.tree_flatten(arguments, none_is_leaf=True)
        self.tensors: list[EagerTensor] = []
        self.static = Static(structure, [self._taken(leaf) for leaf in leaves])
        choice = settings.choice()
        self.xp: ModuleType | None = choice.xp
        if any(x.xp is not choice.xp for x in self.tensors) or any(type(x) is VariableSlice for x in leaves):
            self.xp = None
        kinds = tuple([kind_of(x) for x in self.tensors])
        self.key = (self.static, kinds, choice, settings.get_default_dtype())

    def _taken(self, leaf: Any) -> _Value | _Object | None:
        """None for a tensor, which is set aside; else what stands for the argument."""
        if type(leaf) is EagerTensor:
            self.tensors.append(leaf)
        elif type(leaf) in _BY_VALUE:
            return _Value(leaf)
        elif type(leaf) is VariableSlice:  # it can be assigned to
            return _Object(leaf)
        elif isinstance(leaf, Tensor) or (hasattr(leaf, "__array__") and not isinstance(leaf, Variable)):
            self.tensors.append(convert(leaf))
        else:
            return _Object(leaf)
        return None

    def arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """All arguments, arrays as tensors."""
        return self.static.joined(self.tensors)


class Parameters:
    """The parameters of a function, as far as they can be known."""

    def __init__(self, func: Callable[..., Any]) -> None:
        try:
            self._signature: inspect.Signature | None = inspect.signature(func)
        except (TypeError, ValueError):  # a function written in C
            self._signature = None
        known = list(self._signature.parameters.values()) if self._signature else []
        self._first = next(iter(known), None)
        self._plain = all(each.default is each.empty and each.kind in _PLACED for each in known)

    def without_first(self) -> inspect.Signature | None:
        """The signature of the function as a method."""
        if self._signature is None or self._first is None or self._first.kind not in _PLACED:
            return self._signature
        return self._signature.replace(parameters=list(self._signature.parameters.values())[1:])

    def bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments at the places of the parameters, with the defaults of the others: a call has one form."""
        if self._signature is None or (self._plain and not kwargs):
            return args, kwargs
        given = self._signature.bind(*args, **kwargs)
        given.apply_defaults()
        return given.args, given.kwargs


_PLACED: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
