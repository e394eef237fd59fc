"""Derivatives under autograd's names, arguments by name, vhp, Jacobians by shape: closed forms, and autograd beside them."""

from __future__ import annotations

import importlib
import importlib.util

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, DTypeError, ShapeError

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]
needs_autograd = pytest.mark.skipif(
    importlib.util.find_spec("autograd") is None, reason="the oracle is autograd, which is absent"
)
needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="the oracle is Torch, which is absent"
)


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def array(values):
    return np.asarray(values, dtype="float64")


def message(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


# -- elementwise_grad and deriv


def test_elementwise_grad_gives_a_slope_for_each_element(backend):
    x = array([[0.5, 1.0], [-2.0, 3.0]])
    assert ug.elementwise_grad(np.sin)(x).numpy() == pytest.approx(numpy.cos(x.numpy()))
    third = ug.elementwise_grad(ug.elementwise_grad(ug.elementwise_grad(np.sin)))
    assert third(x).numpy() == pytest.approx(-numpy.cos(x.numpy()))


def test_elementwise_grad_sums_the_columns_of_the_jacobian():
    x, y = array([1.0, 2.0]), array([3.0, 5.0])
    both = ug.elementwise_grad(lambda x, y, power: {"a": x**power * y, "b": [np.sum(x) * y]}, (0, -1))(x, y, power=2)
    assert both[0].tolist() == [2 * 1 * 3 + 8.0, 2 * 2 * 5 + 8.0]  # and the sum's, 3 + 5
    assert both[1].tolist() == [1.0 + 3.0, 4.0 + 3.0]


def test_elementwise_grad_is_zero_where_nothing_leads_back():
    assert ug.elementwise_grad(lambda x: array([1.0]))(array([1.0, 2.0])).tolist() == [0.0, 0.0]


def test_elementwise_grad_of_complex_values_is_refused():
    assert message(DTypeError, lambda: ug.elementwise_grad(np.exp)(np.asarray(1j, dtype="complex128"))) == (
        "elementwise_grad needs a function with real values, not 'complex128'; use make_vjp with a cotangent"
    )


def test_deriv_is_the_derivative_of_a_curve(backend):
    curve = lambda t: {"x": np.cos(t), "y": [np.sin(2 * t)]}
    speed = ug.deriv(curve)(array(0.3))
    assert speed["x"].item() == pytest.approx(-numpy.sin(0.3))
    assert speed["y"][0].item() == pytest.approx(2 * numpy.cos(0.6))
    assert ug.deriv(ug.deriv(lambda a, t: a * t**3, 1), 1)(2.0, array(0.5)).item() == pytest.approx(6.0)


def test_deriv_of_a_holomorphic_function_is_its_derivative():
    z = np.asarray(0.3 + 0.7j)
    assert ug.deriv(np.exp)(z).item() == pytest.approx(numpy.exp(0.3 + 0.7j))


def test_deriv_of_several_goes_along_all_of_them():
    assert ug.deriv(lambda x, y: x * y, (0, 1))(array(3.0), array(5.0)).item() == 8.0


# -- grad_and_aux, make_vjp, make_jvp


def test_grad_and_aux_passes_the_rest_on():
    gradient, aux = ug.grad_and_aux(lambda x, y: (np.sum(x * y * y), {"y": y}), 1)(array([1.0, 2.0]), array([3.0, 4.0]))
    assert gradient.tolist() == [6.0, 16.0]
    assert aux["y"].tolist() == [3.0, 4.0]


def test_make_vjp_pulls_as_often_as_asked(backend):
    pullback, value = ug.make_vjp(lambda a, x: a * x**2, 1)(3.0, array([1.0, 2.0]))
    assert value.tolist() == [3.0, 12.0]
    assert pullback(array([1.0, 0.0])).tolist() == [6.0, 0.0]
    assert pullback(array([0.0, 1.0])).tolist() == [0.0, 12.0]


def test_make_jvp_pushes_as_often_as_asked(backend):
    push = ug.make_jvp(lambda a, x: a * x**2, 1)(3.0, array([1.0, 2.0]))
    for tangent, expected in (([1.0, 0.0], [6.0, 0.0]), ([0.0, 1.0], [0.0, 12.0])):
        value, pushed = push(array(tangent))
        assert value.tolist() == [3.0, 12.0]
        assert pushed.tolist() == expected


def test_of_several_arguments_they_take_and_give_tuples():
    f = lambda x, y, *, scale: scale * x * y
    pullback, _ = ug.make_vjp(f, (1, 0))(array(2.0), array(5.0), scale=10.0)
    assert [g.item() for g in pullback(array(1.0))] == [20.0, 50.0]
    value, pushed = ug.make_jvp(f, (1, 0))(array(2.0), array(5.0), scale=10.0)((array(1.0), array(0.1)))
    assert (value.item(), pushed.item()) == (100.0, 25.0)


@needs_autograd
@pytest.mark.parametrize("argnum", [0, 1])
def test_autograd_gives_the_same(argnum):
    import autograd
    import autograd.numpy as anp

    x, y = numpy.array([[0.5, -1.0], [2.0, 0.25]]), numpy.array([1.5, -0.5])
    text = lambda np: lambda x, y: np.tanh(x * y) + np.sum(x * x) * y
    mine, theirs = text(np), text(anp)
    direction = numpy.array([[0.3, -0.7], [1.1, 0.2]])
    assert ug.elementwise_grad(mine, argnum)(x, y).numpy() == pytest.approx(
        autograd.elementwise_grad(theirs, argnum)(x, y)
    )
    assert ug.deriv(mine, argnum)(x, y).numpy() == pytest.approx(autograd.deriv(theirs, argnum)(x, y))
    assert ug.make_vjp(mine, argnum)(x, y)[0](direction).numpy() == pytest.approx(
        autograd.make_vjp(theirs, argnum)(x, y)[0](direction)
    )
    along = direction if argnum == 0 else direction[0]
    assert ug.make_jvp(mine, argnum)(x, y)(along)[1].numpy() == pytest.approx(
        autograd.make_jvp(theirs, argnum)(x, y)(along)[1]
    )


# -- arguments by name


def three(x, y, *, z=1.0):
    return np.sum(x * y * y * z)


@pytest.mark.parametrize(("argnames", "expected"), [
    ("x", 45.0), ("y", 60.0), ("z", 18.0), (("z", "x"), (18.0, 45.0)), (["y"], (60.0,)), ((), ()),
])  # fmt: skip
@pytest.mark.parametrize("by_keyword", [False, True])
def test_argnames_are_found_by_position_and_by_keyword(argnames, expected, by_keyword):
    args, kwargs = ([array(2.0)], {"y": array(3.0)}) if by_keyword else ([array(2.0), array(3.0)], {})
    got = ug.grad(three, argnames=argnames)(*args, **kwargs, z=array(5.0))
    assert (tuple(each.item() for each in got) if isinstance(got, tuple) else got.item()) == expected
    value, again = ug.value_and_grad(three, argnames=argnames)(*args, **kwargs, z=array(5.0))
    assert value.item() == 90.0
    assert (tuple(each.item() for each in again) if isinstance(again, tuple) else again.item()) == expected


def test_argnames_take_containers_and_aux_and_nest():
    f = lambda x, *, params: (x * params["w"] ** 3, "more")
    gradient, aux = ug.grad(f, argnames="params", has_aux=True)(array(2.0), params={"w": array(3.0)})
    assert (gradient["w"].item(), aux) == (54.0, "more")
    twice = ug.grad(ug.grad(lambda x, y: x**2 * y**3, argnames="y"), argnames="x")
    assert twice(array(2.0), array(3.0)).item() == 2 * 2 * 3 * 9.0


def test_an_argname_that_is_not_there_is_refused():
    assert message(ArgumentError, lambda: ug.grad(three, argnames="w")(1.0, 2.0, z=3.0)) == (
        "grad: argnames='w' is no argument of this call; by position it has 'x', 'y', by keyword 'z'"
    )
    assert message(ArgumentError, lambda: ug.value_and_grad(three, argnames=("x", "z"))(1.0, 2.0)) == (
        "value_and_grad: argnames='z' is no argument of this call; by position it has 'x', 'y', by keyword none"
    )
    assert message(ArgumentError, lambda: ug.grad(three, 1, argnames="x")) == (
        "grad takes argnums or argnames, not both; got 1 and 'x'"
    )


# -- vhp


def test_vhp_is_the_vector_times_the_hessian(backend):
    x, g = array([1.0, 2.0, 3.0]), array([1.0, -1.0, 0.5])
    assert ug.vhp(lambda x: np.sum(x**3), (x,), (g,)).numpy() == pytest.approx(6 * x.numpy() * g.numpy())
    f = lambda p, y: np.sum(p["w"] ** 2 * y)
    first, second = ug.vhp(f, ({"w": x}, x), ({"w": g}, g))
    assert first["w"].numpy() == pytest.approx(4 * x.numpy() * g.numpy())
    assert second.numpy() == pytest.approx(2 * x.numpy() * g.numpy())


@needs_torch
def test_torch_gives_the_same_vhp():
    import torch

    x, y, v, w = (numpy.random.default_rng(seed).normal(size=3) for seed in range(4))
    mine = ug.vhp(lambda x, y: np.sum(np.sin(x * y) * np.exp(y)), (x, y), (v, w))
    _, theirs = torch.autograd.functional.vhp(
        lambda x, y: torch.sum(torch.sin(x * y) * torch.exp(y)),
        (torch.tensor(x), torch.tensor(y)),
        (torch.tensor(v), torch.tensor(w)),
    )
    for one, two in zip(mine, theirs, strict=True):
        assert one.numpy() == pytest.approx(two.numpy(), rel=1e-12)


@pytest.mark.parametrize(("product", "name"), [(ug.vhp, "cotangent"), (ug.hvp, "tangent")])
def test_products_with_the_hessian_say_what_they_need(product, name):
    x = array([1.0, 2.0])
    assert message(ArgumentError, lambda: product(np.sum, x, x)) == (
        f"{product.__name__} needs its primals and its {name}s as tuples, one entry for each argument of f"
    )
    assert message(ArgumentError, lambda: product(np.sum, (x,), (x, x))) == (
        f"{product.__name__} needs a {name} for each primal; got 1 primals and 2 {name}s"
    )
    with pytest.raises(ShapeError, match=name):
        product(lambda x: np.sum(x**2), (x,), (array([1.0]),))


# -- Jacobians by shape


@pytest.mark.parametrize(("columns", "rows"), [(2, 5), (5, 2), (3, 3), (1, 0), (0, 1)])
def test_a_jacobian_takes_rows_or_columns_whichever_are_fewer(monkeypatch, columns, rows):
    module = importlib.import_module("unigrad.transforms.jacobian")  # the package's attribute is the function
    taken = []
    for name in ("_rows", "_columns"):
        original = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *args, name=name, original=original: (taken.append(name), original(*args))[1]
        )
    matrix = numpy.arange(1.0, 1.0 + rows * columns).reshape(rows, columns)
    runs = []
    f = lambda x: (runs.append(1), array(matrix) @ x)[1]
    assert ug.jacobian(f)(array(numpy.ones(columns))).numpy() == pytest.approx(matrix)
    assert taken == ["_columns" if columns < rows else "_rows"]
    assert len(runs) == 1


def test_both_ways_give_the_same_containers(backend):
    f = lambda p, y: ({"a": p["w"] * y, "b": np.stack([y, y * y, y**3])}, "more")
    for y in (array(2.0), array([2.0, 1.0])):
        args = ({"w": array([1.0, 3.0])}, y)
        (block, aux), (other, _) = (each(f, (0, 1), has_aux=True)(*args) for each in (ug.jacobian, ug.jacrev))
        assert aux == "more"
        for name in ("a", "b"):
            assert block[name][0]["w"].numpy() == pytest.approx(other[name][0]["w"].numpy())
            assert block[name][1].numpy() == pytest.approx(other[name][1].numpy())


def test_of_complex_values_a_jacobian_has_both_parts():
    x = array([1.0, 2.0])
    assert ug.jacobian(lambda x: x * (2 + 1j))(x).tolist() == [[2 + 1j, 0], [0, 2 + 1j]]
    assert message(DTypeError, lambda: ug.jacrev(lambda x: x * (2 + 1j))(x)) == (
        "jacrev has one row for a value, of 'complex128' it takes two; use jacfwd or jacobian"
    )
