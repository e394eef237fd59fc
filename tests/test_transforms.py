"""The transforms: which arguments, which containers, which errors, and nesting without confusion."""

from __future__ import annotations

import threading

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, DTypeError, ShapeError


def array(values):
    return np.asarray(values, dtype="float64")


def message(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def three(x, y, z):
    return np.sum(x * y * y * z)


# -- arguments


def test_grad_is_with_respect_to_the_first_argument_by_default():
    assert ug.grad(three)(array(2.0), array(3.0), array(5.0)).item() == 45.0


@pytest.mark.parametrize(("argnums", "expected"), [
    (1, 60.0), (2, 18.0), (-1, 18.0), (-3, 45.0), ((0,), (45.0,)), ((2, 0), (18.0, 45.0)), ([0, -1], (45.0, 18.0)), ((), ()),
])  # fmt: skip
def test_argnums_is_a_number_or_several_from_either_end(argnums, expected):
    got = ug.grad(three, argnums)(array(2.0), array(3.0), array(5.0))
    assert (tuple(each.item() for each in got) if isinstance(got, tuple) else got.item()) == expected


@pytest.mark.parametrize("argnums", [3, -4])
def test_argnums_out_of_range_says_how_many_arguments_there_are(argnums):
    assert message(ArgumentError, lambda: ug.grad(three, argnums)(1.0, 2.0, 3.0)) == (
        f"grad: argnums={argnums} is out of range: the function was called with 3 positional arguments"
    )


@pytest.mark.parametrize(("argnums", "shown"), [((0.5,), "0.5"), (1.0, "1.0"), (None, "None"), ("x", "'x'")])
def test_argnums_must_be_whole_numbers(argnums, shown):
    assert message(ArgumentError, lambda: ug.grad(three, argnums)(1.0, 2.0, 3.0)) == (
        f"grad: argnums must be a whole number, or several, not {shown}"
    )


def test_argnums_may_be_whole_numbers_of_numpy():
    assert ug.grad(three, numpy.int64(0))(2.0, 3.0, 5.0).item() == ug.grad(three)(2.0, 3.0, 5.0).item()
    (slope,) = ug.grad(three, (numpy.int32(-1),))(2.0, 3.0, 5.0)
    assert slope.item() == ug.grad(three, 2)(2.0, 3.0, 5.0).item()


@pytest.mark.parametrize("transform", [ug.grad, ug.value_and_grad, ug.jacrev, ug.jacfwd, ug.jacobian, ug.hessian])
def test_no_argument_is_named_twice(transform):
    said = message(ArgumentError, lambda: transform(three, (0, -3))(1.0, 2.0, 3.0))
    assert said.endswith("argnums=(0, -3) names an argument twice")
    assert "twice" in message(ArgumentError, lambda: transform(lambda x: x * x, argnames=("x", "x"))(x=1.0))


@pytest.mark.parametrize("transform", [ug.jacrev, ug.jacfwd, ug.jacobian, ug.hessian])
def test_jacobians_and_hessians_take_names_and_auxiliary_results(transform):
    f = lambda x, y: (np.sum(x * y**3), "beside")
    x, y = array([1.0, 2.0]), array([3.0, 4.0])
    by_place, beside = transform(f, 1, True)(x, y)
    by_name, again = transform(f, argnames="y", has_aux=True)(x, y=y)
    expected = numpy.diag(6 * x.numpy() * y.numpy()) if transform is ug.hessian else 3 * x.numpy() * y.numpy() ** 2
    numpy.testing.assert_allclose(by_place.numpy(), expected)
    numpy.testing.assert_allclose(by_name.numpy(), expected)
    assert beside == again == "beside"


def test_cotangents_and_tangents_in_other_containers_are_refused():
    x = array([1.0, 2.0])
    _, pullback = ug.vjp(lambda x: (x, x), x)
    assert message(ArgumentError, lambda: pullback([x, x])).startswith("vjp got a cotangent of the structure")
    _, push = ug.linearize(lambda x, y: x * y, x, x)
    assert message(ArgumentError, lambda: push(x)) == (
        "linearize needs a tangent for each primal; got 2 primals and 1 tangents"
    )
    assert message(ArgumentError, lambda: ug.jvp(lambda x, y: x * y, (x, 2.0), (x, None))).startswith(
        "jvp needs a tangent for each primal, and got None"
    )


def test_keyword_arguments_are_passed_on_as_they_are():
    assert ug.grad(lambda x, *, power: x**power)(array(2.0), power=3).item() == 12.0


def test_other_arguments_are_passed_on_as_they_are():
    seen = []

    def f(x, label, n):
        seen.append((label, n))
        return x * n

    ug.grad(f)(1.0, "label", 3)
    assert seen == [("label", 3)]


def test_python_numbers_and_numpy_arrays_are_inputs_too():
    assert ug.grad(lambda x: x * x)(3.0).item() == 6.0
    gradient = ug.grad(lambda x: np.sum(x * x))(numpy.array([1.0, 2.0]))
    assert isinstance(gradient, ug.Tensor)
    assert gradient.tolist() == [2.0, 4.0]
    assert gradient.dtype == "float64"


def test_value_and_grad_gives_both():
    value, gradient = ug.value_and_grad(lambda x: np.sum(x * x))(array([1.0, 2.0]))
    assert value.item() == 5.0
    assert value.node is None
    assert gradient.tolist() == [2.0, 4.0]


def test_has_aux_passes_on_what_else_the_function_gives():
    f = lambda x: (np.sum(x * x), {"x": x + 1.0, "name": "aux"})
    gradient, aux = ug.grad(f, has_aux=True)(array([1.0]))
    assert (gradient.tolist(), aux["x"].tolist(), aux["name"]) == ([2.0], [2.0], "aux")
    assert aux["x"].node is None
    (value, aux), gradient = ug.value_and_grad(f, has_aux=True)(array([1.0]))
    assert (value.item(), aux["name"], gradient.tolist()) == (1.0, "aux", [2.0])
    out, pullback, aux = ug.vjp(f, array([1.0]), has_aux=True)
    assert (out.item(), aux["name"], pullback(1.0)[0].tolist()) == (1.0, "aux", [2.0])


def test_has_aux_without_a_pair_is_refused():
    assert message(ArgumentError, lambda: ug.grad(lambda x: x, has_aux=True)(1.0)) == (
        "grad with has_aux=True needs a function that gives (value, aux), not 'Tensor'"
    )


def test_nested_containers_give_gradients_of_the_same_structure():
    params = {"layers": [(array([1.0]), array([2.0])), (array([3.0]),)], "scale": 2.0}

    def f(p):
        (a, b), (c,) = p["layers"]
        return np.sum(a * b * c) * p["scale"]

    got = ug.grad(f)(params)
    assert [[each.tolist() for each in layer] for layer in got["layers"]] == [[[12.0], [6.0]], [[4.0]]]
    assert isinstance(got["layers"][0], tuple)
    assert got["scale"].item() == 6.0


def test_an_input_that_is_not_used_has_a_gradient_of_zeros():
    gradients = ug.grad(lambda x, y: np.sum(x), (0, 1))(array([1.0]), array([[2.0, 3.0]]))
    assert gradients[1].tolist() == [[0.0, 0.0]]
    assert ug.grad(lambda x: np.asarray(3.0))(array([1.0])).tolist() == [0.0]
    assert ug.grad(lambda x: 3.0)(array([1.0])).tolist() == [0.0]


def test_the_same_tensor_given_twice_has_two_gradients():
    x = array(3.0)
    one, two = ug.grad(lambda x, y: x * x * y, (0, 1))(x, x)
    assert (one.item(), two.item()) == (18.0, 9.0)


def test_the_gradient_function_keeps_name_and_doc():
    def f(x):
        """Doc."""
        return x

    assert (ug.grad(f).__name__, ug.grad(f).__doc__) == ("f", "Doc.")


# -- errors


def test_grad_of_a_function_with_many_values_says_what_to_do():
    assert message(ShapeError, lambda: ug.grad(lambda x: x * x)(array([1.0, 2.0]))) == (
        "grad needs a function with a scalar value, not one of shape (2,); sum it up, or use vjp"
    )


def test_grad_of_one_value_with_an_axis_is_refused_too():
    assert message(ShapeError, lambda: ug.value_and_grad(lambda x: x)(array([1.0]))) == (
        "value_and_grad needs a function with a scalar value, not one of shape (1,); sum it up, or use vjp"
    )


@pytest.mark.parametrize("x", [3, True, numpy.array([1, 2])], ids=["int", "bool", "array"])
def test_grad_with_respect_to_integers_says_what_to_do(x):
    dtype = "bool" if x is True else "int64"
    assert message(DTypeError, lambda: ug.grad(np.sum)(x)) == (
        f"grad needs inputs of a floating dtype, not '{dtype}'; cast with astype('float32'), or leave the argument out of argnums"
    )


def test_grad_of_an_integer_value_is_refused():
    assert message(DTypeError, lambda: ug.grad(lambda x: np.argmax(x))(array([1.0]))) == (
        "grad needs a function with a real floating value, not 'int64'"
    )


def test_grad_of_a_function_that_gives_no_tensor_is_refused():
    assert message(ArgumentError, lambda: ug.grad(lambda x: "text")(1.0)) == (
        "grad needs a function whose value is a Tensor, not 'str'; use unigrad.numpy inside it"
    )
    assert message(ArgumentError, lambda: ug.vjp(lambda x: "text", 1.0)) == (
        "vjp needs a function that gives Tensors, not 'str'; use unigrad.numpy inside it"
    )


def test_an_exception_in_the_function_leaves_the_library_usable():
    def f(x):
        raise KeyboardInterrupt

    with ug.pause(), pytest.raises(KeyboardInterrupt):
        ug.grad(f)(1.0)
    assert ug.is_recording()
    assert ug.grad(lambda x: x * x)(3.0).item() == 6.0


# -- nesting


def test_an_inner_gradient_does_not_confuse_its_variable_with_the_outer():
    outer = ug.grad(lambda x: x * ug.grad(lambda y: x + y)(array(1.0)))
    assert outer(array(1.0)).item() == 1.0


def test_an_inner_gradient_at_the_outer_variable_counts_its_own_use_only():
    outer = ug.grad(lambda x: x * ug.grad(lambda y: x * y)(x))  # x · x
    assert outer(array(3.0)).item() == 6.0


def test_three_levels_of_nesting():
    f = lambda x: x**4
    assert ug.grad(ug.grad(ug.grad(f)))(array(2.0)).item() == 48.0


def test_a_gradient_of_a_gradient_goes_through_a_leaf_in_the_closure():
    w = array(3.0).attach_grad()
    y = ug.grad(lambda x: x * x * w * w)(array(2.0))  # 2 x w²
    assert y.item() == 36.0
    y.backward()
    assert w.grad.item() == 24.0  # 4 x w


def test_a_gradient_with_respect_to_a_leaf_can_be_taken_back_to_it():
    x = array([1.0, 2.0]).attach_grad()
    np.sum(ug.grad(lambda x: np.sum(x**3))(x)).backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_the_value_of_value_and_grad_can_be_taken_back_to_a_leaf():
    x = array(2.0).attach_grad()
    value, gradient = ug.value_and_grad(lambda x: x**3)(x)
    (value + gradient).backward()
    assert x.grad.item() == 24.0


def test_a_transform_leaves_nothing_in_the_grad_of_leaves_it_meets():
    w = array(3.0).attach_grad()
    ug.grad(lambda x: x * w)(array(2.0))
    assert w.grad.item() == 0.0


def test_backward_inside_a_function_that_is_differentiated():
    def f(x):
        y = array(2.0).attach_grad()
        (y * y).backward()
        return x * y.grad

    assert ug.grad(f)(array(3.0)).item() == 4.0


def test_grad_works_under_pause_and_gives_a_constant():
    w = array(3.0).attach_grad()
    with ug.pause():
        y = ug.grad(lambda x: x * x * w)(array(2.0))
    assert y.item() == 12.0
    assert y.node is None


def test_a_pause_inside_the_function_makes_constants():
    def f(x):
        with ug.pause():
            c = x * x
        return c * x

    assert ug.grad(f)(array(3.0)).item() == 9.0


def test_stop_gradient_makes_constants():
    assert ug.grad(lambda x: ug.stop_gradient(x * x) * x)(array(3.0)).item() == 9.0


def test_threads_differentiate_side_by_side():
    wrong = []

    def work(n):
        for _ in range(20):
            got = ug.grad(lambda x: x * ug.grad(lambda y: x * y * y)(x))(array(float(n))).item()  # 2 x³
            if got != 6.0 * n * n:
                wrong.append((n, got))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


# -- vjp


def test_a_pullback_gives_a_tuple_and_can_be_called_again():
    out, pullback = ug.vjp(lambda x, y: x * y, array([1.0, 2.0]), array([3.0, 4.0]))
    assert out.tolist() == [3.0, 8.0]
    for _ in range(3):
        assert [each.tolist() for each in pullback([1.0, 10.0])] == [[3.0, 40.0], [1.0, 20.0]]


def test_a_pullback_takes_cotangents_in_the_structure_of_the_value():
    out, pullback = ug.vjp(lambda x: {"a": x * x, "b": (x + 1.0, 3.0 * x)}, array([2.0]))
    assert out["b"][1].tolist() == [6.0]
    assert pullback({"a": [1.0], "b": ([10.0], [100.0])})[0].tolist() == [314.0]


def test_one_tensor_given_as_two_values_gets_both_cotangents():
    def f(x):
        y = x * x
        return y, y

    assert ug.vjp(f, array(3.0))[1]((1.0, 10.0))[0].item() == 66.0


def test_a_value_that_is_the_input_itself_hands_the_cotangent_through():
    given = array([1.0, 2.0])
    got = ug.vjp(lambda x: x, array([3.0, 4.0]))[1](given)[0]
    assert got.tolist() == [1.0, 2.0]


def test_a_pullback_can_itself_be_differentiated():
    _, pullback = ug.vjp(lambda x: x * x, array([1.0, 2.0]))
    assert ug.grad(lambda g: np.sum(pullback(g)[0]))(array([1.0, 1.0])).tolist() == [2.0, 4.0]
    second = ug.grad(lambda x: np.sum(ug.vjp(lambda x: x**3, x)[1](array([1.0, 1.0]))[0]))
    assert second(array([1.0, 2.0])).tolist() == [6.0, 12.0]


def test_a_cotangent_of_the_wrong_shape_is_refused():
    _, pullback = ug.vjp(lambda x: x * x, array([1.0, 2.0]))
    assert (
        message(ShapeError, lambda: pullback([1.0]))
        == "a cotangent must have the shape (2,) of what they weigh, not (1,)"
    )


def test_a_cotangent_of_the_wrong_dtype_is_refused():
    _, pullback = ug.vjp(lambda x: x * x, array([1.0, 2.0]))
    assert message(DTypeError, lambda: pullback(numpy.ones(2, "float32"))) == (
        "a cotangent must have the dtype 'float64' of what they weigh, not 'float32'; cast with astype"
    )


def test_writing_to_a_numpy_array_after_vjp_changes_no_gradient():
    x = numpy.array([1.0, 2.0])
    out, pullback = ug.vjp(lambda x: x * x, x)
    x[:] = 99.0
    assert pullback([1.0, 1.0])[0].tolist() == [2.0, 4.0]
    assert out.tolist() == [1.0, 4.0]


def test_writing_to_a_numpy_array_after_a_recorded_operation_changes_no_gradient():
    x, c = array([1.0, 2.0]).attach_grad(), numpy.array([3.0, 4.0])
    y = np.sum(x * c)
    c[:] = 99.0
    y.backward()
    assert x.grad.tolist() == [3.0, 4.0]


def test_writing_to_an_index_array_after_a_recorded_operation_changes_no_gradient():
    x, index = array([1.0, 2.0, 3.0]).attach_grad(), numpy.array([0, 0])
    y = np.sum(x[index])
    index[:] = 2
    y.backward()
    assert x.grad.tolist() == [2.0, 0.0, 0.0]


def test_writing_to_what_a_tensor_was_made_of_changes_no_gradient():
    c = numpy.array([3.0, 4.0])
    x = np.asarray(c).attach_grad()
    y = np.sum(x * x)
    c[:] = 99.0
    y.backward()
    assert x.grad.tolist() == [6.0, 8.0]


def test_writing_to_a_cotangent_after_the_pullback_changes_no_gradient():
    g = numpy.array([1.0, 2.0])
    got = ug.vjp(lambda x: +x, array([3.0, 4.0]))[1](g)[0]
    g[:] = 99.0
    assert got.tolist() == [1.0, 2.0]


def test_second_derivatives_of_indexing_by_arrays_within_jax_jit():
    """The rules index by what the graph has kept, which JAX has traced."""
    jax = pytest.importorskip("jax")
    with ug.use_backend("jax"):
        hessian = ug.hessian(lambda x: (x[np.asarray([2, 0, 2])] * x[0]).sum())
        found = jax.jit(lambda raw: hessian(np.asarray(raw)).data)(jax.numpy.asarray([1.0, 2.0, 3.0]))
    assert found.tolist() == [[2.0, 0.0, 2.0], [0.0, 0.0, 0.0], [2.0, 0.0, 0.0]]
