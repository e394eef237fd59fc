"""Observers: told of every call and every node in their scope, and nothing outside; lines of the user's program."""

from __future__ import annotations

import contextvars
import threading

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.observing import FAST, ObservedNode, Observer, entry, observed, observers, place_of
from unigrad.places import Place, here

X = numpy.asarray([1.0, 2.0])


class Log(Observer):
    """What it was told, in order."""

    def __init__(self):
        self.calls = []
        self.nodes = []
        self.sweeps = []

    def called(self, card, operands, options, result):
        self.calls.append((card.name, len(operands), result.node is not None))

    def changed(self, name, x, result):
        self.calls.append((name, 1, result.node is not None))

    def left(self, name, x):
        self.calls.append((name, 1, None))

    def recorded(self, node):
        self.nodes.append(node.pull.name)

    def pulled(self, node, g, parts):
        self.sweeps.append((node.pull.name, len(parts)))

    def pushed(self, node, given, t):
        self.sweeps.append((node.pull.name, len(given)))


def test_calls_on_tracked_and_untracked_tensors_and_what_is_no_primitive():
    x, constant, log = np.asarray(X).attach_grad(), np.asarray(X), Log()
    with observed(log):
        y = x * constant
        constant + 1.0
        np.sum(y.detach(), axis=0)
        y.astype("float32")
        y.astype("int64")
        float(y[0])
        y.numpy()
    assert log.calls == [
        ("multiply", 2, True),
        ("add", 2, False),
        ("stop_gradient", 1, False),
        ("sum", 1, False),
        ("astype", 1, True),
        ("astype", 1, False),
        ("getitem", 1, True),
        ("float()", 1, None),
        ("numpy()", 1, None),
    ]
    assert log.nodes == ["multiply", "astype", "getitem"]


def test_steps_of_both_sweeps():
    log = Log()
    with observed(log):
        ug.grad(lambda x: np.sum(np.sin(x)))(X)
    assert log.sweeps == [("sum", 1), ("sin", 1)]
    again = Log()
    with observed(again):
        ug.jvp(lambda x: np.sum(np.sin(x)), (X,), (X,))
    assert again.sweeps == [("sin", 1), ("sum", 1)]


def test_a_kernel_s_result_may_be_replaced():
    class Sevens(Observer):
        def compute(self, card, arrays, options, kernel):
            return kernel() * 0 + 7.0

    with observed(Sevens()):
        assert np.sin(np.asarray(X)).tolist() == [7.0, 7.0]


def test_scopes_may_close_in_any_order():
    first, second = Log(), Log()
    one, other = observed(first), observed(second)
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    np.asarray(X) * 2.0
    assert (len(first.calls), len(second.calls)) == (0, 1)
    other.__exit__(None, None, None)
    assert observers.get() == ()
    assert np.multiply.__globals__[FAST] is ug.Tensor


def test_the_same_observer_may_be_there_twice():
    log = Log()
    with observed(log):
        with observed(log):
            np.asarray(X) * 2.0
        np.asarray(X) * 2.0
    assert len(log.calls) == 3


def test_a_scope_that_another_context_closes_takes_the_fast_path_back():
    scope = observed(Log())
    context = contextvars.copy_context()
    context.run(scope.__enter__)
    scope.__exit__(None, None, None)
    assert np.multiply.__globals__[FAST] is ug.Tensor


def test_threads_are_not_observed_and_work_meanwhile():
    log, found = Log(), []
    thread = threading.Thread(target=lambda: found.append(ug.grad(lambda x: np.sum(x * x))(X).tolist()))
    with observed(log):
        thread.start()
        thread.join()
    assert found == [[2.0, 4.0]]
    assert log.calls == []


def test_functions_made_or_first_called_meanwhile_are_observed_and_fast_afterwards():
    from unigrad.dialects import torch

    log = Log()
    with observed(log):
        torch.tensor([1.0]).cosh()
    assert ("cosh", 1, False) in log.calls
    before = len(log.calls)
    torch.tensor([1.0]).cosh()
    assert len(log.calls) == before


def test_the_line_is_that_of_the_innermost_frame_outside_unigrad():
    def f(x):
        return np.sin(x)

    x = np.asarray(X).attach_grad()
    with observed(Log()):
        y = f(x)
    assert type(y.node) is ObservedNode
    assert place_of(y.node) is None  # nobody asked for it
    place = here()
    assert (place.file, place.function) == (__file__, "test_the_line_is_that_of_the_innermost_frame_outside_unigrad")
    assert place.text == "place = here()"
    assert str(place) == f"{__file__}, line {place.line}: place = here()"
    assert str(Place("nowhere.py", 3, "f")) == "nowhere.py, line 3"
    assert entry().composition is None


@pytest.mark.parametrize("function", [lambda x: np.nanmean(x), lambda x: x.sum(), lambda x: 2.0 / x])
def test_the_line_through_compositions_methods_and_operators(function):
    with ug.debug():
        y = function(np.asarray(X).attach_grad())
    place = place_of(y.node)
    assert (place.file, place.line) == (__file__, function.__code__.co_firstlineno)
