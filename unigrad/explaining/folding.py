"""Folding: which points of a large graph a picture shows as one, so that no picture has more than a reader can take in."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

from unigrad.explaining.explanation import Fold

__all__ = ["fold"]

UNFOLDED: Final = 120
"""The number of points up to which a graph is drawn whole."""
ROOM: Final = 40
"""About how many members a fold has."""
_FEW: Final = 12
_LONGEST_PERIOD: Final = 256


def fold(signs: Sequence[Hashable], names: Sequence[str], functions: Sequence[str | None]) -> Fold:
    """The folds of points in the order of their recording.

    `signs` tell what repeats (operation and shape), `names` are the points' titles, `functions` the functions of the program
    that recorded them, where that is known.
    """
    everything = list(range(len(signs)))
    if len(everything) <= UNFOLDED:
        return Fold("", tuple(everything))
    members = _room(_by_function(everything, signs, names, functions), names)
    while (
        len(members) <= _FEW and sum(isinstance(each, Fold) for each in members) == 1
    ):  # nothing is gained by this one
        members = tuple(part for each in members for part in (each.members if isinstance(each, Fold) else (each,)))
    return Fold("", members)


def _by_function(points: list[int], signs: Any, names: Any, functions: Any) -> list[Any]:
    """Stretches that one function recorded, each folded; then what repeats within it."""
    stretches: list[list[int]] = []
    for point in points:
        if stretches and functions[stretches[-1][-1]] == functions[point]:
            stretches[-1].append(point)
        else:
            stretches.append([point])
    if not 1 < len(stretches) <= len(points) // 3:  # not told apart by functions
        return _by_rounds(points, signs, names)
    return [
        stretch[0]
        if len(stretch) == 1
        else Fold(functions[stretch[0]] or _span(stretch, names), _room(_by_rounds(stretch, signs, names), names))
        for stretch in stretches
    ]


def _by_rounds(points: list[int], signs: Any, names: Any) -> list[Any]:
    """`points` with each long repetition of the same operations as one fold, whose members are its rounds."""
    if len(points) <= ROOM:
        return list(points)
    start, period, count = _longest_repetition([signs[point] for point in points])
    if count < 3 or period * count < ROOM // 2:
        return list(points)
    end = start + period * count
    rounds = [points[i : i + period] for i in range(start, end, period)]
    members: list[Any] = [point for each in rounds for point in each]
    if period > 1:
        members = [
            Fold(f"round {number}", _room(_by_rounds(each, signs, names), names))
            for number, each in enumerate(rounds, 1)
        ]
    loop = Fold(f"{count} × {_content(rounds[0], names, signs)}", _room(members, names))
    return [*_by_rounds(points[:start], signs, names), loop, *_by_rounds(points[end:], signs, names)]


def _longest_repetition(signs: Sequence[Hashable]) -> tuple[int, int, int]:
    """Where the stretch begins that repetitions of one period cover furthest, its period, and how often that goes into it."""
    best, longest = (0, 1, 1), 0
    for period in range(1, min(len(signs) // 3, _LONGEST_PERIOD) + 1):
        length = 0
        for i in range(period, len(signs) + 1):
            if i < len(signs) and signs[i] == signs[i - period]:
                length += 1
                continue
            count = length // period + 1
            if count >= 3 and count * period > longest:
                best, longest = (i - length - period, period, count), count * period
            length = 0
    return best


def _room(members: Sequence[Any], names: Sequence[str]) -> tuple[Any, ...]:
    """`members`, in stretches where they are too many for one picture."""
    while len(members) > 2 * ROOM:
        members = [
            Fold(_span(_points(members[i : i + ROOM]), names), tuple(members[i : i + ROOM]))
            for i in range(0, len(members), ROOM)
        ]
    return tuple(members)


def _points(members: Sequence[Any]) -> list[int]:
    return [p for each in members for p in (_points(each.members) if isinstance(each, Fold) else [each])]


def _span(points: Sequence[int], names: Sequence[str]) -> str:
    return f"{names[points[0]]} to {names[points[-1]]}"


def _content(points: Sequence[int], names: Sequence[str], signs: Any) -> str:
    """What one round does, in a few words."""
    operations = [sign[0] for sign in (signs[point] for point in points)]
    return ", ".join(operations[:3]) + (f" and {len(operations) - 3} more" if len(operations) > 3 else "")
