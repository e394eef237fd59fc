"""Loops: each function in one against NumPy's own, and programs with chains and without."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.transforms.compiling import fused
from unigrad.virtual.straight_line import straight_line

pytest.importorskip("numba")
pytestmark = pytest.mark.filterwarnings("ignore:(invalid value|divide by zero|overflow):RuntimeWarning")
forms = ug.get_backend().xp.scalar_forms() if ug.get_backend().name == "numpy" else {}
NUMBERS = numpy.array([-numpy.inf, -2.5, -1.0, -0.0, 0.0, 0.3, 1.0, 2.5, numpy.inf, numpy.nan])


def in_a_loop(f: Any, *arrays: Any) -> tuple[Any, ...]:
    """The results of `f` by a program with loops; there has to be one."""
    tensors = [ug.asarray(array) for array in arrays]
    xp = tensors[0].xp
    program = fused(ug.jit(f).lower(*tensors).program, xp)
    assert program is not None and any(each.function for each in program.instructions)
    return straight_line(program, xp)(*[tensor.raw for tensor in tensors])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", sorted(forms))
def test_each_function_in_a_loop(name: str, dtype: str) -> None:
    count = forms[name].count("{}") or len({each for each in "012" if f"{{{each}}}" in forms[name]})
    x, y = (each.ravel().astype(dtype) for each in numpy.meshgrid(NUMBERS, NUMBERS))
    given = [x, y] if count == 2 else [x]
    function = getattr(np, name)

    def chain(*arrays: Any) -> Any:
        if name == "where":
            return np.where(arrays[0] > 0, arrays[0] * 2.0, -arrays[0]) + 1.0
        out = function(*[array * 1.5 for array in arrays])
        return np.where(out, arrays[0] * 3.0, -arrays[0]) if str(out.dtype) == "bool" else out * 1.25 + arrays[0]

    (got,) = in_a_loop(chain, *given)
    want = chain(*[ug.asarray(each) for each in given]).numpy()
    assert got.dtype == want.dtype
    numpy.testing.assert_allclose(got, want, rtol=4 * numpy.finfo(dtype).eps, atol=0)


def test_several_outputs_numbers_and_views() -> None:
    def f(x: Any, scale: Any) -> Any:
        a = np.sin(x) * scale + 0.5
        b = a * a - x
        return a, b.T, (b / a).sum()

    x, scale = numpy.arange(6.0).reshape(2, 3), numpy.asarray(0.3)
    for got, want in zip(in_a_loop(f, x.T, scale), f(ug.asarray(x.T), ug.asarray(scale)), strict=True):
        numpy.testing.assert_allclose(got, want.numpy(), rtol=1e-14)


def test_jit_takes_the_faster_of_both() -> None:
    f = lambda x: (np.sin(x * 2.0 + 1.0) * x).sum()
    x = ug.asarray(numpy.linspace(0, 1, 5))
    numpy.testing.assert_allclose(ug.jit(f)(x).numpy(), f(x).numpy(), rtol=1e-14)
    numpy.testing.assert_allclose(ug.jit(ug.grad(f))(x).numpy(), ug.grad(f)(x).numpy(), rtol=1e-14)


def test_the_hyperbolic_tangent_in_float32_is_worth_a_loop_of_its_own() -> None:
    near, far = numpy.geomspace(1e-30, 30.0, 200_001), numpy.linspace(-10.0, 10.0, 200_001)
    x = numpy.concatenate([near, -near, far, [0.0, -0.0, numpy.inf, -numpy.inf, numpy.nan]]).astype("float32")
    (got,) = in_a_loop(np.tanh, x)
    want = numpy.tanh(x.astype("float64"))
    assert got.dtype == "float32"
    numpy.testing.assert_allclose(got, want, rtol=4 * numpy.finfo("float32").eps, atol=0)
    assert (numpy.signbit(got) == numpy.signbit(x)).all()
    assert fused(ug.jit(np.tanh).lower(ug.asarray(x.astype("float64"))).program, ug.asarray(x).xp) is None
