"""Differentiation: a function of pytrees as one of a list of arrays, which is what unigrad's transforms are given.

The arguments are taken apart here, by the dialect's own rules, and checked as JAX checks them. Integers among them are
constants; where JAX gives a cotangent for them, it has the dtype float0, as here. JAX's cotangents of complex numbers are
factors, unigrad's are gradients: each is the conjugate of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, WeakArray, alias, dtype_of, is_arraylike, operand
from unigrad.dialects.jax.forward_mode import running
from unigrad.dialects.jax.precision import INEXACT
from unigrad.dialects.jax.pytrees import PyTreeDef, tree_flatten
from unigrad.errors import ArgumentError, DTypeError, ShapeError


class OutOfRange(ArgumentError, ShapeError):
    """There is no such positional argument: a TypeError, and a ValueError where it is counted from the end."""


def float0() -> Any:
    """The dtype of a cotangent for integers, which says nothing: NumPy's, with no bytes."""
    return settings.host().dtype([("float0", "V0")])


def nothing(x: Array) -> Any:
    """The cotangent of an array of integers: NumPy's, as JAX's."""
    return settings.host().zeros(x.shape, dtype=float0())


def callable_only(fun: Any) -> None:
    """Raise `ArgumentError` unless `fun` can be called."""
    if not callable(fun):
        raise ArgumentError(f"Expected a callable value, got {fun!r}")


def places_of(argnums: Any, count: int) -> tuple[int, ...]:
    """`argnums` as positions from the front; raises as JAX does where there is no such argument."""
    given = (argnums,) if isinstance(argnums, int) else argnums
    if not isinstance(given, (tuple, list)) or not all(isinstance(each, int) for each in given):
        raise ArgumentError(f"argnums must be an integer or a sequence of integers, not {argnums!r}")
    for each in given:
        if not -count <= each < count:
            raise OutOfRange(
                f"differentiating with respect to argnums={argnums} requires at least {max(given) + 1} positional "
                f"arguments to be passed by the caller, but got only {count} positional arguments."
            )
    return tuple(each % count for each in given)


def array_leaf(leaf: Any) -> Array:
    """A leaf as an Array; raises `ArgumentError` for what JAX has no type for."""
    if not is_arraylike(leaf):
        raise ArgumentError(f"Argument {leaf!r} of type {type(leaf)} is not a valid JAX type.")
    return operand(leaf, "an argument")


def conjugated(g: Any) -> Any:
    """A cotangent of JAX's as a gradient of unigrad's, or the other way round: the conjugate, where it is complex."""
    return F.conj(g) if dtype_of(g).kind == "complex" else g


class Flat:
    """`fun` at some arguments, as a function of the floating ones, real or complex, among the leaves of those at `places`.

    Calling it gives the list of the floating leaves of the value, and keeps what else there is: the structure, the
    other leaves, the auxiliary value.
    """

    def __init__(
        self,
        fun: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        places: Sequence[int],
        has_aux: bool,
        forward: bool = False,
    ) -> None:
        self.forward = forward
        self.fun, self.args, self.kwargs, self.places, self.has_aux = fun, list(args), kwargs, places, has_aux
        self.trees: list[PyTreeDef] = []
        self.leaves: list[Array] = []
        for place in places:
            leaves, tree = tree_flatten(args[place])
            self.trees.append(tree)
            self.leaves += [array_leaf(leaf) for leaf in leaves]
        self.inexact = [i for i, leaf in enumerate(self.leaves) if dtype_of(leaf).kind in INEXACT]
        self.outs: list[Any] = []
        self.out_tree: PyTreeDef
        self.inexact_outs: list[int] = []
        self.aux_leaves: list[Any] = []
        self.aux_tree: PyTreeDef

    @property
    def inputs(self) -> list[Array]:
        """The leaves that are differentiated with respect to."""
        return [self.leaves[i] for i in self.inexact]

    def check_inputs(self, what: str, holomorphic: bool, forward: bool = False) -> None:
        """Raise `DTypeError` for a leaf that `what` does not take: real only where it is `forward`, complex where `holomorphic`."""
        for dtype in map(dtype_of, self.leaves):
            if holomorphic and dtype.kind != "complex":
                raise DTypeError(f"{what} with holomorphic=True requires inputs with complex dtype, but got {dtype}.")
            if forward and dtype.kind == "complex" and not holomorphic:
                raise DTypeError(
                    f"{what} requires real-valued inputs (input dtype that is a sub-dtype of np.floating), but got {dtype}. "
                    "For holomorphic differentiation, pass holomorphic=True; for others of complex numbers use jax.jvp."
                )
            if dtype.kind not in INEXACT:
                raise DTypeError(
                    f"{what} requires real- or complex-valued inputs (input dtype that is a sub-dtype of np.inexact), "
                    f"but got {dtype}. Make it a float, for example 3.0, or leave the argument out of argnums."
                )

    def check_outputs(self, what: str, holomorphic: bool, forward: bool = False) -> None:
        """The same for the leaves of the value."""
        for dtype in map(dtype_of, self.outs):
            if holomorphic and dtype.kind != "complex":
                raise DTypeError(f"{what} with holomorphic=True requires outputs with complex dtype, but got {dtype}.")
            if not holomorphic and not forward and dtype.kind != "real":
                remedy = (
                    "For holomorphic differentiation, pass holomorphic=True; for others with complex values use jax.vjp."
                    if dtype.kind == "complex"
                    else "Cast it with astype, or use jax.vjp."
                )
                raise DTypeError(
                    f"{what} requires real-valued outputs (output dtype that is a sub-dtype of np.floating), "
                    f"but got {dtype}. {remedy}"
                )

    def __call__(self, *inputs: Any) -> Any:
        """The value at `inputs`, which are unigrad's own Tensors, made for this run; with ``has_aux`` also the aux's Arrays."""
        leaves: list[Any] = list(self.leaves)
        for i, tensor in zip(self.inexact, inputs, strict=True):
            tensor.__class__ = type(self.leaves[i])
            leaves[i] = tensor
        given = list(self.args)
        for place, part in zip(self.places, self.parts(leaves), strict=True):
            given[place] = part
        with running(self.forward, inputs):
            value = self.fun(*given, **self.kwargs)
        if self.has_aux:
            value, aux = _value_and_aux(value)
            self.aux_leaves, self.aux_tree = tree_flatten(aux)
        outs, self.out_tree = tree_flatten(value)
        self.outs = [_out_leaf(each) for each in outs]
        self.inexact_outs = [i for i, each in enumerate(self.outs) if dtype_of(each).kind in INEXACT]
        found = [self.outs[i] for i in self.inexact_outs]
        return (found, self.aux_arrays()) if self.has_aux else found

    def aux_arrays(self) -> list[Any]:
        """The Arrays of the auxiliary value."""
        return [leaf for leaf in self.aux_leaves if isinstance(leaf, Array)]

    def aux(self, released: Sequence[Any]) -> Any:
        """The auxiliary value, with its Arrays as unigrad gave them back: constants, unless they depend on something outside."""
        given = iter(released)
        leaves = [like(next(given), leaf) if isinstance(leaf, Array) else leaf for leaf in self.aux_leaves]
        return self.aux_tree.unflatten(leaves)

    def parts(self, leaves: Sequence[Any]) -> list[Any]:
        """A tree for each of the places, of these leaves."""
        if len(self.trees) == 1:
            return [self.trees[0].unflatten(leaves)]
        parts, start = [], 0
        for tree in self.trees:
            parts.append(tree.unflatten(leaves[start : start + tree.num_leaves]))
            start += tree.num_leaves
        return parts

    def cotangents(self, found: Sequence[Any]) -> list[Any]:
        """A cotangent for every leaf: those found for the floating ones, float0 for the others."""
        result: list[Any] = list(self.leaves)
        if len(self.inexact) < len(self.leaves):
            result = list(map(nothing, self.leaves))
        for i, each in zip(self.inexact, found, strict=True):
            result[i] = like(each, self.leaves[i])
        return result

    def value(self, found: Sequence[Any]) -> Any:
        """The function's value, with the leaves of it that unigrad gave back."""
        leaves = list(self.outs)
        for i, each in zip(self.inexact_outs, found, strict=True):
            leaves[i] = like(each, self.outs[i])
        return self.out_tree.unflatten(leaves)


def like(tensor: Any, model: Array) -> Array:
    """`tensor` as an Array that is weak if `model` is."""
    return alias(tensor, WeakArray if type(model) is WeakArray else Array)


def _value_and_aux(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise ArgumentError(
            f"expected function with aux output to return a two-element tuple, but got type {type(value)} with value {value}"
        )
    return value[0], value[1]


def _out_leaf(leaf: Any) -> Array:
    if not is_arraylike(leaf):
        raise ArgumentError(f"the function gave {leaf!r} of type {type(leaf)}, which is not a valid JAX type")
    return operand(leaf, "a value")
