"""Edges that cut a gradient, and the explanation that is made of them."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from unigrad.graph import Tensor
from unigrad.places import Place

Status = Literal["flows", "partly zero", "zero", "missing"]
Kind = Literal[
    "detach",
    "pause",
    "cast",
    "constant",
    "argument",
    "left",
    "unused",
    "unread",
    "branch",
    "clip",
    "inactive",
    "multiplication",
    "cancellation",
    "flat",
    "outside",
]

ZERO: Final[dict[str, tuple[Kind, str]]] = {
    "where": ("branch", "'where' takes its other branch"),
    "clip": ("clip", "'clip' is saturated: the values are outside of its bounds"),
    "relu": ("inactive", "'relu' is inactive: the values are not positive"),
    "maximum": ("inactive", "in 'maximum' the other operand is the larger"),
    "fmax": ("inactive", "in 'fmax' the other operand is the larger"),
    "minimum": ("inactive", "in 'minimum' the other operand is the smaller"),
    "fmin": ("inactive", "in 'fmin' the other operand is the smaller"),
    "multiply": ("multiplication", "'multiply' multiplies by zero"),
    "matmul": ("multiplication", "'matmul' multiplies by zeros"),
    "getitem": ("branch", "'getitem' takes other elements"),
    "max": ("inactive", "'max' takes other elements"),
    "min": ("inactive", "'min' takes other elements"),
}
"""What it means that a cotangent is zero behind a primitive and was not before it; elsewhere the slope is zero."""


class Edge(NamedTuple):
    """Where a gradient is cut: the kind of cut, the primitive, its argument, the line of the program, and a sentence."""

    kind: Kind
    primitive: str
    argument: str
    place: Place | None
    sentence: str

    def __str__(self) -> str:
        where = (
            f"\n    {self.place}" if self.place else "" if self.kind in _PLACELESS else "\n    its line is not known"
        )
        return f"  {self.sentence}{where}"


_PLACELESS: Final = ("unused", "outside", "cancellation")


class Verdict(NamedTuple):
    """What becomes of one input's gradient: its name, the gradient (None where none arrives), and the edges that cut it."""

    name: str
    status: Status
    gradient: Tensor | None
    zeros: int
    edges: tuple[Edge, ...]

    def __str__(self) -> str:
        size = 0 if self.gradient is None else self.gradient.size
        lines = {
            "flows": f"{self.name}: a gradient arrives, and no entry of it is zero",
            "partly zero": f"{self.name}: a gradient arrives; {self.zeros} of its {size} entries are zero",
            "zero": f"{self.name}: the gradient is zero",
            "missing": f"{self.name}: no gradient arrives",
        }
        return "\n".join([lines[self.status], *dict.fromkeys(map(str, self.edges))])


class Explanation(tuple[Verdict, ...]):
    """A `Verdict` for each input, in order. It prints as sentences, with the lines of the program."""

    __slots__ = ()

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, of all inputs."""
        return tuple(edge for verdict in self for edge in verdict.edges)

    def __str__(self) -> str:
        return "\n".join(map(str, self))

    __repr__ = __str__
