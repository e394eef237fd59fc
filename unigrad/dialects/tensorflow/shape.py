"""TensorShape: the lengths of an array's axes, a tuple that prints and joins as TensorFlow's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex, overload


class TensorShape(tuple[Any, ...]):
    """Lengths of axes; None stands for one that is not known. It equals tuples and lists of the same lengths."""

    __slots__ = ()

    def __new__(cls, dims: Iterable[Any] | int) -> TensorShape:
        """A shape of `dims`, a number or several; a shape of unknown rank is refused, as every array here has one."""
        if dims is None:
            raise TypeError("TensorShape(None) is a shape of unknown rank, which no array of unigrad has")
        return super().__new__(cls, (dims,) if isinstance(dims, int) else dims)

    @property
    def rank(self) -> int:
        """The number of axes."""
        return len(self)

    @property
    def ndims(self) -> int:
        """The number of axes."""
        return len(self)

    @property
    def dims(self) -> list[Any]:
        """The lengths as a list."""
        return list(self)

    def as_list(self) -> list[Any]:
        """The lengths as a list."""
        return list(self)

    def num_elements(self) -> int | None:
        """The number of elements, None where a length is not known."""
        count = 1
        for length in self:
            if length is None:
                return None
            count *= length
        return count

    def is_fully_defined(self) -> bool:
        """Whether every length is known."""
        return None not in tuple(self)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether the two could be one shape, each None being whatever the other says."""
        theirs = tuple(other)
        return len(self) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(self, theirs, strict=True)
        )

    def concatenate(self, other: Any) -> TensorShape:
        """The axes of this shape, then those of `other`."""
        return TensorShape((*self, *TensorShape(other)))

    def with_rank(self, rank: int) -> TensorShape:
        """Itself, if it has `rank` axes; else `ValueError`."""
        if len(self) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")
        return self

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raise `ValueError` unless `is_compatible_with`."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {tuple(other)} are incompatible")

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, (tuple, list)) else False

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    @overload
    def __getitem__(self, key: SupportsIndex) -> Any: ...
    @overload
    def __getitem__(self, key: slice[Any, Any, Any]) -> TensorShape: ...
    def __getitem__(self, key: Any) -> Any:
        part = tuple(self)[key]
        return TensorShape(part) if isinstance(key, slice) else part

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape((*TensorShape(other), *self))

    def __repr__(self) -> str:
        return f"TensorShape({list(self)})"

    def __str__(self) -> str:
        return f"({', '.join(map(str, self))}{',' * (len(self) == 1)})"
