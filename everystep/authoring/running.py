"""Run a notebook, and say in one line which cell stopped it."""

import atexit
import logging
import os
from collections.abc import Mapping
from pathlib import Path

import yaml
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from everystep.authoring.notebooks import NotebookError, place

# Notebooks run at the same time, by the build, the tests and whoever else; each keeps a core busy.
AT_ONCE = 2
CONFIG = Path(__file__).parents[2] / "_config.yml"
# nbclient logs what its exceptions say.
SILENT = logging.Logger(__name__)


class OwnKernel(KernelSpecManager):
    """Knows one kernel, whatever its name: IPython in the environment of this program.

    A kernel named ``python3`` among a user's files may belong to another environment, or be broken.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how this environment's IPython is started."""
        return KernelSpec(resource_dir=str(RESOURCES), **get_kernel_dict())


def cell_timeout() -> int:
    """Return how many seconds a cell may take, as ``_config.yml`` says for build and tests."""
    return yaml.safe_load(CONFIG.read_text("utf-8"))["execute"]["timeout"]


def run(
    notebook: NotebookNode,
    folder: Path,
    *,
    timeout: int,
    environment: Mapping[str, str] = os.environ,
    allow_errors: bool = False,
) -> None:
    """Run a notebook's cells and put their outputs into it.

    Args:
        notebook: what to run; also after an error it has the outputs so far.
        folder: where it runs.
        timeout: seconds that a cell may take; see ``cell_timeout``.
        environment: the environment variables of its kernel.
        allow_errors: whether to go on after a cell that raises an error.

    Raises:
        NotebookError: if a cell raises an error or takes too long, or if the kernel dies.
    """
    running: list[int] = []
    manager = AsyncKernelManager(kernel_spec_manager=OwnKernel())
    client = NotebookClient(
        notebook,
        km=manager,
        log=SILENT,
        timeout=timeout,
        allow_errors=allow_errors,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=lambda cell, cell_index: running.append(cell_index),
    )
    try:
        client.execute(cleanup_kc=True, env=dict(environment))
    except CellExecutionError as error:
        # Raised for what the cell's code did; its traceback is in the cell's outputs.
        reason = f"{error.ename}: {error.evalue}".strip().partition("\n")[0]
    except CellTimeoutError:
        reason = f"still running after {timeout} seconds (set by execute, timeout in _config.yml)"
    except DeadKernelError:
        reason = "the kernel died; it may have run out of memory"
    except RuntimeError as error:
        # nbclient would clean up once more when Python ends, and fail.
        atexit.unregister(client._cleanup_kernel)
        reason = f"the kernel does not start: {error}"
    else:
        return
    where = f"{place(notebook, running[-1])}: " if running else ""
    raise NotebookError(f"{where}{reason}")
