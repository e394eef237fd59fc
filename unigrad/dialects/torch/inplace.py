"""In place: operations that change a tensor itself, recorded like any other; inside, the tensor gets a new array."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.torch import sampling
from unigrad.dialects.torch.errors import FormatError, SizeError
from unigrad.dialects.torch.tensor import F

_KINDS = ("bool", "integer", "real", "complex")


def only_unrecorded(x: Any) -> None:
    """Raise `InPlaceError` for a leaf that requires grad while recording."""
    if x.node and x.is_leaf and ug.is_recording():
        raise ug.InPlaceError(
            "a leaf that requires grad is being changed in place while recording, which would lose its gradient; "
            "do it under torch.no_grad(), or through .data"
        )


def assign(x: Any, value: Any) -> Any:
    """Make `x` hold `value`, of its shape, in its dtype. Raises `InPlaceError`, `SizeError`, `FormatError`."""
    only_unrecorded(x)
    if value.raw.shape != x.raw.shape:
        raise SizeError(f"output with shape {list(x.shape)} doesn't match the broadcast shape {list(value.shape)}")
    if value.raw.dtype != x.raw.dtype:
        if _KINDS.index(value.dtype.kind) > _KINDS.index(x.dtype.kind):
            raise FormatError(
                f"result type {value.dtype} can't be cast to the desired output type {x.dtype}; use .to(…) first"
            )
        value = F.astype(value, x.dtype)
    if x.node and (x.is_leaf or not ug.is_recording()):
        x.raw = value.raw
    else:
        x.raw, x.node, x.form = value.raw, value.node, value.form
    return x


def in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """The form of `function` that changes its first argument and returns it."""

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        only_unrecorded(self)
        return assign(self, function(self, *args, **kwargs))

    run.__doc__ = f"In place: {function.__doc__}"
    return run


def reshaped(function: Callable[..., Any]) -> Callable[..., Any]:
    """The form of `function` that changes its first argument, the shape included, and returns it."""

    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        only_unrecorded(self)
        value = function(self, *args, **kwargs)
        if self.node and self.is_leaf:
            raise SizeError("a leaf that requires grad keeps its shape; reshape a copy of it")
        self.raw, self.node, self.form = value.raw, value.node, value.form
        return self

    run.__doc__ = f"In place: {function.__doc__}"
    return run


def filled(x: Any, value: Any) -> Any:
    """`x` with `value` everywhere: a number, or a tensor without axes."""
    return copied(x, value if isinstance(value, ug.Tensor) else F.full(tuple(x.shape), value, x.dtype))


def copied(x: Any, other: Any) -> Any:
    """`other` in the shape and dtype of `x`."""
    if not isinstance(other, ug.Tensor):
        raise ug.ArgumentError(f"copy_() takes a Tensor, not {type(other).__name__}")
    other = F.astype(other, x.dtype) if other.dtype != x.dtype else other
    return F.broadcast_to(other, shape=tuple(x.shape)) if tuple(other.shape) != tuple(x.shape) else F.positive(other)


def zero_(self: Any) -> Any:
    """Zeros, in place."""
    only_unrecorded(self)
    return assign(self, F.zeros_like(self))


def normal_(self: Any, mean: float = 0.0, std: float = 1.0, *, generator: Any = None) -> Any:
    """Numbers of the normal distribution, in place."""
    return assign(self, sampling.drawn(generator, "normal", mean, std, size=tuple(self.shape), like=self))


def uniform_(self: Any, a: float = 0.0, b: float = 1.0, *, generator: Any = None) -> Any:
    """Numbers spread evenly over [a, b), in place."""
    return assign(self, sampling.drawn(generator, "uniform", a, b, size=tuple(self.shape), like=self))


def exponential_(self: Any, lambd: float = 1.0, *, generator: Any = None) -> Any:
    """Numbers of the exponential distribution with rate `lambd`, in place."""
    return assign(self, sampling.drawn(generator, "exponential", 1 / lambd, size=tuple(self.shape), like=self))


def bernoulli_(self: Any, p: float = 0.5, *, generator: Any = None) -> Any:
    """Ones with probability `p`, else zeros, in place."""
    draws = sampling.drawn(generator, "uniform", 0.0, 1.0, size=tuple(self.shape), like=None)
    return assign(self, F.astype(F.less(draws, p), self.dtype))
