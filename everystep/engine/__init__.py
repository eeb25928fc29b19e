"""Training: data, models, optimizers, and every seed of a recipe at once."""

import torch

# One thread per process: sums are then added in the same order on every machine, whatever its
# number of cores, and two notebooks tested side by side do not fight for the cores.
torch.set_num_threads(1)
