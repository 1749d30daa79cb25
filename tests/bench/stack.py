"""The whole service for a measurement, in a fresh folder of its own."""

import contextlib
import os
import shutil
from collections.abc import Iterator

from app.embedded.stack import running
from app.embedded.stored_values import free_port
from app.settings import Settings, get_settings
from tests.bench.corpus import CACHE


@contextlib.contextmanager
def stack() -> Iterator[Settings]:
    """The whole service in a fresh folder of its own."""
    folder = CACHE / "stack"
    shutil.rmtree(folder, ignore_errors=True)
    os.environ.update(
        LORA_ENVIRONMENT="dev",
        LORA_TRAINER="simulated",
        LORA_LOG_LEVEL="WARNING",
        LORA_DATA_DIR=str(folder),
        LORA_PORT=str(free_port()),
    )
    get_settings.cache_clear()
    try:
        with running(get_settings()) as settings:
            yield settings
    finally:
        shutil.rmtree(folder, ignore_errors=True)
