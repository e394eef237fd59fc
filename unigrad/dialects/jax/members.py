"""Members: the operators, methods and printing of an Array, given to the class when this module is imported."""

from __future__ import annotations

from typing import Any, NoReturn

from unigrad.dialects.jax import operators as _operators  # noqa: F401 - gives Array its operators
from unigrad.dialects.jax.arrays import Array, F, WeakArray, alias, dtype_of
from unigrad.dialects.jax.conversions import Conversions, as_self
from unigrad.dialects.jax.devices import Device, device_of
from unigrad.dialects.jax.indexing import getitem
from unigrad.dialects.jax.numpy import (
    creation,
    manipulation,
    positions,
    products,
    rearranging,
    reduction,
    running,
    searching,
    statistics,
)
from unigrad.dialects.jax.numpy import elementwise as functions
from unigrad.dialects.jax.precision import public_dtype
from unigrad.dialects.jax.updates import At
from unigrad.errors import MissingName, UnigradError

ABSENT = {
    "attach_grad": "gradients are those of functions here: jax.grad(f)(x)",
    "backward": "gradients are those of functions here: jax.grad(f)(x)",
    "register_hook": "gradients are those of functions here; see jax.custom_vjp",
    "register_post_accumulate_grad_hook": "gradients are returned here, and not kept",
    "retain_grad": "gradients are returned here, and not kept",
    "grad": "gradients are those of functions here: jax.grad(f)(x)",
    "zero_grad": "gradients are returned here, and not kept",
    "zero_": "arrays do not change; use jnp.zeros_like(x)",
}
"""unigrad's own members that an Array does not have, with the reason."""


class Immutable(UnigradError, TypeError):
    """An array was to be changed in place."""


class Members:
    """The members; the class is never instantiated."""

    __slots__ = ()

    __hash__ = None  # type: ignore[assignment]

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise Immutable(
            "JAX arrays are immutable and do not support in-place item assignment. Instead of x[idx] = y, "
            "use x = x.at[idx].set(y) or another .at[] method"
        )

    def __delitem__(self, key: Any) -> NoReturn:
        raise Immutable("JAX arrays are immutable: no element can be deleted; use jnp.delete(x, idx)")

    __getitem__ = getitem

    def __divmod__(self, other: Any) -> Any:
        return functions.divmod(self, other)

    def __rdivmod__(self, other: Any) -> Any:
        return functions.divmod(other, self)

    def __round__(self, ndigits: int | None = None) -> Array:
        x = as_self(self)
        rounded = functions.round(x, ndigits or 0)
        return rounded.astype(int) if ndigits is None else rounded

    @property
    def at(self) -> At:
        """What is given a key: ``x.at[key].set(y)`` is `x` with `y` there."""
        return At(as_self(self))

    @property
    def dtype(self) -> Any:
        """The dtype, NumPy's object where NumPy has it."""
        return public_dtype(dtype_of(self))

    @property
    def weak_type(self) -> bool:
        """Whether the dtype gives way to any other of its kind."""
        return isinstance(self, WeakArray)

    @property
    def T(self) -> Array:  # noqa: N802 - JAX's name
        """The array with its axes in reverse order."""
        return manipulation.transpose(self)

    @property
    def mT(self) -> Array:  # noqa: N802 - JAX's name
        """The array with its last two axes exchanged."""
        return manipulation.matrix_transpose(self)

    @property
    def real(self) -> Array:
        """The real part."""
        found: Array = F.real(self)
        return found

    @property
    def imag(self) -> Array:
        """The imaginary part."""
        return functions.imag(self)

    @property
    def itemsize(self) -> int:
        """Bytes an element."""
        return int(dtype_of(self).name.lstrip("abcdefghijklmnopqrstuvwxyz") or 8) // 8

    @property
    def nbytes(self) -> int:
        """Bytes in all."""
        return as_self(self).size * self.itemsize

    @property
    def device(self) -> Device:
        """Where the array lies."""
        return device_of(as_self(self))

    def devices(self) -> set[Device]:
        """Where the array lies, as a set of one."""
        return {device_of(as_self(self))}

    def block_until_ready(self) -> Array:
        """The array itself; on a backend that computes ahead (JAX) once its values are there."""
        x = as_self(self)
        if hasattr(x.raw, "block_until_ready") and not x.xp.is_traced(x.raw):
            x.raw.block_until_ready()
        return x

    def is_ready(self) -> bool:
        """Whether the values are there."""
        return True

    def astype(self, dtype: Any, copy: bool = False, device: Any = None) -> Array:
        """The array in another dtype."""
        return creation.astype(self, dtype)

    def reshape(self, *args: Any, order: str = "C") -> Array:
        """The same elements in another shape, given as numbers or as one tuple."""
        return manipulation.reshape(self, args[0] if len(args) == 1 else args, order)

    def transpose(self, *args: Any) -> Array:
        """The axes in the order given, reversed if none is."""
        axes = args[0] if len(args) == 1 and (args[0] is None or isinstance(args[0], (tuple, list))) else args or None
        return manipulation.transpose(self, axes)

    def flatten(self, order: str = "C") -> Array:
        """All elements along one axis."""
        return manipulation.ravel(self, order)

    ravel = flatten

    def copy(self) -> Array:
        """The same values as another object."""
        return creation.array(self)

    def to_device(self, device: Any, *, stream: Any = None) -> Array:
        """The array on another device."""
        from unigrad.dialects.jax.devices import device_put

        moved: Array = device_put(as_self(self), device)
        return moved

    to = to_device

    def detach(self) -> Array:
        """The values as a constant: what unigrad's functions call; JAX's word is ``lax.stop_gradient``."""
        x = alias(as_self(self), type(as_self(self)))
        x.node = None
        return x


METHODS = {
    "all": reduction.all,
    "any": reduction.any,
    "argmax": reduction.argmax,
    "argmin": reduction.argmin,
    "argsort": searching.argsort,
    "choose": positions.choose,
    "clip": functions.clip,
    "compress": positions.compress,
    "conj": functions.conj,  # type: ignore[attr-defined]
    "conjugate": functions.conj,  # type: ignore[attr-defined]
    "cumprod": running.cumprod,
    "cumsum": running.cumsum,
    "diagonal": products.diagonal,
    "dot": products.dot,
    "max": reduction.max,
    "mean": reduction.mean,
    "min": reduction.min,
    "nonzero": searching.nonzero,
    "prod": reduction.prod,
    "ptp": reduction.ptp,
    "repeat": rearranging.repeat,
    "round": functions.round,
    "searchsorted": searching.searchsorted,
    "sort": searching.sort,
    "squeeze": manipulation.squeeze,
    "std": statistics.std,
    "sum": reduction.sum,
    "swapaxes": manipulation.swapaxes,
    "take": positions.take,
    "trace": products.trace,
    "var": statistics.var,
}
"""The functions of ``jnp`` that are methods as they are, the array first."""


def _missing(name: str, reason: str) -> property:
    def refused(self: Any) -> NoReturn:
        raise MissingName(f"'{name}' is missing from arrays of unigrad's dialect of jax: {reason}", name=name)

    return property(refused)


def _give_members() -> None:
    for name, member in (*vars(Conversions).items(), *vars(Members).items()):
        if name not in (
            "__module__",
            "__doc__",
            "__slots__",
            "__qualname__",
            "__firstlineno__",
            "__static_attributes__",
        ):
            setattr(Array, name, member)
    for name, function in METHODS.items():
        setattr(Array, name, function)
    for name, reason in ABSENT.items():
        setattr(Array, name, _missing(name, reason))


_give_members()
