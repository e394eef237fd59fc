"""GradientTape: a scope that records, and the gradients of what it recorded."""

from __future__ import annotations

import enum
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow import nest
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.cotangents import all_at_once, unit_arrays, weights_of
from unigrad.dialects.tensorflow.errors import ConversionError, TapeError, TapeStateError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.holding import current_run
from unigrad.dialects.tensorflow.recording import active_tapes, recording, set_tapes
from unigrad.dialects.tensorflow.sweeping import Spans, swept, within
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.variable import Variable
from unigrad.errors import TraceError
from unigrad.graph import Leaf, Node, next_id


class UnconnectedGradients(enum.Enum):
    """What a gradient is where no path leads: None, or zeros."""

    NONE = "none"
    ZERO = "zero"


class GradientTape:
    """Records what is computed from watched values within ``with tf.GradientTape() as tape:``.

    Every trainable Variable that is read is watched, unless ``watch_accessed_variables`` is False; tensors are watched on
    request. It serves one gradient, or many if it is ``persistent``. Tapes nest, for gradients of gradients.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self.watches_variables = watch_accessed_variables
        self._spans: Spans = []
        self._watched: dict[int, Any] = {}
        self._on = False
        self._run = current_run()
        self._shared = False  # whether another tape may need what this one recorded

    def __enter__(self) -> GradientTape:
        if self._on:
            raise TapeStateError(
                "Tape is still recording: it cannot be entered again before its scope ends; make a second tape"
            )
        self._push()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._on:
            self._pop()

    def _stay_in_run(self) -> None:
        """Raise `TraceError` where a function that is made a program uses a tape from outside, or one has escaped from it."""
        if current_run() is not self._run:
            raise TraceError(
                "a GradientTape is of use either within the function that tf.function makes a program of, or outside"
            )

    def _push(self) -> None:
        self._stay_in_run()
        others = active_tapes()
        for tape in others:
            tape._shared = self._shared = True
        self._spans.append([next_id(), math.inf])
        self._on = True
        set_tapes((*others, self))

    def _pop(self) -> None:
        self._stay_in_run()
        self._spans[-1][1] = next_id()
        self._on = False
        for variable in self.watched_variables():
            variable.forget_reads()  # what a read keeps would keep the tape alive
        set_tapes(tuple(tape for tape in active_tapes() if tape is not self))

    def watch(self, tensor: Any) -> None:
        """Follow what is computed from `tensor`, or from each tensor and Variable in a structure of them.

        Tensors of integers are passed over. Raises `TapeStateError`, a ValueError, for what is neither.
        """
        self._stay_in_run()
        for each in nest.flatten(tensor):
            if not isinstance(each, (EagerTensor, Variable)):
                raise TapeStateError(
                    f"Passed in object {each!r} of type '{type(each).__name__}', not tf.Tensor or tf.Variable; "
                    "make a tensor of it with tf.constant"
                )
            if not self._spans:
                raise TapeAttributeError(
                    "a tape watches within its scope: with tf.GradientTape() as tape: tape.watch(x)"
                )
            if each.dtype.is_floating or each.dtype.is_complex:
                if isinstance(each, Variable):
                    each.forget_reads()
                elif each.node is None:
                    each.node = Leaf(each.xp, tuple(each.raw.shape), each.raw.dtype)
                self._watched[id(each)] = each

    def has(self, variable: Variable) -> bool:
        """Whether `variable` is watched."""
        return id(variable) in self._watched

    def note(self, variable: Variable) -> None:
        """Say that `variable` is read while the tape is recording."""
        self._watched[id(variable)] = variable

    def watched_variables(self) -> tuple[Variable, ...]:
        """The Variables that are watched, in the order in which they came."""
        return tuple(each for each in self._watched.values() if isinstance(each, Variable))

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A scope that this tape does not record. Raises `TapeError`, a RuntimeError, unless the tape is recording."""
        if not self._on:
            raise TapeError(
                "a tape that is not recording cannot be stopped; use stop_recording() within the tape's scope"
            )
        self._pop()
        try:
            yield
        finally:
            self._push()

    def reset(self) -> None:
        """Forget all that was recorded and watched. Raises `TapeStateError` unless the tape is recording."""
        if not self._on:
            raise TapeStateError("Tape is not recording: reset() is for within the tape's scope")
        self._pop()
        self._spans, self._watched = [], {}
        self._push()

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:
        """The gradients of the sum of the elements of `target` with respect to `sources`, in their structure.

        ``output_gradients`` weigh the elements. A source that no path leads to, or of integers, has None, or zeros if
        ``unconnected_gradients`` says so. Raises `TapeError`, a RuntimeError, for the second use of a tape that is not
        persistent, and `InvalidArgumentError` for weights that do not fit.
        """
        zeros = unconnected_gradients is not UnconnectedGradients.NONE and _wants_zeros(unconnected_gradients)
        self._use()
        targets, given = nest.flatten(target), nest.flatten(sources)
        for each in given:
            if type(each) is not Variable and not isinstance(each, ug.Tensor):
                raise SourceTypeError(f"a source must be a tf.Tensor or tf.Variable, not '{type(each).__name__}'")
        weights = [None] * len(targets) if output_gradients is None else nest.flatten(output_gradients)
        if len(weights) != len(targets):
            raise TapeStateError(f"there are {len(targets)} targets and {len(weights)} output_gradients; give one each")
        found = self.pulled(targets, given, weights, keep=self._persistent or self._shared)
        self._release()
        if zeros:
            found = [F.zeros_like(read(x)) if g is None else g for g, x in zip(found, given, strict=True)]
        return nest.pack_sequence_as(sources, found)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """For each source the derivative of each element of `target`: the target's axes, then the source's.

        One sweep pulls back all rows at once; both last arguments have no meaning here. Errors are those of `gradient`.
        """
        zeros = _wants_zeros(unconnected_gradients)
        self._use()
        y, given = convert(target), nest.flatten(sources)
        shapes = [(*y.shape, *x.shape) for x in given]
        found = self._all_rows(y, given, unit_arrays(tuple(y.raw.shape), y))
        self._release()
        filled = [_shaped(rows, shape, x, zeros) for rows, shape, x in zip(found, shapes, given, strict=True)]
        return nest.pack_sequence_as(sources, filled)

    def _all_rows(self, y: Any, sources: Sequence[Any], units: EagerTensor) -> list[EagerTensor | None]:
        if not units.shape[0]:  # of nothing; a source that no path leads to is still none
            return [F.zeros((0,), dtype=x.dtype) for x in sources]
        return all_at_once(lambda g: self.pulled([y], sources, [g], keep=True), units)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: Any = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The Jacobian of each row of `target` with respect to the same row of `source`: (batch, target's axes, source's axes).

        Raises `TapeStateError`, a ValueError, where the first axes differ.
        """
        y, x = convert(target), read(source)
        if not y.shape or not x.shape or y.shape[0] != x.shape[0]:
            raise TapeStateError(
                f"Need first dimension of target shape {y.shape} and source shape {x.shape} to match; "
                "use jacobian for what is no batch"
            )
        self._use()
        units = unit_arrays((1, *y.shape[1:]), y)
        every = F.broadcast_to(units, (units.shape[0], *y.shape))
        (rows,) = self._all_rows(y, [source], every)
        self._release()
        behind = rows if rows is None or not rows.shape[0] else F.moveaxis(rows, 0, 1)
        return _shaped(behind, (y.shape[0], *y.shape[1:], *x.shape[1:]), x, _wants_zeros(unconnected_gradients))

    def _use(self) -> None:
        self._stay_in_run()
        if not self._spans:
            raise TapeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians); "
                "make it with persistent=True for more"
            )
        if self._on and not self._persistent:
            self._pop()

    def _release(self) -> None:
        if not self._persistent:
            self._spans, self._watched = [], {}

    def pulled(
        self, targets: Sequence[Any], sources: Sequence[Any], weights: Sequence[Any], *, keep: bool
    ) -> list[EagerTensor | None]:
        """The gradient with respect to each of the flat `sources`, recorded if some tape is recording."""
        heads: dict[Any, ug.Tensor] = {}
        direct: dict[int, EagerTensor] = {}  # for a target that is a source itself, though the tape does not know it
        for target, given in zip(targets, weights, strict=True):
            node = self._place(target)
            if node is not None:
                g = weights_of(read(target), given)
                heads[node] = heads[node] + g if node in heads else g
            elif any(target is each for each in sources) and (target.dtype.is_floating or target.dtype.is_complex):
                direct[id(target)] = F.adopt(weights_of(read(target), given))
        if not heads:
            return [direct.get(id(each)) for each in sources]
        places = list(map(self._place, sources))
        found = swept(heads, places, self._spans, keep=keep or recording(), recorded=recording())
        return found if not direct else [direct.get(id(x), g) for g, x in zip(found, sources, strict=True)]

    def _place(self, value: Any) -> Node | Leaf | None:
        """The place of `value` in the graph, if this tape knows it: watched, or made within its scope."""
        if type(value) is Variable:
            return value.place() if id(value) in self._watched else None
        node = value.node if isinstance(value, EagerTensor) else None
        if node is None:
            return None
        known = id(value) in self._watched or (type(node) is not Leaf and within(node, self._spans))
        return node if known else None


class TapeAttributeError(TapeError, AttributeError):
    """A tape is asked to watch before its scope has begun."""


class SourceTypeError(ConversionError, AttributeError):
    """A source of a gradient is no tensor."""


def _shaped(rows: EagerTensor | None, shape: Sequence[int], source: Any, zeros: bool) -> EagerTensor | None:
    """The rows of a Jacobian in its shape; where there is no path zeros, or None."""
    if rows is None:
        return F.zeros(shape, dtype=source.dtype) if zeros else None
    made: EagerTensor = F.reshape(rows, tuple(shape)) if rows.shape[0] else F.zeros(shape, dtype=source.dtype)
    return made


def _wants_zeros(choice: UnconnectedGradients | str) -> bool:
    return UnconnectedGradients(choice) is UnconnectedGradients.ZERO
