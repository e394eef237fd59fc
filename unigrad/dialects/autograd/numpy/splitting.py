"""Functions that take an array apart along an axis, in NumPy's names and signatures."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.autograd.arrays import F, asarray, ndarray

NAMES = "array_split dsplit hsplit split vsplit".split()


def _parts(name: str, ary: Any, sections: Any, axis: int) -> list[ndarray]:
    given = sections if isinstance(sections, int) else [int(each) for each in sections]
    try:
        return list(getattr(F, name)(asarray(ary), given, axis=axis))
    except ug.ArgumentError as error:
        raise ug.ShapeError(str(error)) from error


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[ndarray]:
    """`ary` in parts along `axis`: so many, the first ones longer where it does not come out even, or at positions."""
    return _parts("array_split", ary, indices_or_sections, axis)


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[ndarray]:
    """`array_split`, where a number of parts must come out even."""
    return _parts("split", ary, indices_or_sections, axis)


def vsplit(ary: Any, indices_or_sections: Any) -> list[ndarray]:
    """`split` along the first axis."""
    return split(ary, indices_or_sections, 0)


def hsplit(ary: Any, indices_or_sections: Any) -> list[ndarray]:
    """`split` along the second axis, the first of a vector."""
    return split(ary, indices_or_sections, 1 if asarray(ary).ndim > 1 else 0)


def dsplit(ary: Any, indices_or_sections: Any) -> list[ndarray]:
    """`split` along the third axis."""
    return split(ary, indices_or_sections, 2)
