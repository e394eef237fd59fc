"""tf.function: functions as programs, one for each signature, which tapes differentiate like any operation."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

from unigrad.conversion import open_levels
from unigrad.dialects.tensorflow import config, nest
from unigrad.dialects.tensorflow.concrete import ConcreteFunction
from unigrad.dialects.tensorflow.holding import VariableMade, current_run
from unigrad.dialects.tensorflow.programs import Program, as_result
from unigrad.dialects.tensorflow.signatures import Call, Parameters, reference_to
from unigrad.dialects.tensorflow.specs import SignatureError, fitted
from unigrad.observing import observers
from unigrad.transforms.jit import OFTEN, is_enabled


class _NoProgram(Exception):
    """There is no program for a call, for now or ``for_good``."""

    def __init__(self, for_good: bool) -> None:
        super().__init__()
        self.for_good = for_good


class Function:
    """A function as `tf.function` gives it. See there."""

    def __init__(self, func: Callable[..., Any], input_signature: Any, jit_compile: bool | None) -> None:
        functools.update_wrapper(self, func)
        self.python_function = func
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self._jit_compile = jit_compile
        self.parameters = Parameters(func)
        self._programs: dict[Any, list[Program]] = {}
        self._as_it_is: set[Any] = set()
        self._failed: dict[Any, int] = {}
        self._count = 0
        self._bound: dict[int, tuple[Callable[[], Any], Function]] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function gives, numbers as tensors."""
        if config.functions_run_eagerly():
            return self._run(args, kwargs)
        call = self._call(args, kwargs)
        if call.xp is None or _is_within() or call.key in self._as_it_is:
            return self._run(*call.arguments())
        for_good = False
        try:
            outcome = self._found(call, call.xp).run(call.tensors)
        except _NoProgram as refusal:
            outcome, for_good = None, refusal.for_good
        if outcome is not None:
            return outcome.done()
        result = self._run(*call.arguments())
        if for_good:  # and the function itself raises no error
            self._as_it_is = {key for key in self._as_it_is if not key[0].is_gone()} | {call.key}
            self._count += 1
        return result

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        args, kwargs = self.parameters.bound(args, kwargs)
        asked = self.input_signature
        if asked is not None:
            if len(args) < len(asked):
                raise SignatureError(f"the input_signature has {len(asked)} arguments, and the call {len(args)}")
            args = (*map(fitted, asked, args), *args[len(asked) :])
        return Call(args, kwargs)

    def _run(self, args: Any, kwargs: dict[str, Any]) -> Any:
        """The function as it is."""
        result = self.python_function(*args, **kwargs)
        return None if result is None else nest.map_structure(as_result, result)

    def _found(self, call: Call, xp: ModuleType) -> Program:
        """The program for `call`, written if there is none yet; raises `_NoProgram`."""
        known = self._programs.get(call.key, [])
        program = next((each for each in known if each.fits()), None)
        if program is not None and program.is_stale():
            known.remove(program)
            program = None
            if self._fails(call.key, OFTEN):
                raise _NoProgram(for_good=True)
        if program is None:
            program = self._written(call, xp)
            self._programs = {key: each for key, each in self._programs.items() if not key[0].is_gone()}
            self._programs.setdefault(call.key, []).append(program)
            self._count += 1
        return program

    def _written(self, call: Call, xp: ModuleType) -> Program:
        compile = xp.__backend__.name == "jax" if self._jit_compile is None else bool(self._jit_compile)
        try:
            return Program(self.python_function, call, xp, compile)
        except VariableMade as error:  # in the first call only, as a rule
            raise _NoProgram(for_good=self._fails(call.key, 2)) from error
        except Exception as error:  # whatever it is, the function itself has the last word
            raise _NoProgram(for_good=True) from error

    def _fails(self, key: Any, often: int) -> bool:
        """Count what may be otherwise next time, and say whether it has been tried often enough."""
        self._failed[key] = self._failed.get(key, 0) + 1
        return self._failed[key] >= often

    def experimental_get_tracing_count(self) -> int:
        """How many signatures the function was traced for."""
        return self._count

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The function for the signature of these arguments, of which tensors may be given as `tf.TensorSpec`."""
        args, kwargs = self.parameters.bound(args or self.input_signature or (), kwargs)
        made = ConcreteFunction(self, args, kwargs)
        made.write()
        return made

    def write(self, *args: Any, **kwargs: Any) -> None:
        """Write the program for such arguments, if there is none."""
        call = self._call(args, kwargs)
        if call.xp is not None and not _is_within() and not config.functions_run_eagerly():
            with suppress(_NoProgram):
                self._found(call, call.xp)

    def __get__(self, owner: Any, kind: Any = None) -> Function:
        """The function as a method of `owner`, with programs of its own, which go with it."""
        if owner is None:
            return self
        known = self._bound.get(id(owner))
        if known is None or known[0]() is not owner:
            known = self._bound[id(owner)] = self._method(owner)
        return known[1]

    def _method(self, owner: Any) -> tuple[Callable[[], Any], Function]:
        bound, number, func = self._bound, id(owner), self.python_function
        reference = reference_to(owner, lambda _: bound.pop(number, None))

        @functools.wraps(func)
        def method(*args: Any, **kwargs: Any) -> Any:
            known = reference()
            if known is None:
                raise ReferenceError("the object whose method was called is gone, and its gradient needs it once more")
            return func(known, *args, **kwargs)

        method.__signature__ = self.parameters.without_first()  # type: ignore[attr-defined]
        return reference, Function(method, self.input_signature, self._jit_compile)

    def __deepcopy__(self, memo: dict[int, Any]) -> Function:
        return Function(copy.deepcopy(self.python_function, memo), self.input_signature, self._jit_compile)

    def __repr__(self) -> str:
        return f"<tf.function of {self.python_function!r}>"


def _is_within() -> bool:
    """Whether functions are to run as they are here: within another program, a map, or where somebody watches each operation."""
    return bool(open_levels.get() or observers.get()) or current_run() is not None or not is_enabled()


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    **options: Any,
) -> Any:
    """`func` as a program, written when it is first called with arguments of a signature, and from then on only run.

    A signature is the shapes and dtypes of the tensors among the arguments, their structure, numbers and text by value, and
    all other objects as themselves. Python's own effects, such as printing, happen when a program is written. Variables are
    read and assigned in each run, random numbers drawn anew, and tapes differentiate it, inside and outside. What cannot
    be a program is run as it is, at its own speed: control flow that depends on values, ``tf.print``, assertions about values,
    and what makes Variables, as long as it does. ``input_signature`` says what the arguments must be, and converts them to it;
    ``jit_compile=True`` asks for the library's own compiler, which JAX's arrays have anyway. The other options have no effect.

    Without `func`, a decorator.
    """
    if func is None:
        return functools.partial(function, input_signature=input_signature, jit_compile=jit_compile)
    return Function(func, input_signature, jit_compile)
