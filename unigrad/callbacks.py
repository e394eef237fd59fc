"""Callbacks: functions of host arrays amid kernels, which know of them only what their results are like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from unigrad import settings
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError, ShapeError

Shape = tuple[int, ...]
Method = Literal["sequential", "expand_dims", "broadcast_all"]


class Callback:
    """A function of host arrays that gives a sequence of them, each of a known shape and dtype.

    ``method`` says how it computes many examples: ``"sequential"``, called for each; ``"expand_dims"``, once, with arrays that
    have the examples along a first axis, of length 1 where all share the array; ``"broadcast_all"``, repeated there.
    """

    def __init__(
        self, function: Callable[..., Sequence[Any]], name: str, results: Sequence[tuple[Shape, DType]], method: Method
    ) -> None:
        self.function = function
        self.name = name
        self.results = tuple(results)
        self.method = method

    def of_examples(self, count: int) -> Callback:
        """The callback whose results have `count` examples along a first axis."""
        many = [((count, *shape), dtype) for shape, dtype in self.results]
        return Callback(self.function, self.name, many, self.method)

    def __call__(self, *arrays: Any) -> tuple[Any, ...]:
        """The results as host arrays; raises `ArgumentError` and `ShapeError` where they are not as was said."""
        host = settings.host()
        found = self.function(*map(host.read_only_view, arrays))
        if len(found) != len(self.results):
            raise ArgumentError(f"'{self.name}' gave {len(found)} arrays; {len(self.results)} were announced")
        made = []
        for each, (shape, dtype) in zip(found, self.results, strict=True):
            array = host.asarray(each, dtype=host.native_dtype(dtype.name))
            if array.shape != shape:
                raise ShapeError(f"'{self.name}' gave an array of shape {array.shape}; {shape} was announced")
            made.append(array)
        return tuple(made)

    def __repr__(self) -> str:
        return f"<callback of '{self.name}'>"
