"""Wrapper: a kernel with one mistake around it, whatever library the kernel itself comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from unigrad.card import Card
from unigrad_conformance.mutants.expressions import AXES, wrong_axis, wrong_option
from unigrad_conformance.mutants.rule_mutants import numeric

Kernel = Callable[..., Any]
Wrapped = tuple[str, str, Callable[[Any, Kernel], Kernel]]
"""A family, the mistake in words of source, and what makes the broken kernel of a namespace and the kernel."""

COMMUTATIVE: Final = frozenset(
    "add multiply maximum minimum hypot logaddexp logaddexp2 fmax fmin equal not_equal beta betaln vecdot convolve "
    "logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor isclose gcd lcm".split()
)
NEIGHBOURS: Final = {
    "less": "less_equal",
    "less_equal": "less",
    "greater": "greater_equal",
    "greater_equal": "greater",
    "floor": "ceil",
    "ceil": "floor",
    "trunc": "floor",
    "round": "floor",
    "remainder": "fmod",
    "fmod": "remainder",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmax": "argmin",
    "argmin": "argmax",
    "max": "min",
    "min": "max",
    "tril": "triu",
    "triu": "tril",
}
"""Kernels that are easily taken for each other: strict or not, one rounding or another, the other end."""
_OTHER_DTYPE: Final = {
    "float64": "float32",
    "float32": "float64",
    "complex128": "complex64",
    "complex64": "complex128",
    "int64": "int32",
    "bool": "int64",
}


def wrappers(card: Card) -> Iterator[Wrapped]:
    """Every mistake that can be made around the kernel of `card`."""
    yield from of_result(card.name, card.kind != "constant")
    yield from _of_operands(card)
    for name in card.options:
        yield (
            "axis" if name in AXES else "option",
            f"{name} left out",
            _with_options(lambda options, name=name: _without(options, name)),
        )
        if name in AXES:
            yield "axis", f"{name}=wrong_axis({name})", _with_options(_changed(name, wrong_axis))
        elif name in numeric(card):
            yield "option", f"{name}=wrong_option({name})", _with_options(_changed(name, wrong_option))


def of_result(name: str, precise: bool) -> Iterator[Wrapped]:
    """The mistakes that can be made in a result: `precise` where it is more than a choice or a whole number."""
    yield "sign", f"-{name}(…)", _after(_negated)
    yield "off by one", f"{name}(…) + 1", _after(lambda xp, out: out == out if _dtype(xp, out) == "bool" else out + 1)
    yield "dtype", f"{name}(…) in another dtype", _after(_in_another_dtype)
    if precise:
        yield "rounding", f"{name}(…) rounded to single precision", _after(_rounded)
    if name in NEIGHBOURS:
        other = NEIGHBOURS[name]
        yield "neighbour", f"{other}(…)", lambda xp, _kernel: getattr(xp, other)


def _of_operands(card: Card) -> Iterator[Wrapped]:
    if card.sequence:
        yield (
            "swapped operands",
            "the arrays in reverse",
            lambda _xp, kernel: lambda x, **options: kernel(x[::-1], **options),
        )
    elif len(card.arrays) > 1 and card.name not in COMMUTATIVE:
        text = f"{card.arrays[1]}, {card.arrays[0]}"
        yield (
            "swapped operands",
            text,
            lambda _xp, kernel: lambda a, b, *rest, **options: kernel(b, a, *rest, **options),
        )


def _with_options(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any, Kernel], Kernel]:
    return lambda _xp, kernel: lambda *arrays, **options: kernel(*arrays, **change(options))


def _without(options: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key != name}


def _changed(name: str, change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda options: {**options, name: change(options[name])} if name in options else options


def _after(change: Callable[[Any, Any], Any]) -> Callable[[Any, Kernel], Kernel]:
    """A kernel whose result, or the first of several, is changed."""

    def broken(xp: Any, kernel: Kernel) -> Kernel:
        def run(*arrays: Any, **options: Any) -> Any:
            out = kernel(*arrays, **options)
            return (change(xp, out[0]), *out[1:]) if isinstance(out, (tuple, list)) else change(xp, out)

        return run

    return broken


def _dtype(xp: Any, out: Any) -> str:
    return str(xp.dtype_name(out.dtype)) if hasattr(xp, "dtype_name") else str(out.dtype)


def _negated(xp: Any, out: Any) -> Any:
    return xp.logical_not(out) if _dtype(xp, out) == "bool" else -out


def _in_another_dtype(xp: Any, out: Any) -> Any:
    name = _OTHER_DTYPE.get(_dtype(xp, out))
    return out if name is None else xp.astype(out, dtype=xp.native_dtype(name))


def _rounded(xp: Any, out: Any) -> Any:
    return xp.astype(_in_another_dtype(xp, out), dtype=out.dtype) if _dtype(xp, out).endswith(("64", "128")) else out
