"""Errors: unigrad's, of the built-in types that programs written for torch catch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import unigrad as ug

C = TypeVar("C", bound=Callable[..., Any])


class SizeError(ug.ShapeError, RuntimeError):
    """Shapes that do not fit: a RuntimeError, as in torch."""


class FormatError(ug.DTypeError, RuntimeError):
    """Dtypes that do not fit: a RuntimeError, as in torch."""


class IndexFault(ug.UnigradError, IndexError):
    """An index that is out of range, or of no use as one."""


class StepError(ug.UnigradError, ValueError):
    """A slice that goes backwards, or a number out of its domain."""


class GradientError(ug.NotRecorded):
    """A gradient that torch does not give either: a RuntimeError."""


class LibraryError(ug.UnigradError, RuntimeError):
    """Anything else that torch refuses with a RuntimeError."""


def in_torchs_types(function: C) -> C:
    """`function`, whose errors of shape and dtype are RuntimeErrors too."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (SizeError, FormatError):
            raise
        except ug.ShapeError as error:
            raise SizeError(str(error)) from error
        except ug.DTypeError as error:
            raise FormatError(str(error)) from error

    return run  # type: ignore[return-value]
