"""The shortcut of a jitted function: the program of its last call, as one function written for such arguments.

Beside a small program, finding it takes most of a call. Where the arguments were arrays that nobody differentiates, the next
ones are of the same forms more often than not, as in the steps of a loop: that is quick to see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from unigrad import settings
from unigrad.conversion import open_levels
from unigrad.graph import Tensor
from unigrad.recording import recording_flag, training_flag
from unigrad.transforms.compiling import Compiled

NOT_TAKEN: Final = object()
"""What a shortcut gives for arguments that it is not for."""


def shortcut_to(program: Compiled, args: tuple[Any, ...]) -> Callable[[tuple[Any, ...]], Any]:
    """What gives the results of `program` for arguments like `args`, in the settings of now, and `NOT_TAKEN` for all others."""
    names = [f"x{place}" for place in range(len(args))]
    others = [f"type({x}) is not Tensor or {x}.form is not {x}_form or {x}.node is not None" for x in names]
    given = [f"{x}.raw" for x in names] + ["*renewed.next()[0]"] * bool(program.renewed)
    taken = "or is_stale()" * bool(program.taken)
    source = f"""
def run_again(args):
    if len(args) != {len(args)} or levels() or not in_force(choice, dtype) {taken}:
        return NOT_TAKEN
    if recording() is not recorded or training() is not trained:
        return NOT_TAKEN
    ({"".join(f"{x}, " for x in names)}) = args
    if {" or ".join(others)}:
        return NOT_TAKEN
    arrays = run({", ".join(given)})
    return {"tensor(arrays[0])" if program.only is not None else "results(arrays)"}
"""
    scope: dict[str, Any] = {f"{x}_form": given.form for x, given in zip(names, args, strict=True)}
    scope.update(Tensor=Tensor, NOT_TAKEN=NOT_TAKEN, renewed=program.renewed, is_stale=program.is_stale)
    scope.update(levels=open_levels.get, recording=recording_flag.get, recorded=recording_flag.get())
    scope.update(training=training_flag.get, trained=training_flag.get())
    scope.update(in_force=settings.are, choice=settings.choice(), dtype=settings.get_default_dtype())
    scope.update(run=program.run, results=program.results, tensor=program.only and program.only.tensor)
    exec(compile(source, "<shortcut under jit>", "exec"), scope)
    run_again: Callable[[tuple[Any, ...]], Any] = scope["run_again"]
    return run_again
