"""Factorizations of real and complex matrices, one or a stack of them; `unigrad.primitives.spectra` has the spectra.

A card gives one array. Where a factorization has several parts its card packs them into one, along an axis on which they
agree, so that all of them come from one call of the kernel and one rule serves them all; the public function takes the
parts out again. The literature gives gradients, and a sweep carries their conjugates: so a rule conjugates what it has
saved, and then reads as the literature does. The packed cards are not meant to be called. The parts of a spectrum have
no derivative where values coincide: their rules give NaN there, unless the parts that need it have no cotangent.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from unigrad import settings
from unigrad.card import composition, primitive
from unigrad.conversion import is_complex
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.magnitudes import conjugate, real
from unigrad.primitives.manipulation import matrix_transpose
from unigrad.samples import INF, NAN, Array, at, sample

__all__ = [
    "cholesky",
    "cofactor",
    "det",
    "inv",
    "qr",
    "qr_packed",
    "slogdet",
    "slogdet_packed",
]


Options = dict[str, Any]
Shape = tuple[int, ...]


class QRResult(NamedTuple):
    """What `qr` gives: a matrix with orthonormal columns, and an upper triangle."""

    Q: Tensor
    R: Tensor


class SlogdetResult(NamedTuple):
    """What `slogdet` gives: the sign of the determinant, and the logarithm of its size."""

    sign: Tensor
    logabsdet: Tensor


def matrices(arrays: tuple[Any, ...], options: Options) -> Options:
    """Refuses what is no matrix nor a stack of them."""
    shape = tuple(arrays[0].raw.shape)
    if len(shape) < 2:
        raise ShapeError(f"a matrix or a stack of them is needed; got an array of shape {shape}")
    return options


def square(arrays: tuple[Any, ...], options: Options) -> Options:
    """Refuses what is no square matrix nor a stack of them."""
    shape = tuple(arrays[0].raw.shape)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"a square matrix or a stack of them is needed; got an array of shape {shape}")
    return options


def identity_like(xp: Any, x: Any) -> Any:
    """The identity in the shape and dtype of a (stack of) square ``x``."""
    return xp.tril(xp.triu(xp.ones_like(x), k=0), k=0)


def as_diagonal(xp: Any, values: Any, like: Any) -> Any:
    """The values on the diagonal of a matrix of the shape of `like`, zeros elsewhere."""
    return xp.expand_dims(values, axis=len(values.shape)) * identity_like(xp, like)


def adjoint(xp: Any, x: Any) -> Any:
    """The conjugate transpose; of real matrices the transpose."""
    return conjugate(xp, xp.matrix_transpose(x))


def as_row(xp: Any, x: Any) -> Any:
    """Vectors as matrices of one row."""
    return xp.expand_dims(x, axis=len(x.shape) - 1)


def as_column(xp: Any, x: Any) -> Any:
    """Vectors as matrices of one column; numbers as vectors of one element."""
    return xp.expand_dims(x, axis=len(x.shape))


def over(xp: Any, numerator: Any, denominator: Any) -> Any:
    """The quotient; where the denominator is 0 NaN, but 0 if there is nothing to divide."""
    none = (denominator == 0) & (numerator == numerator)
    quotient = numerator / xp.where(none, 1.0, denominator)
    return xp.where(none & (numerator != 0), math.nan, xp.where(none, 0.0, quotient))


SQUARES = [
    sample(Array((3, 3))),
    sample(Array((2, 2, 2))),
    sample(Array((1, 1))),
    sample(Array((3, 3), dtype="complex")),
    sample(Array((1, 3, 2, 2))),
]
ONES = [sample(Array((1, 1), 0.5, 2.0)), sample(Array((2, 1, 1), 0.5, 2.0))]
"""Matrices that have every property there is; the suite composes functions of symmetric matrices with larger ones."""
REGULAR = [
    sample(Array((3, 3), distinct=True)),
    sample(Array((2, 2, 2), 0.2, 3.0, distinct=True)),
    sample(Array((3, 3), dtype="complex")),
]
EYE = [[1.0, 0.0], [0.0, 1.0]]
ZEROS = [[0.0, 0.0], [0.0, 0.0]]
NANS = [[NAN, NAN], [NAN, NAN]]
"""The matrices of conventions."""


def _inv_x(xp: Any, g: Any, out: Any) -> Any:
    transposed = xp.matrix_transpose(out)
    return -xp.matmul(transposed, xp.matmul(g, transposed))


@primitive(
    vjp={"x": _inv_x},
    jvp={"x": lambda xp, t, out: -xp.matmul(out, xp.matmul(t, out))},
    prepare=square,
    floating=True,
    samples=REGULAR,
    conventions=[
        at(each, slope=NANS, why="no inverse", refused=True, agree="jax", autograd="error", torch="error")
        for each in (ZEROS, [[1.0, 2.0], [2.0, 4.0]])
    ],
)
def inv(x, /):
    """Inverse of a square matrix; a singular one is the library's to refuse, or to answer with NaN and infinities (JAX)."""


def _cofactor_x(xp: Any, g: Any, x: Any) -> Any:
    """Exact at singular matrices: in the basis of the singular vectors the derivatives are products of values, two left out.

    For diagonal D and i ≠ j: d cof(D)_ii = Σ_k E_kk Π_{l≠i,k} d_l and d cof(D)_ij = -E_ji Π_{l≠i,j} d_l; and
    cof(U D Vᴴ) = det U (det V)* · U* cof(D) Vᵀ for unitary U and V.
    """
    u, s, v = svd_parts(xp.svd_packed(x), x.shape)
    inner = xp.matmul(adjoint(xp, u), xp.matmul(g, v))
    unit = identity_like(xp, inner)
    left_out = (as_row(xp, xp.real(unit)) + xp.expand_dims(xp.real(unit), axis=len(unit.shape) - 2)) > 0
    rest = xp.prod(xp.where(left_out, 1.0, as_row(xp, as_row(xp, xp.real(s)))), axis=-1) * (1 - unit)
    on_diagonal = xp.matmul(rest, as_column(xp, xp.sum(inner * unit, axis=-1)))
    middle = on_diagonal * unit - xp.matrix_transpose(inner) * rest
    turn = xp.det(u) * conjugate(xp, xp.det(v))
    sign = turn if is_complex(turn.dtype) else xp.sign(turn)
    return as_column(xp, as_column(xp, sign)) * xp.matmul(conjugate(xp, u), xp.matmul(middle, xp.matrix_transpose(v)))


@primitive(
    vjp={"x": _cofactor_x},
    jvp={"x": lambda xp, t, x: _cofactor_x(xp, t, x)},  # second derivatives of the determinant: symmetric
    prepare=square,
    floating=True,
    samples=SQUARES,
)
def cofactor(x, /):
    """The matrix of cofactors of a square matrix, the gradient of its determinant; by singular values, exact for singular ones too."""


@primitive(
    vjp={"x": lambda xp, g, x: as_column(xp, as_column(xp, g)) * xp.cofactor(x)},
    jvp={"x": lambda xp, t, x: xp.sum(xp.cofactor(x) * t, axis=(-2, -1), keepdims=False)},
    prepare=square,
    floating=True,
    samples=SQUARES,
    conventions=[
        at(
            [[1.0, 2.0], [2.0, 4.0]],
            slope=[[4.0, -2.0], [-2.0, 1.0]],
            why="exists: the transposed adjugate",
            second=[[1.0, -1.0], [-1.0, 1.0]],
            agree="jax",
            autograd="error",
            torch=ZEROS,
        ),
        at(
            ZEROS,
            slope=ZEROS,
            why="exists: the transposed adjugate",
            second=[[1.0, -1.0], [-1.0, 1.0]],
            agree="jax torch mxnet",
            autograd="error",
            tf="error",
        ),
        at(
            [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]],
            slope=[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
            why="exists: the transposed adjugate",
            agree="jax torch",
            autograd="error",
        ),
        at(
            [[2.0, 0.0, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 0.0]],
            slope=[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 6.0]],
            why="exists: the transposed adjugate",
            agree="jax",
            autograd="error",
            torch=[[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]],
        ),
    ],
)
def det(x, /):
    """Determinant of a square matrix; at a singular one the gradient is the transposed adjugate, exact to second order."""


def _slogdet_x(xp: Any, g: Any, out: Any, x: Any) -> Any:
    """The logarithm follows the real part of tr(x⁻¹ dx), and the sign of a complex determinant turns with the imaginary part."""
    slope = g[..., 1]
    if is_complex(x.dtype):
        slope = xp.real(slope) + 1j * xp.imag(out[..., 0] * g[..., 0])
    return as_column(xp, as_column(xp, slope)) * xp.matrix_transpose(xp.inv(x))


def _slogdet_tangent(xp: Any, t: Any, out: Any, x: Any) -> Any:
    """As `_slogdet_x`; the public function takes the real part of the logarithm."""
    trace = xp.sum(xp.matrix_transpose(xp.inv(x)) * t, axis=(-2, -1), keepdims=False)
    if not is_complex(x.dtype):
        return xp.stack([xp.zeros_like(trace), trace], axis=-1)
    return xp.stack([out[..., 0] * (1j * xp.imag(trace)), trace], axis=-1)


@primitive(
    vjp={"x": _slogdet_x},
    jvp={"x": _slogdet_tangent},
    prepare=square,
    floating=True,
    samples=ONES,
)
def slogdet_packed(x, /):
    """`slogdet`, its two parts along a new last axis."""


@composition(
    samples=REGULAR,
    conventions=[
        at(
            ZEROS,
            slope=NANS,
            cotangent=(0.0, 1.0),
            why="infinite without a direction",
            refused=True,
            agree="jax",
            autograd="error",
            torch=[[NAN, NAN], [NAN, INF]],
        )
    ],
)
def slogdet(x, /) -> SlogdetResult:
    """The sign of the determinant and the logarithm of its size, without overflow; singular: as `inv`.

    The sign is a constant, but that of a complex determinant turns.
    """
    packed = slogdet_packed(x)
    return SlogdetResult(packed[..., 0], real(packed[..., 1]))


def _cholesky_x(xp: Any, g: Any, out: Any) -> Any:
    """Murray (2016), "Differentiation of the Cholesky decomposition", arXiv:1602.07527, equation 10, made symmetric."""
    upper = xp.matrix_transpose(out)  # the adjoint of the conjugate
    middle = xp.tril(xp.matmul(upper, g), k=0)
    middle = middle - 0.5 * xp.triu(middle, k=0)
    left = xp.solve_triangular(upper, middle, lower=False)
    whole = xp.solve_triangular(upper, adjoint(xp, left), lower=False)
    return hermitian(xp, whole)


def hermitian(xp: Any, x: Any) -> Any:
    """The Hermitian part; of real matrices the symmetric one."""
    return 0.5 * (x + adjoint(xp, x))


def _cholesky_tangent(xp: Any, t: Any, out: Any) -> Any:
    """Murray (2016), equation 8."""
    left = xp.solve_triangular(out, hermitian(xp, t), lower=True)
    inner = xp.tril(xp.solve_triangular(out, adjoint(xp, left), lower=True), k=0)
    return xp.matmul(out, inner - 0.5 * xp.triu(inner, k=0))


@primitive(
    vjp={"x": _cholesky_x},
    jvp={"x": _cholesky_tangent},
    prepare=square,
    floating=True,
    samples=ONES,
    conventions=[
        at(
            [[1.0, 1.0], [1.0, 1.0]],
            slope=NANS,
            why="singular",
            refused=True,
            agree="jax",
            autograd="error",
            torch="error",
        ),
        at(
            [[-1.0, 0.0], [0.0, -1.0]],
            slope=NANS,
            why="not positive definite",
            refused=True,
            agree="jax",
            autograd="error",
            torch="error",
        ),
        at(
            [[4.0, 2.0], [2.0, 5.0]],
            slope=[[0.1875, 0.125], [0.125, 0.25]],
            why="exists among symmetric matrices: the symmetric gradient",
            agree="autograd jax torch",
        ),
    ],
)
def cholesky(x, /):
    """The lower triangle whose product with its transpose is the symmetric, positive definite ``x``; the gradient is symmetric.

    NumPy and Torch raise an error of their own where ``x`` is not positive definite, JAX gives NaN.
    """


def _qr_parts(xp: Any, packed: Any, m: int) -> tuple[Any, Any]:
    return xp.matrix_transpose(packed[..., :m]), packed[..., m:]


def _qr_x(xp: Any, g: Any, out: Any, x_shape: Shape) -> Any:
    """Walter & Lehmann (2018), "Algorithmic differentiation of linear algebra functions", arXiv:1009.6112.

    The columns of a wide matrix beyond the square part are Q times those of R, and add to the cotangent of Q.
    """
    m, n = x_shape[-2:]
    q, r = _qr_parts(xp, conjugate(xp, out), m)
    gq, gr = _qr_parts(xp, g, m)
    if m >= n:
        return _tall_qr_x(xp, q, r, gq, gr)
    beyond, g_beyond = xp.matmul(q, r[..., m:]), gr[..., m:]
    gq = gq + xp.matmul(beyond, adjoint(xp, g_beyond))
    square_part = _tall_qr_x(xp, q, r[..., :m], gq, gr[..., :m])
    return xp.concat([square_part, xp.matmul(q, g_beyond)], axis=-1)


def _tall_qr_x(xp: Any, q: Any, r: Any, gq: Any, gr: Any) -> Any:
    middle = xp.matmul(r, adjoint(xp, xp.triu(gr, k=0))) - xp.matmul(adjoint(xp, gq), q)
    below = xp.tril(middle, k=0)
    below = below - 0.5 * xp.triu(below, k=0)
    whole = gq + xp.matmul(q, below + adjoint(xp, below))
    return adjoint(xp, xp.solve_triangular(r, adjoint(xp, whole), lower=False))


def _qr_tangent(xp: Any, t: Any, out: Any, x_shape: Shape) -> Any:
    """Walter & Lehmann (2018), equations 13 to 17; R keeps a real diagonal. A wide matrix: R = Qᴴ x beyond the square part."""
    m, n = x_shape[-2:]
    q, r = _qr_parts(xp, out, m)
    k = min(m, n)
    moved = adjoint(xp, xp.solve_triangular(adjoint(xp, r[..., :k]), adjoint(xp, t[..., :k]), lower=True))
    inner = xp.matmul(adjoint(xp, q), moved)
    below = xp.tril(inner, k=-1)
    turn = below - adjoint(xp, below)
    if is_complex(turn.dtype):
        turn = turn + (inner - xp.real(inner)) * identity_like(xp, inner)
    tq = xp.matmul(q, turn - inner) + moved
    tr = xp.matmul(inner - turn, r[..., :k])
    if m < n:
        beyond = xp.matmul(adjoint(xp, tq), xp.matmul(q, r[..., k:])) + xp.matmul(adjoint(xp, q), t[..., k:])
        tr = xp.concat([tr, beyond], axis=-1)
    return xp.concat([xp.matrix_transpose(tq), tr], axis=-1)


@primitive(vjp={"x": _qr_x}, jvp={"x": _qr_tangent}, prepare=matrices, floating=True, samples=ONES)
def qr_packed(x, /):
    """`qr`: the transpose of Q, then R, along the last axis."""


@composition(samples=ONES)
def qr(x, /, mode="reduced") -> QRResult | Tensor:
    """``x`` as the product of Q with orthonormal columns and the upper triangle R; with ``mode="r"`` R alone.

    The first columns of ``x``, as many as it has rows or all, must be linearly independent for a gradient. With
    ``mode="complete"`` Q is square; where that adds columns they have no derivative, and a recorded ``x`` is refused with
    `ArgumentError`.
    """
    if mode not in ("reduced", "complete", "r"):
        raise ArgumentError(f"'qr' takes mode='reduced', 'complete' or 'r'; got {mode!r}")
    x = asarray(x)
    if mode == "complete" and x.ndim > 1 and x.shape[-2] > x.shape[-1]:
        return _complete_qr(x)
    packed = qr_packed(x)
    r = packed[..., x.shape[-2] :]
    return r if mode == "r" else QRResult(matrix_transpose(packed[..., : x.shape[-2]]), r)


def _complete_qr(x: Tensor) -> QRResult:
    if x.node is not None:
        raise ArgumentError(
            f"the complete 'qr' of matrices of shape {tuple(x.shape[-2:])} has no derivative; use mode='reduced'"
        )
    x = x if x.dtype.kind in ("real", "complex") else astype(x, settings.get_default_dtype())
    return QRResult(*(make_tensor(part, x.xp) for part in x.xp.qr_complete(x.raw)))


def svd_parts(packed: Any, x_shape: Shape) -> tuple[Any, Any, Any]:
    """The left vectors, the values and the right vectors of a packed decomposition."""
    m = x_shape[-2]
    return packed[..., :m, :], packed[..., m, :], packed[..., m + 1 :, :]
