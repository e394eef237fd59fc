"""`debug`: a scope that names the first operation to make a NaN or an infinity, and buffers changed behind a graph's back."""

from __future__ import annotations

import copy
import inspect
import math
import textwrap
import warnings
import weakref
from collections.abc import Callable, Sequence
from contextlib import ContextDecorator, ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, overload

from unigrad.debugging.buffers import Buffers
from unigrad.debugging.values import Found, at_index, first_bad, is_seen
from unigrad.errors import NonFiniteValue, UncheckedWarning
from unigrad.graph import Node, Tensor, make_tensor
from unigrad.observing import Entry, ObservedNode, Observer, entry, observed, place_of, saved_arrays
from unigrad.places import Place, here
from unigrad.transforms.jit import disable_jit

if TYPE_CHECKING:
    from unigrad.card import Card

F = TypeVar("F", bound=Callable[..., Any])


@overload
def debug(function: F, /) -> F: ...
@overload
def debug(*, nan: bool = True, inf: bool = True, forward: bool = True, buffers: bool = True) -> Debugging: ...


def debug(
    function: Any = None, /, *, nan: bool = True, inf: bool = True, forward: bool = True, buffers: bool = True
) -> Any:
    """A scope, or a decorator, in which the first operation to make a NaN or an infinity raises `NonFiniteValue`.

    It holds for what is computed in the scope and for sweeps that are run in it, in either direction; without ``forward`` for
    sweeps alone. The error names the operation, the line of the program that called (or recorded) it, the element and the
    operands there and, in a sweep, the rule's text. ``nan`` and ``inf`` say what counts. An infinity that an operand has
    already is let through, as one that was meant; a NaN is not. Values between, within one of unigrad's own functions or
    rules, count only if the outcome is bad.

    With ``buffers`` each array that the graph keeps is fingerprinted, and a sweep that finds one changed raises
    `InPlaceError`, which names the arrays of the caller's that changed. Nodes know their lines, so that an exception raised
    in a rule, and `saved_bytes`, tell them. Jitted functions are run as they are, not as programs. What another library
    only traces (inside ``jax.jit``) cannot be looked at: an `UncheckedWarning` says so, once a scope. All of it takes time;
    nothing is paid outside the scope.
    """
    scope = Debugging(nan, inf, forward, buffers)
    return scope if function is None else scope(function)


class Debugging(ContextDecorator):
    """The scope that `debug` gives; it can be entered again and again. ``error`` is the class of what it raises."""

    def __init__(
        self, nan: bool, inf: bool, forward: bool, buffers: bool, error: type[NonFiniteValue] = NonFiniteValue
    ) -> None:
        self._settings = (nan, inf, forward, buffers, error)
        self._open: list[tuple[_Debugger, ExitStack]] = []

    def _recreate_cm(self) -> Self:
        """The scope of one call of a decorated function, which other threads may call meanwhile."""
        scope = copy.copy(self)
        scope._open = []
        return scope

    def __enter__(self) -> None:
        debugger = _Debugger(*self._settings)
        scope = ExitStack()
        scope.enter_context(disable_jit())
        scope.enter_context(observed(debugger))
        self._open.append((debugger, scope))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        debugger, scope = self._open.pop()
        scope.__exit__(kind, error, trace)
        if error is None:
            debugger.look_back(None)


class _Suspect:
    """A bad value that one of unigrad's own functions has made on its way, and may yet cover up."""

    def __init__(self, result: Tensor, call: Any, report: NonFiniteValue) -> None:
        self.result = weakref.ref(result)
        self.call = call
        self.report = report


class _Rule:
    """The rule that is running: what it is asked, and the first bad value within."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.within: str | None = None


class _Debugger(Observer):
    def __init__(self, nan: bool, inf: bool, forward: bool, buffers: bool, error: type[NonFiniteValue]) -> None:
        self._nan, self._inf = nan, inf
        self._forward = forward
        self._error = error
        self._buffers = Buffers() if buffers else None
        self._suspects: list[_Suspect] = []
        self._reports: dict[int, NonFiniteValue] = {}  # of bad values within a function of unigrad's, by their arrays
        self._rules: list[_Rule] = []
        self._given: set[Any] = set()
        self._warned = False

    # Forward

    def called(self, card: Card, operands: Sequence[Any], options: dict[str, Any], result: Tensor) -> None:
        named = _named(card, operands)
        self._check(card.name, named, result)

    def changed(self, name: str, x: Any, result: Tensor) -> None:
        if name == "astype":  # other things give what they got
            self._check(name, {"x": x}, result)

    def left(self, name: str, x: Tensor) -> None:
        if self._suspects and not self._rules:
            self.look_back(entry().call)

    def _check(self, name: str, operands: dict[str, Any], result: Tensor) -> None:
        if not self._forward and not self._rules:
            return
        found = self._bad(result)
        brought = self._brought(operands) if found is not None else {}
        if found is not None and found.word != "NaN" and self._has_infinity(operands):
            found = None
        if self._rules:
            rule = self._rules[-1]
            if found is not None and rule.within is None:
                rule.within = f"within it '{name}' gave {found.word}: {at_index(operands, found, result.raw.shape)}"
            return
        if found is None and not self._suspects:
            return
        at = entry()
        self.look_back(at.call)
        if found is None:
            return
        report = next((self._reports[key] for key in brought.values() if key in self._reports), None)
        report = report or self._report(name, operands, result, found, next(iter(brought), None), at)
        if at.call is None:
            raise report
        self._reports[id(result.raw)] = report
        self._suspects.append(_Suspect(result, at.call, report))

    def look_back(self, call: Any) -> None:
        """Raise for a bad value of an earlier call that has come out of it, which is alive then; forget what was covered up."""
        for suspect in self._suspects:
            if suspect.call != call and suspect.result() is not None:
                self._suspects.clear()
                raise suspect.report
        self._suspects = [suspect for suspect in self._suspects if suspect.call == call]
        if not self._suspects:
            self._reports.clear()

    def _bad(self, x: Any) -> Found | None:
        if not isinstance(x, Tensor):
            return None
        if is_seen(x.raw, x.xp):
            return first_bad(x.raw, x.xp, self._nan, self._inf)
        if not self._warned:
            self._warned = True
            place = here()
            warnings.warn(
                "debug() cannot look at values that are only traced, as inside jax.jit: nothing is checked there"
                + (f", from {place} on" if place else ""),
                UncheckedWarning,
                stacklevel=2,
            )
        return None

    def _brought(self, operands: dict[str, Any]) -> dict[str, int]:
        """The operands that are bad themselves, by name, and what to look their arrays up with."""
        return {
            name: id(getattr(x, "raw", None))
            for name, x in operands.items()
            if self._bad(x) is not None or (isinstance(x, float) and math.isnan(x))
        }

    def _has_infinity(self, operands: dict[str, Any]) -> bool:
        return any(
            math.isinf(x)
            if isinstance(x, float)
            else isinstance(x, Tensor) and is_seen(x.raw, x.xp) and first_bad(x.raw, x.xp, False, True) is not None
            for x in operands.values()
        )

    def _report(
        self, name: str, operands: dict[str, Any], result: Tensor, found: Found, brought: str | None, at: Entry
    ) -> NonFiniteValue:
        values = at_index(operands, found, result.raw.shape)
        cause = f"which its operand '{brought}' has already" if brought else "which none of its operands has"
        sentence = f"'{name}' gave {found.word}, {cause}{found.where}" + (f": {values}" if values else "")
        inside = f" (within '{at.composition}')" if at.composition else ""
        return self._made(sentence + inside, name, at.place, "called by")

    # Backward

    def began(self, heads: dict[Any, Tensor]) -> None:
        if not self._rules:
            self.look_back(None)
            self._given = set(heads)

    def pulling(self, node: Node, g: Any) -> None:
        if self._buffers is not None:
            self._buffers.check(node)
        found = self._bad(g)
        if found is not None and not (found.word != "NaN" and node in self._given):
            came = "was given for" if node in self._given else "came of adding up what arrived at"
            raise self._made(
                f"the cotangent that {came} the result of '{node.pull.name}' has {found.word}{found.where}",
                node.pull.name,
                place_of(node),
                "recorded by",
            )
        self._rules.append(_Rule(node))

    def pulled(self, node: Node, g: Any, parts: Sequence[Any]) -> None:
        rule = self._rules.pop()
        while rule.node is not node:  # left behind by a sweep that was given up
            rule = self._rules.pop()
        names = node.pull.argument_names
        for place, part in enumerate(parts):
            name = names[place] if len(names) == len(parts) else names[0]
            self._check_swept(node, rule, "pull", name, {"g": g}, part)

    def pushed(self, node: Node, given: Sequence[Any], t: Any) -> None:
        names = node.pull.argument_names
        tangents = {
            f"t of {names[place] if place < len(names) else names[0]}": _as_tensor(each, node)
            for place, each in enumerate(given)
            if each is not None
        }
        self._check_swept(node, _Rule(node), "push", " and ".join(names), tangents, _as_tensor(t, node))

    def _check_swept(self, node: Node, rule: _Rule, sweep: str, name: str, given: dict[str, Any], part: Any) -> None:
        found = self._bad(part)
        if found is None:
            return
        saved = {each: make_tensor(raw, node.xp) for each, raw, _ in saved_arrays(node)}
        if found.word != "NaN" and (self._has_infinity(given) or self._has_infinity(saved)):
            return
        brought = next((each for each, x in {**given, **saved}.items() if self._bad(x) is not None), None)
        cause = f"which '{brought}' has already" if brought else "which nothing that it was given has"
        values = at_index({**given, **saved}, found, part.raw.shape)
        sentence = f"the {sweep} of '{node.pull.name}' with respect to '{name}' gave {found.word}, {cause}{found.where}"
        sentence += f": {values}" if values else ""
        if rule.within and not brought:
            sentence += f"\n  {rule.within}"
        raise self._made(sentence + _rule_text(node, sweep, name), node.pull.name, place_of(node), "recorded by")

    def _made(self, sentence: str, name: str, place: Place | None, verb: str) -> NonFiniteValue:
        line = f"\n  {verb} {place}" if place else "\n  its line is not known: it was not recorded under debug()"
        return self._error(sentence + line, name, place)

    # Nodes and buffers

    def recorded(self, node: ObservedNode) -> None:
        node.place = here()
        if self._buffers is not None:
            self._buffers.keep(node)

    def shared(self, raw: Any, xp: Any, what: str) -> None:
        if self._buffers is not None:
            self._buffers.share(raw, xp, what, here())


def _named(card: Card, operands: Sequence[Any]) -> dict[str, Any]:
    if card.sequence:
        return {f"{card.arrays[0]}[{place}]": operand for place, operand in enumerate(operands)}
    return dict(zip(card.arrays, operands, strict=True))


def _as_tensor(value: Any, node: Node) -> Any:
    """A raw array of a sweep as a Tensor; other things, which stand for several arrays, as they are."""
    return value if isinstance(value, Tensor) or not hasattr(value, "dtype") else make_tensor(value, node.xp)


def _rule_text(node: Node, sweep: str, name: str) -> str:
    """The rule's source, where it can be read."""
    scope = node.pull.scope
    rule = (sweep == "push" and scope.get(f"j{name}")) or scope.get(f"d{name}")
    if not callable(rule):
        return ""
    try:
        text = inspect.getsource(rule)
    except (OSError, TypeError):  # it was defined where there is no file
        return ""
    lines = textwrap.dedent(text).strip().splitlines()
    shown = textwrap.indent("\n".join(lines[:12]), "    ")
    return f"\n  by the rule in {inspect.getsourcefile(rule)}, line {rule.__code__.co_firstlineno}:\n{shown}"
