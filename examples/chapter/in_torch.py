# %% [markdown]
# # Gradients, in PyTorch's spelling
#
# A network is a function of many numbers, and learning changes each a little in the direction that helps. The derivative
# tells that direction, and nobody works it out by hand: the library records what is computed, and walks back through it.
#
# `unigrad run --dialect torch in_torch.py` runs this page on NumPy, and `--backend torch`, `jax` or `cupy` elsewhere.

# %%
import torch

results = {}

# %% [markdown]
# ## A first gradient
#
# Of *y* = 2 **x**·**x** it is 4**x**. First **x**, which is to have a gradient; there is none yet:

# %%
x = torch.arange(4.0)
x.requires_grad_(True)
print(x.grad)
x

# %%
y = 2 * torch.dot(x, x)
results["2 x.x"] = y.detach()
y

# %%
y.backward()
results["gradient of 2 x.x"] = x.grad.clone()
x.grad

# %%
x.grad == 4 * x

# %% [markdown]
# ## Once more
#
# A second gradient is added to the first, so that is set to zero before. Of the sum it is ones:

# %%
x.grad.zero_()
y = x.sum()
y.backward()
results["gradient of the sum"] = x.grad.clone()
x.grad

# %% [markdown]
# ## More than one number
#
# Where *y* has several elements, `backward` asks for a weight for each; with ones the gradients are added up:

# %%
x.grad.zero_()
y = x * x
y.backward(gradient=torch.ones(len(y)))
results["gradient of x * x"] = x.grad.clone()
x.grad

# %%
x.grad.zero_()
y = x * x
y.backward(gradient=torch.tensor([1.0, 0.0, 2.0, -1.0]))
results["weighted gradient of x * x"] = x.grad.clone()
x.grad

# %% [markdown]
# ## Cutting a path
#
# `detach` gives a value that counts as a constant: *z* = *u* **x** has the gradient *u*, although *u* was made of **x**.

# %%
x.grad.zero_()
y = x * x
u = y.detach()
z = u * x
z.sum().backward()
results["gradient of u * x"] = x.grad.clone()
x.grad == u

# %% [markdown]
# *y* itself is still connected:

# %%
x.grad.zero_()
y.sum().backward()
results["gradient of y"] = x.grad.clone()
x.grad == 2 * x

# %% [markdown]
# ## Loops and branches
#
# What is recorded is what was done, so a gradient follows any path that the data chose. Here it is a straight line from
# the origin, whose slope is *f*(*a*) / *a*:


# %%
def f(a):
    b = a * 2
    while b.norm() < 1000:
        b = b * 2
    return b if b.sum() > 0 else 100 * b


for value in (0.37, -1.9):
    a = torch.tensor(value, requires_grad=True)
    d = f(a)
    d.backward()
    results[f"f({value})"] = d.detach()
    results[f"slope of f at {value}"] = a.grad.clone()
    print(a.grad == d / a)

# %%
if __name__ == "__main__":
    for name, value in results.items():
        print(f"{name}: {value.numpy()}")
