"""Tables: a session's record as rows of text, one table a workload and one of the ceilings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
HEADINGS = ["library", "a call", "an op", "÷ hand", "÷ Torch", "bytes/op", "rounds"]
CEILING_HEADINGS = ["workload", "unigrad on", "against", "measured", "at most", "holds?"]
ON = {"unigrad-jax-jit": "JAX, jitted"}
HOLDS = {True: "yes", False: "NO", None: "unknown"}


@dataclass
class Table:
    """A title, headings, rows of as many texts, lines below, and how many columns hold words."""

    title: str
    headings: list[str]
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    words: int = 1


def duration(seconds: float | None) -> str:
    """Return seconds with three digits and the unit that suits them."""
    if seconds is None:
        return "—"
    size, unit = next((pair for pair in UNITS if seconds >= pair[0]), UNITS[-1])
    return f"{seconds / size:.3g} {unit}" if seconds / size < 100 else f"{seconds / size:.0f} {unit}"


def times(ratio: float | None) -> str:
    """Return a ratio with two decimals, or with none from 10 on."""
    if ratio is None:
        return "—"
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def result_row(result: dict[str, Any]) -> list[str]:
    """Return one library's row."""
    if result["status"] != "measured":
        return [result["title"], result["status"], *["—"] * (len(HEADINGS) - 2)]
    size = result["bytes_per_operation"]
    return [
        result["title"],
        duration(result["median_seconds"]),
        duration(result["microseconds_per_operation"] * 1e-6),
        times(result["ratio_to"].get("by-hand")),
        times(result["ratio_to"].get("torch")),
        "—" if size is None else f"{size:.0f}",
        str(len(result["seconds"])),
    ]


def reasons(results: list[dict[str, Any]]) -> list[str]:
    """Return why libraries were not run or failed: a line for each reason."""
    titles: dict[str, list[str]] = {}
    for result in results:
        if result["status"] != "measured":
            titles.setdefault(f"{result['status']}: {result['reason']}", []).append(result["title"])
    return [f"{', '.join(libraries)} — {reason}" for reason, libraries in titles.items()]


def workload_table(workload: dict[str, Any]) -> Table:
    """Return one workload's table."""
    results = workload["results"]
    notes = [workload["program"], *reasons(results)]
    return Table(
        f"{workload['name']}: {workload['title']}", HEADINGS, [result_row(result) for result in results], notes
    )


def ceilings_table(record: dict[str, Any]) -> Table:
    """Return the table of ratios against their ceilings."""
    titles = {
        (workload["name"], result["library"]): result["title"]
        for workload in record["workloads"]
        for result in workload["results"]
    }
    scale = record["settings"]["scale"]
    notes = [] if scale == 1 else [f"the ceilings are for whole workloads; these have {scale:g} times the operations"]
    table = Table("ratios against their ceilings", CEILING_HEADINGS, notes=notes, words=3)
    for row in record["ceilings"]:
        quantity = "" if row["quantity"] == "time" else f", {row['quantity']}"
        on, against = (titles[row["workload"], row[side]] for side in ("on", "against"))
        on = ON.get(row["on"], on.removeprefix("unigrad on "))
        ratio, ceiling = times(row["measured"]), times(row["at_most"])
        table.rows.append([row["workload"] + quantity, on, against, ratio, ceiling, HOLDS[row["holds"]]])
    return table


def tables(record: dict[str, Any]) -> list[Table]:
    """Return all tables of a session."""
    return [*(workload_table(workload) for workload in record["workloads"]), ceilings_table(record)]


def facts_line(record: dict[str, Any]) -> str:
    """Return the machine and the versions in one line."""
    machine, versions = record["machine"], record["versions"]
    libraries = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    where = f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, {machine['python']}"
    return f"{where}; {libraries}; one thread, CPU time, medians of interleaved rounds; {record['date']}"
