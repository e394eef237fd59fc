"""The dialect's own errors: the built-in types that JAX raises, where unigrad's tree has none that fits."""

from __future__ import annotations

from unigrad.errors import ArgumentError, DTypeError, NotRecorded, ShapeError, UnigradError


class NoRule(NotRecorded, AttributeError):
    """A function that is to have a rule of its own was called before it had one."""


class UnboundAxis(ArgumentError, NameError):
    """A collective asks for examples that no map here has given this name."""


class IncompatibleShapes(ShapeError, TypeError):
    """Shapes that do not fit together: a TypeError as in JAX, and a ValueError as in unigrad."""


class MismatchedCotangent(ShapeError, DTypeError):
    """A cotangent or tangent that does not fit its value: a ValueError as in JAX, and a TypeError for its dtype."""


class ComplexInput(ShapeError, DTypeError):
    """Complex numbers where real ones are transformed: a ValueError as in JAX, and a TypeError as in unigrad."""


class StepIsZero(ShapeError, ZeroDivisionError):
    """A range was to go on in steps of nothing."""


class IntegerOutOfRange(UnigradError, OverflowError):
    """A Python integer that the dtype does not hold."""


class NotOneElement(UnigradError, ValueError, TypeError):
    """A Python scalar was asked of an array with several elements, or with axes."""
