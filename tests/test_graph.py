"""The graph: who records and who does not, what stays alive and for how long, and how leaves take gradients."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
import tracemalloc
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY, elementwise
from unigrad.errors import ArgumentError, DTypeError, GraphFreed, InPlaceError, NotRecorded, ShapeError
from unigrad.graph import Leaf, Node


def leaf(values, grad_req="add"):
    return np.asarray(values, dtype="float64").attach_grad(grad_req)


@pytest.fixture
def own_primitives():
    """Primitives that a test declares are forgotten after it, and so are their kernels."""
    before, xp = set(REGISTRY), ug.get_backend().xp
    yield
    for name in set(REGISTRY) - before:
        del REGISTRY[name]
        vars(xp).pop(name, None)


@pytest.fixture
def no_collector():
    """The garbage collector is off: what dies, dies by its reference count."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def live():
    return sum(type(each) in (Node, Leaf, ug.Tensor) for each in gc.get_objects())


# -- recording


def test_recording_is_on_unless_paused():
    assert ug.is_recording()
    with ug.pause():
        assert not ug.is_recording()
        with ug.record():
            assert ug.is_recording()
        assert not ug.is_recording()
    assert ug.is_recording()


def test_what_is_computed_under_pause_is_a_constant():
    x = leaf([1.0, 2.0])
    with ug.pause():
        y = x * x
    assert y.node is None


def test_one_scope_object_can_be_entered_twice():
    scope = ug.pause()
    with scope, scope:
        assert not ug.is_recording()
    assert ug.is_recording()


def test_an_exception_in_a_scope_restores_the_flag():
    with pytest.raises(KeyboardInterrupt), ug.pause():
        raise KeyboardInterrupt
    assert ug.is_recording()


def test_a_thread_does_not_see_the_pause_of_another():
    seen = []
    with ug.pause():
        thread = threading.Thread(target=lambda: seen.append(ug.is_recording()))
        thread.start()
        thread.join()
    assert seen == [True]


def test_a_pause_in_a_thread_is_not_seen_outside():
    inside, done = threading.Event(), threading.Event()

    def work():
        with ug.pause():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait(10)
    seen = ug.is_recording()
    done.set()
    thread.join()
    assert seen


def test_asyncio_tasks_do_not_see_each_others_flag():
    seen = []

    async def paused():
        with ug.pause():
            await asyncio.sleep(0)
            seen.append(("paused", ug.is_recording()))
            await asyncio.sleep(0)

    async def recorded():
        await asyncio.sleep(0)
        seen.append(("recorded", ug.is_recording()))

    async def both():
        await asyncio.gather(paused(), recorded(), paused())

    asyncio.run(both())
    assert sorted(seen) == [("paused", False), ("paused", False), ("recorded", True)]
    assert ug.is_recording()


def test_a_scope_closed_in_another_context_still_restores_the_flag():
    scope = ug.pause()
    contextvars.copy_context().run(scope.__enter__)
    scope.__exit__(None, None, None)
    assert ug.is_recording()


def test_pause_decorates_a_function_also_a_recursive_one():
    @ug.pause()
    def depth(n):
        """Doc."""
        assert not ug.is_recording()
        return 0 if n == 0 else 1 + depth(n - 1)

    assert depth(3) == 3
    assert depth.__name__ == "depth"
    assert depth.__doc__ == "Doc."
    assert ug.is_recording()


def test_a_decorated_generator_is_paused_in_its_steps_and_never_in_between():
    @ug.pause()
    def steps():
        for i in range(3):
            yield i, ug.is_recording()

    outside = []
    inside = []
    for i, flag in steps():
        inside.append((i, flag))
        outside.append(ug.is_recording())
    assert inside == [(0, False), (1, False), (2, False)]
    assert outside == [True, True, True]


def test_a_decorated_generator_takes_what_is_sent_thrown_and_gives_its_return_value():
    closed = []

    @ug.pause()
    def steps():
        try:
            got = yield "first"
            try:
                yield got
            except KeyError:
                yield "caught", ug.is_recording()
            return "returned"
        finally:
            closed.append(ug.is_recording())

    generator = steps()
    assert next(generator) == "first"
    assert generator.send("sent") == "sent"
    assert generator.throw(KeyError("k")) == ("caught", False)
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "returned"
    assert closed == [False]
    assert ug.is_recording()


def test_a_decorated_generator_that_is_closed_runs_its_finally_paused():
    closed = []

    @ug.pause()
    def steps():
        try:
            yield 1
        finally:
            closed.append(ug.is_recording())

    generator = steps()
    next(generator)
    generator.close()
    assert closed == [False]
    assert ug.is_recording()


def test_a_decorated_coroutine_is_paused_while_it_runs():
    @ug.pause()
    async def work():
        await asyncio.sleep(0)
        return ug.is_recording()

    assert asyncio.run(work()) is False


# -- lifetime


def program(x):
    y = np.tanh(x * x + 1.0) @ np.exp(x)
    return y / (1.0 + np.sum(x[1:] * 2.0))


def test_a_program_and_its_sweep_leave_no_node_behind(no_collector):
    x = leaf([1.0, 2.0, 3.0])
    program(x).backward()
    gc.collect()
    before = live()
    for _ in range(5):
        program(x).backward()
    assert live() == before
    assert gc.collect() == 0


def test_a_program_that_is_never_swept_leaves_no_node_behind(no_collector):
    x = leaf([1.0, 2.0, 3.0])
    program(x)
    gc.collect()
    before = live()
    for _ in range(5):
        program(x)
    assert live() == before
    assert gc.collect() == 0


@pytest.mark.parametrize("transform", [
    lambda x: ug.grad(program)(x),
    lambda x: ug.value_and_grad(program)(x),
    lambda x: ug.vjp(program, x)[1](1.0),
    lambda x: ug.grad(lambda x: np.sum(ug.grad(program)(x) ** 2))(x),
], ids=["grad", "value_and_grad", "vjp", "second order"])  # fmt: skip
def test_transforms_leave_no_node_behind(no_collector, transform):
    x = np.asarray([1.0, 2.0, 3.0], dtype="float64")
    transform(x)
    gc.collect()
    before = live()
    for _ in range(5):
        transform(x)
    assert live() == before
    assert gc.collect() == 0


def test_the_bytes_return_to_where_they_were(no_collector):
    x = leaf(numpy.ones(1000))
    for _ in range(3):
        program(x).backward()
    tracemalloc.start()
    try:
        program(x).backward()
        gc.collect()  # the interpreter's free lists of tuples are emptied too
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(20):
            program(x).backward()
        assert gc.collect() == 0
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 2000  # a fraction of one array


def test_saved_values_die_with_the_last_tensor(no_collector):
    x = leaf([1.0, 2.0])
    middle = np.exp(x)
    y = np.sum(middle * middle)
    dies = weakref.ref(middle)
    del middle
    assert dies() is None  # the graph holds arrays and nodes, never a Tensor
    array = weakref.ref(y.node.parents[0].saved[0])
    del y
    assert array() is None


def test_a_sweep_gives_saved_arrays_back_while_the_result_lives(no_collector):
    x = leaf([1.0, 2.0])
    y = np.sum(np.tanh(x))
    saved = weakref.ref(y.node.parents[0].saved[0])
    assert saved() is not None
    y.backward()
    assert saved() is None
    assert y.node.parents == ()


def test_gradients_with_create_graph_make_no_cycle_once_they_are_cleared(no_collector):
    x = leaf([1.0, 2.0])
    y = np.sum(x * x * x)
    y.backward(create_graph=True)
    dies = weakref.ref(y)
    x.grad = None
    del y
    assert dies() is None
    assert gc.collect() == 0


def test_a_vjp_frees_its_graph_with_its_pullback(no_collector):
    out, pullback = ug.vjp(program, np.asarray([1.0, 2.0, 3.0], dtype="float64"))
    before = live()
    dies = weakref.ref(pullback)
    del pullback, out
    assert dies() is None
    assert live() < before


# -- depth


def test_a_chain_of_a_hundred_thousand_operations_goes_forward_back_and_away():
    x = leaf([1.0])
    y = x
    for _ in range(100_000):
        y = y + 1.0
    y.backward()
    assert x.grad.tolist() == [1.0]
    del y


def test_a_chain_of_a_hundred_thousand_recorded_operations_dies_without_a_sweep():
    x = leaf([1.0])
    y = x
    for _ in range(100_000):
        y = y * 1.0
    dies = weakref.ref(y)
    del y
    assert dies() is None


def test_the_recorded_sweep_is_iterative_too():
    x = leaf([1.0])
    y = x
    for _ in range(20_000):
        y = -y
    y.backward(create_graph=True)
    assert x.grad.tolist() == [1.0]
    x.grad = None


def test_a_gradient_of_a_deep_chain_works_as_a_transform():
    def deep(x):
        for _ in range(20_000):
            x = x + 1.0
        return x

    assert float(ug.grad(deep)(1.0)) == 1.0


# -- leaves


def test_a_fresh_leaf_has_a_gradient_of_zeros():
    x = np.asarray([[1.0, 2.0]], dtype="float64").attach_grad()
    assert x.grad.tolist() == [[0.0, 0.0]]
    assert x.grad.dtype == "float64"
    assert x.grad.node is None


def test_a_tensor_without_attach_grad_has_no_gradient():
    x = leaf([1.0])
    assert np.asarray([1.0]).grad is None
    assert (x * x).grad is None


def test_attach_grad_gives_the_tensor_itself():
    x = np.asarray([1.0])
    assert x.attach_grad() is x


def test_grad_req_add_adds_each_gradient():
    x = leaf([1.0, 2.0])
    np.sum(x * x).backward()
    np.sum(x * x).backward()
    assert x.grad.tolist() == [4.0, 8.0]


def test_grad_req_write_keeps_the_last_gradient():
    x = leaf([1.0, 2.0], "write")
    np.sum(x * x).backward()
    np.sum(3.0 * x).backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_grad_req_write_still_sums_the_paths_within_one_sweep():
    x = leaf([1.0, 2.0], "write")
    np.sum(x * x + 3.0 * x).backward()
    assert x.grad.tolist() == [5.0, 7.0]


def test_grad_req_null_records_nothing():
    x = leaf([1.0, 2.0], "null")
    assert x.grad is None
    assert (x * x).node is None


def test_grad_req_null_switches_a_leaf_off():
    x = leaf([1.0, 2.0])
    x.attach_grad("null")
    assert x.grad is None


def test_an_unknown_grad_req_lists_the_known():
    with pytest.raises(ArgumentError) as caught:
        np.asarray([1.0]).attach_grad("sum")
    assert str(caught.value) == "grad_req must be 'add', 'write' or 'null', not 'sum'"


def test_attach_grad_on_integers_says_what_to_do():
    with pytest.raises(DTypeError) as caught:
        np.asarray([1, 2]).attach_grad()
    assert str(caught.value) == "attach_grad() needs a floating dtype, not 'int64'; cast with astype('float32')"


def test_attach_grad_cuts_off_what_recorded_the_tensor():
    x = leaf([3.0])
    y = (x * x).attach_grad()
    (y * 2.0).backward()
    assert y.grad.tolist() == [2.0]
    assert x.grad.tolist() == [0.0]


def test_the_gradient_is_one_tensor_that_later_gradients_update():
    x = leaf([1.0, 2.0])
    seen = x.grad
    np.sum(x * x).backward()
    assert x.grad is seen
    assert seen.tolist() == [2.0, 4.0]
    x.zero_grad()
    assert x.grad is seen
    assert seen.tolist() == [0.0, 0.0]


def test_the_gradient_can_be_zeroed_in_place():
    x = leaf([1.0, 2.0])
    np.sum(x * x).backward()
    x.grad.zero_()
    assert x.grad.tolist() == [0.0, 0.0]
    np.sum(x).backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_the_gradient_can_be_set_and_must_fit():
    x = leaf([1.0, 2.0])
    x.grad = [5.0, 6.0]
    np.sum(x).backward()
    assert x.grad.tolist() == [6.0, 7.0]
    with pytest.raises(ShapeError) as caught:
        x.grad = [1.0]
    assert str(caught.value) == "a gradient must have the shape (2,) of what they weigh, not (1,)"


def test_a_tensor_without_attach_grad_has_no_gradient_to_set_or_zero():
    with pytest.raises(NotRecorded) as caught:
        np.asarray([1.0]).zero_grad()
    assert str(caught.value) == "this Tensor has no gradient to zero; call attach_grad() first"
    with pytest.raises(NotRecorded) as caught:
        np.asarray([1.0]).grad = [1.0]
    assert str(caught.value) == "this Tensor has no gradient to set; call attach_grad() first"


def test_two_leaves_do_not_share_a_gradient():
    x, y = leaf([1.0]), leaf([2.0])
    (x + y).backward()
    x.grad.zero_()
    assert y.grad.tolist() == [1.0]


def test_a_leaf_may_be_stepped_under_pause_and_keeps_its_gradient():
    x = leaf([1.0, 2.0])
    np.sum(x * x).backward()
    with ug.pause():
        x -= 0.5 * x.grad
    assert x.tolist() == [0.0, 0.0]
    assert x.grad.tolist() == [2.0, 4.0]
    with pytest.raises(InPlaceError):
        x -= 1.0


# -- backward


def test_backward_of_a_leaf_itself_gives_ones():
    x = leaf([1.0, 2.0])
    x.backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_backward_of_many_elements_is_that_of_their_sum():
    x = leaf([1.0, 2.0])
    (x * x).backward()
    assert x.grad.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("weights", [[1.0, 10.0], (1, 10), numpy.array([1.0, 10.0])], ids=["list", "tuple", "array"])
def test_weights_weigh_the_elements(weights):
    x = leaf([1.0, 2.0])
    (x * x).backward(weights)
    assert x.grad.tolist() == [2.0, 40.0]


def test_weights_of_the_wrong_shape_are_refused():
    x = leaf([1.0, 2.0])
    with pytest.raises(ShapeError) as caught:
        (x * x).backward([1.0, 2.0, 3.0])
    assert str(caught.value) == "the weights must have the shape (2,) of what they weigh, not (3,)"


def test_weights_of_the_wrong_dtype_are_refused():
    x = leaf([1.0, 2.0])
    with pytest.raises(DTypeError) as caught:
        (x * x).backward(numpy.ones(2, "float32"))
    assert (
        str(caught.value)
        == "the weights must have the dtype 'float64' of what they weigh, not 'float32'; cast with astype"
    )


def test_writing_to_the_weights_afterwards_changes_no_gradient():
    x = leaf([1.0, 2.0])
    weights = numpy.array([1.0, 10.0])
    (+x).backward(weights)
    weights[:] = 99.0
    assert x.grad.tolist() == [1.0, 10.0]


def test_backward_on_something_not_recorded_says_why():
    with pytest.raises(NotRecorded) as caught:
        np.asarray([1.0]).backward()
    assert str(caught.value) == (
        "backward() on a Tensor that was not recorded: it does not depend on any Tensor with attach_grad(), "
        "or it was computed under pause() or detached"
    )


FREED = (
    "this graph has been swept already and has given its saved values back; "
    "pass retain_graph=True to the first backward() to keep them"
)


def test_a_second_backward_over_a_freed_graph_is_refused():
    x = leaf([1.0, 2.0])
    y = np.sum(x * x)
    y.backward()
    with pytest.raises(GraphFreed) as caught:
        y.backward()
    assert str(caught.value) == FREED
    assert x.grad.tolist() == [2.0, 4.0]


def test_a_second_backward_is_refused_even_where_nothing_was_saved():
    x = leaf([1.0, 2.0])
    y = x + 1.0
    y.backward()
    with pytest.raises(GraphFreed) as caught:
        y.backward()
    assert str(caught.value) == FREED


def test_a_sweep_that_meets_a_freed_part_leaves_all_gradients_as_they_were():
    x, z = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    middle = x * x
    np.sum(middle).backward()
    with pytest.raises(GraphFreed) as caught:
        np.sum(middle + z).backward()
    assert str(caught.value) == FREED
    assert z.grad.tolist() == [0.0, 0.0]
    assert x.grad.tolist() == [2.0, 4.0]


def test_retain_graph_keeps_the_graph():
    x = leaf([1.0, 2.0])
    y = np.sum(x * x)
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [4.0, 8.0]
    with pytest.raises(GraphFreed):
        y.backward()


def test_detached_values_pass_no_gradient():
    x = leaf([1.0, 2.0, 3.0])
    y = x * x
    u = y.detach()
    np.sum(u * x).backward()
    assert x.grad.tolist() == u.tolist()
    x.zero_grad()
    np.sum(y).backward()
    assert x.grad.tolist() == [2.0, 4.0, 6.0]


def test_integers_on_the_way_cut_the_graph():
    x = leaf([1.5, 2.5])
    assert x.astype("int64").node is None
    assert np.floor(x).node is None


# -- exceptions


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, MemoryError])
def test_an_exception_in_a_rule_leaves_no_gradient_half_written(own_primitives, error):
    def broken(out):
        raise error("stop")

    @elementwise(dx=broken, samples=())
    def exploding(x, /):
        """The exponential, whose rule fails."""

    ug.get_backend().xp.exploding = numpy.exp
    x, w = leaf([3.0, 4.0]), leaf([1.0, 2.0])
    np.sum(w * x).backward()
    loss = np.sum(exploding(x)) + np.sum(w * 5.0)  # w's cotangent arrives before the rule fails
    with pytest.raises(error):
        loss.backward()
    assert w.grad.tolist() == [3.0, 4.0]
    assert x.grad.tolist() == [1.0, 2.0]
    assert ug.is_recording()
    np.sum(w * x).backward()
    assert w.grad.tolist() == [6.0, 8.0]


def test_an_exception_in_a_kernel_leaves_recording_as_it_was():
    x = leaf([1.0, 2.0])
    with pytest.raises(ShapeError) as caught:
        x + leaf([1.0, 2.0, 3.0])
    assert str(caught.value) == "'add' cannot broadcast the shapes (2,) and (3,) together"
    assert ug.is_recording()
    np.sum(x).backward()
    assert x.grad.tolist() == [1.0, 1.0]
