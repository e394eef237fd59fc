"""The page of names in the docs is what its script writes now, and every name that a dialect lists is there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import unigrad as ug

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS))
import dialect_tables  # noqa: E402 - a script of the documentation

MODULES = {
    name: module for dialect in dialect_tables.DIALECTS for name, module in dialect_tables.modules(dialect).items()
}


def test_the_page_is_what_its_script_writes():
    assert dialect_tables.PAGE.read_text(encoding="utf-8") == dialect_tables.page()


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_listed_name_is_there_and_another_is_missing_with_the_dialect_s_name(name):
    module = MODULES[name]
    for each in dialect_tables.names(module):
        getattr(module, each)
    with pytest.raises(ug.MissingName, match=f"is missing from unigrad's dialect of {name.partition('.')[0]}"):
        module.no_such_name_at_all  # noqa: B018
