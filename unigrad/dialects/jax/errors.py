"""jax.errors: what is raised where a program would need the numbers of an array that only its runs will have."""

from __future__ import annotations

import traceback
from types import FrameType
from typing import Final

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax.notes import MISSING as _MISSING
from unigrad.errors import TraceError
from unigrad.places import is_own

__all__ = [
    "ConcretizationTypeError",
    "NonConcreteBooleanIndexError",
    "TracerArrayConversionError",
    "TracerBoolConversionError",
    "TracerIntegerConversionError",
    "UnexpectedTracerError",
]

UnexpectedTracerError = TraceError


class ConcretizationTypeError(TraceError):
    """A number was asked of an array that has none yet."""


class TracerBoolConversionError(ConcretizationTypeError):
    """Python's ``if``, ``while``, ``and``, ``or`` or ``not`` met such an array."""


class TracerIntegerConversionError(TraceError):
    """Such an array was to be an index of a list, or a length."""


class TracerArrayConversionError(TraceError):
    """NumPy was given such an array."""


class NonConcreteBooleanIndexError(TraceError, IndexError):
    """An array was indexed by conditions, so that the shape would depend on them."""


_ASKED_BY: Final[dict[str, type[TraceError]]] = {
    "__bool__": TracerBoolConversionError,
    "__index__": TracerIntegerConversionError,
    "__array__": TracerArrayConversionError,
    "__getitem__": NonConcreteBooleanIndexError,
    **dict.fromkeys("__int__ __float__ __complex__ item tolist numpy".split(), ConcretizationTypeError),
}


def as_jax_raises(error: TraceError) -> TraceError | None:
    """JAX's error for `error`, where a line of the program itself asked for numbers; None where one of unigrad's did."""
    asked: FrameType | None = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if not is_own(frame):
            asked = None
        elif asked is None:
            asked = frame
    kind = None if asked is None else _ASKED_BY.get(asked.f_code.co_name)
    return None if kind is None else kind(*error.args)


__getattr__ = _absent("jax.errors", lambda: __all__, _MISSING)
