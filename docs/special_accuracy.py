"""The table in docs/reference/special-accuracy.md: ``python docs/special_accuracy.py`` measures, and writes the page anew.

Each function is compared with mpmath, at 40 digits, in points that are drawn once with a fixed seed.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

import mpmath
import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad import special

PAGE: Final = Path(__file__).parent / "reference" / "special-accuracy.md"
BACKENDS: Final = {"numpy": ("numpy", "scipy"), "torch": ("torch",), "jax": ("jax",)}
"""The backends, and the distributions whose versions say what was measured."""
POINTS: Final = 40
DIGITS: Final = 40
INTRODUCTION: Final = """\
# Accuracy of the special functions

The largest relative error against mpmath ({digits} digits) in {points} points, of the value and of the first derivative, the
largest of those in all arguments; double precision, whose own rounding is 1.1e-16. Where a function has a zero within its
range, points may lie near it. `python docs/special_accuracy.py` draws the points with a fixed seed, measures and writes this
page; {versions}.

Much of what exceeds 1e-16 is the functions' condition: the rounding of `x * x` in `exp(-x * x)`, or a zero nearby. The slope
of `expit` is `out * (1 - out)`, exact to 1e-16 of the largest slope there is, but not of itself where `out` is almost 1.
"""


class Draw(NamedTuple):
    """A range to draw from, evenly or, for the logarithm, in orders of magnitude."""

    low: float
    high: float
    logarithm: bool = False

    def __str__(self) -> str:
        return f"{self.low:g} … {self.high:g}"

    def points(self, generator: numpy.random.Generator, count: int) -> numpy.ndarray[Any, Any]:
        """So many numbers."""
        if self.logarithm:
            return numpy.exp(generator.uniform(math.log(self.low), math.log(self.high), count))
        return generator.uniform(self.low, self.high, count)


class Function(NamedTuple):
    """A function, what mpmath says it is, and where it is measured."""

    names: str
    call: Callable[..., Any]
    exact: Callable[..., Any]
    draws: tuple[Draw, ...]


def _below_and_above(
    lower: Callable[..., Any], upper: Callable[..., Any], mean: Callable[..., Any]
) -> Callable[..., Any]:
    """A share by its own integral below the mean, by that of the complement above: mpmath cancels nothing then."""
    return lambda *point: lower(*point) if point[-1] < mean(*point) else 1 - upper(*point)


def _of_three(function: Callable[[Any], Any]) -> Callable[..., Any]:
    """A function of the first axis of an array, as one of three arrays."""
    return lambda *rows: function(np.stack(rows, axis=0))


def _gamma_share(a: Any, x: Any) -> Any:
    return mpmath.gammainc(a, 0, x, regularized=True)


def _gamma_rest(a: Any, x: Any) -> Any:
    return mpmath.gammainc(a, x, regularized=True)


def _beta_share(a: Any, b: Any, x: Any) -> Any:
    return mpmath.betainc(a, b, 0, x, regularized=True)


def _inverse_of_erfc(y: Any) -> Any:
    """By Newton's method; mpmath's erfinv knows no small ``1 - y``."""
    return mpmath.findroot(lambda x: mpmath.log(mpmath.erfc(x) / y), mpmath.sqrt(-mpmath.log(y)) if y < 0.1 else 1 - y)


LINE, WIDE, UNIT, POSITIVE = Draw(-5, 5), Draw(-30, 30), Draw(0.001, 0.999), Draw(0.01, 100, True)
FUNCTIONS: Final = (
    Function("erf", special.erf, mpmath.erf, (LINE,)),
    Function("erfc", special.erfc, mpmath.erfc, (Draw(-5, 20),)),
    Function("erfcx", special.erfcx, lambda x: mpmath.exp(x * x) * mpmath.erfc(x), (Draw(-5, 30),)),
    Function("erfinv", special.erfinv, mpmath.erfinv, (Draw(-0.999, 0.999),)),
    Function("erfcinv", special.erfcinv, _inverse_of_erfc, (Draw(1e-12, 1.0, True),)),
    Function("ndtr", special.ndtr, mpmath.ncdf, (Draw(-20, 5),)),
    Function("log_ndtr", special.log_ndtr, lambda x: mpmath.log(mpmath.ncdf(x)), (Draw(-40, 8),)),
    Function("ndtri", special.ndtri, lambda x: mpmath.sqrt(2) * mpmath.erfinv(2 * x - 1), (UNIT,)),
    Function("gamma", special.gamma, mpmath.gamma, (Draw(-5, 30),)),
    Function("gammaln", special.gammaln, lambda x: mpmath.log(abs(mpmath.gamma(x))), (Draw(-5, 30),)),
    Function("digamma psi", special.digamma, mpmath.digamma, (Draw(-5, 30),)),
    Function("polygamma", lambda x: special.polygamma(2, x), lambda x: mpmath.polygamma(2, x), (Draw(-5, 30),)),
    Function(
        "multigammaln",
        lambda x: special.multigammaln(x, 3),
        lambda x: 1.5 * mpmath.log(mpmath.pi) + sum(mpmath.loggamma(x - j / mpmath.mpf(2)) for j in range(3)),
        (Draw(1.1, 50),),
    ),
    Function("beta", special.beta, mpmath.beta, (POSITIVE, POSITIVE)),
    Function(
        "betaln",
        special.betaln,
        lambda x, y: mpmath.loggamma(x) + mpmath.loggamma(y) - mpmath.loggamma(x + y),
        (Draw(0.01, 1e4, True), Draw(0.01, 1e4, True)),
    ),
    Function(
        "gammainc", special.gammainc, _below_and_above(_gamma_share, _gamma_rest, lambda a, x: a), (POSITIVE, POSITIVE)
    ),
    Function(
        "gammaincc", special.gammaincc, lambda a, x: _gamma_rest(a, x), (Draw(0.1, 50, True), Draw(0.1, 100, True))
    ),
    Function(
        "betainc",
        special.betainc,
        _below_and_above(_beta_share, lambda a, b, x: _beta_share(b, a, 1 - x), lambda a, b, x: a / (a + b)),
        (Draw(0.05, 50, True), Draw(0.05, 50, True), Draw(0.05, 0.95)),
    ),
    Function("zeta", special.zeta, mpmath.zeta, (Draw(1.1, 20, True), POSITIVE)),
    Function("i0", special.i0, lambda x: mpmath.besseli(0, x), (WIDE,)),
    Function("i1", special.i1, lambda x: mpmath.besseli(1, x), (WIDE,)),
    Function("i0e", special.i0e, lambda x: mpmath.exp(-abs(x)) * mpmath.besseli(0, x), (WIDE,)),
    Function("i1e", special.i1e, lambda x: mpmath.exp(-abs(x)) * mpmath.besseli(1, x), (WIDE,)),
    Function("j0", special.j0, lambda x: mpmath.besselj(0, x), (WIDE,)),
    Function("j1", special.j1, lambda x: mpmath.besselj(1, x), (WIDE,)),
    Function("expit", special.expit, lambda x: 1 / (1 + mpmath.exp(-x)), (WIDE,)),
    Function("log_expit", special.log_expit, lambda x: -mpmath.log1p(mpmath.exp(-x)), (WIDE,)),
    Function("logit", special.logit, lambda x: mpmath.log(x / (1 - x)), (UNIT,)),
    Function("sinc", special.sinc, mpmath.sincpi, (LINE,)),
    Function("entr", special.entr, lambda x: -x * mpmath.log(x), (POSITIVE,)),
    Function("rel_entr", special.rel_entr, lambda x, y: x * mpmath.log(x / y), (POSITIVE, POSITIVE)),
    Function("kl_div", special.kl_div, lambda x, y: x * mpmath.log(x / y) - x + y, (POSITIVE, POSITIVE)),
    Function("xlogy", special.xlogy, lambda x, y: x * mpmath.log(y), (LINE, POSITIVE)),
    Function("xlog1py", special.xlog1py, lambda x, y: x * mpmath.log1p(y), (LINE, POSITIVE)),
    Function(
        "logsumexp",
        _of_three(lambda x: special.logsumexp(x, axis=0)),
        lambda *x: mpmath.log(sum(map(mpmath.exp, x))),
        (WIDE,) * 3,
    ),
    Function(
        "softmax",
        _of_three(lambda x: special.softmax(x, axis=0)[0]),
        lambda *x: mpmath.exp(x[0]) / sum(map(mpmath.exp, x)),
        (LINE,) * 3,
    ),
    Function(
        "log_softmax",
        _of_three(lambda x: special.log_softmax(x, axis=0)[0]),
        lambda *x: -mpmath.log1p(mpmath.exp(x[1] - x[0]) + mpmath.exp(x[2] - x[0])),
        (LINE,) * 3,
    ),
)


def drawn(function: Function, count: int = POINTS) -> list[numpy.ndarray[Any, Any]]:
    """The points of a function, an array for each argument: the same ones for ever."""
    generator = numpy.random.default_rng([ord(letter) for letter in function.names])
    return [draw.points(generator, count) for draw in function.draws]


def exact(function: Function, points: list[numpy.ndarray[Any, Any]]) -> Iterator[list[Any]]:
    """By mpmath the values, and the derivatives in each argument."""
    places = [tuple(mpmath.mpf(float(x)) for x in place) for place in zip(*points, strict=True)]
    yield [function.exact(*place) for place in places]
    for k in range(len(points)):
        orders = tuple(int(k == each) for each in range(len(points)))
        yield [mpmath.diff(function.exact, place, orders) for place in places]


def errors(got: numpy.ndarray[Any, Any], wanted: list[Any]) -> float:
    """The largest relative error; infinite where something is not finite."""
    pairs = zip(map(float, got), wanted, strict=True)
    return max(float(abs(x - y) / abs(y)) if math.isfinite(x) else math.inf for x, y in pairs)


def measured(
    function: Function, points: list[numpy.ndarray[Any, Any]], wanted: list[list[Any]], backend: str
) -> tuple[float, float]:
    """The largest relative error of the value and of the first derivatives on a backend."""
    places = tuple(range(len(points)))
    with ug.use_backend(backend), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        given = [np.asarray(x, dtype="float64") for x in points]
        value = function.call(*given).numpy()
        slopes = ug.grad(lambda *x: np.sum(function.call(*x)), places)(*given)
    found = [errors(slope.numpy(), want) for slope, want in zip(slopes, wanted[1:], strict=True)]
    return errors(value, wanted[0]), max(found)


def row(function: Function) -> str:
    """The line of the table for one function."""
    with mpmath.workdps(DIGITS):
        points = drawn(function)
        wanted = list(exact(function, points))
        cells = [f"{error:.1e}" for backend in BACKENDS for error in measured(function, points, wanted, backend)]
    return f"{label(function)} {' | '.join(cells)} |"


def label(function: Function) -> str:
    """The beginning of that line: what is measured where."""
    names = ", ".join(f"`{name}`" for name in function.names.split())
    return f"| {names} | {', '.join(map(str, dict.fromkeys(function.draws)))} |"


def page() -> str:
    """The whole page."""
    used = [name for names in BACKENDS.values() for name in names] + ["mpmath"]
    versions = "measured with " + ", ".join(f"{name} {version(name)}" for name in used)
    heads = [f"{backend} {what}" for backend in BACKENDS for what in ("value", "slope")]
    lines = [INTRODUCTION.format(digits=DIGITS, points=POINTS, versions=versions)]
    lines += [f"| function | drawn from | {' | '.join(heads)} |", "| --- | --- |" + " --- |" * len(heads)]
    lines += [row(function) for function in sorted(FUNCTIONS, key=lambda each: each.names)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
