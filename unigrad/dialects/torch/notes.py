"""Notes: what this dialect of torch does otherwise, on purpose, and what it has not."""

from __future__ import annotations

from typing import Final

_LAYERS = "layers, optimizers and loaders are no part of differentiation; write them with tensors and torch.autograd"
_FORWARD = "forward mode is torch.func.jvp and torch.autograd.functional.jvp here"

DIFFERS: Final[dict[str, str]] = {
    "Tensor.numpy": "gives a read-only view: writing to it could change a gradient without a word",
    "from_numpy": "copies, so that writing to the NumPy array later changes nothing here",
    "Tensor.view": "and every other view (x[0], x.T, x.detach()) is a copy as far as writes to it go; x[0] += 1 reaches x",
    "Tensor.detach": "does not share its values with the original once either is changed in place; .data does",
    "Tensor.add_": "and every other in-place method makes a new array inside, so that what a graph saved is never overwritten",
    "Tensor.requires_grad_": "with False drops the gradient that has arrived",
    "empty": "gives zeros, so that a mistake repeats itself",
    "manual_seed": "starts unigrad's stream, whose numbers are the same on every backend and not torch's",
    "set_default_dtype": "sets the default dtype of unigrad as a whole",
    "nn.Parameter": "is a function: it makes a leaf Tensor, and prints as one",
    "Tensor.grad_fn": "names the operation in torch's spirit; the exact class may be another (MmBackward0 for any matmul)",
    "unique": "gives the elements in order also with sorted=False",
    "topk": "gives the elements in order also with sorted=False; of equal elements the first",
    "Tensor.stride": "is that of a contiguous tensor: how elements lie is the backend's business",
    "cuda.is_available": "tells of the backend in force",
    "autograd.functional.jacobian": "ignores strict, vectorize and strategy",
    "autograd.Function": "is mapped, and pushed by its transposed backward, without rules for these; what it saved may be changed in "
    "place later; in_dims of its vmap are 0 or None; one that is once_differentiable refuses a second derivative by name",
    "autograd.detect_anomaly": "raises an error that names the operation, the rule and the line in one; it holds for this thread",
    "utils.checkpoint": "needs no use_reentrant; random numbers always come again, and results are always compared",
    "complex": "an infinite imaginary part makes the real one NaN; so do polar and view_as_complex",
    "view_as_real": "and view_as_complex, real, imag and conj are copies as far as writes go; x.real = y writes to x",
    "compile": "gives the function as it is, and so do jit.script and jit.trace; unigrad.jit makes programs of functions that depend on "
    "nothing but their arguments",
    "inference_mode": "lets its results be used in recorded operations later; a gradient that reaches them is refused",
}

MISSING: Final[dict[str, str]] = {
    "Module": _LAYERS,
    "optim": _LAYERS,
    "data": _LAYERS,
    "disable_saved_tensors_hooks": "leave the scope of saved_tensors_hooks",
    "create_selective_checkpoint_contexts": "unigrad.checkpoint(function, policy=…) says what to keep",
    "Linear": _LAYERS,
    "Sequential": _LAYERS,
    "ReLU": _LAYERS,
    "Flatten": _LAYERS,
    "Dropout": _LAYERS,
    "LazyLinear": _LAYERS,
    "MSELoss": _LAYERS,
    "CrossEntropyLoss": _LAYERS,
    "Conv2d": _LAYERS,
    "Embedding": _LAYERS,
    "init": _LAYERS,
    "freeze": "scripted functions are the functions themselves",
    "ScriptModule": "scripted functions are the functions themselves",
    "save": "unigrad has no file format; use pickle, or .detach().numpy() and NumPy's save",
    "load": "unigrad has no file format; use pickle, or NumPy's load",
    "forward_ad": _FORWARD,
    "sparse_coo_tensor": "unigrad has no sparse arrays",
    "quantize_per_tensor": "unigrad has no quantised arrays",
    "stft": "stack the windows, and use torch.fft.rfft",
    "istft": "use torch.fft.irfft, and add up the windows",
    "functional_call": _LAYERS,
    "multiprocessing": "unigrad does not start processes",
    "complex32": "no backend has it; use torch.complex64",
    "chalf": "no backend has it; use torch.complex64",
    "use_deterministic_algorithms": "unigrad's own rules are deterministic",
}

CORRECTED: Final[dict[str, str]] = {
    "Tensor.data": "changing values through .data, or a leaf under no_grad, after they were used does not spoil the gradient",
    "Tensor.__setitem__": "complex numbers are not written to a real tensor; torch drops their imaginary parts",
    "polar": "slopes along negative magnitudes have the right sign",
    "Tensor.numpy ": "a NumPy array made from a tensor cannot be written, so that it cannot spoil a gradient",
    "atan2": "its slopes at the origin are 0 (as torch's), and so is hypot's (torch: NaN)",
    "remainder": "is differentiable with respect to its divisor",
}
