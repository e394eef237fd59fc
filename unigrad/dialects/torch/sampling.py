"""Sampling: random tensors. The numbers are unigrad's, the same for one seed on every backend, and not torch's."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import LibraryError
from unigrad.dialects.torch.formats import chosen, device
from unigrad.dialects.torch.tensor import F, Tensor
from unigrad.numpy import random

_shared = random.uniform.__self__  # type: ignore[attr-defined]
_seed = [2147483647]


class Generator:
    """A stream of random numbers with a seed of its own."""

    def __init__(self, device: Any = "cpu") -> None:
        self.device = device
        self._seed = 67280421310721
        self.stream = type(_shared)(self._seed)

    def manual_seed(self, seed: int) -> Generator:
        """Start the stream anew at `seed`; returns the generator."""
        self._seed = int(seed)
        self.stream.seed(self._seed)
        return self

    def initial_seed(self) -> int:
        """The seed that the stream started at."""
        return self._seed


class _Default(Generator):
    """The stream that all functions draw from unless they are given another."""

    def __init__(self) -> None:
        self.device = device("cpu")
        self._seed = 67280421310721
        self.stream = _shared


default_generator = _Default()


def manual_seed(seed: int) -> Generator:
    """Start the stream of random numbers anew at `seed`."""
    return default_generator.manual_seed(abs(int(seed)))


def seed() -> int:
    """Start the stream at a seed that differs from run to run, and return it."""
    fresh = int(random.Generator(None).randint(0, 2**62).item())
    default_generator.manual_seed(fresh)
    return fresh


def initial_seed() -> int:
    """The seed that the stream started at."""
    return default_generator.initial_seed()


def drawn(generator: Any, name: str, *arguments: Any, size: Any, like: Any = None, dtype: Any = None) -> Tensor:
    """Numbers of the distribution `name`, in the dtype and on the backend of `like` if there is one."""
    stream = (default_generator if generator is None else generator).stream
    if like is None:
        return F.adopt(getattr(stream, name)(*arguments, size=size, dtype=chosen(dtype)))  # type: ignore[no-any-return]
    with ug.use_backend(like.xp.__backend__):
        return F.adopt(getattr(stream, name)(*arguments, size=size, dtype=like.dtype))  # type: ignore[no-any-return]


def lengths(size: tuple[Any, ...]) -> tuple[int, ...]:
    """A size given as numbers or as one sequence."""
    given = size[0] if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    return tuple(int(each) for each in given)


def _size(size: tuple[Any, ...], named: Any) -> tuple[int, ...]:
    return lengths(size) if named is None else lengths((tuple(named),))


def rand(
    *size: Any,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **named: Any,
) -> Tensor:
    """Numbers spread evenly over [0, 1)."""
    made = drawn(generator, "uniform", 0.0, 1.0, size=_size(size, named.get("size")), dtype=dtype)
    return made.requires_grad_(requires_grad)


def randn(
    *size: Any,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
    **named: Any,
) -> Tensor:
    """Numbers of the standard normal distribution."""
    made = drawn(generator, "normal", 0.0, 1.0, size=_size(size, named.get("size")), dtype=dtype)
    return made.requires_grad_(requires_grad)


def randint(*bounds: Any, size: Any = None, generator: Any = None, dtype: Any = None, device: Any = None) -> Tensor:
    """Whole numbers from `low` (0 if there is only one bound) to below `high`: ``randint(low, high, size)``."""
    given = list(bounds)
    if size is None:
        size = given.pop()
    low, high = (0, given[0]) if len(given) == 1 else given
    made = F.adopt((default_generator if generator is None else generator).stream.randint(low, high, tuple(size)))
    return made if dtype is None else F.astype(made, chosen(dtype))  # type: ignore[no-any-return]


def randperm(n: int, *, generator: Any = None, dtype: Any = None, device: Any = None) -> Tensor:
    """The numbers below `n` in random order."""
    return F.adopt((default_generator if generator is None else generator).stream.permutation(n))  # type: ignore[no-any-return]


def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Any = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers of the normal distribution: of one mean and deviation in a `size`, or of tensors of them."""
    if size is not None:
        made = drawn(generator, "normal", float(mean), float(std), size=tuple(size), dtype=dtype)
        return made.requires_grad_(requires_grad)
    tensor = mean if isinstance(mean, ug.Tensor) else std
    if not isinstance(tensor, ug.Tensor):
        raise ug.ArgumentError("normal() of two numbers needs a size; give size=(…)")
    shape = tuple((mean + std).shape)
    return mean + std * drawn(generator, "normal", 0.0, 1.0, size=shape, like=tensor)  # type: ignore[no-any-return]


def rand_like(input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`rand`, in the shape and dtype of `input`."""
    return rand(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randn_like(input: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`randn`, in the shape and dtype of `input`."""
    return randn(*input.shape, dtype=dtype or input.dtype, requires_grad=requires_grad)


def randint_like(input: Any, low: int, high: int | None = None, *, dtype: Any = None, device: Any = None) -> Tensor:
    """`randint`, in the shape and dtype of `input`."""
    bounds = (0, low) if high is None else (low, high)
    return randint(*bounds, size=tuple(input.shape), dtype=dtype or input.dtype)


def bernoulli(input: Any, *, generator: Any = None) -> Tensor:
    """Ones with the probabilities `input`, else zeros, in its dtype."""
    draws = drawn(generator, "uniform", 0.0, 1.0, size=tuple(input.shape), like=input)
    return F.astype(F.less(draws, input.detach()), input.dtype)  # type: ignore[no-any-return]


def multinomial(input: Any, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    """Positions drawn with the weights `input`, a vector or a row of them for each result row; int64."""
    if input.ndim == 2:
        return F.stack([multinomial(row, num_samples, replacement, generator=generator) for row in input], axis=0)  # type: ignore[no-any-return]
    weights = input.detach().tolist()
    if sum(weights) <= 0 or min(weights) < 0:
        raise LibraryError("multinomial() needs weights that are not negative and add up to more than 0")
    if not replacement and num_samples > sum(weight > 0 for weight in weights):
        raise LibraryError("multinomial() cannot draw more samples without replacement than there are positive weights")
    stream = (default_generator if generator is None else generator).stream
    total = sum(weights)
    picked = stream.choice(len(weights), num_samples, replacement, [weight / total for weight in weights])
    return F.adopt(picked)  # type: ignore[no-any-return]
