"""Spectra of symmetric matrices, singular values and pseudo-inverses; see `unigrad.primitives.decomposition`."""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad import settings
from unigrad.card import composition, primitive
from unigrad.conversion import is_complex
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.decomposition import (
    EYE,
    NANS,
    ONES,
    ZEROS,
    Options,
    Shape,
    adjoint,
    as_column,
    as_diagonal,
    as_row,
    hermitian,
    identity_like,
    matrices,
    over,
    square,
    svd_parts,
)
from unigrad.primitives.magnitudes import conj, conjugate, real, real_part
from unigrad.primitives.manipulation import matrix_transpose
from unigrad.samples import Array, at, sample

__all__ = [
    "eigh",
    "eigh_packed",
    "eigvalsh",
    "pinv",
    "svd",
    "svd_packed",
    "svdvals",
]


class EighResult(NamedTuple):
    """What `eigh` gives: the eigenvalues in ascending order, and the eigenvectors as columns."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class SVDResult(NamedTuple):
    """What `svd` gives: the left vectors as columns, the singular values in descending order, the right vectors as rows."""

    U: Tensor
    S: Tensor
    Vh: Tensor


def _turning(xp: Any, part: Any) -> Any:
    """What is antisymmetric in ``part``, without the diagonal: there complex vectors turn by a phase, which is no rotation."""
    skew = part - adjoint(xp, part)
    return skew - skew * identity_like(xp, skew) if is_complex(skew.dtype) else skew


def _eigh_x(xp: Any, g: Any, out: Any) -> Any:
    """Giles (2008), "An extended collection of matrix derivative results", section 3.1, made symmetric."""
    w, v = xp.real(out[..., 0, :]), conjugate(xp, out[..., 1:, :])
    turned = _turning(xp, xp.matmul(adjoint(xp, v), g[..., 1:, :]))
    slopes = as_diagonal(xp, xp.real(g[..., 0, :]), turned)
    inner = 0.5 * over(xp, turned, as_row(xp, w) - as_column(xp, w)) + slopes
    return xp.matmul(v, xp.matmul(inner, adjoint(xp, v)))


def _eigh_tangent(xp: Any, t: Any, out: Any) -> Any:
    """Giles (2008), section 3.1."""
    w, v = xp.real(out[..., 0, :]), out[..., 1:, :]
    inner = xp.matmul(adjoint(xp, v), xp.matmul(hermitian(xp, t), v))
    on_diagonal = inner * identity_like(xp, inner)
    turn = over(xp, inner - on_diagonal, as_row(xp, w) - as_column(xp, w))
    return xp.concat([as_row(xp, xp.sum(on_diagonal, axis=-1)), xp.matmul(v, turn)], axis=-2)


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
    return xp.matmul(v * as_row(xp, g), adjoint(xp, v))


def _eigvalsh_tangent(xp: Any, t: Any, x: Any) -> Any:
    v = xp.eigh_packed(x)[..., 1:, :]
    return xp.sum(real_part(xp, conjugate(xp, v) * xp.matmul(hermitian(xp, t), v)), axis=-2)


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


def _svd_x(xp: Any, g: Any, out: Any, x_shape: Shape) -> Any:
    """Townsend (2016), "Differentiating the singular value decomposition", equations 26 to 28.

    For complex matrices with the term of Wan & Zhang (2019), "Automatic differentiation for complex valued SVD",
    arXiv:1909.02659, equation 2: the vectors of a pair turn by one phase.
    """
    u, s, v = svd_parts(conjugate(xp, out), x_shape)
    gu, gs, gv = svd_parts(g, x_shape)
    row, column = as_row(xp, xp.real(s)), as_column(xp, xp.real(s))
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
    u, s, v = svd_parts(out, x_shape)
    row, column = as_row(xp, xp.real(s)), as_column(xp, xp.real(s))
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
    values = as_row(xp, xp.sum(on_diagonal, axis=-1))
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
        u, s, v = svd_parts(svd_packed(x), tuple(x.shape))
        rows = matrix_transpose(v)
        return SVDResult(u, real(s), conj(rows) if x.dtype.kind == "complex" else rows)
    if x.node is not None:
        raise ArgumentError(
            f"the full 'svd' of matrices of shape {tuple(x.shape[-2:])} has no derivative; use full_matrices=False"
        )
    return SVDResult(*(make_tensor(part, x.xp) for part in x.xp.svd_full(x.raw)))


def _svdvals_x(xp: Any, g: Any, x: Any) -> Any:
    u, _, v = svd_parts(conjugate(xp, xp.svd_packed(x)), x.shape)
    return xp.matmul(u * as_row(xp, g), adjoint(xp, v))


def _svdvals_tangent(xp: Any, t: Any, x: Any) -> Any:
    u, _, v = svd_parts(xp.svd_packed(x), x.shape)
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
