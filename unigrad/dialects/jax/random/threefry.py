"""Threefry-2x32: the counter-based generator of JAX (Salmon et al. 2011, section 4.1), on host arrays of 32-bit words.

A draw is a function of a key and of the element's number, so arrays of any shape come out of the same key in any order.
"""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad import settings

ROTATIONS: Final = ((13, 15, 26, 6), (17, 29, 16, 24))
"""How far the second word is turned in each round, four rounds at a time."""

PARITY: Final = 0x1BD11BDA
"""The constant from which the third word of the key schedule is made."""


def words(value: Any) -> Any:
    """A host array of 32-bit words."""
    host = settings.host()
    return host.asarray(value, dtype=host.uint32)


def threefry(first: Any, second: Any, high: Any, low: Any) -> tuple[Any, Any]:
    """The two words that the key (`first`, `second`) makes of the counter (`high`, `low`): twenty rounds, elementwise."""
    schedule = (first, second, first ^ second ^ words(PARITY))
    with settings.host().errstate(over="ignore"):
        x, y = high + schedule[0], low + schedule[1]
        for group in range(5):
            for turn in ROTATIONS[group % 2]:
                x = x + y
                y = ((y << words(turn)) | (y >> words(32 - turn))) ^ x
            x = x + schedule[(group + 1) % 3]
            y = y + schedule[(group + 2) % 3] + words(group + 1)
    return x, y


def counters(shape: tuple[int, ...]) -> tuple[Any, Any]:
    """The number of each element of an array of this shape, as a high and a low word."""
    host = settings.host()
    numbers = host.arange(math.prod(shape), dtype=host.uint64).reshape(shape)
    return (numbers >> host.uint64(32)).astype(host.uint32), numbers.astype(host.uint32)


def bits(key: Any, width: int, shape: tuple[int, ...]) -> Any:
    """An array of words of 8, 16, 32 or 64 bits, drawn with a key of shape (2,)."""
    host = settings.host()
    high, low = threefry(key[0], key[1], *counters(shape))
    if width == 64:
        return (high.astype(host.uint64) << host.uint64(32)) | low.astype(host.uint64)
    return (high ^ low).astype(host.native_dtype(f"uint{width}"))


def split(key: Any, shape: tuple[int, ...]) -> Any:
    """New keys in an array of shape ``(*shape, 2)``."""
    return settings.host().stack(threefry(key[0], key[1], *counters(shape)), axis=-1)


def split_each(keys: Any, count: int) -> Any:
    """`count` new keys of each of the keys in an array of shape (n, 2): shape (n, count, 2)."""
    high, low = counters((count,))
    return settings.host().stack(threefry(keys[:, :1], keys[:, 1:], high, low), axis=-1)


def bits_each(keys: Any, width: int) -> Any:
    """One word of each of the keys in an array of shape (n, 2)."""
    host = settings.host()
    high, low = threefry(keys[:, 0], keys[:, 1], words(0), words(0))
    if width == 64:
        return (high.astype(host.uint64) << host.uint64(32)) | low.astype(host.uint64)
    return (high ^ low).astype(host.native_dtype(f"uint{width}"))


def fold_in(key: Any, data: int) -> Any:
    """A new key of a key and a number of 32 bits."""
    return words(threefry(key[0], key[1], words(0), words(data & 0xFFFFFFFF)))
