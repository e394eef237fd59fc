"""The selection of the backend and device that a program is to run on."""

from __future__ import annotations

from unigrad import settings
from unigrad.errors import ProgramError

__all__ = ["select"]


def select(backend: str | None, device: str | None) -> None:
    """Make `backend` and `device` those of new arrays; None keeps what is in force.

    Raises `UnknownBackend`, `BackendUnavailable`, and `ProgramError` for a device that is not there.
    """
    chosen = settings.choose(backend or settings.get_backend(), device)
    if device is not None:
        _check(chosen)
    if backend is not None or device is not None:
        settings.set_backend(chosen.backend, device)


def _check(chosen: settings.Choice) -> None:
    """Put a number on the device: which spellings a backend takes, only the backend knows."""
    try:
        chosen.xp.asarray(0.0, device=chosen.device)
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ProgramError(
            f"backend {chosen.backend.name!r} cannot use the device {chosen.device!r}: {reason}; "
            f"it has: {', '.join(chosen.backend.devices())}"
        ) from error
