"""Programs for JAX and for its dialect: one text for both, what comes of each as plain data, and the real library's answers.

Run as a script, with JAX installed, it prints those as JSON; the tests do so in a process of their own, as unigrad's JAX
backend switches 64-bit dtypes on in the process that loads it.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import warnings
from collections import OrderedDict, defaultdict, deque, namedtuple

import numpy

EXPRESSIONS = r"""x
i
b
i.sum()
b.sum()
i.cumsum()
b.cumsum()
i.prod()
jnp.cumsum(jnp.array([1,2],dtype=jnp.int8))
jnp.sum(jnp.array([1,2],dtype=jnp.int8))
jnp.sum(jnp.array([1,2],dtype=jnp.uint8))
jnp.sum(x.astype(jnp.float16))
i.mean()
i.argmax()
i/2
i//2
i%2
i**2
i**-1
i*1.5
b+1
b+b
b-b
-b
b*b
b+1.5
i+b
i+np.float64(1)
x*np.float64(1)
x+np.arange(3.)
np.arange(3.)+x
np.float32(2)*x
i+np.arange(3)
jnp.sin(np.arange(3.))
jnp.sin(i)
jnp.sin(b)
jnp.sin([1.,2.])
jnp.add([1.,2.],x)
jnp.sum([1.,2.])
jnp.sum(3)
jnp.stack([1,x[0]])
jnp.concatenate([[1.],[2.]])
jnp.concatenate([1.,2.])
jnp.dot([1.],[2.])
x[10]
x[-10]
x[jnp.array([10,1,-10])]
i[jnp.array([10,1,-10])]
x[np.array([10])]
x[[0,1]]
x[1.0]
x[0,0]
x[b]
x['a']
x[None]
x[...]
x[::-1]
A[1]
A[:,1]
A[1,2]
A[5,5]
A[jnp.array([0,9]),jnp.array([9,0])]
A[A>2]
A[b[:2]]
A[...,None,1]
A[jnp.array(1)]
A[np.int64(1)]
A[i[1]]
x.at[10].set(1)
x.at[10].get()
x.at[10].get(mode='fill',fill_value=7)
x.at[jnp.array([0,7])].get(mode='fill')
i.at[jnp.array([0,7])].get(mode='fill')
x.at[jnp.array([0,0])].add(1.)
x.at[jnp.array([0,0])].multiply(3.)
x.at[jnp.array([1,1])].max(jnp.array([3.,9.]))
x.at[jnp.array([0,7])].add(1.)
x.at[jnp.array([0,7])].set(5.)
A.at[5].set(1)
A.at[0].set(jnp.array([7,8,9.]))
A.at[:,1].add(1)
A.at[0,1].set(9)
A.at[1:].multiply(2.)
A.at[A>2].set(0)
A.at[jnp.array([0,1]),jnp.array([1,7])].set(5.)
x.at[0].set(1.5,mode='drop')
x.at[0].add(i[1])
x.at[0].multiply(3)
x.at[1].divide(2)
x.at[1].power(2)
x.at[1].min(0)
x.at[1].max(5)
x.at[1].apply(jnp.exp)
x.at[1].subtract(5)
x.at[7].set(1,mode='clip')
x.at[0].set(1,mode='foo')
b.at[1].set(True)
x.at[[0,1]].set(1)
x.__setitem__(0,1)
float(jnp.array([3.5]))
float(jnp.array(3.5))
int(x[1])
int(jnp.array([3]))
bool(x)
bool(x[1])
bool(jnp.array([True]))
len(x[0])
len(A)
x.item()
x[2].item()
x.item(1)
x.tolist()
jnp.float32(3)
jnp.float64(3)
jnp.float32
jnp.int32([1,2])
x.dtype
x.dtype==jnp.float32
jnp.float32==x.dtype
x.dtype=='float32'
x.dtype.name
jnp.dtype('float32')
jnp.zeros(3,dtype='float64')
jnp.zeros(3,dtype=float)
jnp.zeros(3,dtype=int)
jnp.zeros(3,dtype=bool)
jnp.zeros(3,dtype=np.int64)
jnp.zeros((2,3),jnp.int32)
jnp.zeros(x.shape)
jnp.zeros(2.5)
x.astype('float64')
x.astype(np.float64)
x.astype(int)
x.astype(jnp.int32)
x.astype(jnp.bool_)
jnp.array([1,2.5])
jnp.array(3)
jnp.array(3.)
jnp.array(True)
jnp.asarray(3.)
jnp.array([])
jnp.zeros((0,3))
jnp.array([[1,2],[3,4]])
jnp.array((1,2))
jnp.array(range(3))
jnp.array(x,dtype=int)
jnp.array([1,2],dtype=jnp.float32)
jnp.array([True,False])
jnp.array([1.5,2],dtype=int)
jnp.array(1,ndmin=2)
jnp.array(np.arange(3))
jnp.array(np.float64(3))
jnp.array([np.float64(1),np.float64(2)])
jnp.ones((2,3))
str(jnp.ones((2,3)))
print(A)
jnp.ones(2000)
jnp.arange(30.)
jnp.arange(30)
jnp.arange(100.).reshape(10,10)
jnp.array([1e-10,1e10])
jnp.array([1,1000,-5.5])
jnp.array([jnp.nan,jnp.inf])
jnp.float32(0.1)
jnp.arange(5)
jnp.arange(0,1,.25)
jnp.arange(3,dtype=float)
jnp.arange(2,5.)
jnp.arange(10,0,-3)
jnp.arange(2,8,2)
jnp.arange(1,2,0)
jnp.linspace(0,1,5)
jnp.linspace(0,10,5,dtype=int)
jnp.linspace(0,1,4,endpoint=False)
jnp.linspace(0,1,3,retstep=True)
jnp.linspace(x,x+1,3)
jnp.logspace(0,2,3)
jnp.geomspace(1,100,3)
jnp.eye(2)
jnp.eye(2,3,k=1,dtype=int)
jnp.identity(2)
jnp.tri(3)
jnp.full((2,),3)
jnp.full((2,),3.)
jnp.full((2,),jnp.array([1,2]))
jnp.full_like(i,2.5)
jnp.zeros_like(i)
jnp.ones_like(3.)
jnp.ones_like(x,dtype=int)
jnp.empty_like(x)
jnp.where(b,x,0)
jnp.where(b,1,0)
jnp.where(b,i,0.5)
jnp.where(b)
jnp.where(x>0,x,-x)
jnp.where(b,x)
jnp.nonzero(x)
jnp.nonzero(A>2)
jnp.argwhere(A>2)
jnp.flatnonzero(x)
jnp.maximum(i,1.5)
jnp.maximum(1,2)
jnp.minimum(x,1)
jnp.unique(jnp.array([3,1,3]))
jnp.unique(jnp.array([3,1,3]),return_counts=True)
jnp.unique(jnp.array([3,1,3]),return_inverse=True)
jnp.argsort(x)
jnp.argsort(-x)
jnp.sort(jnp.array([3,1,2]))
jnp.sort(A,axis=0)
jnp.sort(x,descending=True)
jnp.std(x)
jnp.var(x,ddof=1)
jnp.var(A,axis=0)
jnp.median(x)
jnp.allclose(x,x)
jnp.array_equal(x,x)
jnp.array_equal(x,A)
jnp.isnan(x)
jnp.count_nonzero(x)
jnp.searchsorted(x,1.5)
jnp.searchsorted(x,jnp.array([.5,1.]))
jnp.digitize(x,jnp.array([.5,1.5]))
jnp.round(x,1)
jnp.round(jnp.array([1.25,-2.5,3.14159]),2)
jnp.clip(x,0,1)
jnp.clip(i,0,1.5)
jnp.clip(x,min=1)
x.clip(max=1)
x.size
x.nbytes
x.itemsize
x.ndim
x.T
A.T
A.mT
x.mT
x.weak_type
x.foo
x.grad
jnp.foo
hash(x)
x==None
x!=None
x=='a'
x!=x
x==[0,1,2]
x+[1,2,3]
[1,2,3]+x
x+None
x@x
A@x
A@A
x@2
x.dot(x)
jnp.matmul(x,2)
divmod(i,2)
jnp.divmod(i,2)
round(x)
round(x,1)
abs(-x)
~b
~i
i<<1
i&1
x&1
b|b
b^b
x<1
1<x
x>=x
i==1
2-x
2/i
2**x
x**2
x**0.5
x**x
2**i
i@i
jnp.pi
jnp.newaxis
x.reshape(4)
x.reshape(3,1)
x.reshape((1,-1))
A.reshape(-1)
A.ravel()
A.flatten()
A.transpose()
A.transpose(1,0)
A.swapaxes(0,1)
A.squeeze()
x+jnp.ones(4)
jnp.ones((2,3))@jnp.ones((2,3))
jnp.sum(x,axis=3)
jnp.concatenate([x,jnp.ones((2,2))])
jnp.concatenate([x,i])
jnp.concatenate((A,A),axis=1)
jnp.concatenate([A,A],axis=None)
jnp.squeeze(x,0)
x.block_until_ready()
format(x[1],'.2f')
f'{x[1]:.3f}'
f'{x}'
f'{x:.2f}'
np.asarray(x)
np.sin(x)
list(x)
jnp.asarray(x) is x
jnp.array(x) is x
isinstance(x,jax.Array)
isinstance(x,jnp.ndarray)
isinstance(np.ones(2),jnp.ndarray)
jnp.result_type(i,x)
jnp.promote_types('int32','float16')
jnp.result_type(1.,i)
jnp.issubdtype(x.dtype,jnp.floating)
jnp.issubdtype(jnp.int32,jnp.integer)
jnp.finfo(jnp.float32).eps
jnp.iinfo(jnp.int32).max
jnp.finfo(x.dtype).max
jnp.uint32(3)+i
jnp.uint8(3)+i
jnp.add(1,2)
jnp.sqrt(4)
jnp.exp(1)
jnp.tanh(0.5)
jnp.power(2,3)
jnp.true_divide(1,2)
jnp.mod(5,3)
jnp.mod(-5.,3)
jnp.fmod(-5.,3)
jnp.remainder(-i,3)
-i//2
x.at[:2].set(jnp.ones(3))
jnp.repeat(x,2)
jnp.repeat(A,2,axis=1)
jnp.repeat(x,jnp.array([1,2,0]))
jnp.tile(x,2)
jnp.tile(A,(2,1))
jnp.split(jnp.arange(6),3)
jnp.split(jnp.arange(6),[2,3])
jnp.split(jnp.arange(5),2)
jnp.array_split(jnp.arange(5),2)
jnp.vstack([x,x])
jnp.hstack([x,x])
jnp.stack([x,x],axis=1)
jnp.stack([x,A])
jnp.column_stack([x,x])
jnp.dstack([x,x])
jnp.append(x,1.)
jnp.meshgrid(x,x)
jnp.meshgrid(x,i,indexing='ij')
jnp.outer(x,x)
jnp.linalg.norm(x)
jnp.linalg.norm(i)
jnp.linalg.norm(A)
jnp.linalg.norm(A,axis=1)
jnp.linalg.norm(x,ord=1)
jnp.linalg.norm(A,'fro')
jnp.linalg.inv(jnp.array([[2.,1.],[1.,3.]]))
jnp.linalg.det(jnp.array([[2.,1.],[1.,3.]]))
jnp.linalg.solve(jnp.array([[2.,1.],[1.,3.]]),jnp.array([1.,2.]))
jnp.linalg.cholesky(jnp.array([[2.,1.],[1.,3.]]))
jnp.linalg.eigvalsh(jnp.array([[2.,1.],[1.,3.]]))
jnp.linalg.svd(A)[1]
jnp.linalg.slogdet(jnp.array([[2.,1.],[1.,3.]]))[1]
jnp.linalg.matrix_rank(A)
jnp.linalg.inv(A)
jnp.linalg.cond(jnp.array([[2.,1.],[1.,3.]]))
jnp.linalg.matrix_power(jnp.array([[2.,1.],[1.,3.]]),3)
jnp.average(x)
jnp.average(x,weights=x)
jnp.ptp(x)
jnp.diff(x)
jnp.trapezoid(x)
jnp.cross(x,x+1)
jnp.kron(x,x)
jnp.histogram(x,2)
jnp.bincount(i)
jnp.select([b],[x])
jnp.polyval(x,2.)
jnp.interp(0.5,x,x)
jnp.percentile(x,50)
jnp.quantile(x,.3)
jnp.quantile(A,jnp.array([.3,.5]),axis=1)
jnp.nan_to_num(jnp.array([jnp.nan,jnp.inf]))
jnp.tril(jnp.ones((3,3)))
jnp.triu(A,1)
jnp.diag(x)
jnp.diag(A)
jnp.diagonal(A)
jnp.trace(A)
jnp.roll(x,1)
jnp.roll(A,1,axis=1)
jnp.flip(x)
jnp.flip(A,0)
jnp.rot90(A)
jnp.expand_dims(x,0)
jnp.expand_dims(x,(0,2))
jnp.moveaxis(A,0,1)
jnp.atleast_2d(x)
jnp.isclose(x,1)
jnp.logical_not(x)
jnp.logical_and(x,b)
jnp.any(x)
jnp.all(x)
x.any()
jnp.einsum('i,i->',x,x)
jnp.einsum('ij,j->i',A,x)
jnp.einsum('ij,kj',A,A)
jnp.tensordot(x,x,1)
jnp.tensordot(A,A,axes=([1],[1]))
jnp.inner(x,x)
jnp.vdot(x,x)
jnp.square(i)
jnp.sign(i)
jnp.floor(i)
jnp.floor(x)
jnp.ceil(i)
jnp.abs(b)
jnp.reciprocal(i)
jnp.exp2(i)
jnp.log1p(x)
jnp.mean(b)
jnp.max(jnp.array([]))
jnp.argmax(jnp.array([]))
jnp.max(A,axis=1)
jnp.max(A,axis=1,keepdims=True)
jnp.min(i,initial=-3)
jnp.sum(x,where=b)
jnp.sum(x,dtype=int)
jnp.mean(A,axis=(0,1))
jnp.argmax(x,axis=0,keepdims=True)
jnp.argmin(A,axis=1)
jnp.array([[1,2],[3]])
jnp.array([x,x])
jnp.array([x[0],2])
jnp.array([[x[0],1],[2,3]])
jnp.array(None)
jnp.array([1,2],dtype='foo')
jnp.zeros(3,4)
jnp.array(300,dtype=jnp.uint8)
jnp.array([3_000_000_000])
jnp.array(np.array([3_000_000_000]))
i+3_000_000_000
jnp.take(x,jnp.array([0,2]))
jnp.take(A,1,axis=1)
jnp.take(x,jnp.array([5]))
jnp.take_along_axis(A,jnp.array([[0],[2]]),axis=1)
jnp.cumsum(A,axis=1)
jnp.cumprod(x+1)
jnp.pad(x,1)
jnp.pad(A,((0,1),(1,0)),constant_values=5)
jnp.pad(x,(1,2),mode='edge')
jnp.delete(x,1)
jnp.insert(x,1,9.)
jnp.vectorize(lambda a,b:a+b)(x,x)
jnp.apply_along_axis(jnp.sum,1,A)
jnp.broadcast_to(x,(2,3))
jnp.broadcast_arrays(x,A)
jnp.broadcast_shapes((3,),(2,1))
jnp.broadcast_to(x,(2,4))
jnp.shape(A)
jnp.ndim(3)
jnp.size(A)
jnp.arctan2(x,1.)
jnp.hypot(x,1)
jnp.logaddexp(x,x)
jnp.heaviside(x,0.5)
jnp.isin(i,jnp.array([1,2]))
jnp.cov(A)
jnp.corrcoef(A)
jnp.convolve(x,x)
jnp.gradient(x)
jnp.piecewise(x,[x<1,x>=1],[lambda v:-v,lambda v:v*10])
jnp.fill_diagonal(A,5.,inplace=False)
jnp.tril_indices(3)
jnp.nanmean(jnp.array([1.,jnp.nan]))
jnp.nansum(jnp.array([1.,jnp.nan]))
jnp.nanmax(jnp.array([1.,jnp.nan]))
jnp.asarray(x,dtype=jnp.float16)*2.5
jnp.asarray(3.)*jnp.float16(2)
jnp.asarray(3)*jnp.int8(2)
jnp.int8(100)+jnp.int8(100)
jnp.arange(3)[1]*2.
x.sum(axis=0,keepdims=True)
x.std()
x.max()
A.argmax()
A.argmax(axis=0)
A.sum(0)
A.sum(axis=1,keepdims=True)
A.cumsum(axis=0)
A.mean(axis=0)
(x>1).sum()
(x==x).all()
(x>1).astype(jnp.float32)
(x>1).mean()
sum(x)
max(x)
sorted([3,x[1]])
[1,2,3][i[1]]
range(i[2])
x.view(jnp.int32)
jax.device_put(x)
jax.device_get(x)
jax.devices()
x.devices()
x.device
jax.default_backend()
jax.nn.relu(x-1)
jax.nn.relu(i-1)
jax.nn.relu6(x*4)
jax.nn.sigmoid(x)
jax.nn.softmax(x)
jax.nn.softmax(A,axis=0)
jax.nn.log_softmax(x)
jax.nn.gelu(x)
jax.nn.gelu(x,approximate=False)
jax.nn.silu(x)
jax.nn.elu(x-1)
jax.nn.celu(x-1)
jax.nn.selu(x-1)
jax.nn.leaky_relu(x-1)
jax.nn.softplus(x)
jax.nn.log_sigmoid(x)
jax.nn.soft_sign(x)
jax.nn.hard_tanh(x-1)
jax.nn.hard_sigmoid(x)
jax.nn.hard_swish(x)
jax.nn.mish(x)
jax.nn.glu(jnp.arange(4.))
jax.nn.squareplus(x)
jax.nn.one_hot(i,3)
jax.nn.one_hot(jnp.array([0,5]),3,dtype=jnp.int32)
jax.nn.one_hot(i,3,axis=0)
jax.nn.logsumexp(x)
jax.nn.logsumexp(A,axis=1,keepdims=True)
jax.nn.logsumexp(x,b=x)
jax.nn.standardize(x)
jax.nn.tanh(x)
jax.nn.sparse_plus(x-1)
jax.nn.sparse_sigmoid(x-1)
jax.nn.logmeanexp(x)
jax.nn.initializers.glorot_uniform()(k,(2,3))
jax.nn.initializers.he_normal()(k,(2,3))
jax.nn.initializers.lecun_normal()(k,(2,3),jnp.float32)
jax.nn.initializers.normal(0.1)(k,(2,))
jax.nn.initializers.zeros(k,(2,))
jax.nn.initializers.uniform()(k,(2,))
jax.nn.initializers.constant(3.)(k,(2,))
jax.nn.initializers.glorot_uniform()(k,(2,))
jax.scipy.special.erf(x)
jax.scipy.special.gammaln(x+1)
jax.scipy.special.digamma(x+1)
jax.scipy.special.expit(x)
jax.scipy.special.logsumexp(x)
jax.scipy.special.xlogy(x,x)
lax.add(x,x)
lax.add(x,i)
lax.add(x,1.)
lax.add(x,1)
lax.add(1.,2.)
lax.mul(A,x)
lax.div(i,2)
lax.div(-i,2)
lax.div(x,2.)
lax.rem(-x,2.)
lax.exp(x)
lax.exp(i)
lax.max(x,1.)
lax.neg(x)
lax.rsqrt(x+1)
lax.select(b,x,-x)
lax.select(b,x,0.)
lax.clamp(0.,x,1.)
lax.dot(A,x)
lax.dot_general(A,A,(((1,),(1,)),((),())))
lax.round(jnp.array([.5,1.5,-.5]))
lax.dynamic_slice(x,(1,),(2,))
lax.dynamic_slice(x,(2,),(2,))
lax.dynamic_slice(A,(0,1),(2,2))
lax.dynamic_slice_in_dim(A,1,2,axis=1)
lax.dynamic_update_slice(x,jnp.ones(2),(2,))
lax.dynamic_index_in_dim(A,1,keepdims=False)
lax.slice(x,(0,),(2,))
lax.slice_in_dim(A,0,2,axis=1)
lax.index_in_dim(A,1)
lax.iota(jnp.int32,3)
lax.broadcast(x,(2,))
lax.broadcast_in_dim(x,(2,3),(1,))
lax.broadcasted_iota(jnp.int32,(2,3),1)
lax.concatenate([x,x],0)
lax.reshape(A,(6,))
lax.transpose(A,(1,0))
lax.expand_dims(x,(0,))
lax.squeeze(x[None],(0,))
lax.rev(x,(0,))
lax.pad(x,0.,[(1,2,0)])
lax.reduce_sum(A,axes=(0,))
lax.cumsum(x,reverse=True)
lax.cummax(jnp.array([1.,3.,2.]))
lax.sort(-x)
lax.top_k(x,2)
lax.argmax(x,0,jnp.int32)
lax.convert_element_type(x,jnp.int32)
lax.stop_gradient(x)
lax.stop_gradient({'a':x})
lax.full((2,),3.)
lax.full_like(x,2)
lax.integer_pow(x,3)
lax.erf(x)
lax.lgamma(x+1)
lax.is_finite(x)
lax.eq(x,x)
lax.collapse(A,0,2)
lax.scan(lambda c,v:(c+v,c*v),0.,x)
lax.scan(lambda c,v:(c+v,c*v),0,x)
lax.scan(lambda c,v:(c+v['a'],None),0.,{'a':x})
lax.scan(lambda c,v:(c+v,v),0.,x,reverse=True)
lax.scan(lambda c,v:c,0.,x)
lax.scan(lambda c,v:(x,c),0.,x)
lax.fori_loop(0,3,lambda i,v:v+i,0.)
lax.fori_loop(0,3,lambda i,v:v*x,x)
lax.fori_loop(0,3,lambda i,v:x,0.)
lax.while_loop(lambda v:v<10,lambda v:v*2,1)
lax.while_loop(lambda v:v[0]<3,lambda v:(v[0]+1,v[1]*2.),(0,1.))
lax.while_loop(lambda v:x<1,lambda v:v*2,1)
lax.cond(True,lambda v:v*2,lambda v:v*3,x)
lax.cond(x[0]>1,lambda v:v*2,lambda v:v*3,x)
lax.cond(x>1,lambda v:v*2,lambda v:v*3,x)
lax.switch(1,[lambda v:v,lambda v:v*5],x)
lax.switch(7,[lambda v:v,lambda v:v*5],x)
lax.map(lambda v:v*2,x)
lax.map(lambda v:v[0]*v[1],(x,x))
lax.associative_scan(jnp.add,x)
lax.associative_scan(jnp.multiply,x+1,reverse=True)
grad(lambda x:x**2)(3.)
grad(lambda x:x**2)(3)
grad(lambda x:x*x)(x)
grad(lambda x:3)(1.)
grad(lambda x:3.)(1.)
grad(lambda x:(x,x))(1.)
grad(lambda x:'a')(1.)
grad(lambda x:None)(1.)
grad(lambda x,y:x*y, argnums=2)(1.,2.)
grad(lambda x,y:x*y, argnums=-1)(1.,2.)
grad(lambda x,y:x*y, argnums=-3)(1.,2.)
grad(lambda x,y:x*y, argnums=(0,1))(1.,2.)
grad(lambda x,y:x*y, argnums=[0,1])(1.,2.)
grad(lambda x,y:x*y, argnums='x')(1.,2.)
grad(lambda x,y:x*y, argnums=1.0)(1.,2.)
grad(lambda x:x*2)()
grad(3)
grad(lambda p:p['w']*p['b'])({'w':1.,'b':2.})
grad(lambda p:p[0]*p[1])([1.,2.])
grad(lambda p:p.a*p.b)(P(1.,2.))
grad(lambda p:p['w'].sum())({'w':x,'n':None})
grad(lambda x:(x**2,x*2),has_aux=True)(3.)
grad(lambda x:(x**2,{'a':x*2,'b':'s'}),has_aux=True)(3.)
grad(lambda x:x**2,has_aux=True)(3.)
grad(lambda x:x**2,holomorphic=True)(3.)
grad(lambda x:(x*x).sum())(np.arange(3.))
grad(lambda x:x.sum().astype(int))(x)
grad(lambda x,y=1.:x*y)(1.,y=2.)
grad(lambda x:x)('a')
grad(lambda x:x)(None)
grad(lambda x:1.)(None)
grad(lambda x:x.sum())(i)
grad(lambda x:float(x))(1.)
grad(lambda x:jnp.sum(x[x>0]**2))(x)
grad(lambda x:x.at[0].set(x[1]).sum())(x)
grad(lambda x:(x.at[jnp.array([0,0])].add(x[:2])**2).sum())(x)
grad(lambda x:jnp.where(x>1,x**2,0.).sum())(x)
grad(lambda v:(lax.stop_gradient(v*v)*v).sum())(x)
grad(lambda v:lax.scan(lambda c,u:(c*u,c),1.,v+1)[0])(x)
grad(lambda v:lax.fori_loop(0,3,lambda i,c:c*v,v))(2.)
grad(lambda v:lax.cond(v>1,lambda u:u**2,lambda u:u,v))(2.)
grad(lambda v:jnp.max(v))(x)
grad(lambda v:jnp.linalg.norm(v))(x+1)
grad(lambda v:jnp.logaddexp(v,1.))(2.)
grad(lambda v:jax.nn.softmax(v)[0])(x)
grad(lambda v:(A@v).sum())(x)
grad(lambda v:jnp.einsum('i,i->',v,v))(x)
grad(lambda v:jnp.prod(v+1))(x)
grad(lambda v:jnp.cumsum(v)[1])(x)
grad(lambda v:jnp.sort(v)[0])(x)
grad(lambda v:v.std())(x)
grad(lambda v:jnp.concatenate([v,v]).sum())(x)
grad(lambda v:jnp.stack([v[0],v[1]]).sum())(x)
grad(lambda v:jnp.interp(0.5,x,v))(x)
grad(grad(lambda x:x**3))(2.)
grad(grad(grad(jnp.sin)))(2.)
grad(lambda x:grad(lambda y:x*y**2)(x))(3.)
grad(lambda x: x if x>0 else -x)(-2.)
jax.value_and_grad(lambda x:x**2)(3.)
jax.value_and_grad(lambda x:(x**2,x*1),has_aux=True)(3.)
jax.value_and_grad(lambda p:(p['w']**2).sum())({'w':x})
jax.vjp(lambda x:x**2,x)[0]
jax.vjp(lambda x:x**2,x)[1](x)
jax.vjp(lambda x:x**2,x)[1](1.)
jax.vjp(lambda x:x**2,x)[1](i)
jax.vjp(lambda x:x**2,x)[1](jnp.ones(4))
jax.vjp(lambda x:(x**2,x),x)[1](jnp.ones(3))
jax.vjp(lambda x:(x**2,x),x)[1]((x,x))
jax.vjp(lambda x,y:x*y,x,x)[1](x)
jax.vjp(lambda x:x**2,i)[0]
jax.vjp(lambda x:(x**2,x),x,has_aux=True)[2]
jax.jvp(jnp.sin,(1.,),(1.,))
jax.jvp(jnp.sin,1.,1.)
jax.jvp(jnp.sin,(1.,),(1,))
jax.jvp(jnp.sin,(x,),(1.,))
jax.jvp(jnp.sin,(x,),(jnp.ones(4),))
jax.jvp(jnp.sin,(x,),(i,))
jax.jvp(jnp.sin,(x,),(x,x))
jax.jvp(lambda a,b:a*b,(x,x),(x,x+1))
jax.linearize(jnp.sin,1.)[0]
jax.linearize(jnp.sin,1.)[1](2.)
jax.jacobian(lambda x:x**2)(x)
jax.jacrev(lambda x:x**2)(x)
jax.jacfwd(lambda x:x**2)(x)
jax.jacrev(lambda x,y:x*y,argnums=(0,1))(x,x)
jax.jacrev(lambda p:p['a']*p['b'])({'a':x,'b':x})
jax.jacrev(lambda x:{'u':x,'v':x.sum()})(x)
jax.jacfwd(lambda x:{'u':x,'v':x.sum()})(x)
jax.jacrev(lambda x:x**2)(i)
jax.jacfwd(lambda x:x**2)(i)
jax.jacrev(lambda x:(x**2,x),has_aux=True)(x)
jax.hessian(lambda x:(x**3).sum())(x)
jax.hessian(lambda x,y:(x*y).sum(),argnums=(0,1))(x,x)
jax.hessian(lambda p:p['a']*p['b'])({'a':1.,'b':2.})
jax.hessian(lambda x:x**3)(2.)
jax.checkpoint(jnp.sin)(1.)
grad(jax.checkpoint(jnp.sin))(1.)
jax.jit(lambda x:x*2)(3)
jax.jit(lambda x,n:x*n,static_argnums=1)(3.,2)
jax.jit(lambda x,n:x*n,static_argnums=5)(3.,2)
jax.jit(lambda x,n:x*n,static_argnums=1)(3.,x)
jax.jit(lambda x,n:x*n,static_argnames='n')(3.,n=2)
jax.jit(lambda x,n:x*n,static_argnames='m')(3.,n=2)
jax.jit(lambda x:x)('a')
jax.jit(lambda x:'a')(1.)
jax.jit(3)
jax.jit(lambda x:{'a':x,'b':2})(1.)
jax.jit(grad(lambda x:x**2))(3.)
grad(jax.jit(lambda x:x**2))(3.)
jax.eval_shape(lambda x:x@x.T, jax.ShapeDtypeStruct((2,3),jnp.float32))
jax.ShapeDtypeStruct((2,3),jnp.float32)
tree.structure({'a':[1,2],'b':None,'c':P(1,(2,))})
tree.structure([1,2])
tree.structure(3)
tree.structure(None)
tree.leaves({'b':1,'a':2,'c':None})
tree.leaves(OrderedDict([('b',1),('a',2)]))
tree.leaves(deque([1,2]))
tree.leaves(defaultdict(list,{'b':1}))
tree.leaves(frozenset([1]))
tree.map(lambda x:x+1,{'a':1,'b':[2,3]})
tree.map(lambda x,y:x+y,{'a':1},{'b':1})
tree.map(lambda x,y:x+y,[1],(1,))
tree.map(lambda x,y:x+y,[1],[1,2])
tree.map(lambda x,y:(x,y),[1,2],[[3],(4,5)])
tree.map(lambda x:x,None)
tree.map(lambda x:x,[None,1],is_leaf=lambda x:x is None)
tree.reduce(lambda a,b:a+b,[1,[2,3]])
tree.reduce(lambda a,b:a+b,[1,[2,3]],10)
tree.all([True,[False]])
tree.transpose(tree.structure([0,0]),tree.structure({'a':0}),[{'a':1},{'a':2}])
tree.flatten([1,(2,)])
tree.unflatten(tree.structure([0,0]),[1,2])
tree.unflatten(tree.structure([0,0]),[1])
tree.leaves_with_path({'a':[1,2]})
jax.tree_util.keystr(tree.leaves_with_path({'a':[1,2]})[0][0])
jax.tree_util.tree_map_with_path(lambda p,x:(p,x),{'a':1})
tree.structure([1,2]).num_leaves
tree.structure([1,2])==tree.structure([3,4])
tree.structure([1,2]).children()
tree.broadcast(1,[2,3])
hasattr(jax,'tree_map')
jax.tree_util.Partial(jnp.add,1)(2)
jax.config.jax_enable_x64
random.split(k7)
random.split(k7,5)
random.split(random.key(0),(2,3))
random.key(3)
random.key(3)[None]
random.fold_in(k7,3)
random.PRNGKey(-1)
random.PRNGKey(2**40+5)
random.normal(k7,(3,))
random.normal(k7,(4,),dtype='float16')
random.uniform(k7,(5,),minval=-1,maxval=3)
random.uniform(k7,(2,),dtype='float16')
random.randint(k7,(5,),0,10)
random.randint(k7,(5,),0,10,dtype='uint8')
random.randint(k7,(5,),-5,2**31-1)
random.randint(k7,(3,),0.5,10)
random.randint(k7,(3,),5,5)
random.randint(k7,(5,),0,256,dtype='uint8')
random.permutation(k7,10)
random.permutation(k7,x)
random.permutation(k7,jnp.arange(12.).reshape(3,4),axis=1)
random.permutation(k7,jnp.arange(12.).reshape(3,4),axis=1,independent=True)
random.choice(k7,5,(3,))
random.choice(k7,5,(3,),replace=False)
random.choice(k7,x,(3,),p=jnp.array([.1,.2,.7]))
random.choice(k7,x,(3,),p=jnp.array([.1,.2,.7]),replace=False)
random.choice(k7,jnp.arange(6.).reshape(2,3),(2,2),axis=1)
random.bernoulli(k7,.3,(8,))
random.bernoulli(k7,x/3,mode='high')
random.exponential(k7,(3,))
random.gumbel(k7,(3,))
random.categorical(k7,jnp.log(jnp.array([.2,.8])))
random.categorical(k7,jnp.zeros((2,3)),axis=0,shape=(4,3))
random.categorical(k7,jnp.zeros((2,5)),shape=(3,2),replace=False)
random.truncated_normal(k7,-1,1,(3,))
random.truncated_normal(k7,-2.,x)
random.laplace(k7,(3,))
random.cauchy(k7,(3,))
random.logistic(k7,(3,))
random.rademacher(k7,(4,))
random.bits(k7,(3,))
random.bits(k7,(3,),jnp.uint8)
random.bits(k7,(3,),'uint16')
random.gamma(k7,2.,(4,))
random.gamma(k7,0.3,(4,))
random.loggamma(k7,0.3,(4,))
random.beta(k7,2.,3.,(3,))
random.dirichlet(k7,jnp.ones(3))
random.multivariate_normal(k7,jnp.zeros(2),jnp.array([[2.,.5],[.5,1.]]),(2,))
random.t(k7,3.,(2,))
random.rayleigh(k7,1.,(2,))
random.weibull_min(k7,1.,2.,(2,))
random.pareto(k7,1.,(2,))
random.orthogonal(k7,3)
random.ball(k7,2)
random.maxwell(k7,(2,))
random.geometric(k7,.3,(3,))
random.triangular(k7,0.,.5,1.,(2,))
random.lognormal(k7,1.,(2,))
random.chisquare(k7,2.)
random.wald(k7,1.)
random.f(k7,2.,3.)
random.generalized_normal(k7,2.)
random.double_sided_maxwell(k7,0.,1.)
random.key_data(random.key(5))
random.wrap_key_data(k7)
jax.random.normal(jax.random.key(1),(2,))
random.normal(3)
random.normal(random.split(k7),(2,))
random.uniform(k7,(3,),dtype=int)
random.PRNGKey(1.5)
random.PRNGKey(x)
random.choice(k7,3,(5,),replace=False)
random.key(0)[0]""".split("\n")
"""Each is evaluated by itself: its printed form, and the kind of its error, are to be the same."""

X64 = """jnp.arange(3.)
jnp.arange(3)
jnp.sin(i)
jnp.sin(i.astype('int32'))
i.astype('int32')*1.5
i.astype('int32')/2
jnp.mean(i.astype('int32'))
i.astype('int32').sum()
(i>0).sum()
i.argmax()
jnp.array([1.])
jnp.sin(np.float32(1))
jnp.sin(1.)
jnp.argsort(i)
jnp.nonzero(i)
jnp.ones(2)
jnp.zeros(2,'float64')
jnp.float32(1)*1.5
jnp.float64(3)
random.normal(random.PRNGKey(0),(3,))
random.uniform(random.PRNGKey(0),(3,))
random.randint(random.PRNGKey(0),(3,),0,10)
random.permutation(random.PRNGKey(0),5)
random.bits(random.PRNGKey(0),(2,),'uint64')
random.PRNGKey(2**40+5)
random.PRNGKey(-1)
jnp.zeros(2,int)
round(jnp.arange(3.))
jnp.searchsorted(i,1)
jnp.count_nonzero(i)
jax.nn.one_hot(i,3)
grad(lambda v:v**3)(2.)
jax.config.jax_enable_x64""".split("\n")
"""The same with 64-bit dtypes switched on."""

P = namedtuple("P", "a b")


def names(jax):
    """What the expressions are evaluated with, over JAX or the dialect."""
    jnp = jax.numpy
    return {
        "jax": jax,
        "jnp": jnp,
        "np": numpy,
        "lax": jax.lax,
        "random": jax.random,
        "grad": jax.grad,
        "tree": jax.tree,
        "x": jnp.arange(3.0),
        "i": jnp.arange(3),
        "b": jnp.array([True, False, True]),
        "A": jnp.arange(6.0).reshape(2, 3),
        "k": jax.random.PRNGKey(0),
        "k7": jax.random.PRNGKey(7),
        "P": P,
        "OrderedDict": OrderedDict,
        "deque": deque,
        "defaultdict": defaultdict,
    }


def outcome(call):
    """The printed form of what `call` gives and prints, or the built-in kinds of its error, and the kinds of warnings."""
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(io.StringIO()) as printed:
        warnings.simplefilter("always")
        try:
            result = {"value": re.sub("0x[0-9a-f]+", "", repr(call()))}
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            kinds = [each.__name__ for each in type(error).__mro__ if each.__module__ == "builtins"]
            return {"error": kinds[: kinds.index("Exception")]}
    told = {each.category.__name__ for each in caught} & {"UserWarning", "FutureWarning"}
    return {**result, "printed": printed.getvalue(), "warned": sorted(told)}


def outcomes(jax):
    """What comes of every expression and every program, by its text or its name."""
    known = names(jax)
    found = {text: outcome(lambda text=text: eval(text, known)) for text in EXPRESSIONS}
    with jax.enable_x64(True):
        wide = names(jax)
        found |= {f"x64: {text}": outcome(lambda text=text: eval(text, wide)) for text in X64}
    return found | {each.__name__: outcome(lambda each=each: each(jax)) for each in PROGRAMS}


PROGRAMS = []


def program(function):
    """Put a function of the namespace `jax` among the programs."""
    PROGRAMS.append(function)
    return function


@program
def the_chapter(jax):
    jnp, random = jax.numpy, jax.random
    x = jnp.arange(4.0)
    y = lambda x: 2 * jnp.dot(x, x)
    first = jax.grad(y)(x)
    detached = jax.grad(lambda x: (jax.lax.stop_gradient(x * x) * x).sum())(x)

    def f(a):
        b = a * 2
        while jnp.linalg.norm(b) < 1000:
            b = b * 2
        return b if b.sum() > 0 else 100 * b

    a = random.normal(random.PRNGKey(1), ())
    return first, first == 4 * x, jax.grad(lambda x: x.sum())(x), detached, jax.grad(f)(a) == f(a) / a


@program
def linear_regression(jax):
    jnp, random = jax.numpy, jax.random
    key = random.PRNGKey(3)
    key, one, two = random.split(key, 3)
    inputs = random.normal(one, (100, 2))
    y = inputs @ jnp.array([2.0, -3.4]) + 4.2 + 0.01 * random.normal(two, (100,))
    params = {"w": jnp.zeros(2), "b": 0.0}

    def loss(params, inputs, y):
        return jnp.mean((inputs @ params["w"] + params["b"] - y) ** 2 / 2)

    @jax.jit
    def step(params, inputs, y):
        value, grads = jax.value_and_grad(loss)(params, inputs, y)
        return jax.tree_util.tree_map(lambda p, g: p - 0.3 * g, params, grads), value

    for _ in range(20):
        params, value = step(params, inputs, y)
    return params, jnp.round(value, 5)


@program
def multilayer_perceptron(jax):
    jnp, random, nn = jax.numpy, jax.random, jax.nn
    keys = random.split(random.PRNGKey(0), 4)
    sizes = [4, 8, 3]
    params = [
        (random.normal(k, (m, n)) * 0.1, jnp.zeros(n)) for k, m, n in zip(keys[:2], sizes[:-1], sizes[1:], strict=True)
    ]
    inputs, labels = random.normal(keys[2], (16, 4)), random.randint(keys[3], (16,), 0, 3)

    def net(params, inputs):
        *hidden, (w, b) = params
        for weights, bias in hidden:
            inputs = nn.relu(inputs @ weights + bias)
        return inputs @ w + b

    def loss(params, inputs, labels):
        logits = net(params, inputs)
        return -jnp.mean(jnp.sum(nn.log_softmax(logits) * nn.one_hot(labels, 3), axis=-1)), logits

    for _ in range(5):
        (value, logits), grads = jax.value_and_grad(loss, has_aux=True)(params, inputs, labels)
        params = jax.tree.map(lambda p, g: p - 0.5 * g, params, grads)
    return value, params[1], jnp.argmax(logits, axis=1), (jnp.argmax(logits, 1) == labels).mean()


@program
def custom_pullback(jax):
    jnp = jax.numpy

    @jax.custom_vjp
    def f(x, y):
        return jnp.sin(x) * y

    def fwd(x, y):
        return f(x, y), (jnp.cos(x), jnp.sin(x), y)

    def bwd(saved, g):
        cos_x, sin_x, y = saved
        return cos_x * g * y * 10.0, sin_x * g

    f.defvjp(fwd, bwd)
    second = jax.grad(jax.grad(f))(0.3, 2.0)
    return f(0.3, 2.0), jax.grad(f)(0.3, 2.0), jax.grad(f, argnums=1)(0.3, 2.0), second


@program
def custom_pullback_with_fixed_arguments(jax):
    jnp = jax.numpy

    def power(n, x):
        return x**n

    power = jax.custom_vjp(power, nondiff_argnums=(0,))
    power.defvjp(lambda n, x: (power(n, x), x), lambda n, x, g: (100.0 * n * g * x ** (n - 1),))

    @jax.custom_vjp
    def clipped(x):
        return x

    clipped.defvjp(lambda x: (x, None), lambda _, g: (jnp.clip(g, -1.0, 1.0),))
    tree = jax.custom_vjp(lambda p: p["a"] * p["b"])
    tree.defvjp(lambda p: (p["a"] * p["b"], p), lambda p, g: ({"a": g * p["b"], "b": None},))
    return (
        jax.grad(power, argnums=1)(3, 2.0),
        jax.grad(lambda x: (clipped(x) * 5.0).sum())(jnp.arange(3.0)),
        jax.grad(tree)({"a": 2.0, "b": 3.0}),
    )


@program
def custom_pushforward(jax):
    jnp = jax.numpy

    @jax.custom_jvp
    def log1pexp(x):
        return jnp.log(1.0 + jnp.exp(x))

    @log1pexp.defjvp
    def rule(primals, tangents):
        (x,), (t,) = primals, tangents
        return log1pexp(x), (1 - 1 / (1 + jnp.exp(x))) * t

    @jax.custom_jvp
    def product(x, y):
        return x * y

    product.defjvps(lambda t, out, x, y: t * y, lambda t, out, x, y: 3.0 * t * x)
    return (
        jax.grad(log1pexp)(2.0),
        jax.grad(jax.grad(log1pexp))(2.0),
        jax.jvp(log1pexp, (2.0,), (1.0,)),
        jax.grad(product, argnums=(0, 1))(2.0, 5.0),
    )


@program
def recurrent_network(jax):
    jnp, random, lax = jax.numpy, jax.random, jax.lax
    keys = random.split(random.key(5), 3)
    params = {"W": random.normal(keys[0], (3, 4)) * 0.5, "U": random.normal(keys[1], (4, 4)) * 0.5}
    xs = random.normal(keys[2], (6, 3))

    def loss(params):
        def cell(h, x):
            h = jnp.tanh(x @ params["W"] + h @ params["U"])
            return h, h.sum()

        h, ys = lax.scan(cell, jnp.zeros(4), xs)
        return jnp.sum(h**2) + jnp.mean(ys)

    return jax.value_and_grad(loss)(params)


@program
def newton(jax):
    jnp = jax.numpy

    def f(v):
        return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2

    v = jnp.array([-1.2, 1.0])
    for _ in range(8):
        v = v - jnp.linalg.solve(jax.hessian(f)(v), jax.grad(f)(v))
    hvp = jax.jvp(jax.grad(f), (v,), (jnp.array([1.0, 2.0]),))[1]
    return jnp.round(v, 3), jnp.round(hvp, 1), jnp.round(jax.jacfwd(jax.grad(f))(v), 0)


@program
def own_containers(jax):
    jnp = jax.numpy

    @jax.tree_util.register_pytree_node_class
    class Point:
        def __init__(self, x, y):
            self.x, self.y = x, y

        def tree_flatten(self):
            return (self.x, self.y), "data"

        @classmethod
        def tree_unflatten(cls, data, children):
            return cls(*children)

        def __repr__(self):
            return f"Point({self.x}, {self.y})"

    g = jax.grad(lambda p: jnp.sum(p.x**2) * p.y)(Point(jnp.arange(3.0), 2.0))
    return g, jax.tree.leaves(Point(1, 2)), jax.tree.map(lambda v: v + 1, Point(1, {"a": 2}))


@program
def methods_and_static_arguments(jax):
    import functools

    jnp = jax.numpy

    class Model:
        def __init__(self, scale):
            self.scale = scale

        @functools.partial(jax.jit, static_argnums=(0,))
        def loss(self, w, x):
            return jnp.sum((self.scale * w * x) ** 2)

    model = Model(2.0)

    @functools.partial(jax.jit, static_argnames=("n",))
    def power(x, n):
        for _ in range(n):
            x = x * x
        return x

    return jax.grad(model.loss)(1.5, jnp.arange(3.0)), power(jnp.float32(1.5), n=2), jax.grad(power)(1.5, 2)


@program
def momentum_over_trees(jax):
    jnp, tree = jax.numpy, jax.tree
    params = {"layer": [jnp.ones((2, 2)), jnp.zeros(2)], "scale": jnp.array(1.5)}
    velocity = tree.map(jnp.zeros_like, params)

    def loss(p):
        return jnp.sum((p["layer"][0] @ jnp.array([1.0, 2.0]) + p["layer"][1]) ** 2) * p["scale"]

    for _ in range(3):
        grads = jax.grad(loss)(params)
        velocity = tree.map(lambda v, g: 0.9 * v + g, velocity, grads)
        params = tree.map(lambda p, v: p - 0.01 * v, params, velocity)
    return params, tree.reduce(lambda a, b: a + b.size, params, 0)


@program
def rebinding(jax):
    jnp = jax.numpy
    x = jnp.arange(3.0)
    y = x
    x += 1
    z = jnp.zeros((2, 2))
    z = z.at[0, 1].set(5.0).at[1].add(jnp.array([1.0, 2.0]))
    x -= y / 2
    return x, y, z, x is y


@program
def jacobian_products(jax):
    jnp = jax.numpy
    f = lambda x, y: (jnp.sin(x) * y, {"s": (x * y).sum()})
    x, y = jnp.arange(3.0), jnp.arange(1.0, 4.0)
    out, pull = jax.vjp(f, x, y)
    both = pull((jnp.ones(3), {"s": jnp.float32(2.0)}))
    again = pull((jnp.zeros(3), {"s": jnp.float32(1.0)}))
    value, push = jax.linearize(f, x, y)
    return out, both, again, value, push(jnp.ones(3), jnp.zeros(3)), jax.jacfwd(f, argnums=1)(x, y)


@program
def sgd_with_dropout(jax):
    jnp, random = jax.numpy, jax.random
    key, w = random.PRNGKey(11), jnp.ones(5)

    def loss(w, key):
        mask = random.bernoulli(key, 0.5, w.shape)
        return jnp.sum(jnp.where(mask, w, 0.0) ** 2)

    for _ in range(4):
        key, sub = random.split(key)
        w = w - 0.1 * jax.grad(loss)(w, sub)
    return w, random.permutation(sub, w), random.choice(sub, w, (2,), replace=False)


@program
def softmax_regression(jax):
    jnp, random = jax.numpy, jax.random
    inputs = random.uniform(random.key(2), (8, 5))
    y = jnp.arange(8) % 3
    weights = jnp.zeros((5, 3))

    def softmax(inputs):
        e = jnp.exp(inputs - inputs.max(axis=1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def cross_entropy(weights):
        return -jnp.log(softmax(inputs @ weights)[jnp.arange(len(y)), y]).mean()

    for _ in range(10):
        weights = weights - jax.grad(cross_entropy)(weights)
    return cross_entropy(weights), weights, softmax(inputs @ weights).sum(1)


if __name__ == "__main__":
    import jax

    print(json.dumps(outcomes(jax)))
