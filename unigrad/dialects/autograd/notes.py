"""Notes: where the dialect differs from autograd 1.9, what it lacks and why, and what it puts right."""

from typing import Final

DIFFERS: Final = {
    "ndarray": (
        "results are arrays of this class on the backend in force, not NumPy's; without axes too, where autograd gives numpy.float64: "
        "`isinstance(y, float)` is true only with autograd's own `isinstance`. NumPy arrays are taken everywhere"
    ),
    "printing": (
        "an array prints as NumPy's would (`array([1., 2.])`, `np.float64(0.5)`), a tracked one as autograd's box "
        "(`Autograd ArrayBox with value 1.0`), for repr as for str"
    ),
    "assignment": (
        "`y[0] = x[0]` on an array made in the function is recorded; only what is being differentiated refuses it (TypeError)"
    ),
    "in place": "`x += y` changes the array that other names see only where it is no view, has axes and is not tracked; views are copies",
    "float()": "`float(x)`, `x.item()`, `x.dot(y)`, `+x` and `x // y` work on tracked arrays, where autograd's boxes fail",
    "lists": "lists, tuples and dictionaries of arrays are Python's own inside a differentiated function, not boxes",
    "argument containers": "a function's argument may be any nested container, and so may its result in make_vjp and make_jvp",
    "integer arrays": "an array of integers is differentiated as float64, also where autograd's result would stay an integer and fails",
    "complex numbers": (
        "gradients follow autograd's convention, the conjugate of unigrad's own; sign of a complex number that is differentiated is "
        "refused, and so is the Jacobian of a complex value of several elements"
    ),
    "forward mode": "make_jvp, deriv and check_grads(modes=['fwd']) transpose the reverse rule, so that every function has a JVP",
    "defjvp": "a primitive with a JVP alone is differentiated in reverse too, by transposing it; with both, the VJP serves both modes",
    "memory": "a NumPy array among the inputs is copied, so that changing it later changes no gradient",
    "clip": "slope 1 at both edges, 0 in autograd",
    "abs, norm, std, hypot, arctan2 at 0": "slope 0, the subgradient of least norm; NaN in autograd for all but abs",
    "dtype": "`x.dtype` is unigrad's DType; it equals NumPy's names and dtypes, and its `kind` is 'real', 'integer', 'bool' or 'complex'",
    "random": "numbers are NumPy's own, drawn on the host and moved to the backend in force",
    "empty": "zeros, so that a mistake repeats itself",
    "multigrad_dict": "works; autograd's needs the package funcsigs",
    "checkpoint": "the function is run again in the reverse sweep, and can be differentiated again",
    "vspace": "shape, size, zeros, ones, standard_basis, randn, add, scalar_mul, inner_prod and comparison",
    "small floats": "float16 arrays and 8-bit integers follow unigrad's promotion, not NumPy's",
    "linalg.eig, linalg.eigvals": "results are complex, also where all values are real",
    "linalg.eigh, linalg.cholesky": "gradients are symmetric matrices; autograd gives some as triangular ones of the same meaning",
    "where": "with the condition alone, a tuple of integer arrays",
}

MISSING: Final[dict[str, str]] = {
    "scipy.integrate": "no solver of differential equations is recorded here; write its steps with autograd.numpy",
    "scipy.signal": "not there; `autograd.numpy.convolve` takes vectors",
    "misc.tracers": "autograd's own tracing is not imitated; unigrad's graph is at x.node",
    "SparseObject": "gradients are full arrays here",
    "JVPNode": "unigrad's graph has nodes of its own, at x.node",
    "VJPNode": "unigrad's graph has nodes of its own, at x.node",
    "register_notrace": "there is one way of tracing; use notrace_primitive",
}

NUMPY: Final = {
    "vectorize": "write the function for arrays, or stack its results",
    "matrix": "matrices are arrays; use @",
    "float128": "no backend but NumPy has it",
    "longdouble": "no backend but NumPy has it",
    "object_": "arrays hold numbers",
    "str_": "arrays hold numbers",
    "copyto": "write x[...] = values",
    "put": "write x[index] = values",
    "place": "write x[mask] = values",
    "putmask": "write x[mask] = values",
    "fill_diagonal": "add diag(values) to what has zeros there",
    "save": "use numpy.save on x.numpy()",
    "load": "use numpy.load; NumPy's arrays are taken everywhere",
    "ufunc": "the functions are unigrad's, not NumPy's ufuncs",
}

LINALG: Final[dict[str, str]] = {}

SPECIAL: Final = dict.fromkeys(
    "betainc gammainc gammaincc iv ive j0 j1 jn y0 y1 yn".split(),
    "unigrad has no primitive for it; write it with autograd.extend.primitive and defvjp",
)

SCIPY: Final = {
    "integrate": MISSING["scipy.integrate"],
    "signal": MISSING["scipy.signal"],
    **{
        f"stats.{name}": "of scipy.stats there is norm; write its logpdf with autograd.numpy"
        for name in "beta chi2 dirichlet gamma poisson t".split()
    },
}

CORRECTED: Final = {
    "a mutated constant": "autograd gives the gradient at the value after the change, silently; here it is that at the recorded value",
    "prod, cumprod with zeros": "exact here; NaN, or no rule, in autograd",
    "det of a singular matrix": "its adjugate here; LinAlgError in autograd's backward pass",
    "sinc at 0": "slope 0 here; NaN in autograd",
    "max, min of float32": "the gradient stays float32; autograd's is float64",
    "functions without a rule": (
        "take flip cumprod median quantile percentile nansum nanmean average interp convolve cov corrcoef meshgrid cbrt copysign ptp "
        "compress delete insert block vdot trapezoid have gradients here; autograd raises NotImplementedError"
    ),
    "broadcast_to": "may add axes; an AssertionError in autograd's backward pass",
    "diagonal, einsum('ii')": "any offset and repeated labels have gradients here",
    "fft.rfft, fft.irfft and those of several axes": (
        "gradients are right for odd lengths, padded and cut axes and norm='forward'; autograd's are wrong, or an error"
    ),
    "fft.hfft, fft.ihfft": "have gradients here; autograd raises NotImplementedError",
    "sort, partition of several axes": "have gradients here; NotImplementedError in autograd",
}

for _module, _reasons in (("numpy", NUMPY), ("numpy.linalg", LINALG), ("scipy.special", SPECIAL)):
    MISSING.update({f"{_module}.{name}": reason for name, reason in _reasons.items()})
