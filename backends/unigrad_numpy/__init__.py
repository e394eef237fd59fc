"""The NumPy backend: unigrad's default, and the reference that the others are compared with."""

from unigrad.backend import Backend
from unigrad.hookspecs import hookimpl


@hookimpl
def unigrad_backend() -> Backend:
    """NumPy, on the host."""
    return Backend(
        "numpy",
        array_module="numpy",
        kernels="unigrad_numpy.kernels",
        owns=("numpy",),
        requires="numpy",
        spelling="numpy",
    )
