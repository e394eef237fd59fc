"""Schedules: the learning rate as a function of the number of updates before, a number or a scalar Tensor.

Each gives a scalar Tensor in float64, and can be drawn, traced and differentiated. All raise `ArgumentError` for a setting
out of its range.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.primitives.choices import minimum, where
from unigrad.primitives.constant import floor
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.trigonometry import cos

Schedule = Callable[[Any], Tensor]


def constant(rate: float) -> Schedule:
    """``rate``, always."""
    return lambda step: 0 * _counted(step) + rate


def step_decay(rate: float, steps: int, gamma: float = 0.1) -> Schedule:
    """``rate``, multiplied by ``gamma`` every ``steps`` updates."""
    _positive("step_decay", steps)
    return lambda step: rate * gamma ** floor(_counted(step) / steps)


def exponential_decay(rate: float, gamma: float, steps: int = 1) -> Schedule:
    """``rate``, multiplied by ``gamma`` over every ``steps`` updates, smoothly."""
    _positive("exponential_decay", steps)
    return lambda step: rate * gamma ** (_counted(step) / steps)


def cosine_decay(rate: float, steps: int, minimum: float = 0.0) -> Schedule:
    """Half a wave from ``rate`` to ``minimum`` over ``steps`` updates, where it stays. Loshchilov and Hutter (2017)."""
    _positive("cosine_decay", steps)
    return lambda step: minimum + (rate - minimum) * (1 + cos(math.pi * _share(step, steps))) / 2


def polynomial_decay(rate: float, steps: int, power: float = 1.0, minimum: float = 0.0) -> Schedule:
    """From ``rate`` to ``minimum`` over ``steps`` updates as a power of the share that is left; it stays there."""
    _positive("polynomial_decay", steps)
    return lambda step: minimum + (rate - minimum) * (1 - _share(step, steps)) ** power


def linear_warmup(rate: float | Schedule, steps: int, start: float = 0.0) -> Schedule:
    """From ``start`` in a straight line to ``rate`` over ``steps`` updates, and on with it: a number, or a schedule from there."""
    _positive("linear_warmup", steps)
    after: Schedule = rate if callable(rate) else constant(rate)

    def warmed(step: Any) -> Tensor:
        t = _counted(step)
        warming = start + (after(0 * t) - start) * _share(t, steps)
        return where(t < steps, warming, after(where(t < steps, 0 * t, t - steps)))

    return warmed


def _counted(step: Any) -> Tensor:
    return astype(step, "float64") if isinstance(step, Tensor) else asarray(step, dtype="float64")


def _share(step: Any, steps: int) -> Tensor:
    """How much of `steps` has passed, from 0 to 1."""
    return minimum(_counted(step) / steps, 1.0)


def _positive(schedule: str, steps: int) -> None:
    if not steps > 0:
        raise ArgumentError(f"'{schedule}' takes steps of 1 or more; got {steps}")
