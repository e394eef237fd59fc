"""Networks of tanh layers with softmax cross-entropy, over any namespace, and their gradients by hand in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Array = Any
Weights = list[Array]


def numbers(sizes: tuple[int, ...], examples: int, dtype: str) -> tuple[Weights, Array, Array]:
    """The weights of each layer, the inputs, and the targets as probabilities: the same every time."""
    draw = np.random.default_rng(0)
    weights = [(draw.normal(size=shape) / np.sqrt(shape[0])).astype(dtype) for shape in pairwise(sizes)]
    inputs = draw.normal(size=(examples, sizes[0])).astype(dtype)
    targets = np.eye(sizes[-1], dtype=dtype)[draw.integers(0, sizes[-1], examples)]
    return weights, inputs, targets


def loss(names: Any, weights: Weights, inputs: Array, targets: Array) -> Array:
    """The cross-entropies of one example, or the sum of those of a batch."""
    y = inputs
    for matrix in weights[:-1]:
        y = names.tanh(y @ matrix)
    y = y @ weights[-1]
    return (names.log(names.exp(y).sum(-1)) - (y * targets).sum(-1)).sum()


def gradients_of_each(transforms: Any, names: Any) -> Callable[..., Any]:
    """``vmap(grad(loss))``, the weights shared."""
    of_one = lambda weights, x, t: loss(names, weights, x, t)
    mapped: Callable[..., Any] = transforms.vmap(transforms.grad(of_one), (None, 0, 0))
    return mapped


def gradients_in_a_loop(transforms: Any, names: Any) -> Callable[..., Any]:
    """The gradient of one example after the other, stacked."""
    gradient = transforms.grad(lambda weights, x, t: loss(names, weights, x, t))

    def each(weights: Weights, inputs: Array, targets: Array) -> Weights:
        found = [gradient(weights, x, t) for x, t in zip(inputs, targets, strict=True)]
        return [names.stack(layer) for layer in zip(*found, strict=True)]

    return each


def value_and_gradient(transforms: Any, names: Any) -> Callable[..., Any]:
    """``value_and_grad`` of a batch's loss; Torch's gives the gradient first, and is turned round."""
    of_batch = lambda weights, x, t: loss(names, weights, x, t) / len(x)
    if not hasattr(transforms, "grad_and_value"):
        both: Callable[..., Any] = transforms.value_and_grad(of_batch)
        return both
    swapped = transforms.grad_and_value(of_batch)
    return lambda *arguments: swapped(*arguments)[::-1]


def _forward(weights: Weights, inputs: Array) -> tuple[list[Array], Array]:
    """The inputs of each layer, and the last one's result."""
    layers = [inputs]
    for matrix in weights[:-1]:
        layers.append(np.tanh(layers[-1] @ matrix))
    return layers, layers[-1] @ weights[-1]


def _slopes(scores: Array, targets: Array) -> tuple[Array, Array]:
    """The cross-entropies, and their slopes in the scores."""
    powers = np.exp(scores)
    totals = powers.sum(-1, keepdims=True)
    return np.log(totals[..., 0]) - (scores * targets).sum(-1), powers / totals - targets


def gradients_by_hand(weights: Weights, inputs: Array, targets: Array) -> Weights:
    """The gradient of each example's loss by each matrix."""
    layers, scores = _forward(weights, inputs)
    _, g = _slopes(scores, targets)
    found = []
    for matrix, layer in zip(reversed(weights), reversed(layers), strict=True):
        found.append(layer[:, :, None] * g[:, None, :])
        g = (g @ matrix.T) * (1 - layer * layer)
    return found[::-1]


def value_and_gradient_by_hand(weights: Weights, inputs: Array, targets: Array) -> tuple[Array, Weights]:
    """The mean loss and its gradient by each matrix."""
    layers, scores = _forward(weights, inputs)
    losses, g = _slopes(scores, targets)
    g /= len(inputs)
    found = []
    for place in range(len(weights) - 1, -1, -1):
        found.append(layers[place].T @ g)
        if place:
            g = g @ weights[place].T
            g *= 1 - layers[place] * layers[place]
    return losses.mean(), found[::-1]
