"""What the notebooks import: data, models, training over seeds, statistics, figures, findings."""

import torch

from everystep.lab.data import Data, digits
from everystep.lab.figures import show, use_house_style
from everystep.lab.findings import finding
from everystep.lab.glue import glue
from everystep.lab.models import CNN, MLP, Model
from everystep.lab.plots import draw_curve, draw_heat_map, draw_runs, explain_bands
from everystep.lab.recipe import Recipe
from everystep.lab.replicas import batch_order, evaluate, noisy_labels
from everystep.lab.seeds import base_seed, seeds
from everystep.lab.statistics import Estimate, difference, estimate, time_to_target
from everystep.lab.steps import total_steps, updates_per_epoch
from everystep.lab.sweep import Sweep, sweep
from everystep.lab.training import Runs, train

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
    "difference",
    "digits",
    "draw_curve",
    "draw_heat_map",
    "draw_runs",
    "estimate",
    "evaluate",
    "explain_bands",
    "finding",
    "glue",
    "noisy_labels",
    "seeds",
    "show",
    "sweep",
    "time_to_target",
    "total_steps",
    "train",
    "updates_per_epoch",
    "use_house_style",
]
