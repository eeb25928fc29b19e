import pytest
import torch
from torch import nn

from everystep.measure.gradient_noise import BLOCK, flat_gradient, gradient_noise, noise_scale


@pytest.fixture
def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()


def samples(n, seed=1):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 3, generator=generator, dtype=torch.float64)
    return x, torch.randint(2, (n,), generator=generator)


def gradients_one_by_one(model, x, y):
    rows = []
    for i in range(len(x)):
        model.zero_grad()
        nn.functional.cross_entropy(model(x[i : i + 1]), y[i : i + 1]).backward()
        rows.append(torch.cat([p.grad.flatten() for p in model.parameters()]))
    model.zero_grad()
    return torch.stack(rows)


def test_the_full_gradient_is_the_mean_of_the_samples_gradients(model):
    x, y = samples(7)
    expected = gradients_one_by_one(model, x, y).mean(0)
    torch.testing.assert_close(flat_gradient(model, x, y), expected)


def test_stored_gradients_stay_as_they_are(model):
    x, y = samples(7)
    flat_gradient(model, x, y)
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize("n", [2, 9, BLOCK + 1, 2 * BLOCK])
def test_noise_scale_is_variance_over_squared_length(model, n):
    x, y = samples(n)
    each = gradients_one_by_one(model, x, y)
    scale = noise_scale(model, x, y)
    variance, squared = each.var(0, correction=0).sum().item(), each.mean(0).square().sum().item()
    assert scale.variance == pytest.approx(variance)
    assert scale.squared_length == pytest.approx(squared)
    assert scale.batch_size == pytest.approx(variance / squared)


def test_equal_samples_have_no_noise(model):
    x, y = samples(1)
    assert noise_scale(model, x.expand(5, -1), y.expand(5)).variance == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("batch_size", [1, 4, 16])
@pytest.mark.parametrize("replacement", [True, False])
def test_noise_follows_the_formula(model, batch_size, replacement):
    n = 24
    x, y = samples(n)
    expected = noise_scale(model, x, y).variance / batch_size
    if not replacement:
        expected *= (n - batch_size) / (n - 1)
    noise = gradient_noise(
        model,
        x,
        y,
        batch_size,
        generator=torch.Generator().manual_seed(2),
        draws=1500,
        replacement=replacement,
    )
    assert noise**2 == pytest.approx(expected, rel=0.1)


def test_all_samples_without_replacement_leave_no_noise(model):
    x, y = samples(10)
    noise = gradient_noise(model, x, y, 10, generator=torch.Generator().manual_seed(0))
    assert noise == pytest.approx(0, abs=1e-12)


def test_the_generator_decides(model):
    x, y = samples(30)
    first, again, other = (
        gradient_noise(model, x, y, 3, generator=torch.Generator().manual_seed(seed))
        for seed in (5, 5, 6)
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("batch_size", "options", "named"),
    [
        (0, {}, "batch_size"),
        (11, {}, "batch_size"),
        (2.5, {}, "batch_size"),
        (2, {"draws": 0}, "draws"),
    ],
)
def test_impossible_arguments_are_named(model, batch_size, options, named):
    x, y = samples(10)
    with pytest.raises(ValueError, match=named):
        gradient_noise(model, x, y, batch_size, generator=torch.Generator(), **options)


def test_with_replacement_a_batch_may_exceed_the_data(model):
    x, y = samples(4)
    generator = torch.Generator().manual_seed(0)
    assert gradient_noise(model, x, y, 9, generator=generator, replacement=True) > 0


def test_one_sample_has_no_noise_scale(model):
    with pytest.raises(ValueError, match="at least 2 samples"):
        noise_scale(model, *samples(1))
