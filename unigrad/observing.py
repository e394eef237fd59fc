"""Observers: who is told of every operation, and of every step of a sweep, while a scope of theirs is open.

Outside such scopes nothing is paid for them. The fast paths ask whether an argument is of their array class under a name of
its own; while somebody observes, in whatever thread, that name stands for a class that no argument has, so that every call
takes the general path, which asks whether *this* thread or asyncio task is observed.
"""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from types import FrameType, FunctionType, TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from unigrad.graph import NUMBER, PLAIN, Node, Tensor
from unigrad.places import Place, is_own, place_at

if TYPE_CHECKING:
    from unigrad.card import Card

FAST: Final = "Ordinary"
"""The name under which a fast path knows its array class."""


class Observer:
    """What may be observed; each method does nothing until a subclass says otherwise.

    ``called`` is told of each primitive with its operands (Tensors, numbers), tracked or not, and ``changed`` of what is no
    primitive: ``astype``, ``stop_gradient``, the crossing of a level. ``left`` is told of values that leave unigrad,
    ``shared`` of a caller's buffer that a graph is going to use. ``compute`` may give a kernel's result without running it.
    """

    def compute(self, card: Card, arrays: Sequence[Any], options: dict[str, Any], kernel: Callable[[], Any]) -> Any:
        """The result of the kernel."""
        return kernel()

    def called(self, card: Card, operands: Sequence[Any], options: dict[str, Any], result: Tensor) -> None:
        """A primitive was called."""

    def changed(self, name: str, x: Any, result: Tensor) -> None:
        """`result` was made of `x` by something that is no primitive."""

    def ruled(self, inputs: Sequence[Any]) -> None:
        """A rule of the program's own was recorded for a function of `inputs`."""

    def left(self, name: str, x: Tensor) -> None:
        """The values of `x` were handed over as numbers, or as another library's array."""

    def shared(self, raw: Any, xp: Any, what: str) -> None:
        """The buffer `raw` stays its caller's."""

    def recorded(self, node: ObservedNode) -> None:
        """A node was made."""

    def began(self, heads: dict[Any, Tensor]) -> None:
        """A reverse sweep begins with these cotangents."""

    def pulling(self, node: Node, g: Any) -> None:
        """A reverse sweep has come to `node`."""

    def pulled(self, node: Node, g: Any, parts: Sequence[Any]) -> None:
        """The rule of `node` made `parts` of the cotangent `g`."""

    def pushed(self, node: Node, given: Sequence[Any], t: Any) -> None:
        """The rule of `node` made the tangent `t` of its parents', raw arrays or Tensors."""


class ObservedNode(Node):
    """A node made within a scope: it knows its place, and what it saved may be packed away.

    ``packed`` is what stands for the saved values, and ``unpack`` what gives them back; without it they lie there as they are.
    ``prints`` are their fingerprints.
    """

    __slots__ = ("packed", "place", "prints", "unpack")

    packed: Any
    place: Place | None
    prints: Any
    unpack: Callable[[Any], Any] | None

    def __init__(self) -> None:
        self.packed = self.place = self.prints = self.unpack = None

    @property
    def held(self) -> Any:
        """What the node saved."""
        return self.packed if self.unpack is None else self.unpack(self.packed)

    @held.setter
    def held(self, value: Any) -> None:
        self.packed, self.unpack = value, None


def place_of(node: Any) -> Place | None:
    """The user's line that recorded `node`, where that is known."""
    return node.place if isinstance(node, ObservedNode) else None


def saved_arrays(node: Node) -> list[tuple[str, Any, Any]]:
    """The arrays that `node` keeps alive, each with the rule's parameter that named it and what it is of the node."""
    names = node.pull.saved or ("saved",) * len(node.pull.kept)
    found = []
    for name, kept, value in zip(names, node.pull.kept, node.saved, strict=True):
        if isinstance(kept, tuple):
            found += [(f"{name}[{i}]", array, kept) for i, array in enumerate(value)]
        elif kept not in (PLAIN, NUMBER) and hasattr(value, "dtype") and hasattr(value, "shape"):
            found.append((name, value, kept))
    return found


observers: Final[ContextVar[tuple[Observer, ...]]] = ContextVar("unigrad observers", default=())
"""Who observes here."""


class _Nobody(Tensor):
    """What a fast path looks for in vain while somebody observes."""

    __slots__ = ()


class _Switch:
    """All fast paths, which are off while a scope is open anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._functions: weakref.WeakKeyDictionary[FunctionType, type[Tensor]] = weakref.WeakKeyDictionary()

    def add(self, function: FunctionType, array_class: type[Tensor]) -> None:
        """Take a function with a fast path under control."""
        with self._lock:
            self._functions[function] = array_class
            function.__globals__[FAST] = _Nobody if self._open else array_class

    def turn(self, by: int) -> None:
        """Count a scope that opens (1) or closes (-1)."""
        with self._lock:
            before, self._open = self._open, self._open + by
            if bool(before) != bool(self._open):
                for function, array_class in self._functions.items():
                    function.__globals__[FAST] = _Nobody if self._open else array_class


SWITCH: Final = _Switch()


class observed:  # noqa: N801 - read as a participle: with observed(by)
    """A scope of this thread or asyncio task in which `by` observes."""

    def __init__(self, by: Observer) -> None:
        self._by = by

    def __enter__(self) -> None:
        observers.set((*observers.get(), self._by))
        SWITCH.turn(1)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        SWITCH.turn(-1)
        others = list(observers.get())
        if self._by in others:  # not, if the scope is closed in another context than it was opened in
            others.reverse()
            others.remove(self._by)
            observers.set(tuple(reversed(others)))


class Entry(NamedTuple):
    """Where the user's program has called unigrad: the line, and the function of unigrad's that computes there, if any.

    ``call`` tells calls of that function apart, as far as their frames do.
    """

    place: Place | None
    composition: str | None
    call: tuple[int, int] | None


def entry() -> Entry:
    """Where the user's program has called what is running now."""
    frame: FrameType | None = sys._getframe(1)
    composing: FrameType | None = None
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if not is_own(frame):
            place = place_at(frame)
            if composing is None:
                return Entry(place, None, None)
            return Entry(place, composing.f_code.co_name, (id(composing), frame.f_lasti))
        if name is not None and name not in _TRANSPARENT and not name.startswith("unigrad.debugging"):
            composing = frame
        frame = frame.f_back
    return Entry(None, None, None)


_TRANSPARENT: Final = frozenset(
    f"unigrad.{module}" for module in "observing recorder fastpath operators methods interchange arrayclass".split()
)
"""Modules whose functions stand for one primitive each."""
