"""The inference mode: nothing is kept, and no gradient passes its results by in silence."""

from __future__ import annotations

import copy
import gc
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import NotRecorded
from unigrad.graph import UNRECORDED

SENTENCE = (
    "{what} reaches a value that was computed in inference_mode() from something tracked, which kept no graph; "
    "compute it outside that scope, or use x.detach() where a constant is meant"
)


def leaf(*values):
    return np.asarray(values, dtype="float64").attach_grad()


def test_nothing_is_kept():
    w = leaf(1.0, 2.0)
    with ug.inference_mode():
        assert not ug.is_recording()
        between = np.exp(w)
        gone = weakref.ref(between.raw)
        out = np.sum(between * w)
        gc.disable()
        try:
            del between
            assert gone() is None
        finally:
            gc.enable()
    assert out.item() == numpy.e + 2 * numpy.e**2
    assert ug.is_recording()


@pytest.mark.parametrize(
    "compute",
    [
        lambda w: w * 2.0,
        lambda w: w * w,
        lambda w: np.exp(w),
        lambda w: w[0],
        lambda w: np.concat([w, w]),
        lambda w: np.where(w > 0, w, 0.0),
        lambda w: w.astype("float32"),
        lambda w: np.sum(w @ w),
        lambda w: ug.vmap(lambda x: x * 2)(w),
        lambda w: copy.copy(w),
        lambda w: ug.custom_rule(w.detach() * 2, [w], lambda g: (g * 2,)),
    ],
)
def test_a_gradient_that_reaches_a_result_is_refused(compute):
    w = leaf(1.0, 2.0)
    with ug.inference_mode():
        y = compute(w)
    assert y.node is UNRECORDED
    x = leaf(3.0)
    with pytest.raises(NotRecorded) as raised:
        np.sum(x * np.sum(y)).backward()
    assert str(raised.value) == SENTENCE.format(what="backward()")
    with pytest.raises(NotRecorded) as raised:
        ug.gradients(np.sum(x * np.sum(y)), x)
    assert str(raised.value) == SENTENCE.format(what="gradients()")
    with pytest.raises(NotRecorded) as raised:
        ug.grad(lambda x: np.sum(x * np.sum(y)))(3.0)
    assert str(raised.value) == SENTENCE.format(what="grad")
    with pytest.raises(NotRecorded) as raised:
        np.sum(y).backward()
    assert x.grad.tolist() == [0.0]


def test_results_are_ordinary_otherwise():
    w = leaf(1.0, 2.0)
    with ug.inference_mode():
        y = w * 2
        kinds = w > 1, np.argmax(w), np.asarray([1.0]) * 2, w.detach() * 2
    assert [each.node for each in kinds] == [None] * 4
    assert (y + 1).tolist() == [3.0, 5.0]
    assert y.numpy().tolist() == [2.0, 4.0]
    assert "inference_mode" in repr(y)
    assert y.grad is None
    x = leaf(1.0, 1.0)
    np.sum(x * y.detach()).backward()
    assert x.grad.tolist() == [2.0, 4.0]
    y.attach_grad()
    np.sum(y * y).backward()
    assert y.grad.tolist() == [4.0, 8.0]
    with ug.pause():
        assert (y * 2).node is None


def test_pause_makes_constants_that_a_gradient_passes_by():
    w, x = leaf(1.0, 2.0), leaf(3.0, 4.0)
    with ug.pause():
        y = w * 2
    np.sum(x * y + w).backward()
    assert w.grad.tolist() == [1.0, 1.0]


def test_gradients_inside_are_computed():
    w = leaf(1.0, 2.0)
    with ug.inference_mode():
        assert ug.grad(lambda w: np.sum(w * w))(w).tolist() == [2.0, 4.0]
        assert ug.jvp(lambda w: w * w, (w,), (w.detach(),))[1].tolist() == [2.0, 8.0]


def test_functions_with_rules_of_their_own_mark_their_results():
    double = ug.custom_vjp(lambda x: np.asarray(2 * x.numpy()))
    double.defvjp(lambda x: (np.asarray(2 * x.numpy()), None), lambda _, g: (2 * g,))

    class Double(ug.Function):
        @staticmethod
        def forward(ctx, x):
            return np.asarray(2 * x.numpy())

        @staticmethod
        def backward(ctx, g):
            return 2 * g

    w = leaf(1.0, 2.0)
    with ug.inference_mode():
        assert double(w).node is UNRECORDED
        assert Double.apply(w).node is UNRECORDED
        assert Double.apply(w.detach()).node is None


def test_a_value_of_the_mode_may_be_an_aux():
    w = leaf(1.0, 2.0)

    def loss(x):
        with ug.inference_mode():
            seen = x * 2
        return np.sum(x * x), seen

    g, seen = ug.grad(loss, has_aux=True)(w)
    assert g.tolist() == [2.0, 4.0]
    assert seen.tolist() == [2.0, 4.0]


def test_it_is_a_decorator_and_scopes_nest():
    w = leaf(1.0)

    @ug.inference_mode()
    def predict(w):
        with ug.record():
            assert (w * 2).node not in (None, UNRECORDED)
        with ug.pause():
            assert (w * 2).node is None
        return w * 2

    assert predict(w).node is UNRECORDED
    assert (w * 2).node is not UNRECORDED


def test_a_dialect_whose_flag_is_off_makes_constants():
    from unigrad.dialects.mxnet import autograd
    from unigrad.dialects.mxnet import numpy as mx

    x = mx.array([1.0, 2.0])
    x.attach_grad()
    assert (x * 2).node is None
    with autograd.record():
        assert (x * 2).node is not None
