"""autograd.wrap_util: operators on functions of one argument, as operators on functions of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent

__all__ = ["get_name", "unary_to_nary"]


def get_name(f: Any) -> str:
    """The name of a function, as far as it has one."""
    return getattr(f, "__name__", "[unknown name]")


def argument_places(argnum: Any) -> tuple[int, ...]:
    """`argnum`, a position or a tuple or list of them, as a tuple; `ArgumentError` for anything else."""
    if type(argnum) not in (int, tuple, list):
        raise ug.ArgumentError(f"argnum is the position of an argument, or a tuple of them, not {argnum!r}")
    return (argnum,) if isinstance(argnum, int) else tuple(argnum)


def argument(args: tuple[Any, ...], place: int) -> Any:
    """The argument at a position; `AxisError`, an IndexError, where there is none."""
    try:
        return args[place]
    except IndexError:
        raise ug.AxisError(
            f"argnum {place} is out of range: the function was called with {len(args)} positional arguments"
        ) from None


def named_after(made: Callable[..., Any], operator: str, fun: Any, argnum: Any) -> Callable[..., Any]:
    """`made`, with the name and docstring that autograd gives to what an operator makes of `fun`."""
    function = get_name(fun)
    made.__name__ = made.__qualname__ = f"{operator}_of_{function}_wrt_argnum_{argnum}"
    made.__doc__ = f"{operator} of {function} with respect to argument {argnum}; takes the arguments of {function}."
    return made


def unary_to_nary(unary_operator: Callable[..., Any]) -> Callable[..., Any]:
    """``operator(fun, x)`` as ``operator(fun, argnum=0)(*args, **kwargs)``.

    `argnum` is a position, counted from either end, or several: then `x` is a tuple. Keywords go to `fun` as they are.
    """

    def nary_operator(fun: Callable[..., Any], argnum: Any = 0, *operator_args: Any, **operator_kwargs: Any) -> Any:
        places = argument_places(argnum)

        def nary_f(*args: Any, **kwargs: Any) -> Any:
            def unary_f(x: Any) -> Any:
                given = list(args)
                for place, value in zip(places, [x] if isinstance(argnum, int) else x, strict=True):
                    given[place] = value
                return fun(*given, **kwargs)

            unary_f.__name__ = get_name(fun)
            chosen = tuple(argument(args, place) for place in places)
            x = chosen[0] if isinstance(argnum, int) else chosen
            return unary_operator(unary_f, x, *operator_args, **operator_kwargs)

        return named_after(nary_f, get_name(unary_operator), fun, argnum)

    nary_operator.__name__ = nary_operator.__qualname__ = get_name(unary_operator)
    nary_operator.__doc__ = unary_operator.__doc__
    return nary_operator


__getattr__ = absent("autograd.wrap_util", lambda: __all__)
