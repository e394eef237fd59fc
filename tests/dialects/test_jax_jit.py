"""Programs in the dialect of JAX: jit, what it refuses, random keys in it, jaxprs and callbacks; beside JAX itself."""

from __future__ import annotations

import functools
import importlib.util

import numpy
import pytest

import unigrad as ug
from unigrad.dialects import jax
from unigrad.dialects.jax import lax, random
from unigrad.dialects.jax import numpy as jnp

LIBRARIES = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]


@pytest.fixture(params=LIBRARIES, autouse=True)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


@pytest.fixture
def original():
    return pytest.importorskip("jax")


def narrow(function):
    """A function of the original's, in its 32-bit mode, which unigrad's backend turns off."""

    @functools.wraps(function)
    def run(*args):
        with pytest.importorskip("jax").enable_x64(False):
            return function(*args)

    return run


def test_a_jitted_function_shows_its_program():
    f = jax.jit(lambda x, n: jnp.sin(x) ** n, static_argnums=1)
    lowered = f.lower(jnp.ones(2), 2)
    assert "= sin(a)" in lowered.as_text()
    assert lowered.compile()(jnp.ones(2), 2).tolist() == f(jnp.ones(2), 2).tolist()


def halved(x):
    while x > 1:
        x = x / 2
    return x


REFUSED = {
    "if": (lambda x: x if x > 0 else -x, 1.0, "TracerBoolConversionError"),
    "while": (halved, 5.0, "TracerBoolConversionError"),
    "float": (lambda x: float(x) * 2, 1.0, "ConcretizationTypeError"),
    "int": (lambda x: jnp.ones(int(x)), 2, "ConcretizationTypeError"),
    "item": (lambda x: x.item(), 1.0, "ConcretizationTypeError"),
    "tolist": (lambda x: x.tolist(), 1.0, "ConcretizationTypeError"),
    "range": (lambda n: sum(range(n)), 3, "TracerIntegerConversionError"),
    "list": (lambda i: [1.0, 2.0][i], 1, "TracerIntegerConversionError"),
    "numpy": (lambda x: numpy.asarray(x), 1.0, "TracerArrayConversionError"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_refuses_as_jax_does(case, original):
    f, x, name = REFUSED[case]
    for library in (original, jax):
        with pytest.raises(getattr(library.errors, name)) as caught:
            library.jit(f)(x)
        assert type(caught.value).__name__ == name
        assert isinstance(caught.value, TypeError)
        with pytest.raises(getattr(library.errors, name)):
            library.jit(f).lower(x)
    with jax.disable_jit():
        jax.jit(f)(jnp.asarray(x))


def test_an_array_that_has_escaped_is_unexpected():
    kept = []
    jax.jit(lambda x: kept.append(x) or x)(1.0)
    with pytest.raises(jax.errors.UnexpectedTracerError, match="has escaped"):
        kept[0] + 1


@pytest.mark.parametrize(
    ("f", "points"),
    [
        (lambda x: lax.while_loop(lambda v: v < 100, lambda v: v * 2, x), (3.0, 70.0)),
        (lambda x: lax.cond(x > 0, jnp.sin, jnp.cos, x), (3.0, -3.0)),
        (lambda x: lax.switch(x.astype(int), [jnp.sin, jnp.cos], x), (0.0, 1.0)),
        (lambda x: lax.fori_loop(0, x.astype(int), lambda i, v: v * 2, x), (1.0, 3.0)),
        (lambda x: jnp.array([1.0, x])[jnp.array([x, 1.0]) > 0].sum(), (2.0, -2.0)),
    ],
    ids="while_loop cond switch fori_loop mask".split(),
)
def test_loops_and_branches_of_lax_may_depend_on_values(f, points):
    program = jax.jit(f)
    for x in points:
        assert float(program(x)) == pytest.approx(float(f(jnp.asarray(x))))


def step(library, names, key, x):
    """Noise, a mask, and the next key."""
    key, one, two = library.random.split(key, 3)
    noise = library.random.normal(one, x.shape) * library.random.uniform(two, minval=x[0])
    mask = library.random.bernoulli(library.random.fold_in(two, 3), 0.7, x.shape)
    order = library.random.permutation(one, x)
    return key, names.where(mask, x + noise, order)


@pytest.mark.parametrize("make", ["key", "PRNGKey"])
def test_keys_are_arguments_and_results_of_programs(make, original):
    runs = []

    def noisy(key, x):
        runs.append(1)
        return step(jax, jnp, key, x)

    program = jax.jit(noisy)
    theirs = narrow(original.jit(functools.partial(step, original, original.numpy)))
    key, other = getattr(jax.random, make)(5), narrow(getattr(original.random, make))(5)
    x, y = jnp.array([0.5, 0.25, -1.0]), original.numpy.array([0.5, 0.25, -1.0], dtype="float32")
    for _ in range(3):
        key, x = program(key, x)
        other, y = theirs(other, y)
        assert numpy.asarray(x) == pytest.approx(numpy.asarray(y), rel=1e-5)
    assert runs == [1]
    assert type(key) is type(getattr(jax.random, make)(5))
    assert numpy.asarray(random.key_data(key)).tolist() == numpy.asarray(original.random.key_data(other)).tolist()


DRAWS = {
    "bits": lambda r, n, k, p: r.bits(k, (2,)),
    "randint": lambda r, n, k, p: r.randint(k, (3,), 0, (p * 20).astype(int)),
    "truncated_normal": lambda r, n, k, p: r.truncated_normal(k, -p, p, (3,)),
    "exponential": lambda r, n, k, p: r.exponential(k, (2,)),
    "gumbel": lambda r, n, k, p: r.gumbel(k, (2,)),
    "laplace": lambda r, n, k, p: r.laplace(k, (2,)),
    "geometric": lambda r, n, k, p: r.geometric(k, p, (3,)),
    "gamma": lambda r, n, k, p: r.gamma(k, p, (2,)),
    "beta": lambda r, n, k, p: r.beta(k, p, 2.0),
    "choice": lambda r, n, k, p: r.choice(k, n.arange(5.0), (3,), p=n.array([0.1, 0.2, 0.3, 0.2, 0.2]) * p),
    "categorical": lambda r, n, k, p: r.categorical(k, n.array([0.0, 1.0, 2.0]) * p, shape=(4,)),
    "seed": lambda r, n, k, p: r.normal(r.PRNGKey((p * 10).astype(int)), (2,)),
    "fold_in": lambda r, n, k, p: r.normal(r.fold_in(k, (p * 10).astype(int)), (2,)),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_of_programs_and_of_mapped_programs_are_those_of_jax(name, original):
    draw = DRAWS[name]
    ours = lambda key, p: draw(jax.random, jnp, key, p)
    theirs = lambda key, p: draw(original.random, original.numpy, key, p)
    key, other = jax.random.PRNGKey(2), narrow(original.random.PRNGKey)(2)
    wanted = numpy.asarray(narrow(theirs)(other, original.numpy.float32(0.5)))
    assert numpy.asarray(jax.jit(ours)(key, 0.5)) == pytest.approx(wanted, rel=1e-4)
    keys, others = jax.random.split(key, 3), narrow(original.random.split)(other, 3)
    p = numpy.array([0.25, 0.5, 0.75], dtype="float32")
    wanted = numpy.asarray(narrow(original.vmap(theirs))(others, p))
    assert numpy.asarray(jax.jit(jax.vmap(ours))(keys, p)) == pytest.approx(wanted, rel=1e-4)
    shapes = jax.eval_shape(ours, key, jax.ShapeDtypeStruct((), "float32"))
    assert shapes.shape == narrow(original.eval_shape)(theirs, other, original.numpy.float32(0.5)).shape


def test_a_jaxpr_reads_like_that_of_jax():
    f = lambda x, y: (jnp.sum(jnp.sin(x) * y + 2.0, axis=0), jnp.array([1.0, 2.0]) * y)
    jaxpr = jax.make_jaxpr(f)(jnp.ones((3, 2)), 3.0)
    assert str(jaxpr) == (
        "{ lambda a:f32[2]; b:f32[3,2] c:f32[]. let\n"
        "    d:f32[3,2] = sin b\n"
        "    e:f32[3,2] = multiply d c\n"
        "    f:f32[3,2] = add e 2.0:f32[]\n"
        "    g:f32[2] = sum[axis=(0,) keepdims=False] f\n"
        "    h:f32[2] = multiply a c\n"
        "  in (g, h) }"
    )
    assert [str(each.primitive) for each in jaxpr.eqns] == ["sin", "multiply", "add", "sum", "multiply"]
    assert [each.tolist() for each in jaxpr.consts] == [[1.0, 2.0]]
    assert [str(each) for each in jaxpr.in_avals] == ["float32[3,2]", "float32[]"]
    assert [each.shape for each in jaxpr.out_avals] == [(2,), (2,)]


def test_jaxprs_of_shapes_static_arguments_and_gradients():
    shape = jax.ShapeDtypeStruct((2,), "float32")
    jaxpr, out = jax.make_jaxpr(lambda x, n: x**n, static_argnums=1, return_shape=True)(shape, 1)
    assert str(jaxpr).endswith("in (b,) }") or str(jaxpr) == "{ lambda ; a:f32[2]. let  in (a,) }"
    assert out == shape
    gradient = jax.make_jaxpr(jax.grad(lambda x: (x * x).sum()))(shape)
    assert gradient.out_avals == gradient.in_avals
    assert gradient.eqns
    assert (
        str(jax.jit(jnp.sin).trace(jnp.ones(2)).jaxpr) == "{ lambda ; a:f32[2]. let\n    b:f32[2] = sin a\n  in (b,) }"
    )


def test_more_names_than_letters():
    def f(x):
        for _ in range(30):
            x = jnp.sin(x)
        return x

    lines = str(jax.make_jaxpr(f)(1.0)).splitlines()
    assert [line.split(":")[0].strip() for line in lines[24:28]] == ["y", "z", "ba", "bb"]


def test_a_callback_in_a_program_under_vmap_and_in_a_rule(original):
    def both(library, names):
        like = lambda x: library.ShapeDtypeStruct(x.shape, x.dtype)
        call = lambda f, x: library.pure_callback(f, {"y": like(x)}, x, vmap_method="sequential")["y"]

        @library.custom_jvp
        def cube(x):
            return call(lambda x: {"y": numpy.asarray(x) ** 3}, x)

        @cube.defjvp
        def _(primals, tangents):
            (x,), (t,) = primals, tangents
            return cube(x), 3 * x**2 * t

        x = names.array([1.0, 2.0], dtype="float32")
        return [
            library.jit(cube)(x),
            library.vmap(cube)(x),
            library.jit(library.vmap(library.grad(cube)))(x),
        ]

    for ours, theirs in zip(both(jax, jnp), narrow(both)(original, original.numpy), strict=True):
        assert numpy.asarray(ours) == pytest.approx(numpy.asarray(theirs))
    with pytest.raises(ug.NotRecorded, match="pure_callback of '<lambda>' has no derivative"):
        jax.grad(lambda x: jax.pure_callback(lambda x: x, jax.ShapeDtypeStruct((), "float32"), x))(1.0)
