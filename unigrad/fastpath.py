"""The fast path: the function that users call, written out for each primitive.

For functions of one or two arrays the source says in straight lines what `unigrad.recorder.call` does in general, for the
common case: Tensors of one backend and one floating dtype. Elementwise functions ask for more, one and the same form (or
a Python number beside a Tensor), and have nothing left to check then. It is compiled when the function is first called,
so that declaring a primitive costs next to nothing; until then the function's code is `_first`. While somebody observes, the
test for a Tensor finds none, and every call takes the general path (`unigrad.observing`).
"""

from __future__ import annotations

import builtins
import functools
from collections.abc import Callable
from textwrap import indent
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final

from unigrad.conversion import DeeperIndex, beside, form_at
from unigrad.graph import NUMBER, Node, Tensor, next_id
from unigrad.observing import FAST, SWITCH
from unigrad.pulls import OUT_FACTS, bare_or_tuple, saved_names, write_pull
from unigrad.recorder import add_note, call, raised
from unigrad.recording import Recording, recording_flag

if TYPE_CHECKING:
    from unigrad.card import Card

Call = Callable[["Card", tuple[Any, ...], dict[str, Any]], Any]
General = Callable[[Call, "Card", tuple[Any, ...], dict[str, Any]], Any]

NO_OPTIONS: Final[dict[str, Any]] = {}
_SCOPE: Final = {
    "Tensor": Tensor,
    "Node": Node,
    "call": call,
    "NO_OPTIONS": NO_OPTIONS,
    "__builtins__": builtins,
    "__name__": __name__,
    "next_id": next_id,
    "recording": recording_flag.get,
    "beside": beside,
    "form_at": form_at,
}


def make_function(
    card: Card,
    definition: Callable[..., Any],
    array_class: type[Tensor] = Tensor,
    recording: Callable[[], bool] = recording_flag.get,
    general: General | None = None,
) -> FunctionType:
    """The function that users call for `card`, with the definition's name, signature and docstring.

    It takes and gives arrays of `array_class`, which is Tensor or a subclass without state of its own, and is recorded
    where ``recording()`` says so. Whatever is not on the fast path goes through `general`, if one is given: it gets the
    general path, the card, the arguments and the options, and calls that path with what it makes of them.
    """
    made = FunctionType(_first.__code__, dict(_SCOPE), card.name)
    functools.update_wrapper(made, definition)
    made.__globals__.update(card=card, compile_now=lambda: _compile(made, card), function=made)
    if _has_fast_path(card):
        SWITCH.add(made, array_class)
    if array_class is not Tensor or recording != recording_flag.get:  # the method is another object each time
        path = functools.partial(_call_as, array_class, recording)
        made.__globals__.update(Tensor=array_class, recording=recording, call=path)
    if general is not None:
        made.__globals__["call"] = functools.partial(general, made.__globals__["call"])
    return made


def _call_as(
    array_class: type[Tensor],
    recording: Callable[[], bool],
    card: Card,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
) -> Tensor:
    """The general path for another array class."""
    with Recording(recording()):
        result = call(card, arguments, options)
    result.__class__ = array_class
    return result


def _first(*args: Any, **kwargs: Any) -> Any:
    scope = globals()  # those that make_function gave to the copy of this code that is running
    scope["compile_now"]()
    return scope["function"](*args, **kwargs)


def _compile(function: FunctionType, card: Card) -> None:
    fast = _has_fast_path(card)
    source = _header(card) + (_fast_source(card) if fast else "") + f"    return {_general_call(card)}\n"
    if fast:
        function.__globals__.update(prepare=card.prepare, add_note=add_note, DeeperIndex=DeeperIndex, raised=raised)
        for tracked in _variants(card):
            function.__globals__[_pull_name(tracked)] = write_pull(card, tracked)[0]
            function.__globals__[_pull_name(tracked) + "_NUMBER"] = write_pull(card, tracked, constants=NUMBER)[0]
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


def _has_fast_path(card: Card) -> bool:
    if card.sequence or card.unpromoted or len(card.arrays) > 2:
        return False
    if _is_elementwise(card):
        return not (card.options or card.prepare)
    return card.kind == "constant" or all(name in card.rules for name in card.arrays)


def _is_elementwise(card: Card) -> bool:
    """Whether each element counts by itself, as far as the card tells: so do functions without a derivative or options."""
    return card.kind == "elementwise" or (card.kind == "constant" and not card.options)


def _header(card: Card) -> str:
    words = [*card.arrays, "/"]
    for name in card.options:
        if card.signature.parameters[name].kind.name == "KEYWORD_ONLY" and "*" not in words:
            words.append("*")
        words.append(name)
    return f"def {card.name}({', '.join(words)}):\n"


def _options(card: Card) -> str:
    words = ", ".join(f"{name!r}: {name}" for name in card.options)
    return f"{{{words}}}" if words else "NO_OPTIONS"


def _general_call(card: Card) -> str:
    arrays = f"tuple({card.arrays[0]})" if card.sequence else f"({', '.join(card.arrays)},)"
    return f"call(card, {arrays}, {_options(card)})"


def _fast_source(card: Card) -> str:
    if len(card.arrays) == 1:
        return _of_one(card)
    return _of_two_alike(card) if _is_elementwise(card) else _of_two(card)


def _of_one(card: Card) -> str:
    (x,) = card.arrays
    return f"""\
    if type({x}) is {FAST}:
        form = {x}.form
        if form is not None:
            a0 = {x}.raw
{_computation(card, 12, (0,))}
"""


def _of_two(card: Card) -> str:
    x1, x2 = card.arrays
    return f"""\
    if type({x1}) is {FAST} and type({x2}) is {FAST}:
        form = {x1}.form
        form1 = {x2}.form
        if form is not None and form1 is not None:
            if form[3] is form1[3]:
                a0 = {x1}.raw
                a1 = {x2}.raw
{_computation(card, 16, (0, 1))}
"""


def _of_two_alike(card: Card) -> str:
    x1, x2 = card.arrays
    return f"""\
    if type({x1}) is {FAST}:
        form = {x1}.form
        if form is not None:
            if type({x2}) is {FAST}:
                if {x2}.form is form:
                    a0 = {x1}.raw
                    a1 = {x2}.raw
{_computation(card, 20, (0, 1))}
            elif type({x2}) is float or type({x2}) is int:
                a0 = {x1}.raw
                a1 = {x2}
{_computation(card, 16, (0,))}
    elif (type({x1}) is float or type({x1}) is int) and type({x2}) is {FAST}:
        form = {x2}.form
        if form is not None:
            a0 = {x1}
            a1 = {x2}.raw
{_computation(card, 12, (1,))}
"""


def _computation(card: Card, width: int, tensors: tuple[int, ...]) -> str:
    """The lines that compute and record, where the arguments at the positions `tensors` are Tensors."""
    able = tuple(position for position in tensors if card.arrays[position] in card.differentiable)
    lines = [
        f"xp = {card.arrays[tensors[0]]}.xp",
        *_kernel_lines(card, tensors),
        "result = Tensor()",
        "result.xp = xp",
        "result.raw = out",
        f"result.form = {_form(card)}",
        *(f"p{position} = {card.arrays[position]}.node" for position in able),
        *_record_lines(card, able, "_NUMBER" * (len(tensors) < len(card.arrays))),
        "return result",
    ]
    return indent("\n".join(lines), " " * width)


def _kernel_lines(card: Card, tensors: tuple[int, ...]) -> list[str]:
    operands = ", ".join(f"a{position}" for position in range(len(card.arrays)))
    if _is_elementwise(card):
        kernel = f"xp.{card.name}({operands})"
        if card.operator is None:
            return [f"out = {kernel}"]
        by_operator = f"{card.operator}a0" if len(card.arrays) == 1 else f"a0 {card.operator} a1"
        if len(tensors) == len(card.arrays):
            return [f"out = {by_operator}"]
        (number,) = {0, 1} - set(tensors)
        return [
            "if form[1]:",
            f"    a = form[3].get(a{number})",
            f"    a{number} = beside(form, a{number}) if a is None else a",
            f"    out = {kernel}",
            "else:  # one element: libraries are far faster with Python's operators and numbers",
            f"    out = {by_operator}",
        ]
    arrays = ", ".join(card.arrays)
    prepared = f"prepare(({arrays},), {_options(card)})" if card.prepare else _options(card)
    lines = [f"options = {prepared}"]
    if "key" in card.options:
        again = f"call(card, raised(({arrays},), index), {_options(card)})"
        lines = ["try:", f"    options = {prepared}", "except DeeperIndex as index:", f"    return {again}"]
    return [
        *lines,
        "try:",
        f"    out = xp.{card.name}({operands}, **options)",
        "except Exception as error:",
        f"    add_note(error, card, xp, ({operands},), options)",
        "    raise",
    ]


def _form(card: Card) -> str:
    if card.kind == "constant":
        return "None"
    if card.kind == "elementwise":
        return "form"
    made = "form_at(xp, tuple(out.shape), form[2], form[3])"
    return f"{made} if out.dtype is form[2] else None  # a transform may be complex"


def _record_lines(card: Card, able: tuple[int, ...], beside: str) -> list[str]:
    if not able:
        return ["result.node = None"]
    some = " or ".join(f"p{position} is not None" for position in able)
    lines = [
        f"if {some}:",
        "    on = recording()",
        "    if on:",
        "        result.node = node = Node()",
        "        node.id = next_id()",
        "        node.xp = xp",
        "        node.g = node.mark = None",
        "        node.own = False",
        f"        node.options = {'None' if _is_elementwise(card) else 'options'}",
    ]
    if len(able) == 1:
        lines += _node_lines(card, able, beside, " " * 8)
    else:
        for word, tracked in (("if p0 is None", (1,)), ("elif p1 is None", (0,)), ("else", (0, 1))):
            lines += [f"        {word}:", *_node_lines(card, tracked, beside, " " * 12)]
    unrecorded = "        result.node = None if on is False else on  # a flag of a dialect's is False"
    return [*lines, "    else:", unrecorded, "else:", "    result.node = None"]


def _node_lines(card: Card, tracked: tuple[int, ...], beside: str, space: str) -> list[str]:
    saved = bare_or_tuple([_field(card, name) for name in saved_names(card, tracked, broadcast=False)])
    return [
        f"{space}node.pull = {_pull_name(tracked)}{beside}",
        f"{space}node.first = p{tracked[0]}",
        f"{space}node.rest = {f'p{tracked[1]}' if len(tracked) > 1 else None}",
        f"{space}node.held = {saved}",
    ]


def _field(card: Card, name: str) -> str:
    if name == "out":
        return "out"
    if name in OUT_FACTS:
        return "tuple(out.shape)" if name == "out_shape" else "out.dtype"
    if name in card.arrays:
        return f"a{card.arrays.index(name)}"
    if name in card.options:
        return f"options[{name!r}]"
    argument, _, fact = name.rpartition("_")
    position = card.arrays.index(argument)
    if fact == "device":
        return f"a{position}.device"
    form = "form" if position == 0 or _is_elementwise(card) else "form1"
    return f"{form}[{1 if fact == 'shape' else 2}]"


def _variants(card: Card) -> list[tuple[int, ...]]:
    able = tuple(position for position, name in enumerate(card.arrays) if name in card.differentiable)
    return [*((position,) for position in able), *([able] if len(able) > 1 else [])]


def _pull_name(tracked: tuple[int, ...]) -> str:
    return "PULL_" + "".join(map(str, tracked))
