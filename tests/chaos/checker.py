"""What must be true of jobs in the database and the store, whatever happened to their workers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.adapters.storage import MODELS, Storage
from app.db import Database
from app.db_system import system_session

_ENDS = "('completed', 'failed', 'cancelled')"

# each query lists the jobs among :jobs that break the promise
_PROMISES = {
    "every job ends": f"SELECT id FROM training_jobs WHERE id = ANY(:jobs) AND status NOT IN {_ENDS}",
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
        SELECT job_id FROM (SELECT job_id, attempt, lag(attempt) OVER (PARTITION BY job_id ORDER BY seq)
                                   AS before FROM job_events WHERE job_id = ANY(:jobs)) e
         WHERE attempt NOT BETWEEN before AND before + 1""",
    "a completed job has a point for each step": """
        SELECT id FROM training_jobs j WHERE id = ANY(:jobs) AND status = 'completed'
           AND (SELECT array_agg(step ORDER BY step) FROM metrics_points WHERE job_id = j.id)
               IS DISTINCT FROM (SELECT array_agg(n) FROM generate_series(1, j.total_steps) n)""",
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
_OBJECTS = """
    SELECT job_id, value FROM model_artifacts, jsonb_each_text(artifacts) WHERE job_id = ANY(:jobs)"""


async def violations(database: Database, storage: Storage, job_ids: Sequence[UUID]) -> list[str]:
    """Every promise that was broken, with the job that broke it; empty when all held."""
    broken = []
    async with system_session(database) as connection:
        for promise, query in _PROMISES.items():
            rows = await connection.execute(text(query), {"jobs": list(job_ids)})
            broken += [f"{promise}: {row[0]}" for row in rows]
        objects = (await connection.execute(text(_OBJECTS), {"jobs": list(job_ids)})).all()
    for job_id, key in objects:
        if not await storage.size(MODELS, key):
            broken.append(f"an artifact's files are in the store: {job_id} lacks {key}")
    return broken
