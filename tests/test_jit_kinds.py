"""jit: what tells the program of one call from that of another, and what a program may keep of its arguments."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import NonFiniteValue, NotRecorded, TraceError


def jit(f: Any, **options: Any) -> Any:
    """`ug.jit` in a straight line, which needs no compiler."""
    return ug.jit(f, compile=False, **options)


def test_static_values_that_are_equal_but_of_different_classes_have_programs_of_their_own(backend: str) -> None:
    f = jit(lambda x, n: x * 2 if n is True else x * 3 if isinstance(n, float) else x, static_argnums=1)
    x = ug.array([1.0, 2.0])
    assert [f(x, n).tolist() for n in (1, True, 1.0)] == [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    assert [f(x, n=n).tolist() for n in (True, 1)] == [[2.0, 4.0], [1.0, 2.0]]


@pytest.mark.parametrize(
    ("asked", "scope"),
    [(ug.is_training, ug.train_mode), (lambda: not ug.is_recording(), ug.pause)],
    ids=["training", "recording"],
)
def test_a_program_belongs_to_the_flags_that_it_was_written_under(backend: str, asked: Any, scope: Any) -> None:
    f = jit(lambda x: x * 2 if asked() else x)
    x = ug.array([1.0, 2.0])
    for _ in range(3):  # the third call takes the shortcut
        assert f(x).tolist() == [1.0, 2.0]
        assert f(x).tolist() == [1.0, 2.0]
        with scope():
            assert f(x).tolist() == [2.0, 4.0]


@pytest.mark.parametrize("transform", [jit, ug.vmap], ids=["jit", "vmap"])
def test_a_buffer_that_is_changed_before_the_sweep_changes_no_gradient(backend: str, transform: Any) -> None:
    buffer = numpy.array([1.0, 2.0, 3.0])
    given: Any = buffer
    if backend == "torch":
        import torch

        given = torch.from_numpy(buffer)
    x = np.ones(3).attach_grad()
    y = np.sum(transform(lambda x, z: x * z)(x, given))
    buffer[:] = 50.0
    y.backward()
    assert x.grad.tolist() == [1.0, 2.0, 3.0]


def test_in_an_inference_mode_what_depends_on_something_tracked_is_marked_and_nothing_else(backend: str) -> None:
    x, y = ug.array([1.0, 2.0]).attach_grad(), ug.array([1.0, 1.0])
    f = jit(lambda x: (x * x, np.ones(2)))
    for _ in range(2):
        with ug.inference_mode():
            squares, ones = f(x)
            constant, _ = f(y)
        with pytest.raises(NotRecorded, match="inference_mode"):
            np.sum(squares * x).backward()
        np.sum(ones * constant * x).backward()
    assert x.grad.tolist() == [2.0, 2.0]
    captured = jit(lambda y: x * y)
    for _ in range(2):
        with ug.inference_mode():
            product = captured(y)
        with pytest.raises(NotRecorded, match="inference_mode"):
            np.sum(product * x).backward()


def test_a_pullback_and_a_linear_function_are_functions_like_any_other(backend: str) -> None:
    x = ug.array([1.0, 2.0])
    _, pullback = ug.vjp(lambda x: x**3, x)
    _, push = ug.linearize(lambda x: x**3, x)
    for _ in range(2):
        assert jit(pullback)(x)[0].tolist() == [3.0, 24.0]
        assert jit(push)(x).tolist() == [3.0, 24.0]


def test_a_tensor_that_has_escaped_is_refused_in_another_program_and_beside_other_tensors(backend: str) -> None:
    kept: list[Any] = []
    x = ug.array([1.0, 2.0])
    jit(lambda x: kept.append(x * 2) or x)(x)
    for use in (lambda: jit(lambda x: x + kept[0])(x), lambda: x + kept[0], lambda: np.sum(kept[0])):
        with pytest.raises(TraceError, match="has escaped"):
            use()
    kept.clear()
    ug.eval_shape(lambda x: kept.append(x * 2) or x, x)
    with pytest.raises(ug.ArgumentError, match="eval_shape or cost, and has escaped"):
        x + kept[0]


def test_debug_looks_into_functions_whose_programs_are_written_already(backend: str) -> None:
    f = jit(lambda x: np.log(x))
    x = ug.array([1.0, 2.0])
    f(x)
    f(x)
    with pytest.raises(NonFiniteValue, match="'log' gave NaN"), ug.debug(), numpy.errstate(all="ignore"):
        f(-x)
    assert f(x).tolist() == np.log(x).tolist()


def test_why_looks_into_jitted_functions(backend: str) -> None:
    f = jit(lambda x: np.sum(np.round(x)))
    f(ug.array([1.0, 2.0]))
    assert "'round' has the derivative zero" in str(ug.why(f, ug.array([1.0, 2.0])))


def test_what_a_program_knows_beforehand_is_not_packed(backend: str) -> None:
    c = numpy.array([1.0, 2.0, 3.0])
    f = lambda x: np.sum(np.sin(x) * c)
    x = ug.array([1.0, 2.0, 3.0])
    with ug.saved_hooks(lambda x: x.numpy().copy(), np.asarray):
        slopes, curvatures = jit(ug.grad(f))(x), jit(ug.hessian(f))(x)
    numpy.testing.assert_allclose(slopes.numpy(), c * numpy.cos(c))
    numpy.testing.assert_allclose(curvatures.numpy(), numpy.diag(-c * numpy.sin(c)), atol=1e-15)
