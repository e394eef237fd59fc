"""The tables in docs/reference/report-schema.md: ``python docs/schema_table.py`` writes the page anew from the JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from unigrad_conformance.document import schema

PAGE = Path(__file__).parent / "reference" / "report-schema.md"
INTRODUCTION = """\
# The JSON report

`unigrad conformance --report report.json` writes a run as one object, and [the page](../how-to/read-the-report.md) is made of
the same object and holds it. Its JSON Schema lies in the package, `unigrad_conformance/report.schema.json`;
`unigrad_conformance.document.schema()` gives its text. `python docs/schema_table.py` writes this page from it.

```
import json
import jsonschema
from unigrad_conformance.document import schema

jsonschema.validate(json.load(open("report.json")), json.loads(schema()))
```

`schema` counts up when a member changes its meaning or goes; members may be added to the next version alone.
"""
TITLES = {
    "backend": "A backend",
    "case": "A case",
    "finding": "A finding",
    "convention": "A convention",
    "mutants": "Mutants",
    "family": "A family of mutants",
    "rates": "All mutants",
}
"""The headings of the definitions that are objects, in the order of the page."""


def kind(part: dict[str, Any]) -> str:
    """What a member is, in words."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        return f"[{name}](#{TITLES[name].lower().replace(' ', '-')})" if name in TITLES else kind(definitions()[name])
    if "oneOf" in part:
        return " or ".join(map(kind, part["oneOf"]))
    if "const" in part:
        return f"`{json.dumps(part['const'])}`"
    if "enum" in part:
        return ", ".join(f"`{json.dumps(each)}`" for each in part["enum"])
    if part["type"] == "array":
        return f"list of {kind(part['items'])}"
    if part["type"] == "object":
        return "object"
    types = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return " or ".join(types)


def definitions() -> dict[str, Any]:
    """The parts of the schema that it names."""
    found: dict[str, Any] = json.loads(schema())["$defs"]
    return found


def words(part: dict[str, Any]) -> str:
    """What a member says: its own description, or that of what it refers to."""
    if "description" not in part and "$ref" in part:
        return str(definitions()[part["$ref"].rpartition("/")[2]].get("description", ""))
    return str(part.get("description", ""))


def table(part: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The rows of an object's members, those of objects within it too."""
    for name, member in part["properties"].items():
        yield f"| `{prefix}{name}` | {kind(member)} | {words(member)} |"
        inner = member.get("items", member)
        if "properties" in inner:
            yield from table(inner, f"{prefix}{name}.")


def page() -> str:
    """The page."""
    whole = json.loads(schema())
    parts = [INTRODUCTION]
    for title, part in [("The run", whole), *((TITLES[name], definitions()[name]) for name in TITLES)]:
        parts.append("\n".join([f"## {title}\n", "| member | is | says |", "| --- | --- | --- |", *table(part)]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
