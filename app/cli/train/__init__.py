"""`lora train`: a file of this machine becomes an adapter, by the real trainer and without any service."""

from app.cli.train.command import run
from app.cli.train.plan import Asked

__all__ = ["Asked", "run"]
