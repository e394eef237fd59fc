"""autograd.builtins: Python's own containers, which hold tracked arrays as they are, and tests of what a value is."""

from __future__ import annotations

import builtins
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import ndarray

__all__ = ["dict", "isinstance", "list", "tuple", "type"]

tuple, list, dict = builtins.tuple, builtins.list, builtins.dict
type = builtins.type


def isinstance(value: Any, classes: Any) -> bool:
    """Python's test, for which an array of float64 without axes is a float too, as NumPy's number is."""
    if builtins.isinstance(value, classes):
        return True
    asked = classes if builtins.isinstance(classes, builtins.tuple) else (classes,)
    return float in asked and builtins.type(value) is ndarray and not value.ndim and value.dtype == "float64"


__getattr__ = absent("autograd.builtins", lambda: __all__)
