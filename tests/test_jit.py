"""jit: programs against the functions that they are made of, and what a program cannot do."""

from __future__ import annotations

import re
from typing import Any

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import settings
from unigrad.numpy.random import Generator


def jit(f: Any, **options: Any) -> Any:
    """`ug.jit`, in a straight line: the libraries' compilers take their time, and have tests of their own below."""
    return ug.jit(f, compile=False, **options)


def f(x: Any, y: Any) -> Any:
    return (np.sin(x * y) + 2.0 * x).sum()


X, Y = [1.0, 2.0, 3.0], [0.5, 0.1, 0.2]


def closed(x: Any, y: Any) -> dict[str, Any]:
    """The value, gradient and Hessian of `f` in its first argument."""
    return {
        "value": (numpy.sin(x * y) + 2 * x).sum(),
        "gradient": y * numpy.cos(x * y) + 2,
        "hessian": numpy.diag(-(y**2) * numpy.sin(x * y)),
    }


def test_values_and_derivatives_of_every_order(backend: str) -> None:
    for first, second in ((X, Y), (Y, X)):
        x, y = ug.array(first), ug.array(second)
        want = closed(x.numpy(), y.numpy())
        program = jit(f)
        numpy.testing.assert_allclose(program(x, y).numpy(), want["value"], rtol=1e-12)
        for gradient in (jit(ug.grad(f)), ug.grad(program), jit(ug.grad(program))):
            numpy.testing.assert_allclose(gradient(x, y).numpy(), want["gradient"], rtol=1e-12)
        for hessian in (
            jit(ug.hessian(f)),
            ug.hessian(program),
            ug.jacrev(ug.grad(program)),
            ug.jacfwd(jit(ug.grad(f))),
        ):
            numpy.testing.assert_allclose(hessian(x, y).numpy(), want["hessian"], atol=1e-12)
        out, tangent = ug.jvp(program, (x, y), (np.ones(3), np.zeros(3)))
        numpy.testing.assert_allclose(out.numpy(), want["value"], rtol=1e-12)
        numpy.testing.assert_allclose(tangent.numpy(), want["gradient"].sum(), rtol=1e-12)


def test_a_program_is_written_once_for_each_kind_of_arguments(double: None) -> None:
    runs = []

    def watched(x: Any, k: int = 2) -> Any:
        runs.append(tuple(x.shape))
        return x**k

    program = jit(watched, static_argnames="k")
    for _ in range(3):
        assert program(ug.array([2.0])).tolist() == [4.0]
    assert program(ug.array([3.0, 1.0])).tolist() == [9.0, 1.0]
    assert program(ug.array([2.0]), k=3).tolist() == [8.0]
    assert program(ug.array([2.0]), 3).tolist() == [8.0]
    assert program(ug.array([2], dtype="int64")).tolist() == [4]
    assert runs == [(1,), (2,), (1,), (1,), (1,)]
    assert program.cache_size() == 5
    program.clear_cache()
    assert program.cache_size() == 0


def test_containers_keywords_and_numbers(backend: str) -> None:
    def step(parameters: Any, batch: Any, *, rate: float) -> Any:
        loss = lambda p: ((batch["x"] @ p["w"] + p["b"] - batch["y"]) ** 2).mean()
        value, gradients = ug.value_and_grad(loss)(parameters)
        return {name: p - rate * gradients[name] for name, p in parameters.items()}, (value, 7, None)

    x = numpy.arange(6.0).reshape(3, 2)
    parameters = {"w": ug.array([1.0, -1.0]), "b": ug.array(0.5)}
    batch = {"x": ug.array(x), "y": ug.array([1.0, 2.0, 3.0])}
    program = jit(step)
    for rate in (0.1, 0.01):
        (new, (value, seven, nothing)) = program(parameters, batch, rate=rate)
        residual = x @ numpy.array([1.0, -1.0]) + 0.5 - numpy.array([1.0, 2.0, 3.0])
        numpy.testing.assert_allclose(value.numpy(), (residual**2).mean(), rtol=1e-12)
        numpy.testing.assert_allclose(new["b"].numpy(), 0.5 - rate * 2 * residual.mean(), rtol=1e-12)
        numpy.testing.assert_allclose(new["w"].numpy(), [1, -1] - rate * 2 * x.T @ residual / 3, rtol=1e-12)
        assert (seven, nothing) == (7, None)
    assert program.cache_size() == 1


def test_a_number_takes_the_dtype_of_the_arrays() -> None:
    program = jit(lambda x, rate: x * rate)
    x = ug.array([1.0], dtype="float64")
    assert program(x, 0.1).item() == 0.1
    assert str(program(ug.array([1.0], dtype="float32"), 0.1).dtype) == "float32"
    assert str(program(ug.array([1.0], dtype="float64"), 3).dtype) == "float64"


def test_foreign_arrays_are_arguments() -> None:
    program = jit(lambda x: x + 1)
    assert program(numpy.array([1.0, 2.0])).tolist() == [2.0, 3.0]


def test_vmap_inside_and_outside(backend: str) -> None:
    g = ug.grad(lambda w, x: np.tanh(w @ x).sum())
    w, xs = ug.array([[0.1, 0.2], [0.3, -0.4]]), ug.array([[1.0, 2.0], [0.5, -1.0], [0.0, 3.0]])
    want = numpy.stack([g(w, x).numpy() for x in xs])
    for each in (
        jit(ug.vmap(g, in_axes=(None, 0))),
        ug.vmap(jit(g), in_axes=(None, 0)),
        jit(ug.vmap(jit(g), (None, 0))),
    ):
        numpy.testing.assert_allclose(each(w, xs).numpy(), want, rtol=1e-12)


def test_gradients_of_some_arguments_and_results(double: None) -> None:
    def several(x: Any, y: Any) -> Any:
        return {"product": x * y, "constant": np.floor(x), "number": 3, "y": y}

    program = jit(several)
    x, y = ug.array([1.5, 2.5]), ug.array([3.0, 4.0])
    assert ug.grad(lambda x: program(x, y)["product"].sum())(x).tolist() == [3.0, 4.0]
    assert ug.grad(lambda y: (program(x, y)["product"] * 2 + program(x, y)["y"]).sum())(y).tolist() == [4.0, 6.0]
    assert ug.grad(lambda x: program(x, y)["constant"].sum())(x).tolist() == [0.0, 0.0]


def test_imperative_gradients(backend: str) -> None:
    x, y = ug.array(X), ug.array(Y)
    x.attach_grad()
    program = jit(f)
    program(x, y).backward()
    numpy.testing.assert_allclose(x.grad.numpy(), closed(numpy.array(X), numpy.array(Y))["gradient"], rtol=1e-12)


def test_complex_gradients(double: None) -> None:
    g = lambda z: abs(z * z + 1j * z).sum()
    z = ug.array([1 + 2j, 0.5 - 1j])
    want = ug.grad(g)(z).numpy()
    numpy.testing.assert_allclose(ug.grad(jit(g))(z).numpy(), want, rtol=1e-12)
    numpy.testing.assert_allclose(jit(ug.grad(g))(z).numpy(), want, rtol=1e-12)


def test_the_program_is_simplified_and_can_be_read(double: None) -> None:
    def wasteful(x: Any) -> Any:
        np.exp(x)  # dead
        weights = np.ones(3) + np.arange(3)  # known
        return np.sin(x) * np.sin(x) * weights  # computed once

    text = jit(wasteful).lower(ug.array(X)).text()
    assert text == (
        "wasteful(a: float64[3]):\n"
        "    b = sin(a)                                                # float64[3]\n"
        "    c = multiply(b, b)                                        # float64[3]\n"
        "    d = multiply(c, <known 3>)                                # float64[3]\n"
        "    return d"
    )


def test_results_are_not_written_over(double: None) -> None:
    """Arrays are used again only when nobody can look at them: not through a view, not as a result."""

    def tangled(x: Any) -> Any:
        a = x + 1
        row = a[0]  # a view of what could be used again
        b = np.exp(a * 2)
        c = b + a
        return row, b.T, c, c[1:] * 3, np.reshape(a, (6,))

    x = numpy.arange(6.0).reshape(2, 3)
    for got, want in zip(jit(tangled)(ug.array(x)), tangled(ug.array(x)), strict=True):
        numpy.testing.assert_array_equal(got.numpy(), want.numpy())
    assert x.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]


def test_writing_to_an_array_of_ones_own(backend: str) -> None:
    def filled(x: Any) -> Any:
        out = np.zeros(3)
        for i in range(3):
            out[i] = x[i] ** 2
        return out

    assert jit(filled)(ug.array(X)).tolist() == [1.0, 4.0, 9.0]
    assert ug.grad(lambda x: jit(filled)(x).sum())(ug.array(X)).tolist() == [2.0, 4.0, 6.0]


def raises(error: type[Exception], sentence: str) -> Any:
    return pytest.raises(error, match=f"^{re.escape(sentence)}")


def test_control_flow_that_depends_on_values_is_refused(backend: str) -> None:
    with raises(ug.TraceError, "under jit bool() has no answer"):
        jit(lambda x: x if x.sum() > 0 else -x)(ug.array(X))
    with raises(ug.TraceError, "under jit item() has no answer"):
        jit(lambda x: x * x[0].item())(ug.array(X))
    with raises(ug.TraceError, "under jit 'nonzero', whose shape depends on the values, has no answer"):
        jit(lambda x: np.nonzero(x)[0])(ug.array(X))
    with raises(ug.TraceError, "under jit indexing by a condition, whose shape depends on the values, has no answer"):
        jit(lambda x: x[x > 1])(ug.array(X))


def test_an_escaped_array_is_refused(backend: str) -> None:
    kept = []
    jit(lambda x: kept.append(x) or x * 2)(ug.array(X))
    sentence = "this Tensor stood for an argument while a function was traced by jit, and has escaped from it"
    with raises(ug.TraceError, sentence):
        kept[0] * 2
    with raises(ug.TraceError, sentence):
        kept[0].numpy()


def close(one: Any, two: Any) -> None:
    assert numpy.allclose(one.numpy(), two.numpy())


@pytest.mark.parametrize("change", [lambda c: c.__iadd__(1), lambda c: c.__setitem__(0, 5.0)], ids="add set".split())
def test_so_is_a_change_that_no_argument_has_a_part_in(backend: str, change: Any) -> None:
    count = ug.array([1.0, 2.0])
    with raises(ug.InPlaceError, "a function under jit changes a Tensor from outside in place"):
        jit(lambda x: (x, change(count))[0])(ug.array(X))
    assert count.tolist() == [1.0, 2.0]

    def own(x: Any) -> Any:
        buffer = np.zeros(2)
        buffer[0] = 3.0
        buffer += 1
        return x * buffer[0], buffer

    made, buffer = jit(own)(ug.array(X))
    assert (made.tolist(), buffer.tolist()) == ([4 * x for x in X], [4.0, 1.0])


@ug.custom_jvp
def cube(x: Any) -> Any:
    return x**3


cube.defjvp(lambda primals, tangents: (cube(*primals), 3 * primals[0] ** 2 * tangents[0]))


def test_gradients_flow_to_arrays_from_outside(backend: str) -> None:
    x, w, rows = ug.array(X), ug.array([2.0, 3.0, 4.0]), ug.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    closed = {
        "met": lambda w: jit(lambda x: (np.sin(x) * w).sum())(x),
        "computed": lambda w: jit(lambda x: (rows @ (w * 2) * x[:2]).sum())(x),
        "returned": lambda w: (jit(lambda x: (w, x * w))(x)[0] ** 2).sum(),
        "alone": lambda w: jit(lambda x: np.exp(w))(x).sum(),
        "detached": lambda w: (jit(lambda x: x * w.detach() + w)(x) ** 2).sum(),
        "within a gradient": lambda w: jit(ug.grad(lambda x: (x**2 * w).sum()))(x).sum(),
        "not strict": lambda w: jit(lambda x: (x * w).sum(), strict=False)(x) ** 2,
        "recomputed": lambda w: jit(ug.checkpoint(lambda x: (x * w).sum()))(x) ** 2,
        "in a rule": lambda w: jit(lambda x: (x * cube(w)).sum())(x),
    }
    plain = {
        "met": lambda w: (np.sin(x) * w).sum(),
        "computed": lambda w: (rows @ (w * 2) * x[:2]).sum(),
        "returned": lambda w: (w**2).sum(),
        "alone": lambda w: np.exp(w).sum(),
        "detached": lambda w: ((x * w.detach() + w) ** 2).sum(),
        "within a gradient": lambda w: (2 * x * w).sum(),
        "not strict": lambda w: (x * w).sum() ** 2,
        "recomputed": lambda w: (x * w).sum() ** 2,
        "in a rule": lambda w: (x * w**3).sum(),
    }
    for name, f in closed.items():
        close(ug.grad(f)(w), ug.grad(plain[name])(w))
        close(ug.hessian(f)(w), ug.hessian(plain[name])(w))
        close(ug.jvp(f, (w,), (x,))[1], ug.jvp(plain[name], (w,), (x,))[1])


def test_a_step_of_training_with_weights_from_outside(backend: str) -> None:
    x, y = ug.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), ug.array([1.0, 2.0, 3.0])
    runs = []

    def trained(jitted: bool) -> Any:
        w, b = ug.array([0.1, 0.2]), ug.array(0.5)
        w.attach_grad()
        b.attach_grad()

        def loss(x: Any, y: Any) -> Any:
            runs.append(1)
            return ((x @ w.reshape(2, 1)[:, 0] + b - y) ** 2).mean()

        made = jit(loss) if jitted else loss
        for _ in range(4):
            made(x, y).backward()
            with ug.pause():
                for each in (w, b):
                    each[...] = each - 0.01 * each.grad
        with ug.pause():
            assert made(x, y).node is None
        return w, b, made

    w, b, made = trained(jitted=True)
    assert len(runs) == 3  # what it uses is found out, then written, then without a gradient
    plain = trained(jitted=False)
    close(w, plain[0])
    close(b, plain[1])
    assert "loss(a: float64[3,2], b: float64[3], c: float64[2], d: float64[])" in made.lower(x, y).text()


def test_a_program_that_was_written_while_nothing_was_recorded_loses_no_gradient(backend: str) -> None:
    w, x = ug.array([1.0, 2.0]), ug.array([3.0, 4.0])
    w.attach_grad()
    program = jit(lambda x: (x * w).sum())
    with ug.pause():
        assert program(x).node is None
    program(x).backward()
    assert w.grad.tolist() == [3.0, 4.0]


def test_the_last_program_serves_the_next_call_of_its_kind_only(double: None) -> None:
    runs = []
    program = jit(lambda x: runs.append(x.shape) or x * 2)
    x, longer = ug.array([1.0, 2.0]), ug.array([1.0, 2.0, 3.0])
    for given in (x, x, longer, x, x.astype("float32"), x):
        assert program(given).tolist() == (given * 2).tolist()
        assert program(given).dtype == given.dtype
    assert len(runs) == 3
    assert ug.grad(lambda x: program(x).sum())(x).tolist() == [2.0, 2.0]
    with ug.disable_jit():
        program(x)
    assert len(runs) == 5
    with pytest.raises(TypeError):
        program(x, x)


def test_an_array_from_outside_may_go(backend: str) -> None:
    weights = {"w": ug.array([1.0, 2.0])}
    weights["w"].attach_grad()
    program = jit(lambda x: (x * weights["w"]).sum())
    x = ug.array([3.0, 4.0])
    program(x).backward()
    weights["w"] = ug.array([5.0, 6.0])
    weights["w"].attach_grad()
    y = program(x)
    y.backward()
    assert (y.item(), weights["w"].grad.tolist()) == (39.0, [3.0, 4.0])


def test_a_warning_where_another_array_takes_the_place_each_time(double: None) -> None:
    weights = {}
    program = jit(lambda x: (x * weights["w"]).sum())
    with pytest.warns(
        RuntimeWarning, match="8 times anew, as a Tensor from outside that it uses was changed or replaced"
    ):
        for place in range(9):
            weights["w"] = ug.array([1.0, float(place)])
            weights["w"].attach_grad()
            assert program(ug.array([3.0, 4.0])).item() == 3.0 + 4.0 * place
    assert program.cache_size() == 1


def test_changing_an_array_that_is_being_differentiated_is_refused() -> None:
    w = ug.array([1.0, 2.0])
    w.attach_grad()

    def doubling(x: Any) -> Any:
        with ug.pause():
            w[...] = w * 2
        return x * w

    before = w.tolist()
    with raises(ug.InPlaceError, "a function under jit changes a Tensor from outside in place"):
        jit(doubling)(ug.array([1.0, 2.0]))
    assert w.tolist() == before


def test_the_gradient_of_an_array_that_is_no_argument_is_refused(backend: str) -> None:
    def slope(x: Any) -> Any:
        w = ug.array([1.0, 2.0, 3.0])
        w.attach_grad()
        (w**2 * x).sum().backward()
        return w.grad

    with raises(ug.TraceError, "a function under jit asks for the gradient of a Tensor that is none of its arguments"):
        jit(slope)(ug.array(X))
    f = jit(lambda x: ug.grad(lambda w: (w**2 * x).sum())(ug.array([1.0, 2.0, 3.0])))
    for x in (ug.array(X), 2 * ug.array(X)):
        assert f(x).tolist() == slope(x).tolist()


def test_changing_an_argument_is_refused(backend: str) -> None:
    def halved(x: Any) -> Any:
        x /= 2
        return x

    x = ug.array(X)
    with raises(ug.InPlaceError, "a function under jit changes an argument in place, which a later run of its program"):
        jit(halved)(x)
    assert x.tolist() == X
    assert jit(lambda x: halved(x * 1))(x).tolist() == [each / 2 for each in X]


def test_changing_an_array_from_outside_is_refused() -> None:
    total = ug.array([0.0, 0.0])
    before = total

    def accumulate(x: Any) -> Any:
        nonlocal total
        total += x
        return x

    with raises(ug.InPlaceError, "a function under jit changes a Tensor from outside in place"):
        jit(accumulate)(ug.array([1.0, 2.0]))
    assert before.tolist() == [0.0, 0.0]


def test_a_program_is_written_anew_when_an_array_from_outside_changes(double: None) -> None:
    scale, shift = ug.array([2.0, 3.0]), numpy.array([1.0, 1.0])
    program = jit(lambda x: x * scale + shift)
    x = ug.array([1.0, 1.0])
    assert program(x).tolist() == [3.0, 4.0]
    scale[0] = 5.0
    assert program(x).tolist() == [6.0, 4.0]
    assert ug.grad(lambda x: program(x).sum())(x).tolist() == [5.0, 3.0]
    scale *= 2
    assert ug.grad(lambda x: program(x).sum())(x).tolist() == [10.0, 6.0]
    assert program(x).tolist() == [11.0, 7.0]
    shift[:] = 100.0  # a buffer of somebody else's was copied
    assert program(x).tolist() == [11.0, 7.0]


@pytest.mark.parametrize(
    "use",
    [
        lambda x, scale: x * (scale * 2),
        lambda x, scale: x * float(scale[0]),
        lambda x, scale: x * scale.astype("float32").astype("float64"),
        lambda x, scale: x[scale.astype("int64") % 2] + (x if scale[1] > 3 else 0),
        lambda x, scale: scale * 1.0,
        lambda x, scale: x * np.stack([scale, scale])[0],
        lambda x, scale: scale,
    ],
    ids="computed read cast index alone sequence returned".split(),
)
def test_so_it_is_when_no_argument_met_the_array_itself(backend: str, use: Any) -> None:
    scale, x = ug.array([2.0, 3.0]), ug.array([1.0, 10.0])
    program = jit(lambda x: use(x, scale))
    written = []
    for _ in range(2):
        assert program(x).tolist() == use(x, scale).tolist()
        assert program(x).tolist() == use(x, scale).tolist()
        written.append(program._written_anew)
        scale += 1
    assert written == [0, 1]


def test_a_warning_where_a_program_never_stays_right(double: None) -> None:
    scale = ug.array([1.0])
    program = jit(lambda x: x * scale)
    with pytest.warns(RuntimeWarning, match="jit has written the program of '<lambda>' 8 times anew"):
        for _ in range(9):
            program(ug.array([1.0]))
            scale += 1


def test_what_cannot_be_a_program_is_run_as_it_is_on_request(double: None) -> None:
    runs = []

    def absolute(x: Any) -> Any:
        runs.append(1)
        return x if x.sum() > 0 else -x

    program = jit(absolute, strict=False)
    assert [program(ug.array([x])).tolist() for x in (2.0, -2.0)] == [[2.0], [2.0]]
    assert len(runs) == 3


def test_random_arrays_are_drawn_anew_as_without_jit(backend: str) -> None:
    def noisy(x: Any) -> Any:
        return x * np.random.normal(size=3) + np.random.uniform(0.5, 1.0) ** x

    x = ug.array(X)
    np.random.seed(3)
    want = [noisy(x).numpy() for _ in range(3)]
    np.random.seed(3)
    program = jit(noisy)
    for each in want:
        numpy.testing.assert_allclose(program(x).numpy(), each, rtol=1e-12)
    np.random.seed(4)
    want = [ug.grad(lambda x: noisy(x).sum())(x).numpy() for _ in range(2)]
    np.random.seed(4)
    for each in want:
        numpy.testing.assert_allclose(ug.grad(lambda x: program(x).sum())(x).numpy(), each, rtol=1e-12)
    np.random.seed(5)
    want = [ug.hessian(lambda x: noisy(x).sum())(x).numpy() for _ in range(2)]
    np.random.seed(5)
    for each in want:
        numpy.testing.assert_allclose(ug.hessian(lambda x: program(x).sum())(x).numpy(), each, rtol=1e-12)


def test_a_function_that_cannot_be_a_program_finds_its_random_numbers(backend: str) -> None:
    def noisy(x: Any) -> Any:
        first = np.random.normal(size=3)
        return first * x + np.random.uniform(size=3) if x.sum() > 0 else first

    x = ug.array(X)
    np.random.seed(3)
    want = [noisy(x).tolist() for _ in range(3)]
    np.random.seed(3)
    program = jit(noisy, strict=False)
    assert [program(x).tolist() for _ in range(3)] == want
    np.random.seed(3)
    with raises(ug.TraceError, "under jit bool() has no answer"):
        jit(noisy)(x)
    assert noisy(x).tolist() == want[0]


def test_a_stream_that_a_run_begins_is_the_same_in_each_run(backend: str) -> None:
    def noisy(x: Any) -> Any:
        stream = Generator(7)
        return x * stream.normal(size=3) + stream.normal(size=3)

    x = ug.array(X)
    program, want = jit(noisy), noisy(x).numpy()
    for _ in range(3):
        numpy.testing.assert_allclose(program(x).numpy(), want, rtol=1e-12)


def test_what_the_results_do_not_depend_on_is_no_parent_of_theirs(double: Any) -> None:
    x, y = ug.array(X), ug.array(X)
    x.attach_grad()
    y.attach_grad()
    out = jit(lambda x, y: x * x + ug.stop_gradient(y))(x, y)
    assert out.node.parents == (x.node,)
    assert jit(lambda x, y: ug.stop_gradient(x + y))(x, y).node is None


def test_the_chosen_device_is_that_of_what_a_function_makes() -> None:
    seen: list[Any] = []

    def f(x: Any) -> Any:
        seen.append((settings.choice().backend.name, settings.choice().device))
        return x + np.ones(3)

    with ug.use_backend("torch", device="cpu"):
        jit(f)(np.ones(3))
        x = np.ones(3)
    jit(f)(x)
    assert seen == [("torch", "cpu"), ("torch", None)]


def test_bad_arguments() -> None:
    with raises(
        ug.ArgumentError, "jit takes arrays, numbers and containers of them, not a 'str'; name the argument of 'g'"
    ):

        def g(x: Any, mode: str) -> Any:
            return x

        jit(g)(ug.array([1.0]), "same")
    with raises(ug.ArgumentError, "jit: a static argument of 'g' is a 'list', which cannot be hashed"):
        jit(g, static_argnums=1)(ug.array([1.0]), [1])
    with raises(ug.ArgumentError, "jit: static_argnames='mod' names no argument of 'g'"):
        jit(g, static_argnames="mod")
    with raises(ug.ArgumentError, "jit: static_argnums=2 is out of range: 'g' has 2 positional arguments"):
        jit(g, static_argnums=2)
    with raises(ug.ArgumentError, "jit needs a function, not a 'int'"):
        ug.jit(3)
    with raises(ug.ArgumentError, "<lambda> gave a 'str'; a function under jit is to give Tensors"):
        jit(lambda x: "x")(ug.array([1.0]))


def test_errors_within_the_function_are_its_own() -> None:
    with pytest.raises(ug.ShapeError, match="cannot broadcast the shapes"):
        jit(lambda x: x + np.ones(2))(ug.array(X))


def test_as_a_decorator_with_options_and_on_a_method() -> None:
    class Model:
        def __init__(self, scale: float) -> None:
            self.scale = scale

        @ug.jit(static_argnums=0)
        def __call__(self, x: Any) -> Any:
            return x * self.scale

    assert Model(3.0)(ug.array([1.0])).tolist() == [3.0]
    assert Model(4.0)(ug.array([1.0])).tolist() == [4.0]


def test_disable_jit_runs_the_function_itself() -> None:
    with ug.disable_jit():
        assert jit(lambda x: x if x.sum() > 0 else -x)(ug.array([-1.0])).tolist() == [1.0]


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_the_librarys_own_compiler(library: str, double: None) -> None:
    pytest.importorskip(library)
    with ug.use_backend(library):
        x, y = ug.array(X), ug.array(Y)
        want = closed(numpy.array(X), numpy.array(Y))
        value, gradient = ug.jit(ug.value_and_grad(f))(x, y)
        numpy.testing.assert_allclose(value.numpy(), want["value"], rtol=1e-12)
        numpy.testing.assert_allclose(gradient.numpy(), want["gradient"], rtol=1e-12)
