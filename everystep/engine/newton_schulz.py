"""Matrices made nearly orthogonal, as Muon's updates are, by a few matrix products."""

import torch

# The quintic iteration of Muon: its coefficients, how often it is made, and the smallest norm.
NEWTON_SCHULZ, ITERATIONS, SMALLEST_NORM = (3.4445, -4.7750, 2.0315), 5, 1e-7


def orthogonalized(matrices: torch.Tensor) -> torch.Tensor:
    """Return matrices with the same singular vectors and singular values of about 1.

    Five Newton–Schulz iterations (Jordan et al. 2024) take every singular value that is at least
    0.002 of the Frobenius norm to between 0.68 and 1.21.

    Args:
        matrices: shape ``(R, rows, columns)``.
    """
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / x.flatten(1).norm(dim=1).clamp(min=SMALLEST_NORM)[:, None, None]
    a, b, c = NEWTON_SCHULZ
    for _ in range(ITERATIONS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x
