"""array-api-strict as a backend of unigrad: all that the author of a library following the standard has to write."""

from unigrad.backend import Backend
from unigrad.hookspecs import hookimpl


@hookimpl
def unigrad_backend() -> Backend:
    """The array API standard, and nothing besides."""
    return Backend(
        "strict",
        array_module="array_api_strict",
        owns=("array_api_strict",),
        requires="array_api_strict",
    )
