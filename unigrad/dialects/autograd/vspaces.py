"""Vector spaces: zeros, a basis, sums and inner products for an array, or for a container of arrays."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import optree

import unigrad as ug
from unigrad.dialects.autograd.arrays import F, asarray, cast, ndarray
from unigrad.dialects.autograd.tracing import conjugated, differentiable, mapped


class VSpace:
    """What is known of a value besides its numbers: the structure, and a shape and dtype for each array in it.

    A complex number counts as two: a space of n of them has 2n unit vectors, and the product of numbers as pairs of parts.
    """

    def __init__(self, value: Any) -> None:
        leaves, self._structure = optree.tree_flatten(differentiable(value))
        arrays = [asarray(leaf) for leaf in leaves]
        self._parts = [(each.shape, each.dtype) for each in arrays]
        self._single = not isinstance(value, (list, tuple, dict))

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis of the one array."""
        return self._one()[0]

    @property
    def dtype(self) -> Any:
        """The dtype of the one array."""
        return self._one()[1]

    @property
    def ndim(self) -> int:
        """The number of axes of the one array."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many real numbers there are."""
        return sum(_count(shape) * len(_units(dtype)) for shape, dtype in self._parts)

    @property
    def iscomplex(self) -> bool:
        """Whether this is the space of one array of complex numbers."""
        return self._single and self.dtype.kind == "complex"

    def zeros(self) -> Any:
        """Zeros everywhere."""
        return self._made(F.zeros(shape, dtype=dtype) for shape, dtype in self._parts)

    def ones(self) -> Any:
        """Ones everywhere: 1 + i for complex numbers."""
        return self._made(F.ones(shape, dtype=dtype) * sum(_units(dtype)) for shape, dtype in self._parts)

    def randn(self) -> Any:
        """Numbers of the standard normal distribution, from NumPy's own stream."""
        from unigrad.dialects.autograd.numpy import random

        return self._made(
            sum(cast(asarray(random.randn(*shape)), dtype) * unit for unit in _units(dtype))
            for shape, dtype in self._parts
        )

    def standard_basis(self) -> Iterator[Any]:
        """The unit vectors, one for each real number."""
        for chosen, (shape, dtype) in enumerate(self._parts):
            for place, step in itertools.product(range(_count(shape)), _units(dtype)):
                unit = [F.zeros(each, dtype=kind) for each, kind in self._parts]
                one = F.ones((1,), dtype=dtype) * step
                flat = F.scatter(one, key=(slice(place, place + 1),), shape=(_count(shape),))
                unit[chosen] = F.reshape(flat, shape)
                yield self._made(unit)

    def add(self, x: Any, y: Any) -> Any:
        """The sum."""
        return mapped(lambda a, b: asarray(a) + b, x, y)

    def mut_add(self, x: Any, y: Any) -> Any:
        """The sum, where None stands for zeros."""
        return self.add(self.zeros() if x is None else x, y)

    def scalar_mul(self, x: Any, a: Any) -> Any:
        """The multiple."""
        return mapped(lambda each: asarray(each) * a, x)

    def inner_prod(self, x: Any, y: Any) -> Any:
        """The sum of all products, of the parts of complex numbers."""
        pairs = zip(optree.tree_leaves(self.covector(x)), optree.tree_leaves(y), strict=True)
        return sum(F.sum(F.real(asarray(a) * b)) for a, b in pairs)

    def covector(self, x: Any) -> Any:
        """The cotangent that pairs with a tangent as `x` does in `inner_prod`: the conjugate."""
        return conjugated(mapped(asarray, x))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VSpace) and (self._structure, self._parts) == (other._structure, other._parts)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"VSpace({', '.join(f'{dtype} {shape}' for shape, dtype in self._parts)})"

    def _one(self) -> tuple[tuple[int, ...], Any]:
        if not self._single:
            raise ug.ArgumentError("a container has no shape or dtype of its own; look at its parts")
        return self._parts[0]

    def _made(self, parts: Any) -> Any:
        leaves: list[ndarray] = list(parts)
        return leaves[0] if self._single else optree.tree_unflatten(self._structure, leaves)


def _units(dtype: Any) -> tuple[complex, ...]:
    return (1.0, 1.0j) if dtype.kind == "complex" else (1.0,)


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for length in shape:
        count *= length
    return count


def vspace(value: Any) -> VSpace:
    """The vector space of `value`; raises a TypeError for what has none."""
    return VSpace(value)
