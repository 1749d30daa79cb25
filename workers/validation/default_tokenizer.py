"""The tokenizer of the default base model; that of the demo model is created once on this machine."""

import asyncio
import sys
from pathlib import Path

from app.adapters.chat_models import find
from app.domain.base_models import BASE_MODELS
from app.settings import Settings
from workers import child_process

_lock = asyncio.Lock()


async def default_tokenizer(settings: Settings) -> Path | None:
    """Return the folder of the tokenizer, None when it is not on this machine.

    That of the demo model takes about a second when it has to be created first.
    """
    if settings.base_model_id != "tiny-llama-demo":
        return find(settings.models_dir, BASE_MODELS[settings.base_model_id])
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
