"""Programs for MXNet's names, and what MXNet 1.9.1 itself makes of them, as JSON on standard output.

MXNet needs an old NumPy, so it gets an environment of its own; the answers are kept in ``mxnet_answers.json``, and
``test_mxnet_programs.py`` compares the dialect's with them on every backend::

    python3.11 -m venv mx && mx/bin/pip install mxnet==1.9.1 numpy==1.23.5
    mx/bin/python tests/dialects/mxnet_original.py > tests/dialects/mxnet_answers.json

Each line of a table is a program: statements divided by ``;`` or lines, the last one an expression, which is the answer.
"""

# ruff: noqa: E501 - a program a line

import ast
import contextlib
import json
import sys

ATTACHED = "x = np.array([1., 2., 3.]); x.attach_grad()\n"
GRID = "X = np.arange(12.).reshape(3, 4)\n"
LEGACY = "a = nd.array([[1, 2, 3], [4, 5, 6]])\n"
RECORD = "with autograd.record():\n    "
SQUARES = RECORD + "y = x * x\n"

# The table of the engine's facts on autograd, grad_req by grad_req.
AUTOGRAD = {
    "modes": """
r = []
def note(): r.append((autograd.is_recording(), autograd.is_training()))
note()
with autograd.record():
    note()
    with autograd.pause():
        note()
        with autograd.train_mode(): note()
        with autograd.pause(train_mode=True): note()
    with autograd.predict_mode(): note()
    note()
with autograd.record(train_mode=False): note()
with autograd.pause(train_mode=True): note()
with autograd.train_mode(): note()
note()
r""",
    "set_recording returns the previous": "[autograd.set_recording(True), autograd.set_recording(False), autograd.set_training(True), autograd.set_training(False)]",
    "grad is None before attach_grad": "np.ones(3).grad",
    "grad is zeros after attach_grad": "x.grad",
    "attach_grad returns None": "x.attach_grad()",
    "re-attach makes zeros": SQUARES + "y.backward(); x.attach_grad(); x.grad",
    "unknown grad_req": "x.attach_grad('sum')",
    "write overwrites": "for i in range(2):\n    " + SQUARES.replace("\n    ", "\n        ") + "    y.backward()\nx.grad",
    "write keeps one buffer": SQUARES + "g = x.grad; y.backward(); g",
    "within one backward uses add up": RECORD + "y = x * x + x\ny.backward(); x.grad",
    "add accumulates": "x.attach_grad('add')\nfor i in range(3):\n    with autograd.record():\n        y = x * x\n    y.backward()\nx.grad",
    "add is zeroed by the user": "x.attach_grad('add')\n" + SQUARES + "y.backward(); x.grad[:] = 0; x.grad",
    "null alone is an error": "x.attach_grad('null')\n" + SQUARES + "y.backward()",
    "null beside another": "x.attach_grad('null'); w = np.ones(3); w.attach_grad()\n" + RECORD + "y = x * x * w\ny.backward(); w.grad",
    "null has no grad": "x.attach_grad('null'); w = np.ones(3); w.attach_grad()\n" + RECORD + "y = x * x * w\ny.backward(); x.grad",
    "not reached is left untouched": "w = np.ones(3); w.attach_grad(); w.grad[:] = 5\n" + SQUARES + "y.backward(); w.grad",
    "not reached, add": "w = np.ones(3); w.attach_grad('add'); w.grad[:] = 5\n" + SQUARES + "y.backward(); w.grad",
    "non-scalar backward": SQUARES + "y.backward(); x.grad",
    "out_grad": SQUARES + "y.backward(np.array([10., 1., .1])); x.grad",
    "out_grad of another shape": SQUARES + "y.backward(np.array(1.)); x.grad",
    "out_grad of another dtype": SQUARES + "y.backward(np.ones(3, dtype='float64')); x.grad",
    "several heads": RECORD + "a = x * x; b = x * 2\nautograd.backward([a, b], [None, np.array([1., 2., 3.])]); x.grad",
    "several heads, add": "x.attach_grad('add')\n" + RECORD + "a = x * x; b = x * 2\nautograd.backward([a, b]); x.grad",
    "a tuple of heads": RECORD + "a = x * x; b = x * 2\nautograd.backward((a, b)); x.grad",
    "one head with its weights": SQUARES + "autograd.backward(y, np.array([1., 2., 3.])); x.grad",
    "heads and weights of unequal numbers": SQUARES + "autograd.backward([y, y], [None])",
    "second backward": SQUARES + "y.backward(); y.backward()",
    "second backward, retained": SQUARES + "y.backward(retain_graph=True); y.backward(); x.grad",
    "second backward, retained, add": "x.attach_grad('add')\n" + SQUARES + "y.backward(retain_graph=True); y.backward(); x.grad",
    "heads that share a part": RECORD + "a = x * x; b = a * 2; c = a * 3\nb.backward(); c.backward()",
    "detached parts": RECORD + "y = x * x; u = y.detach(); z = u * x\nz.backward(); g = x.grad.copy(); y.backward(); [g, x.grad]",
    "backward outside record": "y = x * x; y.backward()",
    "backward of nothing attached": "w = np.ones(3)\n" + RECORD + "y = w * w\ny.backward()",
    "backward of a variable": "x.backward(); x.grad",
    "an operation after the scope": SQUARES + "z = y * 2; z.backward()",
    "under pause": RECORD + "y = x * x\n    with autograd.pause(): c = x * 2\n    z = y * c\nz.backward(); x.grad",
    "inside record: +=": RECORD + "x += 1",
    "inside record: += on a result": RECORD + "y = x * 1; y += 1",
    "inside record: item": RECORD + "x[0] = 5",
    "inside record: item of a result": RECORD + "y = x * 1; y[0] = 5",
    "inside record: out=": RECORD + "np.add(x, x, out=x)",
    "inside record: constants": RECORD + "c = np.ones(3); c += 2; c[0] = 5; c *= 2\nc",
    "inside record: a recorded value into a constant": RECORD + "c = np.ones(3); y = x * 2; c[0] = y[0]",
    "inside record: += a recorded value": RECORD + "c = np.ones(3); c += x",
    "a leaf changed before backward": SQUARES + "x[:] = 100; y.backward(); x.grad",
    "a constant changed before backward": "c = np.ones(3)\n" + RECORD + "y = x * c\nc[:] = 100; y.backward(); x.grad",
    "asnumpy is a constant": RECORD + "y = x * float(x.sum())\ny.backward(); x.grad",
    "detach has no grad": "x.detach().grad",
    "a result has no grad": SQUARES + "y.grad",
    "attach_grad on a result cuts": RECORD + "y = x * x; y.attach_grad(); z = y * x\nz.backward(); [y.grad, x.grad]",
    "grad gives a list": SQUARES + "len(autograd.grad(y, x))",
    "grad leaves .grad": SQUARES + "autograd.grad(y, x); x.grad",
    "grad with weights": SQUARES + "[float(v) for v in autograd.grad([y], [x], [np.array([1., 2., 3.])])[0].asnumpy()]",
    "grad of what is not marked": RECORD + "w = np.ones(3); y = x * w\nautograd.grad(y, w)",
    "grad of an intermediate": RECORD + "z = x * 2; y = z * z\nautograd.grad(y, z)",
    "grad of what is not reached": "w = np.ones(3); w.attach_grad()\n" + SQUARES + "autograd.grad(y, [x, w])",
    "grad of a null variable": "x.attach_grad('null')\n" + SQUARES + "autograd.grad(y, x)",
    "second order of exp": RECORD + "y = np.exp(x); g = autograd.grad(y, x, create_graph=True, retain_graph=True)[0]\ng.backward(); x.grad",
    "integers": "x = np.array([1, 2, 3], dtype='int32'); x.attach_grad()\n" + SQUARES + "y.backward(); x.grad",
    "iteration": RECORD + "y = sum(r * r for r in x)\ny.backward(); x.grad",
    "concatenate": RECORD + "y = np.concatenate([x, x * 2])\ny.backward(); x.grad",
    "one place": RECORD + "y = x[1] * 3\ny.backward(); x.grad",
    "places in float32": RECORD + "y = x[np.array([0, 0])] * 3\ny.backward(); x.grad",
    "astype": RECORD + "y = x.astype('float64') * 2\ny.backward(); x.grad",
    "copy": RECORD + "y = x.copy() * 2\ny.backward(); x.grad",
    "NumPy's functions are recorded": RECORD + "y = onp.exp(x).sum()\ny.backward(); x.grad",
    "NumPy's dot is recorded": RECORD + "y = onp.dot(x, x)\ny.backward(); x.grad",
    "mark_variables": "g = np.zeros(3); autograd.mark_variables([x], [g])\n" + SQUARES + "y.backward(); g",
    "mark_variables of one": "g = np.zeros(3); autograd.mark_variables(x, g, 'add')\n" + SQUARES + "y.backward(); g",
    "mark_variables, another shape": "g = np.zeros(2); autograd.mark_variables(x, g)\n" + SQUARES + "y.backward()",
    "relu at 0": "x[:] = np.array([-1., 0., 2.])\n" + RECORD + "y = npx.relu(x)\ny.backward(); x.grad",
    "abs at 0": "x[:] = np.array([-1., 0., 2.])\n" + RECORD + "y = np.abs(x)\ny.backward(); x.grad",
    "control flow": RECORD + "b = x * 2\n    while np.linalg.norm(b) < 1000: b = b * 2\n    c = b if b.sum() > 0 else 100 * b\nc.backward(); x.grad",
    "Function called twice": "class S(autograd.Function):\n    def forward(self, x): return x * 2\n    def backward(self, dy): return dy * 2\nf = S(); f(x); f(x)",
    "Function outside record": "class S(autograd.Function):\n    def forward(self, x): return x * 2\n    def backward(self, dy): return dy * 2\nS()(x)",
}  # fmt: skip

# The programs of an autograd chapter, in their order, and everything that they show.
CHAPTER = """
npx.set_np()
shown = []
x = np.arange(4.0); shown.append(repr(x))
x.attach_grad(); shown.append(repr(x.grad))
with autograd.record():
    y = 2 * np.dot(x, x)
shown.append(repr(y)); y.backward(); shown.append(repr(x.grad)); shown.append(repr(x.grad == 4 * x))
with autograd.record():
    y = x.sum()
y.backward(); shown.append(repr(x.grad))
with autograd.record():
    y = x * x
y.backward(); shown.append(repr(x.grad))
with autograd.record():
    y = x * x
    u = y.detach()
    z = u * x
z.backward(); shown.append(repr(x.grad == u))
y.backward(); shown.append(repr(x.grad == 2 * x))
def f(a):
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c
for start in (0.7, -1.3):
    a = np.array(start)
    a.attach_grad()
    with autograd.record():
        d = f(a)
    d.backward(); shown.append(repr(a.grad == d / a)); shown.append(repr(a.grad))
a = np.random.normal(); shown.append(a.shape)
npx.reset_np()
shown
"""

VALUES = [
    *"X[0][:]=9;X|X[1:3][:]=9;X|X[:,1][:]=9;X|X[1,1:3][:]=9;X|X[0,1][()]=9;X|Y=X.reshape(4,3);Y[0]=9;X|Y=X.T;Y[0]=9;X".split("|"),
    *"Y=X[:];Y[0]=9;X|X[:] is X|X[()] is X|Y=X.astype('float32',copy=False);Y is X|Y=X[0];X[:]=5;Y|Y=X[0];Y+=1;X".split("|"),
    *"Y=X[[0,1]];Y[:]=1;X|Y=X[X>3];Y[:]=1;X|X[0]=5;X|X[X>5]=0;X|X[[0,1]]=np.ones((2,4));X|X[:]=onp.ones((3,4));X".split("|"),
    *"X[0]=[1,2,3,4];X|X[0,1]=np.ones((1,1));X|Y=X.copy();Y[:]=0;X|Y=X.flatten();Y[:]=0;X|Y=np.array(X);Y[:]=0;X".split("|"),
    *"b=id(X);X+=X;[id(X)==b,X]|b=id(X);X[:]=X+X;[id(X)==b,X]|Y=X;X-=1;Y|Y=X;X*=2.5;Y|Y=X;X/=4;Y|X[1:3]-=X[0:2];X|X[0]*=2;X".split("|"),
    *"X[-1]|X[1:3,1:3]|X[::2]|X[::-1]|X[None].shape|X[0,1]|X[np.array([0,2])]|X[np.array([0.,2.]),np.array([1,1])]|X[[0.,1.]]".split("|"),
    *"X[np.array(1.)]|X[X>5]|X[[0,1],np.array([1,2])]|X[list(range(3)),[0,1,2]]|X[5]|X[0,0,0]|X[1.5]|X[0]=np.ones(3)|X[0]='a'".split("|"),
    *"X+np.ones(3)|X@np.ones(3)|np.dot(X,X)|X.reshape(5,5)|X.sum(axis=7)|X+onp.ones(4)|onp.ones(4)+X|X+'a'|X+None".split("|"),
    *"float(X)|bool(X)|X.item()|len(np.array(3.))|f'{np.array([2.5]):.2f}'|f'{np.array(2.5):.3f}'|int(np.array([3.5]))".split("|"),
    *"float(np.array([3.5]))|bool(np.array([2.]))|bool(np.array(0.))|len(X)|[float(v) for v in X[0]]|sum(X[0])".split("|"),
    *"X.tolist()|X.shape|X.size|X.ndim|str(X.ctx)|X.ctx==mx.cpu()|repr(mx.gpu(1))|X.as_in_ctx(mx.cpu()) is X|X.stype".split("|"),
    *"str(X)|repr(X)|repr(np.arange(4.))|repr(np.array(3))|repr(np.zeros((0,3)))|repr(np.array([]))|repr(X>2)|repr(X[0,1])".split("|"),
    *"repr(np.array([1,2],dtype='int64'))|repr(np.array([1,2],dtype='float64'))|repr(np.arange(40,dtype='int32').reshape(2,20))".split("|"),
    *"np.array([1,2])|np.array(3)|np.array([True])|np.array((1,2.5))|np.array(range(3))|np.array(onp.arange(3))".split("|"),
    *"np.array(onp.arange(3.))|np.array([np.ones(2),np.zeros(2)])|np.array([1,2],dtype=int)|np.array([1,2],dtype=float)".split("|"),
    *"np.array([1,2],dtype=np.int32)|np.array(np.array([1,2],dtype='int32'))|np.array(['a'])|np.arange(12)|np.arange(3,dtype='int32')".split("|"),
    *"np.arange(1,10,3)|np.arange(0.5)|np.zeros(3,dtype='int32')|np.zeros((2,3))|np.ones(2)|np.full((2,),3)|np.full((2,),True)".split("|"),
    *"np.linspace(0,1,5)|np.eye(2)|np.ones_like(np.array([1,2],dtype='int32'))|np.zeros_like(X)|np.zeros(())|np.full_like(X,2)".split("|"),
    *"X==X.T.T|np.argmax(X)|X.argmax(axis=1)|X.sum()|X.sum(axis=0)|X.sum(axis=(0,1))|X.mean(axis=0,keepdims=True)|X.sum(1,keepdims=True)".split("|"),
    *"np.max(X)|X.min(axis=1)|X.std()|X.var(axis=0)|X.prod(axis=1)|np.cumsum(X)|X.cumsum(axis=0)|(X>3).sum()|(X>3).mean()".split("|"),
    *"np.array([1,2],dtype='int32').sum()|np.array([1,2],dtype='int8').sum()|np.array([1,2],dtype='int32').mean()".split("|"),
    *"np.nonzero(X>9)|np.unique(np.array([3,1,3]))|np.split(X,2,axis=1)|np.split(X,[1],axis=0)|np.concatenate([X,X],axis=0)".split("|"),
    *"np.concatenate((X,X),axis=1)|np.stack([X,X]).shape|np.where(X>3,X,0.)|np.where(X>10)|np.tile(X,(2,1))|np.repeat(X,2)".split("|"),
    *"np.repeat(X,2,axis=1)|np.einsum('ij,kj->ik',X,X)|np.clip(X,1,3)|np.sort(-X)|np.argsort(-X)|np.meshgrid(np.arange(2),np.arange(3))".split("|"),
    *"np.squeeze(np.zeros((1,2)))|np.expand_dims(X,0).shape|np.diag(np.arange(2))|np.tril(X)|np.power(X,2)|np.power(2,X[0])".split("|"),
    *"np.dot(X[0],X[1])|np.dot(X,X[0])|np.matmul(X,X.T)|X@X[0]|np.tensordot(X,X,axes=([1],[1]))|np.outer(X[0],X[1])|np.trace(X[:,:3])".split("|"),
    *"np.linalg.norm(X)|np.linalg.norm(X,axis=1)|np.linalg.inv(np.array([[2.,1.],[1.,3.]]))|np.linalg.det(np.array([[2.,1.],[1.,3.]]))".split("|"),
    *"[p.shape for p in np.linalg.svd(X)]|np.linalg.solve(np.array([[2.,1.],[1.,3.]]),np.ones(2))|np.linalg.cholesky(np.array([[2.,1.],[1.,3.]]))".split("|"),
    *"np.abs(-X)|np.exp(X[0])|np.sqrt(X)|np.log(X+1)|np.sign(X-3)|np.floor(X/2)|np.maximum(X,3)|np.minimum(X,X[0])|np.square(X)".split("|"),
    *"np.exp(1)|np.sqrt(4)|np.abs(-1)|np.sqrt([4,9])|np.sum([1,2])|np.dot(2,X[0])|np.maximum(1,2)|np.add(1,2.5)".split("|"),
    *"np.shape(X)|np.ndim(X)|np.size(X)|X.round()|X.clip(0,3)|X.take(np.array([0,1]),axis=0)|X.take(np.array([0,1]))|X.repeat(2)".split("|"),
    *"X.dot(X.T)|X.swapaxes(0,1)|X.transpose(1,0)|X.transpose((1,0))|X.T|X.flatten()|X.all()|X.any()|X.reshape(-1,2)|X.reshape((2,6))".split("|"),
    *"Y=np.zeros((3,4));np.add(X,X,out=Y);Y|Y=np.zeros((3,4));r=X.copyto(Y);[r is Y,Y]|Y=X.astype('int32');Y+=2;Y|Y=X.astype('int64');Y[0]=2.9;Y".split("|"),
    *"onp.exp(X[0])|onp.mean(X)|onp.concatenate([X,X])|X.asnumpy().flags.writeable|type(X.asnumpy()).__name__|type(X) is np.ndarray".split("|"),
    *"10.0**X[0]|1-X|2/(X+1)|3%(X+1)|-X|+X|abs(-X)|X**2|X%3|X/3|X>=3|X!=3|2<X|X.sum()>3|X.exp()|X.foo|X.asscalar()|hasattr(np,'foo')".split("|"),
    *"npx.relu(X-3)|npx.sigmoid(X)|npx.softmax(X)|npx.softmax(X,axis=0)|npx.log_softmax(X)|npx.softmax(X,temperature=2.)".split("|"),
    *"npx.softmax(X,length=np.array([1,2,4],dtype='int32'),use_length=True)|npx.one_hot(np.array([0,2]),3)|npx.pick(X,np.array([0,2,1]))".split("|"),
    *"npx.pick(X,np.array([0,2,1]),keepdims=True)|npx.topk(X,k=2)|npx.topk(X,k=2,ret_typ='value')|npx.topk(X,k=2,ret_typ='both')".split("|"),
    *"npx.topk(X,k=2,ret_typ='mask')|npx.topk(X,k=1,axis=0,is_ascend=True,dtype='int32')|npx.smooth_l1(np.array([-2.,-.1,.1,2.]),scalar=2.)".split("|"),
    *"npx.smooth_l1(np.array([-2.,-.5,.5,2.]),scalar=1.)|npx.batch_dot(np.ones((2,3,4)),np.ones((2,5,4)),transpose_b=True)".split("|"),
    *"npx.sequence_mask(np.ones((3,2)),np.array([1,2]),True)|npx.sequence_mask(np.ones((2,3)),np.array([1,2]),True,value=-1,axis=1)".split("|"),
    *"npx.batch_flatten(np.ones((2,3,4))).shape|npx.dropout(X,p=.5)|npx.embedding(np.array([0,1]),X,3,4)|npx.nonzero(X>9)".split("|"),
    *"npx.fully_connected(X,np.ones((2,4)),np.ones(2),num_hidden=2)|npx.layer_norm(X,np.ones(4),np.zeros(4))|npx.arange_like(X,axis=1)".split("|"),
    *"npx.leaky_relu(3-X,act_type='leaky',slope=.25)|npx.activation(3-X,act_type='softrelu')|npx.gather_nd(X,np.array([[0,1],[1,2]]))".split("|"),
    *"npx.reshape(X,(-2,-1)).shape|npx.reshape(X,(-2,2,-1)).shape|npx.reshape(X,(-5,)).shape|npx.reshape(X,(-2,-6,2,-1)).shape|npx.reshape(X,(-4,)).shape".split("|"),
    *"npx.num_gpus()|npx.waitall()|npx.shape_array(X)|np.random.normal().shape|np.random.normal(0,1,(2,3)).dtype.__str__()".split("|"),
    *"np.random.randint(0,5,(2,)).dtype.__str__()|np.random.randn(2,3).shape|np.random.rand(2).shape|np.random.uniform(size=3).shape".split("|"),
    *"np.random.multinomial(10,[.5,.5]).sum()|np.random.multinomial(10,[.3,.7],size=(3,)).shape|np.random.choice(5,3).shape|np.random.shuffle(X)".split("|"),
    *"np.random.multivariate_normal(np.zeros(2),np.eye(2),size=(3,)).shape|np.ones(2,ctx=mx.gpu(7))|X.as_in_ctx(mx.gpu(7))".split("|"),
]  # fmt: skip

OLD = (
    "a|a.sum()|nd.sum(a,axis=1)|a==a|a>2|a.argmax(axis=1)|nd.argmax(a)|a.norm()|nd.dot(a,a.T)|nd.dot(a[0],a[0])|a[0]|a[0,1]|a[:,1]|"
    "a.sum().asscalar()|a.mean()|nd.arange(3)|nd.zeros((2,))|nd.zeros(3)|nd.ones(shape=(2,))|nd.array(onp.arange(3))|nd.array(3)|a+1|"
    "a+nd.ones((1,3))|a+onp.ones(3)|nd.concat(a,a,dim=0)|nd.stack(a,a)|nd.exp(a)|a.exp()|a.reshape((3,2))|a.reshape(3,-1)|a.flatten()|"
    "a.T|nd.softmax(a)|nd.pick(a,nd.array([0,1]))|nd.one_hot(nd.array([0,1]),3)|nd.relu(a)|nd.maximum(a,2)|nd.max(a)|nd.max(a,axis=0)|"
    "bool(a.sum()>1)|len(a)|nd.abs(-a)|a**2|a.as_np_ndarray()|a.clip(0,3)|a.expand_dims(0)|a.broadcast_to((2,3))|nd.where(a>2,a,-a)|"
    "nd.eye(2)|nd.full((2,),3)|str(a.context)|a.size|nd.swapaxes(a,0,1)|nd.transpose(a)|nd.square(a)|nd.log(a)|a%2|a/2|2-a|a.asnumpy()|"
    "nd.batch_dot(nd.ones((2,3,4)),nd.ones((2,4,5)))|nd.split(a,num_outputs=3,axis=1)|nd.tile(a,(2,1))|a.log_softmax()|repr(a)|str(a)|"
    "nd.elemwise_add(a,a,out=nd.ones((2,3)))|a[0][:]=9;a|a[:]=1;a|a+=1;a|a[0,0]=7;a|a.attach_grad();a.grad|nd.random.uniform(shape=(2,)).shape|"
    "nd.random_normal(shape=(2,)).shape|nd.random.normal(0,1,shape=(2,)).shape|nd.take(a,nd.array([0]))|a.astype('int32')|f'{a.sum()}'"
).split("|")
FORMATS = ("int32", "int64", "float16", "float32", "float64", "bool")
DTYPES = [
    *(f"np.ones(2,dtype='{one}'){sign}np.ones(2,dtype='{two}')" for one in FORMATS for two in FORMATS for sign in "+*/"),
    *(f"np.array([1,2],dtype='{one}'){sign}{number}" for one in FORMATS for sign in "*/>" for number in (2, 2.5)),
    *(f"{number}{sign}np.array([1,2],dtype='{one}')" for one in FORMATS for sign in "-/" for number in (2, 2.5)),
    *(f"x=np.array([1,2],dtype='{one}');x*=2.5;x" for one in FORMATS[:-1]),
    *(f"np.array([3,2],dtype='{one}').{name}()" for one in FORMATS for name in ("sum", "mean", "max", "argmax", "cumsum", "prod")),
    *"np.array([1,2],dtype='int32')-2.5|np.array([5,7],dtype='int32')%2.5|np.array([5,7],dtype='int32')**2|~np.array([True,False],dtype=bool)".split("|"),
    *"np.array([1,2])==np.array([1,2],dtype='int64')|np.exp(np.array([1,2],dtype='int32'))|np.array([1,2],dtype='int32').std()".split("|"),
    *"np.array([True,False],dtype=bool)&np.array([True,True],dtype=bool)|X>np.array(3.)|np.float64(3)*X[0] if callable(np.float64) else 3*X[0]".split("|"),
    *"onp.float64(2)*X|X*onp.float32(2)|onp.int64(3)+X|X[0]*True|np.ones(2)==1|X==None|X=='a'|X is None".split("|"),
]  # fmt: skip
TIES = {
    "max at a tie": "x[:] = 1\n" + RECORD + "y = x.max()\ny.backward(); x.grad",
    "maximum at a tie": RECORD + "y = np.maximum(x, 2)\ny.backward(); x.grad",
    "second order of a product": RECORD + "y = x * x * x; g = autograd.grad(y, x, create_graph=True, retain_graph=True)[0]\ng.backward(); x.grad",
    "second order through a sum": RECORD + "y = np.exp(x).sum(); g = autograd.grad(y, x, create_graph=True, retain_graph=True)[0]\ng.backward(); x.grad",
}  # fmt: skip
FUNCTION = """class Product(autograd.Function):
    def forward(self, x, y):
        self.save_for_backward(x, y)
        self.recording = autograd.is_recording()
        return x * y, x + y
    def backward(self, dp, ds):
        x, y = self.saved_tensors
        return dp * y + ds, dp * x + ds
x, w = {xp}.array([1., 2., 3.]), {xp}.array([4., 5., 6.])
x.attach_grad({x}); w.attach_grad({w})
f = Product()
with autograd.record():
    p, s = f(x, w)
    q = {head}
q.backward()
"""
FUNCTIONS = {
    f"Function, {xp}, {x} and {w}, {head}": FUNCTION.format(xp=xp, x=repr(x), w=repr(w), head=head)
    + ("x.grad" if w == "null" else "w.grad" if x == "null" else "[f.recording, x.grad, w.grad]")
    for xp in ("nd", "np")
    for head in ("p", "s", "p * s")
    for x, w in (("write", "write"), ("add", "write"), ("write", "null"), ("null", "write"))
}
OLD_GRADIENT = """a.attach_grad()
with autograd.record():
    b = nd.sigmoid(a) * a
b.backward()
a.grad"""


def programs():
    """All of them, by name."""
    table = {name: ATTACHED + code for name, code in AUTOGRAD.items()}
    table |= {code: GRID + code for code in [*VALUES, *DTYPES]}
    table |= {name: ATTACHED + code for name, code in TIES.items()} | FUNCTIONS
    table["the chapter"] = CHAPTER
    return table | {f"nd: {code}": LEGACY + code for code in [*OLD, OLD_GRADIENT]}


def answer(code, scope):
    """What a program's last expression gives, as JSON can say it; or the kinds of the error."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    try:
        exec(compile(tree, "<program>", "exec"), scope)
        return None if last is None else described(eval(compile(ast.Expression(last.value), "<answer>", "eval"), scope))
    except Exception as error:  # noqa: BLE001 - the kind of the error is the answer
        return {"error": sorted({kind.__name__ for kind in type(error).__mro__ if kind.__name__ in KINDS})}


KINDS = "MXNetError ValueError TypeError IndexError KeyError AttributeError AssertionError RuntimeError NotImplementedError".split()


def described(value):
    """A value as JSON, arrays with their dtype and kind."""
    if isinstance(value, (list, tuple)):
        return [described(each) for each in value]
    if hasattr(value, "asnumpy"):
        host = value.asnumpy()
        return {"array": host.tolist(), "dtype": str(host.dtype), "kind": type(value).__name__}
    if hasattr(value, "dtype"):
        return (
            value.tolist()
            if value.shape == ()
            else {"array": value.tolist(), "dtype": str(value.dtype), "kind": "numpy"}
        )
    return value


def main():
    """Run every program on MXNet itself and print the answers."""
    import warnings

    import mxnet as mx
    import numpy as onp
    from mxnet import autograd, nd, np, npx

    warnings.simplefilter("ignore")
    answers = {}
    for name, code in programs().items():
        (npx.reset_np if "nd: " in name or ", nd," in name else npx.set_np)()
        autograd.set_recording(False), autograd.set_training(False)
        with contextlib.redirect_stdout(sys.stderr):  # MXNet prints what goes wrong in a Function
            answers[name] = answer(code, {"mx": mx, "onp": onp, "np": np, "npx": npx, "nd": nd, "autograd": autograd})
    lines = (f"{json.dumps(name)}: {json.dumps(each)}" for name, each in answers.items())
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
