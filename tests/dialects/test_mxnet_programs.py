"""The dialect of MXNet against MXNet 1.9.1 itself: the same programs, its answers kept in ``mxnet_answers.json``."""

import importlib.util
import json
from pathlib import Path

import numpy
import pytest

HERE = Path(__file__).parent


def _original():
    spec = importlib.util.spec_from_file_location("mxnet_original", HERE / "mxnet_original.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ORIGINAL = _original()
PROGRAMS = ORIGINAL.programs()
ANSWERS = json.loads((HERE / "mxnet_answers.json").read_text())

SHARES, MIXED = "unigrad's convention at ties: equal shares", "MXNet has no division of arrays of unequal dtypes"
DIFFERENT = {
    "out_grad of another shape": "corrected: MXNet reads beyond the buffer",
    "a leaf changed before backward": "corrected: MXNet differentiates at the changed value",
    "a constant changed before backward": "corrected: MXNet differentiates with the changed value",
    "X[1:3]-=X[0:2];X": "corrected: MXNet reads elements that it has already overwritten",
    "second order of a product": "corrected: MXNet has no second order of most functions",
    "second order through a sum": "corrected: MXNet has no second order of most functions",
    "max at a tie": SHARES,
    "maximum at a tie": SHARES,
    "+X": "more: MXNet has no unary plus",
    "np.array([3,2],dtype='bool').argmax()": "more: MXNet has no argmax of booleans",
    "np.array([1,2])==np.array([1,2],dtype='int64')": "more: MXNet compares equal dtypes only",
    "np.exp(np.array([1,2],dtype='int32'))": "integers give float32, as in MXNet 2; MXNet 1.9.1 truncates the result",
    "np.array([1,2],dtype='int32').std()": "integers give float32, as in MXNet 2; MXNet 1.9.1 truncates the result",
    **{name: MIXED for name, want in ANSWERS.items() if name in ORIGINAL.DTYPES and "/" in name and "error" in want},
    **{name: "corrected: in np mode backward() gets arrays of nd" for name in ORIGINAL.FUNCTIONS if ", np, " in name},
    **{name: "corrected: no gradient arrives with 'add'" for name in ORIGINAL.FUNCTIONS if ", nd, add" in name},
    **{
        name: "corrected: after a null input no gradient arrives" for name in ORIGINAL.FUNCTIONS if ", nd, null" in name
    },
}
"""Programs whose answer is another one on purpose, and why."""


@pytest.fixture
def scope():
    import unigrad.dialects.mxnet as mx
    from unigrad.dialects.mxnet import autograd, nd, np, npx

    before = autograd.is_recording(), autograd.is_training(), npx.is_np_array()
    yield {"mx": mx, "onp": numpy, "np": np, "npx": npx, "nd": nd, "autograd": autograd}
    assert (autograd.is_recording(), autograd.is_training(), npx.is_np_array()) == before


def test_every_program_has_an_answer():
    assert list(ANSWERS) == list(PROGRAMS)
    assert set(DIFFERENT) <= set(PROGRAMS)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in DIFFERENT])
def test_program(name, backend, scope):
    same(ORIGINAL.answer(PROGRAMS[name], scope), ANSWERS[name])


@pytest.mark.parametrize("name", DIFFERENT)
def test_difference_is_one(name, backend, scope):
    with pytest.raises(AssertionError):
        same(ORIGINAL.answer(PROGRAMS[name], scope), ANSWERS[name])


def same(got, want):
    """Whether two answers are alike: structure, dtypes and kinds exactly, numbers to float32's accuracy, errors by kind."""
    if isinstance(want, list):
        assert isinstance(got, list), got
        assert len(got) == len(want)
        for mine, theirs in zip(got, want, strict=True):
            same(mine, theirs)
    elif isinstance(want, dict) and "error" in want:
        assert isinstance(got, dict), got
        assert set(want["error"]) <= set(got.get("error", ())), got
    elif isinstance(want, dict):
        assert isinstance(got, dict), got
        assert (got.get("dtype"), got.get("kind")) == (want["dtype"], want["kind"]), got
        numpy.testing.assert_allclose(numpy.array(got["array"]), numpy.array(want["array"]), rtol=2e-5, atol=1e-6)
    else:
        assert got == (pytest.approx(want, rel=2e-5) if isinstance(want, float) else want)
