"""tf.autodiff: gradients, and the forward accumulator."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import nest
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.errors import ConversionError, TapeStateError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tape import GradientTape, UnconnectedGradients

__all__ = ["ForwardAccumulator", "GradientTape", "UnconnectedGradients"]


class ForwardAccumulator:
    """The Jacobian's product with `tangents` for what is computed from `primals` within the scope.

    It transposes the pullback, so that every rule serves: within it a tape records, and `jvp` differentiates what a
    gradient is with respect to its weights.
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._primals, given = nest.flatten(primals), nest.flatten(tangents)
        if len(self._primals) != len(given):
            raise TapeStateError(f"there are {len(self._primals)} primals and {len(given)} tangents; give one for each")
        self._tangents = [convert(t, like=x.dtype) for x, t in zip(self._primals, given, strict=True)]
        for x, t in zip(self._primals, self._tangents, strict=True):
            if t.dtype is not x.dtype or t.shape != x.shape:
                raise ConversionError(
                    f"a tangent has dtype {t.dtype!r} and shape {t.shape}; its primal has {x.dtype!r} and {x.shape}"
                )
        self._tape = GradientTape(persistent=True, watch_accessed_variables=False)

    def __enter__(self) -> ForwardAccumulator:
        self._tape.__enter__()
        self._tape.watch(self._primals)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tape.__exit__(kind, error, trace)

    def jvp(self, primals: Any, unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE) -> Any:
        """The tangents of `primals`, which were computed within the scope, in their structure; None where no path leads."""
        zeros = UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
        return nest.map_structure(lambda y: self._pushed(y, zeros), primals)

    def _pushed(self, y: Any, zeros: bool) -> Any:
        value = read(y)
        for x, tangent in zip(self._primals, self._tangents, strict=True):
            if y is x:
                return tangent
        with GradientTape(watch_accessed_variables=False) as outer:
            weights = F.zeros_like(value)
            outer.watch(weights)
            found = self._tape.gradient(y, self._primals, weights)
            parts = [_inner(g, t) for g, t in zip(found, self._tangents, strict=True) if g is not None]
        pushed = outer.gradient(parts, weights) if parts else None
        return F.zeros_like(value) if pushed is None and (zeros or parts) else pushed


def _inner(g: Any, t: Any) -> Any:
    """The inner product, of complex numbers as of pairs of real ones."""
    return F.sum(F.real(F.conj(g) * t)) if g.dtype.is_complex else F.sum(g * t)


__getattr__ = absent("tensorflow.autodiff", lambda: __all__)
