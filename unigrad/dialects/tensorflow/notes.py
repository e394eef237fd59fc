"""What differs from TensorFlow 2.21, on purpose, and what is missing, by name: the documentation's table is made from it."""

from __future__ import annotations

from typing import Final

DIFFERS: Final[dict[str, str]] = {
    "function": (
        "a program for each signature, as in TensorFlow, but control flow that depends on values is not rewritten: such a function "
        "runs as it is, as do those with tf.print, assertions about values, boolean_mask and the like, with Python's effects in each "
        "call, after one attempt; a tape outside has the function traced once more for the gradient; None in an "
        "input_signature has a program for each length; autograph, reduce_retracing and the experimental options have no effect"
    ),
    "function, Variables": (
        "one may be made in any call, which then runs as it is; each that is an argument has a program of its own, "
        "and so has each instance for its methods"
    ),
    "function, tensors from outside": "one that the function computed with, and that is replaced, has the program written anew",
    "GradientTape.gradient": (
        "gradients at singular points follow unigrad's conventions (norm at 0 is 0, maximum at a tie is half and half); "
        "the gradient of gather is an ordinary tensor, no IndexedSlices; shapes of output_gradients are checked"
    ),
    "GradientTape.jacobian": "parallel_iterations and experimental_use_pfor have no effect: all rows are pulled back at once",
    "GradientTape": "a value made under a persistent tape keeps what the tape recorded alive as long as it lives itself",
    "exp, sin, add, …": "elementwise functions take their arguments by position, and no name=",
    "random": (
        "one seed gives the same numbers on every backend, but not TensorFlow's; "
        "an operation's own seed gives the same numbers each time"
    ),
    "custom_gradient": "a gradient of None arrives as zeros; forward mode is its transpose",
    "recompute_grad": "has derivatives of every order, where TensorFlow refuses the second",
    "constant": "what holds text is refused; Python floats take unigrad's default dtype, float32 unless set otherwise",
    "Variable.assign": "returns the Variable itself, which prints under its own name, not as UnreadVariable",
    "Variable[key]": "is of a subclass of tf.Tensor of its own, which has assign",
    "executing eagerly": "everything but programs of tf.function; loops and conditions of tf are Python's own",
    "device": "a scope that changes nothing; arrays lie where unigrad's backend puts them (ug.set_backend(name, device=…))",
    "complex": "an infinite imaginary part makes the real one NaN",
    "sign": (
        "of complex numbers that a tape records it is refused, where TensorFlow's gradient is 0; "
        "x / tf.cast(tf.abs(x), x.dtype) has a slope"
    ),
    "argsort": "is stable always",
    "errors.InvalidArgumentError": "also a ValueError, and a TypeError where dtypes do not fit, and a ug.UnigradError",
    "TensorShape": "a tuple; a shape of unknown rank is refused, as every array has one",
    "Tensor.name": "there are no names of operations",
    "linalg.qr, linalg.svd": "signs of columns are the backend's",
    "linalg.lstsq": "by the normal equations, whatever fast says",
    "reduce_max": "of no elements is refused where the backend refuses it; TensorFlow gives -inf",
}

MISSING: Final[dict[str, str]] = {
    "keras": "layers, optimizers and training loops are not unigrad's; write the layer with tf.Variable and tf.matmul",
    "data": "input pipelines are not unigrad's; use Python's iterators and array slices",
    "image": "image processing is not unigrad's",
    "io": "reading and writing files is not unigrad's",
    "initializers": "they come from Keras; use tf.random.normal or tf.random.truncated_normal",
    "losses": "they come from Keras; write the loss, or use tf.nn.*_cross_entropy_with_logits",
    "optimizers": "they come from Keras; use v.assign_sub(rate * gradient)",
    "metrics": "they come from Keras; compute them with tf.reduce_mean",
    "distribute": "there is one process and one device here",
    "saved_model": "programs of tf.function are not saved; save v.numpy()",
    "train": "checkpoints and optimizers are not unigrad's; save v.numpy()",
    "strings": "unigrad's arrays hold numbers",
    "string": "unigrad's arrays hold numbers",
    "ragged": "every array here is rectangular",
    "RaggedTensor": "every array here is rectangular",
    "sparse": "every array here is dense",
    "SparseTensor": "every array here is dense",
    "IndexedSlices": "gradients are ordinary tensors",
    "TensorArray": "use a list and tf.stack",
    "case": "use Python's if: every operation is computed at once",
    "switch_case": "use Python's if: every operation is computed at once",
    "scan": "use Python's for and tf.stack",
    "hessians": "TensorFlow has it for graphs only; use tape.jacobian within a second tape",
    "gradients": "TensorFlow has it for graphs only; use tf.GradientTape",
    "compat": "TensorFlow 1 is not imitated",
    "raw_ops": "the operations behind the functions are unigrad's own",
    "experimental": "nothing experimental is imitated; for NumPy's names use unigrad.numpy",
    **dict.fromkeys(
        ("signal.fftnd", "signal.ifftnd", "signal.rfftnd", "signal.irfftnd"),
        "TensorFlow itself has it on some accelerators only; use fft, fft2d or fft3d",
    ),
    "signal.stft": "stack the windows, and use tf.signal.rfft",
    "signal.inverse_stft": "use tf.signal.irfft, and add up the windows",
    "signal.dct": "use tf.signal.rfft of the array and its mirror image",
    "quantization": "not imitated",
    "lite": "not imitated",
    "tpu": "not imitated",
    "xla": "not imitated",
    "summary": "logging is not unigrad's",
    "feature_column": "not imitated",
    "lookup": "unigrad's arrays hold numbers",
    "queue": "not imitated",
    "estimator": "not imitated",
    "Module": "collect the Variables in a list of your own; the class is not here yet",
    "nn.conv2d": "convolutions are not here yet",
    "nn.conv1d": "convolutions are not here yet",
    "nn.convolution": "convolutions are not here yet",
    "nn.max_pool": "pooling is not here yet",
    "nn.max_pool2d": "pooling is not here yet",
    "nn.avg_pool": "pooling is not here yet",
    "nn.avg_pool2d": "pooling is not here yet",
    "nn.ctc_loss": "not imitated",
    "nn.RNNCellDropoutWrapper": "layers are not unigrad's",
    "linalg.lu": "not here yet; use tf.linalg.solve",
    "linalg.sqrtm": "not here yet",
    "linalg.LinearOperator": "not imitated",
    "random.Generator": "use tf.random.set_seed, or a seed= for each operation",
    "random.stateless_normal": "use tf.random.normal(…, seed=…), which gives the same numbers each time",
    "random.stateless_uniform": "use tf.random.uniform(…, seed=…), which gives the same numbers each time",
    "random.gamma": "this distribution is not here yet",
    "random.poisson": "this distribution is not here yet",
    "math.special": "the functions of tf.math are all there is",
    "math.cumulative_logsumexp": "not here yet",
    "math.igamma": "not here yet",
    "math.betainc": "not here yet",
    "math.zeta": "not here yet",
    "math.polygamma": "not here yet, as TensorFlow takes its order as a tensor",
}

CORRECTED: Final[dict[str, str]] = {
    "signal.rfft": "a length of 0 is an error, where TensorFlow ends the process",
    "GradientTape.gradient": (
        "another number of output_gradients than of targets is an error, where TensorFlow takes the first and drops the rest"
    ),
    "linalg.det": "of complex matrices it has the right gradient; TensorFlow forgets a conjugate",
    "norm": "its gradient at 0 is 0, where TensorFlow has NaN",
    "random": "the same numbers on every backend and device for one seed",
}


def reasons(module: str) -> dict[str, str]:
    """The reasons for names that are missing in ``tf.<module>``, or in ``tf`` itself for ``""``."""
    if not module:
        return {name: reason for name, reason in MISSING.items() if "." not in name}
    start = f"{module}."
    return {name.removeprefix(start): reason for name, reason in MISSING.items() if name.startswith(start)}
