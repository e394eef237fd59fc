"""Methods: the functions of this dialect as members of its Tensor."""

from __future__ import annotations

from typing import Any, Final

from unigrad.dialects.torch import (
    complexes,
    conversions,
    creation,
    elementwise,
    indexing,
    inplace,
    linalg,
    products,
    reductions,
    retained,
    sampling,
    searching,
    shaping,
)
from unigrad.dialects.torch import shared as _shared  # noqa: F401 - gives tensors their ``data``
from unigrad.dialects.torch.errors import LibraryError
from unigrad.dialects.torch.tensor import F, Tensor

ELEMENTWISE: Final = """
abs absolute acos acosh add addcdiv addcmul allclose arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh
atan atan2 atanh bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor ceil clamp
clamp_max clamp_min clip copysign cos cosh deg2rad digamma div divide eq equal erf erfc erfinv exp exp2 expm1 fix
floor floor_divide fmax fmin fmod frac ge greater greater_equal gt hypot isclose isfinite isinf isnan le lerp less
less_equal lgamma log log10 log1p log2 logaddexp logical_and logical_not logical_or logical_xor logit lt masked_fill
maximum minimum mul multiply nan_to_num ne neg negative nextafter not_equal positive pow rad2deg reciprocal relu
remainder round rsqrt sigmoid signbit sin sinc sinh sqrt square sub subtract tan tanh true_divide trunc
""".split()

COMPLEXES: Final = "adjoint angle conj conj_physical is_conj is_neg isreal resolve_conj resolve_neg sgn sign".split()

REDUCTIONS: Final = """
all amax amin aminmax any argmax argmin count_nonzero cumprod cumsum dist kthvalue log_softmax logsumexp max mean median min nansum norm
prod quantile softmax std sum var
""".split()

SHAPING: Final = """
broadcast_to chunk clone contiguous diag diagonal expand expand_as flatten flip fliplr flipud moveaxis movedim narrow permute ravel
repeat repeat_interleave reshape reshape_as roll rot90 select split squeeze swapaxes swapdims t tensor_split tile transpose tril triu
unbind unflatten unsqueeze view view_as
""".split()

SEARCHING: Final = """
argsort argwhere bincount gather histc index_add index_copy index_fill index_select masked_select mode msort nonzero scatter scatter_add
sort take take_along_dim topk unique
""".split()

PRODUCTS: Final = "addmm addmv baddbmm bmm cross dot ger inner kron matmul mm mv outer trace vdot".split()

IN_PLACE: Final = """
abs absolute acos acosh add addcdiv addcmul addmm addmv asin asinh atan atan2 atanh baddbmm bitwise_and bitwise_not
bitwise_or bitwise_xor ceil clamp clamp_max clamp_min clip conj_physical copysign cos cosh cumprod cumsum div divide eq erf exp exp2
expm1 floor floor_divide fmod frac ge gt hypot index_add index_copy index_fill le lerp log log10 log1p log2
logical_and logical_not logical_or logical_xor logit lt masked_fill mul multiply nan_to_num ne neg negative pow
reciprocal relu remainder round rsqrt scatter scatter_add sgn sigmoid sign sin sinc sinh sqrt square squeeze sub
subtract t tan tanh transpose tril triu true_divide trunc unsqueeze
""".split()

RESHAPING: Final = {"squeeze", "t", "transpose", "unsqueeze"}
"""In-place methods that change the shape of the tensor itself."""


def _give(module: Any, names: list[str]) -> None:
    for name in names:
        if hasattr(module, name):  # some primitives may not be there (yet)
            setattr(Tensor, name, getattr(module, name))


_give(complexes, COMPLEXES)
_give(elementwise, ELEMENTWISE)
_give(reductions, REDUCTIONS)
_give(shaping, SHAPING)
_give(searching, SEARCHING)
_give(products, PRODUCTS)
_give(creation, ["new_empty", "new_full", "new_ones", "new_tensor", "new_zeros"])
_give(inplace, ["bernoulli_", "exponential_", "normal_", "uniform_", "zero_"])
_give(retained, ["register_hook", "register_post_accumulate_grad_hook", "retain_grad"])
_give(sampling, ["bernoulli", "multinomial"])
_give(linalg, ["cholesky", "det", "inv", "matrix_power", "pinv", "qr", "slogdet", "svd"])
Tensor.inverse = linalg.inv  # type: ignore[attr-defined]
for _name, _function in conversions.METHODS.items():
    setattr(Tensor, _name, _function)
for _name in IN_PLACE:
    if hasattr(Tensor, _name):
        _change = inplace.reshaped if _name in RESHAPING else inplace.in_place
        setattr(Tensor, f"{_name}_", _change(getattr(Tensor, _name)))
Tensor.fill_ = inplace.in_place(inplace.filled)  # type: ignore[attr-defined]
Tensor.copy_ = inplace.in_place(inplace.copied)  # type: ignore[attr-defined]
Tensor.rsub = elementwise.rsub  # type: ignore[attr-defined]
Tensor.where = lambda self, condition, other: F.where(condition, self, other)  # type: ignore[attr-defined]

for _name, _operation in {
    "add": F.add,
    "sub": F.subtract,
    "mul": F.multiply,
    "truediv": F.divide,
    "floordiv": F.floor_divide,
    "mod": F.remainder,
    "pow": F.pow,
    "matmul": F.matmul,
    "and": F.bitwise_and,
    "or": F.bitwise_or,
    "xor": F.bitwise_xor,
    "lshift": F.bitwise_left_shift,
    "rshift": F.bitwise_right_shift,
}.items():
    setattr(Tensor, f"__i{_name}__", inplace.in_place(_operation))


def _transposed(self: Any) -> Any:
    return F.permute_dims(self, axes=tuple(reversed(range(self.ndim))))


def _matrices_transposed(self: Any) -> Any:
    if self.ndim < 2:
        raise LibraryError(f"mT is of matrices or stacks of them; this tensor has {self.ndim} axes")
    return shaping.transpose(self, -2, -1)


def _stride(self: Any, dim: int | None = None) -> Any:
    """How many elements lie between neighbours along each axis, for a contiguous tensor."""
    shape, steps = tuple(self.shape), [1]
    for n in reversed(shape[1:]):
        steps.insert(0, steps[0] * n)
    return steps[dim] if dim is not None else tuple(steps[: len(shape)])


Tensor.T = property(_transposed, doc="The axes in reverse order.")  # type: ignore[assignment, method-assign]
Tensor.mT = property(_matrices_transposed, doc="The last two axes exchanged.")  # type: ignore[assignment, method-assign]
Tensor.mH = property(complexes.adjoint, doc="The last two axes exchanged, and the conjugates.")  # type: ignore[attr-defined]
Tensor.H = property(complexes.hermitian, doc="The conjugate transposed matrix.")  # type: ignore[attr-defined]
Tensor.real = property(complexes.real, complexes.set_real, doc="The real part.")  # type: ignore[attr-defined]
Tensor.imag = property(complexes.imag, complexes.set_imag, doc="The imaginary part.")  # type: ignore[attr-defined]
Tensor.stride = _stride  # type: ignore[attr-defined]
Tensor.is_contiguous = lambda self: True  # type: ignore[attr-defined]
Tensor.is_floating_point = lambda self: self.dtype.kind == "real"  # type: ignore[attr-defined]
Tensor.is_complex = lambda self: self.dtype.kind == "complex"  # type: ignore[attr-defined]
Tensor.get_device = lambda self: -1 if self.device.type == "cpu" else self.device.index  # type: ignore[attr-defined]
Tensor.is_cpu = property(lambda self: self.device.type == "cpu")  # type: ignore[attr-defined]
Tensor.retains_grad = property(retained.retains)  # type: ignore[attr-defined]
Tensor.nbytes = property(lambda self: self.numel() * self.itemsize)  # type: ignore[attr-defined]
Tensor.grad_dtype = property(lambda self: self.dtype)  # type: ignore[attr-defined]
Tensor.__getitem__ = indexing.take  # type: ignore[method-assign]
Tensor.__setitem__ = indexing.put  # type: ignore[method-assign]
