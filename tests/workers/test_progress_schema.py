"""Which lines of progress are believed, and what they do once they are stored."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from app.models import JobEvent, MetricsPoint
from app.models.base import utcnow
from app.services.jobs import progress
from app.services.jobs.progress import Report
from workers.run_dir import ProgressEvent
from workers.training.progress_schema import validate

METRIC = {"step": 3, "epoch": 1, "training_loss": 2.5, "tokens_seen": 100}
CHECKPOINT = {"step": 3, "epoch": 1, "path": "checkpoints/step-3", "training_loss": None, "size_bytes": 9}
DONE = {"steps": 3, "epochs_completed": 1, "first_training_loss": 2.0, "final_training_loss": 1.0}
ERROR = {"failure_code": "disk_full", "message": "Full\0.", "remedies": ["Free some."]}


def line(type: Any, data: dict[str, Any]) -> ProgressEvent:
    return ProgressEvent(seq=1, at=datetime.now(UTC), type=type, data=data)


class TestCheck:
    @pytest.mark.parametrize(
        ("type", "data"),
        [
            ("metric", METRIC),
            ("metric", {"step": 10, "epoch": 1, "training_loss": None}),
            ("checkpoint", CHECKPOINT),
            ("done", {**DONE, "files": ["README.md"]}),
            ("error", ERROR),
            ("log", {"level": "info", "message": "a\0b"}),
            ("stage", {"stage": "training", "hardware": {"device": "cpu", "count": 2, "memory_gb": None}}),
        ],
    )
    def test_lets_pass_what_programs_say(self, type, data):
        validate(line(type, data), total_steps=10)

    @pytest.mark.parametrize(
        ("type", "data"),
        [
            ("metric", {"training_loss": 1.0}),
            ("metric", METRIC | {"step": 11}),
            ("metric", METRIC | {"step": 0}),
            ("metric", METRIC | {"training_loss": "2.5"}),
            ("metric", METRIC | {"tokens_seen": 2**63}),
            ("metric", METRIC | {"note": "anything"}),
            ("checkpoint", CHECKPOINT | {"path": "checkpoints/../../etc"}),
            ("checkpoint", CHECKPOINT | {"path": "/checkpoints/step-3"}),
            ("checkpoint", CHECKPOINT | {"epoch": "first"}),
            ("done", DONE | {"final_training_loss": None}),
            ("done", DONE | {"steps": 11}),
            ("error", ERROR | {"failure_code": "haha"}),
            ("error", ERROR | {"remedies": "abc"}),
            ("log", {"level": "loud", "message": "a"}),
            ("stage", {"stage": "completed"}),
            ("stage", {"stage": "training", "hardware": {"name": "\0"}}),
        ],
    )
    def test_refuses_what_cannot_be(self, type, data):
        with pytest.raises(msgspec.ValidationError):
            validate(line(type, data), total_steps=10)


class TestStoring:
    @pytest.fixture
    def stored(self, rows):
        """A function that stores lines under a lease; the job as it is then."""

        async def store(lease, *lines: Report):
            async with lease.write() as (session, job):
                await progress.report(session, job, lines)
            return await rows.read(lease)

        return store

    async def test_of_a_line_that_is_read_again_changes_nothing(self, rows, lease, stored):
        first = Report(1, utcnow(), "log", {"level": "info", "message": "one"})
        second = Report(2, utcnow(), "log", {"level": "info", "message": "two"})
        await stored(lease, first)
        job = await stored(lease, first, second)
        logged = [event.data["message"] for event in await _events(rows, lease, "log")]
        assert (logged, job.progress_seq) == (["one", "two"], 2)

    async def test_of_a_later_attempt_overwrites_a_point_and_tells_of_it_once(self, rows, lease, stored):
        await stored(lease, Report(1, utcnow(), "metric", METRIC | {"training_loss": 2.0}))
        await lease.release()
        again = await rows.claim()
        await stored(again, Report(1, utcnow(), "metric", METRIC | {"training_loss": 1.0}))
        async with rows.database.owned_session(lease.user_id) as session:
            points = session.owned(MetricsPoint).where(MetricsPoint.job_id == lease.id)
            [point] = await session.scalars(points)
        assert (point.training_loss, point.attempt) == (1.0, 2)
        assert len(await _events(rows, lease, "metric")) == 1

    async def test_of_a_checkpoint_sets_the_failures_back(self, rows, lease, stored):
        await rows.set(lease, "failures = 2")
        facts = {**CHECKPOINT, "prefix": "anywhere", "files": {}}
        assert (await stored(lease, Report(1, utcnow(), "checkpoint", facts))).failures == 0


async def _events(rows, lease, type: str):
    async with rows.database.owned_session(lease.user_id) as session:
        query = session.owned(JobEvent).where(JobEvent.job_id == lease.id, JobEvent.type == type)
        return (await session.scalars(query.order_by(JobEvent.seq))).all()
