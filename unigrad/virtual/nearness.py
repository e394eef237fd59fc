"""Nearness: whether the results of two array libraries are the same but for rounding."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from unigrad import settings

RTOL: Final = {"float64": 1e-9, "float32": 1e-4, "float16": 2e-2, "bfloat16": 1e-1}
ATOL: Final = {"float64": 1e-12, "float32": 1e-6, "float16": 1e-3, "bfloat16": 1e-2}
"""How far results may be apart, by the real dtype: relative to the largest entry, and besides that in any case."""
_REAL: Final = {"complex128": "float64", "complex64": "float32"}


class Tolerance(NamedTuple):
    """How far two results may be apart: ``atol`` and ``rtol`` times the largest entry; None: the dtype's own."""

    rtol: float | None = None
    atol: float | None = None

    def of(self, dtype: str) -> tuple[float, float]:
        """``(rtol, atol)`` for arrays of a dtype; integers and booleans have none."""
        name = _REAL.get(dtype, dtype)
        if name not in RTOL:
            return 0.0, 0.0
        return (RTOL[name] if self.rtol is None else self.rtol), (ATOL[name] if self.atol is None else self.atol)


class Gap(NamedTuple):
    """How far two arrays are apart: relative to the largest entry, where most, and as a share of what is tolerated."""

    error: float
    entry: tuple[int, ...]
    share: float

    @property
    def beyond(self) -> bool:
        """Whether it is more than what is tolerated."""
        return self.share > 1


def gap(first: Any, second: Any, dtype: str, tolerance: Tolerance) -> Gap:
    """The gap between two host arrays of one shape, which are of `dtype`. NaN agrees with NaN, infinity with the same one."""
    host = settings.host()
    if not first.size:
        return Gap(0.0, (), 0.0)
    rtol, atol = tolerance.of(dtype)
    if first.dtype.kind in "biu" and second.dtype.kind in "biu":
        wrong = first != second
        return Gap(float(wrong.any()), _entry(wrong), float("inf") if wrong.any() else 0.0)
    wide = "complex128" if "c" in (first.dtype.kind, second.dtype.kind) else "float64"
    a, b = first.astype(wide), second.astype(wide)
    with host.errstate(all="ignore"):
        same = (a == b) | (host.isnan(a) & host.isnan(b))
        distance = host.where(same, 0.0, host.abs(a - b))
        distance = host.where(host.isnan(distance), float("inf"), distance)
        sizes = host.abs(host.stack([a, b], axis=0))
        scale = float(sizes[host.isfinite(sizes)].max(initial=0.0))
    largest = float(distance.max())
    allowed = rtol * scale + atol
    share = largest / allowed if allowed else float("inf") if largest else 0.0
    return Gap(largest / scale if scale else largest, _entry(distance), share)


def _entry(distance: Any) -> tuple[int, ...]:
    position, entry = int(distance.argmax()), []
    for length in reversed(distance.shape):
        position, place = divmod(position, length)
        entry.append(place)
    return tuple(reversed(entry))
