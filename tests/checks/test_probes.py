import torch

from everystep.checks import probes


def test_a_loop_on_one_weight_can_be_followed_by_hand():
    model = probes.one_weight()
    optimizer, rates = probes.recording_sgd(model.parameters(), 0.25)
    weight = 0.0
    for (x, y), value in zip(probes.batches_of([1.0, 2.0]), [1.0, 2.0], strict=True):
        optimizer.zero_grad()
        torch.nn.MSELoss()(model(x), y).backward()
        optimizer.step()
        weight -= 0.25 * 2 * value * (weight * value - 1)
    assert model.weight.item() == weight
    assert rates == [0.25, 0.25]


def test_the_rate_recorded_is_the_one_used_and_not_the_next():
    optimizer, rates = probes.recording_sgd(probes.one_weight().parameters(), 1.0)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    for _ in range(3):
        optimizer.step()
        scheduler.step()
    assert rates == [1.0, 0.5, 0.25]
    assert probes.rate_of(optimizer) == 0.125


def test_each_model_and_each_target_is_a_new_one():
    first, second = probes.one_weight(), probes.one_weight()
    with torch.no_grad():
        first.weight.add_(1)
    assert second.weight.item() == 0
    (_, one), (_, other) = probes.batches_of([1.0, 1.0])
    one.zero_()
    assert other.item() == 1


def test_an_idle_optimizer_follows_a_scheduler():
    optimizer = probes.idle_sgd()
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 / (step + 1))
    optimizer.step()
    scheduler.step()
    assert probes.rate_of(optimizer) == 0.5
