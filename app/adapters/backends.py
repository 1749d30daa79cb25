"""Where a training program runs; the program and its run directory are the same everywhere."""

import sys
from typing import Protocol


class Backend(Protocol):
    """How to start a training program on a run directory, and how to prove what it made."""

    def train(self, run_dir: str) -> list[str]:
        """The command that trains."""
        ...

    def verify(self, run_dir: str, adapter_dir: str) -> list[str] | None:
        """The command that loads the stored adapter in a fresh process; None where none loads."""
        ...


class Local:
    """The real trainer on this machine's CPU, or the GPUs that are visible."""

    def train(self, run_dir: str) -> list[str]:
        return [sys.executable, "-m", "workers.programs.trainer", run_dir]

    def verify(self, run_dir: str, adapter_dir: str) -> list[str] | None:
        return [sys.executable, "-m", "workers.programs.trainer.verify", run_dir, adapter_dir]


class Simulated:
    """No torch, the same events: for frontends, demos, and faults on request."""

    def train(self, run_dir: str) -> list[str]:
        return [sys.executable, "-m", "workers.programs.simulator", run_dir]

    def verify(self, run_dir: str, adapter_dir: str) -> list[str] | None:  # noqa: ARG002 - nothing to load
        return None


BACKENDS: dict[str, Backend] = {"simulated": Simulated(), "local": Local()}
