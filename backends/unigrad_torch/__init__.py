"""The Torch backend: tensors as plain arrays on any device of Torch's; its own autograd is never asked."""

from unigrad.backend import Backend
from unigrad.hookspecs import hookimpl


@hookimpl
def unigrad_backend() -> Backend:
    """Torch, on any of its devices."""
    return Backend(
        "torch",
        array_module="torch",
        kernels="unigrad_torch.kernels",
        owns=("torch",),
        requires="torch",
        extra="torch",
        spelling="own",
    )
