"""The dialect's array class, and how whatever a program hands over becomes one of its arrays.

Python floats are float64 here, whatever unigrad's default dtype is: they, and nested lists, take the dtype that NumPy
finds for them on the host. Floating arrays whose form is known go to the primitives as they are; only the others, integers
beside floats, lists, plain numbers, are looked at by `agreed`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any, Final

import unigrad as ug
from unigrad import dtypes, settings
from unigrad.dtypes import DType

NUMBERS: Final = frozenset({bool, int, float, complex})


class ndarray(ug.Tensor):  # noqa: N801 - NumPy's name
    """An array of whatever backend is in force; its operators and methods are in `unigrad.dialects.autograd.numpy.methods`."""

    __slots__ = ()


F: Final[Any] = ug.Functions(ndarray)


def handle(x: ug.Tensor) -> ndarray:
    """A new array that stands for the Tensor `x`, of whatever class, at its place in the graph."""
    made = ndarray()
    made.raw, made.xp, made.node, made.form = x.raw, x.xp, x.node, x.form
    return made


def asarray(value: Any) -> ndarray:
    """`value` as an array of the dialect: itself, a Tensor, an array of any library, numbers, nested lists of all these."""
    if type(value) is ndarray:
        return value
    if isinstance(value, ug.Tensor):
        return handle(value)
    if isinstance(value, (list, tuple)) and holds_array(value):
        made: ndarray = F.stack([asarray(part) for part in value])
        return made
    if type(value) in NUMBERS or isinstance(value, (list, tuple, range)):
        return on_backend(value)
    given: ndarray = F.asarray(value)
    return given


def on_backend(value: Any) -> ndarray:
    """What NumPy makes of `value`, as an array on the backend in force."""
    try:
        array = settings.host().asarray(value)
    except ValueError as error:
        raise ug.ShapeError(
            "cannot make an array of nested lists of unequal lengths; pad them, or keep a list"
        ) from error
    made: ndarray = F.asarray(array)
    return made


def holds_array(value: Any) -> bool:
    """Whether nested lists hold a Tensor somewhere."""
    if isinstance(value, (list, tuple)):
        return any(map(holds_array, value))
    return isinstance(value, ug.Tensor)


def dtype_of(spec: object) -> DType | None:
    """The DType for whatever stands for one in NumPy; ``float`` is float64, and None stays None."""
    if spec is None:
        return None
    if spec is float:
        return dtypes.float64
    if dtypes.name_of(spec) is None:
        try:
            return dtypes.dtype(settings.host().dtype(spec))
        except TypeError as error:
            raise ug.DTypeError(f"data type {spec!r} not understood; give a name such as 'float64'") from error
    return dtypes.dtype(spec)


def cast(x: ndarray, spec: object) -> ndarray:
    """`x` in the dtype that `spec` stands for, recorded between floating dtypes; `x` itself for None.

    The imaginary part is lost on the way to real numbers, which NumPy warns of in these words.
    """
    dtype = dtype_of(spec)
    if dtype is None or x.dtype is dtype:
        return x
    if x.dtype.kind == "complex" and dtype.kind not in ("complex", "bool"):
        category = settings.host().exceptions.ComplexWarning
        warnings.warn("Casting complex values to real discards the imaginary part", category, stacklevel=3)
        x = F.real(x)
    made: ndarray = F.astype(x, dtype)
    return made


def floating(x: Any) -> ndarray:
    """`x` as a floating array: integers and booleans become float64."""
    array = asarray(x)
    return cast(array, dtypes.float64) if array.dtype.kind in ("bool", "integer") else array


def agreed(operands: Iterable[Any], needs_float: bool = False) -> tuple[Any, ...]:
    """`operands` as the primitives take them: arrays, beside which Python numbers stay numbers, in NumPy's common dtype."""
    given = [each if type(each) in NUMBERS else asarray(each) for each in operands]
    if all(type(each) in NUMBERS for each in given):
        given = [on_backend(each) for each in given]
    arrays = [each for each in given if type(each) is ndarray]
    reals = [each.dtype for each in arrays if each.dtype.kind == "real"]
    whole = [each.dtype for each in arrays if each.dtype.kind == "integer"]
    if reals:
        # NumPy's float32 holds integers of 16 bits at most; unigrad's own promotion would stay with float32.
        wide = any(each.name not in ("int8", "uint8", "int16", "uint16") for each in whole)
        target = dtypes.float64 if wide and dtypes.float64 not in reals else None
    else:
        target = dtypes.float64 if needs_float or float in map(type, given) else None
    if target is None or any(each.dtype.kind == "complex" for each in arrays):
        return tuple(given)
    return tuple(cast(each, target) if type(each) is ndarray else each for each in given)


def of_one(function: Callable[[Any], Any], name: str, needs_float: bool) -> Callable[[Any], Any]:
    """The elementwise `function` of one array, as NumPy spells and types it."""

    def run(x: Any, /) -> Any:
        if type(x) is ndarray and x.form is not None:
            return function(x)
        return function(*agreed((x,), needs_float))

    return _named(run, name, function)


def of_two(function: Callable[[Any, Any], Any], name: str, needs_float: bool) -> Callable[[Any, Any], Any]:
    """The elementwise `function` of two arrays, as NumPy spells and types it."""

    def run(x1: Any, x2: Any, /) -> Any:
        if type(x1) is ndarray and x1.form is not None:
            if type(x2) is ndarray:
                if x2.form is not None:
                    return function(x1, x2)
            elif type(x2) is float or type(x2) is int:
                return function(x1, x2)
        elif type(x2) is ndarray and x2.form is not None and (type(x1) is float or type(x1) is int):
            return function(x1, x2)
        return function(*agreed((x1, x2), needs_float))

    return _named(run, name, function)


def _named(run: Callable[..., Any], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    run.__name__ = run.__qualname__ = name
    run.__doc__ = function.__doc__
    return run


def on_arrays(name: str, primitive: str, count: int, needs_float: bool = False) -> Callable[..., Any]:
    """The function `primitive`, whose first `count` arguments become arrays, under the name `name`."""
    function, convert = getattr(F, primitive), floating if needs_float else asarray

    def run(*args: Any, **kwargs: Any) -> Any:
        return function(*map(convert, args[:count]), *args[count:], **kwargs)

    return _named(run, name, function)
