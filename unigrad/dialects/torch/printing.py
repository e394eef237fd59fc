"""Printing: tensors as torch prints them.

Four digits after the point; powers of ten where the values are far apart; whole numbers with a bare point; at most 80
columns; three entries at each end of an axis where there are more than 1000 elements.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from unigrad import settings
from unigrad.dialects.torch.formats import get_default_dtype

WIDTH: Final = 80
_options: Final[dict[str, Any]] = {
    "precision": 4,
    "threshold": 1000,
    "edgeitems": 3,
    "linewidth": WIDTH,
    "sci_mode": None,
}


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors are printed, as torch's function of this name does."""
    profiles: dict[str, dict[str, Any]] = {
        "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": WIDTH},
        "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": WIDTH},
        "full": {"precision": 4, "threshold": math.inf, "edgeitems": 3, "linewidth": WIDTH},
    }
    _options.update(profiles[profile] if profile else {})
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    _options.update({name: value for name, value in given.items() if value is not None}, sci_mode=sci_mode)


def text(tensor: Any) -> str:
    """The printed form of a tensor, with what is remarkable about it behind the values."""
    if tensor.xp.is_traced(tensor.raw):
        return f"tensor({tensor.raw})"
    array = tensor.xp.to_numpy(tensor.raw)
    start = "tensor("
    body = values(array, tensor.dtype, len(start)) if array.size else "[]"
    return _with_remarks(start, body, _remarks(tensor))


def _remarks(tensor: Any) -> list[str]:
    remarks = []
    if not tensor.numel() and tensor.ndim != 1:
        remarks.append(f"size={tuple(tensor.shape)}")
    usual = {get_default_dtype().name} | ({"int64", "bool"} if tensor.numel() else set())
    if tensor.device.type != "cpu":
        remarks.append(f"device='{tensor.device}'")
    if tensor.dtype.name not in usual and not (tensor.dtype.kind == "complex" and tensor.dtype.name == "complex64"):
        remarks.append(f"dtype={tensor.dtype}")
    if tensor.grad_fn is not None:
        remarks.append(f"grad_fn=<{tensor.grad_fn.name()}>")
    elif tensor.requires_grad:
        remarks.append("requires_grad=True")
    return remarks


def _with_remarks(start: str, body: str, remarks: list[str]) -> str:
    text = start + body
    column = len(text) - text.rfind("\n") + 1
    for remark in remarks:
        if column + len(remark) + 2 > _options["linewidth"]:
            text += ",\n" + " " * len(start) + remark
            column = len(start) + len(remark)
        else:
            text += ", " + remark
            column += len(remark) + 2
    return text + ")"


def values(array: Any, dtype: Any, indent: int) -> str:
    """The values of a host array, laid out from the column `indent` on."""
    shorten = array.size > _options["threshold"]
    shown = _ends(array) if shorten else array
    if dtype.kind == "complex":
        real, imag = _writer(shown.real, True), _writer(shown.imag, True)
        write: Callable[[Any], str] = lambda value: real(value.real) + _signed(imag(value.imag)) + "j"
        width = len(write(shown.reshape(-1)[0]))
    else:
        write = _writer(shown, dtype.kind == "real")
        width = max(len(write(value)) for value in shown.reshape(-1))
    return _laid_out(array, indent, write, width, shorten)


def _signed(number: str) -> str:
    bare = number.strip()
    return bare if bare.startswith("-") else "+" + bare


def _ends(array: Any) -> Any:
    """The entries of an array that are shown where it is too long."""
    host, edge = settings.host(), _options["edgeitems"]
    for axis in range(array.ndim):
        if array.shape[axis] > 2 * edge:
            before = (slice(None),) * axis
            array = host.concatenate(
                [array[(*before, slice(None, edge))], array[(*before, slice(-edge, None))]], axis=axis
            )
    return array


def _writer(shown: Any, floating: bool) -> Callable[[Any], str]:
    """How one number is written beside the others that are shown: all get the width of the widest."""
    if not floating:
        width = max(len(f"{value}") for value in shown.reshape(-1).tolist())
        return lambda value: f"{value}".rjust(width)
    numbers = [float(value) for value in shown.reshape(-1).tolist()]
    sizes = [abs(number) for number in numbers if number and math.isfinite(number)]
    whole = all(size == math.ceil(size) for size in sizes)
    plain = _plain_writer(sizes, whole)
    measured = [number for number in numbers if number and math.isfinite(number)]
    width = max((len(plain(number)) for number in measured), default=1)
    return lambda value: plain(float(value)).rjust(width)


def _plain_writer(sizes: list[float], whole: bool) -> Callable[[float], str]:
    digits = _options["precision"]
    if _by_powers(sizes, whole):
        return lambda number: f"{number:.{digits}e}"
    if whole:
        return lambda number: f"{number:.0f}" + ("." if math.isfinite(number) else "")
    return lambda number: f"{number:.{digits}f}"


def _by_powers(sizes: list[float], whole: bool) -> bool:
    """Whether the numbers are written with powers of ten: where they are far apart, huge, or tiny."""
    if _options["sci_mode"] is not None:
        return bool(_options["sci_mode"])
    if not sizes:
        return False
    low, high = min(sizes), max(sizes)
    return high / low > 1000 or high > 1e8 or (not whole and low < 1e-4)


def _laid_out(array: Any, indent: int, write: Callable[[Any], str], width: int, shorten: bool) -> str:
    if array.ndim == 0:
        return write(array.item())
    edge = _options["edgeitems"]
    cut = shorten and array.shape[0] > 2 * edge
    parts = [*array[:edge], None, *array[-edge:]] if cut else list(array)
    if array.ndim == 1:
        return _line([" ..." if part is None else write(part) for part in parts], indent, width)
    between = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
    rows = ["..." if part is None else _laid_out(part, indent + 1, write, width, shorten) for part in parts]
    return f"[{between.join(rows)}]"


def _line(words: list[str], indent: int, width: int) -> str:
    count = max(1, (_options["linewidth"] - indent) // (width + 2))
    lines = [words[i : i + count] for i in range(0, len(words), count)]
    return "[" + (",\n" + " " * (indent + 1)).join(", ".join(line) for line in lines) + "]"
