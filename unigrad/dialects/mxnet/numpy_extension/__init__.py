"""mxnet.npx (mxnet.numpy_extension): what neural networks need beyond NumPy, on the arrays of ``mx.np``."""

# ruff: noqa: F401, F403 - a namespace, filled from its modules

from contextvars import ContextVar as _ContextVar
from typing import Any as _Any

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet.context import Context, cpu, cpu_pinned, current_context, gpu, num_gpus
from unigrad.dialects.mxnet.notes import MISSING as _MISSING
from unigrad.dialects.mxnet.numpy_extension import random
from unigrad.dialects.mxnet.numpy_extension.layers import *
from unigrad.dialects.mxnet.numpy_extension.selection import *

_np: _ContextVar[bool] = _ContextVar("mxnet np", default=False)


def set_np(shape: bool = True, array: bool = True, dtype: bool = False) -> None:
    """Say that a program uses ``mx.np``; only `is_np_array` and `is_np_shape` show it."""
    _np.set(bool(array))


def reset_np() -> None:
    """Undo `set_np`."""
    _np.set(False)


def is_np_array() -> bool:
    """Whether `set_np` has been called."""
    return _np.get()


def is_np_shape() -> bool:
    """Whether `set_np` has been called."""
    return _np.get()


def use_np(function: _Any) -> _Any:
    """`function` (or a class) itself: arrays are of ``mx.np`` by what made them."""
    return function


use_np_array = use_np_shape = use_np


def waitall() -> None:
    """Nothing: values are there, or the backend waits by itself when they are looked at."""


__getattr__ = _absent("mxnet.npx", lambda: [name for name in globals() if not name.startswith("_")], _MISSING)
