"""The exception tree: its docstring is the truth, and each class is what a caller would catch."""

from __future__ import annotations

import builtins
import re

import pytest

from unigrad import errors

DRAWN = dict(re.findall(r"[├└]── (\w+) +((?:[A-Z]\w*(?:Error|Warning) ?)+)", errors.__doc__))


def test_the_tree_in_the_docstring_is_complete():
    assert set(DRAWN) | {"UnigradError"} == set(errors.__all__)


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_each_is_also_the_builtin_that_the_tree_names(name):
    for builtin in DRAWN[name].split():
        assert issubclass(getattr(errors, name), getattr(builtins, builtin))


@pytest.mark.parametrize("name", sorted(set(errors.__all__) - {"PluginWarning", "UncheckedWarning"}))
def test_each_error_is_a_unigrad_error_that_carries_its_message(name):
    error = getattr(errors, name)("what was asked")
    assert isinstance(error, errors.UnigradError)
    assert str(error) == "what was asked"


@pytest.mark.parametrize("name", errors.__all__)
def test_each_has_a_docstring(name):
    assert getattr(errors, name).__doc__
