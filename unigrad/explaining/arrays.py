"""Arrays as data for a page: small ones whole, large ones as a summary and a picture."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field
from typing import Any, Final

from unigrad import settings
from unigrad.conversion import format_of
from unigrad.graph import Tensor
from unigrad.virtual.levels import Namespace

__all__ = ["Heat", "Picture", "Sketch", "sketch"]

WHOLE: Final = 64
"""The number of elements up to which an array is shown whole."""


@dataclass(frozen=True, slots=True)
class Heat:
    """A picture of an array: rows of cells, each a byte between ``low`` (0) and ``high`` (254), or 255 for what is not finite."""

    rows: int
    columns: int
    cells: str
    """The bytes, row by row, in base 64."""
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown of an array that is not shown whole."""

    low: Any
    high: Any
    mean: Any
    not_finite: int
    """The number of NaNs and infinities."""
    zeros: int
    heat: Heat | None


@dataclass(frozen=True, slots=True)
class Sketch:
    """An array as data. Numbers that JSON does not have, and complex ones, are words: ``"nan"``, ``"inf"``, ``"1+2j"``."""

    shape: tuple[int, ...]
    dtype: str
    bytes: int
    values: Any = None
    """The elements as nested lists, of an array of up to 64 elements."""
    picture: Picture | None = None
    about: str = ""
    """What there is to say of what is no single array."""
    examples: tuple[int, ...] = field(default=())
    """The numbers of examples of the maps that the array is within; they are the first axes of the values."""

    @property
    def text(self) -> str:
        """The array in one line."""
        if self.values is not None:
            return _line(self.values)
        if self.picture is None:
            return self.about or "no value"
        return f"{_short(self.picture.low)} … {_short(self.picture.high)}, mean {_short(self.picture.mean)}"

    @property
    def brief(self) -> str:
        """The array in a few words."""
        return self.text if self.picture is None else f"mean {_short(self.picture.mean)}"

    @property
    def finite(self) -> bool:
        """Whether no element is NaN or infinite."""
        if self.picture is not None:
            return self.picture.not_finite == 0
        return all(_is_finite(each) for each in _flat(self.values))


def sketch(x: Any, cells: int = 24) -> Sketch:
    """`x`, a Tensor or a bundle of several, as data; a picture has up to `cells` rows and twice as many columns."""
    if not isinstance(x, Tensor):
        return _bundle(x, cells)
    raw, xp, examples = x.raw, x.xp, []
    while isinstance(xp, Namespace):
        if getattr(raw, "mapped", False):
            examples.append(raw.data.shape[0])
        raw, xp = raw.data, xp.__inner__
    shape, dtype = tuple(int(length) for length in raw.shape), format_of(raw.dtype)
    size = math.prod(shape)
    facts: dict[str, Any] = {"shape": shape[len(examples) :], "dtype": str(dtype), "examples": tuple(examples)}
    facts["bytes"] = size * raw.dtype.itemsize
    if xp.is_traced(raw):
        return Sketch(**facts)
    host = xp.to_numpy(raw)
    if size <= WHOLE:
        return Sketch(**facts, values=_plain(host.tolist()))
    return Sketch(**facts, picture=_picture(host, cells))


def _bundle(x: Any, cells: int) -> Sketch:
    """The cotangents, or tangents, of several outputs of one node: the one array, or how many there are."""
    parts = [sketch(each, cells) for each in (x.parts.values() if hasattr(x, "parts") else x)]
    if len(parts) == 1:
        return parts[0]
    return Sketch((len(parts),), "", sum(each.bytes for each in parts), about="; ".join(each.text for each in parts))


def _picture(host: Any, cells: int) -> Picture:
    np: Any = settings.host()
    magnitude = np.abs(host) if host.dtype.kind == "c" else np.astype(host, dtype=np.native_dtype("float64"))
    good = np.isfinite(magnitude)
    finite = magnitude[good]
    some = finite.size > 0
    return Picture(
        low=_number(finite.min().item()) if some else None,
        high=_number(finite.max().item()) if some else None,
        mean=_number(finite.mean().item()) if some else None,
        not_finite=int(host.size - good.sum()),
        zeros=int((magnitude == 0).sum()),
        heat=_heat(magnitude, cells) if some else None,
    )


def _heat(magnitude: Any, cells: int) -> Heat:
    """Means of blocks; an array of one axis is cut into rows, and of more axes the last one goes to the right."""
    np: Any = settings.host()
    if magnitude.ndim == 1:
        width = math.isqrt(2 * magnitude.size - 1) + 1
        missing = -magnitude.size % width
        padding = np.full((missing,), math.nan, dtype=magnitude.dtype)
        table = np.reshape(np.concat([magnitude, padding]), shape=(-1, width))
    else:
        table = np.reshape(magnitude, shape=(-1, magnitude.shape[-1]))
    for axis, most in ((0, cells), (1, 2 * cells)):
        table = _coarser(table, axis, most)
    good = np.isfinite(table)
    low, high = table[good].min().item(), table[good].max().item()
    scale = 254 / (high - low) if high > low else 0.0
    levels = [round((each - low) * scale) if math.isfinite(each) else 255 for row in table.tolist() for each in row]
    rows, columns = table.shape
    return Heat(rows, columns, base64.b64encode(bytes(levels)).decode(), low, high)


def _coarser(table: Any, axis: int, most: int) -> Any:
    """Blocks along an axis as their means, so that there are at most so many."""
    length = table.shape[axis]
    if length <= most:
        return table
    np: Any = settings.host()
    edges = [i * length // most for i in range(most + 1)]
    parts = [table[edges[i] : edges[i + 1]] if axis == 0 else table[:, edges[i] : edges[i + 1]] for i in range(most)]
    return np.stack([part.mean(axis=axis) for part in parts], axis=axis)


def _plain(value: Any) -> Any:
    return [_plain(each) for each in value] if isinstance(value, list) else _number(value)


def _number(value: Any) -> Any:
    if isinstance(value, complex):
        return f"{value.real:.9g}{value.imag:+.9g}j"
    return value if isinstance(value, (bool, int)) or math.isfinite(value) else str(value)


def _is_finite(value: Any) -> bool:
    return not isinstance(value, str) or ("nan" not in value and "inf" not in value)


def _flat(value: Any) -> list[Any]:
    return [each for part in value for each in _flat(part)] if isinstance(value, list) else [value]


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _line(values: Any) -> str:
    return f"[{', '.join(map(_line, values))}]" if isinstance(values, list) else _short(values)
