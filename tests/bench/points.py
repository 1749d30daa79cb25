"""Metric points: written in batches beside COPY and MLflow; charts of ten thousand and a million."""

import argparse
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import uvloop
from sqlalchemy import insert
from sqlalchemy.engine import make_url
from uuid_utils.compat import uuid7

from app.db.session import Database
from app.models import MetricsPoint, TrainingJob
from app.models.base import utcnow
from app.services import metrics
from app.settings import Settings
from tests.bench.report import Bar, console, machine, show, show_bars, table
from tests.bench.stack import stack
from tests.bench.tracking import Tracking, tracking
from tests.factories import make_dataset, make_job

_BATCH = 1000
_BATCHES = 50
_SHORT, _LONG = 10_000, 1_000_000
_ASKED = 20


def batch(first: int) -> list[dict[str, Any]]:
    """Points as a trainer reports them."""
    now = utcnow()
    return [
        {"at": now, "epoch": 1, "step": step, "training_loss": 2.5 / (1 + step % 9973), "learning_rate": 1e-4,
         "gradient_norm": 0.5, "throughput": 1800.0, "tokens_seen": step * 512}
        for step in range(first, first + _BATCH)
    ]  # fmt: skip


async def new_job(database: Database, steps: int) -> TrainingJob:
    """A running job of a fresh user."""
    owner = uuid4()
    dataset = await make_dataset(database, owner)
    return await make_job(database, owner, dataset, status="running", total_steps=steps, attempt=1)


async def write_ours(database: Database, steps: int) -> float:
    """Rows a second as the supervisor writes them, under its guards."""
    job = await new_job(database, steps)
    batches = [batch(1 + number * _BATCH) for number in range(_BATCHES)]
    began = time.perf_counter()
    for points in batches:
        async with database.owned_session(job.user_id) as session:
            await metrics.store(session, job, points)
    return _BATCHES * _BATCH / (time.perf_counter() - began)


async def write_by_insert(database: Database) -> float:
    """Rows a second by SQLAlchemy's own many-row insert."""
    job = await new_job(database, _SHORT)
    shared = {"user_id": job.user_id, "job_id": job.id, "attempt": 1}
    batches = [
        [{"id": uuid7(), "timestamp": point.pop("at"), **point, **shared} for point in batch(1 + n * _BATCH)]
        for n in range(_BATCHES)
    ]
    began = time.perf_counter()
    for rows in batches:
        async with database.owned_session(job.user_id) as session:
            await session.execute(insert(MetricsPoint), rows)
    return _BATCHES * _BATCH / (time.perf_counter() - began)


async def write_by_copy(owner: asyncpg.Connection) -> float:
    """Rows a second by COPY into a twin without guards: the limit."""
    await owner.execute("DROP TABLE IF EXISTS bench_points")
    await owner.execute("CREATE TABLE bench_points (LIKE metrics_points INCLUDING ALL)")
    names = ["id", "user_id", "job_id", "attempt", "timestamp", "epoch", "step", "training_loss",
             "learning_rate", "gradient_norm", "throughput", "tokens_seen"]  # fmt: skip
    user, job = uuid4(), uuid4()
    batches = [
        [(uuid7(), user, job, 1, p["at"], *(p[name] for name in names[5:])) for p in batch(1 + n * _BATCH)]
        for n in range(_BATCHES)
    ]
    began = time.perf_counter()
    for records in batches:
        await owner.copy_records_to_table("bench_points", records=records, columns=names)
    rate = _BATCHES * _BATCH / (time.perf_counter() - began)
    await owner.execute("DROP TABLE bench_points")
    return rate


async def write_by_mlflow(mlflow: Tracking) -> float:
    """Rows a second by the calls of a tracking server, in its largest batches."""
    run = mlflow.new_run()
    began = time.perf_counter()
    for number in range(_BATCHES // 10):
        mlflow.log(run, range(1 + number * _BATCH, 1 + (number + 1) * _BATCH))
    return _BATCHES // 10 * _BATCH / (time.perf_counter() - began)


async def chart(database: Database, steps: int) -> float:
    """Milliseconds for a chart of at most a thousand points of so many, the median of some."""
    job = await new_job(database, steps)
    for first in range(1, steps, 10 * _BATCH):
        async with database.owned_session(job.user_id) as session:
            for number in range(10):
                await metrics.store(session, job, batch(first + number * _BATCH))
    times = []
    for _ in range(_ASKED):
        began = time.perf_counter()
        async with database.owned_session(job.user_id) as session:
            everything = {"from_step": None, "to_step": None, "attempt": None}
            curve = await metrics.page(session, job.id, max_points=1000, **everything)
        times.append(time.perf_counter() - began)
        if curve.total_points != steps or len(curve.points) > 1000:
            raise ValueError(f"{curve.total_points} points, {len(curve.points)} shown")
    return statistics.median(times) * 1e3


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, asyncpg.Connection]]:
    """The application's connections, and one of the owner of the schema."""
    database = Database(settings.database_url.get_secret_value(), send=_nowhere, statement_seconds=60)
    url = make_url(settings.database_owner_url.get_secret_value()).set(drivername="postgresql")
    owner = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        yield database, owner
    finally:
        await owner.close()
        await database.close()


async def _nowhere(_hint: object) -> None: ...


async def run(settings: Settings, rounds: int) -> list[Bar]:
    """Contenders in turn, then the charts."""
    async with opened(settings) as (database, owner), tracking(settings) as mlflow:
        rates: dict[str, list[float]] = {}
        for _ in range(rounds):
            for name, rate in {
                "COPY into a twin without guards": write_by_copy(owner),
                "SQLAlchemy insert": write_by_insert(database),
                "MLflow log-batch": write_by_mlflow(mlflow),
                "ours": write_ours(database, 999),
                "ours, with rollups": write_ours(database, _LONG),
            }.items():
                rates.setdefault(name, []).append(await rate)
        short, long = await chart(database, _SHORT), await chart(database, _LONG)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    copy = medians["COPY into a twin without guards"]
    made = table("written by", "rows a second", "of COPY")
    for name, rate in medians.items():
        made.add_row(name, f"{rate:,.0f}", f"{rate / copy:.2f}")
    show(made, f"Points in batches of {_BATCH}, one transaction each")
    made = table("chart of", "ms")
    made.add_row(f"{_SHORT:,} points", f"{short:.1f}")
    made.add_row(f"{_LONG:,} points", f"{long:.1f}")
    show(made, "As at most 1,000 points, extremes kept")
    return [
        Bar("b1: points, of COPY", 0.25, medians["ours"] / copy, "x"),
        Bar("b2: chart of a million, against ten thousand", 1.5, long / short, "x", at_most=True),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    console.print(machine("sqlalchemy", "asyncpg"), soft_wrap=True)
    with stack() as settings:
        show_bars(uvloop.run(run(settings, options.rounds)))


if __name__ == "__main__":
    main()
