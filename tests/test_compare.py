"""compare: one program on two libraries in lock-step: they agree, or the first difference is named with all that belongs to it."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import inspect
import pathlib
import re
import sys
import types

import numpy
import pytest
from click.testing import CliRunner

import unigrad as ug
import unigrad.numpy as np
from unigrad import plugins
from unigrad.backend import Backend
from unigrad.cli import main
from unigrad.errors import ArgumentError, BackendUnavailable
from unigrad.recorder import call

OTHERS = [name for name in ("torch", "jax") if importlib.util.find_spec(name)]
RANDOM = numpy.random.default_rng(3)
W, X = RANDOM.normal(size=(3, 4)), RANDOM.normal(size=(5, 3))


def network(w, x):
    h = np.tanh(x @ w)
    y = np.where(h > 0, h, 0.1 * h)
    return np.sum(np.log(1 + np.exp(y)) ** 2)


def network_by_hand(w, x):
    h = numpy.tanh(x @ w)
    y = numpy.where(h > 0, h, 0.1 * h)
    g = 2 * numpy.log(1 + numpy.exp(y)) * numpy.exp(y) / (1 + numpy.exp(y))
    g = g * numpy.where(h > 0, 1.0, 0.1) * (1 - h * h)
    return numpy.sum(numpy.log(1 + numpy.exp(y)) ** 2), x.T @ g, g @ w.T


def twin(monkeypatch, **kernels):
    """A second backend that is NumPy too, but for some kernels."""
    module = types.ModuleType("twin_kernels")
    for name, member in vars(importlib.import_module("unigrad_numpy.kernels")).items():
        if not name.startswith("_"):
            setattr(module, name, member)
    for name, kernel in kernels.items():
        setattr(module, name, kernel)
    monkeypatch.setitem(sys.modules, "twin_kernels", module)
    return Backend("twin", array_module="numpy", kernels="twin_kernels", requires="numpy", owns=(), spelling="numpy")


def line_of(function, text):
    lines, start = inspect.getsourcelines(function)
    return start + next(i for i, line in enumerate(lines) if text in line)


def test_libraries_that_compute_the_same_agree(monkeypatch):
    result = ug.compare(network, W, X, backends=["numpy", twin(monkeypatch)])
    assert result
    assert result.difference is None
    value, by_w, by_x = network_by_hand(W, X)
    for name in ("numpy", "twin"):
        assert result.values[name] == pytest.approx(value)
        assert result.gradients[name][0] == pytest.approx(by_w)
        assert result.gradients[name][1] == pytest.approx(by_x)
    assert result.inputs == ("argument 0", "argument 1")
    assert "network on numpy" in str(result)
    assert str(result).splitlines()[0].endswith("agrees")


@pytest.mark.parametrize("other", OTHERS)
def test_every_library_agrees_with_numpy_and_with_its_own_gradients(other):
    result = ug.compare(network, W, X, backends=["numpy", other])
    assert result, str(result)
    own = {check.backend: check for check in result.own}
    assert own["numpy"].reason == "its library differentiates nothing itself"
    assert [gap.input for gap in own[other].gaps] == ["argument 0", "argument 1"]
    for gap, want in zip(own[other].gaps, network_by_hand(W, X)[1:], strict=True):
        assert gap.theirs == pytest.approx(want)
        assert gap.error < 1e-12


def test_a_wrong_kernel_is_named_with_both_values_and_the_line(monkeypatch):
    def tanh(x):
        out = numpy.tanh(x)
        out[0, 1] += 1e-3
        return out

    result = ug.compare(network, W, X, backends=["numpy", twin(monkeypatch, tanh=tanh)])
    assert not result
    found = result.difference
    assert (found.kind, found.operation, found.direction, found.inherited) == ("value", "tanh", "", False)
    assert found.backends == ("numpy", "twin")
    assert found.values[0] == pytest.approx(numpy.tanh(X @ W), rel=1e-14)
    assert found.values[1][0, 1] - found.values[0][0, 1] == pytest.approx(1e-3)
    assert found.entry == (0, 1)
    assert found.operands[0] == pytest.approx(X @ W)
    assert (found.place.file, found.place.line) == (__file__, line_of(network, "tanh"))
    assert found.place.text == "h = np.tanh(x @ w)"
    text = str(result)
    assert "The first difference: the value of 'tanh'" in text
    assert "h = np.tanh(x @ w)" in text


def squared_sine(x):
    y = np.sin(x)
    return np.sum(y * y)


def test_a_wrong_cotangent_is_named_with_its_rule_and_the_line_that_recorded_it(monkeypatch):
    other = twin(monkeypatch, cos=lambda x: 1.001 * numpy.cos(x))
    found = ug.compare(squared_sine, X, backends=["numpy", other]).difference
    assert (found.direction, found.primitive, found.argument, found.operation) == ("pull", "sin", "x", "cos")
    assert found.rule == "dx=lambda xp, x: xp.cos(x)"
    assert (found.place.file, found.place.line) == (__file__, line_of(squared_sine, "np.sin"))
    assert found.error == pytest.approx(1e-3, rel=1e-2)


def test_a_wrong_rule_inside_a_gradient_of_the_program_s_own_is_named(monkeypatch):
    other = twin(monkeypatch, cos=lambda x: 1.001 * numpy.cos(x))
    result = ug.compare(lambda x: ug.hessian(squared_sine)(x), X[0], backends=["numpy", other])
    assert (result.difference.primitive, result.difference.operation) == ("sin", "cos")
    assert result.difference.place.line == line_of(squared_sine, "np.sin")


def test_an_exception_of_one_library_is_a_difference_and_the_run_goes_on(monkeypatch):
    def cos(x):
        raise RuntimeError("no cosine today")

    result = ug.compare(squared_sine, X, backends=["numpy", twin(monkeypatch, cos=cos)])
    assert result.difference.kind == "error"
    assert result.difference.values[1] == "RuntimeError: no cosine today"
    assert result.gradients["numpy"][0] == pytest.approx(numpy.sin(2 * X))
    assert "one of them raises an error" in str(result)


def test_an_exception_of_the_first_library_alone_ends_the_run(monkeypatch):
    def cos(x):
        raise RuntimeError("no cosine today")

    result = ug.compare(squared_sine, X, backends=[twin(monkeypatch, cos=cos), "numpy"])
    assert result.difference.values[0] == "RuntimeError: no cosine today"
    assert result.difference.values[1] == pytest.approx(numpy.cos(X))
    assert result.ended.startswith("RuntimeError: no cosine today")
    assert "The program ended early" in str(result)


def test_an_exception_of_all_is_the_program_s_own(monkeypatch):
    with pytest.raises(ug.ShapeError, match="^'add' cannot broadcast the shapes"):
        ug.compare(lambda x: x + np.ones(7), X, backends=["numpy", twin(monkeypatch)])


def test_other_shapes_and_dtypes_are_differences(monkeypatch):
    flat = twin(monkeypatch, exp=lambda x: numpy.exp(x).ravel())
    assert ug.compare(np.exp, X, backends=["numpy", flat]).difference.kind == "shape"
    single = twin(monkeypatch, exp=lambda x: numpy.exp(x).astype("float32"))
    result = ug.compare(np.exp, X, backends=["numpy", single])
    assert result.difference.kind == "dtype"
    assert "the dtypes differ" in str(result)


def test_rounding_that_a_step_makes_large_is_told_from_a_wrong_kernel(monkeypatch):
    def exp(x):
        return numpy.exp(x) * (1 + 4e-16)

    def cancelled(x):
        return np.sum((np.exp(x) - numpy.exp(X)) * 1e9)

    found = ug.compare(cancelled, X, backends=["numpy", twin(monkeypatch, exp=exp)], own=False).difference
    assert found.operation in ("subtract", "multiply")
    assert found.inherited


def test_tolerances_are_the_caller_s_to_set(monkeypatch):
    other = twin(monkeypatch, exp=lambda x: numpy.exp(x) * (1 + 1e-6))
    assert ug.compare(lambda x: np.exp(x), X, backends=["numpy", other], rtol=1e-5)
    assert not ug.compare(lambda x: np.exp(x), X, backends=["numpy", other])
    assert ug.compare(lambda x: np.exp(x), X.astype("float32"), backends=["numpy", other])


@pytest.mark.parametrize("other", OTHERS)
def test_a_rule_of_unigrad_s_that_is_not_the_engine_s_is_named(other, monkeypatch):
    card = ug.REGISTRY["cosh"]
    wrong = dataclasses.replace(card, rules={"x": lambda xp, x: 1.01 * xp.sinh(x)}, pulls={})
    monkeypatch.setitem(ug.REGISTRY, "cosh", wrong)

    def program(x):
        y = np.asarray(x) * 2.0
        return np.sum(call(wrong, (y,), {}))

    result = ug.compare(program, X, backends=["numpy", other])
    assert result.difference is None  # both run the same wrong rule
    assert not result
    check = next(each for each in result.own if each.backend == other)
    assert check.gaps[0].theirs == pytest.approx(2 * numpy.sinh(2 * X))
    assert (check.fault.primitive, check.fault.argument) == ("cosh", "x")
    assert check.fault.theirs == pytest.approx(numpy.sinh(2 * X))
    assert check.fault.ours == pytest.approx(1.01 * numpy.sinh(2 * X))
    assert check.fault.place.line == line_of(program, "call(")
    assert "The first rule that differs: the pull of 'cosh' with respect to 'x'" in str(result)


def test_programs_without_arguments_are_compared_by_what_they_make(monkeypatch):
    def training():
        w = np.array([1.0, 2.0]).attach_grad()
        for _ in range(3):
            loss = np.sum(np.exp(w) ** 2)
            loss.backward()
            with ug.pause():
                w -= 0.01 * w.grad
            w.grad[:] = 0.0
        return loss

    assert ug.compare(training, backends=["numpy", twin(monkeypatch)])
    wrong = ug.compare(training, backends=["numpy", twin(monkeypatch, exp=lambda x: numpy.exp(x) * 1.01)])
    assert wrong.difference.operation == "exp"
    assert wrong.difference.place.function == "training"


def test_what_a_program_draws_at_random_is_the_same_on_both(monkeypatch):
    assert ug.compare(
        lambda x: np.sum(x * np.random.normal(size=3)), numpy.ones(3), backends=["numpy", twin(monkeypatch)]
    )


@pytest.mark.parametrize("other", OTHERS)
def test_a_program_that_draws_anew_is_not_blamed_on_the_rules(other):
    result = ug.compare(lambda x: np.sum(x * np.random.normal(size=3)), numpy.ones(3), backends=["numpy", other])
    assert result
    assert result.own[1].reason == "by itself the program gives other values; seed what it draws at random"


@pytest.mark.parametrize("other", OTHERS)
def test_where_detach_ends_a_gradient_the_engine_goes_on(other):
    result = ug.compare(lambda x: np.sum(x * np.exp(x).detach()), X, backends=["numpy", other])
    assert result
    assert result.own[1].gaps[0].ours == pytest.approx(numpy.exp(X))
    assert result.own[1].gaps[0].theirs == pytest.approx((1 + X) * numpy.exp(X))
    assert result.own[1].reason.startswith("its library goes on where detach() or pause() ends unigrad's")


@pytest.mark.parametrize("other", OTHERS)
def test_a_custom_rule_that_is_wrong_is_no_card_s_fault(other):
    def program(x):
        (y,) = ug.custom_rule((np.exp(x).detach(),), [x], lambda g: (1.5 * g,), "mine")
        return np.sum(y)

    result = ug.compare(program, X, backends=["numpy", other])
    assert not result
    assert result.own[1].fault is None
    assert result.own[1].unchecked == ("mine",)
    assert "No rule by itself differs, but these cannot be compared: mine" in str(result)


def test_maps_and_containers_go_through(monkeypatch):
    def program(p, y):
        return {"slopes": ug.vmap(ug.grad(lambda x: np.sum(np.sin(x) ** 3)))(p["x"]), "y": y[np.argsort(y)]}

    result = ug.compare(program, {"x": X}, numpy.array([3.0, 1.0, 2.0]), backends=["numpy", twin(monkeypatch)])
    assert result
    assert result.inputs == ("argument 0['x']", "argument 1")
    assert result.values["twin"]["slopes"] == pytest.approx(3 * numpy.sin(X) ** 2 * numpy.cos(X))


def test_a_tensor_from_outside_goes_along_and_keeps_its_gradient(monkeypatch):
    w = np.asarray(W)
    assert ug.compare(lambda x: np.sum(x @ w), X, backends=["numpy", twin(monkeypatch)])
    leaf = np.asarray(W).attach_grad()
    assert ug.compare(lambda x: np.sum(x @ leaf), X, backends=["numpy", twin(monkeypatch)])
    assert leaf.grad.numpy() == pytest.approx(numpy.zeros_like(W))


def test_signs_of_eigenvectors_are_no_difference(monkeypatch):
    native = plugins.backend("numpy").xp.eigh_packed

    def eigh_packed(x):
        packed = numpy.array(native(x))
        packed[1:, 0] *= -1
        return packed

    a = W.T @ W + numpy.diag([1.0, 2.0, 3.0, 4.0])
    result = ug.compare(
        lambda a: np.linalg.eigh(a)[1], a, backends=["numpy", twin(monkeypatch, eigh_packed=eigh_packed)]
    )
    assert result, str(result)


def test_too_few_backends_are_refused_with_the_command_that_installs_one(monkeypatch):
    nope = Backend("nope", array_module="no_such", requires="no_such", owns=(), extra="nope")
    numpy_only = {"numpy": plugins.backend("numpy"), "nope": nope}
    monkeypatch.setattr(plugins, "backends", lambda: numpy_only)
    with pytest.raises(
        BackendUnavailable,
        match=r"^compare needs two backends, and here is one, 'numpy'; try: pip install 'unigrad\[nope\]'$",
    ):
        ug.compare(network, W, X)
    with pytest.raises(
        ArgumentError, match=r"^compare needs two backends or more, or one that differentiates itself; got \['numpy'\]$"
    ):
        ug.compare(network, W, X, backends=["numpy"])
    with pytest.raises(
        ArgumentError, match=r"^compare takes backends as a list of names, \['numpy', 'torch'\]; got 'numpy'$"
    ):
        ug.compare(network, W, X, backends="numpy")
    with pytest.raises(ArgumentError, match=r"^compare takes each backend once; got \['numpy', 'numpy'\]$"):
        ug.compare(network, W, X, backends=["numpy", "numpy"])


def test_it_runs_around_a_map_and_not_within(monkeypatch):
    other = twin(monkeypatch)
    with pytest.raises(ArgumentError, match="^compare needs arguments with values; it cannot be traced or mapped$"):
        ug.vmap(lambda x: ug.compare(np.exp, x, backends=["numpy", other]) and x)(X)


def test_the_page_runs(monkeypatch):
    page = pathlib.Path(__file__).resolve().parent.parent / "docs" / "how-to" / "compare-engines.md"
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 4
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    scope = {"__name__": "page"}
    for block in blocks:
        exec(compile(block, str(page), "exec"), scope)
    assert "the value of 'where'" in str(scope["result"])
    monkeypatch.delitem(sys.modules, "mine")


PROGRAM = """\
import unigrad.numpy as np

DATA = ([[1.0, 2.0], [3.0, 4.0]],)


def alone():
    return np.sum(np.exp(np.ones((2, 2))))


def of(x):
    return np.sum(np.exp(np.asarray(x)))
"""


@pytest.mark.skipif(not OTHERS, reason="it takes two backends that are installed: pip install 'unigrad[torch]'")
def test_the_command_compares_a_function_of_a_program(tmp_path, monkeypatch):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    both = ["--backend", "numpy", "--backend", OTHERS[0]]

    def run(*arguments):
        return CliRunner().invoke(main, ["compare", *both, *arguments])

    result = run(f"{path}:alone")
    assert result.exit_code == 0, result.output
    assert "alone on numpy" in result.output
    assert run(f"{path}:of", "--args", "DATA").exit_code == 0
    missing = run(f"{path}:of")
    assert missing.exit_code == 2
    assert "of(x) takes arguments; name the program's tuple of them with --args" in missing.output
    assert "has no 'other'; its functions: alone, of" in run(f"{path}:other").output
    assert "give a file and a function in it, as program.py:function" in run(str(path)).output
    assert "there is no file" in run(f"{path}x.py:f").output
    monkeypatch.setattr(plugins.backend(OTHERS[0]).xp, "exp", lambda x: x)
    wrong = run(f"{path}:alone")
    assert wrong.exit_code == 1
    assert "The first difference: the value of 'exp'" in wrong.output
    assert "program.py, line 7" in wrong.output
