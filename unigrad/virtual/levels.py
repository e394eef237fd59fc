"""Levels: which virtual backends an array has passed into, and how arrays at different levels come together.

Levels are numbered as they are opened, and a namespace lies above those of all older levels: so the levels that an array is
at, and the library that it belongs to, say which namespace computes with it. Two operands meet at all levels of either.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, ClassVar, Final

from unigrad.backend import Backend
from unigrad.conversion import mixed, open_levels
from unigrad.graph import Tensor, next_id

PLAIN: Final = frozenset("native_dtype dtype_name devices register_container lock".split())
"""Kernels that know no arrays of a level: those of the library serve as they are."""
READING: Final = frozenset("item to_numpy read_only_view to_dlpack".split())
"""Kernels that read an array's numbers."""
CREATING: Final = frozenset("zeros ones full empty arange eye linspace from_numpy asarray".split())
"""Kernels that make arrays of what is no array."""


class Level:
    """One opened virtual backend; ``namespace(inner)`` is the one of its kernels that computes with those of `inner`."""

    closed = False
    """Whether the run that it was opened for is over."""

    def __init__(self) -> None:
        self.id = next_id()
        self._namespaces: dict[Any, Namespace] = {}
        self._written: list[tuple[weakref.ref[Tensor], Any, Any, Any, Any]] = []

    def namespace(self, inner: ModuleType | Namespace) -> Namespace:
        """This level above `inner`, whose levels are all older."""
        found = self._namespaces.get(inner)
        if found is None:
            found = self._namespaces[inner] = self.make_namespace(inner)
        return found

    def make_namespace(self, inner: ModuleType | Namespace) -> Namespace:
        """A new namespace of this level's kind."""
        raise NotImplementedError

    def take_in(self, x: Tensor) -> None:
        """Take note that `x` passes into the level from below, or raise where it must not."""

    def write(self, x: Tensor) -> None:
        """Take note that `x`, which is below this level, is about to be changed in place to something of this level."""
        self._written.append((weakref.ref(x), x.raw, x.xp, x.form, x.node))

    def restore_written(self) -> bool:
        """Give Tensors that there still are back what they held; whether there were any."""
        written, self._written = self._written, []
        found = False
        for reference, raw, xp, form, node in reversed(written):
            x = reference()
            if x is not None:
                x.raw, x.xp, x.form, x.node, found = raw, xp, form, node, True
        return found

    def restores_any(self) -> bool:
        """The same after a run: what only a cycle keeps alive was the function's own."""
        if any(written[0]() is not None for written in self._written):
            gc.collect()
        return self.restore_written()

    def check_open(self) -> None:
        """Raise for an array of this level that has escaped, where nothing can be done with it."""

    def total(self, data: Any, xp: Any, mapped: bool) -> Any:
        """What the data of a cotangent, of kernels `xp`, come to for an array that was lifted to this level."""
        return data


@contextmanager
def opened(level: Level) -> Iterator[None]:
    """A scope in which what is differentiated is at this level too, whether or not its values have passed into it."""
    token = open_levels.set((*open_levels.get(), level))
    try:
        yield
    finally:
        open_levels.reset(token)


@contextmanager
def whole_run(level: Level, refusal: Callable[[], Exception]) -> Iterator[None]:
    """The scope of all that a level is for: at its end no Tensor from outside is of the level, whichever way it is left.

    Raises what `refusal` gives where there was one. What the run made has to be let go of before.
    """
    try:
        yield
    except BaseException:
        level.restore_written()
        raise
    finally:
        level.closed = True
    if level.restores_any():
        raise refusal()


@contextmanager
def none_opened() -> Iterator[None]:
    """A scope in which a rule's own derivatives are taken as if no level were open: the rule is a function of its arguments only."""
    token = open_levels.set(())
    try:
        yield
    finally:
        open_levels.reset(token)


class VirtualArray:
    """An array at some level: ``data`` belongs to the namespace below, ``xp`` is the level's namespace."""

    __slots__ = ("data", "xp")
    __level__: ClassVar[bool] = True
    mapped: bool = False
    """Whether the first axis of the data counts examples, which the array's own shape does not show."""
    __array_ufunc__: ClassVar[None] = None  # NumPy's arrays leave operators to this class

    data: Any
    xp: Namespace


class Namespace:
    """The kernels of a level above those of ``__inner__``; ``__backend__`` is the backend of the library below all levels."""

    __inner__: Any
    __backend__: Backend
    keeps_constants: bool
    """Whether constants outlive the call that they are made in, so that they must not share memory with the caller."""

    def __init__(self, level: Level, inner: Any) -> None:
        self.level = level
        self.__inner__ = inner
        self.__backend__ = inner.__backend__
        self.keeps_constants = getattr(inner, "keeps_constants", False)

    def __getattr__(self, name: str) -> Any:
        """The kernel of this name, made when it is first asked for."""
        if name.startswith("__"):
            raise AttributeError(name)
        kernel = self.make_kernel(name, getattr(self.__inner__, name))
        setattr(self, name, kernel)
        return kernel

    def make_kernel(self, name: str, inner: Any) -> Any:
        """The kernel for this level's arrays, given the one below; what is no function is handed on."""
        raise NotImplementedError

    @property
    def levels(self) -> frozenset[Level]:
        """All levels of this namespace."""
        return levels_of(self)

    def __join__(self, other: ModuleType | Namespace) -> Namespace:
        """The namespace for operands of this one and of `other`."""
        if other.__backend__ is not self.__backend__:
            raise mixed(self.__backend__.xp, other.__backend__.xp)
        levels = levels_of(self) | levels_of(other)
        for level in levels:
            level.check_open()
        result: Any = namespace_at(self.__backend__.xp, levels)
        return result  # type: ignore[no-any-return]

    def __lift__(self, x: Tensor) -> Tensor:
        """`x`, which is at some of this namespace's levels or none, as an array of this namespace; recorded."""
        from unigrad.virtual.crossing import lift  # the nodes for crossing are made of the arrays' own operations

        return lift(x, self)

    def constant(self, data: Any) -> VirtualArray:
        """`data` of the namespace below as an array that knows nothing of the level."""
        raise NotImplementedError


def levels_of(xp: ModuleType | Namespace) -> frozenset[Level]:
    """The levels that a namespace consists of."""
    found = []
    while isinstance(xp, Namespace):
        found.append(xp.level)
        xp = xp.__inner__
    return frozenset(found)


def namespace_at(root: ModuleType, levels: frozenset[Level]) -> ModuleType | Namespace:
    """The namespace over a library's kernels with these levels, the youngest on top."""
    xp: ModuleType | Namespace = root
    for level in sorted(levels, key=lambda level: level.id):
        xp = level.namespace(xp)
    return xp


def lift_raw(raw: Any, source: ModuleType | Namespace, target: ModuleType | Namespace) -> Any:
    """An array of `source` as one of `target`, which has all levels of `source` and others."""
    if source is target:
        return raw
    level: Any = target
    if isinstance(source, Namespace) and source.level is level.level:
        return raw.replaced(lift_raw(raw.data, source.__inner__, level.__inner__), target)
    return level.constant(lift_raw(raw, source, level.__inner__))
