"""Where a training program runs; the program and its run directory are the same everywhere."""

from typing import Protocol

from app.adapters.backends.local import Local
from app.adapters.backends.simulated import Simulated


class Backend(Protocol):
    """How to start a training program on a run directory, and how to prove what it made."""

    def train(self, run_dir: str) -> list[str]:
        """The command that trains."""
        ...

    def verify(self, run_dir: str, adapter_dir: str) -> list[str] | None:
        """The command that loads the stored adapter in a fresh process; None where none loads."""
        ...


BACKENDS: dict[str, Backend] = {"simulated": Simulated(), "local": Local()}
