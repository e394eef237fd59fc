"""unigrad.numpy.random: random arrays, the same numbers for one seed on every backend.

The numbers come from one counter-based generator on the host (Philox4x64, Salmon et al. 2011) and are then handed to the
backend in force. They are drawn in float64 and rounded, so that float32 and float64 programs see the same draws.

Under ``vmap(randomness="different")`` a draw has a first axis for the examples, each of which gets its part: what is drawn
is what one call outside would draw with that axis in front of ``size``. Of `permutation`, and of `choice` without
replacement, each example in turn has a draw of its own.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from typing import Any

from unigrad import settings
from unigrad.conversion import constant, open_levels
from unigrad.draws import restart, stream, written
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.virtual.crossing import enter

__all__ = [
    "bernoulli",
    "choice",
    "exponential",
    "normal",
    "permutation",
    "rand",
    "randint",
    "randn",
    "random",
    "seed",
    "standard_normal",
    "uniform",
]

Size = int | Sequence[int] | None


class Generator:
    """A stream of random arrays with a seed of its own; the functions of this module draw from one that all share."""

    def __init__(self, seed: int | None = None) -> None:
        self._lock = threading.Lock()
        self._host: Any = None
        self._seed = seed
        # A stream that a run of a function begins is the same in each run.
        self.begun_at = () if seed is None else tuple(level.id for level in open_levels.get())

    def seed(self, seed: int | None) -> None:
        """Start the stream anew at `seed`; None takes one from the operating system."""
        if seed is not None and (not isinstance(seed, int) or seed < 0):
            raise ArgumentError(f"a seed is a whole number from 0 on, or None; got {seed!r}")
        with self._lock:
            if not restart(self, settings.host().generator(seed)):
                self._seed, self._host = seed, None

    def _draw(self, name: str, *args: Any, **options: Any) -> Any:
        if not all(getattr(level, "allows_draws", True) for level in open_levels.get()):
            raise ArgumentError(
                "under vmap a draw would be the same for all examples; say so with randomness='same', give each its own with "
                "randomness='different', or draw before and map over the numbers"
            )
        with self._lock:
            if self._host is None:
                self._host = settings.host().generator(self._seed)
            return getattr(stream(self, self._host), name)(*args, **options)

    def _in_turn(self, counts: tuple[int, ...], name: str, *args: Any) -> Any:
        """A draw for each example, one after the other, for what has no axis to put in front."""
        if not counts:
            return self._draw(name, *args)
        drawn = [self._draw(name, *args) for _ in range(math.prod(counts))]
        return settings.host().asarray(drawn).reshape((*counts, *settings.host().asarray(drawn[0]).shape))

    def uniform(self, low: float = 0.0, high: float = 1.0, size: Size = None, dtype: object = None) -> Tensor:
        """Numbers spread evenly over [low, high); the default dtype unless one is given."""
        shape = _shape(size)
        return _floats(self, lambda: self._draw("uniform", low, high, shape), dtype)

    def normal(self, loc: float = 0.0, scale: float = 1.0, size: Size = None, dtype: object = None) -> Tensor:
        """Numbers of the normal distribution with mean `loc` and standard deviation `scale`."""
        shape = _shape(size)
        return _floats(self, lambda: self._draw("normal", loc, scale, shape), dtype)

    def exponential(self, scale: float = 1.0, size: Size = None, dtype: object = None) -> Tensor:
        """Numbers of the exponential distribution with mean `scale`."""
        shape = _shape(size)
        return _floats(self, lambda: self._draw("exponential", scale, shape), dtype)

    def randint(self, low: int, high: int | None = None, size: Size = None) -> Tensor:
        """Whole numbers from `low` (0 if there is only one bound) to below `high`, int64."""
        first, last = (0, low) if high is None else (low, high)
        shape = _shape(size)
        return _given(self, lambda: self._draw("integers", first, last, shape))

    def bernoulli(self, p: float = 0.5, size: Size = None) -> Tensor:
        """Booleans that hold with probability `p`: what dropout masks are made of."""
        shape = _shape(size)
        return _given(self, lambda: self._draw("uniform", 0.0, 1.0, shape) < p)

    def permutation(self, x: Any) -> Tensor:
        """The numbers below `x` in random order, or the sub-arrays of `x` along its first axis, recorded."""
        if isinstance(x, int):
            counts = _examples()
            return _given(self, lambda: self._in_turn(counts, "permutation", x))
        return _tensor(x)[self.permutation(len(x))]

    def choice(self, a: Any, size: Size = None, replace: bool = True, p: Any = None) -> Tensor:
        """Elements of `a` (or of the numbers below it) at random, with the probabilities `p`, recorded."""
        weights = None if p is None else settings.host().asarray(p.tolist() if isinstance(p, Tensor) else p)
        count = a if isinstance(a, int) else len(a)
        if replace:
            shape = _shape(size)
            drawn = _given(self, lambda: self._draw("choice", count, shape, True, weights))
        else:
            counts = _examples()
            drawn = _given(self, lambda: self._in_turn(counts, "choice", count, _own_shape(size), False, weights))
        return drawn if isinstance(a, int) else _tensor(a)[drawn]


def _own_shape(size: Size) -> tuple[int, ...]:
    """The shape of one example's draw."""
    return () if size is None else (size,) if isinstance(size, int) else tuple(size)


def _shape(size: Size) -> tuple[int, ...]:
    """The shape of a draw, the examples that draw apart in front."""
    return (*_examples(), *_own_shape(size))


def _examples() -> tuple[int, ...]:
    """The numbers of examples of the maps whose examples have draws of their own, the outermost first."""
    return tuple(level.count for level in _apart())


def _apart() -> list[Any]:
    return [level for level in open_levels.get() if getattr(level, "draws_apart", False)]


def _entered(drawn: Tensor) -> Tensor:
    """A draw, each example with its part of it."""
    for level in _apart():
        drawn = enter(drawn, level)
    return drawn


def _given(source: Generator, draw: Callable[[], Any], dtype: object = None) -> Tensor:
    """The host array that `draw` gives, on the backend in force; a program that is being written draws anew in each run."""
    xp = settings.choice().xp

    def make() -> Tensor:
        return constant(settings.host().asarray(draw()), xp, dtype=dtype)

    writing = next((level for level in open_levels.get() if hasattr(level, "renewed")), None)
    if writing is None or writing.id in source.begun_at:
        return _entered(make())
    return _entered(written(lambda: writing.renewed(make), make))


def _floats(source: Generator, draw: Callable[[], Any], dtype: object) -> Tensor:
    return _given(source, draw, dtype or settings.get_default_dtype())


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else constant(x, settings.choice().xp)


_shared = Generator()
seed = _shared.seed
uniform = _shared.uniform
normal = _shared.normal
exponential = _shared.exponential
randint = _shared.randint
bernoulli = _shared.bernoulli
permutation = _shared.permutation
choice = _shared.choice


def random(size: Size = None) -> Tensor:
    """Numbers spread evenly over [0, 1)."""
    return uniform(size=size)


def standard_normal(size: Size = None) -> Tensor:
    """Numbers of the standard normal distribution."""
    return normal(size=size)


def rand(*shape: int) -> Tensor:
    """`random`, with the lengths as arguments."""
    return uniform(size=shape)


def randn(*shape: int) -> Tensor:
    """`standard_normal`, with the lengths as arguments."""
    return normal(size=shape)
