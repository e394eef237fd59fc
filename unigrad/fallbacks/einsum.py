"""Fallback for ``einsum``: any contraction as a chain of permuted matrix products.

The order of the chain is opt_einsum's; each link brings its two operands to (batch, rows, inner) and (batch, inner,
columns) and multiplies.
"""

from __future__ import annotations

from typing import Any

import opt_einsum

__all__ = ["contract", "einsum"]

# The operands a link consumes, and its subscripts ("ij,jk->ik").
_Link = tuple[tuple[int, ...], str]


def contract(xp: Any, arrays: Any, *, subscripts: str) -> Any:
    """``einsum`` with the arguments of a primitive: the arrays first, as one sequence."""
    return xp.einsum(subscripts, *arrays)


def einsum(xp: Any, subscripts: str, *operands: Any) -> Any:
    """The contraction that ``subscripts`` describes, in NumPy's notation, the ellipsis included."""
    arrays = list(operands)
    for places, link in _chain(subscripts, [tuple(array.shape) for array in arrays]):
        sources, _, target = link.partition("->")
        chosen = [arrays.pop(place) for place in sorted(places, reverse=True)][::-1]
        # opt_einsum names the operands of a link in descending order of place.
        labels = sources.split(",") if len(places) == 1 else _ascending(sources.split(","), places)
        arrays.append(_contract(xp, list(zip(chosen, labels, strict=True)), target))
    return arrays[0]


def _chain(subscripts: str, shapes: list[tuple[int, ...]]) -> list[_Link]:
    inputs, output, _ = opt_einsum.parser.parse_einsum_input((subscripts, *shapes), shapes=True)
    if len(shapes) <= 2:
        return [(tuple(range(len(shapes))), f"{inputs}->{output}")]
    _, information = opt_einsum.contract_path(f"{inputs}->{output}", *shapes, shapes=True)
    return [(tuple(link[0]), link[2]) for link in information.contraction_list]


def _ascending(labels: list[str], places: tuple[int, ...]) -> list[str]:
    return [label for _, label in sorted(zip(places, labels, strict=True))]


def _contract(xp: Any, operands: list[tuple[Any, str]], target: str) -> Any:
    """One link: one operand, or two, to the labels of ``target``."""
    (x, left), *rest = [_distinct(xp, array, labels) for array, labels in operands]
    while rest:
        (y, right), *rest = rest
        later = target + "".join(labels for _, labels in rest)
        x, left = _multiply(xp, (x, left), (y, right), later)
    x, left = _sum_out(xp, x, left, target)
    return xp.permute_dims(x, axes=tuple(left.index(label) for label in target)) if left != target else x


def _distinct(xp: Any, x: Any, labels: str) -> tuple[Any, str]:
    """The diagonal where a label occurs twice, so that each occurs once."""
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            first, second = labels.index(label), labels.rindex(label)
            x = xp.diagonal(x, offset=0, axis1=first, axis2=second)
            labels = labels[:first] + labels[first + 1 : second] + labels[second + 1 :] + label
    return x, labels


def _sum_out(xp: Any, x: Any, labels: str, kept: str) -> tuple[Any, str]:
    gone = tuple(axis for axis, label in enumerate(labels) if label not in kept)
    if not gone:
        return x, labels
    # A sum widens small integers, which a contraction does not.
    return xp.astype(xp.sum(x, axis=gone), dtype=x.dtype), "".join(label for label in labels if label in kept)


def _multiply(xp: Any, one: tuple[Any, str], two: tuple[Any, str], later: str) -> tuple[Any, str]:
    """The product of two operands as a batch of matrix products."""
    x, left = _sum_out(xp, *one, two[1] + later)
    y, right = _sum_out(xp, *two, left + later)
    sizes = _sizes((x, left), (y, right))
    both = [label for label in left if label in right]
    batch, inner = [each for each in both if each in later], [each for each in both if each not in later]
    rows, columns = [each for each in left if each not in right], [each for each in right if each not in left]
    product = xp.matmul(
        _matrices(xp, x, left, (batch, rows, inner), sizes), _matrices(xp, y, right, (batch, inner, columns), sizes)
    )
    labels = [*batch, *rows, *columns]
    return xp.reshape(product, shape=tuple(sizes[each] for each in labels)), "".join(labels)


def _sizes(*operands: tuple[Any, str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for x, labels in operands:
        for label, size in zip(labels, x.shape, strict=True):
            sizes[label] = size if sizes.get(label, 1) == 1 else sizes[label]
    return sizes


def _matrices(xp: Any, x: Any, labels: str, groups: tuple[list[str], ...], sizes: dict[str, int]) -> Any:
    """``x`` in three axes, one a group of labels; an axis of length one is stretched to its partner's."""
    order = [label for group in groups for label in group]
    x = xp.permute_dims(x, axes=tuple(labels.index(label) for label in order))
    x = xp.broadcast_to(x, shape=tuple(sizes[label] for label in order))
    lengths = []
    for group in groups:
        length = 1
        for label in group:
            length *= sizes[label]
        lengths.append(length)
    return xp.reshape(x, shape=tuple(lengths))
