"""Complex numbers and Fourier transforms of the autograd dialect, beside autograd itself and beside finite differences."""

import warnings

import numpy
import pytest
from dialects.autograd_sides import agree, dialect, native

import unigrad as ug
import unigrad.dialects.autograd as ag
import unigrad.dialects.autograd.numpy as np
from unigrad.dialects.autograd.extend import defvjp, primitive, vspace
from unigrad.dialects.autograd.test_util import check_grads

pytest.importorskip("autograd", reason="the programs are compared with autograd itself")

BACKENDS = ["numpy", "torch", "jax"]

A = numpy.array([0.3, -1.2, 2.5])
Z = numpy.array([0.5 + 1.2j, -0.7 + 0.4j, 1.1 - 0.9j])
W = numpy.array([0.3 - 0.2j, 1.4 + 0.6j, -0.8 + 1.5j])
M = numpy.array([[2.0 + 0.3j, 0.4 - 1j, 0.2], [0.1j, 1.5, -0.6 + 0.2j], [0.7, 0.3j, 1.8 - 0.5j]])
CUBE = numpy.cos(numpy.arange(72.0)).reshape(3, 4, 6) + 1j * numpy.sin(1.7 * numpy.arange(72.0)).reshape(3, 4, 6)


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param not in ug.available_backends():
        pytest.skip(f"the library of backend '{request.param}' is not installed")
    with ug.use_backend(request.param):
        yield request.param


FUNCTIONS = {
    "parts": lambda np, z: np.sum(np.real(z * W) + 2 * np.imag(z) ** 2),
    "conjugates": lambda np, z: np.sum(np.real(z * np.conj(z) * np.conjugate(W))),
    "moduli": lambda np, z: np.sum(np.abs(z - W) ** 2 + np.absolute(z)),
    "angles": lambda np, z: np.sum(np.angle(z) * A),
    "holomorphic": lambda np, z: np.sum(
        np.real(np.exp(z) * np.sin(z) + np.log(z) / np.cosh(z) - np.sqrt(z) * np.tanh(z))
    ),
    "powers": lambda np, z: np.abs(np.sum(z**3 + 2.0**z + z**A + W**z)),
    "fractions": lambda np, z: np.abs(np.sum(1j / z + W / (z + 3))),
    "spread": lambda np, z: np.std(z) + np.var(z) + np.linalg.norm(z),
    "products": lambda np, z: np.abs(np.dot(M, z).sum() + np.einsum("i,ij,j->", z, M, z) + np.prod(z)),
    "matrices": lambda np, z: np.abs(np.sum(np.linalg.inv(M * z) @ np.linalg.solve(M + np.outer(z, z), W))),
    "determinants": lambda np, z: np.abs(np.linalg.det(M * z)) + np.linalg.slogdet(M * z)[1],
    "shapes": lambda np, z: np.abs(
        np.sum(np.concatenate([z, np.reshape(z, (3, 1)).T[0]])[::2] * np.array([1j, 2.0, 3.0]))
    ),
    "choices": lambda np, z: np.sum(np.abs(np.where(A > 0, z, A) + np.tile(z, 2)[2:5])),
    "mixed": lambda np, z: np.sum(np.real(A * z) + np.real(1j * A) + np.abs(np.cumsum(z))),
    "close": lambda np, z: np.sum(np.real_if_close(np.real(z) + 0j)) + np.sum(np.real(np.fft.fft(z))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_gradients(name, backend):
    def run(s):
        return s.ag.value_and_grad(lambda z: FUNCTIONS[name](s.np, z))(Z)

    agree(run(dialect()), run(native()), rtol=1e-8)


OPERATORS = {
    "a scalar": lambda s: s.ag.grad(lambda z: s.np.real(z * z))(1 + 2j),
    "single precision": lambda s: s.ag.grad(lambda z: s.np.sum(s.np.abs(z)))(Z.astype("complex64")),
    "elementwise": lambda s: s.ag.elementwise_grad(s.np.abs)(Z),
    "holomorphic": lambda s: s.ag.holomorphic_grad(lambda z: s.np.sum(s.np.exp(z)))(Z),
    "holomorphic twice": lambda s: s.ag.holomorphic_grad(s.ag.holomorphic_grad(s.np.sin))(1 + 2j),
    "twice": lambda s: s.ag.grad(lambda z: s.np.real(s.ag.grad(lambda w: s.np.abs(w) ** 4)(z)))(1 + 2j),
    "direction": lambda s: s.ag.deriv(s.np.exp)(Z),
    "Jacobian": lambda s: s.ag.jacobian(lambda z: s.np.abs(s.np.dot(M, z)))(Z),
    "pullback": lambda s: s.ag.make_vjp(lambda z: s.np.exp(z) * s.np.conj(z))(Z)[0](W),
    "pullback of a real cotangent": lambda s: s.ag.make_vjp(s.np.exp)(Z)[0](A),
    "pushforward": lambda s: s.ag.make_jvp(lambda z: s.np.exp(z) * s.np.angle(z))(Z)(W),
    "pushforward of parts": lambda s: s.ag.make_jvp(lambda z: s.np.abs(z) * s.np.real(z))(Z)(W),
    "second order": lambda s: s.ag.make_hvp(lambda z: s.np.sum(s.np.abs(z) ** 4))(Z)[0](W),
    "Gauss-Newton": lambda s: s.ag.make_ggnvp(lambda z: s.np.abs(z * z))(Z)(W),
    "weighed Jacobian": lambda s: s.ag.tensor_jacobian_product(s.np.abs)(Z, A),
    "auxiliary": lambda s: s.ag.grad_and_aux(lambda z: (s.np.sum(s.np.abs(z)), z * 2))(Z),
    "containers": lambda s: s.ag.grad(lambda d: s.np.sum(s.np.abs(d["a"] * d["b"])))({"a": Z, "b": A}),
    "several": lambda s: s.ag.grad(lambda x, z: s.np.sum(s.np.real(x * z * z)), (0, 1))(A, Z),
    "a real argument": lambda s: s.ag.grad(lambda x: s.np.real(s.np.exp(2j * x)))(0.3),
    "a real argument twice": lambda s: s.ag.grad(s.ag.grad(lambda x: s.np.abs(s.np.exp(2j * x) + x)))(0.3),
    "flat": lambda s: s.flatten.flatten([Z, W])[0],
    "space": lambda s: (
        s.extend.vspace(Z).ones(),
        list(s.extend.vspace(Z).standard_basis()),
        s.extend.vspace(Z).covector(W),
    ),
    "inner product": lambda s: s.extend.vspace(Z).inner_prod(Z, W),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators(name, backend):
    agree(OPERATORS[name](dialect()), OPERATORS[name](native()), rtol=1e-8 if name != "single precision" else 1e-6)


REFUSED = {
    "grad": lambda s: s.ag.grad(lambda z: s.np.sum(z * z))(Z),
    "value_and_grad": lambda s: s.ag.value_and_grad(lambda z: s.np.sum(z * z))(Z),
    "elementwise_grad": lambda s: s.ag.elementwise_grad(s.np.exp)(Z),
    "holomorphic_grad": lambda s: s.ag.holomorphic_grad(s.np.exp)(Z),
    "jacobian": lambda s: s.ag.jacobian(s.np.exp)(Z),
    "jacobian of a real argument": lambda s: s.ag.jacobian(lambda x: 1j * x)(A),
}


@pytest.mark.parametrize("name", REFUSED)
def test_complex_values_are_refused_where_autograd_refuses_them(name, backend):
    with pytest.raises((TypeError, ValueError)) as theirs:
        REFUSED[name](native())
    with pytest.raises(ug.UnigradError) as mine:
        REFUSED[name](dialect())
    assert isinstance(mine.value, theirs.type)


def test_the_messages_say_what_to_do():
    with pytest.raises(ug.ArgumentError) as caught:
        ag.grad(np.exp)(1j)
    assert str(caught.value) == (
        "grad only applies to real scalar-output functions; try jacobian, elementwise_grad or holomorphic_grad"
    )
    with pytest.raises(ug.ShapeError) as caught:
        ag.jacobian(np.exp)(Z)
    assert str(caught.value) == (
        "jacobian has two rows for each complex value, and no shape; take real() and imag() of it, or use make_vjp"
    )
    with pytest.raises(ug.MissingRule, match="'sign' is no constant where numbers are complex"):
        ag.grad(lambda z: np.sum(np.real(np.sign(z))))(Z)


def test_holomorphic_grad_of_a_real_number_warns():
    with pytest.warns(UserWarning, match=r"^Input to holomorphic_grad is not complex$"):
        assert float(ag.holomorphic_grad(np.exp)(1.0)) == pytest.approx(numpy.e)


def test_a_cast_to_real_numbers_takes_the_real_part(backend):
    def run(s):
        return s.ag.grad(lambda z: s.np.sum(z.astype(float) ** 2))(Z)

    with pytest.warns(numpy.exceptions.ComplexWarning, match="^Casting complex values to real discards"):
        mine = run(dialect())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agree(mine, run(native()))


def test_attributes_are_recorded(backend):
    got = ag.grad(lambda z: np.sum(z.real * z.conj().imag))(Z)
    agree(got, -Z.imag + 1j * Z.real)


def test_spaces_tell_complex_from_real():
    assert vspace(Z).iscomplex and not vspace(A).iscomplex and not vspace([Z]).iscomplex
    assert (vspace(Z).size, vspace([Z, A]).size, vspace(1j).shape) == (6, 9, ())
    assert vspace(Z) != vspace(A)


def test_a_rule_is_written_in_autograds_convention(backend):
    def run(s):
        @s.extend.primitive
        def cube(z):
            return z**3 * s.np.real(z)

        def rule(ans, z):
            return lambda g: g * 3 * z**2 * s.np.real(z) + s.np.real(g * z**3)

        s.extend.defvjp(cube, rule)
        loss = s.ag.grad(lambda z: s.np.sum(s.np.abs(cube(z))))
        return loss(Z), s.ag.make_vjp(cube)(Z)[0](W)

    agree(run(dialect()), run(native()))


def test_a_rule_is_differentiated_again(backend):
    @primitive
    def cube(z):
        return z**3

    defvjp(cube, lambda ans, z: lambda g: g * 3 * z**2)
    check_grads(cube)(Z)
    agree(ag.holomorphic_grad(ag.holomorphic_grad(cube))(1 + 2j), numpy.asarray(6 + 12j))


def test_finite_differences_agree(backend):
    check_grads(lambda z: np.exp(z) * np.conj(z) / np.abs(z) + np.angle(z))(Z)
    check_grads(lambda x, z: np.real(x * z**2) + np.imag(z), (0, 1))(A, Z)


LENGTHS = {
    "one axis": (
        [{}, {"n": 8}, {"n": 4, "axis": 1, "norm": "ortho"}, {"axis": 0, "norm": "forward"}],
        "fft ifft rfft irfft hfft ihfft",
    ),
    "two": ([{}, {"s": (6, 2)}, {"axes": (0, 1), "norm": "ortho"}], "fft2 ifft2 rfft2 irfft2"),
    "several": ([{}, {"s": (6, 2), "axes": (1, 2)}, {"axes": (0, 1), "norm": "forward"}], "fftn ifftn rfftn irfftn"),
}
TRANSFORMS = [(name, kw) for words, names in LENGTHS.values() for name in names.split() for kw in words]
UNDIFFERENTIATED = "hfft ihfft".split()


def of_the_kind(name):
    return [CUBE.real] if name in ("rfft", "rfft2", "rfftn", "ihfft") else [CUBE, CUBE.real]


def weighed(np, name, kw):
    def total(x):
        y = np.ravel(getattr(np.fft, name)(x, **kw))
        weights = numpy.cos(numpy.arange(y.size))
        return np.sum(np.real(y) * weights) + np.sum(np.imag(y) * weights[::-1])

    return total


def wrong_in_autograd(name, kw):
    """Its real transforms forget the norm 'forward', take padding for more than half, and refuse odd lengths."""
    return name in UNDIFFERENTIATED or ("r" in name and ("n" in kw or "s" in kw or kw.get("norm") == "forward"))


@pytest.mark.parametrize(("name", "kw"), TRANSFORMS, ids=str)
def test_transforms(name, kw):
    for x in of_the_kind(name):
        agree(getattr(np.fft, name)(x, **kw), getattr(numpy.fft, name)(x, **kw))
        if not wrong_in_autograd(name, kw):
            got, want = (s.ag.grad(weighed(s.np, name, kw))(x) for s in (dialect(), native()))
            agree(got, want)


@pytest.mark.parametrize(("name", "kw"), TRANSFORMS, ids=str)
def test_gradients_of_transforms_by_differences(name, kw):
    small = {**kw, "s": (3, 2)} if "s" in kw else {**kw, "n": kw["n"] // 2 + 1} if "n" in kw else kw
    for x in of_the_kind(name):
        check_grads(lambda x: getattr(np.fft, name)(x, **small), order=2)(x[:2, :3, :4])


def test_transforms_on_every_backend(backend):
    for name, kw in TRANSFORMS[1::5]:
        x = of_the_kind(name)[0]
        agree(getattr(np.fft, name)(x, **kw), getattr(numpy.fft, name)(x, **kw))
        if not wrong_in_autograd(name, kw):
            got, want = (s.ag.grad(weighed(s.np, name, kw))(x) for s in (dialect(), native()))
            agree(got, want)


def test_frequencies_and_shifts(backend):
    for name in ("fftfreq", "rfftfreq"):
        for words in ((4,), (5, 0.5)):
            agree(getattr(np.fft, name)(*words), getattr(numpy.fft, name)(*words))
    for name in ("fftshift", "ifftshift"):
        for axes in (None, 1, (0, 2)):
            agree(getattr(np.fft, name)(CUBE, axes), getattr(numpy.fft, name)(CUBE, axes))
            f = lambda s: s.ag.grad(lambda z: s.np.sum(s.np.real(getattr(s.np.fft, name)(z, axes) * CUBE)))(CUBE)  # noqa: B023
            agree(f(dialect()), f(native()))


def test_transforms_of_lists_integers_and_single_precision(backend):
    agree(np.fft.fft([1, 2, 3]), numpy.fft.fft([1, 2, 3]))
    agree(np.fft.rfft(numpy.arange(5)), numpy.fft.rfft(numpy.arange(5)))
    assert np.fft.fft(CUBE.astype("complex64")).dtype == "complex64"


def test_refusals_of_transforms():
    for call in (
        lambda f: f.fft(A, norm="whole"),
        lambda f: f.fft(A, n=0),
        lambda f: f.fftn(CUBE, axes=(0, 5)),
        lambda f: f.fftn(CUBE, s=(3,), axes=(0, 1)),
        lambda f: f.rfft(Z),
    ):
        with pytest.raises(Exception) as theirs:  # the kind is compared below
            call(numpy.fft)
        with pytest.raises(ug.UnigradError) as mine:
            call(np.fft)
        builtin = next(each for each in theirs.type.__mro__ if each.__module__ == "builtins")
        assert isinstance(mine.value, builtin), (mine, theirs)
    with pytest.raises(ug.ArgumentError, match="fft takes no out= here"):
        np.fft.fft(A, out=Z)
