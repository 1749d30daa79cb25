"""An MLflow tracking server on the same PostgreSQL: what people use for runs and their curves."""

import contextlib
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from sqlalchemy.engine import make_url

from app.embedded.stored_values import free_port
from app.settings import Settings
from tests.bench.corpus import CACHE
from tests.bench.load import request

_SERVER = CACHE / "venv/bin/mlflow"
_START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Tracking:
    """A running server with one experiment."""

    port: int
    experiment: str

    def ask(self, call: str, body: dict[str, Any] | None = None) -> bytes:
        """The bytes of one request."""
        sent = {"method": "POST", "body": json.dumps(body).encode()} if body is not None else {}
        return request(f"/api/2.0/mlflow/{call}", port=self.port, **sent)

    def post(self, call: str, body: dict[str, Any]) -> Any:
        """The answer to one call."""
        answer = httpx.post(f"http://127.0.0.1:{self.port}/api/2.0/mlflow/{call}", json=body, timeout=60)
        return answer.raise_for_status().json()

    def new_run(self) -> str:
        """The id of a fresh run."""
        made = self.post("runs/create", {"experiment_id": self.experiment, "start_time": 0})
        return str(made["run"]["info"]["run_id"])

    def log(self, run: str, steps: range) -> None:
        """Write one metric of as many steps; a batch of theirs takes a thousand."""
        metrics = [{"key": "loss", "value": 2.5 / step, "timestamp": step, "step": step} for step in steps]
        self.post("runs/log-batch", {"run_id": run, "metrics": metrics})


@contextlib.asynccontextmanager
async def tracking(settings: Settings) -> AsyncIterator[Tracking]:
    """A server with one worker, like ours, in a schema of its own."""
    url = make_url(settings.database_owner_url.get_secret_value()).set(drivername="postgresql")
    owner = await asyncpg.connect(url.render_as_string(hide_password=False))
    await owner.execute("CREATE SCHEMA mlflow")
    await owner.close()
    store = url.set(drivername="postgresql+psycopg2").update_query_dict({"options": "-csearch_path=mlflow"})
    with _serving(store.render_as_string(hide_password=False)) as port:
        yield Tracking(port, experiment="0")


@contextlib.contextmanager
def _serving(store: str) -> Iterator[int]:
    port = free_port()
    options = ("--backend-store-uri", store, "--port", str(port), "--workers", "1")
    log = (CACHE / "mlflow.log").open("wb")
    with log, subprocess.Popen([_SERVER, "server", *options], stdout=log, stderr=log, cwd=CACHE) as server:
        try:
            _wait(port)
            yield port
        finally:
            server.terminate()


def _wait(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"http://127.0.0.1:{port}/health").is_success:
                return
        if time.monotonic() > deadline:
            raise TimeoutError(f"MLflow does not start; see {CACHE / 'mlflow.log'}")
        time.sleep(0.5)
