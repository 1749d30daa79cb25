"""Where a training program runs; the program and its run directory are the same everywhere."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backend:
    """How to start a training program on a run directory, and how to prove what it made."""

    trainer: str
    verifier: str | None = None

    def train(self, run_dir: str) -> list[str]:
        """The command that trains."""
        return [sys.executable, "-m", self.trainer, run_dir]

    def verify(self, run_dir: str, adapter_dir: str) -> list[str] | None:
        """The command that loads the stored adapter in a fresh process; None where none loads."""
        return [sys.executable, "-m", self.verifier, run_dir, adapter_dir] if self.verifier else None


BACKENDS = {
    # for frontends, demos without torch, and faults on request
    "simulated": Backend("workers.programs.simulator"),
    # the real trainer, in a process of its own on this machine: CPU, or the GPUs that are visible
    "local": Backend("workers.programs.trainer", "workers.programs.trainer.verify"),
}
