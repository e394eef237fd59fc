"""Listing: an explanation as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from unigrad.explaining.explanation import Explanation, Point, Pulled

__all__ = ["listing"]


def listing(explanation: Explanation) -> str:
    """The points with values and formulas, the reverse sweep step by step, and the gradients."""
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"{explanation.title}: {len(explanation.points)} points on {explanation.backend or 'no backend'}"
    for point in explanation.points:
        yield from _point(explanation, point)
    if explanation.reverse:
        yield ""
        yield "the reverse sweep"
    for number, step in enumerate(explanation.reverse, 1):
        yield from _step(explanation, number, step)
    for place, gradient in explanation.gradients:
        yield f"gradient of {explanation.points[place].title}: {gradient.text}"
    for ending in explanation.endings:
        yield f"it ends here: {ending}"


def _point(explanation: Explanation, point: Point) -> Iterator[str]:
    shape = "" if point.shape is None else f" {point.dtype}{list(point.shape)}"
    value = f" = {point.value.text}" if point.value is not None else ""
    yield f"  {point.index:>3} {point.title}{shape}{value}"
    if point.formula is not None:
        of = ", ".join(f"{rule.argument} = {explanation.points[rule.parent].title}" for rule in point.rules)
        yield f"      {explanation.formulas[point.formula].line}   with {of}"
    elif point.about:
        yield f"      {point.about}"
    if point.line is not None:
        yield f"      {point.line.file}:{point.line.number}: {point.line.text}"
    if point.saved:
        kept = ", ".join(f"{each.name} ({each.what})" for each in point.saved)
        yield f"      saves {kept}: {point.bytes:,} bytes"


def _step(explanation: Explanation, number: int, step: Pulled) -> Iterator[str]:
    point = explanation.points[step.point]
    yield f"  {number:>3} {point.title} ({point.op}): g = {step.g.text}"
    for rule, part in zip(point.rules, step.parts, strict=True):
        formula = "" if rule.formula is None else f"{explanation.formulas[rule.formula].line} = "
        value = "" if part.value is None else part.value.text
        total = "" if part.total is None or part.total == part.value else f", so far {part.total.text}"
        yield f"      {rule.argument} → {explanation.points[part.parent].title}: {formula}{value}{total}"
