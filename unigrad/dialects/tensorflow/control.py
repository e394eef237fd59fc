"""Control flow as functions, and scopes that name things: in eager mode they are Python's own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow import nest
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.holding import current_run, no_program
from unigrad.dialects.tensorflow.tensor import EagerTensor


def cond(
    pred: Any, true_fn: Callable[[], Any] | None = None, false_fn: Callable[[], Any] | None = None, name: Any = None
) -> Any:
    """``true_fn()`` where `pred` holds, else ``false_fn()``."""
    chosen = true_fn if bool(read(pred)) else false_fn
    if not callable(chosen):
        raise TypeError("true_fn and false_fn must be callable: tf.cond(pred, lambda: a, lambda: b)")
    return chosen()


def while_loop(
    cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, maximum_iterations: Any = None, **options: Any
) -> Any:
    """``loop_vars = body(*loop_vars)`` as long as ``cond(*loop_vars)`` holds, recorded like any loop of Python's."""
    values, turns = loop_vars, 0
    while bool(read(cond(*values))) and (maximum_iterations is None or turns < maximum_iterations):
        values = body(*values)
        values = values if isinstance(values, (list, tuple)) else (values,)
        turns += 1
    return nest.map_structure(convert, values)


def map_fn(fn: Callable[..., Any], elems: Any, *ignored: Any, **options: Any) -> Any:
    """``fn`` on each part along the first axis of `elems`, the results stacked; one call after another."""
    parts = [convert(each) for each in nest.flatten(elems)]
    results = [fn(nest.pack_sequence_as(elems, row)) for row in zip(*parts, strict=True)]
    return nest.map_structure(lambda *each: F.stack([convert(x) for x in each]), *results)


def vectorized_map(fn: Callable[..., Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """`map_fn` with all parts computed at once; there is no loop to fall back on, and nothing to warn of."""
    parts = [convert(each) for each in nest.flatten(elems)]
    return F.adopt(ug.vmap(lambda *row: fn(nest.pack_sequence_as(elems, F.adopt(row))))(*parts))


@contextmanager
def device(device_name: Any) -> Iterator[None]:
    """A scope that changes nothing: arrays lie where unigrad's backend puts them."""
    yield


@contextmanager
def name_scope(name: str) -> Iterator[str]:
    """A scope that changes nothing: there are no names of operations."""
    yield f"{name}/"


@contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """A scope that changes nothing: operations are computed in the order in which they stand."""
    yield


def print_(
    *inputs: Any, output_stream: Any = None, summarize: int = 3, sep: str = " ", end: str = "\n", name: Any = None
) -> None:
    """Write values to the stream, standard error if none is given."""
    no_program("tf.print")
    stream = {None: sys.stderr, sys.stdout: sys.stdout}.get(output_stream, output_stream)
    texts = [str(read(each).numpy()) if isinstance(read(each), EagerTensor) else str(each) for each in inputs]
    print(*texts, sep=sep, end=end, file=stream)


@contextmanager
def init_scope() -> Iterator[None]:
    """A scope for what is done once, outside all programs; outside of them it changes nothing."""
    no_program("tf.init_scope")
    yield


def executing_eagerly() -> bool:
    """Whether every operation is computed at once; not so while tf.function writes a program."""
    return current_run() is None


def no_op(name: Any = None) -> None:
    """Nothing."""


def group(*inputs: Any, **kwargs: Any) -> None:
    """Nothing: what is grouped has been computed."""


NAMES = "cond while_loop map_fn vectorized_map device name_scope init_scope control_dependencies executing_eagerly no_op group".split()
