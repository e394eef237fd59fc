"""The folder of a program: the modules that are imported from it, or from below it, are redirected too."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from importlib import machinery
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Final

from unigrad import plugins
from unigrad.running.redirect import Redirect

if TYPE_CHECKING:
    from importlib.abc import PathEntryFinder

__all__ = ["install"]

#: Folders of installed packages, which a virtual environment may have below the program's folder.
_INSTALLED: Final = {"site-packages", "dist-packages"}
_STANDARD: Final = {os.path.realpath(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}


def install(redirect: Redirect, folder: str | os.PathLike[str]) -> Callable[[], None]:
    """Redirect what is imported from `folder` and below from now on; the function that it returns ends that.

    Nothing else is: not installed packages, the standard library, unigrad, or its backends and their libraries.
    """
    root = Path(os.path.realpath(folder))
    finder = machinery.FileFinder.path_hook(
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (_loader(redirect), machinery.SOURCE_SUFFIXES),
        (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
    )

    def hook(path: str) -> PathEntryFinder:
        if not _is_own(path, root):
            raise ImportError(f"{path!r} is not the program's own", path=path)
        return finder(path)

    def uninstall() -> None:
        if hook in sys.path_hooks:
            sys.path_hooks.remove(hook)
        _forget(root)

    # A hook of the path, not a finder beside it: which of two modules of one name is meant stays Python's decision.
    sys.path_hooks.insert(0, hook)
    _forget(root)
    return uninstall


def _loader(redirect: Redirect) -> type[machinery.SourceFileLoader]:
    foreign = _foreign()

    class Loader(machinery.SourceFileLoader):
        def get_code(self, fullname: str) -> CodeType | None:
            if fullname.partition(".")[0] in foreign:
                return super().get_code(fullname)
            # Neither from __pycache__ nor into it: the bytecode there is that of the file as it stands.
            path = self.get_filename(fullname)
            return redirect.compiled(self.get_data(path), path)

    return Loader


def _foreign() -> set[str]:
    """The top-level modules of unigrad, its backends and their libraries, which may lie in the folder as a checkout."""
    names = {"unigrad"}
    for backend in plugins.backends().values():
        names.update((backend.array_module, backend.kernels or "", backend.requires, *backend.owns))
    return {name.partition(".")[0] for name in names}


def _is_own(path: str, root: Path) -> bool:
    real = Path(os.path.realpath(path))
    if not real.is_dir() or not real.is_relative_to(root):
        return False
    outside = any(real.is_relative_to(standard) for standard in _STANDARD)
    return not outside and _INSTALLED.isdisjoint(real.relative_to(root).parts)


def _forget(root: Path) -> None:
    """Have the hooks asked anew for the folder and what is below it."""
    for path in list(sys.path_importer_cache):
        if Path(os.path.realpath(path)).is_relative_to(root):
            sys.path_importer_cache.pop(path, None)
