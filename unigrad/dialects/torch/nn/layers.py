"""The layers of torch.nn.functional: convolutions, pooling, normalisation and attention, which are unigrad.nn's."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, Final

from unigrad import nn
from unigrad.dialects.torch.tensor import F, Tensor

NAMES: Final[list[str]] = (
    "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d max_pool1d max_pool2d max_pool3d avg_pool1d "
    "avg_pool2d avg_pool3d adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d layer_norm group_norm rms_norm "
    "scaled_dot_product_attention selu mish hardswish"
).split()
"""The functions whose arguments are torch's, in torch's order, but for the first one's name."""

__all__: list[str] = ["batch_norm"]
__all__.extend(NAMES)


def _spelled(name: str) -> Callable[..., Any]:
    """The function of unigrad's with torch's names for its arguments."""
    native = getattr(nn, name)
    parameters = [
        each.replace(name="input" if each.name == "x" else each.name, kind=each.POSITIONAL_OR_KEYWORD)
        for each in inspect.signature(native).parameters.values()
    ]
    signature = inspect.Signature(parameters)
    made = F.spelled(native)

    @functools.wraps(native)
    def function(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return made(*bound.args)

    function.__dict__["__signature__"] = signature
    return function


globals().update({name: _spelled(name) for name in NAMES})
_batch_norm = F.spelled(nn.batch_norm)


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """`input` less its mean, over its deviation, for each channel; with `training` the running ones move towards those of now."""
    running = {"running_mean": running_mean, "running_var": running_var}  # by name, as they are changed in place
    options = {"weight": weight, "bias": bias, "training": training, "momentum": momentum, "eps": eps}
    return _batch_norm(input, **running, **options)  # type: ignore[no-any-return]
