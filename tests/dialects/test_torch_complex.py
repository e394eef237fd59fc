"""Complex numbers and Fourier transforms of the dialect of torch, beside torch itself."""

import pytest
from dialects.test_torch_side_by_side import backend, compared, names, outcome, printed, torch

from unigrad.dialects import torch as dialect

__all__ = ["backend"]

SETTING = """
z = torch.tensor([0.5 + 1.2j, -0.7 + 0.4j, 1.1 - 0.9j], requires_grad=True)
w = torch.tensor([0.3 - 0.2j, 1.4 + 0.6j, -0.8 + 1.5j])
a = torch.tensor([0.3, -1.2, 2.5], requires_grad=True)
q = torch.outer(z, w).detach() + torch.eye(3)
c = torch.polar(torch.arange(1.0, 31.0), torch.arange(30.0) ** 2).reshape(2, 3, 5)
"""

EXPRESSIONS = """
torch.complex(a, a + 1)
torch.complex(a, torch.ones(2, 1))
torch.complex(a.detach().double(), a.detach())
torch.complex(i, i)
torch.complex(1.0, 2.0)
torch.polar(a, a + 1)
torch.real(z), z.real, torch.imag(z), z.imag, z.detach().real
torch.real(a), a.real
torch.imag(a)
a.imag
z.conj(), torch.conj(z), torch.conj(a), z.conj_physical(), z.is_conj(), z.resolve_conj()
torch.angle(z), torch.angle(torch.tensor([-1.0, 0.0, 2.0, float("nan")])), torch.angle(torch.tensor([-1, 2]))
torch.abs(z), z.abs(), torch.sgn(z), torch.sgn(torch.zeros(1) * 1j), a.detach().sgn()
torch.sign(z)
torch.isreal(torch.tensor([1 + 0j, 2j])), torch.isreal(a)
torch.is_complex(z), z.is_complex(), a.is_complex(), z.dtype.is_complex, z.dtype.is_floating_point
torch.view_as_real(z), torch.view_as_real(c).shape
torch.view_as_real(a)
torch.view_as_complex(torch.arange(6.0).reshape(3, 2))
torch.view_as_complex(torch.arange(6.0))
torch.view_as_complex(torch.arange(6).reshape(3, 2))
torch.adjoint(q), q.mH, q.H, q.adjoint(), q.mT
c.H
c.mH.shape
z.item()
z[0].item(), complex(z[1])
float(z[0])
torch.tensor([1, 2j]), torch.tensor(1j), torch.tensor([1j], dtype=torch.complex128)
torch.zeros(2, dtype=torch.complex64), torch.ones(2, dtype=torch.cfloat), torch.full((2,), 1j), torch.zeros(2, dtype=torch.cdouble)
a.detach().to(torch.complex64), a.to(torch.cdouble), a.cfloat(), a.cdouble()
z.to(torch.float32), z.float(), z.double()
z + a, z + 1, a + 1j, a * w, i * 1j, z / w, z ** 2, z ** w, 2 ** w
z == w, z != w
z < w
z.max()
torch.sort(z)
torch.clamp(z, 0)
torch.floor(z)
z.sum(), z.mean(), z.prod(), z.cumsum(0), z.std(), z.var(), torch.linalg.norm(z), z.norm()
torch.dot(z, w), torch.vdot(z, w), torch.outer(z, w), q @ w, torch.inner(z, w), torch.einsum("i,ij,j", z, q, w)
torch.dot(z, a)
torch.linalg.inv(q), torch.linalg.det(q), torch.linalg.solve(q, w)
torch.exp(z), torch.log(z), torch.sqrt(z), torch.sin(z), torch.cos(z), torch.tanh(z), torch.reciprocal(z), torch.square(z)
torch.cat([z, a]), torch.stack([z, w]), torch.where(a > 0, z, w), z[1:], z.flip(0), torch.diag(z)
torch.allclose(z, z + 1e-9), torch.isnan(z), torch.isfinite(z)
torch.randn(3, dtype=torch.complex64).shape
z.requires_grad, z.grad, z.is_leaf, z.type()
torch.tensor([1, 2], requires_grad=True)
z.sum().backward()
(z * z).backward()
(z * z).backward(torch.ones(3))
torch.autograd.grad(z.sum(), z)
torch.autograd.grad((z * w).abs().sum(), z)
torch.autograd.grad(z * z, z, w)
torch.autograd.grad((z * a).real.sum(), (z, a))
torch.autograd.grad((z.conj() * z * w).imag.sum(), z)
torch.autograd.grad(torch.angle(z).sum() + z.abs().pow(2).sum(), z)
torch.autograd.grad(torch.sgn(torch.cat([z, 0 * w])).real.sum(), z)
torch.autograd.grad(torch.view_as_real(z * w).pow(3).sum(), z)
torch.autograd.grad(torch.view_as_complex(torch.stack([a, a * a], -1)).abs().sum(), a)
torch.autograd.grad(torch.complex(a, a * a).abs().sum() + torch.polar(a * a, a).imag.sum(), a)
torch.autograd.grad((torch.exp(z) * torch.sin(z) + torch.log(z) / torch.cosh(z) - torch.sqrt(z) ** w).abs().sum(), z)
torch.autograd.grad(torch.linalg.solve(q * z, w).abs().sum() + torch.linalg.det(q * z).abs(), z)
torch.autograd.grad(torch.vdot(z, w * z).abs() + z.prod().real + z.std() + torch.linalg.norm(z), z)
torch.autograd.grad(torch.einsum("i,ij,j", z, q, z).imag, z)
torch.autograd.grad(torch.autograd.grad(z.abs().pow(4).sum(), z, create_graph=True)[0].real.sum(), z)
torch.autograd.grad(a.to(torch.complex64).mul(1j).exp().real.sum(), a)
torch.func.grad(lambda z: z.abs().pow(2).sum())(w)
torch.func.vjp(lambda z: z * z.conj() * w, w)[1](w + 1)
torch.func.jvp(lambda z: z * z.conj() * z, (w,), (w + 1,))
torch.fft.fft(a), torch.fft.fft(z), torch.fft.fft(i), torch.fft.fft(a, 5), torch.fft.fft(a, n=2, norm="ortho"), torch.fft.fft(c, dim=0)
torch.fft.ifft(z, norm="forward"), torch.fft.ifft(a, 4), torch.fft.ifft(c, dim=1)
torch.fft.rfft(a), torch.fft.rfft(a, 6), torch.fft.irfft(z), torch.fft.irfft(z, 3), torch.fft.irfft(z, n=5, norm="ortho")
torch.fft.hfft(z), torch.fft.hfft(z, 5, norm="forward"), torch.fft.ihfft(a), torch.fft.ihfft(a, 4, norm="ortho")
torch.fft.fft2(c), torch.fft.fft2(c, (4, 4)), torch.fft.ifft2(c, dim=(0, 1)), torch.fft.rfft2(c.real), torch.fft.irfft2(c)
torch.fft.hfft2(c), torch.fft.ihfft2(c.real), torch.fft.hfft2(c, (3, 7), norm="ortho"), torch.fft.ihfft2(c.real, s=(2, 4))
torch.fft.fftn(c), torch.fft.fftn(c, (2, 3)), torch.fft.ifftn(c, dim=(0, 2), norm="ortho"), torch.fft.rfftn(c.real), torch.fft.irfftn(c)
torch.fft.irfftn(c, s=(3, -1), norm="forward"), torch.fft.hfftn(c), torch.fft.ihfftn(c.real, dim=(0, 2)), torch.fft.hfftn(c, norm="ortho")
torch.fft.fftfreq(5), torch.fft.fftfreq(4, 0.5, dtype=torch.float64), torch.fft.rfftfreq(5, d=2.0), torch.fft.rfftfreq(4)
torch.fft.fftshift(a), torch.fft.ifftshift(c, 1), torch.fft.fftshift(c, dim=(0, 2))
torch.fft.fft(a, 0)
torch.fft.fft(a, norm="whole")
torch.fft.fft(a, dim=3)
torch.fft.fft([1.0, 2.0])
torch.fft.fft(torch.tensor(1.0))
torch.fft.fft(a.half())
torch.fft.rfft(z)
torch.fft.ihfft(z)
torch.fft.fft2(a)
torch.fft.fftn(c, dim=(0, 0))
torch.fft.fftn(c, s=(2,), dim=(0, 1))
torch.fft.fftn(c, s=(2, 2, 2, 2))
torch.fft.rfftn(c)
torch.autograd.grad(torch.fft.fft(a, 5).abs().sum() + torch.fft.rfft(a, 4).imag.pow(3).sum(), a)
torch.autograd.grad(torch.fft.fft(z).abs().sum() + torch.fft.irfft(z, 5).pow(3).sum() + torch.fft.hfft(z).pow(2).sum(), z)
torch.autograd.grad(torch.fft.ifftn(z * c.mT).abs().sum() + torch.fft.hfftn(z * c.mT).pow(2).mean(), z)
torch.autograd.grad(torch.fft.ihfft2(torch.outer(a, a)).abs().sum() + torch.fft.fftshift(a)[0] ** 2, a)
""".strip().splitlines()

PROGRAMS = [
    "z.abs().sum().backward(); (z * w).imag.sum().backward(); result = z.grad",
    "y = z * w; y.retain_grad(); y.abs().sum().backward(); result = y.grad, z.grad",
    "hooked = []; y = z * w; y.register_hook(hooked.append); y.abs().sum().backward(); result = hooked",
    "with torch.no_grad():\n    z -= 0.1 * w\nresult = z",
    "y = z * 1; y[0] = 2j; y.abs().sum().backward(); result = y, z.grad",
    "y = w.clone(); y.real = torch.zeros(3); y.imag = 1.0; result = y",
    "y = z * 1; y.imag = torch.ones(3); (y * w).abs().sum().backward(); result = z.grad",
    "y = w.clone(); y.mul_(1j).add_(1).conj_physical_(); result = y",
    "y = a.detach(); y += 1j",
    "y = a.detach(); y[0] = 1j",
    "y = w.clone(); y[0] = a.detach()[0]; y[1:] = 2; result = y",
    """
class Cube(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * (3 * x ** 2).conj()

Cube.apply(z).abs().sum().backward()
result = z.grad
""",
]

PRINTED = """
w
z
w.to(torch.complex128)
torch.tensor(1 + 2j)
torch.tensor([1 + 2j, -3j, 100])
torch.tensor([[1e-5 + 2j, -3j]])
torch.zeros(2, 2, dtype=torch.complex64)
torch.complex64, torch.cdouble
""".strip().splitlines()


def scope(namespace):
    made = names(namespace)
    exec(SETTING, made)
    return made


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(backend, text):
    compared(outcome(lambda: eval(text, scope(torch))), outcome(lambda: eval(text, scope(dialect))))


@pytest.mark.parametrize("text", PROGRAMS)
def test_programs(backend, text):
    def run(namespace):
        made = scope(namespace)
        exec(text, made)
        return made.get("result")

    compared(outcome(lambda: run(torch)), outcome(lambda: run(dialect)))


@pytest.mark.parametrize("text", PRINTED)
def test_printed_form(text):
    assert printed(eval(text, scope(dialect))) == printed(eval(text, scope(torch)))
