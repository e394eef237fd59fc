"""Conversions: tensors in another dtype, on another device."""

from __future__ import annotations

import warnings
from typing import Any

import unigrad as ug
from unigrad.dialects.torch.creation import tensor
from unigrad.dialects.torch.errors import LibraryError
from unigrad.dialects.torch.formats import TYPE_NAMES, chosen, device, dtype, format_named, place
from unigrad.dialects.torch.tensor import F, Tensor


def converted(input: Any, wanted: Any) -> Tensor:
    """`input` in another dtype, recorded between floating ones; itself if it has that."""
    if input.dtype == wanted:
        return input  # type: ignore[no-any-return]
    kind = chosen(wanted)
    if (
        input.form is None
        and input.dtype.kind == "complex"
        and kind is not None
        and kind.kind not in ("complex", "bool")
    ):
        warnings.warn("Casting complex values to real discards the imaginary part", UserWarning, stacklevel=3)
        input = F.real(input)
    return F.astype(input, kind)  # type: ignore[no-any-return]


def to(input: Any, *args: Any, dtype: Any = None, device: Any = None, copy: bool = False, **named: Any) -> Tensor:
    """`input` in another dtype, on another device, or as another tensor is: ``x.to(torch.float64)``, ``x.to("cuda")``."""
    for each in args:
        if isinstance(each, ug.Tensor):
            dtype = each.dtype
        elif isinstance(each, ug.DType) or each in (int, float, bool):
            dtype = each
        elif not isinstance(each, bool) and each is not None:
            device = each
    made = input if dtype is None else converted(input, chosen(dtype))
    made = made if device is None else _moved(made, device)
    return F.positive(made) if copy and made is input else made


def _moved(input: Any, wanted: Any) -> Any:
    with ug.use_backend(input.xp.__backend__):
        target = place(wanted)
    here = device(input.device)
    if target is None or device(wanted) == here or (device(wanted).index is None and device(wanted).type == here.type):
        return input
    return F.to_device(input, device=target)


def cpu(input: Any) -> Tensor:
    """`input` in the host's memory."""
    return _moved(input, "cpu")  # type: ignore[no-any-return]


def cuda(input: Any, device: Any = None) -> Tensor:
    """`input` on a GPU. Raises `LibraryError` where its backend has none."""
    return _moved(input, "cuda" if device is None else device)  # type: ignore[no-any-return]


def type_(input: Any, dtype: Any = None) -> Any:
    """The name of the tensor's type, ``torch.FloatTensor``, or the tensor in another."""
    if dtype is None:
        return f"torch.{TYPE_NAMES.get(input.dtype.name, input.dtype.name)}Tensor"
    if isinstance(dtype, str):
        word = dtype.rpartition(".")[2].removesuffix("Tensor")
        names = [name for name, known in TYPE_NAMES.items() if known == word]
        if not names:
            raise LibraryError(
                f"no type {dtype!r}; there are torch.FloatTensor, torch.LongTensor and others, or dtypes"
            )
        dtype = names[0]
    return converted(input, getattr(dtype, "named", None) or chosen(dtype))


def type_as(input: Any, other: Any) -> Tensor:
    """`input` in the dtype of another tensor."""
    return converted(input, other.dtype)


def _method(name: str) -> Any:
    def convert(input: Any) -> Tensor:
        return converted(input, format_named(name))

    convert.__doc__ = f"`input` in the dtype {name}."
    return convert


METHODS = {
    "float": _method("float32"),
    "double": _method("float64"),
    "half": _method("float16"),
    "bfloat16": _method("bfloat16"),
    "cfloat": _method("complex64"),
    "cdouble": _method("complex128"),
    "long": _method("int64"),
    "int": _method("int32"),
    "short": _method("int16"),
    "char": _method("int8"),
    "byte": _method("uint8"),
    "bool": _method("bool"),
    "to": to,
    "cpu": cpu,
    "cuda": cuda,
    "type": type_,
    "type_as": type_as,
}


class TypedTensor:
    """``torch.FloatTensor`` and its like: tensors of one dtype from nested lists, or from lengths."""

    def __init__(self, named: dtype) -> None:
        self.named = named

    def __call__(self, *given: Any) -> Tensor:
        """A tensor of these values, or of these lengths."""
        made = Tensor(*given)
        return tensor(made.numpy() if made.numel() else made, dtype=self.named)

    def __repr__(self) -> str:
        return f"<class 'torch.{TYPE_NAMES[self.named.name]}Tensor'>"


TYPES = {
    f"{word}Tensor": TypedTensor(format_named(name))
    for name, word in TYPE_NAMES.items()
    if not word.startswith("Complex")
}
