"""The simulated trainer: the same run directory and events, no torch."""

import sys


class Simulated:
    """For frontends, demos without torch, and faults on request."""

    def train(self, run_dir: str) -> list[str]:
        return [sys.executable, "-m", "workers.programs.simulator", run_dir]

    def verify(self, run_dir: str, adapter_dir: str) -> list[str] | None:  # noqa: ARG002 - nothing to load
        return None
