"""The invariants of jobs in the database and the store, whatever happened to their workers."""

import contextlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.adapters.storage import MODELS, ObjectMissing, Storage
from app.db.session import Database
from app.services.artifacts import MANIFEST
from tests.conftest import all_rows

_ENDS = "('completed', 'failed', 'cancelled')"

# each query lists the jobs among :jobs that break the promise
_PROMISES = {
    "every job ends": f"""
        SELECT id FROM unnest(CAST(:jobs AS uuid[])) AS asked(id) WHERE NOT EXISTS (
               SELECT FROM training_jobs j WHERE j.id = asked.id AND status IN {_ENDS})""",
    "it ends once, and that is its last event": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT array_agg(seq) FROM job_events WHERE job_id = j.id AND type = 'end')
               IS DISTINCT FROM ARRAY[j.event_seq]""",
    "one terminal status, the row's own": f"""
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT array_agg(data ->> 'status') FROM job_events
                 WHERE job_id = j.id AND type = 'status' AND data ->> 'status' IN {_ENDS})
               IS DISTINCT FROM ARRAY[j.status]""",
    "events are numbered from 1 without gaps": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT array_agg(seq ORDER BY seq) FROM job_events WHERE job_id = j.id)
               IS DISTINCT FROM (SELECT array_agg(n) FROM generate_series(1, j.event_seq) n)""",
    "a status is never repeated": """
        SELECT job_id FROM job_events WHERE job_id = ANY(:jobs) AND type = 'status'
         GROUP BY job_id, data ->> 'status' HAVING count(*) > 1""",
    "attempts follow each other": """
        SELECT job_id FROM (SELECT job_id, attempt, lag(attempt, 1, 0) OVER (
                   PARTITION BY job_id ORDER BY seq) AS before FROM job_events WHERE job_id = ANY(:jobs)) e
         WHERE attempt NOT BETWEEN before AND before + 1""",
    "no attempt begins twice, the row's is the last": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (EXISTS (SELECT FROM job_events WHERE job_id = j.id AND type = 'attempt'
                         GROUP BY attempt HAVING count(*) > 1)
                OR attempt IS DISTINCT FROM (SELECT max(attempt) FROM job_events WHERE job_id = j.id))""",
    "a completed job has a point for each step": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs) AND status = 'completed'
           AND (SELECT array_agg(step ORDER BY step) FROM metrics_points WHERE job_id = j.id)
               IS DISTINCT FROM (SELECT array_agg(n) FROM generate_series(1 + coalesce((
                   SELECT (data ->> 'step')::int FROM job_events  -- of the job that it was tried again for
                    WHERE job_id = j.id AND type = 'checkpoint' AND attempt = 0), 0), j.total_steps) n)""",
    "each point was announced once": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT array_agg((data ->> 'step')::int ORDER BY (data ->> 'step')::int)
                  FROM job_events WHERE job_id = j.id AND type = 'metric')
               IS DISTINCT FROM
               (SELECT array_agg(step ORDER BY step) FROM metrics_points WHERE job_id = j.id)""",
    "the cost records make the final cost": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT sum(amount) FROM cost_records WHERE job_id = j.id) IS DISTINCT FROM j.final_cost""",
    "compute is charged by the metered second": """
        SELECT j.id FROM training_jobs j LEFT JOIN cost_records c
               ON c.job_id = j.id AND c.cost_type = 'training_compute'
         WHERE j.id = ANY(:jobs) AND c.amount IS DISTINCT FROM least(
               round(j.hourly_rate * j.compute_seconds / 3600, 2),
               CASE WHEN j.max_cost_usd IS NOT NULL THEN greatest(j.max_cost_usd - 0.50, 0) END)""",
    "nobody pays for longer than its attempts wrote": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs) AND compute_seconds > 0.05 + (
               SELECT coalesce(sum(seconds), 0) FROM (
                      SELECT extract(epoch FROM max(recorded_at) - min(recorded_at)) AS seconds
                        FROM job_events WHERE job_id = j.id AND attempt > 0 GROUP BY attempt) a)""",
    "storage is charged once, with a model": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT array_agg(amount) FROM cost_records WHERE job_id = j.id AND cost_type = 'storage')
               IS DISTINCT FROM CASE WHEN status = 'completed' AND coalesce(max_cost_usd, 1) >= 0.50
                                     THEN ARRAY[0.50] END""",
    "its owner is told once of each turn": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT array_agg(type ORDER BY type) FROM notifications
                 WHERE metadata ->> 'job_id' = j.id::text
                   AND type IN ('job_queued', 'job_started', 'artifact_ready'))
               IS DISTINCT FROM array_remove(ARRAY[CASE WHEN status = 'completed' THEN 'artifact_ready' END,
                       'job_queued', CASE WHEN started_at IS NOT NULL THEN 'job_started' END], NULL)""",
    "its owner is told once how it ended": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (SELECT array_agg(type) FROM notifications WHERE metadata ->> 'job_id' = j.id::text
                   AND type IN ('job_completed', 'job_failed', 'job_cancelled'))
               IS DISTINCT FROM ARRAY['job_' || j.status]""",
    "nobody holds what has ended": f"""
        SELECT id FROM training_jobs WHERE id = ANY(:jobs) AND status IN {_ENDS}
           AND (lease_until IS NOT NULL OR next_attempt_at IS NOT NULL)""",
    "only a completed job has an artifact": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs)
           AND (status = 'completed') <> EXISTS (SELECT FROM model_artifacts WHERE job_id = j.id)""",
}
OF_ATTEMPTS = ("attempts follow each other", "no attempt begins twice, the row's is the last")
_TAKEOVERS = "job_events WHERE job_id = ANY(:jobs) AND type = 'attempt'"
# what a promise was exposed to, where that is not simply a job
_EXPOSED = {
    **dict.fromkeys(OF_ATTEMPTS, _TAKEOVERS),
    "events are numbered from 1 without gaps": "job_events WHERE job_id = ANY(:jobs)",
    "a completed job has a point for each step": "metrics_points WHERE job_id = ANY(:jobs)",
    "each point was announced once": "metrics_points WHERE job_id = ANY(:jobs)",
    "storage is charged once, with a model": "model_artifacts WHERE job_id = ANY(:jobs)",
    "only a completed job has an artifact": "model_artifacts WHERE job_id = ANY(:jobs)",
}
_FILES = "an artifact's files are in the store"
_POINTS = "a completed job's points are an unbroken run's"
_OBJECTS = """
    SELECT job_id, key, value FROM model_artifacts, jsonb_each_text(artifacts) AS files(key, value)
     WHERE job_id = ANY(:jobs)"""
_MEASURED = """
    SELECT job_id, step, training_loss, learning_rate FROM metrics_points
     WHERE job_id IN (SELECT job_id FROM model_artifacts) AND job_id = ANY(:jobs)"""


async def violations(database: Database, storage: Storage, job_ids: Sequence[UUID]) -> list[str]:
    """Every promise that was broken, with the job that broke it; empty when all held."""
    judged = await judge(database, storage, job_ids)
    return [f"{promise}: {broken}" for promise, (_, all_broken) in judged.items() for broken in all_broken]


async def judge(
    database: Database, storage: Storage, job_ids: Sequence[UUID]
) -> dict[str, tuple[int, list[str]]]:
    """For each promise how often it could have been broken, and what broke it."""
    async with all_rows(database) as connection:
        # all files are read meanwhile
        await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        return await judge_within(connection, storage, job_ids)


async def judge_within(
    connection: AsyncConnection, storage: Storage, job_ids: Sequence[UUID]
) -> dict[str, tuple[int, list[str]]]:
    """The same, as the connection's transaction sees it; its role must see all owners."""
    of = {"jobs": list(job_ids)}
    judged = {}
    for promise, query in _PROMISES.items():
        broken = [str(row[0]) for row in await connection.execute(text(query), of)]
        exposed = len(job_ids)
        if source := _EXPOSED.get(promise):
            exposed = await connection.scalar(text(f"SELECT count(*) FROM {source}"), of) or 0
        judged[promise] = exposed, broken
    objects = (await connection.execute(text(_OBJECTS), of)).all()
    points = (await connection.execute(text(_MEASURED), of)).all()
    keys: dict[UUID, dict[str, str]] = defaultdict(dict)
    for job_id, name, key in objects:
        keys[job_id][name] = key
    judged[_FILES] = len(objects), await _changed(storage, keys)
    judged[_POINTS] = len(points), await _unlike(storage, keys, points)
    return judged


async def _changed(storage: Storage, keys: Mapping[UUID, Mapping[str, str]]) -> list[str]:
    """Files of artifacts that are not there, or not as their manifest says."""
    broken = []
    for job_id, files in keys.items():
        hashes = {MANIFEST: None}
        with contextlib.suppress(KeyError, ValueError, ObjectMissing):
            stored = json.loads(await _content(storage, files[MANIFEST]))
            hashes |= {file["path"]: file["sha256"] for file in stored["files"]}
        for name in hashes | files:
            found = None
            with contextlib.suppress(KeyError, ObjectMissing):
                found = await storage.sha256(MODELS, files[name])
            if name not in hashes or not found or hashes[name] not in (None, found):
                broken.append(f"{job_id} lacks {files.get(name, name)}")
    return broken


async def _unlike(
    storage: Storage, keys: Mapping[UUID, Mapping[str, str]], points: Sequence[Any]
) -> list[str]:
    """Points unlike the curve in the artifact, which the last attempt writes as if none had broken off."""
    curves: dict[UUID, dict[int, tuple[float, float]]] = {}
    for job_id, files in keys.items():
        with contextlib.suppress(KeyError, ValueError, ObjectMissing):
            lines = (await _content(storage, files["metrics.jsonl"])).splitlines()
            whole = [json.loads(line) for line in lines]
            curves[job_id] = {
                point["step"]: (point["training_loss"], point["learning_rate"]) for point in whole
            }
    return [
        f"{job_id} at step {step}: {found}"
        for job_id, step, *found in points
        if curves.get(job_id, {}).get(step) != tuple(found)
    ]


async def _content(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.stream(MODELS, key)])
