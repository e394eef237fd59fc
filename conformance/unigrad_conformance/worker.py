"""Worker: a process of its own that runs cases, and the handle on it.

The two talk through its standard input and output: pickled, an `Errand`, then case after case with the backend that it is to
run on; and back a greeting, then an outcome for each, or None where the worker's own list has no such case. What a library
prints goes to standard error. A worker ends with its input; what the terminal interrupts is its owner.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import IO, Any, Final

from unigrad_conformance.case import Outcome
from unigrad_conformance.results import Depth
from unigrad_conformance.suites import cases

COMMAND: Final = (sys.executable, "-c", "from unigrad_conformance.worker import serve; serve()")


class WorkerLost(Exception):
    """The process ended before it had answered; the message says how."""


@dataclass(frozen=True)
class Errand:
    """Which cases a worker is to know, by what selects them, and the seed that it runs them with."""

    suites: tuple[str, ...]
    select: str
    quick: bool
    seed: int

    @property
    def depth(self) -> Depth:
        """How much is run."""
        return "quick" if self.quick else "whole"


class Worker:
    """A process that runs cases, one at a time, once it has begun."""

    def __init__(self, errand: Errand, variables: Mapping[str, str] = MappingProxyType({})) -> None:
        self.variables = variables
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(COMMAND, stdin=pipe, stdout=pipe, env=_environment(variables))
        self._tell(errand)

    def begin(self) -> None:
        """Wait until it is ready. Raises `WorkerLost` where it does not start."""
        self._hear()

    def outcome(self, id: str, backend: str) -> Outcome | None:
        """The case's outcome on the backend; None where it knows no such case. Raises `WorkerLost`."""
        self._tell((id, backend))
        found: Outcome | None = self._hear()
        return found

    def kill(self) -> None:
        """End the process, whatever it does; from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End the process, and give back what belongs to it."""
        self._process.kill()
        with suppress(BrokenPipeError), self._process:  # closes the pipes, and waits
            pass

    def _tell(self, message: Any) -> None:
        with suppress(BrokenPipeError):  # it has ended, as the next answer will say
            _send(self._process.stdin, message)

    def _hear(self) -> Any:
        try:
            return pickle.load(self._process.stdout)  # type: ignore[arg-type]
        except EOFError:
            code = self._process.wait()
            how = f"by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"with exit status {code}"
            raise WorkerLost(f"its process ended {how}") from None


def loads(backend: str, variables: Mapping[str, str]) -> bool:
    """Whether the backend works in a process with these variables, which another version of its library may not know."""
    code = f"import unigrad, unigrad.numpy; unigrad.set_backend({backend!r}); unigrad.numpy.ones(1)"
    done = subprocess.run([sys.executable, "-c", code], env=_environment(variables), capture_output=True, check=False)
    return done.returncode == 0


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: what is asked for, where the user has not set them, and one thread, not one a processor."""
    return {"OMP_NUM_THREADS": "1", **variables, **os.environ}


def _send(pipe: IO[bytes] | None, message: Any) -> None:
    assert pipe is not None
    pipe.write(pickle.dumps(message))
    pipe.flush()


def serve() -> None:
    """What the process does: run what it is told to, until there is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    questions = sys.stdin.buffer
    errand: Errand = pickle.load(questions)
    known = {case.id: case for case in cases(errand.suites, errand.select, errand.quick)}
    _send(answers, len(known))
    with suppress(EOFError, BrokenPipeError):
        while True:
            id, backend = pickle.load(questions)
            _send(answers, known[id].run(backend, errand.seed) if id in known else None)
