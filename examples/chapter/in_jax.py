# %% [markdown]
# # Gradients, in JAX's spelling
#
# A network is a function of many numbers, and learning changes each a little in the direction that helps. The derivative
# tells that direction, and nobody works it out by hand: `grad` makes of a function the one that gives its gradient.
#
# `unigrad run --dialect jax in_jax.py` runs this page on NumPy, and `--backend torch`, `jax` or `cupy` elsewhere.

# %%
import jax
from jax import numpy as jnp

results = {}

# %% [markdown]
# ## A first gradient
#
# Of *y* = 2 **x**·**x** it is 4**x**:

# %%
x = jnp.arange(4.0)
x

# %%
y = lambda x: 2 * jnp.dot(x, x)
results["2 x.x"] = y(x)
y(x)

# %%
x_grad = jax.grad(y)(x)
results["gradient of 2 x.x"] = x_grad
x_grad

# %%
x_grad == 4 * x

# %% [markdown]
# ## Once more
#
# Nothing is left behind that would have to be reset. Of the sum the gradient is ones:

# %%
y = lambda x: x.sum()
results["gradient of the sum"] = jax.grad(y)(x)
jax.grad(y)(x)

# %% [markdown]
# ## More than one number
#
# `grad` is for functions with one number for a value, so the elements are summed up first; `vjp` weighs them instead:

# %%
y = lambda x: x * x
results["gradient of x * x"] = jax.grad(lambda x: y(x).sum())(x)
jax.grad(lambda x: y(x).sum())(x)

# %%
_, pull = jax.vjp(y, x)
results["weighted gradient of x * x"] = pull(jnp.array([1.0, 0.0, 2.0, -1.0]))[0]
results["weighted gradient of x * x"]

# %% [markdown]
# ## Cutting a path
#
# `stop_gradient` makes a value count as a constant: *z* = *u* **x** has the gradient *u*, although *u* was made of **x**.

# %%
u = jax.lax.stop_gradient(y(x))
z = lambda x: (jax.lax.stop_gradient(y(x)) * x).sum()
results["gradient of u * x"] = jax.grad(z)(x)
jax.grad(z)(x) == u

# %%
results["gradient of y"] = jax.grad(lambda x: y(x).sum())(x)
jax.grad(lambda x: y(x).sum())(x) == 2 * x

# %% [markdown]
# ## Loops and branches
#
# What is recorded is what was done, so a gradient follows any path that the data chose. Here it is a straight line from
# the origin, whose slope is *f*(*a*) / *a*:


# %%
def f(a):
    b = a * 2
    while jnp.linalg.norm(b) < 1000:
        b = b * 2
    return b if b.sum() > 0 else 100 * b


for value in (0.37, -1.9):
    a = jnp.array(value)
    d = f(a)
    results[f"f({value})"] = d
    results[f"slope of f at {value}"] = jax.grad(f)(a)
    print(jax.grad(f)(a) == d / a)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value}")
