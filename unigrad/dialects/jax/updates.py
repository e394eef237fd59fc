"""Updates: ``x.at[key]``, arrays with some elements changed; writes out of bounds are dropped."""

from __future__ import annotations

import warnings
from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, WeakArray, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.indexing import check_key, getitem, in_bounds, positions
from unigrad.dialects.jax.precision import KINDS
from unigrad.errors import ArgumentError, ShapeError

MODES = (None, "promise_in_bounds", "clip", "drop", "fill", "wrap")


class At:
    """``x.at``: what is given a key."""

    __slots__ = ("_array",)

    def __init__(self, array: Array) -> None:
        self._array = array

    def __getitem__(self, key: Any) -> Update:
        check_key(self._array, key)
        return Update(self._array, key)

    def __repr__(self) -> str:
        return f"_IndexUpdateHelper({self._array!r})"


class Update:
    """``x.at[key]``: new arrays that are `x` with the elements at `key` changed."""

    __slots__ = ("array", "key")

    def __init__(self, array: Array, key: Any) -> None:
        self.array = array
        self.key = key

    def __repr__(self) -> str:
        return f"_IndexUpdateRef({self.array!r}, {self.key!r})"

    def get(
        self,
        *,
        indices_are_sorted: bool = False,
        unique_indices: bool = False,
        mode: str | None = None,
        fill_value: Any = None,
        **_: Any,
    ) -> Array:
        """The elements themselves; out of bounds those at the edge, or `fill_value` with ``mode="fill"``."""
        _check_mode(mode)
        if mode not in ("fill", "drop"):
            return getitem(self.array, self.key if mode != "wrap" else in_bounds(self.array, self.key, "wrap"))
        places = positions(self.array, self.key)
        flat = F.reshape(self.array, shape=(-1,))
        found = F.getitem(flat, key=settings.host().maximum(places, 0))
        if fill_value is None:
            fill_value = _neutral(dtype_of(self.array))
        there = F.asarray(places >= 0)
        result: Array = cast(F.where(there, *promoted(found, fill_value, what="get")), dtype_of(self.array))
        return result

    def set(self, values: Any, **options: Any) -> Array:
        """`values` in their place, broadcast to fit."""
        given = self._fitting(values)
        key = self._key(options)
        try:
            return self._kept(F.index_set(self.array, given, key=key))
        except IndexError:
            return self._by_position(given, lambda old, new: new)
        except (
            ValueError,
            RuntimeError,
            TypeError,
        ) as error:  # whichever the backend's is, shapes are JAX's ValueError
            self._check_room(given, key)
            raise error

    def add(self, values: Any, **options: Any) -> Array:
        """`values` added; a position that comes twice gets both."""
        given = self._fitting(values)
        key = self._key(options)
        if dtype_of(self.array).kind == "bool":
            return self._by_position(given, F.logical_or)
        try:
            room = getitem_shape(self.array, key)
            added = F.scatter(F.broadcast_to(given, shape=room), key=key, shape=tuple(self.array.raw.shape))
            return self._kept(F.add(self.array, cast(added, dtype_of(self.array))))
        except IndexError:
            return self._by_position(given, F.add)

    def subtract(self, values: Any, **options: Any) -> Array:
        """`values` taken away; a position that comes twice loses both."""
        return self.add(F.negative(self._fitting(values)), **options)

    def multiply(self, values: Any, **options: Any) -> Array:
        """The elements times `values`; a position that comes twice is multiplied by both."""
        return self._changed(values, F.multiply, options)

    mul = multiply

    def divide(self, values: Any, **options: Any) -> Array:
        """The elements divided by `values`."""
        return self._changed(values, F.divide, options)

    def power(self, values: Any, **options: Any) -> Array:
        """The elements to the power `values`."""
        return self._changed(values, F.pow, options)

    def min(self, values: Any, **options: Any) -> Array:
        """The smaller of each element and its value."""
        return self._changed(values, F.minimum, options)

    def max(self, values: Any, **options: Any) -> Array:
        """The larger of each element and its value."""
        return self._changed(values, F.maximum, options)

    def apply(self, func: Any, **options: Any) -> Array:
        """`func` of the elements in their place."""
        self._key(options)
        places = positions(self.array, self.key)
        if (places < 0).any():
            return self._by_position(self.get(), lambda old, new: func(old))
        return self.set(func(getitem(self.array, self.key)))

    def _changed(self, values: Any, change: Any, options: dict[str, Any]) -> Array:
        given = self._fitting(values)
        key = self._key(options)
        places = positions(self.array, key)
        if (places < 0).any() or len(set(places.reshape(-1).tolist())) < places.size:
            return self._by_position(given, change)
        changed = change(F.getitem(self.array, key=key), given)
        return self._kept(F.index_set(self.array, cast(changed, dtype_of(self.array)), key=key))

    def _check_room(self, given: Array, key: Any) -> None:
        """Raise `ShapeError` where the values do not fit the place."""
        room = getitem_shape(self.array, key)
        if given.ndim > len(room) or any(
            n not in (1, m) for n, m in zip(reversed(given.shape), reversed(room), strict=False)
        ):
            raise ShapeError(f"an update of shape {given.shape} does not broadcast to the place of shape {room}")

    def _key(self, options: dict[str, Any]) -> Any:
        mode = options.pop("mode", None)
        for name in ("indices_are_sorted", "unique_indices", "out_sharding", "wrap_negative_indices"):
            options.pop(name, None)
        if options:
            raise ArgumentError(f"x.at[…] has no option {', '.join(options)}")
        _check_mode(mode)
        return in_bounds(self.array, self.key, mode) if mode in ("clip", "wrap") else self.key

    def _fitting(self, values: Any) -> Array:
        given, dtype = strong(values, "an update", 1), dtype_of(self.array)
        if type(given) is not WeakArray or KINDS.index(dtype_of(given).kind) > KINDS.index(dtype.kind):
            _warn_of_loss(dtype_of(given), dtype)
        return cast(F.real(given) if dtype_of(given).kind == "complex" != dtype.kind else given, dtype)

    def _kept(self, result: Array) -> Array:
        return cast(result, dtype_of(self.array))

    def _by_position(self, given: Array, change: Any) -> Array:
        """The update element by element: out of bounds dropped, and a position that comes often changed as often."""
        host = settings.host()
        places = positions(self.array, self.key)
        values = F.reshape(F.broadcast_to(given, shape=places.shape), shape=(-1,))
        flat, places = F.reshape(self.array, shape=(-1,)), places.reshape(-1)
        turns: dict[int, int] = {}
        turn = host.asarray([_count(turns, place) for place in places.tolist()], dtype=host.int64)
        for now in range(max(turns.values(), default=0)):
            chosen = host.asarray(((turn == now) & (places >= 0)).nonzero()[0])
            key = (places[chosen],)
            changed = change(F.getitem(flat, key=key), F.getitem(values, key=(chosen,)))
            flat = F.index_set(flat, cast(changed, dtype_of(flat)), key=key)
        found: Array = F.reshape(flat, shape=tuple(self.array.raw.shape))
        return found


def _count(turns: dict[int, int], place: int) -> int:
    turns[place] = turns.get(place, 0) + 1
    return turns[place] - 1


def getitem_shape(x: Array, key: Any) -> tuple[int, ...]:
    """The shape of ``x[key]``."""
    return tuple(F.getitem(F.stop_gradient(x), key=key).raw.shape)


def _check_mode(mode: Any) -> None:
    if mode not in MODES:
        raise ShapeError(f"no mode {mode!r}; there are 'promise_in_bounds', 'clip', 'drop', 'fill' and 'wrap'")


def _warn_of_loss(given: Any, kept: Any) -> None:
    if KINDS.index(given.kind) > KINDS.index(kept.kind):
        warnings.warn(
            f"an update of dtype {given} loses digits in an array of dtype {kept}; cast with astype",
            FutureWarning,
            stacklevel=4,
        )


def _neutral(dtype: Any) -> Any:
    """What JAX fills with: NaN, the lowest integer of a signed dtype, the highest of an unsigned one."""
    if dtype.kind in ("real", "complex"):
        return float("nan")
    if dtype.kind == "bool":
        return True
    limits = settings.host().iinfo(dtype.name)
    return int(limits.min if dtype.name.startswith("int") else limits.max)
