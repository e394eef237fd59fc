"""Comparison: what came of running one program on several array libraries, as data and as a page for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from unigrad.card import REGISTRY
from unigrad.places import Place
from unigrad.virtual.difference import Difference, Worst
from unigrad.virtual.pair import UP_TO_A_FACTOR

if TYPE_CHECKING:
    from rich.console import RenderableType


class OwnGap(NamedTuple):
    """The gradient of one input by unigrad's rules and by the library itself, and how far they are apart."""

    input: str
    agrees: bool
    error: float
    entry: tuple[int, ...]
    ours: Any
    theirs: Any


class RuleFault(NamedTuple):
    """The first rule of a sweep that gives another cotangent than the library itself, and both."""

    primitive: str
    argument: str
    rule: str
    place: Place | None
    ours: Any
    theirs: Any
    error: float
    entry: tuple[int, ...]


@dataclass(frozen=True)
class OwnCheck:
    """A backend's gradients against its library's own: a gap for each input, or the reason why nothing follows from them.

    ``fault`` is the rule that is behind a disagreement, where it can be told; ``unchecked`` names the rules that could not
    be compared one by one.
    """

    backend: str
    gaps: tuple[OwnGap, ...] = ()
    fault: RuleFault | None = None
    unchecked: tuple[str, ...] = ()
    reason: str = ""

    @property
    def agrees(self) -> bool:
        """Whether nothing disagrees."""
        return bool(self.reason) or all(each.agrees for each in self.gaps)


@dataclass
class Comparison:
    """A program on several backends; true where everything agrees.

    ``difference`` is the first result that two of them do not agree on (None: there is none), ``operations`` the number of
    kernels that were compared, ``worst`` the largest difference within the tolerance. ``values`` has the program's value
    on each backend, ``gradients`` the gradient for each of the ``inputs``, as NumPy arrays. ``own`` are the comparisons with the
    libraries' own gradients, and ``ended`` is what the program raised, in words.
    """

    function: str
    backends: tuple[str, ...]
    versions: dict[str, str | None]
    difference: Difference | None = None
    operations: int = 0
    worst: Worst = field(default_factory=Worst)
    values: dict[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    gradients: dict[str, Any] = field(default_factory=dict)
    own: tuple[OwnCheck, ...] = ()
    ended: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the backends agree with each other, and with their libraries' own gradients."""
        return self.difference is None and all(each.agrees for each in self.own)

    def __bool__(self) -> bool:
        return self.agrees

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        state = "agrees" if self.agrees else "differs"
        return f"<Comparison of {self.function!r} on {', '.join(self.backends)}: {state}>"

    def text(self, width: int = 120) -> str:
        """The page as plain text."""
        from rich.console import Console  # a dependency of the command line: import unigrad need not wait for it

        page = io.StringIO()
        Console(file=page, width=width, color_system=None, highlight=False).print(self, soft_wrap=True)
        return page.getvalue().rstrip()

    def __rich_console__(self, console: Any, options: Any) -> Iterator[RenderableType]:
        yield from _page(self)


def _page(comparison: Comparison) -> Iterator[RenderableType]:
    from rich.text import Text

    engines = ", ".join(f"{name} {comparison.versions.get(name) or ''}".strip() for name in comparison.backends)
    style = "bold green" if comparison.agrees else "bold red"
    verdict = "agrees" if comparison.agrees else "differs"
    yield Text.assemble(f"{comparison.function} on {engines}: ", (verdict, style))
    if len(comparison.backends) > 1:
        yield Text(f"{comparison.operations} operations compared{_worst(comparison.worst)}")
    if comparison.difference is not None:
        yield from _difference(comparison.difference)
    for check in comparison.own:
        yield from _own(check)
    if comparison.ended:
        yield Text(f"The program ended early: {comparison.ended}")


def _worst(worst: Worst) -> str:
    if not worst.operation:
        return ""
    return f", none further apart than {worst.share:.0e} of the tolerance ('{worst.operation}')"


def _difference(found: Difference) -> Iterator[RenderableType]:
    from rich.text import Text

    first, other = found.backends
    if found.direction:
        argument = f" with respect to '{found.argument}'" if found.argument else ""
        what = f"in the {found.direction} of '{found.primitive}'{argument}, at its '{found.operation}'"
    else:
        what = f"the value of '{found.operation}'"
    yield Text(f"The first difference: {what}{_how_far(found)}")
    yield _pair(first, found.values[0], other, found.values[1], found.entry)
    if found.rule:
        yield Text(f"  rule   {found.rule}")
    yield Text(f"  line   {found.place or 'outside any file'}")
    if found.operands:
        yield Text(f"  given  {', '.join(map(_brief, found.operands))}{_options(found.options)}")
    if found.inherited:
        yield Text(
            "  On the same operands both agree: the difference is rounding from before, which this step makes larger."
        )
    if found.operation in UP_TO_A_FACTOR:
        yield Text("  They differ by more than signs; the vectors of one eigenvalue are determined up to a rotation.")


def _how_far(found: Difference) -> str:
    if found.kind == "value":
        return f", {found.error:.1e} of the largest entry apart" + (f" at {found.entry}" if found.entry else "")
    return {"shape": ": the shapes differ", "dtype": ": the dtypes differ", "error": ": one of them raises an error"}[
        found.kind
    ]


def _own(check: OwnCheck) -> Iterator[RenderableType]:
    from rich.text import Text

    if check.reason:
        yield Text(f"{check.backend}'s own gradients: not compared, {check.reason}")
        return
    if check.agrees:
        error = max((each.error for each in check.gaps), default=0.0)
        yield Text(f"{check.backend}'s own gradients agree with unigrad's: {error:.1e} apart at most")
        return
    for each in check.gaps:
        if not each.agrees:
            at = f" at {each.entry}" if each.entry else ""
            yield Text(f"{check.backend}'s own gradient for {each.input} differs, {each.error:.1e} apart{at}")
            yield _pair("unigrad", each.ours, check.backend, each.theirs, each.entry)
    if check.fault is not None:
        yield from _fault(check.fault, check.backend)
    elif check.unchecked:
        yield Text(f"No rule by itself differs, but these cannot be compared: {', '.join(check.unchecked)}")


def _fault(fault: RuleFault, backend: str) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(f"The first rule that differs: the pull of '{fault.primitive}' with respect to '{fault.argument}'")
    yield _pair("unigrad", fault.ours, backend, fault.theirs, fault.entry)
    yield Text(f"  rule   {fault.rule}")
    yield Text(f"  line   {fault.place or 'outside any file'}")
    if any(backend in each.differ for each in REGISTRY[fault.primitive].conventions):
        yield Text(f"  At singular points {backend} has another convention: see docs/reference/conventions.md")


def _pair(first: str, one: Any, second: str, two: Any, entry: tuple[int, ...]) -> RenderableType:
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    for name, value in ((first, one), (second, two)):
        table.add_row(name, _text(value, entry))
    return table


def _text(value: Any, entry: tuple[int, ...]) -> Any:
    from rich.text import Text

    if isinstance(value, tuple) and value and not entry:
        return Text(", ".join(map(_brief, value)))
    if not hasattr(value, "dtype"):
        return Text(str(value))
    if value.size <= 8:
        return Text(f"{value.tolist()}  {_brief(value)}")
    return Text((f"{value[entry]} at {entry}  " if entry else "") + _brief(value))


def _brief(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_brief, value))})"
    if not hasattr(value, "dtype"):
        return repr(value)
    return f"{value.dtype}{list(value.shape)}"


def _options(options: dict[str, Any]) -> str:
    return "".join(f", {word}={_brief(value)}" for word, value in options.items())
