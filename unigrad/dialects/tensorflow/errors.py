"""tf.errors: the errors of this dialect, each a UnigradError and what TensorFlow's programs catch."""

from __future__ import annotations

import unigrad as ug
from unigrad.dialects.absence import absent

__all__ = [
    "FailedPreconditionError",
    "InvalidArgumentError",
    "NotFoundError",
    "OpError",
    "OutOfRangeError",
    "ResourceExhaustedError",
    "UnimplementedError",
]


class OpError(ug.UnigradError):
    """An operation that could not be done."""

    @property
    def message(self) -> str:
        """What went wrong, as a sentence."""
        return str(self)


class InvalidArgumentError(OpError, ValueError):
    """Shapes, dtypes or values that do not fit an operation."""


class DTypeMismatch(InvalidArgumentError, ug.DTypeError):
    """Operands of two dtypes meet, or of one that the operation does not take: nothing is converted unasked."""


class FailedPreconditionError(OpError):
    """The state that an operation needs is not there."""


class NotFoundError(OpError):
    """Something asked for by name does not exist."""


class OutOfRangeError(OpError):
    """A position behind the end."""


class ResourceExhaustedError(OpError):
    """No memory left."""


class UnimplementedError(OpError):
    """An operation that is not there for these operands."""


class TapeError(OpError, RuntimeError):
    """A tape is asked for what it cannot give any more."""


class TapeStateError(OpError, ValueError):
    """A tape is used in a way that its state does not allow."""


class ConversionError(OpError, ug.DTypeError, ValueError):
    """A value cannot be had in the dtype or shape that was asked for."""


__getattr__ = absent("tensorflow.errors", lambda: __all__)
