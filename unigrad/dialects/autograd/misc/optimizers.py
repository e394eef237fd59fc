"""autograd.misc.optimizers: gradient descent of three kinds, on any container of arrays."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F
from unigrad.dialects.autograd.misc.flatten import flatten

__all__ = ["adam", "rmsprop", "sgd", "unflatten_optimizer"]

Gradient = Callable[[Any, int], Any]
Callback = Callable[[Any, int, Any], Any]


def unflatten_optimizer(optimize: Callable[..., Any]) -> Callable[..., Any]:
    """An optimizer of vectors as one of containers: ``optimize(grad, x0, callback=None, …)``."""

    @functools.wraps(optimize)
    def on_containers(grad: Gradient, x0: Any, callback: Callback | None = None, *args: Any, **kwargs: Any) -> Any:
        start, unflatten = flatten(x0)

        def report(x: Any, i: int, g: Any) -> None:
            if callback is not None:
                callback(unflatten(x), i, unflatten(g))

        return unflatten(optimize(lambda x, i: flatten(grad(unflatten(x), i))[0], start, report, *args, **kwargs))

    return on_containers


@unflatten_optimizer
def sgd(
    grad: Gradient, x: Any, callback: Callback, num_iters: int = 200, step_size: float = 0.1, mass: float = 0.9
) -> Any:
    """Gradient descent with momentum; ``grad(x, i)`` is the gradient in step i, ``callback(x, i, g)`` is called before it."""
    velocity = F.zeros_like(x)
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        velocity = mass * velocity - (1.0 - mass) * g
        x = x + step_size * velocity
    return x


@unflatten_optimizer
def rmsprop(
    grad: Gradient,
    x: Any,
    callback: Callback,
    num_iters: int = 100,
    step_size: float = 0.1,
    gamma: float = 0.9,
    eps: float = 1e-8,
) -> Any:
    """Steps divided by the running root mean square of the gradients (Tieleman & Hinton 2012)."""
    mean_square = F.ones_like(x)
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        mean_square = mean_square * gamma + g * g * (1 - gamma)
        x = x - step_size * g / (F.sqrt(mean_square) + eps)
    return x


@unflatten_optimizer
def adam(
    grad: Gradient,
    x: Any,
    callback: Callback,
    num_iters: int = 100,
    step_size: float = 0.001,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> Any:
    """Adam (Kingma & Ba 2015, arXiv:1412.6980): running mean and square of the gradients, freed of their start at 0."""
    first, second = F.zeros_like(x), F.zeros_like(x)
    for i in range(num_iters):
        g = grad(x, i)
        callback(x, i, g)
        first = (1 - b1) * g + b1 * first
        second = (1 - b2) * (g * g) + b2 * second
        x = x - step_size * (first / (1 - b1 ** (i + 1))) / (F.sqrt(second / (1 - b2 ** (i + 1))) + eps)
    return x


__getattr__ = absent("autograd.misc.optimizers", lambda: __all__)
