# %% [markdown]
# # Gradients, in unigrad's own spelling
#
# A network is a function of many numbers, and learning changes each a little in the direction that helps. The derivative
# tells that direction, and nobody works it out by hand: the library records what is computed, and walks back through it.
#
# `python in_unigrad.py` runs this page on NumPy; `UNIGRAD_BACKEND=torch`, `jax` or `cupy` in front of it elsewhere.

# %%
import unigrad as ug
import unigrad.numpy as np

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
# What is computed from it is remembered:

# %%
y = 2 * np.dot(x, x)
results["2 x.x"] = y.detach()
y

# %%
y.backward()
results["gradient of 2 x.x"] = x.grad.copy()
x.grad

# %%
x.grad == 4 * x

# %% [markdown]
# The same of a function, without a place for it:

# %%
ug.grad(lambda x: 2 * np.dot(x, x))(x)

# %% [markdown]
# ## Once more
#
# A second gradient is added to the first, so that is set to zero before. Of the sum it is ones:

# %%
x.zero_grad()
y = x.sum()
y.backward()
results["gradient of the sum"] = x.grad.copy()
x.grad

# %% [markdown]
# ## More than one number
#
# Where *y* has several elements, their gradients are added up:

# %%
x.zero_grad()
y = x * x
y.backward()
results["gradient of x * x"] = x.grad.copy()
x.grad

# %% [markdown]
# or weighed first:

# %%
x.zero_grad()
y = x * x
y.backward([1.0, 0.0, 2.0, -1.0])
results["weighted gradient of x * x"] = x.grad.copy()
x.grad

# %% [markdown]
# ## Cutting a path
#
# `detach` gives a value that counts as a constant: *z* = *u* **x** has the gradient *u*, although *u* was made of **x**.

# %%
x.zero_grad()
y = x * x
u = y.detach()
z = u * x
z.backward()
results["gradient of u * x"] = x.grad.copy()
x.grad == u

# %% [markdown]
# *y* itself is still connected:

# %%
x.zero_grad()
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
    d = f(a)
    d.backward()
    results[f"f({value})"] = d.detach()
    results[f"slope of f at {value}"] = a.grad.copy()
    print(a.grad == d / a)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value.numpy()}")
