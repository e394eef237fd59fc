"""``jax.config``: the settings that mean something here, and a refusal for those that do not."""

from __future__ import annotations

from typing import Any, Final

import unigrad as ug
from unigrad.dialects.jax.precision import set_x64, x64
from unigrad.errors import MissingName

INERT: Final = {
    "jax_platform_name": "unigrad.set_backend(name, device=…) says where arrays go",
    "jax_platforms": "unigrad.set_backend(name, device=…) says where arrays go",
    "jax_disable_jit": "with jax.disable_jit(): runs functions as they are",
    "jax_threefry_partitionable": "random numbers are always drawn the partitionable way, JAX's default",
    "jax_default_matmul_precision": "the backend in force has its own setting",
    "jax_traceback_filtering": "tracebacks are whole",
    "jax_compilation_cache_dir": "programs are kept with their functions",
    "jax_log_compiles": "programs are kept with their functions",
    "jax_check_tracer_leaks": "a tracer that escaped is always an error",
    "jax_enable_custom_prng": "random.key makes typed keys, random.PRNGKey raw ones",
}
"""Settings of JAX that are taken and change nothing, and why."""


def debug_nans(state: bool = True) -> Any:
    """A scope in which the first NaN raises an error that is a ``FloatingPointError``, and names its operation and line."""
    return ug.debug(nan=bool(state), inf=False, buffers=False)


def debug_infs(state: bool = True) -> Any:
    """A scope in which the first infinity raises likewise."""
    return ug.debug(nan=False, inf=bool(state), buffers=False)


_SCOPES: Final = {"jax_debug_nans": debug_nans, "jax_debug_infs": debug_infs}


class Config:
    """The settings, as attributes."""

    def __init__(self) -> None:
        self._open: dict[str, Any] = {}

    def update(self, name: str, value: Any) -> None:
        """Set one; raises `AttributeError` for one that there is not, or that would change results and cannot here."""
        if name == "jax_enable_x64":
            set_x64(bool(value))
        elif name in _SCOPES:
            self._set_scope(name, bool(value))
        elif name not in INERT:
            raise MissingName(_sentence(name), name=name)

    def _set_scope(self, name: str, on: bool) -> None:
        """Open a scope that lasts until it is switched off, for this thread."""
        if on and name not in self._open:
            self._open[name] = _SCOPES[name]()
            self._open[name].__enter__()
        elif not on and name in self._open:
            self._open.pop(name).__exit__(None, None, None)

    @property
    def jax_debug_nans(self) -> bool:
        """Whether a NaN raises."""
        return "jax_debug_nans" in self._open

    @property
    def jax_debug_infs(self) -> bool:
        """Whether an infinity raises."""
        return "jax_debug_infs" in self._open

    @property
    def jax_enable_x64(self) -> bool:
        """Whether 64-bit dtypes are on."""
        return x64()

    @property
    def x64_enabled(self) -> bool:
        """Whether 64-bit dtypes are on."""
        return x64()

    @property
    def jax_threefry_partitionable(self) -> bool:
        """Always: JAX's default."""
        return True

    @property
    def jax_disable_jit(self) -> bool:
        """Never: ``with jax.disable_jit():`` is the way."""
        return False

    def __getattr__(self, name: str) -> Any:
        raise MissingName(_sentence(name), name=name)


def _sentence(name: str) -> str:
    return (
        f"jax.config has no setting '{name}' in unigrad's dialect; there are jax_enable_x64, jax_debug_nans, "
        f"jax_debug_infs and, without effect, "
        f"{', '.join(sorted(INERT))}"
    )


config: Final = Config()
