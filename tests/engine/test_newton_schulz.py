import pytest
import torch

from everystep.engine.newton_schulz import orthogonalized


@pytest.mark.parametrize("shape", [(40, 100), (100, 40), (30, 30), (1, 7)])
def test_singular_values_become_about_one(shape):
    generator = torch.Generator().manual_seed(1)
    matrices = torch.randn(3, *shape, generator=generator, dtype=torch.float64)
    left, values, right = torch.linalg.svd(matrices, full_matrices=False)
    spread = torch.logspace(0, -2, values.shape[1], dtype=torch.float64)
    result = orthogonalized(left * (spread * 5) @ right)
    # With the singular vectors as they were, what remains is a diagonal matrix.
    remains = left.mT @ result @ right.mT
    diagonal = remains.diagonal(dim1=1, dim2=2)
    assert diagonal.min() >= 0.68
    assert diagonal.max() <= 1.21
    torch.testing.assert_close(remains, torch.diag_embed(diagonal))


def test_a_matrix_without_gradient_stays():
    assert orthogonalized(torch.zeros(2, 3, 4)).eq(0).all()
