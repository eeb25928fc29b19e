"""Plausible wrong answers to the exercises of chapter 6, each with the mistake it shows."""

import math


def missing_share(slow, fast, fix):
    return (slow[0] - fix[0]) / (slow[0] - fast[0]), fast[1] / fix[1]


def share_of_the_accuracy(slow, fast, fix):
    return fix[0] / slow[0], fast[1] / fix[1]


def slowdown(slow, fast, fix):
    return (fix[0] - fast[0]) / (slow[0] - fast[0]), fix[1] / fast[1]


def speed_up_of_the_fix(slow, fast, fix):
    return (fix[0] - fast[0]) / (slow[0] - fast[0]), slow[1] / fix[1]


def share_of_the_hours(slow, fast, fix):
    (a, slow_hours), (b, fast_hours), (c, fix_hours) = slow, fast, fix
    return (c - b) / (a - b), (slow_hours - fix_hours) / (slow_hours - fast_hours)


def rises(step, warmup):
    return min(1, (step + 1) / (warmup + 1))


def proportional(rate, batch, new_batch, rule, step, warmup):
    return rises(step, warmup) * rate * new_batch / batch


def square_root(rate, batch, new_batch, rule, step, warmup):
    return rises(step, warmup) * rate * math.sqrt(new_batch / batch)


def cold_start(rate, batch, new_batch, rule, step, warmup):
    growth = new_batch / batch
    return rate * (growth if rule == "linear" else growth**0.5)


def first_update_wasted(rate, batch, new_batch, rule, step, warmup):
    growth = new_batch / batch
    full = rate * (growth if rule == "linear" else growth**0.5)
    return full * step / warmup if step < warmup else full


def from_old_to_new(rate, batch, new_batch, rule, step, warmup):
    growth = new_batch / batch
    full = rate * (growth if rule == "linear" else growth**0.5)
    return rate + (full - rate) * rises(step, warmup)


def old_rate(rate, batch, new_batch, rule, step, warmup):
    return rate * rises(step, warmup)


def compare_as_given(train, rates, small, large, updates):
    rate = max(rates, key=lambda rate: train(small, rate, updates))
    fewer = updates * small // large
    return train(small, rate, updates) - train(large, rate, fewer)


def compare_at_one_rate(train, rates, small, large, updates):
    rate = max(rates, key=lambda rate: train(small, rate, updates))
    return train(small, rate, updates) - train(large, rate, updates)


def compare_at_the_rate_of_the_large(train, rates, small, large, updates):
    rate = max(rates, key=lambda rate: train(large, rate, updates))
    return train(small, rate, updates) - train(large, rate, updates)


def compare_at_equal_epochs(train, rates, small, large, updates):
    fewer = updates * small // large
    best_small = max(train(small, rate, updates) for rate in rates)
    return best_small - max(train(large, rate, fewer) for rate in rates)


def compare_the_other_way(train, rates, small, large, updates):
    best_small = max(train(small, rate, updates) for rate in rates)
    return max(train(large, rate, updates) for rate in rates) - best_small


def grow_without_end(epoch, batch, rate, every, factor, largest):
    return batch * factor ** (epoch // every), rate


def grow_and_stop(epoch, batch, rate, every, factor, largest):
    for _ in range(epoch // every):
        if batch * factor <= largest:
            batch *= factor
    return batch, rate


def grow_and_decay(epoch, batch, rate, every, factor, largest):
    for _ in range(epoch // every):
        rate /= factor
        if batch * factor <= largest:
            batch *= factor
    return batch, rate


def grow_too_early(epoch, batch, rate, every, factor, largest):
    for _ in range((epoch + 1) // every):
        if batch * factor <= largest:
            batch *= factor
        else:
            rate /= factor
    return batch, rate


def cut_off(epoch, batch, rate, every, factor, largest):
    return min(largest, batch * factor ** (epoch // every)), rate


WRONG_ANSWERS = [
    ("equal_update_hours", "as-slow", 12),
    ("equal_update_hours", "one-pass", 2),
    ("equal_update_hours", "slow-times-ratio", 12 * 512 / 32),
    ("equal_update_hours", "speed-times-hours", 12 / 2 * 12),
    ("equal_update_epochs", "ratio", 30 * 1024 / 64),
    ("equal_update_epochs", "rounded-down", 30 * 782 // 49),
    ("equal_update_epochs", "dropped", math.ceil(30 * (50_000 // 64) / (50_000 // 1024))),
    ("equal_update_epochs", "updates", 30 * math.ceil(50_000 / 64)),
    ("equal_update_epochs", "unchanged", 30),
    ("judge_fix", "still-missing", missing_share),
    ("judge_fix", "of-accuracy", share_of_the_accuracy),
    ("judge_fix", "upside-down", slowdown),
    ("judge_fix", "own-speed-up", speed_up_of_the_fix),
    ("judge_fix", "hours-saved", share_of_the_hours),
    ("scaled_rate", "always-linear", proportional),
    ("scaled_rate", "always-root", square_root),
    ("scaled_rate", "no-warm-up", cold_start),
    ("scaled_rate", "starts-at-zero", first_update_wasted),
    ("scaled_rate", "from-the-old-rate", from_old_to_new),
    ("scaled_rate", "old-rate", old_rate),
    ("compare", "as-given", compare_as_given),
    ("compare", "one-rate", compare_at_one_rate),
    ("compare", "rate-of-the-large", compare_at_the_rate_of_the_large),
    ("compare", "fewer-updates", compare_at_equal_epochs),
    ("compare", "sign", compare_the_other_way),
    ("grow_or_decay", "no-limit", grow_without_end),
    ("grow_or_decay", "never-decays", grow_and_stop),
    ("grow_or_decay", "both", grow_and_decay),
    ("grow_or_decay", "one-early", grow_too_early),
    ("grow_or_decay", "clipped", cut_off),
    ("job_with_gap", "a", "a"),
    ("job_with_gap", "c", "C"),
    ("job_with_gap", "d", " d "),
    ("no_fix", "rate", "rate"),
    ("no_fix", "longer", "Longer"),
    ("no_fix", "between", " between "),
]
