"""Control flow of ``lax``: loops and branches, run eagerly, one step after another, and recorded like any program.

Under `vmap`, what differs from example to example has no one course: then all branches are computed, and each example takes
its own; a loop goes on as long as it does for some example, and the others keep what they have.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from unigrad import primitives
from unigrad.dialects.jax.arrays import Array, F, dtype_of, is_arraylike, operand, promoted
from unigrad.dialects.jax.numpy.creation import array
from unigrad.dialects.jax.pytrees import tree_flatten, tree_leaves, tree_map
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.virtual.crossing import leave
from unigrad.virtual.each import youngest_level

__all__ = ["associative_scan", "cond", "fori_loop", "map", "scan", "switch", "while_loop"]

Function = Callable[..., Any]


def _arrays(tree: Any) -> Any:
    return tree_map(lambda leaf: operand(leaf, "a value") if is_arraylike(leaf) else leaf, tree)


def _same_type(before: Any, after: Any, what: str) -> None:
    """Raise `ArgumentError` where a step gives a carry of another structure, shape or dtype than it took."""
    first, tree = tree_flatten(before)
    second, other = tree_flatten(after)
    if tree != other:
        raise ArgumentError(f"{what} carry input and output must have the same structure; got {tree} and {other}")
    for one, two in zip(first, second, strict=True):
        if not isinstance(one, Array) or not isinstance(two, Array):
            continue
        if one.shape != two.shape or (dtype_of(one) is not dtype_of(two) and not one.weak_type):
            raise ArgumentError(
                f"{what} carry input and output must have equal types; the input is {dtype_of(one)}{list(one.shape)}, "
                f"the output {dtype_of(two)}{list(two.shape)}"
            )


def scan(
    f: Function,
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: Any = 1,
    _split_transpose: bool = False,
) -> tuple[Any, Any]:
    """``f(carry, x) -> (carry, y)`` for one sub-array of `xs` after another: the last carry, and all `y` stacked."""
    leaves, tree = tree_flatten(_arrays(xs))
    counts = {leaf.shape[0] for leaf in leaves} | ({int(length)} if length is not None else set())
    if len(counts) != 1:
        raise ShapeError(
            f"scan got values with different leading axis sizes: {sorted(counts)}"
            if counts
            else "scan needs xs or length"
        )
    (steps,) = counts
    carry, rows = _arrays(init), []
    for i in reversed(range(steps)) if reverse else range(steps):
        pair = f(carry, tree.unflatten([leaf[i] for leaf in leaves]))
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise ArgumentError(f"scan body output must be a pair, got {pair!r}")
        after = _arrays(pair[0])
        _same_type(carry, after, "scan")
        carry = after
        rows.append(_arrays(pair[1]))
    return carry, _stacked(rows[::-1] if reverse else rows)


def _stacked(rows: list[Any]) -> Any:
    if not rows:
        raise ShapeError("scan here needs one step at least, to know what its body gives")
    return tree_map(lambda *leaves: F.stack(promoted(*leaves, what="scan")), *rows)


def map(f: Function, xs: Any, *, batch_size: int | None = None) -> Any:
    """`f` of one sub-array of `xs` after another, the results stacked."""
    return scan(lambda _, x: ((), f(x)), (), xs)[1]


def fori_loop(lower: Any, upper: Any, body_fun: Function, init_val: Any, *, unroll: Any = None) -> Any:
    """``body_fun(i, value)`` for i from `lower` to below `upper`: the last value."""
    value = _arrays(init_val)
    first, end = operand(lower, "fori_loop"), operand(upper, "fori_loop")
    if _differs(first) or _differs(end):
        return while_loop(lambda now: now[0] < end, lambda now: (now[0] + 1, body_fun(*now)), (first, value))[1]
    for i in range(int(first), int(end)):
        after = _arrays(body_fun(array(i), value))
        _same_type(value, after, "fori_loop")
        value = after
    return value


def while_loop(cond_fun: Function, body_fun: Function, init_val: Any) -> Any:
    """``body_fun(value)`` as long as ``cond_fun(value)`` holds: the last value. Gradients flow through it."""
    value = _arrays(init_val)
    while _holds(going := _truth(cond_fun(value), "while_loop cond_fun")):
        after = _arrays(body_fun(value))
        _same_type(value, after, "while_loop")
        value = _chosen(going, after, value) if _differs(going) else after
    return value


def _truth(value: Any, what: str) -> Array:
    given = operand(value, what)
    if given.shape or dtype_of(given).kind != "bool":
        raise ArgumentError(f"{what} must return a boolean scalar, not {dtype_of(given)}{list(given.shape)}")
    return given


def _differs(x: Array) -> bool:
    """Whether `x` differs from example to example of some map."""
    return youngest_level([x]) is not None


def _holds(condition: Array) -> bool:
    """Whether a condition holds, for some example if it differs from one to the other."""
    found: Tensor = condition
    while (level := youngest_level([found])) is not None:
        found = primitives.any(leave(found, level))
    return bool(found)


def _chosen(condition: Array, one: Any, other: Any) -> Any:
    """For each example the arrays of `one` where the condition holds for it, else those of `other`."""
    return tree_map(lambda *leaves: F.where(condition, *promoted(*leaves, what="select")), one, other)


def cond(pred: Any, true_fun: Function, false_fun: Function, *operands: Any, **_: Any) -> Any:
    """``true_fun(*operands)`` if `pred` holds, else ``false_fun(*operands)``; one of the two runs, unless examples differ."""
    given = operand(pred, "cond")
    if given.shape:
        raise ArgumentError(f"Pred must be a scalar, got {pred} of shape {given.shape}.")
    if _differs(given):
        return _chosen(given != 0, *(_arrays(each(*_arrays(operands))) for each in (true_fun, false_fun)))
    return _arrays((true_fun if bool(given) else false_fun)(*_arrays(operands)))


def switch(index: Any, branches: Sequence[Function], *operands: Any, **_: Any) -> Any:
    """The branch at `index`, kept within bounds, of `operands`."""
    if not branches:
        raise ShapeError("Empty branch sequence")
    given = operand(index, "switch")
    if _differs(given):
        results = [_arrays(branch(*_arrays(operands))) for branch in branches]
        return functools.reduce(lambda out, k: _chosen(given >= k, results[k], out), range(1, len(results)), results[0])
    place = max(0, min(int(given), len(branches) - 1))
    return _arrays(branches[place](*_arrays(operands)))


def associative_scan(fn: Function, elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """`fn` of the elements so far, for each place along an axis, from the first to the last."""
    given = _arrays(elems)
    count = tree_leaves(given)[0].shape[axis]
    rows = [tree_map(functools.partial(_row, i, axis), given) for i in range(count)]
    rows = rows[::-1] if reverse else rows
    found = [rows[0]]
    for row in rows[1:]:
        found.append(fn(found[-1], row))
    found = found[::-1] if reverse else found
    return tree_map(lambda *leaves: F.concat(leaves, axis=axis), *found)


def _row(i: int, axis: int, x: Array) -> Array:
    found: Array = F.getitem(x, key=(*((slice(None),) * (axis % x.ndim)), slice(i, i + 1)))
    return found
