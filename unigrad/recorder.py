"""The recorder: what happens when a primitive is called.

A call finds its namespace of kernels, computes, and, where an operand is tracked and recording is on, adds one node to
the graph. Functions of one or two elements have a fast path of their own (`unigrad.fastpath`), which falls back on `call`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from unigrad import dtypes, settings
from unigrad.conversion import (
    NUMBERS,
    DeeperIndex,
    constant,
    form_at,
    form_of,
    format_of,
    is_complex,
    lifted_to,
    namespace_of,
    native_dtype,
)
from unigrad.dtypes import DType
from unigrad.errors import DTypeError, MissingRule, ShapeError, UnigradError
from unigrad.graph import PLAIN, UNRECORDED, Form, Node, Pull, Tensor, make_tensor, next_id
from unigrad.observing import ObservedNode, observers
from unigrad.pulls import Save, make_pull, write_pull
from unigrad.recording import recording_flag

if TYPE_CHECKING:
    from unigrad.card import Card

_watching: Final = observers.get
Operand = Any
"""A Tensor, or a Python number that stands for one."""


def call(card: Card, arguments: tuple[Any, ...], options: dict[str, Any]) -> Tensor:
    """Run `card` on any arguments and record it; the general path."""
    form = _common_form(arguments)
    foreign: list[int] = []
    if form is None:
        operands, foreign = _operands(card, arguments)
    else:
        operands = arguments
    if card.prepare is not None:
        try:
            options = card.prepare(operands, options)
        except DeeperIndex as index:
            return call(card, raised(arguments, index), options)
    arrays = [operand.raw if isinstance(operand, Tensor) else operand for operand in operands]
    xp = _namespace(operands)
    tracked = _tracked(card, operands)
    for position in foreign if tracked else ():  # the caller may write to this buffer before the reverse sweep
        arrays[position] = xp.copy(arrays[position])
    watching = _watching()
    out = _observed(card, xp, arrays, options) if watching else _computed(card, xp, arrays, options)
    result = make_tensor(out, xp)
    if card.kind == "elementwise":
        alike = _share_form(operands, result)
    else:
        alike = True
        if form is not None and card.kind != "constant" and out.dtype == form[2]:
            result.form = form_at(xp, tuple(out.shape), form[2], form[3])
    if tracked:
        pull, save = _variant(card, tracked, not alike)
        parents = tuple([operands[position].node for position in tracked])
        result.node = add_node(pull, parents, save(arrays, out, options), xp, options)
    elif recording_flag.get() is UNRECORDED and card.kind != "constant":
        result.node = unrecorded(operands)
    for observer in watching:
        observer.called(card, operands, options, result)
    return result


def unrecorded(operands: Iterable[Any]) -> Node | None:
    """The place of a result of `operands` that is not recorded in an inference mode: marked where one is tracked."""
    return UNRECORDED if any(isinstance(x, Tensor) and x.node is not None for x in operands) else None


def raised(arguments: tuple[Any, ...], index: DeeperIndex) -> tuple[Any, ...]:
    """The arguments at the levels of an index among the options."""
    return tuple(lifted_to(index.xp, each) if isinstance(each, Tensor) else each for each in arguments)


def _common_form(arguments: tuple[Any, ...]) -> Form | None:
    """A form of the arguments, if all are Tensors of one backend and one real floating dtype: the usual case."""
    first: Form | None = None
    for argument in arguments:
        if not isinstance(argument, Tensor):
            return None
        form = argument.form or form_of(argument)
        if form is None:
            return None
        if first is None:
            first = form
        elif form[3] is not first[3]:
            return None
    return first


def add_node(
    pull: Pull,
    parents: tuple[Any, ...],
    held: Any,
    xp: ModuleType,
    options: dict[str, Any] | None = None,
    kind: type[Node] = Node,
) -> Node:
    """A new node; `held` is what the pull saves, bare if it is one value. The caller has seen to it that recording is on."""
    watching = _watching()
    observed = ObservedNode() if watching and kind is Node else None
    node = kind() if observed is None else observed
    node.id = next_id()
    node.pull = pull
    node.first, *rest = parents
    node.rest = tuple(rest) if len(rest) > 1 else rest[0] if rest else None
    node.held = held
    node.xp = xp
    node.options = options
    node.g = node.mark = None
    node.own = False
    if observed is not None:
        for observer in watching:
            observer.recorded(observed)
    return node


def cast(tensor: Tensor, native: Any) -> Tensor:
    """`tensor` in another dtype, recorded where both dtypes are floating: a change to integers cuts the graph."""
    before = tensor.raw.dtype
    if before == native:
        return tensor
    xp = tensor.xp
    if is_complex(before) and format_of(native).kind not in ("complex", "bool"):
        raise DTypeError(
            f"astype() from '{format_of(before)}' to '{format_of(native)}' drops a part; use real() or abs()"
        )
    result = make_tensor(xp.astype(tensor.raw, dtype=native), xp)
    kind = format_of(native).kind
    if tensor.node is not None and kind not in ("bool", "integer"):
        on = recording_flag.get()
        if on:
            pull = CAST_REAL if kind == "complex" and not is_complex(before) else CAST
            result.node = add_node(pull, (tensor.node,), before, xp, {"dtype": native})
        else:
            result.node = on
    for observer in observers.get():
        observer.changed("astype", tensor, result)
    return result


_CAST_PUSHED: Final = ["xp.astype(t0, dtype=options['dtype'])"]
CAST: Final = make_pull("astype", ["xp.astype(g, dtype=dtype)"], _CAST_PUSHED, saved=("dtype",), kept=(PLAIN,))
CAST_REAL: Final = make_pull(
    "astype", ["xp.astype(xp.real(g), dtype=dtype)"], _CAST_PUSHED, saved=("dtype",), kept=(PLAIN,)
)
"""From real numbers to complex ones, back by the real part."""


def _namespace(operands: Sequence[Operand]) -> ModuleType:
    for operand in operands:
        if isinstance(operand, Tensor):
            return operand.xp
    return settings.choice().xp


def _operands(card: Card, arguments: tuple[Any, ...]) -> tuple[tuple[Operand, ...], list[int]]:
    """The arguments as Tensors of one backend and dtype, and the positions of those whose buffer belongs to somebody else.

    A Python number beside an array stays one where the function is elementwise: it takes the array's dtype.
    """
    xp = namespace_of(arguments)
    operands: list[Operand] = [
        lifted_to(xp, each) if isinstance(each, Tensor) and each.xp is not xp else each for each in arguments
    ]
    foreign = []
    weak = card.kind in ("elementwise", "constant") and any(_is_array(argument) for argument in arguments)
    for position, argument in enumerate(operands):
        if isinstance(argument, Tensor) or (weak and (type(argument) in NUMBERS or argument is None)):
            continue
        operands[position] = constant(
            argument, xp, dtype=_dtype_beside(arguments) if type(argument) in (int, float) else None
        )
        if type(argument) not in NUMBERS:
            foreign.append(position)
    return tuple(_promoted(card, operands, xp)), foreign


def _dtype_beside(arguments: tuple[Any, ...]) -> Any:
    """The dtype that a number takes beside a floating array; None where there is none."""
    formats = (format_of(argument.raw.dtype) for argument in arguments if isinstance(argument, Tensor))
    return next((each for each in formats if each.kind == "real"), None)


def _is_array(argument: Any) -> bool:
    return argument is not None and type(argument) not in NUMBERS


def _promoted(card: Card, operands: list[Operand], xp: ModuleType) -> list[Operand]:
    """The operands in one dtype, unigrad's own choice so that every backend makes the same."""
    taking_part = [
        position
        for position, operand in enumerate(operands)
        if operand is not None and (card.sequence or card.arrays[position] not in card.unpromoted)
    ]
    arrays = [operands[position] for position in taking_part if isinstance(operands[position], Tensor)]
    if not arrays:  # numbers alone, beside a condition
        for position in taking_part:
            operands[position] = constant(operands[position], xp)
        return _promoted(card, operands, xp) if taking_part else operands
    natives = {array.raw.dtype for array in arrays}
    numbers = [operands[position] for position in taking_part if not isinstance(operands[position], Tensor)]
    if len(natives) == 1:
        kind = format_of(next(iter(natives))).kind
        if kind == "real" and complex not in map(type, numbers):
            return operands
        if not numbers and not card.floating:
            return operands
    common = _common([format_of(native) for native in natives], numbers, card.floating)
    native = native_dtype(xp, common)
    for position in taking_part:
        if isinstance(operands[position], Tensor):
            operands[position] = cast(operands[position], native)
    return operands


def _common(formats: list[DType], numbers: Sequence[Any], floating: bool) -> DType:
    common = formats[0]
    for other in formats[1:]:
        common = dtypes.promote(common, other)
    for number in numbers:
        if isinstance(number, complex):
            wide = common is dtypes.float64 or common is dtypes.complex128
            common = dtypes.promote(common, dtypes.complex128 if wide else dtypes.complex64)
        elif isinstance(number, float) and common.kind in ("bool", "integer"):
            common = settings.get_default_dtype()
        elif isinstance(number, int) and not isinstance(number, bool) and common.kind == "bool":
            common = dtypes.int64
    return settings.get_default_dtype() if floating and common.kind in ("bool", "integer") else common


def _tracked(card: Card, operands: Sequence[Operand]) -> tuple[int, ...]:
    """The positions of the operands through which a gradient flows; none where recording is off."""
    for operand in operands:
        if isinstance(operand, Tensor) and operand.node is not None:
            break
    else:
        return ()
    if not recording_flag.get():
        return ()
    positions = []
    for position, operand in enumerate(operands):
        if isinstance(operand, Tensor) and operand.node is not None:
            argument = card.arrays[0] if card.sequence else card.arrays[position]
            rule = card.rules.get(argument)
            if rule is None:
                if card.kind == "constant" or argument in card.unpromoted:
                    continue
                raise MissingRule(
                    f"'{card.name}' has no derivative rule for '{argument}'; detach() it if it is a constant"
                )
            if rule != 0:
                positions.append(position)
    return tuple(positions)


def _computed(card: Card, xp: ModuleType, arrays: list[Any], options: dict[str, Any]) -> Any:
    kernel = getattr(xp, card.name)
    try:
        return kernel(arrays, **options) if card.sequence else kernel(*arrays, **options)
    except Exception as error:
        add_note(error, card, xp, arrays, options)
        raise


def _observed(card: Card, xp: ModuleType, arrays: list[Any], options: dict[str, Any]) -> Any:
    """`_computed`, through the observers, the first of them innermost."""
    kernel = functools.partial(_computed, card, xp, arrays, options)
    for observer in observers.get():
        kernel = functools.partial(observer.compute, card, arrays, options, kernel)
    return kernel()


def add_note(error: Exception, card: Card, xp: ModuleType, arrays: Sequence[Any], options: dict[str, Any]) -> None:
    """Say in a kernel's exception where it comes from; raises `ShapeError` where the shapes are the reason."""
    if isinstance(error, UnigradError):
        return
    shapes = [tuple(array.shape) for array in arrays if hasattr(array, "shape")]
    if card.kind in ("elementwise", "constant") and not _broadcastable(shapes):
        listed = " and ".join(map(str, shapes))
        raise ShapeError(f"'{card.name}' cannot broadcast the shapes {listed} together") from error
    words = ", ".join(f"{name}={value!r}" for name, value in options.items())
    error.add_note(f"in '{card.name}' on '{xp.__backend__.name}', shapes {shapes}" + (f", {words}" if words else ""))


def _broadcastable(shapes: list[tuple[int, ...]]) -> bool:
    longest = max((len(shape) for shape in shapes), default=0)
    columns = zip(*((1,) * (longest - len(shape)) + shape for shape in shapes), strict=True)
    return all(len({size for size in column if size != 1}) <= 1 for column in columns)


def _share_form(operands: Sequence[Operand], result: Tensor) -> bool:
    """Whether all array operands have the result's shape; then they share one form object, for the fast path."""
    tensors = [operand for operand in operands if isinstance(operand, Tensor)]
    shape = tuple(result.raw.shape)
    if any(tuple(tensor.raw.shape) != shape for tensor in tensors):
        return False
    form = form_of(tensors[0])
    for tensor in tensors[1:]:
        if form_of(tensor) == form:
            tensor.form = form
    if form is not None and result.raw.dtype == form[2]:
        result.form = form
    return True


def _variant(card: Card, tracked: tuple[int, ...], broadcast: bool) -> tuple[Pull, Save]:
    key = (tracked, broadcast)
    variant: tuple[Pull, Save] | None = card.pulls.get(key)
    if variant is None:
        variant = card.pulls[key] = write_pull(card, tracked, broadcast)
    return variant
