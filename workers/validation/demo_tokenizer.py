"""The demo model's tokenizer, created once on this machine by the program that owns it."""

import asyncio
import sys
from pathlib import Path

from app.settings import Settings
from workers import child_process

_lock = asyncio.Lock()


async def demo_tokenizer(settings: Settings) -> Path | None:
    """Return the folder of the tokenizer, None when another base model is the default.

    Takes about a second when it has to be created first.
    """
    if settings.base_model_id != "tiny-llama-demo":
        return None
    argv = [
        sys.executable,
        "-m",
        "workers.programs.trainer.demo_model",
        str(settings.models_dir.resolve()),
        "--tokenizer-only",
    ]
    async with _lock, child_process.started(argv) as process:
        output, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(
            "the demo tokenizer could not be made; run `python -m workers.programs.trainer.demo_model`"
        )
    return Path(output.decode().strip())
