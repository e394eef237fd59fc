"""vmap: a function of one example as a function of many, computed at once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Final

import optree

from unigrad import primitives
from unigrad.errors import ArgumentError, AxisError, InPlaceError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axis_in_range
from unigrad.transforms.differentiation import tensor_of
from unigrad.virtual.axes import named
from unigrad.virtual.batch import BatchLevel, Randomness
from unigrad.virtual.crossing import enter, leave
from unigrad.virtual.each import depends_on
from unigrad.virtual.levels import opened, whole_run

Axes = Any
"""A number, None, or a container of them."""


def vmap(
    f: Callable[..., Any],
    in_axes: Axes = 0,
    out_axes: Axes = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    chunk_size: int | None = None,
    randomness: Randomness = "error",
) -> Callable[..., Any]:
    """The function that computes `f` for every example at once, along an axis of each argument.

    ``in_axes`` says along which axis of each positional argument the examples lie: a number (also negative) for all, or a
    sequence with an entry an argument; None: the argument is the same for all. For an argument that is a container the entry
    may be a container of the same structure, as far as it goes. Keyword arguments are mapped along axis 0. ``out_axes``
    says where the examples go in the results, likewise. `f` must not let its control flow depend on values. ``axis_size``
    is the number of examples, for where no argument has any; with ``chunk_size`` so many are computed at a time.
    ``randomness`` says what `unigrad.numpy.random` is to do inside: ``"error"``; ``"same"``, one draw that all share; or
    ``"different"``, one draw with the examples along a first axis, so that each has its own (in chunks, one for each
    chunk). Of maps within each other the outermost one's axis comes first. By an ``axis_name`` the function can ask for
    what concerns all examples: `psum`, `pmean`, `all_gather`, `axis_index`, `axis_size`.

    Raises `ShapeError` for axes of unequal lengths, `AxisError` for one that is not there, `InPlaceError` where `f` makes a
    Tensor from outside differ from example to example, `ArgumentError`.
    """

    @functools.wraps(f)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        call = _Call(f, args, kwargs, in_axes, out_axes, axis_size, randomness, axis_name)
        if chunk_size is not None and not (isinstance(chunk_size, int) and chunk_size > 0):
            raise ArgumentError(f"vmap needs a chunk_size of 1 or more, not {chunk_size!r}")
        if chunk_size is None or call.count <= chunk_size:
            return call.run(slice(None))
        if axis_name is not None:
            raise ArgumentError("vmap with an axis_name computes all examples at once; leave chunk_size out")
        parts = [call.run(slice(start, start + chunk_size)) for start in range(0, call.count, chunk_size)]
        return call.joined(parts)

    return mapped


_SHARED: Final = object()


class _Call:
    """One call of a mapped function: its arguments as leaves, the axis of each, and the number of examples."""

    def __init__(
        self,
        f: Callable[..., Any],
        args: Sequence[Any],
        kwargs: dict[str, Any],
        in_axes: Axes,
        out_axes: Axes,
        axis_size: int | None,
        randomness: Randomness,
        axis_name: Any,
    ) -> None:
        if randomness not in ("error", "same", "different"):
            raise ArgumentError(f"vmap takes randomness='error', 'same' or 'different'; got {randomness!r}")
        self.f, self.axis_name = f, axis_name
        self.randomness: Randomness = randomness
        self.out_axes = out_axes
        arguments: Any = (tuple(args), kwargs)
        self.leaves, self.structure = optree.tree_flatten(arguments)
        per_argument: Any = (_for_arguments(in_axes, args), dict.fromkeys(kwargs, 0))
        self.axes = _for_leaves(per_argument, arguments, f"in_axes={in_axes!r} with the arguments")
        # Copies, as neither what is recorded nor what is given back must share memory with the caller.
        self.leaves = [
            leaf if axis is None else tensor_of(leaf, copy=True)
            for leaf, axis in zip(self.leaves, self.axes, strict=True)
        ]
        self.axes = [
            None if axis is None else _axis(axis, leaf) for leaf, axis in zip(self.leaves, self.axes, strict=True)
        ]
        self.count = self._count(axis_size)

    def _count(self, axis_size: int | None) -> int:
        if axis_size is not None and not (isinstance(axis_size, int) and axis_size >= 0):
            raise ArgumentError(f"vmap needs axis_size as a whole number from 0 on, not {axis_size!r}")
        lengths = {leaf.shape[axis] for leaf, axis in zip(self.leaves, self.axes, strict=True) if axis is not None} | (
            {axis_size} if axis_size is not None else set()
        )
        if not lengths:
            raise ArgumentError("vmap needs an argument that is mapped, or axis_size=")
        if len(lengths) > 1:
            raise ShapeError(f"vmap needs one number of examples; the mapped axes have the lengths {sorted(lengths)}")
        return int(lengths.pop())

    def run(self, part: slice) -> Any:
        """The results for the examples of `part`, the examples where ``out_axes`` says."""
        level = BatchLevel(len(range(*part.indices(self.count))), self.randomness)
        whole = level.count == self.count
        entered = [
            leaf if axis is None else self._entered(leaf, axis, level, None if whole else part)
            for leaf, axis in zip(self.leaves, self.axes, strict=True)
        ]
        given: Any = optree.tree_unflatten(self.structure, entered)
        args, kwargs = given
        with whole_run(level, _changed_in_place):
            with opened(level), named(self.axis_name, level):
                out = self.f(*args, **kwargs)
            outs, structure = optree.tree_flatten(out)
            self.result_axes = _for_leaves(self.out_axes, out, f"out_axes={self.out_axes!r} with the results")
            left = [self._left(each, axis, level) for each, axis in zip(outs, self.result_axes, strict=True)]
            del out, outs
        return optree.tree_unflatten(structure, left)

    def _entered(self, leaf: Tensor, axis: int, level: BatchLevel, part: slice | None) -> Tensor:
        moved = leaf if axis == 0 else primitives.moveaxis(leaf, axis, 0)
        return enter(moved if part is None else moved[part], level)

    def _left(self, out: Any, axis: int | None, level: BatchLevel) -> Any:
        out = tensor_of(out, copy=True)
        if axis is None:
            if depends_on(out, level):
                raise ArgumentError("vmap got out_axes=None for a result that differs from example to example")
            return leave(out, level)[0]
        left = leave(out, level)
        place = axis_in_range(axis, len(left.shape))
        return left if place == 0 else primitives.moveaxis(left, 0, place)

    def joined(self, parts: list[Any]) -> Any:
        """The results of several chunks as one."""
        flat = [optree.tree_flatten(part)[0] for part in parts]
        structure = optree.tree_structure(parts[0])
        results = [
            pieces[0] if axis is None else primitives.concat(list(pieces), axis=axis)
            for pieces, axis in zip(zip(*flat, strict=True), self.result_axes, strict=True)
        ]
        return optree.tree_unflatten(structure, results)


def _changed_in_place() -> InPlaceError:
    return InPlaceError(
        "a function under vmap changes a Tensor from outside in place, which would then differ from example to example; "
        "give the new value back as a result"
    )


def _for_arguments(in_axes: Axes, args: Sequence[Any]) -> tuple[Axes, ...]:
    if in_axes is None or isinstance(in_axes, int):
        return (in_axes,) * len(args)
    if not isinstance(in_axes, (tuple, list)) or len(in_axes) != len(args):
        raise ArgumentError(
            f"vmap needs in_axes as a number, None, or a sequence with an entry for each of the {len(args)} arguments; "
            f"got {in_axes!r}"
        )
    return tuple(in_axes)


def _for_leaves(axes: Axes, tree: Any, what: str) -> list[Any]:
    """An entry of `axes` for each leaf of `tree`: where it is a number or None, the same for all leaves below."""
    try:
        spread = optree.tree_broadcast_prefix(_marked(axes), tree)
    except ValueError as error:
        raise ArgumentError(
            f"vmap cannot match {what}; give a number or None where one entry is for all below it"
        ) from error
    return [None if axis is _SHARED else axis for axis in optree.tree_leaves(spread)]


def _marked(axes: Axes) -> Any:
    return optree.tree_map(lambda axis: _SHARED if axis is None else axis, axes, none_is_leaf=True)


def _axis(axis: Any, leaf: Tensor) -> int:
    if not isinstance(axis, int):
        raise ArgumentError(f"vmap needs axes as whole numbers or None, not {axis!r}")
    if not leaf.shape:
        raise AxisError("vmap cannot map over a number, which has no axes; give None for its entry of in_axes")
    return axis_in_range(axis, len(leaf.shape))
