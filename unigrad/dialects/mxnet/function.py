"""Function: an operation with a gradient that its author writes."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.mxnet.array import Array
from unigrad.dialects.mxnet.errors import ArrayTypeError, LengthError, MXNetError
from unigrad.dialects.mxnet.flags import FlagScope, recording, training


class Function:
    """An operation whose ``forward`` and ``backward`` a subclass writes; an instance is called once.

    ``forward(*arrays)`` runs with recording off and gives an array or a tuple of them; ``backward(*gradients)`` gets one
    gradient for each of these and gives one for each array that ``forward`` got. Written with this dialect's functions, it
    is differentiated in turn where a gradient is asked for with ``create_graph``.
    """

    _used = False
    saved_tensors: tuple[Any, ...] = ()

    def save_for_backward(self, *args: Any) -> None:
        """Keep arrays for ``backward``, as ``self.saved_tensors``."""
        self.saved_tensors = args

    def forward(self, *inputs: Any) -> Any:
        """The results; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} has no forward()")

    def backward(self, *output_grads: Any) -> Any:
        """The gradients of the inputs, given those of the results; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} has no backward()")

    def __call__(self, *inputs: Any) -> Any:
        """The results of ``forward``, recorded with ``backward`` as their gradient. Raises `LengthError` the second time."""
        if self._used:
            raise LengthError("a Function can be called once; make another instance for another call")
        self._used = True
        with FlagScope(False, None):
            made = self.forward(*inputs)
        outs = tuple(made) if isinstance(made, (tuple, list)) else (made,)
        if not recording.get() or not any(isinstance(x, Array) and x.node is not None for x in inputs):
            return made
        array_class = type(outs[0])
        if not issubclass(array_class, Array):
            raise ArrayTypeError(
                f"{type(self).__name__}.forward() gave a '{array_class.__name__}'; it is to give arrays"
            )
        saved, self.saved_tensors = self.saved_tensors, ()  # the node keeps them
        with ug.record():
            recorded = ug.custom_rule(
                outs, inputs, self._pullback(array_class, len(inputs)), type(self).__name__, saved=saved
            )
        adopted = array_class._functions.adopt(recorded)
        return list(adopted) if isinstance(made, list) else adopted if isinstance(made, tuple) else adopted[0]

    def _pullback(self, array_class: Any, count: int) -> Any:
        adopt = array_class._functions.adopt

        def pullback(saved: Any, *cotangents: Any) -> Any:
            self.saved_tensors = tuple(adopt(saved))
            try:
                # Native recording is on where the sweep is recorded; the flag of this dialect is to say the same.
                with FlagScope(ug.is_recording(), training.get()):
                    given = self.backward(*map(adopt, cotangents))
            finally:
                self.saved_tensors = ()
            grads = tuple(given) if isinstance(given, (tuple, list)) else (given,)
            if len(grads) != count:
                raise MXNetError(
                    f"{type(self).__name__}.backward() gave {len(grads)} gradients for the {count} arguments of forward()"
                )
            return grads

        return pullback
