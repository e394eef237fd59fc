"""Concrete functions: a function of tf.function for one signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import optree

import unigrad as ug
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.creation import zeros
from unigrad.dialects.tensorflow.specs import SignatureError, TensorSpec, fitted
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.variable import Variable

if TYPE_CHECKING:
    from unigrad.dialects.tensorflow.compilation import Function


class ConcreteFunction:
    """A function for tensors of known shapes and dtypes; what else it was made for is part of it.

    It takes the tensors alone, in order, or all arguments. Raises `SignatureError`, a TypeError, for others.
    """

    def __init__(self, function: Function, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self._function = function
        leaves, self._structure = _taken_apart(args, kwargs)
        self._leaves = [_spec(leaf) for leaf in leaves]
        self.inputs: list[TensorSpec] = [leaf for leaf in self._leaves if isinstance(leaf, TensorSpec)]

    @property
    def structured_input_signature(self) -> Any:
        """The arguments by position and by name, with a `tf.TensorSpec` for each tensor."""
        return optree.tree_unflatten(self._structure, self._leaves)

    def write(self) -> None:
        """Write the program, where all shapes are known."""
        if all(spec.is_fully_defined() for spec in self.inputs):
            args, kwargs = self._joined([zeros(spec.shape, spec.dtype) for spec in self.inputs])
            self._function.write(*args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives."""
        given = self._tensors(args, kwargs)
        args, kwargs = self._joined([fitted(spec, each) for spec, each in zip(self.inputs, given, strict=True)])
        return self._function(*args, **kwargs)

    def _tensors(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The tensors among the arguments of a call, in order."""
        flat, _ = _taken_apart(args, {})
        if not kwargs and len(flat) == len(self.inputs):
            return flat
        args, kwargs = self._function.parameters.bound(args, kwargs)
        leaves, structure = _taken_apart(args, kwargs)
        if structure != self._structure:
            raise SignatureError(f"the arguments {(args, kwargs)} do not fit {self.structured_input_signature}")
        for leaf, known in zip(leaves, self._leaves, strict=True):
            if not isinstance(known, TensorSpec) and leaf is not known and leaf != known:
                raise SignatureError(f"the function is one for {known!r}, not for {leaf!r}")
        return [leaf for leaf, known in zip(leaves, self._leaves, strict=True) if isinstance(known, TensorSpec)]

    def _joined(self, tensors: Sequence[EagerTensor]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        given = iter(tensors)
        leaves = [next(given) if isinstance(leaf, TensorSpec) else leaf for leaf in self._leaves]
        joined: Any = optree.tree_unflatten(self._structure, leaves)
        return joined  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"<ConcreteFunction of {self._function!r} for {self.structured_input_signature}>"


def _taken_apart(args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[list[Any], Any]:
    arguments: Any = (tuple(args), kwargs)
    leaves: list[Any]
    leaves, structure = optree.tree_flatten(arguments, none_is_leaf=True)
    return leaves, structure


def _spec(leaf: Any) -> Any:
    """The specification of a tensor; anything else as it is."""
    if isinstance(leaf, ug.Tensor) or (hasattr(leaf, "__array__") and not isinstance(leaf, Variable)):
        return TensorSpec.from_tensor(convert(leaf))
    return leaf
