"""The functions of ``mx.nd`` that are primitives, or functions of ``mx.np`` or ``mx.npx``, under another name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.mxnet import numpy_extension as npx
from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.legacy import G, NDArray
from unigrad.dialects.mxnet.ndarray import functions as nd
from unigrad.dialects.mxnet.numpy.arrays import ndarray
from unigrad.dialects.mxnet.numpy.elementwise import ONE
from unigrad.dialects.mxnet.writes import put

EXTENSION: Final = "batch_dot one_hot pick topk smooth_l1 gather_nd softmax log_softmax dropout".split()
"""Functions of ``mx.npx`` that ``mx.nd`` has too, some with capitals."""
CAPITALS: Final = {
    "Activation": "activation",
    "Dropout": "dropout",
    "Embedding": "embedding",
    "FullyConnected": "fully_connected",
    "LayerNorm": "layer_norm",
    "L2Normalization": "l2_normalization",
    "LeakyReLU": "leaky_relu",
    "SequenceMask": "sequence_mask",
    "Reshape": "reshape",
    "Cast": "cast",
}
OPERATORS: Final = {
    "add": "__add__",
    "subtract": "__sub__",
    "multiply": "__mul__",
    "divide": "__truediv__",
    "modulo": "__mod__",
    "power": "__pow__",
    "equal": "__eq__",
    "not_equal": "__ne__",
    "greater": "__gt__",
    "greater_equal": "__ge__",
    "lesser": "__lt__",
    "lesser_equal": "__le__",
}
"""Functions of two operands by the operator that each is; there are ``broadcast_`` and some ``elemwise_`` forms too."""


def functions() -> dict[str, Callable[..., Any]]:
    """All of them by name, as far as unigrad has the primitives."""
    made = {name: _one(name, primitive) for name, primitive in ONE.items() if hasattr(G, primitive)}
    made |= {name: _one(name, name) for name in ("relu", "sigmoid")}
    made |= {name: translated(_borrowed(getattr(npx, name))) for name in EXTENSION}
    made |= {name: translated(_borrowed(getattr(npx, source))) for name, source in CAPITALS.items()}
    for name, word in OPERATORS.items():
        made[name] = made[f"broadcast_{name}"] = _two(name, word)
    made |= {f"broadcast_{name}": made[name] for name in OPERATORS}
    made |= {f"elemwise_{short}": made[name] for short, name in _SHORT.items()}
    made |= {f"broadcast_{short}": made[name] for short, name in _SHORT.items()}
    for name in ("maximum", "minimum"):
        made[name] = made[f"broadcast_{name}"] = translated(getattr(G, name))
    return made | {alias: getattr(nd, name) for alias, name in ALIASES.items()}


ALIASES: Final = {
    "BlockGrad": "stop_gradient",
    "Concat": "concat",
    "Flatten": "flatten",
    "SliceChannel": "split",
    "SwapAxis": "swapaxes",
}
_SHORT: Final = {"add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "mod": "modulo"}


def _one(name: str, primitive: str) -> Callable[..., Any]:
    operation = getattr(G, primitive)

    @translated
    def function(data: Any, out: Any = None) -> Any:
        result = operation(data)
        return result if out is None else put(out, result)

    function.__name__ = name
    function.__doc__ = operation.__doc__
    return function


def _two(name: str, word: str) -> Callable[..., Any]:
    def function(lhs: Any, rhs: Any, out: Any = None) -> Any:
        if not isinstance(lhs, NDArray):
            lhs = G.full_like(rhs, lhs)
        result = getattr(lhs, word)(rhs)
        return result if out is None else put(out, result)

    function.__name__ = name
    function.__doc__ = f"`{name}` of two arrays with broadcasting, or of an array and a number."
    return function


def _borrowed(source: Callable[..., Any]) -> Callable[..., Any]:
    """A function of ``mx.npx`` on arrays of ``mx.nd``: they are the same arrays, of another class."""

    def function(*args: Any, **options: Any) -> Any:
        out = options.pop("out", None)
        result = _changed(source(*_changed(args, ndarray), **_changed(options, ndarray)), NDArray)
        return result if out is None else put(out, result)

    function.__name__ = source.__name__
    function.__doc__ = source.__doc__
    return function


def _changed(value: Any, array_class: Any) -> Any:
    """`value` with every array in it as one of `array_class`; those handed in stay what they are."""
    if isinstance(value, ug.Tensor):
        return array_class._functions.adopt(+value) if type(value) is not array_class else value
    if isinstance(value, (tuple, list)):
        return type(value)(_changed(each, array_class) for each in value)
    if isinstance(value, dict):
        return {name: _changed(each, array_class) for name, each in value.items()}
    return value
