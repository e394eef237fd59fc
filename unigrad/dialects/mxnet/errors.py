"""The exceptions of the dialect: MXNetError, and the built-in kinds that MXNet raises for wrong arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from unigrad.errors import MissingName, UnigradError

F = TypeVar("F", bound=Callable[..., Any])


class MXNetError(UnigradError, RuntimeError):
    """What MXNet's engine refuses: a graph that is not there, shapes that do not fit, a write into a graph."""


class ArrayTypeError(MXNetError, TypeError):
    """An argument that is no array of this dialect; MXNet raises TypeError for it."""


class ArrayValueError(MXNetError, ValueError):
    """A value that makes no sense where it stands; MXNet raises ValueError for it."""


class GradReqError(MXNetError, KeyError):
    """A ``grad_req`` that does not exist; MXNet raises KeyError for it."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would show the quoted form


class LengthError(MXNetError, AssertionError):
    """Lists of unequal lengths, or a Function called twice; MXNet raises AssertionError for it."""


def translated(function: F) -> F:
    """`function`, whose unigrad errors come out as `MXNetError`; missing names and the dialect's own errors as they are."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except UnigradError as error:
            raise as_mxnet(error) from error

    return run  # type: ignore[return-value]


def as_mxnet(error: UnigradError) -> UnigradError:
    """The same message as an `MXNetError` that is also of the error's own class, so that either name catches it."""
    if isinstance(error, (MXNetError, MissingName)):
        return error
    kind: Any = type(error)
    return _both(kind)(str(error))


@functools.cache
def _both(kind: Any) -> type[MXNetError]:
    return type(f"MXNetError, {kind.__name__}", (MXNetError, kind), {"__module__": __name__})
