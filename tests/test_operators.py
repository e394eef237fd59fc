"""Operators and methods of a Tensor: Python's and NumPy's spellings, assignment, conversions, and what they refuse."""

from __future__ import annotations

import copy
import math
import operator
import pickle

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import DTypeError, InPlaceError, NotRecorded, ShapeError

X, Y = numpy.array([1.5, 2.0, 3.0]), numpy.array([2.0, 0.5, 1.0])
FLOATING = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
BITS = [operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift]
LEAF = (
    "this Tensor has attach_grad(): changing it in place while recording would lose its gradient; "
    "do it under unigrad.pause(), or on a copy such as x * 1"
)


def leaf(values):
    return np.asarray(values, dtype="float64").attach_grad()


def message(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def agree(got, expected):
    assert isinstance(got, ug.Tensor)
    assert got.tolist() == expected.tolist()
    assert got.dtype == expected.dtype.name


@pytest.mark.parametrize("operation", FLOATING + COMPARISONS, ids=lambda f: f.__name__)
def test_operators_agree_with_numpy_on_tensors_arrays_and_numbers(operation):
    x, y = np.asarray(X), np.asarray(Y)
    agree(operation(x, y), operation(X, Y))
    agree(operation(x, Y), operation(X, Y))
    agree(operation(X, y), operation(X, Y))
    agree(operation(x, 2.0), operation(X, 2.0))
    agree(operation(2.0, y), operation(2.0, Y))
    agree(operation(x, 2), operation(X, 2))


@pytest.mark.parametrize("operation", BITS, ids=lambda f: f.__name__)
def test_operators_on_bits_agree_with_numpy(operation):
    x, y = numpy.array([5, 6, 7]), numpy.array([1, 2, 3])
    agree(operation(np.asarray(x), np.asarray(y)), operation(x, y))
    agree(operation(np.asarray(x), 2), operation(x, 2))
    agree(operation(9, np.asarray(y)), operation(9, y))


@pytest.mark.parametrize("operation", [operator.neg, operator.pos, operator.abs])
def test_signs_agree_with_numpy(operation):
    agree(operation(np.asarray(-X)), operation(-X))


def test_matmul_works_from_both_sides():
    a = numpy.arange(6.0).reshape(2, 3)
    agree(np.asarray(a) @ X, a @ X)
    agree(a @ np.asarray(X), a @ X)


def test_invert_flips_booleans():
    assert (~np.asarray([True, False])).tolist() == [False, True]


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: 2.0 - x,
        lambda x: 2.0 / x,
        lambda x: 2.0**x,
        lambda x: X - x,
        lambda x: X / x,
        lambda x: X @ x,
        lambda x: 5.0 % x,
    ],
)
def test_reflected_operators_are_recorded(operation):
    weights = numpy.array([1.0, 10.0, 100.0])
    f = lambda x: np.sum(operation(x) * weights)
    got = ug.grad(f)(Y * 1.1).numpy()
    for i in range(3):
        step = 1e-6 * numpy.eye(3)[i]
        assert got[i] == pytest.approx((float(f(Y * 1.1 + step)) - float(f(Y * 1.1 - step))) / 2e-6, rel=1e-6, abs=1e-6)


def test_comparison_with_none_and_text_is_python_s():
    x = np.asarray([1.0])
    assert (x == None) is False  # noqa: E711 - the comparison is what is tested
    assert (x != "text") is True


def test_tensors_are_hashed_by_identity():
    x = np.asarray([1.0])
    assert x in {x}


# -- in place


@pytest.mark.parametrize(
    "operation",
    [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow],
    ids=lambda f: f.__name__,
)
def test_in_place_operators_change_the_tensor_and_are_recorded(operation):
    x = leaf(X)
    y = same = x * 1.0
    y = operation(y, 2.0)
    assert y is same
    np.sum(y).backward()
    expected = X.copy()
    assert y.tolist() == operation(expected, 2.0).tolist()
    slopes = {"iadd": 1.0, "isub": 1.0, "imul": 2.0, "itruediv": 0.5, "ipow": 2.0 * X}
    assert x.grad.tolist() == (slopes[operation.__name__] * numpy.ones(3)).tolist()


def test_an_in_place_operation_does_not_change_what_was_saved_before():
    x = leaf([1.0, 2.0])
    y = x * 1.0
    z = y * y
    y += 10.0
    np.sum(z).backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_an_in_place_operation_on_a_leaf_is_refused_while_recording():
    x = leaf([1.0])
    assert message(InPlaceError, lambda: operator.iadd(x, 1.0)) == LEAF
    assert x.tolist() == [1.0]


def test_an_in_place_result_must_fit():
    x = np.asarray([1.0, 2.0])
    assert (
        message(ShapeError, lambda: operator.iadd(x, np.ones((3, 2))))
        == "an array of shape (2,) cannot hold a result of shape (3, 2) in place"
    )
    n = np.asarray([1, 2])
    assert message(DTypeError, lambda: operator.iadd(n, 0.5)) == (
        "an array of dtype 'int64' cannot hold a result of dtype 'float32' in place; use astype"
    )


def test_an_in_place_operation_keeps_the_dtype():
    x = np.asarray([1.0, 2.0])
    x += np.asarray(X[:2])
    assert x.dtype == "float32"


def test_setitem_is_recorded():
    x, v = leaf([1.0, 2.0, 3.0]), leaf(5.0)
    y = x * 1.0
    y[1] = v * 2.0
    assert y.tolist() == [1.0, 10.0, 3.0]
    np.sum(y * y).backward()
    assert x.grad.tolist() == [2.0, 0.0, 6.0]
    assert v.grad.item() == 40.0


def test_setitem_on_a_constant_with_a_tracked_value_makes_it_tracked():
    v, y = leaf(5.0), np.zeros(2, dtype="float64")
    y[0] = v
    np.sum(y * y).backward()
    assert v.grad.item() == 10.0


def test_setitem_on_a_leaf_is_refused_while_recording():
    x = leaf([1.0, 2.0])
    assert message(InPlaceError, lambda: operator.setitem(x, 0, 5.0)) == LEAF
    with ug.pause():
        x[0] = 5.0
    assert x.tolist() == [5.0, 2.0]


def test_setitem_never_writes_to_the_array_it_was_made_of():
    a = numpy.array([1.0, 2.0])
    x = np.asarray(a)
    view = x[:]
    x[0] = 9.0
    assert a.tolist() == view.tolist() == [1.0, 2.0]


def test_setitem_refuses_a_dtype_that_loses_its_kind():
    n = np.asarray([1, 2])
    assert message(DTypeError, lambda: operator.setitem(n, 0, np.asarray(0.5))) == (
        "an array of dtype 'int64' cannot hold values of dtype 'float32'; use astype"
    )


# -- conversions


def test_bool_of_many_elements_says_what_to_do():
    assert (
        message(ShapeError, lambda: bool(np.asarray([1.0, 2.0])))
        == "bool() needs an array of one element, not of shape (2,); use .any() or .all()"
    )


@pytest.mark.parametrize(
    ("function", "name"), [(int, "int()"), (float, "float()"), (complex, "complex()"), (ug.Tensor.item, "item()")]
)
def test_a_number_of_many_elements_says_what_to_do(function, name):
    assert (
        message(ShapeError, lambda: function(np.asarray([1.0, 2.0])))
        == f"{name} needs an array of one element, not of shape (2,); take one with x[…]"
    )


def test_one_element_is_a_number():
    x = leaf([2.5])
    assert (int(x), float(x), complex(x), bool(x), x.item()) == (2, 2.5, 2.5 + 0j, True, 2.5)
    assert f"{x:.2f}" == "2.50"


def test_len_and_iter_of_an_array_without_axes_say_what_to_do():
    words = "an array without axes has no len(); use .size, or item() for its value"
    assert message(ShapeError, lambda: len(np.asarray(1.0))) == words
    assert message(ShapeError, lambda: list(np.asarray(1.0))) == words


def test_iteration_is_recorded():
    x = leaf([[1.0, 2.0], [3.0, 4.0]])
    first, last = x
    assert len(x) == 2
    np.sum(first * last).backward()
    assert x.grad.tolist() == [[3.0, 4.0], [1.0, 2.0]]


def test_contains_looks_for_an_element():
    assert 2.0 in np.asarray([1.0, 2.0])
    assert 3.0 not in np.asarray([1.0, 2.0])


def test_only_integers_stand_for_an_index():
    assert [10, 20, 30][np.asarray(1)] == 20
    assert message(DTypeError, lambda: [1, 2][np.asarray(1.0)]) == (
        "only an integer without axes can stand for an index; this has dtype 'float32' and shape ()"
    )


def test_numpy_s_own_functions_are_refused_on_a_recorded_tensor():
    assert message(NotRecorded, lambda: numpy.asarray(leaf([1.0]))) == (
        "NumPy functions are not recorded: converting a recorded Tensor would cut its graph; "
        "use unigrad.numpy, or x.detach() or x.numpy() where a constant is meant"
    )


def test_numpy_takes_a_constant_and_under_pause_anything():
    assert numpy.asarray(np.asarray([1.0, 2.0])).tolist() == [1.0, 2.0]
    with ug.pause():
        assert numpy.asarray(leaf([1.0]), dtype="float32").dtype == "float32"


def test_numpy_gives_an_array_that_cannot_be_written():
    array = leaf([1.0, 2.0]).numpy()
    assert message(ValueError, lambda: operator.setitem(array, 0, 9.0)) == "assignment destination is read-only"


def test_dlpack_is_refused_on_a_recorded_tensor():
    assert (
        message(NotRecorded, lambda: leaf([1.0]).__dlpack__())
        == "other libraries' functions are not recorded; use x.detach() where a constant is meant"
    )


def test_the_array_namespace_is_unigrad_numpy():
    assert np.asarray([1.0]).__array_namespace__() is np


# -- repr, copies


def test_the_repr_shows_values_dtype_backend_and_whether_it_is_recorded():
    x = np.asarray([1.0, 2.0])
    assert repr(x) == "Tensor([1., 2.], dtype=float32, backend=numpy)"
    assert repr(x.attach_grad()) == "Tensor([1., 2.], dtype=float32, backend=numpy, leaf)"
    assert repr(x * 2) == "Tensor([2., 4.], dtype=float32, backend=numpy, recorded by multiply)"
    assert repr(np.asarray(3)) == "Tensor(3, dtype=int64, backend=numpy)"
    assert repr(np.zeros((0, 3))) == "Tensor([], shape=(0, 3), dtype=float32, backend=numpy)"
    assert str(x) == "[1. 2.]"


@pytest.mark.parametrize(
    "duplicate", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy], ids=["pickle", "deepcopy"]
)
def test_constants_can_be_pickled_and_copied(duplicate):
    x = np.asarray([1.0, 2.0])
    y = duplicate(x)
    assert (y.tolist(), y.dtype, y.backend.name) == ([1.0, 2.0], "float32", "numpy")
    assert not numpy.shares_memory(x.data, y.data)


@pytest.mark.parametrize(("duplicate", "name"), [(pickle.dumps, "pickle"), (copy.deepcopy, "copy.deepcopy")])
@pytest.mark.parametrize("x", [leaf([1.0]), leaf([1.0]) * 2.0], ids=["leaf", "recorded"])
def test_a_graph_is_neither_pickled_nor_copied(duplicate, name, x):
    assert message(NotRecorded, lambda: duplicate(x)) == (
        f"{name} cannot take a graph along; use it on x.detach(), and attach_grad() to what comes out"
    )


def test_copy_is_recorded():
    x = leaf([1.0])
    (copy.copy(x) * 3.0).backward()
    assert x.grad.tolist() == [3.0]


def test_methods_agree_with_the_functions():
    a = numpy.arange(6.0).reshape(2, 3)
    x = np.asarray(a)
    for name, args in [
        ("sum", (1,)),
        ("mean", (0,)),
        ("prod", ()),
        ("max", (1,)),
        ("min", ()),
        ("reshape", (3, 2)),
        ("reshape", ((6,),)),
        ("transpose", ()),
        ("transpose", (1, 0)),
        ("flatten", ()),
        ("ravel", ()),
        ("cumsum", (1,)),
        ("cumsum", ()),
        ("argmax", (1,)),
        ("argmin", ()),
        ("clip", (1.0, 3.0)),
        ("swapaxes", (0, 1)),
        ("repeat", (2, 1)),
        ("take", ([1, 0], 1)),
        ("std", (0,)),
        ("var", (1,)),
        ("round", ()),
        ("conj", ()),
    ]:
        agree(getattr(x, name)(*args), numpy.asarray(getattr(a, name)(*args)))
    agree(x.T, a.T)
    agree(x.mT, a.mT)
    assert (x.shape, x.ndim, x.size, x.item is not None) == ((2, 3), 2, 6, True)
    agree(x.std(ddof=1), numpy.asarray(a.std(ddof=1)))


@pytest.mark.parametrize("source", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("target", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "bool"])
def test_a_tensor_moves_between_backends_with_its_dtype_in_memory_of_its_own(source, target, dtype):
    for name in (source, target):
        pytest.importorskip(name, reason=f"{name} is not installed")
    with ug.use_backend(source):
        x = np.astype(np.asarray([[0.0, 1.0], [2.0, 3.0]]), dtype)
    moved = x.to_backend(target)
    assert (moved.backend.name, moved.dtype, moved.tolist()) == (target, dtype, x.tolist())
    if source != target and source != "jax":
        x.data[0, 0] = 1
        assert moved.tolist()[0][0] in (0, False)


def test_a_number_moves_between_backends():
    pytest.importorskip("torch", reason="torch is not installed")
    assert np.sum(np.asarray([1.0, 2.0])).to_backend("torch").item() == 3.0


def test_a_recorded_tensor_does_not_move_between_backends():
    pytest.importorskip("torch", reason="torch is not installed")
    x = np.asarray([1.0])
    x.attach_grad()
    with pytest.raises(ug.NotRecorded) as caught:
        (x * 2).to_backend("torch")
    assert str(caught.value) == "a gradient cannot cross from 'numpy' to 'torch'; use x.detach().to_backend(…)"


# -- Python numbers beside arrays


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_number_beside_an_array_is_rounded_to_the_dtype_and_keeps_its_sign(dtype):
    x = np.asarray([1.0, -2.0], dtype=dtype)
    host = x.numpy()
    for number in (0.1, 0.1, -0.0, 0.0, 3, 1e-300, 65504.0, 1e30, math.inf, -math.inf):
        with numpy.errstate(all="ignore"):
            got, expected = (x * number).numpy(), host * number
        assert got.dtype == expected.dtype
        assert got.tolist() == expected.tolist()
        assert numpy.signbit(got).tolist() == numpy.signbit(expected).tolist()


def test_more_numbers_than_are_kept_beside_arrays_are_right_too():
    x = np.asarray([1.0, 2.0], dtype="float64").attach_grad()
    total = x * 0.0
    for number in range(1000):
        total = total + x * (number + 0.5)
    np.sum(total).backward()
    assert x.grad.tolist() == [500000.0, 500000.0]


def test_a_number_is_a_number_to_the_rules_of_second_order():
    slope = ug.grad(lambda x: np.sum(0.1 * x * x * 3.0))
    x = np.asarray([1.0, 2.0])
    assert ug.grad(lambda x: np.sum(slope(x)))(x).numpy() == pytest.approx([0.6, 0.6], rel=1e-6)
