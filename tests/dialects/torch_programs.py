# Programs are as people write them.
# ruff: noqa: E501
"""Programs in torch's spelling: each is run by torch itself and by unigrad's dialect, on every backend."""

EXPRESSIONS = """
x + m
x + m.T
m @ m
m @ m.T
m @ x
x @ x
x @ i
m @ i
torch.dot(x, i)
torch.dot(m, m)
torch.mv(m, x)
torch.mm(m, x)
torch.mm(m, m.T)
torch.bmm(b, b.transpose(1, 2)).shape
torch.matmul(b, m.T)
float(x)
bool(x)
int(x)
x.item()
x[0].item()
len(x)
len(x[0])
list(x[0])
[float(each) for each in x]
x[5]
x[-4]
x[0, 0]
x[::-1]
x[::2]
m[:, -1]
m[..., 0]
m[None].shape
m[:, None, 1:].shape
m[0][1]
m[i[:2]]
m[:, [0, 2]]
m[[0, 1], [1, 2]]
m[m > 2]
m[torch.tensor([True, False])]
m[torch.tensor([True, False, True])]
m[torch.tensor([5])]
m[1.5]
x[torch.ones(1)]
x[[0, 1]]
x[torch.tensor(1)]
x.view(2, 2)
x.reshape(7)
x.reshape(-1, 1)
m.reshape((3, 2))
m.view(-1)
m.view(6, -1)
x.sum(3)
x.squeeze(5)
torch.cat([x, m])
torch.cat([x, x])
torch.cat((m, m), dim=1)
torch.cat((m, m), axis=1)
torch.cat([i, x])
torch.stack([x, x], dim=1)
torch.stack([x, m[0], m[:, 0]])
torch.hstack([x, x])
torch.vstack([x, x])
torch.column_stack([x, x])
i.mean()
i.std()
i.norm()
i.sum()
(i > 1).sum()
i.float().mean()
i.sum(dim=0, dtype=torch.float64)
i.mean(dtype=torch.float32)
i.prod()
m.sum(0)
m.sum(dim=1, keepdim=True)
m.sum(axis=1, keepdims=True)
m.sum(dim=[0, 1])
m.sum(axis=(0, 1), keepdims=True)
m.mean(0)
m.mean(dim=(0, 1))
m.var()
m.std(0)
m.std(0, unbiased=False)
m.var(dim=1, correction=0)
m.var(False)
torch.ones(3, 1).std(1)
m.norm()
m.norm(1)
m.norm(p=float('inf'))
m.norm(dim=1)
m.norm(2, 0, True)
torch.norm(m, p=2, dim=1)
torch.linalg.norm(m)
torch.linalg.norm(m, ord=1)
torch.linalg.norm(m, ord='fro')
torch.linalg.vector_norm(m, ord=3)
m.max()
m.max(1)
m.max(dim=0, keepdim=True)
m.min(dim=0).values
m.min(dim=0).indices
torch.max(x, m)
torch.max(m, 1)[0]
m.amax(dim=1)
m.amin((0, 1))
m.argmax()
m.argmax(1)
m.argmax(axis=1)
m.argmin(dim=0, keepdim=True)
m.all()
(m > 2).any(1)
(m > 2).all(dim=0)
m.cumsum(0)
m.cumsum(axis=1)
i.cumsum(0)
m.cumprod(1)
m.median()
m.median(dim=1)
m.logsumexp(1)
m.softmax(1)
m.log_softmax(dim=-1)
torch.softmax(i.float(), 0)
m.sort(dim=1, descending=True)
torch.tensor([3.0, 1.0, 2.0]).sort()
torch.tensor([3, 1, 2]).argsort()
m.topk(2)
m.topk(2, largest=False).values
m.topk(9)
m.kthvalue(2)
m.t()
x.t()
b.t()
m.T
m.mT
b.mT.shape
x.mT
b.permute(2, 0, 1).shape
b.permute((2, 0, 1)).shape
b.permute(0, 1)
b.transpose(0, 2).shape
b.transpose(0, 7)
b.swapaxes(0, 1).shape
b.movedim(0, -1).shape
x.unsqueeze(0).shape
x.unsqueeze(-1).shape
x.unsqueeze(3)
torch.ones(1, 2, 1).squeeze().shape
torch.ones(1, 2, 1).squeeze(1).shape
torch.ones(1, 2, 1).squeeze(0).shape
b.flatten().shape
b.flatten(1).shape
b.flatten(0, 1).shape
m.expand(4, 2, 3).shape
m.expand(2, 4)
x.expand(2, -1)
m.repeat(2, 1)
x.repeat(2)
x.repeat(2, 2).shape
m.repeat(2)
torch.tile(x, (2,))
x.repeat_interleave(2)
m.repeat_interleave(2, dim=0).shape
m.split(1)
m.split([1, 2], dim=1)
m.split([1, 1], dim=1)
m.chunk(2, 1)
torch.unbind(m)
m.narrow(1, 1, 2)
m.flip(0)
m.flip([0, 1])
m.flip(dims=(1,))
torch.roll(x, 1)
torch.roll(m, 1, 1)
torch.tril(m)
torch.triu(m, diagonal=1)
torch.diag(x)
torch.diag(m)
torch.diag(m, 1)
m.diagonal()
torch.trace(m)
torch.outer(x, x)
torch.cross(x, x + i, dim=0)
torch.kron(x, x)
torch.tensordot(m, m, dims=([1], [1]))
torch.tensordot(m, m.T, dims=1)
torch.einsum('ij,kj->ik', m, m)
torch.einsum('ij->j', m)
torch.einsum('ij,j', m, x)
torch.einsum('ij,jk', m, m)
torch.addmm(m[:, :2], m, m.T)
torch.meshgrid(x, i, indexing='ij')
torch.meshgrid(x, i, indexing='xy')
torch.broadcast_shapes((2, 1), (3,))
torch.broadcast_to(x, (2, 3))
torch.where(x > 1, x, 0.0)
torch.where(x > 1, x, i)
torch.where(x > 1, 1.0, 0.0)
torch.where(x > 1, 1, 0)
torch.where(x > 1)
(m > 2).nonzero()
m.gather(1, torch.tensor([[0, 2], [1, 1]]))
torch.gather(m, 0, torch.tensor([[0, 1, 0]]))
m.gather(1, torch.tensor([[0.0]]))
m.index_select(1, torch.tensor([2, 0]))
m.take(torch.tensor([0, 5]))
m.masked_fill(m > 2, 0.0)
m.masked_fill(m > 2, float('-inf'))
m.masked_select(m > 2)
torch.zeros(2, 3).scatter(1, torch.tensor([[0], [2]]), 1.0)
torch.zeros(2, 3).scatter_add(1, torch.tensor([[0, 0], [2, 1]]), torch.ones(2, 2))
torch.zeros(3).index_add(0, torch.tensor([0, 0, 2]), torch.ones(3))
torch.unique(torch.tensor([3, 1, 1]))
torch.unique(torch.tensor([3, 1, 1]), return_counts=True)
torch.unique(torch.tensor([3, 1, 1]), return_inverse=True)
torch.bincount(torch.tensor([0, 1, 1, 3]))
torch.bincount(torch.tensor([0, 1, 1, 3]), minlength=6)
torch.searchsorted(x, torch.tensor([1.5, 9.0]))
torch.isin(i, torch.tensor([1, 2]))
x.clamp(min=2)
x.clamp(1.5, 2.5)
x.clamp(max=torch.tensor(2.0))
torch.clip(x, 0, 1)
x.clamp()
torch.maximum(x, i)
torch.maximum(x, 0.0)
torch.minimum(x, torch.tensor(2.0))
torch.exp(2.0)
torch.exp(i)
torch.sqrt(i)
torch.abs(-i)
torch.relu(i - 1)
torch.relu(x - 2)
torch.sign(-i)
torch.floor(i)
torch.floor(x / 2)
torch.round(torch.tensor([0.5, 1.5, 2.5, -0.5]))
torch.round(torch.tensor([1.234, 5.678]), decimals=1)
torch.pow(x, 2)
torch.pow(2, x)
torch.pow(x, i)
torch.sigmoid(x)
torch.sigmoid(i)
torch.tanh(x)
torch.rsqrt(x)
torch.square(x)
torch.reciprocal(x)
torch.frac(x / 2)
torch.fmod(-x, 2)
torch.remainder(-x, 2)
torch.lerp(x, x * 2, 0.5)
torch.add(x, x, alpha=2)
torch.sub(x, 1)
torch.mul(x, x)
torch.div(x, 2, rounding_mode='floor')
torch.div(i, 2, rounding_mode='trunc')
torch.div(i, 2)
torch.atan2(x, x + 1)
torch.hypot(x, x)
torch.logaddexp(x, x)
torch.logical_and(x > 1, x < 3)
torch.logical_not(x)
torch.isnan(x / 0)
torch.isinf(x / 0)
torch.allclose(x, x + 1e-9)
torch.allclose(x, i)
torch.isclose(x, x + 1)
torch.equal(x, x)
torch.equal(x, m)
x == None
x != None
x == 'a'
1.0 in x
x == x
x == i
x < 2
2 < x
~(x > 1)
(x > 1) & (x < 3)
(x > 1) | (x < 3)
(x > 1) ^ (x < 3)
(i > 1) + (i > 1)
(i > 1) - (i > 1)
-(i > 1)
(i > 1) * 2
(i > 1) * 2.5
i * True
i / 2
i // 2
7 // (i + 1)
i ** 2
i ** -1
2 ** i
2.0 ** i
i ** 0.5
i % 2
-i % 3
-i
+i
abs(-i)
i * 2.5
i + x
i * torch.tensor(2.5)
i + torch.tensor(2.0, dtype=torch.float64)
x * torch.tensor(2.0, dtype=torch.float64)
x * torch.tensor([2.0], dtype=torch.float64)
x + torch.tensor(1)
i.to(torch.int32) + torch.tensor(5)
i.to(torch.int32) + i
i.to(torch.int32) * 2
i.to(torch.uint8) + i.to(torch.int8)
x.half() + x
x.double() + x
x.double() * 2
x.to(torch.float16).dtype
torch.float32
torch.float
torch.long
torch.int64
torch.bool
torch.float32 == torch.float
x.dtype == torch.float32
x.dtype is torch.float32
i.dtype
x.dtype.is_floating_point
torch.get_default_dtype()
x.type()
i.type()
(x > 1).type()
x.type(torch.float64)
x.type('torch.LongTensor')
x.type(torch.DoubleTensor)
x.long()
x.int()
x.bool()
x.double()
x.to(torch.float64)
x.to(i)
x.to('cpu').shape
x.to(torch.device('cpu')).shape
x.type_as(i)
x.size()
x.size(0)
m.size(-1)
m.size(2)
m.shape
m.shape[0]
m.shape[0:1]
m.shape + (1,)
m.shape == (2, 3)
list(m.shape)
m.shape.numel()
x.numel()
x.dim()
x.ndim
m.stride()
m.is_contiguous()
x.element_size()
x.device
torch.device('cuda')
torch.device('cuda:0')
torch.device('cuda', 1)
str(torch.device('cuda:1'))
f'{x[0]}'
f'{x[0]:.2f}'
f'{x:.2f}'
f'{x}'
'%.3f' % x[1]
torch.is_tensor(x)
torch.is_tensor(3)
isinstance(x, torch.Tensor)
torch.tensor(3)
torch.tensor(3.0)
torch.tensor(True)
torch.tensor([True, False])
torch.tensor([1, 2.5])
torch.tensor([])
torch.tensor([[1, 2], [3, 4]])
torch.tensor([[1], [1, 2]])
torch.tensor([1, 'a'])
torch.tensor([1, 2], dtype=torch.float32)
torch.tensor([1.7, 2], dtype=torch.int64)
torch.tensor([x[0], x[1]])
torch.tensor(numpy.array([1.0, 2.0]))
torch.tensor(numpy.array([1, 2], dtype='int32'))
torch.tensor(numpy.float64(2))
torch.tensor(numpy.float32(2))
torch.tensor([numpy.float32(2), 1.0])
torch.tensor(numpy.array([[1.5]], dtype='float32'))
torch.from_numpy(numpy.arange(3.0))
torch.from_numpy([1.0])
torch.as_tensor([1, 2])
torch.as_tensor(x) is x
torch.Tensor([1, 2])
torch.Tensor(2, 3).shape
torch.FloatTensor([1, 2])
torch.LongTensor([1, 2])
torch.zeros(0, 3)
torch.zeros(2)
torch.zeros(2, 3)
torch.zeros((2, 3))
torch.zeros(size=(2, 3))
torch.zeros(2, dtype=torch.int64)
torch.ones([2])
torch.ones(2, dtype=torch.float64)
torch.empty(2, 3).shape
torch.full((2,), 1)
torch.full((2,), 1.0)
torch.full((2, 2), 7, dtype=torch.float32)
torch.full_like(x, 2)
torch.zeros_like(i)
torch.ones_like(x, dtype=torch.int64)
torch.eye(2)
torch.eye(2, 3)
torch.arange(4)
torch.arange(4.0)
torch.arange(1, 4)
torch.arange(2, 8, 2)
torch.arange(0, 1, 0.25)
torch.arange(4, dtype=torch.float32)
torch.arange(3, 0, -1)
torch.arange(3, 0)
torch.arange(0, -1, 0.25)
torch.linspace(0, 1, 5)
torch.linspace(-3, 3, steps=4)
torch.logspace(0, 2, 3)
torch.arange(3, requires_grad=True)
i.requires_grad_()
x.requires_grad
x.is_leaf
x.grad
x.grad_fn
x.backward()
x.new_zeros(2)
x.new_tensor([1, 2])
i.new_ones(2, 2)
x.tolist()
m.tolist()
i.tolist()
x[0].tolist()
x.clone()
x.detach()
m.contiguous().shape
torch.numel(m)
torch.count_nonzero(m)
torch.nn.functional.one_hot(i)
torch.nn.functional.one_hot(i, 5)
torch.nn.functional.one_hot(x)
torch.nn.functional.relu(x - 2)
torch.nn.functional.conv1d(b, torch.ones(2, 3, 2), padding=1)
torch.nn.functional.conv1d(input=b, weight=torch.ones(3, 1, 2), bias=x, stride=2, groups=3)
torch.nn.functional.conv2d(b[None], torch.arange(8.0).reshape(1, 2, 2, 2), dilation=(1, 2), padding=(0, 1))
torch.nn.functional.conv2d(b, torch.ones(1, 3, 2, 2))
torch.nn.functional.conv_transpose1d(b, torch.ones(3, 2, 2), None, 2)
torch.nn.functional.max_pool1d(b, 2)
torch.nn.functional.max_pool2d(b[None], kernel_size=2, stride=1)
torch.nn.functional.avg_pool2d(b[None], 2, 1, 1, count_include_pad=False)
torch.nn.functional.adaptive_avg_pool1d(b, 2)
torch.nn.functional.layer_norm(m, (3,), x, x)
torch.nn.functional.group_norm(b, 3, eps=1e-3)
torch.nn.functional.rms_norm(m, (3,))
torch.nn.functional.scaled_dot_product_attention(b, b, b, is_causal=True)
torch.nn.functional.selu(x - 2)
torch.nn.functional.mish(x - 2)
torch.nn.functional.hardswish(x - 2)
torch.nn.functional.batch_norm(b, None, None, x, x, training=True)
torch.nn.functional.batch_norm(b, x, x + 1)
torch.nn.functional.softmax(m, dim=1)
torch.nn.functional.log_softmax(m, dim=0)
torch.nn.functional.cross_entropy(m, torch.tensor([0, 2]))
torch.nn.functional.cross_entropy(m, torch.tensor([0, 2]), reduction='none')
torch.nn.functional.cross_entropy(m, torch.tensor([0, 2]), reduction='sum')
torch.nn.functional.cross_entropy(m, torch.tensor([0, 2]), label_smoothing=0.1)
torch.nn.functional.cross_entropy(m, torch.tensor([0, -100]))
torch.nn.functional.cross_entropy(m, torch.tensor([0, 2]), weight=x)
torch.nn.functional.cross_entropy(m, m.softmax(1))
torch.nn.functional.nll_loss(m, torch.tensor([0, 2]))
torch.nn.functional.mse_loss(x, x + 2)
torch.nn.functional.mse_loss(x, x + 2, reduction='sum')
torch.nn.functional.mse_loss(x, x + 2, reduction='none')
torch.nn.functional.mse_loss(x, x + 2, reduction='median')
torch.nn.functional.l1_loss(x, x + 2)
torch.nn.functional.smooth_l1_loss(x, x * 1.5)
torch.nn.functional.huber_loss(x, x * 3)
torch.nn.functional.binary_cross_entropy(x / 4, x / 5)
torch.nn.functional.binary_cross_entropy_with_logits(x - 2, x / 5)
torch.nn.functional.kl_div(m.log_softmax(1), m.softmax(1), reduction='batchmean')
torch.nn.functional.linear(x, m)
torch.nn.functional.linear(x, m, torch.ones(2))
torch.nn.functional.leaky_relu(x - 2)
torch.nn.functional.elu(x - 2)
torch.nn.functional.silu(x)
torch.nn.functional.gelu(x, approximate='tanh')
torch.nn.functional.softplus(x)
torch.nn.functional.logsigmoid(x)
torch.nn.functional.normalize(m)
torch.nn.functional.cosine_similarity(m, m + 1)
torch.nn.functional.pad(m, (1, 2))
torch.nn.functional.dropout(x, 0.5, training=False)
torch.nn.functional.dropout(x, 1.0)
torch.linalg.det(s)
torch.linalg.inv(s)
torch.linalg.solve(s, x[:2])
torch.linalg.eigvalsh(s)
torch.linalg.svdvals(m)
torch.linalg.cholesky(s)
torch.linalg.matrix_rank(s)
torch.linalg.slogdet(s).logabsdet
torch.det(s)
torch.inverse(s)
torch.autograd.functional.jacobian(lambda v: v ** 2, x)
torch.autograd.functional.jacobian(lambda v, w: v * w, (x, x + 1))
torch.autograd.functional.hessian(lambda v: (v ** 3).sum(), x)
torch.autograd.functional.hessian(lambda v, w: (v * w).sum(), (x, x + 1))
torch.autograd.functional.vjp(lambda v: v ** 2, x, torch.ones(3))
torch.autograd.functional.vjp(lambda v: (v ** 2).sum(), x)
torch.autograd.functional.jvp(lambda v: v ** 2, x, torch.ones(3))
torch.autograd.functional.hvp(lambda v: (v ** 3).sum(), x, torch.ones(3))
torch.func.grad(lambda v: (v ** 2).sum())(x)
torch.func.grad(lambda v, w: (v * w).sum(), argnums=(0, 1))(x, x + 1)
torch.func.grad(lambda v: v ** 2)(x)
torch.func.grad_and_value(lambda v: (v ** 2).sum())(x)
torch.func.grad(torch.func.grad(torch.sin))(torch.tensor(0.4))
torch.func.jacrev(lambda v: v ** 2)(x)
torch.func.jacfwd(lambda v: v.sin())(x)
torch.func.hessian(lambda v: (v ** 3).sum())(x)
torch.func.jvp(lambda v: v ** 2, (x,), (torch.ones(3),))
torch.func.vjp(lambda v: v ** 2, x)[1](torch.ones(3))
torch.is_grad_enabled()
torch.quantile(m, 0.3)
torch.quantile(m, torch.tensor([0.25, 0.5]), dim=1)
torch.var_mean(m)
torch.std_mean(m, dim=0)
torch.histc(x, bins=3, min=0, max=3)
torch.cdist(m, m + 1)
torch.combinations(i, 2)
torch.dist(x, x + 1)
torch.mode(torch.tensor([1, 2, 2, 3]))
torch.inner(x, x)
torch.inner(m, m)
torch.result_type(x, i)
torch.select(m, 1, 2)
torch.unflatten(torch.arange(6), 0, (2, 3))
torch.rot90(m)
torch.atleast_2d(x)
torch.argwhere(x > 1)
torch.index_select(m, 0, torch.tensor([1]))
torch.log1p(x)
torch.expm1(x)
torch.log2(x)
torch.cosh(x)
torch.asin(x / 5)
torch.trunc(-x / 2)
torch.cumsum(x, 0)
torch.cumsum(x, dim=1)
torch.numel(x)
torch.clone(x)
torch.float32.itemsize
round(x[0].item(), 3)
sum(x)
max(x)
sorted(x)
torch.ones(2, 3).sum().item() + 1
x.mean(dim=3)
m.sum(dim=(0, 0))
m.reshape(2, -1, 3).shape
torch.tensor([1.0, 2.0]).dot(torch.tensor([3.0, 4.0]))
torch.tensor(1e10)
torch.nonsense
s.det()
s.inverse()
x.arcsinh()
i.bitwise_left_shift(1)
x.is_cpu
(x - 2).abs_()
(x > 1).logical_not_()
torch.detach(x)
torch.is_complex(x)
x.new_empty(2).shape
x.unsqueeze(0).sum(dim=(0, 1))
m[:, :2].T @ m
(m @ m.T).diagonal().sum()
m[-1, -1].item()
m[1:, 1:]
m[1:][0]
b[1, ..., 0]
b[..., None].shape
b[0, :, [0, 2]]
b[[0, 1], 1:]
b[torch.tensor([[0, 1], [1, 0]])].shape
x[x > 5]
x[torch.tensor([], dtype=torch.int64)]
x[None, :, None].shape
x[...]
x[i > 0]
m[:, i > 0]
x[True]
m[0, 5]
m[3:]
m[0, 0, 0]
x[[5]]
i.float().requires_grad_().requires_grad
torch.zeros(2) + torch.zeros(3)
torch.zeros(2, 3) * torch.zeros(2, 1)
torch.add(i, 1.5)
torch.sum(m, dim=0)
torch.sum(m, 0, True)
torch.mean(m, dim=1, keepdim=True)
torch.argmax(m, dim=1)
torch.sum(x > 1)
""".strip().splitlines()

PRINTED = """
torch.tensor([0.0, 1.0, 2.0])
torch.tensor([0.1, 1.0, 2.0])
torch.tensor([1e-5, 1.0])
torch.tensor([1e5, 1.5])
torch.tensor([1e9, 1.0])
torch.tensor([123456.0, 1.0])
torch.tensor([1000.0, 2000.0])
torch.tensor([0.0, float('nan'), 1.0])
torch.tensor([float('inf'), 1.5])
torch.tensor([float('-inf'), 2.0])
torch.tensor([float('nan')])
torch.tensor([-1.0, 10.0])
torch.tensor([-0.5, 10.25])
torch.tensor([[1.0, 2.0], [3.0, 4.5]])
torch.zeros(2, 3)
torch.zeros(2, 2, 2)
torch.zeros(2, 1, 2, 2)
torch.ones(1)
torch.tensor(3.14159)
torch.tensor(-7)
torch.tensor(True)
torch.tensor([True, False])
torch.tensor([1, -20, 300])
torch.arange(30)
torch.arange(30.0)
torch.arange(100).reshape(4, 25)
torch.arange(50.0).reshape(2, 25) / 7
torch.arange(2000)
torch.arange(2000.0).reshape(40, 50)
torch.arange(2000.0).reshape(10, 10, 20)
torch.zeros(0)
torch.zeros(0, 3)
torch.zeros(0, dtype=torch.int64)
torch.zeros(2, dtype=torch.float64)
torch.zeros(2, dtype=torch.int32)
torch.zeros(2, dtype=torch.float16)
torch.zeros(2, requires_grad=True)
torch.zeros(2, dtype=torch.float64, requires_grad=True)
torch.ones(2, requires_grad=True) * 2
torch.ones(2, requires_grad=True) + 2
torch.ones(2, requires_grad=True) - 2
torch.ones(2, requires_grad=True) / 2
torch.ones(2, requires_grad=True) ** 2
-torch.ones(2, requires_grad=True)
torch.ones(2, requires_grad=True).sum()
torch.ones(2, requires_grad=True).mean()
torch.ones(2, 2, requires_grad=True).sum(0)
torch.ones(2, 2, requires_grad=True).mean(dim=1)
torch.ones(2, requires_grad=True).exp()
torch.ones(2, requires_grad=True).clone()
torch.ones(2, requires_grad=True).sigmoid()
torch.ones(2, requires_grad=True).relu()
torch.ones(2, requires_grad=True)[0]
torch.ones(2, 2, requires_grad=True)[:, 1]
torch.ones(2, requires_grad=True)[torch.tensor([0])]
torch.ones(2, 2, requires_grad=True) @ torch.ones(2, 2)
torch.ones(2, requires_grad=True).reshape(2, 1)
torch.ones(2, requires_grad=True).unsqueeze(0)
torch.cat([torch.ones(2, requires_grad=True)] * 2)
torch.stack([torch.ones(2, requires_grad=True)] * 2)
torch.ones(2, requires_grad=True).softmax(0)
torch.ones(2, requires_grad=True).detach()
torch.ones(20, requires_grad=True) * 1.5
torch.ones(12, dtype=torch.float64, requires_grad=True)
torch.tensor([[0.5, 100.0], [2000.0, 3.0]])
torch.tensor([0.00012, 0.5])
torch.tensor([1e-8, 1e-7])
torch.linspace(0, 1, 11)
torch.tensor([99999999.0, 1.0e8])
torch.tensor([123456789.0])
torch.tensor([1.0, 1001.0])
torch.tensor([1.5, 1501.0])
torch.ones(2, 3).max(1)
torch.tensor([2.0, 1.0]).sort()
torch.Size([2, 3])
torch.ones(3).shape
torch.nn.functional.one_hot(torch.arange(3))
[torch.tensor(1.0), torch.tensor(2)]
{'a': torch.ones(2)}
torch.float16
torch.device('cpu')
""".strip().splitlines()

PROGRAMS = """
x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
result = x.grad, x.grad == 4 * x
---
x = torch.arange(4.0)
x.requires_grad_(True)
a = x.grad
y = 2 * torch.dot(x, x)
y.backward()
x.grad.zero_()
y = x.sum()
y.backward()
result = a, x.grad
---
x = torch.arange(4.0, requires_grad=True)
y = x * x
y.backward(gradient=torch.ones(len(y)))
result = x.grad
---
x = torch.arange(4.0, requires_grad=True)
y = x * x
u = y.detach()
z = u * x
z.sum().backward()
a = x.grad == u
x.grad.zero_()
y.sum().backward()
result = a, x.grad == 2 * x, u.requires_grad, y.is_leaf
---
def f(a):
    b = a * 2
    while b.norm() < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c
a = torch.tensor(0.37, requires_grad=True)
d = f(a)
d.backward()
result = a.grad == d / a
---
x = torch.tensor(2.0, requires_grad=True)
x.backward()
result = x.grad
---
x = torch.tensor([2.0], requires_grad=True)
(x * x).backward()
result = x.grad
---
x = torch.ones(3, requires_grad=True)
y = x * 2
y.backward()
---
x = torch.ones(3, requires_grad=True)
(x * 2).backward(torch.ones(2))
---
x = torch.ones(3, requires_grad=True)
(x * 2).backward(1.0)
---
x = torch.ones(3)
x.sum().backward()
---
x = torch.ones(3, requires_grad=True)
y = (x * x).sum()
y.backward()
y.backward()
---
x = torch.ones(3, requires_grad=True)
y = (x * x).sum()
y.backward(retain_graph=True)
y.backward()
result = x.grad
---
x = torch.ones(3, requires_grad=True)
x.add_(1)
---
x = torch.ones(3, requires_grad=True)
x += 1
---
x = torch.ones(3, requires_grad=True)
x[0] = 1
---
x = torch.ones(3, requires_grad=True)
with torch.no_grad():
    x += 1
    x[0] = 7
    x.mul_(2)
result = x, x.requires_grad, x.is_leaf
---
x = torch.ones(3, requires_grad=True)
before = id(x)
x.data.sub_(0.5)
x.data[0] = 9.0
x.data[1:] -= 1
x.data = x.data * 2
result = x, x.requires_grad, id(x) == before, x.data.requires_grad
---
p = torch.ones(3, requires_grad=True)
(p * torch.arange(3.0)).sum().backward()
with torch.no_grad():
    p -= 0.1 * p.grad
p.grad.zero_()
(p * p).sum().backward()
p.data.sub_(0.1 * p.grad)
p.grad.data.zero_()
result = p, p.grad
---
p = torch.ones(3, requires_grad=True)
(p * torch.arange(3.0)).sum().backward()
p.grad[:] *= 0.5
with torch.no_grad():
    p[:] -= p.grad
result = p, p.grad
---
p = torch.ones(2, 2, requires_grad=True)
d = p.data
d[0] = 5.0
d.fill_(3.0)
q = p * 2
result = p, d, q, d.shape, d.sum(), d + 1
---
x = torch.zeros(3)
y = x
y += 1
y[1] = 5
y[2:] = torch.tensor([7.0])
result = x, x is y
---
x = torch.ones(3, requires_grad=True)
y = x * 2
y[0] = 5.0
y += 1
y *= x
y.sum().backward()
result = x.grad, y
---
x = torch.arange(4.0, requires_grad=True)
y = torch.zeros(4)
y[1] = x[2] * 5
y[2:] = x[:2] ** 2
y.sum().backward()
result = x.grad, y.requires_grad
---
X = torch.arange(16.0).reshape(4, 4)
K = torch.ones(2, 2, requires_grad=True)
Y = torch.zeros(3, 3)
for i in range(3):
    for j in range(3):
        Y[i, j] = (X[i:i + 2, j:j + 2] * K).sum()
Y.sum().backward()
result = Y, K.grad
---
X = torch.ones(2, 3, requires_grad=True)
mask = torch.tensor([[True, False, True], [True, True, False]])
Y = X * 2
Y[~mask] = -1e6
torch.nn.functional.softmax(Y, dim=-1).sum().backward()
result = Y, X.grad
---
x = torch.ones(2, requires_grad=True)
y = torch.ones(2, requires_grad=True)
(x * y * 3).sum().backward()
x.grad = None
result = x.grad, y.grad
---
x = torch.ones(2, requires_grad=True)
g, = torch.autograd.grad((x ** 3).sum(), x, create_graph=True)
h, = torch.autograd.grad(g.sum(), x)
result = g, h, x.grad
---
x = torch.ones(2, requires_grad=True)
y = torch.ones(2, requires_grad=True)
torch.autograd.grad((x ** 3).sum(), (x, y))
---
x = torch.ones(2, requires_grad=True)
y = torch.ones(2, requires_grad=True)
result = torch.autograd.grad((x ** 3).sum(), (x, y), allow_unused=True)
---
x = torch.ones(2, requires_grad=True)
y = torch.ones(2, requires_grad=True)
result = torch.autograd.grad((x ** 3).sum(), (x, y), materialize_grads=True)
---
x = torch.ones(2, requires_grad=True)
y = x ** 2
z = y ** 2
result = torch.autograd.grad(z, y, grad_outputs=torch.tensor([1.0, 2.0]))
---
x = torch.ones(2, requires_grad=True)
y = x ** 2
torch.autograd.grad(y, x)
---
x = torch.ones(2)
torch.autograd.grad((x ** 2).sum(), x)
---
x = torch.ones(2, requires_grad=True)
y = torch.ones(2, requires_grad=True)
(x * y).sum().backward(inputs=[x])
result = x.grad, y.grad
---
x = torch.ones(2, requires_grad=True)
torch.autograd.backward([x.sum(), (x * x).sum()])
result = x.grad
---
x = torch.ones(2, requires_grad=True)
y = x * 3
y.retain_grad()
(y * y).sum().backward()
result = x.grad, y.grad
---
x = torch.ones(2)
x.retain_grad()
---
x = torch.ones(2, requires_grad=True)
seen = []
y = x * 3
handle = y.register_hook(lambda g: seen.append(g.tolist()))
y.register_hook(lambda g: g * 10)
(y * y).sum().backward()
result = x.grad, seen
---
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, k):
        ctx.save_for_backward(x)
        ctx.k = k
        return k * x * x
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return 2 * ctx.k * x * g, None
x = torch.arange(3.0, requires_grad=True)
y = Square.apply(x, 3)
g, = torch.autograd.grad(y.sum(), x, create_graph=True)
g.sum().backward()
result = y, g, x.grad
---
class Exp(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        out = x.exp()
        ctx.save_for_backward(out)
        return out
    @staticmethod
    def backward(ctx, g):
        out, = ctx.saved_tensors
        return g * out
x = torch.arange(3.0, requires_grad=True)
g, = torch.autograd.grad(Exp.apply(x).sum(), x, create_graph=True)
g.sum().backward()
result = g, x.grad
---
class Two(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a + b, a * b
    @staticmethod
    def backward(ctx, g, h):
        a, b = ctx.saved_tensors
        assert ctx.needs_input_grad == (True, False)
        return g + h * b, None
a = torch.ones(2, requires_grad=True)
s, p = Two.apply(a, torch.tensor([2.0, 3.0]))
p.sum().backward()
result = s, p, a.grad
---
with torch.no_grad():
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    on = torch.is_grad_enabled()
    with torch.enable_grad():
        z = x * 2
result = x.requires_grad, y.requires_grad, z.requires_grad, on, torch.is_grad_enabled()
---
@torch.no_grad()
def f(x):
    return x * 2
@torch.no_grad
def g(x):
    return x * 2
x = torch.ones(2, requires_grad=True)
result = f(x).requires_grad, g(x).requires_grad
---
x = torch.ones(2, requires_grad=True)
torch.set_grad_enabled(False)
a = (x * 2).requires_grad
torch.set_grad_enabled(True)
with torch.set_grad_enabled(False):
    b = (x * 2).requires_grad
with torch.inference_mode():
    c = (x * 2).requires_grad
result = a, b, c, torch.is_grad_enabled()
---
x = torch.ones(2, requires_grad=True)
y = x * 2
y.requires_grad = False
---
x = torch.ones(2)
x.requires_grad = True
a = x.requires_grad
x.requires_grad_(False)
result = a, x.requires_grad, x.grad
---
x = torch.ones(2, requires_grad=True)
(x * 1).numpy()
---
import numpy
x = torch.ones(2, requires_grad=True)
numpy.asarray(x)
---
import numpy
x = torch.ones(2)
result = numpy.asarray(x).tolist(), numpy.asarray(x).dtype.name, x.numpy().dtype.name, numpy.sum(x.numpy())
---
x = torch.tensor([1, 2, 3])
x += 1.5
---
x = torch.tensor([1, 2, 3])
x.fill_(2.7)
x[0] = 9.9
result = x
---
x = torch.zeros(3)
x.add_(torch.ones(2, 3))
---
x = torch.zeros(2, 3)
x[0] = torch.ones(4)
---
x = torch.zeros(2, 3)
x[5] = 1.0
---
x = torch.zeros(2, 3)
x[0] = torch.tensor([1, 2, 3])
x[:, 0] = 9
x[1, 1:] = torch.tensor([[4.0, 5.0]])
x[x > 4] = 0
x[0, 0] = torch.tensor([[6.0]])
result = x
---
x = torch.arange(6.0).reshape(2, 3)
x[0] += 1
x[:, 1] *= 10
x[[0, 1], [0, 2]] = torch.tensor([100.0, 200.0])
result = x
---
x = torch.arange(3.0)
x.add_(1).mul_(2).sub_(x, alpha=0.5).div_(2).pow_(2).sqrt_().clamp_(0.5, 1.0).neg_()
y = torch.zeros(3).copy_(x)
y.zero_()
result = x, y, torch.empty(2).fill_(3.0)
---
x = torch.zeros(2, 3)
x.unsqueeze_(0)
y = torch.zeros(2, 3)
y.t_()
result = x, y
---
w = torch.zeros(2, 1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
X = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
y = X @ torch.tensor([[2.0], [-3.4]]) + 4.2
for epoch in range(5):
    l = ((X @ w + b - y.reshape(-1, 1)) ** 2 / 2).mean()
    with torch.no_grad():
        l.backward()
        for param in [w, b]:
            param -= 0.03 * param.grad
            param.grad.zero_()
result = w, b, l
---
W = torch.arange(12.0).reshape(4, 3) / 10
W.requires_grad_()
b = torch.zeros(3, requires_grad=True)
X = torch.arange(8.0).reshape(2, 4)
y = torch.tensor([0, 2])
def softmax(X):
    X_exp = torch.exp(X)
    return X_exp / X_exp.sum(1, keepdims=True)
y_hat = softmax(torch.matmul(X.reshape((-1, W.shape[0])), W) + b)
loss = -torch.log(y_hat[list(range(len(y_hat))), y]).mean()
loss.backward()
preds = y_hat.argmax(axis=1).type(y.dtype)
compare = (preds == y.reshape(-1)).type(torch.float32)
result = loss, W.grad, b.grad, compare.mean(), (y_hat.argmax(axis=1) != y)
---
W1 = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3) * 0.01)
X = torch.ones(4, 2)
def relu(X):
    a = torch.zeros_like(X)
    return torch.max(X, a)
H = relu(torch.matmul(X, W1))
H.sum().backward()
result = W1.grad, W1.requires_grad, W1.is_leaf
---
x = torch.arange(-8.0, 8.0, 0.5, requires_grad=True)
y = torch.relu(x)
y.backward(torch.ones_like(x), retain_graph=True)
a = x.grad.clone()
x.grad.data.zero_()
y = torch.sigmoid(x)
y.backward(torch.ones_like(x), retain_graph=True)
b = x.grad.clone()
x.grad.data.zero_()
torch.tanh(x).backward(torch.ones_like(x))
result = a, b, x.grad
---
def dropout_layer(X, dropout):
    if dropout == 1: return torch.zeros_like(X)
    mask = (torch.rand(X.shape) > dropout).float()
    return mask * X / (1.0 - dropout)
X = torch.arange(16, dtype=torch.float32).reshape((2, 8))
result = dropout_layer(X, 0), dropout_layer(X, 1)
---
x = torch.arange(12, dtype=torch.float32)
X = x.reshape(3, 4)
Y = torch.tensor([[2.0, 1, 4, 3], [1, 2, 3, 4], [4, 3, 2, 1]])
a = torch.cat((X, Y), dim=0), torch.cat((X, Y), dim=1), X == Y
X[1, 2] = 17
X[:2, :] = 12
Z = torch.zeros_like(Y)
before = id(Z), id(X)
Z[:] = X + Y
X += Y
result = *a, X[-1], X[1:3], Z, X, before == (id(Z), id(X)), X.sum()
---
A = torch.arange(6, dtype=torch.float32).reshape(2, 3)
B = A.clone()
B += 1
u = torch.tensor([3.0, -4.0])
result = A, A + B, A * B, A.T, A.sum(axis=0).shape, A.sum() / A.numel(), A / A.sum(axis=1, keepdims=True), A.cumsum(axis=0), torch.norm(u), torch.abs(u).sum(), torch.norm(torch.ones((4, 9)))
---
x = torch.tensor([3.5])
result = x, x.item(), float(x), int(x)
---
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
values, indices = x.max(dim=0)
values.backward()
result = x.grad, indices
---
x = torch.tensor([1.0, 3.0, 3.0], requires_grad=True)
x.max(dim=0).values.backward()
result = x.grad
---
x = torch.tensor([1.0, 3.0, 3.0], requires_grad=True)
x.max().backward()
result = x.grad
---
x = torch.tensor([3.0, 1.0, 2.0], requires_grad=True)
(x.sort().values * torch.tensor([1.0, 10.0, 100.0])).sum().backward()
a = x.grad.clone()
x.grad.zero_()
(x.topk(2).values * torch.tensor([1.0, 10.0])).sum().backward()
result = a, x.grad
---
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
(x.std() + x.var(0).sum() + x.norm() + x.prod() + x.cumprod(0).sum() + x.logsumexp(1).sum()).backward()
result = x.grad
---
x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
(torch.clamp(x, 0, 2) + x.abs() + torch.relu(x) + torch.maximum(x, torch.zeros(3))).sum().backward()
result = x.grad
---
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
y = torch.stack([x[0], x[1] * 2]).permute(1, 0).flatten().unsqueeze(0).expand(3, 4).repeat(1, 2)
(y * torch.arange(8.0)).sum().backward()
result = y, x.grad
---
x = torch.tensor([[1.0, 2.0, 3.0], [3.0, 4.0, 5.0]], requires_grad=True)
a, b = x.split([1, 2], dim=1)
c = torch.where(x > 2, x, x * 10).masked_fill(x > 4, 0.0)
(a.sum() + (b ** 2).sum() + c.sum() + x.gather(1, torch.tensor([[0, 0], [2, 1]])).sum() + x[:, [0, 0, 1]].sum()).backward()
result = x.grad
---
x = torch.ones(3, requires_grad=True)
y = x.double() * 2
y.sum().backward()
result = x.grad, y
---
x = torch.ones(3, requires_grad=True)
y = (x * torch.tensor(2.0, dtype=torch.float64)) + torch.arange(3)
y.sum().backward()
result = x.grad, y
---
x = torch.ones(3, requires_grad=True)
y = x.long()
result = y.requires_grad, y
---
import copy
x = torch.ones(3, requires_grad=True)
(x * 2).sum().backward()
y = copy.deepcopy(x)
with torch.no_grad():
    y += 1
result = x, y, y.requires_grad, y.grad, y.is_leaf
---
import copy
x = torch.ones(3, requires_grad=True)
copy.deepcopy(x * 2)
---
import pickle
result = pickle.loads(pickle.dumps(torch.arange(3.0)))
---
x = torch.arange(6.0).reshape(2, 3)
result = [row.sum().item() for row in x], [list(map(float, row)) for row in x], dict(zip("ab", x)), x[1] in [x[1]] if False else None
---
x = torch.tensor(1.0, requires_grad=True)
y = x
for _ in range(5):
    y = y * x + 1
names = y.grad_fn.name(), y.grad_fn.next_functions[0][0].name()
y.backward()
result = y, x.grad, names, (x * 2).grad_fn.next_functions[0][0].name()
---
x = torch.ones(2, requires_grad=True)
result = type(x).__name__, str(type(x)), x.is_leaf, x.grad_fn, (x * 1).is_leaf, (x * 1).grad_fn.name()
---
torch.manual_seed(0)
a = torch.rand(3)
torch.manual_seed(0)
b = torch.rand(3)
g = torch.Generator().manual_seed(3)
c = torch.randn(2, 3, generator=g)
result = torch.equal(a, b), c.shape, torch.randn(size=(2,)).shape, torch.randn(()).shape, torch.randint(0, 5, (4,)).dtype, torch.randint(5, (4,)).shape, sorted(torch.randperm(5).tolist()), torch.normal(0, 1, (2, 3)).shape, torch.normal(torch.zeros(3), torch.ones(3)).shape, torch.rand(2, requires_grad=True).requires_grad, torch.normal(0, 0.01, size=(2, 1), requires_grad=True).requires_grad
---
from torch.distributions.multinomial import Multinomial
fair_probs = torch.tensor([0.5, 0.5])
c = Multinomial(100, fair_probs).sample()
d = Multinomial(1, fair_probs).sample((10,))
result = c.sum(), c.shape, c.dtype, d.shape, d.sum(1)
---
torch.set_default_dtype(torch.float64)
a = torch.tensor([1.5, 2.0]), torch.zeros(2), torch.arange(3) / 2, torch.get_default_dtype()
torch.set_default_dtype(torch.float32)
result = a, repr(a)
---
x = torch.ones(2, requires_grad=True)
with torch.no_grad():
    y = torch.zeros(3, 2)
    y[0] = x
    y.copy_(x.expand(3, 2))
result = y, y.requires_grad
---
x = torch.ones(2, requires_grad=True)
y = x * 2
y.detach_()
result = y.requires_grad, y.is_leaf
---
x = torch.ones(2, requires_grad=True)
opt = [x]
for p in opt:
    if p.grad is not None:
        p.grad.zero_()
loss = (x ** 2).sum()
loss.backward()
for p in opt:
    p.data.add_(p.grad.data, alpha=-0.1)
    p.data -= 0.1 * p.grad
result = x
---
x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.tensor([5.0, 5.0])
(x * 2).sum().backward()
result = x.grad
---
x = torch.tensor([1.0, 2.0], requires_grad=True)
x.grad = torch.ones(3)
---
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x.clone()
y[0] = y[1] * 3
z = (y ** 2).sum()
z.backward()
result = x.grad
---
def net(params, x):
    W, b = params
    return torch.tanh(x @ W + b).sum()
params = (torch.ones(2, 2), torch.zeros(2))
gW, gb = torch.func.grad(net)(params, torch.ones(3, 2))
result = gW, gb
---
x = torch.arange(3.0, requires_grad=True)
J = torch.autograd.functional.jacobian(lambda v: v * v.sum(), x)
H = torch.autograd.functional.hessian(lambda v: (v ** 3).sum(), x, create_graph=False)
result = J, H, J.requires_grad
---
out = []
x = torch.arange(3.0, requires_grad=True)
for i in range(3):
    g, = torch.autograd.grad((x ** 2)[i], x)
    out.append(g)
result = torch.stack(out)
""".strip().split("\n---\n")
PROGRAMS += [
    """
b[0, :, [0, 2]] = torch.tensor([[1.0, 2.0]])
b[1, ..., torch.tensor([1])] += 100
b.requires_grad_()
b[0, :, [0, 2]].sum().backward()
result = b, b.grad
""",
]
