"""Hooks: saved arrays that are packed when a node keeps them, and unpacked when the sweep comes to it."""

from __future__ import annotations

import copy
import functools
import weakref
from collections.abc import Callable
from contextlib import ContextDecorator
from types import TracebackType
from typing import Any, Self

from unigrad.conversion import format_of
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import NUMBER, PLAIN, Leaf, Node, Tensor, make_tensor
from unigrad.observing import ObservedNode, Observer, observed, observers
from unigrad.recording import pause
from unigrad.virtual.batch import BatchedArray
from unigrad.virtual.trace import TracedArray

Pack = Callable[[Tensor], Any]
Unpack = Callable[[Any], Any]


class saved_hooks(ContextDecorator):  # noqa: N801 - read with its with: with saved_hooks(pack, unpack)
    """A scope, or a decorator: what nodes recorded in it save is kept as ``pack(x)``, and used as ``unpack`` of that.

    `pack` gets each array as a constant Tensor, once even where several nodes save it, and gives anything at all; `unpack`
    gets that, when a sweep needs it and as often as one does, and gives an array, or a Tensor, of the shape, dtype and backend
    that there was. Nothing is recorded in either. Raises `ArgumentError` for a hook that cannot be called; the sweep raises
    `ShapeError`, `DTypeError` or `ArgumentError` for what does not fit.
    """

    def __init__(self, pack: Pack, unpack: Unpack) -> None:
        for name, hook in (("pack", pack), ("unpack", unpack)):
            if not callable(hook):
                raise ArgumentError(f"saved_hooks takes functions; its '{name}' is a '{type(hook).__name__}'")
        self._packer = _Packer(pack, unpack)
        self._open: list[observed] = []

    def _recreate_cm(self) -> Self:
        """The scope of one call of a decorated function, which other threads may call meanwhile."""
        scope = copy.copy(self)
        scope._open = []
        return scope

    def __enter__(self) -> None:
        scope = observed(self._packer)
        scope.__enter__()
        self._open.append(scope)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.pop().__exit__(kind, error, trace)


class offload(saved_hooks):  # noqa: N801 - as above
    """A scope, or a decorator, in which saved arrays wait on the host for the sweep, and go back to their device in it.

    Leaves stay where they are, as somebody else keeps them anyway, and so do arrays of less than ``min_bytes`` and those
    that are only traced. What lies on the host already is not copied.
    """

    def __init__(self, min_bytes: int = 0) -> None:
        if not isinstance(min_bytes, int) or min_bytes < 0:
            raise ArgumentError(f"offload takes min_bytes as a whole number from 0 on; got {min_bytes!r}")
        super().__init__(_to_host, _from_host)
        self._packer.leaves = False
        self._packer.min_bytes = min_bytes


def _to_host(x: Tensor) -> Any:
    return x.xp.to_numpy(x.raw), x.xp, x.raw.dtype, x.xp.device_of(x.raw)


def _from_host(packed: Any) -> Tensor:
    array, xp, dtype, device = packed
    return make_tensor(xp.from_numpy(array, dtype=dtype, device=device), xp)


class Box:
    """A packed array, what it was, and for whom."""

    __slots__ = ("__weakref__", "dtype", "packed", "primitive", "shape", "source", "unpack", "xp")

    def __init__(self, x: Tensor, packed: Any, unpack: Unpack, primitive: str, source: Any) -> None:
        self.packed = packed
        self.unpack = unpack
        self.primitive = primitive
        self.source = source
        self.shape = tuple(x.raw.shape)
        self.dtype = x.raw.dtype
        self.xp = x.xp

    def opened(self) -> Any:
        """The array; raises where the hook gives something else."""
        given = _apart(self.unpack, self.packed, "unpack", self.primitive)
        raw = given.raw if isinstance(given, Tensor) else given
        shape = getattr(raw, "shape", None)
        if shape is None or (isinstance(given, Tensor) and given.xp is not self.xp):
            what = (
                f"a Tensor on '{given.xp.__backend__.name}'"
                if isinstance(given, Tensor)
                else f"a '{type(given).__name__}'"
            )
            raise ArgumentError(
                f"saved_hooks: unpack gave {what} for an array of '{self.primitive}' on '{self.xp.__backend__.name}'"
            )
        if tuple(shape) != self.shape:
            raise ShapeError(
                f"saved_hooks: unpack gave an array of shape {tuple(shape)} for one of shape {self.shape} of '{self.primitive}'"
            )
        if raw.dtype != self.dtype:
            raise DTypeError(
                f"saved_hooks: unpack gave an array of '{format_of(raw.dtype)}' for one of '{format_of(self.dtype)}' "
                f"of '{self.primitive}'"
            )
        return self.xp.enter(raw)


def _apart(hook: Callable[[Any], Any], value: Any, name: str, primitive: str) -> Any:
    """What a hook gives, unobserved and unrecorded."""
    token = observers.set(())
    try:
        with pause():
            return hook(value)
    except Exception as error:
        error.add_note(f"in the {name} of saved_hooks, for an array of '{primitive}'")
        raise
    finally:
        observers.reset(token)


class _Packer(Observer):
    def __init__(self, pack: Pack, unpack: Unpack) -> None:
        self._pack = pack
        self._unpack = unpack
        self._boxes: weakref.WeakValueDictionary[int, Box] = weakref.WeakValueDictionary()
        self.leaves = True
        self.min_bytes = 0

    def recorded(self, node: ObservedNode) -> None:
        """Pack what a new node has saved."""
        values = node.saved
        packed = tuple(
            self._packed(value, kept, node) if self._wants(kept, node) else value
            for value, kept in zip(values, node.pull.kept, strict=True)
        )
        if any(new is not old for new, old in zip(packed, values, strict=True)):
            node.packed, node.unpack = packed, functools.partial(_unpacked, len(packed) == 1)

    def _wants(self, kept: Any, node: Node) -> bool:
        if kept in (PLAIN, NUMBER):
            return False
        return self.leaves or isinstance(kept, tuple) or kept < 0 or not isinstance(node.parents[kept], Leaf)

    def _packed(self, value: Any, kept: Any, node: Node) -> Any:
        if isinstance(kept, tuple):
            return tuple(self._put(each, node.xp, node) for each in value)
        return self._put(value, node.xp, node)

    def _put(self, raw: Any, xp: Any, node: Node) -> Any:
        """A box for an array, or a batched array of a box; what is traced, is none, or is small as it is."""
        if isinstance(raw, BatchedArray):
            return raw.replaced(self._put(raw.data, xp.__inner__, node), raw.xp)
        if not hasattr(raw, "dtype") or isinstance(raw, TracedArray) or xp.is_traced(raw):
            return raw
        if self.min_bytes and xp.buffer_of(raw)[1] < self.min_bytes:
            return raw
        known = self._boxes.get(id(raw))
        if known is not None and known.source is not None and known.source() is raw:
            return known
        x = make_tensor(raw, xp)
        try:
            source: Any = weakref.ref(raw)
        except TypeError:  # NumPy's scalars
            source = None
        box = Box(x, _apart(self._pack, x, "pack", node.pull.name), self._unpack, node.pull.name, source)
        self._boxes[id(raw)] = box
        return box


def _unpacked(single: bool, packed: tuple[Any, ...]) -> Any:
    values = tuple(map(_opened, packed))
    return values[0] if single else values


def _opened(value: Any) -> Any:
    if isinstance(value, Box):
        return value.opened()
    if isinstance(value, BatchedArray):
        data = _opened(value.data)
        return value if data is value.data else value.replaced(data, value.xp)
    return (
        tuple(map(_opened, value))
        if type(value) is tuple and any(isinstance(each, (Box, BatchedArray)) for each in value)
        else value
    )
