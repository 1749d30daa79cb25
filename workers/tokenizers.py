"""Folders of tokenizer files on this machine; the demo model's is made once, by the program that owns it."""

import asyncio
import sys
from pathlib import Path

from app.adapters.chat_models import find
from app.domain.base_models import BASE_MODELS
from app.settings import Settings
from workers import child_process

_DEMO = "tiny-llama-demo"
_lock = asyncio.Lock()


async def tokenizer_folder(settings: Settings, base_model: str) -> Path | None:
    """Return the folder of a model's tokenizer and chat template; None where its files are not here.

    Takes about a second when the demo model's has to be created first.
    """
    if base_model == _DEMO:
        return await _demo_folder(settings)
    return find(settings.models_dir.resolve(), BASE_MODELS[base_model])


async def _demo_folder(settings: Settings) -> Path:
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
