"""The operators of EagerTensors, and indexing: integers, slices, ``...``, tf.newaxis and boolean masks."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor


def equal_or_false(x: Any, y: Any) -> Any:
    """``x == y`` elementwise; False for None, and for shapes that do not fit, as TensorFlow's operator has it."""
    return _compared("equal", x, y, False)


def different_or_true(x: Any, y: Any) -> Any:
    """``x != y`` elementwise; True for None, and for shapes that do not fit."""
    return _compared("not_equal", x, y, True)


def _compared(name: str, x: Any, y: Any, otherwise: bool) -> Any:
    if y is None or isinstance(y, str):
        return otherwise
    try:
        return getattr(F, name)(x, y)
    except InvalidArgumentError as error:
        if isinstance(error.__cause__, ug.ShapeError):
            return convert(otherwise)
        raise


def taken(x: EagerTensor, key: Any) -> EagerTensor:
    """``x[key]``. Raises `InvalidArgumentError` for a position that is not there, and for lists of positions."""
    for i, part in enumerate(map(read, key if isinstance(key, tuple) else (key,))):
        is_list = isinstance(part, (list, tuple)) or (
            not isinstance(part, bool) and _axes_of(part) and not _is_mask(part)
        )
        if is_list or isinstance(part, float):
            raise InvalidArgumentError(
                f"index {i} is {type(part).__name__}: a tensor is indexed by integers, slices, tf.newaxis and masks; "
                "use tf.gather or tf.gather_nd for several positions"
            )
    key = tuple(map(_plain, key)) if isinstance(key, tuple) else _plain(key)
    try:
        return F.getitem(x, key=key)
    except (IndexError, ValueError) as error:
        raise InvalidArgumentError(f"the index {key!r} is out of bounds for shape {x.shape}: {error}") from error


def _axes_of(part: Any) -> Any:
    return getattr(part, "shape", ())


def _is_mask(part: Any) -> bool:
    return str(getattr(part.dtype, "name", part.dtype)) == "bool"


def _plain(part: Any) -> Any:
    if isinstance(part, slice):
        return slice(_plain(part.start), _plain(part.stop), _plain(part.step))
    part = read(part)
    return int(part) if isinstance(part, EagerTensor) and not part.raw.shape and not _is_mask(part) else part


def _unhashable(self: Any) -> int:
    raise TypeError("a Tensor cannot be hashed, as == compares elements; use x.ref() as the key")


ug.set_operators(EagerTensor, F)
EagerTensor.__eq__ = equal_or_false  # type: ignore[method-assign, assignment]
EagerTensor.__ne__ = different_or_true  # type: ignore[method-assign, assignment]
EagerTensor.__getitem__ = taken  # type: ignore[method-assign]
EagerTensor.__hash__ = _unhashable  # type: ignore[method-assign]
