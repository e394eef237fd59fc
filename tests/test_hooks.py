"""Hooks on gradients, gradients that are kept at recorded Tensors, and hooks on leaves; against Torch's where it has them."""

from __future__ import annotations

import gc
import importlib.util
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, DTypeError, NotRecorded, ShapeError


def leaf(*values, dtype="float64"):
    return np.asarray(values, dtype=dtype).attach_grad()


def test_a_hook_sees_the_gradient_with_all_uses_added_up():
    x = leaf(1.0, 2.0)
    y = x * x
    before = y * 3  # used before the hook was there
    seen = []
    y.register_hook(seen.append)
    np.sum(before + y * 4).backward()
    assert [g.tolist() for g in seen] == [[7.0, 7.0]]
    assert x.grad.tolist() == [14.0, 28.0]


def test_what_a_hook_returns_goes_on_and_hooks_run_in_order():
    x = leaf(1.0, 2.0)
    y = x * x
    seen = []
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: seen.append(g.tolist()))
    y.register_hook(lambda g: g + 1)
    np.sum(y).backward()
    assert seen == [[10.0, 10.0]]
    assert x.grad.tolist() == [22.0, 44.0]


def test_a_handle_removes_its_hook():
    x = leaf(1.0)
    y = x * 2
    handle = y.register_hook(lambda g: g * 10)
    with y.register_hook(lambda g: g * 100):
        np.sum(y).backward(retain_graph=True)
    handle.remove()
    handle.remove()
    np.sum(y).backward()
    assert x.grad.tolist() == [2002.0]


def test_a_hook_on_a_leaf_runs_before_its_gradient_is_written():
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: g * 10)
    np.sum(x * x).backward()
    assert x.grad.tolist() == [20.0, 40.0]
    assert ug.gradients(np.sum(x * x), x)[0].tolist() == [20.0, 40.0]


def test_gradients_of_a_hooked_tensor_pass_its_hooks_once():
    x = leaf(1.0, 2.0)
    y = x * x
    y.register_hook(lambda g: g * 10)
    for create_graph in (False, True):
        of_y, of_x = ug.gradients(np.sum(y * 3), [y, x], create_graph=create_graph, retain_graph=True)
        assert of_y.tolist() == [30.0, 30.0]
        assert of_x.tolist() == [60.0, 120.0]


def test_hooks_are_recorded_where_the_sweep_is():
    x = leaf(1.0, 2.0)
    y = x * x
    y.register_hook(lambda g: g * x)
    recording = []
    y.register_hook(lambda g: recording.append(ug.is_recording()))
    (first,) = ug.gradients(np.sum(y), x, create_graph=True)
    assert first.tolist() == [2.0, 8.0]  # 2 x²
    assert ug.gradients(np.sum(first), x)[0].tolist() == [4.0, 8.0]
    np.sum(y).backward()
    assert recording == [True, False]


def test_hooks_leave_tangents_alone_and_work_inside_transforms():
    def f(x):
        y = x * x
        y.register_hook(lambda g: g * 10)
        return np.sum(y)

    x = np.asarray([1.0, 2.0], dtype="float64")
    assert ug.grad(f)(x).tolist() == [20.0, 40.0]
    assert ug.jvp(f, (x,), (x,))[1].item() == 10.0


def test_a_hook_of_complex_numbers_sees_the_gradient():
    z = leaf(1 + 2j, dtype="complex128")
    w = z * z
    seen = []
    w.register_hook(seen.append)
    w.retain_grad()
    np.sum(np.abs(w) ** 2).backward()
    assert numpy.allclose(seen[0].numpy(), 2 * w.numpy())
    assert numpy.allclose(w.grad.numpy(), 2 * w.numpy())


def test_a_gradient_is_kept_on_request():
    x = leaf(1.0, 2.0)
    y = x * x
    assert y.grad is None
    assert y.retain_grad() is y
    assert y.grad.tolist() == [0.0, 0.0]
    kept = y.grad
    np.sum(y * y).backward(retain_graph=True)
    np.sum(y).backward()
    assert y.grad.tolist() == [3.0, 9.0]
    assert kept is y.grad
    y.zero_grad()
    assert y.grad.tolist() == [0.0, 0.0]
    assert x.retain_grad().grad.tolist() == [6.0, 36.0]


def test_a_kept_gradient_is_what_the_hooks_made_and_is_recorded_with_the_sweep():
    x = leaf(1.0, 2.0)
    y = x * x
    y.register_hook(lambda g: g * 2)
    y.retain_grad()
    np.sum(y * y).backward(create_graph=True)
    assert y.grad.tolist() == [4.0, 16.0]
    assert ug.gradients(np.sum(y.grad), x)[0].tolist() == [16.0, 32.0]  # 4 y, whose gradient passes the hook too


def test_a_tensor_that_is_changed_in_place_keeps_no_gradient_of_what_it_was():
    x = leaf(1.0, 2.0)
    y = x * x
    y.retain_grad()
    y += 1
    assert y.grad is None


def test_hooks_and_kept_gradients_die_with_their_tensors():
    gc.disable()
    try:
        x = leaf(1.0)
        y = x * 2
        y.retain_grad()
        y.register_hook(lambda g: None)
        gone = weakref.ref(y)
        np.sum(y).backward()
        del y
        assert gone() is None
    finally:
        gc.enable()


def test_a_leaf_is_updated_when_its_gradient_has_been_written():
    w, other = leaf(1.0, 2.0), leaf(3.0)
    done = []

    def step(x):
        done.append(x is w)
        x -= 0.1 * x.grad
        x.zero_grad()

    handle = w.register_post_accumulate_grad_hook(lambda x: ug.pause()(step)(x))
    other.register_hook(lambda g: g * 2)
    np.sum(w * w * other).backward()
    assert w.tolist() == pytest.approx([1.0 - 0.6, 2.0 - 1.2])
    assert w.grad.tolist() == [0.0, 0.0]
    assert other.grad.tolist() == [10.0]
    handle.remove()
    np.sum(w).backward(create_graph=True)
    assert done == [True]


def test_an_exception_in_a_leafs_hook_leaves_no_gradient_written():
    x, y = leaf(1.0), leaf(2.0)

    def fail(g):
        raise RuntimeError("no")

    y.register_hook(fail)
    with pytest.raises(RuntimeError, match="no"):
        np.sum(x * y).backward()
    assert x.grad.tolist() == [0.0]


@pytest.mark.parametrize(
    ("error", "given", "sentence"),
    [
        (ArgumentError, lambda g: 2.0, "a hook gave a 'float'; it is to give a Tensor, or None to change nothing"),
        (ShapeError, lambda g: g[:1], "a hook gave a gradient of shape (1,) in place of one of shape (2,)"),
        (
            DTypeError,
            lambda g: g.astype("float32"),
            "a hook gave a gradient of dtype 'float32' in place of one of dtype 'float64'; cast with astype",
        ),
    ],
)
def test_what_a_hook_may_not_return(error, given, sentence):
    for place in (lambda x: x * 2, lambda x: x):
        x = leaf(1.0, 2.0)
        y = place(x)
        y.register_hook(given)
        with pytest.raises(error) as raised:
            np.sum(y).backward()
        assert str(raised.value) == sentence
        assert x.grad.tolist() == [0.0, 0.0]


def test_constants_have_no_hooks():
    c = np.asarray([1.0])
    for call in (lambda: c.register_hook(print), c.retain_grad):
        with pytest.raises(
            NotRecorded, match=r"^(register_hook|retain_grad)\(\) on a Tensor that no gradient arrives at: "
        ):
            call()
    with pytest.raises(NotRecorded) as recorded:
        (leaf(1.0) * 2).register_post_accumulate_grad_hook(print)
    assert str(recorded.value) == "register_post_accumulate_grad_hook() needs a Tensor with attach_grad()"


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs Torch")
def test_the_same_program_in_torch():
    import torch

    def program(x, xp, grad):
        seen = []
        y = xp.sin(x)
        z = y * y
        y.register_hook(lambda g: g * 3)
        z.register_hook(lambda g: seen.append(numpy.asarray(g.detach())))
        y.retain_grad()
        x.register_hook(lambda g: g + 1)
        x.register_post_accumulate_grad_hook(lambda x: seen.append(numpy.asarray(x.grad.detach() * 1)))
        (z * y).sum().backward()
        found = grad((xp.sin(x) * y.detach()).sum(), [x])
        return [*seen, *(numpy.asarray(each.detach()) for each in (y.grad, x.grad, *found))]

    got = program(leaf(0.3, 0.8), np, ug.gradients)
    want = program(torch.tensor([0.3, 0.8], dtype=torch.float64, requires_grad=True), torch, torch.autograd.grad)
    for one, other in zip(got, want, strict=True):
        numpy.testing.assert_allclose(one, other, rtol=1e-12)


def test_results_of_rules_of_ones_own_have_hooks_too():
    class Pair(ug.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x, 3 * x

        @staticmethod
        def backward(ctx, g, h):
            return 2 * g + 3 * h

    x = leaf(1.0)
    one, other = Pair.apply(x)
    one.register_hook(lambda g: g * 10)
    other.retain_grad()
    np.sum(one + other).backward()
    assert x.grad.tolist() == [23.0]
    assert other.grad.tolist() == [1.0]


def test_an_error_in_a_hook_says_that_it_is_one():
    def fails(gradient):
        raise KeyError("mine")

    x = leaf(1.0)
    y = x * x
    y.register_hook(fails)
    with pytest.raises(KeyError, match="mine") as caught:
        np.sum(y).backward()
    assert caught.value.__notes__[0] == "raised by a hook, which gets the gradient before the rule does"
