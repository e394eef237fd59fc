"""jit: a function as a program that is written once for each kind of arguments, and run without looking at Python again."""

from __future__ import annotations

import functools
import types
import warnings
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from types import ModuleType
from typing import Any, Final

import optree

from unigrad import dtypes, settings
from unigrad.conversion import NUMBERS, constant, form_of, namespace_of, open_levels
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError, InPlaceError, TraceError
from unigrad.graph import Tensor
from unigrad.recording import recording_flag, training_flag
from unigrad.transforms.captures import Captured, References, all_there, with_captures
from unigrad.transforms.compiling import Compiled, CompiledPull
from unigrad.transforms.shortcut import NOT_TAKEN, shortcut_to
from unigrad.transforms.statics import NONE, Names, Places, Statics
from unigrad.virtual.levels import Namespace


def jit(
    f: Callable[..., Any] | None = None,
    *,
    static_argnums: Places = (),
    static_argnames: Names = (),
    compile: bool = True,
    strict: bool = True,
) -> Any:
    """`f` as a program: written when it is first called with arguments of some kind, and from then on only run.

    A kind is the arguments' structure, shapes and dtypes, and the values of the *static* ones, which are named by
    position or by name and have to be hashable; and what is in force: the backend, the default dtype, whether
    operations are recorded, and whether layers are trained. All other arguments are arrays, numbers, and containers
    of them; a number takes the dtype of the floating arrays among the arguments, of several that with the most
    digits. The program is what `f` does with arrays in a run that is watched, gradients included: so control flow
    must not depend on values, what `f` prints is printed once, and arrays from outside are constants of the program,
    which is written anew when a Tensor of them was changed since. But one that is being differentiated is an argument
    like any other, and gradients flow to it. The program is simplified (no dead code, nothing computed twice, what is
    known beforehand computed beforehand) and handed to the library's own compiler where it has one: ``jax.jit``,
    ``torch.compile``; on NumPy and CuPy it runs in a straight line, results written into arrays that have been used
    up. With ``compile=False`` it runs in a straight line on every backend. With ``strict=False`` a function that
    cannot be a program is run as it is.

    The new function can be differentiated; within `vmap` or another jitted function it is just `f`. ``lower(*args)`` gives
    the program, ``clear_cache()`` forgets all programs. Raises `TraceError` for what a program cannot know, `InPlaceError` for
    a change in place of an argument or of an array from outside, `ArgumentError`.
    """
    if f is None:
        return functools.partial(
            jit, static_argnums=static_argnums, static_argnames=static_argnames, compile=compile, strict=strict
        )
    if not callable(f):
        raise ArgumentError(f"jit needs a function, not a '{type(f).__name__}'")
    return Jitted(f, Statics(f, static_argnums, static_argnames), compile, strict)


_enabled: Final[ContextVar[bool]] = ContextVar("unigrad jit", default=True)
is_enabled: Final = _enabled.get
"""Whether jitted functions are programs here: not so within `disable_jit`."""

OFTEN: Final = 8
"""How many times a program may turn out to hold what is no longer so."""

_PASSES: Final = 3
"""How often a program is tried to be written: Tensors from outside that a function makes anew in each run are never all known."""


class disable_jit:  # noqa: N801 - read as a verb: with disable_jit()
    """A scope in which jitted functions are just what they are made of: for looking into them."""

    def __init__(self, disable: bool = True) -> None:
        self._disable = disable
        self._tokens: list[Any] = []

    def __enter__(self) -> None:
        self._tokens.append(_enabled.set(not self._disable))

    def __exit__(self, *_: object) -> None:
        _enabled.reset(self._tokens.pop())


class Jitted:
    """A function and the programs that were made of it so far."""

    def __init__(self, f: Callable[..., Any], statics: Statics, compile: bool, strict: bool) -> None:
        functools.update_wrapper(self, f)
        self._f = f
        self._statics = statics
        self._compile = compile
        self._strict = strict
        self._refused = False
        self._written_anew = 0
        self._programs: dict[Any, Compiled | CompiledPull] = {}
        self._captured: dict[Any, References] = {}
        self._shortcut: Callable[[tuple[Any, ...]], Any] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What `f` gives."""
        shortcut = self._shortcut
        if shortcut is not None and not kwargs and is_enabled():
            result = shortcut(args)
            if result is not NOT_TAKEN:
                return result
        if self._refused or open_levels.get() or not is_enabled():
            return self._f(*args, **kwargs)
        call = _Call(self._f, self._statics, args, kwargs)
        if isinstance(call.xp, Namespace):  # an example of a map that is over: its values are at hand
            return self._f(*args, **kwargs)
        program, given = self._program_for(call)
        if program is None:
            return self._f(*args, **kwargs)
        self._shortcut = None
        if isinstance(program, Compiled) and call.is_plain and not self._captured:
            if program.was_called and program.shortcut is None:
                program.shortcut = shortcut_to(program, args)
            program.was_called, self._shortcut = True, program.shortcut
        return program(given)

    def _program_for(self, call: _Call) -> tuple[Compiled | CompiledPull | None, list[Tensor]]:
        """The program for a call, written where there is none yet, and what it takes; None: the function is to be run as it is."""
        recording = recording_flag.get()  # not None where results are marked in an inference mode
        for _ in range(_PASSES):
            captured = self._captures(call) if self._captured else []
            given = [*call.tensors, *captured] if captured else call.tensors
            tracked: tuple[int, ...] = ()
            if recording is not None:
                tracked = tuple([place for place, each in enumerate(given) if each.node is not None])
            key = (call.key, tracked, tuple([(id(each), kind_of(each)) for each in captured]) if captured else ())
            program = self._programs.get(key)
            if program is not None and not (program.is_stale() and self._may_write_anew()):
                return program, given
            if self._refused:
                return None, given
            try:
                program = self._written(call, given, tracked)
            except Captured as error:
                refusal = error.with_traceback(None)  # whose frames keep alive what they used
                self._captured[call.key] = (*self._captured.get(call.key, ()), *error.references)
            except (TraceError, InPlaceError):
                if self._strict:
                    raise
                break
            else:
                self._programs[key] = program
                return program, given
        else:
            if self._strict:
                raise refusal
        self._refused = True
        return None, given

    def _captures(self, call: _Call) -> list[Tensor]:
        """The Tensors from outside that the program for a call takes besides its arguments, as far as that is known."""
        captured = all_there(self._captured.get(call.key, ()))
        if captured is None:
            del self._captured[call.key]
            self._programs = {key: each for key, each in self._programs.items() if key[0] != call.key}
            self._may_write_anew()
        return captured or []

    def _written(self, call: _Call, given: list[Tensor], tracked: tuple[int, ...]) -> Compiled | CompiledPull:
        references = self._captured.get(call.key, ())
        function = with_captures(call.function, references)
        if tracked and recording_flag.get():
            return CompiledPull(function, given, tracked, call.xp, call.what, self._compile, self._again)
        return Compiled(function, given, call.xp, call.what, self._compile)

    def _may_write_anew(self) -> bool:
        """Count a program that is no longer right; one that never stays right is not worth writing."""
        self._written_anew += 1
        if self._written_anew == OFTEN and not self._strict:
            self._refused = True
        elif self._written_anew == OFTEN:
            warnings.warn(
                f"jit has written the program of '{_name(self._f)}' {OFTEN} times anew, as a Tensor from outside that it uses "
                "was changed or replaced each time; pass it as an argument",
                RuntimeWarning,
                stacklevel=4,
            )
        return not self._refused

    def _again(self, function: Callable[..., Any]) -> Jitted:
        """Another function under jit, in the same way."""
        return Jitted(function, Statics(function, (), ()), self._compile, self._strict)

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else types.MethodType(self, owner)

    def lower(self, *args: Any, **kwargs: Any) -> Lowered:
        """The program for such arguments, written and not run."""
        call = _Call(self._f, self._statics, args, kwargs)
        references: References = ()
        for _ in range(_PASSES):
            function = with_captures(call.function, references)
            given = [*call.tensors, *(all_there(references) or [])]
            try:
                return Lowered(Compiled(function, given, call.xp, call.what, False), call.what)
            except Captured as error:
                refusal = error.with_traceback(None)
                references = (*references, *error.references)
        raise refusal

    def clear_cache(self) -> None:
        """Forget all programs."""
        self._programs.clear()
        self._captured.clear()
        self._shortcut = None

    def cache_size(self) -> int:
        """The number of programs that were made so far."""
        return len(self._programs)

    def __repr__(self) -> str:
        return f"<jit of {self._f!r}>"


class Lowered:
    """A program, to be looked at."""

    def __init__(self, compiled: Compiled, name: str) -> None:
        self._compiled = compiled
        self.name = name

    @property
    def program(self) -> Any:
        """The program as data: see `unigrad.virtual.program`."""
        return self._compiled.program

    @property
    def xp(self) -> Any:
        """The kernels that it calls."""
        return self._compiled.xp

    def text(self) -> str:
        """The program for a reader, a line an instruction."""
        name = self.name if self.name.isidentifier() else "program"
        return self._compiled.program.text(self._compiled.xp.dtype_name, name)

    def __repr__(self) -> str:
        return self.text()


class _Call:
    """One call's arguments: the arrays among them, and all else that the program depends on."""

    _structure: Any

    def __init__(self, f: Callable[..., Any], statics: Statics, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self._f = f
        self._static, self._structure = NONE, None
        xp = None if kwargs or statics.some else _library_of(args)
        if xp is not None:  # arrays alone, the usual case
            self.xp, self.tensors = xp, list(args)
        else:
            arguments: Any
            self._static, arguments = statics.split(args, kwargs)
            leaves, self._structure = optree.tree_flatten(arguments)
            self.xp, self.tensors = self._arrays(leaves)
        choice = settings.choice()
        self.key = (
            self._structure,
            self._static,
            tuple([kind_of(each) for each in self.tensors]),
            choice,
            settings.get_default_dtype(),
            recording_flag.get(),
            training_flag.get(),
        )

    def _arrays(self, leaves: list[Any]) -> tuple[ModuleType, list[Tensor]]:
        found = _library_of(leaves)
        if found is not None:
            return found, leaves
        for leaf in leaves:
            if not (hasattr(leaf, "dtype") or type(leaf) in NUMBERS):
                raise ArgumentError(
                    f"jit takes arrays, numbers and containers of them, not a '{type(leaf).__name__}'; "
                    f"name the argument of '{self.what}' in static_argnames"
                )
        xp = namespace_of(leaves)
        # Copies, as results may share memory with what they are made of, and a caller may change what is his.
        given = [
            leaf if isinstance(leaf, Tensor) or type(leaf) in NUMBERS else constant(leaf, xp, copy=True)
            for leaf in leaves
        ]
        beside = _beside([each.dtype for each in given if isinstance(each, Tensor)])
        return xp, [
            leaf if isinstance(leaf, Tensor) else constant(leaf, xp, dtype=beside.get(type(leaf))) for leaf in given
        ]

    @property
    def is_plain(self) -> bool:
        """Whether the arguments were Tensors alone, of known forms, none of which is tracked."""
        return self._structure is None and all(
            type(x) is Tensor and x.form is not None and x.node is None for x in self.tensors
        )

    @property
    def function(self) -> Callable[..., Any]:
        """The function of the arrays alone, which outlives the call and keeps none of them."""
        f, static, structure = self._f, self._static, self._structure
        if structure is None:
            return f

        def of_arrays(*tensors: Tensor) -> Any:
            args, kwargs = static.joined(*optree.tree_unflatten(structure, tensors))
            return f(*args, **kwargs)

        return of_arrays

    @property
    def what(self) -> str:
        """The function's name."""
        return _name(self._f)


def _library_of(leaves: Sequence[Any]) -> ModuleType | None:
    """The kernels of `leaves`, if all are Tensors of one library."""
    xp = None
    for leaf in leaves:
        if not isinstance(leaf, Tensor) or (xp is not None and leaf.xp is not xp):
            return None
        xp = leaf.xp
    return xp


_DIGITS: Final = {"float16": 1, "bfloat16": 1, "float32": 2, "complex64": 2, "float64": 3, "complex128": 3}
_PARTS: Final = {"complex64": "float32", "complex128": "float64"}


def _beside(found: Sequence[DType]) -> dict[type, DType]:
    """The dtypes that Python numbers take beside arrays of these dtypes: those of the one that has the most digits."""
    widest = max((each.name for each in found if each.name in _DIGITS), key=_DIGITS.__getitem__, default=None)
    if widest is None:
        return {}
    real = dtypes.dtype(_PARTS.get(widest, widest))
    return {float: real, complex: dtypes.complex128 if real is dtypes.float64 else dtypes.complex64}


def _name(f: Callable[..., Any]) -> str:
    return getattr(f, "__name__", "the function")


def kind_of(tensor: Tensor) -> Any:
    """What a program knows of an array that it will get."""
    form = tensor.form or form_of(tensor)
    if form is None:
        return (type(tensor), tensor.xp, tuple(tensor.raw.shape), tensor.raw.dtype)
    return (type(tensor), *form[:3])
