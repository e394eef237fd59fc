"""Special functions: values and slopes against mpmath, which shares no code with any backend."""

from __future__ import annotations

import functools
import itertools
import math
import subprocess
import sys

import numpy
import pytest
import scipy.special

import unigrad as ug
import unigrad.numpy as np
from unigrad import special
from unigrad.card import REGISTRY
from unigrad.errors import ArgumentError

mpmath = pytest.importorskip("mpmath", reason="mpmath is not installed: it is the oracle")

REAL, POSITIVE, UNIT, BELOW = (-3.5, -0.7, 0.2, 1.3, 4.0), (0.2, 0.9, 1.7, 6.5), (0.05, 0.4, 0.8), (-0.4, -1.6, -2.25)

# name: (unigrad's, mpmath's, points)
FUNCTIONS = {
    "erf": (special.erf, mpmath.erf, REAL),
    "erfc": (special.erfc, mpmath.erfc, (*REAL, 8.0)),
    "erfcx": (special.erfcx, lambda x: mpmath.exp(x * x) * mpmath.erfc(x), (*REAL, 9.5, 10.5, 300.0)),
    "erfcinv": (special.erfcinv, lambda x: mpmath.erfinv(1 - x), (0.05, 0.4, 1.3, 1.9)),
    "erfinv": (special.erfinv, mpmath.erfinv, (-0.9, -0.3, 0.1, 0.7)),
    "gammaln": (special.gammaln, lambda x: mpmath.log(abs(mpmath.gamma(x))), (*POSITIVE, *BELOW)),
    "gamma": (special.gamma, mpmath.gamma, (*POSITIVE, *BELOW)),
    "digamma": (special.digamma, mpmath.digamma, (*POSITIVE, *BELOW)),
    "trigamma": (lambda x: special.polygamma(1, x), lambda x: mpmath.polygamma(1, x), (*POSITIVE, *BELOW)),
    "polygamma 2": (lambda x: special.polygamma(2, x), lambda x: mpmath.polygamma(2, x), (*POSITIVE, *BELOW)),
    "polygamma 5": (lambda x: special.polygamma(5, x), lambda x: mpmath.polygamma(5, x), (*POSITIVE, *BELOW)),
    "multigammaln": (
        lambda x: special.multigammaln(x, 3),
        lambda x: 1.5 * mpmath.log(mpmath.pi) + sum(mpmath.loggamma(x - j / mpmath.mpf(2)) for j in range(3)),
        (1.2, 2.5, 7.0),
    ),
    "expit": (
        special.expit,
        mpmath.sigmoid if hasattr(mpmath, "sigmoid") else lambda x: 1 / (1 + mpmath.exp(-x)),
        REAL,
    ),
    "log_expit": (special.log_expit, lambda x: -mpmath.log1p(mpmath.exp(-x)), (*REAL, -700.0)),
    "logit": (special.logit, lambda x: mpmath.log(x / (1 - x)), UNIT),
    "entr": (special.entr, lambda x: -x * mpmath.log(x), UNIT),
    "i0": (special.i0, lambda x: mpmath.besseli(0, x), (*REAL, 1e-3, 1.99, 2.01)),
    "i1": (special.i1, lambda x: mpmath.besseli(1, x), (*REAL, 1e-3, 1.99, 2.01)),
    "j0": (special.j0, lambda x: mpmath.besselj(0, x), (*REAL, 1e-3, 1.99, 2.01, 30.0)),
    "j1": (special.j1, lambda x: mpmath.besselj(1, x), (*REAL, 1e-3, 1.99, 2.01, 30.0)),
    "i0e": (special.i0e, lambda x: mpmath.exp(-abs(x)) * mpmath.besseli(0, x), (*REAL, 40.0)),
    "i1e": (special.i1e, lambda x: mpmath.exp(-abs(x)) * mpmath.besseli(1, x), (*REAL, 40.0)),
    "ndtr": (special.ndtr, mpmath.ncdf, REAL),
    "log_ndtr": (special.log_ndtr, lambda x: mpmath.log(mpmath.ncdf(x)), (*REAL, -20.0)),
    "ndtri": (special.ndtri, lambda x: mpmath.sqrt(2) * mpmath.erfinv(2 * x - 1), UNIT),
    "sinc": (special.sinc, lambda x: mpmath.sincpi(x), (-1.3, -0.49, 1e-3, 0.3, 0.51)),
}
BINARY = {
    "beta": (special.beta, mpmath.beta),
    "betaln": (special.betaln, lambda x, y: mpmath.log(mpmath.beta(x, y))),
    "xlogy": (special.xlogy, lambda x, y: x * mpmath.log(y)),
    "xlog1py": (special.xlog1py, lambda x, y: x * mpmath.log1p(y)),
    "rel_entr": (special.rel_entr, lambda x, y: x * mpmath.log(x / y)),
    "kl_div": (special.kl_div, lambda x, y: x * mpmath.log(x / y) - x + y),
}


def _lower(a, x):
    return mpmath.gammainc(a, 0, x, regularized=True)


def _share(a, b, x):
    return mpmath.betainc(a, b, 0, x, regularized=True)


# name: (unigrad's, mpmath's, points): on both sides of the mean, of small and of large parameters
IN_ALL_ARGUMENTS = {
    "gammainc": (special.gammainc, _lower, ((0.02, 0.3), (0.7, 0.4), (1.0, 2.5), (15.0, 9.0), (40.0, 52.0))),
    "gammaincc": (
        special.gammaincc,
        lambda a, x: 1 - _lower(a, x),
        ((0.3, 0.02), (0.7, 2.5), (15.0, 9.0), (40.0, 52.0)),
    ),
    "betainc": (special.betainc, _share, ((0.3, 2.0, 0.05), (3.5, 0.6, 0.8), (12.0, 30.0, 0.25), (25.0, 11.0, 0.75))),
    "zeta": (special.zeta, mpmath.zeta, ((1.1, 0.05), (2.0, 1.0), (3.5, 12.0), (12.0, 0.7))),
    "betaln": (special.betaln, lambda x, y: mpmath.log(mpmath.beta(x, y)), ((0.02, 0.4), (0.3, 80.0), (2e3, 1e-3))),
    "beta": (special.beta, mpmath.beta, ((0.3, 2.0), (-0.6, 2.5), (-1.4, -0.3), (6.0, 7.5))),
}


@pytest.fixture(autouse=True, params=["numpy", "torch", "jax"])
def backend(request):
    """Every function on every backend that is installed."""
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


def exact(function, *point):
    """The value or derivative by mpmath with 40 digits, as a double."""
    with mpmath.workdps(40):
        return float(mpmath.re(function(*map(mpmath.mpf, point))))


def double(x):
    return np.asarray(x, dtype="float64")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_two_slopes_agree_with_mpmath(name):
    function, oracle, points = FUNCTIONS[name]
    for x in points:
        assert function(double(x)).item() == pytest.approx(exact(oracle, x), rel=2e-12, abs=1e-15)
        slope = exact(lambda x: mpmath.diff(oracle, x), x)
        assert ug.grad(function)(double(x)).item() == pytest.approx(slope, rel=1e-10, abs=1e-14)
        second = exact(lambda x: mpmath.diff(oracle, x, 2), x)
        assert ug.grad(ug.grad(function))(double(x)).item() == pytest.approx(second, rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("name", BINARY)
def test_values_and_slopes_in_two_arguments_agree_with_mpmath(name):
    function, oracle = BINARY[name]
    for x, y in ((0.3, 2.0), (1.5, 0.4), (6.0, 7.5)):
        assert function(double(x), double(y)).item() == pytest.approx(exact(oracle, x, y), rel=1e-12, abs=1e-14)
        got = ug.grad(function, (0, 1))(double(x), double(y))
        wanted = [exact(lambda x, y, n=n: mpmath.diff(oracle, (x, y), n), x, y) for n in ((1, 0), (0, 1))]
        assert [g.item() for g in got] == pytest.approx(wanted, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("name", IN_ALL_ARGUMENTS)
def test_slopes_and_second_slopes_in_all_arguments_agree_with_mpmath(name):
    function, oracle, points = IN_ALL_ARGUMENTS[name]
    for point in points:
        count, given = len(point), [double(x) for x in point]
        places = tuple(range(count))
        pull = ug.grad(function, places)
        assert function(*given).item() == pytest.approx(exact(oracle, *point), rel=1e-12)
        slopes = pull(*given)
        for i in places:
            seconds = ug.grad(lambda *x, i=i, pull=pull: pull(*x)[i], places)(*given)
            assert slopes[i].item() == pytest.approx(slope(oracle, point, (i,)), rel=1e-12, abs=1e-15)
            for j in places:
                assert seconds[j].item() == pytest.approx(
                    slope(oracle, point, (i, j) if i < j else (j, i)), rel=1e-11, abs=1e-14
                )


@functools.cache
def slope(oracle, point, arguments):
    """The derivative by mpmath, once in each of these arguments."""
    orders = tuple(arguments.count(place) for place in range(len(point)))
    return exact(lambda *x: mpmath.diff(oracle, x, orders), *point)


@pytest.mark.parametrize(
    ("function", "slopes"),
    [
        (special.j0, (0, -1 / 2, 0, 3 / 8)),
        (special.j1, (1 / 2, 0, -3 / 8, 0, 5 / 16)),
        (special.i0, (0, 1 / 2, 0, 3 / 8)),
        (special.i1, (1 / 2, 0, 3 / 8, 0, 5 / 16)),
        (lambda x: special.gammainc(1.0, x), (1, -1, 1)),
        (lambda x: special.gammainc(2.0, x), (0, 1, -2)),
        (lambda x: special.gammaincc(3.0, x), (0, 0, -1)),
        (lambda x: special.betainc(1.0, 3.0, x), (3, -6, 6)),
        (lambda x: special.betainc(2.0, 2.0, x), (0, 6, -12)),
        (lambda x: special.betainc(2.0, 1.0, 1 - x), (-2, 2, 0)),
    ],
    ids="j0 j1 i0 i1 P(1,x) P(2,x) Q(3,x) I(1,3,x) I(2,2,x) I(2,1,1-x)".split(),
)
def test_slopes_of_every_order_at_0_are_those_of_the_power_series(function, slopes):
    for wanted in slopes:
        function = ug.grad(function)
        assert function(double(0.0)).item() == pytest.approx(wanted, rel=1e-13, abs=1e-14)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_the_ends_of_the_domains_are_scipy_s(backend):
    ends = numpy.array([0.0, 1.0, 2.5, math.inf, -1.0, math.nan])
    for (
        name
    ) in "erf erfc erfcx erfinv erfcinv gamma digamma i0e i1e j0 j1 ndtr log_ndtr ndtri log_expit logit entr".split():
        expected = getattr(scipy.special, name)(ends)
        assert getattr(special, name)(ends).numpy() == pytest.approx(expected, rel=1e-13, nan_ok=True), name
    pairs = numpy.array(list(itertools.product(ends, ends))).T
    for name in "gammainc gammaincc xlogy xlog1py rel_entr".split():
        expected = getattr(scipy.special, name)(*pairs)
        assert getattr(special, name)(*pairs).numpy() == pytest.approx(expected, rel=1e-13, nan_ok=True), name
    triples = numpy.array(list(itertools.product(ends, ends, [0.0, 0.5, 1.0, 1.5, math.nan]))).T
    expected = scipy.special.betainc(*triples)
    assert special.betainc(*triples).numpy() == pytest.approx(expected, rel=1e-13, nan_ok=True)
    poles = numpy.array([0.0, -1.0, -2.0, math.inf, math.nan])
    for n in (1, 2, 3):
        expected = scipy.special.polygamma(n, poles)
        assert special.polygamma(n, poles).numpy() == pytest.approx(expected, nan_ok=True), n
    assert special.betaln(numpy.array([0.0, 0.0, math.inf]), numpy.array([0.0, 2.0, 3.0])).numpy().tolist() == [
        math.inf,
        math.inf,
        -math.inf,
    ]


ROOMS = ("bessel", "errorfunctions", "gammas", "incomplete", "special")
DECLARED = [
    (card, each)
    for card in REGISTRY.values()
    if card.module in [f"unigrad.primitives.{room}" for room in ROOMS]
    for each in card.conventions
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("card", "declared"), DECLARED, ids=lambda each: getattr(each, "name", str(each)[:60]))
def test_slopes_at_the_ends_of_the_domains_are_the_declared_ones(card, declared):
    places = tuple(i for i, slope in enumerate(declared.slopes) if slope is not None)
    got = ug.grad(card.function, places)(*map(double, declared.point))
    assert [g.item() for g in got] == pytest.approx([declared.slopes[i] for i in places], rel=1e-12, nan_ok=True)


def test_the_declared_slope_beside_0_is_an_exponential_integral():
    (declared,) = [each for each in REGISTRY["gammainc"].conventions if each.point == (0.0, 2.0)]
    assert declared.slopes[0] == pytest.approx(-exact(mpmath.e1, 2.0), rel=1e-15)


# A point inside of each function's domain.
POINTS = {name: (points[0],) for name, (_, _, points) in FUNCTIONS.items()} | dict.fromkeys(BINARY, (0.7, 0.6))
POINTS |= {"gammainc": (2.5, 1.5), "gammaincc": (2.5, 4.0), "betainc": (2.5, 1.5, 0.3), "zeta": (2.5, 0.7)}


@pytest.mark.parametrize("name", POINTS)
def test_float32_stays_float32_and_is_as_exact_as_it_can_be(name):
    function = (FUNCTIONS | BINARY | IN_ALL_ARGUMENTS)[name][0]
    single = [np.asarray([x], dtype="float32") for x in POINTS[name]]
    wide = [np.asarray(x.numpy().astype("float64")) for x in single]
    places = tuple(range(len(single)))
    pull = ug.grad(lambda *x: np.sum(function(*x)), places)
    for got, wanted in zip((function(*single), *pull(*single)), (function(*wide), *pull(*wide)), strict=True):
        assert str(got.dtype) == "float32"
        assert got.numpy() == pytest.approx(wanted.numpy(), rel=2e-5)


def test_a_number_beside_single_precision_takes_its_dtype():
    x = np.asarray([0.3, 0.7], dtype="float32")
    for function in (special.gammainc, special.betaln, special.zeta, special.kl_div, special.xlogy):
        assert str(function(2.5, x).dtype) == str(function(x + 1, 2.5).dtype) == "float32"
    assert str(special.betainc(2.0, 3, x).dtype) == "float32"


def test_the_parameters_may_be_thousands():
    for a, x in ((3e3, 2.9e3), (2e4, 2.01e4)):
        got = ug.grad(special.gammainc, (0, 1))(double(a), double(x))
        assert [g.item() for g in got] == pytest.approx([slope(_lower, (a, x), (k,)) for k in (0, 1)], rel=1e-11)


def test_riemann_s_zeta_function_is_hurwitz_s_of_1():
    assert special.zeta(double(2.0)).item() == pytest.approx(math.pi**2 / 6, rel=1e-15)


def test_logsumexp_takes_scipy_s_arguments():
    generator = numpy.random.default_rng(3)
    a, b = generator.normal(size=(2, 3)), generator.uniform(-1, 2, 3)
    for weights, axis, keepdims in ((None, None, False), (b, 1, False), (b, (0, 1), True), (2.0, None, True)):
        expected = scipy.special.logsumexp(a, axis, weights, keepdims, True)
        got = special.logsumexp(a, axis, weights, keepdims, True)
        assert [part.shape for part in got] == [part.shape for part in expected]
        assert all(x.numpy() == pytest.approx(y, rel=1e-13) for x, y in zip(got, expected, strict=True))
        unsigned = special.logsumexp(a, axis, weights, keepdims).numpy()
        assert unsigned == pytest.approx(numpy.where(expected[1] < 0, numpy.nan, expected[0]), rel=1e-13, nan_ok=True)


def test_a_weight_of_0_in_logsumexp_has_a_slope():
    a, b = numpy.array([0.5, 2.0, -1.0]), numpy.array([0.0, 1.0, 3.0])
    got = ug.grad(lambda a, b: special.logsumexp(a, b=b), (0, 1))(a, b)
    total = numpy.sum(b * numpy.exp(a))
    assert got[0].numpy() == pytest.approx(b * numpy.exp(a) / total, rel=1e-14)
    assert got[1].numpy() == pytest.approx(numpy.exp(a) / total, rel=1e-14)
    assert special.logsumexp(numpy.array([math.inf, 1.0]), b=numpy.array([0.0, 1.0])).item() == 1.0


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_softmax_and_its_logarithm_take_scipy_s_axes(axis):
    x = numpy.random.default_rng(4).normal(size=(2, 3))
    assert special.softmax(x, axis).numpy() == pytest.approx(scipy.special.softmax(x, axis), rel=1e-13)
    assert special.log_softmax(x, axis).numpy() == pytest.approx(scipy.special.log_softmax(x, axis), rel=1e-13)


def test_multigammaln_is_nan_below_its_domain_and_refuses_other_dimensions():
    assert numpy.isnan(special.multigammaln(double(0.9), 3).item())
    with pytest.raises(ArgumentError, match="^'multigammaln' takes d from 1 on; got 0$"):
        special.multigammaln(double(3.0), 0)
    with pytest.raises(ArgumentError, match="^'multigammaln' takes a whole number for d; got 1.5$"):
        special.multigammaln(double(3.0), 1.5)


def test_the_order_of_polygamma_is_a_whole_number_from_0_on():
    with pytest.raises(ArgumentError, match="^'polygamma' takes n from 0 on; got -1$"):
        special.polygamma(-1, double(1.0))
    with pytest.raises(ArgumentError, match="^'polygamma' takes a whole number for n; got 0.5$"):
        special.polygamma(0.5, double(1.0))


def test_scipy_is_imported_by_the_first_function_that_needs_it():
    code = (
        "import sys, unigrad.numpy as np, unigrad.special as special; np.sin(1.0); print('scipy' in sys.modules);"
        "special.erf(1.0); print('scipy' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"UNIGRAD_BACKEND": "numpy"}
    )
    assert done.stdout.split() == ["False", "True"]


def test_numbers_alone_take_the_default_dtype():
    assert str(special.xlogy(2.0, 3.0).dtype) == "float32"
    assert special.xlogy(2, numpy.array([1.0, 3.0])).numpy() == pytest.approx([0.0, 2 * numpy.log(3.0)])
