"""Notifications over HTTP: what they say, and reading them."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from uuid_utils.compat import uuid7

from app.models import base
from tests.api.test_failures import assert_failure
from tests.factories import finish_job, job_body, make_dataset, make_job


@pytest.fixture
async def dataset(database, alice):
    return await make_dataset(database, alice.id, name='Größe & "Plants"')


async def notes(user, query: str = "") -> list[dict]:
    return (await user.ok("GET", f"/api/notifications{query}"))["notifications"]


class TestCatalogue:
    async def test_of_a_queued_job_is_exact(self, alice, dataset):
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        (note,) = await notes(alice)
        assert note.pop("created_at").endswith("Z")
        assert note == {
            "id": note["id"],
            "user_id": str(alice.id),
            "type": "job_queued",
            "title": "Training Job Queued",
            "message": (
                'Your training job for "Größe & "Plants"" has been queued and will start shortly'
            ),
            "priority": "low",
            "read": False,
            "action_url": f"/training/jobs/{job['id']}",
            "metadata": {
                "job_id": job["id"], "dataset_id": str(dataset.id), "dataset_name": 'Größe & "Plants"'
            },
        }  # fmt: skip

    async def test_is_dated_by_the_database_for_streams_to_find_it(self, alice, dataset, monkeypatch):
        slow = SimpleNamespace(now=lambda zone: datetime.now(zone) - timedelta(minutes=1))
        monkeypatch.setattr(base, "datetime", slow)
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        (note,) = await notes(alice)
        ahead = datetime.fromisoformat(note["created_at"]) - datetime.fromisoformat(job["created_at"])
        assert ahead > timedelta(seconds=50)

    async def test_of_a_cancelled_job(self, alice, dataset):
        job = await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        await alice.ok("POST", f"/api/jobs/{job['id']}/cancel")
        note = next(note for note in await notes(alice) if note["type"] == "job_cancelled")
        assert (note["title"], note["priority"]) == ("Job Cancelled", "medium")
        assert note["action_url"] == f"/training/jobs/{job['id']}"

    async def test_of_a_finished_job_are_two(self, alice, database, dataset):
        job = await make_job(database, alice.id, dataset, status="running")
        model_id = await finish_job(database, job)
        found = {note["type"]: note for note in await notes(alice)}
        assert set(found) == {"job_completed", "artifact_ready"}
        completed, ready = found["job_completed"], found["artifact_ready"]
        assert (completed["title"], completed["priority"]) == ("Training Complete", "high")
        assert completed["metadata"] == {
            "job_id": str(job.id), "dataset_id": str(dataset.id), "dataset_name": dataset.name,
            "final_cost": 0.5,
        }  # fmt: skip
        assert (ready["title"], ready["priority"]) == ("Model Ready for Download", "high")
        assert ready["action_url"] == f"/models/{model_id}"
        assert ready["metadata"] == {"artifact_id": str(model_id), "job_id": str(job.id)}


class TestReading:
    @pytest.fixture
    async def three(self, alice, dataset) -> list[str]:
        for _ in range(3):
            await alice.ok("POST", "/api/jobs", 201, json=job_body(dataset.id))
        return [note["id"] for note in await notes(alice)]

    async def test_marks_one(self, alice, three):
        path = f"/api/notifications/{three[0]}/read"
        for _ in range(2):
            assert (await alice.ok("PATCH", path))["read"] is True
        page = await alice.ok("GET", "/api/notifications?unread=true")
        assert (len(page["notifications"]), page["unread_count"]) == (2, 2)
        assert page["pagination"]["total"] == 2
        assert [note["id"] for note in await notes(alice, "?unread=false")] == [three[0]]
        assert len(await notes(alice)) == 3

    async def test_counts_the_unread_beyond_the_page(self, alice, three):
        page = await alice.ok("GET", "/api/notifications?limit=1&unread=false")
        assert (page["notifications"], page["unread_count"]) == ([], 3)

    async def test_marks_all_of_ones_own(self, alice, bob, database, three):
        theirs = await make_dataset(database, bob.id)
        await bob.ok("POST", "/api/jobs", 201, json=job_body(theirs.id))
        assert await alice.ok("POST", "/api/notifications/read-all") == {"updated": 3}
        assert await alice.ok("POST", "/api/notifications/read-all") == {"updated": 0}
        assert (await alice.ok("GET", "/api/notifications"))["unread_count"] == 0
        assert (await bob.ok("GET", "/api/notifications"))["unread_count"] == 1

    async def test_deletes_one_for_good(self, alice, three):
        assert (await alice.ok("DELETE", f"/api/notifications/{three[1]}"))["id"] == three[1]
        assert_failure(await alice.client.delete(f"/api/notifications/{three[1]}"), 404, "not_found")
        assert [note["id"] for note in await notes(alice)] == [three[0], three[2]]

    @pytest.mark.parametrize(("method", "below"), [("PATCH", "/read"), ("DELETE", "")])
    async def test_touches_nobody_elses(self, alice, bob, three, method, below):
        for id in (three[0], uuid7()):
            answer = await bob.client.request(method, f"/api/notifications/{id}{below}")
            assert_failure(answer, 404, "not_found")
        assert [note["read"] for note in await notes(alice)] == [False] * 3
