"""Products of matrices and tensors, and norms."""

from __future__ import annotations

import math
from typing import Any

from unigrad.dialects.tensorflow.complexes import conj
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.manipulation import strict
from unigrad.dialects.tensorflow.reduction import axes_of
from unigrad.dialects.tensorflow.tensor import EagerTensor


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: Any = None,
) -> EagerTensor:
    """Product of matrices, of each pair of them where there are more axes; vectors are refused, as by TensorFlow.

    Raises `InvalidArgumentError` where the shapes do not fit.
    """
    a, b = read(a), read(b)
    if type(a) is not EagerTensor:
        a = convert(a, like=getattr(b, "dtype", None) if isinstance(a, (list, tuple)) else None)
    if type(b) is not EagerTensor:
        b = convert(b, like=a.dtype)
    if len(a.raw.shape) < 2 or len(b.raw.shape) < 2:
        raise InvalidArgumentError(
            f"tf.matmul needs two matrices, not shapes {a.shape} and {b.shape}; use tf.linalg.matvec or tf.tensordot"
        )
    if transpose_a or adjoint_a:
        a = F.matrix_transpose(conj(a) if adjoint_a else a)
    if transpose_b or adjoint_b:
        b = F.matrix_transpose(conj(b) if adjoint_b else b)
    try:
        return F.matmul(a, b)
    except ValueError as error:
        if isinstance(error, InvalidArgumentError):
            raise
        raise InvalidArgumentError(f"Matrix size-incompatible: In[0]: {a.shape}, In[1]: {b.shape}; {error}") from error


def matvec(
    a: Any, b: Any, transpose_a: bool = False, adjoint_a: bool = False, *args: Any, name: Any = None
) -> EagerTensor:
    """Product of a matrix and a vector, of each pair of them where there are more axes."""
    x = convert(a)
    column = F.expand_dims(convert(b, like=x.dtype), axis=-1)
    return F.squeeze(matmul(x, column, transpose_a=transpose_a, adjoint_a=adjoint_a), axis=-1)


@strict
def tensordot(a: Any, b: Any, axes: Any, name: Any = None) -> EagerTensor:
    """Sum of products over `axes`: the last of `a` with as many first of `b`, or pairs of axes."""
    x = convert(a)
    axes = read(axes)
    if isinstance(axes, EagerTensor):
        axes = axes.numpy().tolist()
    if isinstance(axes, (list, tuple)):
        axes = tuple((each,) if isinstance(each, int) else tuple(each) for each in axes)
    y = convert(b, like=x.dtype)
    if axes == 1 and 0 < len(x.raw.shape) <= 2 and 0 < len(y.raw.shape) <= 2:
        return F.matmul(x, y)  # the same, by libraries' fastest product
    return F.tensordot(x, y, axes=axes)


@strict
def einsum(equation: str, *inputs: Any, **kwargs: Any) -> EagerTensor:
    """Sums of products by Einstein's convention, as in ``einsum('ij,jk->ik', a, b)``."""
    return F.einsum(equation, *map(convert, inputs))


def norm(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: bool | None = None, name: Any = None
) -> EagerTensor:
    """The norm of all elements, of vectors along an axis, or of matrices over two of them.

    ``ord`` is ``"euclidean"``, a number, ``math.inf``, or ``"fro"`` for matrices.
    """
    x, axes = convert(tensor), axes_of(axis)
    whole = x.form is None and not (x.dtype.is_floating or x.dtype.is_complex)
    x = F.sqrt(x) if whole else x  # an integer: refused as TensorFlow does
    if isinstance(axes, tuple) and len(axes) == 2 and ord not in ("euclidean", "fro"):
        return F.astype(F.norm(x, ord=ord, axis=axes, keepdims=bool(keepdims)), x.dtype)
    if ord in ("euclidean", "fro"):
        ord = 2
    if not isinstance(ord, (int, float)) or isinstance(ord, bool):
        raise InvalidArgumentError(f"norm knows no ord={ord!r}; give 'euclidean', 'fro', a number or math.inf")
    if ord == math.inf:
        ord = float("inf")
    found = F.vector_norm(x, axis=axes, keepdims=bool(keepdims), ord=ord)
    return F.astype(found, x.dtype) if x.form is None else found


NAMES = "matmul tensordot einsum norm".split()
