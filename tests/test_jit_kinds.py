"""jit: what tells the program of one call from that of another, and what a program may keep of its arguments."""

from __future__ import annotations

import gc
import math
import weakref
from typing import Any

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import InPlaceError, NonFiniteValue, NotRecorded, TraceError


def jit(f: Any, **options: Any) -> Any:
    """`ug.jit` in a straight line, which needs no compiler."""
    return ug.jit(f, compile=False, **options)


def test_static_values_that_only_look_equal_have_programs_of_their_own(backend: str) -> None:
    f = jit(lambda x, n: x * 2 if n is True else x * 3 if isinstance(n, float) else x, static_argnums=1)
    x = ug.array([1.0, 2.0])
    assert [f(x, n).tolist() for n in (1, True, 1.0)] == [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]
    assert [f(x, n=n).tolist() for n in (True, 1)] == [[2.0, 4.0], [1.0, 2.0]]
    within = jit(lambda x, n: x * (2 if n[0][0] is True else 3), static_argnums=1)
    assert [within(x, ((n,),)).tolist() for n in (1, True)] == [[3.0, 6.0], [2.0, 4.0]]
    signed = jit(lambda x, n: x * math.copysign(1.0, n), static_argnums=1)
    assert [signed(x, n).tolist() for n in (0.0, -0.0)] == [[1.0, 2.0], [-1.0, -2.0]]


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


@pytest.mark.parametrize(
    ("numbers", "number", "dtype"),
    [
        (("float32", "float64"), 0.1, "float64"),
        (("complex128",), 0.1, "complex128"),
        (("float64",), 0.1j, "complex128"),
        (("float32",), 0.1, "float32"),
        (("float32",), 0.1j, "complex64"),
    ],
)
def test_a_number_keeps_the_digits_of_the_arrays_beside_it(numbers: Any, number: Any, dtype: str) -> None:
    arrays = [np.ones(1, dtype=each) for each in numbers]
    product = jit(lambda *all: all[-1] * all[-2])(*arrays, number)
    assert product.dtype == dtype
    assert product.numpy()[0] == numpy.asarray(number, dtype)


@pytest.mark.parametrize(
    "f",
    [
        lambda z: jit(lambda x: x)(z),
        lambda z: jit(lambda x: x[0])(z[None]),
        lambda z: jit(ug.grad(lambda x, z: np.sum(x * z)))(np.ones(3), z),
        lambda z: ug.vmap(lambda x: x)(z),
        lambda z: ug.vmap(lambda x, z: z, in_axes=(0, None))(np.ones(1), z)[0],
    ],
    ids=["jit", "a view", "a gradient", "vmap", "what all share"],
)
@pytest.mark.parametrize("scope", [ug.record, ug.pause])
def test_no_result_shares_memory_with_the_caller(f: Any, scope: Any, double: None) -> None:
    buffer = numpy.array([1.0, 2.0, 3.0])
    with scope():
        result = f(buffer)
    buffer[:] = 50.0
    assert result.tolist() == [1.0, 2.0, 3.0]


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


def test_an_argument_that_is_changed_later_is_differentiated_where_it_was(backend: str) -> None:
    def f(x: Any) -> Any:
        y = x * 1
        cubes = jit(lambda y: y**3)(y)
        y *= 2
        return np.sum(cubes)

    x = ug.array([1.0, 2.0])
    assert ug.jvp(f, (x,), (np.ones(2),))[1].item() == 15.0
    assert ug.hessian(f)(x).tolist() == [[6.0, 0.0], [0.0, 12.0]]


def test_a_derivative_is_that_of_the_mode_in_which_the_function_ran(backend: str) -> None:
    x = ug.array([1.0, 2.0]).attach_grad()
    with ug.train_mode():
        y = np.sum(jit(lambda x: x * x * (3.0 if ug.is_training() else 2.0))(x))
    assert ug.gradients(y, [x], create_graph=True)[0].tolist() == [6.0, 12.0]


def test_a_tensor_from_outside_that_was_replaced_cannot_be_differentiated_through_once_more(backend: str) -> None:
    weights = ug.array([1.0, 2.0])
    x = ug.array([1.0, 1.0]).attach_grad()
    y = jit(lambda x: np.sum(x * x * weights))(x)
    weights *= 10
    with pytest.raises(InPlaceError, match="is to be differentiated once more, and a Tensor from outside"):
        ug.gradients(y, [x], create_graph=True)


def test_backward_for_an_argument_is_refused(backend: str) -> None:
    w = ug.array([1.0, 2.0]).attach_grad()
    with pytest.raises(TraceError, match="calls backward\\(\\) for an argument"):
        jit(lambda w: np.sum(w**2).backward() or w)(w)
    assert w.grad.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("strict", [True, False])
def test_a_change_in_place_that_is_refused_leaves_no_trace_in_the_graph(backend: str, strict: bool) -> None:
    total, w = np.zeros(2), ug.array([1.0, 2.0]).attach_grad()

    def f(x: Any) -> Any:
        nonlocal total
        total += w
        return x * 1

    program = jit(f, strict=strict)
    if strict:
        with pytest.raises(InPlaceError):
            program(ug.array([1.0]))
        assert total.node is None
    else:
        program(ug.array([1.0]))
        np.sum(total * ug.array([5.0, 7.0])).backward()
        assert w.grad.tolist() == [5.0, 7.0]


def test_what_is_from_outside_is_given_back_on_every_way_out(backend: str) -> None:
    kept, x = np.zeros(2), ug.array([1.0, 2.0])

    def gives_back(x: Any) -> Any:
        kept[0] = x[0]
        return kept

    def gives_a_constant_back(x: Any) -> Any:
        kept[0] = 1.0
        return kept

    def changes_its_argument(x: Any) -> Any:
        kept[0] = x[0]
        x[0] = 1.0
        return x

    for f in (gives_back, gives_a_constant_back, changes_its_argument):
        with pytest.raises(InPlaceError):
            jit(f)(x)
        assert kept.tolist() == [0.0, 0.0]
    with pytest.raises(InPlaceError, match="under eval_shape or cost"):
        ug.eval_shape(gives_back, x)
    assert kept.tolist() == [0.0, 0.0]


def test_a_tensor_of_the_function_s_own_may_be_in_a_cycle(backend: str) -> None:
    def f(x: Any) -> Any:
        made = np.zeros(2)

        def fill(n: int) -> None:
            if n:
                made[n - 1] = x[n - 1]
                fill(n - 1)

        fill(2)
        return made * 2

    gc.disable()
    try:
        assert jit(f)(ug.array([1.0, 2.0])).tolist() == [2.0, 4.0]
        assert ug.vmap(f)(ug.array([[1.0, 2.0]])).tolist() == [[2.0, 4.0]]
    finally:
        gc.enable()


NOISY = lambda x: np.sum(np.random.normal(size=3) * x)


@pytest.mark.parametrize(
    "function",
    [
        jit(ug.value_and_grad(ug.checkpoint(NOISY))),
        ug.value_and_grad(jit(ug.checkpoint(NOISY))),
        jit(ug.value_and_grad(ug.checkpoint(ug.checkpoint(NOISY)))),
        jit(ug.value_and_grad(ug.checkpoint(lambda x: NOISY(x) + NOISY(x)))),
    ],
    ids=["of a gradient", "in a gradient", "nested", "two draws"],
)
def test_a_checkpoint_in_a_program_draws_the_same_again(backend: str, function: Any) -> None:
    x = ug.array([1.0, 2.0, 3.0])
    np.random.seed(0)
    values = []
    for _ in range(2):
        value, slopes = function(x)
        assert value.item() == pytest.approx(np.sum(slopes * x).item())  # it is linear
        values.append(value.item())
    np.random.seed(0)
    again = [function(x)[0].item() for _ in range(2)]
    assert again == values and values[0] != values[1]


def test_nothing_of_a_call_is_kept_after_its_sweep() -> None:
    program = jit(lambda x, y: np.sum(np.sin(x) * y["y"]))
    gc.disable()
    try:
        for _ in range(2):  # the call that writes the program, and one that runs it
            x, y = ug.array([1.0, 2.0]).attach_grad(), ug.array([3.0, 4.0])
            given = weakref.ref(y.raw)
            out = program(x, {"y": y})
            assert ug.saved_bytes(out).total > 0
            del y
            assert given() is not None
            out.backward()
            assert given() is None
    finally:
        gc.enable()


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
