"""The shortcut of a jitted function that is called again and again: it gives way where anything has changed since."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.dialects import mxnet
from unigrad.numpy.random import Generator

X, Y = numpy.array([1.0, 2.0, 3.0]), numpy.array([0.5, 0.1, 0.2])


pytestmark = pytest.mark.usefixtures("backend")


def used(f: Any, *args: Any) -> Any:
    """`f` jitted, and called often enough with `args` that its shortcut is there."""
    program = ug.jit(f, compile=False)
    for _ in range(3):
        program(*args)
    assert program._shortcut is not None
    return program


def product(x: Any, y: Any = 2.0) -> Any:
    return x * y + 1


def test_other_numbers() -> None:
    program = used(product, ug.array(X), ug.array(Y))
    for turn in range(3):
        numpy.testing.assert_allclose(program(ug.array(X + turn), ug.array(Y)).numpy(), (X + turn) * Y + 1)


def test_other_arguments() -> None:
    program = used(product, ug.array(X), ug.array(Y))
    x, y = ug.array(X), ug.array(Y)
    numpy.testing.assert_allclose(program(ug.array(X[:2]), ug.array(Y[:2])).numpy(), X[:2] * Y[:2] + 1)
    single = program(ug.array(X, dtype="float32"), ug.array(Y, dtype="float32"))
    assert str(single.dtype) == "float32"
    for got, want in (
        (program(x), 2 * X + 1),
        (program(x, y=y), X * Y + 1),
        (program(x, 3.0), 3 * X + 1),
        (program(x, numpy.array(Y)), X * Y + 1),
        (program(x, y), X * Y + 1),
    ):
        numpy.testing.assert_allclose(got.numpy(), want)
    with pytest.raises(TypeError):
        program(x, y, x)


def test_two_shapes_in_turn() -> None:
    program = used(product, ug.array(X), ug.array(Y))
    for size in (2, 3, 2, 3, 3, 2, 2):
        got = program(ug.array(X[:size]), ug.array(Y[:size]))
        numpy.testing.assert_allclose(got.numpy(), X[:size] * Y[:size] + 1)
    assert program.cache_size() == 2


def test_gradients() -> None:
    x, y = ug.array(X), ug.array(Y)
    program = used(product, x, y)
    numpy.testing.assert_allclose(ug.grad(lambda x: program(x, y).sum())(x).numpy(), Y)
    x.attach_grad()
    program(x, y).sum().backward()
    numpy.testing.assert_allclose(x.grad.numpy(), Y)


def test_scopes() -> None:
    seen: list[Any] = []

    def watched(x: Any) -> Any:
        seen.append(x)
        return x * 2

    x = ug.array(X)
    program = used(watched, x)
    count = len(seen)
    with ug.pause():
        assert program(x).tolist() == [2.0, 4.0, 6.0]
    with ug.disable_jit():
        assert program(x).tolist() == [2.0, 4.0, 6.0]
    assert len(seen) > count
    assert ug.vmap(program)(ug.array([X, X])).tolist() == [[2.0, 4.0, 6.0]] * 2
    assert ug.jit(lambda x: program(x) + 1, compile=False)(x).tolist() == [3.0, 5.0, 7.0]


def test_settings(backend: str) -> None:
    program = used(lambda x: np.ones(3) + 0 * x.sum().astype("float32"), ug.array(X, dtype="float32"))
    assert str(program(ug.array(X, dtype="float32")).dtype) == "float64"
    ug.set_default_dtype("float32")
    assert str(program(ug.array(X, dtype="float32")).dtype) == "float32"


def test_what_is_used_from_outside() -> None:
    weight = ug.array(Y)
    program = used(lambda x: x * weight, ug.array(X))
    weight[:] = 2 * Y
    numpy.testing.assert_allclose(program(ug.array(X)).numpy(), 2 * X * Y)
    numpy.testing.assert_allclose(program(ug.array(X)).numpy(), 2 * X * Y)
    weight.attach_grad()
    program(ug.array(X)).sum().backward()
    numpy.testing.assert_allclose(weight.grad.numpy(), X)


def test_what_is_used_from_outside_may_be_detached_in_the_program() -> None:
    """Then no gradient has to flow to it, and the program stays right."""
    weight = ug.array(Y)
    weight.attach_grad()
    program = used(lambda x: x * weight.detach(), ug.array(X))
    for _ in range(3):
        numpy.testing.assert_allclose(ug.grad(lambda x: program(x).sum())(ug.array(X)).numpy(), Y)
        assert program(ug.array(X)).node is None
    assert program.cache_size() == 2


def test_random_numbers_are_those_of_the_function() -> None:
    ours, theirs = Generator(7), Generator(7)
    program = ug.jit(lambda x: x + ours.normal(size=(3,)), compile=False)
    for _ in range(6):
        want = ug.array(X) + theirs.normal(size=(3,))
        numpy.testing.assert_array_equal(program(ug.array(X)).numpy(), want.numpy())


def test_results_of_every_structure() -> None:
    x = ug.array(X)
    assert [each.tolist() for each in used(lambda x: (x, x + 1), x)(x)] == [[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]]
    assert used(lambda x: {"three": 3, "none": None}, x)(x) == {"three": 3, "none": None}
    assert used(lambda x: None, x)(x) is None


def test_arrays_of_a_class_of_their_own() -> None:
    program = used(product, ug.array(X), ug.array(Y))
    got = program(mxnet.np.array(X), mxnet.np.array(Y))
    assert isinstance(got, mxnet.np.ndarray)
    assert type(program(ug.array(X), ug.array(Y))) is ug.Tensor


def test_a_cache_that_was_cleared() -> None:
    x = ug.array(X)
    program = used(product, x, x)
    program.clear_cache()
    assert program.cache_size() == 0
    assert program(x, x).tolist() == [2.0, 5.0, 10.0]
    assert program.cache_size() == 1
