"""Linear equations and functions of whole matrices: solutions, least squares, powers, the exponential, long products."""

from __future__ import annotations

import math
import string
from typing import Any, NamedTuple

from unigrad.card import composition, primitive
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import multiply
from unigrad.primitives.creation import asarray, ones_like, stop_gradient
from unigrad.primitives.decomposition import NANS, SQUARES, ZEROS, inv, square
from unigrad.primitives.linalg import contract, matmul
from unigrad.primitives.magnitudes import conj, real
from unigrad.primitives.manipulation import moveaxis, reshape
from unigrad.primitives.matrices import tril, triu
from unigrad.primitives.reduction import sum
from unigrad.primitives.spectra import pinv, precision, svdvals
from unigrad.pulls import unbroadcast
from unigrad.samples import NAN, Array, at, sample

__all__ = [
    "expm",
    "lstsq",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "solve",
    "solve_triangular",
    "tensorinv",
    "tensorsolve",
]

Options = dict[str, Any]
Shape = tuple[int, ...]


def _equations(arrays: tuple[Any, ...], options: Options) -> Options:
    square(arrays, options)
    one, two = (tuple(array.raw.shape) for array in arrays)
    if not two or two[-1 if len(two) == 1 else -2] != one[-1]:
        raise ShapeError(f"as many right-hand rows as unknowns are needed; got the shapes {one} and {two}")
    return options


def _solved(xp: Any, g: Any, x1: Any, x2_shape: Shape, solver: Any) -> Any:
    """The cotangent of the right-hand side, not yet summed to its shape: the solution of the transposed equations."""
    columns = xp.expand_dims(g, axis=len(g.shape)) if len(x2_shape) == 1 else g
    return solver(xp, xp.matrix_transpose(x1), columns)


def _of_rhs(xp: Any, g: Any, x1: Any, x2_shape: Shape, solver: Any) -> Any:
    part = _solved(xp, g, x1, x2_shape, solver)
    if len(x2_shape) == 1:
        part = part[..., 0]
    return unbroadcast(xp, part, tuple(x2_shape))


def _of_matrix(xp: Any, g: Any, out: Any, x1: Any, x1_shape: Shape, x2_shape: Shape, solver: Any) -> Any:
    part = _solved(xp, g, x1, x2_shape, solver)
    columns = xp.expand_dims(out, axis=len(out.shape)) if len(x2_shape) == 1 else out
    return unbroadcast(xp, -xp.matmul(part, xp.matrix_transpose(columns)), tuple(x1_shape))


def _matrix_tangent(xp: Any, t: Any, out: Any, x1: Any, x2_shape: Shape, solver: Any) -> Any:
    if len(x2_shape) > 1:
        return -solver(xp, x1, xp.matmul(t, out))
    return -solver(xp, x1, xp.matmul(t, xp.expand_dims(out, axis=len(out.shape))))[..., 0]


def _by_solve(xp: Any, x1: Any, x2: Any) -> Any:
    return xp.solve(x1, x2)


REGULAR = Array((3, 3), distinct=True)


@primitive(
    vjp={
        "x1": lambda xp, g, out, x1, x1_shape, x2_shape: _of_matrix(xp, g, out, x1, x1_shape, x2_shape, _by_solve),
        "x2": lambda xp, g, x1, x2_shape: _of_rhs(xp, g, x1, x2_shape, _by_solve),
    },
    jvp={
        "x1": lambda xp, t, out, x1, x2_shape: _matrix_tangent(xp, t, out, x1, x2_shape, _by_solve),
        "x2": lambda xp, t, x1: xp.solve(x1, t),
    },
    prepare=_equations,
    floating=True,
    samples=[
        sample(REGULAR, Array((3, 2))),
        sample(REGULAR, Array((3,))),
        sample(Array((2, 2, 2), distinct=True), Array((2, 1))),
        sample(Array((2, 2), distinct=True), Array((2, 2, 1))),
        sample(Array((2, 2, 2), distinct=True), Array((2,))),
    ],
    conventions=[
        at(
            ZEROS,
            [1.0, 1.0],
            slope=(NANS, [NAN, NAN]),
            why="no solution",
            refused=True,
            agree="jax",
            autograd="error",
            torch="error",
        )
    ],
)
def solve(x1, x2, /):
    """The ``x`` with ``x1 @ x`` equal to ``x2``, a vector or matrices; other axes broadcast. A singular ``x1``: as `inv`."""


def _by_triangle(lower: bool) -> Any:
    return lambda xp, x1, x2: xp.solve_triangular(x1, x2, lower=not lower)


def _triangle_x1(xp: Any, g: Any, out: Any, x1: Any, x1_shape: Shape, x2_shape: Shape, lower: bool) -> Any:
    whole = _of_matrix(xp, g, out, x1, x1_shape, x2_shape, _by_triangle(lower))
    return xp.tril(whole, k=0) if lower else xp.triu(whole, k=0)


def _triangle_tangent(xp: Any, t: Any, out: Any, x1: Any, x2_shape: Shape, lower: bool) -> Any:
    half = xp.tril(t, k=0) if lower else xp.triu(t, k=0)
    return _matrix_tangent(xp, half, out, x1, x2_shape, _by_triangle(not lower))


TRIANGLE = Array((3, 3), 0.3, 1.5)


@primitive(
    vjp={
        "x1": _triangle_x1,
        "x2": lambda xp, g, x1, x2_shape, lower: _of_rhs(xp, g, x1, x2_shape, _by_triangle(lower)),
    },
    jvp={"x1": _triangle_tangent, "x2": lambda xp, t, x1, lower: xp.solve_triangular(x1, t, lower=lower)},
    prepare=_equations,
    floating=True,
    samples=[
        sample(TRIANGLE, Array((3, 2))),
        sample(TRIANGLE, Array((3,)), lower=True),
        sample(Array((2, 2, 2), 0.3, 1.5), Array((2, 1)), lower=True),
        sample(Array((2, 2), 0.3, 1.5), Array((2, 2, 1))),
        sample(Array((2, 2, 2), 0.3, 1.5), Array((2,))),
        sample(Array((3, 3), 0.3, 1.5, dtype="complex"), Array((3, 2), dtype="complex"), lower=True),
    ],
)
def solve_triangular(x1, x2, /, lower=False):
    """`solve`, where only the upper triangle of ``x1`` counts, or the ``lower``."""


class LstsqResult(NamedTuple):
    """What `lstsq` gives; the residuals are sums of squares, empty for equations that are not overdetermined."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


@composition(
    samples=[
        sample(Array((4, 2), distinct=True), Array((4, 2))),
        sample(Array((3, 2), distinct=True), Array((3,))),
        sample(Array((4, 2), dtype="complex"), Array((4,), dtype="complex")),
    ]
)
def lstsq(x1, x2, /, rtol=None) -> LstsqResult:
    """The ``x`` of least norm among those that bring ``x1 @ x`` closest to ``x2``; singular values as in `pinv`. The rank is a constant."""
    x1, x2 = asarray(x1), asarray(x2)
    solution = matmul(pinv(x1, rtol=rtol), x2)
    off = x2 - matmul(x1, solution)
    over = x1.shape[-2] > x1.shape[-1]
    squares = real(multiply(off, conj(off)))
    residuals = sum(squares, axis=0) if over else reshape(sum(squares, axis=0), shape=(-1,))[:0]
    return LstsqResult(solution, reshape(residuals, shape=(-1,)), matrix_rank(x1, rtol=rtol), svdvals(x1))


@composition(samples=[sample(Array((3, 3))), sample(Array((2, 3, 2)))])
def matrix_rank(x, /, rtol=None) -> Tensor:
    """How many singular values exceed ``rtol`` (None: the larger length times the dtype's precision) times the largest."""
    x = stop_gradient(asarray(x))
    values = svdvals(x)
    bound = precision(x) if rtol is None else rtol
    return sum(values > bound * values[..., :1], axis=-1)  # the largest comes first; of an empty matrix there is none


@composition(
    samples=[
        *(sample(Array((3, 3)), n=n) for n in (0, 1, 2, 5)),
        sample(Array((2, 2, 2), distinct=True), n=-1),
        sample(Array((3, 3), distinct=True), n=-2),
    ]
)
def matrix_power(x, /, n) -> Tensor:
    """``n`` factors ``x`` multiplied, by repeated squaring; a negative ``n`` takes the inverse, 0 gives the identity."""
    x = asarray(x)
    square((x,), {})
    base = inv(x) if n < 0 else x
    left, result = abs(n), None
    while left:
        if left & 1:
            result = base if result is None else matmul(result, base)
        left >>= 1
        base = matmul(base, base) if left else base
    return x * 0 + tril(triu(ones_like(x))) if result is None else result


@composition(
    samples=[
        sample((Array((2, 3)), Array((3, 4)), Array((4, 2)))),
        sample((Array((3,)), Array((3, 2)), Array((2, 3)), Array((3,)))),
        sample((Array((2, 3)), Array((3, 2)))),
        sample((Array((2, 3), dtype="complex"), Array((3, 2), dtype="complex"), Array((2,), dtype="complex"))),
    ]
)
def multi_dot(arrays, /) -> Tensor:
    """Product of two or more matrices in an order that takes few multiplications; the first and the last may be vectors."""
    given = [asarray(each) for each in arrays]
    if len(given) < 2:
        raise ArgumentError(f"'multi_dot' needs at least two arrays; got {len(given)}")
    for place, each in enumerate(given):
        if each.ndim != 2 and not (each.ndim == 1 and place in (0, len(given) - 1)):
            raise ArgumentError(
                f"'multi_dot' takes matrices, and vectors as the first and the last; array {place + 1} has shape {each.shape}"
            )
    letters = string.ascii_letters
    terms = [letters[i : i + 2] for i in range(len(given))]
    terms[0] = terms[0][-given[0].ndim :]
    terms[-1] = terms[-1][: given[-1].ndim]
    output = (terms[0][0] if given[0].ndim == 2 else "") + (terms[-1][-1] if given[-1].ndim == 2 else "")
    return contract(given, subscripts=",".join(terms) + "->" + output)


def _frechet(xp: Any, x: Any, direction: Any) -> Any:
    """The derivative of `expm` along a direction, as a block of a larger exponential: Najfeld & Havel (1995), theorem 4.1."""
    n = x.shape[-1]
    above, below = xp.concat([x, direction], axis=-1), xp.concat([xp.zeros_like(x), x], axis=-1)
    return xp.expm(xp.concat([above, below], axis=-2))[..., :n, n:]


@primitive(
    vjp={"x": lambda xp, g, x: _frechet(xp, xp.matrix_transpose(x), g)},
    jvp={"x": lambda xp, t, x: _frechet(xp, x, t)},
    prepare=square,
    floating=True,
    samples=[*SQUARES[:3], sample(Array((2, 2), -4.0, 4.0)), *SQUARES[3:]],
)
def expm(x, /):
    """The exponential of a square matrix, the sum of its powers over the factorials."""


@composition(
    samples=[
        sample(Array((2, 3, 6), distinct=True), Array((2, 3))),
        sample(Array((2, 2, 2, 2), distinct=True), Array((2, 2))),
        sample(Array((2, 2), dtype="complex"), Array((2,), dtype="complex")),
    ]
)
def tensorsolve(x1, x2, /, axes=None) -> Tensor:
    """The ``x`` whose sum of products with ``x1`` over all axes of ``x`` is ``x2``; ``axes`` of ``x1`` are moved to its end first."""
    x1, x2 = asarray(x1), asarray(x2)
    if axes is not None:
        x1 = moveaxis(x1, axes, tuple(range(x1.ndim - len(axes), x1.ndim)))
    unknowns = tuple(x1.shape[x2.ndim :])
    if x2.size != math.prod(unknowns) or x1.size != x2.size**2:
        raise ShapeError(
            f"'tensorsolve' needs as many equations as unknowns; got the shapes {tuple(x1.shape)} and {tuple(x2.shape)}"
        )
    matrix = reshape(x1, shape=(x2.size, x2.size))
    return reshape(solve(matrix, reshape(x2, shape=(-1,))), shape=unknowns)


@composition(samples=[sample(Array((2, 3, 6), distinct=True)), sample(Array((6, 3, 2), distinct=True), ind=1)])
def tensorinv(x, /, ind=2) -> Tensor:
    """The inverse of ``x`` as a map from its last axes to its first ``ind`` ones."""
    x = asarray(x)
    first, last = tuple(x.shape[:ind]), tuple(x.shape[ind:])
    if ind < 1 or math.prod(first) != math.prod(last):
        raise ShapeError(
            f"'tensorinv' needs two groups of axes of one size; got the shape {tuple(x.shape)} with ind={ind}"
        )
    n = math.prod(first)
    return reshape(inv(reshape(x, shape=(n, n))), shape=last + first)
