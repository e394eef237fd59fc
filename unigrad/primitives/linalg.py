"""Products of vectors, matrices and arrays of any rank."""

from __future__ import annotations

import math
import operator
import string
from collections.abc import Sequence
from typing import Any

from unigrad.card import composition, primitive
from unigrad.errors import ArgumentError, AxisError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import multiply
from unigrad.primitives.axes import axes_in_range, axis_in_range
from unigrad.primitives.indexing import getitem
from unigrad.primitives.magnitudes import conjugate
from unigrad.primitives.manipulation import moveaxis, reshape
from unigrad.primitives.reduction import sum
from unigrad.pulls import unbroadcast
from unigrad.samples import Array, sample

__all__ = ["contract", "diagonal", "dot", "einsum", "matmul", "outer", "tensordot", "trace", "vecdot"]

Options = dict[str, Any]
Shape = tuple[int, ...]


def _column(xp: Any, x: Any) -> Any:
    return xp.reshape(x, shape=(*x.shape, 1))


def _row(xp: Any, x: Any) -> Any:
    return xp.reshape(x, shape=(*x.shape[:-1], 1, x.shape[-1]))


def _as_matrices(xp: Any, g: Any, x1: Any, x2: Any, x1_shape: Shape, x2_shape: Shape) -> tuple[Any, Any, Any]:
    """The operands, not both vectors, and the cotangent with vectors as matrices of one row or column."""
    if len(x1_shape) == 1:
        x1 = None if x1 is None else xp.reshape(x1, shape=(1, *x1_shape))
        g = xp.reshape(g, shape=(*g.shape[:-1], 1, g.shape[-1]))
    if len(x2_shape) == 1:
        x2 = None if x2 is None else xp.reshape(x2, shape=(*x2_shape, 1))
        g = xp.reshape(g, shape=(*g.shape, 1))
    return g, x1, x2


def _matmul_x1(xp: Any, g: Any, x2: Any, x1_shape: Shape, x2_shape: Shape) -> Any:
    if len(x1_shape) == len(x2_shape) == 1:
        return g * x2
    g, _, x2 = _as_matrices(xp, g, None, x2, x1_shape, x2_shape)
    shape = (1, *x1_shape) if len(x1_shape) == 1 else x1_shape
    return xp.reshape(unbroadcast(xp, xp.matmul(g, xp.matrix_transpose(x2)), tuple(shape)), shape=x1_shape)


def _matmul_x2(xp: Any, g: Any, x1: Any, x1_shape: Shape, x2_shape: Shape) -> Any:
    if len(x1_shape) == len(x2_shape) == 1:
        return g * x1
    g, x1, _ = _as_matrices(xp, g, x1, None, x1_shape, x2_shape)
    shape = (*x2_shape, 1) if len(x2_shape) == 1 else x2_shape
    return xp.reshape(unbroadcast(xp, xp.matmul(xp.matrix_transpose(x1), g), tuple(shape)), shape=x2_shape)


def _matmul_shapes(arrays: tuple[Any, ...], options: Options) -> Options:
    x1, x2 = arrays
    one, two = x1.raw.shape, x2.raw.shape
    if not one or not two:
        raise ShapeError(
            f"'matmul' needs vectors or matrices; got the shapes {tuple(one)} and {tuple(two)}; use multiply for numbers"
        )
    if one[-1] != two[-2 if len(two) > 1 else 0]:
        raise ShapeError(
            "'matmul' needs the last axis of x1 as long as the last but one of x2; "
            f"got the shapes {tuple(one)} and {tuple(two)}"
        )
    return options


MATRICES = [
    ((2, 3), (3, 4)),
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 2)),
    ((2, 2, 3), (3, 2)),
    ((2, 1, 2, 3), (4, 3, 2)),
    ((3,), (2, 3, 2)),
    ((2, 2, 3), (3,)),
    ((2, 0), (0, 3)),
]


@primitive(
    vjp={"x1": _matmul_x1, "x2": _matmul_x2},
    jvp={"x1": lambda xp, t, x2: xp.matmul(t, x2), "x2": lambda xp, t, x1: xp.matmul(x1, t)},
    prepare=_matmul_shapes,
    samples=[
        *(sample(Array(a), Array(b)) for a, b in MATRICES),
        sample(Array((2, 3), dtype="complex"), Array((3, 2), dtype="complex")),
        sample(Array((2, 3)), Array((3,), dtype="complex")),
    ],
)
def matmul(x1, x2, /):
    """Product of matrices; a vector counts as a row on the left and a column on the right, leading axes broadcast."""


def _pairs(arrays: tuple[Any, ...], options: Options) -> Options:
    """``axes`` as two tuples counted from the front."""
    one, two = (tuple(array.raw.shape) for array in arrays)
    axes = options["axes"]
    if isinstance(axes, Sequence):
        first, second = axes_in_range(axes[0], len(one)), axes_in_range(axes[1], len(two))
    else:
        count = operator.index(axes)
        if not 0 <= count <= builtin_min(len(one), len(two)):
            raise AxisError(f"'tensordot' cannot contract {count} axes of arrays of shapes {one} and {two}")
        first, second = tuple(range(len(one) - count, len(one))), tuple(range(count))
    if [one[i] for i in first] != [two[i] for i in second]:
        raise ShapeError(
            f"'tensordot' needs equal lengths along the contracted axes; got the shapes {one} and {two} with axes {axes}"
        )
    return {**options, "axes": (first, second)}


def builtin_min(first: int, second: int) -> int:
    """The smaller of two whole numbers; `min` is a primitive here."""
    return first if first < second else second


def _rest(shape: Shape, axes: Shape) -> Shape:
    return tuple(i for i in range(len(shape)) if i not in axes)


def _unordered(xp: Any, x: Any, order: Shape) -> Any:
    return xp.permute_dims(x, axes=tuple(order.index(i) for i in range(len(order))))


def _tensordot_x1(xp: Any, g: Any, x2: Any, x1_shape: Shape, x2_shape: Shape, axes: tuple[Shape, Shape]) -> Any:
    first, second = axes
    free = _rest(x2_shape, second)
    ends = tuple(range(len(g.shape) - len(free), len(g.shape)))
    part = xp.tensordot(g, x2, axes=(ends, free))  # the free axes of x1, then the contracted ones in x2's order
    sorted_pairs = [first[second.index(i)] for i in sorted(second)]
    return _unordered(xp, part, (*_rest(x1_shape, first), *sorted_pairs))


def _tensordot_x2(xp: Any, g: Any, x1: Any, x1_shape: Shape, x2_shape: Shape, axes: tuple[Shape, Shape]) -> Any:
    first, second = axes
    free = _rest(x1_shape, first)
    part = xp.tensordot(x1, g, axes=(free, tuple(range(len(free)))))
    sorted_pairs = [second[first.index(i)] for i in sorted(first)]
    return _unordered(xp, part, (*sorted_pairs, *_rest(x2_shape, second)))


@primitive(
    vjp={"x1": _tensordot_x1, "x2": _tensordot_x2},
    jvp={
        "x1": lambda xp, t, x2, axes: xp.tensordot(t, x2, axes=axes),
        "x2": lambda xp, t, x1, axes: xp.tensordot(x1, t, axes=axes),
    },
    prepare=_pairs,
    samples=[
        sample(Array((2, 3)), Array((3, 2)), axes=1),
        sample(Array((2, 3, 4)), Array((4, 2, 5)), axes=((2, 0), (0, 1))),
        sample(Array((2,)), Array((3,)), axes=0),
        sample(Array((2, 3)), Array((2, 3)), axes=2),
        sample(Array((2, 3, 4)), Array((3, 4, 2)), axes=((0, -1), (-1, 1))),
        sample(Array((2, 3), dtype="complex"), Array((3, 2), dtype="complex"), axes=1),
    ],
)
def tensordot(x1, x2, /, axes=2):
    """Sum of products over pairs of ``axes``: a number (the last of ``x1`` with the first of ``x2``) or two sequences."""


def _vecdot_axis(arrays: tuple[Any, ...], options: Options) -> Options:
    one, two = (tuple(array.raw.shape) for array in arrays)
    axis = options["axis"]
    if not one or not two or axis >= 0 or one[axis_in_range(axis, len(one))] != two[axis_in_range(axis, len(two))]:
        raise ShapeError(
            f"'vecdot' needs a negative axis along which both arrays have one length; got axis {axis}, shapes {one} and {two}"
        )
    return options


def _vecdot_part(xp: Any, g: Any, x: Any, shape: Shape, axis: int) -> Any:
    return unbroadcast(xp, xp.expand_dims(g, axis=axis) * x, tuple(shape))


@primitive(
    vjp={
        "x1": lambda xp, g, x2, x1_shape, axis: conjugate(xp, _vecdot_part(xp, g, x2, x1_shape, axis)),
        "x2": lambda xp, g, x1, x2_shape, axis: _vecdot_part(xp, g, conjugate(xp, x1), x2_shape, axis),
    },
    jvp={
        "x1": lambda xp, t, x2, axis: xp.vecdot(t, x2, axis=axis),
        "x2": lambda xp, t, x1, axis: xp.vecdot(x1, t, axis=axis),
    },
    prepare=_vecdot_axis,
    samples=[
        sample(Array((3,)), Array((3,))),
        sample(Array((2, 3)), Array((3,))),
        sample(Array((2, 3)), Array((2, 1)), axis=-2),
        sample(Array((2, 1, 3)), Array((4, 3))),
        sample(Array((2, 3), dtype="complex"), Array((3,), dtype="complex")),
    ],
)
def vecdot(x1, x2, /, axis=-1):
    """Inner products of the vectors along ``axis``, of the conjugates of ``x1``; other axes broadcast."""


def _shape(x: Any) -> Any:
    return x.raw.shape if type(x) is Tensor else getattr(x, "shape", ())


@composition(
    samples=[
        sample(Array((3,)), Array((3,))),
        sample(Array((2, 3)), Array((3, 2))),
        sample(Array(()), Array((2,))),
        sample(Array((2, 3, 2)), Array((4, 2, 3))),
        sample(Array((2, 3), dtype="complex"), Array((3, 2), dtype="complex")),
    ]
)
def dot(x1, x2, /) -> Tensor:
    """NumPy's ``dot``: inner product of vectors, product of matrices; last axis with last but one for more axes."""
    one, two = _shape(x1), _shape(x2)
    if not one or not two:
        return multiply(x1, x2)
    if len(two) <= 2:
        return matmul(x1, x2)
    return tensordot(x1, x2, axes=((-1,), (-2,)))


@composition(
    samples=[
        sample(Array((3,)), Array((2,))),
        sample(Array((2, 2)), Array((3,))),
        sample(Array((2,), dtype="complex"), Array((3,), dtype="complex")),
    ]
)
def outer(x1, x2, /) -> Tensor:
    """Every product of an element of ``x1`` with one of ``x2``, as a matrix; more axes are flattened."""
    return multiply(reshape(x1, shape=(-1, 1)), reshape(x2, shape=(1, -1)))


@composition(
    samples=[
        sample(Array((3, 4))),
        sample(Array((3, 4)), offset=1),
        sample(Array((2, 3, 4)), offset=-1, axis1=2, axis2=0),
        sample(Array((2, 3), dtype="complex")),
    ]
)
def diagonal(x, /, offset=0, axis1=0, axis2=1) -> Tensor:
    """The elements ``x[i, i + offset]`` over the axes ``axis1`` and ``axis2``, along a new last axis."""
    ndim = len(x.shape)
    axes = axes_in_range((axis1, axis2), ndim)
    moved = moveaxis(x, source=axes, destination=(-2, -1))
    rows, columns = moved.shape[-2:]
    length = builtin_min(rows + (offset if offset < 0 else 0), columns - (offset if offset > 0 else 0))
    steps = range(length if length > 0 else 0)
    first, second = (
        ([i - offset for i in steps], list(steps)) if offset < 0 else (list(steps), [i + offset for i in steps])
    )
    return getitem(moved, key=(Ellipsis, first, second))


@composition(
    samples=[
        sample(Array((3, 4))),
        sample(Array((3, 3)), offset=-1),
        sample(Array((2, 3, 3)), axis1=1, axis2=2),
        sample(Array((2, 2), dtype="complex")),
    ]
)
def trace(x, /, offset=0, axis1=0, axis2=1) -> Tensor:
    """Sum of a diagonal."""
    return sum(diagonal(x, offset=offset, axis1=axis1, axis2=axis2), axis=-1)


def _contract_arrays(xp: Any, g: Any, index: int, arrays: Any, arrays_shape: Any, subscripts: str) -> Any:
    """The other operands and the cotangent contracted onto the labels of the one at `index`.

    A label that stands in it alone is spread by ones; one that it has twice is put on the diagonal by an identity.
    """
    inputs, output = subscripts.split("->")
    terms = inputs.split(",")
    others = [j for j in range(len(terms)) if j != index]
    labels, operands = [output, *(terms[j] for j in others)], [g, *(arrays[j] for j in others)]
    fresh = (letter for letter in string.ascii_letters if letter not in subscripts)
    known, target = set("".join(labels)), ""
    for label, n in zip(terms[index], arrays_shape[index], strict=True):
        if label in target:
            twin = next(fresh)
            labels.append(label + twin)
            operands.append(_identity(xp, g, n))
            target += twin
            continue
        target += label
        if label not in known:
            labels.append(label)
            operands.append(_ones(xp, g, n))
    return xp.einsum(",".join(labels) + "->" + target, *operands)


def _contract_tangent(xp: Any, t: Any, index: int, arrays: Any, subscripts: str) -> Any:
    return xp.contract([*arrays[:index], t, *arrays[index + 1 :]], subscripts=subscripts)


def _ones(xp: Any, g: Any, n: int) -> Any:
    return xp.broadcast_to(
        xp.ones_like(xp.reshape(g, shape=(-1,))[:1] if math.prod(g.shape) else xp.sum(g)), shape=(n,)
    )


def _identity(xp: Any, g: Any, n: int) -> Any:
    flat = xp.scatter(_ones(xp, g, n), key=(slice(None, None, n + 1),), shape=(n * n,))
    return xp.reshape(flat, shape=(n, n))


@primitive(
    vjp={"arrays": _contract_arrays},
    jvp={"arrays": _contract_tangent},
    sequence=True,
    samples=[
        sample((Array((2, 3)), Array((3, 4))), subscripts="ij,jk->ik"),
        sample((Array((2, 3)),), subscripts="ij->"),
        sample((Array((3, 3)),), subscripts="ii->i"),
        sample((Array((3, 3)),), subscripts="ii->"),
        sample((Array((2,)), Array((3,)), Array((2, 3))), subscripts="i,j,ij->"),
        sample((Array((0,)), Array((3,))), subscripts="i,j->i"),
        sample((Array((2, 3)), Array((3, 3))), subscripts="ij,jj->i"),
        sample((Array((2, 3), dtype="complex"), Array((3,), dtype="complex")), subscripts="ij,j->i"),
    ],
)
def contract(arrays, /, subscripts):
    """`einsum` in its explicit form: every label a letter, the output named, no ellipsis."""


def einsum(subscripts, /, *operands, optimize=True) -> Tensor:
    """Sum of products in Einstein's notation: ``einsum("ij,jk->ik", a, b)``; with ``...`` and without ``->`` as in NumPy.

    The labels may be numbers, in lists behind the arrays: ``einsum(a, [0, 1], b, [1, 2], [0, 2])``. The order of the
    contraction is the library's own to choose, whatever ``optimize`` says.

    Raises `ShapeError` where a label stands for two lengths, `ArgumentError` where the subscripts make no sense.
    """
    if not isinstance(subscripts, str):
        subscripts, operands = _from_lists((subscripts, *operands))
    shapes = [tuple(getattr(operand, "shape", ())) for operand in operands]
    terms, output = _explicit(subscripts, shapes)
    lengths = _lengths(subscripts, terms, shapes)
    narrow = [_without_ones(x, term, shape, lengths) for x, term, shape in zip(operands, terms, shapes, strict=True)]
    return contract([x for x, _ in narrow], subscripts=",".join(term for _, term in narrow) + "->" + output)


def _from_lists(arguments: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The subscripts and operands that arrays and lists of labels in turn stand for; a last list is that of the output."""
    pairs = len(arguments) // 2
    terms = [_labelled(each) for each in arguments[1 : 2 * pairs : 2]]
    arrow = "->" + _labelled(arguments[-1]) if len(arguments) % 2 else ""
    return ",".join(terms) + arrow, arguments[: 2 * pairs : 2]


def _labelled(labels: Any) -> str:
    try:
        return "".join("..." if each is Ellipsis else string.ascii_letters[operator.index(each)] for each in labels)
    except (TypeError, IndexError):
        raise ArgumentError(
            f"'einsum' takes a text, or arrays and lists of labels from 0 to {len(string.ascii_letters) - 1} in turn; "
            f"got {labels!r} for a list"
        ) from None


def _explicit(subscripts: str, shapes: list[Shape]) -> tuple[list[str], str]:
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ArgumentError(f"'einsum' has {len(terms)} terms in '{subscripts}' for {len(shapes)} operands")
    spare = [letter for letter in string.ascii_letters if letter not in subscripts]
    ranks = [
        len(shape) - len(term.replace("...", "")) if "..." in term else 0
        for term, shape in zip(terms, shapes, strict=True)
    ]
    widest = sorted(ranks)[-1] if ranks else 0
    dots = "".join(spare[:widest])
    full = [term.replace("...", dots[widest - rank :]) for term, rank in zip(terms, ranks, strict=True)]
    for term, shape in zip(full, shapes, strict=True):
        if len(term) != len(shape) or not all_letters(term):
            raise ArgumentError(
                f"'einsum' cannot read '{subscripts}' for operands of shapes {' and '.join(map(str, shapes))}"
            )
    letters = "".join(full)
    once = "".join(sorted(letter for letter in set(letters) - set(dots) if letters.count(letter) == 1))
    result = output.replace("...", dots) if arrow else dots + once
    if not all_letters(result) or len(set(result)) < len(result) or not set(result) <= set(letters):
        raise ArgumentError(f"'einsum' needs every label of the output once, and in some operand; got '{subscripts}'")
    return full, result


def all_letters(text: str) -> bool:
    """Whether `text` holds ASCII letters only; the empty text does."""
    return not set(text) - set(string.ascii_letters)


def _lengths(subscripts: str, terms: list[str], shapes: list[Shape]) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for label, n in zip(term, shape, strict=True):
            if n != 1 and lengths.get(label, 1) not in (1, n):
                raise ShapeError(
                    f"'einsum' has two lengths, {lengths[label]} and {n}, for label '{label}' of '{subscripts}'"
                )
            lengths[label] = n if lengths.get(label, 1) == 1 else lengths[label]
    return lengths


def _without_ones(x: Any, term: str, shape: Shape, lengths: dict[str, int]) -> tuple[Any, str]:
    """`x` without the axes of length 1 that broadcast against another operand's, and its term without their labels."""
    kept = [(label, n) for label, n in zip(term, shape, strict=True) if n == lengths[label]]
    if len(kept) == len(shape):
        return x, term
    return reshape(x, shape=tuple(n for _, n in kept)), "".join(label for label, _ in kept)
