"""The fallbacks, each of them at work: over a library that has what the standard had in 2021, and nothing later."""

from __future__ import annotations

import importlib.machinery
import sys
import types
import warnings

import numpy
import pytest
from kernel_cases import CASES, agree, answer

from unigrad import fallbacks, plugins
from unigrad.backend import Backend

COVERED = [case for case in CASES if case.name in fallbacks.__all__]


@pytest.fixture(scope="module")
def bare():
    """The kernels over NumPy, shorn of every name that there is a fallback for."""
    library = types.ModuleType("barelib")
    library.__spec__ = importlib.machinery.ModuleSpec("barelib", None)
    vars(library).update({name: value for name, value in vars(numpy).items() if name not in fallbacks.__all__})
    sys.modules["barelib"] = library
    yield Backend("bare", array_module="barelib", requires="barelib", owns=()).xp
    del sys.modules["barelib"]


def test_each_fallback_is_the_one_in_use(bare):
    for name in fallbacks.__all__:
        assert getattr(bare, name).func is getattr(fallbacks, name)


def test_each_numerical_fallback_has_a_case():
    glue = set(fallbacks.host.__all__)
    assert {case.name for case in COVERED} == set(fallbacks.__all__) - glue


@pytest.mark.parametrize("case", COVERED, ids=str)
def test_a_fallback_answers_as_numpy_does(bare, case):
    expected = answer(plugins.backend("numpy").xp, case)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # The sign of a zero is found by dividing by it.
        warnings.filterwarnings("ignore", "divide by zero", RuntimeWarning)
        got = answer(bare, case)
    assert agree(got, expected), f"{got}\nis not\n{expected}"


def test_sigmoid_keeps_its_relative_accuracy(bare):
    assert bare.sigmoid(numpy.array([-700.0]))[0] == pytest.approx(numpy.exp(-700.0), rel=1e-15)


def test_scatter_adds_many_to_one_place_without_losing_any(bare):
    key = numpy.zeros(10_001, dtype=int)
    assert bare.scatter(numpy.full(10_001, 0.1), key=key, shape=(2,)).tolist() == [
        pytest.approx(1000.1, rel=1e-14),
        0.0,
    ]


def test_every_fallback_has_a_docstring():
    assert all(getattr(fallbacks, name).__doc__ for name in fallbacks.__all__)
