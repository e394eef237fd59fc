"""Keys: what random numbers are made of; raw ones are arrays of two words, typed ones a class of their own."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from unigrad import Tensor, settings
from unigrad.dialects.jax.arrays import Array, F, dtype_of
from unigrad.dialects.jax.precision import x64
from unigrad.dialects.jax.random import threefry
from unigrad.dialects.jax.random.mapped import KeyArrayBase, for_each_key
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
class KeyArray(KeyArrayBase):
    """An array of typed keys, made by ``jax.random.key``."""

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
    """The words of a raw or a typed key, on the host; raises as JAX does for what is no key, or several."""
    if isinstance(given, KeyArray):
        found = given._words.numpy() if isinstance(given._words, Tensor) else given._words
    else:
        found = given.numpy() if isinstance(given, Tensor) else given
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


def _like(given: Any, words: Any) -> Any:
    """Keys of the kind of `given`."""
    return KeyArray(words) if isinstance(given, KeyArray) else raw(words)


def raw(words: Any) -> Array:
    """Words as a raw key on the backend in force."""
    made: Array = F.asarray(settings.host().asarray(words, dtype=settings.host().uint32))
    return made


def _seed_words(seed: Any, what: str) -> Any:
    if isinstance(seed, Array) or hasattr(seed, "dtype"):
        if tuple(seed.shape):
            raise ArgumentError(
                f"{what} accepts a scalar seed, but was given an array of shape {tuple(seed.shape)} != ()"
            )
        if isinstance(seed, Array) and dtype_of(seed).kind != "integer":
            raise ArgumentError(f"PRNG key seed must be an integer; got {seed!r}")
    try:
        number = operator.index(seed)
    except TypeError as error:
        raise ArgumentError(f"PRNG key seed must be an integer; got {seed!r}") from error
    return [(number >> 32) & 0xFFFFFFFF if x64() else 0, number & 0xFFFFFFFF]


@for_each_key
def PRNGKey(seed: Any, *, impl: Any = None) -> Array:  # noqa: N802 - JAX's name
    """A raw key: an array of two uint32."""
    _known(impl)
    return raw(_seed_words(seed, "PRNGKey"))


@for_each_key
def key(seed: Any, *, impl: Any = None) -> KeyArray:
    """A typed key."""
    _known(impl)
    return KeyArray(threefry.words(_seed_words(seed, "key")))


def _known(impl: Any) -> None:
    if impl not in (None, "threefry2x32"):
        raise ShapeError(f"there is no generator {impl!r} here; impl='threefry2x32' is the one")


@for_each_key
def split(key: Any, num: Any = 2) -> Any:
    """New keys of a key: an array of them along a first axis, or in the shape `num`."""
    shape = tuple(map(operator.index, num)) if isinstance(num, (tuple, list)) else (operator.index(num),)
    return _like(key, threefry.split(words_of(key, "split"), shape))


@for_each_key
def fold_in(key: Any, data: Any) -> Any:
    """A new key of a key and a whole number."""
    return _like(key, threefry.fold_in(words_of(key, "fold_in"), operator.index(data)))


@for_each_key
def key_data(keys: Any) -> Array:
    """The words of keys as an array of uint32."""
    return raw(words_of(keys, "key_data", single=False))


@for_each_key
def wrap_key_data(key_bits_array: Any, *, impl: Any = None) -> KeyArray:
    """Typed keys of an array of words."""
    _known(impl)
    return KeyArray(words_of(key_bits_array, "wrap_key_data", single=False))


def key_impl(keys: Any) -> str:
    """The generator of a key."""
    words_of(keys, "key_impl", single=False)
    return "threefry2x32"


@for_each_key
def clone(key: Any) -> Any:
    """The same key."""
    return _like(key, words_of(key, "clone", single=False))
