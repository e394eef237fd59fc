"""The styles that a formula is written in: a line of text, MathML for a page, LaTeX for a paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Protocol

__all__ = ["LATEX", "MATHML", "TEXT", "Style"]

_INDEXED = re.compile(r"([A-Za-z]+?)_?(\d+)")


class Style(Protocol):
    """How the pieces of a formula are put together; the operands of each method are written already."""

    fraction_bar: bool
    """Whether fractions and exponents are set apart, so that their parts need no parentheses."""

    def name(self, name: str) -> str:
        """A quantity."""

    def number(self, text: str) -> str:
        """A number."""

    def word(self, text: str) -> str:
        """Plain words."""

    def mark(self, mark: str) -> str:
        """A sign in the place of an exponent."""

    def infix(self, sign: str, one: str, two: str) -> str:
        """A sign between two operands."""

    def prefix(self, sign: str, one: str) -> str:
        """A sign before one."""

    def fraction(self, one: str, two: str) -> str:
        """A quotient."""

    def power(self, base: str, exponent: str) -> str:
        """A power."""

    def root(self, one: str, degree: int) -> str:
        """A root."""

    def fenced(self, left: str, one: str, right: str) -> str:
        """Something between two signs."""

    def overline(self, one: str) -> str:
        """A complex conjugate."""

    def listed(self, parts: Sequence[str]) -> str:
        """Things with commas between them."""

    def option(self, word: str, one: str) -> str:
        """An option of a function."""

    def function(self, name: str, given: Sequence[str]) -> str:
        """A function of what is given."""

    def indexed(self, one: str, place: str) -> str:
        """A part of something."""

    def bracketed(self, one: str, key: str) -> str:
        """The elements of something at a key."""

    def large(self, sign: str, below: str, one: str) -> str:
        """A sum or a product over axes."""

    def cases(self, condition: str, one: str, two: str) -> str:
        """One where the condition holds, else the other."""


class _Text:
    fraction_bar = False

    def name(self, name: str) -> str:
        return name

    number = word = mark = name

    def infix(self, sign: str, one: str, two: str) -> str:
        return f"{one} {sign} {two}"

    def prefix(self, sign: str, one: str) -> str:
        return f"{sign}{one}"

    def fraction(self, one: str, two: str) -> str:
        return f"{one} / {two}"

    def power(self, base: str, exponent: str) -> str:
        return base + _RAISED[exponent] if exponent in _RAISED else f"{base}^{exponent}"

    def root(self, one: str, degree: int) -> str:
        return f"{'∛' if degree == 3 else '√'}({one})"

    def fenced(self, left: str, one: str, right: str) -> str:
        return f"{left}{one}{right}"

    def overline(self, one: str) -> str:
        return f"conj({one})"

    def listed(self, parts: Sequence[str]) -> str:
        return ", ".join(parts)

    def option(self, word: str, one: str) -> str:
        return f"{word}={one}"

    def function(self, name: str, given: Sequence[str]) -> str:
        return f"{name}({', '.join(given)})"

    def indexed(self, one: str, place: str) -> str:
        return f"{one}[{place}]"

    def bracketed(self, one: str, key: str) -> str:
        return f"{one}[{key}]"

    def large(self, sign: str, below: str, one: str) -> str:
        return f"{sign}[{below}] {one}" if below else f"{sign} {one}"

    def cases(self, condition: str, one: str, two: str) -> str:
        return f"where({condition}, {one}, {two})"


_RAISED = {"2": "²", "3": "³", "T": "ᵀ", "−1": "⁻¹"}


class _MathML:
    fraction_bar = True

    def name(self, name: str) -> str:
        indexed = _INDEXED.fullmatch(name)
        if indexed:
            return f"<msub><mi>{escape(indexed[1])}</mi><mn>{indexed[2]}</mn></msub>"
        return f"<mi>{escape(name)}</mi>"

    def number(self, text: str) -> str:
        return f"<mn>{escape(text)}</mn>"

    def word(self, text: str) -> str:
        return f"<mtext>{escape(text)}</mtext>"

    def mark(self, mark: str) -> str:
        return f"<mi>{mark}</mi>" if mark.isalpha() else f"<mn>{mark}</mn>"

    def infix(self, sign: str, one: str, two: str) -> str:
        written = "<mspace width='.25em'/>" if sign == "@" else f"<mo>{escape(sign)}</mo>"
        return f"<mrow>{one}{written}{two}</mrow>"

    def prefix(self, sign: str, one: str) -> str:
        return f"<mrow><mo>{sign}</mo>{one}</mrow>"

    def fraction(self, one: str, two: str) -> str:
        return f"<mfrac>{_row(one)}{_row(two)}</mfrac>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup>{_row(base)}{_row(exponent)}</msup>"

    def root(self, one: str, degree: int) -> str:
        return f"<mroot>{_row(one)}<mn>{degree}</mn></mroot>" if degree > 2 else f"<msqrt>{one}</msqrt>"

    def fenced(self, left: str, one: str, right: str) -> str:
        return f"<mrow><mo>{left}</mo>{one}<mo>{right}</mo></mrow>"

    def overline(self, one: str) -> str:
        return f"<mover>{_row(one)}<mo>‾</mo></mover>"

    def listed(self, parts: Sequence[str]) -> str:
        return "<mo>,</mo>".join(parts)

    def option(self, word: str, one: str) -> str:
        return f"<mtext>{escape(word)}</mtext><mo>=</mo>{one}"

    def function(self, name: str, given: Sequence[str]) -> str:
        return f"<mrow><mi>{escape(name)}</mi>{self.fenced('(', self.listed(given), ')')}</mrow>"

    def indexed(self, one: str, place: str) -> str:
        return f"<msub>{_row(one)}<mn>{place}</mn></msub>"

    def bracketed(self, one: str, key: str) -> str:
        return f"<mrow>{one}{self.fenced('[', key, ']')}</mrow>"

    def large(self, sign: str, below: str, one: str) -> str:
        written = f"<munder><mo>{sign}</mo><mtext>{escape(below)}</mtext></munder>" if below else f"<mo>{sign}</mo>"
        return f"<mrow>{written}{one}</mrow>"

    def cases(self, condition: str, one: str, two: str) -> str:
        rows = f"<mtr><mtd>{one}</mtd><mtd><mtext>where&#xa0;</mtext>{condition}</mtd></mtr>"
        rows += f"<mtr><mtd>{two}</mtd><mtd><mtext>elsewhere</mtext></mtd></mtr>"
        return f"<mrow><mo>{{</mo><mtable columnalign='left'>{rows}</mtable></mrow>"


def _row(inside: str) -> str:
    return f"<mrow>{inside}</mrow>"


class _Latex:
    fraction_bar = True

    def name(self, name: str) -> str:
        indexed = _INDEXED.fullmatch(name)
        if indexed:
            return f"{self.name(indexed[1])}_{{{indexed[2]}}}"
        return name if len(name) == 1 else self.word(name)

    def number(self, text: str) -> str:
        return text.replace("−", "-").replace("∞", r"\infty")

    def word(self, text: str) -> str:
        return rf"\mathrm{{{_latex_words(text)}}}"

    def mark(self, mark: str) -> str:
        return r"\mathsf{T}" if mark == "T" else mark.replace("−", "-")

    def infix(self, sign: str, one: str, two: str) -> str:
        return f"{one} {_SIGNS.get(sign, sign)} {two}"

    def prefix(self, sign: str, one: str) -> str:
        return f"{_SIGNS.get(sign, sign)}{one}"

    def fraction(self, one: str, two: str) -> str:
        return rf"\frac{{{one}}}{{{two}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{{{base}}}^{{{exponent}}}"

    def root(self, one: str, degree: int) -> str:
        return rf"\sqrt[{degree}]{{{one}}}" if degree > 2 else rf"\sqrt{{{one}}}"

    def fenced(self, left: str, one: str, right: str) -> str:
        return rf"\left{_SIGNS.get(left, left)} {one} \right{_SIGNS.get(right, right)}"

    def overline(self, one: str) -> str:
        return rf"\overline{{{one}}}"

    def listed(self, parts: Sequence[str]) -> str:
        return ", ".join(parts)

    def option(self, word: str, one: str) -> str:
        return f"{self.word(word)}={one}"

    def function(self, name: str, given: Sequence[str]) -> str:
        return rf"\operatorname{{{_latex_words(name)}}}{self.fenced('(', self.listed(given), ')')}"

    def indexed(self, one: str, place: str) -> str:
        return f"{{{one}}}_{{{place}}}"

    def bracketed(self, one: str, key: str) -> str:
        return f"{one}{self.fenced('[', key, ']')}"

    def large(self, sign: str, below: str, one: str) -> str:
        return f"{_SIGNS[sign]}_{{{self.word(below)}}} {one}" if below else f"{_SIGNS[sign]} {one}"

    def cases(self, condition: str, one: str, two: str) -> str:
        return rf"\begin{{cases}} {one} & {condition} \\ {two} & \text{{elsewhere}} \end{{cases}}"


def _latex_words(text: str) -> str:
    return re.sub(r"([\\{}$&#%_^~])", r"\\\1", text).replace(" ", r"\ ").replace("×", r"\times ")


_SIGNS = {
    "−": "-",
    "·": r"\cdot",
    "@": r"\,",
    "≠": r"\neq",
    "≤": r"\leq",
    "≥": r"\geq",
    "∧": r"\wedge",
    "∨": r"\vee",
    "∑": r"\sum",
    "∏": r"\prod",
    "⌊": r"\lfloor",
    "⌋": r"\rfloor",
    "⌈": r"\lceil",
    "⌉": r"\rceil",
}

TEXT: Style = _Text()
MATHML: Style = _MathML()
LATEX: Style = _Latex()
