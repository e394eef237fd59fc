"""The kernels of each backend: every one there, the same values and dtypes from all, no warning of their own."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy
import pytest
from kernel_cases import CASES, agree, answer

from unigrad import plugins
from unigrad.backend import Backend
from unigrad.errors import DTypeError

NAMES = """
abs acos acosh add asin asinh atan atan2 atanh ceil clip conj copysign cos cosh divide equal exp expm1 exp2 floor
floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal log log1p log2 log10 logaddexp
logical_and logical_not logical_or logical_xor maximum minimum multiply negative nextafter not_equal positive pow real
reciprocal remainder round sign signbit sin sinh square sqrt subtract tan tanh trunc where sigmoid relu bitwise_and
bitwise_or bitwise_xor bitwise_invert bitwise_left_shift bitwise_right_shift sum prod mean max min any all var std
argmax argmin logsumexp cumulative_sum cumulative_prod count_nonzero softmax log_softmax reshape permute_dims
expand_dims squeeze broadcast_to concat stack flip roll tile repeat moveaxis unstack sort argsort searchsorted take
take_along_axis nonzero matmul tensordot vecdot outer einsum trace diagonal matrix_transpose tril triu vector_norm
asarray zeros ones full arange linspace eye zeros_like ones_like full_like astype to_numpy from_numpy native_dtype
dtype_name device_of to_device copy is_traced read_only_view index_set scatter getitem enter devices lock to_dlpack
item cbrt deg2rad rad2deg fmax fmin fmod heaviside logaddexp2 sinc convolve cholesky cofactor det eig_packed eigh_packed
eigvalsh
expm fftn ifftn inv irfftn ldexp pinv qr_packed rfftn slogdet_packed solve solve_triangular svd_full svd_packed svdvals
betaln digamma entr erf erfc erfinv gamma gammaln i0 i0e i1 i1e log_ndtr logit ndtr ndtri polygamma rel_entr xlog1py
xlogy
""".split()

STRICT = Backend("strict", array_module="array_api_strict", requires="array_api_strict", owns=("array_api_strict",))


@pytest.fixture(params=["numpy", "torch", "jax", "strict"], scope="module")
def xp(request):
    """The kernels of each backend that can be used here."""
    backend = STRICT if request.param == "strict" else plugins.backend(request.param)
    if (reason := backend.available()) is not None:
        pytest.skip(f"{request.param}: {reason}")
    return backend.xp


@pytest.mark.parametrize("name", NAMES)
def test_every_kernel_is_there(xp, name):
    assert callable(getattr(xp, name))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_backend_answers_as_numpy_does(xp, case):
    expected = answer(plugins.backend("numpy").xp, case)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = answer(xp, case)
    assert agree(got, expected), f"{got}\nis not\n{expected}"


@pytest.mark.parametrize(
    "name", "sin cos exp log sqrt tanh add subtract multiply divide maximum where matmul vecdot".split()
)
def test_numpy_s_functions_are_numpy_s_own(name):
    assert getattr(plugins.backend("numpy").xp, name) is getattr(numpy, name)


def test_kernels_that_build_an_array_leave_the_given_one_alone(xp):
    x = xp.from_numpy(numpy.arange(6.0))
    values, key = xp.from_numpy(numpy.array([7.0, 8.0])), xp.from_numpy(numpy.array([1, 1]))
    xp.index_set(x, values, key=key)
    xp.index_set(x, 9.0, key=slice(None))
    xp.scatter(values, key=key, shape=(3,))
    xp.sort(x, axis=0, descending=True)
    xp.clip(x, 2.0, 3.0)
    assert xp.to_numpy(x).tolist() == [0, 1, 2, 3, 4, 5]
    assert xp.to_numpy(values).tolist() == [7, 8]


@pytest.mark.parametrize(
    "name", "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128".split()
)
def test_dtypes_go_by_their_names(xp, name):
    assert xp.dtype_name(xp.native_dtype(name)) == name


@pytest.mark.parametrize("name", ["numpy", "torch", "jax"])
def test_half_precision_stays_half(name):
    xp = _kernels(name)
    x = xp.from_numpy(numpy.full(5000, 1.0, numpy.float16))
    assert [xp.dtype_name(getattr(xp, each)(x).dtype) for each in ("sum", "mean", "exp")] == ["float16"] * 3
    assert float(xp.mean(x)) == 1.0


def test_a_dtype_that_is_not_there_is_named():
    with pytest.raises(DTypeError, match="^numpy has no dtype 'float13'$"):
        plugins.backend("numpy").xp.native_dtype("float13")
    with pytest.raises(DTypeError, match="^backend 'strict' has no dtype 'float16'$"):
        STRICT.xp.native_dtype("float16")


@pytest.mark.parametrize(
    "array",
    [
        numpy.arange(6.0).reshape(2, 3)[::-1, ::2],
        numpy.array(2.5),
        numpy.zeros((0, 3)),
        numpy.arange(3, dtype=">f8"),
        numpy.broadcast_to(numpy.arange(3.0), (2, 3)),
        numpy.array([True, False]),
    ],
    ids=["strided", "0-d", "empty", "other byte order", "read-only", "bool"],
)
def test_arrays_of_any_layout_come_in_and_go_out(xp, array):
    data = xp.from_numpy(array)
    assert xp.dtype_name(data.dtype) == array.dtype.newbyteorder("=").name
    numpy.testing.assert_array_equal(xp.to_numpy(data), array)


def test_a_copy_shares_no_memory(xp):
    array = numpy.arange(3.0)
    copied = xp.from_numpy(array, copy=True)
    array[0] = 7
    assert xp.to_numpy(copied)[0] == 0


def test_a_view_for_the_outside_cannot_be_written(xp):
    view = xp.read_only_view(xp.from_numpy(numpy.arange(3.0), copy=True))
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1


def test_lock_keeps_the_owner_from_writing(xp):
    array = numpy.arange(3.0)
    xp.lock(array)
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1


def test_what_dlpack_lends_does_not_let_a_numpy_array_be_changed():
    xp = plugins.backend("numpy").xp
    data = numpy.arange(3.0)

    class Lender:
        def __dlpack__(self, **options):
            return xp.to_dlpack(data, **options)

        def __dlpack_device__(self):
            return data.__dlpack_device__()

    borrowed = numpy.from_dlpack(Lender())
    assert not borrowed.flags.writeable or not numpy.shares_memory(borrowed, data)


def test_an_index_out_of_range_is_an_index_error(xp):
    for key in (5, (0, -4), (slice(None), numpy.array([0, 3]))):
        with pytest.raises(IndexError):
            xp.getitem(xp.from_numpy(numpy.zeros((2, 3))), key=key)


def test_a_broadcast_number_cannot_be_written_on_numpy():
    assert not plugins.backend("numpy").xp.broadcast_to(numpy.array(1.0), shape=(3,)).flags.writeable


def test_every_array_is_on_a_named_device(xp):
    data = xp.from_numpy(numpy.zeros(2))
    assert str(xp.device_of(data)) in xp.devices()
    numpy.testing.assert_array_equal(xp.to_numpy(xp.to_device(data, xp.device_of(data))), [0, 0])


def test_one_seed_gives_one_sequence():
    generator = plugins.backend("numpy").xp.generator
    assert generator(3).random() == generator(3).random() != generator(4).random()


def test_torch_tensors_come_in_detached():
    xp = _kernels("torch")
    import torch

    tensor = torch.ones(3, requires_grad=True)
    entered = xp.enter(tensor)
    assert not entered.requires_grad
    assert entered.data_ptr() == tensor.data_ptr()
    plain = torch.ones(3)
    assert xp.enter(plain) is plain


def test_torch_s_bfloat16_goes_to_the_host_in_single_precision():
    xp = _kernels("torch")
    x = xp.asarray([1.5], dtype=xp.native_dtype("bfloat16"))
    assert xp.to_numpy(x).dtype == numpy.float32


def test_jax_s_kernels_take_tracers():
    xp = _kernels("jax")
    import jax

    def program(x):
        assert xp.is_traced(x)
        assert xp.device_of(x) is None
        y = xp.index_set(xp.getitem(x, key=slice(None, None, -1)), 0.0, key=0)
        return xp.sum(xp.scatter(y, key=numpy.array([0, 0, 1]), shape=(2,)) * xp.logsumexp(x))

    x = xp.from_numpy(numpy.arange(3.0))
    assert float(jax.jit(program)(x)) == pytest.approx(2.40760596444438)


def test_jax_has_64_bits():
    xp = _kernels("jax")
    assert xp.dtype_name(xp.from_numpy(numpy.zeros(2)).dtype) == "float64"


def test_a_container_can_be_registered_with_jax():
    xp = _kernels("jax")
    import jax

    class Box:
        def __init__(self, content):
            self.content = content

    xp.register_container(Box, lambda box: ((box.content,), None), lambda _, children: Box(*children))
    assert jax.tree_util.tree_leaves(Box(3)) == [3]


def test_cupy_without_a_gpu_says_so():
    cupy = pytest.importorskip("cupy", reason="cupy is not installed")
    if cupy.is_available():
        pytest.skip("there is a GPU")
    code = "from unigrad import plugins; print(plugins.backend('cupy').available())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "no GPU: cudaErrorInsufficientDriver\n"


def _kernels(name):
    backend = plugins.backend(name)
    if (reason := backend.available()) is not None:
        pytest.skip(f"{name}: {reason}")
    return backend.xp
