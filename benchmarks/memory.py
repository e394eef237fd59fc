"""Memory of a recorded graph: how far a fresh process grows while it records, before its reverse pass.

``python -m benchmarks.memory LIBRARY WORKLOAD SCALE`` is that process; it prints the growth in bytes.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def resident() -> int:
    """Return the bytes of this process that are in memory (Linux; elsewhere the most there ever were)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return pages * os.sysconf("SC_PAGE_SIZE")


def growth(library: str, workload: str, scale: float) -> int:
    """Record the workload in this process and return the bytes it grew by; a short one before warms the library up."""
    from benchmarks.libraries import LIBRARIES
    from benchmarks.workloads import long_chain, workloads

    record = LIBRARIES[library].record
    assert record is not None
    record(long_chain(1000, "warm"))()
    call = record(workloads(scale)[workload])
    gc.collect()
    before = resident()
    graph = call()
    grown = resident() - before
    del graph
    return grown


def measure(library: str, workload: str, scale: float) -> int:
    """Return :func:`growth` as a fresh process of this Python measures it."""
    command = [sys.executable, "-m", "benchmarks.memory", library, workload, str(scale)]
    return int(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    print(growth(sys.argv[1], sys.argv[2], float(sys.argv[3])))
