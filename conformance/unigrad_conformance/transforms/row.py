"""Row: one use of a transform, what it is to give, and how both are computed on a side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy
import optree

from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.programs import Program
from unigrad_conformance.transforms.sides import Side


class Point:
    """What a `Known` holds, as the arrays of a side, and the program as its functions of ``x`` and ``y``."""

    def __init__(self, side: Side, known: Known) -> None:
        self.np = side.np
        self.program = known.program
        self.x, self.y, self.tx, self.ty, self.g = map(
            side.entered, (known.x, known.y, known.tx, known.ty, numpy.asarray(known.g))
        )
        self.xs = side.entered(numpy.stack([each.x for each in known.examples]))
        self._side, self._known = side, known

    @property
    def ys(self) -> Any:
        """The ``y`` of each pair, along a first axis of each array."""
        return self._side.entered(
            optree.tree_map(lambda *leaves: numpy.stack(leaves), *(each.y for each in self._known.pairs))
        )

    def value(self, x: Any, y: Any) -> Any:
        """The program."""
        return self.program.run(self.np, x, y)

    def scalar(self, x: Any, y: Any) -> Any:
        """The weighted sum of its values."""
        return self.np.sum(self.g * self.value(x, y))

    def with_aux(self, x: Any, y: Any) -> Any:
        """The weighted sum, and the values."""
        value = self.value(x, y)
        return self.np.sum(self.g * value), value


@dataclass(frozen=True)
class Row:
    """``run(transforms, point)`` of a side gives arrays in containers, and ``want(known)`` the same by differences or a loop.

    ``order`` is that of the derivatives in it, 0 for a loop. ``own`` says that only unigrad has what is used, ``needs`` names
    transforms that not every peer has; ``looks`` that
    the program may look at values.
    """

    what: str
    run: Callable[[Any, Point], Any]
    want: Callable[[Known], Any]
    order: Literal[0, 1, 2] = 1
    own: bool = False
    looks: bool = True
    once: bool = False
    needs: tuple[str, ...] = ()
    faults: tuple[tuple[str, str], ...] = ()

    def fits(self, program: Program) -> bool:
        """Whether it can be asked of a program."""
        return self.looks or not program.branches

    def trusts(self, peer: Side, program: Program) -> bool:
        """Whether what a peer gives says anything."""
        able = not self.own and all(hasattr(peer.transforms, name) for name in self.needs)
        return able and (peer.name, program.name) not in self.faults


TORCH_SOLVES: Final = (("torch.func", "linear solve"),)
"""Tangents pushed through ``torch.linalg.solve`` inside another derivative, which Torch 2.13 gives wrong: differences show it."""
