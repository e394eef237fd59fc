"""Notes: how this dialect differs from JAX on purpose, and why names are missing; the documentation's table is made of them."""

from __future__ import annotations

from typing import Final

_MAPS: Final = "one process has one device in force; vmap computes all examples on it"
_TRACE: Final = "a program is one list of calls, without functions in it; jax.make_jaxpr(f)(x) shows it"
_DEVICES: Final = "one process with one device; unigrad.set_backend(name, device=…) chooses it"
_OFFLOAD: Final = "unigrad.offload() is a scope in which what is saved waits on the host"
_HOOKS: Final = "there is no compiler to hook into; the function is called directly"

DIFFERS: Final[dict[str, str]] = {
    "vmap": "lax.cond and lax.switch compute all branches where examples differ, and loops go on for those that do; "
    "spmd_axis_name says nothing, and collectives know no groups of examples; pmax and pmin have gradients too.",
    "jit": "Makes a program by unigrad.jit; a loop or branch of lax whose course depends on values, and boolean indexing, make it run "
    "the function as it is. Compiled by XLA on JAX, elsewhere run in a straight line.",
    "make_jaxpr": "The equations are of unigrad's primitives, after simplification; jitted functions are taken apart.",
    "pure_callback": "The callback gets NumPy arrays; without vmap_method it is called for each example under vmap.",
    "errors": "UnexpectedTracerError is the class of all errors of tracing.",
    "checkpoint": "Keeps nothing of the function but what its policy says; a policy gets the primitive's card and arrays, "
    "where JAX's gets its own primitive and abstract values. Keys in random draws are arguments like any other.",
    "debug_nans": "A scope of this thread; so are debug_infs and their settings. The error names the operation and the line.",
    "lax.while_loop": "Runs eagerly and is recorded step by step, so that reverse-mode gradients flow through it, which JAX refuses.",
    "lax.scan": "Runs eagerly, unrolled; time and memory grow with the number of steps, and a body's Python runs at each.",
    "lax.fori_loop": "Runs eagerly, unrolled; gradients flow through it whatever its bounds.",
    "lax.cond": "Runs one of the two functions only, and its Python with it; both where examples under vmap differ.",
    "lax.map": "Runs eagerly, one element after another.",
    "grad": "Conventions at singular points are unigrad's: abs and norm have slope 0 at 0 (JAX: 1, NaN), clip slope 1 at "
    "its edges (JAX: ½), std of equal elements slope 0 (JAX: NaN). docs/reference/conventions.md lists them.",
    "vjp": "The pullback is a plain function; it can be called again, and NumPy arrays among the primals are copied, "
    "where JAX may give the gradient at values that were written later.",
    "numpy.ndarray": "Arrays lie on the backend in force, and are Tensors of unigrad too, with its methods numpy() and to_backend().",
    "numpy.vectorize": "Calls the function for every element in turn, without signature= and excluded=.",
    "numpy.fromfunction": "Calls the function once, on whole arrays of indices, as NumPy does.",
    "numpy.polyfit": "A constant on the host: no gradient flows through it.",
    "numpy.gradient": "Distances are numbers, one for all axes or one for each.",
    "numpy.pad": "mode is a name, of those that unigrad has.",
    "numpy.quantile": "method='linear' only.",
    "numpy.zeros": "device= is taken and changes nothing: new arrays go where the backend in force puts them.",
    "numpy": "NumPy's RuntimeWarnings for 1/0, log(0) and the like are shown on the numpy backend, where JAX is silent.",
    "Array": "weak_type is kept by elementwise functions, constants and gradients; reductions and shapes make arrays of it "
    "that are not weak. bfloat16 needs a backend that has it (Torch, JAX).",
    "random": "Drawn on the host, in a program by a callback, with JAX's own algorithm (threefry2x32, partitionable): the same "
    "words, hence the same numbers but for the last digit of a logarithm. Draws are constants: no gradient flows to minval, "
    "maxval or a gamma's shape.",
    "random.key": "Typed keys are not Arrays, and print as JAX's.",
    "custom_vjp": "A derivative of a derivative goes by the rule for the value, too, and so with custom_jvp; JAX's goes through "
    "fwd. The value may not depend on tracked arrays that are no arguments. hessian pulls back twice, and takes such functions.",
    "custom_batching.custom_vmap": "Reverse mode works: it goes through the rule within a map, and else through "
    "the function.",
    "config": "jax_enable_x64 is the dialect's own and changes no other library; some settings are taken without effect.",
    "device_put": "device is a Device, or the backend's own word for one.",
    "debug.print": "Prints at once.",
    "numpy.fft": "Every length and norm; float16 is transformed in float32, and of no axes at all there is no transform.",
    "lax.complex": "An infinite imaginary part makes the real one NaN.",
    "numpy.sign": "Of complex numbers that are being differentiated it is refused; x / jnp.abs(x) has a derivative.",
    "tree.structure": "A PyTreeDef of its own, which prints as JAX's for lists, tuples, dictionaries and named tuples.",
}

MISSING: Final[dict[str, str]] = {
    "pmap": _MAPS,
    "smap": _MAPS,
    "shard_map": _MAPS,
    "closure_convert": "arrays that are differentiated are to be arguments of a function with a rule",
    "linear_call": "use custom_vjp, whose bwd is the transpose",
    "linear_transpose": "unigrad has no transpose of a function alone; vjp at any point gives it for a linear one",
    "fwd_and_bwd": "use vjp, which gives the value and the pullback",
    "named_call": _TRACE,
    "named_scope": _TRACE,
    "save_and_offload_only_these_names": _OFFLOAD,
    "offload_dot_with_no_batch_dims": _OFFLOAD,
    "print_saved_residuals": "unigrad.saved_bytes(y) lists what the graph of y keeps",
    "sharding": _DEVICES,
    "NamedSharding": _DEVICES,
    "P": _DEVICES,
    "make_mesh": _DEVICES,
    "distributed": _DEVICES,
    "default_device": _DEVICES,
    "profiler": _HOOKS,
    "ffi": _HOOKS,
    "export": _HOOKS,
    "core": _HOOKS,
    "interpreters": _HOOKS,
    "extend": _HOOKS,
    "experimental": "what it holds changes with every release; jax.enable_x64 is here without it",
    "image": "unigrad has no resampling; jnp.interp is the one-dimensional case",
    "tree_map": "JAX removed it; jax.tree.map is its name",
    "ops": "JAX's x.at[idx].add(y) sums segments",
    "sort_complex": "sort the parts: complex numbers have no order",
    "shuffle": "JAX removed it; random.permutation does it",
    "poisson": "its sampler is not rebuilt here; draw it with NumPy",
    "binomial": "its sampler is not rebuilt here; draw it with NumPy",
    "multinomial": "its sampler is not rebuilt here; draw it with NumPy",
    "dot_product_attention": "write it with jnp.einsum and nn.softmax",
    "conv": "it is not in this dialect; unigrad.nn.conv2d and its kin take images as (examples, channels, rows, columns)",
    "conv_general_dilated": "it is not in this dialect; unigrad.nn.conv2d and its kin take images as (examples, channels, rows, columns)",
    "reduce_window": "it is not in this dialect; unigrad.nn.max_pool2d and avg_pool2d and their kin pool",
    "custom_linear_solve": "use jnp.linalg.solve, or custom_vjp",
    "custom_root": "use custom_vjp with the implicit function's rule",
    "r_": "use jnp.concatenate",
    "c_": "use jnp.column_stack",
    "mgrid": "use jnp.meshgrid with indexing='ij'",
    "ogrid": "use jnp.ix_, or jnp.meshgrid with sparse=True",
    "from_dlpack": "use jnp.asarray, which takes any library's arrays",
    "save": "use numpy.save on jax.device_get(x)",
    "load": "use jnp.asarray(numpy.load(file))",
    "ufunc": "jnp's functions are plain functions here; lax.associative_scan accumulates",
    "frompyfunc": "use jnp.vectorize",
    "bitwise_count": "unigrad has no such function on every backend",
    "gcd": "unigrad has no such function on every backend",
    "lcm": "unigrad has no such function on every backend",
    "lu": "unigrad has no such decomposition; jnp.linalg.solve uses one",
    "complex_": "JAX removed it; jnp.complex64 is its default",
}

CORRECTED: Final[dict[str, str]] = {
    "grad": "A NumPy array that is written between the forward and the reverse pass of vjp cannot change a gradient.",
    "lax.while_loop": "Reverse-mode differentiation works.",
}
