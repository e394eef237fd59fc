"""The writer of pulls: from a card's rules and the operands that are tracked, the Python functions for the sweeps.

Each variant is written as source once, when it is first needed, so that a step of a sweep calls nothing but the rules
and computes nothing for a constant. For ``multiply(x1, x2)`` with both tracked and of one shape::

    def run(xp, g, saved):                  # for a sweep that is recorded, and keeps its cotangents to itself
        x2, x1, = saved
        return (g * x2, g * x1,)

    def step(node, g):                      # for a sweep on raw arrays, which leaves them on the nodes
        x2, x1, = node.held
        p0 = node.first
        p1 = node.rest
        part = g * x2
        if p0.g is None:
            p0.g = part
        elif p0.own:
            p0.g += part
        else:
            p0.g = p0.g + part
            p0.own = True
        part = g * x1
        ...

    def push(xp, tangents, saved, options):  # for the forward sweep, on raw arrays or on Tensors
        x2, x1, = saved
        t0, t1, = tangents
        t = None
        if t0 is not None:
            t = t0 * x2
        if t1 is not None:
            part = t1 * x1
            t = part if t is None else t + part
        return t
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from unigrad.graph import CONSTANT, OUT, PLAIN, Pull

if TYPE_CHECKING:
    from unigrad.card import Card

Save = Callable[[list[Any], Any, dict[str, Any]], Any]


def write_pull(
    card: Card, tracked: tuple[int, ...], broadcast: bool = False, constants: int = CONSTANT
) -> tuple[Pull, Save]:
    """The pull of `card` for the tracked positions, and the function that collects what it needs: ``save(arrays, out, options)``.

    With `broadcast` an elementwise pull also sums each cotangent to its operand's shape. `constants` says what the other
    operands are: ``CONSTANT`` or ``NUMBER``.
    """
    names = _arguments(card, tracked)
    saved = saved_names(card, tracked, broadcast)
    scope: dict[str, Any] = {f"d{name}": card.rules[name] for name in names}
    scope |= {f"j{name}": card.jvp[name] for name in names if name in card.jvp}
    scope |= {"unbroadcast": unbroadcast, "among_zeros": among_zeros}
    places = list(zip(names * len(tracked) if card.sequence else names, tracked, strict=True))
    terms = [_term(card, name, position) for name, position in places]
    if broadcast:
        terms = [f"unbroadcast(xp, {term}, {name}_shape)" for term, name in zip(terms, names, strict=True)]
    pushed = [_pushed(card, name, position, place) for place, (name, position) in enumerate(places)]
    if card.kind == "linear" and card.sequence:  # one call for all of them
        pushed = [f"xp.{card.name}(among_zeros(xp, tangents, {tracked}, {names[0]}_shape), **options)"]
    kept = tuple(_kept(card, name, tracked, constants) for name in saved)
    known = None if _needs_transposing(card, names) else pushed
    return make_pull(card.name, terms, known, saved, scope, kept, names, broadcast), _write_save(card, saved)


def make_pull(
    name: str,
    terms: list[str],
    pushed: list[str] | None,
    saved: tuple[str, ...] = (),
    scope: dict[str, Any] | None = None,
    kept: tuple[Any, ...] = (),
    argument_names: tuple[str, ...] = ("x",),
    broadcast: bool = False,
) -> Pull:
    """The pull that gives the expressions `terms`, of ``xp``, ``g`` and the names `saved`, to the tracked parents.

    `pushed` are the contributions of the parents' tangents ``t0``, ``t1``, ... to the result's, or one expression for all
    ``tangents``. With `broadcast` their sum is stretched to the result's shape. `None`: the pull has to be transposed.
    """
    names = f"{', '.join(saved)}, = " if saved else ""
    run = ["def run(xp, g, saved):", *([names + "saved"] if saved else []), f"return ({', '.join(terms)},)"]
    step = ["def step(node, g):"]
    if any("xp" in term for term in terms):
        step.append("xp = node.xp")
    if saved:
        step.append((f"{saved[0]} = " if len(saved) == 1 else names) + "node.held")
    parents = [f"p{place}" for place in range(len(terms))]
    step.append("p0 = node.first")
    if len(parents) > 1:
        step.append((parents[1] if len(parents) == 2 else f"{', '.join(parents[1:])},") + " = node.rest")
    for parent, term in zip(parents, terms, strict=True):
        step += _ADDED.format(parent=parent, term=term).splitlines()
    sources = {"run": "\n    ".join(run) + "\n", "step": "\n    ".join(step) + "\n"}
    if pushed is not None:
        sources["push"] = "\n    ".join(_push_lines(pushed, names, len(terms), broadcast)) + "\n"
    return Pull(name, sources, {} if scope is None else scope, kept, argument_names, saved)


def _push_lines(pushed: list[str], names: str, parents: int, broadcast: bool) -> list[str]:
    lines = ["def push(xp, tangents, saved, options):", *([names + "saved"] if names else [])]
    if len(pushed) < parents:
        return [*lines, f"return {pushed[0]}"]
    lines.append(f"{''.join(f't{place}, ' for place in range(parents))}= tangents")
    if parents == 1:
        lines.append(f"t = {pushed[0]}")
    else:
        lines.append("t = None")
        for place, term in enumerate(pushed):
            lines += [f"if t{place} is not None:", f"    part = {term}", "    t = part if t is None else t + part"]
    return [
        *lines,
        "return t if t.shape == out_shape else xp.broadcast_to(t, shape=out_shape)" if broadcast else "return t",
    ]


_ADDED: Final = """\
part = {term}
if {parent}.g is None:
    {parent}.g = part
elif {parent}.own:
    {parent}.g += part
else:
    {parent}.g = {parent}.g + part
    {parent}.own = True"""


def saved_names(card: Card, tracked: tuple[int, ...], broadcast: bool) -> tuple[str, ...]:
    """What a node saves where the operands at the positions `tracked` are: the rules' parameters, each once."""
    names = _arguments(card, tracked)
    wanted = [name for argument in names for name in rule_saves(card.rules[argument])]
    wanted += [name for argument in names if argument in card.jvp for name in rule_saves(card.jvp[argument])]
    if broadcast:
        wanted += [*(f"{name}_shape" for name in names), "out_shape"]
    if card.sequence and card.kind == "linear":
        wanted.append(f"{names[0]}_shape")
    if _needs_transposing(card, names):  # `unigrad.forward` looks for them at the end
        wanted = [name for name in wanted if name not in OUT_FACTS] + list(OUT_FACTS)
    return tuple(dict.fromkeys(wanted))


OUT_FACTS: Final = ("out_shape", "out_dtype")
"""What the transposing of a pull has to know of the result."""


def _needs_transposing(card: Card, names: tuple[str, ...]) -> bool:
    return card.kind == "primitive" and any(name not in card.jvp for name in names)


def _arguments(card: Card, tracked: tuple[int, ...]) -> tuple[str, ...]:
    return (card.arrays[0],) if card.sequence else tuple(card.arrays[position] for position in tracked)


def compile_function(source: str, name: str, scope: dict[str, Any], card: Card) -> Any:
    """The function `name` that `source` defines; tracebacks show it as belonging to the primitive."""
    exec(compile(source, f"<unigrad {card.name}>", "exec"), scope)
    return scope[name]


def rule_saves(rule: Any) -> list[str]:
    """What a rule makes the graph save: its parameters, less the cotangent or tangent and the namespace."""
    return (
        []
        if isinstance(rule, int)
        else [name for name in inspect.signature(rule).parameters if name not in ("g", "t", "xp", "index")]
    )


def unbroadcast(xp: Any, g: Any, shape: tuple[int, ...]) -> Any:
    """`g` summed over the axes along which an operand of `shape` was repeated."""
    if g.shape == shape:
        return g
    added = len(g.shape) - len(shape)
    stretched = [added + i for i, size in enumerate(shape) if size == 1 and g.shape[added + i] != 1]
    summed = xp.sum(g, axis=(*range(added), *stretched), keepdims=False)
    return summed if summed.shape == shape else xp.reshape(summed, shape=shape)


def _term(card: Card, argument: str, position: int) -> str:
    rule = card.rules[argument]
    if isinstance(rule, int):
        return "g" if rule == 1 else "-g"
    names = inspect.signature(rule).parameters
    given = (str(position) if name == "index" and card.sequence else name for name in names)
    call = f"d{argument}({', '.join(given)})"
    if card.kind != "elementwise" or "g" in names:
        return call
    return f"g * {next(iter(names))}" if _returns_its_argument(rule) else f"g * {call}"


def _pushed(card: Card, argument: str, position: int, place: int) -> str:
    """The contribution of the tangent ``t<place>``, which belongs to the operand at `position`."""
    t = f"t{place}"
    if card.kind == "linear":
        return f"xp.{card.name}({t}, **options)"
    rule = card.jvp.get(argument) if card.kind == "primitive" else card.rules[argument]
    if rule is None:
        return t
    if isinstance(rule, int):
        return t if rule == 1 else f"-{t}"
    names = inspect.signature(rule).parameters
    given = (
        t if name in ("g", "t") else str(position) if name == "index" and card.sequence else name for name in names
    )
    call = f"{'j' if card.kind == 'primitive' else 'd'}{argument}({', '.join(given)})"
    if card.kind == "elementwise" and "g" not in names:
        call = f"{t} * {next(iter(names)) if _returns_its_argument(rule) else call}"
    return f"xp.real({call})" if card.real else call


def among_zeros(
    xp: Any, tangents: Sequence[Any], places: tuple[int, ...], shapes: tuple[tuple[int, ...], ...]
) -> list[Any]:
    """A tangent for each of a sequence of arrays: zeros where there is none."""
    given = dict(zip(places, tangents, strict=True))
    like = next(t for t in tangents if t is not None)
    return [
        xp.zeros(tuple(shape), dtype=like.dtype, device=like.device) if given.get(place) is None else given[place]
        for place, shape in enumerate(shapes)
    ]


def _returns_its_argument(rule: Any) -> bool:
    """Whether a rule is ``lambda x2: x2``: then there is no need to call it."""
    return len(inspect.signature(rule).parameters) == 1 and rule.__code__.co_code == (lambda x: x).__code__.co_code


def _kept(card: Card, name: str, tracked: tuple[int, ...], constants: int) -> Any:
    if name == "out":
        return OUT
    if name not in card.arrays:
        return PLAIN
    if card.sequence:
        return tracked
    position = card.arrays.index(name)
    return tracked.index(position) if position in tracked else constants


def _write_save(card: Card, saved: tuple[str, ...]) -> Save:
    source = f"def save(arrays, out, options):\n    return {bare_or_tuple([_field(card, name) for name in saved])}\n"
    save: Save = compile_function(source, "save", {}, card)
    return save


def bare_or_tuple(expressions: Sequence[str]) -> str:
    """The source of what a node's ``held`` is: one value itself, else a tuple."""
    return expressions[0] if len(expressions) == 1 else f"({''.join(f'{each}, ' for each in expressions)})"


def _field(card: Card, name: str) -> str:
    if name == "out":
        return "out"
    if name in OUT_FACTS:
        return "tuple(out.shape)" if name == "out_shape" else "out.dtype"
    if name in card.options:
        return f"options[{name!r}]"
    if card.sequence:
        attribute = name.removeprefix(card.arrays[0])[1:]
        return f"tuple(array.{attribute} for array in arrays)" if attribute else "tuple(arrays)"
    argument = name if name in card.arrays else name.rpartition("_")[0]
    position = card.arrays.index(argument)
    return f"arrays[{position}]{name.removeprefix(argument).replace('_', '.')}"
