"""The dialect of torch: tensors with torch's names and semantics, on any of unigrad's backends.

``from unigrad.dialects import torch`` in place of ``import torch``. What differs on purpose is in `notes`.
"""

# A namespace, filled from its families.
# ruff: noqa: F401, F403, F405, F811
from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch import (
    autograd,
    complexes,
    conversions,
    cuda,
    distributions,
    elementwise,
    fft,
    formats,
    func,
    jit,
    linalg,
    methods,
    nn,
    products,
    reductions,
    sampling,
    searching,
    shaping,
    utils,
)
from unigrad.dialects.torch.autograd.anomaly import is_anomaly_enabled
from unigrad.dialects.torch.compilation import compile
from unigrad.dialects.torch.creation import *
from unigrad.dialects.torch.formats import Size, device, dtype, get_default_dtype, set_default_dtype
from unigrad.dialects.torch.func import vmap
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.printing import set_printoptions
from unigrad.dialects.torch.recording import *
from unigrad.dialects.torch.sampling import (
    Generator,
    bernoulli,
    default_generator,
    initial_seed,
    manual_seed,
    multinomial,
    normal,
    rand,
    rand_like,
    randint,
    randint_like,
    randn,
    randn_like,
    randperm,
    seed,
)
from unigrad.dialects.torch.tensor import Tensor

_ELEMENTWISE = """
abs absolute acos acosh add addcdiv addcmul allclose arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh atan atan2 atanh
bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor ceil clamp clamp_max clamp_min clip copysign
cos cosh deg2rad digamma div divide e eq equal erf erfc erfinv exp exp2 expm1 fix floor floor_divide fmax fmin fmod frac ge greater
greater_equal gt heaviside hypot i0 inf isclose isfinite isinf isnan le lerp less less_equal lgamma log log10 log1p log2 logaddexp
logaddexp2 logical_and logical_not logical_or logical_xor logit lt masked_fill maximum minimum mul multiply nan nan_to_num ne neg
negative nextafter not_equal pi positive pow rad2deg reciprocal relu remainder round rsqrt rsub sigmoid signbit sin sinc sinh
sqrt square sub subtract tan tanh true_divide trunc where
""".split()
_REDUCTIONS = """
all amax amin aminmax any argmax argmin count_nonzero cumprod cumsum dist kthvalue log_softmax logsumexp max mean median min nansum norm
prod quantile softmax std std_mean sum var var_mean
""".split()
_SHAPING = """
atleast_1d atleast_2d broadcast_shapes broadcast_tensors broadcast_to cat chunk clone column_stack concat concatenate diag diagonal
flatten flip fliplr flipud hstack meshgrid moveaxis movedim narrow numel permute ravel repeat_interleave reshape roll rot90 row_stack
select split squeeze stack swapaxes swapdims t tensor_split tile transpose tril triu unbind unflatten unsqueeze vstack
""".split()
_SEARCHING = """
argsort argwhere bincount bucketize combinations gather histc index_add index_copy index_fill index_select isin masked_select mode msort
nonzero scatter scatter_add searchsorted sort take take_along_dim topk unique
""".split()
_PRODUCTS = (
    "addmm addmv baddbmm bmm cdist cross dot einsum ger inner kron matmul mm mv outer tensordot trace vdot".split()
)

for _module, _names in (
    (complexes, complexes.__all__),
    (elementwise, _ELEMENTWISE),
    (reductions, _REDUCTIONS),
    (shaping, _SHAPING),
    (searching, _SEARCHING),
    (products, _PRODUCTS),
    (linalg, ["det", "inv", "pinv", "slogdet", "svd", "qr", "cholesky", "matrix_power"]),
):
    for _name in _names:
        if hasattr(_module, _name):  # some primitives may not be there (yet)
            globals()[_name] = getattr(_module, _name)
globals()["inverse"] = linalg.inv
globals().update(conversions.TYPES)

int8, int16, int32, int64 = formats.int8, formats.int16, formats.int32, formats.int64
uint8, uint16, uint32, uint64 = formats.uint8, formats.uint16, formats.uint32, formats.uint64
float16, bfloat16, float32, float64 = formats.float16, formats.bfloat16, formats.float32, formats.float64
complex64, complex128 = formats.complex64, formats.complex128
cfloat, cdouble = complex64, complex128
half, short, long, double = float16, int16, int64, float64
bool, int, float = formats.truth, int32, float32
newaxis = None
strided, preserve_format, contiguous_format = "torch.strided", "torch.preserve_format", "torch.contiguous_format"
__version__ = "2.13 (unigrad's dialect)"


def is_tensor(obj: Any) -> Any:
    """Whether `obj` is a tensor."""
    return isinstance(obj, Tensor)


def is_floating_point(input: Any) -> Any:
    """Whether a tensor's dtype is floating."""
    return input.dtype.kind == "real"


def is_complex(input: Any) -> Any:
    """Whether a tensor's dtype is complex."""
    return input.dtype.kind == "complex"


def detach(input: Any) -> Tensor:
    """The values of a tensor as a constant."""
    return input.detach()  # type: ignore[no-any-return]


def is_nonzero(input: Any) -> Any:
    """Whether the one element of a tensor is not zero."""
    return input.__bool__()


def result_type(tensor1: Any, tensor2: Any) -> Any:
    """The dtype that an operation on both has."""
    return (tensor1 + tensor2).dtype


def set_default_device(device: Any) -> None:
    """Make `device` that of new tensors, on the backend in force."""
    ug.set_backend(ug.get_backend(), formats.place(device))


def get_default_device() -> Any:
    """The device of new tensors."""
    return zeros(0).device


def _known() -> list[str]:
    return [
        name
        for name in globals()
        if not name.startswith("_") and name not in ("annotations", "Any", "absent", "MISSING", "methods")
    ]


__getattr__ = absent("torch", _known, MISSING)
