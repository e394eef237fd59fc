"""Cards: what a rule may name, what a node saves for it, and what is refused when the card is made."""

from __future__ import annotations

import gc

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY, composition, constant, elementwise, linear, primitive
from unigrad.errors import CardError, MissingKernel, MissingRule
from unigrad.samples import Array, Convention, at, sample


@pytest.fixture(autouse=True)
def own_primitives():
    """Primitives that a test declares are forgotten after it, and so are their kernels."""
    before, xp = set(REGISTRY), ug.get_backend().xp
    yield
    for name in set(REGISTRY) - before:
        del REGISTRY[name]
        vars(xp).pop(name, None)


def kernel(name, function):
    setattr(ug.get_backend().xp, name, function)


def leaf(values):
    return np.asarray(values, dtype="float64").attach_grad()


def card_error(declare):
    with pytest.raises(CardError) as caught:
        declare()
    return str(caught.value)


# -- what is refused


def test_a_rule_that_names_something_unknown_is_refused_when_the_card_is_made():
    def declare():
        @elementwise(dx=lambda y: y, samples=())
        def wrong(x, /, scale=1.0):
            """Wrong."""

    assert card_error(declare) == (
        "the rule of 'wrong' for 'x' names 'y', which is neither xp, g, out, an argument, "
        "<argument>_shape, <argument>_dtype nor an option of wrong(x, /, scale=1.0)"
    )
    assert "wrong" not in REGISTRY


def test_a_rule_for_an_argument_that_is_not_there_is_refused():
    def declare():
        @primitive(vjp={"y": lambda g: g}, samples=())
        def wrong(x, /):
            """Wrong."""

    assert card_error(declare) == "'wrong' has a rule for 'y', which is none of its array arguments ('x',)"


def test_a_constant_partial_other_than_one_minus_one_and_zero_is_refused():
    def declare():
        @elementwise(dx=2, samples=())
        def wrong(x, /):
            """Wrong."""

    assert card_error(declare) == "the rule of 'wrong' for 'x' is 2; a constant partial is 1, -1 or 0"


def test_a_convention_of_too_many_arguments_is_refused():
    def declare():
        @elementwise(dx=1, samples=(), conventions=[at(0.0, 0.0, slope=(1.0, 1.0), why="two")])
        def wrong(x, /):
            """Wrong."""

    assert card_error(declare) == "a convention of 'wrong' has 2 arguments, and its arrays are ('x',)"


def test_a_convention_that_names_no_option_and_no_engine_is_refused():
    def declare():
        @composition(samples=(), conventions=[at(0.0, slope=1.0, why="one", scale=1.0, mygrad=0.0)])
        def wrong(x, /, scale=1.0):
            """Wrong."""

    assert card_error(declare) == (
        "a convention of 'wrong' names 'mygrad', which is neither an option of wrong(x, /, scale=1.0) nor one of "
        "('autograd', 'jax', 'torch', 'tf', 'mxnet')"
    )
    assert "wrong" not in REGISTRY


def test_a_convention_is_written_as_the_call_and_the_engines_beside_it():
    assert at([1.0], None, slope=([0.5], None), why="half", axis=0, agree="jax torch", tf=1.0) == Convention(
        ([1.0], None), ([0.5], None), "half", {"axis": 0}, agree=("jax", "torch"), differ={"tf": 1.0}
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slope": 0.0}, "a convention needs a slope for each argument; got 1 for the point (0.0, 1.0)"),
        (
            {"slope": (0.0, 1.0), "second": 0.0},
            "a convention needs a slope for each argument; got 1 for the point (0.0, 1.0)",
        ),
        (
            {"slope": (0.0, 1.0), "agree": "jax mygrad"},
            "a convention compares with autograd, jax, torch, tf, mxnet; got 'mygrad'",
        ),
    ],
)
def test_a_convention_that_is_not_whole_is_refused(wrong, sentence):
    with pytest.raises(ValueError) as caught:
        at(0.0, 1.0, why="not whole", **wrong)
    assert str(caught.value) == sentence


def test_registering_a_name_twice_is_refused():
    def declare():
        @elementwise(dx=1, samples=())
        def tanh(x, /):
            """Another one."""

    assert (
        card_error(declare)
        == "there is a primitive 'tanh' already, in unigrad.primitives.trigonometry; give this one another name"
    )


def test_a_signature_without_arrays_is_refused():
    def declare():
        @constant(samples=())
        def wrong(x):
            """Wrong."""

    assert card_error(declare) == "the signature of 'wrong' must be arrays, a '/', then options; it is (x)"


def test_a_signature_with_stars_is_refused():
    def declare():
        @constant(samples=())
        def wrong(x, /, *more):
            """Wrong."""

    assert card_error(declare) == "the signature of 'wrong' must be arrays, a '/', then options; it is (x, /, *more)"


def test_a_missing_rule_names_primitive_and_argument():
    @primitive(vjp={"x1": lambda g, x2: g * x2}, samples=())
    def half(x1, x2, /):
        """A product with one rule."""

    kernel("half", numpy.multiply)
    x, y = leaf([2.0]), leaf([3.0])
    with pytest.raises(MissingRule) as caught:
        half(x, y)
    assert str(caught.value) == "'half' has no derivative rule for 'x2'; detach() it if it is a constant"
    half(x, y.detach()).backward()
    assert x.grad.tolist() == [3.0]


def test_a_missing_kernel_names_kernel_and_backend():
    @elementwise(dx=1, samples=())
    def no_such_kernel(x, /):
        """Nowhere."""

    with pytest.raises(MissingKernel) as caught:
        no_such_kernel(np.asarray([1.0]))
    assert str(caught.value) == (
        "backend 'numpy' has no kernel 'no_such_kernel', and unigrad has no fallback for it; "
        "define it in 'unigrad_numpy.kernels', have a plugin lend it, or use another backend"
    )


# -- what a node saves


def saved(result):
    return result.node.saved


def test_multiply_saves_both_operands():
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    assert {id(each) for each in saved(x * y)} == {id(x.data), id(y.data)}


def test_multiply_by_a_constant_saves_the_constant_alone():
    x, c = leaf([1.0, 2.0]), np.asarray([3.0, 4.0], dtype="float64")
    (only,) = saved(x * c)
    assert only is c.data
    assert saved(x * 3.0) == (3.0,)
    assert saved(3.0 * x) == (3.0,)


def test_tanh_saves_only_its_output():
    y = np.tanh(leaf([1.0, 2.0]))
    (only,) = saved(y)
    assert only is y.data


@pytest.mark.parametrize("function", [lambda x: x + x, lambda x: x - x, lambda x: x + 1.0, lambda x: -x, lambda x: +x])
def test_sums_and_signs_save_nothing(function):
    assert saved(function(leaf([1.0, 2.0]))) == ()


def test_sum_saves_only_the_shape_and_the_axis():
    assert sorted(map(str, saved(np.sum(leaf([[1.0, 2.0]]), axis=1)))) == ["(1, 2)", "(1,)"]


def test_a_sum_with_broadcasting_saves_only_shapes():
    assert saved(leaf([[1.0], [2.0]]) + leaf([1.0, 2.0])) == ((2, 1), (2,), (2, 2))


def test_an_operand_that_no_rule_names_dies():
    x = leaf([1.0, 2.0])
    gc.collect()
    y = x * 2.0
    arrays = [each for each in gc.get_referents(y.node) if isinstance(each, numpy.ndarray)]
    assert arrays == []
    assert all(not isinstance(each, numpy.ndarray) for each in y.node.saved)


def test_a_shape_named_by_a_rule_does_not_keep_the_array():
    x = leaf(numpy.ones((2, 3)))
    y = np.reshape(x, (6,))
    assert all(not hasattr(each, "dtype") for each in y.node.saved)


# -- cards of one's own


def test_one_card_serves_values_gradients_and_gradients_of_gradients():
    @elementwise(dx=lambda x: 3 * x * x, samples=[sample(Array((3,)))])
    def cube(x, /):
        """``x`` three times."""

    kernel("cube", lambda x: x * x * x)
    x = np.asarray([1.0, 2.0], dtype="float64")
    assert cube(x).tolist() == [1.0, 8.0]
    first = ug.grad(lambda x: np.sum(cube(x)))
    assert first(x).tolist() == [3.0, 12.0]
    second = ug.grad(lambda x: np.sum(first(x)))
    assert second(x).tolist() == [6.0, 12.0]
    assert ug.grad(lambda x: np.sum(second(x)))(x).tolist() == [6.0, 6.0]


@pytest.mark.parametrize(("partial", "expected"), [(1, [1.0, 1.0]), (-1, [-1.0, -1.0])])
def test_a_constant_partial_is_a_number(partial, expected):
    @elementwise(dx=partial, samples=())
    def signed(x, /):
        """``x`` or its opposite."""

    kernel("signed", lambda x: partial * x)
    x = leaf([1.0, 2.0])
    y = signed(x)
    assert y.node.saved == ()
    y.backward()
    assert x.grad.tolist() == expected


def test_a_constant_partial_of_zero_records_nothing():
    @elementwise(dx1=1, dx2=0, samples=())
    def first_of(x1, x2, /):
        """``x1``."""

    kernel("first_of", lambda x1, x2: x1 + 0 * x2)
    x, y = leaf([1.0]), leaf([2.0])
    assert first_of(x.detach(), y).node is None
    first_of(x, y).backward()
    assert x.grad.tolist() == [1.0]
    assert y.grad.tolist() == [0.0]
    assert REGISTRY["first_of"].differentiable == ("x1",)


def test_a_rule_may_name_an_option_and_facts_of_arguments():
    seen = []

    def rule(xp, g, x_shape, x_dtype, factor):
        seen.append((tuple(x_shape), str(x_dtype), factor))
        return factor * g

    @linear(transpose=rule, samples=())
    def scaled(x, /, *, factor=2.0):
        """``factor`` times ``x``."""

    kernel("scaled", lambda x, factor: factor * x)
    x = leaf([1.0, 2.0])
    scaled(x, factor=5.0).backward()
    assert x.grad.tolist() == [5.0, 5.0]
    assert seen == [((2,), "float64", 5.0)]
    assert scaled(x).tolist() == [2.0, 4.0]


def test_a_constant_card_never_records():
    assert np.sign(leaf([1.0])).node is None
    assert (leaf([1.0]) > 0.0).node is None


def test_a_composition_is_listed_and_differentiates_by_its_parts():
    @composition(samples=[sample(Array((3,)))])
    def twice(x, /):
        """``x`` and ``x``."""
        return x + x

    assert REGISTRY["twice"].kind == "composition"
    assert ug.grad(lambda x: np.sum(twice(x)))(np.asarray([1.0])).tolist() == [2.0]


def test_the_registry_knows_signature_doc_kind_rules_and_samples():
    card = REGISTRY["multiply"]
    assert (card.name, card.kind, str(card.signature)) == ("multiply", "elementwise", "(x1, x2, /)")
    assert card.arrays == card.differentiable == ("x1", "x2")
    assert card.doc.startswith("Product of")
    assert set(card.rules) == {"x1", "x2"}
    assert card.samples
    assert card(np.asarray([2.0]), 3.0).tolist() == [6.0]


def test_the_function_has_the_name_doc_and_module_of_its_card():
    assert np.multiply.__name__ == "multiply"
    assert np.multiply.__doc__.startswith("Product of")
    assert np.multiply.__module__ == "unigrad.primitives.arithmetic"


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_each_card_has_a_docstring_and_each_differentiable_one_samples(name):
    card = REGISTRY[name]
    assert card.doc.endswith(".")
    assert card.samples or name == "to_device"


def test_a_rule_may_use_another_packages_primitive_to_any_order(monkeypatch):
    """`xp` is the backend's kernels in the first sweep, and the registered primitives in a recorded one."""
    monkeypatch.setattr("unigrad.card.REGISTRY", dict(REGISTRY))
    import unigrad.primitives

    monkeypatch.setattr(unigrad.primitives, "_REGISTRY", unigrad.card.REGISTRY)
    kernels = np.asarray(1.0).xp
    monkeypatch.setitem(vars(kernels), "cube_for_a_test", lambda x: x * x * x)

    @ug.elementwise(dx=lambda xp, x: 3 * xp.cube_for_a_test(x) / x, samples=())
    def cube_for_a_test(x, /):
        """The third power of ``x``."""

    x = np.asarray(2.0)
    assert ug.grad(cube_for_a_test)(x).item() == 12.0
    assert ug.grad(ug.grad(cube_for_a_test))(x).item() == 12.0
