"""Recording and training: a flag of each for every thread and asyncio task, and the scopes that set them."""

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


training_flag: Final[ContextVar[bool]] = ContextVar("unigrad training", default=False)


def is_training() -> bool:
    """Whether layers such as dropout are to behave as in training; no outside `train_mode`."""
    return training_flag.get()


class Scope:
    """A scope in which a flag has a value; a context manager, and a decorator for functions.

    The flag is the context's own: threads and asyncio tasks do not see each other's. Decorating a generator function
    sets the flag for each of its steps, never for the caller in between; an ``async def`` keeps it while it is awaited.
    """

    def __init__(self, flag: ContextVar[Any], value: Any) -> None:
        self._flag = flag
        self._value = value
        self._tokens: list[Token[Any]] = []

    def __enter__(self) -> None:
        self._tokens.append(self._flag.set(self._value))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        token = self._tokens.pop()
        try:
            self._flag.reset(token)
        except ValueError:  # closed in another context than it was opened in (an async generator's finaliser)
            outside = self._flag is recording_flag
            self._flag.set(outside if token.old_value is Token.MISSING else token.old_value)

    def __call__(self, function: F) -> F:
        """`function`, run with the flag set."""
        if inspect.isgeneratorfunction(function):
            return _each_step(function, self._again)
        if inspect.iscoroutinefunction(function):
            return _while_awaited(function, self._again)

        @functools.wraps(function)
        def scoped(*args: Any, **kwargs: Any) -> Any:
            with self._again():
                return function(*args, **kwargs)

        return scoped  # type: ignore[return-value]

    def _again(self) -> Scope:
        return Scope(self._flag, self._value)


class Recording(Scope):
    """A scope in which recording is on or off, or off in the way that a flag of `unigrad.inference` says."""

    def __init__(self, on: Any) -> None:
        super().__init__(recording_flag, None if on is False else on)


def record() -> Recording:
    """A scope in which operations on tracked Tensors are recorded (the default outside any scope)."""
    return Recording(True)


def pause() -> Recording:
    """A scope in which nothing is recorded: results are constants, and later gradients pass them by."""
    return Recording(False)


def train_mode() -> Scope:
    """A scope in which `is_training` holds; recording stays as it is."""
    return Scope(training_flag, True)


def predict_mode() -> Scope:
    """A scope in which `is_training` does not hold; recording stays as it is."""
    return Scope(training_flag, False)


def _while_awaited(function: F, scope: Callable[[], Scope]) -> F:
    @functools.wraps(function)
    async def scoped(*args: Any, **kwargs: Any) -> Any:
        with scope():
            return await function(*args, **kwargs)

    return scoped  # type: ignore[return-value]


def _each_step(function: F, scope: Callable[[], Scope]) -> F:
    @functools.wraps(function)
    def scoped(*args: Any, **kwargs: Any) -> Any:
        generator = function(*args, **kwargs)
        resume: Callable[[], Any] = functools.partial(next, generator)
        while True:
            try:
                with scope():
                    value = resume()
            except StopIteration as stop:
                return stop.value
            try:
                sent = yield value
                resume = functools.partial(generator.send, sent)
            except GeneratorExit:
                with scope():
                    generator.close()
                raise
            except BaseException as error:  # noqa: BLE001 - whatever the caller throws belongs to the generator
                resume = functools.partial(generator.throw, error)

    return scoped  # type: ignore[return-value]
