"""Functions of tensors through Torch's compiler: an FX graph of what they do, handed to ``torch.compile``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import torch

Function = Callable[..., Any]


def compiled(function: Function, arrays: Sequence[Any]) -> Function:
    """The function as Torch's compiler makes it when it is first called; as it is, with a warning, where that cannot be done."""
    tracer = import_module("torch.fx.experimental.proxy_tensor")  # slow to import
    try:
        graph = tracer.make_fx(function)(*arrays)
    except RuntimeError as error:  # a kernel that looks at numbers
        return _plain(function, error)
    return _Compiled(torch.compile(graph, dynamic=False), function)


class _Compiled:
    """A compiled function, and what to run where the compiler finds, at the first call, that it cannot work here."""

    def __init__(self, fast: Function, plain: Function) -> None:
        self._run = fast
        self._plain = plain
        self._proved = False

    def __call__(self, *arrays: Any) -> Any:
        if self._proved:
            return self._run(*arrays)
        try:
            result = self._run(*arrays)
        except RuntimeError as error:  # no compiler for C++, for example
            self._run = _plain(self._plain, error)
            result = self._run(*arrays)
        self._proved = True
        return result


def _plain(function: Function, error: Exception) -> Function:
    reason = str(error).partition("\n")[0]
    warnings.warn(
        f"torch.compile cannot be used here, and a program runs without it: {type(error).__name__}: {reason}",
        RuntimeWarning,
        stacklevel=2,
    )
    return function
