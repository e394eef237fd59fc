"""Functions: the primitives for this dialect's class, with torch's rules where arguments are not of one floating dtype.

The fast path of each function (tensors of one backend and one floating dtype) stays as unigrad wrote it. Whatever else comes
goes through `_general`, which settles dtypes as torch does and lets errors have torch's types.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad import dtypes
from unigrad.dialects.torch.errors import FormatError, in_torchs_types
from unigrad.dialects.torch.formats import dtype, format_of

PRODUCTS: Final = {"matmul", "tensordot", "vecdot", "contract"}
"""Functions whose operands must have one dtype."""

FLOATING: Final = {"mean", "var", "std", "vector_norm"}
"""Functions that integers are no arguments of."""

ORDERED: Final = frozenset(
    "less less_equal greater greater_equal maximum minimum fmax fmin max min argmax argmin sort argsort clip floor ceil trunc round "
    "remainder floor_divide fmod".split()
)
"""Functions that complex numbers, which have no order, are no arguments of."""

_KINDS: Final = ("bool", "integer", "real", "complex")


class Functions(ug.Functions):
    """The primitives, as torch would have them."""

    def __init__(self, array_class: type[ug.Tensor]) -> None:
        super().__init__(array_class, general=_general)

    def __getattr__(self, name: str) -> Any:
        made = super().__getattr__(name)
        card = ug.REGISTRY.get(name)
        if card is None or card.kind == "composition":
            made = in_torchs_types(_of_settled(made))
        elif name in PRODUCTS:  # these check shapes on the fast path too
            made = in_torchs_types(made)
        setattr(self, name, made)
        return made

    def spelled(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function written for Tensors, as one of torch's: for its tensors, with its errors."""
        return in_torchs_types(_of_settled(self.composed(function)))


def _of_settled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, which is given a constant for what ``tensor.data`` made: that is bound to its tensor."""

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        return function(*(each.detach() if hasattr(type(each), "owner") else each for each in args), **kwargs)

    return run


def _general(call: Callable[..., Any], card: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    formats = {argument.raw.dtype for argument in arguments if isinstance(argument, ug.Tensor)}
    if not formats:
        raise ug.ArgumentError(
            f"{card.name}() takes a Tensor, not {type(arguments[0]).__name__ if arguments else 'nothing'}; "
            "make one with torch.tensor(…)"
        )
    if card.name in ORDERED and any(format_of(each).kind == "complex" for each in formats):
        raise FormatError(f"{card.name}() is not for complex tensors, which have no order; take .real, .imag or abs()")
    if len(formats) > 1:
        arguments = _of_one_dtype(card, arguments)
    elif format_of(next(iter(formats))).kind != "real":
        _fit_for_integers(card, arguments)
    try:
        return call(card, arguments, options)
    except (ug.ShapeError, ug.DTypeError) as error:
        return in_torchs_types(_raise)(error)


def _raise(error: Exception) -> Any:
    raise error


def _of_one_dtype(card: Any, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    takes_part = [
        isinstance(argument, ug.Tensor) and (card.sequence or card.arrays[position] not in card.unpromoted)
        for position, argument in enumerate(arguments)
    ]
    tensors = [argument for argument, part in zip(arguments, takes_part, strict=True) if part]
    if len({tensor.raw.dtype for tensor in tensors}) < 2:
        return arguments
    if card.name in PRODUCTS:
        words = " and ".join(format_of(tensor.raw.dtype).name for tensor in tensors)
        raise FormatError(f"{card.name}: expected tensors of the same dtype, but got {words}; convert one with .to(…)")
    common = result_format(tensors, card.sequence)
    return tuple(
        argument.astype(common) if part and argument.raw.dtype != common else argument
        for argument, part in zip(arguments, takes_part, strict=True)
    )


def result_format(tensors: list[Any], alike: bool = False) -> dtype:
    """The dtype that torch gives a function of `tensors`: one without axes counts only if its kind is higher.

    With `alike` those without axes count as much as others.
    """
    full = [format_of(tensor.raw.dtype) for tensor in tensors if alike or tensor.raw.shape]
    bare = [format_of(tensor.raw.dtype) for tensor in tensors if not alike and not tensor.raw.shape]
    if not full:
        return _widest(bare)
    if not bare:
        return _widest(full)
    first, second = _widest(full), _widest(bare)
    return second if _KINDS.index(second.kind) > _KINDS.index(first.kind) else first


def _widest(formats: list[dtype]) -> dtype:
    return format_of(functools.reduce(dtypes.promote, (dtypes.dtype(each.name) for each in formats)))


def _fit_for_integers(card: Any, arguments: tuple[Any, ...]) -> None:
    if card.name in FLOATING:
        kind = format_of(arguments[0].raw.dtype)
        if kind.kind != "complex":
            raise FormatError(
                f"{card.name}(): the input must be floating point or complex, but is {kind}; convert it with .float()"
            )
    if card.name == "pow" and type(arguments[1]) is int and arguments[1] < 0:
        raise FormatError("integers to negative integer powers are not allowed; convert with .float()")
    if card.name in ("subtract", "negative") and all(
        isinstance(each, ug.Tensor) and format_of(each.raw.dtype).kind == "bool" for each in arguments
    ):
        raise FormatError(f"{card.name}() of bool tensors is not supported; use ^ or logical_xor(), ~ or logical_not()")
