"""The rules of networks that push a tangent: the adjoints of those that pull a cotangent, at every sample of their cards."""

from __future__ import annotations

from functools import partial

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import parameters
from unigrad_conformance.drawing import draw

MODULES = {f"unigrad.primitives.{name}" for name in ("nn", "convolution", "normalization", "pooling", "sliding")}
CARDS = [card for card in ug.REGISTRY.values() if card.module in MODULES and card.kind == "primitive"]


def prepared(card, arrays, options):
    """The options as the kernel takes them."""
    bound = card.signature.bind(*arrays, **options)
    bound.apply_defaults()
    given = {name: bound.arguments[name] for name in card.options}
    return card.prepare(tuple(arrays), given) if card.prepare else given


def call(card, arrays, place, options, x):
    """The function of one of its arrays."""
    return card(*arrays[:place], x, *arrays[place + 1 :], **options)


def pushed(card, argument, tangent, arrays, options):
    """The tangent of the result, by the rule on the backend's own arrays."""
    tensors = [np.asarray(array) for array in arrays]
    out, rule = card(*tensors, **options), card.jvp[argument]
    known = {name: tensor.raw for name, tensor in zip(card.arrays, tensors, strict=True)}
    facts = {f"{name}_shape": raw.shape for name, raw in known.items()}
    facts |= {f"{name}_dtype": raw.dtype for name, raw in known.items()}
    known |= facts | {"xp": out.xp, "t": np.asarray(tangent).raw, "out": out.raw, **prepared(card, tensors, options)}
    return np.asarray(rule(*(known[name] for name in parameters(rule)))).numpy()


def test_every_primitive_pushes_what_it_pulls():
    assert {card.name for card in CARDS} >= {
        "conv",
        "conv_transpose",
        "conv_weight",
        "max_pool",
        "standardize",
        "softmax",
    }
    assert all(card.jvp.keys() == card.rules.keys() for card in CARDS)


@pytest.mark.parametrize(
    ("card", "index"),
    [(card, index) for card in CARDS for index in range(len(card.samples))],
    ids=lambda each: str(getattr(each, "name", each)),
)
def test_a_push_is_the_adjoint_of_the_pull(card, index):
    drawing = draw(card.name, index, card.samples[index], 0)
    arrays, options = [array for _, _, array in drawing.arrays()], drawing.options
    generator = numpy.random.default_rng(index)
    with ug.use_backend("numpy"):
        for place, name in enumerate(card.arrays):
            out, pull = ug.vjp(partial(call, card, arrays, place, options), np.asarray(arrays[place]))
            g, t = generator.normal(size=out.shape), generator.normal(size=arrays[place].shape)
            (pulled,), push = pull(np.asarray(g)), pushed(card, name, t, arrays, options)
            assert push.shape == out.shape
            assert numpy.sum(g * push) == pytest.approx(numpy.sum(pulled.numpy() * t), rel=1e-11, abs=1e-13)
