"""Views: arrays that share their elements with the array they were taken from, so that a write to either shows in both.

unigrad's arrays are values: a write makes a new one. So each view is remembered here with its base and its key while it
lives, a write to it is a write to the base, and whatever else views the base is read anew. Arrays without views, and all
that is done while recording, pay nothing for it.
"""

from __future__ import annotations

import weakref
from typing import Any

from unigrad import primitives
from unigrad.graph import Leaf, Tensor, make_tensor


class _View:
    __slots__ = ("array", "base", "key")

    def __init__(self, array: weakref.ref[Tensor], base: Tensor, key: Any) -> None:
        self.array = array
        self.base = base
        self.key = key


_views: dict[int, _View] = {}
"""By the identity of the view, which is taken out when it dies."""
_of_base: dict[int, dict[int, _View]] = {}
"""By the identity of the base, which its views keep alive, and that of the view."""


def remember(view: Tensor, base: Tensor, key: Any) -> None:
    """Make `view`, which holds ``base[key]``, share its elements with `base` from now on."""
    name, base_name = id(view), id(base)

    def forget(_dead: object) -> None:
        _views.pop(name, None)
        siblings = _of_base.get(base_name, {})
        siblings.pop(name, None)
        if not siblings:
            _of_base.pop(base_name, None)

    entry = _View(weakref.ref(view, forget), base, key)
    _views[name] = entry
    _of_base.setdefault(base_name, {})[name] = entry


def write(x: Tensor, data: Any) -> None:
    """Make `x` hold the raw array `data`, of its own shape and dtype, and with it everything that shares its elements.

    An array that was recorded is a constant afterwards: no gradient flows through what it held.
    """
    entry = _views.get(id(x))
    if entry is None:
        _hold(x, data)
    else:
        base = entry.base
        values = make_tensor(data, x.xp)
        write(base, primitives.index_set(make_tensor(base.raw, base.xp), values, key=entry.key).raw)


def _hold(x: Tensor, data: Any) -> None:
    x.raw = data
    if x.node is not None and not isinstance(x.node, Leaf):
        x.node = None
    for entry in list(_of_base.get(id(x), {}).values()):
        view = entry.array()
        if view is not None:
            _hold(view, primitives.getitem(make_tensor(data, x.xp), key=entry.key).raw)


def contiguous(key: Any, shape: tuple[int, ...]) -> bool:
    """Whether ``x[key]`` is one stretch of the memory of an array of this shape: what MXNet gives a view of, not a copy."""
    parts = list(key) if isinstance(key, tuple) else [key]
    if not all(part is None or part is Ellipsis or isinstance(part, (int, slice)) for part in parts):
        return False
    parts = [part for part in parts if part is not None]
    if any(isinstance(part, bool) for part in parts):
        return False
    if Ellipsis in parts:
        place = parts.index(Ellipsis)
        parts[place : place + 1] = [slice(None)] * (len(shape) - len(parts) + 1)
    taken = [_taken(part, length) for part, length in zip(parts, shape, strict=False)]
    taken += [(length, True) for length in shape[len(taken) :]]
    outer = True  # so far each axis has given one place only, so the next may give a range
    for count, whole in taken:
        if not outer and not whole:
            return False
        outer = outer and count == 1
    return all(not isinstance(part, slice) or part.step in (None, 1) for part in parts)


def _taken(part: Any, length: int) -> tuple[int, bool]:
    """How many places of an axis a part of a key takes, and whether they are all of them."""
    if isinstance(part, int):
        return 1, length == 1
    count = len(range(*part.indices(length)))
    return count, count == length
