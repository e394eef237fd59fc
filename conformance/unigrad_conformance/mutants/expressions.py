"""Expressions: the mistakes that can be made in one expression, each a family and what stands in its place.

`wrong_axis` and `wrong_option` are functions that a mutant's own globals hold while it is in place.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, Final

from unigrad.card import REGISTRY

Change = tuple[str, ast.expr]
"""A family, and the expression that takes the place of another."""

SUMS: Final = frozenset({"sum", "unbroadcast", "_summed_to"})
TRANSPOSES: Final = frozenset("matrix_transpose permute_dims moveaxis swapaxes flip mT adjoint conj conjugate".split())
"""What turns a matrix, axes or complex numbers round, and is easily left out."""
SYMMETRIC: Final = frozenset(
    "add multiply maximum minimum max min equal not_equal hypot betaln convolve isinstance zip getattr range".split()
)
"""Calls whose arguments are not worth swapping: nothing changes, or nothing runs; the branches of a choice are swapped."""
NOTHING: Final = frozenset({"zeros", "zeros_like"})
"""Calls whose result no factor changes."""
NAMESPACES: Final = frozenset({"xp", "np", "_np"})
"""The names of parameters that are no operands but where kernels are found."""
AXES: Final = frozenset({"axis", "axes", "source", "destination"})
_NEAR: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
"""For a comparison one that is easily taken for it: strict or not."""


def wrong_axis(axis: Any) -> Any:
    """The axis counted from the other end, each of several; a pair of tuples of axes the other way round; None as it is."""
    if isinstance(axis, tuple):
        return tuple(wrong_axis(each) for each in axis) if axis and not isinstance(axis[0], tuple) else axis[::-1]
    return axis if axis is None else -1 - axis


def wrong_option(value: Any) -> Any:
    """A boolean inverted, a number moved by 1, the first of a tuple likewise; anything else as it is."""
    if isinstance(value, tuple):
        return (wrong_option(value[0]), *value[1:]) if value else value
    if isinstance(value, bool):
        return not value
    if isinstance(value, float) and math.isinf(value):
        return -value
    return value + 1 if isinstance(value, (int, float)) else value


GIVEN: Final[dict[str, Callable[[Any], Any]]] = {"wrong_axis": wrong_axis, "wrong_option": wrong_option}


def changes(node: ast.expr) -> Iterator[Change]:
    """Every mistake that can be made in this expression itself, its parts left alone."""
    make = _BY_TYPE.get(type(node))
    if make is not None:
        yield from make(node)


def result_changes(node: ast.expr) -> Iterator[tuple[ast.expr, Change]]:
    """The mistakes that can be made in what a function returns: the sign, a factor."""
    if isinstance(node, ast.Tuple):
        for part in node.elts:
            yield from result_changes(part)
    elif not isinstance(node, (ast.IfExp, ast.Constant, ast.UnaryOp, ast.Compare)) and called(node) not in NOTHING:
        yield node, ("sign", ast.UnaryOp(ast.USub(), node))
        yield node, ("factor", ast.BinOp(ast.Constant(2), ast.Mult(), node))


def called(node: ast.expr) -> str:
    """The name of what a call calls; empty for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _of_operation(node: ast.BinOp) -> Iterator[Change]:
    left, right = node.left, node.right
    if isinstance(node.op, (ast.Add, ast.Sub)):
        yield "sign", ast.BinOp(left, ast.Sub() if isinstance(node.op, ast.Add) else ast.Add(), right)
    if isinstance(node.op, (ast.Sub, ast.Div, ast.Pow, ast.Mod, ast.FloorDiv, ast.MatMult)):
        yield "swapped operands", ast.BinOp(right, node.op, left)
    yield "dropped term", left
    if isinstance(node.op, ast.Sub):
        yield "dropped term", ast.UnaryOp(ast.USub(), right)
    elif isinstance(node.op, ast.Div):
        yield "dropped term", ast.BinOp(ast.Constant(1), ast.Div(), right)
    else:
        yield "dropped term", right


def _of_unary(node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.USub):
        yield "sign", node.operand


def _of_comparison(node: ast.Compare) -> Iterator[Change]:
    other = _NEAR.get(type(node.ops[0])) if len(node.ops) == 1 else None
    if other is not None:
        yield "comparison", ast.Compare(node.left, [other()], node.comparators)


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    if isinstance(node.value, bool):
        yield "option", ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield "off by one", ast.Constant(node.value + 1)
    elif isinstance(node.value, (float, complex)):
        yield "factor", ast.Constant(2 * node.value if node.value else 1.0)


def _of_call(node: ast.Call) -> Iterator[Change]:
    name = called(node)
    yield from _swapped_arguments(node, name)
    yield from _left_out(node, name)
    yield from _keywords(node)


def _operands(node: ast.Call) -> list[int]:
    """The positions of a call's arguments that are operands: all but a namespace of kernels."""
    return [i for i, each in enumerate(node.args) if not (isinstance(each, ast.Name) and each.id in NAMESPACES)]


def _swapped_arguments(node: ast.Call, name: str) -> Iterator[Change]:
    places = _operands(node)
    if any(isinstance(each, ast.Starred) for each in node.args):
        return
    if name == "where":
        places = places[1:]
    elif name in SYMMETRIC:
        return
    for one, two in itertools.pairwise(places):
        arguments = list(node.args)
        arguments[one], arguments[two] = arguments[two], arguments[one]
        yield "swapped operands", ast.Call(node.func, arguments, node.keywords)


def _left_out(node: ast.Call, name: str) -> Iterator[Change]:
    operands = [node.args[i] for i in _operands(node)]
    if operands and not isinstance(operands[0], (ast.Starred, ast.GeneratorExp)) and name in SUMS | TRANSPOSES:
        yield ("missing sum" if name in SUMS else "transpose"), operands[0]


def _keywords(node: ast.Call) -> Iterator[Change]:
    for i, keyword in enumerate(node.keywords):
        if keyword.arg in (None, "strict", "device") or _is_default(called(node), keyword):
            continue
        if keyword.arg not in AXES:
            yield "option", ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])
        elif not isinstance(keyword.value, ast.Name):
            wrong = ast.Call(ast.Name("wrong_axis", ast.Load()), [keyword.value], [])
            others = [*node.keywords[:i], ast.keyword(keyword.arg, wrong), *node.keywords[i + 1 :]]
            yield "axis", ast.Call(node.func, node.args, others)


def _is_default(name: str, keyword: ast.keyword) -> bool:
    """Whether an option of a primitive is given the value that it has anyway, which may well be left out."""
    known = REGISTRY[name].signature.parameters if name in REGISTRY else {}
    given = keyword.value.value if isinstance(keyword.value, ast.Constant) else REGISTRY
    return keyword.arg in known and known[keyword.arg].default is given


_BY_TYPE: Final[dict[type[ast.expr], Callable[[Any], Iterator[Change]]]] = {
    ast.BinOp: _of_operation,
    ast.UnaryOp: _of_unary,
    ast.Compare: _of_comparison,
    ast.Constant: _of_constant,
    ast.Call: _of_call,
}
