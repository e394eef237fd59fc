"""Gradients written by hand in NumPy: for each workload a forward pass that keeps what is needed, and a reverse pass.

They do what a person would write who knows the program: no graph, no rules, no call but NumPy's kernels, and a buffer
of their own is written in place. They are the floor of every table, and the gradient that all libraries are checked
against.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any


def mix_forward(x: Array, turns: int) -> tuple[Array, ...]:
    """Return ``x``, the last value of the mixed chain and what its reverse pass needs."""
    y, saved = x, []
    for _ in range(turns):
        z = y * x
        z += x
        saved.append((y, z))
        y = np.sin(z)
        y *= 0.5
    return x, y.sum(), saved


def mix_reverse(x: Array, y: Array, saved: list[tuple[Array, Array]]) -> Array:
    """Return the gradient of the mixed chain's sum."""
    g, gradient = np.ones_like(x), np.zeros_like(x)
    for left, z in reversed(saved):
        g *= 0.5
        g *= np.cos(z)
        gradient += g
        gradient += g * left
        g *= x
    gradient += g
    return gradient


def chapter_forward(x: Array) -> tuple[Array, ...]:
    """Return ``x`` and the value of the chapter's first program."""
    return x, 2 * np.dot(x, x)


def chapter_reverse(x: Array, y: Array) -> Array:
    """Return the gradient of ``2 * dot(x, x)``: one product for each operand of ``dot``."""
    g = y.dtype.type(2)
    gradient = g * x
    gradient += g * x
    return gradient


def fan_out_forward(x: Array, uses: int) -> tuple[Array, ...]:
    """Return ``x``, the sum over all uses of it, and their number."""
    total = x * 0.0
    for use in range(1, uses):
        total += x * float(use)
    return x, total, uses


def fan_out_reverse(x: Array, y: Array, uses: int) -> Array:
    """Return the gradient of the sum: a product and an addition for each use."""
    g = np.ones_like(x)
    gradient = g * 0.0
    for use in range(1, uses):
        gradient += g * float(use)
    return gradient


def products_forward(x: Array, operations: int) -> tuple[Array, ...]:
    """Return ``x``, the last product and the left operand of each."""
    y, saved = x, []
    for _ in range(operations):
        saved.append(y)
        y = y * x
    return x, y, saved


def products_reverse(x: Array, y: Array, saved: list[Array]) -> Array:
    """Return the gradient of the last product."""
    g, gradient = np.ones_like(x), np.zeros_like(x)
    for left in reversed(saved):
        gradient += g * left
        g = g * x
    gradient += g
    return gradient
