"""The optimizers: for each, its rule for one array and the scalars that the rule takes.

``weight_decay`` adds so much of the parameter to its gradient, except in `adamw`. All raise `ArgumentError` for a setting
out of its range.
"""

from __future__ import annotations

from typing import Any

from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.optim.optimizer import Optimizer, Rate, at_least_zero, below_one
from unigrad.primitives.arithmetic import sqrt, square
from unigrad.primitives.choices import maximum
from unigrad.primitives.creation import astype

Arrays = tuple[Tensor, ...]
Betas = tuple[float, float]


def sgd(
    learning_rate: Rate = 1e-3,
    *,
    momentum: float = 0.0,
    dampening: float = 0.0,
    weight_decay: float = 0.0,
    nesterov: bool = False,
) -> Optimizer:
    """Gradient descent: ``x - rate * g``, or with ``momentum`` ``x - rate * v``, ``v = momentum * v + (1 - dampening) * g``.

    The first ``v`` is ``g``. With ``nesterov`` the step is ``rate * (g + momentum * v)``, as in Sutskever et al. (2013), which
    needs momentum and no dampening.
    """
    at_least_zero("sgd", momentum=momentum, weight_decay=weight_decay)
    if nesterov and (momentum == 0 or dampening != 0):
        raise ArgumentError(
            f"'sgd' with nesterov=True needs momentum above 0 and no dampening; got {momentum} and {dampening}"
        )

    def plain(x: Tensor, g: Tensor, rate: Any) -> Arrays:
        return (x - rate * _decayed(g, x, weight_decay),)

    def heavy(x: Tensor, g: Tensor, velocity: Tensor, rate: Any, share: Any) -> Arrays:
        g = _decayed(g, x, weight_decay)
        velocity = momentum * velocity + share * g
        return x - rate * (g + momentum * velocity if nesterov else velocity), velocity

    if momentum == 0:
        return Optimizer("sgd", learning_rate, plain, lambda rate, step: (rate,), {})

    def coefficients(rate: Any, step: Tensor) -> tuple[Any, ...]:
        return rate, 1 - dampening * astype(step > 1, "float64") if dampening else 1.0

    return Optimizer("sgd", learning_rate, heavy, coefficients, {"velocity": 0.0})


def adagrad(
    learning_rate: Rate = 1e-2,
    *,
    lr_decay: float = 0.0,
    weight_decay: float = 0.0,
    initial_accumulator_value: float = 0.0,
    eps: float = 1e-10,
) -> Optimizer:
    """Steps divided by the root of the sum of all squared gradients so far. Duchi et al. (2011).

    The rate is divided by ``1 + lr_decay * n`` after n updates.
    """
    at_least_zero(
        "adagrad",
        lr_decay=lr_decay,
        weight_decay=weight_decay,
        initial_accumulator_value=initial_accumulator_value,
        eps=eps,
    )

    def rule(x: Tensor, g: Tensor, total: Tensor, rate: Any) -> Arrays:
        g = _decayed(g, x, weight_decay)
        total = total + square(g)
        return x - rate * g / (sqrt(total) + eps), total

    scalars = lambda rate, step: (rate / (1 + (step - 1) * lr_decay) if lr_decay else rate,)
    return Optimizer("adagrad", learning_rate, rule, scalars, {"sum_of_squares": initial_accumulator_value})


def rmsprop(
    learning_rate: Rate = 1e-2,
    *,
    alpha: float = 0.99,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    momentum: float = 0.0,
    centered: bool = False,
) -> Optimizer:
    """Steps divided by the root of a running mean of squared gradients, of which ``alpha`` is kept. Tieleman and Hinton (2012).

    ``centered`` divides by the standard deviation, the mean's square taken off: Graves (2013), arXiv:1308.0850.
    """
    at_least_zero("rmsprop", eps=eps, weight_decay=weight_decay, momentum=momentum)
    below_one("rmsprop", alpha=alpha)

    def rule(x: Tensor, g: Tensor, squares: Tensor, *rest: Any) -> Arrays:
        slots, rate = list(rest[:-1]), rest[-1]
        g = _decayed(g, x, weight_decay)
        squares = variance = _mixed(squares, square(g), alpha)
        if centered:
            slots[0] = _mixed(slots[0], g, alpha)
            variance = squares - square(slots[0])
        step = g / (sqrt(variance) + eps)
        if momentum:
            slots[-1] = step = momentum * slots[-1] + step
        return x - rate * step, squares, *slots

    slots = {"mean_of_squares": 0.0, **({"mean": 0.0} if centered else {}), **({"velocity": 0.0} if momentum else {})}
    return Optimizer("rmsprop", learning_rate, rule, lambda rate, step: (rate,), slots)


def adadelta(learning_rate: Rate = 1.0, *, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0.0) -> Optimizer:
    """Steps of the size of the steps before, over that of the gradients, both as roots of running means of squares.

    Zeiler (2012), arXiv:1212.5701.
    """
    at_least_zero("adadelta", eps=eps, weight_decay=weight_decay)
    below_one("adadelta", rho=rho)

    def rule(x: Tensor, g: Tensor, squares: Tensor, steps: Tensor, rate: Any) -> Arrays:
        g = _decayed(g, x, weight_decay)
        squares = _mixed(squares, square(g), rho)
        step = sqrt(steps + eps) / sqrt(squares + eps) * g
        return x - rate * step, squares, _mixed(steps, square(step), rho)

    slots = {"mean_of_squares": 0.0, "mean_of_squared_steps": 0.0}
    return Optimizer("adadelta", learning_rate, rule, lambda rate, step: (rate,), slots)


def adam(
    learning_rate: Rate = 1e-3,
    *,
    betas: Betas = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    amsgrad: bool = False,
) -> Optimizer:
    """The running mean of gradients over the root of that of their squares, both freed of their start at 0.

    ``betas`` are the shares of the old means that are kept. Kingma and Ba (2015), arXiv:1412.6980. With ``amsgrad`` the
    largest mean of squares so far is taken: Reddi et al. (2018).
    """
    return _adam("adam", learning_rate, betas, eps, weight_decay, amsgrad)


def adamw(
    learning_rate: Rate = 1e-3,
    *,
    betas: Betas = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 1e-2,
    amsgrad: bool = False,
) -> Optimizer:
    """`adam`, with the parameters multiplied by ``1 - rate * weight_decay`` before, and the gradients left as they are.

    Loshchilov and Hutter (2019), arXiv:1711.05101.
    """
    return _adam("adamw", learning_rate, betas, eps, weight_decay, amsgrad)


def _adam(name: str, learning_rate: Rate, betas: Betas, eps: float, weight_decay: float, amsgrad: bool) -> Optimizer:
    at_least_zero(name, eps=eps, weight_decay=weight_decay)
    if not isinstance(betas, (tuple, list)) or len(betas) != 2:
        raise ArgumentError(f"'{name}' takes betas as two numbers; got {betas!r}")
    first, second = betas
    below_one(name, **{"betas[0]": first, "betas[1]": second})
    apart = name == "adamw"

    def rule(x: Tensor, g: Tensor, mean: Tensor, squares: Tensor, *rest: Any) -> Arrays:
        *largest, kept, step, correction = rest
        if apart:
            x = x * kept
        else:
            g = _decayed(g, x, weight_decay)
        mean, squares = _mixed(mean, g, first), _mixed(squares, square(g), second)
        largest = [maximum(each, squares) for each in largest]
        root = sqrt(largest[0] if amsgrad else squares)
        return x - step * mean / (root / correction + eps), mean, squares, *largest

    def coefficients(rate: Any, step: Tensor) -> tuple[Any, ...]:
        return 1 - rate * weight_decay, rate / (1 - first**step), sqrt(1 - second**step)

    slots = {"mean": 0.0, "mean_of_squares": 0.0, **({"largest_mean_of_squares": 0.0} if amsgrad else {})}
    return Optimizer(name, learning_rate, rule, coefficients, slots)


def _decayed(g: Tensor, x: Tensor, weight_decay: float) -> Tensor:
    return g + weight_decay * x if weight_decay else g


def _mixed(old: Tensor, new: Tensor, kept: float) -> Tensor:
    mixed: Tensor = kept * old + (1 - kept) * new
    return mixed
