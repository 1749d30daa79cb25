"""`lora train`: a file of this machine becomes an adapter, by the real trainer and without any service."""

from app.train.command import run
from app.train.plan import Asked

__all__ = ["Asked", "run"]
