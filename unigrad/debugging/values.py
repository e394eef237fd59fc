"""Values as a debugger looks at them: in the library's own arrays, whatever levels lie above them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from unigrad import settings
from unigrad.conversion import format_of
from unigrad.graph import Tensor
from unigrad.virtual.batch import BatchedArray

Operands = dict[str, Any]


class Found(NamedTuple):
    """The first NaN or infinity of an array: which of them, and where."""

    word: str
    position: tuple[int, ...]
    example: int | None

    @property
    def where(self) -> str:
        """Its place in words, with a comma in front; nothing for an array without axes."""
        of = "" if self.example is None else f", in example {self.example}"
        return (f", at {self.position}" if self.position else "") + of


def plain(raw: Any, xp: Any) -> tuple[Any, Any, bool]:
    """The library's own array of one that may be batched, its kernels, and whether examples lie along its first axis."""
    mapped = False
    while isinstance(raw, BatchedArray):
        mapped = mapped or raw.mapped
        raw, xp = raw.data, xp.__inner__
    return raw, xp, mapped


def is_seen(raw: Any, xp: Any) -> bool:
    """Whether somebody can look at the values: those of a tracer are not there yet."""
    raw, xp, _ = plain(raw, xp)
    return not xp.is_traced(raw)


def first_bad(raw: Any, xp: Any, nan: bool, inf: bool) -> Found | None:
    """The first element that is a NaN or an infinity, as far as each counts."""
    raw, xp, mapped = plain(raw, xp)
    if format_of(raw.dtype).kind not in ("real", "complex"):
        return None
    if nan and inf:
        bad = ~_host(xp.isfinite(raw), xp)
    elif nan or inf:
        bad = _host((xp.isnan if nan else xp.isinf)(raw), xp)
    else:
        return None
    if not bad.any():
        return None
    index = tuple(int(positions[0]) for positions in bad.nonzero()) if bad.shape else ()
    is_nan = bool(_host(xp.isnan(raw), xp)[index])
    example = index[0] if mapped and index else None
    return Found("NaN" if is_nan else "an infinity", index[1:] if mapped else index, example)


def at_index(operands: Operands, found: Found, out_shape: Sequence[int]) -> str:
    """The operands' elements where a result has one that is bad, for operands that broadcast to its shape."""
    words = []
    for name, operand in operands.items():
        if not isinstance(operand, Tensor):
            if isinstance(operand, (int, float, complex)):
                words.append(f"{name} = {operand}")
            continue
        raw, xp, mapped = plain(operand.raw, operand.xp)
        shape = tuple(operand.raw.shape)
        index = _broadcast_index(shape, found.position, tuple(out_shape))
        if index is not None:
            value = _host(raw, xp)[(found.example, *index) if mapped else index]
            words.append(f"{name} = {value.item()}")
    return ", ".join(words)


def _broadcast_index(shape: tuple[int, ...], index: tuple[int, ...], out: tuple[int, ...]) -> tuple[int, ...] | None:
    added = len(out) - len(shape)
    if added < 0 or any(size not in (1, whole) for size, whole in zip(shape, out[added:], strict=True)):
        return None
    return tuple(0 if size == 1 else place for size, place in zip(shape, index[added:], strict=True))


def _host(raw: Any, xp: Any) -> Any:
    return settings.host().asarray(xp.to_numpy(raw))


def fingerprint(raw: Any, xp: Any) -> int | None:
    """A number that changes, but for one case in four milliards, when the array does; None for values that are not there."""
    raw, xp, _ = plain(raw, xp)
    return None if xp.is_traced(raw) else zlib.crc32(_host(raw, xp).tobytes())
