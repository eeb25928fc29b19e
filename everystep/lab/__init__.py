"""What the notebooks import: one front for all rooms behind it, which has no code of its own."""

from everystep.clinic.blind_exam import exam_case
from everystep.clinic.blind_jobs import records_of_a_job, records_of_four_jobs
from everystep.clinic.budget import (
    BUDGET,
    CUT_SHORT,
    REFERENCE_PLANS,
    SCALED,
    SEARCHED,
    TWELVE_HOURS,
    Plan,
    Search,
    report_choices,
    score_plan,
    train_plans,
)
from everystep.clinic.failures import (
    CASES,
    NETWORK,
    PHOTOGRAPHS,
    REFERENCE,
    Setup,
    photographs,
    train_setups,
)
from everystep.clinic.fixes import judge_recipe
from everystep.clinic.logs import logs_of
from everystep.clinic.tree import KNOBS, diagnose, jumps, tree_as_html
from everystep.core import schedules
from everystep.core.early_stopping import EarlyStopping
from everystep.core.recipe import Recipe
from everystep.core.scaling import CostModel, fit_ring, updates_for
from everystep.core.seeds import base_seed, seeds
from everystep.core.statistics import (
    difference,
    estimate,
    proportion,
    time_to_target,
    verdict,
    verdict_within,
)
from everystep.core.steps import total_steps, updates_per_epoch
from everystep.engine.batch_norm import BatchNormMLP
from everystep.engine.cnn1d import CNN1d
from everystep.engine.data import Data, Dataset, stack_splits
from everystep.engine.datasets import breast_cancer, characters, digits, mnist1d
from everystep.engine.models import CNN, MLP
from everystep.engine.replicas import batch_order, evaluate, noisy_labels
from everystep.engine.training import sweep, train
from everystep.engine.transformer import Transformer
from everystep.measure.curvature import sharpness
from everystep.measure.gradient_noise import flat_gradient, gradient_noise, noise_scale
from everystep.measure.memory import (
    count_memory,
    cuda_peak,
    process_peaks,
    random_batch,
    wide_mlp,
)
from everystep.measure.processes import run_process
from everystep.measure.throughput import best_device, time_updates
from everystep.notebook.cases import show_case
from everystep.notebook.diagrams import draw_epochs
from everystep.notebook.figures import show, use_house_style
from everystep.notebook.findings import finding, quote
from everystep.notebook.glue import glue
from everystep.notebook.plots import (
    draw_curve,
    draw_heat_map,
    draw_logs,
    draw_runs,
    explain_bands,
)
from everystep.notebook.tables import show_table
from everystep.sagemaker.channels import write_channels
from everystep.sagemaker.containers import (
    SCRIPT,
    Container,
    recorded_end,
    recorded_request,
    toolkit_installed,
)
from everystep.sagemaker.requests import check_request

__all__ = [
    "BUDGET",
    "CASES",
    "CNN",
    "CUT_SHORT",
    "KNOBS",
    "MLP",
    "NETWORK",
    "PHOTOGRAPHS",
    "REFERENCE",
    "REFERENCE_PLANS",
    "SCALED",
    "SCRIPT",
    "SEARCHED",
    "TWELVE_HOURS",
    "BatchNormMLP",
    "CNN1d",
    "Container",
    "CostModel",
    "Data",
    "Dataset",
    "EarlyStopping",
    "Plan",
    "Recipe",
    "Search",
    "Setup",
    "Transformer",
    "base_seed",
    "batch_order",
    "best_device",
    "breast_cancer",
    "characters",
    "check_request",
    "count_memory",
    "cuda_peak",
    "diagnose",
    "difference",
    "digits",
    "draw_curve",
    "draw_epochs",
    "draw_heat_map",
    "draw_logs",
    "draw_runs",
    "estimate",
    "evaluate",
    "exam_case",
    "explain_bands",
    "finding",
    "fit_ring",
    "flat_gradient",
    "glue",
    "gradient_noise",
    "judge_recipe",
    "jumps",
    "logs_of",
    "mnist1d",
    "noise_scale",
    "noisy_labels",
    "photographs",
    "process_peaks",
    "proportion",
    "quote",
    "random_batch",
    "recorded_end",
    "recorded_request",
    "records_of_a_job",
    "records_of_four_jobs",
    "report_choices",
    "run_process",
    "schedules",
    "score_plan",
    "seeds",
    "sharpness",
    "show",
    "show_case",
    "show_table",
    "stack_splits",
    "sweep",
    "time_to_target",
    "time_updates",
    "toolkit_installed",
    "total_steps",
    "train",
    "train_plans",
    "train_setups",
    "tree_as_html",
    "updates_for",
    "updates_per_epoch",
    "use_house_style",
    "verdict",
    "verdict_within",
    "wide_mlp",
    "write_channels",
]
