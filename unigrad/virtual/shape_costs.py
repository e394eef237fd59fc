"""Costs: how many floating-point operations and bytes of memory a kernel takes, by its shapes.

An elementwise function counts one operation for each element of its result, whatever the function; a reduction one for each
element that it takes in; a sum of products two for each product. Matrix functions count the leading terms of the usual
algorithms (Golub & Van Loan, Matrix Computations, 4th edition), a Fourier transform 5 n log2 n. Every operand is read once and every
result written once; a view moves nothing. A complex number counts as one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from unigrad.conversion import format_of
from unigrad.virtual.shape import Call, Entry, ShapeArray
from unigrad.virtual.shape_options import axes_of, option
from unigrad.virtual.shape_products import contraction, lengths_of
from unigrad.virtual.shape_rules import CREATING, rule_for

Flops = Callable[[Call, int], float]
"""The operations of a call, given the size of its result."""


def entry(call: Call, results: Sequence[ShapeArray]) -> Entry:
    """What a call is in the ledger."""
    size = sum(x.size for x in results)
    flops = _flops(call, size)
    if call.name in VIEWS or (call.name == "getitem" and _is_basic(call.options["key"])):
        return Entry(call.name, 0.0, 0, 0, False)
    read = sum(map(_bytes, call.arrays))
    guessed = rule_for(call.name) is None and call.name not in CREATING
    return Entry(call.name, flops, read, sum(map(_bytes, results)), guessed)


def _flops(call: Call, size: int) -> float:
    if call.name in MOVING or call.name in CREATING:
        return 0.0
    return float(FLOPS[call.name](call, size)) if call.name in FLOPS else float(size)


def itemsize(dtype: Any) -> int:
    """The bytes of one number of a library's dtype."""
    name = format_of(dtype).name
    return 1 if name == "bool" else int(name.lstrip("abcdefghijklmnopqrstuvwxyz")) // 8


def _bytes(x: ShapeArray) -> int:
    return x.size * itemsize(x.dtype)


def _is_basic(key: Any) -> bool:
    parts = key if isinstance(key, tuple) else (key,)
    return all(part is None or part is Ellipsis or isinstance(part, (slice, int)) for part in parts)


def _taken(times: float) -> Flops:
    """So many operations for each element of the first operand."""
    return lambda call, size: times * call.arrays[0].size


def _cubed(count: Callable[[int, int], float]) -> Flops:
    """A number for each matrix of a stack, by its rows and columns."""

    def flops(call: Call, size: int) -> float:
        *stack, m, n = call.arrays[0].shape
        return float(math.prod(stack) * count(m, n))

    return flops


def _tall(count: Callable[[int, int], float]) -> Flops:
    """The same for functions that treat a matrix and its transpose alike: by the longer axis, then the shorter one."""
    return _cubed(lambda m, n: count(max(m, n), min(m, n)))


def _products(call: Call, size: int) -> float:
    return 2.0 * size * call.shapes[0][-1]


def _dot(call: Call, size: int) -> float:
    return 2.0 * max(x.size for x in call.arrays)


def _contraction(call: Call, size: int) -> float:
    from opt_einsum import contract_path  # it takes a while to import, and only contractions need it

    if len(call.arrays) < 3:
        return float(len(call.arrays) * math.prod(lengths_of(call).values()))
    _, path = contract_path(contraction(call), *call.shapes, shapes=True)
    return float(path.opt_cost)


def _tensordot(call: Call, size: int) -> float:
    one, axes = call.shapes[0], option(call, "axes")
    summed = one[len(one) - axes :] if isinstance(axes, int) else [one[i] for i in axes_of(axes[0], len(one))]
    return 2.0 * size * math.prod(summed)


def _fourier(call: Call, size: int) -> float:
    shape = call.arrays[0].shape
    axes, total = option(call, "axes"), max(size, call.arrays[0].size)
    lengths = [shape[axis] for axis in axes_of(None if axes is None else tuple(axes), len(shape))]
    return 5.0 * total * sum(math.log2(n) for n in lengths if n > 1)


def _sorting(call: Call, size: int) -> float:
    shape = call.arrays[0].shape
    n = shape[option(call, "axis")] if shape else 1
    return size * math.log2(n) if n > 1 else 0.0


def _searching(call: Call, size: int) -> float:
    return float(size) * math.ceil(math.log2(max(2, call.arrays[0].size)))


def _solving(times: float) -> Callable[[Call, int], float]:
    """Elimination, or none for triangles, and two triangular solutions for each column."""

    def flops(call: Call, size: int) -> float:
        n = call.shapes[0][-1]
        stack = math.prod(call.shapes[0][:-2])
        return stack * times * n**3 + (2.0 if times else 1.0) * n * size

    return flops


def _convolution(call: Call, size: int) -> float:
    """Two for each product: positions times channels times the window."""
    x, other = call.shapes
    if call.name == "conv":
        return 2.0 * size * float(math.prod(other[1:]))
    if call.name == "conv_transpose":
        return 2.0 * math.prod(x) * float(math.prod(other[1:]))
    return float(2 * math.prod(other) * math.prod(option(call, "shape")) * x[1] // option(call, "groups"))


def _pooling(call: Call, size: int) -> float:
    return float(size * math.prod(option(call, "size")))


def _all(flops: Flops, names: str) -> dict[str, Flops]:
    return dict.fromkeys(names.split(), flops)


VIEWS: Final = frozenset(
    "reshape permute_dims moveaxis matrix_transpose expand_dims squeeze broadcast_to flip windows enter".split()
)
"""Kernels that libraries answer with a view of the same memory, or can."""
MOVING: Final = VIEWS | frozenset(
    "getitem scatter index_set concat stack roll tile repeat tril triu copy astype to_device take_along_axis "
    "arange linspace asarray from_numpy".split()
)
"""Kernels that compute nothing."""
FLOPS: Final[dict[str, Flops]] = {
    **_all(_taken(1), "sum mean prod max min all any count_nonzero argmax argmin cumulative_sum cumulative_prod"),
    **_all(_taken(2), "vector_norm"),
    **_all(_taken(4), "var std softmax log_softmax logsumexp"),
    **_all(_taken(6), "standardize"),
    **_all(_taken(1), "overlap_add"),
    **_all(_products, "matmul"),
    **_all(_dot, "vecdot"),
    **_all(_fourier, "fftn ifftn rfftn irfftn"),
    **_all(_sorting, "sort argsort"),
    **_all(_pooling, "sum_pool max_pool"),
    **_all(_convolution, "conv conv_transpose conv_weight"),
    **_all(_cubed(lambda m, n: n**3 / 3), "cholesky"),
    **_all(_cubed(lambda m, n: 2 * n**3 / 3), "det slogdet_packed"),
    **_all(_cubed(lambda m, n: 2 * n**3), "inv"),
    **_all(_cubed(lambda m, n: 4 * n**3 / 3), "eigvalsh"),
    **_all(_cubed(lambda m, n: 9 * n**3), "eigh_packed"),
    **_all(_cubed(lambda m, n: 25 * n**3), "eig_packed"),
    **_all(_cubed(lambda m, n: 30 * n**3), "expm"),
    **_all(_tall(lambda m, n: 4 * m * n**2 - 4 * n**3 / 3), "qr_packed"),
    **_all(_tall(lambda m, n: 2 * m * n**2 + 2 * n**3), "svdvals"),
    **_all(_tall(lambda m, n: 6 * m * n**2 + 20 * n**3), "svd_packed cofactor pinv"),
    "solve": _solving(2 / 3),
    "solve_triangular": _solving(0),
    "contract": _contraction,
    "tensordot": _tensordot,
    "searchsorted": _searching,
    "convolve": lambda call, size: 2.0 * call.arrays[0].size * call.arrays[1].size,
}
