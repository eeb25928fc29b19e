"""What the notebooks import: data, models, training over seeds, statistics, figures, findings."""

import torch

from everystep.lab.data import Data, digits
from everystep.lab.figures import show, use_house_style
from everystep.lab.findings import finding
from everystep.lab.glue import glue
from everystep.lab.models import CNN, MLP, Model
from everystep.lab.recipe import Recipe
from everystep.lab.seeds import base_seed, seeds
from everystep.lab.statistics import Estimate, estimate
from everystep.lab.steps import total_steps, updates_per_epoch
from everystep.lab.sweep import Sweep, sweep
from everystep.lab.training import Runs, batch_order, evaluate, noisy_labels, train

# One thread per process: sums are then added in the same order on every machine, whatever its
# number of cores, and two notebooks tested side by side do not fight for the cores.
torch.set_num_threads(1)

__all__ = [
    "CNN",
    "MLP",
    "Data",
    "Estimate",
    "Model",
    "Recipe",
    "Runs",
    "Sweep",
    "base_seed",
    "batch_order",
    "digits",
    "estimate",
    "evaluate",
    "finding",
    "glue",
    "noisy_labels",
    "seeds",
    "show",
    "sweep",
    "total_steps",
    "train",
    "updates_per_epoch",
    "use_house_style",
]
