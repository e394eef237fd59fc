"""Linear equations and factorizations on Torch: its ``linalg``, where ``torch`` itself has older functions of these names."""

from __future__ import annotations

from typing import Any

import torch

cholesky, det, inv = torch.linalg.cholesky, torch.linalg.det, torch.linalg.inv
eigvalsh, svdvals, expm = torch.linalg.eigvalsh, torch.linalg.svdvals, torch.linalg.matrix_exp


def pinv(x: Any, *, rtol: float) -> Any:
    """The pseudo-inverse; singular values up to ``rtol`` times the largest count as 0."""
    return torch.linalg.pinv(x, rtol=rtol)


def solve(x1: Any, x2: Any) -> Any:
    """The solution of ``x1 @ x = x2``; Torch would take a matrix for a stack of vectors where the shapes allow it."""
    if x2.ndim == 1:
        return torch.linalg.solve(x1, x2[:, None])[..., 0]
    if x2.ndim < x1.ndim:
        x2 = x2.expand(*x1.shape[: x1.ndim - x2.ndim], *x2.shape)
    return torch.linalg.solve(x1, x2)


def solve_triangular(x1: Any, x2: Any, *, lower: bool = False) -> Any:
    """`solve`, of ``x1`` one triangle."""
    if x2.ndim == 1:
        return torch.linalg.solve_triangular(x1, x2[:, None], upper=not lower)[..., 0]
    return torch.linalg.solve_triangular(x1, x2, upper=not lower)
