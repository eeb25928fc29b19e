import pytest
import torch
from torch import nn
from torch.nn import functional

from everystep.engine.models import MLP
from everystep.measure.curvature import largest_eigenvalue, sharpness


@pytest.fixture
def samples():
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(20, 4, generator=generator, dtype=torch.float64)
    return x, torch.randint(3, (20,), generator=generator)


def tiny_module(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3)).double()


def dense_hessian(module, x, y):
    """The whole matrix, of the same network written out on a flat vector of weights."""
    shapes = [parameter.shape for parameter in module.parameters()]

    def loss_of(flat):
        parts = flat.split([shape.numel() for shape in shapes])
        w1, b1, w2, b2 = (part.view(shape) for part, shape in zip(parts, shapes, strict=True))
        return functional.cross_entropy((x @ w1.T + b1).tanh() @ w2.T + b2, y)

    flat = nn.utils.parameters_to_vector(module.parameters()).detach()
    return torch.autograd.functional.hessian(loss_of, flat)


@pytest.mark.parametrize("seed", range(5))
def test_one_product_gives_the_starting_vector_times_the_dense_hessian_times_it(samples, seed):
    module = tiny_module()
    loss = functional.cross_entropy(module(samples[0]), samples[1])
    found = largest_eigenvalue(loss, module.parameters(), max_products=1, seed=seed)
    hessian = dense_hessian(module, *samples)
    generator = torch.Generator().manual_seed(seed)
    vector = torch.randn(len(hessian), generator=generator, dtype=hessian.dtype)
    torch.testing.assert_close(found, vector @ hessian @ vector / (vector @ vector))


def test_a_parameter_that_the_loss_does_not_depend_on_adds_no_curvature():
    used, unused = torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True)
    loss = (used**2).sum()
    assert largest_eigenvalue(loss, [used, unused]).item() == pytest.approx(2, rel=1e-3)


def test_linear_loss_has_no_curvature():
    w = torch.ones(2, requires_grad=True)
    assert largest_eigenvalue(w.sum(), [w]) == 0


@pytest.mark.parametrize("seed", range(3))
def test_largest_eigenvalue_equals_that_of_the_dense_hessian(samples, seed):
    module = tiny_module(seed)
    loss = functional.cross_entropy(module(samples[0]), samples[1])
    found = largest_eigenvalue(loss, module.parameters(), tolerance=1e-9, max_products=10_000)
    eigenvalues = torch.linalg.eigvalsh(dense_hessian(module, *samples))
    expected = eigenvalues[eigenvalues.abs().argmax()]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=0)
    assert not found.requires_grad


def test_eigenvalue_of_the_largest_magnitude_may_be_negative():
    w = torch.zeros(2, requires_grad=True)
    loss = (w * torch.tensor([1.0, -3.0]) * w).sum() / 2
    assert largest_eigenvalue(loss, [w]).item() == pytest.approx(-3, rel=1e-3)


def test_sharpness_of_stacked_replicas_equals_one_by_one():
    model = MLP(4, 5, 3)
    weights = model.initial_weights([0, 1, 2], torch.float64)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(20, 4, generator=generator)
    labels = torch.randint(3, (3, 20), generator=generator)
    found = sharpness(model, weights, x, labels, tolerance=1e-9)
    for replica in range(3):
        module = model.to_module(weights, replica)
        loss = functional.cross_entropy(module(x.double()), labels[replica])
        alone = largest_eigenvalue(loss, module.parameters(), tolerance=1e-9)
        assert found[replica] == pytest.approx(alone.item(), rel=1e-5)


def test_sharpness_with_shared_labels_leaves_the_weights_as_they_were():
    model = MLP(4, 3)
    weights = model.initial_weights([0, 1])
    x, y = torch.eye(4), torch.tensor([0, 1, 2, 0])
    shared = sharpness(model, weights, x, y)
    assert shared == pytest.approx(sharpness(model, weights, x, y.expand(2, 4)))
    assert not any(weight.requires_grad for weight in weights)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": 0}, "tolerance must be a positive number"),
        ({"max_products": 0}, "max_products must be a whole number of at least 1"),
    ],
)
def test_limits_are_checked(options, message):
    w = torch.ones(2, requires_grad=True)
    with pytest.raises(ValueError, match=message):
        largest_eigenvalue((w**2).sum(), [w], **options)


def test_the_shape_of_the_loss_is_checked():
    w = torch.ones(2, requires_grad=True)
    with pytest.raises(ValueError, match="loss must have shape"):
        largest_eigenvalue(w * w[:, None], [w])
