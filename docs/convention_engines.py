"""What autograd, JAX and Torch give at the point of a convention, by their own functions and their own differentiation.

A function is found by the card's name in the engine's modules; the tables spell those that an engine names or calls
otherwise. What is in neither, the engine does not have. TensorFlow's and MXNet's answers were measured once, and are not run.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, NamedTuple

import numpy

from unigrad.samples import Convention

Function = Callable[..., Any]
MEASURED: Final = {"autograd": "1.9.1", "jax": "0.10.2", "torch": "2.13.0", "tf": "2.21", "mxnet": "1.9.1"}
"""The versions whose answers stand on the cards."""
ERROR: Final = "error"
"""The answer of an engine that refuses the point, or has no derivative for the function."""


class Engine(NamedTuple):
    """Where an engine's functions are, the first that has one; how those are called that are not called as ours; its `grad`.

    ``grad(f, points)`` gives the gradients of the number ``f(array, *points)`` as NumPy arrays, ``array`` making constants.
    """

    modules: tuple[str, ...]
    spelled: Mapping[str, Function]
    grad: Callable[[Callable[..., Any], Sequence[numpy.ndarray]], list[Any]]


def answer(engine: str, name: str, convention: Convention) -> Any:
    """The slopes that `engine` gives, as a card writes them; `ERROR`; or None where it has no such function or option.

    Raises ImportError where the engine is not installed.
    """
    function = _function(engine, name)
    if function is None:
        return None
    with numpy.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            slopes = ENGINES[engine].grad(_weighted(function, convention), _points(convention))
        except Exception as error:  # noqa: BLE001 - each engine has errors of its own
            return None if "unexpected keyword argument" in str(error) else ERROR
    return _unpacked([numpy.asarray(slope).tolist() for slope in slopes])


def declared(engine: str, convention: Convention) -> Any:
    """The answer of `engine` that the card declares; None where it declares none."""
    if engine in convention.agree:
        return _unpacked([slope for slope in convention.slopes if slope is not None])
    return convention.differ.get(engine)


def same(one: Any, other: Any) -> bool:
    """Whether two answers are one, to the accuracy of a factorization."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if one is None or other is None or isinstance(one, (str, tuple)) or isinstance(other, (str, tuple)):
        return type(one) is type(other) and bool(one == other)
    return numpy.shape(one) == numpy.shape(other) and numpy.allclose(one, other, rtol=1e-6, atol=1e-6, equal_nan=True)


def _function(engine: str, name: str) -> Function | None:
    root = import_module(engine)
    if name in ENGINES[engine].spelled:
        return lambda *arrays, **options: ENGINES[engine].spelled[name](root, *arrays, **options)
    found = (getattr(import_module(module), name, None) for module in ENGINES[engine].modules)
    return next((each for each in found if callable(each)), None)


def _unpacked(slopes: list[Any]) -> Any:
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _numbers(given: Any) -> numpy.ndarray:
    array = numpy.asarray(given)
    return array if array.dtype.kind in "cb" else array.astype("float64")


def _points(convention: Convention) -> list[numpy.ndarray]:
    pairs = zip(convention.point, convention.slopes, strict=True)
    return [_numbers(each) for each, slope in pairs if slope is not None]


def _weighted(function: Function, convention: Convention) -> Callable[..., Any]:
    """The call as one number: the sum of its results times the cotangents."""

    def number(array: Function, *arrays: Any) -> Any:
        given = iter(arrays)
        operands = [
            next(given) if slope is not None else array(_numbers(each)) if isinstance(each, list) else each
            for each, slope in zip(convention.point, convention.slopes, strict=True)
        ]
        result = function(*operands, **convention.options)
        outs = list(result) if isinstance(result, (tuple, list)) else [result]
        each = convention.cotangent
        cotangents = each if isinstance(each, tuple) else (each,) * len(outs)
        weighted = [out if g is None else out * array(_numbers(g)) for out, g in zip(outs, cotangents, strict=True)]
        total = weighted[0].sum()
        for out in weighted[1:]:
            total = total + out.sum()
        return total

    return number


def _by_autograd(function: Callable[..., Any], points: Sequence[numpy.ndarray]) -> list[Any]:
    from autograd import grad
    from autograd import numpy as anp

    slopes = grad(lambda given: anp.sum(function(anp.array, *given)))(tuple(points))
    return list(slopes)


def _by_jax(function: Callable[..., Any], points: Sequence[numpy.ndarray]) -> list[Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    places = tuple(range(len(points)))
    slopes = jax.grad(lambda *given: function(jax.numpy.asarray, *given), places)(*map(jax.numpy.asarray, points))
    return [numpy.conj(slope) for slope in slopes]  # JAX's convention has the conjugates


def _by_torch(function: Callable[..., Any], points: Sequence[numpy.ndarray]) -> list[Any]:
    import torch

    leaves = [torch.tensor(point, requires_grad=True) for point in points]
    total = function(torch.tensor, *leaves)
    if not total.requires_grad:
        return [numpy.zeros_like(point) for point in points]
    return list(torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True))


def _torch_extreme(name: str) -> Function:
    def extreme(torch: Any, x: Any, axis: int | None = None) -> Any:
        return getattr(torch, name)(x) if axis is None else getattr(torch, name)(x, dim=axis).values

    return extreme


_AUTOGRAD: Final[dict[str, Function]] = {
    "acos": lambda ag, x: ag.numpy.arccos(x),
    "acosh": lambda ag, x: ag.numpy.arccosh(x),
    "asin": lambda ag, x: ag.numpy.arcsin(x),
    "atan2": lambda ag, x1, x2: ag.numpy.arctan2(x1, x2),
    "atanh": lambda ag, x: ag.numpy.arctanh(x),
    "cumulative_sum": lambda ag, x: ag.numpy.cumsum(x),
    "cumulative_prod": lambda ag, x: ag.numpy.cumprod(x),
    "eigh": lambda ag, x: [ag.numpy.linalg.eigh(x)[i] for i in range(2)],
    "eigvalsh": lambda ag, x: ag.numpy.linalg.eigh(x)[0],
    "i0": lambda ag, x: ag.scipy.special.i0(x),
    "matrix_norm": lambda ag, x, **options: ag.numpy.linalg.norm(x, **options),
    "pow": lambda ag, x1, x2: x1**x2,
    "slogdet": lambda ag, x: [ag.numpy.linalg.slogdet(x)[i] for i in range(2)],
    "svd": lambda ag, x: [ag.numpy.linalg.svd(x, full_matrices=False)[i] for i in range(3)],
    "svdvals": lambda ag, x: ag.numpy.linalg.svd(x, full_matrices=False)[1],
    "std": lambda ag, x, correction=0: ag.numpy.std(x, ddof=correction),
    "var": lambda ag, x, correction=0: ag.numpy.var(x, ddof=correction),
    "vector_norm": lambda ag, x, **options: ag.numpy.linalg.norm(x, **options),
}
_JAX: Final[dict[str, Function]] = {
    "hardswish": lambda jax, x: jax.nn.hard_swish(x),
    "topk": lambda jax, x, k: jax.lax.top_k(x, k)[0],
}
_TORCH: Final[dict[str, Function]] = {
    "cumulative_prod": lambda torch, x: torch.cumprod(x, 0),
    "cumulative_sum": lambda torch, x: torch.cumsum(x, 0),
    "kl_divergence": lambda torch, x, target: torch.nn.functional.kl_div(x, target),
    "log_sigmoid": lambda torch, x: torch.nn.functional.logsigmoid(x),
    "log_softmax": lambda torch, x: torch.log_softmax(x, -1),
    "logsumexp": lambda torch, x: torch.logsumexp(x, 0),
    "max": _torch_extreme("max"),
    "maximum": lambda torch, x1, x2: torch.maximum(x1, torch.as_tensor(x2, dtype=x1.dtype)),
    "min": _torch_extreme("min"),
    "softmax": lambda torch, x: torch.softmax(x, -1),
    "sort": lambda torch, x, descending=False: torch.sort(x, stable=True, descending=descending).values,
    "std": lambda torch, x, correction=0: torch.std(x, correction=correction),
    "topk": lambda torch, x, k: torch.topk(x, k).values,
    "var": lambda torch, x, correction=0: torch.var(x, correction=correction),
}
ENGINES: Final = {
    "autograd": Engine(("autograd.numpy.linalg", "autograd.numpy", "autograd.scipy.special"), _AUTOGRAD, _by_autograd),
    "jax": Engine(("jax.numpy.linalg", "jax.numpy", "jax.scipy.special", "jax.nn"), _JAX, _by_jax),
    "torch": Engine(("torch.linalg", "torch.special", "torch.nn.functional", "torch"), _TORCH, _by_torch),
}
"""The engines whose answers can be had again where they are installed."""
