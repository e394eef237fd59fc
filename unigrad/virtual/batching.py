"""Batching rules: how each kernel computes all examples at once, with kernels of the namespace below.

Elementwise functions broadcast; functions along axes count them one further; functions of matrices take a stack anyway.
A primitive of another package brings a rule on its card; what no rule covers is computed example by example, and stacked.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, Final

from unigrad.card import REGISTRY
from unigrad.virtual.batch import BatchedArray, BatchNamespace, bare, no_value, some_mapped
from unigrad.virtual.batched_convolution import convolved, folded
from unigrad.virtual.batched_indexing import getitem, index_set, scatter
from unigrad.virtual.declared_batching import declared
from unigrad.virtual.examples import by_example
from unigrad.virtual.levels import CREATING, PLAIN, READING

Options = dict[str, Any]
Operands = tuple[Any, ...]
Rule = Callable[[BatchNamespace, str, Operands, Options], Any]


def batched_kernel(batch: BatchNamespace, name: str, inner: Any) -> Any:
    """The kernel `name` for batched arrays, given the one below."""
    if not callable(inner) or name in PLAIN or name == "number_beside":
        return inner
    if name in READING:
        return functools.partial(_refuse_reading, inner)
    if name == "device_of":
        return lambda x: inner(x.data)
    if name == "is_traced":  # no code can look at values that differ from example to example
        return lambda x: isinstance(x, BatchedArray) and (x.mapped or inner(x.data))
    if name in CREATING:
        return lambda *operands, **options: batch.constant(inner(*operands, **options))
    rule = _rule_for(name)
    if rule is _elementwise:
        return lambda *operands, **options: batch.aligned(
            functools.partial(inner, **options) if options else inner, operands
        )

    def kernel(*operands: Any, **options: Any) -> Any:
        if not some_mapped(operands) and not some_mapped(options.values()):
            return _wrapped(batch, inner(*bare(operands), **{word: bare(value) for word, value in options.items()}))
        return rule(batch, name, operands, options)

    return kernel


def _rule_for(name: str) -> Rule:
    if name in RULES:
        return RULES[name]
    card = REGISTRY.get(name)
    if card is not None and card.batching is not None:
        return declared(card.batching)
    if card is not None and (card.kind == "elementwise" or (card.kind == "constant" and not card.options)):
        return _elementwise
    return by_example


def _wrapped(batch: BatchNamespace, value: Any) -> Any:
    return tuple(map(batch.constant, value)) if isinstance(value, tuple) else batch.constant(value)


def _refuse_reading(inner: Any, x: Any, *operands: Any, **options: Any) -> Any:
    if isinstance(x, BatchedArray):
        if x.mapped:
            raise x.no_value("what reads the values")
        x = x.data
    return inner(x, *operands, **options)


def _elementwise(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    kernel = getattr(batch.__inner__, name)
    return batch.aligned(functools.partial(kernel, **options) if options else kernel, operands)


def _stack(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Of a function that takes a stack of matrices, or has no axes to count."""
    return batch.mapped(getattr(batch.__inner__, name)(operands[0].data, **options))


def _shifted(axis: Any) -> Any:
    if isinstance(axis, (tuple, list)):
        return tuple(map(_shifted, axis))
    return axis if axis < 0 else axis + 1


def _default(name: str, word: str) -> Any:
    parameter = REGISTRY[name].signature.parameters[word]
    return None if parameter.default is parameter.empty else parameter.default


def _along(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Of a function along ``axis``; None stands for all axes."""
    (x,) = operands
    axis = options["axis"] if "axis" in options else _default(name, "axis")
    moved = tuple(range(1, x.ndim + 1)) if axis is None else _shifted(axis)
    kernel = getattr(batch.__inner__, name)
    if moved == () and "keepdims" in REGISTRY[name].options:  # no axis, which some libraries take for all of them
        column = batch.__inner__.reshape(x.data, shape=(*x.data.shape, 1))
        return batch.mapped(kernel(column, **{**options, "axis": (len(x.data.shape),), "keepdims": False}))
    return batch.mapped(kernel(x.data, **{**options, "axis": moved}))


def _along_one(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Of a function along one ``axis``; None stands for the flattened array, and only some of those can be taken apart."""
    axis = options["axis"] if "axis" in options else _default(name, "axis")
    if axis is not None:
        return _along(batch, name, operands, {**options, "axis": axis})
    return by_example(batch, name, operands, options)


def _along_axes(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Of a transform over ``axes``, which are given."""
    return batch.mapped(
        getattr(batch.__inner__, name)(operands[0].data, **{**options, "axes": _shifted(options["axes"])})
    )


def _reshape(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    (x,) = operands
    shape = options["shape"]
    given = (shape,) if isinstance(shape, int) else tuple(shape)
    return batch.mapped(batch.__inner__.reshape(x.data, **{**options, "shape": (batch.count, *given)}))


def _broadcast_to(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    (x,) = operands
    shape = tuple(options["shape"])
    return batch.mapped(batch.__inner__.broadcast_to(batch.with_axes(x, len(shape)), shape=(batch.count, *shape)))


def _permute_dims(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    (x,) = operands
    axes = options.get("axes") or tuple(range(x.ndim))[::-1]
    return batch.mapped(batch.__inner__.permute_dims(x.data, axes=(0, *(axis % x.ndim + 1 for axis in axes))))


def _moveaxis(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    source, destination = (_shifted(options[word]) for word in ("source", "destination"))
    return batch.mapped(batch.__inner__.moveaxis(operands[0].data, source=source, destination=destination))


def _tile(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    (x,) = operands
    times = tuple(options["repetitions"])
    times = (1,) * (x.ndim - len(times)) + times
    return batch.mapped(batch.__inner__.tile(batch.with_axes(x, len(times)), repetitions=(1, *times)))


def _joined(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    axis = options.get("axis", _default(name, "axis"))
    if axis is None:
        return by_example(batch, name, operands, options)
    return batch.mapped(getattr(batch.__inner__, name)([batch.spread(x) for x in operands[0]], axis=_shifted(axis)))


def _take_along_axis(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    x, indices = (batch.spread(each) for each in operands)
    return batch.mapped(batch.__inner__.take_along_axis(x, indices, axis=_shifted(options.get("axis", -1))))


def _searchsorted(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    points, x = operands
    if points.mapped:
        return by_example(batch, name, operands, options)
    return batch.mapped(batch.__inner__.searchsorted(points.data, x.data, **options))


def _matmul(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    xp = batch.__inner__
    x1, x2 = operands
    if not x2.mapped and x2.ndim == 2:  # all rows of all examples in one product
        *stack, n = x1.data.shape
        rows = xp.matmul(xp.reshape(x1.data, shape=(math.prod(stack), n)), x2.data)
        return batch.mapped(xp.reshape(rows, shape=(*stack, x2.shape[-1])))
    if not x1.mapped and x1.ndim == 2 and x2.ndim == 1:
        return batch.mapped(xp.matmul(x2.data, xp.matrix_transpose(x1.data)))
    ndim = max(x1.ndim, x2.ndim, 2)
    first = xp.expand_dims(x1.data, axis=int(x1.mapped)) if x1.ndim == 1 else x1.data
    second = xp.expand_dims(x2.data, axis=len(x2.data.shape)) if x2.ndim == 1 else x2.data
    one = _with_stack_axes(batch, x1, first, ndim)
    two = _with_stack_axes(batch, x2, second, ndim)
    out = one * two if one.shape[-1] == 1 else xp.matmul(one, two)
    places = [len(out.shape) - 2] * (x1.ndim == 1) + [len(out.shape) - 1] * (x2.ndim == 1)
    return batch.mapped(xp.squeeze(out, axis=tuple(places)) if places else out)


def _with_stack_axes(batch: BatchNamespace, x: BatchedArray, data: Any, ndim: int) -> Any:
    """Matrices with axes of length 1 between the examples and their own stack."""
    missing = ndim - (len(data.shape) - x.mapped)
    if not x.mapped or missing <= 0:
        return data
    return batch.__inner__.reshape(data, shape=(batch.count, *(1,) * missing, *data.shape[1:]))


def _vecdot(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    ndim = max(each.ndim for each in operands)
    return batch.mapped(batch.__inner__.vecdot(*(batch.with_axes(each, ndim) for each in operands), **options))


def _contract(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    return _einsum(batch, name, (options["subscripts"], *operands[0]), {})


_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _einsum(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """A label for the examples, in front of the operands that have them."""
    subscripts, *arrays = operands
    inputs, output = subscripts.split("->")
    label = next(letter for letter in _LETTERS if letter not in subscripts)
    terms = [label + term if x.mapped else term for term, x in zip(inputs.split(","), arrays, strict=True)]
    full = f"{','.join(terms)}->{label}{output}"
    return batch.mapped(batch.__inner__.contract([x.data for x in arrays], subscripts=full))


def _tensordot(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    x1, x2 = operands
    axes = options.get("axes", 2)
    first, second = (
        (tuple(range(x1.ndim - axes, x1.ndim)), tuple(range(axes)))
        if isinstance(axes, int)
        else (tuple(axis % x1.ndim for axis in axes[0]), tuple(axis % x2.ndim for axis in axes[1]))
    )
    one, two = list(_LETTERS[: x1.ndim]), list(_LETTERS[x1.ndim : x1.ndim + x2.ndim])
    for i, j in zip(first, second, strict=True):
        two[j] = one[i]
    free = [each for i, each in enumerate(one) if i not in first]
    free += [each for j, each in enumerate(two) if j not in second]
    return _einsum(batch, name, (f"{''.join(one)},{''.join(two)}->{''.join(free)}", x1, x2), {})


def _solve(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    xp = batch.__inner__
    x1, x2 = operands
    column = x2.ndim == 1
    second = xp.expand_dims(x2.data, axis=len(x2.data.shape)) if column else x2.data
    ndim = max(x1.ndim, x2.ndim + column)
    one, two = _with_stack_axes(batch, x1, x1.data, ndim), _with_stack_axes(batch, x2, second, ndim)
    out = getattr(xp, name)(one, two, **options)
    return batch.mapped(xp.squeeze(out, axis=(len(out.shape) - 1,)) if column else out)


def _callback(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    (arrays,), of = operands, options["of"]
    if of.method == "sequential":
        return by_example(batch, name, operands, options)
    xp = batch.__inner__
    alike = of.method == "broadcast_all"
    given = [batch.spread(x) if alike or x.mapped else xp.expand_dims(x.data, axis=0) for x in arrays]
    return tuple(map(batch.mapped, xp.callback(given, of=of.of_examples(batch.count))))


def _like(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Zeros or ones in the shape of one example: all share them."""
    (x,) = operands
    like = {"dtype": x.dtype, "device": batch.__inner__.device_of(x.data), **options}
    return batch.constant(getattr(batch.__inner__, name.removesuffix("_like"))(x.shape, **like))


def _refuse(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    raise no_value(f"'{name}', whose shape depends on the values,")


def _rules(rule: Rule, names: str) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


RULES: Final[dict[str, Rule]] = {
    **_rules(_along, "sum mean prod max min var std logsumexp vector_norm all any count_nonzero standardize"),
    **_rules(_along, "squeeze expand_dims flip"),
    **_rules(_along_one, "cumulative_sum cumulative_prod softmax log_softmax sort argsort argmax argmin roll repeat"),
    **_rules(_along_axes, "fftn ifftn rfftn irfftn"),
    **_rules(
        _stack,
        "matrix_transpose inv det cholesky eigvalsh eig_packed eigh_packed svd_packed svdvals qr_packed slogdet_packed pinv expm "
        "cofactor tril triu astype copy enter to_device",
    ),
    **_rules(convolved, "conv conv_transpose conv_weight"),
    **_rules(folded, "max_pool sum_pool windows overlap_add"),
    **_rules(_like, "zeros_like ones_like empty_like"),
    **_rules(_joined, "concat stack"),
    **_rules(_solve, "solve solve_triangular"),
    **_rules(_refuse, "nonzero unique_all unique_counts unique_inverse unique_values"),
    "reshape": _reshape,
    "broadcast_to": _broadcast_to,
    "permute_dims": _permute_dims,
    "moveaxis": _moveaxis,
    "tile": _tile,
    "take_along_axis": _take_along_axis,
    "searchsorted": _searchsorted,
    "matmul": _matmul,
    "vecdot": _vecdot,
    "contract": _contract,
    "einsum": _einsum,
    "tensordot": _tensordot,
    "callback": _callback,
    "getitem": getitem,
    "scatter": scatter,
    "index_set": index_set,
}
