"""The real trainer, in a process of its own on this machine."""

import sys


class Local:
    """CPU, or the GPUs that are visible."""

    def train(self, run_dir: str) -> list[str]:
        return [sys.executable, "-m", "workers.programs.trainer", run_dir]

    def verify(self, run_dir: str, adapter_dir: str) -> list[str] | None:
        return [sys.executable, "-m", "workers.programs.trainer.verify", run_dir, adapter_dir]
