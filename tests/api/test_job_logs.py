"""The log of a job: searched, whole as text, live, bounded."""

import pytest

from app.domain.states import JobStatus
from app.models import TrainingJob
from app.models.base import utcnow
from app.services.events import logs
from tests.api.test_failures import assert_failure
from tests.factories import make_dataset, make_job

LINES = [
    ("info", "epoch 1 begins"),
    ("output", "100% of 5_000"),
    ("warning", "loss is 50% up"),
    ("error", "no"),
]


@pytest.fixture
async def job(database, alice) -> TrainingJob:
    dataset = await make_dataset(database, alice.id)
    return await make_job(database, alice.id, dataset, status=JobStatus.RUNNING, attempt=2)


@pytest.fixture
def write(database, job):
    """A function that appends lines to the job's log."""

    async def append(*lines):
        async with database.owned_session(job.user_id) as session:
            row = await session.get_owned(TrainingJob, job.id, lock=True)
            await logs.append(session, row, [(utcnow(), level, text) for level, text in lines])

    return append


class TestListJobLogs:
    async def test_has_the_lines_in_order(self, alice, job, write):
        await write(*LINES)
        found = (await alice.ok("GET", f"/api/jobs/{job.id}/logs"))["logs"]
        assert [(line["level"], line["message"]) for line in found] == LINES
        assert [(line["seq"], line["attempt"]) for line in found] == [(n, 2) for n in range(1, 5)]
        assert found[0]["at"].endswith("Z")

    @pytest.mark.parametrize(
        ("query", "messages"),
        [
            ("level=warning", ["loss is 50% up", "no"]),
            ("search=50%25", ["loss is 50% up"]),
            ("search=5_0", ["100% of 5_000"]),
            ("search=EPOCH", ["epoch 1 begins"]),
            ("level=error&search=epoch", []),
            ("after_seq=2&limit=1", ["loss is 50% up"]),
        ],
    )
    async def test_filters(self, alice, job, write, query, messages):
        await write(*LINES)
        found = (await alice.ok("GET", f"/api/jobs/{job.id}/logs?{query}"))["logs"]
        assert [line["message"] for line in found] == messages

    async def test_comes_whole_as_text(self, alice, job, write, monkeypatch):
        monkeypatch.setattr(logs, "_PAGE", 7)
        await write(*[("info", f"line {number}") for number in range(30)])
        answer = await alice.client.get(f"/api/jobs/{job.id}/logs", headers={"Accept": "text/plain"})
        assert answer.headers["content-type"].startswith("text/plain")
        assert [line.split(" ", 1)[1] for line in answer.text.splitlines()] == [
            f"INFO    line {number}" for number in range(30)
        ]

    async def test_neutralises_what_a_terminal_would_obey(self, alice, job, write):
        await write(("output", "\x1b[2J\x1b]0;owned\x07all\0good"))
        [line] = (await alice.ok("GET", f"/api/jobs/{job.id}/logs"))["logs"]
        assert line["message"] == "all\ufffdgood"

    async def test_is_bounded_with_a_marker(self, alice, job, write, monkeypatch):
        monkeypatch.setattr(logs, "MAX_BYTES", 100)
        await write(*[("info", "x" * 20)] * 10)
        await write(("info", "later"))
        found = (await alice.ok("GET", f"/api/jobs/{job.id}/logs"))["logs"]
        assert len(found) == 5
        assert found[-1] == {**found[-1], "level": "warning"}
        assert "cut here" in found[-1]["message"]

    async def test_is_for_the_owner(self, bob, job):
        for accept in ("application/json", "text/plain", "text/event-stream"):
            answer = await bob.client.get(f"/api/jobs/{job.id}/logs", headers={"Accept": accept})
            assert_failure(answer, 404, "not_found")

    async def test_refuses_an_unknown_level(self, alice, job):
        answer = await alice.client.get(f"/api/jobs/{job.id}/logs?level=loud")
        assert_failure(answer, 400, "validation_error")
