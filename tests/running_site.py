"""A folder on the path with a library of three modules, a dialect that imitates it, and a package that uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

FILES = {
    # Python runs this one when it starts, in a notebook's kernel too: the dialect is known there as the others are.
    "sitecustomize.py": """
import os, unigrad.dialects
from unigrad.running import dialect
dialect.KNOWN.append("tiny")
unigrad.dialects.__path__.append(os.path.join(os.path.dirname(__file__), "dialects"))
""",
    "tiny/__init__.py": "who = 'the library'",
    "tiny/numbers.py": "who = 'the library.numbers'",
    "user_of_tiny.py": "import tiny\nwho = tiny.who",
    "dialects/tiny/__init__.py": "import unigrad.numpy\nwho = 'the dialect'\nones = unigrad.numpy.ones",
    "dialects/tiny/numbers/__init__.py": "who = 'the dialect.numbers'\ndef one(): return 1",
    "dialects/tiny/numbers/primes.py": "who = 'the dialect.numbers.primes'",
    "dialects/tiny/speaking.py": """
from unigrad.dialects.absence import absent
def ones(): pass
__getattr__ = absent("tiny.speaking", lambda: ["ones"])
""",
    "dialects/torch/__init__.py": "",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def unigrad_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``unigrad run`` in `folder`, with the site beside it."""
    with started(folder, *arguments) as process:
        output, error = process.communicate()
    return subprocess.CompletedProcess(process.args, process.returncode, output, error)


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """As `unigrad_run`, without waiting for its end."""
    site = folder.parent / "site"
    if not site.exists():
        write(site, FILES)
    command = [sys.executable, "-c", "from unigrad.cli import main; main()", "run", *arguments]
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONIOENCODING": "utf-8",
        "OMP_NUM_THREADS": "1",
        # Whatever the shell may say of colours: what is compared is text.
        "NO_COLOR": "1",
        "PYTHON_COLORS": "0",
    }
    environment.pop("UNIGRAD_BACKEND", None)
    pipe = subprocess.PIPE
    # A shell that puts the tests in the background has them ignore interrupts, and children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
