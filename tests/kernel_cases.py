"""Calls of kernels, as plain data: what every backend has to answer alike, in value and in dtype.

Arrays are NumPy's here and are handed to a backend with its own ``from_numpy``; a `DType` stands for a native dtype.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy

INF, NAN = numpy.inf, numpy.nan

A = numpy.array([[1.5, -2.0, 0.0], [3.0, 0.5, -0.25]], numpy.float32)
B = numpy.array([2.0, -1.0, 0.5], numpy.float32)
I = numpy.array([[1, 2, 0], [3, -4, 5]], numpy.int32)
U = numpy.abs(I).astype(numpy.uint8)
M = A > 0
D = numpy.array([3.0, 1.0, 2.0, 3.0, 1.0])
ODD = numpy.array([[-INF, -INF], [INF, 0.0], [-INF, 0.0], [800.0, INF], [1e4, -1e4], [NAN, 0.0]])
CUBE = numpy.arange(24.0).reshape(2, 3, 4)


class DType(str):
    """The name of a dtype, to be passed as the backend's own."""

    __slots__ = ()


class Case(NamedTuple):
    """One call: the kernel's name, its arrays, its options."""

    name: str
    arrays: tuple[Any, ...]
    options: dict[str, Any]

    def __str__(self) -> str:
        shapes = ",".join(str(getattr(x, "shape", x)) for x in self.arrays)
        return f"{self.name}({shapes};{','.join(f'{k}={v}' for k, v in self.options.items())})".replace("\n", "")[:90]


def case(name: str, *arrays: Any, **options: Any) -> Case:
    for each in arrays:
        if isinstance(each, numpy.ndarray):
            each.flags.writeable = False  # a kernel that writes to what it is given is found out
    return Case(name, arrays, options)


def elementwise() -> list[Case]:
    unary = """abs atan asinh cos exp expm1 exp2 floor ceil isnan isinf isfinite negative positive round trunc sign
        signbit sin sinh square tanh sigmoid relu logical_not real imag conj""".split()
    binary = """add subtract multiply divide maximum minimum atan2 hypot copysign logaddexp equal less greater
        greater_equal not_equal less_equal""".split()
    yielded = [case(name, A) for name in unary]
    yielded += [case(name, I) for name in "abs negative round sign square ceil floor trunc".split()]
    yielded += [case(name, *pair) for name in binary for pair in ((A, B), (A, 2.0), (2.0, A + 4))]
    yielded += [case(name, *pair) for name in ("remainder", "floor_divide") for pair in ((B + 3, B), (B, 2.0))]
    yielded += [case(name, A, B) for name in "nextafter logical_and logical_or logical_xor".split()]
    yielded += [case("pow", numpy.abs(A) + 1, B), case("pow", A, 2), case("pow", 2.0, A), case("reciprocal", B)]
    yielded += [case("logical_and", M, True), case("bitwise_and", I, I), case("bitwise_invert", I)]
    yielded += [case("bitwise_or", 3, I), case("bitwise_xor", I, 3)]
    yielded += [case("bitwise_left_shift", I, U.astype(numpy.int32)), case("bitwise_right_shift", I, 1)]
    yielded += [case("where", M, *pair) for pair in ((A, B), (A, 0.0), (0.0, A))]
    bounds = ((None, None), (0, None), (None, 1.0), (-1, 1), (B, 2.0), (B, None), (-3.0, B))
    yielded += [case("clip", A, *pair) for pair in bounds]
    yielded += [case("sign", numpy.array([NAN, -0.0, 3.0]))]
    yielded += [case("sigmoid", numpy.array([-1e4, -30, 0, 30, 1e4, NAN, INF, -INF], numpy.float32))]
    yielded += [case("hypot", numpy.array([3e200, 0.0, INF]), numpy.array([4e200, 0.0, 1.0]))]
    yielded += [case("logaddexp", numpy.array([-INF, 1e4, INF]), numpy.array([-INF, 0.0, INF]))]
    yielded += [case(name, numpy.array([NAN, 1.0]), numpy.array([1.0, NAN])) for name in ("maximum", "minimum")]
    yielded += [case(name, A) for name in "cbrt deg2rad rad2deg sinc".split()]
    binary = "fmax fmin heaviside logaddexp2 fmod".split()
    yielded += [case(name, *pair) for name in binary for pair in ((A, B), (A, 2.0), (2.0, A + 4))]
    yielded += [case(name, numpy.array([NAN, 1.0, NAN]), numpy.array([1.0, NAN, NAN])) for name in ("fmax", "fmin")]
    yielded += [case("copysign", numpy.array([1.0, 2.0]), numpy.array([-0.0, 0.0]))]
    yielded += [case("ldexp", A, I), case("ldexp", A, 3), case("ldexp", A[:, :1], I[0])]
    far = numpy.array([2000, -2100, 1000, -1000, 3, -3], numpy.int32)
    yielded += [case("ldexp", numpy.array([2.0**-1000, 2.0**1023, 1.5, -0.5, INF, NAN]), far)]
    yielded += [case("ldexp", numpy.array([1.5, 0.0], numpy.float32), numpy.array([100, 200], numpy.int32))]
    return yielded


def reductions() -> list[Case]:
    axes = (None, 0, -1, (0, 1), ())
    yielded = [case("sum", A)]
    for name in "sum prod any all count_nonzero max min".split():
        for x in (A, I, U) if name in ("max", "min") else (A, I, U, M):
            yielded += [case(name, x, axis=axis, keepdims=kept) for axis in axes for kept in (False, True)]
    for name in "mean var std logsumexp vector_norm".split():
        yielded += [case(name, A, axis=axis, keepdims=kept) for axis in axes[:-1] for kept in (False, True)]
    yielded += [case("mean", A, axis=()), case("logsumexp", A, axis=())]
    yielded += [case("var", A, axis=0, correction=1), case("std", A, correction=1)]
    z = (A + 1j * A[::-1]).astype(numpy.complex64)
    yielded += [case(name, z, axis=0, correction=1, keepdims=True) for name in ("var", "std")]
    for ord in (0, 1, 3, INF, -INF, 0.5):
        yielded += [case("vector_norm", A, ord=ord), case("vector_norm", A, axis=1, ord=ord, keepdims=True)]
    for name in ("argmax", "argmin"):
        for x in (A, I, M):
            yielded += [case(name, x), case(name, x, axis=1, keepdims=True), case(name, x, keepdims=True)]
    for name in ("cumulative_sum", "cumulative_prod"):
        yielded += [case(name, x, axis=axis) for x in (A, I, U) for axis in (0, 1)]
        yielded += [case(name, I[0])]
    yielded += [case("logsumexp", ODD, axis=1), case("logsumexp", ODD[:5])]
    yielded += [case(name, A, axis=axis) for name in ("softmax", "log_softmax") for axis in (0, -1)]
    yielded += [case("logsumexp", numpy.zeros((2, 0)), axis=1)]
    for name in ("softmax", "log_softmax"):
        yielded += [case(name, numpy.zeros(shape), axis=1) for shape in ((2, 0), (0, 2))]
    return yielded


def manipulation() -> list[Case]:
    yielded = [
        case("reshape", A, shape=(3, 2)),
        case("reshape", A, shape=(-1,)),
        case("permute_dims", CUBE, axes=(2, 0, 1)),
    ]
    yielded += [case("expand_dims", A, axis=axis) for axis in (0, 1, 2, -1)]
    yielded += [case("squeeze", A[None, :, None], axis=(0, 2)), case("squeeze", A[None], axis=0)]
    yielded += [case("broadcast_to", B, shape=(2, 3)), case("broadcast_to", numpy.array(2.0), shape=(2, 3))]
    yielded += [
        case("broadcast_to", numpy.array(2.0), shape=()),
        case("concat", [A, A], axis=1),
        case("concat", [B, B]),
    ]
    yielded += [case("stack", [A, A], axis=axis) for axis in (0, 1, -1)]
    yielded += [case("flip", A, axis=1), case("flip", A, axis=None), case("flip", CUBE, axis=(0, 2))]
    yielded += [case("roll", A, shift=1, axis=1), case("roll", A, shift=1, axis=None)]
    yielded += [case("roll", A, shift=(1, -2), axis=(0, 1)), case("roll", A, shift=1, axis=(0, 1))]
    yielded += [case("tile", A, repetitions=times) for times in ((2, 1), (2, 1, 1, 2), (2,))]
    yielded += [case("repeat", A, repeats=2, axis=1), case("repeat", A, repeats=2, axis=None)]
    yielded += [case("repeat", A, repeats=numpy.array([1, 0, 2]), axis=1)]
    yielded += [case("moveaxis", A, source=0, destination=1)]
    yielded += [
        case("moveaxis", CUBE, source=(0, 1), destination=(-1, 0)),
        case("unstack", A, axis=1),
        case("unstack", A),
    ]
    for down in (False, True):
        yielded += [case("sort", A, axis=0, descending=down), case("argsort", D, axis=0, descending=down, stable=True)]
        yielded += [case("argsort", A, axis=-1, descending=down)]
    yielded += [case("searchsorted", numpy.sort(D), D, side=side) for side in ("left", "right")]
    yielded += [case("searchsorted", D, D, sorter=numpy.argsort(D)), case("nonzero", A)]
    yielded += [
        case("take", A, numpy.array([2, 0, -1]), axis=1),
        case("take", A, numpy.array([[2, 0], [1, 1]]), axis=1),
    ]
    yielded += [case("take", A, numpy.array([4, 0]), axis=None)]
    yielded += [case("take_along_axis", A, numpy.array([[2, 0, -1], [1, 1, 1]]), axis=1)]
    yielded += [case("take_along_axis", A, numpy.array([[0, 1, 1]]), axis=0)]
    yielded += [case("take_along_axis", A, numpy.array([[2], [1]]), axis=-1)]
    return yielded


def linalg() -> list[Case]:
    yielded = [case("matmul", A, A.T), case("matmul", I, I.T), case("matmul", B, B), case("matmul", CUBE, CUBE.mT)]
    yielded += [case("tensordot", A, A, axes=axes) for axes in (2, 0, ((1,), (1,)), ((-1,), (1,)), ((0, 1), (0, 1)))]
    yielded += [case("vecdot", A, B, axis=-1), case("vecdot", I, I, axis=0), case("vecdot", CUBE, CUBE, axis=1)]
    yielded += [case("outer", B, B), case("matrix_transpose", CUBE), case("tril", A, k=1), case("triu", A, k=-1)]
    for mode in ("full", "same", "valid"):
        yielded += [case("convolve", D, B.astype(float), mode=mode), case("convolve", I[0], I[1], mode=mode)]
        yielded += [case("convolve", B, numpy.ones(4, numpy.float32), mode=mode)]
    yielded += [case("trace", A), case("trace", I, offset=1), case("trace", CUBE, offset=-1)]
    yielded += [case("diagonal", A), case("diagonal", CUBE, offset=-1, axis1=2, axis2=0), case("diagonal", A, offset=5)]
    square = A[:, :2]
    sums = [("ij,kj->ik", A, A), ("ij->", A), ("ij->ji", A), ("ij,j", A, B), ("...j,j->...", CUBE, D[:4])]
    sums += [("ij,kj,kl->il", A, A, A), ("ii->i", square), ("ii", square), ("i,j->ij", B, B), ("ij,ij->ij", A, A)]
    sums += [("bij,bkj->bik", CUBE, CUBE), ("ij,kj->k", A, A), ("i,i,i->", B, B, B), ("ij,j,i->ij", A, B, B[:2])]
    sums += [
        ("iij,jkk->ik", CUBE[:, :2], CUBE.reshape(4, 2, 3)[:, :, :2]),
        ("ij,jk,kl,lm->im", square, square, square, square),
    ]
    sums += [
        ("...ij,...jk->...ik", CUBE[:1].astype(numpy.float32), numpy.ones((3, 4, 2), numpy.float32)),
        ("ij,ij", I, I),
    ]
    sums += [("ij,jk", numpy.ones((2, 0)), numpy.ones((0, 3)))]
    yielded += [case("einsum", *each) for each in sums if len({x.dtype for x in each[1:]}) == 1]
    yielded += [case("contract", [A, A], subscripts="ij,kj->ik")]
    return yielded


def decompositions() -> list[Case]:
    regular = numpy.array([[4.0, 1.0, -0.5], [0.5, 5.0, 2.0], [1.0, -1.0, 3.0]])
    definite, stack = regular @ regular.T, numpy.stack([regular, regular.T])
    yielded = [case(name, x) for name in ("inv", "det", "cofactor", "slogdet_packed") for x in (regular, stack)]
    yielded += [case("det", numpy.ones((3, 3))), case("cofactor", numpy.array([[1.0, 2.0], [2.0, 4.0]]))]
    yielded += [case(name, definite) for name in ("cholesky", "eigvalsh")]
    yielded += [case("svdvals", A.astype(numpy.float64)), case("pinv", A.astype(numpy.float64), rtol=1e-12)]
    for second in (D[:3], CUBE[0, :3, :2], CUBE[:, :, :2]):
        yielded += [case("solve", x, second) for x in (regular, stack)]
        yielded += [case("solve_triangular", x, second, lower=low) for x in (regular, stack) for low in (False, True)]
    yielded += [case("qr_packed", x) for x in (regular, stack, CUBE[0, :3, :2], CUBE[0, :2, :3] ** 2)]
    yielded += [case("qr_complete", regular[:, :2])]
    # Diagonal, so that no sign of a vector is open; the conformance suite has the others.
    yielded += [case("eig_packed", numpy.array([[2.0 + 1j]]))]
    yielded += [case("eigh_packed", numpy.diag(D[:3])), case("svd_packed", numpy.diag([3.0, 2.0, 1.0]))]
    yielded += [case("svd_full", numpy.diag([3.0, 2.0, 1.0])[:, :2])]
    yielded += [case("expm", x) for x in (regular, stack / 8, numpy.zeros((2, 2)))]
    return yielded


def transforms() -> list[Case]:
    z = (CUBE[0, :, :2] + 1j * CUBE[1, :, :2]).astype(numpy.complex64)
    options = ({"s": (3, 2), "axes": (0, 1), "norm": "backward"}, {"s": (4,), "axes": (0,), "norm": "ortho"})
    yielded = [
        case(name, x, **each) for name in ("fftn", "ifftn", "irfftn") for x in (z, D[:2]) for each in options[1:]
    ]
    yielded += [case(name, z, **options[0]) for name in ("fftn", "ifftn", "irfftn")]
    return yielded + [case("rfftn", CUBE[0, :, :2], **each) for each in options]


def special() -> list[Case]:
    real, positive, inside = numpy.array([[-2.5, -0.5, 0.0], [0.25, 1.5, 4.0]]), D + 0.25, D / 4 - 0.2
    yielded = [case(name, real) for name in "erf erfc i0 i0e i1 i1e ndtr log_ndtr".split()]
    yielded += [case(name, positive) for name in "digamma gammaln gamma entr".split()]
    yielded += [case(name, inside) for name in "erfinv logit ndtri".split()]
    yielded += [case(name, real[:, :2] - 0.25) for name in "digamma gamma gammaln".split()]
    yielded += [case("polygamma", x, n=n) for n in (0, 1, 2, 3) for x in (positive, numpy.array([-0.5, -2.25, -3.9]))]
    yielded += [case("betaln", positive, positive[::-1]), case("rel_entr", positive, inside)]
    yielded += [case("rel_entr", numpy.array([0.0, 0.0, 1.0, -1.0]), numpy.array([0.0, 2.0, 0.0, 1.0]))]
    yielded += [case("xlogy", numpy.array([0.0, 2.0]), numpy.array([0.0, 3.0])), case("xlog1py", D, positive)]
    yielded += [case("entr", numpy.array([0.0, -1.0])), case("xlogy", D, 2.0), case("xlogy", 2.0, D)]
    yielded += [case(name, numpy.append(real, [-30.0, 12.0, INF, NAN])) for name in "erfcx log_expit".split()]
    yielded += [case(name, real * 5) for name in ("j0", "j1")] + [case("erfcinv", inside * 2), case("kl_div", D, 2.0)]
    yielded += [case("kl_div", numpy.array([0.0, 0.0, 1.0, -1.0, INF]), numpy.array([0.0, 2.0, 0.0, 1.0, 0.0]))]
    yielded += [
        case("zeta", positive + 1, positive[::-1]),
        case("zeta", 3.0, positive),
        case("zeta", positive + 1, 1.0),
    ]
    yielded += [case("zeta", numpy.array([3.0, 2.0, 1.0, 0.5, 2.0]), numpy.array([-0.5, -2.25, 2.0, 2.0, INF]))]
    return yielded + gammas(positive)


def gammas(x: Any) -> list[Case]:
    """Of two and three arguments, inside of their domains, at the ends and outside."""
    ends = numpy.array([0.0, 1.0, 2.5, INF, -1.0, NAN])
    one, two = (each.ravel() for each in numpy.meshgrid(ends, ends))
    yielded = [case(name, *pair) for name in ("gammainc", "gammaincc") for pair in ((x, x[::-1]), (one, two))]
    yielded += [case(name, *pair) for name in ("gammainc", "gammaincc") for pair in ((2.5, x), (x, 2.5), (x * 9, 20.0))]
    yielded += [case("gammaincc", numpy.array([2.0, 4.5], numpy.float32), numpy.array([2.5, 30.0], numpy.float32))]
    yielded += [case(name, *pair) for name in ("beta", "betaln") for pair in ((x, x[::-1]), (x * 1e3, 2.5), (0.5, x))]
    bounds = (
        numpy.array([0.0, 0.0, 0.0, INF, 2.0, 2.5, -0.5, -1.5]),
        numpy.array([0.0, 1.5, INF, 2.0, NAN, 1.0, 2.25, 2.25]),
    )
    yielded += [case("beta", *bounds), case("betaln", *bounds)]
    shares = numpy.array([0.0, 0.25, 0.5, 0.75, 1.0])
    yielded += [
        case("betainc", x, x[::-1], shares),
        case("betainc", 2.5, x * 9, shares),
        case("betainc", x, 0.5, shares),
    ]
    yielded += [case("betainc", one, two, share) for share in (0.0, 0.5, 1.0, 2.0)]
    return yielded


def activations() -> list[Case]:
    wide = numpy.array([-800.0, -30.0, -3.0, -0.0, 0.5, 3.0, 25.0, 800.0])
    yielded = [case(name, x) for name in "hardswish log_sigmoid mish selu silu".split() for x in (A, wide)]
    yielded += [case("log_sigmoid", numpy.array([-INF, INF, NAN])), case("selu", numpy.array([-INF, INF, NAN]))]
    yielded += [case("gelu", x, approximate=form) for form in ("none", "tanh") for x in (A, wide)]
    yielded += [case("elu", x, alpha=alpha) for alpha in (1.0, 0.5) for x in (A, wide)]
    yielded += [case("leaky_relu", x, negative_slope=slope) for slope in (0.01, 2.0) for x in (A, wide)]
    yielded += [case("softplus", x, beta=1.0, threshold=20.0) for x in (A, wide)]
    return [*yielded, case("softplus", wide, beta=2.0, threshold=1.5)]


def windowed() -> list[Case]:
    """Spatial shape, size, stride, padding, dilation and groups: both ends alike and not, odd rests, an empty batch."""
    plain, odd, flat = ((0, 0),), ((2, 0), (1, 1)), ((1, 1), (1, 1), (0, 0))
    geometries: list[tuple[int, Any, Any, Any, Any, Any, int]] = [
        (2, (5,), (3,), (1,), plain, (1,), 1),
        (2, (8,), (2,), (3,), ((1, 1),), (2,), 2),
        (2, (6, 5), (3, 2), (2, 1), odd, (1, 2), 2),
        (1, (3, 4, 3), (2, 3, 1), (1, 2, 1), flat, (1, 1, 1), 1),
        (0, (5,), (2,), (2,), plain, (1,), 1),
    ]
    yielded = []
    for n, shape, size, stride, padding, dilation, groups in geometries:
        x, weight = _line(n, 4, *shape), _line(2 * groups, 4 // groups, *size)
        window = {"stride": stride, "padding": padding, "dilation": dilation}
        spans = zip(shape, size, stride, padding, dilation, strict=True)
        y = _line(n, 2 * groups, *((m + sum(sides) - d * (k - 1) - 1) // s + 1 for m, k, s, sides, d in spans))
        yielded += [case("conv", x, weight, **window, groups=groups)]
        yielded += [case("conv_transpose", y, weight, shape=shape, **window, groups=groups)]
        yielded += [case("conv_weight", x, y, shape=size, **window, groups=groups)]
        yielded += [case(name, x, size=size, **window) for name in ("windows", "max_pool")]
        yielded += [case("overlap_add", _line(n, 4, *size, *y.shape[2:]), shape=shape, **window)]
        if not any(d > 1 for d in dilation):
            yielded += [case("sum_pool", x, size=size, stride=stride, padding=padding)]
    single = {"stride": (1,), "padding": plain, "dilation": (1,), "groups": 1}
    yielded += [case("conv", _line(1, 1, 4).astype(numpy.float32), _line(1, 1, 2).astype(numpy.float32), **single)]
    point = {"stride": (2,), "padding": plain, "dilation": (1,)}
    return [
        *yielded,
        case("max_pool", D[None, None], size=(1,), **point),
        case("windows", D[None, None], size=(1,), **point),
    ]


def _line(*shape: int) -> numpy.ndarray:
    """Numbers of either sign, no two of them alike."""
    return numpy.sin(1.0 + numpy.arange(float(numpy.prod(shape)))).reshape(shape)


def normalization() -> list[Case]:
    yielded = [case("standardize", CUBE, axis=axis, eps=1e-5) for axis in ((2,), (1, 2), (0, 2), (1,), (0, 1, 2))]
    return [*yielded, case("standardize", A, axis=(0,), eps=0.1), case("standardize", CUBE[:, :0], axis=(2,), eps=1e-5)]


def creation() -> list[Case]:
    single, double, whole = DType("float32"), DType("float64"), DType("int64")
    yielded = [
        case("astype", A, dtype=DType("int32")),
        case("astype", M, dtype=single),
        case("zeros", (2, 3), dtype=single),
    ]
    yielded += [
        case("ones", (2,), dtype=whole),
        case("full", (2,), 3.5, dtype=single),
        case("full", (), 1, dtype=double),
    ]
    ranges = ((5,), (1, 5, 2), (5, 1), (5, 1, -2), (0, 5, 1))
    yielded += [case("arange", *each, dtype=dtype) for each in ranges for dtype in (whole, single)]
    yielded += [case("arange", 0, 1, 0.25, dtype=single), case("asarray", [[1, 2], [3, 4]], dtype=single)]
    yielded += [case("linspace", 0, 1, num=num, dtype=double) for num in (0, 1, 5)]
    yielded += [case("linspace", 0, 1, num=5, dtype=single, endpoint=False)]
    yielded += [
        case("eye", 3, dtype=single),
        case("eye", 2, 3, k=1, dtype=double),
        case("eye", 3, 2, k=-1, dtype=single),
    ]
    yielded += [case("zeros_like", A), case("ones_like", A, dtype=double), case("full_like", A, 2.0)]
    return yielded


KEYS: tuple[Any, ...] = (
    0,
    -1,
    (0, 1),
    (),
    Ellipsis,
    slice(1, None),
    (slice(None, None, -1),),
    (Ellipsis, 1),
    (None, 0),
    (0, slice(None), slice(3, 0, -2)),
    (slice(5, 9),),
    (slice(10, None, -1),),
    numpy.array([0, 1, 1]),
    (slice(None), numpy.array([0, 2, 2])),
    (numpy.array([0, 1, 1]), numpy.array([2, 2, 2])),
    (slice(None), slice(None), numpy.array([-1, 0, -1])),
    (slice(None, None, -1), numpy.array([1, 1])),
    (0, numpy.array([[0, 1], [1, 2]]), slice(None, None, -1)),
    (Ellipsis, numpy.array([0, 0]), None),
    CUBE > 5,
    numpy.array([True, False]),
    (slice(None), numpy.array([True, False, True]), 1),
    [0, 1, 0],
    ([0, 1], slice(None), [1, 1]),
    (numpy.array([], dtype=numpy.int64),),
    ([],),
    (0, slice(None), [0, 2]),
    (-1, slice(None, None, -1), [0, 2]),
)


def indexing() -> list[Case]:
    yielded = []
    for key in KEYS:
        taken = numpy.asarray(CUBE[key])
        values = -1.0 - numpy.arange(float(taken.size)).reshape(taken.shape)
        yielded += [case("getitem", CUBE, key=key), case("scatter", taken + 1, key=key, shape=(2, 3, 4))]
        yielded += [case("index_set", CUBE, values, key=key), case("index_set", CUBE, 7.0, key=key)]
    many = numpy.array([0, 1, 0, 0, 1, 0, 0])
    yielded += [
        case("scatter", numpy.arange(7.0), key=many, shape=(3,)),
        case("index_set", D, numpy.arange(7.0), key=many),
    ]
    return yielded


CASES = [
    *elementwise(),
    *reductions(),
    *manipulation(),
    *linalg(),
    *decompositions(),
    *transforms(),
    *special(),
    *activations(),
    *windowed(),
    *normalization(),
    *creation(),
    *indexing(),
]


def answer(xp: Any, case: Case) -> Any:
    """What the backend answers, as (dtype, host array), or a list of these."""
    arrays = [_given(xp, each) for each in case.arrays]
    options = {name: _given(xp, value) for name, value in case.options.items()}
    return _told(xp, getattr(xp, case.name)(*arrays, **options))


def agree(one: Any, two: Any) -> bool:
    """Whether two answers have the same structure, dtypes, shapes and, up to rounding, numbers."""
    if isinstance(one, list):
        return isinstance(two, list) and len(one) == len(two) and all(map(agree, one, two))
    close = numpy.allclose(one[1], two[1], rtol=2e-3 if one[0] == "float16" else 2e-6, atol=1e-6, equal_nan=True)
    return bool(one[0] == two[0] and one[1].shape == two[1].shape and close)


def _given(xp: Any, value: Any) -> Any:
    if isinstance(value, DType):
        return xp.native_dtype(str(value))
    if isinstance(value, numpy.ndarray):
        return xp.from_numpy(value)
    if isinstance(value, (tuple, list)) and any(isinstance(each, numpy.ndarray) for each in value):
        return type(value)(_given(xp, each) for each in value)
    return value


def _told(xp: Any, result: Any) -> Any:
    if isinstance(result, (tuple, list)):
        return [_told(xp, each) for each in result]
    return xp.dtype_name(result.dtype), numpy.asarray(xp.to_numpy(result))
