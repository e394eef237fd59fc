"""Keys: what random numbers are made of; raw ones are arrays of two words, typed ones a class of their own."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from unigrad import Tensor
from unigrad.dialects.jax.arrays import Array, F, dtype_of
from unigrad.dialects.jax.precision import x64
from unigrad.dialects.jax.random import threefry
from unigrad.dialects.jax.random.hosted import computed, host, is_known, on_backend
from unigrad.dialects.jax.registration import register_static
from unigrad.errors import ArgumentError, AxisError, ShapeError

__all__ = ["PRNGKey", "clone", "fold_in", "key", "key_data", "key_impl", "split", "wrap_key_data"]


class KeyType:
    """The dtype of typed keys."""

    name = "key<fry>"

    def __repr__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyType)

    def __hash__(self) -> int:
        return hash(self.name)


@register_static
class KeyArray:
    """An array of typed keys, made by ``jax.random.key``, of words on the host, or in an Array that is not known yet."""

    def __init__(self, words: Any) -> None:
        self._words = words

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(self._words.shape[:-1])

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of keys."""
        return int(self._words.size // 2)

    @property
    def dtype(self) -> KeyType:
        """The dtype of keys."""
        return KeyType()

    def reshape(self, *shape: Any) -> KeyArray:
        """The same keys in another shape."""
        lengths = shape[0] if len(shape) == 1 and not isinstance(shape[0], int) else shape
        return KeyArray(self._words.reshape((*lengths, 2)))

    def __getitem__(self, index: Any) -> KeyArray:
        parts = index if isinstance(index, tuple) else (index,)
        if sum(part is not None and part is not Ellipsis for part in parts) > self.ndim:
            raise AxisError(f"Too many indices: array is {self.ndim}-dimensional, but {len(parts)} were indexed")
        return KeyArray(self._words[(*parts, slice(None)) if Ellipsis in parts else (*parts, ..., slice(None))])

    def __len__(self) -> int:
        if not self.ndim:
            raise ArgumentError("len() of unsized object: this is one key")
        return self.shape[0]

    def __iter__(self) -> Iterator[KeyArray]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, KeyArray):
            return NotImplemented
        return F.asarray((self._words == other._words).all(-1))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Array({self.shape}, dtype=key<fry>) overlaying:\n{self._words}"


def words_of(given: Any, what: str, single: bool = True) -> Any:
    """The words of a raw or a typed key, on the host where they are known; raises as JAX does for what is no key, or several."""
    if isinstance(given, KeyArray):
        found = host(given._words) if isinstance(given._words, Tensor) else given._words
    else:
        found = host(given) if isinstance(given, Tensor) else given
        if not hasattr(found, "dtype") or found.dtype != "uint32" or found.shape[-1:] != (2,):
            raise ArgumentError(
                f"JAX encountered invalid PRNG key data: {what} needs a key of two uint32, as jax.random.key(0) or "
                f"jax.random.PRNGKey(0) make it; got {given!r}"
            )
    if single and found.ndim > 1:
        raise ShapeError(
            f"{what} accepts a single key, but was given a key array of shape {tuple(found.shape[:-1])} != (). "
            "Take one with keys[0]."
        )
    return found


def words_as_array(keys: KeyArray) -> Array:
    """The words of typed keys as an Array, for what computes with arrays only."""
    return keys._words if isinstance(keys._words, Array) else on_backend(keys._words)


def _made(model: Any, make: Any, *given: Any) -> Any:
    """Keys of the kind of `model`, whose words `make` computes of host arrays."""
    if not isinstance(model, KeyArray):
        return computed(make, *given)
    return KeyArray(make(*given) if all(map(is_known, given)) else computed(make, *given))


def _typed(words: Array) -> KeyArray:
    """Typed keys of raw ones."""
    return KeyArray(host(words))


def _seeded(seed: Any, what: str) -> Array:
    """The raw key of a seed."""
    if isinstance(seed, Array) or hasattr(seed, "dtype"):
        if tuple(seed.shape):
            raise ArgumentError(
                f"{what} accepts a scalar seed, but was given an array of shape {tuple(seed.shape)} != ()"
            )
        if isinstance(seed, Array) and dtype_of(seed).kind != "integer":
            raise ArgumentError(f"PRNG key seed must be an integer; got {seed!r}")
    if not is_known(seed):
        return computed(lambda number: _words_of_seed(int(number)), host(seed))
    try:
        number = operator.index(seed)
    except TypeError as error:
        raise ArgumentError(f"PRNG key seed must be an integer; got {seed!r}") from error
    return on_backend(_words_of_seed(number))


def _words_of_seed(number: int) -> Any:
    return threefry.words([(number >> 32) & 0xFFFFFFFF if x64() else 0, number & 0xFFFFFFFF])


def PRNGKey(seed: Any, *, impl: Any = None) -> Array:  # noqa: N802 - JAX's name
    """A raw key: an array of two uint32."""
    _known(impl)
    return _seeded(seed, "PRNGKey")


def key(seed: Any, *, impl: Any = None) -> KeyArray:
    """A typed key."""
    _known(impl)
    return _typed(_seeded(seed, "key"))


def _known(impl: Any) -> None:
    if impl not in (None, "threefry2x32"):
        raise ShapeError(f"there is no generator {impl!r} here; impl='threefry2x32' is the one")


def split(key: Any, num: Any = 2) -> Any:
    """New keys of a key: an array of them along a first axis, or in the shape `num`."""
    shape = tuple(map(operator.index, num)) if isinstance(num, (tuple, list)) else (operator.index(num),)
    return _made(key, lambda words: threefry.split(words, shape), words_of(key, "split"))


def fold_in(key: Any, data: Any) -> Any:
    """A new key of a key and a whole number."""
    number = operator.index(data) & 0xFFFFFFFF if is_known(data) else host(data)
    return _made(key, lambda words, number: threefry.fold_in(words, int(number)), words_of(key, "fold_in"), number)


def key_data(keys: Any) -> Array:
    """The words of keys as an array of uint32."""
    return words_as_array(KeyArray(words_of(keys, "key_data", single=False)))


def wrap_key_data(key_bits_array: Any, *, impl: Any = None) -> KeyArray:
    """Typed keys of an array of words."""
    _known(impl)
    return KeyArray(words_of(key_bits_array, "wrap_key_data", single=False))


def key_impl(keys: Any) -> str:
    """The generator of a key."""
    words_of(keys, "key_impl", single=False)
    return "threefry2x32"


def clone(key: Any) -> Any:
    """The same key."""
    return _made(key, lambda words: words, words_of(key, "clone", single=False))
