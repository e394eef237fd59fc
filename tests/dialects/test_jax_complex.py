"""Complex numbers and Fourier transforms of the dialect of JAX, beside JAX itself."""

import functools
from types import SimpleNamespace

import numpy
import optree
import pytest

import unigrad as ug
from unigrad.dialects import jax
from unigrad.dialects.jax import numpy as jnp
from unigrad.dialects.jax.test_util import check_grads

original = pytest.importorskip("jax", reason="the programs are compared with JAX itself")

BACKENDS = ["numpy", "torch", "jax"]
SIDES = {each: SimpleNamespace(jax=each, jnp=each.numpy, lax=each.lax) for each in (jax, original)}

A = numpy.array([0.3, -1.2, 2.5])
Z = numpy.array([0.5 + 1.2j, -0.7 + 0.4j, 1.1 - 0.9j])
W = numpy.array([0.3 - 0.2j, 1.4 + 0.6j, -0.8 + 1.5j])
M = numpy.array([[2.0 + 0.3j, 0.4 - 1j, 0.2], [0.1j, 1.5, -0.6 + 0.2j], [0.7, 0.3j, 1.8 - 0.5j]])
CUBE = numpy.cos(numpy.arange(30.0)).reshape(2, 3, 5) + 1j * numpy.sin(1.7 * numpy.arange(30.0)).reshape(2, 3, 5)


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param not in ug.available_backends():
        pytest.skip(f"the library of backend '{request.param}' is not installed")
    with ug.use_backend(request.param):
        yield request.param


def run(program, side, wide):
    with side.enable_x64(wide):
        return [numpy.asarray(leaf) for leaf in optree.tree_leaves(program(SIDES[side]))]


@functools.cache
def answer(program, wide):
    """What JAX itself gives, which is the same for each backend of the dialect."""
    return run(program, original, wide)


def agree(program, wide=True):
    """Assert that both sides give arrays of one shape, dtype and value."""
    for one, other in zip(run(program, jax, wide), answer(program, wide), strict=True):
        assert (one.shape, one.dtype) == (other.shape, other.dtype)
        single = one.dtype not in ("float64", "complex128")
        numpy.testing.assert_allclose(one, other, rtol=1e-4 if single else 1e-9, atol=1e-5 if single else 1e-9)


def weighed(s, y):
    """A real number of complex ones that tells them all apart."""
    weights = numpy.cos(numpy.arange(float(y.size)))
    return s.jnp.sum(s.jnp.real(s.jnp.ravel(y)) * weights + s.jnp.imag(s.jnp.ravel(y)) * weights[::-1])


FUNCTIONS = {
    "parts": lambda s, z: s.jnp.sum(s.jnp.real(z * W) + 2 * z.imag**2),
    "conjugates": lambda s, z: s.jnp.sum(s.jnp.real(z * s.jnp.conj(z) * s.jnp.conjugate(W))),
    "moduli": lambda s, z: s.jnp.sum(s.jnp.abs(z - W) ** 2 + s.jnp.absolute(z)),
    "angles": lambda s, z: s.jnp.sum(s.jnp.angle(z) * A),
    "holomorphic": lambda s, z: weighed(s, s.jnp.exp(z) * s.jnp.sin(z) + s.jnp.log(z) / s.jnp.cosh(z) - s.jnp.sqrt(z)),
    "powers": lambda s, z: s.jnp.abs(s.jnp.sum(z**3 + 2.0**z + W**z)),
    "fractions": lambda s, z: s.jnp.abs(s.jnp.sum(1j / z + W / (z + 3))),
    "spread": lambda s, z: s.jnp.std(z) + s.jnp.var(z) + s.jnp.linalg.norm(z),
    "products": lambda s, z: s.jnp.abs(s.jnp.dot(M, z).sum() + s.jnp.einsum("i,ij,j->", z, M, z) + s.jnp.prod(z)),
    "inner products": lambda s, z: s.jnp.abs(s.jnp.vdot(z, W) + s.jnp.vecdot(z, z * W)),
    "matrices": lambda s, z: weighed(s, s.jnp.linalg.inv(M * z) @ s.jnp.linalg.solve(M + s.jnp.outer(z, z), W + 0 * z)),
    "shapes": lambda s, z: weighed(s, s.jnp.concatenate([z, z.reshape(3, 1).T[0]])[::2] * s.jnp.array([1j, 2.0, 3.0])),
    "choices": lambda s, z: weighed(s, s.jnp.where(A > 0, z, A) + s.jnp.tile(z, 2)[2:5] + z.at[0].set(z[1] * 1j)),
    "mixed": lambda s, z: weighed(s, A * z + 1j * A + s.jnp.cumsum(z)),
    "lax": lambda s, z: weighed(s, s.lax.complex(s.lax.real(z) * A, s.lax.imag(z)) * s.lax.conj(z)),
    "lax.fft": lambda s, z: weighed(
        s, s.lax.fft(z, "IFFT", (3,)) * s.lax.fft(s.lax.fft(z, s.lax.FftType.IRFFT, (4,)), "rfft", (4,))
    ),
    "loops": lambda s, z: weighed(s, s.lax.fori_loop(0, 3, lambda i, v: v * z + 1j, z)),
}


GRADIENTS = {name: lambda s, f=f: s.jax.value_and_grad(lambda z: f(s, z))(Z) for name, f in FUNCTIONS.items()}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_values_and_gradients(name, backend):
    agree(GRADIENTS[name])


TRANSFORMS = {
    "grad of a scalar": lambda s: s.jax.grad(lambda z: s.jnp.real(z * z))(1 + 2j),
    "holomorphic": lambda s: s.jax.grad(lambda z: z * z * s.jnp.sin(z), holomorphic=True)(1 + 2j),
    "holomorphic with aux": lambda s: s.jax.value_and_grad(
        lambda z: (s.jnp.sum(z**3), z * 2), has_aux=True, holomorphic=True
    )(Z),
    "not holomorphic": lambda s: s.jax.grad(lambda z: s.jnp.conj(z) * z * 1j, holomorphic=True)(1 + 2j),
    "holomorphic twice": lambda s: s.jax.grad(s.jax.grad(s.jnp.sin, holomorphic=True), holomorphic=True)(1 + 2j),
    "several": lambda s: s.jax.grad(lambda x, z: s.jnp.sum(s.jnp.real(x * z * z)), (0, 1))(A, Z),
    "a tree": lambda s: s.jax.grad(lambda d: s.jnp.sum(s.jnp.abs(d["a"] * d["b"])))({"a": Z, "b": A}),
    "twice": lambda s: s.jax.grad(lambda z: s.jnp.real(s.jax.grad(lambda w: s.jnp.abs(w) ** 4)(z)))(1 + 2j),
    "a real argument": lambda s: s.jax.grad(s.jax.grad(lambda x: s.jnp.real(s.jnp.exp(2j * x))))(0.3),
    "vjp": lambda s: s.jax.vjp(lambda z: s.jnp.exp(z) * s.jnp.conj(z), Z)[1](W),
    "vjp to a real number": lambda s: s.jax.vjp(lambda x, z: x * z, A, Z)[1](W),
    "vjp beside integers": lambda s: s.jax.vjp(lambda z: (z * 2, s.jnp.abs(z)), Z)[1]((W, A)),
    "jvp": lambda s: s.jax.jvp(lambda z: s.jnp.exp(z) * s.jnp.angle(z), (Z,), (W,)),
    "linearize": lambda s: s.jax.linearize(lambda z: s.jnp.abs(z) * z, Z)[1](W),
    "jacrev": lambda s: s.jax.jacrev(lambda z: s.jnp.abs(s.jnp.dot(M, z)))(Z),
    "jacrev, holomorphic": lambda s: s.jax.jacrev(lambda z: s.jnp.dot(M, z) * z, holomorphic=True)(Z),
    "jacfwd, holomorphic": lambda s: s.jax.jacfwd(lambda z: {"a": s.jnp.dot(M, z) * z, "b": z[0]}, holomorphic=True)(Z),
    "jacfwd to complex numbers": lambda s: s.jax.jacfwd(lambda x: s.jnp.dot(M, x) * x)(A),
    "hessian, holomorphic": lambda s: s.jax.hessian(lambda z: s.jnp.prod(z) * z[0], holomorphic=True)(Z),
    "a custom pullback": lambda s: s.jax.grad(lambda z: weighed(s, custom_pullback(s)(z)))(Z),
    "a custom pushforward": lambda s: s.jax.grad(lambda z: weighed(s, custom_pushforward(s)(z)))(Z),
    "a custom gradient": lambda s: s.jax.grad(
        lambda z: weighed(s, s.jax.custom_gradient(lambda z: (z * 1j, lambda g: g * s.jnp.conj(z)))(z))
    )(Z),
}


def custom_pullback(s):
    made = s.jax.custom_vjp(lambda z: z**3)
    made.defvjp(lambda z: (z**3, z), lambda z, g: (g * 3j * z,))
    return made


def custom_pushforward(s):
    made = s.jax.custom_jvp(lambda z: z**3)
    made.defjvp(lambda primals, tangents: (primals[0] ** 3, tangents[0] * 3j * s.jnp.conj(primals[0])))
    return made


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name, backend):
    agree(TRANSFORMS[name])


REFUSED = {
    "grad": lambda s: s.jax.grad(lambda z: z * z)(1j),
    "value_and_grad": lambda s: s.jax.value_and_grad(lambda z: z * z)(1j),
    "holomorphic of a real number": lambda s: s.jax.grad(lambda z: z * z, holomorphic=True)(1.0),
    "holomorphic of an integer": lambda s: s.jax.grad(lambda z: z * 1.0, holomorphic=True, allow_int=True)(1),
    "holomorphic to a real number": lambda s: s.jax.grad(s.jnp.real, holomorphic=True)(1j),
    "jacfwd": lambda s: s.jax.jacfwd(s.jnp.abs)(Z),
    "jacrev": lambda s: s.jax.jacrev(lambda z: z * z)(Z),
    "jacrev to complex numbers": lambda s: s.jax.jacrev(lambda x: x * 1j)(A),
    "jacfwd, holomorphic": lambda s: s.jax.jacfwd(s.jnp.sin, holomorphic=True)(A),
    "jacrev, holomorphic": lambda s: s.jax.jacrev(s.jnp.abs, holomorphic=True)(Z),
    "hessian": lambda s: s.jax.hessian(lambda z: s.jnp.sum(s.jnp.abs(z)))(Z),
    "a real cotangent": lambda s: s.jax.vjp(s.jnp.exp, Z)[1](A),
    "a real tangent": lambda s: s.jax.jvp(s.jnp.exp, (Z,), (A,)),
    "parts of two dtypes": lambda s: s.lax.complex(A, A.astype("float32")),
    "a transform of a list": lambda s: s.jnp.fft.fft([1.0, 2.0]),
    "norm": lambda s: s.jnp.fft.fft(A, norm="whole"),
    "no length": lambda s: s.jnp.fft.fft(A, n=0),
    "an axis too many": lambda s: s.jnp.fft.fft2(A),
    "an axis twice": lambda s: s.jnp.fft.fftn(CUBE, axes=(0, 0)),
    "several axes": lambda s: s.jnp.fft.fft(CUBE, axis=(0, 1)),
    "lengths": lambda s: s.jnp.fft.fftn(CUBE, s=(3,), axes=(0, 1)),
    "rfft": lambda s: s.jnp.fft.rfft(Z),
    "ihfft": lambda s: s.jnp.fft.ihfft(Z),
    "lax.fft of another shape": lambda s: s.lax.fft(Z, "FFT", (4,)),
    "lax.fft of complex numbers as real ones": lambda s: s.lax.fft(Z, "RFFT", (3,)),
    "lax.fft of no kind": lambda s: s.lax.fft(Z, 3, (3,)),
    "lax.fft of another kind": lambda s: s.lax.fft(Z, "DCT", (3,)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_jax_refuses_is_refused_with_the_same_kind_of_error(name):
    with original.enable_x64(True), jax.enable_x64(True):
        with pytest.raises((TypeError, ValueError)) as theirs:
            REFUSED[name](SIDES[original])
        with pytest.raises(ug.UnigradError) as mine:
            REFUSED[name](SIDES[jax])
    assert isinstance(mine.value, theirs.type)


def test_the_messages_say_what_to_do():
    with pytest.raises(ug.DTypeError) as caught:
        jax.grad(lambda z: z * z)(1j)
    assert str(caught.value) == (
        "grad requires real-valued outputs (output dtype that is a sub-dtype of np.floating), but got complex64. "
        "For holomorphic differentiation, pass holomorphic=True; for others with complex values use jax.vjp."
    )
    with pytest.raises(ug.DTypeError) as caught:
        jax.grad(lambda z: z * z, holomorphic=True)(1.0)
    assert str(caught.value) == "grad with holomorphic=True requires inputs with complex dtype, but got float32."


def test_finite_differences_agree():
    with jax.enable_x64(True):
        check_grads(lambda z: jnp.exp(z) * jnp.conj(z) / jnp.abs(z), (Z,), order=2)
        check_grads(lambda x: jnp.fft.irfft(jnp.fft.rfft(x, 5) ** 2), (A,), order=2)


OPTIONS = {
    "fft ifft rfft irfft hfft ihfft": [{}, {"n": 4, "axis": 1, "norm": "ortho"}],
    "fft2 ifft2 rfft2 irfft2": [{}, {"s": (4, 4), "axes": (0, 1), "norm": "forward"}],
    "fftn ifftn rfftn irfftn": [{"s": (4, 2), "axes": (0, 2), "norm": "forward"}],
}
FOURIER = [(name, words) for names, each in OPTIONS.items() for name in names.split() for words in each]


def fourier(s, name, words):
    x = CUBE.real if name in ("rfft", "rfft2", "rfftn", "ihfft") else CUBE
    transform = getattr(s.jnp.fft, name)
    return transform(x, **words), s.jax.grad(lambda x: weighed(s, transform(x, **words)))(x)


TRANSFORMED = {(name, str(words)): lambda s, name=name, words=words: fourier(s, name, words) for name, words in FOURIER}


@pytest.mark.parametrize(("name", "words"), FOURIER, ids=str)
def test_fourier_transforms(name, words):
    agree(TRANSFORMED[name, str(words)])


def test_fourier_transforms_on_every_backend(backend):
    for name, words in FOURIER[1::6]:
        agree(TRANSFORMED[name, str(words)])


@pytest.mark.parametrize("wide", [False, True])
def test_dtypes_frequencies_and_shifts(wide):
    agree(lambda s: [s.jnp.fft.fft(A.astype(dtype)) for dtype in ("float16", "int32", "bool", "float64")], wide)
    agree(lambda s: [s.jnp.fft.fftfreq(4), s.jnp.fft.rfftfreq(5, d=0.5), s.jnp.fft.fftfreq(3, dtype="float16")], wide)
    agree(lambda s: [s.jnp.fft.fftshift(CUBE), s.jnp.fft.ifftshift(CUBE, 1), s.jnp.fft.fftshift(CUBE, (0, 2))], wide)
    agree(lambda s: [s.jnp.array(1j), s.jnp.array([1j, 2.0]), s.jnp.arange(3) * 1j, s.jnp.float32(2) + 1j], wide)
    agree(lambda s: [s.jnp.array(Z).real, s.jnp.array(Z).imag, s.jnp.array(A).imag, s.jnp.array(Z).conj()], wide)
    agree(lambda s: [s.jnp.iscomplex(Z), s.jnp.isreal(Z.real), s.jnp.angle(Z, deg=True), s.jnp.sign(Z)], wide)
