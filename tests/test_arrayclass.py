"""Array classes: a subclass of Tensor with functions and operators of its own, and a recording flag of its own."""

from __future__ import annotations

from contextvars import ContextVar

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np

flag: ContextVar[bool] = ContextVar("recording of the class", default=False)


class Array(ug.Tensor):
    """An array of a namespace that records on request."""

    __slots__ = ()


F = ug.Functions(Array, recording=flag.get)
ug.set_operators(Array, F)


class Native(ug.Tensor):
    """An array of a namespace that records as unigrad does."""

    __slots__ = ()


N = ug.Functions(Native)
ug.set_operators(Native, N)


@pytest.fixture
def recorded():
    token = flag.set(True)
    yield
    flag.reset(token)


PROGRAMS = {
    "of two": lambda np, x: x * x + x,
    "beside numbers": lambda np, x: 2.0 * x - 1.0 / (x + 3),
    "broadcast": lambda np, x: x[:, None] * x[None, :],
    "mixed dtypes": lambda np, x: x * np.arange(3),
    "of one": lambda np, x: -np.tanh(abs(x)),
    "reduced": lambda np, x: np.sum(x, axis=0) / np.mean(x),
    "composed": lambda np, x: np.dot(x, x) * np.outer(x, x),
    "a sequence": lambda np, x: np.stack([x, x * 2], axis=1),
    "made": lambda np, x: np.ones_like(x) + np.zeros(3) + x,
    "compared": lambda np, x: np.where(x > 1.5, x, 0.0),
    "powers": lambda np, x: x**2 + 2.0**x,
    "matrices": lambda np, x: np.reshape(x, shape=(3, 1)) @ np.reshape(x, shape=(1, 3)),
}


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize(("functions", "kind"), [(F, Array), (N, Native)], ids=["own flag", "native flag"])
def test_programs_give_the_class_and_the_native_values_and_gradients(functions, kind, name, recorded):
    values = numpy.array([1.0, 2.0, 3.0])
    x = functions.adopt(np.asarray(values).attach_grad())
    y = PROGRAMS[name](functions, x)
    assert type(y) is kind
    y.backward()
    native = np.asarray(values).attach_grad()
    expected = PROGRAMS[name](np, native)
    expected.backward()
    assert y.numpy().tolist() == expected.tolist()
    assert x.grad.tolist() == native.grad.tolist()


def test_a_class_with_a_flag_of_its_own_does_not_ask_the_native_one():
    x = F.adopt(np.asarray([1.0, 2.0]).attach_grad())
    assert (x * x).node is None
    assert F.dot(x, x).node is None
    assert F.matmul(x, F.asarray([1.0, 2.0], dtype="float64")).node is None
    token = flag.set(True)
    with ug.pause():
        assert (x * x).node is not None
        assert F.dot(x, x).node is not None
    flag.reset(token)


def test_adopting_changes_the_class_in_place_and_copies_nothing():
    x = np.asarray([1.0, 2.0])
    assert F.adopt((x, [x], {"a": x}))[0] is x
    assert type(x) is Array


def test_in_place_operators_bind_a_new_array():
    x = F.asarray([1.0, 2.0])
    before = x
    x += 1.0
    assert type(x) is Array
    assert before.tolist() == [1.0, 2.0]


def test_comparing_with_nothing_or_with_text_is_python_s_affair():
    x = F.asarray([1.0])
    assert (x == None) is False  # noqa: E711
    assert (x != "text") is True
    assert len({x, x}) == 1


def test_a_name_that_is_no_primitive_is_no_attribute():
    with pytest.raises(AttributeError, match="^there is no primitive 'nonsense'$"):
        F.nonsense  # noqa: B018
