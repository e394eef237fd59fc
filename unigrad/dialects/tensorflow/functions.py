"""The functions of EagerTensors: unigrad's primitives, strict about dtypes as TensorFlow is.

Operands of one floating dtype take unigrad's fast path, where nothing is left to check. Whatever else comes (integers,
variables, lists, two dtypes, shapes to be broadcast) goes through `checked` first.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad.conversion import form_of
from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.conversion import READABLE, convert, read
from unigrad.dialects.tensorflow.errors import ConversionError, DTypeMismatch, InvalidArgumentError
from unigrad.dialects.tensorflow.recording import recording
from unigrad.dialects.tensorflow.tensor import EagerTensor

NUMBERS: Final = (bool, int, float)


class Functions(ug.Functions):
    """The primitives for EagerTensors; compositions take variables too, as they are read first."""

    def __getattr__(self, name: str) -> Callable[..., EagerTensor]:
        return super().__getattr__(name)  # type: ignore[no-any-return]

    def composed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function written for Tensors, as one for EagerTensors and variables."""
        made = super().composed(function)

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            return made(*map(read, args), **kwargs)

        return run


def checked(call: Callable[..., Any], card: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """`call` the general path on the arguments as EagerTensors of one dtype, or as Python numbers beside them.

    Variables are read, and what is not an array yet takes the first array's dtype. Raises `DTypeMismatch` where two
    dtypes meet, or integers a function of floating numbers; `InvalidArgumentError` where shapes do not fit.
    """
    if len(arguments) == 2 and not card.sequence:
        one, two = arguments
        if type(two) in READABLE and type(one) is EagerTensor:  # most of a model's operations
            value = two._read()
            if value.form is one.form:
                return _made[card.name](one, value)
        if type(one) in READABLE or type(two) in READABLE:
            arguments = one, two = read(one), read(two)
            if type(one) is not EagerTensor or type(two) is not EagerTensor or one.form is two.form:
                return getattr(F, card.name)(one, two, **options)  # the fast path serves now
    elif not READABLE.isdisjoint(map(type, arguments)):
        arguments = tuple(map(read, arguments))
    if not _are_alike(arguments):
        if not all(map(_is_ready, arguments)):
            arguments = _converted(card, arguments)
        arguments = _of_one_dtype(card, arguments)
    try:
        return call(card, arguments, options)
    except (ug.ShapeError, ug.AxisError) as error:
        raise InvalidArgumentError(str(error)) from error


F: Final = Functions(EagerTensor, recording=recording, general=checked)
ORDERED: Final = frozenset(
    "less less_equal greater greater_equal maximum minimum max min argmax argmin sort argsort clip floor ceil remainder "
    "floor_divide".split()
)
"""Functions that complex numbers are no arguments of."""
_made: Final = vars(F)
"""The functions that were asked for so far, by name."""


def _are_alike(arguments: tuple[Any, ...]) -> bool:
    """Whether all are EagerTensors of one floating dtype, or numbers beside them: the usual case, for which nothing is checked."""
    numbers = None
    for each in arguments:
        if type(each) is EagerTensor:
            form = each.form or form_of(each)
            if form is None or (numbers is not None and form[3] is not numbers):
                return False
            numbers = form[3]
        elif type(each) is not float and type(each) is not int:
            return False
    return numbers is not None


def _is_ready(argument: Any) -> bool:
    return type(argument) is EagerTensor or argument is None or type(argument) in NUMBERS


def _converted(card: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    dtype = next((each.dtype for i, each in enumerate(arguments) if _has_dtype(card, i, each)), None)
    made: list[Any] = []
    for i, each in enumerate(arguments):
        if each is None or type(each) is EagerTensor:
            made.append(each)
        else:
            try:
                made.append(convert(each, like=dtype if _takes_part(card, i) else None))
            except ConversionError as error:
                raise DTypeMismatch(f"input #{i} (counted from 0) of '{card.name}': {error}") from error
            dtype = dtype or (made[-1].dtype if _takes_part(card, i) else None)
    return tuple(made)


def _takes_part(card: Any, position: int) -> bool:
    """Whether the argument must have the others' dtype: a condition need not."""
    return bool(card.sequence) or card.arrays[position] not in card.unpromoted


def _has_dtype(card: Any, position: int, argument: Any) -> bool:
    return type(argument) is EagerTensor and _takes_part(card, position)


def _of_one_dtype(card: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments, once they are known to go together; numbers are left to the general path."""
    dtype = None
    for i, each in enumerate(arguments):
        if _has_dtype(card, i, each):
            dtype = dtype or each.dtype
            if each.dtype is not dtype:
                raise _two_dtypes(card.name, i, dtype, each.dtype)
    if dtype is None:
        return _of_one_dtype(card, _converted(card, arguments)) if any(x is not None for x in arguments) else arguments
    if dtype.kind == "real":
        return arguments
    if dtype.kind == "complex" and card.name in ORDERED:
        raise InvalidArgumentError(
            f"'{card.name}' is not for {dtype!r}: complex numbers have no order; use tf.abs or tf.math.real"
        )
    if card.name == "divide" and dtype.kind == "integer":
        wide = formats.float32 if dtype.size < 4 else formats.float64
        return tuple(F.astype(each, wide) if type(each) is EagerTensor else each for each in arguments)
    if card.floating and dtype.kind != "complex":
        raise DTypeMismatch(
            f"'{card.name}' takes floating numbers, not {dtype!r}; cast with tf.cast(x, tf.float32) first"
        )
    for i, each in enumerate(arguments):
        if type(each) is float and _takes_part(card, i) and dtype.kind != "complex":
            raise _two_dtypes(card.name, i, dtype, formats.float32)
    return arguments


def _two_dtypes(name: str, position: int, dtype: Any, other: Any) -> DTypeMismatch:
    return DTypeMismatch(
        f"cannot compute '{name}': input #{position} (counted from 0) was expected to be {dtype!r} but is {other!r}; "
        f"dtypes are not promoted, so cast one of them, as in tf.cast(x, {dtype!r})"
    )
