"""The dialect of JAX beside JAX: one text for both on every backend; values, dtypes, weakness, printed form, kinds of errors."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys

import numpy
import pytest
from dialects import jax_programs as programs

import unigrad as ug
from unigrad.dialects import jax

BACKENDS = ["numpy", "torch", "jax"]
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")
TEXTS = [
    *programs.EXPRESSIONS,
    *(f"x64: {text}" for text in programs.X64),
    *(each.__name__ for each in programs.PROGRAMS),
]
ORIGINAL = json.loads((pathlib.Path(__file__).parent / "jax_original.json").read_text())
"""What JAX 0.10.2 answers; `test_the_answers_are_those_of_the_installed_jax` asks again."""


@functools.cache
def answers(backend):
    if backend not in ug.available_backends():
        return None
    with ug.use_backend(backend):
        return programs.outcomes(jax)


def alike(got, want):
    """Whether two printed forms have the same text but for the last digits of their numbers, and where lines break."""
    if re.sub(r"\s+", "", NUMBER.sub("#", got)) != re.sub(r"\s+", "", NUMBER.sub("#", want)):
        return False
    return numpy.allclose(
        [float(each) for each in NUMBER.findall(got)],
        [float(each) for each in NUMBER.findall(want)],
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("text", TEXTS)
def test_the_outcome_is_that_of_jax(text, backend):
    if answers(backend) is None:
        pytest.skip(f"{backend} is not installed")
    got, want = answers(backend)[text], ORIGINAL[text]
    if "error" in want:
        assert "error" in got, f"no error, but {got['value']}"
        assert want["error"][0] in got["error"]
        return
    assert "value" in got, f"{got['error']} instead of {want['value']}"
    assert alike(got["value"], want["value"]), f"{got['value']}\n{want['value']}"
    assert alike(got["printed"], want["printed"])
    assert got["warned"] == want["warned"]


def test_the_words_of_random_keys_are_the_same_to_the_last_bit():
    for text in programs.EXPRESSIONS:
        if (
            re.search(r"random\.(split|fold_in|bits|randint|permutation|key|PRNGKey)\(", text)
            and "error" not in ORIGINAL[text]
        ):
            with ug.use_backend("numpy"):
                assert answers("numpy")[text]["value"] == ORIGINAL[text]["value"]


@pytest.mark.slow
def test_the_answers_are_those_of_the_installed_jax():
    if importlib.util.find_spec("jax") is None:
        pytest.skip("jax is not installed: there is nothing to ask")
    made = subprocess.run(  # in a process of its own: unigrad's JAX backend switches 64-bit dtypes on
        [sys.executable, programs.__file__],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
    )
    found = json.loads(made.stdout)
    assert list(found) == TEXTS
    for text, want in ORIGINAL.items():
        got = found[text]
        assert got.keys() == want.keys(), text
        assert "error" in got or alike(got["value"], want["value"]), text
        assert got.get("error") == want.get("error"), text
