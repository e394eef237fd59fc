"""The fast path: the function that users call, written out for each primitive.

For elementwise functions of one or two arrays the source says in straight lines what `unigrad.recorder.call` does in
general, for the common case: Tensors with one and the same form (or a Python number beside one). It is compiled when the
function is first called, so that declaring a primitive costs next to nothing; until then the function's code is `_first`.
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable
from textwrap import indent
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from unigrad.graph import Node, Tensor, next_id, recording_flag
from unigrad.pulls import saved_names, write_pull
from unigrad.recorder import call

if TYPE_CHECKING:
    from unigrad.card import Card

NO_OPTIONS: Final[dict[str, Any]] = {}
_SCOPE: Final = {
    "Tensor": Tensor,
    "Node": Node,
    "call": call,
    "NO_OPTIONS": NO_OPTIONS,
    "__builtins__": builtins,
    "next_id": next_id,
    "recording": recording_flag.get,
}


def make_function(card: Card, definition: Callable[..., Any]) -> FunctionType:
    """The function that users call for `card`, with the definition's name, signature and docstring."""
    made = FunctionType(_first.__code__, dict(_SCOPE), card.name)
    functools.update_wrapper(made, definition)
    made.__globals__.update(card=card, compile_now=lambda: _compile(made, card), function=made)
    return made


def _first(*args: Any, **kwargs: Any) -> Any:
    scope = globals()  # those that make_function gave to the copy of this code that is running
    scope["compile_now"]()
    return scope["function"](*args, **kwargs)


def _compile(function: FunctionType, card: Card) -> None:
    fast = card.kind in ("elementwise", "constant") and not (
        card.options or card.prepare or card.unpromoted or len(card.arrays) > 2
    )
    source = _header(card) + (_fast_source(card) if fast else "") + _general_source(card)
    if fast:
        for tracked in _variants(card):
            function.__globals__[_pull_name(tracked)] = write_pull(card, tracked, broadcast=False)[0]
    module = compile(source, f"<unigrad {card.name}>", "exec")
    code = next(part for part in module.co_consts if isinstance(part, CodeType))
    function.__code__ = code
    parameters = card.signature.parameters.values()
    function.__defaults__ = tuple(
        p.default for p in parameters if p.kind is not p.KEYWORD_ONLY and p.default is not p.empty
    )
    function.__kwdefaults__ = {
        p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
    }


def _header(card: Card) -> str:
    words = [*card.arrays, "/"]
    for name in card.options:
        if card.signature.parameters[name].kind.name == "KEYWORD_ONLY" and "*" not in words:
            words.append("*")
        words.append(name)
    return f"def {card.name}({', '.join(words)}):\n"


def _general_source(card: Card) -> str:
    options = ", ".join(f"{name!r}: {name}" for name in card.options)
    arrays = f"tuple({card.arrays[0]})" if card.sequence else f"({', '.join(card.arrays)},)"
    return f"    return call(card, {arrays}, {'{' + options + '}' if options else 'NO_OPTIONS'})\n"


def _fast_source(card: Card) -> str:
    if len(card.arrays) == 1:
        return f"""\
    if type({card.arrays[0]}) is Tensor:
        form = {card.arrays[0]}.form
        if form is not None:
            a0 = {card.arrays[0]}.data
{_computation(card, 12, (0,))}
"""
    x1, x2 = card.arrays
    return f"""\
    if type({x1}) is Tensor:
        form = {x1}.form
        if form is not None:
            if type({x2}) is Tensor:
                if {x2}.form is form:
                    a0 = {x1}.data
                    a1 = {x2}.data
{_computation(card, 20, (0, 1))}
            elif type({x2}) is float or type({x2}) is int:
                a0 = {x1}.data
                a1 = {x2}
{_computation(card, 16, (0,))}
    elif (type({x1}) is float or type({x1}) is int) and type({x2}) is Tensor:
        form = {x2}.form
        if form is not None:
            a0 = {x1}
            a1 = {x2}.data
{_computation(card, 12, (1,))}
"""


def _computation(card: Card, width: int, tensors: tuple[int, ...]) -> str:
    """The lines that compute and record, where the arguments at the positions `tensors` are Tensors of one form."""
    operands = ", ".join(f"a{position}" for position in range(len(card.arrays)))
    able = tuple(position for position in tensors if card.arrays[position] in card.differentiable)
    lines = [
        f"xp = {card.arrays[tensors[0]]}.xp",
        "result = Tensor()",
        "result.xp = xp",
        f"result.form = {'form' if card.kind == 'elementwise' else 'None'}",
        f"result.data = out = xp.{card.name}({operands})",
        *(f"p{position} = {card.arrays[position]}.node" for position in able),
        *_record_lines(card, able),
        "return result",
    ]
    return indent("\n".join(lines), " " * width)


def _record_lines(card: Card, able: tuple[int, ...]) -> list[str]:
    if not able:
        return ["result.node = None"]
    some = " or ".join(f"p{position} is not None" for position in able)
    some = f"({some})" if len(able) > 1 else some
    lines = [
        f"if {some} and recording():",
        "    result.node = node = Node()",
        "    node.id = next_id()",
        "    node.xp = xp",
    ]
    if len(able) == 1:
        lines += _node_lines(card, able, "    ")
    else:
        for word, tracked in (("if p0 is None", (1,)), ("elif p1 is None", (0,)), ("else", (0, 1))):
            lines += [f"    {word}:", *_node_lines(card, tracked, "        ")]
    return [*lines, "else:", "    result.node = None"]


def _node_lines(card: Card, tracked: tuple[int, ...], space: str) -> list[str]:
    parents = "".join(f"p{position}, " for position in tracked)
    saved = "".join(f"{_field(card, name)}, " for name in saved_names(card, tracked, broadcast=False))
    return [
        f"{space}node.pull = {_pull_name(tracked)}",
        f"{space}node.parents = ({parents})",
        f"{space}node.saved = ({saved})",
    ]


def _field(card: Card, name: str) -> str:
    if name == "out":
        return "out"
    if name in card.arrays:
        return f"a{card.arrays.index(name)}"
    return "form[1]" if name.endswith("_shape") else "form[2]"


def _variants(card: Card) -> list[tuple[int, ...]]:
    able = tuple(position for position, name in enumerate(card.arrays) if name in card.differentiable)
    return [*((position,) for position in able), *([able] if len(able) > 1 else [])]


def _pull_name(tracked: tuple[int, ...]) -> str:
    return "PULL_" + "".join(map(str, tracked))
