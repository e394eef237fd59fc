"""Whether operations are being recorded: a flag for each thread and asyncio task, and the scopes that set it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

recording_flag: Final[ContextVar[Any]] = ContextVar("unigrad recording", default=True)
"""True where operations are recorded; else the place in the graph that their results get, which is false too.

That is None, a constant's, or what `unigrad.inference` puts there.
"""


def is_recording() -> bool:
    """Whether operations on tracked Tensors are recorded, in this thread or asyncio task."""
    return recording_flag.get() is True


class Recording:
    """A scope in which recording is on or off; a context manager, and a decorator for functions.

    The flag is the context's own: threads and asyncio tasks do not see each other's. Decorating a generator function
    sets the flag for each of its steps, never for the caller in between; an ``async def`` keeps it while it is awaited.
    """

    def __init__(self, on: Any) -> None:
        self._on = None if on is False else on
        self._tokens: list[Token[Any]] = []

    def __enter__(self) -> None:
        self._tokens.append(recording_flag.set(self._on))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        token = self._tokens.pop()
        try:
            recording_flag.reset(token)
        except ValueError:  # closed in another context than it was opened in (an async generator's finaliser)
            recording_flag.set(True if token.old_value is Token.MISSING else token.old_value)

    def __call__(self, function: F) -> F:
        """`function`, run with the flag set."""
        if inspect.isgeneratorfunction(function):
            return _each_step(function, self._on)
        if inspect.iscoroutinefunction(function):
            return _while_awaited(function, self._on)

        @functools.wraps(function)
        def scoped(*args: Any, **kwargs: Any) -> Any:
            with Recording(self._on):
                return function(*args, **kwargs)

        return scoped  # type: ignore[return-value]


def record() -> Recording:
    """A scope in which operations on tracked Tensors are recorded (the default outside any scope)."""
    return Recording(True)


def pause() -> Recording:
    """A scope in which nothing is recorded: results are constants."""
    return Recording(False)


def _while_awaited(function: F, on: Any) -> F:
    @functools.wraps(function)
    async def scoped(*args: Any, **kwargs: Any) -> Any:
        with Recording(on):
            return await function(*args, **kwargs)

    return scoped  # type: ignore[return-value]


def _each_step(function: F, on: Any) -> F:
    @functools.wraps(function)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        generator = function(*args, **kwargs)
        resume: Callable[[], Any] = functools.partial(next, generator)
        while True:
            try:
                with Recording(on):
                    value = resume()
            except StopIteration as stop:
                return stop.value
            try:
                sent = yield value
                resume = functools.partial(generator.send, sent)
            except GeneratorExit:
                with Recording(on):
                    generator.close()
                raise
            except BaseException as error:  # noqa: BLE001 - whatever the caller throws belongs to the generator
                resume = functools.partial(generator.throw, error)

    return scoped  # type: ignore[return-value]
