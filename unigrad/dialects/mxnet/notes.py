"""What the dialect leaves out of MXNet, does otherwise on purpose, and does right where MXNet 1.9.1 does not."""

from __future__ import annotations

from typing import Final

DIFFERS: Final[dict[str, str]] = {
    "autograd": "gradients at ties, of max and maximum for example, are unigrad's: equal shares, where MXNet gives each its all",
    "autograd.record": "other dialects and unigrad itself do not see the flags, and unigrad.pause() does not see these arrays",
    "autograd.grad": "always gives a list, as MXNet does, of arrays of the variables' own class, where MXNet gives arrays of nd",
    "np.ndarray": (
        "an array written to after it was recorded is a constant from there on; reshape, detach and T never share elements; "
        "a view taken inside record() does not either"
    ),
    "np.ndarray.__eq__": "arrays of unequal dtypes can be compared and divided; MXNet raises MXNetError",
    "np.ndarray.__hash__": "is that of the object; MXNet has none",
    "np.ndarray.__array__": "gives the numbers; NumPy makes an array of objects of an array of MXNet's",
    "np.ndarray.dtype": "is a unigrad dtype, equal to NumPy's and to its own name; np.float32 is one too, and cannot be called",
    "np.ndarray.backend": "and numpy(), to_backend(), device and the like are unigrad's own, beside MXNet's names",
    "np.exp": "and other functions with fractions give float32 for integers, as MXNet 2 does; 1.9.1 truncates the result",
    "np.array": "of arrays in a list is recorded inside record(); MXNet makes a constant",
    "np.random": "draws from unigrad's generator: the same numbers for one seed on every backend, other than MXNet's",
    "np.random.seed": "and permutation are there too; MXNet 1.9.1 has mx.random.seed and shuffle",
    "npx.set_np": "changes nothing but what is_np_array() says: an array is of np or nd by the function that made it",
    "nd.NDArray": "is no base of np.ndarray; float(x) and int(x) work where there is one element",
    "nd.array": "of an array of nd keeps its dtype",
    "cpu": "is the host of the backend in force, whatever the number; CuPy has none, and says so",
    "gpu": "is the GPU of this number of the backend in force",
    "MXNetError": "errors that unigrad finds are of its own kind as well, such as ShapeError, which is a ValueError",
}

CORRECTED: Final[dict[str, str]] = {
    "np.ndarray.backward": "a head gradient of another shape is an error; MXNet reads beyond the buffer and returns garbage",
    "autograd.backward": "values changed in place between forward and backward do not change the gradient; in MXNet they do",
    "autograd.grad": "create_graph works for every function and to any order; MXNet knows the second order of a few",
    "autograd.mark_variables": "a buffer of another shape or dtype, or too few of them, is an error at once",
    "autograd.Function": (
        "gradients arrive with grad_req 'add', and after an argument with 'null'; in np mode backward() gets arrays of np; "
        "a wrong number of gradients says so; written with this dialect's functions it can be differentiated again"
    ),
    "np.ndarray.__isub__": "and other operations in place are right where the operand overlaps, as in X[1:3] -= X[0:2]",
}

_LAYERS = "there are no layers here; write the model with np and npx, as the chapters do from scratch"
_SYMBOL = "there are no symbols: programs run as they are written, and unigrad records them"
_VISION = "there are no kernels for convolution and vision in this dialect yet"
_FILES = "MXNet's file format is not read or written; keep x.asnumpy() with numpy.save"
_TRAINING = "write the step out: param[:] = param - lr * param.grad"
_NUMPY_ONLY = "MXNet itself only calls NumPy here, without a gradient; use x.asnumpy() and NumPy"
_POINTLESS = "it is a part of MXNet's machinery that has no counterpart here"
_EIG = (
    "its values are real in MXNet, and complex in general; use eigh for symmetric matrices, or unigrad.numpy.linalg.eig"
)
_SAMPLERS = "unigrad's generator does not draw from this distribution"

MISSING: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("gluon", "init", "initializer", "mod", "module", "model", "batch_norm", "BatchNorm", "rnn"), _LAYERS
    ),
    **dict.fromkeys(("sym", "symbol", "get_symbol", "executor", "viz", "visualization", "AttrScope", "name"), _SYMBOL),
    **dict.fromkeys(("convolution", "deconvolution", "pooling", "Convolution", "Pooling", "image", "img"), _VISION),
    **dict.fromkeys(("multibox_prior", "multibox_target", "multibox_detection", "roi_pooling"), _VISION),
    **dict.fromkeys(("save", "load", "io", "recordio"), _FILES),
    **dict.fromkeys(("optimizer", "lr_scheduler", "metric", "kv", "kvstore", "sgd_update", "adam_update"), _TRAINING),
    **dict.fromkeys(
        ("profiler", "engine", "runtime", "contrib", "operator", "rtc", "check_call", "gpu_memory_info"), _POINTLESS
    ),
    **dict.fromkeys(("eig", "eigvals"), _EIG),
    **dict.fromkeys(("beta", "chisquare", "gamma", "pareto", "power", "weibull"), _SAMPLERS),
    **dict.fromkeys(
        (
            "apply_along_axis apply_over_axes corrcoef correlate cov digitize histogram histogram2d histogramdd intersect1d isin in1d "
            "polyadd polydiv polyfit polyint polymul polysub roots setdiff1d setxor1d union1d unwrap piecewise nanmedian bincount"
        ).split(),
        _NUMPY_ONLY,
    ),
}
