"""autograd.numpy.random: NumPy's own random numbers, as arrays of the dialect.

Drawn by NumPy on the host, so that a seed gives the numbers that it gives in NumPy; the functions of this module draw from
the stream that ``numpy.random`` itself uses.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

import unigrad as ug
from unigrad import operators
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import asarray, holds_array, ndarray
from unigrad.dialects.autograd.numpy.host import given_back

DRAWS: Final = (
    "beta binomial chisquare choice dirichlet exponential f gamma geometric gumbel hypergeometric laplace logistic lognormal logseries "
    "multinomial multivariate_normal negative_binomial noncentral_chisquare noncentral_f normal pareto permutation poisson power rand "
    "randint randn random random_sample rayleigh standard_cauchy standard_exponential standard_gamma standard_normal "
    "standard_t triangular uniform vonmises wald weibull zipf"
).split()
"""The names of NumPy's distributions."""

STATE: Final = ("seed", "get_state", "set_state")


def _numpy() -> Any:
    # NumPy is the host of every backend; unigrad's kernels of it leave random numbers out, so it is named here at run time.
    return import_module("numpy")


def _host(value: Any) -> Any:
    if isinstance(value, ug.Tensor):
        return value.detach().numpy()
    return type(value)(map(_host, value)) if isinstance(value, (list, tuple)) and holds_array(value) else value


def _drawing(stream: Callable[[], Any], name: str) -> Any:
    def run(*args: Any, **kwargs: Any) -> Any:
        draw = getattr(stream(), name)
        return given_back(draw(*map(_host, args), **{word: _host(value) for word, value in kwargs.items()}))

    run.__name__ = run.__qualname__ = name
    run.__doc__ = f"NumPy's `{name}`: a number, or an array of the dialect."
    return run


class _Stream:
    """A stream of random numbers with NumPy's methods, over one of NumPy's own."""

    def __init__(self, host: Any) -> None:
        self._host = host

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        method = getattr(self._host, name)
        return _drawing(lambda: self._host, name) if callable(method) and name not in STATE else method

    def shuffle(self, x: Any) -> None:
        """Put `x`, a list or an array, in random order along its first axis, in place."""
        _shuffle(self._host, x)


def _shuffle(host: Any, x: Any) -> None:
    if not isinstance(x, ndarray):
        host.shuffle(x)
        return
    order = _numpy().arange(len(x))
    host.shuffle(order)
    operators.assign(x, x[asarray(order)])


class RandomState(_Stream):
    """NumPy's stream of that name: ``RandomState(0).randn(3)`` gives NumPy's numbers."""

    def __init__(self, seed: Any = None) -> None:
        super().__init__(_numpy().random.RandomState(seed))


class Generator(_Stream):
    """NumPy's newer stream, as `default_rng` makes it."""


def default_rng(seed: Any = None) -> Generator:
    """A stream of NumPy's newer kind."""
    return Generator(_numpy().random.default_rng(seed))


def seed(seed: Any = None) -> None:
    """Start the stream that these functions and ``numpy.random`` share anew."""
    _numpy().random.seed(seed)


def get_state() -> Any:
    """The state of that stream."""
    return _numpy().random.get_state()


def set_state(state: Any) -> None:
    """Put that stream where it was."""
    _numpy().random.set_state(state)


def shuffle(x: Any) -> None:
    """Put `x`, a list or an array, in random order along its first axis, in place."""
    _shuffle(_numpy().random, x)


_drawn = {name: _drawing(lambda: _numpy().random, name) for name in DRAWS}
globals().update(_drawn)
sample = ranf = _drawn["random_sample"]

__all__ = ["Generator", "RandomState", "default_rng", "ranf", "sample", "shuffle", *STATE, *_drawn]  # noqa: PLE0604

__getattr__ = absent("autograd.numpy.random", lambda: __all__)
