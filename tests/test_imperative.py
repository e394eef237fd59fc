"""Several heads at once, gradients of intermediate values, and gradients that touch no ``grad``."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, GraphFreed, NotRecorded, ShapeError


def leaf(*values):
    return np.asarray(values, dtype="float64").attach_grad()


def test_several_heads_add_up():
    x = leaf(1.0, 2.0)
    ug.backward([x * 3, x * x], [None, np.asarray([1.0, 10.0], dtype="float64")])
    assert x.grad.tolist() == [5.0, 43.0]


def test_one_head_given_twice_counts_twice():
    x = leaf(1.0, 2.0)
    y = x * 3
    ug.backward([y, y])
    assert x.grad.tolist() == [6.0, 6.0]


def test_gradients_touch_no_grad():
    x = leaf(1.0, 2.0)
    (g,) = ug.gradients(np.sum(x * x), x)
    assert g.tolist() == [2.0, 4.0]
    assert x.grad.tolist() == [0.0, 0.0]


def test_gradients_of_intermediate_values_and_of_what_they_were_made_of():
    x = leaf(1.0, 2.0)
    h = x * x
    of_h, of_x = ug.gradients(np.sum(h * x), [h, x])
    assert of_h.tolist() == [1.0, 2.0]
    assert of_x.tolist() == [3.0, 12.0]


def test_an_input_that_is_not_reached_is_an_error_or_none():
    x, y = leaf(1.0), leaf(2.0)
    assert ug.gradients(x * 2, [y], allow_unused=True)[0] is None
    assert ug.gradients(x * 2, [x, y * 1], allow_unused=True)[1] is None
    with pytest.raises(NotRecorded) as unused:
        ug.gradients(x * 2, [x, y])
    assert str(unused.value) == (
        "no output depends on input 1; leave it out, or give allow_unused=True to get None for it"
    )


@pytest.mark.parametrize("inputs", [lambda x, h: [x], lambda x, h: [h]], ids=["leaf", "intermediate"])
def test_the_graph_is_freed_unless_it_is_retained(inputs):
    x = leaf(1.0, 2.0)
    h = x * x
    y = np.sum(h * h)
    ug.gradients(y, inputs(x, h), retain_graph=True)
    ug.gradients(y, inputs(x, h))
    with pytest.raises(GraphFreed):
        ug.gradients(y, inputs(x, h))


def test_create_graph_records_the_gradients():
    x = leaf(1.0, 2.0)
    (first,) = ug.gradients(np.sum(x * x * x), [x], create_graph=True)
    (second,) = ug.gradients(np.sum(first), [x])
    assert second.tolist() == [6.0, 12.0]


def test_what_does_not_fit_is_refused():
    x = leaf(1.0, 2.0)
    with pytest.raises(ArgumentError) as number:
        ug.backward([x * 2, x * 3], [None])
    assert str(number.value) == "there are 2 outputs and 1 cotangents; give one, or None, for each output"
    with pytest.raises(NotRecorded) as constant:
        ug.gradients(x * 2, np.asarray([1.0]))
    assert str(constant.value) == "a gradient is asked for a Tensor that is a constant; call attach_grad() on it first"
    with pytest.raises(NotRecorded, match="^backward\\(\\) on a Tensor that was not recorded"):
        ug.backward(np.asarray([1.0]))


def test_inputs_and_outputs_are_tensors():
    x = leaf(1.0, 2.0)
    with pytest.raises(ArgumentError, match="^a gradient is asked for a 'float'; inputs are Tensors with attach_grad"):
        ug.gradients(x * 2, [1.0])
    with pytest.raises(ArgumentError, match="^an output is a 'float'; outputs are Tensors$"):
        ug.backward([1.0])


def test_several_heads_with_cotangents_and_kept_graphs():
    x = leaf(1.0, 2.0)
    y, z = x * x, x * 3
    given = [np.asarray([1.0, 10.0], dtype="float64"), None]
    of_x, of_y = ug.gradients([y, z], [x, y], given, retain_graph=True)
    assert of_x.tolist() == [5.0, 43.0]
    assert of_y.tolist() == [1.0, 10.0]
    assert ug.autograd.grad([y, z], x, given)[0].tolist() == [5.0, 43.0]


def test_variables_are_marked_with_buffers_of_the_callers():
    x, y = np.asarray([1.0, 2.0], dtype="float64"), np.asarray([3.0], dtype="float64")
    buffers = [np.asarray([10.0, 20.0], dtype="float64"), np.asarray([30.0], dtype="float64")]
    ug.mark_variables([x, y], buffers, ["add", "write"])
    assert x.grad is buffers[0]
    np.sum(x * x * y).backward()
    assert buffers[0].tolist() == [16.0, 32.0]
    assert buffers[1].tolist() == [5.0]
    ug.mark_variables(x)
    assert x.grad.tolist() == [0.0, 0.0]
    ug.mark_variables([x, y], grad_reqs="null")
    assert x.node is None


def test_variables_and_buffers_have_to_fit():
    x = np.asarray([1.0, 2.0], dtype="float64")
    with pytest.raises(ArgumentError) as number:
        ug.mark_variables([x], [x, x])
    assert str(number.value) == "mark_variables got 1 variables, 2 gradients and 1 grad_reqs; give as many of each"
    with pytest.raises(ShapeError, match="^a gradient must have the shape"):
        ug.mark_variables(x, np.asarray([1.0], dtype="float64"))


def test_cotangents_for_each_example_of_a_map():
    x = ug.array([1.0, 2.0]).attach_grad()
    y = x**3
    rows = ug.vmap(lambda g: ug.gradients(y, x, g, retain_graph=True))(np.eye(2))[0]
    assert rows.tolist() == [[3.0, 0.0], [0.0, 12.0]]
    with pytest.raises(ug.ArgumentError, match=r"^backward\(\) has cotangents that differ from example to example"):
        ug.vmap(lambda g: y.backward(g) or g)(np.eye(2))
    assert x.grad.tolist() == [0.0, 0.0]
    ug.vmap(lambda g: ug.gradients(y, x, g))(np.eye(2))
    with pytest.raises(ug.GraphFreed):
        y.backward()


def test_errors_name_what_was_called():
    x = ug.array([1.0]).attach_grad()
    with pytest.raises(NotRecorded, match=r"^gradients\(\) on a Tensor that was not recorded"):
        ug.gradients(ug.array([1.0]), [x])
    with pytest.raises(ArgumentError, match="^mark_variables takes Tensors, not a 'ndarray'"):
        ug.mark_variables([x, numpy.ones(1)])
    with pytest.raises(ArgumentError, match="^a hook is a function, not a 'int'"):
        x.register_hook(3)
