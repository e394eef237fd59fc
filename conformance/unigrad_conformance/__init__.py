"""The conformance suite: whether every value and every gradient comes out right, on every backend.

Seven suites: *chapter* (programs with closed-form gradients), *conventions* (the slopes that are declared for singular
points), *kernels* (forward values against NumPy), *rules* (derivatives against differences, first and second order, and
against the engines' own), *batching* (functions mapped over examples), *compiling* (functions as programs, against themselves)
and *transforms* (each transform, and what they give composed, against differences or a loop, and JAX's and Torch's).
Run it with ``python -m unigrad_conformance --help``, from a program with `main`, or with pytest::

    pytest --pyargs unigrad_conformance -p unigrad_conformance.options --unigrad-backend torch
"""

from unigrad_conformance.case import SUITES, Case, Outcome
from unigrad_conformance.cli import command, main
from unigrad_conformance.results import Results, run
from unigrad_conformance.suites import cases

__all__ = ["SUITES", "Case", "Outcome", "Results", "cases", "command", "main", "run"]
