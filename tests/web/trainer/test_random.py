"""What a seed draws in the page: the same every time, and distributed as PyTorch's draws are."""

import itertools
import statistics

import numpy as np
import pytest
from scipy import stats

from everystep.engine.models import MLP

PURPOSES = ("weights", "order", "label noise", "split")
DRAW = """([purpose, seeds, count]) => seeds.map((seed) => {
  const uniform = everystep.random.generator(seed, purpose);
  return Array.from({ length: count }, uniform);
})"""


def draws(page, purpose, seeds, count):
    return np.array(page.evaluate(DRAW, [purpose, list(seeds), count]))


@pytest.mark.parametrize("seed", [0, 1, 12345, 2**31, 2**32, 2**53 - 1])
def test_the_numbers_are_those_of_the_published_rule(page, seed):
    drawn = draws(page, "order", [seed], 50)[0] * 2**32
    assert drawn.tolist() == sfc32(seed % 2**32, seed // 2**32, 1, 50)


def sfc32(a, b, c, count):
    """Return what sfc32 draws after 15 rounds: the published rule, in whole numbers of 32 bits."""
    counter, full, drawn = 1, 0xFFFFFFFF, []
    for _ in range(15 + count):
        out = (a + b + counter) & full
        counter += 1
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & full
        c = (((c << 21) | (c >> 11)) + out) & full
        drawn.append(out)
    return drawn[15:]


def test_numbers_are_uniform_for_one_seed_and_over_neighboring_seeds(page):
    for purpose in PURPOSES:
        for sample in (draws(page, purpose, [7], 20_000)[0], draws(page, purpose, range(3000), 1)):
            assert stats.kstest(sample.ravel(), "uniform").pvalue > 1e-4


def test_seeds_and_purposes_have_streams_of_their_own(page):
    streams = [draws(page, p, [0, 1, 2, 2**32, 2**53 - 1], 2000) for p in PURPOSES]
    correlations = np.corrcoef(np.concatenate(streams)) - np.eye(20)
    assert abs(correlations).max() < 5 / 2000**0.5


@pytest.mark.parametrize("seed", [-1, 0.5, 2**53, "1", None])
def test_what_is_no_seed_is_refused(page, seed):
    call = "(seed) => everystep.random.generator(seed, 'order')"
    with pytest.raises(Exception, match="seed must be a whole number of at least 0, got"):
        page.evaluate(call, seed)


def test_weights_are_distributed_as_those_of_pytorch(page):
    sizes = [64, 128, 10]
    call = "([s, n]) => everystep.random.initialWeights(s, n).map((part) => [...part])"
    ours = page.evaluate(call, [sizes, 3])
    theirs = MLP(*sizes).initial_weights([3])
    assert [len(part) for part in ours] == [part[0].numel() for part in theirs]
    for part, other in zip(ours, theirs, strict=True):
        assert stats.ks_2samp(part, other.flatten().tolist()).pvalue > 1e-4
    bounds = [max(map(abs, part)) for part in ours]
    for bound, limit in zip(bounds, (64**-0.5, 64**-0.5, 128**-0.5, 128**-0.5), strict=True):
        assert 0.6 * limit < bound <= limit


FIRST_ORDERS = """() => Array.from({ length: 4800 }, (_, seed) =>
  [...everystep.random.batchOrder(4, seed)()].join(""))"""


def chance(orders):
    """Return how probable counts like these are if all orders of four are equally likely."""
    assert all(sorted(order) == list("0123") for order in orders)
    counts = [orders.count("".join(order)) for order in itertools.permutations("0123")]
    return stats.chisquare(counts).pvalue


def test_every_order_is_equally_likely(page):
    assert chance(page.evaluate(FIRST_ORDERS)) > 1e-4


def test_an_order_that_is_biased_is_found(trainer):
    with trainer(random=("uniform() * (i + 1)", "uniform() * list.length")) as page:
        assert chance(page.evaluate(FIRST_ORDERS)) < 1e-6


def test_every_epoch_has_an_order_of_its_own(page):
    epochs = page.evaluate("""() => {
      const order = everystep.random.batchOrder(40, 9);
      return Array.from({ length: 5 }, () => [...order()]);
    }""")
    assert all(sorted(order) == list(range(40)) for order in epochs)
    assert len(set(map(tuple, epochs))) == 5


def test_labels_are_replaced_with_the_probability_that_was_asked_for(page):
    call = "([y, noise]) => everystep.random.noisyLabels(y, noise, 10, 2)"
    labels = [i % 10 for i in range(20_000)]
    noisy = page.evaluate(call, [labels, 0.4])
    changed = [new for old, new in zip(labels, noisy, strict=True) if old != new]
    # A tenth of the replaced get their own label again.
    assert len(changed) / len(labels) == pytest.approx(0.36, abs=0.015)
    assert set(noisy) == set(range(10))
    assert statistics.mean(changed) == pytest.approx(4.5, abs=0.15)
    assert page.evaluate(call, [labels, 0]) == labels
    assert page.evaluate(call, [labels, 0.4]) == noisy


def test_a_split_shares_no_sample_and_leaves_none_out(page):
    call = "(seed) => Object.values(everystep.random.split(50, 40, 10, seed)).map((p) => [...p])"
    train, val = page.evaluate(call, 1)
    assert len(train) == 40
    assert sorted(train + val) == list(range(50))
    assert page.evaluate(call, 1) == [train, val] != page.evaluate(call, 2)
