"""Notation: a formula as a reader knows it, in the styles that `unigrad.explaining.styles` has."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from unigrad.explaining.styles import Style
from unigrad.virtual.formula import Call, Constant, Formula, Name, Part, shared_parts

Written = tuple[str, int]
"""A piece of text and how tightly it holds together: an operand that holds less than its place asks for gets parentheses."""

LOOSE, COMPARED, SUM, SIGNED, PRODUCT, POWER, ATOM = range(7)

_LONGEST: Final = 4000
_DEEPEST: Final = 60
"""The number of terms, and of terms within terms, beyond which a formula is no help; an ellipsis stands for the rest."""


def written(formula: Formula, style: Style) -> tuple[str, list[tuple[str, str]]]:
    """`formula` in `style`, and the (name, formula) pairs of the parts that it contains more than once."""
    parts = [part for part in shared_parts(formula) if part is not formula]
    writer = _Writer(style, {id(part): f"a{place}" for place, part in enumerate(parts, 1)})
    definitions = [(style.name(f"a{place}"), writer.inside(part)) for place, part in enumerate(parts, 1)]
    return writer.inside(formula), definitions


class _Writer:
    """Writes a formula from the inside out."""

    def __init__(self, style: Style, names: dict[int, str]) -> None:
        self.style = style
        self.names = names
        self.left = _LONGEST
        self.depth = 0

    def inside(self, formula: Formula) -> str:
        """A whole formula, be it one that has a name."""
        return self._write(formula)[0]

    def term(self, value: Any) -> Written:
        """An operand, or a tuple of them."""
        if isinstance(value, tuple):
            return self.style.fenced("(", self.style.listed([self.term(each)[0] for each in value]), ")"), ATOM
        if id(value) in self.names:
            return self.style.name(self.names[id(value)]), ATOM
        return self._write(value)

    def held(self, value: Any, place: int) -> str:
        """An operand at a place that asks for something tight enough."""
        text, tightness = self.term(value)
        return text if tightness >= place else self.style.fenced("(", text, ")")

    def _write(self, formula: Formula) -> Written:
        self.left -= 1
        if self.left < 0 or self.depth > _DEEPEST:
            return self.style.word("…"), ATOM
        self.depth += 1
        try:
            return self._kind(formula)
        finally:
            self.depth -= 1

    def _kind(self, formula: Formula) -> Written:
        if isinstance(formula, Name):
            return self.style.name(formula.name), ATOM
        if isinstance(formula, Constant):
            return self.constant(formula.value)
        if isinstance(formula, Part):
            return self.style.indexed(self.term(formula.whole)[0], str(formula.place)), ATOM
        notation = NOTATIONS.get(formula.kernel)
        return self.plain(formula) if notation is None else notation(self, formula)

    def constant(self, value: Any) -> Written:
        """A number, a shape, axes."""
        if isinstance(value, (tuple, list)):
            if len(value) == 1:
                return self.constant(value[0])
            return self.style.fenced("(", self.style.listed([self.constant(each)[0] for each in value]), ")"), ATOM
        if isinstance(value, (int, float, complex)) and not isinstance(value, bool):
            text = _number(value)
            return self.style.number(text), SIGNED if text.startswith("−") else ATOM
        if isinstance(value, slice):
            ends = ("" if each is None else str(each) for each in (value.start, value.stop))
            return self.style.word(":".join(ends) + ("" if value.step is None else f":{value.step}")), ATOM
        if value is Ellipsis:
            return self.style.word("…"), ATOM
        if hasattr(value, "shape"):
            return self.style.word("array"), ATOM
        return self.style.word(str(value)), ATOM

    def plain(self, call: Call) -> Written:
        """A function with its operands and the options that say something."""
        given = [self.term(each)[0] for each in call.operands]
        given += [self.style.option(word, self.term(value)[0]) for word, value in call.options if _says(word, value)]
        return self.style.function(call.kernel, given), ATOM


def _number(value: Any) -> str:
    if isinstance(value, complex):
        return f"{value:.6g}"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.6g}".replace("-", "−")


def _says(word: str, value: Any) -> bool:
    return word not in ("dtype", "device", "keepdims", "out_shape") and not (
        isinstance(value, Constant) and value.value in (None, False)
    )


Notation = Callable[[_Writer, Call], Written]


def _infix(sign: str, place: int, second: int | None = None) -> Notation:
    """A sign between two operands; the second one may have to hold tighter."""

    def write(writer: _Writer, call: Call) -> Written:
        one, two = call.operands
        return writer.style.infix(sign, writer.held(one, place), writer.held(two, second or place)), place

    return write


def _product(writer: _Writer, call: Call) -> Written:
    one, two = call.operands
    if one is two:
        return writer.style.power(writer.held(one, ATOM), writer.style.number("2")), POWER
    text = writer.style.infix("·", writer.held(one, SIGNED), writer.held(two, PRODUCT))
    return text, min(PRODUCT, max(SIGNED, writer.term(one)[1]))


def _negative(writer: _Writer, call: Call) -> Written:
    return writer.style.prefix("−", writer.held(call.operands[0], PRODUCT)), SIGNED


def _fraction(writer: _Writer, call: Call) -> Written:
    one, two = call.operands
    if writer.style.fraction_bar:
        return writer.style.fraction(writer.term(one)[0], writer.term(two)[0]), ATOM
    return writer.style.fraction(writer.held(one, SIGNED), writer.held(two, POWER)), PRODUCT


def _reciprocal(writer: _Writer, call: Call) -> Written:
    return _fraction(writer, Call("divide", (Constant(1), call.operands[0])))


def _power(writer: _Writer, call: Call) -> Written:
    base, exponent = call.operands
    if isinstance(exponent, Constant) and exponent.value == 1:
        return writer.term(base)
    place = LOOSE if writer.style.fraction_bar else ATOM
    return writer.style.power(writer.held(base, ATOM), writer.held(exponent, place)), POWER


def _raised(base: str, minus_one: bool = False) -> Notation:
    """A number to the power of the operand."""

    def write(writer: _Writer, call: Call) -> Written:
        exponent = writer.held(call.operands[0], LOOSE if writer.style.fraction_bar else ATOM)
        power = writer.style.power(writer.style.name(base), exponent)
        return (writer.style.infix("−", power, writer.style.number("1")), SUM) if minus_one else (power, POWER)

    return write


def _marked(mark: str) -> Notation:
    """An operand with a sign as its exponent: a transpose, an inverse, a square."""

    def write(writer: _Writer, call: Call) -> Written:
        return writer.style.power(writer.held(call.operands[0], ATOM), writer.style.mark(mark)), POWER

    return write


def _root(degree: int) -> Notation:
    return lambda writer, call: (writer.style.root(writer.term(call.operands[0])[0], degree), ATOM)


def _fence(left: str, right: str) -> Notation:
    return lambda writer, call: (writer.style.fenced(left, writer.term(call.operands[0])[0], right), ATOM)


def _conjugate(writer: _Writer, call: Call) -> Written:
    return writer.style.overline(writer.term(call.operands[0])[0]), ATOM


def _function(name: str) -> Notation:
    return lambda writer, call: writer.plain(Call(name, call.operands, call.options))


def _large(sign: str) -> Notation:
    """A large sign with the axes below it."""

    def write(writer: _Writer, call: Call) -> Written:
        given = dict(call.options).get("axis")
        axes = given.value if isinstance(given, Constant) else None
        below = ", ".join(map(str, axes if isinstance(axes, (tuple, list)) else () if axes is None else (axes,)))
        return writer.style.large(
            sign, f"axis {below}" if below else "", writer.held(call.operands[0], PRODUCT)
        ), PRODUCT

    return write


def _where(writer: _Writer, call: Call) -> Written:
    condition, one, two = (writer.term(each)[0] for each in call.operands)
    return writer.style.cases(condition, one, two), ATOM


def _shaped(word: str) -> Notation:
    """What only changes the shape, with the new one as lengths."""

    def write(writer: _Writer, call: Call) -> Written:
        given = dict(call.options).get("shape")
        shape = given.value if isinstance(given, Constant) else ()
        lengths = "×".join(map(str, shape if isinstance(shape, (tuple, list)) else (shape,))) or "()"
        (x,) = call.operands
        while isinstance(x, Call) and x.kernel in ("reshape", "expand_dims") and word == "broadcast":
            x = x.operands[0]  # new axes of length 1, which broadcasting stretches
        return writer.style.function(word, [writer.term(x)[0], writer.style.word(lengths)]), ATOM

    return write


def _taken(writer: _Writer, call: Call) -> Written:
    """Some elements: the key in brackets."""
    key = dict(call.options).get("key", Constant(()))
    parts = key if isinstance(key, tuple) else key.value if isinstance(key, Constant) else (key,)
    given = parts if isinstance(parts, (tuple, list)) else (parts,)
    listed = writer.style.listed(
        [writer.term(part)[0] if isinstance(part, Formula) else writer.constant(part)[0] for part in given]
    )
    return writer.style.bracketed(writer.held(call.operands[0], ATOM), listed), ATOM


def _same(writer: _Writer, call: Call) -> Written:
    """What only adds an axis of length 1, or changes the dtype: it makes no difference to the values."""
    return writer.term(call.operands[0])


NOTATIONS: Final[dict[str, Notation]] = {
    "add": _infix("+", SUM),
    "subtract": _infix("−", SUM, PRODUCT),
    "multiply": _product,
    "matmul": _infix("@", PRODUCT, POWER),
    "divide": _fraction,
    "negative": _negative,
    "reciprocal": _reciprocal,
    "pow": _power,
    "square": _marked("2"),
    "exp": _raised("e"),
    "exp2": _raised("2"),
    "expm1": _raised("e", minus_one=True),
    "matrix_transpose": _marked("T"),
    "inv": _marked("−1"),
    "sqrt": _root(2),
    "cbrt": _root(3),
    "abs": _fence("|", "|"),
    "floor": _fence("⌊", "⌋"),
    "ceil": _fence("⌈", "⌉"),
    "conj": _conjugate,
    "sum": _large("∑"),
    "prod": _large("∏"),
    "where": _where,
    "getitem": _taken,
    "expand_dims": _same,
    "astype": _same,
    "broadcast_to": _shaped("broadcast"),
    "reshape": _shaped("reshape"),
    "log": _function("ln"),
    "sign": _function("sgn"),
    "sigmoid": _function("σ"),
    "digamma": _function("ψ"),
    "real": _function("Re"),
    "imag": _function("Im"),
    "equal": _infix("=", COMPARED, SUM),
    "not_equal": _infix("≠", COMPARED, SUM),
    "less": _infix("<", COMPARED, SUM),
    "less_equal": _infix("≤", COMPARED, SUM),
    "greater": _infix(">", COMPARED, SUM),
    "greater_equal": _infix("≥", COMPARED, SUM),
    "logical_and": _infix("∧", LOOSE, COMPARED),
    "logical_or": _infix("∨", LOOSE, COMPARED),
}
