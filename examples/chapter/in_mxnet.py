# %% [markdown]
# # Gradients, in MXNet's spelling
#
# A network is a function of many numbers, and learning changes each a little in the direction that helps. The derivative
# tells that direction, and nobody works it out by hand: the library records what is computed, and walks back through it.
#
# `unigrad run --dialect mxnet in_mxnet.py` runs this page on NumPy, and `--backend torch`, `jax` or `cupy` elsewhere.

# %%
from mxnet import autograd, np, npx

npx.set_np()
results = {}

# %% [markdown]
# ## A first gradient
#
# Of *y* = 2 **x**·**x** it is 4**x**. First **x**, and a place for its gradient, which holds zeros:

# %%
x = np.arange(4.0)
x.attach_grad()
results["gradient before any arrives"] = x.grad.copy()
x.grad

# %% [markdown]
# What happens inside `record()` is remembered:

# %%
with autograd.record():
    y = 2 * np.dot(x, x)
results["2 x.x"] = y
y

# %%
y.backward()
results["gradient of 2 x.x"] = x.grad.copy()
x.grad

# %%
x.grad == 4 * x

# %% [markdown]
# ## Once more
#
# A second gradient takes the first one's place. Of the sum it is ones:

# %%
with autograd.record():
    y = x.sum()
y.backward()
results["gradient of the sum"] = x.grad.copy()
x.grad

# %% [markdown]
# ## More than one number
#
# Where *y* has several elements, their gradients are added up:

# %%
with autograd.record():
    y = x * x
y.backward()
results["gradient of x * x"] = x.grad.copy()
x.grad

# %% [markdown]
# or weighed first:

# %%
with autograd.record():
    y = x * x
y.backward(np.array([1.0, 0.0, 2.0, -1.0]))
results["weighted gradient of x * x"] = x.grad.copy()
x.grad

# %% [markdown]
# ## Cutting a path
#
# `detach` gives a value that counts as a constant: *z* = *u* **x** has the gradient *u*, although *u* was made of **x**.

# %%
with autograd.record():
    y = x * x
    u = y.detach()
    z = u * x
z.backward()
results["gradient of u * x"] = x.grad.copy()
x.grad == u

# %% [markdown]
# *y* itself is still connected:

# %%
y.backward()
results["gradient of y"] = x.grad.copy()
x.grad == 2 * x

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
    return b if b.sum() > 0 else 100 * b


for value in (0.37, -1.9):
    a = np.array(value)
    a.attach_grad()
    with autograd.record():
        d = f(a)
    d.backward()
    results[f"f({value})"] = d
    results[f"slope of f at {value}"] = a.grad.copy()
    print(a.grad == d / a)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value.asnumpy()}")
