"""The dialect of torch beside torch itself: the same text, on every backend: values, shapes, dtypes, errors, printed form."""

from __future__ import annotations

import importlib.util
import math
import re
import sys
import types
import warnings

import numpy
import pytest

import unigrad as ug
from unigrad.dialects import torch as dialect

torch = pytest.importorskip("torch", reason="torch is not installed: there is nothing to compare with")

_spec = importlib.util.spec_from_file_location(
    "torch_programs", __file__.replace("test_torch_side_by_side", "torch_programs")
)
programs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(programs)

BACKENDS = ["numpy", "torch", "jax"]


@pytest.fixture(params=BACKENDS)
def backend(request):
    if importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


def names(namespace):
    return {
        "__name__": "lesson",
        "torch": namespace,
        "numpy": numpy,
        "x": namespace.tensor([1.0, 2.0, 3.0]),
        "i": namespace.arange(3),
        "m": namespace.tensor([[1.0, 2.0, 3.0], [6.0, 5.0, 4.0]]),
        "b": namespace.arange(24.0).reshape(2, 3, 4)[:, :, :3],
        "s": namespace.tensor([[4.0, 1.0], [1.0, 3.0]]),
    }


BUILT_IN = [TypeError, IndexError, ValueError, AttributeError, RuntimeError, AssertionError]


def outcome(call):
    """What came of it: ("value", …) in plain Python, or ("error", the built-in type)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return "value", plain(call())
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return "error", error


def plain(value):
    if hasattr(value, "requires_grad"):
        array = numpy.asarray(value.detach().tolist())
        return "tensor", str(value.dtype), tuple(value.shape), array, value.requires_grad
    if type(value).__name__ == "Size" or not isinstance(value, (tuple, list, dict)):
        return value if isinstance(value, (bool, int, float, str, type(None))) else repr(value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value]


def alike(one, two):
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return len(one) == len(two) and all(map(alike, one, two))
    if isinstance(one, numpy.ndarray):
        return one.shape == two.shape and numpy.allclose(one, two, rtol=2e-5, atol=2e-6, equal_nan=True)
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(alike(one[key], two[key]) for key in one)
    if isinstance(one, float) and isinstance(two, float):
        return math.isclose(one, two, rel_tol=2e-5, abs_tol=2e-6) or (math.isnan(one) and math.isnan(two))
    return one == two


def compared(theirs, ours):
    assert ours[0] == theirs[0], f"torch: {theirs}, unigrad: {ours}"
    if theirs[0] == "value":
        assert alike(theirs[1], ours[1]), f"torch: {theirs[1]}, unigrad: {ours[1]}"
        return
    kind = next(each for each in BUILT_IN if isinstance(theirs[1], each))
    assert isinstance(ours[1], kind), f"torch: {theirs[1]!r}, unigrad: {ours[1]!r}"
    assert isinstance(ours[1], ug.UnigradError), f"not an error of unigrad's: {ours[1]!r}"


@pytest.mark.parametrize("text", programs.EXPRESSIONS)
def test_expressions(backend, text):
    compared(outcome(lambda: eval(text, names(torch))), outcome(lambda: eval(text, names(dialect))))


@pytest.mark.parametrize("text", programs.PRINTED)
def test_printed_form(backend, text):
    assert printed(eval(text, names(dialect))) == printed(eval(text, names(torch)))


def printed(value):
    """With one name for all matrix products, and for views."""
    text = repr(value)
    return re.sub(r"(UnsafeView|Mm|Permute|T|View|Reshape|Clone)Backward0", "MovedBackward0", text)


@pytest.mark.parametrize("text", programs.PROGRAMS)
def test_programs(backend, text, monkeypatch):
    def run(namespace):
        scope = names(namespace)
        exec(text, scope)
        return scope.get("result")

    theirs = outcome(lambda: run(torch))
    for name in ("torch", "torch.distributions", "torch.distributions.multinomial"):
        module = dialect
        for part in name.split(".")[1:]:
            module = getattr(module, part)
        assert isinstance(module, types.ModuleType)
        monkeypatch.setitem(sys.modules, name, module)
    ours = outcome(lambda: run(dialect))
    monkeypatch.undo()
    compared(theirs, ours)
