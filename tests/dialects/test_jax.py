"""The dialect of JAX: what is its own on every backend; `test_jax_side_by_side` compares it with JAX."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import warnings

import numpy
import pytest
from dialects import jax_programs as programs

import unigrad as ug
from unigrad.dialects import jax
from unigrad.dialects.jax import grad, lax, notes, random
from unigrad.dialects.jax import numpy as jnp

MODULES = [
    jax,
    jnp,
    jnp.linalg,
    lax,
    random,
    jax.nn,
    jax.nn.initializers,
    jax.tree,
    jax.tree_util,
    jax.scipy,
    jax.scipy.special,
    jax.test_util,
    jax.debug,
    jax.errors,
]


def close(got, want, **bounds):
    numpy.testing.assert_allclose(numpy.asarray(got), want, **{"rtol": 1e-5, "atol": 1e-6, **bounds})


def test_arrays_lie_on_the_backend_in_force(backend):
    x = jnp.arange(3.0)
    assert x.backend.name == backend
    assert type(x) is jax.Array
    assert isinstance(x * 2, jax.Array)
    assert x.dtype == jnp.float32
    assert x.dtype == numpy.dtype("float32")
    assert isinstance(x, ug.Tensor)


def test_what_comes_back_from_a_transform_is_an_array_at_rest(backend):
    value, g = jax.value_and_grad(lambda v: (v**2).sum())(jnp.arange(3.0))
    assert type(value) is type(g) is jax.Array
    assert value.node is None
    assert g.node is None


def test_an_auxiliary_value_is_a_constant_outside(backend):
    kept = []
    _, aux = grad(lambda v: (v**2, {"double": v * 2, "text": "x"}), has_aux=True)(3.0)
    assert aux["double"].node is None
    assert aux["text"] == "x"
    close(grad(lambda w: w * aux["double"])(1.0), 6.0)
    grad(lambda v: kept.append(grad(lambda u: (u * v, u * v * 3), has_aux=True)(2.0)) or v)(5.0)
    assert kept[0][1].node is not None  # it depends on the outer v


def test_the_inside_of_a_gradient_is_made_of_arrays(backend):
    seen = []

    def f(p):
        seen.extend([p["w"], p["w"].sum(), p["w"] + 1, jnp.zeros(2), p["w"][0]])
        return p["w"].sum()

    grad(f)({"w": jnp.ones(2)})
    assert {type(each) for each in seen} == {jax.Array}


def test_arrays_do_not_change(backend):
    x = y = jnp.arange(3.0)
    with pytest.raises(TypeError, match=r"use x = x\.at\[idx\]\.set\(y\)"):
        x[0] = 1.0
    with pytest.raises(ug.UnigradError, match="immutable"):
        del x[0]
    with pytest.raises(AttributeError):
        x.T = x
    with pytest.raises(AttributeError):
        x.note = "hello"
    x += 1
    close(y, [0, 1, 2])
    close(x, [1, 2, 3])


@pytest.mark.parametrize("name", ["attach_grad", "backward", "grad", "zero_grad", "zero_"])
def test_other_interfaces_members_are_missing_with_a_reason(name):
    with pytest.raises(ug.MissingName, match=f"'{name}' is missing from arrays of unigrad's dialect of jax"):
        getattr(jnp.ones(2), name)


def test_missing_names_say_why_or_what_is_near():
    with pytest.raises(
        ug.MissingName, match="'pmap' is missing from unigrad's dialect of jax: one process has one device in force"
    ):
        jax.pmap  # noqa: B018
    with pytest.raises(AttributeError, match="near it: arange"):
        jnp.arrange  # noqa: B018
    with pytest.raises(ug.MissingName, match="no setting 'jax_numpy_rank_promotion'"):
        jax.config.update("jax_numpy_rank_promotion", "raise")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_name_is_there(module):
    assert len(set(module.__all__)) == len(module.__all__)
    for name in module.__all__:
        assert getattr(module, name) is not None or name == "newaxis"


@pytest.mark.parametrize("name", sorted(notes.MISSING))
def test_what_is_noted_as_missing_is_missing(name):
    for module in MODULES:
        if name == "tree_map" and module is jax.tree_util:
            continue  # it is jax.tree_map that JAX removed
        with pytest.raises(ug.MissingName, match=f"'{name}' is missing"):
            getattr(module, name)


@pytest.mark.parametrize("name", sorted(set(notes.DIFFERS) | set(notes.CORRECTED)))
def test_what_is_noted_as_different_is_there(name):
    place = jax
    for word in name.split("."):
        place = getattr(place, word)


def test_gradients_flow_back_through_while_loop(backend):
    def f(x):
        return lax.while_loop(lambda pair: pair[0] < 3, lambda pair: (pair[0] + 1, pair[1] * x), (0, x))[1]

    close(grad(f)(2.0), 32.0)


def test_a_method_can_be_jitted(backend):
    class Model:
        @jax.jit
        def doubled(self, x):
            return x * 2

        __hash__ = object.__hash__

        def __eq__(self, other):
            return self is other

    with pytest.raises(TypeError, match="static_argnums"):
        Model().doubled(1.0)


def test_a_numpy_array_written_after_the_forward_pass_changes_no_gradient(backend):
    buffer = numpy.arange(3, dtype="float32")
    _, pull = jax.vjp(lambda v: v * v, buffer)
    buffer[:] = 100
    close(pull(jnp.ones(3))[0], [0, 2, 4])


def test_integers_have_cotangents_that_say_nothing(backend):
    g = grad(lambda n, x: (n * x).sum(), argnums=(0, 1), allow_int=True)(jnp.arange(2), jnp.ones(2))
    assert g[0].dtype == jax.float0
    close(g[1], [0, 1])
    _, pull = jax.vjp(lambda n, x: (n, n * x), 2, 3.0)
    assert pull((numpy.zeros((), jax.float0), 1.0))[0].dtype == jax.float0


def test_weak_numbers_take_the_dtype_of_their_neighbours(backend):
    assert (jnp.float16(2) * jnp.asarray(1.5)).dtype == jnp.float16
    assert jnp.asarray(1.5).weak_type
    assert not jnp.asarray(1.5, dtype=jnp.float32).weak_type
    assert not (jnp.asarray(1.5) * jnp.float32(2)).weak_type
    assert grad(lambda v: v**2)(3.0).weak_type


def test_double_precision_is_a_switch(backend):
    try:
        jax.config.update("jax_enable_x64", True)
        assert jnp.arange(3.0).dtype == jnp.float64
        assert grad(lambda v: v * 1.0)(2.0).dtype == jnp.float64
        with jax.enable_x64(False):
            assert jnp.arange(3).dtype == jnp.int32
    finally:
        jax.config.update("jax_enable_x64", False)
    assert jnp.asarray(numpy.arange(3.0)).dtype == jnp.float32
    with pytest.warns(UserWarning, match="truncated to float32"):
        jnp.zeros(2, dtype="float64")
    jax.config.update("jax_platform_name", "cpu")


def test_values_cannot_slip_out_of_a_gradient(backend):
    for leak in (
        float,
        complex,
        numpy.asarray,
        numpy.sin,
        lambda x: x.tolist(),
        lambda x: numpy.float32(2) * numpy.asarray(x),
    ):
        with pytest.raises(TypeError, match="stop_gradient"):
            grad(lambda x, leak=leak: leak(x.sum()) * 1.0)(jnp.ones(2))
    close(grad(lambda x: float(lax.stop_gradient(x)) * x)(2.0), 2.0)
    close(grad(lambda x: x * numpy.float64(2))(2.0), 2.0)
    close(grad(lambda x: (numpy.arange(3.0) * x).sum())(2.0), 3.0)


def test_reads_out_of_bounds_keep_to_the_edge_and_writes_are_dropped(backend):
    close(grad(lambda x: x[7])(jnp.arange(3.0)), [0, 0, 1])
    close(grad(lambda x: x.at[7].set(5.0).sum())(jnp.arange(3.0)), [1, 1, 1])
    close(grad(lambda v: (jnp.zeros(3).at[jnp.array([1, 9])].add(v) ** 2).sum())(jnp.array([2.0, 3.0])), [4, 0])
    close(grad(lambda x: x.at[jnp.array([0, 0])].multiply(3.0).sum())(jnp.ones(2)), [9, 1])


def test_updates_of_every_kind_have_gradients(backend):
    x = jnp.array([1.0, 2.0, 3.0])
    v = jnp.array([4.0, 5.0])
    for name in ("set", "add", "subtract", "multiply", "divide", "power", "min", "max"):
        f = lambda x, v, name=name: (getattr(x.at[jnp.array([0, 2])], name)(v) ** 2).sum()
        jax.test_util.check_vjp(f, lambda *p, f=f: jax.vjp(f, *p), (x, v), rtol=5e-2, atol=5e-2, eps=1e-3)


def test_custom_rules_check_what_they_are_given(backend):
    f = jax.custom_vjp(lambda x: x * 2)
    with pytest.raises(ug.NotRecorded, match="No VJP defined"):
        grad(f)(1.0)
    f.defvjp(lambda x: x * 2, lambda saved, g: (g,))
    with pytest.raises(TypeError, match="must produce a pair"):
        grad(f)(1.0)
    f.defvjp(lambda x: (x * 2, None), lambda saved, g: (g, g))
    with pytest.raises(TypeError, match="must produce a tuple of length 1"):
        grad(f)(1.0)
    f.defvjp(lambda x: (x * 2, None), lambda saved, g: (jnp.ones(3),))
    with pytest.raises(ValueError, match=r"of shape \(3,\) for an argument of shape \(\)"):
        grad(f)(1.0)
    f.defvjp(lambda x: (x * 2, None), lambda saved, g: (None,))
    close(grad(f)(1.0), 0.0)
    close(f(3.0), 6.0)


def test_a_custom_rule_can_return_the_value_among_its_residuals(backend):
    exp = jax.custom_vjp(jnp.exp)

    def fwd(x):
        ans = exp(x)
        return ans, ans

    exp.defvjp(fwd, lambda ans, g: (ans * g,))
    for order in range(4):
        f = exp
        for _ in range(order):
            f = grad(f)
        close(f(0.5), numpy.exp(0.5))


def test_outside_code_is_mapped_one_by_one(backend):
    @jax.custom_vjp
    def sqrt(x):
        return jnp.asarray(numpy.sqrt(x.numpy()))

    sqrt.defvjp(lambda x: (sqrt(x), x), lambda x, g: (g / (2 * sqrt(x)),))
    mapped = jax.vmap(grad(jax.custom_batching.sequential_vmap(sqrt)))(jnp.array([1.0, 4.0]))
    assert type(mapped) is jax.Array
    close(mapped, [0.5, 0.25])


def test_a_custom_gradient(backend):
    @jax.custom_gradient
    def f(x):
        return x**2, lambda g: (g * x * 10,)

    close(grad(f)(3.0), 30.0)


def test_gradients_against_finite_differences(backend):
    jax.test_util.check_grads(lambda x, y: jnp.tanh(x) * y, (jnp.array([0.3, 0.8]), 2.0), order=2)
    wrong = jax.custom_vjp(jnp.sin)
    wrong.defvjp(lambda x: (jnp.sin(x), x), lambda x, g: (g * x,))
    with pytest.raises(AssertionError, match="finite differences"):
        jax.test_util.check_grads(wrong, (0.4,), order=1, modes=("rev",))


def test_copies_and_pickles_are_arrays(backend):
    x = jnp.arange(3.0)
    for made in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x)), x.copy()):
        assert type(made) is jax.Array
        assert made is not x
        close(made, [0, 1, 2])


def test_devices(backend):
    (device,) = jax.devices()
    x = jnp.ones(2)
    assert x.device == device
    assert device.platform == "cpu"
    assert str(device) == "cpu:0"
    assert jax.device_put({"a": 1.0}, device)["a"].device == device
    taken = jax.device_get({"a": x})
    taken["a"][0] = 7
    close(x, [1, 1])
    assert jax.local_device_count() == jax.process_count() == 1
    with pytest.raises(ug.UnigradError, match="no platform 'tpu'"):
        jax.devices("tpu")


def test_printing_from_inside(backend, capsys):
    grad(lambda x: jax.debug.print("x is {} and {y}", x, y=x * 2) or x)(2.0)
    assert capsys.readouterr().out == "x is 2.0 and 4.0\n"
    seen = []
    grad(lambda x: jax.debug.callback(seen.append, x) or x)(2.0)
    assert isinstance(seen[0], numpy.ndarray)


def test_typed_keys(backend):
    key = random.key(3)
    one, two = random.split(key)
    assert one.shape == ()
    assert random.split(key, 5)[1:3].shape == (2,)
    assert random.split(key, (2, 3)).reshape(6).size == 6
    assert bool(random.wrap_key_data(random.key_data(one)) == one)
    close(random.normal(two, (2,)), random.normal(random.key_data(two), (2,)))
    close(random.normal(jax.jit(lambda k: random.fold_in(k, 1))(key)), random.normal(random.fold_in(key, 1)))
    with pytest.raises(TypeError, match="len"):
        len(key)


def test_one_key_gives_the_same_numbers_on_every_backend(backend):
    key = random.PRNGKey(42)
    with ug.use_backend("numpy"):
        want = [random.normal(key.to_backend("numpy"), (3, 2)), random.permutation(key.to_backend("numpy"), 9)]
    close(random.normal(key, (3, 2)), numpy.asarray(want[0]), rtol=0, atol=0)
    close(random.permutation(key, 9), numpy.asarray(want[1]), rtol=0, atol=0)


def test_jax_numbers_for_a_key(backend):
    close(random.normal(random.PRNGKey(0), (2,)), [1.6226422, 2.0252647])
    assert random.bits(random.PRNGKey(0), (2,)).tolist() == [4070199207, 4202968722]
    assert random.split(random.PRNGKey(0)).tolist() == [[1797259609, 2579123966], [928981903, 3453687069]]


def test_draws_are_differentiable_in_what_they_pick(backend):
    x = jnp.arange(1.0, 5.0)
    close(grad(lambda v: random.permutation(random.key(0), v).sum())(x), [1, 1, 1, 1])
    g = grad(lambda v: random.choice(random.key(0), v, (8,)).sum())(x)
    assert float(g.sum()) == 8.0
    close(
        grad(lambda s: random.lognormal(random.key(0), s))(1.0),
        random.lognormal(random.key(0), 1.0) * random.normal(random.key(0)),
    )


def test_trees_of_own_types_are_known_to_the_dialect_alone(backend):
    class Pair:
        def __init__(self, a, b):
            self.a, self.b = a, b

    jax.tree_util.register_pytree_node(Pair, lambda p: ((p.a, p.b), None), lambda _, parts: Pair(*parts))
    found = jax.jacrev(lambda p: p.a * p.b)(Pair(2.0, 3.0))
    assert (float(found.a), float(found.b)) == (3.0, 2.0)
    with pytest.raises(ValueError, match="Duplicate"):
        jax.tree_util.register_pytree_node(Pair, lambda p: ((), None), lambda _, parts: None)


def test_every_refusal_is_unigrads(backend):
    known, python = programs.names(jax), ("x.foo", "hash(x)", "x+[1,2,3]", "[1,2,3]+x", "x+None")
    for text in programs.EXPRESSIONS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                eval(text, known)
        except Exception as error:  # noqa: BLE001 - whatever it is
            assert isinstance(error, ug.UnigradError) or text in python, f"{text}: {error!r}"


def test_importing_the_dialect_loads_no_array_library():
    made = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from unigrad.dialects import jax; jax.grad(jax.numpy.sin)(1.0); "
            "assert not {'jax', 'torch', 'tensorflow'} & set(sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
