"""The checker notices what it is there for: each promise broken by hand, and workers without a guard."""

import shutil
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.adapters.storage import MODELS
from app.models import ModelArtifact
from tests.chaos.checker import judge_within, violations
from tests.chaos.driver import REPOSITORY, Fleet, redis_url
from tests.chaos.scenarios import zombie
from tests.conftest import superuser_url
from tests.mutants.mutant import Mutant

_TRIES = 3
_OF = "WHERE job_id = :job AND"
_TOLD = "WHERE CAST(metadata ->> 'job_id' AS uuid) = :job AND"
_JOB = "WHERE id = :job"
_AGAIN = f"""
    INSERT INTO job_events (user_id, job_id, seq, attempt, type, at, data)
    SELECT user_id, job_id, 1000 + seq, attempt, type, at, data FROM job_events {_OF} type = """
_FORGET = "DELETE FROM job_events WHERE job_id = :job"
# a promise, and one change to a completed job that breaks it
_BREAKS = [
    (
        "every job ends",
        f"UPDATE training_jobs SET status = 'running', completed_at = NULL, final_cost = NULL {_JOB}",
    ),
    ("every job ends", f"DELETE FROM training_jobs {_JOB}"),
    ("it ends once, and that is its last event", f"DELETE FROM job_events {_OF} type = 'end'"),
    ("it ends once, and that is its last event", f"{_AGAIN} 'end'"),
    (
        "it ends once, and that is its last event",
        f"UPDATE training_jobs SET event_seq = event_seq + 1 {_JOB}",
    ),
    (
        "one terminal status, the row's own",
        f"""UPDATE job_events SET data = jsonb_build_object('status', 'failed')
            {_OF} data ->> 'status' = 'completed'""",
    ),
    ("events are numbered from 1 without gaps", f"DELETE FROM job_events {_OF} seq = 2"),
    ("a status is never repeated", f"{_AGAIN} 'status' AND data ->> 'status' = 'running'"),
    ("attempts follow each other", f"UPDATE job_events SET attempt = 0 {_OF} type = 'end'"),
    ("attempts follow each other", f"UPDATE job_events SET attempt = 3 {_OF} type = 'end'"),
    ("attempts follow each other", "UPDATE job_events SET attempt = attempt + 2 WHERE job_id = :job"),
    (
        "no attempt begins twice, the row's is the last",
        f"UPDATE job_events SET type = 'attempt' {_OF} type = 'metric'",
    ),
    ("no attempt begins twice, the row's is the last", f"UPDATE training_jobs SET attempt = 2 {_JOB}"),
    ("no attempt begins twice, the row's is the last", _FORGET),
    ("a completed job has a point for each step", f"DELETE FROM metrics_points {_OF} step = 5"),
    ("each point was announced once", f"DELETE FROM job_events {_OF} type = 'metric'"),
    ("each point was announced once", f"{_AGAIN} 'metric'"),
    (
        "the cost records make the final cost",
        f"UPDATE training_jobs SET final_cost = final_cost + 0.01 {_JOB}",
    ),
    ("the cost records make the final cost", "DELETE FROM cost_records WHERE job_id = :job"),
    (
        "compute is charged by the metered second",
        f"UPDATE cost_records SET amount = amount + 0.01 {_OF} cost_type = 'training_compute'",
    ),
    ("compute is charged by the metered second", f"DELETE FROM cost_records {_OF} cost_type <> 'storage'"),
    (
        "nobody pays for longer than its attempts wrote",
        f"UPDATE training_jobs SET compute_seconds = compute_seconds + 60 {_JOB}",
    ),
    ("nobody pays for longer than its attempts wrote", _FORGET),
    ("storage is charged once, with a model", f"DELETE FROM cost_records {_OF} cost_type = 'storage'"),
    (
        "its owner is told once of each turn",
        f"UPDATE notifications SET type = 'job_queued' {_TOLD} type = 'job_started'",
    ),
    (
        "its owner is told once how it ended",
        f"UPDATE notifications SET type = 'job_failed' {_TOLD} type = 'job_completed'",
    ),
    ("its owner is told once how it ended", f"DELETE FROM notifications {_TOLD} type = 'job_completed'"),
    ("nobody holds what has ended", f"UPDATE training_jobs SET lease_until = now() {_JOB}"),
    ("nobody holds what has ended", f"UPDATE training_jobs SET next_attempt_at = now() {_JOB}"),
    ("only a completed job has an artifact", "DELETE FROM model_artifacts WHERE job_id = :job"),
    ("only a completed job has an artifact", f"UPDATE training_jobs SET status = 'failed' {_JOB}"),
    (
        "an artifact's files are in the store",
        "UPDATE model_artifacts SET artifacts = artifacts - 'metrics.jsonl' WHERE job_id = :job",
    ),
    (
        "a completed job's points are an unbroken run's",
        f"UPDATE metrics_points SET training_loss = training_loss + 0.001 {_OF} step = 5",
    ),
]


@pytest.fixture(scope="module")
async def completed(fleet, ground):
    """A job that broke no promise."""
    await fleet.muster(1)
    job_id = await ground.queue_job(12)
    [job] = await ground.ended(job_id)
    assert job.status == "completed"
    assert await violations(ground.database, ground.storage, [job_id]) == []
    return job_id


@pytest.fixture
async def superuser(settings):
    """A transaction that no policy, trigger or foreign key binds, rolled back at the end."""
    engine = create_async_engine(superuser_url(settings), poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
    await engine.dispose()


class TestChecking:
    @pytest.mark.parametrize(("promise", "change"), _BREAKS)
    async def test_names_the_promise_that_was_broken(self, superuser, ground, completed, promise, change):
        assert (await superuser.execute(text(change), {"job": completed})).rowcount > 0
        _, broken = (await judge_within(superuser, ground.storage, [completed]))[promise]
        assert [of.split()[0] for of in broken][:1] == [str(completed)]

    async def test_leaves_no_promise_untried(self, superuser, ground, completed):
        judged = await judge_within(superuser, ground.storage, [completed])
        assert {promise for promise, _ in _BREAKS} == set(judged)

    @pytest.mark.parametrize("name", ["manifest.json", "metrics.jsonl", "adapter_config.json"])
    @pytest.mark.parametrize("other", [None, b"another"])
    async def test_names_a_file_that_is_gone_or_another(self, ground, completed, name, other):
        async with ground.database.owned_session(ground.owner) as session:
            query = session.owned(ModelArtifact).where(ModelArtifact.job_id == completed)
            key = (await session.scalars(query)).one().artifacts[name]
        kept = b"".join([chunk async for chunk in ground.storage.stream(MODELS, key)])
        await ground.storage.remove(MODELS, [key])
        if other:
            await ground.storage.put(MODELS, key, other)
        found = await violations(ground.database, ground.storage, [completed])
        await ground.storage.put(MODELS, key, kept)
        assert found[0].startswith(f"an artifact's files are in the store: {completed} lacks")


@pytest.fixture
async def mutants(settings, tmp_path, fleet) -> AsyncIterator[Fleet]:
    """Workers whose renewals and fenced writes do not look at the attempt."""
    code = tmp_path / "mutant"
    shutil.copytree(REPOSITORY / "workers", code / "workers", ignore=shutil.ignore_patterns("__pycache__"))
    guard = {"old": "model.attempt == self.attempt, ", "new": ""}
    fence = Mutant(name="fence", promise="fence", file="workers/lease.py", tests=(), **guard)
    (code / fence.file).write_text(fence.applied(code))
    workers = Fleet(tmp_path, env={"LORA_REDIS_URL": redis_url(settings, 1)}, code=code)
    with fleet.frozen():
        yield workers
        workers.close()


class TestWithoutTheFence:
    async def test_a_zombie_breaks_the_job_and_the_checker_says_so(self, mutants, ground):
        found: list[str] = []
        for _ in range(_TRIES):  # a zombie frozen inside a transaction wakes up without a connection
            await mutants.muster(2)
            job_id, _ = await zombie(mutants, ground)
            await ground.ended(job_id)
            found = await violations(ground.database, ground.storage, [job_id])
            if found:
                break
        assert any(violation.startswith("a completed job has a point") for violation in found)
