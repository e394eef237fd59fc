"""pure_callback: a function of host arrays as one of Tensors, also within programs, where no array has its numbers yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

import optree

from unigrad.callbacks import Callback, Method
from unigrad.conversion import NUMBERS, constant, lifted_to, namespace_of
from unigrad.dtypes import DType, dtype
from unigrad.errors import ArgumentError, NotRecorded
from unigrad.graph import Tensor, make_tensor
from unigrad.observing import observers
from unigrad.recording import recording_flag

_METHODS: Final = get_args(Method)


def pure_callback(
    callback: Callable[..., Any],
    result_shape_dtypes: Any,
    *args: Any,
    vmap_method: Method = "sequential",
    **kwargs: Any,
) -> Any:
    """``callback(*args, **kwargs)`` of a function that takes host arrays and gives them: SciPy, compiled code, a table in a file.

    The arrays and numbers among the arguments, in any containers, arrive as NumPy arrays that cannot be written to; all
    else arrives as it is. ``result_shape_dtypes`` is a `ShapeDtype` (or an array), or a container of them, and the callback
    gives arrays in such containers, of these shapes; they are cast to these dtypes. The results are Tensors on the backend of
    the arguments. Under `jit` the call is part of the program, made in each run, so the function must give
    equal results for equal arguments and do nothing else; it may not be called where nobody needs its result. Under `vmap`
    it is called once for each example, or once for all with ``vmap_method="expand_dims"`` or ``"broadcast_all"``: then all
    arrays have the examples along a first axis, whose length is 1 (or again that of the others) for what does not differ.
    Names and order are JAX's.

    It has no derivative: use it in a function with a rule of `custom_vjp` or `custom_jvp`. Raises `NotRecorded` where an
    argument is being differentiated, `ArgumentError` and `ShapeError` for results that are not as announced.
    """
    if not callable(callback):
        raise ArgumentError(f"pure_callback needs a function, not a '{type(callback).__name__}'")
    if vmap_method not in _METHODS:
        raise ArgumentError(f"pure_callback: vmap_method={vmap_method!r} is none of {', '.join(map(repr, _METHODS))}")
    name = getattr(callback, "__name__", "the callback")
    arguments: Any = (args, kwargs)
    leaves, structure = optree.tree_flatten(arguments)
    places = [place for place, leaf in enumerate(leaves) if _is_array(leaf)]
    operands = [leaves[place] for place in places]
    if recording_flag.get() and any(isinstance(x, Tensor) and x.node is not None for x in operands):
        raise NotRecorded(
            f"pure_callback of '{name}' has no derivative, and an argument is being differentiated; "
            "give the function around it a rule with custom_vjp or custom_jvp, or detach() the argument"
        )
    announced, expected = optree.tree_flatten(result_shape_dtypes)

    def on_host(*arrays: Any) -> list[Any]:
        filled = list(leaves)
        for place, array in zip(places, arrays, strict=True):
            filled[place] = array
        given: Any = optree.tree_unflatten(structure, filled)
        found, made = optree.tree_flatten(callback(*given[0], **given[1]))
        if made != expected:
            raise ArgumentError(f"'{name}' gave {made}; {expected} was announced")
        return found

    of = Callback(on_host, name, [_described(each) for each in announced], vmap_method)
    xp: Any = namespace_of(operands)
    tensors = [lifted_to(xp, x if isinstance(x, Tensor) else constant(x, xp)) for x in operands]
    results = [make_tensor(raw, xp) for raw in xp.callback([x.raw for x in tensors], of=of)]
    for observer in observers.get():
        for result in results:
            for x in operands:
                observer.changed("pure_callback", x, result)
    return optree.tree_unflatten(expected, results)


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, Tensor) or type(leaf) in NUMBERS or (hasattr(leaf, "dtype") and hasattr(leaf, "shape"))


def _described(each: Any) -> tuple[tuple[int, ...], DType]:
    if not (hasattr(each, "shape") and hasattr(each, "dtype")):
        raise ArgumentError(
            f"pure_callback needs a ShapeDtype, or an array, for each result, not a '{type(each).__name__}'"
        )
    return tuple(each.shape), dtype(each.dtype)
