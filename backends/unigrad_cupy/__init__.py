"""The CuPy backend: NumPy's spelling on CUDA devices."""

from unigrad.backend import Backend
from unigrad.hookspecs import hookimpl


@hookimpl
def unigrad_backend() -> Backend:
    """CuPy, on CUDA devices."""
    return Backend(
        "cupy",
        array_module="cupy",
        kernels="unigrad_cupy.kernels",
        owns=("cupy",),
        requires="cupy",
        extra="cupy",
        spelling="numpy",
    )
