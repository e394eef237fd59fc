"""Shape rules of sums of products, of functions of matrices and of Fourier transforms."""

from __future__ import annotations

from collections.abc import Callable

from unigrad.virtual.shape import Call, Shape
from unigrad.virtual.shape_options import axes_of, broadcast, option, without


def product(call: Call) -> Shape:
    """Of a product of matrices and vectors."""
    one, two = call.shapes
    left = (1, *one) if len(one) == 1 else one
    right = (*two, 1) if len(two) == 1 else two
    stack = broadcast("matmul", [left[:-2], right[:-2]])
    return (*stack, *(left[-2:-1] if len(one) > 1 else ()), *(right[-1:] if len(two) > 1 else ()))


def dotted(call: Call) -> Shape:
    """Of the products of vectors along one axis."""
    one, two = call.shapes
    shape = broadcast("vecdot", [one, two])
    return without(shape, axes_of(call.options.get("axis", -1), len(shape)))


def contraction(call: Call) -> str:
    """The labels of a contraction, ``ij,jk->ik``."""
    return str(call.options["subscripts"]).replace(" ", "")


def lengths_of(call: Call) -> dict[str, int]:
    """The length of each label of a contraction."""
    inputs = contraction(call).split("->")[0].split(",")
    found: dict[str, int] = {}
    for term, shape in zip(inputs, call.shapes, strict=True):
        for label, n in zip(term, shape, strict=True):
            found[label] = n if found.get(label, 1) == 1 else found[label]
    return found


def contracted(call: Call) -> Shape:
    """Of a contraction: the labels behind the arrow."""
    lengths = lengths_of(call)
    return tuple(lengths[label] for label in contraction(call).split("->")[1])


def tensordot(call: Call) -> Shape:
    """Of a sum over pairs of axes."""
    one, two = call.shapes
    axes = option(call, "axes")
    if isinstance(axes, int):
        first, second = tuple(range(len(one) - axes, len(one))), tuple(range(axes))
    else:
        first, second = axes_of(axes[0], len(one)), axes_of(axes[1], len(two))
    return (*without(one, first), *without(two, second))


def transformed(call: Call) -> Shape:
    """Of a Fourier transform along several axes, to the lengths that are asked for."""
    shape = list(call.arrays[0].shape)
    s, axes = option(call, "s"), option(call, "axes")
    if axes is None:
        axes = range(len(shape)) if s is None else range(len(shape) - len(s), len(shape))
    places = axes_of(tuple(axes), len(shape))
    for i, axis in enumerate(places):
        if s is not None and s[i] not in (None, -1):
            shape[axis] = s[i]
        elif call.name == "irfftn" and i == len(places) - 1:
            shape[axis] = 2 * (shape[axis] - 1)
    if call.name == "rfftn":
        shape[places[-1]] = shape[places[-1]] // 2 + 1
    return tuple(shape)


def of_matrices(make: Callable[[int, int], Shape]) -> Callable[[Call], Shape]:
    """The rule of a function of each matrix of a stack, by its rows and columns."""

    def rule(call: Call) -> Shape:
        *stack, m, n = call.arrays[0].shape
        return (*stack, *make(m, n))

    return rule


def solved(call: Call) -> Shape:
    """Of the solution of linear systems: one for each column, or for one vector."""
    one, two = call.shapes
    columns = (*two, 1) if len(two) == 1 else two
    stack = broadcast(call.name, [one[:-2], columns[:-2]])
    return (*stack, *one[-1:], *(columns[-1:] if len(two) > 1 else ()))
