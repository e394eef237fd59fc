"""The batch level: an array for each example, all of them computed at once.

A batched array has the examples along the first axis of its data, which its own shape does not show; or it is *shared*,
one array for all examples. Each kernel has a batching rule (`unigrad.virtual.batching`).
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from types import ModuleType
from typing import Any, Literal

from unigrad.errors import ArgumentError
from unigrad.places import at_line
from unigrad.virtual.levels import Level, Namespace, VirtualArray

Randomness = Literal["error", "same", "different"]


class BatchedArray(VirtualArray):
    """The arrays of all examples; ``mapped`` says whether they differ, else ``data`` is shared by all."""

    __slots__ = ("mapped",)

    def __init__(self, data: Any, mapped: bool, xp: BatchNamespace) -> None:
        self.data = data
        self.mapped = mapped
        self.xp: BatchNamespace = xp

    def replaced(self, data: Any, xp: Any) -> BatchedArray:
        """The same examples with other data, in another namespace of the level."""
        return BatchedArray(data, self.mapped, xp)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        shape = tuple(self.data.shape)
        return shape[1:] if self.mapped else shape

    @property
    def ndim(self) -> int:
        """The number of axes of one example."""
        return len(self.data.shape) - self.mapped

    @property
    def size(self) -> int:
        """The number of elements of one example."""
        return functools.reduce(operator.mul, self.shape, 1)

    @property
    def dtype(self) -> Any:
        """The library's own dtype."""
        return self.data.dtype

    @property
    def device(self) -> Any:
        """The library's own device."""
        return self.data.device

    def __repr__(self) -> str:
        kind = f"{self.xp.count} examples" if self.mapped else "shared"
        return f"<{kind} of shape {self.shape}, {self.xp.dtype_name(self.dtype)}>"

    def __getitem__(self, key: Any) -> Any:
        return self.xp.getitem(self, key=key if isinstance(key, tuple) else (key,))

    def __iter__(self) -> Any:
        return (self[place] for place in range(self.shape[0]))

    def __len__(self) -> int:
        return self.shape[0]

    def no_value(self, what: str) -> ArgumentError:
        """The error for what would need the numbers of one example."""
        return no_value(what, self.xp.level.closed)


def no_value(what: str, over: bool = False) -> ArgumentError:
    """The error for what would need the numbers of one example; `over`: of a map that has ended."""
    remedy = (
        "give it back as a result if it was kept outside that map, which is over"
        if over
        else "use where() for a choice, or take the argument out of in_axes"
    )
    return ArgumentError(
        f"under vmap {what} has no single answer: the values differ from example to example; {remedy}{at_line()}"
    )


def some_mapped(values: Any) -> bool:
    """Whether one of `values`, or an array in a sequence among them, differs from example to example."""
    for value in values:
        if isinstance(value, BatchedArray):
            if value.mapped:
                return True
        elif isinstance(value, (tuple, list)) and some_mapped(value):
            return True
    return False


def bare(value: Any) -> Any:
    """The data of arrays that all examples share."""
    if isinstance(value, BatchedArray):
        return value.data
    return type(value)(map(bare, value)) if type(value) in (tuple, list) else value


def _binary(compute: Callable[[Any, Any], Any], swapped: bool = False) -> Any:
    def method(self: BatchedArray, other: Any) -> Any:
        operands = (other, self) if swapped else (self, other)
        return self.xp.aligned(compute, operands)

    return method


def _unary(compute: Callable[[Any], Any]) -> Any:
    return lambda self: BatchedArray(compute(self.data), self.mapped, self.xp)


for _name in "add sub mul truediv floordiv mod pow and or xor lshift rshift".split():
    _compute = getattr(operator, f"{_name}_" if _name in ("and", "or") else _name)
    setattr(BatchedArray, f"__{_name}__", _binary(_compute))
    setattr(BatchedArray, f"__r{_name}__", _binary(_compute, swapped=True))
for _name in "eq ne lt le gt ge".split():
    setattr(BatchedArray, f"__{_name}__", _binary(getattr(operator, _name)))
for _name in "neg pos abs invert".split():
    setattr(BatchedArray, f"__{_name}__", _unary(getattr(operator, _name)))
BatchedArray.__hash__ = None  # type: ignore[assignment]


class BatchLevel(Level):
    """A level with `count` examples, opened by one call of a mapped function.

    ``allows_draws`` says whether random numbers may be drawn inside, ``draws_apart`` whether each example has its own then.
    """

    def __init__(self, count: int, randomness: Randomness = "same") -> None:
        super().__init__()
        self.count = count
        self.randomness = randomness
        self.allows_draws = randomness != "error"
        self.draws_apart = randomness == "different"

    def make_namespace(self, inner: ModuleType | Namespace) -> BatchNamespace:
        """The kernels for this many examples."""
        return BatchNamespace(self, inner)

    def total(self, data: Any, xp: Any, mapped: bool) -> Any:
        """The sum over the examples."""
        return xp.sum(data, axis=(0,), keepdims=False) if mapped else data * self.count


class BatchNamespace(Namespace):
    """Kernels on batched arrays; each is made when it is first asked for."""

    level: BatchLevel

    @property
    def count(self) -> int:
        """The number of examples."""
        return self.level.count

    def make_kernel(self, name: str, inner: Any) -> Any:
        """The kernel for batched arrays, by its batching rule."""
        from unigrad.virtual.batching import batched_kernel  # the rules are written with the arrays of this module

        return batched_kernel(self, name, inner)

    def constant(self, data: Any) -> BatchedArray:
        """Data that all examples share."""
        return BatchedArray(data, False, self)

    def mapped(self, data: Any) -> BatchedArray:
        """Data with the examples along its first axis."""
        return BatchedArray(data, True, self)

    def aligned(self, compute: Callable[..., Any], operands: tuple[Any, ...]) -> BatchedArray:
        """An elementwise function of batched arrays and numbers, whose axes are counted from the last."""
        data, axes, some = [], set(), False
        for operand in operands:
            if isinstance(operand, BatchedArray):
                axes.add(len(operand.data.shape) - operand.mapped)
                some = some or operand.mapped
                data.append(operand.data)
            else:
                data.append(operand)
        if len(axes) > 1:
            ndim = max(axes)
            data = [self.with_axes(operand, ndim) for operand in operands]
        return BatchedArray(compute(*data), some, self)

    def with_axes(self, operand: Any, ndim: int) -> Any:
        """The data of an operand, with axes of length 1 between the examples and its own, up to `ndim`; numbers as they are."""
        if not isinstance(operand, BatchedArray):
            return operand
        missing = ndim - operand.ndim
        if not operand.mapped or missing <= 0:
            return operand.data
        return self.__inner__.reshape(operand.data, shape=(self.count, *(1,) * missing, *operand.shape))

    def spread(self, operand: Any) -> Any:
        """The data of an operand with the examples along its first axis, repeated if it is shared."""
        if operand.mapped:
            return operand.data
        return self.__inner__.broadcast_to(operand.data, shape=(self.count, *operand.shape))
