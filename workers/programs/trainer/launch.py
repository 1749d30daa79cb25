"""One process, or one for each GPU: torchrun starts this very program again in each of them."""

import ctypes
import os
import signal
import sys
from pathlib import Path

from workers.programs.trainer.spec import hyperparameters
from workers.run_dir import read_spec

_PR_SET_PDEATHSIG = 1


def spread(run_dir: Path) -> None:
    """Become torchrun where more than one process is to train; returns in each process that trains."""
    if "TORCHELASTIC_RUN_ID" in os.environ:
        _die_with_torchrun()
        return
    count = _processes(run_dir)
    if count > 1:
        torchrun = (
            *("-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={count}"),
            f"--log-dir={run_dir / 'torchrun'}",  # else it leaves folders behind for ever
        )
        os.execv(sys.executable, [sys.executable, *torchrun, "-m", "workers.programs.trainer", str(run_dir)])  # noqa: S606


def rank() -> int:
    """The number of this process among those that train one adapter; 0 speaks for all of them."""
    return int(os.environ.get("RANK", "0"))


def _processes(run_dir: Path) -> int:
    """What the spec says, else one for each visible GPU; never more than a batch has examples."""
    spec = read_spec(run_dir)
    wanted = spec.processes or _visible_gpus()
    return min(wanted, hyperparameters(spec.hyperparameters).batch_size)


def _visible_gpus() -> int:
    """Without torch, which takes seconds to import only to be replaced."""
    chosen = os.environ.get("CUDA_VISIBLE_DEVICES")
    if chosen is not None:
        return len([name for name in chosen.split(",") if name.strip() not in ("", "-1")])
    return len(list(Path("/dev").glob("nvidia[0-9]*")))


def _die_with_torchrun() -> None:
    """torchrun gives each process a session of its own, out of reach of whoever ends torchrun's group."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
