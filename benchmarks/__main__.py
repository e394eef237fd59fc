"""The command ``python -m benchmarks``: one thread is set before any array library is imported."""

from __future__ import annotations

from benchmarks import one_thread

one_thread.set_environment()

from benchmarks.cli import main  # noqa: E402  the environment must be set first

if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
