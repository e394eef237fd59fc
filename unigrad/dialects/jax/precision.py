"""Precision: which dtypes there are (32 bits unless 64 are switched on), and which one a specification stands for."""

from __future__ import annotations

import functools
import warnings
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Final

from unigrad import DType, dtypes, settings
from unigrad.errors import DTypeError

_NARROW: Final = {
    dtypes.float64: dtypes.float32,
    dtypes.int64: dtypes.int32,
    dtypes.uint64: dtypes.uint32,
    dtypes.complex128: dtypes.complex64,
}
KINDS: Final = ("bool", "integer", "real", "complex")
"""The kinds of dtypes, each of which holds the ones before it."""
INEXACT: Final = ("real", "complex")
"""The kinds with derivatives."""

_wide_here: Final[ContextVar[bool | None]] = ContextVar("unigrad jax dialect x64", default=None)
_wide_everywhere = False


def x64() -> bool:
    """Whether 64-bit dtypes are switched on here."""
    here = _wide_here.get()
    return _wide_everywhere if here is None else here


def set_x64(on: bool) -> None:
    """Switch 64-bit dtypes on or off, everywhere: ``jax.config.update("jax_enable_x64", on)``."""
    global _wide_everywhere
    _wide_everywhere = on


class enable_x64:  # noqa: N801 - JAX's name, read as a verb
    """A scope with 64-bit dtypes on, or off: ``with jax.enable_x64(True):``."""

    def __init__(self, new_val: bool = True) -> None:
        self._on = bool(new_val)
        self._tokens: list[Token[bool | None]] = []

    def __enter__(self) -> None:
        self._tokens.append(_wide_here.set(self._on))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _wide_here.reset(self._tokens.pop())


def default_dtype(kind: str) -> DType:
    """The dtype that Python numbers of this kind take."""
    if x64():
        return {
            "bool": dtypes.bool_,
            "integer": dtypes.int64,
            "real": dtypes.float64,
            "complex": dtypes.complex128,
        }[kind]
    return {"bool": dtypes.bool_, "integer": dtypes.int32, "real": dtypes.float32, "complex": dtypes.complex64}[kind]


def canonical(dtype: DType) -> DType:
    """`dtype`, or the 32-bit one of its kind where 64 bits are off."""
    return dtype if x64() else _NARROW.get(dtype, dtype)


def inexact(dtype: DType) -> DType:
    """The dtype in which functions with fractional values compute: float64 for 64-bit integers, else float32 for them."""
    if dtype.kind in ("real", "complex"):
        return dtype
    return canonical(dtypes.float64 if dtype.name.endswith("64") else dtypes.float32)


def promote(first: DType, second: DType) -> DType:
    """The dtype that holds both; float32 for uint64 with signed integers, as no integer does."""
    try:
        return canonical(dtypes.promote(first, second))
    except DTypeError:
        return default_dtype("real")


def given_dtype(spec: Any, what: str) -> DType:
    """The dtype that `spec` asks for: a name, a NumPy dtype or type, a Python type, or a scalar type such as ``jnp.float32``.

    An explicit 64-bit one is truncated, with a warning, where 64 bits are off. Raises `DTypeError` for anything else.
    """
    kind = (
        {bool: "bool", int: "integer", float: "real", complex: "complex"}.get(spec) if isinstance(spec, type) else None
    )
    if kind is not None:
        return default_dtype(kind)
    wanted = _named(spec, what)
    chosen = canonical(wanted)
    if chosen is not wanted:
        warnings.warn(
            f"{what}: dtype {wanted} is not available and is truncated to {chosen}; "
            "jax.config.update('jax_enable_x64', True) of the dialect switches 64-bit dtypes on",
            UserWarning,
            stacklevel=4,
        )
    return chosen


def _named(spec: Any, what: str) -> DType:
    try:
        return dtypes.dtype(spec)
    except DTypeError:
        try:  # NumPy's shorthands: "f4", "float", numpy.intp
            return dtypes.dtype(settings.host().dtype(spec))
        except TypeError as error:
            raise DTypeError(f"{what}: {spec!r} is no dtype; give one such as jnp.float32 or 'float32'") from error


@functools.cache
def public_dtype(dtype: DType) -> Any:
    """The dtype as JAX shows it: NumPy's object, or unigrad's where NumPy has none (bfloat16)."""
    return dtype if dtype is dtypes.bfloat16 else settings.host().dtype(dtype.name)
