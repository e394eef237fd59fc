"""Special functions: values and slopes against mpmath, which shares no code with any backend."""

from __future__ import annotations

import subprocess
import sys

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import special
from unigrad.errors import ArgumentError

mpmath = pytest.importorskip("mpmath", reason="mpmath is not installed: it is the oracle")

REAL, POSITIVE, UNIT, BELOW = (-3.5, -0.7, 0.2, 1.3, 4.0), (0.2, 0.9, 1.7, 6.5), (0.05, 0.4, 0.8), (-0.4, -1.6, -2.25)

# name: (unigrad's, mpmath's, points)
FUNCTIONS = {
    "erf": (special.erf, mpmath.erf, REAL),
    "erfc": (special.erfc, mpmath.erfc, (*REAL, 8.0)),
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
    "i0": (special.i0, lambda x: mpmath.besseli(0, x), REAL),
    "i1": (special.i1, lambda x: mpmath.besseli(1, x), REAL),
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


def test_float32_stays_float32():
    x = np.asarray([0.3, 0.7], dtype="float32")
    for function in (special.erf, special.gammaln, special.digamma, special.i0, special.ndtri):
        assert str(function(x).dtype) == str(ug.grad(lambda x, f=function: np.sum(f(x)))(x).dtype) == "float32"


def test_the_order_of_polygamma_is_a_whole_number_from_0_on():
    with pytest.raises(ArgumentError, match="^'polygamma' takes n from 0 on; got -1$"):
        special.polygamma(-1, double(1.0))


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
