"""Functions that mean in NumPy what they mean in unigrad, once their arguments are arrays: a table of their names."""

from __future__ import annotations

from typing import Any, Final

from unigrad import primitives
from unigrad.dialects.autograd.arrays import F, of_two, on_arrays

STRAIGHT: Final = {
    1: (
        "count_nonzero cumulative_sum cumulative_prod diag diagonal ediff1d expand_dims flip matrix_transpose moveaxis nonzero "
        "roll rot90 squeeze swapaxes trace tril triu unstack vander"
    ),
    2: "convolve cross kron polyval take_along_axis tensordot vecdot",
    3: "interp",
}
"""How many of the first arguments are arrays, and the names."""

FLOATING: Final = frozenset("interp".split())
"""Those whose arguments must be floating."""

FUNCTIONS: Final[dict[str, Any]] = {
    name: on_arrays(name, name, count, name in FLOATING)
    for count, names in STRAIGHT.items()
    for name in names.split()
    if hasattr(primitives, name)
}
"""The functions, as far as unigrad has the primitive."""

FUNCTIONS.update({name: of_two(getattr(F, name), name, False) for name in ("dot", "matmul", "outer")})
