"""PLACEHOLDER: plausible wrong answers to the exercises, each with the mistake it shows."""

WRONG_ANSWERS = [
    ("updates", "rounded-down", 180),
    ("updates", "one-epoch", 16),
    ("updates", "samples", 12_000),
]
