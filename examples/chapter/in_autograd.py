# %% [markdown]
# # Gradients, in autograd's spelling
#
# A network is a function of many numbers, and learning changes each a little in the direction that helps. The derivative
# tells that direction, and nobody works it out by hand: `grad` makes of a function the one that gives its gradient.
#
# `unigrad run --dialect autograd in_autograd.py` runs this page on NumPy, and `--backend torch`, `jax` or `cupy` elsewhere.

# %%
import autograd.numpy as np
from autograd import elementwise_grad, grad, make_vjp

results = {}

# %% [markdown]
# ## A first gradient
#
# Of *y* = 2 **x**·**x** it is 4**x**:

# %%
x = np.arange(4.0)


def y(x):
    return 2 * np.dot(x, x)


results["2 x.x"] = y(x)
results["gradient of 2 x.x"] = grad(y)(x)
grad(y)(x)

# %%
grad(y)(x) == 4 * x

# %% [markdown]
# ## Once more
#
# Nothing is left behind that would have to be reset. Of the sum the gradient is ones:

# %%
results["gradient of the sum"] = grad(np.sum)(x)
grad(np.sum)(x)

# %% [markdown]
# ## More than one number
#
# `elementwise_grad` adds the elements' gradients up, `make_vjp` weighs them:

# %%
square = lambda x: x * x
results["gradient of x * x"] = elementwise_grad(square)(x)
elementwise_grad(square)(x)

# %%
pull, _ = make_vjp(square)(x)
results["weighted gradient of x * x"] = pull(np.array([1.0, 0.0, 2.0, -1.0]))
results["weighted gradient of x * x"]

# %% [markdown]
# ## Cutting a path
#
# What is computed outside of the function counts as a constant in it: *z* = *u* **x** has the gradient *u*.

# %%
u = square(x)
results["gradient of u * x"] = grad(lambda x: np.sum(u * x))(x)
grad(lambda x: np.sum(u * x))(x) == u

# %%
results["gradient of y"] = elementwise_grad(square)(x)
elementwise_grad(square)(x) == 2 * x

# %% [markdown]
# ## Loops and branches
#
# What is recorded is what was done, so a gradient follows any path that the data chose. Here it is a straight line from
# the origin, whose slope is *f*(*a*) / *a*:


# %%
def f(a):
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    return b if np.sum(b) > 0 else 100 * b


for value in (0.37, -1.9):
    d = f(value)
    results[f"f({value})"] = d
    results[f"slope of f at {value}"] = grad(f)(value)
    print(grad(f)(value) == d / value)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value}")
