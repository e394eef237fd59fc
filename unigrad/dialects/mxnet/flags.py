"""The dialect's two flags, recording and training: off outside every scope; recording is no other dialect's business."""

from __future__ import annotations

from contextvars import ContextVar, Token
from types import TracebackType
from typing import Final

from unigrad.recording import training_flag

recording: Final[ContextVar[bool]] = ContextVar("mxnet recording", default=False)
training: Final = training_flag
"""Unigrad's own, so that layers written for either know."""


class FlagScope:
    """A scope in which the flags have other values; None leaves one as it is. Scopes nest, and each restores what it found."""

    def __init__(self, is_record: bool | None, train_mode: bool | None) -> None:
        self._wanted = [(recording, is_record), (training, train_mode)]
        self._tokens: list[list[tuple[ContextVar[bool], Token[bool]]]] = []

    def __enter__(self) -> None:
        self._tokens.append([(flag, flag.set(bool(on))) for flag, on in self._wanted if on is not None])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for flag, token in reversed(self._tokens.pop()):
            try:
                flag.reset(token)
            except ValueError:  # closed in another context than it was opened in
                flag.set(False if token.old_value is Token.MISSING else token.old_value)
