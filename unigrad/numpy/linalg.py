"""unigrad.numpy.linalg: products and norms, in NumPy's spelling."""

from unigrad.primitives.linalg import diagonal, matmul, norm, outer, tensordot, trace, vecdot
from unigrad.primitives.manipulation import matrix_transpose
from unigrad.primitives.reduction import vector_norm

__all__ = ["diagonal", "matmul", "matrix_transpose", "norm", "outer", "tensordot", "trace", "vecdot", "vector_norm"]
