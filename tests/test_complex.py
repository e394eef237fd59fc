"""Gradients of complex numbers: steepest descent, against closed forms and against Torch's and JAX's own."""

from __future__ import annotations

import importlib.util

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]
Z = numpy.array([0.5 + 1.2j, -0.7 + 0.4j, 1.1 - 0.9j])
W = numpy.array([0.3 - 0.2j, 1.4 + 0.6j, -0.8 + 1.5j])


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def mixed(x, w, xp):
    """Holomorphic parts, conjugates, parts and magnitudes, real numbers between them."""
    y = xp.exp(x * w) + xp.conj(x) * xp.sqrt(w)
    return xp.abs(y) * xp.real(x) + xp.imag(xp.log(w) * y) * 1j


def inner(one, two):
    """The inner product of complex numbers as pairs of real ones."""
    return float(numpy.sum(numpy.real(numpy.conj(one) * two)))


def test_the_parts_of_a_gradient_are_the_slopes_along_the_parts(backend):
    z = np.asarray(Z).attach_grad()
    np.sum(np.abs(z - W) ** 2).backward()
    assert z.grad.dtype == "complex128"
    assert z.grad.numpy() == pytest.approx(2 * (Z - W))


def test_a_step_against_the_gradient_lowers_the_value(backend):
    def loss(z):
        return np.sum(np.abs(np.sin(z) * z - W) ** 2)

    z = np.asarray(Z)
    value, gradient = ug.value_and_grad(loss)(z)
    assert float(loss(z - 1e-3 * gradient)) < float(value)
    assert float(loss(z - 1e-3j * gradient)) > float(loss(z - 1e-3 * gradient))


def test_the_gradient_of_a_holomorphic_function_is_the_conjugate_of_its_derivative(backend):
    _, pullback = ug.vjp(np.exp, np.asarray(Z))
    assert pullback(np.ones(3, dtype="complex128"))[0].numpy() == pytest.approx(numpy.conj(numpy.exp(Z)))


def test_a_tangent_is_multiplied_with_the_derivative_itself(backend):
    _, tangent = ug.jvp(np.exp, (np.asarray(Z),), (np.asarray(W),))
    assert tangent.numpy() == pytest.approx(numpy.exp(Z) * W)


def test_pullback_and_pushforward_are_adjoint(backend):
    def function(x, w):
        return mixed(x, w, np)

    tangents = numpy.array([1j, 0.4, -0.3 + 0.2j]), numpy.array([0.2, 1.0 - 1j, 0.5j])
    g = numpy.array([1.0 + 0.3j, -0.4j, 0.8])
    primals = np.asarray(Z), np.asarray(W)
    _, pushed = ug.jvp(function, primals, tuple(map(np.asarray, tangents)))
    _, pullback = ug.vjp(function, *primals)
    pulled = pullback(np.asarray(g))
    expected = sum(inner(part.numpy(), t) for part, t in zip(pulled, tangents, strict=True))
    assert inner(g, pushed.numpy()) == pytest.approx(expected)


def test_torch_has_the_same_gradients(backend):
    torch = pytest.importorskip("torch")
    g = numpy.array([1.0 + 0.3j, -0.4j, 0.8])
    leaves = [torch.tensor(each, requires_grad=True) for each in (Z, W)]
    mixed(*leaves, torch).backward(torch.tensor(g))
    _, pullback = ug.vjp(lambda x, w: mixed(x, w, np), np.asarray(Z), np.asarray(W))
    for got, leaf in zip(pullback(np.asarray(g)), leaves, strict=True):
        assert got.numpy() == pytest.approx(leaf.grad.numpy())


def test_jax_has_their_conjugates(backend):
    jax = pytest.importorskip("jax")
    with jax.enable_x64(True):
        expected = jax.grad(lambda x: jax.numpy.sum(jax.numpy.real(mixed(x, W, jax.numpy))))(Z)
    got = ug.grad(lambda x: np.sum(np.real(mixed(x, np.asarray(W), np))))(np.asarray(Z))
    assert got.numpy() == pytest.approx(numpy.conj(numpy.asarray(expected)))


def test_a_real_input_has_a_real_gradient_through_complex_numbers(backend):
    def wave(t):
        return np.real(np.exp(2j * t))

    t = np.asarray(0.3, dtype="float64")
    slope, curvature = ug.grad(wave), ug.grad(ug.grad(wave))
    assert slope(t).dtype == curvature(t).dtype == "float64"
    assert float(slope(t)) == pytest.approx(-2 * numpy.sin(0.6))
    assert float(curvature(t)) == pytest.approx(-4 * numpy.cos(0.6))


def test_a_real_input_keeps_both_parts_of_its_transform(backend):
    x, weights = numpy.array([0.3, -1.2, 2.5, 0.7]), numpy.cos(numpy.arange(4.0))

    def weighed(xp, x):
        y = xp.fft.fft(x)
        return xp.sum(xp.real(y) * weights + xp.imag(y) * weights[::-1].copy())

    expected = [(weighed(numpy, x + e) - weighed(numpy, x - e)) / 2e-6 for e in 1e-6 * numpy.eye(4)]
    assert ug.grad(lambda x: weighed(np, x))(np.asarray(x)).numpy() == pytest.approx(expected, abs=1e-8)


def test_a_recorded_gradient_can_be_differentiated_again(backend):
    z = np.asarray(Z).attach_grad()
    np.sum(np.abs(z) ** 4).backward(create_graph=True)
    assert z.grad.numpy() == pytest.approx(4 * numpy.abs(Z) ** 2 * Z)
    (again,) = ug.gradients(np.sum(np.real(z.grad)), [z])
    expected = 4 * numpy.abs(Z) ** 2 + 8 * Z.real * Z
    assert again.numpy() == pytest.approx(expected)


def test_gradients_of_what_was_computed_on_the_way_follow_the_same_convention(backend):
    z = np.asarray(Z).attach_grad()
    square = z * z
    loss = np.sum(np.abs(square - W) ** 2)
    got = ug.gradients(loss, [square, z], retain_graph=True)
    assert got[0].numpy() == pytest.approx(2 * (Z * Z - W))
    assert got[1].numpy() == pytest.approx(2 * (Z * Z - W) * numpy.conj(2 * Z))


def test_weights_are_gradients_too(backend):
    z = np.asarray(Z).attach_grad()
    (z * z).backward(np.asarray(W))
    assert z.grad.numpy() == pytest.approx(numpy.conj(2 * Z) * W)


def test_a_custom_rule_is_given_gradients_and_gives_gradients(backend):
    def cube(x):
        with ug.pause():
            out = x**3
        return ug.custom_rule(out, [x], lambda g: (g * np.conj(3 * x.detach() ** 2),))

    got = ug.grad(lambda x: np.sum(np.abs(cube(x))))(np.asarray(Z))
    expected = ug.grad(lambda x: np.sum(np.abs(x**3)))(np.asarray(Z))
    assert got.numpy() == pytest.approx(expected.numpy())


def test_the_magnitude_has_the_slope_zero_at_the_origin(backend):
    got = ug.grad(lambda x: np.sum(np.abs(x)))(np.asarray([0j, 3.0 + 4.0j]))
    assert got.numpy().tolist() == [0j, pytest.approx(0.6 + 0.8j)]


def test_acosh_has_the_right_slope_left_of_the_imaginary_axis(backend):
    """JAX's own gradient has the opposite sign there."""
    z = numpy.array([-1.3 + 0.5j, -0.2 - 1.1j])
    _, pullback = ug.vjp(np.acosh, np.asarray(z))
    h = 1e-6
    expected = (numpy.arccosh(z + h) - numpy.arccosh(z - h)) / (2 * h)
    assert pullback(np.ones(2, dtype="complex128"))[0].numpy() == pytest.approx(numpy.conj(expected), rel=1e-8)


def test_single_precision_stays_single(backend):
    z = np.asarray(Z, dtype="complex64")
    value, gradient = ug.value_and_grad(lambda x: np.sum(np.abs(x * np.exp(x))))(z)
    assert (value.dtype, gradient.dtype) == ("float32", "complex64")


def test_gradients_add_up_at_a_leaf(backend):
    z = np.asarray(Z).attach_grad()
    for _ in range(2):
        np.sum(np.imag(z)).backward()
    assert z.grad.tolist() == [2j, 2j, 2j]


def test_a_complex_value_has_no_gradient_without_weights():
    z = np.asarray(Z).attach_grad()
    with pytest.raises(ug.DTypeError) as caught:
        (z * z).backward()
    assert str(caught.value) == (
        "backward() on a Tensor of dtype 'complex128' needs weights; or take real(), imag() or abs() of it first"
    )
    with pytest.raises(ug.DTypeError) as caught:
        ug.grad(lambda x: np.sum(x * x))(np.asarray(Z))
    assert str(caught.value) == (
        "grad needs a function with a real floating value, not 'complex128'; "
        "take real(), imag() or abs() of it, or use vjp"
    )


def test_a_cast_to_real_numbers_is_refused():
    with pytest.raises(ug.DTypeError) as caught:
        np.asarray(Z).astype("float64")
    assert str(caught.value) == "astype() from 'complex128' to 'float64' drops a part; use real() or abs()"


@pytest.mark.parametrize("given", [1j, [1.0, 2j], numpy.array([1j])], ids=str)
def test_complex_numbers_are_not_made_real_on_the_way_in(given, backend):
    with pytest.raises(
        ug.DTypeError, match=r"^an array of 'complex(64|128)' as 'float32' drops a part; use real\(\) or abs\(\)$"
    ):
        ug.asarray(given, dtype="float32")


def test_the_sign_of_recorded_complex_numbers_is_refused():
    assert np.sign(np.asarray([3.0 + 4.0j])).tolist() == [pytest.approx(0.6 + 0.8j)]
    with pytest.raises(ug.MissingRule) as caught:
        np.sign(np.asarray(Z).attach_grad())
    assert str(caught.value) == (
        "'sign' is no constant where numbers are complex; write x / abs(x), which has a derivative"
    )


def test_the_jacobian_of_complex_numbers_is_refused():
    with pytest.raises(ug.DTypeError) as caught:
        ug.jacrev(np.exp)(np.asarray(Z))
    assert str(caught.value) == (
        "jacrev of complex numbers is no single array; take their parts, or use vjp and jvp, which take complex ones"
    )
