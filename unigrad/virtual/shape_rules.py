"""Shape rules: the shape of each kernel's result, of the shapes and options that it is called with, which the cards have checked.

Elementwise functions broadcast; functions along axes, of matrices, of windows and those that lay out anew have a rule
each. What no rule here covers, a primitive of another package above all, is computed on arrays of ones, and dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from unigrad.card import REGISTRY
from unigrad.errors import ShapeError
from unigrad.primitives.axes import axis_in_range
from unigrad.virtual.shape import Call, Shape, ShapeArray, ShapeNamespace, no_value
from unigrad.virtual.shape_options import axes_of, broadcast, option, without
from unigrad.virtual.shape_products import contracted, dotted, of_matrices, product, solved, tensordot, transformed
from unigrad.virtual.shape_windows import (
    added_up,
    convolved,
    convolved_back,
    pooled,
    sequence_convolved,
    shown,
    weight_shape,
)
from unigrad.virtual.shaped_indexing import indexed

Rule = Callable[[Call], Shape]


def results_of(xp: ShapeNamespace, call: Call, kernel: Callable[..., Any]) -> tuple[list[ShapeArray], bool]:
    """The results of a call, and whether they are several."""
    if call.name in REFUSED:
        raise no_value(f"'{call.name}', whose shape depends on the values,")
    if call.name in CREATING:
        return [CREATING[call.name](xp, call, kernel)], False
    if call.name == "callback":
        return [ShapeArray(shape, xp.native_dtype(dtype.name), xp) for shape, dtype in call.options["of"].results], True
    rule = rule_for(call.name)
    if rule is None:
        return _of_ones(xp, call, kernel)
    shape = rule(call)
    if call.name in SAME_DTYPE:
        dtype = call.arrays[0].dtype
    elif call.name == "astype":
        dtype = call.options["dtype"]
    else:
        (dtype,) = xp.level.dtypes_of(call, lambda: _probed(xp, call, kernel))
    return [ShapeArray(shape, dtype, xp)], False


def rule_for(name: str) -> Rule | None:
    """The rule of a kernel: its own, or that of its kind; None where the kernel has to be run."""
    if name in RULES:
        return RULES[name]
    card = REGISTRY.get(name)
    if card is not None and (card.kind == "elementwise" or (card.kind == "constant" and not card.options)):
        return _elementwise
    return None


def _of_ones(xp: ShapeNamespace, call: Call, kernel: Callable[..., Any]) -> tuple[list[ShapeArray], bool]:
    """What the kernel makes of arrays of ones in the places of the given ones."""

    def ones(value: Any) -> Any:
        if isinstance(value, ShapeArray):
            return value.data if value.data is not None else _ones(xp, value.shape, value.dtype)
        return type(value)(map(ones, value)) if type(value) in (tuple, list) else value

    result = kernel(*map(ones, call.operands), **{word: ones(value) for word, value in call.options.items()})
    several = isinstance(result, tuple)
    parts = result if several else (result,)
    return [ShapeArray(tuple(each.shape), each.dtype, xp) for each in parts], several


def _probed(xp: ShapeNamespace, call: Call, kernel: Callable[..., Any]) -> Any:
    """What the kernel makes of arrays with as many axes, of one element along each, or of two for some kernels."""
    length = 2 if call.name in ("irfftn", "squeeze") else 1

    def small(value: Any) -> Any:
        if isinstance(value, ShapeArray):
            return _ones(xp, (length,) * len(value.shape), value.dtype)
        return type(value)(map(small, value)) if type(value) in (tuple, list) else value

    options = {word: None if word == "s" else small(value) for word, value in call.options.items()}
    return kernel(*map(small, call.operands), **options)


def _ones(xp: ShapeNamespace, shape: Shape, dtype: Any) -> Any:
    return xp.__inner__.ones(shape, dtype=dtype, device=None)


def _elementwise(call: Call) -> Shape:
    return broadcast(call.name, list(call.shapes))


def _same(call: Call) -> Shape:
    return call.arrays[0].shape


def _reduced(call: Call) -> Shape:
    shape, keepdims = call.arrays[0].shape, option(call, "keepdims")
    axes = axes_of(option(call, "axis"), len(shape))
    if call.name in NEEDING_ELEMENTS and any(shape[axis] == 0 for axis in axes) and 0 not in without(shape, axes):
        raise ShapeError(f"'{call.name}' has nothing to take the largest or smallest of; got the shape {shape}")
    return tuple(1 if i in axes else n for i, n in enumerate(shape)) if keepdims else without(shape, axes)


def _running(call: Call) -> Shape:
    shape = call.arrays[0].shape
    return (math.prod(shape),) if option(call, "axis") is None and len(shape) != 1 else shape


def _reshaped(call: Call) -> Shape:
    shape, given = call.arrays[0].shape, option(call, "shape")
    wanted = [given] if isinstance(given, int) else list(given)
    if -1 in wanted:
        wanted[wanted.index(-1)] = math.prod(shape) // math.prod(n for n in wanted if n != -1)
    return tuple(wanted)


def _permuted(call: Call) -> Shape:
    shape = call.arrays[0].shape
    axes = option(call, "axes")
    order = tuple(range(len(shape)))[::-1] if axes is None else axes_of(axes, len(shape))
    return tuple(shape[axis] for axis in order)


def _moved(call: Call) -> Shape:
    shape = call.arrays[0].shape
    source, destination = (axes_of(option(call, word), len(shape)) for word in ("source", "destination"))
    order = [i for i in range(len(shape)) if i not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        order.insert(place, axis)
    return tuple(shape[axis] for axis in order)


def _transposed(call: Call) -> Shape:
    *stack, m, n = call.arrays[0].shape
    return (*stack, n, m)


def _expanded(call: Call) -> Shape:
    axis, shape = option(call, "axis"), call.arrays[0].shape
    new = axis if isinstance(axis, (tuple, list)) else (axis,)
    places = axes_of(new, len(shape) + len(new))
    rest = iter(shape)
    return tuple(1 if i in places else next(rest) for i in range(len(shape) + len(new)))


def _squeezed(call: Call) -> Shape:
    shape, axis = call.arrays[0].shape, option(call, "axis")
    axes = [i for i, n in enumerate(shape) if n == 1] if axis is None else axes_of(axis, len(shape))
    return without(shape, axes)


def _tiled(call: Call) -> Shape:
    shape, times = call.arrays[0].shape, tuple(option(call, "repetitions"))
    ndim = max(len(shape), len(times))
    padded = ((1,) * (ndim - len(each)) + tuple(each) for each in (shape, times))
    return tuple(n * count for n, count in zip(*padded, strict=True))


def _repeated(call: Call) -> Shape:
    shape, repeats, axis = call.arrays[0].shape, option(call, "repeats"), option(call, "axis")
    if isinstance(repeats, ShapeArray):
        raise no_value("'repeat' by an array")
    if axis is None:
        shape, axis = (math.prod(shape),), 0
    axis = axis_in_range(axis, len(shape))
    counts = [repeats] * shape[axis] if isinstance(repeats, int) else list(repeats)
    total = sum(int(n) for n in (counts * shape[axis] if len(counts) == 1 else counts))
    return (*shape[:axis], total, *shape[axis + 1 :])


def _joined(call: Call) -> Shape:
    axis, shapes = option(call, "axis"), [x.shape for x in call.operands[0]]
    if axis is None:
        return (sum(math.prod(shape) for shape in shapes),)
    axis = axis_in_range(axis, len(shapes[0]))
    return (*shapes[0][:axis], sum(shape[axis] for shape in shapes), *shapes[0][axis + 1 :])


def _stacked(call: Call) -> Shape:
    shapes = [x.shape for x in call.operands[0]]
    axis = axis_in_range(option(call, "axis"), len(shapes[0]) + 1)
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:])


def _taken_along(call: Call) -> Shape:
    x, indices = call.shapes
    axis = axis_in_range(option(call, "axis"), len(x))
    one = (*x[:axis], 1, *x[axis + 1 :])
    rest = broadcast(call.name, [one, (*indices[:axis], 1, *indices[axis + 1 :])])
    return (*rest[:axis], indices[axis], *rest[axis + 1 :])


def _second(call: Call) -> Shape:
    return call.arrays[1].shape


def _picked(call: Call) -> Shape:
    return indexed(call.arrays[0].shape, call.options["key"])


def _set(call: Call) -> Shape:
    shape, values = call.operands[0].shape, call.operands[1]
    place = indexed(shape, call.options["key"])
    given = values.shape if isinstance(values, ShapeArray) else ()
    spare = max(0, len(given) - len(place))  # NumPy allows more axes of length 1 than there are places
    broadcast("index_set", [place, given[spare:]])
    return tuple(shape)


def _given_shape(call: Call) -> Shape:
    return tuple(option(call, "shape"))


def _filled(xp: ShapeNamespace, call: Call, kernel: Callable[..., Any]) -> ShapeArray:
    shape = call.operands[0]
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    return ShapeArray(shape, _made_dtype(xp, call, lambda: kernel((), *call.operands[1:], **call.options)), xp)


def _identity(xp: ShapeNamespace, call: Call, kernel: Callable[..., Any]) -> ShapeArray:
    rows = call.operands[0]
    columns = call.operands[1] if len(call.operands) > 1 and call.operands[1] is not None else rows
    return ShapeArray((rows, columns), _made_dtype(xp, call, lambda: kernel(1, **call.options)), xp)


def _like(xp: ShapeNamespace, call: Call, kernel: Callable[..., Any]) -> ShapeArray:
    x, given = call.operands[0], call.options.get("dtype")
    return ShapeArray(tuple(x.shape), x.dtype if given is None else given, xp)


def _made_dtype(xp: ShapeNamespace, call: Call, probe: Callable[[], Any]) -> Any:
    given = call.options.get("dtype")
    if given is not None:
        return given
    (found,) = xp.level.dtypes_of(Call(call.name, call.operands[1:], call.options), probe)
    return found


def _rules(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


NEEDING_ELEMENTS: Final = frozenset("max min argmax argmin".split())
REFUSED: Final = frozenset("nonzero unique_all unique_counts unique_inverse unique_values".split())
CREATING: Final[dict[str, Callable[..., ShapeArray]]] = {
    **dict.fromkeys("zeros ones empty full".split(), _filled),
    **dict.fromkeys("zeros_like ones_like empty_like full_like".split(), _like),
    "eye": _identity,
}
RULES: Final[dict[str, Rule]] = {
    **_rules(_reduced, "sum mean prod max min var std logsumexp vector_norm all any count_nonzero argmax argmin"),
    **_rules(_running, "cumulative_sum cumulative_prod"),
    **_rules(_same, "softmax log_softmax standardize sort argsort roll flip tril triu astype copy enter to_device"),
    **_rules(transformed, "fftn ifftn rfftn irfftn"),
    **_rules(of_matrices(lambda m, n: (m, n)), "inv cofactor cholesky expm"),
    **_rules(of_matrices(lambda m, n: (m + 1, n)), "eigh_packed eig_packed"),
    **_rules(of_matrices(lambda m, n: ()), "det"),
    **_rules(of_matrices(lambda m, n: (2,)), "slogdet_packed"),
    **_rules(of_matrices(lambda m, n: (n,)), "eigvalsh"),
    **_rules(of_matrices(lambda m, n: (min(m, n),)), "svdvals"),
    **_rules(of_matrices(lambda m, n: (n, m)), "pinv"),
    **_rules(of_matrices(lambda m, n: (min(m, n), m + n)), "qr_packed"),
    **_rules(of_matrices(lambda m, n: (m + 1 + n, min(m, n))), "svd_packed"),
    **_rules(solved, "solve solve_triangular"),
    **_rules(pooled, "sum_pool max_pool"),
    "reshape": _reshaped,
    "broadcast_to": _given_shape,
    "permute_dims": _permuted,
    "moveaxis": _moved,
    "matrix_transpose": _transposed,
    "expand_dims": _expanded,
    "squeeze": _squeezed,
    "tile": _tiled,
    "repeat": _repeated,
    "concat": _joined,
    "stack": _stacked,
    "take_along_axis": _taken_along,
    "searchsorted": _second,
    "matmul": product,
    "vecdot": dotted,
    "contract": contracted,
    "tensordot": tensordot,
    "conv": convolved,
    "conv_transpose": convolved_back,
    "conv_weight": weight_shape,
    "windows": shown,
    "overlap_add": added_up,
    "convolve": sequence_convolved,
    "getitem": _picked,
    "scatter": _given_shape,
    "index_set": _set,
}
SAME_DTYPE: Final = frozenset(
    "reshape broadcast_to permute_dims moveaxis matrix_transpose expand_dims squeeze tile repeat concat stack take_along_axis "
    "roll flip tril triu sort copy enter to_device index_set getitem scatter windows overlap_add sum_pool max_pool conv "
    "conv_transpose conv_weight contract".split()
)
"""Kernels whose result has the dtype of their first array, so that no library needs to be asked."""
