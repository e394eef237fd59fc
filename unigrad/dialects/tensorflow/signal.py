"""tf.signal: Fourier transforms of the last axes, one, two or three."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import formats, notes
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.errors import ConversionError, InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.numpy import fft as native

AXES: Final = {"": 1, "2d": 2, "3d": 3}
"""What a name ends in, and how many axes are transformed."""

_KINDS: Final = {"fft": native.fftn, "ifft": native.ifftn, "rfft": native.rfftn, "irfft": native.irfftn}

__all__ = ["fftshift", "ifftshift", *(f"{kind}{end}" for kind in _KINDS for end in AXES)]  # noqa: PLE0604 - the table's names


def _prepared(name: str, given: Any, count: int) -> EagerTensor:
    """What is transformed: complex numbers, or real ones for ``rfft``, with axes enough."""
    real = name.startswith("rfft")
    x = convert(given, like=formats.float32 if real else formats.complex64)
    if real and x.dtype.kind != "real":
        raise ConversionError(f"tf.signal.{name} transforms real floating numbers, not {x.dtype!r}; use tf.math.real")
    if not real and not x.dtype.is_complex:
        raise InvalidArgumentError(f"tf.signal.{name} takes complex numbers, not {x.dtype!r}; cast with tf.cast")
    if x.ndim < count:
        error = ConversionError if "rfft" in name else InvalidArgumentError
        raise error(f"tf.signal.{name} needs at least {count} axes; the input has the shape {x.shape}")
    return x


def _complex_transform(name: str, kind: str, count: int) -> Callable[..., EagerTensor]:
    transform = F.composed(_KINDS[kind])

    def run(input: Any, name: Any = None) -> EagerTensor:
        return transform(_prepared(run.__name__, input, count), axes=tuple(range(-count, 0)))  # type: ignore[no-any-return]

    return _named(run, name, f"`{kind}` over the last {_words(count)} of complex numbers.")


def _real_transform(name: str, kind: str, count: int) -> Callable[..., EagerTensor]:
    transform = F.composed(_KINDS[kind])

    def run(input_tensor: Any, fft_length: Any = None, name: Any = None) -> EagerTensor:
        x = _prepared(run.__name__, input_tensor, count)
        lengths = None if fft_length is None else _lengths(run.__name__, fft_length, count)
        return transform(x, s=lengths, axes=tuple(range(-count, 0)))  # type: ignore[no-any-return]

    what = "of real numbers, the half that tells" if kind == "rfft" else "to real numbers; `rfft` undone"
    return _named(run, name, f"`{kind}` over the last {_words(count)}, {what}; `fft_length` pads or cuts.")


def _lengths(name: str, given: Any, count: int) -> tuple[int, ...]:
    values = read(given)
    lengths = tuple(int(each) for each in (values.numpy() if isinstance(values, EagerTensor) else values))
    if len(lengths) != count or min(lengths) < 1:
        raise InvalidArgumentError(
            f"tf.signal.{name} takes lengths from 1 on in fft_length, as many as axes ({count}), not {lengths}"
        )
    return lengths


def _words(count: int) -> str:
    return "axis" if count == 1 else f"{count} axes"


def _named(run: Callable[..., EagerTensor], name: str, doc: str) -> Callable[..., EagerTensor]:
    run.__name__ = run.__qualname__ = name
    run.__doc__ = doc
    return run


for _kind in _KINDS:
    for _end, _count in AXES.items():
        _make = _real_transform if "r" in _kind else _complex_transform
        globals()[f"{_kind}{_end}"] = _make(f"{_kind}{_end}", _kind, _count)

_fftshift, _ifftshift = F.composed(native.fftshift), F.composed(native.ifftshift)


def fftshift(x: Any, axes: Any = None, name: Any = None) -> EagerTensor:
    """`x` with the element of frequency 0 in the middle of `axes`, or of all."""
    return _fftshift(convert(x), axes=axes)  # type: ignore[no-any-return]


def ifftshift(x: Any, axes: Any = None, name: Any = None) -> EagerTensor:
    """The inverse of `fftshift`."""
    return _ifftshift(convert(x), axes=axes)  # type: ignore[no-any-return]


__getattr__ = absent("tensorflow.signal", lambda: __all__, notes.reasons("signal"))
