"""Anomalies: NaNs in gradients, found where they arise."""

from __future__ import annotations

from typing import Any

import unigrad as ug


class detect_anomaly:  # noqa: N801 - torch's name
    """A scope, or a decorator: a NaN that a reverse sweep makes raises, and errors in a sweep name the line that recorded it.

    Without ``check_nan`` only lines are noted. Values that are computed forwards are not checked, as in torch.
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._scope = ug.debug(nan=check_nan, inf=False, forward=False, buffers=False)

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._scope.__exit__(*error)

    def __call__(self, function: Any) -> Any:
        """`function`, run in the scope."""
        return self._scope(function)


class set_detect_anomaly:  # noqa: N801 - torch's name
    """Switch `detect_anomaly` on or off for this thread; used as a scope, what was before comes back at its end."""

    _open: list[detect_anomaly] = []  # noqa: RUF012 - one for all

    def __init__(self, mode: bool, check_nan: bool = True) -> None:
        self._before = is_anomaly_enabled()
        self._set(mode, check_nan)

    def _set(self, mode: bool, check_nan: bool) -> None:
        while self._open:
            self._open.pop().__exit__(None, None, None)
        if mode:
            scope = detect_anomaly(check_nan)
            scope.__enter__()
            self._open.append(scope)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: Any) -> None:
        self._set(self._before, True)


def is_anomaly_enabled() -> bool:
    """Whether `set_detect_anomaly` has switched it on."""
    return bool(set_detect_anomaly._open)
