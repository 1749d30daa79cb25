"""Launch one process, or one for each GPU: torchrun starts this program again in each of them."""

import ctypes
import os
import signal
import sys
from pathlib import Path

from workers.programs.trainer.gpus import usable_gpus
from workers.programs.trainer.spec import parse_hyperparameters
from workers.run_dir import read_spec

_PR_SET_PDEATHSIG = 1


def launch_processes(run_dir: Path) -> None:
    """Replace this process by torchrun if several are to train; returns in each process that trains.

    Raises Failure where the machine has GPUs that cannot be used.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ:
        # end with torchrun, which gives each process its own session: killing its group does not reach them
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        return
    count = _processes(run_dir)
    if count > 1:
        torchrun = (
            *("-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"),
            f"--log-dir={run_dir / 'torchrun'}",  # the default leaves temporary folders behind
        )
        os.execv(sys.executable, [sys.executable, *torchrun, "-m", "workers.programs.trainer", str(run_dir)])  # noqa: S606


def rank() -> int:
    """Return the number of this process among those that train one adapter; 0 reports for all of them."""
    return int(os.environ.get("RANK", "0"))


def _processes(run_dir: Path) -> int:
    """Return the spec's number of processes, else one for each usable GPU; at most the batch size."""
    spec = read_spec(run_dir)
    gpus = usable_gpus()
    wanted = spec.processes or gpus
    return min(wanted, parse_hyperparameters(spec.hyperparameters).batch_size)
