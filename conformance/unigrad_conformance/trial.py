"""Trial: a subject on the backend in force, with the numbers of one drawing in one dtype."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad_conformance.drawing import Drawing, Path
from unigrad_conformance.subject import Subject

Layout = Callable[[numpy.ndarray], Any]
_SINGLE: Final = {"float64": "float32", "complex128": "complex64"}


def cast(array: numpy.ndarray, dtype: str) -> numpy.ndarray:
    """A drawn array in the precision of `dtype`; integers and booleans as they are."""
    return array.astype(_SINGLE.get(array.dtype.name, array.dtype)) if dtype == "float32" else array


class Trial:
    """One call of a subject: its Tensors, its outputs, and its derivatives as the backend in force computes them."""

    def __init__(self, subject: Subject, drawing: Drawing, dtype: str = "float64", layout: Layout = np.asarray) -> None:
        self.subject = subject
        self.drawing = drawing
        self.layout = layout
        self.arrays = {path: cast(array, dtype) for path, _, array in drawing.arrays()}

    def outputs(self, arrays: dict[Path, Any]) -> tuple[Any, ...]:
        """What the subject gives for these arrays, as a tuple of Tensors."""
        result = self.subject.function(*self.drawing.replaced(arrays), **self.drawing.options)
        return tuple(result) if isinstance(result, (tuple, list)) else (result,)

    def laid_out(self, layout: Layout) -> dict[Path, Any]:
        """Every array as `layout` hands it over."""
        return {path: layout(array) for path, array in self.arrays.items()}

    def gradients(self, paths: Sequence[Path], cotangents: Sequence[numpy.ndarray]) -> tuple[Any, ...]:
        """The cotangents of the outputs pulled back to the arrays at `paths`, by rules on raw arrays."""
        outs, pull = ug.vjp(self._function(paths), *self._primals(paths))
        return tuple(pull(_like(outs, cotangents)))

    def second_gradients(
        self, paths: Sequence[Path], cotangents: Sequence[numpy.ndarray], directions: Sequence[numpy.ndarray]
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The gradients once more, by rules on Tensors, and the gradients of their product with `directions`.

        The latter with respect to the arrays at `paths`, then to the cotangents.
        """
        grads, pull = self._pulled(paths, cotangents)
        return tuple(grads), tuple(pull(_like(grads, directions)))

    def recorded_gradients(self, paths: Sequence[Path], cotangents: Sequence[numpy.ndarray]) -> tuple[Any, ...]:
        """The gradients by rules on Tensors."""
        return tuple(self._pulled(paths, cotangents)[0])

    def _pulled(self, paths: Sequence[Path], cotangents: Sequence[numpy.ndarray]) -> tuple[Any, Callable[..., Any]]:
        """The gradients as a function of the arrays at `paths` and the cotangents, and its own pull."""

        def pulled(*operands: Any) -> tuple[Any, ...]:
            _, pull = ug.vjp(self._function(paths), *operands[: len(paths)])
            return tuple(pull(operands[len(paths) :]))

        outs = floating(self.outputs(self.laid_out(np.asarray)))
        return ug.vjp(pulled, *self._primals(paths), *_like(outs, cotangents))

    def pushed(self, paths: Sequence[Path], tangents: Sequence[numpy.ndarray]) -> tuple[Any, ...]:
        """The tangents of the arrays at `paths` pushed forward to the outputs, by rules on raw arrays."""
        primals = self._primals(paths)
        return tuple(ug.jvp(self._function(paths), primals, _like(primals, tangents))[1])

    def gradients_of_push(
        self, paths: Sequence[Path], cotangents: Sequence[numpy.ndarray], tangents: Sequence[numpy.ndarray]
    ) -> tuple[Any, ...]:
        """The gradients of the product of `cotangents` with what is pushed forward, by rules on Tensors."""
        primals = self._primals(paths)
        directions = _like(primals, tangents)
        outs, pull = ug.vjp(lambda *operands: tuple(ug.jvp(self._function(paths), operands, directions)[1]), *primals)
        return tuple(pull(_like(outs, cotangents)))

    def _primals(self, paths: Sequence[Path]) -> list[Any]:
        return [self.layout(self.arrays[path]) for path in paths]

    def _function(self, paths: Sequence[Path]) -> Callable[..., tuple[Any, ...]]:
        others = {path: self.layout(array) for path, array in self.arrays.items() if path not in paths}
        return lambda *operands: floating(self.outputs(others | dict(zip(paths, operands, strict=True))))


def _like(tensors: Sequence[Any], arrays: Sequence[numpy.ndarray]) -> tuple[Any, ...]:
    """The arrays as Tensors of the dtypes of `tensors`."""
    return tuple(np.asarray(array.astype(str(tensor.dtype))) for tensor, array in zip(tensors, arrays, strict=True))


def floating(outputs: Sequence[Any]) -> tuple[Any, ...]:
    """Those of the outputs, Tensors or NumPy arrays, that are real or complex floating."""
    return tuple(out for out in outputs if str(out.dtype).startswith(("float", "bfloat", "complex")))


def has_strides() -> bool:
    """Whether arrays of the backend in force can lie in memory in more ways than one, as NumPy's and Torch's can."""
    data = np.asarray(0.0).data
    return hasattr(data, "strides") or hasattr(data, "stride")


def strided(array: numpy.ndarray) -> Any:
    """A Tensor of these numbers that are not side by side in memory.

    Every second element along the last axis, and columns before rows: basic indexing and ``mT``, which the array API
    standard gives to every library.
    """
    if array.ndim == 0:
        return np.asarray(array)
    spread = numpy.repeat(array, 2, axis=-1)
    if array.ndim == 1:
        return np.asarray(np.asarray(spread).data[::2], copy=False)
    return np.asarray(np.asarray(numpy.ascontiguousarray(spread.swapaxes(-1, -2))).data.mT[..., ::2], copy=False)


def read_only(array: numpy.ndarray) -> numpy.ndarray:
    """A NumPy array of these numbers that cannot be written, handed over as a caller would."""
    locked = array.copy()
    locked.flags.writeable = False
    return locked
