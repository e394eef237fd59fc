"""Tasks: all workloads of transforms by name."""

from __future__ import annotations

from benchmarks import checkpoints, transforms
from benchmarks.transforms import Task


def tasks(scale: float = 1.0) -> dict[str, Task]:
    """Return them, with ``scale`` times their operations, dimensions, widths, examples or layers."""

    def scaled(count: int, least: int = 4) -> int:
        return max(least, round(count * scale))

    chosen = [
        transforms.hessian(scaled(100)),
        transforms.jitted_chain(scaled(100)),
        transforms.per_example((scaled(64), scaled(64), scaled(10)), scaled(128)),
        transforms.network((scaled(784), scaled(2048), scaled(2048), scaled(10)), scaled(128)),
        checkpoints.chain(scaled(10_000, 16), scaled(32)),
    ]
    return {task.name: task for task in chosen}
