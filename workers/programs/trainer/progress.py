"""Report a run: events for the supervisor, metrics.jsonl and training.log for the artifact."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from workers.run_dir import ProgressWriter

METRICS, LOG, SAMPLES = "metrics.jsonl", "training.log", "samples.jsonl"
HEARTBEAT_SECONDS = 2.0
STILL_SECONDS = 600.0  # without a pack, a reply or an event; once packs come, a pack takes far less


class Progress(ProgressWriter):
    """Events and history files of a run; a resumed run continues the history of its checkpoint."""

    gauge: float | None = None  # the GPU's use in percent, looked up with each heartbeat
    _moved_at: float | None = None  # None while the model loads, which may take any time

    def moved(self) -> None:
        """Note that a pack, a reply or a file is done: only then do heartbeats continue."""
        self._moved_at = time.monotonic()

    def _is_moving(self) -> bool:
        return self._moved_at is None or time.monotonic() - self._moved_at < STILL_SECONDS

    def restore(self, checkpoint: Path | None) -> None:
        """Begin with the history of a checkpoint, or with empty files."""
        for path in history_files(self.run_dir):
            path.unlink()
        for name in (METRICS, LOG):
            (self.run_dir / name).touch()
        for path in history_files(checkpoint) if checkpoint else ():
            shutil.copyfile(path, self.run_dir / path.name)

    def metric(self, point: dict[str, Any]) -> None:
        self.emit("metric", **point)
        self._append(METRICS, msgspec.json.encode(point).decode())

    def log(self, message: str, level: Literal["info", "warning", "error"] = "info") -> None:
        super().log(message, level)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._append(LOG, f"{now} {level.upper()} {message}")

    def sample(self, **facts: Any) -> None:
        self._append(SAMPLES, msgspec.json.encode(facts).decode())

    @contextmanager
    def heartbeats(self, measure: Callable[[], float | None] = lambda: None) -> Iterator[None]:
        """Send heartbeats from a thread while the run moves or its model loads; closes the event file.

        A GPU or another process that hangs leaves this thread alone, so the thread by itself proves nothing.
        """
        over = threading.Event()

        def touch_until_over() -> None:
            self.touch_heartbeat()
            while not over.wait(HEARTBEAT_SECONDS):
                if self._is_moving():
                    self.touch_heartbeat()
                self.gauge = measure()

        thread = threading.Thread(target=touch_until_over, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.close()

    def _append(self, name: str, line: str) -> None:
        with (self.run_dir / name).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def history_files(folder: Path) -> list[Path]:
    """List the files that cover the whole job and are therefore copied into each checkpoint."""
    return [path for name in (METRICS, LOG, SAMPLES) if (path := folder / name).exists()]
