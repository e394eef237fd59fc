"""`ug.step`: the reverse sweep as an iterator, and as a stepper in a terminal."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

import unigrad as ug
import unigrad.numpy as np


def array(values):
    return np.asarray(values, dtype="float64").attach_grad()


def told(stepper, *commands):
    """What the terminal shows when it is given these commands."""
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    lines = iter(commands)

    def read():
        line = next(lines, None)
        if line is None:
            raise EOFError
        return line

    stepper.interact(read, console)
    return console.file.getvalue()


def test_each_step_has_the_cotangent_and_the_contributions():
    x = array(3.0)
    steps = list(ug.step(x * x + x))
    assert [(step.number, step.name, step.g.item()) for step in steps] == [(1, "add", 1.0), (2, "multiply", 1.0)]
    assert [[(c.argument, c.part.item(), c.total.item()) for c in step.contributions] for step in steps] == [
        [("x1", 1.0, 1.0), ("x2", 1.0, 1.0)],
        [("x1", 3.0, 4.0), ("x2", 3.0, 7.0)],
    ]
    assert steps[1].contributions[0].parent is x.node


def test_the_sums_are_the_gradients_of_the_library():
    f = lambda x, w: np.sum(np.tanh(x @ w) ** 2)
    x, w = array([[0.5, -1.0], [2.0, 0.3]]), array([[0.1], [0.7]])
    stepper = ug.step(f(x, w))
    for _ in stepper:
        pass
    dx, dw = ug.grad(f, (0, 1))(x.detach(), w.detach())
    assert stepper.cotangents[x.node].tolist() == dx.tolist()
    assert stepper.cotangents[w.node].tolist() == dw.tolist()


def test_nothing_is_freed_and_the_sweep_is_lazy():
    x = array(3.0)
    y = np.sin(x * x)
    stepper = ug.step(y)
    assert next(stepper).name == "sin"
    assert stepper.current.name == "sin"
    assert x.node not in stepper.cotangents
    y.backward()
    assert x.grad.item() == pytest.approx(6.0 * np.cos(np.asarray(9.0, dtype="float64")).item())


def test_until_a_node_by_its_primitive_its_name_or_its_number():
    x = array(3.0)
    u = x * x
    y = np.exp(np.sin(u))
    assert ug.step(y).until_node("sin").name == "sin"
    assert ug.step(y).until_node("u").node is u.node
    assert ug.step(y).until_node(str(u.node.id)).node is u.node
    assert ug.step(y).until_node("cos") is None
    assert ug.step(y).until(lambda step: step.g.item() < 0).name == "multiply"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_until_a_nan():
    x = array([0.0, 1.0])
    stepper = ug.step(np.sum(np.sqrt(x * 0.0) + x))
    step = stepper.until_not_finite()
    assert step.name == "sqrt"
    assert np.isinf(step.contributions[0].part).all()


def test_weights_and_several_outputs():
    x = array([1.0, 2.0])
    (step,) = ug.step(x * x, [1.0, 10.0])
    assert step.contributions[1].total.tolist() == [2.0, 40.0]
    assert [step.name for step in ug.step([x * 2.0, np.sin(x)])] == ["sin", "multiply"]


def test_bad_input_is_refused_in_words():
    x = array(1.0)
    with pytest.raises(ug.NotRecorded, match="step: this Tensor was not recorded"):
        next(ug.step(np.asarray(1.0)))
    with pytest.raises(ug.ArgumentError, match="step needs a Tensor, not a 'float'"):
        next(ug.step(1.0))
    y = np.sin(x)
    y.backward()
    with pytest.raises(ug.GraphFreed, match="this graph has been swept already"):
        next(ug.step(y))
    with pytest.raises(ug.ArgumentError, match="step: there are 2 outputs and 1 weights; give one for each output"):
        next(ug.step([x, x], [1.0]))


def test_the_terminal_shows_each_step_and_the_end():
    x = array(3.0)
    y = np.sin(x * x)
    shown = told(ug.step(y), "n", "", "n")
    assert "step 1: y" in shown
    assert "g · cos(x)" in shown
    assert "x as x1" in shown
    assert "the sweep has come to its end" in shown
    assert shown.index("step 1") < shown.index("step 2: multiply")


def test_the_terminal_looks_at_cotangents():
    x = array([3.0, 4.0])
    y = np.sum(x * x)
    shown = told(ug.step(y), "g", "n 2", "g", "g x", "g nowhere", "s")
    assert "no step has been made yet" in shown
    assert "[1. 1.]" in shown
    assert "[6. 8.]" in shown
    assert "nothing has arrived at 'nowhere' yet" in shown


def test_the_terminal_goes_until_a_node_or_a_nan():
    x = array(3.0)
    y = np.exp(np.sin(x * x))
    assert "step 3: multiply" in told(ug.step(y), "u multiply")
    assert "the sweep has come to its end" in told(ug.step(y), "nan")
    assert "the sweep has come to its end" in told(ug.step(y), "u nothing")


def test_the_terminal_helps_and_quits():
    x = array(3.0)
    y = np.sin(x)
    assert "on until NODE" in told(ug.step(y), "h")
    shown = told(ug.step(y), "dance", "n many", "q", "n")
    assert "there is no command 'dance'" in shown
    assert "n takes a number of steps, not 'many'" in shown
    assert "step 1" not in shown


def test_the_terminal_says_why_a_sweep_ends():
    x = array(3.0)
    y = np.sin(x)
    y.backward()
    assert "the sweep ends here: GraphFreed: this graph has been swept already" in told(ug.step(y), "n")
    assert "the sweep ends here: NotRecorded" in told(ug.step(np.asarray(1.0)), "n")


def test_markup_in_names_is_shown_as_it_is():
    x = array(3.0)
    assert "[bold]x[/] as x" in told(ug.step(np.sin(x), names={"[bold]x[/]": x}), "n")
