"""Factorizations and spectra of real and complex matrices, one or a stack of them.

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
from unigrad.primitives.magnitudes import conj, conjugate, real, real_part
from unigrad.primitives.manipulation import matrix_transpose
from unigrad.samples import INF, NAN, Array, at, sample

__all__ = [
    "cholesky",
    "cofactor",
    "det",
    "eigh",
    "eigh_packed",
    "eigvalsh",
    "inv",
    "pinv",
    "qr",
    "qr_packed",
    "slogdet",
    "slogdet_packed",
    "svd",
    "svd_packed",
    "svdvals",
]

Options = dict[str, Any]
Shape = tuple[int, ...]


class EighResult(NamedTuple):
    """What `eigh` gives: the eigenvalues in ascending order, and the eigenvectors as columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class QRResult(NamedTuple):
    """What `qr` gives: a matrix with orthonormal columns, and an upper triangle."""

    Q: Tensor
    R: Tensor


class SlogdetResult(NamedTuple):
    """What `slogdet` gives: the sign of the determinant, and the logarithm of its size."""

    sign: Tensor
    logabsdet: Tensor


class SVDResult(NamedTuple):
    """What `svd` gives: the left vectors as columns, the singular values in descending order, the right vectors as rows."""

    U: Tensor
    S: Tensor
    Vh: Tensor


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


def _row(xp: Any, x: Any) -> Any:
    return xp.expand_dims(x, axis=len(x.shape) - 1)


def _column(xp: Any, x: Any) -> Any:
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
    u, s, v = _svd_parts(xp.svd_packed(x), x.shape)
    inner = xp.matmul(adjoint(xp, u), xp.matmul(g, v))
    unit = identity_like(xp, inner)
    left_out = (_row(xp, xp.real(unit)) + xp.expand_dims(xp.real(unit), axis=len(unit.shape) - 2)) > 0
    rest = xp.prod(xp.where(left_out, 1.0, _row(xp, _row(xp, xp.real(s)))), axis=-1) * (1 - unit)
    on_diagonal = xp.matmul(rest, _column(xp, xp.sum(inner * unit, axis=-1)))
    middle = on_diagonal * unit - xp.matrix_transpose(inner) * rest
    turn = xp.det(u) * conjugate(xp, xp.det(v))
    sign = turn if is_complex(turn.dtype) else xp.sign(turn)
    return _column(xp, _column(xp, sign)) * xp.matmul(conjugate(xp, u), xp.matmul(middle, xp.matrix_transpose(v)))


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
    vjp={"x": lambda xp, g, x: _column(xp, _column(xp, g)) * xp.cofactor(x)},
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
    return _column(xp, _column(xp, slope)) * xp.matrix_transpose(xp.inv(x))


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
    return _hermitian(xp, whole)


def _hermitian(xp: Any, x: Any) -> Any:
    return 0.5 * (x + adjoint(xp, x))


def _cholesky_tangent(xp: Any, t: Any, out: Any) -> Any:
    """Murray (2016), equation 8."""
    left = xp.solve_triangular(out, _hermitian(xp, t), lower=True)
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


def _turning(xp: Any, part: Any) -> Any:
    """What is antisymmetric in ``part``, without the diagonal: there complex vectors turn by a phase, which is no rotation."""
    skew = part - adjoint(xp, part)
    return skew - skew * identity_like(xp, skew) if is_complex(skew.dtype) else skew


def _complete_qr(x: Tensor) -> QRResult:
    if x.node is not None:
        raise ArgumentError(
            f"the complete 'qr' of matrices of shape {tuple(x.shape[-2:])} has no derivative; use mode='reduced'"
        )
    x = x if x.dtype.kind in ("real", "complex") else astype(x, settings.get_default_dtype())
    return QRResult(*(make_tensor(part, x.xp) for part in x.xp.qr_complete(x.raw)))


def _eigh_x(xp: Any, g: Any, out: Any) -> Any:
    """Giles (2008), "An extended collection of matrix derivative results", section 3.1, made symmetric."""
    w, v = xp.real(out[..., 0, :]), conjugate(xp, out[..., 1:, :])
    turned = _turning(xp, xp.matmul(adjoint(xp, v), g[..., 1:, :]))
    slopes = as_diagonal(xp, xp.real(g[..., 0, :]), turned)
    inner = 0.5 * over(xp, turned, _row(xp, w) - _column(xp, w)) + slopes
    return xp.matmul(v, xp.matmul(inner, adjoint(xp, v)))


def _eigh_tangent(xp: Any, t: Any, out: Any) -> Any:
    """Giles (2008), section 3.1."""
    w, v = xp.real(out[..., 0, :]), out[..., 1:, :]
    inner = xp.matmul(adjoint(xp, v), xp.matmul(_hermitian(xp, t), v))
    on_diagonal = inner * identity_like(xp, inner)
    turn = over(xp, inner - on_diagonal, _row(xp, w) - _column(xp, w))
    return xp.concat([_row(xp, xp.sum(on_diagonal, axis=-1)), xp.matmul(v, turn)], axis=-2)


@primitive(vjp={"x": _eigh_x}, jvp={"x": _eigh_tangent}, prepare=square, floating=True, samples=ONES)
def eigh_packed(x, /):
    """`eigh`: the values as the first row, the vectors below them."""


@composition(
    samples=ONES,
    conventions=[
        at(
            EYE,
            slope=NANS,
            cotangent=([0.0, 0.0], [[1.0, 2.0], [3.0, 5.0]]),
            why="none: the vectors turn freely",
            agree="autograd jax torch",
        ),
        at(
            EYE,
            slope=EYE,
            cotangent=([1.0, 1.0], ZEROS),
            why="exists: the trace",
            agree="autograd",
            jax=NANS,
            torch=NANS,
        ),
    ],
)
def eigh(x, /) -> EighResult:
    """Eigenvalues and eigenvectors of a symmetric ``x``, of which the lower triangle counts; the gradient is symmetric.

    Where eigenvalues coincide the vectors have no derivative: a gradient that comes through them is NaN.
    """
    packed = eigh_packed(x)
    return EighResult(real(packed[..., 0, :]), packed[..., 1:, :])


def _eigvalsh_x(xp: Any, g: Any, x: Any) -> Any:
    v = conjugate(xp, xp.eigh_packed(x)[..., 1:, :])
    return xp.matmul(v * _row(xp, g), adjoint(xp, v))


def _eigvalsh_tangent(xp: Any, t: Any, x: Any) -> Any:
    v = xp.eigh_packed(x)[..., 1:, :]
    return xp.sum(real_part(xp, conjugate(xp, v) * xp.matmul(_hermitian(xp, t), v)), axis=-2)


@primitive(
    vjp={"x": _eigvalsh_x},
    jvp={"x": _eigvalsh_tangent},
    prepare=square,
    floating=True,
    samples=ONES,
    conventions=[
        at(
            EYE,
            slope=[[1.0, 0.0], [0.0, 0.0]],
            cotangent=[1.0, 0.0],
            why="of the vector found for each value",
            agree="autograd jax torch",
        ),
        at(EYE, slope=EYE, why="exists: the trace", agree="autograd jax torch"),
    ],
)
def eigvalsh(x, /):
    """Eigenvalues of a symmetric ``x`` in ascending order; where they coincide each has the slope of the vector found for it."""


def _svd_parts(packed: Any, x_shape: Shape) -> tuple[Any, Any, Any]:
    m = x_shape[-2]
    return packed[..., :m, :], packed[..., m, :], packed[..., m + 1 :, :]


def _svd_x(xp: Any, g: Any, out: Any, x_shape: Shape) -> Any:
    """Townsend (2016), "Differentiating the singular value decomposition", equations 26 to 28.

    For complex matrices with the term of Wan & Zhang (2019), "Automatic differentiation for complex valued SVD",
    arXiv:1909.02659, equation 2: the vectors of a pair turn by one phase.
    """
    u, s, v = _svd_parts(conjugate(xp, out), x_shape)
    gu, gs, gv = _svd_parts(g, x_shape)
    row, column = _row(xp, xp.real(s)), _column(xp, xp.real(s))
    gap = (row - column) * (row + column)
    inner = as_diagonal(xp, xp.real(gs), gap)
    left, right = xp.matmul(adjoint(xp, u), gu), xp.matmul(adjoint(xp, v), gv)
    inner = inner + over(xp, _turning(xp, left), gap) * row + column * over(xp, _turning(xp, right), gap)
    if is_complex(left.dtype):
        phase = 0.5 * (left - adjoint(xp, left)) * identity_like(xp, left)
        inner = inner + over(xp, phase, row)
    result = xp.matmul(u, xp.matmul(inner, adjoint(xp, v)))
    m, n = x_shape[-2:]
    if m > n:
        result = result + xp.matmul(over(xp, gu - xp.matmul(u, left), row), adjoint(xp, v))
    if m < n:
        outside = over(xp, gv - xp.matmul(v, right), row)
        result = result + xp.matmul(u, adjoint(xp, outside))
    return result


def _svd_tangent(xp: Any, t: Any, out: Any, x_shape: Shape) -> Any:
    """Townsend (2016), equations 13 to 18, with the phase of complex vectors in the left ones, as the pull has it.

    The public function takes the real part of the values.
    """
    u, s, v = _svd_parts(out, x_shape)
    row, column = _row(xp, xp.real(s)), _column(xp, xp.real(s))
    gap = (row - column) * (row + column)
    moved, moved_back = xp.matmul(t, v), xp.matmul(adjoint(xp, t), u)
    inner = xp.matmul(adjoint(xp, u), moved)
    on_diagonal = inner * identity_like(xp, inner)
    off = inner - on_diagonal
    left, right = off * row, off * column
    tu = xp.matmul(u, over(xp, left + adjoint(xp, left), gap))
    tv = xp.matmul(v, over(xp, right + adjoint(xp, right), gap))
    if is_complex(inner.dtype):
        tu = tu + xp.matmul(u, over(xp, 0.5 * (on_diagonal - adjoint(xp, on_diagonal)), row))
    m, n = x_shape[-2:]
    if m > n:
        tu = tu + over(xp, moved - xp.matmul(u, inner), row)
    if m < n:
        tv = tv + over(xp, moved_back - xp.matmul(v, adjoint(xp, inner)), row)
    values = _row(xp, xp.sum(on_diagonal, axis=-1))
    return xp.concat([tu, values, tv], axis=-2)


@primitive(vjp={"x": _svd_x}, jvp={"x": _svd_tangent}, prepare=matrices, floating=True, samples=ONES)
def svd_packed(x, /):
    """`svd`: the left vectors, the values as one row, and the right vectors, both kinds of vectors as columns."""


@composition(
    samples=ONES,
    conventions=[
        at(
            EYE,
            slope=NANS,
            cotangent=([[1.0, 2.0], [3.0, 5.0]], [0.0, 0.0], ZEROS),
            why="none: the vectors turn freely",
            agree="autograd jax torch",
        )
    ],
)
def svd(x, /, full_matrices=True) -> SVDResult:
    """Singular values and vectors: ``x`` is ``(U * S) @ Vh``.

    With ``full_matrices`` the vectors of a matrix that is not square are made complete; those have no derivative, and a
    recorded ``x`` is refused with `ArgumentError`. Where singular values coincide, a gradient through the vectors is NaN.
    """
    x = asarray(x)
    x = x if x.dtype.kind in ("real", "complex") else astype(x, settings.get_default_dtype())
    if x.ndim < 2 or x.shape[-1] == x.shape[-2] or not full_matrices:
        u, s, v = _svd_parts(svd_packed(x), tuple(x.shape))
        rows = matrix_transpose(v)
        return SVDResult(u, real(s), conj(rows) if x.dtype.kind == "complex" else rows)
    if x.node is not None:
        raise ArgumentError(
            f"the full 'svd' of matrices of shape {tuple(x.shape[-2:])} has no derivative; use full_matrices=False"
        )
    return SVDResult(*(make_tensor(part, x.xp) for part in x.xp.svd_full(x.raw)))


def _svdvals_x(xp: Any, g: Any, x: Any) -> Any:
    u, _, v = _svd_parts(conjugate(xp, xp.svd_packed(x)), x.shape)
    return xp.matmul(u * _row(xp, g), adjoint(xp, v))


def _svdvals_tangent(xp: Any, t: Any, x: Any) -> Any:
    u, _, v = _svd_parts(xp.svd_packed(x), x.shape)
    return xp.sum(real_part(xp, conjugate(xp, u) * xp.matmul(t, v)), axis=-2)


@primitive(
    vjp={"x": _svdvals_x},
    jvp={"x": _svdvals_tangent},
    prepare=matrices,
    floating=True,
    samples=[
        *(sample(Array(shape, distinct=True)) for shape in ((3, 3), (4, 2), (2, 2, 3))),
        sample(Array((3, 2), dtype="complex")),
    ],
    conventions=[
        at(
            EYE,
            slope=[[1.0, 0.0], [0.0, 0.0]],
            cotangent=[1.0, 0.0],
            why="of the vectors found for each value",
            agree="jax torch",
            autograd=NANS,
        ),
        at(
            ZEROS, slope=EYE, why="U Vᵀ of the vectors found, one of the subgradients", agree="jax torch", autograd=NANS
        ),
    ],
)
def svdvals(x, /):
    """Singular values in descending order; where they coincide each has the slope of the vectors found for it."""


def precision(x: Tensor) -> float:
    """What counts as 0 beside 1 among the singular values: the larger length times the precision of the dtype."""
    longer = x.raw.shape[-2] if x.raw.shape[-2] > x.raw.shape[-1] else x.raw.shape[-1]
    dtype = x.dtype if x.dtype.kind in ("real", "complex") else settings.get_default_dtype()
    return float(longer * settings.host().finfo(dtype.name).eps)


def _tolerance(arrays: tuple[Any, ...], options: Options) -> Options:
    matrices(arrays, options)
    rtol = options["rtol"]
    return {**options, "rtol": precision(arrays[0]) if rtol is None else float(rtol)}


def _pinv_x(xp: Any, g: Any, x: Any, out: Any) -> Any:
    """Golub & Pereyra (1973), "The differentiation of pseudo-inverses …", equation 4.12: of constant rank."""
    x, out = conjugate(xp, x), conjugate(xp, out)
    gh, outh = adjoint(xp, g), adjoint(xp, out)
    above = xp.matmul(gh - xp.matmul(x, xp.matmul(out, gh)), xp.matmul(out, outh))
    below = xp.matmul(xp.matmul(outh, out), gh - xp.matmul(xp.matmul(gh, out), x))
    return above + below - xp.matmul(outh, xp.matmul(g, outh))


def _pinv_tangent(xp: Any, t: Any, x: Any, out: Any) -> Any:
    """Golub & Pereyra (1973), equation 4.12."""
    th, outh = adjoint(xp, t), adjoint(xp, out)
    above = xp.matmul(xp.matmul(out, outh), th - xp.matmul(th, xp.matmul(x, out)))
    below = xp.matmul(th - xp.matmul(out, xp.matmul(x, th)), xp.matmul(outh, out))
    return above + below - xp.matmul(out, xp.matmul(t, out))


@primitive(
    vjp={"x": _pinv_x},
    jvp={"x": _pinv_tangent},
    prepare=_tolerance,
    floating=True,
    samples=[
        *(sample(Array(shape, distinct=True)) for shape in ((3, 2), (2, 3), (2, 2))),
        sample(Array((2, 4, 2), -3, 3)),
        sample(Array((3, 2), dtype="complex")),
    ],
    conventions=[
        at(ZEROS, slope=ZEROS, why="that at constant rank", agree="autograd jax torch"),
        at(
            [[2.0, 0.0], [0.0, 0.0]],
            slope=[[-0.25, 0.25], [0.25, 0.0]],
            why="that at constant rank",
            agree="autograd jax torch",
        ),
    ],
)
def pinv(x, /, rtol=None):
    """Pseudo-inverse; singular values up to ``rtol`` times the largest count as 0. The gradient is that at constant rank."""
