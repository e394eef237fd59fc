"""The dialect of autograd beside autograd itself: conventions, errors, printed forms, extension, random numbers."""

import copy
import importlib
import pickle
import pkgutil
import subprocess
import sys
import warnings

import numpy
import pytest
from dialects.autograd_sides import agree, dialect, native

import unigrad as ug
import unigrad.dialects.autograd as ag
import unigrad.dialects.autograd.numpy as np
from unigrad.dialects.autograd import extend, notes, test_util

pytest.importorskip("autograd", reason="the dialect is compared with autograd itself")

BACKENDS = ["numpy", "torch", "jax"]


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param not in ug.available_backends():
        pytest.skip(f"the library of backend '{request.param}' is not installed")
    with ug.use_backend(request.param):
        yield request.param


def both(run, rtol=1e-9):
    """What `run` gives on the two sides, compared."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agree(run(dialect()), run(native()), rtol=rtol)


def kind_of_error(run):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            run()
        except Exception as error:  # noqa: BLE001 - the kind is what is asked
            return error
    return None


def test_floats_are_float64(backend):
    assert np.array([1.0]).dtype == numpy.float64
    assert np.sin(0.3).dtype == "float64"
    assert np.zeros(2).dtype == np.float64
    assert (np.arange(3) * 0.5).dtype == "float64"
    assert (0.1 + np.arange(3))[0].item() == 0.1
    assert np.array([np.array(1.0), 0.1])[1].item() == 0.1
    assert np.add(np.ones(2), [0.1, 0.2])[0].item() == 1.1
    assert ag.grad(lambda x: x * 0.1)(1.0).item() == 0.1
    assert np.ones(2, dtype=np.float32).dtype == "float32"
    assert (np.ones(2, dtype="float32") * 0.5).dtype == "float32"
    assert ug.get_default_dtype() == "float32"


def test_arrays_are_on_the_backend_in_force(backend):
    assert np.ones(2).backend.name == backend
    assert ag.grad(lambda x: np.sum(x**2))(numpy.ones(2)).backend.name == backend
    assert type(np.ones(2)) is np.ndarray


ARGUMENTS = [
    lambda s: s.ag.grad(lambda x: x**2)(3.0),
    lambda s: s.ag.grad(lambda x, y: x * y, -1)(1.0, 2.0),
    lambda s: s.ag.grad(lambda x, y: x * y, (0, 1))(1.0, 2.0),
    lambda s: s.ag.grad(lambda x, y: x * y, [1, 0])(1.0, 2.0),
    lambda s: s.ag.grad(lambda x, k=1.0: x * k)(2.0, k=3.0),
    lambda s: s.ag.grad(lambda x: x * 2)(numpy.array([2.0])),
    lambda s: s.ag.value_and_grad(lambda x: x * 2)(numpy.array([[2.0]])),
    lambda s: s.ag.grad(lambda x: s.np.sum(x**2))(numpy.ones(3, "float32")),
    lambda s: s.ag.grad(lambda x: s.np.sum(x * 0.5))(numpy.arange(3)),
    lambda s: s.ag.elementwise_grad(s.np.sin)(numpy.array([1, 2])),
    lambda s: s.ag.grad(lambda x: x[0] ** 2 + x[1])([1.0, 2.0]),
    lambda s: s.ag.grad(lambda d: d["a"] * d["b"][0])({"b": (2.0, 1.0), "a": 1.0}),
    lambda s: s.ag.grad(lambda x: 3.0)(1.0),
    lambda s: s.ag.jacobian(lambda x: x * 2)(1.0),
    lambda s: s.ag.jacobian(lambda x: s.np.outer(x, x))(numpy.array([1.0, 2.0])),
    lambda s: s.ag.hessian(lambda x: s.np.sum(x**3))(numpy.array([[1.0, 2.0]])),
    lambda s: s.ag.make_vjp(lambda x: x * s.np.ones(3))(1.0)[0](numpy.array([1.0, 2.0, 3.0])),
    lambda s: s.ag.make_jvp(lambda x, y: x * y, 1)(2.0, 3.0)(1.0),
    lambda s: s.ag.make_jvp(lambda x: 3.0 * s.np.sum(x))(numpy.ones(2))(numpy.array([1.0, 2.0])),
    lambda s: s.ag.make_jvp(lambda p: p[0] * p[1])((2.0, 3.0))((1.0, 0.0)),
    lambda s: s.ag.elementwise_grad(lambda x, y: x * y, argnum=1)(numpy.ones(2), numpy.ones(2)),
    lambda s: s.ag.grad(s.np.sin).__name__,
    lambda s: s.ag.grad(lambda x: s.np.where(x > 0, x, 0.0).sum())(numpy.array([1.0, -1.0])),
    lambda s: s.np.where(True, 1.0, 2.0),
    lambda s: s.ag.grad(lambda x: s.ag.grad(lambda y: x * y**2)(3.0))(2.0),
    lambda s: s.ag.grad(lambda x: x * s.tracer.getval(x))(3.0),
    lambda s: s.ag.grad(lambda x: s.np.sum(numpy.exp(x)))(numpy.ones(2)),
    lambda s: s.ag.grad(lambda x: s.np.sum(numpy.ones(2) * x))(numpy.ones(2)),
    lambda s: s.np.array([1, 2]),
    lambda s: s.np.array([[1.0, 2], [3, 4]]).T,
    lambda s: s.ag.isinstance(s.np.ones(2).sum(), float),
    lambda s: s.core.make_vjp(s.np.sin, 1.0)[0](2.0),
    lambda s: int(s.core.vspace(numpy.ones((2, 3))).size),
]


@pytest.mark.parametrize("run", ARGUMENTS, ids=range(len(ARGUMENTS)))
def test_arguments_and_results(run, backend):
    both(run)


def assigned(x):
    x[0] = 1.0
    return x.sum()


ERRORS = [
    lambda s: s.ag.grad(lambda x: x * 2)(numpy.ones(2)),
    lambda s: s.ag.value_and_grad(lambda x: x * 2)(numpy.ones(2)),
    lambda s: s.ag.grad(lambda x: x**2)(3),
    lambda s: s.ag.grad(lambda x: x**2)(True),
    lambda s: s.ag.grad(lambda x: x**2)(numpy.int64(3)),
    lambda s: s.ag.grad(lambda x: x)(None),
    lambda s: s.ag.grad(lambda x: x)("a"),
    lambda s: s.ag.grad(lambda x: x, 3)(1.0),
    lambda s: s.ag.grad(assigned)(numpy.ones(2)),
    lambda s: s.ag.grad(lambda x: s.np.sum(x + numpy.ones(3)))(numpy.ones(2)),
    lambda s: s.ag.grad(lambda x: x if x > 0 else -x)(numpy.ones(2)),
    lambda s: s.ag.grad(lambda x: None)(1.0),
    lambda s: s.np.nope,
    lambda s: s.ag.nope,
    lambda s: s.np.reshape(s.np.ones(3), (2, 2)),
    lambda s: s.np.concatenate([s.np.ones(2), s.np.ones((2, 2))]),
    lambda s: s.np.concatenate([s.np.array(1.0)]),
    lambda s: s.np.stack([s.np.ones(2), s.np.ones(3)]),
    lambda s: s.np.split(s.np.ones(5), 2),
    lambda s: s.np.sum(s.np.ones(2), axis=3),
    lambda s: s.np.dot(s.np.ones(2), s.np.ones(3)),
    lambda s: s.np.array([[1.0], [1.0, 2.0]]),
    lambda s: s.ag.grad(lambda x: s.np.sum(s.np.unique(x)))(numpy.ones(2)),
    lambda s: s.ag.grad(s.ag.primitive(lambda x: x * 2))(1.0),
    lambda s: s.test_util.check_grads(wrong(s), modes=["rev"], order=1)(1.0),
    lambda s: s.np.linalg.inv(s.np.ones((2, 3))),
    lambda s: s.extend.vspace("a"),
]


def wrong(s):
    f = s.ag.primitive(lambda x: x * 2.0)
    s.extend.defvjp(f, lambda ans, x: lambda g: g * 3.0)
    return f


@pytest.mark.parametrize("run", ERRORS, ids=range(len(ERRORS)))
def test_kinds_of_errors(run, backend):
    theirs, mine = kind_of_error(lambda: run(native())), kind_of_error(lambda: run(dialect()))
    assert theirs is not None
    builtin = next(each for each in type(theirs).__mro__ if each.__module__ == "builtins")
    assert isinstance(mine, builtin), (mine, theirs)
    assert isinstance(mine, ug.UnigradError) or type(mine).__module__ != "builtins", mine


def test_a_result_that_depends_on_nothing_is_warned_of():
    with pytest.warns(UserWarning, match=r"^Output seems independent of input\.$"):
        assert ag.grad(lambda x: 3.0)(1.0) == 0


def test_printed_forms(backend, capsys):
    assert repr(np.array([1.0, 2.0])) == "array([1., 2.])"
    assert str(np.array([1.0, 2.0])) == "[1. 2.]"
    assert repr(ag.grad(lambda x: x**2)(3.0)) == "np.float64(6.0)"
    assert f"{ag.grad(np.sin)(1.0):.3f}" == "0.540"
    assert str(np.array([1, 2], dtype=np.float32)) == "[1. 2.]"

    def shown(x):
        print(x)
        return x

    ag.grad(shown)(1.0)
    assert capsys.readouterr().out == "Autograd ArrayBox with value 1.0\n"


def test_missing_names_say_why():
    with pytest.raises(
        AttributeError,
        match="'JVPNode' is missing from unigrad's dialect of autograd: unigrad's graph has nodes of its own",
    ):
        _ = ag.JVPNode
    with pytest.raises(
        ug.MissingName, match="'summ' is missing from unigrad's dialect of autograd.numpy; near it: sum"
    ):
        _ = np.summ
    with pytest.raises(
        ug.MissingName, match="'eigg' is missing from unigrad's dialect of autograd.numpy.linalg; near it: eig"
    ):
        _ = np.linalg.eigg


def test_assignment_to_what_is_made_inside_is_recorded(backend):
    def f(x):
        y = np.zeros(3)
        y[0] = x[0] ** 2
        y[1:] = x * 2
        return np.sum(y**2)

    x = numpy.array([0.5, 2.0])
    agree(ag.grad(f)(x), 4 * x**3 * [1, 0] + 8 * x)


def test_in_place_changes_what_other_names_see_only_off_the_graph(backend):
    a = np.ones(3)
    b = a
    a += 1.0
    assert b is a and b.tolist() == [2.0, 2.0, 2.0]
    total = a.sum()
    kept = total
    total += 1.0
    assert kept.item() == 6.0

    def f(x):
        y = x
        y += x
        return np.sum(x * y)

    agree(ag.grad(f)(numpy.array([1.0, 2.0])), numpy.array([4.0, 8.0]))
    with pytest.raises(TypeError, match="in place"):
        whole = np.arange(3)
        whole += 0.5


def test_what_boxes_cannot_do(backend):
    assert ag.grad(lambda x: +x * float(x) + x.item())(2.0).item() == 2.0
    assert ag.grad(lambda x: x.dot(x))(np.array([1.0, 2.0])).tolist() == [2.0, 4.0]
    assert (np.array([3.0]) // 2).tolist() == [1.0]


def test_a_number_is_rounded_as_numpys_scalars_are(backend):
    slope = ag.grad(lambda x: x**2)(1.2345)
    assert round(slope, 2) == round(numpy.float64(2.469), 2)
    assert (round(slope), type(round(slope))) == (2, int)
    with pytest.raises(TypeError, match="type numpy.ndarray doesn't define __round__"):
        round(np.ones(2), 1)
    with pytest.raises(TypeError, match="type ArrayBox doesn't define __round__"):
        ag.grad(lambda x: round(x, 1))(2.0)


def test_a_rule_of_two_arguments_and_keywords(backend):
    def run(s):
        np = s.np

        @s.extend.primitive
        def scaled(x, y, k=1.0):
            return x * y * k

        s.extend.defvjp(
            scaled, lambda ans, x, y, k=1.0: lambda g: g * y * k, lambda ans, x, y, k=1.0: lambda g: g * x * k
        )
        x, y = np.array([1.0, 2.0]), np.array([3.0, 4.0])
        total = lambda x, y: np.sum(scaled(x, y, k=2.0) ** 2)
        return s.ag.grad(total, (0, 1))(x, y), s.ag.hessian(total)(x, y), s.ag.grad(total, 1)(x, y)

    both(run)


def test_rules_by_argnum(backend):
    def run(s):
        power = s.extend.primitive(lambda x, n: x**n)
        s.extend.defvjp(power, lambda ans, x, n: lambda g: g * n * power(x, n - 1), argnums=(0,))
        both_args = s.extend.primitive(lambda x, y: x * y)
        s.extend.defvjp_argnum(both_args, lambda argnum, ans, args, kwargs: lambda g: g * args[1 - argnum])
        third = s.ag.grad(s.ag.grad(s.ag.grad(lambda x: power(x, 4.0))))
        return third(2.0), s.ag.grad(both_args, (0, 1))(2.0, 3.0), s.ag.grad(s.ag.grad(both_args), 1)(2.0, 3.0)

    both(run)


def test_none_is_zero_and_a_missing_argnum_is_an_error(backend):
    def run(s):
        f = s.extend.primitive(lambda x, y: x * y)
        s.extend.defvjp(f, lambda ans, x, y: lambda g: g * y, None)
        return s.ag.grad(f, (0, 1))(2.0, 3.0)

    both(run)
    f = extend.primitive(lambda x, y: x * y)
    extend.defvjp(f, lambda ans, x, y: lambda g: g * y, argnums=(0,))
    with pytest.raises(NotImplementedError, match="VJP of <lambda> wrt argnum 1 not defined"):
        ag.grad(f, 1)(2.0, 3.0)


def test_rules_of_jvps(backend):
    def run(s):
        np = s.np
        cube = s.extend.primitive(lambda x: x**3)
        s.extend.defjvp(cube, lambda g, ans, x: 3 * g * x**2)
        pair = s.extend.primitive(lambda x, y: x * y)
        s.extend.defjvp_argnum(pair, lambda argnum, g, ans, args, kwargs: g * args[1 - argnum])
        return (
            s.ag.make_jvp(cube)(np.array([1.0, 2.0]))(np.array([1.0, -1.0])),
            s.ag.make_jvp(lambda x: pair(x, x))(3.0)(1.0),
        )

    both(run)
    cube = extend.primitive(lambda x: x**3)
    extend.defjvp(cube, lambda g, ans, x: 3 * g * x**2)
    assert ag.grad(cube)(2.0).item() == pytest.approx(12.0)
    assert ag.grad(ag.grad(cube))(2.0).item() == pytest.approx(12.0)


def test_primitives_of_raw_numpy_code(backend):
    def run(s):
        f = s.extend.primitive(lambda x: numpy.heaviside(x, 0.0) * numpy.interp(x, [0.0, 3.0], [0.0, 6.0]))
        s.extend.defvjp(f, lambda ans, x: lambda g: g * 2.0)
        return s.ag.grad(lambda x: s.np.sum(f(x)))(numpy.array([1.0, 2.0]))

    both(run)


def test_rules_see_what_autograd_gives_them():
    seen = []
    f = extend.primitive(lambda x: x * 2)
    extend.defvjp(f, lambda ans, x: seen.append((ans, x)) or (lambda g: g * 2))
    ag.grad(f)(3.0)
    assert [each.item() for each in seen[0]] == [6.0, 3.0]
    assert all(type(each) is np.ndarray and each.node is None for each in seen[0])


def test_notrace_primitive(backend):
    both(lambda s: s.ag.grad(lambda x: x * s.extend.notrace_primitive(lambda v: v * 2)(x))(3.0))


def test_only_primitives_take_rules():
    with pytest.raises(ug.ArgumentError, match="'sin' is no function made by primitive"):
        extend.defvjp(np.sin, None)
    f = extend.primitive(lambda x: x)
    with pytest.raises(ug.ArgumentError, match="Bad VJP 'same'"):
        extend.defvjp(f, "same")


def test_multigrad_dict(backend):
    def f(x, y=2.0, *, z=3.0):
        return x * y * z

    assert {name: g.item() for name, g in ag.multigrad_dict(f)(1.0, z=5.0).items()} == {"x": 10.0, "y": 5.0, "z": 2.0}


def test_checks_of_derivatives(backend):
    numpy.random.seed(0)
    test_util.check_grads(np.tanh)(np.array([0.3, -0.7]))
    test_util.check_grads(lambda x, y: np.sum(x) * y, (0, 1))(np.ones((2, 2)), 1.5)
    test_util.check_grads(np.linalg.inv, modes=["rev"], order=1)(np.array([[2.0, 0.3], [0.1, 1.0]]))
    test_util.combo_check(np.sum, [0], order=1)([np.ones((2, 3))], axis=[None, 0, 1], keepdims=[False, True])
    test_util.check_equivalent([np.ones(2)], [np.ones(2)])
    with pytest.raises(AssertionError, match="Value mismatch"):
        test_util.check_equivalent(np.ones(2), np.zeros(2))
    with pytest.raises(AssertionError, match="VSpace mismatch"):
        test_util.check_equivalent(np.ones(2), np.ones(3))
    with pytest.raises(AssertionError, match=r"Derivative \(VJP\) check of <lambda> failed with arg"):
        test_util.check_vjp(wrong(dialect()), 1.0)


def test_random_numbers_are_numpys(backend):
    def run(s):
        npr = s.np.random
        npr.seed(5)
        rs = npr.RandomState(0)
        picked = rs.permutation(4)
        rows = rs.randn(4, 2)
        rs.shuffle(rows)
        return (
            rs.randn(2, 3),
            rs.rand(2),
            rs.normal(1.0, 2.0, size=(2,)),
            rs.uniform(-1, 1, 3),
            rs.randint(0, 5, 3),
            rs.randn(),
            picked,
            rows,
            npr.randn(3),
            npr.rand(),
            npr.choice(5, 2),
            npr.multivariate_normal(numpy.zeros(2), numpy.eye(2)),
            npr.default_rng(0).normal(size=3),
        )

    both(run)
    with pytest.raises(ug.MissingName, match="'rnadn' is missing"):
        _ = np.random.rnadn


def test_vector_spaces(backend):
    space = extend.vspace({"a": np.ones((2, 1)), "b": [1.0]})
    assert space.size == 3 and space == extend.vspace({"a": np.zeros((2, 1)), "b": [2.0]})
    units = [[each["a"].tolist(), each["b"][0].item()] for each in space.standard_basis()]
    assert units == [[[[1.0], [0.0]], 0.0], [[[0.0], [1.0]], 0.0], [[[0.0], [0.0]], 1.0]]
    assert space.inner_prod(space.ones(), space.ones()).item() == 3.0
    assert space.add(space.ones(), space.scalar_mul(space.ones(), 2.0))["b"][0].item() == 3.0
    assert extend.vspace(np.ones(2)) != extend.vspace(np.ones(3))
    assert extend.vspace(np.ones(2)).shape == (2,)


def test_arrays_travel(backend):
    x = np.array([1.0, 2.0])
    for twin in (pickle.loads(pickle.dumps(x)), copy.deepcopy(x), copy.copy(x), x.copy()):
        assert type(twin) is np.ndarray and twin is not x and twin.tolist() == [1.0, 2.0]
    assert numpy.asarray(x).tolist() == [1.0, 2.0]
    native_tensor = ug.array([1.0, 2.0])
    assert type(np.sum(native_tensor)) is np.ndarray and type(native_tensor) is ug.Tensor


def test_graphs_are_not_kept_and_inputs_may_change(backend):
    x = numpy.array([1.0, 2.0])
    pull, _ = ag.make_vjp(lambda x: x**2)(x)
    x[:] = 100.0
    agree(pull(numpy.ones(2)), numpy.array([2.0, 4.0]))


def test_scalar_types(backend):
    x = np.float64(3)
    assert isinstance(x, np.float64) and isinstance(x, np.floating) and not isinstance(x, np.integer)
    assert np.issubdtype(x.dtype, np.floating) and not np.issubdtype(np.ones(2, dtype=int).dtype, np.floating)
    assert np.float32(1.5).dtype == "float32" and np.finfo(np.float32).eps == numpy.finfo("float32").eps
    assert np.dtype("f8") == "float64" and np.result_type(np.ones(1), 1) == "float64"
    with pytest.raises(TypeError):
        np.array([1.0], dtype="nonsense")


def test_nothing_but_unigrad_is_imported():
    code = "import unigrad.dialects.autograd, sys; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"autograd", "torch", "jax", "scipy"} & set(done.stdout.split())


def test_every_module_has_what_it_lists_and_refuses_the_rest():
    found = 0
    for info in pkgutil.walk_packages(ag.__path__, f"{ag.__name__}."):
        module = importlib.import_module(info.name)
        if "__getattr__" in vars(module):
            found += 1
            for name in module.__all__:
                assert getattr(module, name) is not None or name == "newaxis"
            with pytest.raises(ug.MissingName):
                _ = module.surely_not_there
    assert found > 15


def test_notes_name_no_name_that_is_there():
    for module, reasons in ((ag, notes.MISSING), (np, notes.NUMPY), (np.linalg, notes.LINALG)):
        assert not set(reasons) & set(module.__all__)


def test_jvps_in_reverse_mode():
    both(lambda s: importlib.import_module(f"{s.ag.__name__}.differential_operators").make_jvp_reversemode(
        lambda x: s.np.sin(x) * x
    )(numpy.array([1.0, 2.0]))(numpy.array([0.5, -1.0])))  # fmt: skip
