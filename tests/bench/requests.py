"""Plain requests beside a server that says hello and an MLflow tracking server: reads and an estimate."""

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx
import uvloop

from app.adapters.auth import make_token
from app.db.session import Database
from app.embedded.stored_values import free_port
from app.settings import Settings
from tests.bench.corpus import ROOT
from tests.bench.load import Load, load, request
from tests.bench.report import Bar, console, machine, show, show_bars, table
from tests.bench.stack import stack
from tests.bench.tracking import Tracking, tracking
from tests.factories import add_points, make_dataset, make_job

_HELLO, _JOBS, _POINTS = "Starlette hello", 50, 100
_BARS = {"get a job": 0.06, "list jobs": 0.06, "estimate": 0.10}
_PEERS = {"get a job": ("MLflow: get a run", 15), "list jobs": ("MLflow: search runs", 40)}


@contextlib.contextmanager
def hello_server(name: str) -> Iterator[int]:
    """A server of the same kind as ours that does nothing."""
    port = free_port()
    options = ("--port", str(port), "--loop", "uvloop", "--http", "httptools", "--no-access-log")
    argv = [sys.executable, "-m", "uvicorn", f"tests.bench.hello:{name}", *options]
    server = subprocess.Popen(argv, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


async def contenders(settings: Settings) -> dict[str, bytes]:
    """A request for each of our reads, on a user with fifty jobs of a hundred points."""
    owner, port = uuid4(), settings.port
    token = make_token(settings.jwt_secret.get_secret_value(), owner, ttl_seconds=3600)
    database = Database(settings.database_url.get_secret_value(), send=_nowhere)
    dataset = await make_dataset(database, owner)
    for _ in range(_JOBS):
        job = await make_job(database, owner, dataset)
        await add_points(database, job, range(1, _POINTS + 1))
    await database.close()
    plan = {"dataset_id": str(dataset.id), "gpu_config": {"type": "H100", "count": 2}}
    paths = {
        "get a job": f"/api/jobs/{job.id}",
        "list jobs": "/api/jobs",
        "list events": f"/api/jobs/{job.id}/events",
        "get metrics": f"/api/jobs/{job.id}/metrics",
        "list notifications": "/api/notifications",
        "get a dataset": f"/api/datasets/{dataset.id}",
    }
    asked = {name: request(path, port=port, token=token) for name, path in paths.items()}
    estimate = {"port": port, "token": token, "method": "POST", "body": json.dumps(plan).encode()}
    return asked | {"estimate": request("/api/jobs/estimate", **estimate)}


def peers(mlflow: Tracking) -> dict[str, bytes]:
    """The same questions to a tracking server that holds as much."""
    for _ in range(_JOBS):
        run = mlflow.new_run()
        mlflow.log(run, range(1, _POINTS + 1))
    search = {"experiment_ids": [mlflow.experiment], "max_results": 10}
    return {
        "MLflow: get a run": mlflow.ask(f"runs/get?run_id={run}"),
        "MLflow: search runs": mlflow.ask("runs/search", search),
        "MLflow: get metrics": mlflow.ask(f"metrics/get-history?run_id={run}&metric_key=loss"),
    }


async def _nowhere(_hint: object) -> None: ...


async def measure(settings: Settings, rounds: int, seconds: float) -> dict[str, list[Load]]:
    """All contenders in turn, round after round."""
    asked = await contenders(settings)
    found: dict[str, list[Load]] = {}
    with hello_server("bare") as bare, hello_server("framework") as framework:
        async with tracking(settings) as mlflow:
            ports = {_HELLO: bare, "FastAPI hello": framework}
            entered = {name: (request("/", port=port), port) for name, port in ports.items()}
            entered |= {name: (sent, settings.port) for name, sent in asked.items()}
            entered |= {name: (sent, mlflow.port) for name, sent in peers(mlflow).items()}
            for _ in range(rounds):
                for name, (sent, port) in entered.items():
                    found.setdefault(name, []).append(await load(sent, port=port, seconds=seconds))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    console.print(
        machine("fastapi", "starlette", "uvicorn", "uvloop", "sqlalchemy", "asyncpg"), soft_wrap=True
    )
    with stack() as settings:
        found = uvloop.run(measure(settings, options.rounds, options.seconds))
    made = table("request", "a second", "p50 ms", "p99 ms", "of hello")
    medians = {
        name: Load(*(statistics.median(values) for values in zip(*loads, strict=True)))
        for name, loads in found.items()
    }
    hello = medians[_HELLO].rate
    for name, (rate, p50, p99) in medians.items():
        made.add_row(name, f"{rate:,.0f}", f"{p50:.2f}", f"{p99:.2f}", f"{rate / hello:.3f}")
    show(made, "One worker, 16 connections that stay open")
    bars = [
        Bar(f"c {name}: of Starlette hello", limit, medians[name].rate / hello, "x")
        for name, limit in _BARS.items()
    ]
    bars += [
        Bar(f"c {name}: of {peer}", limit, medians[name].rate / medians[peer].rate, "x")
        for name, (peer, limit) in _PEERS.items()
    ]
    show_bars(bars)


if __name__ == "__main__":
    main()
