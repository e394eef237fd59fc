"""unigrad: automatic differentiation with its own graph and its own rules, over anybody's arrays."""

from typing import TYPE_CHECKING

from unigrad import autograd
from unigrad import interchange as _interchange  # noqa: F401 - gives Tensor its members, as do the two below
from unigrad import methods as _methods  # noqa: F401
from unigrad import operators as _operators  # noqa: F401
from unigrad.arrayclass import Functions, set_operators
from unigrad.card import REGISTRY, composition, constant, elementwise, linear, primitive
from unigrad.containers import register_container
from unigrad.debugging import debug, why
from unigrad.dtypes import DType
from unigrad.errors import (
    ArgumentError,
    AxisError,
    BackendUnavailable,
    CardError,
    CopyError,
    DTypeError,
    GradientMismatch,
    GraphFreed,
    InPlaceError,
    MissingKernel,
    MissingName,
    MissingRule,
    MixedBackends,
    NonFiniteValue,
    NotRecorded,
    PluginConflict,
    PluginWarning,
    ProgramError,
    ShapeError,
    TraceError,
    UncheckedWarning,
    UnigradError,
    UnknownBackend,
    UnknownHook,
)
from unigrad.graph import Tensor
from unigrad.hookspecs import hookimpl
from unigrad.imperative import backward, gradients, mark_variables
from unigrad.inference import inference_mode
from unigrad.memory import (
    checkpoint,
    checkpoint_name,
    checkpoint_policies,
    checkpoint_sequential,
    offload,
    saved_bytes,
    saved_hooks,
)
from unigrad.primitives.creation import array, asarray, stop_gradient
from unigrad.recording import is_recording, is_training, pause, predict_mode, record, train_mode
from unigrad.settings import (
    available_backends,
    get_backend,
    get_default_dtype,
    set_backend,
    set_default_dtype,
    use_backend,
)
from unigrad.transforms import (
    Function,
    ShapeDtype,
    all_gather,
    axis_index,
    axis_size,
    check_grads,
    compare,
    cost,
    custom_jvp,
    custom_rule,
    custom_vjp,
    deriv,
    disable_jit,
    elementwise_grad,
    eval_shape,
    grad,
    grad_and_aux,
    hessian,
    hvp,
    jacfwd,
    jacobian,
    jacrev,
    jit,
    jvp,
    linearize,
    make_jvp,
    make_vjp,
    once_differentiable,
    pmean,
    psum,
    pure_callback,
    sequential_vmap,
    value_and_grad,
    vhp,
    vjp,
    vmap,
)

__all__ = [
    "REGISTRY",
    "ArgumentError",
    "AxisError",
    "BackendUnavailable",
    "CardError",
    "CopyError",
    "DType",
    "DTypeError",
    "Explanation",
    "Function",
    "Functions",
    "GradientMismatch",
    "GraphFreed",
    "InPlaceError",
    "MissingKernel",
    "MissingName",
    "MissingRule",
    "MixedBackends",
    "NonFiniteValue",
    "NotRecorded",
    "PluginConflict",
    "PluginWarning",
    "ProgramError",
    "ShapeDtype",
    "ShapeError",
    "Tensor",
    "TraceError",
    "UncheckedWarning",
    "UnigradError",
    "UnknownBackend",
    "UnknownHook",
    "all_gather",
    "array",
    "asarray",
    "autograd",
    "available_backends",
    "axis_index",
    "axis_size",
    "backward",
    "check_grads",
    "checkpoint",
    "checkpoint_name",
    "checkpoint_policies",
    "checkpoint_sequential",
    "compare",
    "composition",
    "constant",
    "cost",
    "custom_jvp",
    "custom_rule",
    "custom_vjp",
    "debug",
    "deriv",
    "disable_jit",
    "elementwise",
    "elementwise_grad",
    "eval_shape",
    "explain",
    "get_backend",
    "get_default_dtype",
    "grad",
    "grad_and_aux",
    "gradients",
    "hessian",
    "hookimpl",
    "hvp",
    "inference_mode",
    "is_recording",
    "is_training",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jit",
    "jvp",
    "linear",
    "linearize",
    "make_jvp",
    "make_vjp",
    "mark_variables",
    "offload",
    "once_differentiable",
    "pause",
    "pmean",
    "predict_mode",
    "primitive",
    "psum",
    "pure_callback",
    "record",
    "register_container",
    "saved_bytes",
    "saved_hooks",
    "sequential_vmap",
    "set_backend",
    "set_default_dtype",
    "set_operators",
    "step",
    "stop_gradient",
    "train_mode",
    "use_backend",
    "value_and_grad",
    "vhp",
    "vjp",
    "vmap",
    "why",
]


if TYPE_CHECKING:
    from unigrad.explaining.asking import explain
    from unigrad.explaining.explanation import Explanation
    from unigrad.explaining.stepping import step


def __getattr__(name: str) -> object:
    if name in ("Explanation", "explain", "step"):  # loaded when they are asked for: they bring rich along
        from importlib import import_module

        return getattr(import_module("unigrad.explaining"), name)
    if name in ("load_ipython_extension", "unload_ipython_extension"):  # %load_ext unigrad looks here for them
        from importlib import import_module  # by its name: whoever imports unigrad does not thereby import its magic

        return getattr(import_module("unigrad.ipython"), name)
    # Looking a version up reads the installed distributions' metadata, which takes longer than all other imports.
    if name != "__version__":
        raise AttributeError(f"module 'unigrad' has no attribute {name!r}")
    from importlib import metadata

    return metadata.version("unigrad")
