"""tf.debugging: assertions about tensors."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.debugging.nonfinite import Debugging
from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import notes
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor

__all__ = [
    "assert_all_finite",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_shapes",
    "assert_type",
    "check_numerics",
    "disable_check_numerics",
    "enable_check_numerics",
    "is_numeric_tensor",
]


def _assertion(primitive: str, text: str) -> Any:
    def check(x: Any, y: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
        one = convert(x)
        two = convert(y, like=one.dtype)
        if not bool(F.all(getattr(F, primitive)(one, two))):
            raise InvalidArgumentError(
                f"{message or 'assertion failed'}: x {text} y does not hold, x = {one}, y = {two}"
            )

    check.__doc__ = f"Raise `InvalidArgumentError` unless x {text} y for all elements."
    return check


assert_equal = _assertion("equal", "==")
assert_none_equal = _assertion("not_equal", "!=")
assert_less = _assertion("less", "<")
assert_less_equal = _assertion("less_equal", "<=")
assert_greater = _assertion("greater", ">")
assert_greater_equal = _assertion("greater_equal", ">=")


def assert_positive(x: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
    """Raise `InvalidArgumentError` unless all elements are positive."""
    assert_greater(x, 0, message)


def assert_negative(x: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
    """Raise `InvalidArgumentError` unless all elements are negative."""
    assert_less(x, 0, message)


def assert_non_negative(x: Any, message: Any = None, summarize: Any = None, name: Any = None) -> None:
    """Raise `InvalidArgumentError` unless no element is negative."""
    assert_greater_equal(x, 0, message)


def assert_near(
    x: Any, y: Any, rtol: Any = None, atol: Any = None, message: Any = None, summarize: Any = None, name: Any = None
) -> None:
    """Raise `InvalidArgumentError` unless ``|x - y| <= atol + rtol |y|``; both are ten times the dtype's precision unless given."""
    one = convert(x)
    two = convert(y, like=one.dtype)
    ten_ulps = 10 * {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10}.get(one.dtype.name, 2.0**-7)
    bound = (ten_ulps if atol is None else atol) + (ten_ulps if rtol is None else rtol) * F.abs(two)
    if not bool(F.all(F.less_equal(F.abs(one - two), bound))):
        raise InvalidArgumentError(
            f"{message or 'assertion failed'}: x and y are not near each other, x = {one}, y = {two}"
        )


def assert_rank(x: Any, rank: int, message: Any = None, name: Any = None) -> None:
    """Raise `RankError`, a ValueError, unless `x` has so many axes."""
    shape = convert(x).shape
    if len(shape) != rank:
        raise RankError(f"{message or 'the tensor'} must have rank {rank}, and has the shape {shape}")


class RankError(InvalidArgumentError):
    """A tensor of another rank than was claimed."""


def assert_type(tensor: Any, tf_type: Any, message: Any = None, name: Any = None) -> None:
    """Raise TypeError unless the tensor has this dtype."""
    if convert(tensor).dtype != tf_type:
        raise TypeError(f"{message or 'the tensor'} must be of type {tf_type!r}, not {convert(tensor).dtype!r}")


def assert_shapes(shapes: Any, data: Any = None, summarize: Any = None, message: Any = None, name: Any = None) -> None:
    """Raise `RankError` unless each tensor has its shape, where letters stand for one length throughout, and None for any."""
    known: dict[Any, int] = {}
    for tensor, claimed in shapes.items() if isinstance(shapes, dict) else shapes:
        shape = convert(tensor).shape
        if len(shape) != len(claimed):
            raise RankError(f"{message or 'a tensor'} has the shape {shape}, not {tuple(claimed)}")
        for length, claim in zip(shape, claimed, strict=True):
            if claim is not None and (known.setdefault(claim, length) if isinstance(claim, str) else claim) != length:
                raise RankError(f"{message or 'a tensor'} has the shape {shape}, not {tuple(claimed)}")


def check_numerics(tensor: Any, message: Any, name: Any = None) -> EagerTensor:
    """The tensor. Raises `InvalidArgumentError` where it holds an infinity or NaN."""
    x = convert(tensor)
    if not bool(F.all(F.isfinite(x))):
        raise InvalidArgumentError(f"{message} : the tensor holds Inf or NaN values")
    return x


class NumericsError(ug.NonFiniteValue, InvalidArgumentError):
    """An operation, or a gradient, with an infinity or NaN, under `enable_check_numerics`."""


_checking: list[Debugging] = []


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """From here on, in this thread, the first infinity or NaN of an operation or a gradient raises, and names it and its line.

    The error is an `InvalidArgumentError`. The limits have no effect.
    """
    if not _checking:
        scope = Debugging(nan=True, inf=True, forward=True, buffers=False, error=NumericsError)
        scope.__enter__()
        _checking.append(scope)


def disable_check_numerics() -> None:
    """Undo `enable_check_numerics`."""
    while _checking:
        _checking.pop().__exit__(None, None, None)


def assert_all_finite(x: Any, message: Any, name: Any = None) -> EagerTensor:
    """`check_numerics`."""
    return check_numerics(x, message)


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether it is a tensor of numbers, not of truth values."""
    return isinstance(tensor, EagerTensor) and not tensor.dtype.is_bool


__getattr__ = absent("tensorflow.debugging", lambda: __all__, notes.reasons("debugging"))
