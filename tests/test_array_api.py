"""unigrad.numpy as a namespace of the array API standard (2024.12), held against array-api-strict, on every backend."""

from __future__ import annotations

import inspect
import itertools
import operator

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import settings
from unigrad.errors import ArgumentError, CopyError, DTypeError, ShapeError

strict = pytest.importorskip("array_api_strict", reason="array-api-strict is not installed: it holds the signatures")
BACKENDS = ["numpy", "torch", "jax"]

#: What the module has for its own use, and names of later versions of the standard.
ITS_OWN = {
    *"ArrayAPIStrictFlags Device get_array_api_strict_flags set_array_api_strict_flags".split(),
    *"reset_array_api_strict_flags __version__ __array_api_version__ linalg fft".split(),
}
FUNCTIONS = sorted(name for name in set(strict.__all__) - ITS_OWN if inspect.isfunction(getattr(strict, name)))
LINALG = sorted(name for name in strict.linalg.__all__ if inspect.isfunction(getattr(strict.linalg, name)))
EVERY = [*((np, strict, name) for name in FUNCTIONS), *((np.linalg, strict.linalg, name) for name in LINALG)]


@pytest.fixture(params=BACKENDS)
def backend(request):
    """The backend in force."""
    if request.param != "numpy":
        pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


def kinds_of(signature, *kinds):
    return [p for p in signature.parameters.values() if p.kind in kinds]


def is_default(value):
    """Whether a default is one of the standard's, and no mark of the module's that nothing was given."""
    return value is inspect.Parameter.empty or value is None or isinstance(value, (bool, int, float, str))


@pytest.mark.parametrize(("mine", "theirs", "name"), EVERY, ids=lambda each: each if isinstance(each, str) else "")
def test_every_call_that_the_standard_allows_is_taken(mine, theirs, name):
    ours, standard = inspect.signature(getattr(mine, name)), inspect.signature(getattr(theirs, name))
    positional = kinds_of(standard, inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    named = kinds_of(standard, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    options = kinds_of(standard, inspect.Parameter.KEYWORD_ONLY)
    needed = [p for p in positional if p.default is p.empty]
    many = any(p.kind is p.VAR_POSITIONAL for p in standard.parameters.values())
    for count in range(len(needed), len(positional) + 1):
        ours.bind(*positional[:count], *(["more"] * 3 if many else []))
    if named:
        ours.bind(*(p for p in positional if p not in named), **{p.name: p for p in named})
    by_position = positional if not named else [p for p in needed if p not in named] + [p for p in named if p in needed]
    bound = ours.bind(*by_position, **{p.name: p for p in options})
    for p in options:
        assert bound.arguments[p.name] is p
        if is_default(p.default) and p.default is not p.empty:
            assert ours.parameters[p.name].default == p.default, p.name
    for p in named:
        if p.name in ours.parameters and p.default is not p.empty and is_default(p.default):
            assert ours.parameters[p.name].default == p.default, p.name


def test_the_constants_and_dtypes_are_there():
    for name in "e inf nan newaxis pi".split():
        mine, theirs = getattr(np, name), getattr(strict, name)
        assert mine == theirs or (name == "nan" and numpy.isnan(mine))
    for name in "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128".split():
        assert getattr(np, name) == name


def test_the_namespace_says_which_version_it_is():
    assert np.__array_api_version__ == "2024.12"
    x = np.asarray([1.0])
    assert x.__array_namespace__() is np
    assert x.__array_namespace__(api_version="2024.12") is np
    with pytest.raises(ArgumentError) as caught:
        x.__array_namespace__(api_version="2019.12")
    assert str(caught.value) == (
        "unigrad.numpy follows the array API standard of 2021.12, 2022.12, 2023.12, 2024.12; got api_version='2019.12'"
    )


# -- inspection


def test_what_there_is_to_know_of_the_namespace(backend):
    info, theirs = np.__array_namespace_info__(), strict.__array_namespace_info__()
    assert set(info.capabilities()) == set(theirs.capabilities())
    assert info.default_device() in info.devices()
    assert np.zeros(2).device == info.default_device()
    kinds = info.default_dtypes()
    assert set(kinds) == set(theirs.default_dtypes())
    assert (kinds["real floating"], kinds["complex floating"]) == (np.float32, np.complex64)
    assert kinds["integral"] == np.asarray(1).dtype
    assert kinds["indexing"] == np.argmax(np.asarray([1.0])).dtype
    lacking = {"uint16", "uint32", "uint64"} if backend == "torch" else set()  # it has them, but cannot add them
    assert set(info.dtypes()) == set(theirs.dtypes()) - lacking
    for kind in [
        "bool",
        "signed integer",
        "unsigned integer",
        "integral",
        "real floating",
        "complex floating",
        "numeric",
    ]:
        assert set(info.dtypes(kind=kind)) == set(theirs.dtypes(kind=kind)) - lacking
    assert set(info.dtypes(kind=("bool", "real floating"))) == {"bool", "float32", "float64"}
    assert all(np.zeros(1, dtype=each).dtype is each for each in info.dtypes().values())


def test_the_default_dtypes_follow_the_setting():
    settings.set_default_dtype("float64")
    try:
        kinds = np.__array_namespace_info__().default_dtypes()
        assert (kinds["real floating"], kinds["complex floating"]) == (np.float64, np.complex128)
    finally:
        settings.set_default_dtype("float32")


NAMES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128".split()
PAIRS = list(itertools.product(NAMES, NAMES))


def standard_type(*names):
    """What the standard says of these dtypes together, or None where it says nothing."""
    try:
        return str(strict.result_type(*(getattr(strict, name) for name in names))).rpartition(".")[2]
    except TypeError:
        return None


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_dtypes_promote_as_the_standard_says(pair):
    expected = standard_type(*pair)
    if expected is not None:
        assert np.result_type(*(getattr(np, name) for name in pair)) == expected
        assert np.promote_types(*pair) == expected
        assert np.can_cast(*pair) == strict.can_cast(*(getattr(strict, name) for name in pair))


@pytest.mark.parametrize("name", NAMES)
def test_arithmetic_gives_the_dtype_of_the_standard(backend, name):
    known = np.__array_namespace_info__().dtypes()
    for other in NAMES:
        expected = standard_type(name, other)
        if expected is None or not {name, other, expected} <= set(known):
            continue
        x, y = np.asarray([1, 0], dtype=name), np.asarray([[1]], dtype=other)
        if expected != "bool":
            assert (x * y).dtype == expected, other
            assert (x + y).tolist() == [[2, 1]]
        if not expected.startswith("complex"):
            assert np.equal(x, y).dtype == "bool"
        assert np.concat([x, y[0]]).dtype == expected
        assert np.where(np.asarray(True), x, y).dtype == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_python_number_takes_the_dtype_of_the_array(backend, name):
    x = np.asarray([1, 0], dtype=name)
    numbers = {"bool": [True], "i": [2], "u": [2], "f": [2, 2.5], "c": [2, 2.5, 1j]}
    for number in numbers["bool" if name == "bool" else name[0]]:
        result = x | number if name == "bool" else x * number
        assert result.dtype == name
        assert np.result_type(x, number) == name
        assert np.result_type(number, np.dtype(name)) == name


def test_numbers_of_a_higher_kind_take_the_default_dtype_beside_an_array():
    assert np.result_type(np.int8, 1.5) == np.float32
    assert np.result_type(np.bool, 2) == np.int64
    assert np.result_type(np.float64, 1j) == np.complex128
    assert np.result_type(1, 2.0) == np.float32
    with pytest.raises(ArgumentError, match="'result_type' needs at least one array or dtype"):
        np.result_type()


@pytest.mark.parametrize("name", NAMES)
def test_each_dtype_is_of_its_kinds(name):
    for kind in [
        "bool",
        "signed integer",
        "unsigned integer",
        "integral",
        "real floating",
        "complex floating",
        "numeric",
    ]:
        assert np.isdtype(getattr(np, name), kind) == strict.isdtype(getattr(strict, name), kind)
    assert np.isdtype(getattr(np, name), (np.bool, "numeric"))
    assert np.isdtype(np.bfloat16, "real floating")
    with pytest.raises(ArgumentError) as caught:
        np.isdtype(np.bool, "whole")
    assert str(caught.value) == (
        "a kind of dtypes is 'bool', 'signed integer', 'unsigned integer', 'integral', 'real floating', 'complex floating', "
        "'numeric', a dtype, or a tuple of these; got 'whole'"
    )


@pytest.mark.parametrize("name", ["float16", "float32", "float64", "complex64", "complex128"])
def test_floating_dtypes_have_numpys_limits(name):
    mine, theirs = np.finfo(getattr(np, name)), numpy.finfo(name)
    for fact in "bits eps max min smallest_normal tiny".split():
        assert getattr(mine, fact) == float(getattr(theirs, fact))
    assert mine.dtype == theirs.dtype
    assert np.finfo(np.zeros(1, dtype=name)) == mine


@pytest.mark.parametrize("name", NAMES[1:9])
def test_integer_dtypes_have_numpys_limits(name):
    mine, theirs = np.iinfo(getattr(np, name)), numpy.iinfo(name)
    assert (mine.bits, mine.min, mine.max, mine.dtype) == (theirs.bits, theirs.min, theirs.max, name)
    assert np.iinfo(np.zeros(1, dtype=name)) == mine


def test_limits_of_another_kind_are_refused():
    with pytest.raises(DTypeError, match=r"^'finfo' tells of floating dtypes, not of 'int8'; use iinfo$"):
        np.finfo(np.int8)
    with pytest.raises(DTypeError, match=r"^'iinfo' tells of integer dtypes, not of 'float32'; use finfo$"):
        np.iinfo(np.float32)


# -- the members of arrays

METHODS = """__abs__ __add__ __and__ __array_namespace__ __bool__ __complex__ __dlpack__ __dlpack_device__ __eq__ __float__
__floordiv__ __ge__ __getitem__ __gt__ __index__ __int__ __invert__ __le__ __lshift__ __lt__ __matmul__ __mod__ __mul__
__ne__ __neg__ __or__ __pos__ __pow__ __rshift__ __setitem__ __sub__ __truediv__ __xor__ __iadd__ __isub__ __imul__
__itruediv__ __ifloordiv__ __ipow__ __imod__ __imatmul__ __iand__ __ior__ __ixor__ __ilshift__ __irshift__ __radd__
__rsub__ __rmul__ __rtruediv__ __rfloordiv__ __rpow__ __rmod__ __rmatmul__ __rand__ __ror__ __rxor__ __rlshift__
__rrshift__ to_device T mT device dtype ndim shape size""".split()


def test_arrays_have_every_member_of_the_standard():
    assert not [name for name in METHODS if not hasattr(ug.Tensor, name)]
    signature = inspect.signature(ug.Tensor.to_device)
    signature.bind(None, "cpu", stream=None)
    inspect.signature(ug.Tensor.__dlpack__).bind(None, stream=None, max_version=(1, 0), dl_device=None, copy=None)


ARITHMETIC = "add sub mul truediv floordiv mod pow".split()
BITS = "and_ or_ xor lshift rshift".split()


@pytest.mark.parametrize("name", ARITHMETIC + BITS)
def test_operators_agree_with_numpys_on_every_side_and_in_place(backend, name):
    operation, in_place = getattr(operator, name), getattr(operator, f"i{name.rstrip('_')}")
    a, b = numpy.array([7, 5, 2]), numpy.array([2, 1, 3])
    if name in ARITHMETIC:
        a, b = a.astype("float64"), b.astype("float64")
    x, y = np.asarray(a), np.asarray(b)
    expected = operation(a, b)
    assert operation(x, y).tolist() == pytest.approx(expected.tolist())
    assert operation(x, 2).tolist() == pytest.approx(operation(a, 2).tolist())
    assert operation(2, y).tolist() == pytest.approx(operation(2, b).tolist())
    assert in_place(x, y) is x
    assert x.tolist() == pytest.approx(expected.tolist())


def test_unary_operators_and_comparisons(backend):
    x = np.asarray([-1.5, 2.0])
    assert (abs(x).tolist(), (-x).tolist(), (+x).tolist()) == ([1.5, 2.0], [1.5, -2.0], [-1.5, 2.0])
    assert (~np.asarray([True, False])).tolist() == [False, True]
    assert (~np.asarray([1, -3])).tolist() == [-2, 2]
    for name in "lt le gt ge eq ne".split():
        assert getattr(operator, name)(x, 2.0).tolist() == getattr(operator, name)(x.numpy(), 2.0).tolist()
    m = np.asarray([[1.0, 2.0], [3.0, 4.0]])
    m @= m
    assert m.tolist() == [[7.0, 10.0], [15.0, 22.0]]


def test_numbers_come_out_of_arrays_of_one_element(backend):
    assert (int(np.asarray(3)), float(np.asarray(2.5)), complex(np.asarray(1j)), bool(np.asarray(0))) == (
        3,
        2.5,
        1j,
        False,
    )
    assert [10, 20, 30][np.asarray(1)] == 20
    with pytest.raises(DTypeError):
        operator.index(np.asarray(1.0))
    with pytest.raises(ShapeError):
        bool(np.asarray([1, 2]))


def test_attributes_agree_with_numpys(backend):
    a = numpy.arange(24.0).reshape(2, 3, 4)
    x = np.asarray(a)
    assert (x.ndim, x.shape, x.size, x.dtype) == (3, (2, 3, 4), 24, np.float64)
    assert x.mT.tolist() == numpy.matrix_transpose(a).tolist()
    assert x[0].T.tolist() == a[0].T.tolist()
    assert x.to_device(x.device).tolist() == a.tolist()
    with pytest.raises(ArgumentError, match="^to_device\\(\\) takes no stream"):
        x.to_device(x.device, stream=1)


def test_arrays_go_to_other_libraries_and_come_back_by_dlpack(backend):
    x = np.asarray([[1.0, 2.0], [3.0, 4.0]])
    assert x.__dlpack_device__()[0] == 1
    there = numpy.from_dlpack(x)
    assert there.tolist() == x.tolist()
    back = np.from_dlpack(numpy.array([1.5, 2.5]))
    assert back.backend.name == backend
    assert (back.dtype, back.tolist()) == (np.float64, [1.5, 2.5])
    assert np.from_dlpack(x, copy=True).tolist() == x.tolist()
    with pytest.raises(ArgumentError) as caught:
        np.from_dlpack([1.0])
    assert str(caught.value) == "'from_dlpack' takes an array with a '__dlpack__' method, not a 'list'"


def test_what_comes_by_dlpack_is_a_copy_unless_asked(backend):
    given = numpy.array([1.0, 2.0])
    kept = np.from_dlpack(given)
    given[0] = 100.0
    assert kept.tolist() == [1.0, 2.0]


def test_what_cannot_be_shared_is_refused():
    with pytest.raises(CopyError):
        np.asarray([1.0], copy=False)
    with pytest.raises(ValueError, match="cannot share an array of dtype 'float64' as 'float32'"):
        np.asarray(numpy.zeros(2), dtype=np.float32, copy=False)
    with pytest.raises(CopyError, match="cannot share an array of dtype 'float32'"):
        np.asarray(np.zeros(2), dtype=np.float64, copy=False)


# -- functions, against the strict implementation

RNG = numpy.random.default_rng(7)
X, Y = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))
I, U = RNG.integers(-5, 6, (3, 4)), RNG.integers(0, 6, (3, 4)).astype("uint8")
B = X > 0
P, Q = numpy.abs(X) + 0.5, RNG.normal(size=(4, 4))
S = Q @ Q.T + numpy.eye(4)
V = numpy.array([3, 1, 2, 3, 1])

CALLS = [
    *(
        (name, [X, Y], {})
        for name in "add subtract multiply divide maximum minimum hypot atan2 copysign nextafter".split()
    ),
    *(
        (name, [X, Y], {})
        for name in "logaddexp floor_divide remainder equal not_equal less less_equal greater".split()
    ),
    *((name, [I, I[::-1]], {}) for name in "add subtract multiply bitwise_and bitwise_or bitwise_xor maximum".split()),
    *(
        (name, [P], {})
        for name in "sqrt log log1p log2 log10 exp expm1 reciprocal square sin cos tan sinh cosh".split()
    ),
    *((name, [X], {}) for name in "abs sign signbit floor ceil trunc round negative positive isnan isinf".split()),
    *((name, [X], {}) for name in "isfinite tanh asinh atan conj real".split() if name not in ("conj", "real")),
    *((name, [I], {}) for name in "abs sign floor ceil trunc round square bitwise_invert negative".split()),
    *((name, [B, B.T.reshape(3, 4)], {}) for name in "logical_and logical_or logical_xor equal".split()),
    *((name, [I, U.astype("int64")], {}) for name in ["bitwise_left_shift", "bitwise_right_shift"]),
    ("logical_not", [B], {}),
    ("pow", [P, Y], {}),
    ("pow", [U, U % 3], {}),
    ("clip", [X], {"min": -0.5, "max": 0.5}),
    ("clip", [I], {"min": 0}),
    *((name, [U], options) for name in ["sum", "prod"] for options in [{}, {"axis": 1}, {"axis": 0, "keepdims": True}]),
    *(
        (name, [I.astype("int8")], {"dtype": "float64"})
        for name in ["sum", "prod", "cumulative_sum"]
        if name != "cumulative_sum"
    ),
    ("sum", [X.astype("float32")], {"dtype": "float64", "axis": (0, 1)}),
    *(
        (name, [X], {"axis": axis})
        for name in "sum prod mean std var max min".split()
        for axis in (None, 0, (0, 1), -1)
    ),
    ("std", [X], {"correction": 1}),
    ("var", [X], {"correction": 1.5, "axis": 1, "keepdims": True}),
    *(
        (name, [V], {"include_initial": start})
        for name in ["cumulative_sum", "cumulative_prod"]
        for start in (True, False)
    ),
    ("cumulative_sum", [X], {"axis": 1, "include_initial": True}),
    ("cumulative_prod", [X], {"axis": -2, "include_initial": True}),
    ("cumulative_sum", [U], {"axis": 0, "dtype": "int64"}),
    *((name, [X], options) for name in ["argmax", "argmin"] for options in [{}, {"axis": 1}, {"keepdims": True}]),
    *(
        (name, [B], options)
        for name in ["all", "any"]
        for options in [{}, {"axis": 0}, {"axis": (0, 1), "keepdims": True}]
    ),
    ("count_nonzero", [I], {"axis": 1}),
    ("count_nonzero", [I], {"keepdims": True}),
    ("diff", [X], {"axis": 0, "n": 2}),
    ("diff", [I], {"prepend": I[:, :2], "append": I[:, :1]}),
    ("sort", [X], {"axis": 0, "descending": True}),
    ("argsort", [V], {}),
    ("argsort", [V], {"descending": True}),
    ("searchsorted", [numpy.sort(X[0]), Y], {}),
    ("searchsorted", [V, numpy.array([1, 2, 3])], {"side": "right", "sorter": numpy.argsort(V)}),
    ("nonzero", [I], {}),
    ("unique_all", [V], {}),
    ("unique_counts", [I], {}),
    ("unique_inverse", [I], {}),
    ("unique_values", [I], {}),
    ("isin", [I, V], {}),
    ("take", [X, numpy.array([2, 0])], {"axis": 0}),
    ("take", [V, numpy.array([2, 0])], {}),
    ("take_along_axis", [X, numpy.array([[0], [1], [2]])], {"axis": 1}),
    ("repeat", [X, 2], {"axis": 1}),
    ("repeat", [V, numpy.array([0, 1, 2, 0, 1])], {}),
    ("repeat", [X, numpy.array([2, 0, 1])], {"axis": 0}),
    ("tile", [X, (2, 1, 2)], {}),
    ("roll", [X, (1, 2)], {"axis": (0, 1)}),
    ("flip", [X], {"axis": 0}),
    ("squeeze", [X[:, None], 1], {}),
    ("expand_dims", [X], {"axis": 1}),
    ("permute_dims", [X, (1, 0)], {}),
    ("moveaxis", [X, 0, 1], {}),
    ("reshape", [X, (4, -1)], {"copy": True}),
    ("broadcast_to", [X, (2, 3, 4)], {}),
    ("broadcast_arrays", [X, X[0], X[:1]], {}),
    ("unstack", [X], {"axis": 1}),
    ("meshgrid", [V, V[:2]], {"indexing": "ij"}),
    ("tril", [X], {"k": 1}),
    ("triu", [X], {"k": -1}),
    ("concat", [[X, Y]], {"axis": None}),
    ("stack", [[X, Y]], {"axis": -1}),
    ("matmul", [X, Y.T], {}),
    ("matmul", [I, I.T], {}),
    ("matrix_transpose", [X], {}),
    ("tensordot", [X, Y], {"axes": ((0, 1), (0, 1))}),
    ("vecdot", [X, Y], {"axis": -2}),
    ("where", [B, X, 0.5], {}),
    ("astype", [X, "int32"], {}),
    ("astype", [I, "bool"], {}),
    ("full_like", [I, 2], {}),
    ("full_like", [I, 2.0], {"dtype": "float64"}),
    ("zeros_like", [X], {"dtype": "int8"}),
    ("ones_like", [I], {}),
    ("linalg.cholesky", [S], {}),
    ("linalg.cholesky", [S], {"upper": True}),
    ("linalg.cross", [X[:, :3], Y[:, 1:]], {}),
    ("linalg.cross", [X, Y], {"axis": -2}),
    ("linalg.det", [S], {}),
    ("linalg.diagonal", [X], {"offset": 1}),
    ("linalg.diagonal", [numpy.stack([X, Y])], {"offset": -1}),
    ("linalg.eigvalsh", [S], {}),
    ("linalg.inv", [S], {}),
    *(("linalg.matrix_norm", [X], {"ord": ord}) for ord in ("fro", "nuc", 1, -1, 2, -2, numpy.inf, -numpy.inf)),
    ("linalg.matrix_norm", [numpy.stack([X, Y])], {"keepdims": True}),
    *(("linalg.vector_norm", [X], {"ord": ord, "axis": 1}) for ord in (0, 1, 2, 3.5, numpy.inf, -numpy.inf, -1)),
    ("linalg.vector_norm", [X], {"keepdims": True}),
    ("linalg.matrix_power", [S, 3], {}),
    ("linalg.matrix_power", [S, -2], {}),
    ("linalg.matrix_rank", [X], {}),
    ("linalg.outer", [X[0], Y[1]], {}),
    ("linalg.pinv", [X], {"rtol": 1e-9}),
    ("linalg.slogdet", [S], {}),
    ("linalg.solve", [S, X.T], {}),
    ("linalg.svdvals", [X], {}),
    ("linalg.trace", [numpy.stack([X, Y])], {"offset": 1}),
    ("linalg.trace", [U], {"dtype": "float64"}),
]


def called(namespace, name, arguments, options):
    for part in name.split("."):
        namespace = getattr(namespace, part)
    return namespace(*arguments, **options)


def brought(xp, each):
    """An argument in the terms of a namespace: arrays, lists of them, dtypes by name."""
    if isinstance(each, numpy.ndarray):
        return xp.asarray(each)
    if isinstance(each, list):
        return [brought(xp, part) for part in each]
    return getattr(xp, each) if isinstance(each, str) and hasattr(strict, each) else each


@pytest.mark.parametrize("case", CALLS, ids=lambda case: case[0])
def test_functions_agree_with_the_strict_implementation(backend, case):
    name, arguments, options = case
    results = [
        called(
            xp,
            name,
            [brought(xp, each) for each in arguments],
            {key: brought(xp, each) for key, each in options.items()},
        )
        for xp in (np, strict)
    ]
    got, expected = (each if isinstance(each, tuple) else (each,) for each in results)
    assert len(got) == len(expected)
    if hasattr(results[1], "_fields"):
        assert results[0]._fields == results[1]._fields
    for mine, theirs in zip(got, expected, strict=True):
        assert (mine.shape, mine.dtype) == (theirs.shape, str(theirs.dtype).rpartition(".")[2])
        numpy.testing.assert_allclose(mine.numpy(), numpy.asarray(theirs), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("mode", ["reduced", "complete"])
@pytest.mark.parametrize("shape", [(4, 4), (4, 2), (2, 4), (2, 5, 3)])
def test_qr_in_every_mode(backend, mode, shape):
    a = RNG.normal(size=shape)
    q, r = np.linalg.qr(np.asarray(a), mode=mode)
    assert [tuple(q.shape), tuple(r.shape)] == [each.shape for each in numpy.linalg.qr(a, mode=mode)]
    numpy.testing.assert_allclose(np.matmul(q, r).numpy(), a, atol=1e-12)
    numpy.testing.assert_allclose(
        np.matmul(q.mT, q).numpy() + 0 * numpy.eye(q.shape[-1]),
        numpy.broadcast_to(numpy.eye(q.shape[-1]), (*shape[:-2], q.shape[-1], q.shape[-1])),
        atol=1e-12,
    )


def test_the_columns_that_complete_a_factorization_have_no_derivative():
    with pytest.raises(ArgumentError) as caught:
        ug.grad(lambda x: np.sum(np.linalg.qr(x, mode="complete").Q))(RNG.normal(size=(3, 2)))
    assert str(caught.value) == "the complete 'qr' of matrices of shape (3, 2) has no derivative; use mode='reduced'"


def test_eigh_and_svd_put_the_matrix_together_again(backend):
    values, vectors = np.linalg.eigh(np.asarray(S))
    numpy.testing.assert_allclose(((vectors * values) @ vectors.mT).numpy(), S, atol=1e-10)
    for full in (True, False):
        u, s, vh = np.linalg.svd(np.asarray(X), full_matrices=full)
        assert u.shape == (3, 3)
        assert vh.shape == ((4, 4) if full else (3, 4))
        numpy.testing.assert_allclose(((u * s) @ vh[:3]).numpy(), X, atol=1e-12)


CREATED = {
    "arange": lambda xp: [xp.arange(5), xp.arange(1.0, 4.0, 0.5, dtype=xp.float64), xp.arange(3, dtype=xp.int8)],
    "empty": lambda xp: [xp.empty((2, 0)), xp.empty(0, dtype=xp.bool)],
    "eye": lambda xp: [xp.eye(3, k=1, dtype=xp.float64), xp.eye(2, 3, dtype=xp.int32)],
    "full": lambda xp: [xp.full((2,), 3, dtype=xp.int64), xp.full(2, 1.5, dtype=xp.float64), xp.full((), True)],
    "linspace": lambda xp: [
        xp.linspace(0, 1, 5, dtype=xp.float64),
        xp.linspace(0.0, 1.0, num=4, endpoint=False, dtype=xp.float64),
        xp.linspace(0, 1 + 2j, 3, dtype=xp.complex128),
        xp.linspace(0, 10, 1, dtype=xp.float64),
        xp.linspace(0, 10, 0, dtype=xp.float64),
    ],
    "ones": lambda xp: [xp.ones((1, 2), dtype=xp.int16), xp.ones(3, dtype=xp.complex64)],
    "zeros": lambda xp: [xp.zeros((2, 2), dtype=xp.uint8), xp.zeros((), dtype=xp.bool)],
    "asarray": lambda xp: [xp.asarray([[1, 2], [3, 4]]), xp.asarray(True), xp.asarray([1j], dtype=xp.complex128)],
    "full_like": lambda xp: [xp.full_like(xp.zeros((2,), dtype=xp.bool), True)],
}


@pytest.mark.parametrize("name", CREATED)
def test_new_arrays_agree_with_the_strict_implementation(backend, name):
    with_device = np.__array_namespace_info__().default_device()
    assert np.zeros((1,), device=with_device).device == with_device
    for got, expected in zip(CREATED[name](np), CREATED[name](strict), strict=True):
        assert got.shape == expected.shape
        if expected.dtype not in (strict.float64,) or got.dtype == "float64":
            assert got.dtype == str(expected.dtype).rpartition(".")[2]
        numpy.testing.assert_allclose(got.numpy(), numpy.asarray(expected), rtol=1e-12, atol=1e-15)
