"""Surroundings: the line of the user's own file that is running, and the node of the graph whose rule is.

A virtual backend whose level watches a program asks here from within a kernel; the answer is read off the stack, so that
the ordinary path pays nothing for it.
"""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
import sys
from types import CodeType, FrameType
from typing import Any, Final, NamedTuple

from unigrad import forward, reverse
from unigrad.graph import Node
from unigrad.places import Place, is_own, place_at

_SWEEPS: Final = {
    reverse.sweep.__code__: "pull",
    reverse.sweep_recorded.__code__: "pull",
    forward._swept.__code__: "push",
}
"""The loops of the sweeps, whose local ``node`` is the one whose turn it is."""


class Turn(NamedTuple):
    """A step of a sweep: its direction, the node, and the argument that the rule is for, where the stack tells it."""

    direction: str
    node: Node
    argument: str | None


class Surroundings(NamedTuple):
    """Where a kernel is called from: the innermost line outside unigrad, and the step of a sweep, if it is one."""

    place: Place | None
    turn: Turn | None


def surroundings() -> Surroundings:
    """Where the caller is."""
    turn: Turn | None = None
    inner: list[CodeType] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if turn is None and frame.f_code in _SWEEPS:
            turn = _turn(frame, inner)
        if not is_own(frame):
            return Surroundings(place_at(frame), turn)
        inner.append(frame.f_code)
        frame = frame.f_back
    return Surroundings(None, turn)


def rule_text(node: Node, argument: str | None, direction: str = "pull") -> str:
    """The rules of a node as they stand on its primitive's card, ``dx=lambda x: …``; of one argument where it is known."""
    names = node.pull.argument_names if argument is None else (argument,)
    texts = [_text_of(node.pull.scope, name, direction) for name in names]
    return ", ".join(text for text in texts if text)


def _turn(frame: FrameType, inner: list[CodeType]) -> Turn | None:
    node, direction = frame.f_locals.get("node"), _SWEEPS[frame.f_code]
    if not isinstance(node, Node):
        return None
    return Turn(direction, node, _argument(node, inner))


def _argument(node: Node, inner: list[CodeType]) -> str | None:
    """The argument whose rule is among the calls between the sweep and the kernel."""
    if len(node.pull.argument_names) == 1:
        return node.pull.argument_names[0]
    for name in node.pull.argument_names:
        for letter in "dj":
            rule = node.pull.scope.get(f"{letter}{name}")
            if getattr(rule, "__code__", None) in inner:
                return name
    return None


def _text_of(scope: dict[str, Any], name: str, direction: str) -> str:
    rule = (direction == "push" and scope.get(f"j{name}")) or scope.get(f"d{name}")
    if rule is None:
        return ""
    if isinstance(rule, int):
        return f"d{name}={rule}"
    return f"d{name}={_source(rule)}"


@functools.lru_cache(maxsize=256)
def _source(rule: Any) -> str:
    """The text of a rule: of a lambda its expression, of a function its name and where it is."""
    code = getattr(rule, "__code__", None)
    if code is None:
        return repr(rule)
    if code.co_name != "<lambda>":
        return f"{code.co_name} ({code.co_filename}:{code.co_firstlineno})"
    found = [each for each in _lambdas(code.co_filename) if each.lineno == code.co_firstlineno]
    wanted = list(inspect.signature(rule).parameters)
    same = [each for each in found if [arg.arg for arg in each.args.args] == wanted]
    if len({ast.unparse(each) for each in same}) == 1:
        return ast.unparse(same[0])
    return f"lambda {', '.join(wanted)}: … ({code.co_filename}:{code.co_firstlineno})"


@functools.lru_cache(maxsize=32)
def _lambdas(file: str) -> tuple[ast.Lambda, ...]:
    lines = linecache.getlines(file)
    return tuple(each for each in ast.walk(ast.parse("".join(lines))) if isinstance(each, ast.Lambda))
