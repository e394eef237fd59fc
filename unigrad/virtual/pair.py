"""The pair level: every kernel on several array libraries in lock-step, and the first result that differs.

Each library computes with its own results. Where they part, the others compute once more with the first one's operands:
if they agree then, the difference came with the operands, from rounding that has grown.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple

from unigrad.conversion import format_of
from unigrad.errors import ArgumentError
from unigrad.graph import Node, next_id
from unigrad.places import Place
from unigrad.virtual.arithmetic import Holding
from unigrad.virtual.difference import Difference, Worst
from unigrad.virtual.levels import PLAIN, READING, Level, Namespace
from unigrad.virtual.nearness import Gap, Tolerance, gap
from unigrad.virtual.surroundings import Surroundings, Turn, rule_text, surroundings

UNDEFINED: Final = frozenset("empty empty_like".split())
"""Kernels whose values mean nothing."""
UP_TO_A_FACTOR: Final = frozenset("eig_packed eigh_packed svd_packed svd_full qr_packed qr_complete".split())
"""Kernels whose vectors are determined up to a sign, or a factor of size 1: the others go on with the first library's."""


_APART: Final = Gap(float("inf"), (), float("inf"))


class Engine(NamedTuple):
    """A backend that takes part: its name, and its kernels."""

    name: str
    xp: ModuleType


class PairArray(Holding):
    """One array for each library: ``data`` is the first one's, as are shape and dtype, ``others`` are those of the rest."""

    __slots__ = ("others",)

    def __init__(self, data: Any, others: tuple[Any, ...], xp: PairNamespace) -> None:
        self.data = data
        self.others = others
        self.xp: PairNamespace = xp

    def replaced(self, data: Any, xp: Any) -> PairArray:
        """The same arrays with other ones of the first library, in another namespace of the level."""
        return PairArray(data, self.others, xp)

    def __repr__(self) -> str:
        return f"<{self.data!r} on {' and '.join(engine.name for engine in self.xp.level.engines)}>"


class PairLevel(Level):
    """A run of one program on several libraries.

    ``difference`` is the first one, ``operations`` the number of kernels that were compared, ``worst`` the largest
    difference within the tolerance.
    """

    def __init__(self, engines: Sequence[Engine], tolerance: Tolerance) -> None:
        super().__init__()
        self.engines = tuple(engines)
        self.tolerance = tolerance
        self.difference: Difference | None = None
        self.operations = 0
        self.worst = Worst()
        self._stamps: list[int] = []
        self._places: list[Place | None] = []

    def make_namespace(self, inner: ModuleType | Namespace) -> PairNamespace:
        """The kernels for all libraries; raises `ArgumentError` within another transform's level."""
        if inner is not self.engines[0].xp:
            raise ArgumentError(
                "compare() runs a whole program on other libraries, and cannot within vmap or jit; use it around them"
            )
        return PairNamespace(self, inner)

    def run(
        self,
        xp: PairNamespace,
        name: str,
        kernels: Sequence[Callable[..., Any]],
        operands: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Any:
        """The results of one kernel on all libraries, compared."""
        here = surroundings()
        self._remember(here)
        call = _Call(self, xp, name, kernels, operands, options, here)
        first = call.on_first()
        if not _is_array(first):
            return first
        several = isinstance(first, tuple)
        results = [call.on_other(place, first) for place in range(1, len(self.engines))]
        self.operations += 1
        if not several:
            return PairArray(first, tuple(results), xp)
        return tuple(PairArray(part, tuple(others), xp) for part, *others in zip(first, *results, strict=True))

    def found(self, difference: Difference) -> None:
        """Keep the first difference."""
        if self.difference is None:
            self.difference = difference

    def place_of(self, node: Node) -> Place | None:
        """The line that recorded a node: that of the last kernel before it."""
        position = bisect.bisect_left(self._stamps, node.id)
        return self._places[position - 1] if position else None

    def _remember(self, here: Surroundings) -> None:
        self._stamps.append(next_id())
        recorded = here.turn and self.place_of(here.turn.node)  # a gradient's own graph: what is differentiated
        self._places.append(recorded or here.place)


class _Call:
    """One kernel with its operands, for each library in turn."""

    def __init__(
        self,
        level: PairLevel,
        xp: PairNamespace,
        name: str,
        kernels: Sequence[Callable[..., Any]],
        operands: tuple[Any, ...],
        options: dict[str, Any],
        here: Surroundings,
    ) -> None:
        self.level, self.xp, self.name, self.kernels = level, xp, name, kernels
        self.operands, self.options, self.here = operands, options, here

    def on_first(self) -> Any:
        """The first library's result; an exception of its own is raised, and a difference where another has none."""
        operands, options = self._given(0, own=True)
        try:
            return self.kernels[0](*operands, **options)
        except Exception as error:
            for place in range(1, len(self.level.engines)):
                result = self._attempt(place, own=True)
                if not isinstance(result, Exception):
                    self._report("error", place, error, result, _APART, inherited=False)
            raise

    def on_other(self, place: int, first: Any) -> Any:
        """The result on the library at `place`, compared with the first one's, which stands in where there is none."""
        result = self._attempt(place, own=True)
        if self.name in UNDEFINED:
            return self._moved(place, first)
        compared = self._compared(first, result, place)
        if compared is None:
            return result
        kind, apart = compared
        if kind:
            again = self._attempt(place, own=False)
            self._report(kind, place, first, result, apart, inherited=not self._differs(first, again, place))
        elif apart.share > self.level.worst.share:
            self.level.worst = Worst(apart.share, self.name, self._place())
        stands_in = kind in ("error", "shape", "dtype") or self.name in UP_TO_A_FACTOR
        return self._moved(place, first) if stands_in else result

    def _attempt(self, place: int, own: bool) -> Any:
        """The result on the library at `place`, of its own operands or of the first one's; an exception where it raises one."""
        operands, options = self._given(place, own)
        try:
            if self.name == "to_device":  # each library has devices of its own
                return operands[0]
            return self.kernels[place](*operands, **options)
        except Exception as error:  # noqa: BLE001 - whatever a library raises is the answer
            return error

    def _differs(self, first: Any, result: Any, place: int) -> bool:
        compared = self._compared(first, result, place)
        return compared is None or bool(compared[0])

    def _compared(self, first: Any, result: Any, place: int) -> tuple[str, Gap] | None:
        """What kind of difference there is, none being empty, and how large it is; None where there is nothing to compare."""
        if isinstance(result, Exception):
            return "error", _APART
        gaps = []
        for a, b in zip(*((each if isinstance(each, tuple) else (each,)) for each in (first, result)), strict=True):
            if tuple(a.shape) != tuple(b.shape):
                return "shape", _APART
            if str(format_of(a.dtype)) != str(format_of(b.dtype)):
                return "dtype", _APART
            hosts = (self.level.engines[0].xp.to_numpy(a), self.level.engines[place].xp.to_numpy(b))
            if self.name in UP_TO_A_FACTOR:
                hosts = (abs(hosts[0]), abs(hosts[1]))
            gaps.append(gap(*hosts, str(format_of(a.dtype)), self.level.tolerance))
        if not gaps:
            return None
        worst = max(gaps, key=lambda each: each.share)
        return ("value" if worst.beyond else ""), worst

    def _given(self, place: int, own: bool) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Operands and options for the library at `place`."""
        operands = tuple(self._for(place, each, own) for each in self.operands)
        return operands, {word: self._for(place, value, own, word) for word, value in self.options.items()}

    def _for(self, place: int, value: Any, own: bool, word: str = "") -> Any:
        if isinstance(value, PairArray):
            mine = value.data if place == 0 else value.others[place - 1]
            return mine if own or place == 0 else self._moved(place, value.data)
        if type(value) in (tuple, list):
            return type(value)(self._for(place, each, own) for each in value)
        if place == 0:
            return value
        engine = self.level.engines[place].xp
        if word == "dtype":
            return None if value is None else engine.native_dtype(str(format_of(value)))
        if word == "device":
            return None
        return self._moved(place, value) if hasattr(value, "dtype") and hasattr(value, "shape") else value

    def _moved(self, place: int, value: Any) -> Any:
        """An array of the first library, or several, as the library at `place` has it."""
        if isinstance(value, tuple):
            return tuple(self._moved(place, each) for each in value)
        return moved(value, self.level.engines[0].xp, self.level.engines[place].xp)

    def _place(self) -> Place | None:
        turn = self.here.turn
        return (turn and self.level.place_of(turn.node)) or self.here.place

    def _report(self, kind: str, place: int, first: Any, other: Any, apart: Gap, inherited: bool) -> None:
        engines, turn = self.level.engines, self.here.turn
        operands, options = self._given(0, own=True)
        self.level.found(
            Difference(
                kind=kind,
                operation=self.name,
                backends=(engines[0].name, engines[place].name),
                values=(_shown(first, engines[0].xp), _shown(other, engines[place].xp)),
                operands=tuple(_shown(each, engines[0].xp) for each in operands),
                options={word: _shown(value, engines[0].xp) for word, value in options.items()},
                error=apart.error,
                entry=apart.entry,
                place=self._place(),
                direction=turn.direction if turn else "",
                primitive=turn.node.pull.name if turn else self.name,
                argument=turn.argument if turn else None,
                rule=_rule(turn),
                inherited=inherited,
            )
        )


def moved(data: Any, source: Any, target: Any) -> Any:
    """An array of one library's as another one's, in the same dtype, in memory of its own."""
    native = target.native_dtype(str(format_of(data.dtype)))
    return target.from_numpy(source.to_numpy(data), dtype=native, device=None, copy=True)


def _rule(turn: Turn | None) -> str:
    return rule_text(turn.node, turn.argument, turn.direction) if turn else ""


def _is_array(result: Any) -> bool:
    return hasattr(result, "dtype") or (isinstance(result, tuple) and all(hasattr(each, "dtype") for each in result))


def _shown(value: Any, xp: Any) -> Any:
    """A result as it is kept: on the host, an exception in words."""
    if isinstance(value, Exception):
        return f"{type(value).__name__}: {value}"
    if type(value) in (tuple, list):
        return type(value)(_shown(each, xp) for each in value)
    return xp.to_numpy(value).copy() if hasattr(value, "dtype") and hasattr(value, "shape") else value


class PairNamespace(Namespace):
    """Kernels on the arrays of several libraries; each is made when it is first asked for."""

    level: PairLevel

    def make_kernel(self, name: str, inner: Any) -> Any:
        """The kernel on all libraries."""
        if not callable(inner) or name in PLAIN:
            return inner
        if name in READING or name in ("device_of", "is_traced"):
            return lambda x, *operands, **options: inner(_first(x), *operands, **options)
        if name == "number_beside":  # each library has its own
            return lambda value, *, dtype: None
        kernels = [getattr(engine.xp, name) for engine in self.level.engines]
        return lambda *operands, **options: self.level.run(self, name, kernels, operands, options)

    def operate(self, name: str, compute: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
        """An operator of Python's on all libraries."""
        return self.level.run(self, name, [compute] * len(self.level.engines), operands, {})

    def constant(self, data: Any) -> PairArray:
        """The first library's array, and copies of it on the others."""
        first, *others = self.level.engines
        return PairArray(data, tuple(moved(data, first.xp, other.xp) for other in others), self)


def _first(x: Any) -> Any:
    return x.data if isinstance(x, PairArray) else x
