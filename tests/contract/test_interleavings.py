"""Claims, renewals, fenced writes, cancels, sweeps and endings, woven together statement by statement.

`CONTRACT_SEEDS=500` (make contract-fuzz) weaves more; a failure names the seed that shows it again.
"""

import os
from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.db.session import Database
from app.domain.states import JOB_MOVES, TERMINAL, JobStatus
from tests.chaos.checker import violations
from tests.chaos.driver import clear
from tests.contract.actors import STEPS, Scene, Worker
from tests.contract.turns import Turns, be_patient
from tests.exposure import tried
from tests.factories import make_dataset

SEEDS = int(os.environ.get("CONTRACT_SEEDS", "20"))
# each must have happened, or the seeds showed nothing
EXPOSED = {"claimed", "taken over", "refused", "cancelled", "retried", "swept", "finished", "blocked"}
_COMMITTED = text("""
    SELECT id, status, attempt, failures, event_seq, final_cost,
           (SELECT array_agg(seq ORDER BY seq) FROM job_events WHERE job_id = j.id) AS seqs,
           (SELECT count(*) FROM job_events WHERE job_id = j.id AND type = 'end') AS ends,
           (SELECT count(*) FROM job_events e WHERE job_id = j.id AND attempt > j.attempt) AS ahead,
           (SELECT sum(amount) FROM cost_records WHERE job_id = j.id) AS charged,
           (SELECT count(*) FROM model_artifacts WHERE job_id = j.id) AS artifacts
      FROM training_jobs j WHERE user_id = :owner""")


class Watch:
    """The committed rows at the last look; every look compares."""

    def __init__(self, database: Database, owner: UUID) -> None:
        self._database, self._owner = database, owner
        self._before: dict[UUID, Any] = {}

    async def look(self) -> None:
        async with self._database.owned_session(self._owner) as session:
            rows = (await session.execute(_COMMITTED, {"owner": self._owner})).all()
        for row in rows:
            self._agrees_with_itself(row)
            if before := self._before.get(row.id):
                self._follows(before, row)
        self._before = {row.id: row for row in rows}

    def _agrees_with_itself(self, row: Any) -> None:
        is_over = JobStatus(row.status) in TERMINAL
        assert row.seqs == list(range(1, row.event_seq + 1)), row
        assert row.ends == is_over, row
        assert row.ahead == 0, row
        assert (row.charged, row.charged is not None) == (row.final_cost, is_over), row
        assert row.artifacts == (row.status == JobStatus.COMPLETED), row

    def _follows(self, before: Any, row: Any) -> None:
        assert JobStatus(row.status) in _reachable(JobStatus(before.status)), (before, row)
        assert row.attempt >= before.attempt, (before, row)
        assert row.event_seq >= before.event_seq, (before, row)
        if JobStatus(before.status) in TERMINAL:
            assert row == before, (before, row)


def _reachable(status: JobStatus) -> set[JobStatus]:
    return {status}.union(*(_reachable(target) for target in JOB_MOVES[status]))


@pytest.fixture
async def weave(settings, database, storage, new_user) -> Any:
    """A function that weaves one seed on an empty queue and checks it; what happened."""

    async def silent(_hint: object) -> None:
        pass

    woven = Database(settings.database_url.get_secret_value(), send=silent)
    be_patient(woven.engine)
    await clear(database)

    async def run(seed: int) -> Counter[str]:
        owner = (await new_user()).id
        facts = {"total_training_pairs": STEPS, "total_tokens": 100}
        dataset = await make_dataset(database, owner, **facts)
        scene = Scene(woven, storage, owner, dataset.id, seed=seed)
        await scene.queue(3)
        turns, watch = Turns(woven.engine, seed), Watch(database, owner)
        actors = {f"worker {number}": Worker(scene).work(14) for number in range(3)}
        others = {
            "owner": scene.change_mind(4),
            "reconciler": scene.reconcile(7),
            "time": scene.time_passes(10),
        }
        await turns.run(actors | others, watch.look)
        await scene.end()
        await watch.look()
        assert await violations(database, storage, scene.jobs) == []
        return scene.happened + Counter(blocked=turns.blocked)

    yield run
    await clear(database)
    await woven.close()


class TestAnyOrder:
    async def test_keeps_every_promise(self, weave):
        happened: Counter[str] = Counter()
        for seed in range(SEEDS):
            try:
                happened += await weave(seed)
            except Exception as error:
                error.add_note(f"seed {seed}")
                raise
        assert set(happened) >= EXPOSED, happened
        assert not happened["zombies let in"], happened
        tried["T21 interleavings"] += SEEDS
        tried.update({f"T21 {what}": count for what, count in happened.items()})
